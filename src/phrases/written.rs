//! What agents write as phrases, checked.

use std::sync::Arc;

use uuid::Uuid;

use crate::model::visible::{is_unseen, shows_something};
use crate::model::{FileId, Millis, Phrase, PhraseId, PhraseOwner, SentFile};
use crate::packs::{Standard, breaches, is_too_long};

use super::{Part, PhraseError};

/// Longest text, title and group, characters.
const LONGEST_TEXT: usize = 2_000;
const LONGEST_TITLE: usize = 60;
const LONGEST_GROUP: usize = 30;
/// What stands in braces and is filled by the page.
const VARIABLES: [&str; 4] = ["name", "order", "shop", "agent"];

/// What somebody wants to keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrittenPhrase {
    /// Which phrase is changed; `None` for a new one.
    pub id: Option<PhraseId>,
    /// Among which it is to be listed.
    pub group: String,
    /// What it is to be called.
    pub title: String,
    /// What is to be sent.
    pub text: String,
    /// The picture or document that is to be sent with it.
    pub file: WrittenFile,
}

/// The file of a phrase that is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum WrittenFile {
    /// As it is.
    #[default]
    Stays,
    /// None any more.
    None,
    /// This one, which the phrase has already or whoever writes it has uploaded.
    This {
        /// Its id.
        id: FileId,
        /// What it is called.
        name: String,
    },
}

impl WrittenPhrase {
    /// As it is stored, with this file.
    pub(super) fn phrase(self, owner: PhraseOwner, file: Option<SentFile>, now: Millis) -> Phrase {
        Phrase {
            id: self.id.unwrap_or_else(|| PhraseId::new(Uuid::now_v7().to_string())),
            owner,
            group: self.group,
            title: self.title,
            text: self.text,
            file,
            at: now,
        }
    }
}

/// What is to be said of a phrase that is kept all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The rule of the service standards, or `variable`.
    pub rule: &'static str,
    /// The word it is about; empty where it is about the whole.
    pub word: String,
    /// What is wrong and what to write instead, in Chinese and in English.
    pub words: [String; 2],
}

/// What was written as it can be kept, with what is to be said of it. Law and ways off the platform refuse it, other
/// standards only warn; `own` are the shop's beside the shipped ones.
pub(super) fn checked(
    written: WrittenPhrase,
    own: &[Arc<Standard>],
) -> Result<(WrittenPhrase, Vec<Warning>), PhraseError> {
    let written = WrittenPhrase {
        id: written.id,
        group: in_line(&written.group),
        title: in_line(&written.title),
        text: cleaned(&written.text),
        file: written.file,
    };
    if !shows_something(&written.text) {
        return Err(PhraseError::Empty);
    }
    for (part, written, most) in [
        (Part::Text, &written.text, LONGEST_TEXT),
        (Part::Title, &written.title, LONGEST_TITLE),
        (Part::Group, &written.group, LONGEST_GROUP),
    ] {
        if written.chars().count() > most {
            return Err(PhraseError::Long { part, most });
        }
    }
    let mut warnings = Vec::new();
    for breach in breaches(&written.text, own) {
        if breach.standard.refuses() {
            return Err(PhraseError::Standards(breach));
        }
        warnings.push(Warning {
            rule: breach.standard.rule,
            word: breach.word.clone(),
            words: PhraseError::Standards(breach).words().unwrap_or_default(),
        });
    }
    if is_too_long(&written.text) {
        warnings.push(Warning {
            rule: "I086",
            word: String::new(),
            words: [
                "这条太长，手机上要翻屏（I086）。中文 90 字以内为好。".to_owned(),
                "This is too long for a phone (I086); at most 60 English words are best.".to_owned(),
            ],
        });
    }
    warnings.extend(unknown_variables(&written.text));
    Ok((written, warnings))
}

/// What looks like a variable and would be sent as it stands.
fn unknown_variables(text: &str) -> Vec<Warning> {
    let parts = text.split('{').skip(1);
    let names = parts.filter_map(|part| Some(part.split_once('}')?.0.trim()));
    let word = |name: &&str| !name.is_empty() && name.chars().all(|sign| sign.is_alphanumeric() || sign == '_');
    names
        .filter(word)
        .filter(|name| !VARIABLES.contains(name))
        .map(|name| Warning {
            rule: "variable",
            word: format!("{{{name}}}"),
            words: [
                format!("没有变量 {{{name}}}，会原样发出；有 {{name}} {{order}} {{shop}} {{agent}}。"),
                format!("There is no variable {{{name}}}, it is sent as it stands; there are {{name}} {{order}} {{shop}} {{agent}}."),
            ],
        })
        .collect()
}

/// A text without what cannot be seen at either end and without controls, with line breaks of one kind.
fn cleaned(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let kept = text.chars().map(|sign| if sign == '\t' { ' ' } else { sign });
    let kept: String = kept.filter(|sign| *sign == '\n' || !sign.is_control()).collect();
    // A selector at the end belongs to the sign before it.
    let shows_nothing =
        |sign: char| sign.is_whitespace() || is_unseen(sign) && !('\u{fe00}'..='\u{fe0f}').contains(&sign);
    kept.trim_matches(shows_nothing).to_owned()
}

/// The same in one line.
fn in_line(text: &str) -> String {
    let parts = text.split_whitespace();
    let parts: Vec<String> = parts.map(cleaned).filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}
