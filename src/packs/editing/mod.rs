//! Sentences put into a file that a person wrote. Lines are added and nothing else is touched: comments, order and
//! quotes stay as they are, and what cannot be added without touching them is refused.

mod article;
mod begun;
mod facts;
mod goods;
mod hours;
mod items;
mod mapping;
mod periods;
mod profile;
mod question;
mod scalars;

use std::fmt::Write as _;

use super::fold::fold;
use super::import::quote;
use super::layout::{SourceFile, name_of, of_shop};
use super::refused;
use super::starting::question_file;
use super::written::{Role, role};
use super::yaml::{At, Node, read_file};

pub use article::{WrittenCatalogue, WrittenGoods, WrittenText, written_goods};
pub use begun::{question_of_sheet, with_synonyms};
pub use facts::{WrittenFact, with_facts, without_fact, written_facts};
pub use goods::{ChangedGoods, GoodsHeading, goods_heading, goods_table, with_goods};
pub use hours::{WrittenHoliday, WrittenHours, with_hours, written_hours};
pub use items::WrittenAnswer;
pub use periods::WrittenPeriod;
pub use profile::{WrittenProfile, with_profile, written_profile};
pub use question::{CommonWords, OwnWords, WrittenQuestion, changed_questions, written_question};

/// The list that sentences are put into.
const EXAMPLES: &str = "examples";
/// What the file of a question of which a shop has written nothing yet begins with.
const TAUGHT: &str = "# 早间页上教的句子：顾客这样问，就按这个问题答。可以随意修改。\n\
                      # Sentences taught on the morning page; change them as you like.\n";
/// The same for sentences that ask nothing.
const NOTHING_ASKED: &str = "# 早间页上教的句子：顾客这样说，不是在问店里的事。可以随意修改。\n\
                             # Sentences taught on the morning page: they ask nothing of the shop.\n";

/// Why sentences cannot be put into a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotEdit {
    /// It has errors, or is no text.
    #[error("{0} cannot be read")]
    Unreadable(String),
    /// It is written in a form that lines cannot be added to: a mapping in braces, a list that is none.
    #[error("{0} has no list that lines can be added to")]
    Form(String),
}

/// The file in which a shop writes about a question, whether it is there or not: the one that it has, or the one over the
/// question of the common pack.
pub fn file_over(files: &[SourceFile], shop: &str, intent: &str) -> String {
    let usual = question_file(shop, intent);
    let there = |name: &str| files.iter().any(|file| file.name == name);
    let common = of_shop(&usual).map(|(_, inner)| inner).unwrap_or_default();
    if there(&usual) || there(common) {
        return usual;
    }
    // A question that was imported has another id than its file says.
    let is_it = |file: &&SourceFile| {
        let inner = of_shop(&file.name).map_or(file.name.as_str(), |(of, inner)| if of == shop { inner } else { "" });
        role(inner) == Role::Intent && id_in(file).as_deref() == Some(intent)
    };
    let found = files.iter().find(is_it);
    found.map_or(usual, |file| match of_shop(&file.name) {
        Some(_) => file.name.clone(),
        None => name_of(shop, &file.name),
    })
}

/// The file of a shop's sentences that ask nothing.
pub fn file_of_nothing(shop: &str) -> String {
    name_of(shop, "shared/out_of_scope.yaml")
}

/// A new file with these sentences as examples of a question; without one, as sentences that ask nothing.
pub fn new_examples(intent: Option<&str>, sentences: &[String]) -> String {
    let mut text = match intent {
        Some(intent) => format!("{TAUGHT}intent: {}\n{EXAMPLES}:\n", plain_or_quoted(intent)),
        None => format!("{NOTHING_ASKED}{EXAMPLES}:\n"),
    };
    for sentence in sentences {
        let _ = writeln!(text, "  - {}", quote(sentence));
    }
    text
}

/// The file of a question that a shop makes for these sentences. The first is its test.
pub fn new_question(intent: &str, title: &str, sentences: &[String], answer: &str) -> String {
    let title = quote(title);
    let mut text = format!(
        "# 工作台上新建的问题。再写几句顾客会怎么问，认得才准。\n\
         # Made at the desk. More examples make it known better.\n\
         intent: {intent}\ntitle: {title}\ntitle_en: {title}\n{EXAMPLES}:\n"
    );
    for sentence in sentences {
        let _ = writeln!(text, "  - {}", quote(sentence));
    }
    let test = sentences.first().map(|sentence| quote(sentence)).unwrap_or_default();
    let _ = write!(
        text,
        "answers:\n  - {}\ntests:\n  - ask: {test}\n    expect: {intent}\n",
        quote(answer)
    );
    text
}

/// The file with these sentences at the end of its examples; those that it has already are not added again. The very
/// same text when it has all of them.
///
/// # Errors
/// When the file is not written in a way that allows it.
pub fn with_examples(name: &str, bytes: &[u8], sentences: &[String]) -> Result<String, CannotEdit> {
    let unreadable = || CannotEdit::Unreadable(name.to_owned());
    let text = std::str::from_utf8(bytes).map_err(|_| unreadable())?;
    let known = examples(name, bytes)?;
    let new: Vec<String> = sentences
        .iter()
        .filter(|sentence| !known.iter().any(|there| fold(there) == fold(sentence)))
        .cloned()
        .collect();
    if new.is_empty() {
        return Ok(text.to_owned());
    }
    let edited = add(name, text, &new)?;
    // The form of a file may be odder than thought: what comes out is read again.
    let mut wanted = known.clone();
    wanted.extend(new.iter().cloned());
    wanted.sort_unstable();
    let mut got = examples(name, edited.as_bytes())?;
    got.sort_unstable();
    match got == wanted {
        true => Ok(edited),
        false => Err(CannotEdit::Form(name.to_owned())),
    }
}

/// The examples that a file has.
fn examples(name: &str, bytes: &[u8]) -> Result<Vec<String>, CannotEdit> {
    let entries = entries(name, bytes)?;
    let list = entries.iter().find(|(key, _)| key.value == EXAMPLES);
    let Some((_, list)) = list else { return Ok(Vec::new()) };
    match &list.value {
        Node::Null => Ok(Vec::new()),
        Node::List { items, .. } => {
            let texts = items.iter().map(|item| match &item.value {
                Node::Text(text) => Ok(text.clone()),
                _ => Err(CannotEdit::Form(name.to_owned())),
            });
            texts.collect()
        }
        _ => Err(CannotEdit::Form(name.to_owned())),
    }
}

type Entries = Vec<(At<String>, At<Node>)>;

/// The text that stands under a key; empty where there is none.
fn text_of(name: &str, entries: &Entries, key: &str) -> Result<String, CannotEdit> {
    match entries
        .iter()
        .find(|(known, _)| known.value == key)
        .map(|(_, value)| &value.value)
    {
        None | Some(Node::Null) => Ok(String::new()),
        Some(Node::Text(text)) => Ok(text.clone()),
        Some(_) => Err(CannotEdit::Form(name.to_owned())),
    }
}

/// The entries of a file that is one mapping.
fn entries(name: &str, bytes: &[u8]) -> Result<Entries, CannotEdit> {
    let mut findings = Vec::new();
    let tree = read_file(name, bytes, &mut findings).filter(|_| !refused(&findings));
    match tree.map(|tree| tree.value) {
        Some(Node::Map(entries)) => Ok(entries),
        Some(Node::Null) => Ok(Vec::new()),
        Some(_) => Err(CannotEdit::Form(name.to_owned())),
        None => Err(CannotEdit::Unreadable(name.to_owned())),
    }
}

/// What stands under other keys than these, without places.
fn rest(entries: &Entries, ours: &[&str]) -> Vec<(String, String)> {
    let others = entries.iter().filter(|(key, _)| !ours.contains(&key.value.as_str()));
    others
        .map(|(key, value)| (key.value.clone(), spelled(&value.value)))
        .collect()
}

/// A value in one line, without places and comments.
fn spelled(node: &Node) -> String {
    match node {
        Node::Null => "~".to_owned(),
        Node::Text(text) => quote(text),
        Node::List { items, .. } => {
            let items: Vec<String> = items.iter().map(|item| spelled(&item.value)).collect();
            format!("[{}]", items.join(", "))
        }
        Node::Map(fields) => {
            let fields = fields
                .iter()
                .map(|(key, value)| format!("{}: {}", quote(&key.value), spelled(&value.value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
    }
}

/// The id of the question that a file is about.
fn id_in(file: &SourceFile) -> Option<String> {
    let entries = entries(&file.name, &file.bytes).ok()?;
    let (_, id) = entries.into_iter().find(|(key, _)| key.value == "intent")?;
    match id.value {
        Node::Text(id) => Some(id),
        _ => None,
    }
}

fn add(name: &str, text: &str, new: &[String]) -> Result<String, CannotEdit> {
    let form = || CannotEdit::Form(name.to_owned());
    let end = scalars::line_end(text);
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let entries = entries(name, text.as_bytes())?;
    let found = entries.iter().find(|(key, _)| key.value == EXAMPLES);
    let block = |dash: &str| -> String {
        new.iter()
            .map(|sentence| format!("{dash}- {}{end}", quote(sentence)))
            .collect()
    };
    // A file that ends in the middle of a line.
    let last = lines.last().copied().unwrap_or_default();
    let closed = if last.is_empty() || last.ends_with('\n') {
        ""
    } else {
        end
    };
    let (at, added) = match found {
        None => {
            let indented = entries.first().is_some_and(|(key, _)| key.column > 1);
            if indented || text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
                return Err(form());
            }
            (lines.len(), format!("{closed}{EXAMPLES}:{end}{}", block("  ")))
        }
        Some((key, list)) => match &list.value {
            Node::Null
                if lines
                    .get(key.line - 1)
                    .is_some_and(|line| line.trim_end().ends_with(':')) =>
            {
                let closed = if key.line == lines.len() { closed } else { "" };
                (key.line, format!("{closed}{}", block("  ")))
            }
            Node::List { flow: true, .. } => return add_in_brackets(text, list, new).ok_or_else(form),
            Node::List { items, .. } => {
                let (first, last) = (items.first().ok_or_else(form)?, items.last().ok_or_else(form)?);
                let dash = dash_of(&lines, first).ok_or_else(form)?;
                if ends_in_its_line(&lines, last, dash.len()) {
                    let closed = if last.line == lines.len() { closed } else { "" };
                    (last.line, format!("{closed}{}", block(dash)))
                } else {
                    (first.line - 1, block(dash))
                }
            }
            _ => return Err(form()),
        },
    };
    let rest = lines.split_off(at.min(lines.len()));
    Ok(format!("{}{added}{}", lines.concat(), rest.concat()))
}

/// What stands before the dash of an item.
fn dash_of<'a>(lines: &[&'a str], item: &At<Node>) -> Option<&'a str> {
    let line = lines.get(item.line.checked_sub(1)?)?;
    let blank = line.len() - line.trim_start_matches(' ').len();
    line[blank..].starts_with("- ").then(|| &line[..blank])
}

/// Whether nothing of an item stands in the lines below it.
fn ends_in_its_line(lines: &[&str], item: &At<Node>, indented: usize) -> bool {
    let next = lines[item.line.min(lines.len())..]
        .iter()
        .find(|line| !line.trim().is_empty());
    let Some(next) = next else {
        let own = lines.get(item.line.saturating_sub(1)).map_or("", |line| line.trim());
        return !matches!(own.trim_start_matches("- "), "|" | ">" | "|-" | ">-" | "|+" | ">+");
    };
    let blank = next.len() - next.trim_start_matches(' ').len();
    blank <= indented || next.trim_start().starts_with('#')
}

/// At the beginning of a list in brackets: where it ends only the parser knows.
fn add_in_brackets(text: &str, list: &At<Node>, new: &[String]) -> Option<String> {
    let line_begin: usize = text.split_inclusive('\n').take(list.line - 1).map(str::len).sum();
    let line = &text[line_begin..];
    let column = line.char_indices().nth(list.column - 1)?.0;
    let at = line_begin + column;
    text[at..].strip_prefix('[')?;
    let empty = matches!(&list.value, Node::List { items, .. } if items.is_empty());
    let quoted: Vec<String> = new.iter().map(|sentence| quote(sentence)).collect();
    let comma = if empty { "" } else { ", " };
    Some(format!(
        "{}[{}{comma}{}",
        &text[..at],
        quoted.join(", "),
        &text[at + 1..]
    ))
}

/// An id as files have it; one that YAML could read as something else in quotes.
fn plain_or_quoted(id: &str) -> String {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '_' | '-');
    match id.starts_with(|sign: char| sign.is_ascii_lowercase()) && id.chars().all(plain) && id.contains('.') {
        true => id.to_owned(),
        false => quote(id),
    }
}

#[cfg(test)]
mod tests;
