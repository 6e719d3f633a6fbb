//! Values as they are written in a file: in one line, or in lines of their own.

use super::super::spelled;
use crate::packs::import::quote;
use crate::packs::yaml::{At, Node};

/// A list or mapping in brackets is at most so long, characters; longer ones stand in lines of their own.
const LONGEST_LINE: usize = 100;

/// A value that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::packs::editing) enum Value {
    /// A text, written in quotes.
    Text(String),
    /// A word or number that needs no quotes.
    Plain(String),
    /// A list.
    List(Vec<Value>),
    /// A mapping.
    Map(Vec<(String, Value)>),
}

/// A step on the way to a mapping or a list.
#[derive(Clone, Copy, Debug)]
pub(in crate::packs::editing) enum Step<'a> {
    /// What stands under this key.
    Key(&'a str),
    /// The item with this number, from 0.
    Item(usize),
}

impl Value {
    /// Whether a file says this.
    pub(super) fn is(&self, node: &Node) -> bool {
        spelled(&self.node()) == spelled(node)
    }

    pub(super) fn node(&self) -> Node {
        let at = |value: Node| At::nowhere().with(value);
        match self {
            Value::Text(text) | Value::Plain(text) => Node::Text(text.clone()),
            Value::List(items) => Node::List {
                items: items.iter().map(|item| at(item.node())).collect(),
                flow: true,
            },
            Value::Map(fields) => {
                let key = |key: &str| At {
                    value: key.to_owned(),
                    ..At::default()
                };
                Node::Map(
                    fields
                        .iter()
                        .map(|(name, value)| (key(name), at(value.node())))
                        .collect(),
                )
            }
        }
    }

    /// In one line.
    pub(super) fn flow(&self) -> String {
        match self {
            Value::Text(text) => quote(text),
            Value::Plain(text) => text.clone(),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(Value::flow).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Map(fields) => {
                let fields = fields
                    .iter()
                    .map(|(name, value)| format!("{}: {}", key_spelled(name), value.flow()));
                format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// Behind the colon of its key, which is indented so far, with the comment and the line's end.
    pub(super) fn behind_key(&self, indent: &str, in_line: bool, comment: &str, end: &str) -> String {
        let deeper = format!("{indent}  ");
        match self {
            Value::List(items) if !in_line => {
                let items = items.iter().map(|item| format!("{deeper}- {}{end}", item.flow()));
                format!("{comment}{end}{}", items.collect::<String>())
            }
            Value::Map(fields) if !in_line => format!("{comment}{end}{}", lines_of(fields, &deeper, &deeper, end)),
            _ => format!(" {}{comment}{end}", self.flow()),
        }
    }

    /// Whether it stands in one line where nothing is written yet: what is within an entry of a list's item does.
    pub(super) fn usually_in_line(&self, path: &[Step]) -> bool {
        let short = self.flow().chars().count() <= LONGEST_LINE;
        match self {
            Value::Map(_) => short && path.len() > 1 && matches!(path.last(), Some(Step::Key(_))),
            Value::List(_) => short,
            Value::Text(_) | Value::Plain(_) => true,
        }
    }
}

/// Entries as lines of their own; the first line begins differently where it carries a dash.
pub(super) fn lines_of(fields: &[(String, Value)], first: &str, indent: &str, end: &str) -> String {
    let lines = fields.iter().enumerate().map(|(at, (name, value))| {
        let begins = if at == 0 { first } else { indent };
        let in_line = value.usually_in_line(&[]);
        format!(
            "{begins}{}:{}",
            key_spelled(name),
            value.behind_key(indent, in_line, "", end)
        )
    });
    lines.collect()
}

/// A key as files have it.
pub(super) fn key_spelled(key: &str) -> String {
    let plain = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '-' | '.');
    let begins = key.starts_with(char::is_alphanumeric);
    match begins && key.chars().all(plain) && key.parse::<f64>().is_err() {
        true => key.to_owned(),
        false => quote(key),
    }
}
