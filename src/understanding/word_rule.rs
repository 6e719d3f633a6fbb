//! `not:` and `require:`: words that rule intents out or in. They are law; the model has no say.

use super::normalise::{MAX_CHARS, SynonymTable, fold};
use super::word_list::WordList;

/// Words that rule classes out or in.
#[derive(Default)]
pub(super) struct WordRule {
    words: WordList,
    classes: Vec<Vec<usize>>,
    /// Classes that have such words at all.
    pub ruled: Vec<usize>,
}

impl WordRule {
    /// Compiles words, each with its class.
    pub fn new<'a>(words: impl Iterator<Item = (usize, &'a str)>, synonyms: &SynonymTable) -> WordRule {
        let mut rule = WordRule::default();
        let mut needles: Vec<String> = Vec::new();
        for (class, word) in words {
            let needle = synonyms.apply(&fold(word, MAX_CHARS).0).to_string();
            if needle.is_empty() {
                continue;
            }
            rule.ruled.push(class);
            match needles.iter().position(|known| *known == needle) {
                Some(at) => rule.classes[at].push(class),
                None => {
                    needles.push(needle);
                    rule.classes.push(vec![class]);
                }
            }
        }
        rule.ruled.sort_unstable();
        rule.ruled.dedup();
        rule.words = WordList::new(&needles);
        rule
    }

    /// Every word in a text, also those that overlap: its classes, where it begins, where it ends.
    pub fn all_in<'a>(&'a self, text: &'a [char]) -> impl Iterator<Item = (&'a [usize], usize, usize)> + 'a {
        let words = self.words.all_in(text);
        words.map(|(word, start, end)| (self.classes[word].as_slice(), start, end))
    }
}
