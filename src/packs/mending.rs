//! What `check --fix` writes: lines whose signs only look like those of YAML, put right where there is one way to read
//! them, and files of other encodings as UTF-8. All other lines, comments and line ends stay as they are.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::sheets;

use super::layout::{SourceFile, within};
use super::written::{Role, role};
use super::yaml::{prescan, with_ordinary_quotes};

/// Rules whose findings leave one way to write the line. Anchors (I006) and items that ran into each other (I019) may be
/// meant otherwise, so somebody has to look.
const CERTAIN: [&str; 8] = ["I001", "I002", "I003", "I005", "I012", "I013", "I015", "I018"];

/// A file as it is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MendedFile {
    /// Its content, UTF-8.
    pub text: String,
    /// The encoding it had, by the name that people know, where it was another.
    pub encoding: Option<&'static str>,
    /// What else changes.
    pub lines: Vec<MendedLine>,
}

/// A line that is written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MendedLine {
    /// Where it was, from 1.
    pub number: usize,
    /// The rules it broke, each once.
    pub rules: Vec<&'static str>,
    /// The line as it was.
    pub before: String,
    /// The line as it will be; `None` where it goes, as the fence of a Markdown code block does.
    pub after: Option<String>,
}

/// The file with all that is certain put right; `None` when nothing of it is, or it is no file of a pack.
pub fn mend(file: &SourceFile) -> Option<MendedFile> {
    if matches!(role(within(&file.name)), Role::Beside | Role::Unknown) {
        return None;
    }
    let (text, encoding) = match std::str::from_utf8(&file.bytes) {
        Ok(text) => (Cow::Borrowed(text), None),
        Err(_) => {
            let (text, encoding) = sheets::text_of(&file.bytes).ok()?;
            (Cow::Owned(text), Some(encoding))
        }
    };
    let (text, lines) = mend_lines(&file.name, &text);
    (encoding.is_some() || !lines.is_empty()).then_some(MendedFile { text, encoding, lines })
}

fn mend_lines(file: &str, text: &str) -> (String, Vec<MendedLine>) {
    let scan = prescan(file, text);
    let mut broken: BTreeMap<usize, Vec<&'static str>> = BTreeMap::new();
    for finding in &scan.findings {
        let rules = broken.entry(finding.line).or_default();
        if !rules.contains(&finding.rule) {
            rules.push(finding.rule);
        }
    }
    broken.retain(|_, rules| rules.iter().all(|rule| CERTAIN.contains(rule)));
    let mut after = String::with_capacity(text.len());
    let mut lines = Vec::new();
    for (index, ((before, end), mended)) in with_ends(text).zip(scan.text.lines()).enumerate() {
        let (mark, before) = match before.strip_prefix('\u{feff}').filter(|_| index == 0) {
            Some(rest) => ("\u{feff}", rest),
            None => ("", before),
        };
        after.push_str(mark);
        let written = broken.remove(&(index + 1)).and_then(|rules| {
            let mended = match rules.contains(&"I018") {
                true => with_ordinary_quotes(mended)?,
                false => mended.to_owned(),
            };
            let mended = (!mended.is_empty()).then_some(mended);
            (mended.as_deref() != Some(before)).then(|| MendedLine {
                number: index + 1,
                rules,
                before: before.to_owned(),
                after: mended,
            })
        });
        let Some(line) = written else {
            after.push_str(before);
            after.push_str(end);
            continue;
        };
        if let Some(mended) = &line.after {
            after.push_str(mended);
            after.push_str(end);
        }
        lines.push(line);
    }
    (after, lines)
}

/// The lines of a text, each with what ends it: `\n`, `\r\n`, the `\r` of old Macs, or nothing at the end of the file.
fn with_ends(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let at = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let end = match &rest[at..] {
            end if end.starts_with("\r\n") => 2,
            "" => 0,
            _ => 1,
        };
        let found = (&rest[..at], &rest[at..at + end]);
        rest = &rest[at + end..];
        Some(found)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::super::load_files;
    use super::*;

    fn file(bytes: &[u8]) -> SourceFile {
        SourceFile {
            name: "shipping/eta.yaml".to_owned(),
            bytes: bytes.to_vec(),
        }
    }

    fn mended(text: &str) -> Option<MendedFile> {
        mend(&file(text.as_bytes()))
    }

    #[test]
    fn what_can_be_meant_in_one_way_only_is_written_and_nothing_else_changes() {
        let text = "intent: shipping.eta   # 几天到\ntitle：几天能到\n\nexamples:\n\t- 几天到\n  -后天能到吗\n  - “多久到”\n  - @客服 几天到\nnot: ［退货，退款］\n# 说明：这里不动\n";
        let file = mended(text).unwrap();
        assert_eq!(
            file.text,
            "intent: shipping.eta   # 几天到\ntitle: 几天能到\n\nexamples:\n  - 几天到\n  - 后天能到吗\n  - \"多久到\"\n  - \"@客服 几天到\"\nnot: [退货, 退款]\n# 说明：这里不动\n"
        );
        let rules: Vec<_> = file
            .lines
            .iter()
            .map(|line| (line.number, line.rules.clone()))
            .collect();
        assert_eq!(
            rules,
            [
                (2, vec!["I002"]),
                (5, vec!["I003"]),
                (6, vec!["I013"]),
                (7, vec!["I018"]),
                (8, vec!["I005"]),
                (9, vec!["I012"]),
            ]
        );
        assert_eq!(file.lines[0].before, "title：几天能到");
        assert_eq!(file.lines[0].after.as_deref(), Some("title: 几天能到"));
        assert_eq!(file.encoding, None);
    }

    #[test]
    fn what_may_be_meant_otherwise_is_left_to_people() {
        for text in [
            "answers:\n  - 送完为止～\n    - 亲，现在的\n",
            "examples:\n  - *abc\n",
            "answers:\n  - 亲，有的 #满99送袜子\n",
            "title: “好”和“坏”\n",
            "intent: shipping.eta\n",
        ] {
            assert_eq!(mended(text), None, "{text}");
        }
    }

    #[test]
    fn line_ends_and_the_mark_at_the_beginning_stay() {
        let file = mended("\u{feff}intent: a.b\r\ntitle：甲\r\n```\r\nexamples:\r\n").unwrap();
        assert_eq!(file.text, "\u{feff}intent: a.b\r\ntitle: 甲\r\nexamples:\r\n");
        assert_eq!(file.lines[1].after, None);
        assert_eq!(mended("title：甲").unwrap().text, "title: 甲");
    }

    #[test]
    fn a_file_of_chinese_windows_becomes_utf_8() {
        let text = "intent: shipping.eta\ntitle：几天能到\nexamples:\n  - 我买的东西几天能到\n";
        let (gbk, _, _) = encoding_rs::GBK.encode(text);
        let mended = mend(&file(&gbk)).unwrap();
        assert_eq!(mended.encoding, Some("GBK"));
        assert_eq!(mended.text, text.replace('：', ": "));
        assert_eq!(mended.lines.len(), 1);
        // A picture with the name of an intent file is nothing that could be mended.
        assert_eq!(mend(&file(b"\x89PNG\r\n\x1a\n\0\0")), None);
        let beside = SourceFile {
            name: "说明.txt".to_owned(),
            bytes: gbk.to_vec(),
        };
        assert_eq!(mend(&beside), None);
    }

    proptest! {
        /// Whoever mends twice finds nothing the second time, and what was mended is found wrong no more.
        #[test]
        fn mending_is_done_at_once(lines in proptest::collection::vec(
            "[ \t\u{3000}]{0,3}(- |-|• |－)?(title|examples|not|text|ask)?(:|：|: )?[“\"@\\[［{]?[甲乙a，, ]{0,4}[”\"\\]］}]?", 1..12,
        ), end in prop_oneof![Just("\n"), Just("\r\n")]) {
            let text = lines.join(end);
            if let Some(file) = mended(&text) {
                prop_assert_eq!(mended(&file.text), None, "{:?} -> {:?}", text, file.text);
            }
        }
    }

    #[test]
    fn a_mended_file_is_read_as_the_same_question() {
        let wrong = "intent: shipping.eta\ntitle： 几天能到\ntitle_en: When\nexamples：\n• 几天到\n• 多久到\n";
        let read = |text: &str| load_files(&[file(text.as_bytes())]).1;
        let is_sign = |rule: &str| CERTAIN.contains(&rule);
        assert!(read(wrong).iter().any(|finding| is_sign(finding.rule)));
        assert!(
            !read(&mended(wrong).unwrap().text)
                .iter()
                .any(|finding| is_sign(finding.rule))
        );
    }
}
