//! Figures and verdict of an overload.

use hdrhistogram::Histogram;
use serde_json::{Value, json};

use super::newcomer::{Newcomer, Outcome};
use super::options::OverloadOptions;
use crate::report::{Report, histogram};

/// A newcomer who is answered within this is answered at once, microseconds.
const AT_ONCE_US: u64 = 1_000_000;

/// What became of a flooded server.
pub struct Overload {
    limit: f64,
    times: f64,
    recovers_within: f64,
    report: Report,
    newcomers: Newcomers,
    log: String,
}

/// Who came in.
struct Newcomers {
    /// While the flood lasted.
    during: Told,
    /// Afterwards.
    after: Told,
    /// From how many seconds after the flood on everybody was answered at once; `None`: never.
    recovered_s: Option<f64>,
}

/// What so many newcomers were told.
#[derive(Default)]
struct Told {
    answered: Vec<u64>,
    come_back: usize,
    failed: Vec<String>,
}

impl Told {
    fn of<'a>(newcomers: impl Iterator<Item = &'a Newcomer>) -> Told {
        let mut told = Told::default();
        for newcomer in newcomers {
            match &newcomer.outcome {
                Outcome::Answered(us) => told.answered.push(*us),
                Outcome::ToldToComeBack => told.come_back += 1,
                Outcome::Failed(why) => told.failed.push(why.clone()),
            }
        }
        told
    }

    fn waits(&self) -> Histogram<u64> {
        histogram(self.answered.iter().copied())
    }

    fn to_text(&self) -> String {
        let waits = self.waits();
        let ms = |percentile| waits.value_at_percentile(percentile) as f64 / 1e3;
        format!(
            "{} answered (p50 {:.0} ms, p99 {:.0} ms) · {} told to come back · {} failed",
            self.answered.len(),
            ms(50.0),
            ms(99.0),
            self.come_back,
            self.failed.len()
        )
    }

    fn to_value(&self) -> Value {
        let waits = self.waits();
        json!({"answered": self.answered.len(), "p50_us": waits.value_at_percentile(50.0),
               "p99_us": waits.value_at_percentile(99.0), "told_to_come_back": self.come_back, "failed": self.failed})
    }
}

impl Newcomers {
    fn new(newcomers: &[Newcomer]) -> Newcomers {
        let fine = |newcomer: &Newcomer| matches!(newcomer.outcome, Outcome::Answered(us) if us <= AT_ONCE_US);
        let last_bad = newcomers.iter().rposition(|newcomer| !fine(newcomer));
        let first_fine = last_bad.map_or(0, |place| place + 1);
        Newcomers {
            during: Told::of(newcomers.iter().filter(|newcomer| newcomer.came_s < 0.0)),
            after: Told::of(newcomers.iter().filter(|newcomer| newcomer.came_s >= 0.0)),
            recovered_s: newcomers.get(first_fine).map(|newcomer| newcomer.came_s.max(0.0)),
        }
    }
}

impl Overload {
    /// Puts together what was seen. `log`: what the server complained of.
    pub(super) fn new(
        options: &OverloadOptions,
        limit: f64,
        report: Report,
        newcomers: Vec<Newcomer>,
        log: String,
    ) -> Overload {
        Overload {
            limit,
            times: options.times,
            recovers_within: options.recovers_within,
            report,
            newcomers: Newcomers::new(&newcomers),
            log,
        }
    }

    /// Whether nothing acknowledged was lost or left unanswered, nobody was let fall, and all was well again in time.
    pub fn passed(&self) -> bool {
        self.complaints().is_empty()
    }

    fn complaints(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        if !self.report.passed() {
            wrong.push(self.report.complaints());
        }
        if self.report.unanswered() > 0 {
            wrong.push(format!(
                "{} acknowledged messages were never answered",
                self.report.unanswered()
            ));
        }
        let failed = self.newcomers.during.failed.iter().chain(&self.newcomers.after.failed);
        wrong.extend(failed.take(3).map(|why| format!("a newcomer was let fall: {why}")));
        match self.newcomers.recovered_s {
            Some(recovered) if recovered <= self.recovers_within => {}
            Some(recovered) => wrong.push(format!("well again only {recovered:.1} s after the flood")),
            None => wrong.push("not well again as long as it was looked at".to_owned()),
        }
        wrong
    }

    /// For people.
    pub fn to_text(&self) -> String {
        let recovered = match self.newcomers.recovered_s {
            Some(seconds) => format!("newcomers are answered within a second from {seconds:.1} s after the flood on"),
            None => "newcomers were not answered within a second again".to_owned(),
        };
        let mut lines = vec![
            format!(
                "the limit  {:.0} messages/s; said: {} times as much",
                self.limit, self.times
            ),
            String::new(),
            self.report.figures_text(),
            String::new(),
            format!("newcomers  while it lasts {}", self.newcomers.during.to_text()),
            format!("           afterwards     {}", self.newcomers.after.to_text()),
            format!("recovery   {recovered}"),
        ];
        if !self.log.is_empty() {
            lines.push(format!("the server's log:\n{}", self.log));
        }
        let complaints = self.complaints();
        lines.extend(complaints.iter().map(|complaint| format!("  {complaint}")));
        lines.push(if complaints.is_empty() { "PASSED" } else { "FAILED" }.to_owned());
        lines.join("\n")
    }

    /// For programs.
    pub fn to_json(&self) -> String {
        let value = json!({
            "passed": self.passed(),
            "complaints": self.complaints(),
            "limit": self.limit,
            "times": self.times,
            "flood": self.report.to_value(),
            "newcomers": {"during": self.newcomers.during.to_value(), "after": self.newcomers.after.to_value()},
            "recovered_s": self.newcomers.recovered_s,
        });
        format!("{value:#}")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn newcomer(came_s: f64, outcome: Outcome) -> Newcomer {
        Newcomer { came_s, outcome }
    }

    #[test]
    fn it_is_well_again_when_nobody_after_has_to_wait_or_come_back() {
        let answered = |came_s, ms: u64| newcomer(came_s, Outcome::Answered(ms * 1_000));
        let back = |came_s| newcomer(came_s, Outcome::ToldToComeBack);
        let seen = [
            answered(-1.0, 300),
            back(-0.5),
            answered(0.0, 200),
            back(0.5),
            answered(1.0, 1_500),
            answered(1.5, 20),
            answered(2.0, 10),
        ];
        let newcomers = Newcomers::new(&seen);
        assert_eq!(newcomers.recovered_s, Some(1.5));
        assert_eq!((newcomers.during.answered.len(), newcomers.during.come_back), (1, 1));
        assert_eq!((newcomers.after.answered.len(), newcomers.after.come_back), (4, 1));
        assert_eq!(Newcomers::new(&seen[..5]).recovered_s, None);
        assert_eq!(
            Newcomers::new(&[answered(-1.0, 5), answered(0.2, 5)]).recovered_s,
            Some(0.0)
        );
    }
}
