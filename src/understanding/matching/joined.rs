//! The features of both models in one list: an n-gram is looked up once for both, and touches one line of memory.

use std::sync::atomic::{AtomicU64, Ordering};

use super::features::{Entry, Vocabulary};
use super::grams::Gram;

/// Which of the two models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one that tells questions apart.
    Questions,
    /// The one that hears signals.
    Signals,
}

/// What an n-gram is to the two models.
#[derive(Clone, Copy, PartialEq)]
pub struct Pair([Entry; 2]);

impl Pair {
    const FREE: Pair = Pair([Entry::FREE; 2]);

    fn is_of(self, key: u64) -> bool {
        self.0.iter().any(|entry| *entry != Entry::FREE && entry.is_of(key))
    }
}

/// Two vocabularies in one, by key, in open addressing.
pub struct Joined {
    pairs: Vec<Pair>,
    /// No other list of the process has it: what was looked up in one says nothing of another.
    number: u64,
}

/// So many n-grams are looked at together, so that their memory is waited for together.
const TOGETHER: usize = 16;

impl Joined {
    /// Joins the vocabularies of the two models; nothing when one of them has none.
    pub fn new(questions: &Vocabulary, signals: &Vocabulary) -> Option<Joined> {
        static NUMBERS: AtomicU64 = AtomicU64::new(1);
        let most = questions.grams().max(signals.grams());
        if questions.grams() == 0 || signals.grams() == 0 {
            return None;
        }
        let mut joined = Joined {
            // Nearly every feature of the smaller one is one of the larger; the list is at most three quarters full.
            pairs: vec![Pair::FREE; (3 * most / 2).next_power_of_two()],
            number: NUMBERS.fetch_add(1, Ordering::Relaxed),
        };
        // The commonest first: they stand where they are looked for.
        for (side, vocabulary) in [(Side::Questions, questions), (Side::Signals, signals)] {
            for (key, entry) in vocabulary.features() {
                joined.put(side, key, entry);
            }
        }
        Some(joined)
    }

    fn put(&mut self, side: Side, key: u64, entry: Entry) {
        let mut at = self.begin(key);
        while self.pairs[at] != Pair::FREE && !self.pairs[at].is_of(key) {
            at = self.next(at);
        }
        self.pairs[at].0[side as usize] = entry;
    }

    /// The number of the list.
    pub fn number(&self) -> u64 {
        self.number
    }

    fn begin(&self, key: u64) -> usize {
        (key >> 7) as usize & (self.pairs.len() - 1)
    }

    fn next(&self, at: usize) -> usize {
        (at + 1) & (self.pairs.len() - 1)
    }

    /// Replaces `pairs` by what each n-gram is.
    pub fn look_up(&self, grams: &[Gram], pairs: &mut Vec<Pair>) {
        pairs.clear();
        for grams in grams.chunks(TOGETHER) {
            let mut looked_at = [Pair::FREE; TOGETHER];
            for (pair, gram) in looked_at.iter_mut().zip(grams) {
                *pair = self.pairs[self.begin(gram.key)];
            }
            for (pair, gram) in looked_at.iter_mut().zip(grams) {
                let mut at = self.begin(gram.key);
                while *pair != Pair::FREE && !pair.is_of(gram.key) {
                    at = self.next(at);
                    *pair = self.pairs[at];
                }
            }
            pairs.extend_from_slice(&looked_at[..grams.len()]);
        }
    }
}

/// Replaces `vector` by the vector of a text whose n-grams were looked up, as [`Vocabulary::vector`] does.
pub fn vector_of(
    vocabulary: &Vocabulary,
    side: Side,
    grams: impl Iterator<Item = (Gram, Pair)>,
    meaning: &[f32],
    vector: &mut Vec<(u32, f32)>,
) -> f32 {
    vector.clear();
    let grams = grams.map(|(gram, pair)| (vocabulary.known(pair.0[side as usize]), gram.family, gram.times));
    vocabulary.weigh(grams, meaning, vector)
}

#[cfg(test)]
mod tests {
    use super::super::corpus::Corpus;
    use super::super::grams::count;
    use super::*;

    #[test]
    fn what_is_looked_up_once_is_what_each_model_finds() {
        let vocabulary = |texts: &[&str]| {
            let texts: Vec<Vec<char>> = texts.iter().map(|text| text.chars().collect()).collect();
            Corpus::count(texts.iter().map(Vec::as_slice))
                .learn(0, |_| true)
                .vocabulary
        };
        let questions = vocabulary(&["什么时候发货", "怎么退货", "when do you ship"]);
        let signals = vocabulary(&["再不发货就投诉", "when when when", "骗子"]);
        let joined = Joined::new(&questions, &signals).expect("both have features");
        for text in ["什么时候投诉", "when will you ship", "qwzxv", ""] {
            let (mut grams, mut pairs) = (Vec::new(), Vec::new());
            count(&text.chars().collect::<Vec<_>>(), &mut Vec::new(), &mut grams);
            joined.look_up(&grams, &mut pairs);
            for (side, vocabulary) in [(Side::Questions, &questions), (Side::Signals, &signals)] {
                let (mut apart, mut together) = (Vec::new(), Vec::new());
                let known = vocabulary.vector(&grams, &[], &mut apart);
                let looked_up = grams.iter().copied().zip(pairs.iter().copied());
                assert_eq!(
                    vector_of(vocabulary, side, looked_up, &[], &mut together),
                    known,
                    "{text}"
                );
                assert_eq!(together, apart, "{text}");
            }
        }
        assert!(Joined::new(&questions, &Vocabulary::default()).is_none());
    }
}
