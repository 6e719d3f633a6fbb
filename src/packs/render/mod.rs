//! Findings as text: for people, for one line each, for programs, for continuous integration.

mod ci;
mod human;
mod json;
mod line;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::{Finding, SourceFile};
use crate::model::visible::{escaped, escaped_in_line};
use crate::shop::LocalText;

/// How findings are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// With the source line, Chinese first.
    #[default]
    Human,
    /// `file:line:column: severity[rule]: message`.
    Line,
    /// One JSON array.
    Json,
    /// Annotations that a forge shows beside the code.
    Ci,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 4] = [Format::Human, Format::Line, Format::Json, Format::Ci];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Line => "line",
            Format::Json => "json",
            Format::Ci => "ci",
        }
    }

    /// The format with this name.
    pub fn from_name(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// Shows findings. `folder` is put before the file names, `sources` gives the lines that [`Format::Human`] shows;
/// `color` is for terminals only.
pub fn render(format: Format, findings: &[Finding], sources: &[SourceFile], folder: &str, color: bool) -> String {
    let placed = match format {
        // A picture marks the whole line where no column is meant.
        Format::Human => Cow::Borrowed(findings),
        _ => Cow::Owned(with_columns(findings, sources)),
    };
    let findings = &*placed;
    // Findings quote files and their names. What people read carries nothing that steers their terminal.
    let for_people = || findings.iter().map(escaped_finding).collect::<Vec<_>>();
    match format {
        Format::Human => human::render(&for_people(), sources, folder, color),
        Format::Line => line::render(&for_people(), folder),
        Format::Json => json::render(findings, folder),
        Format::Ci => ci::render(&for_people(), folder),
    }
}

/// Findings with the column at which their line begins, where they are about a whole line: editors and forges count
/// columns from 1.
fn with_columns(findings: &[Finding], sources: &[SourceFile]) -> Vec<Finding> {
    let whole = |finding: &Finding| finding.line > 0 && finding.column == 0;
    let mut texts: HashMap<&str, Vec<&[u8]>> = HashMap::new();
    let mut placed = findings.to_vec();
    for finding in placed.iter_mut().filter(|finding| whole(finding)) {
        let Some(source) = sources.iter().find(|source| source.name == finding.file) else {
            continue;
        };
        let lines = texts
            .entry(&source.name)
            .or_insert_with(|| source.bytes.split(|byte| *byte == b'\n').collect());
        let line = lines.get(finding.line - 1).map(|line| String::from_utf8_lossy(line));
        let blanks = line.map_or(0, |line| line.chars().take_while(|sign| sign.is_whitespace()).count());
        finding.column = blanks + 1;
    }
    placed
}

/// Findings of which a few of each rule are shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Shortened {
    /// What is shown, in its order.
    pub shown: Vec<Finding>,
    /// Rules of which not all are shown, with how many there are.
    pub more: Vec<(&'static str, usize)>,
}

/// Shows `most` of each rule, and all where there is but one more.
pub fn shortened(findings: &[Finding], most: usize) -> Shortened {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.rule).or_default() += 1;
    }
    counts.retain(|_, count| *count > most + 1);
    let mut left: BTreeMap<&str, usize> = counts.keys().map(|rule| (*rule, most)).collect();
    let shown = findings.iter().filter(|finding| match left.get_mut(finding.rule) {
        None => true,
        Some(0) => false,
        Some(left) => {
            *left -= 1;
            true
        }
    });
    Shortened {
        shown: shown.cloned().collect(),
        more: counts.into_iter().collect(),
    }
}

fn escaped_finding(finding: &Finding) -> Finding {
    let text = |text: &LocalText| LocalText {
        zh: escaped(&text.zh).into_owned(),
        en: escaped(&text.en).into_owned(),
    };
    Finding {
        message: text(&finding.message),
        hint: text(&finding.hint),
        ..finding.clone()
    }
}

/// The file as it is opened from where the command runs.
fn path(folder: &str, file: &str) -> String {
    let file = escaped_in_line(file);
    match folder.trim_end_matches('/') {
        "" | "." => file.into_owned(),
        folder => format!("{folder}/{file}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "intent: a.b\nexamples：\n  - 发货\n";

    fn show(format: Format) -> String {
        let finding = Finding::error("I002", "a/b.yaml", "用了中文冒号", "the colon, 100%, is full-width")
            .at(2, 9)
            .hint("换成 examples:", "write examples:");
        let whole = Finding::warning("I011", "c.txt", "不会被读取", "not read");
        let sources = [SourceFile {
            name: "a/b.yaml".to_owned(),
            bytes: TEXT.as_bytes().to_vec(),
        }];
        render(format, &[finding, whole], &sources, "intents/", false)
    }

    #[test]
    fn people_see_the_line() {
        insta::assert_snapshot!(show(Format::Human), @r##"
        error[I002]: 用了中文冒号
         --> intents/a/b.yaml:2:9
          |
        2 | examples：
          |         ^^
          |
          = note: the colon, 100%, is full-width
          = help: 换成 examples:
          = help: write examples:

        warning[I011]: 不会被读取
        --> intents/c.txt
         = note: not read
        "##);
    }

    #[test]
    fn one_line_each() {
        insta::assert_snapshot!(show(Format::Line), @r##"
        intents/a/b.yaml:2:9: error[I002]: 用了中文冒号 | the colon, 100%, is full-width
        intents/c.txt:0:0: warning[I011]: 不会被读取 | not read
        "##);
    }

    #[test]
    fn programs_get_json() {
        insta::assert_snapshot!(show(Format::Json), @r##"
        [
          {
            "rule": "I002",
            "severity": "error",
            "file": "intents/a/b.yaml",
            "line": 2,
            "column": 9,
            "message": {
              "zh": "用了中文冒号",
              "en": "the colon, 100%, is full-width"
            },
            "hint": {
              "zh": "换成 examples:",
              "en": "write examples:"
            }
          },
          {
            "rule": "I011",
            "severity": "warning",
            "file": "intents/c.txt",
            "line": 0,
            "column": 0,
            "message": {
              "zh": "不会被读取",
              "en": "not read"
            },
            "hint": {
              "zh": "",
              "en": ""
            }
          }
        ]
        "##);
    }

    #[test]
    fn annotations_are_escaped() {
        insta::assert_snapshot!(show(Format::Ci), @r##"
        ::error file=intents/a/b.yaml,line=2,col=9,title=I002::用了中文冒号%0Athe colon, 100%25, is full-width%0A换成 examples:%0Awrite examples:
        ::warning file=intents/c.txt,title=I011::不会被读取%0Anot read
        "##);
    }

    // A14
    #[test]
    fn what_files_hold_does_not_steer_the_terminal_of_who_reads_findings() {
        let bad = "a: \u{1b}[2J\u{1b}]0;x\u{7}\u{202e}b\n";
        let finding = Finding::error("I001", "a/\u{1b}[31m.yaml", format!("错 {bad}"), "wrong \u{9b}31m").at(1, 1);
        let sources = [SourceFile {
            name: finding.file.clone(),
            bytes: bad.as_bytes().to_vec(),
        }];
        for format in [Format::Human, Format::Line, Format::Ci] {
            let shown = render(format, std::slice::from_ref(&finding), &sources, "", false);
            let raw: Vec<char> = shown
                .chars()
                .filter(|each| "\u{1b}\u{7}\u{202e}\u{9b}".contains(*each))
                .collect();
            assert!(raw.is_empty(), "{shown:?}");
        }
    }

    #[test]
    fn every_form_but_the_picture_has_a_column_for_a_whole_line() {
        let finding = Finding::warning("I032", "a/b.yaml", "少", "few").at(3, 0);
        let sources = [SourceFile {
            name: "a/b.yaml".to_owned(),
            bytes: TEXT.as_bytes().to_vec(),
        }];
        let show = |format| render(format, std::slice::from_ref(&finding), &sources, "", false);
        assert!(show(Format::Human).contains("a/b.yaml:3:3"));
        assert!(show(Format::Line).starts_with("a/b.yaml:3:3: "));
        assert!(show(Format::Json).contains("\"column\": 3"));
        assert!(show(Format::Ci).contains("line=3,col=3"));
    }

    #[test]
    fn many_of_one_rule_are_shortened_and_counted() {
        let finding = |rule, line| Finding::warning(rule, "a/b.yaml", "少", "few").at(line, 1);
        let many: Vec<_> = (1..=9)
            .map(|line| finding("I096", line))
            .chain([finding("I032", 3)])
            .collect();
        let short = shortened(&many, 3);
        assert_eq!((short.shown.len(), short.more), (4, vec![("I096", 9)]));
        assert_eq!(
            shortened(&many[..4], 3).more,
            [],
            "one more is shown rather than counted"
        );
    }

    #[test]
    fn places_outside_the_source_do_not_break_the_picture() {
        for (line, column) in [(0, 0), (1, 0), (1, 99), (3, 5), (4, 1), (99, 99)] {
            let finding = Finding::error("I001", "a/b.yaml", "错", "wrong").at(line, column);
            let sources = [SourceFile {
                name: "a/b.yaml".to_owned(),
                bytes: b"\xff\xfe a\nb".to_vec(),
            }];
            for sources in [&sources[..], &[]] {
                assert!(render(Format::Human, std::slice::from_ref(&finding), sources, ".", true).contains("I001"));
            }
        }
    }
}
