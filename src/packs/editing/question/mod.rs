//! One question as the common pack and a shop have written it, and the shop's side of it changed: the shop's own file is
//! edited line by line, and made or deleted where that is what is left to do.

use serde::{Deserialize, Serialize};

use super::super::import::quote;
use super::super::layout::{SourceFile, of_shop, within};
use super::super::written::{Role, role};
use super::items::{WrittenAnswer, items, with_items};
use super::scalars::{closed, comment_behind, ending, line_end};
use super::{CannotEdit, EXAMPLES, Entries, TAUGHT, entries, file_over, id_in, plain_or_quoted, rest, text_of};

/// What a file begins with in which a shop changes a question of the common pack.
const CHANGED: &str = "# 在工作台的「问题」页上改的；没写的照通用话术。可以随意修改。\n\
                       # Changed on the desk's page of questions; what is not written stays as the pack has it.\n";

/// The keys that the page changes.
const OURS: [&str; 8] = [
    "title",
    "title_en",
    EXAMPLES,
    "answers",
    "more_answers",
    "agent",
    "mute",
    "off",
];

/// What a shop itself says of a question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OwnWords {
    /// Chinese title; empty for that of the common pack.
    pub title: String,
    /// English title; the same.
    pub title_en: String,
    /// Sentences, beside those of the common pack.
    pub examples: Vec<String>,
    /// Answers; in the languages that they are in, instead of those of the common pack.
    pub answers: Vec<WrittenAnswer>,
    /// Answers beside those of the common pack.
    pub more_answers: Vec<WrittenAnswer>,
    /// What agents may send; in the languages that it is in, instead of what the common pack offers them.
    pub agent: Vec<WrittenAnswer>,
    /// Beginnings of answers of the common pack that are not said.
    pub mute: Vec<String>,
    /// The shop does not know the question.
    pub off: bool,
}

/// A question of the common pack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CommonWords {
    /// Chinese title.
    pub title: String,
    /// English title.
    pub title_en: String,
    /// Sentences.
    pub examples: Vec<String>,
    /// Answers.
    pub answers: Vec<WrittenAnswer>,
    /// What agents may send.
    pub agent: Vec<WrittenAnswer>,
}

/// A question as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenQuestion {
    /// The shop's own file, there or not.
    pub file: String,
    /// Its content; `None` where it is not there.
    pub bytes: Option<Vec<u8>>,
    /// What the common pack says; `None` for a question that the shop has made itself.
    pub common: Option<CommonWords>,
    /// What the shop says.
    pub own: OwnWords,
}

/// A question of a shop as the files have it; `None` where nothing is written of it.
///
/// # Errors
/// One of its files cannot be read, or is written in a form that is not edited line by line.
pub fn written_question(files: &[SourceFile], shop: &str, id: &str) -> Result<Option<WrittenQuestion>, CannotEdit> {
    let file = file_over(files, shop, id);
    let own = files.iter().find(|known| known.name == file);
    let usual = within(&file);
    let common = files.iter().find(|known| known.name == usual);
    let common = common.or_else(|| {
        let is_it = |known: &&SourceFile| {
            of_shop(&known.name).is_none() && role(&known.name) == Role::Intent && id_in(known).as_deref() == Some(id)
        };
        files.iter().find(is_it)
    });
    if own.is_none() && common.is_none() {
        return Ok(None);
    }
    let common = common.map(of_common).transpose()?;
    let words = own.map(|own| own_words(&own.name, &own.bytes)).transpose()?;
    Ok(Some(WrittenQuestion {
        file,
        bytes: own.map(|own| own.bytes.clone()),
        common,
        own: words.unwrap_or_default(),
    }))
}

/// The ids of questions of the common pack that a shop does not know, and of those that it has changed.
pub fn changed_questions(files: &[SourceFile], shop: &str) -> Vec<(String, bool)> {
    let of_it =
        |file: &&SourceFile| of_shop(&file.name).is_some_and(|(of, inner)| of == shop && role(inner) == Role::Intent);
    let own = files.iter().filter(of_it);
    own.filter_map(|file| {
        let off = own_words(&file.name, &file.bytes).is_ok_and(|words| words.off);
        Some((id_in(file)?, off))
    })
    .collect()
}

impl WrittenQuestion {
    /// The shop's file with these words in place of what it says now. The same content where nothing is different, `None`
    /// for a file that has nothing to say any more.
    ///
    /// # Errors
    /// It is written in a form that is not edited line by line.
    pub fn with(&self, id: &str, wanted: &OwnWords) -> Result<Option<Vec<u8>>, CannotEdit> {
        let name = &self.file;
        if self.own == *wanted {
            return Ok(self.bytes.clone());
        }
        let begun = match &self.bytes {
            None => format!("{CHANGED}intent: {}\n", plain_or_quoted(id)),
            Some(bytes) => String::from_utf8(bytes.clone()).map_err(|_| CannotEdit::Unreadable(name.clone()))?,
        };
        let before = entries(name, begun.as_bytes())?;
        let mut text = with_text(
            name,
            &begun,
            "title_en",
            (!wanted.title_en.is_empty()).then_some(&wanted.title_en),
        )?;
        text = with_text(
            name,
            &text,
            "title",
            (!wanted.title.is_empty()).then_some(&wanted.title),
        )?;
        text = with_flag(name, &text, "off", wanted.off)?;
        let plain = |texts: &[String]| texts.iter().map(|text| WrittenAnswer::plain(text)).collect::<Vec<_>>();
        for (key, list) in [
            (EXAMPLES, plain(&wanted.examples)),
            ("answers", wanted.answers.clone()),
            ("more_answers", wanted.more_answers.clone()),
            ("agent", wanted.agent.clone()),
            ("mute", plain(&wanted.mute)),
        ] {
            text = with_items(name, &text, key, &list)?;
        }
        // The form of a file may be odder than thought: what comes out is read again.
        let form = || CannotEdit::Form(name.clone());
        if own_words(name, text.as_bytes())? != *wanted {
            return Err(form());
        }
        let after = entries(name, text.as_bytes())?;
        if rest(&before, &OURS) != rest(&after, &OURS) {
            return Err(form());
        }
        let nothing = self.common.is_some() && *wanted == OwnWords::default() && says_nothing(&text);
        Ok((!nothing).then(|| text.into_bytes()))
    }
}

/// Whether nothing stands in a file that somebody else would miss.
fn says_nothing(text: &str) -> bool {
    let ours = |line: &str| CHANGED.lines().chain(TAUGHT.lines()).any(|known| known == line);
    text.lines()
        .map(str::trim_end)
        .all(|line| line.is_empty() || line.starts_with("intent:") || ours(line))
}

fn of_common(file: &SourceFile) -> Result<CommonWords, CannotEdit> {
    let entries = entries(&file.name, &file.bytes)?;
    Ok(CommonWords {
        title: text_of(&file.name, &entries, "title")?,
        title_en: text_of(&file.name, &entries, "title_en")?,
        examples: texts(&file.name, &entries, EXAMPLES)?,
        answers: items(&file.name, &entries, "answers")?,
        agent: items(&file.name, &entries, "agent")?,
    })
}

fn own_words(name: &str, bytes: &[u8]) -> Result<OwnWords, CannotEdit> {
    let entries = entries(name, bytes)?;
    Ok(OwnWords {
        title: text_of(name, &entries, "title")?,
        title_en: text_of(name, &entries, "title_en")?,
        examples: texts(name, &entries, EXAMPLES)?,
        answers: items(name, &entries, "answers")?,
        more_answers: items(name, &entries, "more_answers")?,
        agent: items(name, &entries, "agent")?,
        mute: texts(name, &entries, "mute")?,
        off: text_of(name, &entries, "off")? == "true",
    })
}

fn texts(name: &str, entries: &Entries, key: &str) -> Result<Vec<String>, CannotEdit> {
    let items = items(name, entries, key)?.into_iter();
    items
        .map(|item| match item.is_plain() {
            true => Ok(item.text),
            false => Err(CannotEdit::Form(name.to_owned())),
        })
        .collect()
}

/// The file with this text under a key; without one the key goes. A new key stands below the id.
fn with_text(name: &str, text: &str, key: &str, wanted: Option<&String>) -> Result<String, CannotEdit> {
    let same = text_of(name, &entries(name, text.as_bytes())?, key)? == wanted.map_or("", String::as_str);
    match same {
        true => Ok(text.to_owned()),
        false => with_value(name, text, key, wanted.map(|wanted| quote(wanted))),
    }
}

fn with_flag(name: &str, text: &str, key: &str, wanted: bool) -> Result<String, CannotEdit> {
    let is = text_of(name, &entries(name, text.as_bytes())?, key)? == "true";
    match is == wanted {
        true => Ok(text.to_owned()),
        false => with_value(name, text, key, wanted.then(|| "true".to_owned())),
    }
}

fn with_value(name: &str, text: &str, key: &str, wanted: Option<String>) -> Result<String, CannotEdit> {
    let form = || CannotEdit::Form(name.to_owned());
    let entries = entries(name, text.as_bytes())?;
    let end = line_end(text);
    let place = |key: &str| {
        entries
            .iter()
            .find(|(known, _)| known.value == key)
            .map(|(known, _)| known.line)
    };
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (at, line) = match (place(key), &wanted) {
        (Some(line), _) => (line - 1, *lines.get(line - 1).ok_or_else(form)?),
        (None, Some(value)) => {
            let id = place("intent").ok_or_else(form)?;
            let (before, after) = (lines[..id].concat(), lines[id..].concat());
            return Ok(format!("{}{key}: {value}{end}{after}", closed(&before, end)));
        }
        (None, None) => return Ok(text.to_owned()),
    };
    let value = line
        .strip_prefix(key)
        .and_then(|rest| rest.strip_prefix(':'))
        .ok_or_else(form)?;
    let value = value.trim_start_matches(' ');
    let comment = comment_behind(value)
        .filter(|_| !value.starts_with(['|', '>']))
        .ok_or_else(form)?;
    let put = match wanted {
        Some(wanted) => format!("{key}: {wanted}{comment}{}", ending(line)),
        None => String::new(),
    };
    Ok(format!("{}{put}{}", lines[..at].concat(), lines[at + 1..].concat()))
}

#[cfg(test)]
mod tests;
