//! The linear model beside the cues: it hears a complaint that uses none of the words.
//!
//! Classes are the signals and "none", which is trained on calm look-alikes, plain talk and the shop's own questions.
//! How sure the model must be is not chosen but measured while the files load: on sentences held out in turn, so few
//! plain questions may pass that a day of ordinary chats stays quiet.

use super::super::matching::features::{Counts, Features, Vocabulary, count};
use super::super::matching::softmax::{Sample, Softmax, Training};
use super::super::normalise::{Normalised, SynonymTable, normalise};

/// A sentence to learn from.
pub struct Sentence {
    /// Its canonical characters.
    pub chars: Vec<char>,
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

impl Sentence {
    /// Reads a sentence of the files as a message is read.
    pub fn new(text: &str, class: Class, synonyms: &SynonymTable) -> Sentence {
        Sentence {
            chars: normalise(text, synonyms).canonical.chars().to_vec(),
            class,
        }
    }
}

/// What an error on an example costs (C of the usual notation).
const COST: f32 = 8.0;
/// What an error on a plain sentence costs: there are many, and they are easy.
const PLAIN_COST: f32 = 8.0;
/// Parts into which the sentences are dealt to measure margins on sentences not trained on.
const FOLDS: usize = 3;

/// The trained model and the margins it must reach.
#[derive(Default)]
pub struct Model {
    signals: usize,
    vocabulary: Vocabulary,
    softmax: Softmax,
    /// Margins by how much the cues say.
    pub bars: Bars,
}

/// The log odds against "none" that the model must reach to take effect: the more the cues say, the less.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bars {
    /// No cue at all.
    pub alone: f32,
    /// A weak cue.
    pub weak: f32,
    /// A medium cue.
    pub medium: f32,
    /// Several medium cues.
    pub several: f32,
}

impl Model {
    /// Trains on the sentences and measures the bars.
    pub fn train(sentences: &[Sentence], signals: usize) -> Model {
        let counts: Vec<Counts> = sentences.iter().map(|sentence| count(&sentence.chars)).collect();
        let (vocabulary, softmax, training) = fit(sentences, &counts, signals, |_| false, None);
        let (mut plain, mut calm) = (Vec::new(), Vec::new());
        for fold in 0..FOLDS {
            let out = |at: usize| at % FOLDS == fold;
            // With a vocabulary of its own: what only held-out sentences say must be as unknown as it would be.
            let (vocabulary, softmax, _) = fit(sentences, &counts, signals, out, Some(&training));
            for at in (0..sentences.len()).filter(|at| out(*at)) {
                let to = match sentences[at].class {
                    Class::Signal(_) => continue,
                    Class::Calm => &mut calm,
                    Class::Plain => &mut plain,
                };
                let margins = margins(
                    &vocabulary,
                    &softmax,
                    signals,
                    &counts[at],
                    is_short(&sentences[at].chars),
                );
                to.push(margins.into_iter().fold(f32::MIN, f32::max));
            }
        }
        let bar =
            |plain_share: f32, calm_share: f32| quantile(&mut plain, plain_share).max(quantile(&mut calm, calm_share));
        Model {
            signals,
            bars: measure(bar),
            vocabulary,
            softmax,
        }
    }

    /// For each signal, its log odds against "none": the highest of the whole message and of each of its clauses.
    pub fn margins(&self, message: &Normalised) -> Vec<f32> {
        let chars = message.canonical.chars();
        let mut margins = self.margins_of(chars);
        if message.clauses.len() > 1 {
            for clause in message
                .clauses
                .iter()
                .filter(|clause| clause.range.len() >= SHORTEST_CLAUSE)
            {
                for (best, margin) in margins.iter_mut().zip(self.margins_of(&chars[clause.range.clone()])) {
                    *best = best.max(margin - CLAUSE_HANDICAP);
                }
            }
        }
        margins
    }

    fn margins_of(&self, chars: &[char]) -> Vec<f32> {
        margins(
            &self.vocabulary,
            &self.softmax,
            self.signals,
            &count(chars),
            is_short(chars),
        )
    }
}

fn fit(
    sentences: &[Sentence],
    counts: &[Counts],
    signals: usize,
    out: impl Fn(usize) -> bool,
    from: Option<&Training>,
) -> (Vocabulary, Softmax, Training) {
    let learned = counts.iter().enumerate().filter(|(at, _)| !out(*at));
    let vocabulary = Vocabulary::learn(learned.map(|(_, counts)| counts));
    let vectors: Vec<Features> = counts.iter().map(|counts| vocabulary.vector(counts).0).collect();
    let samples: Vec<Sample<'_>> = sentences
        .iter()
        .zip(&vectors)
        .map(|(sentence, features)| Sample {
            features,
            class: match sentence.class {
                Class::Signal(signal) => signal,
                Class::Calm | Class::Plain => signals,
            },
            cost: if sentence.class == Class::Plain {
                PLAIN_COST
            } else {
                COST
            },
        })
        .collect();
    let training = Training::run(&samples, vocabulary.shared(), signals + 1, out, from);
    (vocabulary, training.finish(&samples), training)
}

/// The log odds of each signal against "none".
fn margins(vocabulary: &Vocabulary, softmax: &Softmax, signals: usize, counts: &Counts, short: bool) -> Vec<f32> {
    if signals == 0 {
        return Vec::new();
    }
    let (features, known) = vocabulary.vector(counts);
    let scores = softmax.scores(&features);
    // What is mostly unknown or a word or two is no evidence: gibberish, names and crumbs stay below every bar.
    let doubt = (KNOWN_ENOUGH - known).max(0.0) * UNKNOWN_COST + if short { SHORT_COST } else { 0.0 };
    scores[..signals]
        .iter()
        .map(|score| score - scores[signals] - doubt)
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
/// Clauses shorter than this say too little by themselves, in characters.
const SHORTEST_CLAUSE: usize = 4;
/// What a clause must do better than a whole message, as log odds: a message of many clauses has many chances to err.
const CLAUSE_HANDICAP: f32 = 0.5;

fn measure(mut bar: impl FnMut(f32, f32) -> f32) -> Bars {
    Bars {
        alone: bar(0.001, 0.02),
        weak: bar(0.004, 0.05),
        medium: bar(0.02, 0.15),
        several: bar(0.2, 0.4),
    }
}

/// The margin that this share of the sentences exceeds.
fn quantile(margins: &mut [f32], share: f32) -> f32 {
    if margins.is_empty() {
        return 0.0;
    }
    margins.sort_unstable_by(|a, b| b.total_cmp(a));
    margins[((margins.len() as f32 * share) as usize).min(margins.len() - 1)]
}
