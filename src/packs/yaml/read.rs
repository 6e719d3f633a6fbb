//! Typed reading of a tree: takes what is right, and collects a finding for each thing that is not.

use crate::packs::Finding;

use super::signs::code;
use super::tree::{At, Node};

/// Reads the nodes of one file and keeps what is wrong with them.
pub struct Reader<'a> {
    /// The file, relative to the folder.
    pub file: &'a str,
    /// What was found so far.
    pub findings: Vec<Finding>,
}

/// The entries of a mapping, each taken once.
pub struct Fields {
    entries: Vec<(At<String>, At<Node>)>,
    /// Keys that are there, though misspelt.
    misspelt: Vec<String>,
    line: usize,
    column: usize,
}

/// What a key that should hold a list held.
pub enum ListRead {
    /// A list.
    Items(Vec<At<Node>>),
    /// Nothing, or no such key.
    Absent,
    /// Something else; it is reported.
    Wrong,
}

impl ListRead {
    /// The items; none when there is no list.
    pub fn items(self) -> Vec<At<Node>> {
        match self {
            ListRead::Items(items) => items,
            ListRead::Absent | ListRead::Wrong => Vec::new(),
        }
    }
}

impl Fields {
    /// Whether something is written behind a key.
    pub fn has(&self, key: &str) -> bool {
        self.entries
            .iter()
            .any(|(name, node)| name.value == key && node.value != Node::Null)
    }

    /// Takes what stands behind a key; nothing written is the same as no key.
    pub fn take(&mut self, key: &str) -> Option<At<Node>> {
        let index = self.entries.iter().position(|(name, _)| name.value == key)?;
        let (name, node) = self.entries.swap_remove(index);
        if node.value == Node::Null {
            // What is missing is missing behind its key.
            (self.line, self.column) = (name.line, name.column);
            return None;
        }
        Some(node)
    }

    /// All entries, for mappings whose keys are free.
    pub fn into_entries(self) -> Vec<(At<String>, At<Node>)> {
        self.entries
    }
}

impl<'a> Reader<'a> {
    /// A reader for this file.
    pub fn new(file: &'a str) -> Self {
        Self {
            file,
            findings: Vec::new(),
        }
    }

    /// Adds an error at a place.
    pub fn error<T>(&mut self, rule: &'static str, at: &At<T>, zh: impl Into<String>, en: impl Into<String>) {
        self.findings
            .push(Finding::error(rule, self.file, zh, en).at(at.line, at.column));
    }

    /// Adds how to mend it to the newest finding.
    pub fn hint(&mut self, zh: impl Into<String>, en: impl Into<String>) {
        if let Some(finding) = self.findings.pop() {
            self.findings.push(finding.hint(zh, en));
        }
    }

    /// The entries of a mapping with fixed keys: unknown and repeated keys are reported.
    pub fn fields(&mut self, node: At<Node>, what: (&str, &str), keys: &[&str]) -> Option<Fields> {
        let mut fields = self.mapping(node, what)?;
        let mut misspelt = Vec::new();
        fields.entries.retain(|(key, _)| {
            if keys.contains(&key.value.as_str()) {
                return true;
            }
            let near = nearest(&key.value.to_lowercase(), keys.iter().copied());
            misspelt.extend(near.map(str::to_owned));
            let finding = Finding::error(
                "I008",
                self.file,
                format!("不认识的键“{}”", key.value),
                format!("unknown key `{}`", key.value),
            )
            .at(key.line, key.column);
            let not_latin = key.value.chars().find(|sign| !sign.is_ascii());
            self.findings.push(match (near, not_latin) {
                (Some(near), Some(sign)) => finding.hint(
                    format!("是不是想写 {near}？里面的“{sign}”（{}）不是英文字母", code(sign)),
                    format!(
                        "did you mean `{near}`? The `{sign}` in it ({}) is no Latin letter",
                        code(sign)
                    ),
                ),
                (Some(near), None) => finding.hint(format!("是不是想写 {near}？"), format!("did you mean `{near}`?")),
                (None, _) => finding.hint(
                    format!("这里可以写：{}", keys.join("、")),
                    format!("known here: {}", keys.join(", ")),
                ),
            });
            false
        });
        fields.misspelt = misspelt;
        Some(fields)
    }

    /// The entries of a mapping with free keys; repeated ones are reported.
    pub fn mapping(&mut self, node: At<Node>, what: (&str, &str)) -> Option<Fields> {
        let (line, column) = (node.line, node.column);
        let Node::Map(entries) = node.value else {
            self.wrong(
                &node,
                (
                    &format!("{}要写成“键: 值”的形式", what.0),
                    &format!("{} must be a mapping", what.1),
                ),
            );
            return None;
        };
        let mut kept: Vec<(At<String>, At<Node>)> = Vec::new();
        for (key, value) in entries {
            if let Some((first, _)) = kept.iter().find(|(first, _)| first.value == key.value) {
                let first_line = first.line;
                self.error(
                    "I007",
                    &key,
                    format!("“{}”写了两遍，第一遍在第 {first_line} 行", key.value),
                    format!("`{}` stands twice, first in line {first_line}", key.value),
                );
                self.hint("合并成一处", "put both into one");
            } else if key.value == "<<" {
                self.error(
                    "I006",
                    &key,
                    "不能用 YAML 的合并键 <<",
                    "the YAML merge key `<<` is not allowed here",
                );
                self.hint("把内容照写一遍", "write the content out");
            } else {
                kept.push((key, value));
            }
        }
        Some(Fields {
            entries: kept,
            misspelt: Vec::new(),
            line,
            column,
        })
    }

    /// Reports a key that must be there.
    ///
    /// A key that is there and misspelt is not missing: it has its finding.
    pub fn missing(&mut self, fields: &Fields, key: &str, example: &str) {
        if fields.misspelt.iter().any(|meant| meant == key) {
            return;
        }
        self.findings.push(
            Finding::error("I009", self.file, format!("缺少 {key}"), format!("`{key}` is missing"))
                .at(fields.line, fields.column)
                .hint(
                    format!("加上，例如 {example}"),
                    format!("add it, for example {example}"),
                ),
        );
    }

    fn wrong(&mut self, node: &At<Node>, what: (&str, &str)) {
        let (zh, en) = node.value.kind();
        self.error(
            "I010",
            node,
            format!("{}，这里是{zh}", what.0),
            format!("{}, but this is {en}", what.1),
        );
    }

    /// A text behind a key.
    pub fn text(&mut self, fields: &mut Fields, key: &str) -> Option<At<String>> {
        let node = fields.take(key)?;
        self.one_text(node, key)
    }

    /// A text behind a key that must be there.
    pub fn need_text(&mut self, fields: &mut Fields, key: &str, example: &str) -> Option<At<String>> {
        match fields.take(key) {
            Some(node) => self.one_text(node, key),
            None => {
                self.missing(fields, key, example);
                None
            }
        }
    }

    /// A list of texts behind a key that must be there and hold something.
    pub fn need_texts(&mut self, fields: &mut Fields, key: &str, example: &str) -> Vec<At<String>> {
        match fields.take(key) {
            Some(At {
                value: Node::List { items, .. },
                ..
            }) if items.is_empty() => {}
            Some(node) => return self.texts_of(node, key),
            None => {}
        }
        self.missing(fields, key, example);
        Vec::new()
    }

    /// A text; a sentence that YAML took for something else is explained.
    pub fn one_text(&mut self, node: At<Node>, what: &str) -> Option<At<String>> {
        match &node.value {
            Node::Text(text) if text.trim().is_empty() => {
                self.error(
                    "I033",
                    &node,
                    format!("{what} 里有一句空话"),
                    format!("an empty text in `{what}`"),
                );
                None
            }
            Node::Text(text) => Some(node.with(text.trim().to_owned())),
            Node::Map(entries) => {
                let sentence = entries.first().map(|(key, value)| match &value.value {
                    Node::Text(text) => format!("{}: {text}", key.value),
                    _ => format!("{}: …", key.value),
                });
                let sentence = sentence.unwrap_or_default();
                self.error(
                    "I005",
                    &node,
                    format!("{what} 里的句子含有“: ”或以“{{”开头，被当成了“键: 值”"),
                    format!("a text in `{what}` holds `: ` or begins with `{{` and was read as a mapping"),
                );
                self.hint(
                    format!("整句加双引号：\"{sentence}\""),
                    format!("put the whole text in quotes: \"{sentence}\""),
                );
                None
            }
            Node::List { items, flow: true } => {
                let words: Vec<&str> = items.iter().filter_map(|item| as_text(&item.value)).collect();
                self.error(
                    "I005",
                    &node,
                    format!("{what} 里的句子以“[”开头，被当成了列表"),
                    format!("a text in `{what}` begins with `[` and was read as a list"),
                );
                self.hint(
                    format!("整句加双引号：\"[{}]\"", words.join(", ")),
                    format!("put the whole text in quotes: \"[{}]\"", words.join(", ")),
                );
                None
            }
            Node::List { .. } | Node::Null => {
                self.wrong(
                    &node,
                    (&format!("{what} 要写一段文字"), &format!("`{what}` must be a text")),
                );
                None
            }
        }
    }

    /// A list behind a key.
    pub fn list(&mut self, fields: &mut Fields, key: &str) -> ListRead {
        let Some(node) = fields.take(key) else {
            return ListRead::Absent;
        };
        match node.value {
            Node::List { items, .. } => ListRead::Items(items),
            _ => {
                self.wrong(
                    &node,
                    (&format!("{key} 要写成列表"), &format!("`{key}` must be a list")),
                );
                self.hint("每项一行，行首加“- ”", "one item a line, each behind `- `");
                ListRead::Wrong
            }
        }
    }

    /// A list of texts behind a key; empty when there is no such key.
    pub fn texts(&mut self, fields: &mut Fields, key: &str) -> Vec<At<String>> {
        let Some(node) = fields.take(key) else {
            return Vec::new();
        };
        self.texts_of(node, key)
    }

    /// A list of texts.
    pub fn texts_of(&mut self, node: At<Node>, key: &str) -> Vec<At<String>> {
        let Node::List { items, flow } = node.value else {
            self.wrong(
                &node,
                (&format!("{key} 要写成列表"), &format!("`{key}` must be a list")),
            );
            if let Node::Text(text) = &node.value {
                self.hint(
                    format!("写成 {key}: [{text}]，或每项一行，行首加“- ”"),
                    format!("write {key}: [{text}], or one item a line behind `- `"),
                );
            }
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items {
            let Some(text) = self.one_text(item, key) else { continue };
            // The cells of a table may be sentences; a lost comma shows there in the width of the row.
            if flow && key != "rows" && text.inset == 0 && text.value.contains(['，', '、', '；']) {
                let mended = text.value.replace(['，', '、', '；'], ", ");
                self.error(
                    "I012",
                    &text,
                    format!("方括号列表里用了中文标点，“{}”成了一个词", text.value),
                    format!("full-width punctuation in a list: `{}` is read as one item", text.value),
                );
                self.hint(
                    format!("用英文逗号分开：[{mended}]"),
                    format!("separate with ordinary commas: [{mended}]"),
                );
            }
            texts.push(text);
        }
        texts
    }
}

/// The text of a scalar.
pub fn as_text(node: &Node) -> Option<&str> {
    match node {
        Node::Text(text) => Some(text),
        _ => None,
    }
}

/// The known word that was probably meant.
pub fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    known
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
