//! The service standards: wordings that shops may not use. The shipped ones stand in `shipped.yaml`; the common pack and
//! each shop add their own in `shared/standards.yaml`. Packs, phrases and the desk are held to the same list.

mod wording;

use std::sync::{Arc, LazyLock};

use super::finding::Severity;
use super::fold::simplified;
use super::written::{StandardFile, read_standards};
use wording::Wording;

/// The rules that standards belong to, and how bad it is to break them: law and ways off the platform keep files from
/// going live.
pub const RULES: [(&str, Severity); 13] = [
    ("I080", Severity::Error),
    ("I081", Severity::Error),
    ("I082", Severity::Warning),
    ("I083", Severity::Warning),
    ("I084", Severity::Warning),
    ("I085", Severity::Warning),
    ("I087", Severity::Error),
    ("I088", Severity::Error),
    ("I089", Severity::Error),
    ("I119", Severity::Warning),
    ("I120", Severity::Warning),
    ("I121", Severity::Warning),
    ("I122", Severity::Warning),
];

/// Every standard that is shipped.
pub static STANDARDS: LazyLock<Vec<Arc<Standard>>> = LazyLock::new(|| {
    let (written, findings) = read_standards("standards.yaml", include_str!("shipped.yaml").as_bytes());
    debug_assert!(findings.is_empty(), "{findings:?}");
    written
        .iter()
        .filter_map(|one| Standard::of(one).map(Arc::new))
        .collect()
});

/// A wording that the standards rule out.
#[derive(Clone, Debug, PartialEq)]
pub struct Standard {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is looked for, in lower case and in Simplified characters; `…` is a gap, `#` a digit.
    pub words: Vec<String>,
    /// What may stand at the place of a word so that it is harmless: 第一时间.
    pub except: Vec<String>,
    /// What makes it harmless in front of it, in the same clause: 不会.
    pub before: Vec<String>,
    /// What is wrong, in Chinese and in English.
    pub message: (String, String),
    /// What to write instead.
    pub hint: (String, String),
    looked_for: Vec<Wording>,
    harmless: Vec<Wording>,
    turning: Vec<Wording>,
}

/// A wording of a text that a standard rules out.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach {
    /// Which standard.
    pub standard: Arc<Standard>,
    /// By which word, as the text has it.
    pub word: String,
    /// Where it stands, in characters.
    pub at: usize,
}

/// A text as standards are looked for in it: lower case, Simplified, one character for each of the text.
struct Text {
    signs: Vec<char>,
}

/// Marks that end a clause.
const MARKS: [char; 17] = [
    '，', '。', '！', '？', '；', '：', '～', '\n', ',', '!', '?', ';', '.', '…', '（', '(', '~',
];
/// So far back a word is looked for that turns a wording around, characters; for a wording in Latin letters, whose words
/// are longer.
const BACK: usize = 14;
const BACK_LATIN: usize = 40;

impl Standard {
    /// What is written; `None` when its rule is none, or it looks for nothing.
    pub fn of(written: &StandardFile) -> Option<Standard> {
        let (rule, severity) = RULES.into_iter().find(|(rule, _)| *rule == written.rule.value)?;
        let texts = |list: &[super::yaml::At<String>]| -> Vec<String> {
            list.iter()
                .map(|text| text_of(&text.value))
                .filter(|text| !text.is_empty())
                .collect()
        };
        let (words, except, before) = (texts(&written.words), texts(&written.except), texts(&written.before));
        if words.is_empty() {
            return None;
        }
        let shipped = || {
            let standards = (rule != "I122").then(|| STANDARDS.iter());
            standards.into_iter().flatten().find(|standard| standard.rule == rule)
        };
        let pair = |zh: &Option<super::yaml::At<String>>, en: &Option<super::yaml::At<String>>| {
            let zh = zh.as_ref().map(|text| text.value.clone())?;
            let en = en.as_ref().map_or_else(|| zh.clone(), |text| text.value.clone());
            Some((zh, en))
        };
        let message = pair(&written.title, &written.title_en).or_else(|| shipped().map(|one| one.message.clone()));
        let hint = pair(&written.hint, &written.hint_en).or_else(|| shipped().map(|one| one.hint.clone()));
        Some(Standard {
            rule,
            severity,
            message: message.unwrap_or_else(|| {
                (
                    "店铺自己的规范不允许".to_owned(),
                    "the shop's own standards rule it out".to_owned(),
                )
            }),
            hint: hint.unwrap_or_else(|| ("换个说法".to_owned(), "say it another way".to_owned())),
            looked_for: words.iter().map(|word| Wording::new(word)).collect(),
            harmless: except.iter().map(|word| Wording::new(word)).collect(),
            turning: before.iter().map(|word| Wording::new(word)).collect(),
            words,
            except,
            before,
        })
    }

    /// Whether who breaks it is refused and not only warned.
    pub fn refuses(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The first word of a text that it rules out: from and behind which character.
    fn found(&self, text: &Text) -> Option<(usize, usize)> {
        self.looked_for.iter().find_map(|word| {
            word.places(&text.signs).find_map(|(at, end)| {
                let harmless = self.harmless.iter().any(|except| except.at(&text.signs, at).is_some());
                (!harmless && !text.turned(&self.turning, at)).then_some((at, end))
            })
        })
    }
}

impl Text {
    fn of(text: &str) -> Text {
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

fn text_of(written: &str) -> String {
    Text::of(written).signs.into_iter().collect()
}

/// What the shipped standards and these rule out in a text, at most once for each of them.
pub fn breaches(text: &str, own: &[Arc<Standard>]) -> Vec<Breach> {
    let looked_at = Text::of(text);
    let breach = |standard: &Arc<Standard>| {
        let (at, end) = standard.found(&looked_at)?;
        Some(Breach {
            standard: Arc::clone(standard),
            word: text
                .chars()
                .skip(at)
                .take(end - at)
                .collect::<String>()
                .trim()
                .to_owned(),
            at,
        })
    };
    STANDARDS.iter().chain(own).filter_map(breach).collect()
}

#[cfg(test)]
mod tests;
