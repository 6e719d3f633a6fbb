//! Labelled sentences (`label<TAB>text`, one a line) to intent files. Pure: names and contents come out, the
//! caller writes them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::Finding;
use super::fold::fold;
use super::other_forms::{is_heading, recognise};
use super::rules::SIGNAL_IDS;
use super::written::IMPORTED;

/// Files made from labelled sentences, and what was odd about the lines.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// Content by name, relative to the folder.
    pub files: BTreeMap<String, String>,
    /// How many sentences each label got; `none` for those that no shop should answer.
    pub labels: BTreeMap<String, usize>,
    /// Lines that were left out.
    pub findings: Vec<Finding>,
}

/// Makes intent files of a labelled file. `source` is its name, for findings.
///
/// A label stays the id that is printed, whatever it looks like. `none` and `oos` become
/// `shared/out_of_scope.yaml`. A label that is the name of a signal becomes `imported.<label>`, because a question
/// cannot have it. Of a file that is something else than labelled sentences nothing comes out but one finding.
pub fn import_tsv(source: &str, text: &str) -> Imported {
    let mut imported = Imported::default();
    let text = text.trim_start_matches('\u{feff}');
    if let Some(finding) = recognise(source, text) {
        imported.findings.push(finding);
        return imported;
    }
    let first = text.lines().position(|line| !line.trim().is_empty());
    let mut sentences: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let Some((label, sentence)) = line.split_once('\t') else {
            imported
                .findings
                .push(odd(source, index, "这一行没有 Tab", "no tab in this line"));
            continue;
        };
        let (label, sentence) = (unquoted(label), unquoted(sentence));
        let (label, sentence) = (label.as_ref(), sentence.as_ref());
        if Some(index) == first && is_heading(label, sentence) {
            continue;
        }
        if label.is_empty() || sentence.is_empty() || label.chars().count() > 100 {
            imported.findings.push(odd(
                source,
                index,
                "标签或句子是空的，或标签太长",
                "the label or the sentence is empty, or the label is too long",
            ));
            continue;
        }
        let label = match label {
            "none" | "oos" => "none".to_owned(),
            signal if SIGNAL_IDS.contains(&signal) => format!("imported.{signal}"),
            other => other.chars().filter(|character| !character.is_control()).collect(),
        };
        if seen.insert((label.clone(), fold(sentence))) {
            sentences.entry(label).or_default().push(sentence.to_owned());
        }
    }
    let mut names = BTreeSet::new();
    for (label, sentences) in sentences {
        imported.labels.insert(label.clone(), sentences.len());
        let mut content = String::new();
        let name = if label == "none" {
            "shared/out_of_scope.yaml".to_owned()
        } else {
            let _ = writeln!(content, "intent: {}", quote(&label));
            file_name(&label, &mut names)
        };
        content.push_str("examples:\n");
        for sentence in sentences {
            let _ = writeln!(content, "  - {}", quote(&sentence));
        }
        imported.files.insert(name, content);
    }
    imported
        .files
        .insert("shops/demo/shop.yaml".to_owned(), SHOP.to_owned());
    imported
}

/// Enough of a shop for the files to load.
const SHOP: &str = "shop: demo
name:
  zh: 我的小店
  en: My shop
timezone: Asia/Shanghai
service_hours:
  every_day: \"09:00-23:00\"
clock: own
facts: {}
";

fn odd(source: &str, index: usize, zh: &str, en: &str) -> Finding {
    Finding::warning("I016", source, format!("{zh}，没有导入"), format!("{en}; left out"))
        .at(index + 1, 0)
        .hint("每行写成：标签 Tab 句子", "each line is a label, a tab, a sentence")
}

/// A cell without the quotes that spreadsheets put around commas and quotes: `"a, b"`, `"say ""hi"""`.
fn unquoted(cell: &str) -> Cow<'_, str> {
    let cell = cell.trim();
    let inner = cell.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) if !inner.replace("\"\"", "").contains('"') => {
            Cow::Owned(inner.replace("\"\"", "\"").trim().to_owned())
        }
        _ => Cow::Borrowed(cell),
    }
}

/// A file name for a label that no other label has got.
fn file_name(label: &str, names: &mut BTreeSet<String>) -> String {
    let plain: String = label
        .to_lowercase()
        .chars()
        .map(|character| match character {
            'a'..='z' | '0'..='9' | '.' | '_' | '-' => character,
            _ => '_',
        })
        .collect();
    // A leading dot would hide the file.
    let plain = plain.trim_start_matches('.').to_owned();
    let plain = if plain.is_empty() { "label".to_owned() } else { plain };
    let mut name = format!("{IMPORTED}{plain}.yaml");
    let mut count = 2;
    while !names.insert(name.clone()) {
        name = format!("{IMPORTED}{plain}-{count}.yaml");
        count += 1;
    }
    name
}

/// A YAML double-quoted text.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\t' => quoted.push_str("\\t"),
            '\n' => quoted.push_str("\\n"),
            // U+FFFE and U+FFFF are no characters of YAML.
            character
                if character.is_control()
                    || matches!(
                        character,
                        '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
                    ) =>
            {
                let _ = write!(quoted, "\\U{:08X}", u32::from(character));
            }
            character => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;
    use crate::packs::{Pack, Severity, SourceFile, load_files};

    fn load(imported: &Imported) -> (Option<Pack>, Vec<Finding>) {
        let files: Vec<SourceFile> = imported
            .files
            .iter()
            .map(|(name, content)| SourceFile {
                name: name.clone(),
                bytes: content.clone().into_bytes(),
            })
            .collect();
        load_files(&files)
    }

    #[test]
    fn labels_become_intents_and_stay_what_they_were() {
        let text = "shipping.time\t什么时候发货\nshipping.time\t几时发\nCard Arrival\twhere is my card: \"now\"?\n\
                    退款\t# 多久退\ncard_arrival\tx\noos\t今天天气\nnone\t讲个笑话\nthreat.legal\t我要起诉\nno tab\n\n";
        let imported = import_tsv("a.tsv", text);
        assert_eq!(imported.findings.len(), 1);
        assert_eq!(imported.findings[0].line, 9);
        let (pack, findings) = load(&imported);
        assert!(
            findings.iter().all(|finding| finding.severity == Severity::Warning),
            "{findings:#?}"
        );
        let pack = pack.unwrap();
        let ids: Vec<_> = pack.intents.iter().map(|intent| intent.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "Card Arrival",
                "card_arrival",
                "imported.threat.legal",
                "shipping.time",
                "退款"
            ]
        );
        assert_eq!(pack.intents[0].examples, ["where is my card: \"now\"?"]);
        assert_eq!(*pack.out_of_scope, ["今天天气", "讲个笑话"]);
    }

    #[test]
    fn one_sentence_under_two_labels_only_warns() {
        let imported = import_tsv(
            "a.tsv",
            "a\t什么时候发货\nb\t什么時候發貨\na\t什么时候发货？\nnone\t什么时候发货\n",
        );
        let (pack, findings) = load(&imported);
        assert_eq!(pack.unwrap().intents[0].examples.len(), 1);
        assert_eq!(findings.iter().filter(|finding| finding.rule == "I030").count(), 2);
    }

    #[test]
    fn what_is_no_character_of_yaml_is_written_so_that_it_loads() {
        let (pack, findings) = load(&import_tsv("a.tsv", "a\t\u{fffe}有货吗\u{ffff}\n"));
        assert!(pack.is_some(), "{findings:#?}");
    }

    #[test]
    fn cells_that_a_spreadsheet_has_quoted_are_read() {
        let text = "\"label\"\t\"text\"\nship\t\"hi, \"\"when\"\"?\"\nship\t\"a\" or \"b\"\n";
        let imported = import_tsv("a.tsv", text);
        assert_eq!(imported.labels.get("ship"), Some(&2), "{:?}", imported.labels);
        let (pack, _) = load(&imported);
        assert_eq!(pack.unwrap().intents[0].examples, ["hi, \"when\"?", "\"a\" or \"b\""]);
    }

    #[test]
    fn a_heading_is_no_example() {
        for heading in [
            "label\ttext",
            "\u{feff}Intent\tutterance",
            "标签\t句子",
            "分类\t问题",
            "\n意图\t例句",
        ] {
            let imported = import_tsv("a.tsv", &format!("{heading}\nshipping.time\t几时发货\n"));
            assert!(imported.findings.is_empty(), "{heading} {:?}", imported.findings);
            assert_eq!(
                imported.labels.keys().collect::<Vec<_>>(),
                ["shipping.time"],
                "{heading}"
            );
        }
        let labels = import_tsv("a.tsv", "分类\t这个分类有货吗\n").labels;
        assert_eq!(labels.len(), 1);
    }

    proptest! {
        #[test]
        fn whatever_the_lines_hold_the_files_load(lines in prop::collection::vec(("\\PC{1,12}", ".{1,30}"), 0..12)) {
            let text: String = lines.iter().map(|(label, sentence)| format!("{label}\t{sentence}\n")).collect();
            let imported = import_tsv("a.tsv", &text);
            let total: usize = imported.labels.values().sum();
            let (pack, findings) = load(&imported);
            prop_assert!(pack.is_some(), "{text:?} {findings:#?}");
            let pack = pack.unwrap();
            let read: usize = pack.intents.iter().map(|intent| intent.examples.len()).sum();
            prop_assert_eq!(read + pack.out_of_scope.len(), total);
        }
    }
}
