//! The service standards: wordings that shops may not use. The shipped ones stand in `shipped.yaml`; the common pack and
//! each shop add their own in `shared/standards.yaml`. Packs, phrases and the desk are held to the same list.

mod conduct;
mod scoring;
mod wording;
mod wordings;

use std::sync::{Arc, LazyLock};

use super::finding::Severity;
use super::written::{StandardFile, StandardsFile, read_standards};
use wordings::{Text, Wordings, folded};

pub use conduct::{CONDUCT, Conduct};
pub use scoring::{MOST_MINUTES, MOST_POINTS, SCORING, ScoringItem, minutes_in, points_in};

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
    shipped()
        .standards
        .iter()
        .filter_map(|one| Standard::of(one).map(Arc::new))
        .collect()
});

/// The file that is shipped.
fn shipped() -> StandardsFile {
    let (written, findings) = read_standards("standards.yaml", include_str!("shipped.yaml").as_bytes());
    debug_assert!(findings.is_empty(), "{findings:?}");
    written
}

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
    wordings: Wordings,
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

impl Standard {
    /// What is written; `None` when its rule is none, or it looks for nothing.
    pub fn of(written: &StandardFile) -> Option<Standard> {
        let (rule, severity) = RULES.into_iter().find(|(rule, _)| *rule == written.rule.value)?;
        let (words, except, before) = (folded(&written.words), folded(&written.except), folded(&written.before));
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
            wordings: Wordings::of(&words, &except, &before),
            words,
            except,
            before,
        })
    }

    /// Whether who breaks it is refused and not only warned.
    pub fn refuses(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl Breach {
    /// What is wrong and what to write instead, in Chinese and in English, with the rule and the word.
    pub fn words(&self) -> [String; 2] {
        let Breach { standard, word, .. } = self;
        let ((zh, en), (hint_zh, hint_en)) = (&standard.message, &standard.hint);
        let rule = standard.rule;
        [
            format!("“{word}”：{zh}（{rule}）。{hint_zh}。"),
            format!("`{word}`: {en} ({rule}); {hint_en}."),
        ]
    }
}

/// What the shipped standards and these rule out in a text, at most once for each of them.
pub fn breaches(text: &str, own: &[Arc<Standard>]) -> Vec<Breach> {
    let looked_at = Text::of(text);
    let breach = |standard: &Arc<Standard>| {
        let (at, end) = standard.wordings.found(&looked_at)?;
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
