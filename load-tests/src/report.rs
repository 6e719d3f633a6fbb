//! Figures and verdict of a test.

use std::collections::BTreeMap;
use std::fmt::Write;

use hdrhistogram::Histogram;
use serde_json::{Value, json};

use crate::check::Sent;
use crate::cost::{Misfortunes, ServerFigures};
use crate::fault::Fault;
use crate::options::Options;
use crate::shopper::Visit;
use crate::tab::TabVisit;

/// How many broken promises are written out.
const SHOWN: usize = 20;
/// When messages leave this late, the machine of the shoppers was too slow and latencies say little of the server.
const LATE_US: u64 = 50_000;
/// Where these latencies stand among the four.
const SEND_LAG: usize = 1;
const ACK: usize = 2;

/// The report.
pub struct Report {
    url: String,
    seed: u64,
    sockets: u32,
    seconds: f64,
    asked_rate: f64,
    reached_rate: f64,
    planned: usize,
    sent: usize,
    acked: usize,
    answered: usize,
    with_people: usize,
    conversations_with_people: usize,
    resent: u64,
    broken: u64,
    dropped: u64,
    histories: usize,
    latencies: [(&'static str, Histogram<u64>); 4],
    errors: BTreeMap<String, u64>,
    faults: BTreeMap<Fault, usize>,
    examples: Vec<String>,
    failed: Vec<String>,
    server: ServerFigures,
    tabs: usize,
    /// Events that were to reach somebody, and those that did.
    delivered: (usize, usize),
}

impl Report {
    /// Adds up what the shoppers brought home.
    pub fn new(
        options: &Options,
        url: &str,
        seed: u64,
        planned: usize,
        visits: &[Visit],
        tabs: &[TabVisit],
        server: ServerFigures,
    ) -> Report {
        let sent: Vec<&Sent> = visits.iter().flat_map(|visit| visit.journal.sent()).collect();
        let count = |wanted: fn(&Sent) -> bool| sent.iter().filter(|sent| wanted(sent)).count();
        let acked = count(|sent| sent.acked.is_some());
        let last_ack_us = sent.iter().filter_map(|sent| sent.acked).map(|(_, at_us)| at_us).max();
        let span_s = options.seconds.max(last_ack_us.unwrap_or(0) as f64 / 1e6);

        let mut errors = BTreeMap::new();
        let mut faults = BTreeMap::new();
        let mut examples = Vec::new();
        let mut failed = Vec::new();
        for (number, visit) in visits.iter().enumerate() {
            for (code, times) in &visit.errors {
                *errors.entry(code.clone()).or_default() += times;
            }
            for violation in visit.journal.violations() {
                *faults.entry(violation.fault).or_default() += 1;
                if examples.len() < SHOWN {
                    examples.push(format!(
                        "shopper {number}: {}: {}",
                        violation.fault.name(),
                        violation.detail
                    ));
                }
            }
            failed.extend(
                visit
                    .failed
                    .as_ref()
                    .map(|why| format!("shopper {number} gave up: {why}")),
            );
        }
        for (number, tab) in tabs.iter().enumerate() {
            for violation in tab.journal.violations() {
                *faults.entry(violation.fault).or_default() += 1;
                if examples.len() < SHOWN {
                    let (kind, detail) = (violation.fault.name(), &violation.detail);
                    examples.push(format!("tab {number}: {kind}: {detail}"));
                }
            }
        }
        let journals = visits.iter().map(|visit| &visit.journal);
        let delivered = journals
            .chain(tabs.iter().map(|tab| &tab.journal))
            .map(crate::check::Journal::delivered)
            .fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
        Report {
            tabs: tabs.iter().filter(|tab| tab.compared).count(),
            delivered,
            url: url.to_owned(),
            seed,
            sockets: options.sockets,
            seconds: options.seconds,
            asked_rate: options.rate,
            reached_rate: acked as f64 / span_s,
            planned,
            sent: sent.len(),
            acked,
            answered: count(|sent| sent.answered_us.is_some()),
            with_people: count(|sent| sent.answered_us.is_none() && sent.with_people),
            conversations_with_people: visits.iter().filter(|visit| visit.journal.handed_off()).count(),
            resent: visits.iter().map(|visit| visit.resent).sum(),
            broken: visits.iter().map(|visit| visit.broken).sum::<u64>()
                + tabs.iter().map(|tab| tab.broken).sum::<u64>(),
            dropped: visits.iter().map(|visit| visit.dropped).sum::<u64>()
                + tabs.iter().map(|tab| tab.dropped).sum::<u64>(),
            histories: visits.iter().filter(|visit| visit.history_read).count(),
            latencies: [
                (
                    "connect",
                    histogram(visits.iter().flat_map(|visit| visit.connects_us.iter().copied())),
                ),
                (
                    "send lag",
                    histogram(sent.iter().map(|sent| sent.sent_us.saturating_sub(sent.due_us))),
                ),
                (
                    "ack",
                    histogram(
                        sent.iter()
                            .filter_map(|sent| Some(sent.acked?.1.saturating_sub(sent.due_us))),
                    ),
                ),
                (
                    "answer",
                    histogram(
                        sent.iter()
                            .filter_map(|sent| Some(sent.answered_us?.saturating_sub(sent.due_us))),
                    ),
                ),
            ],
            errors,
            faults,
            examples,
            failed,
            server,
        }
    }

    /// Whether every check held: nothing lost, doubled, disordered, changed or refused, and everybody said
    /// everything.
    pub fn passed(&self) -> bool {
        self.faults.is_empty() && self.failed.is_empty() && self.sent == self.planned
    }

    /// How often this promise was broken.
    pub fn faults(&self, fault: Fault) -> usize {
        self.faults.get(&fault).copied().unwrap_or(0)
    }

    fn delivered_percent(&self) -> f64 {
        100.0 * self.delivered.1 as f64 / self.delivered.0.max(1) as f64
    }

    /// Processor time of the server for each acknowledged message, microseconds.
    pub fn cpu_us_a_message(&self) -> Option<f64> {
        self.server.talk_cpu_us().map(|us| us as f64 / self.acked.max(1) as f64)
    }

    /// Processor time of the server for each connection, up to its `welcome`, microseconds.
    pub fn cpu_us_a_connection(&self) -> Option<f64> {
        let us = self.server.opening_cpu_us()?;
        Some(us as f64 / f64::from(self.sockets))
    }

    /// What a connection added to the server's resident memory: with all of them open, and after the talk.
    pub fn kib_a_connection(&self) -> Option<(f64, f64)> {
        let (before, open, after) = self.server.rss_kib()?;
        let each = |now: u64| (now as f64 - before as f64) / f64::from(self.sockets);
        Some((each(open), each(after)))
    }

    /// Within what time from its planned moment this share of messages was acknowledged, microseconds.
    pub fn ack_us(&self, percentile: f64) -> u64 {
        self.latencies[ACK].1.value_at_percentile(percentile)
    }

    /// Share of acknowledged messages that people have, so that no bot answered them.
    pub fn share_with_people(&self) -> f64 {
        self.with_people as f64 / self.acked.max(1) as f64
    }

    /// The first things that were wrong, a line each.
    pub fn complaints(&self) -> String {
        let said = self.examples.iter().chain(&self.failed).take(4).cloned();
        let mut lines: Vec<String> = said.collect();
        if self.sent < self.planned {
            lines.push(format!("{} of {} messages were sent", self.sent, self.planned));
        }
        lines.join("\n")
    }

    /// Whether messages left so late that latencies say more of this machine than of the server.
    pub fn left_late(&self) -> bool {
        self.latencies[SEND_LAG].1.value_at_percentile(99.0) > LATE_US
    }

    /// Messages that were acknowledged and have neither an answer nor people.
    pub fn unanswered(&self) -> usize {
        self.acked.saturating_sub(self.answered + self.with_people)
    }

    /// For people.
    pub fn to_text(&self) -> String {
        let verdict = if self.passed() { "PASSED" } else { "FAILED" };
        format!("{}\n{verdict}", self.figures_text())
    }

    /// The same without the verdict.
    pub fn figures_text(&self) -> String {
        let mut lines = vec![
            format!("{} · seed {}", self.url, self.seed),
            format!(
                "{} sockets · {:.0} messages/s asked for {:.0} s · {:.1} messages/s reached",
                self.sockets, self.asked_rate, self.seconds, self.reached_rate
            ),
            String::new(),
            format!(
                "{:<10}{:>9}{:>11}{:>11}{:>11}{:>11}{:>11}",
                "ms", "count", "p50", "p90", "p99", "p99.9", "max"
            ),
        ];
        for (name, histogram) in &self.latencies {
            let mut line = format!("{name:<10}{:>9}", histogram.len());
            for percentile in [50.0, 90.0, 99.0, 99.9, 100.0] {
                // Writing to a String cannot fail.
                let _ = write!(line, "{:>11.2}", histogram.value_at_percentile(percentile) as f64 / 1e3);
            }
            lines.push(line);
        }
        if self.left_late() {
            lines.push("note: messages left late; this machine is too slow for the load it makes".to_owned());
        }
        lines.push(String::new());
        lines.push(format!(
            "messages   {} planned · {} sent · {} acknowledged · {} answered by the bot · {} with people ({} talks) · {} resent",
            self.planned,
            self.sent,
            self.acked,
            self.answered,
            self.with_people,
            self.conversations_with_people,
            self.resent
        ));
        lines.push(format!(
            "sockets    {} broken on purpose · {} ended otherwise",
            self.broken, self.dropped
        ));
        if self.server.misfortunes != Misfortunes::default() {
            let Misfortunes {
                kills: (kills, slowest),
                proxy: (resets, half_open, cuts),
            } = self.server.misfortunes;
            lines.push(format!(
                "faults     {kills} kills (served again within {slowest} ms) · by the proxy {resets} reset, {half_open} half-open, {cuts} cut"
            ));
        }
        lines.push(format!(
            "delivered  {:.4} % of {} events, to {} shoppers and {} other tabs",
            self.delivered_percent(),
            self.delivered.0,
            self.histories,
            self.tabs
        ));
        let errors: Vec<String> = self
            .errors
            .iter()
            .map(|(code, times)| format!("{code} {times}"))
            .collect();
        lines.push(format!(
            "errors     {}",
            if errors.is_empty() {
                "none".to_owned()
            } else {
                errors.join(" · ")
            }
        ));
        lines.push(self.server_line());
        let checks: Vec<String> = Fault::ALL
            .iter()
            .map(|fault| format!("{} {}", fault.name(), self.faults(*fault)))
            .collect();
        lines.push(format!(
            "checks     {} · {} histories compared",
            checks.join(" · "),
            self.histories
        ));
        lines.extend(self.examples.iter().map(|example| format!("  {example}")));
        lines.extend(self.failed.iter().take(SHOWN).map(|failure| format!("  {failure}")));
        if self.failed.len() > SHOWN {
            lines.push(format!("  and {} more gave up", self.failed.len() - SHOWN));
        }
        lines.join("\n")
    }

    fn server_line(&self) -> String {
        match (self.cpu_us_a_message(), self.kib_a_connection(), self.server.rss_kib()) {
            (Some(cpu), Some((memory, _)), Some((before, open, _))) => format!(
                "server     {cpu:.0} µs processor time a message · {memory:.1} KiB a connection (resident {:.1} → {:.1} MiB)",
                before as f64 / 1024.0,
                open as f64 / 1024.0
            ),
            _ => "server     processor time and memory unknown (give --pid)".to_owned(),
        }
    }

    /// For programs.
    pub fn to_json(&self) -> String {
        format!("{:#}", self.to_value())
    }

    /// The same as a value.
    pub fn to_value(&self) -> Value {
        let mut latencies = serde_json::Map::new();
        for (name, histogram) in &self.latencies {
            let at = |percentile: f64| histogram.value_at_percentile(percentile);
            latencies.insert(
                format!("{}_us", name.replace(' ', "_")),
                json!({"count": histogram.len(), "p50": at(50.0), "p90": at(90.0), "p99": at(99.0),
                       "p999": at(99.9), "max": histogram.max()}),
            );
        }
        let checks: serde_json::Map<String, Value> = Fault::ALL
            .iter()
            .map(|fault| (fault.name().replace(' ', "_"), json!(self.faults(*fault))))
            .collect();
        json!({
            "passed": self.passed(),
            "url": self.url,
            "seed": self.seed,
            "sockets": self.sockets,
            "seconds": self.seconds,
            "rate": {"asked": self.asked_rate, "reached": self.reached_rate},
            "messages": {"planned": self.planned, "sent": self.sent, "acknowledged": self.acked,
                         "answered": self.answered, "with_people": self.with_people, "resent": self.resent},
            "talks_with_people": self.conversations_with_people,
            "disconnects": {"forced": self.broken, "by_server": self.dropped},
            "kills": self.server.misfortunes.kills.0,
            "proxy": {"resets": self.server.misfortunes.proxy.0, "half_open": self.server.misfortunes.proxy.1,
                      "cuts": self.server.misfortunes.proxy.2},
            "delivered": {"events": self.delivered.0, "told": self.delivered.1, "tabs": self.tabs},
            "latencies": latencies,
            "errors": self.errors,
            "checks": checks,
            "histories_compared": self.histories,
            "examples": self.examples,
            "gave_up": self.failed,
            "server": {"cpu_us_a_message": self.cpu_us_a_message(), "cpu_us_a_connection": self.cpu_us_a_connection(),
                       "kib_a_connection": self.kib_a_connection().map(|(open, _)| open),
                       "rss_kib": self.server.rss_kib().map(|(before, open, after)| json!({"before": before, "open": open,
                                                                                           "after": after}))},
        })
    }
}

/// Of these values, to three significant digits.
pub(crate) fn histogram(samples: impl Iterator<Item = u64>) -> Histogram<u64> {
    let mut histogram = Histogram::new(3).expect("3 digits are allowed");
    for sample in samples {
        // An auto-resizing histogram takes every value.
        let _ = histogram.record(sample);
    }
    histogram
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use clap::Parser;

    use super::*;
    use crate::frame::{Event, EventKind};
    use crate::proc::Usage;

    fn visit(answered: bool) -> Visit {
        let mut visit = Visit::default();
        visit.journal.welcomed("k", 1, false, None);
        visit.journal.says("包邮吗", 1_000, 2_000);
        visit.journal.acknowledged("c1", 2, 3_000);
        if answered {
            let event = Event {
                seq: 3,
                kind: EventKind::Bot {
                    reply_to: vec!["c1".into()],
                },
                digest: 0,
            };
            visit.journal.saw(&event, 5_000);
        }
        visit.journal.finish();
        visit
    }

    fn report(visits: &[Visit]) -> Report {
        let options = Options::parse_from(["load-tests", "--sockets", "2"]);
        let look = |cpu_us, rss_kib| {
            Some(Usage {
                cpu_us,
                rss_kib,
                peak_kib: 9999,
            })
        };
        let server = ServerFigures {
            looks: [look(0, 1000), look(500_000, 1020), look(520_000, 1030)],
            misfortunes: Misfortunes::default(),
        };
        Report::new(&options, "ws://x/", 1, 2, visits, &[], server)
    }

    #[test]
    fn latency_counts_from_the_planned_time() {
        let report = report(&[visit(true), visit(true)]);
        assert!(report.passed(), "{}", report.to_text());
        let value: Value = serde_json::from_str(&report.to_json()).unwrap();
        // The histogram keeps three digits, so values may be off by one in the fourth.
        let about = |value: &Value, us: u64| value.as_u64().is_some_and(|value| value.abs_diff(us) <= us / 1000);
        assert!(about(&value["latencies"]["ack_us"]["p50"], 2_000));
        assert!(about(&value["latencies"]["answer_us"]["max"], 4_000));
        assert!(about(&value["latencies"]["send_lag_us"]["max"], 1_000));
        assert_eq!(value["server"]["cpu_us_a_message"], 10_000.0);
        assert_eq!(value["server"]["cpu_us_a_connection"], 250_000.0);
        assert_eq!(value["server"]["kib_a_connection"], 10.0);
        assert_eq!(report.kib_a_connection(), Some((10.0, 15.0)));
    }

    #[test]
    fn a_lost_answer_fails_the_test_and_is_written_out() {
        let report = report(&[visit(true), visit(false)]);
        assert!(!report.passed());
        assert_eq!(report.faults(Fault::Lost), 1);
        assert!(report.to_text().contains("shopper 1: lost: c1"), "{}", report.to_text());
        assert!(report.to_text().ends_with("FAILED"));
    }

    #[test]
    fn saying_less_than_planned_fails_the_test() {
        assert!(!report(&[visit(true)]).passed());
    }
}
