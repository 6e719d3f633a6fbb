//! One text while it is read: its numbers, what is taken already, and small questions about what stands where.

use std::ops::Range;

use super::FoundSlot;
use super::hints::Hints;
use super::numerals::Number;
use crate::model::{SlotName, Slots};
use crate::understanding::normalise::is_letter;
use crate::understanding::word_list::WordList;

/// The state of a reading. A character belongs to at most one value.
pub(super) struct Reading<'a> {
    /// The text.
    pub chars: &'a [char],
    /// Its numbers.
    pub numbers: Vec<Number>,
    /// What it is about.
    pub hints: Hints,
    /// Slots that were asked for.
    pub expecting: &'a [SlotName],
    /// What earlier messages said.
    pub known: &'a Slots,
    /// Characters that belong to a value or to a word that is none.
    pub taken: Vec<bool>,
    /// The values so far.
    pub found: Vec<FoundSlot>,
}

impl Reading<'_> {
    /// The character at a position; a blank outside the text.
    pub(super) fn at(&self, position: usize) -> char {
        self.chars.get(position).copied().unwrap_or(' ')
    }

    /// The character before a position; a blank at the start.
    pub(super) fn before(&self, position: usize) -> char {
        position.checked_sub(1).map_or(' ', |at| self.at(at))
    }

    /// Whether a word begins at a position.
    pub(super) fn begins(&self, position: usize, word: &str) -> bool {
        let mut rest = self.chars.get(position..).unwrap_or(&[]).iter();
        word.chars().all(|character| rest.next() == Some(&character))
    }

    /// The first of some words that begins at a position; gives where it ends. Latin words must end there.
    pub(super) fn any_begins(&self, position: usize, words: &[&str]) -> Option<usize> {
        words.iter().find_map(|word| {
            let mut end = position;
            for character in word.chars() {
                if self.chars.get(end) != Some(&character) {
                    return None;
                }
                end += 1;
            }
            let cut = is_letter(self.before(end)) && is_letter(self.at(end));
            (!cut).then_some(end)
        })
    }

    /// The same with words that are looked for at every place of a text.
    pub(super) fn listed(&self, position: usize, words: &WordList) -> Option<usize> {
        let whole = |end: usize| !(is_letter(self.before(end)) && is_letter(self.at(end)));
        let found = words.at(self.chars, position).filter(|(_, end)| whole(*end));
        found.min_by_key(|(word, _)| *word).map(|(_, end)| end)
    }

    /// Whether one of some words ends at a position; gives where it starts. Latin words must start there.
    pub(super) fn any_ends(&self, position: usize, words: &[&str]) -> Option<usize> {
        words.iter().find_map(|word| {
            let mut start = position;
            for character in word.chars().rev() {
                start = start.checked_sub(1)?;
                if self.chars.get(start) != Some(&character) {
                    return None;
                }
            }
            let cut = is_letter(self.at(start)) && is_letter(self.before(start));
            (!cut).then_some(start)
        })
    }

    /// The position behind one blank, if there is one.
    pub(super) fn trimmed(&self, position: usize) -> usize {
        position + usize::from(self.at(position) == ' ' && position < self.chars.len())
    }

    /// The position before one of these marks, if one stands before `position`.
    pub(super) fn back_over(&self, position: usize, marks: &str) -> usize {
        match position.checked_sub(1) {
            Some(at) if marks.contains(self.at(at)) => at,
            _ => position,
        }
    }

    /// The start of the stretch before `position` that consists of filler: marks and words like 是, 大概.
    pub(super) fn before_filler(&self, position: usize) -> usize {
        let mut start = position;
        loop {
            let word = self.any_ends(
                start,
                &[
                    "大概",
                    "大约",
                    "差不多",
                    "左右",
                    "目前",
                    "现在",
                    "只有",
                    "不到",
                    "接近",
                    "is ",
                    "about ",
                    "around ",
                    "was ",
                    "of ",
                    "我",
                    "他",
                    "她",
                    "是",
                    "有",
                    "为",
                    "约",
                    "才",
                    "就",
                    "在",
                    "也",
                    "差",
                    "到",
                    ":",
                    "=",
                    " ",
                    "-",
                    ",",
                    "(",
                    "\"",
                    "了",
                    "的",
                ],
            );
            match word {
                Some(next) if next < start => start = next,
                _ => return start,
            }
        }
    }

    /// Whether one of the words stands before `position`, with nothing but filler between.
    pub(super) fn led_by(&self, position: usize, words: &[&str]) -> bool {
        let start = self.before_filler(position);
        (start..=position).any(|end| self.any_ends(end, words).is_some())
    }

    /// The text of a range.
    pub(super) fn slice(&self, range: Range<usize>) -> String {
        self.chars[range].iter().collect()
    }

    /// The Latin word that ends before `position`, blanks, dots and `of` between them left out; where it starts.
    pub(super) fn latin_before(&self, position: usize) -> (usize, String) {
        let mut end = position;
        while end > 0 && matches!(self.at(end - 1), ' ' | '.') {
            end -= 1;
        }
        let mut start = end;
        while start > 0 && self.at(start - 1).is_ascii_alphabetic() {
            start -= 1;
        }
        (start, self.slice(start..end))
    }

    /// The Latin word that begins after `position`, a blank between them left out; where it ends.
    pub(super) fn latin_after(&self, position: usize) -> (usize, String) {
        let start = self.trimmed(position).min(self.chars.len());
        let mut end = start;
        while self.at(end).is_ascii_alphabetic() {
            end += 1;
        }
        (end, self.slice(start..end))
    }

    /// Whether no character of the range is taken.
    pub(super) fn free(&self, range: Range<usize>) -> bool {
        range.end <= self.chars.len() && !self.taken[range].contains(&true)
    }

    /// Whether the number with this index is free.
    pub(super) fn free_number(&self, index: usize) -> bool {
        self.free(self.numbers[index].range.clone())
    }

    /// Takes a range for a value, unless a part of it is taken.
    pub(super) fn add(&mut self, name: SlotName, value: impl Into<String>, range: Range<usize>) {
        if range.is_empty() || !self.free(range.clone()) {
            return;
        }
        self.taken[range.clone()].fill(true);
        self.found.push(FoundSlot {
            name,
            value: value.into(),
            range,
        });
    }

    /// A value that spans others, taken by its words: what else was read there was none (红星路 has no colour), but for
    /// places, which stay.
    pub(super) fn take_over(&mut self, name: SlotName, range: Range<usize>) -> FoundSlot {
        self.found.retain(|slot| {
            let inside = range.start <= slot.range.start && slot.range.end <= range.end;
            !inside || matches!(slot.name, SlotName::Province | SlotName::City)
        });
        self.taken[range.clone()].fill(true);
        FoundSlot {
            name,
            value: self.slice(range.clone()),
            range,
        }
    }

    /// Whether a slot was asked for.
    pub(super) fn expects(&self, name: SlotName) -> bool {
        self.expecting.contains(&name)
    }

    /// The value of a slot found so far.
    pub(super) fn value(&self, name: SlotName) -> Option<f64> {
        let found = self.found.iter().rev().find(|slot| slot.name == name)?;
        found.value.parse().ok()
    }

    /// Whether a slot was found so far.
    pub(super) fn has(&self, name: SlotName) -> bool {
        self.found.iter().any(|slot| slot.name == name)
    }

    /// A number that earlier messages gave.
    pub(super) fn known_value(&self, name: SlotName) -> Option<f64> {
        self.known.get(name)?.parse().ok()
    }

    /// Whether small heights and weights are plausible: a child is spoken of, by a word or by a number.
    pub(super) fn of_a_child(&self) -> bool {
        let known = |name| self.value(name).or_else(|| self.known_value(name));
        self.hints.child
            || known(SlotName::Age).is_some_and(|age| age < 15.0)
            || known(SlotName::Height).is_some_and(|height| height < 130.0)
    }

    /// Whether a number is one end of a span (3-5岁, 160到165) or one of a list of alternatives.
    pub(super) fn in_span(&self, index: usize) -> bool {
        let joined = |end: usize, start: usize| {
            let gap = start.saturating_sub(end);
            (1..=3).contains(&gap)
                && (end..start).all(|at| "-~到至 岁斤米".contains(self.at(at)))
                && (end..start).any(|at| "-~到至".contains(self.at(at)))
        };
        let range = &self.numbers[index].range;
        let left = index
            .checked_sub(1)
            .is_some_and(|left| joined(self.numbers[left].range.end, range.start));
        left || self
            .numbers
            .get(index + 1)
            .is_some_and(|right| joined(range.end, right.range.start))
    }
}

/// A number as a value: at most `places` decimals, none that say nothing.
pub(super) fn plain(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}
