//! Whole sentences as keys: what an operator wrote down word for word is never guessed at.

use super::super::normalise::is_mark;

/// Example sentences, canonical and without marks, each to the number of its class.
///
/// Of a sentence only a hash of 64 bits is kept: among a million sentences a message would be taken for one of them once
/// in ten million million times.
pub struct ExactSentences {
    /// Ascending.
    keys: Vec<u64>,
    classes: Vec<u32>,
}

impl ExactSentences {
    /// Takes the sentences; one that two classes claim belongs to neither.
    pub fn new<'a>(sentences: impl Iterator<Item = (&'a [char], usize)>) -> ExactSentences {
        let mut all: Vec<(u64, u32)> = sentences
            .filter_map(|(chars, class)| Some((key(chars)?, class as u32)))
            .collect();
        all.sort_unstable();
        all.dedup();
        let claimed = all.chunk_by(|a, b| a.0 == b.0).filter(|claims| claims.len() == 1);
        let (keys, classes) = claimed.map(|claims| claims[0]).unzip();
        ExactSentences { keys, classes }
    }

    /// The class of a sentence, if it is one of the examples.
    pub fn find(&self, chars: &[char]) -> Option<usize> {
        let at = self.keys.binary_search(&key(chars)?).ok()?;
        Some(self.classes[at] as usize)
    }
}

/// A hash of a sentence (FNV-1a over its characters, mixed once more at the end); `None` when it is nothing but marks.
fn key(chars: &[char]) -> Option<u64> {
    let mut words = chars.iter().filter(|character| !is_mark(**character)).peekable();
    words.peek()?;
    let hash = words.fold(0xcbf2_9ce4_8422_2325_u64, |hash, character| {
        let hash = (hash ^ u64::from(*character)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^ (hash >> 29)
    });
    Some(hash)
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
