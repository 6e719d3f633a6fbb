//! What reading a text with a trained model takes: which features there are, and what each says of every class.

use std::cell::RefCell;

use super::super::vectors::Vectors;
use super::features::{Vocabulary, Weighted};
use super::grams::{Gram, count};
use super::softmax::Softmax;

/// A trained model over texts.
#[derive(Default)]
pub struct Linear {
    /// The table of meaning, when it is in use.
    pub vectors: Option<&'static Vectors>,
    /// The features.
    pub vocabulary: Vocabulary,
    /// Their weights.
    pub softmax: Softmax,
}

/// What a text came to.
pub struct Scored<'a> {
    /// The features of the text.
    pub features: Weighted<'a>,
    /// The logit of every class.
    pub scores: &'a mut [f32],
    /// The share of its n-grams that are known.
    pub known: f32,
}

impl Linear {
    /// Scores a text and hands what it came to on. `then` must not score a text itself: the room is taken.
    pub fn score<T>(&self, chars: &[char], then: impl FnOnce(Scored<'_>) -> T) -> T {
        ROOM.with_borrow_mut(|room| {
            let Room {
                grams,
                meaning,
                features,
                rows,
                scores,
            } = room;
            count(chars, grams);
            if let Some(vectors) = self.vectors {
                vectors.embed(chars, meaning);
            } else {
                meaning.clear();
            }
            let known = self.vocabulary.vector(grams, meaning, features);
            self.softmax.scores(features, rows, scores);
            then(Scored {
                features,
                scores,
                known,
            })
        })
    }
}

/// What scoring a text needs room for; kept, because texts are read by the thousand.
#[derive(Default)]
struct Room {
    grams: Vec<Gram>,
    meaning: Vec<f32>,
    features: Vec<(u32, f32)>,
    rows: Vec<(u32, f32)>,
    scores: Vec<f32>,
}

thread_local! {
    static ROOM: RefCell<Room> = RefCell::default();
}
