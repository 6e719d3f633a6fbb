//! Who may have how many connections: in all, by address, and fewer for those who have not yet sent a whole request head.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use ipnet::IpNet;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::config::GatewaySettings;

/// Connections beyond the sockets: pages, health checks, and those about to be told that the server is full.
const BESIDE_SOCKETS: usize = 512;
/// Connections at most that have not sent a whole head; the oldest of them makes room for the next.
const STRANGERS: usize = 512;
/// The same of one address.
const STRANGERS_OF_AN_ADDRESS: usize = 64;
/// How many times as much as a /64 a whole /48 of IPv6 may have: a provider's customer has either.
const WIDER: u32 = 4;

/// The prefix by which clients are counted: the /64 of an IPv6 address, because one customer has all of it, and a whole
/// IPv4 address, which may come mapped into IPv6.
pub fn client_prefix(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 => v4,
    }
}

/// The /48 around an IPv6 address.
fn wider_prefix(address: IpAddr) -> Option<IpAddr> {
    match address.to_canonical() {
        // The mark in the last place keeps it apart from the first /64 of the /48.
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            Some(IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 1)))
        }
        IpAddr::V4(_) => None,
    }
}

/// Counts something that addresses hold, up to a limit: IPv6 by /64, and by /48 with a wider one.
#[derive(Debug)]
pub struct AddressCounter {
    most: u32,
    held: Mutex<HashMap<IpAddr, u32>>,
}

/// One thing held; given back when dropped.
#[derive(Debug)]
pub struct Counted {
    counter: Arc<AddressCounter>,
    address: IpAddr,
}

impl AddressCounter {
    /// At most so many an address; 0: no limit.
    pub fn new(most: u32) -> AddressCounter {
        AddressCounter {
            most,
            held: Mutex::default(),
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<IpAddr, u32>> {
        self.held.lock().expect("no holder of this lock panics")
    }

    /// Takes one for this address, unless it holds as many as it may.
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Option<Counted> {
        let mut held = self.held();
        let (narrow, wide) = (client_prefix(address), wider_prefix(address));
        let count = |held: &HashMap<IpAddr, u32>, key| held.get(&key).copied().unwrap_or(0);
        let full = count(&held, narrow) >= self.most
            || wide.is_some_and(|wide| count(&held, wide) >= self.most.saturating_mul(WIDER));
        if self.most > 0 && full {
            return None;
        }
        for key in std::iter::once(narrow).chain(wide) {
            *held.entry(key).or_default() += 1;
        }
        Some(Counted {
            counter: Arc::clone(self),
            address,
        })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut held = self.counter.held();
        for key in std::iter::once(client_prefix(self.address)).chain(wider_prefix(self.address)) {
            if let Some(count) = held.get_mut(&key) {
                *count -= 1;
                if *count == 0 {
                    held.remove(&key);
                }
            }
        }
    }
}

/// The places of a server.
pub struct Places {
    all: Arc<Semaphore>,
    by_address: Arc<AddressCounter>,
    proxies: Vec<IpNet>,
    strangers: Mutex<Strangers>,
}

/// Connections that have not sent a whole head, by age.
#[derive(Default)]
struct Strangers {
    next: u64,
    waiting: BTreeMap<u64, (IpAddr, oneshot::Sender<()>)>,
    of: HashMap<IpAddr, usize>,
}

impl Strangers {
    fn remove(&mut self, number: u64) -> Option<oneshot::Sender<()>> {
        let (address, evict) = self.waiting.remove(&number)?;
        if let Some(count) = self.of.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                self.of.remove(&address);
            }
        }
        Some(evict)
    }

    /// Cuts off the oldest, of this address where one is named.
    fn evict(&mut self, of: Option<IpAddr>) -> bool {
        let oldest = self
            .waiting
            .iter()
            .find(|(_, (address, _))| of.is_none_or(|of| of == *address))
            .map(|(number, _)| *number);
        let Some(evict) = oldest.and_then(|number| self.remove(number)) else {
            return false;
        };
        // Whoever is gone already need not be told.
        let _ = evict.send(());
        true
    }
}

impl Places {
    /// All are free.
    pub fn new(settings: &GatewaySettings) -> Places {
        Places {
            all: Arc::new(Semaphore::new(settings.max_connections as usize + BESIDE_SOCKETS)),
            by_address: Arc::new(AddressCounter::new(settings.connections_per_address)),
            proxies: settings.trusted_proxies.clone(),
            strangers: Mutex::default(),
        }
    }

    fn strangers(&self) -> MutexGuard<'_, Strangers> {
        self.strangers.lock().expect("no holder of this lock panics")
    }

    /// A place for a connection from this address, and what says `Ok` when it has to make room for another. `None` when
    /// the address or the server has as many as it may. Through a trusted proxy come the connections of many.
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Option<(Place, oneshot::Receiver<()>)> {
        let is_proxy = self.proxies.iter().any(|proxy| proxy.contains(&address));
        let counted = match is_proxy {
            true => None,
            false => Some(self.by_address.take(address)?),
        };
        let key = client_prefix(address);
        let mut strangers = self.strangers();
        let many = strangers.of.get(&key).copied().unwrap_or(0) >= STRANGERS_OF_AN_ADDRESS;
        if many && !is_proxy {
            strangers.evict(Some(key));
        } else if strangers.waiting.len() >= STRANGERS {
            strangers.evict(None);
        }
        let room = match Arc::clone(&self.all).try_acquire_owned() {
            Ok(room) => Some(room),
            // The place of whoever is cut off is free in a moment: until then there is one connection too many.
            Err(_) if strangers.evict(None) => None,
            Err(_) => return None,
        };
        let (evict, evicted) = oneshot::channel();
        let number = strangers.next;
        strangers.next += 1;
        strangers.waiting.insert(number, (key, evict));
        *strangers.of.entry(key).or_default() += 1;
        drop(strangers);
        let place = Place {
            places: Arc::clone(self),
            number,
            known: AtomicBool::new(false),
            awaited: AtomicU64::new(0),
            _counted: counted,
            _room: room,
        };
        Some((place, evicted))
    }
}

/// A connection's place; given back when dropped.
pub struct Place {
    places: Arc<Places>,
    number: u64,
    known: AtomicBool,
    /// Bytes of a file that somebody here waits for.
    awaited: AtomicU64,
    _counted: Option<Counted>,
    _room: Option<OwnedSemaphorePermit>,
}

impl Place {
    /// A whole head has come: the connection makes room for nobody any more.
    pub fn known(&self) {
        if !self.known.swap(true, Ordering::Relaxed) {
            self.places.strangers().remove(self.number);
        }
    }

    /// So many bytes may come as fast as they like, until it is said anew.
    pub fn await_bytes(&self, bytes: u64) {
        self.awaited.store(bytes, Ordering::Relaxed);
    }

    /// How many of the bytes that have come were not waited for.
    pub fn beyond_awaited(&self, bytes: usize) -> usize {
        let mut beyond = bytes;
        let _ = self
            .awaited
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |awaited| {
                let covered = awaited.min(bytes as u64);
                beyond = bytes - usize::try_from(covered).expect("no more than the bytes");
                (awaited > 0).then(|| awaited - covered)
            });
        beyond
    }

    /// Whether a whole head has come.
    pub fn is_known(&self) -> bool {
        self.known.load(Ordering::Relaxed)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.is_known() {
            self.places.strangers().remove(self.number);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn places(max_connections: u32, connections_per_address: u32) -> Arc<Places> {
        Arc::new(Places::new(&GatewaySettings {
            max_connections,
            connections_per_address,
            trusted_proxies: vec!["10.0.0.9/32".parse().unwrap()],
            ..GatewaySettings::default()
        }))
    }

    #[test]
    fn an_address_counts_by_household_and_a_48_by_four_of_them() {
        let counter = Arc::new(AddressCounter::new(2));
        let mut held = vec![
            counter.take(address("10.0.0.1")).unwrap(),
            counter.take(address("::ffff:10.0.0.1")).unwrap(),
        ];
        assert!(counter.take(address("10.0.0.1")).is_none());
        held.push(counter.take(address("10.0.0.2")).unwrap());
        for household in 0..4 {
            for host in 1..3 {
                let of = address(&format!("2001:db8:1:{household}::{host}"));
                held.push(counter.take(of).unwrap());
            }
        }
        assert!(counter.take(address("2001:db8:1:77::1")).is_none(), "the /48 is full");
        assert!(counter.take(address("2001:db8:2::1")).is_some(), "another /48 is not");
        drop(held);
        assert!(counter.held().is_empty());
        assert!(counter.take(address("2001:db8:1:77::1")).is_some());
    }

    #[test]
    fn who_sends_no_head_makes_room_for_the_next_of_the_same_address_first() {
        let places = places(10_000, 0);
        let other = places.take(address("10.0.0.2")).unwrap();
        let mut held: Vec<_> = (0..STRANGERS_OF_AN_ADDRESS)
            .map(|_| places.take(address("10.0.0.1")).unwrap())
            .collect();
        held[1].0.known();
        assert!(held[0].1.try_recv().is_err(), "there was room for all of them");
        let _room_of_the_known = places.take(address("10.0.0.1")).unwrap();
        assert!(held[0].1.try_recv().is_err());
        let _next = places.take(address("10.0.0.1")).unwrap();
        assert_eq!(held[0].1.try_recv(), Ok(()), "the oldest is cut off");
        assert!(held[1].1.try_recv().is_err(), "whoever is known is not");
        let mut other = other;
        assert!(other.1.try_recv().is_err(), "nor another address");
    }

    #[test]
    fn a_full_server_takes_newcomers_in_place_of_those_without_a_head() {
        let places = places(1, 0);
        let mut held: Vec<_> = (0..=BESIDE_SOCKETS)
            .map(|number| places.take(IpAddr::from([10, 1, (number / 250) as u8, (number % 250) as u8])))
            .collect();
        assert!(held.iter().all(Option::is_some));
        let newcomer = places.take(address("10.2.0.1")).unwrap();
        assert_eq!(held[0].as_mut().unwrap().1.try_recv(), Ok(()));
        newcomer.0.known();
        for (place, _) in held.iter().flatten() {
            place.known();
        }
        assert!(places.take(address("10.2.0.2")).is_none(), "whoever is known stays");
    }

    #[test]
    fn the_connections_of_a_proxy_are_those_of_many() {
        let places = places(1_000, 3);
        let of_the_proxy: Vec<_> = (0..100).map(|_| places.take(address("10.0.0.9"))).collect();
        assert!(of_the_proxy.iter().all(Option::is_some));
        let others: Vec<_> = (0..4).map(|_| places.take(address("10.0.0.1"))).collect();
        assert_eq!(others.iter().flatten().count(), 3);
    }
}
