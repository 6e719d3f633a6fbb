//! What is written in `shared/standards.yaml`: wordings that a shop may not use, beside the shipped ones.

use crate::packs::finding::Finding;
use crate::packs::yaml::{At, Node, Reader, read_file};

/// One list of wordings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StandardFile {
    /// The rule that they belong to.
    pub rule: At<String>,
    /// What is wrong.
    pub title: Option<At<String>>,
    /// The same in English.
    pub title_en: Option<At<String>>,
    /// What to write instead.
    pub hint: Option<At<String>>,
    /// The same in English.
    pub hint_en: Option<At<String>>,
    /// What is looked for.
    pub words: Vec<At<String>>,
    /// What may stand in place of a word.
    pub except: Vec<At<String>>,
    /// What turns a word around in front of it.
    pub before: Vec<At<String>>,
}

const KEYS: [&str; 8] = [
    "rule", "title", "title_en", "hint", "hint_en", "words", "except", "before",
];

impl StandardFile {
    /// Reads the tree of a file.
    pub fn read_all(reader: &mut Reader, tree: At<Node>) -> Vec<StandardFile> {
        let Some(mut fields) = reader.fields(tree, ("文件", "the file"), &["standards"]) else {
            return Vec::new();
        };
        let nodes = reader.list(&mut fields, "standards").items();
        let mut standards = Vec::new();
        for node in nodes {
            let Some(mut fields) = reader.fields(node, ("standards 的每一项", "an item of `standards`"), &KEYS)
            else {
                continue;
            };
            let rule = reader.need_text(&mut fields, "rule", "rule: I122");
            let words = reader.need_texts(&mut fields, "words", "words: [竞品店名]");
            let standard = StandardFile {
                title: reader.text(&mut fields, "title"),
                title_en: reader.text(&mut fields, "title_en"),
                hint: reader.text(&mut fields, "hint"),
                hint_en: reader.text(&mut fields, "hint_en"),
                except: reader.texts(&mut fields, "except"),
                before: reader.texts(&mut fields, "before"),
                rule: rule.clone().unwrap_or_default(),
                words,
            };
            if rule.is_some() {
                standards.push(standard);
            }
        }
        standards
    }
}

/// Reads standards from the bytes of a file.
pub fn read_standards(name: &str, bytes: &[u8]) -> (Vec<StandardFile>, Vec<Finding>) {
    let mut findings = Vec::new();
    let Some(tree) = read_file(name, bytes, &mut findings) else {
        return (Vec::new(), findings);
    };
    let mut reader = Reader::new(name);
    let standards = StandardFile::read_all(&mut reader, tree);
    findings.append(&mut reader.findings);
    (standards, findings)
}
