//! Several wordings that mean the same thing to whoever looks for them, with what makes them harmless.

use crate::packs::fold::simplified;
use crate::packs::yaml::At;

use super::wording::Wording;

/// Marks that end a clause.
const MARKS: [char; 17] = [
    '，', '。', '！', '？', '；', '：', '～', '\n', ',', '!', '?', ';', '.', '…', '（', '(', '~',
];
/// So far back a word is looked for that turns a wording around, characters; for a wording in Latin letters, whose words
/// are longer.
const BACK: usize = 14;
const BACK_LATIN: usize = 40;

/// A text as wordings are looked for in it: lower case, Simplified, one character for each of the text.
pub(super) struct Text {
    signs: Vec<char>,
}

/// Wordings that are looked for, what is harmless in their place, and what turns them around in front of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Wordings {
    looked_for: Vec<Wording>,
    harmless: Vec<Wording>,
    turning: Vec<Wording>,
}

impl Text {
    pub fn of(text: &str) -> Text {
        let mut before = None;
        let fold = |sign: char| {
            let lower = sign.to_lowercase().next().unwrap_or(sign);
            let folded = simplified(before, lower);
            before = Some(folded);
            folded
        };
        Text {
            signs: text.chars().map(fold).collect(),
        }
    }

    /// Whether one of these words stands in front of a place, in its clause.
    fn turned(&self, words: &[Wording], at: usize) -> bool {
        let from = self.signs[..at].iter().rposition(|sign| MARKS.contains(sign));
        let back = if self.signs[at].is_ascii_alphabetic() {
            BACK_LATIN
        } else {
            BACK
        };
        let from = from.map_or(0, |mark| mark + 1).max(at.saturating_sub(back));
        (from..at).any(|start| {
            let end = words.iter().filter_map(|word| word.at(&self.signs, start)).min();
            end.is_some_and(|end| end <= at)
        })
    }
}

impl Wordings {
    /// These, as [`folded`] gives them.
    pub(super) fn of(words: &[String], except: &[String], before: &[String]) -> Wordings {
        let read = |list: &[String]| list.iter().map(|word| Wording::new(word)).collect();
        Wordings {
            looked_for: read(words),
            harmless: read(except),
            turning: read(before),
        }
    }

    /// The first that stands in a text and is not harmless there: from and behind which character.
    pub(super) fn found(&self, text: &Text) -> Option<(usize, usize)> {
        self.looked_for.iter().find_map(|word| {
            word.places(&text.signs).find_map(|(at, end)| {
                let harmless = self.harmless.iter().any(|except| except.at(&text.signs, at).is_some());
                (!harmless && !text.turned(&self.turning, at)).then_some((at, end))
            })
        })
    }

    /// The character at which the first of them begins in a text.
    pub fn place_in(&self, text: &str) -> Option<usize> {
        self.found(&Text::of(text)).map(|(at, _)| at)
    }

    /// Whether a text is made of nothing but these, and signs that are neither letters nor digits.
    pub fn are_all_of(&self, text: &str) -> bool {
        let signs = Text::of(text).signs;
        let mut at = 0;
        while at < signs.len() {
            if !signs[at].is_alphanumeric() {
                at += 1;
                continue;
            }
            match self.looked_for.iter().filter_map(|word| word.at(&signs, at)).max() {
                Some(end) if end > at => at = end,
                _ => return false,
            }
        }
        true
    }
}

/// A text as wordings are looked for in it.
pub(super) fn as_looked_for(text: &str) -> String {
    Text::of(text).signs.into_iter().collect()
}

/// Written wordings as they are looked for.
pub(super) fn folded(list: &[At<String>]) -> Vec<String> {
    let texts = list.iter().map(|text| as_looked_for(&text.value));
    texts.filter(|text| !text.is_empty()).collect()
}
