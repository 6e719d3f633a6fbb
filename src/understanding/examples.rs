//! What the sentences of a pack teach: which are asked word for word, which words sound alike, and the model.

use std::borrow::Cow;
use std::sync::Arc;

use super::matching::classifier::{Classifier, Sentence};
use super::matching::exact::ExactSentences;
use super::matching::repair::TermRepair;
use super::normalise::{SynonymTable, normalise};
use super::preserve::preserved;
use super::slots::SlotReader;
use super::vectors::Vectors;
use crate::packs::{Pack, Pattern};

/// Learned from the sentences of a pack. Its parts are shared with what is learned next where they stay the same.
#[derive(Clone)]
pub struct Examples {
    /// The examples word for word.
    pub exact: Arc<ExactSentences>,
    /// Terms by their sound.
    pub repair: Arc<TermRepair>,
    /// The model.
    pub classifier: Arc<Classifier>,
    /// The training sentences as written, for explanations.
    pub written: Arc<Texts>,
}

preserved!(Examples {
    exact,
    repair,
    classifier,
    written
});

/// Many texts in one.
#[derive(Default)]
pub struct Texts {
    all: String,
    ends: Vec<u32>,
}

preserved!(Texts { all, ends });

impl Texts {
    fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.ends.push(self.all.len() as u32);
    }

    /// The text at a place.
    pub fn get(&self, at: usize) -> &str {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.all[from..self.ends[at] as usize]
    }
}

/// Texts that each pattern gives to the model, and how much each counts.
const EXPANSIONS: usize = 6;
const EXPANSION_WEIGHT: f32 = 0.4;

impl Examples {
    /// Learns, with what words mean where a table of vectors is given; what `previous` learned from the same sentences is
    /// kept. What a pack says that has a part in it is in `identity::examples_key`, too.
    pub fn learn(
        pack: &Pack,
        synonyms: &SynonymTable,
        slots: &SlotReader,
        vectors: Option<&'static Vectors>,
        previous: Option<&Arc<Classifier>>,
    ) -> Examples {
        let none = pack.intents.len();
        let out_of_scope = (!pack.out_of_scope.is_empty()).then_some(none);
        let canonical = |text: &str| normalise(text, synonyms).canonical.chars().to_vec();
        let mut sentences = Vec::new();
        let mut written = Texts::default();
        let mut learn = |text: &str, class: usize, weight: f32| {
            sentences.push(Sentence {
                chars: canonical(text),
                class,
                weight,
            });
            written.push(text);
        };
        for (class, intent) in pack.intents.iter().enumerate() {
            for example in &intent.examples {
                learn(example, class, 1.0);
            }
            for pattern in &intent.patterns {
                let texts = Pattern::parse(pattern).map(|pattern| pattern.expansions(EXPANSIONS));
                for text in texts.unwrap_or_default() {
                    learn(&text, class, EXPANSION_WEIGHT);
                }
            }
            for title in [&intent.title.zh, &intent.title.en] {
                if !title.is_empty() {
                    learn(title, class, EXPANSION_WEIGHT);
                }
            }
        }
        for text in pack.out_of_scope.iter() {
            learn(text, none, 1.0);
        }
        written.all.shrink_to_fit();
        written.ends.shrink_to_fit();
        let examples = sentences
            .iter()
            .filter(|sentence| sentence.weight >= 1.0 && Some(sentence.class) != out_of_scope);
        let exact = ExactSentences::new(examples.map(|sentence| (sentence.chars.as_slice(), sentence.class)));
        let inside = sentences.iter().filter(|sentence| Some(sentence.class) != out_of_scope);
        let signals = pack.signals.iter();
        let trouble = signals.flat_map(|signal| signal.examples.iter().chain(&signal.calm));
        let trouble: Vec<Vec<char>> = trouble.map(|text| canonical(text)).collect();
        let beside = sentences.iter().filter(|sentence| Some(sentence.class) == out_of_scope);
        let repair = TermRepair::learn(
            inside.map(|sentence| sentence.chars.as_slice()),
            beside
                .map(|sentence| sentence.chars.as_slice())
                .chain(trouble.iter().map(Vec::as_slice)),
        );
        drop(trouble);
        for sentence in &mut sentences {
            if let Cow::Owned(masked) = slots.mask_entities(&sentence.chars) {
                sentence.chars = masked;
            }
        }
        let classes = none + usize::from(out_of_scope.is_some());
        Examples {
            exact: Arc::new(exact),
            repair: Arc::new(repair),
            classifier: Classifier::train(&sentences, classes, out_of_scope, vectors, previous),
            written: Arc::new(written),
        }
    }
}
