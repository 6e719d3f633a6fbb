//! Files that begin from what a sheet says: a question of the shop's own, the first words over one of the common pack, and
//! synonyms added to a list.

use std::fmt::Write as _;

use super::super::import::quote;
use super::super::yaml::Node;
use super::question::{OwnWords, WrittenQuestion};
use super::scalars::{closed, line_end};
use super::{CannotEdit, dash_of, entries, plain_or_quoted};

/// What a file begins with that a sheet has made over a question of the common pack.
const OVER: &str = "# 从表格导入的答案；没写的照通用话术。可以随意修改，再导入时按编号更新。\n\
                    # Taken from a sheet; what is not written stays as the pack has it. Change it as you like.\n";
/// The same for a question of the shop's own.
const OWN: &str = "# 从表格导入的问题。再写几句顾客会怎么问，认得才准；tests 里写几句不一样的问法。\n\
                   # Taken from a sheet. More examples make it known better; tests are sentences in other words.\n";

/// A question that nobody answers yet, with the words of a shop: at least one example and one answer. Its test is its first
/// example.
pub fn question_of_sheet(intent: &str, words: &OwnWords) -> String {
    let title_en = match words.title_en.is_empty() {
        true => &words.title,
        false => &words.title_en,
    };
    let mut text = format!(
        "{OWN}intent: {}\ntitle: {}\ntitle_en: {}\nexamples:\n",
        plain_or_quoted(intent),
        quote(&words.title),
        quote(title_en)
    );
    for sentence in &words.examples {
        let _ = writeln!(text, "  - {}", quote(sentence));
    }
    text.push_str("answers:\n");
    for answer in &words.answers {
        text.push_str(&answer.lines("  ", "\n"));
    }
    if !words.agent.is_empty() {
        text.push_str("agent:\n");
        for answer in &words.agent {
            text.push_str(&answer.lines("  ", "\n"));
        }
    }
    if let Some(first) = words.examples.first() {
        let _ = write!(
            text,
            "tests:\n  - ask: {}\n    expect: {}\n",
            quote(first),
            plain_or_quoted(intent)
        );
    }
    text
}

impl WrittenQuestion {
    /// As [`WrittenQuestion::with`], for words that come from a sheet: a file that is not there begins with where it is from.
    ///
    /// # Errors
    /// It is written in a form that is not edited line by line.
    pub fn with_of_sheet(&self, id: &str, wanted: &OwnWords) -> Result<Option<Vec<u8>>, CannotEdit> {
        if self.bytes.is_some() || self.own == *wanted {
            return self.with(id, wanted);
        }
        let begun = WrittenQuestion {
            bytes: Some(format!("{OVER}intent: {}\n", plain_or_quoted(id)).into_bytes()),
            ..self.clone()
        };
        begun.with(id, wanted)
    }
}

/// A list of synonyms with these words and what means the same: before those that are there.
///
/// # Errors
/// The file is written in a form that lines cannot be added to.
pub fn with_synonyms(name: &str, bytes: Option<&[u8]>, new: &[(String, Vec<String>)]) -> Result<String, CannotEdit> {
    let form = || CannotEdit::Form(name.to_owned());
    let text = std::str::from_utf8(bytes.unwrap_or_default()).map_err(|_| CannotEdit::Unreadable(name.to_owned()))?;
    let known = entries(name, text.as_bytes())?;
    let end = line_end(text);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let block = |indent: &str| -> String {
        let each = new.iter().map(|(word, same)| {
            let same: Vec<String> = same.iter().map(|word| quote(word)).collect();
            format!(
                "{indent}- word: {}{end}{indent}  same: [{}]{end}",
                quote(word),
                same.join(", ")
            )
        });
        each.collect()
    };
    let edited = match known.iter().find(|(key, _)| key.value == "synonyms") {
        None => format!("{}synonyms:{end}{}", closed(text, end), block("  ")),
        Some((key, list)) => match &list.value {
            Node::Null => {
                let (before, after) = lines.split_at(key.line);
                format!("{}{}{}", closed(&before.concat(), end), block("  "), after.concat())
            }
            Node::List { items, flow: false } => {
                let first = items.first().ok_or_else(form)?;
                let dash = dash_of(&lines, first).ok_or_else(form)?;
                let (before, after) = lines.split_at(first.line - 1);
                format!("{}{}{}", before.concat(), block(dash), after.concat())
            }
            _ => return Err(form()),
        },
    };
    let count = |entries: &super::Entries| {
        let list = entries.iter().find(|(key, _)| key.value == "synonyms");
        list.map_or(0, |(_, list)| match &list.value {
            Node::List { items, .. } => items.len(),
            _ => 0,
        })
    };
    // The form of a file may be odder than thought: what comes out is read again.
    match count(&entries(name, edited.as_bytes())?) == count(&known) + new.len() {
        true => Ok(edited),
        false => Err(form()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn synonyms_are_added_and_what_is_there_stays() {
        let new = [("邮费".to_owned(), vec!["运费".to_owned(), "快递费".to_owned()])];
        let block = "  - word: \"邮费\"\n    same: [\"运费\", \"快递费\"]\n";
        assert_eq!(
            with_synonyms("s.yaml", None, &new).unwrap(),
            format!("synonyms:\n{block}")
        );
        let there = "# 店里的\nsynonyms:\n  # 一\n  - word: 码\n    same: [尺码]\n";
        let edited = with_synonyms("s.yaml", Some(there.as_bytes()), &new).unwrap();
        assert_eq!(edited, there.replace("  - word: 码", &format!("{block}  - word: 码")));
        let odd = "synonyms: [{word: 码, same: [尺码]}]\n";
        assert!(with_synonyms("s.yaml", Some(odd.as_bytes()), &new).is_err());
    }
}
