//! `not:`, `denied:` and `require:`: words that rule intents out or in. They are law; the model has no say.

use std::sync::LazyLock;

use super::lexicon::section;
use super::normalise::{MAX_CHARS, SynonymTable, fold};
use super::word_list::WordList;

/// Words that deny a wish, and what may stand between them and the wish.
static DENIALS: LazyLock<Vec<&str>> = LazyLock::new(|| section(include_str!("lexicon/denials.txt"), "denials"));
static BETWEEN: LazyLock<Vec<&str>> = LazyLock::new(|| section(include_str!("lexicon/denials.txt"), "between"));

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

    /// The classes one of whose words the text holds, ascending.
    pub fn classes_in(&self, text: &[char]) -> Vec<usize> {
        self.classes_where(text, |_| true)
    }

    /// The classes one of whose words the text denies, ascending: 不用转人工, don't cancel it. 转人工 holds 人工: whatever is
    /// denied of one is denied of the other.
    pub fn classes_denied(&self, text: &[char]) -> Vec<usize> {
        self.classes_where(text, denied)
    }

    /// The classes of the words before which the text goes as wanted.
    fn classes_where(&self, text: &[char], wanted: impl Fn(&[char]) -> bool) -> Vec<usize> {
        let found = self.words.all_in(text).filter(|(_, start, _)| wanted(&text[..*start]));
        let mut classes: Vec<usize> = found
            .flat_map(|(word, ..)| self.classes[word].iter().copied())
            .collect();
        classes.sort_unstable();
        classes.dedup();
        classes
    }
}

/// Whether what comes before a wish denies it.
fn denied(before: &[char]) -> bool {
    let mut rest = before;
    while let Some(shorter) = BETWEEN.iter().find_map(|word| without_end(rest, word)) {
        rest = shorter;
    }
    DENIALS.iter().any(|word| without_end(rest, word).is_some())
}

/// A text without the word that ends it, if it does.
fn without_end<'t>(text: &'t [char], word: &str) -> Option<&'t [char]> {
    let rest = word.chars().rev().try_fold(text, |rest, wanted| {
        let (last, shorter) = rest.split_last()?;
        (*last == wanted).then_some(shorter)
    });
    rest.filter(|_| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denied_wish_is_none_and_a_wish_that_only_looks_denied_is_one() {
        let words = [(7, "转人工"), (7, "人工"), (7, "a person")];
        let rule = WordRule::new(words.into_iter(), &SynonymTable::new(&[]));
        let denied = |text: &str| rule.classes_denied(&text.chars().collect::<Vec<_>>());
        for text in [
            "不用转人工了",
            "先别给我转人工",
            "不需要人工",
            "暂时不要转人工谢谢",
            "唔使转人工",
            "no need for a person",
            "i don't want to talk to a person",
        ] {
            assert_eq!(denied(text), [7], "{text}");
        }
        for text in [
            "怎么不给我转人工",
            "不要机器人，转人工",
            "能不能转人工",
            "i want a person not a bot",
        ] {
            assert!(denied(text).is_empty(), "{text}");
        }
    }
}
