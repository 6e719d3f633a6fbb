//! Words that mean the same become one word, longest first.

use super::super::word_list::WordList;
use super::{Text, fold::fold_pattern_text};
use crate::packs::Synonym;

/// The operators' synonym file, compiled.
#[derive(Debug, Default)]
pub struct SynonymTable {
    needles: WordList,
    variants: Vec<Variant>,
}

#[derive(Debug)]
struct Variant {
    word: Vec<char>,
    latin: bool,
}

impl SynonymTable {
    /// Compiles the list. A variant that is written in two entries belongs to the first.
    pub fn new(synonyms: &[Synonym]) -> SynonymTable {
        Self::compile(synonyms, |variant| variant.is_ascii())
    }

    /// Compiles a list whose variants, where a letter begins or ends them, are not parts of longer Latin words: 骗z is not in
    /// 骗zzz.
    pub(super) fn of_whole_words(synonyms: &[Synonym]) -> SynonymTable {
        let letter = |character: Option<char>| character.is_some_and(|it| it.is_ascii_alphabetic());
        Self::compile(synonyms, |variant| {
            letter(variant.chars().next()) || letter(variant.chars().next_back())
        })
    }

    fn compile(synonyms: &[Synonym], latin: impl Fn(&str) -> bool) -> SynonymTable {
        let mut seen = std::collections::HashSet::new();
        let mut needles = Vec::new();
        let mut variants = Vec::new();
        for synonym in synonyms {
            let word = fold_pattern_text(&synonym.word);
            // The canonical word is a needle too: inside 邮费 nothing shorter may be replaced.
            for same in std::iter::once(&synonym.word).chain(&synonym.same) {
                let variant = fold_pattern_text(same);
                if variant.is_empty() || !seen.insert(variant.clone()) {
                    continue;
                }
                variants.push(Variant {
                    word: word.chars().collect(),
                    latin: latin(&variant),
                });
                needles.push(variant);
            }
        }
        SynonymTable {
            needles: WordList::new(&needles),
            variants,
        }
    }

    /// Replaces every variant. A replaced word keeps the way back to what was written.
    pub fn apply(&self, text: &Text) -> Text {
        self.replaced(text).unwrap_or_else(|| text.clone())
    }

    /// The same; `None` where there is nothing to replace.
    pub(super) fn replaced(&self, text: &Text) -> Option<Text> {
        let mut out: Option<Text> = None;
        let mut at = 0;
        for (needle, start, end) in self.needles.longest_in(text.chars()) {
            let variant = &self.variants[needle];
            if variant.latin && inside_a_word(text, start, end) {
                continue;
            }
            let out = out.get_or_insert_with(|| Text::with_capacity(text.len() + 8));
            out.append(text, at..start);
            let span = text.span(start).start..text.span(end - 1).end;
            for character in &variant.word {
                out.push(*character, span.clone());
            }
            at = end;
        }
        if let Some(out) = &mut out {
            out.append(text, at..text.len());
        }
        out
    }
}

/// Whether a Latin match is only a part of a longer word: `fee` in `feel`.
fn inside_a_word(text: &Text, start: usize, end: usize) -> bool {
    let letter = |at: usize| {
        text.chars()
            .get(at)
            .is_some_and(|character| character.is_ascii_alphabetic())
    };
    (start > 0 && letter(start - 1) && letter(start)) || (letter(end) && letter(end - 1))
}

#[cfg(test)]
mod tests {
    use super::super::{MAX_CHARS, fold};
    use super::*;

    #[test]
    fn the_longest_variant_wins_and_latin_keeps_to_words() {
        let table = SynonymTable::new(&[
            Synonym {
                word: "邮费".into(),
                same: vec!["运费".into(), "運送費".into()],
            },
            Synonym {
                word: "什么".into(),
                same: vec!["啥".into()],
            },
            Synonym {
                word: "postage".into(),
                same: vec!["shipping fee".into(), "fee".into()],
            },
        ]);
        let apply = |text: &str| table.apply(&fold(text, MAX_CHARS).0).to_string();
        assert_eq!(apply("運費是啥"), "邮费是什么");
        assert_eq!(apply("運送費"), "邮费");
        assert_eq!(apply("I feel the shipping fee"), "i feel the postage");
    }
}
