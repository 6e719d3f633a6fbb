//! Whole sentences as keys: what an operator wrote down word for word is never guessed at.

use std::io::{Error, ErrorKind, Result, Write};

use fst::{Map, MapBuilder};

use super::super::normalise::is_mark;
use super::super::preserve::{Preserve, Source};
use crate::model::StableHash;

/// Example sentences, canonical and without marks, each to the number of its class.
pub struct ExactSentences {
    map: Map<Vec<u8>>,
    /// A bit for the hash of each sentence, one in sixteen set: most texts are none of them, and one look tells.
    seen: Vec<u64>,
}

impl ExactSentences {
    /// Compiles the sentences; one that two classes claim belongs to neither.
    pub fn new<'a>(sentences: impl Iterator<Item = (&'a [char], usize)>) -> ExactSentences {
        let mut keys: Vec<(String, usize)> = sentences.map(|(chars, class)| (key(chars), class)).collect();
        keys.sort();
        keys.dedup();
        let mut seen = vec![0; (16 * keys.len()).next_power_of_two().div_ceil(64)];
        for (key, _) in &keys {
            let (word, bit) = place(key.chars(), seen.len());
            seen[word] |= bit;
        }
        let mut builder = MapBuilder::memory();
        let mut at = 0;
        while at < keys.len() {
            let mut end = at + 1;
            while end < keys.len() && keys[end].0 == keys[at].0 {
                end += 1;
            }
            if end == at + 1 && !keys[at].0.is_empty() {
                // Sorted and without doubles, so that the builder cannot refuse.
                let _ = builder.insert(&keys[at].0, keys[at].1 as u64);
            }
            at = end;
        }
        let map = builder
            .into_inner()
            .ok()
            .and_then(|bytes| Map::new(bytes).ok())
            .unwrap_or_default();
        ExactSentences { map, seen }
    }

    /// The class of a sentence, if it is one of the examples.
    pub fn find(&self, chars: &[char]) -> Option<usize> {
        let (word, bit) = place(words(chars), self.seen.len());
        if self.seen[word] & bit == 0 {
            return None;
        }
        self.map.get(key(chars)).map(|class| class as usize)
    }
}

impl Preserve for ExactSentences {
    fn write(&self, to: &mut dyn Write) -> Result<()> {
        self.map.as_fst().as_bytes().len().write(to)?;
        to.write_all(self.map.as_fst().as_bytes())?;
        self.seen.write(to)
    }
    fn read(from: &mut Source<'_>) -> Result<Self> {
        let map = Map::new(Vec::read(from)?).map_err(Error::other)?;
        let seen = Vec::<u64>::read(from)?;
        // Places are found by the length, which is a power of two.
        match seen.len().is_power_of_two() {
            true => Ok(ExactSentences { map, seen }),
            false => Err(ErrorKind::InvalidData.into()),
        }
    }
}

fn words(chars: &[char]) -> impl Iterator<Item = char> {
    chars.iter().copied().filter(|character| !is_mark(*character))
}

fn key(chars: &[char]) -> String {
    words(chars).collect()
}

/// Where the bit of a sentence stands among so many words of bits, which are a power of two.
fn place(chars: impl Iterator<Item = char>, words: usize) -> (usize, u64) {
    let hash = StableHash::of(chars).stirred();
    ((hash as usize / 64) & (words - 1), 1 << (hash % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_found_whatever_its_marks_unless_two_classes_claim_it() {
        let written = [
            ("包邮吗", 0),
            ("发什么快递", 1),
            ("在吗", 0),
            ("在吗?", 2),
            ("发什么快递!", 1),
            ("?", 1),
        ];
        let written = written.map(|(text, class)| (text.chars().collect::<Vec<_>>(), class));
        let exact = ExactSentences::new(written.iter().map(|(chars, class)| (chars.as_slice(), *class)));
        let find = |text: &str| exact.find(&text.chars().collect::<Vec<_>>());
        assert_eq!(find("包邮吗"), Some(0));
        assert_eq!(find("包邮吗?!"), Some(0));
        assert_eq!(find("发什么快递"), Some(1));
        assert_eq!(find("在吗"), None);
        assert_eq!(find("包邮"), None);
        assert_eq!(find("?"), None);
    }
}
