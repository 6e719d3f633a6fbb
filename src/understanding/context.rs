//! Follow-ups: 那新疆呢 after 到江苏几天 is the same question with another slot.

use std::sync::LazyLock;

use super::Context;
use super::asking::plainly_asks;
use super::lexicon::entries;
use super::normalise::{Normalised, begins, is_mark, without_end_marks};
use super::question_index::QuestionIndex;
use super::reading::{MessageReading, confidence, promote};
use super::slots::FoundSlot;
use super::word_list::WordList;
use crate::model::SlotName;

/// Reads a message in the light of the turn before.
pub(super) struct FollowUp<'a> {
    pub questions: &'a QuestionIndex,
    pub slots_of: &'a [Vec<SlotName>],
    /// Puts a message into the forms that are read.
    pub normalise: &'a dyn Fn(&str) -> Normalised,
}

/// Below this a message does not speak for itself.
const UNSURE: f32 = 0.80;
/// How sure a follow-up is that names another value for a slot of the last question.
const OTHER_VALUE: f32 = 0.90;
/// A message longer than so many Han characters is no follow-up, or no bare one.
const LONGEST: f32 = 20.0;
/// Data that nobody asked for is for the question before when no more characters than these stand beside it.
const BESIDE_DATA: usize = 8;
/// Where nothing asks, as many as these.
const TOLD_WITH_DATA: usize = 24;
const SHORT: f32 = 9.0;
const BRIEF: f32 = 4.0;
/// Small talk this sure leans on nothing.
const MANNERS: f32 = 0.5;
/// What the question before lends to one reading must make it this sure.
const LENT: f32 = 0.60;
/// How much of the doubt that the sum leaves is doubt about the answer; measured on dialogues.
const DOUBT: f32 = 0.6;

/// Words that a follow-up may hold besides its slot without saying anything new.
static FILLERS: LazyLock<Vec<&str>> = LazyLock::new(|| entries(include_str!("lexicon/fillers.txt")).collect());

/// Beginnings that point back, with how much they depend on the question before.
const POINTERS: [(&str, ContextDependence); 25] = [
    ("what about ", ContextDependence::Bare),
    ("how about ", ContextDependence::Bare),
    ("what if ", ContextDependence::Supposing),
    ("even if ", ContextDependence::Supposing),
    ("if ", ContextDependence::Supposing),
    ("要是", ContextDependence::Supposing),
    ("那要是", ContextDependence::Supposing),
    ("如果", ContextDependence::Supposing),
    ("那如果", ContextDependence::Supposing),
    ("万一", ContextDependence::Supposing),
    ("假如", ContextDependence::Supposing),
    ("也是", ContextDependence::Supposing),
    ("也", ContextDependence::Supposing),
    ("换成", ContextDependence::Pointing),
    ("还有", ContextDependence::Pointing),
    ("那", ContextDependence::Pointing),
    ("这个", ContextDependence::Pointing),
    ("这种", ContextDependence::Pointing),
    ("它", ContextDependence::Pointing),
    ("and ", ContextDependence::Pointing),
    ("then ", ContextDependence::Pointing),
    ("or ", ContextDependence::Pointing),
    ("does it ", ContextDependence::Pointing),
    ("is it ", ContextDependence::Pointing),
    ("do they ", ContextDependence::Pointing),
];

/// Words that ask: with one of them 那…呢 is a question of its own.
static ASKING: LazyLock<WordList> =
    LazyLock::new(|| WordList::new(entries(include_str!("lexicon/asks_of_its_own.txt"))));

/// How a message depends on the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum ContextDependence {
    /// Not at all.
    None,
    /// 要多久: too short to say what it is about.
    Brief,
    /// 那…, and …
    Pointing,
    /// 要是穿过了呢, 洗过了也行吗: the same question under another condition.
    Supposing,
    /// 配件呢, what about the lid: the same question about something else.
    Bare,
}

impl ContextDependence {
    fn of(chars: &[char]) -> ContextDependence {
        let chars = without_end_marks(chars);
        let led = POINTERS
            .iter()
            .filter(|(word, _)| begins(chars, word))
            .map(|(_, dependence)| *dependence)
            .max();
        let rest = led.map_or(chars, |_| {
            &chars[chars
                .iter()
                .position(|c| *c == ' ')
                .map_or(1, |at| at + 1)
                .min(chars.len())..]
        });
        let asks = |chars: &[char]| ASKING.is_in(chars);
        let again = chars.last() == Some(&'呢');
        if again && !asks(chars) && han_length(chars) <= SHORT && led != Some(ContextDependence::Supposing) {
            return ContextDependence::Bare;
        }
        match led {
            Some(ContextDependence::Bare) if asks(rest) => ContextDependence::Pointing,
            Some(dependence) => dependence,
            None if chars.contains(&'也') && han_length(chars) <= LONGEST / 2.0 => ContextDependence::Supposing,
            None if again => ContextDependence::Pointing,
            None if han_length(chars) <= BRIEF => ContextDependence::Brief,
            None => ContextDependence::None,
        }
    }

    /// What a reading of its own still counts, and what the two turns read as one add to it.
    fn weights(self) -> (f32, f32) {
        match self {
            ContextDependence::None => (1.0, 0.5),
            ContextDependence::Brief => (0.85, 0.7),
            ContextDependence::Pointing => (1.0, 0.7),
            ContextDependence::Supposing => (0.65, 0.8),
            ContextDependence::Bare => (0.6, 1.0),
        }
    }
}

/// Length in Han characters; a Latin letter says less.
fn han_length(chars: &[char]) -> f32 {
    let latin = chars.iter().filter(|character| character.is_ascii()).count() as f32;
    chars.len() as f32 - latin + latin / 3.0
}

impl FollowUp<'_> {
    /// Adjusts the reading where the message only makes sense after the last turn. Returns whether it gives what the last
    /// question was about or asked for: then it is surely for that question.
    pub fn apply(
        &self,
        reading: &mut MessageReading,
        normalised: &Normalised,
        found: &[FoundSlot],
        last: &[usize],
        context: &Context<'_>,
    ) -> bool {
        let chars = normalised.canonical.chars();
        let fits = |class: &usize| found.iter().any(|slot| self.slots_of[*class].contains(&slot.name));
        let Some(&topic) = last.iter().rev().find(|class| fits(class)).or(last.last()) else {
            return false;
        };
        let length = han_length(chars);
        if self.questions.is_small_talk(topic) {
            return false;
        }
        let alone = reading.questions.first().map_or(0.0, |(_, confidence)| *confidence);
        let residue = residue(normalised, found);
        // What was asked for, or other data that the question uses, is for that question, however long the message is.
        let asked = found.iter().any(|slot| Some(slot.name) == context.asked);
        let data = found
            .iter()
            .any(|slot| slot.name.is_data() && self.slots_of[topic].contains(&slot.name));
        // 平时穿 42.5 after 穿多大: another kind of value may say as much, where the words say nothing else.
        let value = fits(&topic) && alone < UNSURE && residue <= BESIDE_DATA && length <= LONGEST;
        let asks = plainly_asks(chars) || normalised.clauses.iter().any(|clause| clause.asked);
        // 1863… 三点以后都行，姓沈: what is told beside data is told with it, where nothing asks.
        let told = !asks && alone < UNSURE && residue <= TOLD_WITH_DATA;
        if asked || value || data && (context.asked.is_some() || residue <= BESIDE_DATA || told) {
            if !asks {
                self.set(reading, topic, OTHER_VALUE.max(alone));
                return true;
            }
            if data && reading.questions.iter().all(|(class, _)| *class != topic) {
                reading.questions.insert(0, (topic, OTHER_VALUE));
            }
        }
        if length > LONGEST {
            return false;
        }
        // Nothing but another value for what the last question was about, or the answer to what was asked.
        if fits(&topic) && (residue == 0 || (context.asked.is_some() && residue <= 4 && alone < OTHER_VALUE)) {
            self.set(reading, topic, OTHER_VALUE.max(alone));
            return true;
        }
        let dependence = ContextDependence::of(chars);
        // 黑色的呢, 41呢: another value, whatever it would mean alone.
        let numbers = chars.iter().any(char::is_ascii_digit);
        let other = |slot: &FoundSlot| slot.name != SlotName::Attribute || self.slots_of[topic].contains(&slot.name);
        if (found.iter().any(other) || numbers) && residue == 0 && dependence > ContextDependence::Brief {
            self.set(reading, topic, OTHER_VALUE);
            return true;
        }
        if context.last_text.is_empty()
            || (alone >= UNSURE && (dependence <= ContextDependence::Brief || length > SHORT))
        {
            return false;
        }
        let off_topic = reading.stretches.first().is_some_and(|whole| whole.out_of_scope) && residue > 0;
        if off_topic && dependence <= ContextDependence::Brief {
            return false;
        }
        // 那谢谢你, 麻烦了: manners are for nobody's question.
        let manners = reading.questions.first().or(reading.alternatives.first());
        if manners.is_some_and(|(class, sure)| self.questions.is_small_talk(*class) && *sure >= MANNERS)
            && !plainly_asks(chars)
        {
            return false;
        }
        // The two turns read as one lend what they ask together to what this turn may ask alone.
        let joined = (self.normalise)(&format!("{}，{}", context.last_text, normalised.folded));
        let together = self
            .questions
            .read_stretch(joined.canonical.chars(), 0..joined.canonical.len());
        if together.out_of_scope {
            return false;
        }
        let (own, lent) = dependence.weights();
        let mut classes: Vec<usize> = reading
            .alternatives
            .iter()
            .chain(&together.ranked)
            .map(|(class, _)| *class)
            .collect();
        classes.sort_unstable();
        classes.dedup();
        let scored = classes
            .into_iter()
            .filter(|class| !self.questions.is_small_talk(*class))
            .map(|class| {
                let alone = confidence(&reading.alternatives, class);
                // What was asked before echoes in the two read as one; alone it tells nothing.
                let echo = dependence == ContextDependence::None && last.contains(&class) && alone < 0.1;
                let lent = if echo { lent / 2.0 } else { lent };
                (class, own * alone + lent * confidence(&together.ranked, class))
            });
        let Some((class, score)) = scored.max_by(|a, b| a.1.total_cmp(&b.1)) else {
            return false;
        };
        let known = reading.questions.first().is_some_and(|(first, _)| *first == class);
        if score >= LENT && (!known || score > alone) && reading.questions.len() < 2 {
            self.set(reading, class, 1.0 - DOUBT * (1.0 - score.min(0.95)));
        }
        false
    }

    fn set(&self, reading: &mut MessageReading, class: usize, confidence: f32) {
        reading.questions = vec![(class, confidence)];
        promote(&mut reading.alternatives, class, confidence);
        if let Some(whole) = reading.stretches.first_mut() {
            whole.reason.from_context = true;
        }
    }
}

/// How many characters are left when slots, fillers and marks are taken away.
fn residue(normalised: &Normalised, found: &[FoundSlot]) -> usize {
    let said = beside(normalised, found);
    said.chars().filter(|character| *character != ' ').count()
}

/// Whether a message names an attribute of goods and says nothing else: 疾风 3 防水吗.
pub(super) fn names_only_an_attribute(normalised: &Normalised, found: &[FoundSlot]) -> bool {
    let mut named = found.iter().filter(|slot| slot.name == SlotName::Attribute);
    if named.next().is_none() || found.iter().any(|slot| !OF_GOODS.contains(&slot.name)) {
        return false;
    }
    let said = beside(normalised, found);
    let rest = BESIDE_ATTRIBUTE.iter().fold(said, |rest, word| rest.replace(word, " "));
    rest.chars().all(|character| character == ' ')
}

/// What says which goods and what of them.
const OF_GOODS: [SlotName; 4] = [
    SlotName::Goods,
    SlotName::OtherGoods,
    SlotName::Attribute,
    SlotName::Link,
];

/// Words beside the name of an attribute that only ask for it.
static BESIDE_ATTRIBUTE: LazyLock<Vec<&str>> =
    LazyLock::new(|| entries(include_str!("lexicon/beside_attribute.txt")).collect());

/// What is left when slots, fillers and marks are taken away.
fn beside(normalised: &Normalised, found: &[FoundSlot]) -> String {
    let chars = normalised.folded.chars();
    let mut kept: String = String::new();
    for (at, character) in chars.iter().enumerate() {
        if is_mark(*character) || character.is_ascii_digit() || found.iter().any(|slot| slot.range.contains(&at)) {
            kept.push(' ');
        } else {
            kept.push(*character);
        }
    }
    for filler in FILLERS.iter().copied() {
        if !kept.contains(filler) {
            continue;
        }
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
    kept
}
