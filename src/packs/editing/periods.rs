//! The named periods of a `shop.yaml`, changed line by line: a period that stays keeps its line and its comment.

use serde::{Deserialize, Serialize};

use super::super::yaml::Node;
use super::mapping::{Step, Value, with_values};
use super::{CannotEdit, Entries};
use crate::shop::Period;

pub(super) const PERIODS: &str = "periods";

/// A named period, as a shop has written it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenPeriod {
    /// What it is referred to by.
    pub name: String,
    /// The first day or minute: `2026-10-31 20:00`.
    pub from: String,
    /// The last day, or the minute at which it is over.
    pub to: String,
}

impl WrittenPeriod {
    fn value(&self) -> Value {
        Value::Text(format!("{}..{}", self.from, self.to))
    }
}

/// The periods of a file, in its order.
pub(super) fn periods(name: &str, entries: &Entries) -> Result<Vec<WrittenPeriod>, CannotEdit> {
    let form = || CannotEdit::Form(name.to_owned());
    let Some((_, periods)) = entries.iter().find(|(key, _)| key.value == PERIODS) else {
        return Ok(Vec::new());
    };
    let periods = match &periods.value {
        Node::Null => return Ok(Vec::new()),
        Node::Map(periods) => periods,
        _ => return Err(form()),
    };
    let read = periods.iter().map(|(key, value)| {
        let (from, to) = match &value.value {
            Node::Text(text) => Period::ends(text).ok_or_else(form)?,
            Node::Map(fields) => {
                let field = |name: &str| {
                    let found = fields.iter().find(|(key, _)| key.value == name);
                    match found.map(|(_, value)| &value.value) {
                        Some(Node::Text(text)) => Ok(text.as_str()),
                        _ => Err(form()),
                    }
                };
                (field("from")?, field("to")?)
            }
            _ => return Err(form()),
        };
        // As the form writes it, however the file does.
        let (from, to) = match Period::read(&key.value, from, to) {
            Ok(period) => period.written(),
            Err(_) => (from.to_owned(), to.to_owned()),
        };
        Ok(WrittenPeriod {
            name: key.value.clone(),
            from,
            to,
        })
    });
    read.collect()
}

/// The file with these periods; `there` are those that it has.
pub(super) fn with_periods(
    name: &str,
    text: &str,
    there: &[WrittenPeriod],
    wanted: &[WrittenPeriod],
) -> Result<String, CannotEdit> {
    let whole = || {
        let lines = wanted.iter().map(|period| (period.name.clone(), period.value()));
        let value = (!wanted.is_empty()).then(|| Value::Map(lines.collect()));
        with_values(name, text, &[], &[(PERIODS.to_owned(), value)])
    };
    let changed = wanted.iter().filter(|period| !there.contains(period));
    let changed = changed.map(|period| (period.name.clone(), Some(period.value())));
    let gone = there
        .iter()
        .filter(|known| wanted.iter().all(|period| period.name != known.name));
    let changes: Vec<_> = changed.chain(gone.map(|known| (known.name.clone(), None))).collect();
    // What stands in brackets is written anew.
    match there.is_empty() || wanted.is_empty() {
        true => whole(),
        false => with_values(name, text, &[Step::Key(PERIODS)], &changes).or_else(|_| whole()),
    }
}
