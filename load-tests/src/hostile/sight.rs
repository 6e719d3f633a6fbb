//! What honest people saw, and the bound that it is held against.

use std::time::Duration;

/// One thing that was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Sight {
    /// Of what.
    pub what: String,
    /// In words and figures.
    pub seen: String,
    /// What was promised.
    pub bound: String,
    /// Whether it held.
    pub held: bool,
}

impl Sight {
    /// A number that may not be larger.
    pub fn at_most(what: &str, seen: u64, most: u64, unit: &str) -> Sight {
        Sight {
            what: what.to_owned(),
            seen: format!("{seen} {unit}").trim_end().to_owned(),
            bound: format!("≤ {most} {unit}").trim_end().to_owned(),
            held: seen <= most,
        }
    }

    /// Something that happens within a time; `None`: it did not happen.
    pub fn within(what: &str, took: Option<Duration>, most: Duration) -> Sight {
        Sight {
            what: what.to_owned(),
            seen: took.map_or_else(|| "never".to_owned(), words),
            bound: format!("within {}", words(most)),
            held: took.is_some_and(|took| took <= most),
        }
    }

    /// Something that is so, or is not.
    pub fn is(what: &str, seen: &str, bound: &str, held: bool) -> Sight {
        Sight {
            what: what.to_owned(),
            seen: seen.to_owned(),
            bound: bound.to_owned(),
            held,
        }
    }
}

/// What became of the tries of one kind of visit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tries {
    /// How long those took that came to an end.
    pub took: Vec<Duration>,
    /// Why the others failed.
    pub failed: Vec<String>,
}

/// How slow a visit may be.
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    /// Half of the visits.
    pub median: Duration,
    /// Every visit.
    pub worst: Duration,
}

impl Bound {
    /// Wider by a factor.
    pub fn wider(self, factor: f64) -> Bound {
        Bound {
            median: self.median.mul_f64(factor),
            worst: self.worst.mul_f64(factor),
        }
    }
}

impl Tries {
    /// Held against the bound: none may fail, and there must have been some.
    pub fn against(mut self, what: &str, bound: Bound) -> Sight {
        self.took.sort_unstable();
        let all = self.took.len() + self.failed.len();
        let median = self.took.get(self.took.len().saturating_sub(1) / 2).copied();
        let worst = self.took.last().copied();
        let mut seen = format!("{} of {all}", self.took.len());
        if let (Some(median), Some(worst)) = (median, worst) {
            seen.push_str(&format!(", median {}, worst {}", words(median), words(worst)));
        }
        if let Some(why) = self.failed.first() {
            seen.push_str(&format!(" (failed: {why})"));
        }
        let in_time =
            median.is_some_and(|median| median <= bound.median) && worst.is_some_and(|worst| worst <= bound.worst);
        Sight {
            what: what.to_owned(),
            seen,
            bound: format!("all, median ≤ {}, worst ≤ {}", words(bound.median), words(bound.worst)),
            held: self.failed.is_empty() && in_time,
        }
    }
}

/// A time as people say it.
pub fn words(time: Duration) -> String {
    if time < Duration::from_millis(10) {
        format!("{:.1} ms", time.as_secs_f64() * 1e3)
    } else if time < Duration::from_secs(1) {
        format!("{} ms", time.as_millis())
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUND: Bound = Bound {
        median: Duration::from_millis(250),
        worst: Duration::from_secs(3),
    };

    fn tries(took: &[u64], failed: &[&str]) -> Tries {
        Tries {
            took: took.iter().copied().map(Duration::from_millis).collect(),
            failed: failed.iter().map(|why| (*why).to_owned()).collect(),
        }
    }

    #[test]
    fn one_failure_or_one_slow_visit_breaks_the_bound() {
        assert!(tries(&[1, 2, 2_999], &[]).against("page", BOUND).held);
        assert!(!tries(&[1, 2, 3_001], &[]).against("page", BOUND).held);
        assert!(!tries(&[1, 251, 252], &[]).against("page", BOUND).held);
        let broken = tries(&[1, 2, 3], &["reset"]).against("page", BOUND);
        assert!(!broken.held);
        assert_eq!(broken.seen, "3 of 4, median 2.0 ms, worst 3.0 ms (failed: reset)");
    }

    #[test]
    fn what_was_never_tried_has_not_held() {
        assert!(!tries(&[], &[]).against("page", BOUND).held);
        assert!(!Sight::within("readyz", None, Duration::from_secs(3)).held);
    }

    #[test]
    fn numbers_are_held_against_their_bound() {
        assert!(Sight::at_most("place", 49, 49, "").held);
        assert!(!Sight::at_most("place", 50, 49, "").held);
        assert_eq!(Sight::at_most("memory", 3, 4, "MiB").bound, "≤ 4 MiB");
    }

    #[test]
    fn a_slow_machine_gets_wider_bounds() {
        assert_eq!(BOUND.wider(2.0).worst, Duration::from_secs(6));
    }
}
