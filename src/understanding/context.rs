//! Follow-ups: 那新疆呢 after 到江苏几天 is the same question with another slot.

use super::Context;
use super::normalise::{Normalised, SynonymTable, begins, is_mark, normalise};
use super::reading::{MessageReading, QuestionIndex};
use super::slots::FoundSlot;
use crate::model::SlotName;

/// Reads a message in the light of the turn before.
pub(super) struct Follow<'a> {
    pub questions: &'a QuestionIndex,
    pub slots_of: &'a [Vec<SlotName>],
    pub synonyms: &'a SynonymTable,
}

/// Below this a message does not speak for itself.
const UNSURE: f32 = 0.80;
/// How sure a follow-up is that names another value for a slot of the last question.
const OTHER_VALUE: f32 = 0.90;
/// So few characters cannot speak for themselves when they point back.
const SHORT: usize = 7;
/// A message of more characters is no follow-up.
const LONGEST: usize = 14;

/// Words that a follow-up may hold beside its slot without saying anything new.
const FILLERS: [&str; 44] = [
    "那么",
    "那",
    "呢",
    "的",
    "吗",
    "要",
    "到",
    "去",
    "发",
    "寄",
    "是",
    "我",
    "嘛",
    "啊",
    "呀",
    "如果",
    "换成",
    "换",
    "改",
    "这个",
    "又",
    "也",
    "一样",
    "可以",
    "行",
    "怎么样",
    "如何",
    "哪",
    "里",
    "在",
    "送",
    "what about",
    "how about",
    "and",
    "to",
    "for",
    "in",
    "the",
    "then",
    "if",
    "its",
    "is",
    "it",
    "my",
];

/// Beginnings that point back.
const POINTERS: [&str; 16] = [
    "那",
    "还有",
    "如果",
    "要是",
    "换成",
    "这个",
    "它",
    "也",
    "what about",
    "how about",
    "and ",
    "then ",
    "what if",
    "or ",
    "也是",
    "这种",
];

impl Follow<'_> {
    /// Adjusts the reading where the message only makes sense after the last turn.
    pub fn apply(
        &self,
        reading: &mut MessageReading,
        normalised: &Normalised,
        found: &[FoundSlot],
        last: &[usize],
        context: &Context,
    ) {
        let chars = normalised.canonical.chars();
        let Some(&topic) = last.last() else { return };
        if self.questions.id(topic).starts_with("chat.") || chars.len() > 4 * LONGEST {
            return;
        }
        let alone = reading.questions.first().map_or(0.0, |(_, confidence)| *confidence);
        let relevant: Vec<&FoundSlot> = found
            .iter()
            .filter(|slot| self.slots_of[topic].contains(&slot.name))
            .collect();
        let residue = self.residue(normalised, found);
        // Nothing but another value for what the last question was about, or the answer to what was asked.
        if !relevant.is_empty() && (residue == 0 || (context.asked.is_some() && residue <= 4 && alone < OTHER_VALUE)) {
            self.set(reading, topic, OTHER_VALUE.max(alone));
            return;
        }
        let points_back = points_back(chars);
        // 黑色的呢, 41呢: another value, whatever it would mean alone.
        let numbers = chars.iter().any(char::is_ascii_digit);
        if (!found.is_empty() || numbers) && residue == 0 && points_back {
            self.set(reading, topic, OTHER_VALUE);
            return;
        }
        let short = chars.len() <= SHORT;
        if chars.len() > LONGEST + 8 || (alone >= UNSURE && !(points_back && short)) {
            return;
        }
        let off_topic = reading.stretches.first().is_some_and(|whole| whole.outside) && residue > 0;
        if off_topic && !points_back {
            return;
        }
        if context.last_text.is_empty() || !(points_back || chars.len() <= LONGEST) {
            return;
        }
        // The two turns read as one: what they ask together is what this turn asks, if it is not what was answered
        // already, or if this turn says nothing of its own.
        let joined = normalise(&format!("{}，{}", context.last_text, normalised.folded), self.synonyms);
        let together = self
            .questions
            .read_stretch(joined.canonical.chars(), 0..joined.canonical.len());
        let Some((class, confidence)) = together.ranked.first().copied().filter(|_| !together.outside) else {
            return;
        };
        let own_guess = reading.alternatives.first().map(|(class, _)| *class);
        let new = class != topic;
        let weight = match (points_back, own_guess == Some(class) || new) {
            (true, true) => 0.98,
            (true, false) if alone < if more_of_the_same(chars) { 0.75 } else { 0.5 } => 0.92,
            (true, false) => 0.0,
            (false, true) => 0.85,
            // Too little of its own to be anything but more of the same.
            (false, false) if alone < 0.62 => 0.75,
            (false, false) => 0.0,
        };
        if confidence * weight > alone || (points_back && short && new && confidence >= UNSURE) {
            self.set(reading, class, confidence * weight);
        }
    }

    fn set(&self, reading: &mut MessageReading, class: usize, confidence: f32) {
        reading.questions = vec![(class, confidence)];
        reading.alternatives.retain(|(known, _)| *known != class);
        reading.alternatives.insert(0, (class, confidence));
        if let Some(whole) = reading.stretches.first_mut() {
            whole.reason.from_context = true;
        }
    }

    /// How many characters are left when slots, fillers and marks are taken away.
    fn residue(&self, normalised: &Normalised, found: &[FoundSlot]) -> usize {
        let chars = normalised.folded.chars();
        let mut kept: String = String::new();
        for (at, character) in chars.iter().enumerate() {
            if is_mark(*character) || character.is_ascii_digit() || found.iter().any(|slot| slot.range.contains(&at)) {
                kept.push(' ');
            } else {
                kept.push(*character);
            }
        }
        for filler in FILLERS {
            if filler.is_ascii() {
                kept = kept
                    .split(' ')
                    .filter(|word| *word != filler)
                    .collect::<Vec<_>>()
                    .join(" ");
            } else {
                kept = kept.replace(filler, " ");
            }
        }
        kept.chars().filter(|character| *character != ' ').count()
    }
}

/// Whether a message leans on the one before: by its first words, a closing 呢, or 也.
fn points_back(chars: &[char]) -> bool {
    let end = chars
        .iter()
        .rposition(|character| !is_mark(*character))
        .map_or(0, |last| last + 1);
    POINTERS.iter().any(|word| begins(chars, word)) || chars[..end].last() == Some(&'呢') || chars.contains(&'也')
}

/// 老人呢, 二段的也是吗: the same question about something else.
fn more_of_the_same(chars: &[char]) -> bool {
    chars.len() <= SHORT && (chars.contains(&'呢') || chars.contains(&'也'))
}
