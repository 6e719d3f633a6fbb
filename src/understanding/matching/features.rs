//! Features of a canonical text: character and pinyin n-grams for Han, word and letter n-grams for Latin.
//!
//! The recipe (families, weights, damping) was chosen by measurement; docs/accuracy.md has the figures.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::super::normalise::is_han;
use super::super::vectors::Vectors;
use super::pinyin::syllable;

/// A sparse vector: feature ids, ascending, with their weights. Scaled to unit length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features(pub Vec<(u32, f32)>);

/// Feature ids with their values.
pub type Weighted<'f> = &'f [(u32, f32)];

impl Features {
    /// The features below an id, and the others.
    pub fn split(&self, id: usize) -> (Weighted<'_>, Weighted<'_>) {
        self.0
            .split_at(self.0.partition_point(|(known, _)| (*known as usize) < id))
    }

    /// Cosine to another unit vector.
    pub fn dot(&self, other: &Features) -> f32 {
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut sum = 0.0;
        while let (Some((a, x)), Some((b, y))) = (left.peek(), right.peek()) {
            match a.cmp(b) {
                std::cmp::Ordering::Less => drop(left.next()),
                std::cmp::Ordering::Greater => drop(right.next()),
                std::cmp::Ordering::Equal => {
                    sum += x * y;
                    left.next();
                    right.next();
                }
            }
        }
        sum
    }
}

/// Families of features; each is scaled to its weight before all are joined.
const FAMILIES: usize = 4;
const HAN: usize = 0;
const PINYIN: usize = 1;
const WORD: usize = 2;
const LETTER: usize = 3;
/// Weight of a family: pinyin is worth less than the characters, words less than letters inside words.
const FAMILY_WEIGHT: [f32; FAMILIES] = [1.0, 0.8, 0.7, 1.0];
/// Letters of the longest n-gram inside words, borders included.
const LONGEST_LETTERS: usize = 5;
/// Weight of the meaning, beside all n-grams together. More helps clean text and hurts text with slips.
const MEANING_WEIGHT: f32 = 0.5;
/// Damping of the inverse document frequency.
const IDF_POWER: f32 = 0.7;
/// Stands before the first and after the last token of a text.
const BORDER: u32 = 0x11_0000;
/// Stands for a run of digits; its length is told apart, because 165 95 is a body and 1 is a count.
const DIGITS: u32 = 0x11_0001;

/// Keys are hashes already; hashing them again would only cost time.
#[derive(Default)]
pub struct KeyHasher(u64);

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

type KeyMap<V> = HashMap<u64, V, BuildHasherDefault<KeyHasher>>;

/// Which features exist, and how rare each is. The commonest have the lowest ids; those that a single sentence has
/// come last, because training need not keep weights for them.
#[derive(Default)]
pub struct Vocabulary {
    /// By key, in open addressing, at most half full: a look touches one line of memory, as a message's features are
    /// spread over all of it.
    entries: Vec<Entry>,
    /// How many features are numbers of the meaning; they have the lowest ids.
    meaning: usize,
    /// How many features there are.
    size: usize,
    /// How many features occur in more than one sentence; they have the ids below.
    shared: usize,
    /// What an unknown n-gram would weigh.
    unknown: f32,
}

#[derive(Clone, Copy)]
struct Entry {
    key: u64,
    id: u32,
    idf: f32,
}

/// The id of an entry that is not taken.
const FREE: u32 = u32::MAX;

/// Features of a text before rarity is known.
pub struct Counts {
    /// Hash of family and n-gram → how often.
    grams: Vec<(u64, u8, u32)>,
    /// What the words mean, of unit length; empty without a table of vectors.
    meaning: Vec<f32>,
}

/// A step of the SplitMix64 mixing function (Steele, Lea, Flood 2014).
fn mix(seed: u64, value: u64) -> u64 {
    let mut mixed = (seed ^ value).wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Counts the n-grams of a text, and takes what its words mean from the table of vectors, where there is one.
pub fn count(chars: &[char], vectors: Option<&Vectors>) -> Counts {
    let mut grams: Vec<(u64, u8, u32)> = Vec::with_capacity(chars.len() * 6);
    let add = |grams: &mut Vec<(u64, u8, u32)>, family: usize, parts: &[u64]| {
        let key = parts.iter().fold(family as u64 + 1, |seed, part| mix(seed, *part));
        grams.push((key, family as u8, 1));
    };
    let tokens = tokens(chars);
    // Han characters and everything that is not a Latin word, with border marks.
    let symbols: Vec<u32> = tokens
        .iter()
        .map(|token| match token {
            Token::Symbol(symbol) => *symbol,
            Token::Word(range) => 0x12_0000 + (mix(7, word_key(&chars[range.clone()])) as u32 & 0xff_ffff),
        })
        .collect();
    let any_han = chars.iter().any(|character| is_han(*character));
    if any_han || tokens.iter().all(|token| matches!(token, Token::Symbol(_))) {
        let mut previous = BORDER;
        let mut previous_sound = mix(1, u64::from(BORDER));
        for symbol in symbols.iter().copied().chain([BORDER]) {
            let sound = char::from_u32(symbol)
                .and_then(syllable)
                .map_or(mix(1, u64::from(symbol)), |text| {
                    text.bytes().fold(2, |seed, byte| mix(seed, u64::from(byte)))
                });
            if symbol != BORDER {
                add(&mut grams, HAN, &[u64::from(symbol)]);
                add(&mut grams, PINYIN, &[sound]);
            }
            add(&mut grams, HAN, &[u64::from(previous), u64::from(symbol)]);
            add(&mut grams, PINYIN, &[previous_sound, sound]);
            (previous, previous_sound) = (symbol, sound);
        }
    }
    let mut previous = u64::from(BORDER);
    for token in &tokens {
        let Token::Word(range) = token else { continue };
        let word = &chars[range.clone()];
        let stem = word_key(&word[..stem_length(word)]);
        add(&mut grams, WORD, &[stem]);
        add(&mut grams, WORD, &[previous, stem]);
        previous = stem;
        let letter = |at: usize| match at {
            0 => u64::from(BORDER),
            _ => word.get(at - 1).map_or(u64::from(BORDER), |letter| *letter as u64),
        };
        // A gram's key goes on from that of the gram one shorter.
        for start in 0..=word.len() {
            let mut key = mix(LETTER as u64 + 1, letter(start));
            for end in start + 1..(start + LONGEST_LETTERS).min(word.len() + 2) {
                key = mix(key, letter(end));
                grams.push((key, LETTER as u8, 1));
            }
        }
    }
    grams.sort_unstable_by_key(|(key, ..)| *key);
    grams.dedup_by(|later, first| {
        let same = later.0 == first.0;
        if same {
            first.2 += later.2;
        }
        same
    });
    Counts {
        grams,
        meaning: vectors.map_or_else(Vec::new, |vectors| vectors.embed(chars)),
    }
}

enum Token {
    Symbol(u32),
    Word(std::ops::Range<usize>),
}

/// Cuts a text into Latin words, runs of digits and single other characters; marks and blanks carry nothing.
fn tokens(chars: &[char]) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(chars.len());
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        if chars[at].is_ascii_digit() {
            while at < chars.len()
                && (chars[at].is_ascii_digit()
                    || (chars[at] == '.' && chars.get(at + 1).is_some_and(char::is_ascii_digit)))
            {
                at += 1;
            }
            tokens.push(Token::Symbol(DIGITS + digit_class(&chars[start..at])));
        } else if chars[at].is_alphabetic() && !is_han(chars[at]) {
            while at < chars.len()
                && ((chars[at].is_alphabetic() && !is_han(chars[at])) || (chars[at] == '\'' && at > start))
            {
                at += 1;
            }
            tokens.push(Token::Word(start..at));
        } else {
            if !super::super::normalise::is_mark(chars[at]) {
                tokens.push(Token::Symbol(chars[at] as u32));
            }
            at += 1;
        }
    }
    tokens
}

/// One, two, three, a few, or as many digits as an order number has; apart from those a public hotline (12315, 12345):
/// 1314 is not one.
fn digit_class(digits: &[char]) -> u32 {
    match digits {
        ['1', '2', _, _, _] => 6,
        [] | [_] | [_, _] | [_, _, _] => digits.len() as u32,
        _ if digits.len() < 10 => 4,
        _ => 5,
    }
}

fn word_key(word: &[char]) -> u64 {
    word.iter()
        .filter(|letter| **letter != '\'')
        .fold(3, |seed, letter| mix(seed, *letter as u64))
}

/// Length of a word without its common English endings; short words are left whole.
fn stem_length(word: &[char]) -> usize {
    for ending in ["ing", "ies", "ied", "ed", "es", "ly", "s", "e", "y"] {
        let ends = |ending: &str| {
            word.len() >= ending.len() && ending.chars().eq(word[word.len() - ending.len()..].iter().copied())
        };
        if word.len() >= ending.len() + 3 && ends(ending) && !(ending == "s" && ends("ss")) {
            return word.len() - ending.len();
        }
    }
    word.len()
}

impl Vocabulary {
    /// Learns which features exist from the counts of all example sentences.
    pub fn learn<'a>(sentences: impl Iterator<Item = &'a Counts>) -> Vocabulary {
        let mut ids: KeyMap<u32> = KeyMap::default();
        let mut documents: Vec<u32> = Vec::new();
        let mut total = 0u32;
        let mut meaning = 0;
        for counts in sentences {
            total += 1;
            meaning = meaning.max(counts.meaning.len());
            for (key, ..) in &counts.grams {
                let id = *ids.entry(*key).or_insert_with(|| {
                    documents.push(0);
                    documents.len() as u32 - 1
                });
                documents[id as usize] += 1;
            }
        }
        // By frequency, ties by key: what is read often lies together, and the order of files plays no part.
        let mut order: Vec<(std::cmp::Reverse<u32>, u64, u32)> = ids
            .iter()
            .map(|(key, id)| (std::cmp::Reverse(documents[*id as usize]), *key, *id))
            .collect();
        order.sort_unstable();
        let shared = order.partition_point(|(count, ..)| count.0 > 1);
        let free = Entry {
            key: 0,
            id: FREE,
            idf: 0.0,
        };
        let mut vocabulary = Vocabulary {
            entries: vec![free; (2 * order.len()).next_power_of_two()],
            meaning,
            size: meaning + order.len(),
            shared: meaning + shared,
            unknown: 1.0,
        };
        for (place, (count, key, _)) in order.iter().enumerate() {
            let idf = (((1 + total) as f32 / (1 + count.0) as f32).ln() + 1.0).powf(IDF_POWER);
            vocabulary.unknown = vocabulary.unknown.max(idf);
            let at = vocabulary.place(*key);
            vocabulary.entries[at] = Entry {
                key: *key,
                id: (meaning + place) as u32,
                idf,
            };
        }
        vocabulary
    }

    /// Where a key stands, or would stand.
    fn place(&self, key: u64) -> usize {
        let last = self.entries.len() - 1;
        let mut at = (key >> 7) as usize & last;
        while self.entries[at].id != FREE && self.entries[at].key != key {
            at = (at + 1) & last;
        }
        at
    }

    fn find(&self, key: u64) -> Option<Entry> {
        if self.entries.is_empty() {
            return None;
        }
        let entry = self.entries[self.place(key)];
        (entry.id != FREE).then_some(entry)
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

    /// The vector of a text, and the share of its weight that is known (0 for gibberish, 1 when every n-gram
    /// occurs in some example).
    pub fn vector(&self, counts: &Counts) -> (Features, f32) {
        self.vector_where(counts, |_| true)
    }

    /// The vector of a text as if only the features existed for which `known` holds: what a sentence that is held
    /// out would have been.
    pub fn vector_where(&self, counts: &Counts, known_there: impl Fn(u32) -> bool) -> (Features, f32) {
        let mut features = Vec::with_capacity(counts.grams.len());
        let mut squares = [0f32; FAMILIES];
        let mut unknown = 0f32;
        let mut known = 0f32;
        for (key, family, times) in &counts.grams {
            let Some(Entry { id, idf, .. }) = self.find(*key).filter(|entry| known_there(entry.id)) else {
                unknown += self.unknown;
                continue;
            };
            let weight = if *times == 1 {
                idf
            } else {
                (1.0 + (*times as f32).ln()) * idf
            };
            known += idf;
            let family = usize::from(*family);
            squares[family] += weight * weight;
            features.push((id, family, weight));
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
        let meant = counts.meaning.iter().any(|value| *value != 0.0);
        let (grams, meaning) = match (total > 0.0, meant) {
            (true, true) => {
                let both = (1.0 + MEANING_WEIGHT * MEANING_WEIGHT).sqrt();
                (1.0 / (total.sqrt() * both), MEANING_WEIGHT / both)
            }
            (true, false) => (1.0 / total.sqrt(), 0.0),
            (false, _) => (0.0, 1.0),
        };
        let mut vector: Vec<(u32, f32)> = Vec::with_capacity(features.len() + counts.meaning.len());
        let numbers = counts.meaning.iter().enumerate().filter(|(_, value)| **value != 0.0);
        vector.extend(numbers.map(|(id, value)| (id as u32, value * meaning)));
        vector.extend(
            features
                .into_iter()
                .map(|(id, family, weight)| (id, weight * scale[family] * grams)),
        );
        vector.sort_unstable_by_key(|(id, _)| *id);
        (
            Features(vector),
            if known + unknown > 0.0 {
                known / (known + unknown)
            } else {
                0.0
            },
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn counts(text: &str) -> Counts {
        count(&text.chars().collect::<Vec<_>>(), None)
    }

    #[test]
    fn a_hotline_is_told_from_other_numbers() {
        let same = |a: &str, b: &str| counts(a).grams == counts(b).grams;
        assert!(same("12315", "12345") && same("1314", "8888"));
        assert!(!same("12315", "1314") && !same("12315", "88888") && !same("12315", "123151234567"));
    }

    #[test]
    fn vectors_have_unit_length_and_homophones_stay_close() {
        let sentences = [counts("什么时候发货"), counts("怎么退货"), counts("when do you ship")];
        let vocabulary = Vocabulary::learn(sentences.iter());
        for sentence in &sentences {
            let (vector, coverage) = vocabulary.vector(sentence);
            assert!((vector.dot(&vector) - 1.0).abs() < 1e-4);
            assert!((coverage - 1.0).abs() < 1e-6);
        }
        let right = vocabulary.vector(&sentences[0]).0;
        let slip = vocabulary.vector(&counts("什么时候发火")).0;
        let other = vocabulary.vector(&sentences[1]).0;
        assert!(right.dot(&slip) > 0.7 && right.dot(&other) < 0.5);
    }

    #[test]
    fn gibberish_is_unknown() {
        let sentences = [counts("什么时候发货")];
        let vocabulary = Vocabulary::learn(sentences.iter());
        assert!(vocabulary.vector(&counts("qwzx vvkj")).1 < 0.05);
        assert!(vocabulary.vector(&counts("")).0.0.is_empty());
    }
}
