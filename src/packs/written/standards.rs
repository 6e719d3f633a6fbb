//! What is written in `shared/standards.yaml`: wordings that a shop may not use, beside the shipped ones, and the sheet by which its
//! talks are reviewed.

use crate::packs::finding::Finding;
use crate::packs::yaml::{At, Node, Reader, read_file};

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StandardsFile {
    /// Wordings.
    pub standards: Vec<StandardFile>,
    /// The sheet of points.
    pub scoring: Vec<ScoringFile>,
    /// Within how many minutes of service hours who says that they will come back has to.
    pub back_within: Option<At<String>>,
}

/// One item of the sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoringFile {
    /// By which it is known.
    pub item: At<String>,
    /// What is wrong.
    pub title: At<String>,
    /// The same in English.
    pub title_en: Option<At<String>>,
    /// Points that it takes off.
    pub points: At<String>,
}

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
    /// `true`: agents cannot send what breaks the rule; `false`: they can again.
    pub block: Option<At<String>>,
}

const KEYS: [&str; 9] = [
    "rule", "title", "title_en", "hint", "hint_en", "words", "except", "before", "block",
];

const SCORING_KEYS: [&str; 4] = ["item", "title", "title_en", "points"];

impl StandardsFile {
    /// Reads the tree of a file.
    pub fn read(reader: &mut Reader, tree: At<Node>) -> StandardsFile {
        let Some(mut fields) = reader.fields(
            tree,
            ("文件", "the file"),
            &["standards", "scoring", "back_within_minutes"],
        ) else {
            return StandardsFile::default();
        };
        let standards = reader.list(&mut fields, "standards").items();
        let scoring = reader.list(&mut fields, "scoring").items();
        StandardsFile {
            back_within: reader.text(&mut fields, "back_within_minutes"),
            standards: standards
                .into_iter()
                .filter_map(|node| standard(reader, node))
                .collect(),
            scoring: scoring.into_iter().filter_map(|node| scored(reader, node)).collect(),
        }
    }
}

fn standard(reader: &mut Reader, node: At<Node>) -> Option<StandardFile> {
    let mut fields = reader.fields(node, ("standards 的每一项", "an item of `standards`"), &KEYS)?;
    let rule = reader.need_text(&mut fields, "rule", "rule: I122");
    let block = reader.text(&mut fields, "block");
    if let Some(word) = &block
        && !["true", "false"].contains(&word.value.as_str())
    {
        reader.error(
            "I010",
            word,
            "block 要写 true 或 false",
            "`block` must be true or false",
        );
        reader.hint(
            "写 block: true，客服就发不出违反这一条的话",
            "write `block: true` and agents cannot send what breaks the rule",
        );
    }
    // What only blocks a rule adds no words to it.
    let words = match block {
        Some(_) => reader.texts(&mut fields, "words"),
        None => reader.need_texts(&mut fields, "words", "words: [竞品店名]"),
    };
    let standard = StandardFile {
        title: reader.text(&mut fields, "title"),
        title_en: reader.text(&mut fields, "title_en"),
        hint: reader.text(&mut fields, "hint"),
        hint_en: reader.text(&mut fields, "hint_en"),
        except: reader.texts(&mut fields, "except"),
        before: reader.texts(&mut fields, "before"),
        rule: rule.clone().unwrap_or_default(),
        words,
        block,
    };
    rule.map(|_| standard)
}

fn scored(reader: &mut Reader, node: At<Node>) -> Option<ScoringFile> {
    let mut fields = reader.fields(node, ("scoring 的每一项", "an item of `scoring`"), &SCORING_KEYS)?;
    let item = reader.need_text(&mut fields, "item", "item: slow");
    let title = reader.need_text(&mut fields, "title", "title: 回复太慢");
    let points = reader.need_text(&mut fields, "points", "points: 5");
    let title_en = reader.text(&mut fields, "title_en");
    Some(ScoringFile {
        item: item?,
        title: title?,
        title_en,
        points: points?,
    })
}

/// Reads standards from the bytes of a file.
pub fn read_standards(name: &str, bytes: &[u8]) -> (StandardsFile, Vec<Finding>) {
    let mut findings = Vec::new();
    let Some(tree) = read_file(name, bytes, &mut findings) else {
        return (StandardsFile::default(), findings);
    };
    let mut reader = Reader::new(name);
    let written = StandardsFile::read(&mut reader, tree);
    findings.append(&mut reader.findings);
    (written, findings)
}
