//! Meaning of a text as a few dozen numbers: the weighted mean of its words' vectors, from a table that is part of
//! the program.
//!
//! The table is made once by `tools/vectors/make_table.py` (README.md here says from what, and under which
//! licences). It lends the model what no shop's examples can teach it: that 快递 and 包裹, or `shoes` and `sneakers`,
//! mean nearly the same.

mod section;

use std::io::{Result, Write};
use std::sync::LazyLock;

use super::normalise::{is_han, is_letter};
use super::preserve::{Preserve, Source};
use section::{Section, WordHash};

/// The longest Chinese word of the table, in characters.
const LONGEST_WORD: usize = 4;

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

    /// Whether the table has an English word, in small letters. The words are the commonest 27,000 of English.
    pub fn knows_english(&self, word: &str) -> bool {
        let hash = word.chars().fold(WordHash::EMPTY, WordHash::with);
        self.latin.find(hash.bits()).is_some()
    }

    /// Replaces `sum` by the vector of a canonical text, of unit length; all zero when no word of it is known.
    pub fn embed(&self, chars: &[char], sum: &mut Vec<f32>) {
        sum.clear();
        sum.resize(self.dimensions(), 0.0);
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
        // Of a text in one script the other's numbers stay zero and need not be looked at.
        let said = |part: &[f32]| part.iter().any(|value| *value != 0.0);
        let part = match (said(han), said(latin)) {
            (true, false) => han,
            (false, true) => latin,
            _ => &mut sum[..],
        };
        let length = part.iter().map(|value| value * value).sum::<f32>().sqrt();
        if length > 0.0 {
            part.iter_mut().for_each(|value| *value /= length);
        }
    }

    /// Adds the longest known word that begins here; returns its length.
    fn add_han(&self, chars: &[char], sum: &mut [f32]) -> usize {
        let mut hashes = [WordHash::EMPTY; LONGEST_WORD + 1];
        let longest = chars.len().min(LONGEST_WORD);
        for length in 1..=longest {
            hashes[length] = hashes[length - 1].with(chars[length - 1]);
        }
        // What is shorter need not be looked up.
        for length in (1..=longest).rev() {
            if let Some(row) = self.han.find(hashes[length].bits()) {
                self.han.add(row, sum);
                return length;
            }
        }
        1
    }

    /// Adds the word that begins here; returns its length.
    fn add_latin(&self, chars: &[char], sum: &mut [f32]) -> usize {
        let inside = |letter: &&char| is_letter(**letter) || **letter == '\'';
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

/// Only whether the table is in use: it is part of the program.
impl Preserve for Option<&'static Vectors> {
    fn write(&self, to: &mut dyn Write) -> Result<()> {
        self.is_some().write(to)
    }
    fn read(from: &mut Source<'_>) -> Result<Self> {
        let used = bool::read(from)?;
        Ok(Vectors::shipped().filter(|_| used))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn cosine(left: &str, right: &str) -> f32 {
        let vector = |text: &str| {
            let mut vector = Vec::new();
            Vectors::shipped()
                .unwrap()
                .embed(&text.chars().collect::<Vec<_>>(), &mut vector);
            vector
        };
        vector(left).iter().zip(vector(right)).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn the_shipped_table_is_whole() {
        let vectors = Vectors::shipped().unwrap();
        let words = vectors.han.words() + vectors.latin.words();
        assert!(words > 10_000 && vectors.dimensions() <= 256);
        assert!(include_bytes!("table.bin").len() < 4 << 20);
    }

    #[test]
    fn what_means_the_same_is_nearer_than_what_shares_letters() {
        assert!(cosine("鞋子", "靴子") > cosine("鞋子", "孩子") + 0.3);
        assert!(cosine("退款", "退钱") > cosine("退款", "存款") + 0.2);
        assert!(cosine("快递", "包裹") > cosine("快递", "快乐") + 0.3);
        assert!(
            cosine("where is my parcel", "where is my package") > cosine("where is my parcel", "where is my mother")
        );
        assert!(cosine("refund", "reimbursement") > cosine("refund", "fund"));
    }

    #[test]
    fn the_words_of_english_are_known_and_slips_are_not() {
        let vectors = Vectors::shipped().unwrap();
        let known = |words: &[&str]| words.iter().filter(|word| vectors.knows_english(word)).count();
        assert_eq!(
            known(&["order", "package", "refund", "received", "wrong", "shipping"]),
            6
        );
        assert_eq!(known(&["pakage", "refnd", "recieved", "worng", "shiping", "cancle"]), 0);
    }

    #[test]
    fn vectors_have_unit_length_or_none() {
        assert!((cosine("什么时候发货", "什么时候发货") - 1.0).abs() < 1e-4);
        assert!((cosine("iphone 怎么退", "iphone 怎么退") - 1.0).abs() < 1e-4);
        assert!(cosine("qwzxv 12345 ??", "qwzxv 12345 ??") == 0.0);
        assert!(cosine("", "") == 0.0);
    }

    #[test]
    fn a_table_cut_short_is_none() {
        let bytes: &'static [u8] = include_bytes!("table.bin");
        for length in [0, 3, 4, 9, 5000, bytes.len() - 1] {
            assert!(Vectors::read(&bytes[..length]).is_none());
        }
    }
}
