//! Bounds on what a replay may find: `no-longer>0`, `changed>=5%`.

use super::{Change, ReplayReport};

/// A bound that a replay must keep.
#[derive(Clone, Debug, PartialEq)]
pub struct FailIf {
    written: String,
    figure: Figure,
    at_least: bool,
    bound: f64,
    of_hundred: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Figure {
    Changed,
    Of(Change),
    MorePeople,
    FewerPeople,
}

/// The figures by their names.
const NAMES: [(&str, Figure); 8] = [
    ("changed", Figure::Changed),
    ("no-longer", Figure::Of(Change::NoLongerAnswered)),
    ("other", Figure::Of(Change::OtherAnswer)),
    ("now", Figure::Of(Change::NowAnswered)),
    ("asks", Figure::Of(Change::AsksOtherwise)),
    ("reworded", Figure::Of(Change::Reworded)),
    ("more-people", Figure::MorePeople),
    ("fewer-people", Figure::FewerPeople),
];

impl FailIf {
    /// Reads a bound: a figure, `>` or `>=`, and a number of messages or a share of them in percent.
    ///
    /// # Errors
    /// What can be written, when it is none.
    pub fn read(written: &str) -> Result<FailIf, String> {
        let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
        let wrong = || {
            format!(
                "{written}：写成 no-longer>0 或 changed>=5% · write it so; 可用 known: {}",
                names.join(", ")
            )
        };
        let (name, rest) = written.split_once('>').ok_or_else(wrong)?;
        let at_least = rest.starts_with('=');
        let number = rest.trim_start_matches('=').trim();
        let of_hundred = number.ends_with('%');
        let bound = number.trim_end_matches('%').trim().parse::<f64>();
        let bound = bound
            .ok()
            .filter(|bound| bound.is_finite() && *bound >= 0.0)
            .ok_or_else(wrong)?;
        let figure = NAMES
            .iter()
            .find(|(known, _)| *known == name.trim())
            .ok_or_else(wrong)?
            .1;
        Ok(FailIf {
            written: written.to_owned(),
            figure,
            at_least,
            bound,
            of_hundred,
        })
    }

    /// Whether a replay found more than it may.
    pub fn is_met(&self, report: &ReplayReport) -> bool {
        let count = match self.figure {
            Figure::Changed => report.changed,
            Figure::Of(change) => report.by_change.get(&change).copied().unwrap_or(0),
            Figure::MorePeople => report.more_people,
            Figure::FewerPeople => report.fewer_people,
        } as f64;
        let value = match self.of_hundred {
            true => count * 100.0 / report.messages.max(1) as f64,
            false => count,
        };
        if self.at_least {
            value >= self.bound
        } else {
            value > self.bound
        }
    }

    /// As it was written.
    pub fn written(&self) -> &str {
        &self.written
    }
}
