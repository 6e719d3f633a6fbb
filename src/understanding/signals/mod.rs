//! Signals: what a message says of the shopper's state besides its question.
//!
//! Cues that operators write, each held against its scope, joined with a linear model trained on the same files.
//! Everything that was seen can be shown: which cue, what took it back, what the model said.

mod budget;
mod explain;
mod join;
mod model;
mod scope;
#[cfg(test)]
mod tests;
mod words;

use std::ops::Range;
use std::sync::Arc;

use crate::model::{Lane, SignalHit};
use crate::packs::Pack;

use super::identity::{cues_key, signals_key};
use super::matching::features::Vocabulary;
use super::matching::joined::Joined;
use super::matching::patterns::PatternTable;
use super::normalise::{Normalised, SynonymTable, is_mark};
use super::preserve::{Key, Shelf, kept, preserved};
use super::vectors::Vectors;
use budget::Curve;
use join::Verdict;
use model::{Class, HeldOut, Model, Sentence};
use scope::{CueKind, ScopeTable};

pub use budget::{Severity, SignalThresholds};
pub use explain::{CueFound, SignalReport};
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

impl Strength {
    /// The field of the signal's file that lists such cues.
    pub fn field(self) -> &'static str {
        match self {
            Strength::Weak => "weak",
            Strength::Medium => "medium",
            Strength::Strong => "strong",
        }
    }
}

/// How strongly a message gives a signal, before any bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// The signal.
    pub id: String,
    /// Which bar it has to pass.
    pub severity: Severity,
    /// Log odds.
    pub strength: f32,
}

impl Heard {
    /// Whether the signal takes effect under these thresholds.
    pub fn passes(&self, thresholds: &SignalThresholds) -> bool {
        self.strength >= thresholds.of(self.severity)
    }
}

/// A pack's signals, compiled and trained.
#[derive(Default)]
pub struct SignalIndex {
    signals: Vec<Signal>,
    /// The cues, and behind them the scope words: one walk through a text finds both.
    cues: Arc<PatternTable>,
    owners: Vec<Cue>,
    scope: Arc<ScopeTable>,
    /// A hash of what cues and scope were compiled from: shops rarely have cues of their own.
    compiled_from: Key,
    learned: Learned,
    /// A hash of what it was learned from.
    learned_from: Key,
    /// The list that the features of the model were joined to.
    joined: Option<Arc<Joined>>,
    thresholds: SignalThresholds,
}

/// What the sentences of a pack teach about signals.
#[derive(Clone, Default)]
struct Learned {
    model: Arc<Model>,
    curve: Curve,
}

preserved!(Learned { model, curve });

struct Signal {
    id: String,
    kind: CueKind,
    severity: Severity,
    lane: Option<Lane>,
}

impl Signal {
    /// How strong a cue must be for it to take effect: none in the lane `high` and below; what adds up to more elsewhere is
    /// enough for anger and exposure, which are told in many words.
    fn needs(&self) -> Option<Strength> {
        match self.lane? {
            Lane::Safety | Lane::Top => Some(Strength::Medium),
            Lane::Urgent => Some(Strength::Weak),
            Lane::High | Lane::Normal => None,
        }
    }
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
    /// What a strong cue says beyond others because it is long or speaks to the shop, as log odds.
    specific: f32,
    /// It is more than a mark: 🖕 and 😡 say what they say, `!` does not.
    in_words: bool,
}

/// Where a signal stands in a message: its strongest cue that counts, else the stretch that speaks most for it to the
/// model.
fn evidence(cues: &[Placed<'_>], signal: usize, verdict: &Verdict) -> Range<usize> {
    cues.iter()
        .filter(|placed| placed.cue.signal == signal && placed.cancelled.is_none())
        .max_by_key(|placed| (placed.cue.strength, placed.range.len()))
        .map_or_else(|| verdict.stretch.clone(), |placed| placed.range.clone())
}

/// Signals below this are not worth showing.
const WORTH_SHOWING: f32 = 0.2;
/// Sentences that are no business of the shop's, of those that the files list; more would only make loading slower.
const OUT_OF_SCOPE: usize = 1000;

/// The name of what is learned, on a shelf.
const NAME: &str = "signals";

impl SignalIndex {
    /// Compiles the cues and trains the model. `needless` is the share of plain messages (0 to 1) that may be handed
    /// off needlessly.
    pub fn build(
        pack: &Pack,
        synonyms: &SynonymTable,
        vectors: Option<&'static Vectors>,
        needless: f32,
    ) -> SignalIndex {
        Self::build_after(pack, synonyms, vectors, needless, None, None)
    }

    /// The same; what `previous` learned from the same is shared, what lies on the shelf is taken from there.
    pub fn build_after(
        pack: &Pack,
        synonyms: &SynonymTable,
        vectors: Option<&'static Vectors>,
        needless: f32,
        previous: Option<&SignalIndex>,
        shelf: Option<&dyn Shelf>,
    ) -> SignalIndex {
        let learned_from = signals_key(pack, vectors.is_some());
        let mut index = Self::compile(pack, synonyms, previous);
        index.learned = match previous.filter(|previous| previous.learned_from == learned_from) {
            Some(previous) => previous.learned.clone(),
            None => kept(shelf, NAME, &learned_from, || {
                index.learn(pack, synonyms, vectors, &|_| false)
            }),
        };
        index.learned_from = learned_from;
        index.thresholds = index.learned.curve.thresholds(needless);
        index
    }

    /// The same without the sentences that `left_out` names by their text: what remains can be measured on them.
    #[cfg(test)]
    fn build_without(
        pack: &Pack,
        synonyms: &SynonymTable,
        vectors: Option<&'static Vectors>,
        needless: f32,
        left_out: &dyn Fn(&str) -> bool,
    ) -> SignalIndex {
        let mut index = Self::compile(pack, synonyms, None);
        index.learned = index.learn(pack, synonyms, vectors, left_out);
        index.thresholds = index.learned.curve.thresholds(needless);
        index
    }

    /// Everything but what is learned. It stays, so it comes before what only training needs.
    fn compile(pack: &Pack, synonyms: &SynonymTable, previous: Option<&SignalIndex>) -> SignalIndex {
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
        let signals = pack.signals.iter().map(|signal| Signal {
            id: signal.id.clone(),
            kind: CueKind::of(&signal.id),
            lane: signal.lane,
            severity: match signal.lane {
                None => Severity::Low,
                Some(Lane::Safety | Lane::Top) => Severity::Critical,
                Some(_) => Severity::Normal,
            },
        });
        let compiled_from = cues_key(pack);
        let (cues, scope) = match previous.filter(|previous| previous.compiled_from == compiled_from) {
            Some(previous) => (Arc::clone(&previous.cues), Arc::clone(&previous.scope)),
            None => (
                Arc::new(PatternTable::new(
                    owners
                        .iter()
                        .map(|cue| cue.pattern.as_str())
                        .chain(ScopeTable::patterns(&pack.scope)),
                    synonyms,
                )),
                Arc::new(ScopeTable::new(&pack.scope)),
            ),
        };
        SignalIndex {
            signals: signals.collect(),
            cues,
            scope,
            owners,
            compiled_from,
            ..SignalIndex::default()
        }
    }

    /// Trains. What a pack says that has a part in it is in `identity::signals_key`, too.
    fn learn(
        &self,
        pack: &Pack,
        synonyms: &SynonymTable,
        vectors: Option<&'static Vectors>,
        left_out: &dyn Fn(&str) -> bool,
    ) -> Learned {
        if self.signals.is_empty() {
            return Learned::default();
        }
        let mut sentences = Vec::new();
        let mut learn = |text, class| {
            if !left_out(text) {
                sentences.push(Sentence { text, class });
            }
        };
        for (number, signal) in pack.signals.iter().enumerate() {
            signal
                .examples
                .iter()
                .for_each(|text| learn(text, Class::Signal(number)));
            signal.calm.iter().for_each(|text| learn(text, Class::Calm));
        }
        // Plain talk is listed where it looks like trouble, so it counts among the look-alikes.
        pack.scope.content.iter().for_each(|text| learn(text, Class::Calm));
        // All of the shop's own questions: which of them come close to a complaint, nobody can say beforehand.
        let questions = pack.intents.iter().flat_map(|intent| &intent.examples);
        let elsewhere = pack.out_of_scope.len().div_ceil(OUT_OF_SCOPE).max(1);
        questions
            .chain(pack.out_of_scope.iter().step_by(elsewhere))
            .for_each(|text| learn(text, Class::Plain));
        let hands_off = self.signals.iter().map(|signal| signal.severity != Severity::Low);
        let (model, held_out) = Model::train(&sentences, hands_off.collect(), synonyms, vectors);
        Learned {
            model: Arc::new(model),
            curve: self.measure(&held_out),
        }
    }

    /// Under what it lies on a shelf.
    pub(super) fn learned_from(&self) -> (&'static str, Key) {
        (NAME, self.learned_from)
    }

    /// Joins the features of the model with those of the one that tells questions apart: texts that both read are looked up
    /// once.
    pub(super) fn join(&mut self, questions: &Vocabulary) -> Option<Arc<Joined>> {
        self.joined = Joined::new(questions, self.learned.model.vocabulary()).map(Arc::new);
        self.joined.clone()
    }

    /// The thresholds that a budget sets: `needless` is the share of plain messages that may be handed off needlessly.
    pub fn thresholds_for(&self, needless: f32) -> SignalThresholds {
        self.learned.curve.thresholds(needless)
    }

    /// How strongly a message gives each signal, in the log odds that thresholds are in.
    pub fn strengths(&self, message: &Normalised) -> Vec<Heard> {
        let (_, verdicts) = self.weigh(message);
        self.signals
            .iter()
            .zip(&verdicts)
            .map(|(signal, verdict)| Heard {
                id: signal.id.clone(),
                severity: signal.severity,
                strength: verdict.strength(),
            })
            .collect()
    }

    /// What held-out sentences reach, cues included.
    fn measure(&self, held_out: &HeldOut) -> Curve {
        let (mut plain, mut calm, mut critical, mut low) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (message, class) in &held_out.sentences {
            let (_, verdicts) = self.weigh_with(&held_out.model, None, message);
            // As far past a normal bar as each signal's own bar allows.
            let strongest = |wanted: &dyn Fn(Severity) -> bool| {
                (0..self.signals.len())
                    .filter(|signal| wanted(self.signals[*signal].severity))
                    .map(|signal| verdicts[signal].strength() + self.signals[signal].severity.lower())
                    .fold(f32::MIN, f32::max)
            };
            match *class {
                // What no word says takes no effect at any bar, so it says nothing about where the bar belongs.
                Class::Signal(signal) if verdicts[signal].unsaid => {}
                Class::Signal(signal) if self.signals[signal].severity == Severity::Critical => {
                    critical.push(strongest(&|severity| severity == Severity::Critical));
                }
                Class::Signal(_) => {}
                class => {
                    let any_handoff = strongest(&|severity| severity != Severity::Low);
                    if class == Class::Calm { &mut calm } else { &mut plain }.push(any_handoff);
                    low.push(strongest(&|severity| severity == Severity::Low));
                }
            }
        }
        Curve::new(plain, calm, critical, low)
    }

    /// The verdict on every signal, with the cues behind them.
    fn weigh<'a>(&'a self, message: &Normalised) -> (Vec<Placed<'a>>, Vec<Verdict>) {
        self.weigh_with(&self.learned.model, self.joined.as_deref(), message)
    }

    fn weigh_with<'a>(
        &'a self,
        model: &Model,
        joined: Option<&Joined>,
        message: &Normalised,
    ) -> (Vec<Placed<'a>>, Vec<Verdict>) {
        let (cues, calming) = self.place(message);
        let mut margins = model.margins(joined, message);
        for placed in &cues {
            if placed.cue.strength == Strength::Strong && placed.cancelled.is_none() {
                model.read_around(joined, &mut margins, message, placed.cue.signal, &placed.range);
            }
        }
        let mut verdicts: Vec<Verdict> = margins
            .iter()
            .enumerate()
            .map(|(signal, margin)| {
                let mine = cues.iter().filter(|placed| placed.cue.signal == signal);
                join::weigh(mine, margin, message, calming)
            })
            .collect();
        join::hold_to_words(
            &mut verdicts,
            |signal| self.signals[signal].needs(),
            |signal| self.signals[signal].lane == Some(Lane::High),
        );
        (cues, verdicts)
    }

    fn score(&self, signal: usize, verdict: &Verdict) -> f32 {
        // Where no plain sentence of a small pack comes near any signal, the bar itself lies as low as what is unsaid.
        if verdict.unsaid {
            return 0.0;
        }
        join::score(verdict.strength() - self.thresholds.of(self.signals[signal].severity))
    }

    /// The signals of a message, in the order of [`SignalIndex::order`]; those at 0.5 and above take effect.
    pub fn detect(&self, original: &str, message: &Normalised) -> Vec<SignalHit> {
        let (cues, verdicts) = self.weigh(message);
        let mut hits: Vec<SignalHit> = verdicts
            .iter()
            .enumerate()
            .map(|(signal, verdict)| (signal, self.score(signal, verdict)))
            .filter(|(_, score)| *score >= WORTH_SHOWING)
            .map(|(signal, score)| SignalHit {
                id: self.signals[signal].id.clone(),
                score,
                evidence: message
                    .canonical
                    .original(original, evidence(&cues, signal, &verdicts[signal]))
                    .to_owned(),
            })
            .collect();
        self.order(&mut hits);
        hits
    }

    /// Puts those that take effect before the others, of them the most pressing lane first, then the strongest: what stands
    /// first is why a chat is handed off.
    pub(super) fn order(&self, hits: &mut [SignalHit]) {
        let lane = |hit: &SignalHit| {
            let signal = self.signals.iter().find(|signal| signal.id == hit.id);
            let lane = signal.and_then(|signal| signal.lane).filter(|_| hit.takes_effect());
            // Whether there is none comes before which it is: `None` would stand first.
            (lane.is_none(), lane)
        };
        hits.sort_by(|a, b| {
            let by_lane = lane(a).cmp(&lane(b));
            by_lane
                .then_with(|| b.score.total_cmp(&a.score))
                .then_with(|| a.id.cmp(&b.id))
        });
    }

    /// The log odds that the model must reach, as measured when the files were loaded.
    pub fn thresholds(&self) -> SignalThresholds {
        self.thresholds
    }

    /// The cues of a message, and what it says for calm.
    fn place<'a>(&'a self, message: &Normalised) -> (Vec<Placed<'a>>, f32) {
        let found = self.cues.find(message.canonical.chars());
        let words = found.iter().filter_map(|found| {
            let word = found.pattern.checked_sub(self.owners.len())?;
            Some((word, found.range.clone()))
        });
        let reading = self.scope.read(message, words);
        let placed: Vec<Placed<'_>> = found
            .into_iter()
            .filter(|found| found.pattern < self.owners.len())
            .map(|found| {
                let cue = &self.owners[found.pattern];
                let strong = cue.strength == Strength::Strong;
                Placed {
                    cue,
                    cancelled: reading.cancels(&found.range, self.signals[cue.signal].kind, strong),
                    intensified: !strong && reading.intensified(&found.range),
                    specific: if strong {
                        join::specificity(&message.canonical.chars()[found.range.clone()])
                    } else {
                        0.0
                    },
                    in_words: message.canonical.chars()[found.range.clone()]
                        .iter()
                        .any(|character| !is_mark(*character)),
                    range: found.range,
                }
            })
            .collect();
        let counted = |from: Strength| -> Vec<Range<usize>> {
            placed
                .iter()
                .filter(|placed| placed.cancelled.is_none() && placed.cue.strength >= from)
                .map(|placed| placed.range.clone())
                .collect()
        };
        let calming = reading.calming(&counted(Strength::Medium), &counted(Strength::Strong));
        (placed, calming)
    }
}
