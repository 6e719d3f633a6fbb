//! The example nearest to a text among those of one class: what a decision is explained with, and evidence for its
//! confidence.

use std::cell::RefCell;
use std::ops::Range;

use super::features::{Weighted, split};
use super::scratch::mmapped_vec;

/// The examples of each class by feature. A class's part lies together in memory, because a text is only compared
/// with the examples of its best class.
#[derive(Default)]
pub struct Neighbours {
    classes: Vec<Class>,
    /// Features of each class, ascending within it, each with the place where its postings begin; one more than there
    /// are.
    features: Vec<(u32, u32)>,
    /// Examples with the feature's weight there.
    postings: Vec<Posting>,
    /// The sentence that each example is, by its place in the training list.
    sentences: Vec<u32>,
    /// Features below this id are numbers of the meaning. Every example has them, so they are no postings.
    meaning: usize,
    /// The meaning of each example, in 127ths.
    meanings: Vec<i8>,
}

/// An example, counted within its class, in the lower bits; its weight in the others.
#[derive(Clone, Copy)]
struct Posting(u32);

impl Posting {
    const NUMBER_BITS: u32 = 20;
    /// What a weight of 1 is.
    const ONE: f32 = ((1 << (32 - Self::NUMBER_BITS)) - 1) as f32;

    fn new(number: u32, weight: f32) -> Posting {
        Posting(((weight * Self::ONE).round() as u32) << Self::NUMBER_BITS | number)
    }

    fn number(self) -> usize {
        (self.0 & ((1 << Self::NUMBER_BITS) - 1)) as usize
    }

    fn weight(self) -> f32 {
        (self.0 >> Self::NUMBER_BITS) as f32
    }
}

/// So many examples with the most n-grams in common are compared by their meaning too.
const BY_MEANING: usize = 6;
/// What a weight of 1 is in `meanings`.
const ONE: f32 = 127.0;

/// One class's parts of the lists.
#[derive(Clone, Default)]
struct Class {
    features: Range<usize>,
    sentences: Range<usize>,
}

thread_local! {
    /// Cosines to the examples of one class.
    static COSINES: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

impl Neighbours {
    /// Takes the examples: sentence, class, and vector of unit length, in which features below `meaning` are numbers of
    /// the meaning.
    pub fn new<'a>(examples: impl Iterator<Item = (u32, usize, Weighted<'a>)>, classes: usize, meaning: usize) -> Self {
        let mut of_class: Vec<Vec<(u32, Weighted<'_>)>> = vec![Vec::new(); classes];
        for (sentence, class, vector) in examples {
            of_class[class].push((sentence, vector));
        }
        let mut neighbours = Neighbours {
            meaning,
            features: mmapped_vec(0),
            postings: mmapped_vec(0),
            meanings: mmapped_vec(0),
            ..Neighbours::default()
        };
        for mut examples in of_class {
            examples.sort_unstable_by_key(|(sentence, _)| *sentence);
            neighbours.add_class(&examples);
        }
        neighbours.features.push((u32::MAX, neighbours.postings.len() as u32));
        // Only now is known how long the lists are that stay.
        neighbours.features = neighbours.features.to_vec();
        neighbours.postings = neighbours.postings.to_vec();
        neighbours.meanings = neighbours.meanings.to_vec();
        neighbours
    }

    fn add_class(&mut self, examples: &[(u32, Weighted<'_>)]) {
        let (feature, sentence) = (self.features.len(), self.sentences.len());
        self.sentences.extend(examples.iter().map(|(sentence, _)| *sentence));
        let mut postings: Vec<(u32, u32, f32)> = mmapped_vec(0);
        // More than a million examples of one question would not be told apart.
        let examples = &examples[..examples.len().min(1 << Posting::NUMBER_BITS)];
        for (number, &(_, vector)) in examples.iter().enumerate() {
            let (meaning, grams) = split(vector, self.meaning);
            postings.extend(grams.iter().map(|(id, weight)| (*id, number as u32, *weight)));
            let begin = self.meanings.len();
            self.meanings.resize(begin + self.meaning, 0);
            for (id, weight) in meaning {
                self.meanings[begin + *id as usize] = (weight * ONE).round() as i8;
            }
        }
        postings.sort_unstable_by_key(|(id, number, _)| (*id, *number));
        for (id, number, weight) in postings {
            if self.features[feature..].last().is_none_or(|(last, _)| *last != id) {
                self.features.push((id, self.postings.len() as u32));
            }
            self.postings.push(Posting::new(number, weight));
        }
        self.classes.push(Class {
            features: feature..self.features.len(),
            sentences: sentence..self.sentences.len(),
        });
    }

    /// The nearest usable example of a class, as its sentence, with the cosine to it.
    pub fn nearest(&self, features: Weighted<'_>, class: usize, usable: impl Fn(usize) -> bool) -> Option<(u32, f32)> {
        let class = self.classes.get(class)?;
        COSINES.with_borrow_mut(|cosines| {
            cosines.clear();
            cosines.resize(class.sentences.len(), 0.0);
            let (mut at, end) = (class.features.start, class.features.end);
            let (meaning, grams) = split(features, self.meaning);
            for (id, weight) in grams {
                at += leap(&self.features[at..end], *id);
                if at == end {
                    break;
                }
                if self.features[at].0 != *id {
                    continue;
                }
                let postings = self.features[at].1 as usize..self.features[at + 1].1 as usize;
                let weight = weight / Posting::ONE;
                for posting in &self.postings[postings] {
                    cosines[posting.number()] += weight * posting.weight();
                }
            }
            // The few nearest by n-grams, best first.
            let mut near: [(f32, usize); BY_MEANING] = [(0.0, 0); BY_MEANING];
            for (example, cosine) in cosines.iter().enumerate() {
                let sentence = class.sentences.start + example;
                if *cosine > near[BY_MEANING - 1].0 && usable(self.sentences[sentence] as usize) {
                    let place = near.partition_point(|(other, _)| other >= cosine);
                    near[place..].rotate_right(1);
                    near[place] = (*cosine, sentence);
                }
            }
            // Side by side: each sum waits for its last step, but not for the others'.
            let there = near.map(|(_, sentence)| self.meanings.get(sentence * self.meaning..).unwrap_or(&[]));
            let mut meant = [0f32; BY_MEANING];
            for (id, weight) in meaning {
                for (sum, numbers) in meant.iter_mut().zip(there) {
                    *sum += weight * numbers.get(*id as usize).map_or(0.0, |number| f32::from(*number));
                }
            }
            let mut best: Option<(u32, f32)> = None;
            let near = near.into_iter().zip(meant).filter(|((cosine, _), _)| *cosine > 0.0);
            for ((cosine, sentence), meant) in near {
                let cosine = cosine + meant / ONE;
                if best.is_none_or(|(_, known)| cosine > known) {
                    best = Some((self.sentences[sentence], cosine));
                }
            }
            best
        })
    }
}

/// How many of an ascending list lie below a number that is likely near its beginning: in doubling steps, then halving.
fn leap(list: &[(u32, u32)], number: u32) -> usize {
    let mut step = 1;
    while step < list.len() && list[step].0 < number {
        step *= 2;
    }
    let from = step / 2;
    from + list[from..(step + 1).min(list.len())].partition_point(|(one, _)| *one < number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_of_the_class_is_found_and_no_other() {
        let vectors = [
            &[(0, 1.0)][..],
            &[(0, 0.6), (1, 0.8)][..],
            &[(1, 1.0)][..],
            &[(2, 1.0)][..],
        ];
        let classes = [1, 0, 1, 1];
        let examples = vectors
            .iter()
            .enumerate()
            .map(|(at, vector)| (at as u32, classes[at], *vector));
        let neighbours = Neighbours::new(examples, 3, 0);
        let text = [(0, 0.6), (1, 0.8)];
        let nearest = |class: usize, usable: fn(usize) -> bool| neighbours.nearest(&text, class, usable);
        assert_eq!(nearest(0, |_| true).map(|(at, _)| at), Some(1));
        assert_eq!(nearest(1, |_| true), Some((2, 0.8)));
        assert_eq!(nearest(1, |at| at != 2), Some((0, 0.6)));
        assert_eq!(nearest(2, |_| true), None);
    }
}
