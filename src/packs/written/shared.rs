//! What is written in `shared/` and `signals/`.

use crate::packs::yaml::{At, Node, Reader};

use super::intent::{AnswerFile, TestFile};

/// Words that mean the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SynonymFile {
    /// The word itself.
    pub word: At<String>,
    /// What is read as it.
    pub same: Vec<At<String>>,
}

/// A signal.
#[derive(Clone, Debug, Default)]
pub struct SignalFile {
    /// Its id.
    pub signal: Option<At<String>>,
    /// Short title.
    pub title: Option<At<String>>,
    /// Short English title.
    pub title_en: Option<At<String>>,
    /// The lane of a ticket.
    pub lane: Option<At<String>>,
    /// Patterns of which one is enough.
    pub strong: Vec<At<String>>,
    /// Patterns that count for half.
    pub medium: Vec<At<String>>,
    /// Patterns that only add up.
    pub weak: Vec<At<String>>,
    /// Sentences that carry it.
    pub examples: Vec<At<String>>,
    /// Sentences that look like it and do not.
    pub calm: Vec<At<String>>,
    /// Tests.
    pub tests: Vec<TestFile>,
}

/// The lists of `signals/scope.yaml`, by key.
#[derive(Clone, Debug, Default)]
pub struct ScopeFile {
    /// The lists, in the order of [`SCOPE_KEYS`].
    pub lists: Vec<Vec<At<String>>>,
}

/// The keys of `signals/scope.yaml`.
pub const SCOPE_KEYS: [&str; 9] = [
    "negations",
    "questions",
    "hypotheticals",
    "quotations",
    "third_parties",
    "praise",
    "intensifiers",
    "harmless",
    "content",
];

const SIGNAL_KEYS: [&str; 10] = [
    "signal", "title", "title_en", "lane", "strong", "medium", "weak", "examples", "calm", "tests",
];

impl SynonymFile {
    /// Reads the tree of a file.
    pub fn read(reader: &mut Reader, tree: At<Node>) -> Vec<SynonymFile> {
        let Some(mut fields) = reader.fields(tree, ("文件", "the file"), &["synonyms"]) else {
            return Vec::new();
        };
        let mut synonyms = Vec::new();
        for node in reader.list(&mut fields, "synonyms").items() {
            let what = ("synonyms 的每一项", "an item of `synonyms`");
            let Some(mut entry) = reader.fields(node, what, &["word", "same"]) else {
                continue;
            };
            let word = reader.need_text(&mut entry, "word", "word: 发货");
            let same = reader.need_texts(&mut entry, "same", "same: [出货, 寄出]");
            if let Some(word) = word {
                synonyms.push(SynonymFile { word, same });
            }
        }
        synonyms
    }
}

impl SignalFile {
    /// Reads the tree of a file.
    pub fn read(reader: &mut Reader, tree: At<Node>) -> Option<SignalFile> {
        let mut fields = reader.fields(tree, ("文件", "the file"), &SIGNAL_KEYS)?;
        Some(SignalFile {
            signal: reader.need_text(&mut fields, "signal", "signal: emotion.anger"),
            title: reader.need_text(&mut fields, "title", "title: 生气"),
            title_en: reader.need_text(&mut fields, "title_en", "title_en: Anger"),
            lane: reader.text(&mut fields, "lane"),
            strong: reader.texts(&mut fields, "strong"),
            medium: reader.texts(&mut fields, "medium"),
            weak: reader.texts(&mut fields, "weak"),
            examples: reader.texts(&mut fields, "examples"),
            calm: reader.texts(&mut fields, "calm"),
            tests: TestFile::read_all(reader, &mut fields, false),
        })
    }
}

impl ScopeFile {
    /// Reads the tree of a file.
    pub fn read(reader: &mut Reader, tree: At<Node>) -> ScopeFile {
        let Some(mut fields) = reader.fields(tree, ("文件", "the file"), &SCOPE_KEYS) else {
            return ScopeFile::default();
        };
        ScopeFile {
            lists: SCOPE_KEYS.iter().map(|key| reader.texts(&mut fields, key)).collect(),
        }
    }
}

/// Reads `shared/out_of_scope.yaml`.
pub fn read_out_of_scope(reader: &mut Reader, tree: At<Node>) -> Vec<At<String>> {
    match reader.fields(tree, ("文件", "the file"), &["examples"]) {
        Some(mut fields) => reader.texts(&mut fields, "examples"),
        None => Vec::new(),
    }
}

/// Reads `shared/phrases.yaml`.
pub fn read_phrases(reader: &mut Reader, tree: At<Node>) -> Vec<(String, At<String>, Vec<AnswerFile>)> {
    let Some(mut fields) = reader.fields(tree, ("文件", "the file"), &["phrases"]) else {
        return Vec::new();
    };
    let Some(node) = fields.take("phrases") else {
        reader.missing(&fields, "phrases", "phrases:");
        return Vec::new();
    };
    let Some(phrases) = reader.mapping(node, ("phrases", "`phrases`")) else {
        return Vec::new();
    };
    let mut read = Vec::new();
    for (key, node) in phrases.into_entries() {
        let place = node.with(());
        let Node::List { items, .. } = node.value else {
            reader.error(
                "I010",
                &place,
                format!("{} 要写成列表", key.value),
                format!("`{}` must be a list", key.value),
            );
            continue;
        };
        let answers = items
            .into_iter()
            .filter_map(|item| AnswerFile::read(reader, item))
            .collect();
        read.push((reader.file.to_owned(), key, answers));
    }
    read
}
