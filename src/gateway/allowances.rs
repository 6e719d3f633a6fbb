//! How much an address and a shopper may have stored, read and shown, a minute and a day.

use std::collections::hash_map::RandomState;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::DefaultClock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::config::LimitSettings;
use crate::model::ShopperId;

use super::error::Refusal;
use super::listen::client_prefix;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);
/// A message counts once for each of so many characters that are begun.
const CHARACTERS: usize = 200;

/// So many of something in a period, for each of many keys.
struct Rate<Key: Hash + Eq + Clone> {
    limiter: RateLimiter<Key, HashMapStateStore<Key, RandomState>, DefaultClock>,
    most: NonZeroU32,
}

impl<Key: Hash + Eq + Clone> Rate<Key> {
    /// `None` with 0: no limit.
    fn new(most: u32, period: Duration) -> Option<Rate<Key>> {
        let most = NonZeroU32::new(most)?;
        // All of them at once, and then one by one as the period passes.
        let quota = Quota::with_period(period / most.get())?.allow_burst(most);
        Some(Rate {
            limiter: RateLimiter::hashmap(quota),
            most,
        })
    }

    /// Takes so many; more than all there are count as all.
    fn take(&self, key: &Key, count: u32) -> bool {
        let count = NonZeroU32::new(count).map(|count| count.min(self.most));
        count.is_none_or(|count| matches!(self.limiter.check_key_n(key, count), Ok(Ok(()))))
    }

    fn forget_old(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

fn take_of<Key: Hash + Eq + Clone>(rates: &[Option<Rate<Key>>; 2], key: &Key, count: u32) -> Result<(), Refusal> {
    rates
        .iter()
        .zip(TOLD)
        .try_for_each(|(rate, refusal)| take(rate, key, count, refusal))
}

fn take<Key: Hash + Eq + Clone>(
    rate: &Option<Rate<Key>>,
    key: &Key,
    count: u32,
    refusal: Refusal,
) -> Result<(), Refusal> {
    match rate {
        Some(rate) if !rate.take(key, count) => Err(refusal),
        _ => Ok(()),
    }
}

/// What addresses and shoppers have left. Where the address is not known only the shopper's limits hold. What is used up in a minute is told as too fast, to be sent again a little later;
/// what is used up in a day as too much.
pub(super) struct Allowances {
    address_talks: [Option<Rate<IpAddr>>; 2],
    address_handoffs: [Option<Rate<IpAddr>>; 2],
    address_messages: [Option<Rate<IpAddr>>; 2],
    address_replays: Option<Rate<IpAddr>>,
    address_files: [Option<Rate<IpAddr>>; 2],
    address_shown: Option<Rate<IpAddr>>,
    shopper_files: [Option<Rate<ShopperId>>; 2],
    shopper_handoffs: Option<Rate<ShopperId>>,
    shopper_messages: [Option<Rate<ShopperId>>; 2],
}

/// What the two rates of a pair are told as.
const TOLD: [Refusal; 2] = [Refusal::Flood, Refusal::TooMuch];

impl Allowances {
    /// Everybody has everything left.
    pub fn new(settings: &LimitSettings) -> Allowances {
        let pair = |minute, day| [Rate::new(minute, MINUTE), Rate::new(day, DAY)];
        Allowances {
            address_talks: pair(settings.address_talks_per_minute, settings.address_talks_per_day),
            address_handoffs: pair(settings.address_handoffs_per_minute, settings.address_handoffs_per_day),
            address_messages: pair(settings.address_messages_per_minute, settings.address_messages_per_day),
            address_replays: Rate::new(settings.address_replayed_kib_per_minute.saturating_mul(1024), MINUTE),
            address_files: pair(settings.address_files_per_minute, settings.address_files_per_day),
            address_shown: Rate::new(settings.address_files_kib_per_minute.saturating_mul(1024), MINUTE),
            shopper_files: [
                Rate::new(settings.shopper_files_per_minute, MINUTE),
                Rate::new(settings.shopper_files_per_day, DAY),
            ],
            shopper_handoffs: Rate::new(settings.shopper_handoffs_per_day, DAY),
            shopper_messages: [
                Rate::new(settings.shopper_messages_per_minute, MINUTE),
                Rate::new(settings.shopper_messages_per_day, DAY),
            ],
        }
    }

    /// Whether this message may be stored and read; `begins` says that it begins a talk.
    pub fn message(
        &self,
        client: Option<IpAddr>,
        shopper: &ShopperId,
        text: &str,
        begins: bool,
    ) -> Result<(), Refusal> {
        let count = u32::try_from(1 + text.chars().count() / CHARACTERS).unwrap_or(u32::MAX);
        take_of(&self.shopper_messages, shopper, count)?;
        let Some(address) = client.map(client_prefix) else {
            return Ok(());
        };
        take_of(&self.address_messages, &address, count)?;
        if begins {
            take_of(&self.address_talks, &address, 1)
        } else {
            Ok(())
        }
    }

    /// Whether a shopper may ask for a person with the button.
    pub fn handoff(&self, client: Option<IpAddr>, shopper: &ShopperId, begins: bool) -> Result<(), Refusal> {
        take(&self.shopper_handoffs, shopper, 1, Refusal::TooMuch)?;
        let Some(address) = client.map(client_prefix) else {
            return Ok(());
        };
        take_of(&self.address_handoffs, &address, 1)?;
        if begins {
            take_of(&self.address_talks, &address, 1)
        } else {
            Ok(())
        }
    }

    /// Whether so many bytes of what was said before may be shown.
    pub fn replay(&self, client: Option<IpAddr>, bytes: u64) -> Result<(), Refusal> {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let address = client.map(client_prefix);
        address.map_or(Ok(()), |address| {
            take(&self.address_replays, &address, bytes, Refusal::TooManyConnects)
        })
    }

    /// Whether an address may upload a file, whoever it is from.
    pub fn file_from(&self, client: Option<IpAddr>) -> Result<(), Refusal> {
        let address = client.map(client_prefix);
        address.map_or(Ok(()), |address| take_of(&self.address_files, &address, 1))
    }

    /// Whether a shopper may upload a file.
    pub fn file_of(&self, shopper: &ShopperId) -> Result<(), Refusal> {
        take_of(&self.shopper_files, shopper, 1)
    }

    /// Whether so many bytes of a file may be shown.
    pub fn shown(&self, client: Option<IpAddr>, bytes: u64) -> Result<(), Refusal> {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let address = client.map(client_prefix);
        address.map_or(Ok(()), |address| {
            take(&self.address_shown, &address, bytes, Refusal::Flood)
        })
    }

    /// Forgets who has everything left. To be called every minute or so.
    pub fn forget_old(&self) {
        let addresses = self.address_talks.iter().chain(&self.address_handoffs);
        let addresses = addresses.chain(&self.address_messages).chain(&self.address_files);
        let addresses = addresses.chain([&self.address_replays, &self.address_shown]);
        addresses.flatten().for_each(Rate::forget_old);
        let shoppers = self.shopper_messages.iter().chain(&self.shopper_files);
        let shoppers = shoppers.chain([&self.shopper_handoffs]);
        shoppers.flatten().for_each(Rate::forget_old);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1)));
    const THERE: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 2)));

    fn shopper(number: usize) -> ShopperId {
        ShopperId::new(format!("anon:{number}"))
    }

    #[test]
    fn an_address_begins_so_many_talks_a_minute_and_others_do_not_feel_it() {
        let allowances = Allowances::new(&LimitSettings::default());
        let taken = (0..100).filter(|number| allowances.message(HERE, &shopper(*number), "在吗", true).is_ok());
        assert!((30..=31).contains(&taken.count()));
        assert_eq!(
            allowances.message(HERE, &shopper(200), "在吗", true),
            Err(Refusal::Flood)
        );
        assert_eq!(
            allowances.message(HERE, &shopper(0), "在吗", false),
            Ok(()),
            "talks go on"
        );
        assert_eq!(allowances.message(THERE, &shopper(201), "在吗", true), Ok(()));
        for number in 300..400 {
            assert_eq!(
                allowances.message(None, &shopper(number), "在吗", true),
                Ok(()),
                "nobody knows whose"
            );
        }
    }

    #[test]
    fn long_messages_count_by_their_length() {
        let allowances = Allowances::new(&LimitSettings {
            shopper_messages_per_minute: 22,
            ..LimitSettings::default()
        });
        let long = "长".repeat(2_000);
        assert_eq!(allowances.message(HERE, &shopper(1), &long, false), Ok(()));
        assert_eq!(allowances.message(HERE, &shopper(1), &long, false), Ok(()));
        assert_eq!(allowances.message(HERE, &shopper(1), "短", false), Err(Refusal::Flood));
        assert_eq!(allowances.message(HERE, &shopper(2), &long, false), Ok(()));
    }

    #[test]
    fn the_day_s_share_is_told_as_too_much_and_0_is_no_limit() {
        let allowances = Allowances::new(&LimitSettings {
            shopper_handoffs_per_day: 2,
            address_handoffs_per_minute: 0,
            address_handoffs_per_day: 0,
            address_replayed_kib_per_minute: 10,
            ..LimitSettings::default()
        });
        for number in 0..1_000 {
            assert_eq!(allowances.handoff(HERE, &shopper(number), false), Ok(()));
        }
        assert_eq!(allowances.handoff(HERE, &shopper(1), false), Ok(()));
        assert_eq!(allowances.handoff(HERE, &shopper(1), false), Err(Refusal::TooMuch));
        assert_eq!(allowances.replay(HERE, 0), Ok(()));
        for _ in 0..10 {
            assert_eq!(allowances.replay(HERE, 1_000), Ok(()));
        }
        assert_eq!(allowances.replay(HERE, 1_000), Err(Refusal::TooManyConnects));
        assert_eq!(allowances.replay(THERE, 1), Ok(()));
    }
}
