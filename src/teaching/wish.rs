//! What somebody decides about a group of messages, and the file that it becomes. Pure.

use serde::{Deserialize, Serialize};

use crate::dialogue::Generation;
use crate::insight::morning::is_personal;
use crate::packs::{SourceFile, file_of_nothing, file_over, new_examples, new_question, with_examples};
use crate::publishing::edit::FileChange;
use crate::understanding::matching::pinyin::initials;

use super::change::Did;
use super::error::TeachError;

/// Sentences taught at once.
const MOST_SENTENCES: usize = 50;
/// Longest sentence that is written, characters: nobody says a longer one twice.
const LONGEST_SENTENCE: usize = 200;
/// Longest title of a question, characters: it stands on a button.
pub(super) const LONGEST_TITLE: usize = 30;
/// Longest answer, characters.
pub(super) const LONGEST_ANSWER: usize = 2_000;
/// The topic of questions that are made on the page.
const OWN: &str = "own";
/// Longest name within the topic, characters.
const LONGEST_NAME: usize = 24;

/// What is decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum Wish {
    /// The sentences ask this question.
    Question {
        /// Its id.
        question: String,
    },
    /// A question is made for them.
    New {
        /// Its id; without it one is made of the title.
        #[serde(default, rename = "question", skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// Its Chinese title.
        title: String,
        /// What is answered.
        answer: String,
    },
    /// They ask nothing of the shop.
    Nothing,
    /// They are not to be shown any more.
    Ignore,
}

impl Wish {
    /// As it is recorded.
    pub fn did(&self) -> Did {
        match self {
            Wish::Question { .. } => Did::Question,
            Wish::New { .. } => Did::New,
            Wish::Nothing => Did::Nothing,
            Wish::Ignore => Did::Ignore,
        }
    }

    /// The question that the sentences are to ask, made whole.
    ///
    /// # Errors
    /// [`TeachError::UnknownQuestion`], [`TeachError::KnownQuestion`], [`TeachError::Question`].
    pub fn question(&self, generation: &Generation) -> Result<Option<String>, TeachError> {
        let is_there = |id: &str| generation.pack.intent(id).is_some();
        match self {
            Wish::Nothing | Wish::Ignore => Ok(None),
            Wish::Question { question } if is_there(question) => Ok(Some(question.clone())),
            Wish::Question { question } => Err(TeachError::UnknownQuestion(question.clone())),
            Wish::New { id, title, answer } => {
                let fits = |text: &str, most: usize| !text.trim().is_empty() && text.chars().count() <= most;
                if !fits(title, LONGEST_TITLE) || !fits(answer, LONGEST_ANSWER) {
                    return Err(TeachError::Question);
                }
                match id.as_ref().filter(|id| !id.is_empty()) {
                    Some(id) if !is_id(id) => Err(TeachError::Question),
                    Some(id) if is_there(id) => Err(TeachError::KnownQuestion(id.clone())),
                    Some(id) => Ok(Some(id.clone())),
                    None => Ok(Some(made_of(title, is_there))),
                }
            }
        }
    }

    /// The file as it is to be; `None` where it says all of it already, or nothing is written.
    ///
    /// # Errors
    /// [`TeachError::Form`] where nothing can be added to it.
    pub fn write(
        &self,
        files: &[SourceFile],
        shop: &str,
        question: Option<&str>,
        sentences: &[String],
    ) -> Result<Option<FileChange>, TeachError> {
        let name = match (self, question) {
            (Wish::Ignore, _) => return Ok(None),
            (Wish::Nothing, _) | (_, None) => file_of_nothing(shop),
            (_, Some(id)) => file_over(files, shop, id),
        };
        let there = files.iter().find(|file| file.name == name);
        let before = there.map(|file| file.bytes.clone());
        let after = match (self, question, &before) {
            (Wish::New { .. }, Some(id), Some(_)) => return Err(TeachError::KnownQuestion(id.to_owned())),
            (Wish::New { title, answer, .. }, Some(id), None) => {
                new_question(id, title.trim(), sentences, answer.trim())
            }
            (_, _, Some(bytes)) => with_examples(&name, bytes, sentences)?,
            (_, _, None) => new_examples(question, sentences),
        };
        let after = Some(after.into_bytes());
        Ok((after != before).then_some(FileChange { name, before, after }))
    }
}

/// The sentences as they are taught: each once, without blanks around.
///
/// # Errors
/// [`TeachError::Sentence`] for one that is empty, or none or too many. Where something is `written`, also for one that is
/// too long, or in which something personal is, or was hidden: files hold nobody's phone.
pub fn sentences(given: &[String], written: bool) -> Result<Vec<String>, TeachError> {
    let mut sentences: Vec<String> = Vec::new();
    for sentence in given {
        let text = sentence.trim();
        if text.is_empty() || (written && (text.chars().count() > LONGEST_SENTENCE || is_personal(text))) {
            return Err(TeachError::Sentence(text.to_owned()));
        }
        if sentences.iter().any(|known| known == text) {
            continue;
        }
        // Each is compared with those before it: of too many, no more are looked at.
        if sentences.len() == MOST_SENTENCES {
            return Err(TeachError::Sentence(String::new()));
        }
        sentences.push(text.to_owned());
    }
    if sentences.is_empty() {
        return Err(TeachError::Sentence(String::new()));
    }
    Ok(sentences)
}

/// Whether this can be the id of a question: a topic and a name of small letters, digits and `_`.
fn is_id(id: &str) -> bool {
    let part = |text: &str| {
        text.starts_with(|sign: char| sign.is_ascii_lowercase())
            && text.len() <= LONGEST_NAME
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let kept = ["shared", "signals", "shops", "imported"];
    id.split_once('.')
        .is_some_and(|(topic, name)| part(topic) && part(name) && !kept.contains(&topic))
}

/// An id that nobody has, from the sounds of a title.
pub(super) fn made_of(title: &str, is_there: impl Fn(&str) -> bool) -> String {
    let letters: String = initials(title).chars().take(LONGEST_NAME - 6).collect();
    let name = match letters.starts_with(|sign: char| sign.is_ascii_lowercase()) {
        true => letters,
        false => format!("q{letters}"),
    };
    let ids = std::iter::once(format!("{OWN}.{name}")).chain((2..).map(|count| format!("{OWN}.{name}_{count}")));
    let mut free = ids.filter(|id| !is_there(id));
    free.next().expect("the counts do not end")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn sentences_are_taught_once_and_nothing_personal_is() {
        let of = |texts: &[&str], written| {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            sentences(&texts, written).map_err(|error| error.to_string())
        };
        assert_eq!(
            of(&[" 能刻字吗 ", "能刻字吗", "刻字"], true).unwrap(),
            ["能刻字吗", "刻字"]
        );
        for texts in [
            &[][..],
            &[""],
            &["  "],
            &["打我电话13812345678"],
            &["打我电话138****5678"],
            &["身份证**************7715"],
            &[&"长".repeat(201)],
        ] {
            assert!(of(texts, true).is_err(), "{texts:?}");
        }
        for text in ["打我电话138****5678", &"长".repeat(201)] {
            assert!(of(&[text], false).is_ok(), "it is only not shown any more");
        }
    }

    #[test]
    fn an_id_is_made_of_the_title_and_is_nobody_s() {
        assert_eq!(made_of("能不能刻字", |_| false), "own.nbnkz");
        assert_eq!(made_of("能不能刻字", |id| id == "own.nbnkz"), "own.nbnkz_2");
        assert_eq!(made_of("3 件起送？", |_| false), "own.q3jqs");
        assert_eq!(made_of("？？", |_| false), "own.q");
        for (id, may) in [
            ("own.engraving", true),
            ("own.a_2", true),
            ("own", false),
            ("Own.a", false),
            ("a.b.c", false),
            ("shared.x", false),
            ("../a.b", false),
        ] {
            assert_eq!(is_id(id), may, "{id}");
        }
    }
}
