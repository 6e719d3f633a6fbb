//! An honest wait: how long chats have really taken lately, shared among the slots that are staffed.

use std::collections::VecDeque;

/// So many chats are remembered.
const REMEMBERED: usize = 50;
/// What a chat is assumed to take before any has ended, milliseconds, and how many chats that assumption weighs.
const ASSUMED_MS: u64 = 4 * 60_000;
const ASSUMED_WEIGHT: u64 = 3;
/// A chat that an agent left open over lunch says nothing about the next one; it counts for this, milliseconds.
const LONGEST_MS: u64 = 30 * 60_000;

/// How long the last chats took.
#[derive(Clone, Debug, Default)]
pub struct ServiceTimes(VecDeque<u64>);

impl ServiceTimes {
    /// A chat took this long with its agent, milliseconds.
    pub fn record(&mut self, took_ms: u64) {
        if self.0.len() == REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back(took_ms.min(LONGEST_MS));
    }

    /// The mean, drawn towards the assumption while few chats are known, milliseconds.
    pub fn mean_ms(&self) -> u64 {
        let known: u64 = self.0.iter().sum();
        (known + ASSUMED_MS * ASSUMED_WEIGHT) / (self.0.len() as u64 + ASSUMED_WEIGHT)
    }

    /// The wait at this position (1 is next) when agents with so many slots in all are available, of which `free` are
    /// free; seconds, rounded up to ten seconds below two minutes and to whole minutes above. `None` without slots.
    pub fn wait_s(&self, position: u32, slots: u32, free: u32) -> Option<u32> {
        if slots == 0 {
            return None;
        }
        // Who finds a free slot waits for the assignment alone.
        let behind = u64::from(position.saturating_sub(free));
        let wait_s = (behind * self.mean_ms()).div_ceil(u64::from(slots) * 1_000);
        let step = if wait_s <= 120 { 10 } else { 60 };
        Some(u32::try_from(wait_s.div_ceil(step) * step).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn real_times_replace_the_assumption() {
        let mut times = ServiceTimes::default();
        assert_eq!(times.wait_s(1, 2, 0), Some(120));
        assert_eq!(times.wait_s(1, 2, 1), Some(0));
        assert_eq!(times.wait_s(1, 0, 0), None);
        for _ in 0..REMEMBERED * 2 {
            times.record(60_000);
        }
        assert!((60_000..80_000).contains(&times.mean_ms()));
        assert_eq!(times.wait_s(1, 10, 0), Some(10));
        assert_eq!(times.wait_s(30, 10, 0), Some(240));
    }

    proptest! {
        #[test]
        fn later_places_wait_no_less(
            took in proptest::collection::vec(0..10_000_000u64, 0..80), position in 1..500u32, slots in 1..100u32
        ) {
            let mut times = ServiceTimes::default();
            took.into_iter().for_each(|took| times.record(took));
            prop_assert!(times.wait_s(position, slots, 0).unwrap() <= times.wait_s(position + 1, slots, 0).unwrap());
            prop_assert!(times.wait_s(position, slots + 1, 0).unwrap() <= times.wait_s(position, slots, 0).unwrap());
        }
    }
}
