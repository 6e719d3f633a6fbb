//! How much one client may do: frames a second on a socket, sockets a minute from an address, sockets in all.

use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use governor::clock::DefaultClock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::{GatewaySettings, ShopSettings};
use crate::model::ShopId;

use super::error::Refusal;

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

type Addresses = RateLimiter<IpAddr, HashMapStateStore<IpAddr, RandomState>, DefaultClock>;

/// What all sockets of a server share.
pub(super) struct Limits {
    sockets: Arc<Semaphore>,
    /// Of shops that have a limit of their own.
    shops: BTreeMap<ShopId, Arc<Semaphore>>,
    addresses: Option<Addresses>,
}

impl Limits {
    pub fn new(settings: &GatewaySettings, shops: &BTreeMap<String, ShopSettings>) -> Limits {
        let limited = shops.iter().filter(|(_, shop)| shop.max_connections > 0);
        Limits {
            sockets: Arc::new(Semaphore::new(settings.max_connections as usize)),
            shops: limited
                .map(|(id, shop)| (ShopId::new(id), Arc::new(Semaphore::new(shop.max_connections as usize))))
                .collect(),
            addresses: NonZeroU32::new(settings.connects_per_minute)
                .map(|most| RateLimiter::hashmap(Quota::per_minute(most))),
        }
    }

    /// Whether this address may connect or sign in once more this minute.
    pub fn address(&self, address: IpAddr) -> Result<(), Refusal> {
        match &self.addresses {
            Some(addresses) => addresses
                .check_key(&household(address))
                .map_err(|_| Refusal::TooManyConnects),
            None => Ok(()),
        }
    }

    /// A place for one more socket; given back when dropped.
    pub fn socket(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        Arc::clone(&self.sockets).try_acquire_owned().map_err(|_| Refusal::Full)
    }

    /// Room for one more chat of this shop, where the shop has a limit of its own; given back when dropped.
    pub fn chat_of(&self, shop: &ShopId) -> Result<Option<OwnedSemaphorePermit>, Refusal> {
        let Some(room) = self.shops.get(shop) else {
            return Ok(None);
        };
        let room = Arc::clone(room).try_acquire_owned();
        room.map(Some).map_err(|_| Refusal::Full)
    }

    /// Forgets addresses that have not connected for a while. To be called every minute or so.
    pub fn forget_old(&self) {
        if let Some(addresses) = &self.addresses {
            addresses.retain_recent();
            addresses.shrink_to_fit();
        }
    }

    /// How often [`Limits::forget_old`] should run.
    pub const FORGET_EVERY: Duration = Duration::from_secs(60);
}

/// An IPv6 customer has a whole /64 to connect from; an IPv4 address may come mapped into IPv6.
pub(super) fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 => v4,
    }
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

    #[test]
    fn addresses_count_by_household() {
        let settings = GatewaySettings {
            connects_per_minute: 2,
            max_connections: 1,
            ..GatewaySettings::default()
        };
        let limits = Limits::new(&settings, &BTreeMap::new());
        assert!(limits.address("10.0.0.1".parse().unwrap()).is_ok());
        assert!(limits.address("::ffff:10.0.0.1".parse().unwrap()).is_ok());
        assert_eq!(
            limits.address("10.0.0.1".parse().unwrap()),
            Err(Refusal::TooManyConnects)
        );
        assert!(limits.address("10.0.0.2".parse().unwrap()).is_ok());
        assert!(limits.address("2001:db8::1".parse().unwrap()).is_ok());
        assert!(limits.address("2001:db8::2".parse().unwrap()).is_ok());
        assert!(limits.address("2001:db8::3".parse().unwrap()).is_err());
        let place = limits.socket().unwrap();
        assert_eq!(limits.socket().unwrap_err(), Refusal::Full);
        drop(place);
        assert!(limits.socket().is_ok());
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
