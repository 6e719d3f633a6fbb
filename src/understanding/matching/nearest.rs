//! The example nearest to a text among those of one class: what a decision is explained with, and evidence for its
//! confidence.

use std::cell::RefCell;
use std::ops::Range;

use fearless_simd::{Level, dispatch};

use super::super::preserve::{preserved, preserved_number};
use super::features::{Weighted, split};
use super::scratch::mmapped_vec;

/// The examples of each class by feature. A class's part lies together in memory, because a text is only compared
/// with the examples of its best class.
#[derive(Default)]
pub struct Neighbours {
    classes: Vec<Class>,
    /// For each class in turn which features its examples have.
    has: Vec<Word>,
    /// Words of `has` that a class takes.
    words: usize,
    /// Where the postings of each feature of each class begin; one more than there are.
    begins: Vec<u32>,
    /// Examples with the feature's weight there.
    postings: Vec<Posting>,
    /// The sentence that each example is, by its place in the training list.
    sentences: Vec<u32>,
    /// Features below this id are numbers of the meaning. Every example has them, so they are no postings.
    meaning: usize,
    /// The meaning of each example, in 127ths.
    meanings: Vec<i8>,
}

preserved!(Neighbours {
    classes,
    has,
    words,
    begins,
    postings,
    sentences,
    meaning,
    meanings,
});

/// An example, counted within its class, in the lower bits; its weight in the others.
#[derive(Clone, Copy)]
struct Posting(u32);

preserved_number!(Posting(u32));

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

/// For so many features a bit each, set where an example of the class has it: most features of a text are in none of
/// them, and a bit says so without a search. Beside them stands how many features of the class come before.
#[derive(Clone, Copy, Default)]
struct Word {
    has: u32,
    before: u32,
}

preserved!(Word { has, before });

/// Features in a word of bits.
const WORD: usize = u32::BITS as usize;
/// Examples that are passed over together where none of them is near.
const BLOCK: usize = 16;
/// So many examples with the most n-grams in common are compared by their meaning too.
const BY_MEANING: usize = 6;
/// What a weight of 1 is in `meanings`.
const ONE: f32 = 127.0;

/// One class's parts of the lists.
#[derive(Clone, Default)]
struct Class {
    /// The place of its first feature in `begins`.
    features: usize,
    sentences: Range<usize>,
}

preserved!(Class { features, sentences });
/// What finding the nearest example needs room for.
#[derive(Default)]
struct Room {
    words: Vec<Word>,
    /// The features of the text that the class has, by the place where their postings begin, with their weights.
    had: Vec<(usize, f32)>,
    lists: Vec<(Range<usize>, f32)>,
    /// Cosines to the examples of the class.
    cosines: Vec<f32>,
}

thread_local! {
    static ROOM: RefCell<Room> = RefCell::default();
}

impl Neighbours {
    /// Takes the examples: sentence, class, and vector of unit length. Of the `features` that there are, those below
    /// `meaning` are numbers of the meaning.
    pub fn new<'a>(
        examples: impl Iterator<Item = (u32, usize, Weighted<'a>)>,
        classes: usize,
        features: usize,
        meaning: usize,
    ) -> Self {
        let mut of_class: Vec<Vec<(u32, Weighted<'_>)>> = vec![Vec::new(); classes];
        for (sentence, class, vector) in examples {
            of_class[class].push((sentence, vector));
        }
        let mut neighbours = Neighbours {
            meaning,
            words: features.div_ceil(WORD),
            begins: mmapped_vec(0),
            postings: mmapped_vec(0),
            meanings: mmapped_vec(0),
            ..Neighbours::default()
        };
        for mut examples in of_class {
            examples.sort_unstable_by_key(|(sentence, _)| *sentence);
            neighbours.add_class(&examples);
        }
        neighbours.begins.push(neighbours.postings.len() as u32);
        // Only now is known how long the lists are that stay.
        neighbours.begins = neighbours.begins.to_vec();
        neighbours.postings = neighbours.postings.to_vec();
        neighbours.meanings = neighbours.meanings.to_vec();
        neighbours
    }

    fn add_class(&mut self, examples: &[(u32, Weighted<'_>)]) {
        let (feature, sentence) = (self.begins.len(), self.sentences.len());
        let words = self.has.len();
        self.has.resize(words + self.words, Word::default());
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
        let mut last = None;
        for (id, number, weight) in postings {
            if last != Some(id) {
                self.begins.push(self.postings.len() as u32);
                self.has[words + id as usize / WORD].has |= 1 << (id as usize % WORD);
                last = Some(id);
            }
            self.postings.push(Posting::new(number, weight));
        }
        let mut before = 0;
        for word in &mut self.has[words..] {
            word.before = before;
            before += word.has.count_ones();
        }
        self.classes.push(Class {
            features: feature,
            sentences: sentence..self.sentences.len(),
        });
    }

    /// Adds up what the n-grams of a text and the examples of a class have in common. Step by step for all features at once:
    /// so what one step waits for in memory is waited for together, and not feature by feature.
    fn add_up(&self, grams: Weighted<'_>, class: usize, room: &mut Room) {
        let Room {
            words,
            had,
            lists,
            cosines,
        } = room;
        let first = class * self.words;
        words.clear();
        words.extend(grams.iter().map(|(id, _)| self.has[first + *id as usize / WORD]));
        had.clear();
        for ((id, weight), Word { has, before }) in grams.iter().zip(&*words) {
            let bit = *id as usize % WORD;
            if has >> bit & 1 == 1 {
                let lower = (has & ((1 << bit) - 1)).count_ones();
                had.push((self.classes[class].features + (before + lower) as usize, *weight));
            }
        }
        lists.clear();
        lists.extend(had.iter().map(|(at, weight)| {
            let postings = self.begins[*at] as usize..self.begins[at + 1] as usize;
            (postings, weight / Posting::ONE)
        }));
        cosines.clear();
        cosines.resize(self.classes[class].sentences.len(), 0.0);
        for (postings, weight) in lists {
            for posting in &self.postings[postings.clone()] {
                cosines[posting.number()] += *weight * posting.weight();
            }
        }
    }

    /// The nearest usable example of a class, as its sentence, with the cosine to it.
    pub fn nearest(&self, features: Weighted<'_>, class: usize, usable: impl Fn(usize) -> bool) -> Option<(u32, f32)> {
        let sentences = self.classes.get(class)?.sentences.clone();
        ROOM.with_borrow_mut(|room| {
            let (meaning, grams) = split(features, self.meaning);
            self.add_up(grams, class, room);
            // The few nearest by n-grams, best first.
            let mut near: [(f32, usize); BY_MEANING] = [(0.0, 0); BY_MEANING];
            for (block, cosines) in room.cosines.chunks(BLOCK).enumerate() {
                let bar = near[BY_MEANING - 1].0;
                if !cosines.iter().any(|cosine| *cosine > bar) {
                    continue;
                }
                for (example, cosine) in cosines.iter().enumerate() {
                    let sentence = sentences.start + block * BLOCK + example;
                    if *cosine > near[BY_MEANING - 1].0 && usable(self.sentences[sentence] as usize) {
                        let place = near.partition_point(|(other, _)| other >= cosine);
                        near[place..].rotate_right(1);
                        near[place] = (*cosine, sentence);
                    }
                }
            }
            let meant = near.map(|(cosine, sentence)| {
                let numbers = self
                    .meanings
                    .get(sentence * self.meaning..(sentence + 1) * self.meaning);
                numbers
                    .filter(|_| cosine > 0.0)
                    .map_or(0.0, |numbers| product(meaning, numbers))
            });
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

/// The sum of the products of a text's numbers and an example's, in eight parts that are added last: a sum that waits for
/// its last step takes eight times as long.
fn product(meaning: Weighted<'_>, there: &[i8]) -> f32 {
    dispatch!(Level::new(), _ => product_here(meaning, there))
}

#[inline(always)]
fn product_here(meaning: Weighted<'_>, there: &[i8]) -> f32 {
    // Of a text in one script the other's numbers are left out; those that are there lie together.
    let (Some((first, _)), Some((last, _))) = (meaning.first(), meaning.last()) else {
        return 0.0;
    };
    let mut parts = [0f32; 8];
    let gapless = (last - first) as usize + 1 == meaning.len();
    match there.get(*first as usize..=*last as usize) {
        Some(there) if gapless => {
            let (meaning, meaning_rest) = meaning.as_chunks::<8>();
            let (there, rest) = there.as_chunks::<8>();
            for (here, there) in meaning.iter().zip(there) {
                for ((part, (_, weight)), number) in parts.iter_mut().zip(here).zip(there) {
                    *part += weight * f32::from(*number);
                }
            }
            for ((part, (_, weight)), number) in parts.iter_mut().zip(meaning_rest).zip(rest) {
                *part += weight * f32::from(*number);
            }
        }
        _ => {
            for (at, (id, weight)) in meaning.iter().enumerate() {
                parts[at % 8] += weight * there.get(*id as usize).map_or(0.0, |number| f32::from(*number));
            }
        }
    }
    parts.iter().sum()
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
        let neighbours = Neighbours::new(examples, 3, 3, 0);
        let text = [(0, 0.6), (1, 0.8)];
        let nearest = |class: usize, usable: fn(usize) -> bool| neighbours.nearest(&text, class, usable);
        assert_eq!(nearest(0, |_| true).map(|(at, _)| at), Some(1));
        assert_eq!(nearest(1, |_| true), Some((2, 0.8)));
        assert_eq!(nearest(1, |at| at != 2), Some((0, 0.6)));
        assert_eq!(nearest(2, |_| true), None);
    }
}
