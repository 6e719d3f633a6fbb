//! The linear model beside the cues: it hears a complaint that uses none of the words.
//!
//! Classes are the signals and "none", which is trained on calm look-alikes, plain talk and the shop's own questions.
//! How sure it must be is measured in `budget`, on sentences held out here.

use super::super::matching::features::{Counts, Features, Vocabulary, count};
use super::super::matching::softmax::{Sample, Softmax, Training};
use super::super::normalise::{Normalised, SynonymTable, normalise};
use super::super::vectors::Vectors;
use super::join::Margin;

/// A sentence to learn from.
pub struct Sentence {
    /// As a message is read.
    pub message: Normalised,
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
            message: normalise(text, synonyms),
            class,
        }
    }
}

/// What an error on an example costs (C of the usual notation).
const COST: f32 = 20.0;
/// What an error on a calm look-alike costs beside that: they are few and written to be hard.
const CALM_COST: f32 = 1.5;
/// One sentence in so many is held out to measure margins on sentences not trained on. A single part says as much of
/// the bars as all in turn, to within the noise of its size.
const HELD_OUT: usize = 3;

/// The trained model.
#[derive(Default)]
pub struct Model {
    /// For each signal, whether it brings in a person.
    hands_off: Vec<bool>,
    vectors: Option<&'static Vectors>,
    vocabulary: Vocabulary,
    softmax: Softmax,
}

/// Which sentences a model had not seen, and what it said of them.
pub struct HeldOut {
    /// The sentence, by its place in the list.
    pub sentence: usize,
    /// What the model says of each signal.
    pub margins: Vec<Margin>,
}

impl Model {
    /// Trains on the sentences, and again without some of them to hear what it would say of sentences never seen.
    /// `hands_off` says of each signal whether it brings in a person.
    pub fn train(
        sentences: &[Sentence],
        hands_off: Vec<bool>,
        vectors: Option<&'static Vectors>,
    ) -> (Model, Vec<HeldOut>) {
        let counts: Vec<Counts> = sentences
            .iter()
            .map(|sentence| count(sentence.message.canonical.chars(), vectors))
            .collect();
        let (vocabulary, softmax, training) = fit(sentences, &counts, hands_off.len(), |_| false, None);
        let out = |at: usize| at.is_multiple_of(HELD_OUT);
        let unseen = {
            // With a vocabulary of its own: what only held-out sentences say must be as unknown as it would be.
            let (vocabulary, softmax, _) = fit(sentences, &counts, hands_off.len(), out, Some(&training));
            Model {
                hands_off: hands_off.clone(),
                vectors,
                vocabulary,
                softmax,
            }
        };
        let held_out = (0..sentences.len())
            .filter(|at| out(*at))
            .map(|at| HeldOut {
                sentence: at,
                margins: unseen.margins(&sentences[at].message),
            })
            .collect();
        let model = Model {
            hands_off,
            vectors,
            vocabulary,
            softmax,
        };
        (model, held_out)
    }

    /// For each signal, what the model says: the most of the whole message and of each of its clauses.
    pub fn margins(&self, message: &Normalised) -> Vec<Margin> {
        let chars = message.canonical.chars();
        let mut margins = self.margins_of(chars);
        if message.clauses.len() > 1 {
            for clause in message
                .clauses
                .iter()
                .filter(|clause| clause.range.len() >= SHORTEST_CLAUSE)
            {
                for (best, margin) in margins.iter_mut().zip(self.margins_of(&chars[clause.range.clone()])) {
                    best.own = best.own.max(margin.own - CLAUSE_HANDICAP);
                    best.heat = best.heat.max(margin.heat - CLAUSE_HANDICAP);
                }
            }
        }
        margins
    }

    fn margins_of(&self, chars: &[char]) -> Vec<Margin> {
        if !chars.iter().any(|character| character.is_alphanumeric()) {
            // Emoji and marks are for the cues: without a word every class is as likely, which is no evidence.
            let nothing = |hands_off: &bool| if *hands_off { NO_WORDS } else { NO_WORDS_WORRY };
            let margins = self.hands_off.iter().map(nothing);
            return margins.map(|own| Margin { own, heat: own }).collect();
        }
        margins(
            &self.vocabulary,
            &self.softmax,
            &self.hands_off,
            &count(chars, self.vectors),
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
            cost: if sentence.class == Class::Calm {
                CALM_COST * COST
            } else {
                COST
            },
        })
        .collect();
    let training = Training::run(&samples, vocabulary.shared(), signals + 1, out, from);
    (vocabulary, training.finish(&samples), training)
}

/// The log odds of each signal against "none", and of any that brings in a person.
fn margins(
    vocabulary: &Vocabulary,
    softmax: &Softmax,
    hands_off: &[bool],
    counts: &Counts,
    short: bool,
) -> Vec<Margin> {
    if hands_off.is_empty() {
        return Vec::new();
    }
    let (features, known) = vocabulary.vector(counts);
    let scores = softmax.scores(&features);
    let none = scores[hands_off.len()];
    // What is mostly unknown or a word or two is no evidence: gibberish, names and crumbs stay below every bar.
    let doubt = (KNOWN_ENOUGH - known).max(0.0) * UNKNOWN_COST + if short { SHORT_COST } else { 0.0 };
    let serious = || {
        scores
            .iter()
            .zip(hands_off)
            .filter(|(_, hands_off)| **hands_off)
            .map(|(score, _)| *score)
    };
    let most = serious().fold(f32::MIN, f32::max);
    let heat = most + serious().map(|score| (score - most).exp()).sum::<f32>().ln() - none - doubt;
    scores
        .iter()
        .zip(hands_off)
        .map(|(score, hands_off)| {
            let own = score - none - doubt;
            // Trouble that could be one thing or another is trouble: its likeliest name stands for all of them.
            Margin {
                own: if *hands_off && *score >= most { heat } else { own },
                heat: if *hands_off { heat } else { own },
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
const NO_WORDS: f32 = -0.5;
/// Log odds of the others there: their bar is lower.
const NO_WORDS_WORRY: f32 = -3.0;
/// Clauses shorter than this say too little by themselves, in characters.
const SHORTEST_CLAUSE: usize = 4;
/// What a clause must do better than a whole message, as log odds: a message of many clauses has many chances to err.
const CLAUSE_HANDICAP: f32 = 1.0;
