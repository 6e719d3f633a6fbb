//! What a canonical text is made of: character and pinyin n-grams for Han, word and letter n-grams for Latin, each as a
//! hash.
//!
//! The recipe (families, weights, damping) was chosen by measurement; docs/accuracy.md has the figures.

use std::ops::Range;
use std::sync::LazyLock;

use super::super::normalise::{is_han, is_letter, is_mark};
use super::pinyin::SoundTable;

/// Families of n-grams; each is scaled to its weight before all are joined.
pub const FAMILIES: usize = 4;
const HAN: u8 = 0;
const PINYIN: u8 = 1;
const WORD: u8 = 2;
const LETTER: u8 = 3;
/// Weight of a family: pinyin is worth less than the characters, words less than letters inside words.
pub const FAMILY_WEIGHT: [f32; FAMILIES] = [1.0, 0.8, 0.7, 1.0];
/// Letters of the longest n-gram inside words, borders included.
const LONGEST_LETTERS: usize = 5;
/// Stands before the first and after the last token of a text.
const BORDER: u32 = 0x11_0000;
/// Stands for a run of digits; its length is told apart, because 165 95 is a body and 1 is a count.
const DIGITS: u32 = 0x11_0001;

/// An n-gram of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gram {
    /// Hash of the n-gram; the lowest bits say its family.
    pub key: u64,
    /// How often the text has it.
    pub times: u32,
    /// Its family.
    pub family: u8,
}

/// A step of the SplitMix64 mixing function (Steele, Lea, Flood 2014).
fn mix(seed: u64, value: u64) -> u64 {
    let mut mixed = (seed ^ value).wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// The key of an n-gram.
fn key(family: u8, parts: &[u64]) -> u64 {
    parts.iter().fold(u64::from(family) + 1, |seed, part| mix(seed, *part))
}

/// The bits of a key that say its family.
const FAMILY: u64 = FAMILIES as u64 - 1;

/// Replaces `grams` by the n-grams of a text, each once, ascending by key. `keys` is room to work in: bare numbers are
/// sorted several times as fast as what they belong to.
pub fn count(chars: &[char], keys: &mut Vec<u64>, grams: &mut Vec<Gram>) {
    keys.clear();
    let mut add = |family: u8, key: u64| keys.push(key & !FAMILY | u64::from(family));
    // A text without any Han is read by its words alone, if it has some.
    let symbols = chars.iter().any(|character| is_han(*character)) || !chars.iter().any(|it| is_letter(*it));
    let (mut previous, mut previous_sound) = (BORDER, sound(BORDER));
    let mut previous_word = u64::from(BORDER);
    let mut at = 0;
    loop {
        let token = next_token(chars, &mut at);
        if symbols {
            // Han characters and everything else, a word as one sign, with border marks.
            let symbol = match &token {
                Some(Token::Symbol(symbol)) => *symbol,
                Some(Token::Word(range)) => 0x12_0000 + (mix(7, word_key(&chars[range.clone()])) as u32 & 0xff_ffff),
                None => BORDER,
            };
            let sound = sound(symbol);
            if symbol != BORDER {
                add(HAN, key(HAN, &[u64::from(symbol)]));
                add(PINYIN, key(PINYIN, &[sound]));
            }
            add(HAN, key(HAN, &[u64::from(previous), u64::from(symbol)]));
            add(PINYIN, key(PINYIN, &[previous_sound, sound]));
            (previous, previous_sound) = (symbol, sound);
        }
        match token {
            Some(Token::Word(range)) => {
                let word = &chars[range];
                let stem = word_key(&word[..stem_length(word)]);
                add(WORD, key(WORD, &[stem]));
                add(WORD, key(WORD, &[previous_word, stem]));
                previous_word = stem;
                letters(word, |key| add(LETTER, key));
            }
            Some(Token::Symbol(_)) => {}
            None => break,
        }
    }
    keys.sort_unstable();
    grams.clear();
    grams.extend(keys.chunk_by(|one, next| one == next).map(|same| Gram {
        key: same[0],
        times: same.len() as u32,
        family: (same[0] & FAMILY) as u8,
    }));
}

/// The letter n-grams of a word, borders included. A gram's key goes on from that of the gram one shorter.
fn letters(word: &[char], mut add: impl FnMut(u64)) {
    let letter = |at: usize| match at {
        0 => u64::from(BORDER),
        _ => word.get(at - 1).map_or(u64::from(BORDER), |letter| *letter as u64),
    };
    for start in 0..=word.len() {
        let mut gram = key(LETTER, &[letter(start)]);
        for end in start + 1..(start + LONGEST_LETTERS).min(word.len() + 2) {
            gram = mix(gram, letter(end));
            add(gram);
        }
    }
}

/// How a symbol sounds, as a hash; what has no sound is its own.
fn sound(symbol: u32) -> u64 {
    static SOUNDS: LazyLock<SoundTable> =
        LazyLock::new(|| SoundTable::new(|text| text.bytes().fold(2, |seed, byte| mix(seed, u64::from(byte)))));
    char::from_u32(symbol)
        .and_then(|character| SOUNDS.of(character))
        .unwrap_or_else(|| mix(1, u64::from(symbol)))
}

enum Token {
    Symbol(u32),
    Word(Range<usize>),
}

/// The token that begins at `at` or behind it, moving `at` past it: a Latin word, a run of digits or a single other
/// character; marks and blanks carry nothing.
fn next_token(chars: &[char], at: &mut usize) -> Option<Token> {
    while let Some(&first) = chars.get(*at) {
        let start = *at;
        *at += 1;
        let next = |at: usize| chars.get(at).copied();
        if first.is_ascii_digit() {
            let digit = |at: usize| next(at).is_some_and(|it| it.is_ascii_digit());
            while digit(*at) || (next(*at) == Some('.') && digit(*at + 1)) {
                *at += 1;
            }
            return Some(Token::Symbol(DIGITS + digit_class(&chars[start..*at])));
        }
        if is_letter(first) {
            while next(*at).is_some_and(|it| is_letter(it) || it == '\'') {
                *at += 1;
            }
            return Some(Token::Word(start..*at));
        }
        if !is_mark(first) {
            return Some(Token::Symbol(first as u32));
        }
    }
    None
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hotline_is_told_from_other_numbers() {
        let grams = |text: &str| {
            let mut grams = Vec::new();
            count(&text.chars().collect::<Vec<_>>(), &mut Vec::new(), &mut grams);
            grams
        };
        let same = |a: &str, b: &str| grams(a) == grams(b);
        assert!(same("12315", "12345") && same("1314", "8888"));
        assert!(!same("12315", "1314") && !same("12315", "88888") && !same("12315", "123151234567"));
    }
}
