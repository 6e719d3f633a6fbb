//! From n-grams to vectors: which features exist, how rare each is, and what a text weighs in them.

use std::sync::OnceLock;

use super::super::preserve::preserved;
use super::grams::{FAMILIES, FAMILY_WEIGHT, Gram};
use super::scratch::mmapped_vec;

/// A sparse vector of unit length: feature ids, ascending, with their values.
pub type Weighted<'f> = &'f [(u32, f32)];

/// The features below an id, and the others.
pub fn split(features: Weighted<'_>, id: usize) -> (Weighted<'_>, Weighted<'_>) {
    features.split_at(features.partition_point(|(known, _)| (*known as usize) < id))
}

/// Weight of the meaning, beside all n-grams together. More helps where a question has few examples and hurts where it has
/// hundreds.
const MEANING_WEIGHT: f32 = 0.65;
/// Damping of the inverse document frequency.
const IDF_POWER: f32 = 0.7;

/// Which features exist, and how rare each is. The commonest have the lowest ids; those that a single sentence has
/// come last, because training need not keep weights for them.
#[derive(Default)]
pub struct Vocabulary {
    /// By key, in open addressing, at most half full: a look touches one line of memory, as a message's features are
    /// spread over all of it. Made at the first look: what is joined to another vocabulary is looked up there, and needs none.
    entries: OnceLock<Vec<Entry>>,
    /// The keys of the features, by id.
    keys: Vec<u64>,
    /// How rare the features of each class of rarity are.
    rarities: Vec<f32>,
    /// The place among the keys of the first feature of each of these classes.
    begins: Vec<u32>,
    /// How many features are numbers of the meaning; they have the lowest ids.
    meaning: usize,
    /// How many features there are.
    size: usize,
    /// How many features occur in more than one sentence; they have the ids below.
    shared: usize,
    /// What an unknown n-gram would weigh.
    unknown: f32,
}

preserved!(Vocabulary {
    entries,
    keys,
    rarities,
    begins,
    meaning,
    size,
    shared,
    unknown,
});

/// A feature in eight bytes: part of its key, its class of rarity and its id. Of the key the place in the list says as
/// much again: of all the texts of a busy year, one might see one n-gram taken for another.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Entry(u64);

impl Entry {
    pub(super) const FREE: Entry = Entry(u64::MAX);
    const ID_BITS: u32 = 24;
    const RARITY_BITS: u32 = 12;
    /// Features at the most.
    const MOST: usize = (1 << Self::ID_BITS) - 1;
    /// Classes of rarity at the most.
    const RARITIES: usize = 1 << Self::RARITY_BITS;
    const BELOW_TAG: u32 = Self::ID_BITS + Self::RARITY_BITS;

    fn new(key: u64, id: usize, rarity: usize) -> Entry {
        Entry((key >> Self::BELOW_TAG << Self::RARITY_BITS | rarity as u64) << Self::ID_BITS | id as u64)
    }

    pub(super) fn is_of(self, key: u64) -> bool {
        (self.0 ^ key) >> Self::BELOW_TAG == 0
    }

    fn id(self) -> u32 {
        (self.0 & ((1 << Self::ID_BITS) - 1)) as u32
    }

    fn rarity(self) -> usize {
        (self.0 >> Self::ID_BITS) as usize & (Self::RARITIES - 1)
    }
}

/// A feature that exists: its id, and how rare it is.
pub type Known = (u32, f32);

/// How rare what so many of all sentences have is.
fn rarity(sentences: u32, having: u32) -> f32 {
    (((1 + sentences) as f32 / (1 + having) as f32).ln() + 1.0).powf(IDF_POWER)
}

impl Vocabulary {
    /// Takes the features of so many sentences: the number of sentences that have each, and its key, the most frequent
    /// first. The ids below `meaning` are for numbers of the meaning. `each` hears what becomes of each, in that order.
    pub fn new(
        features: impl ExactSizeIterator<Item = (u32, u64)>,
        sentences: u32,
        meaning: usize,
        mut each: impl FnMut(usize, Known),
    ) -> Self {
        let size = features.len().min(Entry::MOST - meaning);
        let mut vocabulary = Vocabulary {
            entries: OnceLock::new(),
            // Some vocabularies only live while files load.
            keys: mmapped_vec(size),
            rarities: Vec::new(),
            begins: Vec::new(),
            meaning,
            size: meaning + size,
            shared: meaning,
            unknown: 1.0,
        };
        let mut last = 0;
        for (place, (having, key)) in features.take(size).enumerate() {
            if having != last && vocabulary.rarities.len() < Entry::RARITIES {
                vocabulary.rarities.push(rarity(sentences, having));
                vocabulary.begins.push(place as u32);
                last = having;
            }
            let id = meaning + place;
            if having > 1 {
                vocabulary.shared = id + 1;
            }
            vocabulary.keys.push(key);
            each(place, (id as u32, vocabulary.rarities[vocabulary.rarities.len() - 1]));
        }
        vocabulary.rarities.shrink_to_fit();
        vocabulary.begins.shrink_to_fit();
        vocabulary.unknown = vocabulary.rarities.iter().copied().fold(1.0, f32::max);
        vocabulary
    }

    /// Every feature with its key, the commonest first.
    pub(super) fn features(&self) -> impl Iterator<Item = (u64, Entry)> {
        let mut rarity = 0;
        self.keys.iter().enumerate().map(move |(place, key)| {
            while self
                .begins
                .get(rarity + 1)
                .is_some_and(|begin| *begin as usize <= place)
            {
                rarity += 1;
            }
            (*key, Entry::new(*key, self.meaning + place, rarity))
        })
    }

    fn entries(&self) -> &[Entry] {
        self.entries.get_or_init(|| {
            let mut entries = vec![Entry::FREE; (2 * self.keys.len()).next_power_of_two()];
            for (key, entry) in self.features() {
                let mut at = begin(&entries, key);
                while entries[at] != Entry::FREE {
                    at = next(&entries, at);
                }
                entries[at] = entry;
            }
            entries
        })
    }

    /// The feature of an entry, if it is one.
    pub(super) fn known(&self, entry: Entry) -> Option<Known> {
        (entry != Entry::FREE).then(|| (entry.id(), self.rarities[entry.rarity()]))
    }

    /// How many features are n-grams.
    pub(super) fn grams(&self) -> usize {
        self.keys.len()
    }

    /// Gives back the room that is not used; for a vocabulary that stays.
    pub fn shrink_to_fit(&mut self) {
        self.keys.shrink_to_fit();
    }

    /// How many features there are.
    pub fn size(&self) -> usize {
        self.size
    }

    /// How many features are numbers of the meaning; their ids are the lowest.
    pub fn meaning(&self) -> usize {
        self.meaning
    }

    /// How many features occur in more than one sentence; their ids are lower than all others.
    pub fn shared(&self) -> usize {
        self.shared
    }

    /// Replaces `vector` by the vector of a text with these n-grams and this meaning (of unit length, or empty). Returns
    /// the share of its weight that is known: 0 for gibberish, 1 when every n-gram occurs in some example.
    pub fn vector(&self, grams: &[Gram], meaning: &[f32], vector: &mut Vec<(u32, f32)>) -> f32 {
        vector.clear();
        let entries = self.entries();
        // Several are looked at before the first is judged, so that their memory is waited for together.
        let grams = grams.chunks(TOGETHER).flat_map(|grams| {
            let mut found = [Entry::FREE; TOGETHER];
            for (entry, gram) in found.iter_mut().zip(grams) {
                *entry = entries[begin(entries, gram.key)];
            }
            let looked_at = grams.iter().zip(found);
            looked_at.map(|(gram, entry)| {
                let entry = find(entries, gram.key, entry);
                (self.known(entry), gram.family, gram.times)
            })
        });
        self.weigh(grams, meaning, vector)
    }

    /// Adds the vector of a text to `vector`; of each n-gram is told which feature it is, if it is one, its family, and
    /// how often the text has it.
    pub fn weigh(
        &self,
        grams: impl Iterator<Item = (Option<Known>, u8, u32)>,
        meaning: &[f32],
        vector: &mut Vec<(u32, f32)>,
    ) -> f32 {
        // The numbers of the meaning have the lowest ids.
        let first = vector.len();
        let numbers = meaning.iter().enumerate().filter(|(_, value)| **value != 0.0);
        vector.extend(numbers.map(|(id, value)| (id as u32, *value)));
        let from = vector.len();
        let mut squares = [0f32; FAMILIES];
        let mut unknown = 0f32;
        let mut known = 0f32;
        // Until the families can be scaled, a feature's family stands beside its id.
        for (feature, family, times) in grams {
            let Some((id, idf)) = feature else {
                unknown += self.unknown;
                continue;
            };
            let weight = if times == 1 {
                idf
            } else {
                (1.0 + (times as f32).ln()) * idf
            };
            known += idf;
            squares[usize::from(family)] += weight * weight;
            vector.push((id << FAMILY_BITS | u32::from(family), weight));
        }
        let mut scale = [0f32; FAMILIES];
        let mut total = 0f32;
        for family in 0..FAMILIES {
            if squares[family] > 0.0 {
                scale[family] = FAMILY_WEIGHT[family] / squares[family].sqrt();
                total += FAMILY_WEIGHT[family] * FAMILY_WEIGHT[family];
            }
        }
        // The meaning weighs as much beside every text: long or short, one script or two.
        let (grams, meaning_scale) = match (total > 0.0, from > first) {
            (true, true) => {
                let both = (1.0 + MEANING_WEIGHT * MEANING_WEIGHT).sqrt();
                (1.0 / (total.sqrt() * both), MEANING_WEIGHT / both)
            }
            (true, false) => (1.0 / total.sqrt(), 0.0),
            (false, _) => (0.0, 1.0),
        };
        let features = &mut vector[from..];
        sort(features);
        for (id, weight) in features {
            *weight = *weight * scale[(*id & FAMILY_MASK) as usize] * grams;
            *id >>= FAMILY_BITS;
        }
        vector[first..from]
            .iter_mut()
            .for_each(|(_, value)| *value *= meaning_scale);
        if known + unknown > 0.0 {
            known / (known + unknown)
        } else {
            0.0
        }
    }
}

/// Where a key stands, if nothing else does.
fn begin(entries: &[Entry], key: u64) -> usize {
    (key >> 7) as usize & (entries.len() - 1)
}

fn next(entries: &[Entry], at: usize) -> usize {
    (at + 1) & (entries.len() - 1)
}

/// The entry of a key, where `entry` is what stands at its beginning.
fn find(entries: &[Entry], key: u64, mut entry: Entry) -> Entry {
    let mut at = begin(entries, key);
    while entry != Entry::FREE && !entry.is_of(key) {
        at = next(entries, at);
        entry = entries[at];
    }
    entry
}

/// Sorts features by id, as bare numbers where there are not too many: that is several times as fast.
fn sort(features: &mut [(u32, f32)]) {
    let mut room = [0u64; SORTED_AS_NUMBERS];
    let Some(numbers) = room.get_mut(..features.len()) else {
        features.sort_unstable_by_key(|(id, _)| *id);
        return;
    };
    for (number, (id, weight)) in numbers.iter_mut().zip(&*features) {
        *number = u64::from(*id) << 32 | u64::from(weight.to_bits());
    }
    numbers.sort_unstable();
    for ((id, weight), number) in features.iter_mut().zip(numbers) {
        *id = (*number >> 32) as u32;
        *weight = f32::from_bits(*number as u32);
    }
}

/// So many features are sorted as numbers.
const SORTED_AS_NUMBERS: usize = 256;
/// So many n-grams are looked at together.
const TOGETHER: usize = 16;
const FAMILY_BITS: u32 = 2;
const FAMILY_MASK: u32 = (1 << FAMILY_BITS) - 1;

#[cfg(test)]
mod tests {
    use super::super::super::preserve::{Preserve, Source};
    use super::super::corpus::Corpus;
    use super::super::grams::count;
    use super::*;

    fn vector(vocabulary: &Vocabulary, text: &str) -> (Vec<(u32, f32)>, f32) {
        let (mut grams, mut vector) = (Vec::new(), Vec::new());
        count(&text.chars().collect::<Vec<_>>(), &mut Vec::new(), &mut grams);
        let known = vocabulary.vector(&grams, &[], &mut vector);
        (vector, known)
    }

    fn vocabulary(texts: &[&str]) -> Vocabulary {
        let texts: Vec<Vec<char>> = texts.iter().map(|text| text.chars().collect()).collect();
        let corpus = Corpus::count(texts.iter().map(Vec::as_slice));
        corpus.learn(0, |_| true).vocabulary
    }

    fn cosine(left: Weighted<'_>, right: Weighted<'_>) -> f32 {
        left.iter()
            .filter_map(|(id, value)| {
                let there = right.iter().find(|(other, _)| other == id)?;
                Some(value * there.1)
            })
            .sum()
    }

    #[test]
    fn vectors_have_unit_length_and_homophones_stay_close() {
        let texts = ["什么时候发货", "怎么退货", "when do you ship"];
        let vocabulary = vocabulary(&texts);
        for text in texts {
            let (vector, known) = vector(&vocabulary, text);
            assert!((cosine(&vector, &vector) - 1.0).abs() < 1e-4);
            assert!((known - 1.0).abs() < 1e-6);
            assert!(vector.windows(2).all(|pair| pair[0].0 < pair[1].0));
        }
        let right = vector(&vocabulary, texts[0]).0;
        let slip = vector(&vocabulary, "什么时候发火").0;
        let other = vector(&vocabulary, texts[1]).0;
        assert!(cosine(&right, &slip) > 0.7 && cosine(&right, &other) < 0.5);
    }

    #[test]
    fn what_was_kept_makes_the_same_vectors() {
        let learned = vocabulary(&[
            "什么时候发货",
            "什么时候到货",
            "怎么退货",
            "when do you ship",
            "when do you open",
        ]);
        let mut bytes = Vec::new();
        learned.write(&mut bytes).expect("a list takes all that is written");
        let length = bytes.len();
        let kept = Vocabulary::read(&mut Source::new(&mut bytes.as_slice(), length)).expect("it is whole");
        for text in ["什么时候发货", "怎么到货", "when will you ship", "qwzx", ""] {
            assert_eq!(vector(&kept, text), vector(&learned, text), "{text}");
        }
        assert_eq!((kept.size(), kept.shared()), (learned.size(), learned.shared()));
    }

    #[test]
    fn gibberish_is_unknown() {
        let vocabulary = vocabulary(&["什么时候发货"]);
        assert!(vector(&vocabulary, "qwzx vvkj").1 < 0.05);
        assert!(vector(&vocabulary, "").0.is_empty());
        // Half of it known is about half.
        let half = vector(&vocabulary, "什么时候qwzxvv").1;
        assert!((0.2..0.9).contains(&half), "{half}");
    }
}
