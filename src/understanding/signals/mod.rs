//! Signals: what a message says of the shopper's state beside its question.
//!
//! Cues that operators write, each held against its scope, joined with a linear model trained on the same files.
//! Everything that was seen can be shown: which cue, what took it back, what the model said.

mod join;
mod model;
mod scope;
#[cfg(test)]
mod tests;
mod words;

use std::ops::Range;

use crate::intents::Pack;
use crate::model::SignalHit;

use super::matching::patterns::PatternTable;
use super::normalise::{Normalised, SynonymTable};
use model::{Class, Model, Sentence};
use scope::{Nature, ScopeTable};

pub use join::TAKES_EFFECT;
pub use model::Bars;
pub use scope::Scope;

/// How much a cue says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Only adds up.
    Weak,
    /// Half.
    Medium,
    /// Enough.
    Strong,
}

/// A cue that was found in a message.
#[derive(Clone, Debug, PartialEq)]
pub struct CueFound {
    /// The pattern as written in the file.
    pub pattern: String,
    /// How much it says.
    pub strength: Strength,
    /// The words as the shopper wrote them.
    pub words: String,
    /// Why it does not count; `None` when it does.
    pub cancelled: Option<Scope>,
}

/// Everything that was considered for one signal.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalReport {
    /// The signal.
    pub id: String,
    /// Strength, 0 to 1.
    pub score: f32,
    /// The cues, in the order of the message.
    pub cues: Vec<CueFound>,
    /// The model's log odds against "no signal".
    pub margin: f32,
    /// The log odds that it had to reach, given the cues.
    pub bar: f32,
}

/// A pack's signals, compiled and trained.
#[derive(Default)]
pub struct SignalIndex {
    signals: Vec<Signal>,
    cues: PatternTable,
    owners: Vec<Cue>,
    scope: ScopeTable,
    model: Model,
}

struct Signal {
    id: String,
    nature: Nature,
}

struct Cue {
    signal: usize,
    strength: Strength,
    pattern: String,
}

/// A cue with its place, while it is weighed.
struct Placed<'a> {
    cue: &'a Cue,
    range: Range<usize>,
    cancelled: Option<Scope>,
    /// An intensifier stands beside it.
    intensified: bool,
}

/// Signals below this are not worth showing.
const WORTH_SHOWING: f32 = 0.3;
/// Sentences of each intent that the model learns as plain questions; more would only make loading slower.
const PLAIN_OF_INTENT: usize = 80;

impl SignalIndex {
    /// Compiles the cues and trains the model.
    pub fn build(pack: &Pack, synonyms: &SynonymTable) -> SignalIndex {
        Self::build_without(pack, synonyms, &|_| false)
    }

    /// The same without the sentences that `left_out` names by their text: what remains can be measured on them.
    fn build_without(pack: &Pack, synonyms: &SynonymTable, left_out: &dyn Fn(&str) -> bool) -> SignalIndex {
        let mut owners = Vec::new();
        for (number, signal) in pack.signals.iter().enumerate() {
            for (strength, patterns) in [
                (Strength::Strong, &signal.strong),
                (Strength::Medium, &signal.medium),
                (Strength::Weak, &signal.weak),
            ] {
                owners.extend(patterns.iter().map(|pattern| Cue {
                    signal: number,
                    strength,
                    pattern: pattern.clone(),
                }));
            }
        }
        let mut sentences = Vec::new();
        let mut learn = |text: &String, class| {
            if !left_out(text) {
                sentences.push(Sentence::new(text, class, synonyms));
            }
        };
        for (number, signal) in pack.signals.iter().enumerate() {
            signal
                .examples
                .iter()
                .for_each(|text| learn(text, Class::Signal(number)));
            signal.calm.iter().for_each(|text| learn(text, Class::Calm));
        }
        pack.scope.content.iter().for_each(|text| learn(text, Class::Plain));
        for examples in pack
            .intents
            .iter()
            .map(|intent| &intent.examples)
            .chain([&pack.out_of_scope])
        {
            let step = examples.len().div_ceil(PLAIN_OF_INTENT).max(1);
            examples.iter().step_by(step).for_each(|text| learn(text, Class::Plain));
        }
        SignalIndex {
            cues: PatternTable::new(owners.iter().map(|cue| cue.pattern.as_str()), synonyms),
            owners,
            scope: ScopeTable::new(&pack.scope, synonyms),
            model: if pack.signals.is_empty() {
                Model::default()
            } else {
                Model::train(&sentences, pack.signals.len())
            },
            signals: pack
                .signals
                .iter()
                .map(|signal| Signal {
                    id: signal.id.clone(),
                    nature: Nature::of(&signal.id),
                })
                .collect(),
        }
    }

    /// The signals of a message, strongest first; those at 0.5 and above take effect.
    pub fn detect(&self, original: &str, message: &Normalised) -> Vec<SignalHit> {
        let cues = self.place(message);
        let margins = self.model.margins(message);
        let mut hits: Vec<SignalHit> = (0..self.signals.len())
            .filter_map(|signal| {
                let of = |placed: &&Placed<'_>| placed.cue.signal == signal;
                let verdict = join::weigh(cues.iter().filter(of), margins[signal], &self.model.bars, message);
                (verdict.score >= WORTH_SHOWING).then(|| SignalHit {
                    id: self.signals[signal].id.clone(),
                    score: verdict.score,
                    evidence: cues
                        .iter()
                        .filter(of)
                        .filter(|placed| placed.cancelled.is_none())
                        .max_by_key(|placed| (placed.cue.strength, placed.range.len()))
                        .map_or_else(String::new, |placed| {
                            message.canonical.original(original, placed.range.clone()).to_owned()
                        }),
                })
            })
            .collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        hits
    }

    /// Everything that was considered, strongest first; signals of which nothing was seen are left out.
    pub fn explain(&self, original: &str, message: &Normalised) -> Vec<SignalReport> {
        let cues = self.place(message);
        let margins = self.model.margins(message);
        let mut reports: Vec<SignalReport> = (0..self.signals.len())
            .map(|signal| {
                let mine: Vec<&Placed<'_>> = cues.iter().filter(|placed| placed.cue.signal == signal).collect();
                let verdict = join::weigh(mine.iter().copied(), margins[signal], &self.model.bars, message);
                SignalReport {
                    id: self.signals[signal].id.clone(),
                    score: verdict.score,
                    cues: mine
                        .iter()
                        .map(|placed| CueFound {
                            pattern: placed.cue.pattern.clone(),
                            strength: placed.cue.strength,
                            words: message.canonical.original(original, placed.range.clone()).to_owned(),
                            cancelled: placed.cancelled,
                        })
                        .collect(),
                    margin: margins[signal],
                    bar: verdict.bar,
                }
            })
            .filter(|report| report.score >= 0.1 || !report.cues.is_empty())
            .collect();
        reports.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        reports
    }

    /// The log odds that the model must reach, as measured when the files were loaded.
    pub fn bars(&self) -> Bars {
        self.model.bars
    }

    fn place(&self, message: &Normalised) -> Vec<Placed<'_>> {
        let found = self.cues.find(message.canonical.chars());
        if found.is_empty() {
            return Vec::new();
        }
        let reading = self.scope.read(message);
        found
            .into_iter()
            .map(|found| {
                let cue = &self.owners[found.pattern];
                let strong = cue.strength == Strength::Strong;
                Placed {
                    cue,
                    cancelled: reading.cancels(&found.range, self.signals[cue.signal].nature, strong),
                    intensified: !strong && reading.intensified(&found.range),
                    range: found.range,
                }
            })
            .collect()
    }
}
