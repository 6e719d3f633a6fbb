//! How often refused sign-ins of one address are written down: whoever knocks all day must not fill the record.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::model::Millis;

/// Entries of one address within [`WINDOW_MS`].
const MOST: u32 = 10;
/// In milliseconds.
const WINDOW_MS: u64 = 60_000;
/// Addresses remembered at most; beyond, those of before the window go, and then all.
const MOST_KEPT: usize = 20_000;

/// The addresses that were refused lately.
#[derive(Default)]
pub(super) struct Refused(Mutex<HashMap<String, Side>>);

struct Side {
    since: Millis,
    written: u32,
    left_out: u64,
}

impl Refused {
    /// Whether one more is written down, and if so, how many were left out before it.
    pub fn begin(&self, address: &str, now: Millis) -> Option<u64> {
        let mut sides = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sides.len() >= MOST_KEPT && !sides.contains_key(address) {
            sides.retain(|_, side| now.since(side.since) < WINDOW_MS);
            if sides.len() >= MOST_KEPT {
                sides.clear();
            }
        }
        let fresh = || Side {
            since: now,
            written: 0,
            left_out: 0,
        };
        let side = sides.entry(address.to_owned()).or_insert_with(fresh);
        if now.since(side.since) >= WINDOW_MS {
            side.since = now;
            side.written = 0;
        }
        if side.written >= MOST {
            side.left_out += 1;
            return None;
        }
        side.written += 1;
        Some(std::mem::take(&mut side.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_a_minute_are_written_and_the_rest_is_counted() {
        let refused = Refused::default();
        for _ in 0..MOST {
            assert_eq!(refused.begin("10.0.0.1", Millis(5)), Some(0));
        }
        for _ in 0..7 {
            assert_eq!(refused.begin("10.0.0.1", Millis(6)), None);
        }
        assert_eq!(refused.begin("10.0.0.2", Millis(6)), Some(0), "another address");
        assert_eq!(refused.begin("10.0.0.1", Millis(5 + WINDOW_MS)), Some(7));
        assert_eq!(refused.begin("10.0.0.1", Millis(6 + WINDOW_MS)), Some(0));
    }
}
