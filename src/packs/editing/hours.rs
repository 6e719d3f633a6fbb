//! The service hours, holidays and named periods of a `shop.yaml`, day by day, and changed line by line: a line for several days stays while it
//! holds for all of them.

use serde::{Deserialize, Serialize};

use super::super::yaml::Node;
use super::mapping::{Step, Value, with_values};
use super::periods::{PERIODS, WrittenPeriod, periods, with_periods};
use super::{CannotEdit, Entries, entries, rest};
use crate::model::DAYS_OF_WEEK;
use crate::shop::{EVERY_DAY, Holiday, Span, days_named};

const HOURS: &str = "service_hours";
const HOLIDAYS: &str = "holidays";
/// The hours of a shop that writes none.
const ALL_DAY: &str = "00:00-24:00";
/// The hours of a day on which nobody is there, as files say it.
const CLOSED: &str = "休息";

/// When people are there, as a shop has written it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenHours {
    /// Spans of each day, Monday first; empty for none.
    pub week: [String; 7],
    /// Days with other hours, in the order of the file.
    pub holidays: Vec<WrittenHoliday>,
    /// Named periods, in the order of the file.
    #[serde(default)]
    pub periods: Vec<WrittenPeriod>,
}

/// A day, or days in a row, with hours of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenHoliday {
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Spans; empty for none.
    #[serde(default)]
    pub hours: String,
}

impl WrittenHoliday {
    /// As a key of the file.
    pub fn days(&self) -> String {
        match self.from == self.to {
            true => self.from.clone(),
            false => format!("{}..{}", self.from, self.to),
        }
    }
}

/// The hours of a file.
///
/// # Errors
/// It cannot be read, or has hours in another form than days and spans.
pub fn written_hours(name: &str, bytes: &[u8]) -> Result<WrittenHours, CannotEdit> {
    let entries = entries(name, bytes)?;
    let keys = week_keys(name, &entries)?;
    let week = match keys.is_empty() {
        true => std::array::from_fn(|_| ALL_DAY.to_owned()),
        false => std::array::from_fn(|day| resolved(&keys, day)),
    };
    let holidays = holiday_keys(name, &entries)?.into_iter().map(|(_, holiday)| holiday);
    Ok(WrittenHours {
        week,
        holidays: holidays.collect(),
        periods: periods(name, &entries)?,
    })
}

/// The file with these hours. The very same text where nothing is different.
///
/// # Errors
/// It is written in a form that is not edited line by line, or the hours cannot be read.
pub fn with_hours(name: &str, bytes: &[u8], wanted: &WrittenHours) -> Result<String, CannotEdit> {
    let form = || CannotEdit::Form(name.to_owned());
    let text = std::str::from_utf8(bytes).map_err(|_| CannotEdit::Unreadable(name.to_owned()))?;
    let before = entries(name, bytes)?;
    let known = written_hours(name, bytes)?;
    let mut edited = text.to_owned();
    if !same_week(&known.week, &wanted.week) {
        let keys = week_keys(name, &before)?;
        let there = keys.iter().map(|key| (key.name.clone(), key.spans.clone())).collect();
        let lines = week_for(keys, &wanted.week)
            .into_iter()
            .map(|key| (key.name, key.spans));
        edited = with_section(name, &edited, HOURS, there, lines.collect())?;
    }
    if known.holidays != wanted.holidays {
        let keys = holiday_keys(name, &before)?;
        let lines = wanted.holidays.iter().map(|holiday| {
            let same_days = |(_, there): &&(String, WrittenHoliday)| there.days() == holiday.days();
            let key = keys.iter().find(same_days).map(|(key, _)| key.clone());
            (key.unwrap_or_else(|| holiday.days()), holiday.hours.clone())
        });
        let lines = lines.collect();
        let there = keys
            .iter()
            .map(|(key, holiday)| (key.clone(), holiday.hours.clone()))
            .collect();
        edited = with_section(name, &edited, HOLIDAYS, there, lines)?;
    }
    if known.periods != wanted.periods {
        edited = with_periods(name, &edited, &known.periods, &wanted.periods)?;
    }
    // The form of a file may be odder than thought: what comes out is read again.
    let got = written_hours(name, edited.as_bytes())?;
    let mut days = [&got.holidays, &wanted.holidays].map(|holidays| {
        let days = holidays.iter().map(|holiday| (holiday.days(), spans(&holiday.hours)));
        days.collect::<Vec<_>>()
    });
    days.iter_mut().for_each(|days| days.sort());
    let after = entries(name, edited.as_bytes())?;
    let ours = [HOURS, HOLIDAYS, PERIODS];
    let same_rest = rest(&before, &ours) == rest(&after, &ours);
    let mut named = [got.periods, wanted.periods.clone()];
    named
        .iter_mut()
        .for_each(|periods| periods.sort_by(|one, other| one.name.cmp(&other.name)));
    match same_week(&got.week, &wanted.week) && days[0] == days[1] && named[0] == named[1] && same_rest {
        true => Ok(edited),
        false => Err(form()),
    }
}

/// The file with these lines, each with its hours, under a key: lines that are `there` and say the same keep every sign.
fn with_section(
    name: &str,
    text: &str,
    section: &str,
    there: Vec<(String, String)>,
    wanted: Vec<(String, String)>,
) -> Result<String, CannotEdit> {
    let is_there = |(key, hours): &&(String, String)| {
        let mut same = there.iter().filter(|(known, _)| known == key);
        same.any(|(_, known)| same_hours(known, hours))
    };
    let changed = wanted.iter().filter(|line| !is_there(line));
    let changed = changed.map(|(key, hours)| (key.clone(), Some(hours_value(hours))));
    let gone = there
        .iter()
        .filter(|(key, _)| wanted.iter().all(|(other, _)| other != key));
    let changes: Vec<_> = changed.chain(gone.map(|(key, _)| (key.clone(), None))).collect();
    let whole = || {
        let lines = wanted.iter().map(|(key, hours)| (key.clone(), hours_value(hours)));
        let value = (!wanted.is_empty()).then(|| Value::Map(lines.collect()));
        with_values(name, text, &[], &[(section.to_owned(), value)])
    };
    // What stands in brackets, or is a list, is written anew.
    match there.is_empty() || wanted.is_empty() {
        true => whole(),
        false => with_values(name, text, &[Step::Key(section)], &changes).or_else(|_| whole()),
    }
}

/// A line of the week.
#[derive(Clone, Debug, PartialEq)]
struct Key {
    name: String,
    days: Vec<usize>,
    spans: String,
}

fn week_keys(name: &str, entries: &Entries) -> Result<Vec<Key>, CannotEdit> {
    let form = || CannotEdit::Form(name.to_owned());
    let Some((_, hours)) = entries.iter().find(|(key, _)| key.value == HOURS) else {
        return Ok(Vec::new());
    };
    let lines = match &hours.value {
        Node::Null => return Ok(Vec::new()),
        Node::Map(lines) => lines,
        _ => return Err(form()),
    };
    let read = lines.iter().map(|(key, spans)| {
        Ok(Key {
            name: key.value.clone(),
            days: days_named(&key.value).ok_or_else(form)?,
            spans: spans_of(&spans.value).ok_or_else(form)?,
        })
    });
    read.collect()
}

/// The spans of a value; nothing for a closed day.
fn spans_of(node: &Node) -> Option<String> {
    match node {
        Node::Null => Some(String::new()),
        Node::Text(text) => match Span::read_all(text) {
            Ok(spans) if spans.is_empty() => Some(String::new()),
            _ => Some(text.clone()),
        },
        _ => None,
    }
}

/// The line that holds for a day: the one that names the fewest.
fn holding(keys: &[Key], day: usize) -> Option<usize> {
    let naming = keys.iter().enumerate().filter(|(_, key)| key.days.contains(&day));
    naming.min_by_key(|(_, key)| key.days.len()).map(|(at, _)| at)
}

fn resolved(keys: &[Key], day: usize) -> String {
    holding(keys, day).map_or_else(String::new, |at| keys[at].spans.clone())
}

fn spans(text: &str) -> Option<Vec<Span>> {
    Span::read_all(text).ok()
}

fn same_hours(one: &str, other: &str) -> bool {
    one == other || spans(one).is_some_and(|read| Some(read) == spans(other))
}

fn same_week(one: &[String; 7], other: &[String; 7]) -> bool {
    one.iter().zip(other).all(|(one, other)| same_hours(one, other))
}

/// The lines of the week with these hours: a line says what most of its days do; a day that is alone in its hours gets a line
/// of its own, which goes again when it says nothing of its own any more.
fn week_for(mut keys: Vec<Key>, wanted: &[String; 7]) -> Vec<Key> {
    let count = |spans: &str| wanted.iter().filter(|other| same_hours(spans, other)).count();
    if keys.is_empty() {
        let most = wanted.iter().max_by_key(|spans| count(spans));
        keys.push(Key {
            name: EVERY_DAY.to_owned(),
            days: (0..7).collect(),
            spans: most.cloned().unwrap_or_default(),
        });
    }
    for at in 0..keys.len() {
        let held: Vec<&String> = (0..7)
            .filter(|day| holding(&keys, *day) == Some(at))
            .map(|day| &wanted[day])
            .collect();
        let count = |spans: &str| held.iter().filter(|other| same_hours(spans, other)).count();
        let most = held.iter().max_by_key(|spans| count(spans));
        if let Some(most) = most.filter(|most| count(most) > count(&keys[at].spans)) {
            keys[at].spans = (*most).clone();
        }
    }
    for (day, spans) in wanted.iter().enumerate() {
        if same_hours(&resolved(&keys, day), spans) {
            continue;
        }
        let own = keys.iter_mut().find(|key| key.days == [day]);
        match own {
            Some(key) => key.spans.clone_from(spans),
            None => keys.push(Key {
                name: DAYS_OF_WEEK[day].to_owned(),
                days: vec![day],
                spans: spans.clone(),
            }),
        }
    }
    for (day, spans) in wanted.iter().enumerate() {
        let without: Vec<Key> = keys.iter().filter(|key| key.days != [day]).cloned().collect();
        let covered = holding(&without, day).is_some();
        if covered && without.len() < keys.len() && same_hours(&resolved(&without, day), spans) {
            keys = without;
        }
    }
    keys
}

fn hours_value(spans: &str) -> Value {
    match spans.trim() {
        "" => Value::Plain(CLOSED.to_owned()),
        spans => Value::Text(spans.to_owned()),
    }
}

fn holiday_keys(name: &str, entries: &Entries) -> Result<Vec<(String, WrittenHoliday)>, CannotEdit> {
    let form = || CannotEdit::Form(name.to_owned());
    let Some((_, holidays)) = entries.iter().find(|(key, _)| key.value == HOLIDAYS) else {
        return Ok(Vec::new());
    };
    let read = |key: &str, value: &Node| {
        let hours = spans_of(value).ok_or_else(form)?;
        let (from, to) = Holiday::read(key, "").map_err(|_| form())?.days();
        let (from, to) = (from.to_string(), to.to_string());
        Ok((key.to_owned(), WrittenHoliday { from, to, hours }))
    };
    match &holidays.value {
        Node::Null => Ok(Vec::new()),
        Node::Map(lines) => lines
            .iter()
            .map(|(key, value)| read(&key.value, &value.value))
            .collect(),
        Node::Text(days) => Ok(vec![read(days, &Node::Null)?]),
        Node::List { items, .. } => {
            let items = items.iter().map(|item| match &item.value {
                Node::Text(days) => read(days, &Node::Null),
                _ => Err(form()),
            });
            items.collect()
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const SHOP: &str = "shop: tea\nservice_hours: # 人工\n  every_day: \"09:00-23:00\" # 平时\n  sunday: 休息\nholidays:\n  # 春节\n  \
                        2027-02-05: \"09:00-17:00\"\n  2027-02-06..2027-02-09: 休息 # 放假\nclock: own\n";

    fn edited(text: &str, change: impl FnOnce(&mut WrittenHours)) -> String {
        let mut hours = written_hours("shop.yaml", text.as_bytes()).unwrap();
        change(&mut hours);
        with_hours("shop.yaml", text.as_bytes(), &hours).unwrap()
    }

    #[test]
    fn hours_are_read_by_day_and_changed_in_the_lines_that_hold() {
        let hours = written_hours("shop.yaml", SHOP.as_bytes()).unwrap();
        assert_eq!((hours.week[0].as_str(), hours.week[6].as_str()), ("09:00-23:00", ""));
        assert_eq!(edited(SHOP, |_| ()), SHOP);
        let odd = SHOP.replace("sunday: 休息", "sunday: closed");
        let changed = edited(&odd, |hours| hours.week[0] = "10:00-12:00".to_owned());
        assert!(
            changed.contains("  sunday: closed\n  monday: \"10:00-12:00\"\n"),
            "{changed}"
        );
        let later = edited(SHOP, |hours| hours.week[..6].fill("10:00-22:00".to_owned()));
        assert_eq!(later, SHOP.replace("\"09:00-23:00\" # 平时", "\"10:00-22:00\" # 平时"));
        let friday = edited(SHOP, |hours| hours.week[4] = "9:00-12:00".to_owned());
        assert_eq!(
            friday,
            SHOP.replace("sunday: 休息\n", "sunday: 休息\n  friday: \"9:00-12:00\"\n")
        );
        assert_eq!(edited(&friday, |hours| hours.week[4] = "9:00-23:00".to_owned()), SHOP);
        let weekend = edited(&later, |hours| {
            hours.week[..5].fill("9:00-18:00".to_owned());
            hours.week[5].clear();
        });
        assert!(
            weekend.contains("  every_day: \"9:00-18:00\" # 平时\n  sunday: 休息\n  saturday: 休息\n"),
            "{weekend}"
        );
        let open = edited(SHOP, |hours| hours.week[6] = "09:00-23:00".to_owned());
        assert_eq!(open, SHOP.replace("  sunday: 休息\n", ""));
    }

    #[test]
    fn holidays_come_change_and_go() {
        let changed = edited(SHOP, |hours| hours.holidays[1].hours = "10:00-12:00".to_owned());
        assert_eq!(changed, SHOP.replace("休息 # 放假", "\"10:00-12:00\" # 放假"));
        let day = WrittenHoliday {
            from: "2027-05-01".to_owned(),
            to: "2027-05-03".to_owned(),
            hours: String::new(),
        };
        let more = edited(SHOP, |hours| hours.holidays.push(day.clone()));
        assert_eq!(
            more,
            SHOP.replace("# 放假\n", "# 放假\n  2027-05-01..2027-05-03: 休息\n")
        );
        assert_eq!(edited(&more, |hours| hours.holidays.truncate(2)), SHOP);
        let none = edited(SHOP, |hours| hours.holidays.clear());
        assert!(!none.contains("holidays") && !none.contains("2027"), "{none}");
        let bare = "shop: tea\n";
        let began = edited(bare, |hours| {
            hours.week[..5].fill("9:00-18:00".to_owned());
            hours.week[5..].fill(String::new());
            hours.holidays.push(day);
        });
        assert_eq!(
            began,
            "shop: tea\nservice_hours:\n  every_day: \"9:00-18:00\"\n  saturday: 休息\n  sunday: 休息\nholidays:\n  2027-05-01..2027-05-03: 休息\n"
        );
    }

    #[test]
    fn periods_come_change_and_go_and_keep_their_comments() {
        let period = |name: &str, from: &str, to: &str| WrittenPeriod {
            name: name.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
        };
        let eleven = period("双11", "2026-10-31 20:00", "2026-11-11");
        let once = edited(SHOP, |hours| hours.periods.push(eleven.clone()));
        assert_eq!(
            once,
            format!("{SHOP}periods:\n  双11: \"2026-10-31 20:00..2026-11-11\"\n")
        );
        let written = "shop: tea\nperiods:\n  # 年中\n  618: {from: 2026-05-31 20:00, to: 2026-06-20}\n  双11: 2026-10-31 20:00..2026-11-11 # 全店\n";
        assert_eq!(
            written_hours("shop.yaml", written.as_bytes()).unwrap().periods[1],
            eleven
        );
        let later = edited(written, |hours| hours.periods[1].to = "2026-11-12 12:00".to_owned());
        assert_eq!(
            later,
            written.replace("2026-10-31 20:00..2026-11-11", "\"2026-10-31 20:00..2026-11-12 12:00\"")
        );
        let one = edited(written, |hours| hours.periods.truncate(1));
        assert!(one.contains("618: {from") && !one.contains("双11"), "{one}");
        assert!(!edited(&once, |hours| hours.periods.clear()).contains("periods"));
    }

    #[test]
    fn a_list_of_holidays_becomes_days_with_hours_and_odd_forms_are_refused() {
        let listed = "shop: tea\nholidays: [2027-01-01]\n";
        let changed = edited(listed, |hours| hours.holidays[0].hours = "9:00-12:00".to_owned());
        assert!(changed.contains("2027-01-01: \"9:00-12:00\""), "{changed}");
        let flow = "service_hours: {every_day: \"9:00-18:00\"} # 每天\n";
        let changed = edited(flow, |hours| hours.week[6].clear());
        assert_eq!(
            changed,
            "service_hours: {every_day: \"9:00-18:00\", sunday: 休息} # 每天\n"
        );
        for odd in [
            "service_hours: 全天\n",
            "service_hours:\n  someday: 休息\n",
            "holidays:\n  - {2027-01-01: 休息}\n",
        ] {
            assert!(written_hours("shop.yaml", odd.as_bytes()).is_err(), "{odd}");
        }
    }
}
