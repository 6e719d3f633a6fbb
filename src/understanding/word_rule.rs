//! `not:` and `require:`: words that rule intents out or in. They are law; the model has no say.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

use super::normalise::{MAX_CHARS, SynonymTable, fold};

/// Words that rule classes out or in.
#[derive(Default)]
pub(super) struct WordRule {
    automaton: Option<AhoCorasick>,
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
        rule.automaton = AhoCorasickBuilder::new()
            .match_kind(MatchKind::Standard)
            .build(&needles)
            .ok()
            .filter(|_| !needles.is_empty());
        rule
    }

    /// The classes one of whose words the text holds, ascending.
    pub fn classes_in(&self, text: &str) -> Vec<usize> {
        let Some(automaton) = &self.automaton else {
            return Vec::new();
        };
        let mut classes: Vec<usize> = automaton
            .find_overlapping_iter(text)
            .flat_map(|found| self.classes[found.pattern().as_usize()].iter().copied())
            .collect();
        classes.sort_unstable();
        classes.dedup();
        classes
    }
}
