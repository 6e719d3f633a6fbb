//! How much one client may do: frames a second on a socket, sockets and sign-ins
//! a minute from an address, sockets of an address and in all.

use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use governor::clock::DefaultClock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::{GatewaySettings, ShopSettings};
use crate::model::ShopId;
use crate::telemetry::SocketKind;

use super::error::Refusal;
use super::listen::{AddressCounter, Counted, client_prefix};

/// A token bucket of one socket: two numbers, no map, no lock.
#[derive(Debug)]
pub(super) struct Bucket {
    burst: f64,
    per_second: f64,
    tokens: f64,
    filled: Instant,
}

impl Bucket {
    pub fn new(burst: u32, per_second: u32, now: Instant) -> Bucket {
        Bucket {
            burst: f64::from(burst),
            per_second: f64::from(per_second),
            tokens: f64::from(burst),
            filled: now,
        }
    }

    /// Takes a token. Refused frames go on the debt: who keeps sending into an empty bucket falls a whole burst
    /// below zero and is cut off.
    pub fn take(&mut self, now: Instant) -> Result<(), Refusal> {
        let passed = now.saturating_duration_since(self.filled).as_secs_f64();
        self.filled = now;
        self.tokens = (self.tokens + passed * self.per_second).min(self.burst);
        self.tokens -= 1.0;
        if self.tokens >= 0.0 {
            Ok(())
        } else if self.tokens < -self.burst {
            Err(Refusal::FloodClosed)
        } else {
            Err(Refusal::Flood)
        }
    }
}

type Rate = RateLimiter<IpAddr, HashMapStateStore<IpAddr, RandomState>, DefaultClock>;

/// How often an address may do something in a minute; `None`: as often as it likes.
fn rate(per_minute: u32) -> Option<Rate> {
    NonZeroU32::new(per_minute).map(|most| RateLimiter::hashmap(Quota::per_minute(most)))
}

fn check(rate: Option<&Rate>, address: IpAddr) -> Result<(), Refusal> {
    match rate {
        Some(rate) => rate
            .check_key(&client_prefix(address))
            .map_err(|_| Refusal::TooManyConnects),
        None => Ok(()),
    }
}

/// Sockets of an address that have not been welcomed, at most.
const UNWELCOMED_OF_AN_ADDRESS: u32 = 64;
/// Sockets at most that are opened only to be told that they are refused, which pages cannot read otherwise.
const TURNED_AWAY: usize = 256;
/// One place in so many is kept for desks, so that agents get in however many shoppers there are; and so many at most.
const DESKS_SHARE: u32 = 20;
const DESKS_MOST: u32 = 256;

/// What all sockets of a server share.
pub(super) struct Limits {
    sockets: Arc<Semaphore>,
    /// Of those, the ones that shoppers may have.
    chats: Arc<Semaphore>,
    turned_away: Arc<Semaphore>,
    /// Of shops that have a limit of their own.
    shops: BTreeMap<ShopId, Arc<Semaphore>>,
    by_address: Arc<AddressCounter>,
    unwelcomed: Arc<AddressCounter>,
    connects: Option<Rate>,
    sign_ins: Option<Rate>,
}

/// A socket's place; given back when dropped.
pub(super) struct Admitted {
    _socket: OwnedSemaphorePermit,
    _chat: Option<OwnedSemaphorePermit>,
    _of_the_address: Option<Counted>,
}

/// Counts a socket among those that have not been welcomed, until it is dropped.
pub(super) type Unwelcomed = Option<Counted>;

impl Limits {
    pub fn new(settings: &GatewaySettings, shops: &BTreeMap<String, ShopSettings>) -> Limits {
        let limited = shops.iter().filter(|(_, shop)| shop.max_connections > 0);
        let places = |most: u32| Arc::new(Semaphore::new(most as usize));
        let for_desks = (settings.max_connections / DESKS_SHARE).min(DESKS_MOST);
        Limits {
            sockets: places(settings.max_connections),
            chats: places(settings.max_connections - for_desks),
            turned_away: Arc::new(Semaphore::new(TURNED_AWAY)),
            shops: limited
                .map(|(id, shop)| (ShopId::new(id), places(shop.max_connections)))
                .collect(),
            by_address: Arc::new(AddressCounter::new(settings.sockets_of_an_address())),
            unwelcomed: Arc::new(AddressCounter::new(UNWELCOMED_OF_AN_ADDRESS)),
            connects: rate(settings.connects_per_minute),
            sign_ins: rate(settings.signins_per_minute),
        }
    }

    /// A place for one more socket of this kind and address; where the address is not known only all of them count.
    pub fn socket(&self, kind: SocketKind, address: Option<IpAddr>) -> Result<(Admitted, Unwelcomed), Refusal> {
        if let Some(address) = address {
            check(self.connects.as_ref(), address)?;
        }
        let full = |_| Refusal::Full;
        let chat = match kind {
            SocketKind::Chat => Some(Arc::clone(&self.chats).try_acquire_owned().map_err(full)?),
            SocketKind::Desk => None,
        };
        let socket = Arc::clone(&self.sockets).try_acquire_owned().map_err(full)?;
        let of = |counter: &Arc<AddressCounter>| match address {
            Some(address) => counter.take(address).map(Some).ok_or(Refusal::TooManySockets),
            None => Ok(None),
        };
        let (of_the_address, unwelcomed) = (of(&self.by_address)?, of(&self.unwelcomed)?);
        let admitted = Admitted {
            _socket: socket,
            _chat: chat,
            _of_the_address: of_the_address,
        };
        Ok((admitted, unwelcomed))
    }

    /// Whether this address may try to sign in once more this minute.
    pub fn sign_in(&self, address: IpAddr) -> Result<(), Refusal> {
        check(self.sign_ins.as_ref(), address)
    }

    /// Room to tell one more socket that it is refused.
    pub fn turn_away(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.turned_away).try_acquire_owned().ok()
    }

    /// Room for one more chat of this shop, where the shop has a limit of its own; given back when dropped.
    pub fn chat_of(&self, shop: &ShopId) -> Result<Option<OwnedSemaphorePermit>, Refusal> {
        let Some(room) = self.shops.get(shop) else {
            return Ok(None);
        };
        let room = Arc::clone(room).try_acquire_owned();
        room.map(Some).map_err(|_| Refusal::Full)
    }

    /// Forgets addresses that have done nothing for a while. To be called every minute or so.
    pub fn forget_old(&self) {
        for rate in [&self.connects, &self.sign_ins].into_iter().flatten() {
            rate.retain_recent();
            rate.shrink_to_fit();
        }
    }

    /// How often [`Limits::forget_old`] should run.
    pub const FORGET_EVERY: Duration = Duration::from_secs(60);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_burst_passes_then_the_sustained_rate_then_the_flood_is_cut_off() {
        let start = Instant::now();
        let mut bucket = Bucket::new(3, 2, start);
        for _ in 0..3 {
            assert_eq!(bucket.take(start), Ok(()));
        }
        assert_eq!(bucket.take(start), Err(Refusal::Flood));
        assert_eq!(bucket.take(start + Duration::from_secs(2)), Ok(()));
        let mut refused = 0;
        while bucket.take(start + Duration::from_secs(2)) != Err(Refusal::FloodClosed) {
            refused += 1;
        }
        assert_eq!(refused, 2 + 3);
    }

    #[test]
    fn a_patient_client_is_never_refused() {
        let start = Instant::now();
        let mut bucket = Bucket::new(2, 1, start);
        for second in 0..1000 {
            assert_eq!(bucket.take(start + Duration::from_secs(second)), Ok(()));
        }
    }

    fn limits(settings: GatewaySettings) -> Limits {
        Limits::new(&settings, &BTreeMap::new())
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn addresses_count_by_household() {
        let limits = limits(GatewaySettings {
            connects_per_minute: 2,
            ..GatewaySettings::default()
        });
        let connect = |text: &str| limits.socket(SocketKind::Chat, Some(address(text))).map(|_| ());
        assert!(connect("10.0.0.1").is_ok());
        assert!(connect("::ffff:10.0.0.1").is_ok());
        assert_eq!(connect("10.0.0.1"), Err(Refusal::TooManyConnects));
        assert!(connect("10.0.0.2").is_ok());
        assert!(connect("2001:db8::1").is_ok());
        assert!(connect("2001:db8::2").is_ok());
        assert!(connect("2001:db8::3").is_err());
        // Signing in has a budget of its own.
        assert!(limits.sign_in(address("10.0.0.1")).is_ok());
    }

    #[test]
    fn desks_have_places_that_no_shopper_takes() {
        let limits = limits(GatewaySettings {
            max_connections: 40,
            connects_per_minute: 0,
            ..GatewaySettings::default()
        });
        let chat = |host: u8| limits.socket(SocketKind::Chat, Some(IpAddr::from([10, 0, 0, host])));
        let chats: Vec<_> = (0..38).map(|host| chat(host).unwrap()).collect();
        assert_eq!(chat(99).err(), Some(Refusal::Full));
        let desk = || limits.socket(SocketKind::Desk, Some(address("10.0.1.1")));
        let desks = [desk().unwrap(), desk().unwrap()];
        assert_eq!(desk().err(), Some(Refusal::Full));
        drop((chats, desks));
        assert!(chat(1).is_ok());
    }

    #[test]
    fn an_address_has_few_sockets_without_a_welcome() {
        let limits = limits(GatewaySettings {
            connects_per_minute: 0,
            connections_per_address: UNWELCOMED_OF_AN_ADDRESS + 1,
            ..GatewaySettings::default()
        });
        let connect = || limits.socket(SocketKind::Chat, Some(address("10.0.0.1")));
        let mut held: Vec<_> = (0..UNWELCOMED_OF_AN_ADDRESS).map(|_| connect().unwrap()).collect();
        assert_eq!(connect().err(), Some(Refusal::TooManySockets));
        let (place, unwelcomed) = held.pop().unwrap();
        drop(unwelcomed);
        held.push(connect().unwrap());
        let (other, unwelcomed) = held.pop().unwrap();
        drop(unwelcomed);
        assert_eq!(
            connect().err(),
            Some(Refusal::TooManySockets),
            "as many as an address may have"
        );
        drop((place, other));
        assert!(connect().is_ok());
    }

    #[test]
    fn a_shop_with_a_limit_of_its_own_leaves_the_others_alone() {
        let shop = ShopSettings {
            max_connections: 1,
            ..ShopSettings::default()
        };
        let shops = BTreeMap::from([("busy".to_owned(), shop), ("free".to_owned(), ShopSettings::default())]);
        let limits = Limits::new(&GatewaySettings::default(), &shops);
        let first = limits.chat_of(&ShopId::new("busy")).unwrap();
        assert_eq!(limits.chat_of(&ShopId::new("busy")).unwrap_err(), Refusal::Full);
        for _ in 0..3 {
            assert!(limits.chat_of(&ShopId::new("free")).unwrap().is_none());
        }
        drop(first);
        assert!(limits.chat_of(&ShopId::new("busy")).is_ok());
    }
}
