//! Names of receivers: 收件人陈晨, 陈晨 13900002222, name: Anna Reed.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use super::reading::Reading;
use crate::model::SlotName;
use crate::understanding::lexicon::{entries, section};
use crate::understanding::normalise::{is_han, is_mark};
use crate::understanding::word_list::WordList;

static SURNAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| entries(include_str!("../lexicon/surnames.txt")).collect());

struct Words {
    labels: WordList,
    titles: Vec<&'static str>,
    never: Vec<&'static str>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let list = |name| section(include_str!("../lexicon/receivers.txt"), name);
    Words {
        labels: WordList::new(list("labels")),
        titles: list("titles"),
        never: list("never"),
    }
});

/// Reads the first name behind a label, beside a phone number, or where one was asked for.
pub(super) fn read(reading: &mut Reading<'_>) {
    let found = labelled(reading)
        .or_else(|| beside_a_phone(reading))
        .or_else(|| alone(reading));
    if let Some(range) = found {
        reading.add(SlotName::Receiver, reading.slice(range.clone()), range);
    }
}

/// 收件人是陈晨, receiver: anna reed.
fn labelled(reading: &Reading<'_>) -> Option<Range<usize>> {
    (0..reading.chars.len()).find_map(|at| {
        let mut start = reading.listed(at, &WORDS.labels)?;
        while let Some(next) = reading.any_begins(start, &[":", " ", "是", "叫", "改成", "改为", "换成", "is "])
        {
            start = next;
        }
        let latin = latin_name(reading, start);
        let end = han_end(reading, start);
        let length = end - start;
        if (2..=4).contains(&length) && plausible(reading, start..end) {
            return Some(start..end);
        }
        latin
    })
}

/// Up to three Latin words from a position on, to the end of the clause.
fn latin_name(reading: &Reading<'_>, start: usize) -> Option<Range<usize>> {
    if !reading.at(start).is_ascii_alphabetic() {
        return None;
    }
    let mut end = start;
    for _ in 0..3 {
        let (next, word) = reading.latin_after(end);
        if word.is_empty() {
            break;
        }
        end = next;
    }
    let closed = !reading.at(end).is_ascii_alphanumeric() && !reading.at(reading.trimmed(end)).is_ascii_alphabetic();
    closed.then_some(start..end)
}

/// 陈晨 13900002222, 13900002222 陈晨.
fn beside_a_phone(reading: &Reading<'_>) -> Option<Range<usize>> {
    let phones = reading.found.iter().filter(|slot| slot.name == SlotName::Phone);
    phones
        .map(|slot| slot.range.clone())
        .find_map(|phone| before(reading, phone.start).or_else(|| behind(reading, phone.end)))
}

fn before(reading: &Reading<'_>, phone: usize) -> Option<Range<usize>> {
    let mut end = phone;
    while let Some(start) = reading.any_ends(end, &[" ", ",", ":", "。", "电话", "手机号", "手机"]) {
        end = start;
    }
    end = reading.any_ends(end, &WORDS.titles).unwrap_or(end);
    (2..=4)
        .map(|length| end.saturating_sub(length)..end)
        .find(|range| is_name(reading, range) && !is_han(reading.before(range.start)))
}

fn behind(reading: &Reading<'_>, phone: usize) -> Option<Range<usize>> {
    let mut start = phone;
    while matches!(reading.at(start), ' ' | ',' | '。') && start < reading.chars.len() {
        start += 1;
    }
    let end = han_end(reading, start);
    Some(start..end).filter(|range| is_name(reading, range))
}

/// A name and nothing else, where one was asked for.
fn alone(reading: &Reading<'_>) -> Option<Range<usize>> {
    if !reading.expects(SlotName::Receiver) {
        return None;
    }
    let start = (0..reading.chars.len()).find(|&at| !is_mark(reading.at(at)) && !reading.taken[at])?;
    let end = han_end(reading, start);
    Some(start..end).filter(|range| is_name(reading, range))
}

/// Where the Han characters from a position on end, a title like 先生 left out.
fn han_end(reading: &Reading<'_>, start: usize) -> usize {
    let mut end = start;
    while end < reading.chars.len() && is_han(reading.at(end)) && !reading.taken[end] {
        let title = end > start && reading.any_begins(end, &WORDS.titles).is_some();
        if title {
            break;
        }
        end += 1;
    }
    end
}

/// A surname with one or two characters behind it.
fn is_name(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let name = reading.slice(range.clone());
    let characters: Vec<char> = name.chars().collect();
    let surname = |length: usize| {
        let first: String = characters.iter().take(length).collect();
        SURNAMES.contains(first.as_str()) && (1..=2).contains(&characters.len().saturating_sub(length))
    };
    characters.iter().all(|character| is_han(*character))
        && (surname(1) || surname(2))
        && plausible(reading, range.clone())
}

/// Whether nothing else is known to be meant.
fn plausible(reading: &Reading<'_>, range: Range<usize>) -> bool {
    let name = reading.slice(range.clone());
    reading.free(range) && !WORDS.never.iter().any(|word| name.contains(word))
}
