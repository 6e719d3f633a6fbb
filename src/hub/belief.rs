//! Whether the clock is believed, before anything is closed or forgotten by it: what a clock that jumped ahead forgets is
//! gone for good.
//!
//! The clock is compared with the time that has passed since it was believed last, which no setting of the clock changes,
//! and at the start with the newest event that is stored.

use std::time::Duration;

use tokio::time::Instant;

use crate::model::Millis;

use super::clock::expected;

/// By how much the clock may differ from the time that has passed, milliseconds: it is set right now and then.
const SLACK_MS: u64 = 10 * 60_000;
/// How far the newest stored event may lie back at the start, milliseconds. A shop that was closed for longer waits once
/// for [`PROBATION`].
const FAR_MS: u64 = 7 * 24 * 3_600_000;
/// A clock that is not believed is believed again after it has gone evenly for so long.
const PROBATION: Duration = Duration::from_secs(24 * 3_600);

/// What the clock has shown so far.
#[derive(Debug, Default)]
pub(super) struct Belief {
    /// What it showed when it was believed last, and when that was.
    trusted: Option<(Millis, Instant)>,
    /// What it showed last.
    last: Option<(Millis, Instant)>,
    /// Since when it goes evenly without being believed.
    doubted: Option<Instant>,
}

impl Belief {
    /// Whether what the clock shows now is believed. `newest` is when the newest event was stored; it counts at the first
    /// look only.
    pub(super) fn believes(&mut self, shows: Millis, at: Instant, newest: Option<Millis>) -> bool {
        match self.last {
            None if newest.is_some_and(|newest| shows.since(newest) > FAR_MS) => self.doubt(at),
            Some(last) if shows.0 > expected(last, at).0.saturating_add(SLACK_MS) => self.doubt(at),
            _ => {}
        }
        self.last = Some((shows, at));
        let set_right = self.trusted.is_some_and(|trusted| {
            let expected = expected(trusted, at);
            expected.0.abs_diff(shows.0) <= SLACK_MS
        });
        let proven = self.doubted.is_some_and(|since| at.duration_since(since) >= PROBATION);
        if set_right || proven {
            self.doubted = None;
        }
        if self.doubted.is_none() {
            self.trusted = Some((shows, at));
        }
        self.doubted.is_none()
    }

    /// Whether it has not looked at the clock yet.
    pub(super) fn is_new(&self) -> bool {
        self.last.is_none()
    }

    fn doubt(&mut self, at: Instant) {
        if self.doubted.is_none() {
            tracing::warn!(
                "the clock is far ahead of what was seen of it before: until it is set right or has gone evenly for a day \
                 nothing is closed or forgotten by age"
            );
        }
        self.doubted = Some(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600_000;
    const DAY: u64 = 24 * HOUR;
    const START: u64 = 1_000 * DAY;

    /// Looks once in an hour: after so many hours the clock shows so much; whether it is believed.
    fn looks(newest: Option<u64>, shown: &[(u64, u64)]) -> Vec<bool> {
        let began = Instant::now();
        let mut belief = Belief::default();
        let looks = shown.iter().map(|(hours, shows)| {
            let at = began + Duration::from_millis(hours * HOUR);
            belief.believes(Millis(*shows), at, newest.map(Millis))
        });
        looks.collect()
    }

    /// A16
    #[test]
    fn a_clock_that_goes_evenly_is_believed_and_may_be_set_by_minutes() {
        let shown = [
            (0, START),
            (1, START + HOUR),
            (2, START + 2 * HOUR + 300_000),
            (3, START + 3 * HOUR),
        ];
        assert_eq!(looks(Some(START - DAY), &shown), [true; 4]);
        assert_eq!(looks(None, &shown), [true; 4], "nothing is stored yet");
    }

    /// A16
    #[test]
    fn a_clock_that_jumps_ahead_is_not_believed_until_it_is_set_right_or_a_day_is_over() {
        let year = 365 * DAY;
        let set_right = [(0, START), (1, START + HOUR + year), (2, START + 2 * HOUR)];
        assert_eq!(looks(None, &set_right), [true, false, true]);
        let mut even = vec![(0, START)];
        even.extend((1..=26).map(|hour| (hour, START + hour * HOUR + year)));
        let believed = looks(None, &even);
        assert!(believed[0] && !believed[1..25].contains(&true), "{believed:?}");
        assert!(believed[25], "it has gone evenly for a day");
        let twice = [
            (0, START),
            (1, START + year),
            (24, START + 2 * year),
            (26, START + 2 * year + 2 * HOUR),
        ];
        assert_eq!(looks(None, &twice), [true, false, false, false], "the day begins anew");
    }

    /// A16
    #[test]
    fn at_the_start_a_clock_far_ahead_of_what_is_stored_is_not_believed() {
        assert_eq!(
            looks(Some(START - 30 * DAY), &[(0, START), (24, START + DAY)]),
            [false, true]
        );
        assert_eq!(looks(Some(START - 6 * DAY), &[(0, START)]), [true]);
        assert_eq!(
            looks(Some(START + DAY), &[(0, START)]),
            [true],
            "behind it forgets too little, which is no harm"
        );
    }

    #[test]
    fn a_clock_that_is_set_back_is_believed() {
        assert_eq!(
            looks(None, &[(0, START), (1, START - DAY), (2, START - DAY + HOUR)]),
            [true; 3]
        );
    }
}
