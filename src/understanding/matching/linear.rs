//! What reading a text with a trained model takes: which features there are, and what each says of every class.

use std::cell::RefCell;

use super::super::preserve::preserved;
use super::super::vectors::Vectors;
use super::features::{Vocabulary, Weighted};
use super::grams::{Gram, count};
use super::joined::{Joined, Pair, Side, vector_of};
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

preserved!(Linear {
    vectors,
    vocabulary,
    softmax,
});

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
    /// Scores a text and hands what it came to on. `joined` is the list that this model's features were joined to, if they
    /// were. `then` must not score a text itself: the room is taken.
    pub fn score<T>(&self, chars: &[char], joined: Option<(&Joined, Side)>, then: impl FnOnce(Scored<'_>) -> T) -> T {
        ROOM.with_borrow_mut(|room| {
            let Room {
                counted,
                next,
                keys,
                features,
                rows,
                scores,
            } = room;
            let text = counted_as(chars, self.vectors, counted, next, keys);
            let known = match joined {
                Some((joined, side)) => {
                    text.look_up(joined);
                    let looked_up = text.grams.iter().copied().zip(text.pairs.iter().copied());
                    vector_of(&self.vocabulary, side, looked_up, &text.meaning, features)
                }
                None => self.vocabulary.vector(&text.grams, &text.meaning, features),
            };
            self.softmax.scores(features, rows, scores);
            then(Scored {
                features,
                scores,
                known,
            })
        })
    }
}

/// What a text is made of, whatever model reads it.
#[derive(Default)]
struct Counted {
    chars: Vec<char>,
    with_meaning: bool,
    grams: Vec<Gram>,
    /// What the n-grams were in the joined list with this number; 0 where they were not looked up.
    pairs: Vec<Pair>,
    joined: u64,
    meaning: Vec<f32>,
}

impl Counted {
    /// Looks the n-grams up, unless that was done for the other model.
    fn look_up(&mut self, joined: &Joined) {
        if self.joined != joined.number() {
            joined.look_up(&self.grams, &mut self.pairs);
            self.joined = joined.number();
        }
    }
}

/// So many texts stay counted. The models of a message read the same stretches, one after the other.
const KEPT: usize = 16;

/// The text, counted: now, or when another model read it.
fn counted_as<'r>(
    chars: &[char],
    vectors: Option<&Vectors>,
    counted: &'r mut Vec<Counted>,
    next: &mut usize,
    keys: &mut Vec<u64>,
) -> &'r mut Counted {
    let same = |text: &Counted| text.with_meaning == vectors.is_some() && text.chars == chars;
    if let Some(at) = counted.iter().position(same) {
        return &mut counted[at];
    }
    if counted.len() < KEPT {
        counted.push(Counted::default());
    }
    let text = &mut counted[*next];
    *next = (*next + 1) % KEPT;
    text.joined = 0;
    text.chars.clear();
    text.chars.extend_from_slice(chars);
    text.with_meaning = vectors.is_some();
    count(chars, keys, &mut text.grams);
    match vectors {
        Some(vectors) => vectors.embed(chars, &mut text.meaning),
        None => text.meaning.clear(),
    }
    text
}

/// What scoring a text needs room for; kept, because texts are read by the thousand.
#[derive(Default)]
struct Room {
    /// The texts counted last, in a ring.
    counted: Vec<Counted>,
    /// The place of the next one.
    next: usize,
    keys: Vec<u64>,
    features: Vec<(u32, f32)>,
    rows: Vec<(u32, f32)>,
    scores: Vec<f32>,
}

thread_local! {
    static ROOM: RefCell<Room> = RefCell::default();
}
