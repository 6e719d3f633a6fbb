//! A queue played chat by chat, without a server: what Erlang A is checked against, and what happens where its assumptions
//! do not hold. Pure.
//!
//! Whoever has waited longest is served first. So it is enough to keep when each of the servers is free again: the next
//! chat has the first of them, unless its patience ends before. No step of time is needed, and nothing is approximated.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::erlang::Demand;
use crate::plan::Dice;

/// A chat that wants a person. Times are microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Want {
    /// When.
    pub at_us: u64,
    /// How long somebody will need for it.
    pub handling_us: u64,
    /// How long it waits before it gives up.
    pub patience_us: u64,
}

/// What became of the chats that were counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// How many.
    pub wants: usize,
    /// How many were served within the promise.
    pub within: usize,
    /// How many gave up.
    pub gave_up: usize,
    /// Sum of all waits, also of those who gave up, seconds.
    pub waited_s: f64,
}

impl Outcome {
    /// Share of all that was served within the promise; nobody wants anything: all.
    pub fn share_within(&self) -> f64 {
        match self.wants {
            0 => 1.0,
            wants => self.within as f64 / wants as f64,
        }
    }

    /// Share of all that gave up.
    pub fn share_gave_up(&self) -> f64 {
        self.gave_up as f64 / self.wants.max(1) as f64
    }

    /// Mean wait of all, seconds.
    pub fn mean_wait_s(&self) -> f64 {
        self.waited_s / self.wants.max(1) as f64
    }

    /// Both together.
    pub fn and(self, other: &Outcome) -> Outcome {
        Outcome {
            wants: self.wants + other.wants,
            within: self.within + other.within,
            gave_up: self.gave_up + other.gave_up,
            waited_s: self.waited_s + other.waited_s,
        }
    }
}

/// Plays it. `wants` in the order of their times; those between `from_us` and `to_us` are counted.
pub fn play(wants: &[Want], servers: u32, promise_us: u64, from_us: u64, to_us: u64) -> Outcome {
    let mut free_at: BinaryHeap<Reverse<u64>> = (0..servers).map(|_| Reverse(0)).collect();
    let mut outcome = Outcome::default();
    for want in wants {
        let gives_up_at = want.at_us.saturating_add(want.patience_us);
        let first_free = free_at.peek().map_or(u64::MAX, |free| free.0).max(want.at_us);
        let served = first_free <= gives_up_at && servers > 0;
        if served {
            free_at.pop();
            free_at.push(Reverse(first_free.saturating_add(want.handling_us)));
        }
        if !(from_us..to_us).contains(&want.at_us) {
            continue;
        }
        let waited_us = first_free.min(gives_up_at) - want.at_us;
        outcome.wants += 1;
        outcome.waited_s += waited_us as f64 / 1e6;
        outcome.gave_up += usize::from(!served);
        outcome.within += usize::from(served && waited_us <= promise_us);
    }
    outcome
}

/// So many chats as Erlang A assumes them, and the first that counts: those before fill the empty room.
pub fn as_assumed(demand: &Demand, chats: usize, seed: u64) -> (Vec<Want>, u64) {
    let mut dice = Dice::new(seed);
    let (mut wants, mut at_s) = (Vec::with_capacity(chats), 0.0);
    for _ in 0..chats {
        at_s += exponential(1.0 / demand.arrivals_a_second, &mut dice);
        wants.push(Want {
            at_us: micros(at_s),
            handling_us: micros(exponential(demand.handling_s, &mut dice)),
            patience_us: micros(exponential(demand.patience_s, &mut dice)),
        });
    }
    let counts_from_us = wants.get(chats / 10).map_or(0, |want| want.at_us);
    (wants, counts_from_us)
}

/// A time with this mean, which says nothing of how long it still takes.
pub fn exponential(mean: f64, dice: &mut Dice) -> f64 {
    match mean.is_finite() {
        true => -mean * (-dice.unit()).ln_1p(),
        false => f64::INFINITY,
    }
}

/// Seconds in microseconds; more than there can be is the most there can be.
pub fn micros(seconds: f64) -> u64 {
    (seconds * 1e6) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn want(at_us: u64, handling_us: u64, patience_us: u64) -> Want {
        Want {
            at_us,
            handling_us,
            patience_us,
        }
    }

    #[test]
    fn whoever_waits_longest_is_served_first_and_who_leaves_takes_nobodys_time() {
        let wants = [
            want(0, 100, 0),
            // Gives up at 60, before anybody is free.
            want(10, 100, 50),
            // Is served at 100, having waited 80.
            want(20, 100, 500),
            // Is served at 200, having waited 170.
            want(30, 100, 500),
        ];
        let outcome = play(&wants, 1, 80, 0, u64::MAX);
        assert_eq!((outcome.wants, outcome.gave_up, outcome.within), (4, 1, 2));
        assert!((outcome.waited_s - 300e-6).abs() < 1e-12, "{outcome:?}");
        let two = play(&wants, 2, 80, 0, u64::MAX);
        assert_eq!((two.gave_up, two.within), (0, 4), "the second has a server of its own");
    }

    #[test]
    fn without_anybody_all_give_up() {
        let outcome = play(&[want(0, 5, 7)], 0, 100, 0, u64::MAX);
        assert_eq!((outcome.gave_up, outcome.within), (1, 0));
    }

    #[test]
    fn only_the_window_is_counted_and_what_came_before_is_in_the_way() {
        let wants = [want(0, 100, 0), want(50, 10, 1_000), want(200, 10, 1_000)];
        let outcome = play(&wants, 1, 0, 40, 100);
        assert_eq!((outcome.wants, outcome.within), (1, 0));
    }

    #[test]
    fn it_agrees_with_erlang_a() {
        for (arrivals, servers, patience_s) in [(0.05, 12, 300.0), (0.8, 190, 300.0), (0.4, 105, f64::INFINITY)] {
            let demand = Demand {
                arrivals_a_second: arrivals,
                handling_s: 240.0,
                patience_s,
            };
            let predicted = demand.with_servers(servers, 30.0);
            let (wants, from_us) = as_assumed(&demand, 1_000_000, 3);
            let played = play(&wants, servers, 30_000_000, from_us, u64::MAX);
            assert!(
                (played.share_within() - predicted.within).abs() < 0.02,
                "{predicted:?} {played:?}"
            );
            assert!(
                (played.share_gave_up() - predicted.gives_up).abs() < 0.01,
                "{predicted:?} {played:?}"
            );
        }
    }
}
