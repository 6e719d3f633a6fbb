//! Many durations in little room: bins that each reach 5 % further than the one before, so that a quantile is told within 3 %
//! however many there were.

use std::collections::BTreeMap;

/// Durations below this one are not told apart, milliseconds.
const SHORTEST_MS: f64 = 100.0;
/// So much further than the one before each bin reaches.
const STEP: f64 = 1.05;
/// The last bin; it begins beyond ten years.
const LAST: u16 = 600;

/// How often something took how long.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Durations {
    bins: BTreeMap<u16, u32>,
}

impl Durations {
    /// One more, in milliseconds.
    pub fn add(&mut self, ms: u64) {
        *self.bins.entry(bin_of(ms)).or_default() += 1;
    }

    /// All of another one too.
    pub fn merge(&mut self, other: &Durations) {
        for (bin, count) in &other.bins {
            *self.bins.entry(*bin).or_default() += count;
        }
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.bins.values().map(|count| u64::from(*count)).sum()
    }

    /// The duration that `percent` of a hundred are not longer than, milliseconds; `None` when there are none.
    pub fn percentile(&self, percent: u64) -> Option<u64> {
        let wanted = (self.count() * percent).div_ceil(100).max(1);
        let mut seen = 0;
        self.bins.iter().find_map(|(bin, count)| {
            seen += u64::from(*count);
            (seen >= wanted).then(|| middle_of(*bin))
        })
    }
}

fn bin_of(ms: u64) -> u16 {
    let times = (ms as f64 / SHORTEST_MS).max(1.0);
    (times.ln() / STEP.ln()).floor().min(f64::from(LAST)) as u16
}

fn middle_of(bin: u16) -> u64 {
    (SHORTEST_MS * STEP.powf(f64::from(bin) + 0.5)).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_told_within_three_percent() {
        for ms in [100, 999, 17_000, 180_000, 86_400_000] {
            let mut all = Durations::default();
            all.add(ms);
            let told = all.percentile(50).expect("there is one");
            assert!(told.abs_diff(ms) * 100 <= ms * 3, "{ms} is told as {told}");
        }
    }

    #[test]
    fn half_and_nine_tenths_of_a_hundred_are_where_they_are() {
        let (mut one, mut other) = (Durations::default(), Durations::default());
        for second in 1..=100 {
            match second % 2 {
                0 => one.add(second * 1_000),
                _ => other.add(second * 1_000),
            }
        }
        one.merge(&other);
        assert_eq!(one.count(), 100);
        for (percent, ms) in [(50, 50_000u64), (90, 90_000), (100, 100_000)] {
            let told = one.percentile(percent).expect("there are some");
            assert!(told.abs_diff(ms) * 100 <= ms * 4, "{percent}: {told}");
        }
    }

    #[test]
    fn of_nothing_there_is_no_percentile_and_the_longest_has_a_bin() {
        assert_eq!(Durations::default().percentile(50), None);
        let mut all = Durations::default();
        all.add(u64::MAX);
        all.add(0);
        assert_eq!(all.percentile(1), Some(102));
        assert!(all.percentile(100).is_some());
    }
}
