//! The facts of a `shop.yaml` changed one by one: the line of a fact keeps its place and its comment, new ones stand first.

use serde::{Deserialize, Serialize};

use super::super::import::quote;
use super::super::yaml::{At, Node};
use super::mapping::{Step, with_values};
use super::scalars::{closed, comment_behind, ending, line_end};
use super::{CannotEdit, entries, rest};

const FACTS: &str = "facts";

/// A fact as a shop has written it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenFact {
    /// Its name.
    pub name: String,
    /// What answers say, in Chinese, or in both languages.
    pub zh: String,
    /// In English, where that is something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

/// The facts of a file.
///
/// # Errors
/// It cannot be read, or has facts in another form than name and text.
pub fn written_facts(name: &str, bytes: &[u8]) -> Result<Vec<WrittenFact>, CannotEdit> {
    let form = || CannotEdit::Form(name.to_owned());
    let entries = entries(name, bytes)?;
    let Some((_, facts)) = entries.iter().find(|(key, _)| key.value == FACTS) else {
        return Ok(Vec::new());
    };
    let facts = match &facts.value {
        Node::Null => return Ok(Vec::new()),
        Node::Map(facts) => facts,
        _ => return Err(form()),
    };
    let read = facts.iter().map(|(key, value)| {
        let field = |fields: &[(At<String>, At<Node>)], name: &str| {
            let found = fields.iter().find(|(key, _)| key.value == name);
            found.and_then(|(_, value)| match &value.value {
                Node::Text(text) => Some(text.clone()),
                _ => None,
            })
        };
        let (zh, en) = match &value.value {
            Node::Text(text) => (text.clone(), None),
            Node::Null => (String::new(), None),
            Node::Map(fields) => (field(fields, "zh").ok_or_else(form)?, field(fields, "en")),
            _ => return Err(form()),
        };
        Ok(WrittenFact {
            name: key.value.clone(),
            en: en.filter(|en| *en != zh),
            zh,
        })
    });
    read.collect()
}

/// The file with these facts; all others, and all else, stay. The very same text where nothing is different.
///
/// # Errors
/// It is written in a form that is not edited line by line.
pub fn with_facts(name: &str, bytes: &[u8], wanted: &[WrittenFact]) -> Result<String, CannotEdit> {
    let form = || CannotEdit::Form(name.to_owned());
    let text = std::str::from_utf8(bytes).map_err(|_| CannotEdit::Unreadable(name.to_owned()))?;
    let (before, mut known) = (entries(name, bytes)?, written_facts(name, bytes)?);
    let mut edited = text.to_owned();
    for fact in wanted {
        match known.iter_mut().find(|there| there.name == fact.name) {
            Some(there) if there == fact => continue,
            Some(there) => there.clone_from(fact),
            None => known.push(fact.clone()),
        }
        edited = with_fact(name, &edited, fact)?;
    }
    // The form of a file may be odder than thought: what comes out is read again.
    let sorted = |mut facts: Vec<WrittenFact>| {
        facts.sort_by(|one, other| one.name.cmp(&other.name));
        facts
    };
    let after = entries(name, edited.as_bytes())?;
    match sorted(written_facts(name, edited.as_bytes())?) == sorted(known)
        && rest(&before, &[FACTS]) == rest(&after, &[FACTS])
    {
        true => Ok(edited),
        false => Err(form()),
    }
}

/// The file without a fact.
///
/// # Errors
/// It is written in a form that is not edited line by line.
pub fn without_fact(name: &str, bytes: &[u8], fact: &str) -> Result<String, CannotEdit> {
    let text = std::str::from_utf8(bytes).map_err(|_| CannotEdit::Unreadable(name.to_owned()))?;
    let known = written_facts(name, bytes)?;
    let (path, gone) = match known.len() {
        1 => (&[][..], FACTS),
        _ => (&[Step::Key(FACTS)][..], fact),
    };
    if known.iter().all(|there| there.name != fact) {
        return Ok(text.to_owned());
    }
    let edited = with_values(name, text, path, &[(gone.to_owned(), None)])?;
    let left = written_facts(name, edited.as_bytes())?;
    let before = rest(&entries(name, bytes)?, &[FACTS]);
    let same = left.iter().eq(known.iter().filter(|there| there.name != fact));
    match same && before == rest(&entries(name, edited.as_bytes())?, &[FACTS]) {
        true => Ok(edited),
        false => Err(CannotEdit::Form(name.to_owned())),
    }
}

fn with_fact(name: &str, text: &str, fact: &WrittenFact) -> Result<String, CannotEdit> {
    let form = || CannotEdit::Form(name.to_owned());
    let entries = entries(name, text.as_bytes())?;
    let end = line_end(text);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let Some((head, facts)) = entries.iter().find(|(key, _)| key.value == FACTS) else {
        return Ok(format!(
            "{}{FACTS}:{end}{}",
            closed(text, end),
            written(fact, "  ", end)
        ));
    };
    let head_line = *lines.get(head.line - 1).ok_or_else(form)?;
    let facts: &[(At<String>, At<Node>)] = match &facts.value {
        Node::Map(facts) => facts,
        _ => &[],
    };
    let put = |at: usize, until: usize, new: &str| format!("{}{new}{}", lines[..at].concat(), lines[until..].concat());
    let Some((key, value)) = facts.iter().find(|(key, _)| key.value == fact.name) else {
        let behind = head_line
            .trim_end()
            .strip_prefix(FACTS)
            .ok_or_else(form)?
            .trim_start_matches(':')
            .trim();
        let indent = match facts.first() {
            Some((first, _)) if first.line > head.line => " ".repeat(first.column - 1),
            Some(_) => return Err(form()),
            None => "  ".to_owned(),
        };
        let new = written(fact, &indent, end);
        return match behind {
            "{}" => Ok(put(head.line - 1, head.line, &format!("{FACTS}:{end}{new}"))),
            behind if behind.is_empty() || behind.starts_with('#') => {
                let (place, head) = (head.line, closed(head_line, end));
                Ok(put(place - 1, place, &format!("{head}{new}")))
            }
            _ => Err(form()),
        };
    };
    let line = *lines.get(key.line - 1).ok_or_else(form)?;
    let indent = " ".repeat(key.column - 1);
    let behind = line
        .get(indent.len()..)
        .and_then(|rest| rest.split_once(':'))
        .ok_or_else(form)?;
    match &value.value {
        Node::Text(_) | Node::Null if value.line == key.line || matches!(value.value, Node::Null) => {
            let comment = comment_of(behind.1).ok_or_else(form)?;
            let new = match &fact.en {
                None => format!("{indent}{}: {}{comment}{}", behind.0, quote(&fact.zh), ending(line)),
                Some(en) => format!(
                    "{indent}{}:{comment}{end}{indent}  zh: {}{end}{indent}  en: {}{}",
                    behind.0,
                    quote(&fact.zh),
                    quote(en),
                    ending(line)
                ),
            };
            Ok(put(key.line - 1, key.line, &new))
        }
        Node::Map(fields) if fields.iter().all(|(field, _)| field.line > key.line) => {
            let mut edited: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            for (field, value) in fields {
                let wanted = match field.value.as_str() {
                    "zh" => &fact.zh,
                    "en" => fact.en.as_ref().unwrap_or(&fact.zh),
                    "periods" => continue,
                    _ => return Err(form()),
                };
                if matches!(&value.value, Node::Text(text) if text == wanted) {
                    continue;
                }
                let line = lines
                    .get(field.line - 1)
                    .filter(|_| value.line == field.line)
                    .ok_or_else(form)?;
                let (before, after) = line.split_once(':').ok_or_else(form)?;
                let comment = comment_of(after).ok_or_else(form)?;
                edited[field.line - 1] = format!("{before}: {}{comment}{}", quote(wanted), ending(line));
            }
            Ok(edited.concat())
        }
        // In braces, in one line.
        Node::Map(_) => {
            let value = behind.1.trim_start();
            let close = value.rfind('}').filter(|_| value.starts_with('{')).ok_or_else(form)?;
            let comment = value[close + 1..].trim_end();
            if !(comment.is_empty() || comment.trim_start().starts_with('#')) {
                return Err(form());
            }
            let en = fact.en.as_ref().unwrap_or(&fact.zh);
            let new = format!(
                "{indent}{}: {{zh: {}, en: {}}}{comment}{}",
                behind.0,
                quote(&fact.zh),
                quote(en),
                ending(line)
            );
            Ok(put(key.line - 1, key.line, &new))
        }
        _ => Err(form()),
    }
}

/// The comment behind a value that ends in its line and is no text of several lines.
fn comment_of(behind: &str) -> Option<&str> {
    let value = behind.trim_start_matches(' ');
    comment_behind(value).filter(|_| !value.starts_with(['|', '>', '{', '[', '&', '*']))
}

fn written(fact: &WrittenFact, indent: &str, end: &str) -> String {
    match &fact.en {
        None => format!("{indent}{}: {}{end}", fact.name, quote(&fact.zh)),
        Some(en) => format!(
            "{indent}{}:{end}{indent}  zh: {}{end}{indent}  en: {}{end}",
            fact.name,
            quote(&fact.zh),
            quote(en)
        ),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn fact(name: &str, zh: &str, en: Option<&str>) -> WrittenFact {
        WrittenFact {
            name: name.to_owned(),
            zh: zh.to_owned(),
            en: en.map(str::to_owned),
        }
    }

    fn edited(text: &str, facts: &[WrittenFact]) -> String {
        with_facts("shop.yaml", text.as_bytes(), facts).unwrap()
    }

    const SHOP: &str = "shop: tea\nname: 茶\nfacts:  # 事实\n  # 邮费\n  postage: \"8\"  # 老板定的\n  gift:\n    zh: 书签 # 限量\n    en: a bookmark\n  hint: {zh: 好, en: good} # 短\ngoods: []\n";

    #[test]
    fn lines_of_facts_are_changed_in_place_and_comments_stay() {
        assert_eq!(
            edited(SHOP, &[fact("postage", "9 \"元\"", None)]),
            SHOP.replace("\"8\"", "\"9 \\\"元\\\"\"")
        );
        assert_eq!(
            edited(SHOP, &[fact("gift", "袜子", Some("a bookmark"))]),
            SHOP.replace("书签 # 限量", "\"袜子\" # 限量")
        );
        assert_eq!(
            edited(SHOP, &[fact("hint", "妙", Some("great"))]),
            SHOP.replace("{zh: 好, en: good}", "{zh: \"妙\", en: \"great\"}")
        );
        assert_eq!(
            edited(SHOP, &[fact("cutoff", "14:00", None)]),
            SHOP.replace("# 事实\n", "# 事实\n  cutoff: \"14:00\"\n")
        );
        let same = [fact("gift", "书签", Some("a bookmark")), fact("postage", "8", None)];
        assert_eq!(edited(SHOP, &same), SHOP);
    }

    #[test]
    fn a_fact_goes_with_its_lines_and_nothing_else() {
        let without = |name: &str| without_fact("shop.yaml", SHOP.as_bytes(), name).unwrap();
        assert_eq!(
            without("gift"),
            SHOP.replace("  gift:\n    zh: 书签 # 限量\n    en: a bookmark\n", "")
        );
        assert_eq!(without("postage"), SHOP.replace("  postage: \"8\"  # 老板定的\n", ""));
        assert_eq!(without("nothing"), SHOP);
        let one = "shop: tea\nfacts:\n  a: \"1\"\nname: 茶\n";
        assert_eq!(
            without_fact("shop.yaml", one.as_bytes(), "a").unwrap(),
            "shop: tea\nname: 茶\n"
        );
    }

    #[test]
    fn a_shop_without_facts_gets_them_and_odd_forms_are_refused() {
        let one = [fact("a", "一\n二", Some("one"))];
        let made = "facts:\n  a:\n    zh: \"一\\n二\"\n    en: \"one\"\n";
        assert_eq!(edited("shop: tea\nfacts: {}\n", &one), format!("shop: tea\n{made}"));
        assert_eq!(edited("shop: tea", &one), format!("shop: tea\n{made}"));
        for odd in [
            "facts:\n  a: |\n    旧\n    话\n",
            "facts: {a: 1}\n",
            "facts:\n  a: &x 1\n  b: *x\n",
            "facts: [a]\n",
        ] {
            assert!(with_facts("shop.yaml", odd.as_bytes(), &one).is_err(), "{odd}");
        }
    }
}
