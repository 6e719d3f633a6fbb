//! The table: attack, what honest people saw, verdict.

use std::fmt::Write;

use serde_json::{Value, json};

use super::sight::Sight;
use crate::options::Options;

/// An attack that has taken place.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    attack: &'static str,
    did: String,
    sights: Vec<Sight>,
}

impl Outcome {
    pub fn new(attack: &'static str, did: String, sights: Vec<Sight>) -> Outcome {
        Outcome { attack, did, sights }
    }

    /// It came to no end, because honest people could not even begin.
    pub fn broken(attack: &'static str, why: &str) -> Outcome {
        let sight = Sight::is("an honest visit", why, "it succeeds", false);
        Outcome::new(attack, String::new(), vec![sight])
    }

    /// Whether every bound held.
    pub fn passed(&self) -> bool {
        !self.sights.is_empty() && self.sights.iter().all(|sight| sight.held)
    }

    pub fn verdict(&self) -> &'static str {
        if self.passed() { "passed" } else { "FAILED" }
    }
}

/// What all attacks came to.
#[derive(Clone, Debug)]
pub struct Report {
    seconds: f64,
    addresses: u8,
    slack: f64,
    outcomes: Vec<Outcome>,
}

impl Report {
    pub(super) fn new(options: &Options) -> Report {
        Report {
            seconds: options.attack_seconds,
            addresses: options.addresses,
            slack: options.slack,
            outcomes: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, outcome: Outcome) {
        self.outcomes.push(outcome);
    }

    /// Whether every bound of every attack held, and there was one.
    pub fn passed(&self) -> bool {
        !self.outcomes.is_empty() && self.outcomes.iter().all(Outcome::passed)
    }

    /// For people.
    pub fn to_text(&self) -> String {
        let mut text = format!(
            "each attack {} s, attackers at {} address{}, bounds × {}\n",
            self.seconds,
            self.addresses,
            if self.addresses == 1 { "" } else { "es" },
            self.slack
        );
        let whats = self.outcomes.iter().flat_map(|outcome| &outcome.sights);
        let widest = whats.map(|sight| sight.what.chars().count()).max().unwrap_or_default();
        for outcome in &self.outcomes {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "\n{:<20} {}", outcome.attack, outcome.verdict());
            if !outcome.did.is_empty() {
                let _ = writeln!(text, "  attackers: {}", outcome.did);
            }
            for sight in &outcome.sights {
                let mark = if sight.held { "ok  " } else { "FAIL" };
                let Sight { what, seen, bound, .. } = sight;
                let _ = writeln!(text, "  {mark} {what:<widest$}  {seen}  [{bound}]");
            }
        }
        let failed = self.outcomes.iter().filter(|outcome| !outcome.passed()).count();
        let _ = write!(
            text,
            "\n{} attacks, {failed} of them broke a bound\n{}",
            self.outcomes.len(),
            if self.passed() { "PASSED" } else { "FAILED" }
        );
        text
    }

    /// For programs.
    pub fn to_json(&self) -> String {
        let attacks: Vec<Value> = self
            .outcomes
            .iter()
            .map(|outcome| {
                let sights = outcome.sights.iter().map(|sight| {
                    let Sight {
                        what,
                        seen,
                        bound,
                        held,
                    } = sight;
                    json!({"what": what, "seen": seen, "bound": bound, "held": held})
                });
                json!({
                    "attack": outcome.attack,
                    "attackers": outcome.did,
                    "passed": outcome.passed(),
                    "seen": sights.collect::<Vec<_>>(),
                })
            })
            .collect();
        json!({
            "passed": self.passed(),
            "attack_seconds": self.seconds,
            "addresses": self.addresses,
            "slack": self.slack,
            "attacks": attacks,
        })
        .to_string()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use clap::Parser;

    use super::*;

    fn report(outcomes: Vec<Outcome>) -> Report {
        let mut report = Report::new(&Options::parse_from(["load-tests", "--spawn", "x", "--hostile"]));
        outcomes.into_iter().for_each(|outcome| report.add(outcome));
        report
    }

    fn outcome(held: bool) -> Outcome {
        Outcome::new("siege", "shouted".into(), vec![Sight::is("gate", "open", "open", held)])
    }

    #[test]
    fn one_broken_bound_fails_the_whole() {
        assert!(report(vec![outcome(true)]).passed());
        let broken = report(vec![outcome(true), outcome(false)]);
        assert!(!broken.passed());
        assert!(broken.to_text().ends_with("FAILED"), "{}", broken.to_text());
        assert!(broken.to_text().contains("FAIL gate  open  [open]"));
        let value: Value = serde_json::from_str(&broken.to_json()).unwrap();
        assert_eq!(value["attacks"][1]["seen"][0]["held"], false);
    }

    #[test]
    fn nothing_seen_is_nothing_shown() {
        assert!(!report(vec![]).passed());
        assert!(!report(vec![Outcome::new("siege", String::new(), vec![])]).passed());
        assert!(!report(vec![Outcome::broken("siege", "no connection")]).passed());
    }
}
