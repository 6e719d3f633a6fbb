//! Figures and verdict of many desks.

use std::time::Duration;

use serde_json::{Value, json};

use super::options::DesksOptions;
use crate::report::histogram;

/// What a desk may be sent, kB a second.
const MOST_KB_A_SECOND: f64 = 20.0;
/// The largest frame that a desk may be sent, bytes.
const LARGEST_FRAME: u64 = 64 * 1024;
/// Within how many milliseconds an agent sees a complaint, and a freed slot is filled.
const WITHIN_MS: f64 = 100.0;

/// What was measured.
#[derive(Default)]
pub struct Measured {
    /// What each desk was sent, kB a second.
    pub kb_a_second: Vec<f64>,
    /// The largest frame, bytes.
    pub largest: u64,
    /// From a complaint to the agent's desk.
    pub complaints: Vec<Duration>,
    /// From the end of a chat to the next one at the same desk.
    pub freed: Vec<Duration>,
    /// Complaints that no desk has seen.
    pub unseen: usize,
    /// Slots that nobody has filled.
    pub unfilled: usize,
    /// Messages that shoppers said beside complaints.
    pub said: u64,
    /// Refusals at desks.
    pub refused: u64,
}

/// What became of many desks.
pub struct AtDesks {
    desks: u32,
    chats: u32,
    waiting: u32,
    slack: f64,
    measured: Measured,
    log: String,
}

/// A figure, what it may be, and whether it is.
struct Held {
    name: &'static str,
    is: String,
    holds: bool,
}

impl AtDesks {
    pub(super) fn new(options: &DesksOptions, measured: Measured, log: String) -> AtDesks {
        AtDesks {
            desks: options.desks,
            chats: options.chats,
            waiting: options.waiting,
            slack: options.slack,
            measured,
            log,
        }
    }

    fn held(&self) -> Vec<Held> {
        let Measured {
            kb_a_second, largest, ..
        } = &self.measured;
        let most = kb_a_second.iter().copied().fold(0.0, f64::max);
        let mean = kb_a_second.iter().sum::<f64>() / kb_a_second.len().max(1) as f64;
        let within = WITHIN_MS * self.slack;
        let waits = |name, waits: &[Duration], lost: usize, of: &str| {
            let spread = spread_ms(waits);
            let lost = if lost == 0 {
                String::new()
            } else {
                format!(" · {lost} {of}")
            };
            Held {
                name,
                is: format!(
                    "{} · p50 {:.0} ms · p99 {:.0} ms · most {:.0} ms (p99 at most {within:.0}){lost}",
                    waits.len(),
                    spread[0],
                    spread[1],
                    spread[2]
                ),
                holds: lost.is_empty() && !waits.is_empty() && spread[1] <= within,
            }
        };
        vec![
            Held {
                name: "sent to a desk",
                is: format!("{mean:.1} kB/s · most {most:.1} kB/s (at most {MOST_KB_A_SECOND})"),
                holds: most <= MOST_KB_A_SECOND,
            },
            Held {
                name: "largest frame",
                is: format!("{largest} bytes (at most {LARGEST_FRAME})"),
                holds: *largest <= LARGEST_FRAME,
            },
            waits(
                "complaint seen by its agent",
                &self.measured.complaints,
                self.measured.unseen,
                "never seen",
            ),
            waits(
                "freed slot filled",
                &self.measured.freed,
                self.measured.unfilled,
                "never filled",
            ),
            Held {
                name: "refused at desks",
                is: self.measured.refused.to_string(),
                holds: self.measured.refused == 0,
            },
        ]
    }

    /// Whether everything came within its bound.
    pub fn passed(&self) -> bool {
        self.held().iter().all(|held| held.holds)
    }

    /// For the terminal.
    pub fn to_text(&self) -> String {
        let mut lines = vec![format!(
            "{} desks, {} open chats, {} waiting; {} messages of shoppers meanwhile",
            self.desks, self.chats, self.waiting, self.measured.said
        )];
        for Held { name, is, holds } in self.held() {
            lines.push(format!("  {} {name:28} {is}", if holds { "ok  " } else { "FAIL" }));
        }
        if !self.log.is_empty() {
            lines.push(format!("the server's log:\n{}", self.log));
        }
        lines.join("\n")
    }

    /// For programs.
    pub fn to_json(&self) -> String {
        let spread = |waits: &[Duration]| {
            let [p50, p99, most] = spread_ms(waits);
            json!({"count": waits.len(), "p50_ms": p50, "p99_ms": p99, "most_ms": most})
        };
        let held = self.held();
        let checks: Vec<Value> = held
            .iter()
            .map(|held| json!({"name": held.name, "is": held.is, "holds": held.holds}))
            .collect();
        let measured = &self.measured;
        let value = json!({
            "desks": self.desks, "chats": self.chats, "waiting": self.waiting, "said": measured.said,
            "kb_a_second": measured.kb_a_second, "largest_frame": measured.largest,
            "complaints": spread(&measured.complaints), "freed": spread(&measured.freed),
            "unseen": measured.unseen, "unfilled": measured.unfilled, "refused": measured.refused,
            "checks": checks, "passed": self.passed(),
        });
        value.to_string()
    }
}

/// The median, the 99th percentile and the longest, milliseconds.
fn spread_ms(waits: &[Duration]) -> [f64; 3] {
    let all = histogram(
        waits
            .iter()
            .map(|wait| u64::try_from(wait.as_micros()).unwrap_or(u64::MAX)),
    );
    [all.value_at_percentile(50.0), all.value_at_percentile(99.0), all.max()].map(|us| us as f64 / 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(measured: Measured) -> AtDesks {
        AtDesks {
            desks: 2,
            chats: 4,
            waiting: 1,
            slack: 1.0,
            measured,
            log: String::new(),
        }
    }

    fn fine() -> Measured {
        Measured {
            kb_a_second: vec![1.0, 19.0],
            largest: 60_000,
            complaints: vec![Duration::from_millis(40); 50],
            freed: vec![Duration::from_millis(20); 50],
            ..Measured::default()
        }
    }

    #[test]
    fn each_bound_is_held_by_itself() {
        assert!(report(fine()).passed());
        let breaks: [fn(&mut Measured); 6] = [
            |measured| measured.kb_a_second[0] = 21.0,
            |measured| measured.largest = 70_000,
            |measured| measured.complaints = vec![Duration::from_millis(140); 50],
            |measured| measured.freed.clear(),
            |measured| measured.unseen = 1,
            |measured| measured.refused = 1,
        ];
        for (at, spoil) in breaks.into_iter().enumerate() {
            let mut measured = fine();
            spoil(&mut measured);
            let report = report(measured);
            assert!(!report.passed(), "{at}");
            assert!(report.to_text().contains("FAIL"), "{at}");
        }
    }
}
