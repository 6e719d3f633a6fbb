//! The questions of a pack, compiled: reads one stretch of text by the examples, the patterns and the model.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::denied::DeniedWishes;
use super::examples::Examples;
use super::exclusions::Exclusions;
use super::identity::examples_key;
use super::matching::joined::Joined;
use super::matching::patterns::{Found, PatternTable};
use super::normalise::{SynonymTable, is_mark};
use super::preserve::{Key, Shelf, kept};
use super::reading::{StretchReading, promote};
use super::slots::SlotReader;
use super::vectors::Vectors;
use crate::model::{IntentKind, Question};
use crate::packs::Pack;

/// Everything that tells questions apart, compiled from a pack.
pub struct QuestionIndex {
    /// Intent ids by class; the class after the last is "none of these".
    ids: Vec<String>,
    /// The class of each id.
    classes: HashMap<String, usize>,
    /// Their kinds.
    kinds: Vec<IntentKind>,
    titles: usize,
    /// What the sentences teach.
    pub examples: Examples,
    /// A hash of what they were learned from.
    learned_from: Key,
    /// The operators' patterns.
    pub patterns: PatternTable,
    /// The class and the source of each pattern.
    pattern_of: Vec<(usize, String)>,
    /// The list that the features of the model were joined to with those of the model of signals.
    pub(super) joined: Option<Arc<Joined>>,
    /// Makes places alike, and colours.
    slots: Arc<SlotReader>,
    exclusions: Exclusions,
    pub(super) denied: DeniedWishes,
}

/// Confidence of a sentence that is written in the files.
const EXACT: f32 = 0.99;
/// A reading this sure needs no mending.
const PLAIN: f32 = 0.85;
/// A mended text must be surer by this much than the text as typed.
const EXPLAINS_MORE: f32 = 0.08;
/// The name of what is learned, on a shelf.
const NAME: &str = "questions";

impl QuestionIndex {
    /// Compiles and trains, with what words mean where a table of vectors is given. What `previous` learned from the same
    /// sentences is shared, what lies on the shelf is taken from there.
    pub fn build(
        pack: &Pack,
        synonyms: &SynonymTable,
        slots: Arc<SlotReader>,
        vectors: Option<&'static Vectors>,
        previous: Option<&QuestionIndex>,
        shelf: Option<&dyn Shelf>,
    ) -> QuestionIndex {
        let ids: Vec<String> = pack.intents.iter().map(|intent| intent.id.clone()).collect();
        let intents = pack.intents.iter().enumerate();
        let pattern_of: Vec<(usize, String)> = intents
            .flat_map(|(class, intent)| intent.patterns.iter().map(move |pattern| (class, pattern.clone())))
            .collect();
        let words = |of: fn(&crate::packs::Intent) -> &Vec<String>| {
            let words = pack.intents.iter().enumerate();
            words.flat_map(move |(class, intent)| of(intent).iter().map(move |word| (class, word.as_str())))
        };
        let learned_from = examples_key(pack, vectors.is_some());
        let (examples, patterns) = std::thread::scope(|scope| {
            let sources = pattern_of.iter().map(|(_, source)| source.as_str());
            let patterns = scope.spawn(|| PatternTable::new(sources, synonyms));
            let same = previous.filter(|previous| previous.learned_from == learned_from);
            let examples = match same {
                Some(previous) => previous.examples.clone(),
                None => kept(shelf, NAME, &learned_from, || {
                    let classifier = previous.map(|previous| &previous.examples.classifier);
                    Examples::learn(pack, synonyms, &slots, vectors, classifier)
                }),
            };
            (
                examples,
                patterns.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            )
        });
        QuestionIndex {
            slots,
            examples,
            learned_from,
            joined: None,
            patterns,
            pattern_of,
            exclusions: Exclusions::new(
                words(|intent| &intent.forbidden),
                words(|intent| &intent.denied),
                words(|intent| &intent.required),
                synonyms,
            ),
            denied: DeniedWishes::new(words(|intent| &intent.denied), synonyms),
            titles: ids.len(),
            // Of two questions with one id the first counts.
            classes: ids
                .iter()
                .enumerate()
                .rev()
                .map(|(class, id)| (id.clone(), class))
                .collect(),
            ids,
            kinds: pack.intents.iter().map(|intent| intent.kind).collect(),
        }
    }

    /// Under what it lies on a shelf.
    pub(super) fn learned_from(&self) -> (&'static str, Key) {
        (NAME, self.learned_from)
    }

    /// The confidence to answer from, so that this share of the answers may be wrong.
    pub fn answer_from(&self, wrong_answers_tolerated: f32) -> Option<f32> {
        self.examples
            .classifier
            .reliability()
            .answer_from(wrong_answers_tolerated)
    }

    /// The id of a class.
    pub fn id(&self, class: usize) -> &str {
        self.ids.get(class).map_or("none", String::as_str)
    }

    /// A class as a question, with how sure it was read.
    pub(super) fn named(&self, class: usize, confidence: f32) -> Question {
        Question::new(self.id(class), confidence, self.kind(class))
    }

    /// What kind of thing is said with a class.
    pub(super) fn kind(&self, class: usize) -> IntentKind {
        self.kinds.get(class).copied().unwrap_or_default()
    }

    /// Whether a class is small talk.
    pub(super) fn is_small_talk(&self, class: usize) -> bool {
        self.kind(class).is_small_talk()
    }

    /// Whether a class asks for a person.
    pub(super) fn is_for_a_person(&self, class: usize) -> bool {
        self.kind(class) == IntentKind::AskForPerson
    }

    /// The class of an id.
    pub fn class(&self, id: &str) -> Option<usize> {
        self.classes.get(id).copied()
    }

    /// Reads one stretch of canonical text; where it is not plain, also as it would read without slips of sound.
    pub fn read_stretch(&self, chars: &[char], range: Range<usize>) -> StretchReading {
        let text = &chars[range.clone()];
        let excluded = self.excluded(text);
        let reading = self.read_text(text, range.clone(), &excluded);
        let sure = |reading: &StretchReading| {
            if reading.out_of_scope {
                0.0
            } else {
                reading.ranked.first().map_or(0.0, |best| best.1)
            }
        };
        if sure(&reading) >= PLAIN {
            return reading;
        }
        let mended = self
            .examples
            .repair
            .mend(text)
            .or_else(|| self.examples.repair.from_pinyin(text));
        let Some(mended) = mended else {
            return reading;
        };
        // What the words as typed rule out stays out.
        let mut excluded_too = self.excluded(&mended);
        excluded_too.extend(excluded);
        let mut repaired = self.read_text(&mended, range, &excluded_too);
        if sure(&repaired) < sure(&reading) + EXPLAINS_MORE {
            return reading;
        }
        repaired.reason.repaired = Some(mended.into_iter().collect());
        repaired
    }

    /// The classes that a text cannot be, by `not:`, `denied:` and `require:`.
    fn excluded(&self, text: &[char]) -> Vec<usize> {
        self.exclusions.of(text, &self.denied)
    }

    fn read_text(&self, text: &[char], range: Range<usize>, excluded: &[usize]) -> StretchReading {
        let masked = self.slots.mask_entities(text);
        let verdict = self
            .examples
            .classifier
            .read_joined(&masked, excluded, self.joined.as_deref());
        let mut reading = StretchReading {
            range,
            ..StretchReading::default()
        };
        reading.reason.coverage = verdict.coverage;
        reading.reason.meaning = verdict.meaning;
        reading.reason.nearest = verdict.nearest.map(|sentence| {
            (
                self.examples.written.get(sentence as usize).to_owned(),
                verdict.similarity,
            )
        });
        let Some(best) = verdict.ranked.first() else {
            return reading;
        };
        let share = verdict.confidence / best.probability.max(1e-6);
        reading.ranked = verdict
            .ranked
            .iter()
            .map(|ranked| (ranked.class, (ranked.probability * share).min(1.0)))
            .collect();
        if let Some(class) = self.examples.exact.find(text).filter(|class| !excluded.contains(class)) {
            reading.reason.exact = true;
            promote(&mut reading.ranked, class, EXACT);
        } else {
            self.apply_patterns(text, excluded, &mut reading);
        }
        reading.out_of_scope = reading.ranked.first().is_some_and(|(class, _)| *class >= self.titles);
        reading.ranked.retain(|(class, _)| *class < self.titles);
        if reading.out_of_scope {
            reading.ranked.iter_mut().for_each(|(_, confidence)| *confidence *= 0.5);
        }
        reading
    }

    /// A pattern is an operator's own word: it wins against a model that is unsure, and where it covers the text.
    fn apply_patterns(&self, text: &[char], excluded: &[usize], reading: &mut StretchReading) {
        let content = text.iter().filter(|character| !is_mark(**character)).count().max(1);
        let owner = |found: &Found| self.pattern_of[found.pattern].0;
        let found = self.patterns.find(text);
        let longest = found
            .iter()
            .filter(|found| !excluded.contains(&owner(found)))
            .max_by_key(|found| {
                let favourite = reading.ranked.first().is_some_and(|(class, _)| *class == owner(found));
                // What the model thinks too needs two characters less; the first in the files wins a draw.
                (
                    found.range.len() + if favourite { 2 } else { 0 },
                    std::cmp::Reverse(found.pattern),
                )
            });
        let Some(found) = longest else { return };
        let coverage = (found.range.len() as f32 / content as f32).min(1.0);
        let (best, confidence) = reading.ranked[0];
        let certain = 0.80 + 0.18 * coverage;
        if best == owner(found) {
            promote(&mut reading.ranked, best, confidence.max(certain));
        } else if confidence < certain - 0.05 {
            promote(&mut reading.ranked, owner(found), certain * (1.0 - 0.4 * confidence));
        } else {
            return;
        }
        reading.reason.pattern = Some(self.pattern_of[found.pattern].1.clone());
    }
}
