//! Meaning of a text as a few dozen numbers: the weighted mean of its words' vectors, from a table that is part of
//! the program.
//!
//! The table is made once by `make_table.py` beside this file (README.md there says from what, and under which
//! licences). It lends the model what no shop's examples can teach it: that 邮费 and 运费, or `parcel` and `package`,
//! mean nearly the same.

mod section;

use std::sync::LazyLock;

use super::normalise::is_han;
use section::{Section, WordHash};

/// The longest Chinese word of the table, in characters.
const LONGEST_WORD: usize = 4;
/// Shorter stems say too little.
const SHORTEST_STEM: usize = 3;

/// The table: first Chinese words and characters, then English words.
#[derive(Clone, Copy, Debug)]
pub struct Vectors {
    han: Section,
    latin: Section,
}

static SHIPPED: LazyLock<Option<Vectors>> = LazyLock::new(|| Vectors::read(include_bytes!("table.bin")));

impl Vectors {
    /// The table that is part of the program.
    pub fn shipped() -> Option<&'static Vectors> {
        SHIPPED.as_ref()
    }

    fn read(bytes: &'static [u8]) -> Option<Vectors> {
        let bytes = bytes.strip_prefix(b"YDV1")?;
        let (han, bytes) = Section::read(bytes)?;
        let (latin, bytes) = Section::read(bytes)?;
        bytes.is_empty().then_some(Vectors { han, latin })
    }

    /// Numbers in a vector: those of Chinese first, then those of English.
    pub fn dimensions(&self) -> usize {
        self.han.dimensions() + self.latin.dimensions()
    }

    /// How many words and characters it knows.
    pub fn words(&self) -> usize {
        self.han.words() + self.latin.words()
    }

    /// The vector of a canonical text, of unit length; all zero when no word of it is known.
    pub fn embed(&self, chars: &[char]) -> Vec<f32> {
        let mut sum = vec![0f32; self.dimensions()];
        let (han, latin) = sum.split_at_mut(self.han.dimensions());
        let mut at = 0;
        while at < chars.len() {
            at += if is_han(chars[at]) {
                self.add_han(&chars[at..], han)
            } else if chars[at].is_alphabetic() {
                self.add_latin(&chars[at..], latin)
            } else {
                1
            };
        }
        let length = sum.iter().map(|value| value * value).sum::<f32>().sqrt();
        if length > 0.0 {
            sum.iter_mut().for_each(|value| *value /= length);
        }
        sum
    }

    /// Adds the longest known word that begins here; returns its length.
    fn add_han(&self, chars: &[char], sum: &mut [f32]) -> usize {
        let mut hash = WordHash::EMPTY;
        let mut longest = None;
        for (at, character) in chars.iter().take(LONGEST_WORD).enumerate() {
            hash = hash.with(*character);
            if let Some(row) = self.han.find(hash.bits()) {
                longest = Some((row, at + 1));
            }
        }
        if let Some((row, length)) = longest {
            self.han.add(row, sum);
            return length;
        }
        1
    }

    /// Adds the word that begins here; returns its length.
    fn add_latin(&self, chars: &[char], sum: &mut [f32]) -> usize {
        let inside = |letter: &&char| (letter.is_alphabetic() && !is_han(**letter)) || **letter == '\'';
        let length = chars.iter().take_while(inside).count();
        let hash = chars[..length]
            .iter()
            .filter(|letter| **letter != '\'')
            .fold(WordHash::EMPTY, |hash, letter| hash.with(*letter));
        if let Some(row) = self.latin.find(hash.bits()) {
            self.latin.add(row, sum);
        }
        length
    }
}
