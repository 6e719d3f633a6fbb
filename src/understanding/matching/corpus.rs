//! Sentences to learn from, counted and made vectors, in a few long lists: tens of thousands of small ones would take
//! more time and leave more holes in memory than what is in them.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::super::vectors::Vectors;
use super::features::{Known, Vocabulary, Weighted};
use super::grams::{Gram, count};
use super::scratch::{mmapped_filled, mmapped_vec};

/// Texts one after the other.
pub struct Lines {
    chars: Vec<char>,
    ends: Vec<usize>,
}

impl Lines {
    /// None yet.
    pub fn none() -> Lines {
        Lines {
            chars: mmapped_vec(0),
            ends: Vec::new(),
        }
    }

    /// Adds one.
    pub fn push(&mut self, line: &[char]) {
        self.chars.extend_from_slice(line);
        self.ends.push(self.chars.len());
    }

    /// All in turn.
    pub fn iter(&self) -> impl Iterator<Item = &[char]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(from, to)| &self.chars[*from..*to])
    }
}

/// The n-grams of many sentences, numbered as they were met.
pub struct Corpus {
    /// The key of each n-gram.
    keys: Vec<u64>,
    /// Those of all sentences, one sentence after the other.
    grams: Vec<Occurrence>,
    /// Where each sentence ends in the list.
    ends: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Occurrence {
    number: u32,
    times: u16,
    family: u8,
}

/// Keys are hashes already; hashing them again would only cost time.
#[derive(Default)]
pub(super) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// What an n-gram is that no feature was made of.
const UNKNOWN: Known = (u32::MAX, 0.0);

impl Corpus {
    /// Counts sentences.
    pub fn count<'a>(sentences: impl Iterator<Item = &'a [char]>) -> Corpus {
        let mut numbers: HashMap<u64, u32, BuildHasherDefault<KeyHasher>> = HashMap::default();
        let mut corpus = Corpus {
            keys: mmapped_vec(0),
            grams: mmapped_vec(0),
            ends: Vec::new(),
        };
        let (mut keys, mut grams): (Vec<u64>, Vec<Gram>) = Default::default();
        for sentence in sentences {
            count(sentence, &mut keys, &mut grams);
            for gram in &grams {
                let number = *numbers.entry(gram.key).or_insert_with(|| {
                    corpus.keys.push(gram.key);
                    corpus.keys.len() as u32 - 1
                });
                corpus.grams.push(Occurrence {
                    number,
                    times: gram.times.min(u32::from(u16::MAX)) as u16,
                    family: gram.family,
                });
            }
            corpus.ends.push(corpus.grams.len() as u32);
        }
        corpus
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn sentence(&self, at: usize) -> &[Occurrence] {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.grams[from..self.ends[at] as usize]
    }

    /// Makes features of the n-grams of those sentences for which `included` holds. The ids below `meaning` are for
    /// numbers of the meaning.
    pub fn learn(&self, meaning: usize, included: impl Fn(usize) -> bool) -> Learned {
        let mut having = mmapped_filled(0u32, self.keys.len());
        let mut sentences = 0;
        for at in (0..self.len()).filter(|at| included(*at)) {
            sentences += 1;
            for gram in self.sentence(at) {
                having[gram.number as usize] += 1;
            }
        }
        // By frequency, ties by key: what is read often lies together, and the order of files plays no part.
        let mut order: Vec<(Reverse<u32>, u64, u32)> = mmapped_vec(0);
        let included = (0..self.keys.len()).filter(|number| having[*number] > 0);
        order.extend(included.map(|number| (Reverse(having[number]), self.keys[number], number as u32)));
        order.sort_unstable();
        let mut known = mmapped_filled(UNKNOWN, self.keys.len());
        let features = order.iter().map(|(having, key, _)| (having.0, *key));
        let vocabulary = Vocabulary::new(features, sentences, meaning, |place, feature| {
            known[order[place].2 as usize] = feature;
        });
        Learned { vocabulary, known }
    }
}

/// The features of a corpus.
pub struct Learned {
    /// Finds them in other texts.
    pub vocabulary: Vocabulary,
    /// The feature that each n-gram of the corpus is.
    known: Vec<Known>,
}

impl Learned {
    /// The vectors of all sentences of the corpus, and what the words of each mean taken from the table of vectors.
    pub fn vectors<'a>(
        &self,
        corpus: &Corpus,
        sentences: impl Iterator<Item = &'a [char]>,
        vectors: Option<&Vectors>,
    ) -> Samples {
        let mut samples = Samples {
            features: mmapped_vec(corpus.grams.len() + corpus.len() * self.vocabulary.meaning() / 2),
            ends: Vec::with_capacity(corpus.len()),
        };
        let mut meaning = Vec::new();
        for (at, sentence) in sentences.enumerate() {
            if let Some(vectors) = vectors {
                vectors.embed(sentence, &mut meaning);
            }
            self.vector(corpus, at, |_| true, &meaning, &mut samples.features);
            samples.ends.push(samples.features.len());
        }
        samples
    }

    /// Adds the vector of a sentence of the corpus to `vector` as if only the features existed for which `exists`
    /// holds: what a sentence that is held out would have been. Returns the share of its weight that is known.
    pub fn vector(
        &self,
        corpus: &Corpus,
        at: usize,
        exists: impl Fn(u32) -> bool,
        meaning: &[f32],
        vector: &mut Vec<(u32, f32)>,
    ) -> f32 {
        let grams = corpus.sentence(at).iter().map(|gram| {
            let feature = self.known[gram.number as usize];
            let known = feature.0 != UNKNOWN.0 && exists(feature.0);
            (known.then_some(feature), gram.family, u32::from(gram.times))
        });
        self.vocabulary.weigh(grams, meaning, vector)
    }
}

/// The vectors of many sentences.
pub struct Samples {
    features: Vec<(u32, f32)>,
    ends: Vec<usize>,
}

impl Samples {
    /// The vector of a sentence.
    pub fn get(&self, at: usize) -> Weighted<'_> {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.features[from..self.ends[at]]
    }
}
