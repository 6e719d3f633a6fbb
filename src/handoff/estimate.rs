//! An honest wait: how long chats of the shop have really taken lately, shared among the agents who may take them.

use std::collections::{HashMap, VecDeque};

use crate::model::{ShopId, staff};

/// So many chats of a shop are remembered.
const REMEMBERED: usize = 50;
/// What a chat is assumed to take before any has ended, milliseconds, and how many chats that assumption weighs.
const ASSUMED_MS: u64 = 4 * 60_000;
const ASSUMED_WEIGHT: u64 = 3;
/// A chat that an agent left open over lunch says nothing about the next one; it counts for this, milliseconds.
const LONGEST_MS: u64 = 30 * 60_000;

/// How long the last chats of each shop took.
#[derive(Clone, Debug, Default)]
pub struct ServiceTimes(HashMap<ShopId, VecDeque<u64>>);

impl ServiceTimes {
    /// A chat of this shop took this long with its agent, milliseconds.
    pub fn record(&mut self, shop: &ShopId, took_ms: u64) {
        let times = self.0.entry(shop.clone()).or_default();
        if times.len() == REMEMBERED {
            times.pop_front();
        }
        times.push_back(took_ms.min(LONGEST_MS));
    }

    /// The mean, drawn towards the assumption while few chats are known, milliseconds.
    pub fn mean_ms(&self, shop: &ShopId) -> u64 {
        let (count, known) = match self.0.get(shop) {
            Some(times) => (times.len() as u64, times.iter().sum()),
            None => (0, 0),
        };
        (known + ASSUMED_MS * ASSUMED_WEIGHT) / (count + ASSUMED_WEIGHT)
    }
}

/// Agents who are available for the same shops.
#[derive(Clone, Debug)]
struct Pool {
    /// Empty: all shops.
    shops: Vec<ShopId>,
    capacity: u32,
    free: u32,
    /// Until when its capacity is spoken for by those who stand before, milliseconds from now.
    taken_until_ms: f64,
}

/// Estimates the waits of one queue. Those who wait are brought to it in the order of service, for everybody uses up
/// what the next could have had. Agents of several shops are shared: their chats come from whoever stands first.
#[derive(Clone, Debug, Default)]
pub struct WaitForecast {
    pools: Vec<Pool>,
}

impl WaitForecast {
    /// An available agent takes part: for these shops (empty: all), with this many chats at once and this many free.
    pub fn add(&mut self, shops: &[ShopId], capacity: u32, free: u32) {
        let mut shops = shops.to_vec();
        shops.sort();
        shops.dedup();
        match self.pools.iter_mut().find(|pool| pool.shops == shops) {
            Some(pool) => {
                pool.capacity = pool.capacity.saturating_add(capacity);
                pool.free = pool.free.saturating_add(free);
            }
            None => self.pools.push(Pool {
                shops,
                capacity,
                free,
                taken_until_ms: 0.0,
            }),
        }
    }

    /// The wait of the next in the queue, whose shop is this, when a chat takes `mean_ms`; seconds, rounded up to ten
    /// seconds below two minutes and to whole minutes above. `None` when nobody is available for the shop.
    pub fn next_wait_s(&mut self, shop: &ShopId, mean_ms: u64) -> Option<u32> {
        let serves = |pool: &Pool| pool.capacity > 0 && staff::includes(&pool.shops, shop);
        let mut pools: Vec<&mut Pool> = self.pools.iter_mut().filter(|pool| serves(pool)).collect();
        if pools.is_empty() {
            return None;
        }
        // Whoever finds room waits for the assignment alone. Those who serve few shops are used first.
        let with_room = pools.iter_mut().filter(|pool| pool.free > 0);
        if let Some(pool) = with_room.min_by_key(|pool| breadth(&pool.shops)) {
            pool.free -= 1;
            return Some(0);
        }
        // All pools of the shop together bring one chat to its end in the time until which each is taken now.
        pools.sort_by(|one, other| one.taken_until_ms.total_cmp(&other.taken_until_ms));
        let mut work_left = mean_ms as f64;
        let mut capacity = 0.0;
        let mut at_ms = 0.0;
        for place in 0..pools.len() {
            at_ms = pools[place].taken_until_ms;
            capacity += f64::from(pools[place].capacity);
            let until_next = pools
                .get(place + 1)
                .map_or(f64::INFINITY, |next| next.taken_until_ms - at_ms);
            if work_left <= until_next * capacity {
                at_ms += work_left / capacity;
                break;
            }
            work_left -= until_next * capacity;
        }
        for pool in pools.iter_mut().filter(|pool| pool.taken_until_ms < at_ms) {
            pool.taken_until_ms = at_ms;
        }
        Some(rounded_s(at_ms))
    }
}

/// How many shops somebody serves, for preferring those who serve few; empty means all.
pub(super) fn breadth(shops: &[ShopId]) -> usize {
    if shops.is_empty() { usize::MAX } else { shops.len() }
}

fn rounded_s(wait_ms: f64) -> u32 {
    // A rounding error of the sums above must not lift a wait by a whole step.
    let wait_s = (wait_ms / 1_000.0 - 1e-6).ceil().max(0.0);
    let step = if wait_s <= 120.0 { 10.0 } else { 60.0 };
    // A wait beyond the largest number is the largest number.
    ((wait_s / step).ceil() * step) as u32
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn shop(name: &str) -> ShopId {
        ShopId::new(name)
    }

    /// The waits of so many of one shop, when a chat takes four minutes.
    fn waits(forecast: &WaitForecast, name: &str, many: usize) -> Vec<Option<u32>> {
        let mut forecast = forecast.clone();
        (0..many).map(|_| forecast.next_wait_s(&shop(name), 240_000)).collect()
    }

    #[test]
    fn real_times_of_the_shop_replace_the_assumption() {
        let mut times = ServiceTimes::default();
        let mut forecast = WaitForecast::default();
        assert_eq!(waits(&forecast, "a", 1), [None]);
        forecast.add(&[], 2, 0);
        assert_eq!(waits(&forecast, "a", 2), [Some(120), Some(240)]);
        for _ in 0..REMEMBERED * 2 {
            times.record(&shop("a"), 60_000);
        }
        assert!((60_000..80_000).contains(&times.mean_ms(&shop("a"))));
        assert_eq!(
            times.mean_ms(&shop("b")),
            ASSUMED_MS,
            "another shop's chats say nothing"
        );
        let mut ten = WaitForecast::default();
        ten.add(&[], 10, 0);
        assert_eq!(ten.next_wait_s(&shop("a"), times.mean_ms(&shop("a"))), Some(10));
    }

    #[test]
    fn who_finds_room_does_not_wait_and_takes_it_from_those_who_serve_few_shops() {
        let mut forecast = WaitForecast::default();
        forecast.add(&[], 1, 1);
        forecast.add(&[shop("a")], 1, 1);
        // Had the first of a taken the agent of all shops, the one of b would wait.
        assert_eq!(forecast.next_wait_s(&shop("a"), 240_000), Some(0));
        assert_eq!(forecast.next_wait_s(&shop("b"), 240_000), Some(0));
        assert_eq!(forecast.next_wait_s(&shop("a"), 240_000), Some(120));
    }

    #[test]
    fn a_shop_waits_for_its_own_agents_only_and_shares_those_of_several() {
        let mut apart = WaitForecast::default();
        apart.add(&[shop("a")], 1, 0);
        apart.add(&[shop("b")], 4, 0);
        assert_eq!(waits(&apart, "a", 2), [Some(240), Some(480)]);
        assert_eq!(waits(&apart, "b", 2), [Some(60), Some(120)]);
        assert_eq!(waits(&apart, "c", 1), [None]);

        // Two agents of both shops are one pool: whoever stands before counts, of whichever shop.
        let mut shared = WaitForecast::default();
        shared.add(&[shop("a"), shop("b")], 1, 0);
        shared.add(&[shop("b"), shop("a")], 1, 0);
        assert_eq!(shared.next_wait_s(&shop("a"), 240_000), Some(120));
        assert_eq!(shared.next_wait_s(&shop("b"), 240_000), Some(240));

        // The agent of b alone is nearer than the one of both, whom those of a keep busy.
        let mut mixed = WaitForecast::default();
        mixed.add(&[shop("a"), shop("b")], 1, 0);
        mixed.add(&[shop("b")], 1, 0);
        for wait in [240, 480] {
            assert_eq!(mixed.next_wait_s(&shop("a"), 240_000), Some(wait));
        }
        assert_eq!(mixed.next_wait_s(&shop("b"), 240_000), Some(240));
    }

    proptest! {
        #[test]
        fn later_places_wait_no_less_and_more_agents_make_nobody_wait_longer(
            took in proptest::collection::vec(0..10_000_000u64, 0..80),
            queue in proptest::collection::vec(0..3usize, 1..60),
            agents in proptest::collection::vec((0..8usize, 0..6u32, 0..3u32), 0..6),
        ) {
            let shops = ["a", "b", "c"].map(shop);
            let mut times = ServiceTimes::default();
            took.into_iter().for_each(|took| times.record(&shops[0], took));
            let mut forecast = WaitForecast::default();
            for (of, capacity, free) in agents {
                let serves: Vec<ShopId> = (0..3).filter(|bit| of >> bit & 1 == 1).map(|bit| shops[bit].clone()).collect();
                forecast.add(&serves, capacity, free.min(capacity));
            }
            let mut more = forecast.clone();
            more.add(&[], 1, 0);
            let mut last = [0; 3];
            for place in queue {
                let mean = times.mean_ms(&shops[place]);
                let wait = forecast.next_wait_s(&shops[place], mean);
                let shorter = more.next_wait_s(&shops[place], mean).unwrap();
                if let Some(wait) = wait {
                    prop_assert!(wait >= last[place]);
                    last[place] = wait;
                    prop_assert!(shorter <= wait, "{shorter} after {wait}");
                }
            }
        }
    }
}
