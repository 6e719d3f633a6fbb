//! A YAML file as a tree with positions. Typed reading comes after: a typed parser stops at its first
//! complaint, and an operator wants to hear all of them at once.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, MergeKeyPolicy, Spanned};

/// A value and where it stands in its file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Line from 1.
    pub line: usize,
    /// Column from 1, in characters.
    pub column: usize,
    /// Characters between `column` and the first character of the text itself: 1 when it is quoted.
    pub inset: usize,
}

impl<T> At<T> {
    /// The same place with another value.
    pub fn with<U>(&self, value: U) -> At<U> {
        At {
            value,
            line: self.line,
            column: self.column,
            inset: self.inset,
        }
    }
}

/// What YAML knows: nothing, a text, a list, a mapping. Numbers and booleans stay the text that was written.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Nothing behind the colon, `~` or `null`.
    Null,
    /// Any scalar, as written.
    Text(String),
    /// A list; `flow` when written in one line with brackets.
    List {
        /// The items.
        items: Vec<At<Node>>,
        /// Written with brackets.
        flow: bool,
    },
    /// A mapping, in the order of the file, keys that stand twice included.
    Map(Vec<(At<String>, At<Node>)>),
}

impl At<Node> {
    /// Nothing, in an empty file.
    pub fn nowhere() -> At<Node> {
        At {
            value: Node::Null,
            line: 0,
            column: 0,
            inset: 0,
        }
    }
}

impl Node {
    /// What to call it in a message, Chinese and English.
    pub fn kind(&self) -> (&'static str, &'static str) {
        match self {
            Node::Null => ("空的", "empty"),
            Node::Text(_) => ("一段文字", "a text"),
            Node::List { .. } => ("一个列表", "a list"),
            Node::Map(_) => ("“键: 值”的形式", "a mapping"),
        }
    }
}

/// Why a file is no YAML.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    /// Line from 1; 0 when unknown.
    pub line: usize,
    /// Column from 1; 0 when unknown.
    pub column: usize,
    /// What the parser says, English.
    pub message: String,
    /// An anchor, alias or tag was used.
    pub reference: bool,
}

/// A node as serde hands it over, before positions are resolved against the source.
enum Raw {
    Null,
    /// A plain scalar that YAML reads as a number or a boolean: its spelling is taken from the source.
    Bare(String),
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<Raw>, Spanned<Raw>)>),
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("text, a list or a mapping")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bare(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Bare(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Bare(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Raw, E> {
        Ok(Raw::Bare(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Raw, E> {
        Ok(Raw::Bare(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Bare(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element::<Spanned<Raw>>()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry::<Spanned<Raw>, Spanned<Raw>>()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

/// Reads a text as YAML. Anchors, aliases and merge keys are refused.
pub fn parse(text: &str) -> Result<At<Node>, SyntaxError> {
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        merge_keys: MergeKeyPolicy::AsOrdinary,
        with_snippet: false,
        reject_unsupported_tags: true,
        non_finite_float_policy: serde_saphyr::options::NonFiniteFloatPolicy::AsString,
        budget: serde_saphyr::budget! {
            max_anchors: 0,
            max_aliases: 0,
            max_depth: 32,
            max_documents: 1,
        },
    };
    match serde_saphyr::from_str_with_options::<Spanned<Raw>>(text, options) {
        Ok(raw) => Ok(resolve(raw, text)),
        Err(error) => Err(explain(&error)),
    }
}

fn explain(error: &serde_saphyr::Error) -> SyntaxError {
    let inner = error.without_snippet();
    let location = inner.location();
    let reference = matches!(
        inner,
        serde_saphyr::Error::Budget { .. }
            | serde_saphyr::Error::UnknownAnchor { .. }
            | serde_saphyr::Error::UnsupportedTag { .. }
            | serde_saphyr::Error::AliasError { .. }
    );
    // The parser repeats the position in its text; the finding has it already.
    let message = inner.to_string();
    let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
    SyntaxError {
        line: location.map_or(0, |place| place.line() as usize),
        column: location.map_or(0, |place| place.column() as usize),
        message,
        reference,
    }
}

fn resolve(raw: Spanned<Raw>, text: &str) -> At<Node> {
    let place = raw.referenced;
    let written = written(place, text);
    let first = written.and_then(|written| written.chars().next());
    let value = match raw.value {
        Raw::Null => Node::Null,
        Raw::Bare(value) => Node::Text(match written {
            Some(written) if !written.trim().is_empty() => written.trim().to_owned(),
            _ => value,
        }),
        Raw::Text(value) => Node::Text(value),
        Raw::List(items) => Node::List {
            items: items.into_iter().map(|item| resolve(item, text)).collect(),
            flow: first == Some('['),
        },
        Raw::Map(entries) => Node::Map(
            entries
                .into_iter()
                .map(|(key, value)| {
                    let key = resolve(key, text);
                    let name = match &key.value {
                        Node::Text(name) => name.clone(),
                        Node::Null => String::new(),
                        _ => "{…}".to_owned(),
                    };
                    (key.with(name), resolve(value, text))
                })
                .collect(),
        ),
    };
    let quoted = matches!(value, Node::Text(_)) && matches!(first, Some('"' | '\''));
    At {
        value,
        line: place.line() as usize,
        column: place.column() as usize,
        inset: usize::from(quoted),
    }
}

/// The source text under a node.
fn written(place: serde_saphyr::Location, text: &str) -> Option<&str> {
    let span = place.span();
    let start = usize::try_from(span.byte_offset()?).ok()?;
    let length = usize::try_from(span.byte_len()?).ok()?;
    text.get(start..start.checked_add(length)?)
        .or_else(|| text.get(start..))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn scalars_keep_their_spelling() {
        let tree = parse("a: 1.50\nb: no\nc: 007\nd: \"x\\ty\"\ne:\nf: [1, 0x1F]\ng: 16:00\n").unwrap();
        let Node::Map(entries) = tree.value else { panic!() };
        let texts: Vec<_> = entries.iter().map(|(_, value)| value.value.clone()).collect();
        assert_eq!(texts[0], Node::Text("1.50".into()));
        assert_eq!(texts[1], Node::Text("no".into()));
        assert_eq!(texts[2], Node::Text("007".into()));
        assert_eq!(texts[3], Node::Text("x\ty".into()));
        assert_eq!(texts[4], Node::Null);
        assert_eq!(texts[6], Node::Text("16:00".into()));
        let Node::List { items, flow } = &texts[5] else {
            panic!()
        };
        assert!(flow);
        assert_eq!(items[1].value, Node::Text("0x1F".into()));
        assert_eq!((items[1].line, items[1].column), (6, 8));
        assert_eq!((entries[3].1.column, entries[3].1.inset), (4, 1));
    }

    #[test]
    fn repeated_keys_are_all_there() {
        let tree = parse("发货: 1\n发货: 2\n").unwrap();
        let Node::Map(entries) = tree.value else { panic!() };
        assert_eq!(entries.len(), 2);
        assert_eq!((entries[1].0.line, entries[1].0.column), (2, 1));
        assert_eq!((entries[1].1.line, entries[1].1.column), (2, 5));
    }

    #[test]
    fn anchors_aliases_and_tags_are_refused() {
        for text in [
            "a: &x 1\nb: 2\n",
            "a: *x\n",
            "a: !foo 1\n",
            "a: &x {b: 1}\nc:\n  <<: *x\n",
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.reference, "{text:?} {error:?}");
            assert_eq!(error.line, 1, "{text:?} {error:?}");
        }
    }

    #[test]
    fn broken_files_have_a_place() {
        for (text, line) in [
            ("a:\n  - b\n  - \"c\"d\n", 3),
            ("a: 1\nb: [1\nc: 2\n", 3),
            ("a:\n  b: 1\n c: 2\n", 3),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.line, line, "{text:?} {error:?}");
            assert!(!error.message.is_empty());
        }
        assert!(parse("").is_ok_and(|tree| tree.value == Node::Null));
    }
}
