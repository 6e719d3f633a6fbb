//! How many wrong passwords are taken from one side before nothing is tried for a while. Counted before the password
//! is looked at, so that a hundred at once do not all get in; a right one is taken off the count again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::Millis;

/// Sides remembered at most; beyond, the oldest go.
const MOST_KEPT: usize = 20_000;

/// A count for each name or address.
pub(super) struct Failures {
    most: u32,
    window_ms: u64,
    sides: Mutex<HashMap<String, Side>>,
}

struct Side {
    since: Millis,
    count: u32,
}

impl Failures {
    /// Takes `most` wrong passwords within `window_ms` milliseconds.
    pub fn new(most: u32, window_ms: u64) -> Failures {
        Failures {
            most,
            window_ms,
            sides: Mutex::default(),
        }
    }

    /// Whether one more may be tried; it counts as wrong until [`Failures::was_right`].
    pub fn begin(&self, side: &str, now: Millis) -> bool {
        let mut sides = self.sides();
        if sides.len() >= MOST_KEPT && !sides.contains_key(side) {
            sides.retain(|_, side| now.since(side.since) < self.window_ms);
            if sides.len() >= MOST_KEPT
                && let Some(oldest) = sides
                    .iter()
                    .min_by_key(|(_, side)| side.since)
                    .map(|(name, _)| name.clone())
            {
                sides.remove(&oldest);
            }
        }
        let side = sides.entry(side.to_owned()).or_insert(Side { since: now, count: 0 });
        if now.since(side.since) >= self.window_ms {
            *side = Side { since: now, count: 0 };
        }
        if side.count >= self.most {
            return false;
        }
        side.count += 1;
        true
    }

    /// The last one was right and does not count.
    pub fn was_right(&self, side: &str) {
        if let Some(side) = self.sides().get_mut(side) {
            side.count = side.count.saturating_sub(1);
        }
    }

    fn sides(&self) -> MutexGuard<'_, HashMap<String, Side>> {
        self.sides.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_too_many_nothing_is_tried_until_the_time_is_over() {
        let failures = Failures::new(3, 1_000);
        for at in 0..3 {
            assert!(failures.begin("小美", Millis(at)));
        }
        assert!(!failures.begin("小美", Millis(999)));
        assert!(failures.begin("小丽", Millis(999)), "others are not concerned");
        assert!(failures.begin("小美", Millis(1_000)));
    }

    #[test]
    fn right_ones_do_not_count() {
        let failures = Failures::new(2, 1_000);
        for at in 0..9 {
            assert!(failures.begin("小美", Millis(at)));
            failures.was_right("小美");
        }
    }
}
