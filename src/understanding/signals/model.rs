//! The linear model beside the cues: it hears a complaint that uses none of the words.
//!
//! Classes are the signals and "none", which is trained on calm look-alikes, plain talk and the shop's own questions.
//! How sure it must be is measured in `budget`, on sentences held out here.

use std::ops::Range;

use super::super::matching::corpus::{Corpus, Lines};
use super::super::matching::features::Vocabulary;
use super::super::matching::joined::{Joined, Side};
use super::super::matching::linear::Linear;
use super::super::matching::training::{Optimum, Sample, Training};
use super::super::normalise::{Normalised, SynonymTable, normalise};
use super::super::preserve::preserved;
use super::super::vectors::Vectors;
use super::join::Margin;

/// A sentence to learn from.
pub struct Sentence<'a> {
    /// As it is written.
    pub text: &'a str,
    /// What it is.
    pub class: Class,
}

/// What a sentence of the files is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// An example of the signal with this number.
    Signal(usize),
    /// Looks heated and is calm.
    Calm,
    /// A plain question or remark.
    Plain,
}

/// What an error on an example costs (C of the usual notation).
const COST: f32 = 20.0;
/// What an error on a calm look-alike costs beside that: they are few and written to be hard.
const CALM_COST: f32 = 1.5;
/// One sentence in so many is held out to measure margins on sentences not trained on. A single part says as much of
/// the thresholds as all in turn, to within the noise of its size.
const HELD_OUT: usize = 3;

/// The trained model.
#[derive(Default)]
pub struct Model {
    /// For each signal, whether it brings in a person.
    hands_off: Vec<bool>,
    linear: Linear,
}

preserved!(Model { hands_off, linear });

/// Sentences with a model that has not seen them.
#[derive(Default)]
pub struct HeldOut {
    /// The model.
    pub model: Model,
    /// The sentences, as messages are read, and what they are.
    pub sentences: Vec<(Normalised, Class)>,
}

impl Model {
    /// Trains on the sentences, and again without some of them to hear what it would say of sentences never seen.
    /// `hands_off` says of each signal whether it brings in a person.
    pub fn train(
        sentences: &[Sentence<'_>],
        hands_off: Vec<bool>,
        synonyms: &SynonymTable,
        vectors: Option<&'static Vectors>,
    ) -> (Model, HeldOut) {
        let mut lines = Lines::none();
        for sentence in sentences {
            lines.push(normalise(sentence.text, synonyms).canonical.chars());
        }
        let lessons = Lessons {
            corpus: Corpus::count(lines.iter()),
            lines,
            sentences,
            signals: hands_off.len(),
            vectors,
        };
        let (linear, optimum) = lessons.fit(|_| false, None);
        let out = |at: usize| at.is_multiple_of(HELD_OUT);
        // With a vocabulary of its own: what only held-out sentences say must be as unknown as it would be.
        let held_out_model = Model {
            hands_off: hands_off.clone(),
            linear: lessons.fit(out, Some(&optimum)).0,
        };
        let held_out = sentences.iter().enumerate().filter(|(at, _)| out(*at));
        let held_out = HeldOut {
            sentences: held_out
                .map(|(_, sentence)| (normalise(sentence.text, synonyms), sentence.class))
                .collect(),
            model: held_out_model,
        };
        let model = Model { hands_off, linear };
        (model, held_out)
    }

    /// The features.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.linear.vocabulary
    }

    /// For each signal, what the model says: the most of the whole message and of each of its clauses. `joined` is the list
    /// that its features were joined to, if they were.
    pub fn margins(&self, joined: Option<&Joined>, message: &Normalised) -> Vec<Margin> {
        let chars = message.canonical.chars();
        let mut margins = self.margins_of(joined, chars, 0..chars.len());
        let mut spoken = vec![f32::MIN; margins.len()];
        let clauses = message.clauses.iter().filter(|_| message.clauses.len() > 1);
        for clause in clauses.filter(|clause| clause.range.len() >= SHORTEST_CLAUSE) {
            let of_clause = self.margins_of(joined, chars, clause.range.clone());
            for ((best, most), margin) in margins.iter_mut().zip(&mut spoken).zip(of_clause) {
                best.own = best.own.max(margin.own - CLAUSE_HANDICAP);
                best.any_handoff = best.any_handoff.max(margin.any_handoff - CLAUSE_HANDICAP);
                if margin.own > *most {
                    *most = margin.own;
                    best.stretch = margin.stretch;
                }
            }
        }
        margins
    }

    /// Reads once more around a strong cue of a signal: what a long sentence says plainly for the rest, it means as if it
    /// said it alone.
    pub fn read_around(
        &self,
        joined: Option<&Joined>,
        margins: &mut [Margin],
        message: &Normalised,
        signal: usize,
        cue: &Range<usize>,
    ) {
        let chars = message.canonical.chars();
        let clause = message
            .clauses
            .iter()
            .map(|clause| &clause.range)
            .find(|clause| clause.start <= cue.start && cue.start < clause.end);
        let (from, to) = clause.map_or((0, chars.len()), |clause| (clause.start, clause.end));
        let around = cue.start.saturating_sub(AROUND_A_CUE).max(from)..(cue.end + AROUND_A_CUE).min(to).max(cue.end);
        if let Some(near) = self.margins_of(joined, chars, around).into_iter().nth(signal) {
            let whole = &mut margins[signal];
            whole.own = whole.own.max(near.own - CLAUSE_HANDICAP);
            whole.any_handoff = whole.any_handoff.max(near.any_handoff - CLAUSE_HANDICAP);
        }
    }

    fn margins_of(&self, joined: Option<&Joined>, chars: &[char], stretch: Range<usize>) -> Vec<Margin> {
        let chars = &chars[stretch.clone()];
        if self.hands_off.is_empty() {
            return Vec::new();
        }
        if !chars.iter().any(|character| character.is_alphanumeric()) {
            // Emoji and marks are for the cues: without a word every class is as likely, which is no evidence.
            let nothing = |hands_off: &bool| if *hands_off { NO_WORDS } else { NO_WORDS_WORRY };
            let margins = self.hands_off.iter().map(nothing);
            return margins
                .map(|own| Margin {
                    own,
                    any_handoff: own,
                    stretch: stretch.clone(),
                })
                .collect();
        }
        let joined = joined.map(|joined| (joined, Side::Signals));
        self.linear.score(chars, joined, |scored| {
            margins(scored.scores, &self.hands_off, scored.known, is_short(chars), &stretch)
        })
    }
}

/// What there is to learn.
struct Lessons<'a> {
    sentences: &'a [Sentence<'a>],
    /// The sentences, canonical.
    lines: Lines,
    corpus: Corpus,
    signals: usize,
    vectors: Option<&'static Vectors>,
}

impl Lessons<'_> {
    /// Learns without the sentences for which `out` holds, from where another training ended.
    fn fit(&self, out: impl Fn(usize) -> bool, from: Option<&Optimum>) -> (Linear, Optimum) {
        let learned = self
            .corpus
            .learn(self.vectors.map_or(0, Vectors::dimensions), |at| !out(at));
        let features = learned.vectors(&self.corpus, self.lines.iter(), self.vectors);
        let samples: Vec<Sample<'_>> = self
            .sentences
            .iter()
            .enumerate()
            .map(|(at, sentence)| Sample {
                features: features.get(at),
                class: match sentence.class {
                    Class::Signal(signal) => signal,
                    Class::Calm | Class::Plain => self.signals,
                },
                cost: if sentence.class == Class::Calm {
                    CALM_COST * COST
                } else {
                    COST
                },
            })
            .collect();
        let shared = learned.vocabulary.shared();
        let training = Training::run(&samples, shared, &vec![0.0; self.signals + 1], out, from);
        let (softmax, optimum) = training.finish(&samples);
        let linear = Linear {
            vectors: self.vectors,
            vocabulary: learned.vocabulary,
            softmax,
        };
        (linear, optimum)
    }
}

/// The log odds of each signal against "none", and of any that brings in a person.
///
/// `known` is the share of the text's n-grams that are known.
fn margins(scores: &[f32], hands_off: &[bool], known: f32, short: bool, stretch: &Range<usize>) -> Vec<Margin> {
    let none = scores[hands_off.len()];
    // What is mostly unknown or a word or two is no evidence: gibberish, names and one-word fragments stay below every bar.
    let doubt = (KNOWN_ENOUGH - known).max(0.0) * UNKNOWN_COST + if short { SHORT_COST } else { 0.0 };
    let serious = || {
        scores
            .iter()
            .zip(hands_off)
            .filter(|(_, hands_off)| **hands_off)
            .map(|(score, _)| *score)
    };
    let most = serious().fold(f32::MIN, f32::max);
    let any_handoff = most + serious().map(|score| (score - most).exp()).sum::<f32>().ln() - none - doubt;
    scores
        .iter()
        .zip(hands_off)
        .map(|(score, hands_off)| {
            let own = score - none - doubt;
            // Trouble that could be one thing or another is trouble: its likeliest name stands for all of them.
            Margin {
                own: if *hands_off && *score >= most { any_handoff } else { own },
                any_handoff: if *hands_off { any_handoff } else { own },
                stretch: stretch.clone(),
            }
        })
        .collect()
}

/// Whether a text is a word or two: fewer than four Han characters, or than three Latin words.
fn is_short(chars: &[char]) -> bool {
    let han = chars.iter().filter(|character| **character > '\u{2e80}').count();
    let words = chars
        .split(|character| *character == ' ')
        .filter(|word| !word.is_empty())
        .count();
    if han > 0 { han < 4 } else { words < 3 }
}

/// Share of known n-grams from which on the model is believed.
const KNOWN_ENOUGH: f32 = 0.5;
/// Log odds that wholly unknown words cost.
const UNKNOWN_COST: f32 = 6.0;
/// Log odds that a very short text costs.
const SHORT_COST: f32 = 1.0;
/// Log odds of a signal that brings in a person, in a text without a word.
const NO_WORDS: f32 = -0.2;
/// Log odds of the others there: their bar is lower.
const NO_WORDS_WORRY: f32 = -3.0;
/// Clauses shorter than this say too little by themselves, in characters.
const SHORTEST_CLAUSE: usize = 4;
/// What a clause must do better than a whole message, as log odds: a message of many clauses has many chances to err.
const CLAUSE_HANDICAP: f32 = 1.0;
/// Characters on either side of a strong cue that are read with it.
const AROUND_A_CUE: usize = 2;
