//! A look at the lines before the parser: mistakes that it would report in the wrong place or in words that
//! help nobody. Each is reported and mended in memory, so that the rest of the file is still checked.

use crate::packs::Finding;

use super::quoting::mend_value;

/// The text as it should have been, and what was wrong with it.
pub struct Prescan {
    /// The mended text.
    pub text: String,
    /// What was mended.
    pub findings: Vec<Finding>,
}

/// Reads all lines of a file.
pub fn prescan(file: &str, text: &str) -> Prescan {
    let mut scan = Prescan {
        text: String::with_capacity(text.len()),
        findings: Vec::new(),
    };
    // Inside a block scalar (`text: |`) everything deeper is plain text.
    let mut block: Option<usize> = None;
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let number = index + 1;
        let body = line.trim_start();
        let indentation = line.chars().count() - body.chars().count();
        match block {
            Some(outer) if body.is_empty() || indentation > outer => {
                scan.push(line);
                continue;
            }
            _ => block = None,
        }
        if body.is_empty() || body.starts_with('#') {
            scan.push(if body.is_empty() { "" } else { line });
            continue;
        }
        let line = mend_tabs(file, number, line, &mut scan.findings);
        let line = mend_dash(file, number, &line, &mut scan.findings);
        let line = mend_colon(file, number, &line, &mut scan.findings);
        let line = mend_value(file, number, &line, &mut scan.findings);
        let end = line.trim_end();
        if [
            ": |", ": >", ": |-", ": >-", "- |", "- >", "- |-", "- >-", ": |+", ": >+",
        ]
        .iter()
        .any(|mark| end.ends_with(mark))
        {
            block = Some(indentation);
        }
        scan.push(&line);
    }
    scan
}

impl Prescan {
    fn push(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }
}

fn mend_tabs(file: &str, number: usize, line: &str, findings: &mut Vec<Finding>) -> String {
    let indentation: String = line.chars().take_while(|character| character.is_whitespace()).collect();
    let odd = indentation.chars().position(|character| character != ' ');
    let Some(at) = odd else { return line.to_owned() };
    let (zh, en) = if indentation.chars().nth(at) == Some('\t') {
        ("行首用了 Tab 键缩进", "this line is indented with a tab")
    } else {
        ("行首有全角空格", "this line is indented with a full-width space")
    };
    findings.push(
        Finding::error("I003", file, zh, en)
            .at(number, at + 1)
            .hint("改成两个半角空格", "use two ordinary spaces instead"),
    );
    let spaces: String = indentation
        .chars()
        .map(|character| if character == ' ' { " " } else { "  " })
        .collect();
    format!("{spaces}{}", line.trim_start())
}

/// `-发货`: the space behind the dash is missing.
fn mend_dash(file: &str, number: usize, line: &str, findings: &mut Vec<Finding>) -> String {
    let body = line.trim_start();
    let indentation = &line[..line.len() - body.len()];
    let sentence = body.strip_prefix(['-', '－', '—']).unwrap_or("");
    let dash_is_ascii = body.starts_with('-');
    let next = sentence.chars().next();
    let wrong = match next {
        Some(next) if dash_is_ascii => !next.is_ascii() || next == '"',
        Some(next) => next == ' ' || !next.is_ascii(),
        None => false,
    };
    if !wrong || sentence.starts_with('—') {
        return line.to_owned();
    }
    let mended = format!("- {}", sentence.trim_start());
    let (zh, en) = if dash_is_ascii {
        ("减号后面少了空格", "the space behind the dash is missing")
    } else {
        ("行首是全角的减号", "the dash is full-width")
    };
    findings.push(
        Finding::error("I013", file, zh, en)
            .at(number, indentation.chars().count() + 1)
            .hint(format!("写成 {mended}"), format!("write {mended}")),
    );
    format!("{indentation}{mended}")
}

/// `examples：` or `title：发货`: a key in Latin letters with the Chinese colon behind it.
fn mend_colon(file: &str, number: usize, line: &str, findings: &mut Vec<Finding>) -> String {
    let body = line.trim_start();
    let key_start = body.strip_prefix("- ").map_or(body, str::trim_start);
    let key: String = key_start
        .chars()
        .take_while(|character| character.is_ascii_alphanumeric() || *character == '_')
        .collect();
    let rest = &key_start[key.len()..];
    let after = rest.trim_start();
    let glued = rest
        .strip_prefix(':')
        .filter(|value| KEYS.contains(&key.as_str()) && !value.is_empty() && !value.starts_with(char::is_whitespace));
    if let Some(value) = glued {
        let mended = format!("{key}: {value}");
        findings.push(
            Finding::error(
                "I013",
                file,
                "冒号后面少了空格",
                "the space behind the colon is missing",
            )
            .at(number, line.chars().count() - rest.chars().count() + 1)
            .hint(format!("写成 {mended}"), format!("write {mended}")),
        );
        return format!("{}: {value}", &line[..line.len() - rest.len()]);
    }
    let Some(value) = after.strip_prefix('：') else {
        return line.to_owned();
    };
    // In a list only a known key is one: 「- XL：有货吗」 is a sentence.
    let in_list = key_start.len() != body.len();
    if key.is_empty() || (in_list && !LIST_KEYS.contains(&key.as_str())) {
        return line.to_owned();
    }
    let column = line.chars().count() - after.chars().count() + 1;
    findings.push(
        Finding::error(
            "I002",
            file,
            format!("“{key}”后面用了中文冒号“：”"),
            format!("`{key}` is followed by the full-width colon"),
        )
        .at(number, column)
        .hint(
            format!("换成英文冒号加一个空格：{key}: {}", value.trim())
                .trim_end()
                .to_owned(),
            format!("write an ordinary colon and a space: {key}: {}", value.trim())
                .trim_end()
                .to_owned(),
        ),
    );
    let before = &line[..line.len() - rest.len()];
    if value.trim().is_empty() {
        format!("{before}:")
    } else {
        format!("{before}: {}", value.trim_start())
    }
}

const LIST_KEYS: [&str; 12] = [
    "ask",
    "after",
    "expect",
    "expect_not",
    "name",
    "ask_en",
    "name_en",
    "text",
    "lang",
    "from",
    "to",
    "word",
];

/// Keys that are glued to their value by mistake; other words with a colon may be part of a sentence.
const KEYS: [&str; 22] = [
    "intent",
    "title",
    "title_en",
    "examples",
    "patterns",
    "not",
    "require",
    "slots",
    "name",
    "ask",
    "ask_en",
    "table",
    "answers",
    "text",
    "lang",
    "from",
    "to",
    "choices",
    "handoff",
    "tests",
    "expect",
    "expect_not",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> (Finding, String) {
        let mut scan = prescan("a.yaml", text);
        assert_eq!(scan.findings.len(), 1, "{text:?} {:?}", scan.findings);
        (scan.findings.remove(0), scan.text)
    }

    #[test]
    fn a_chinese_colon_is_named_and_mended() {
        let (finding, text) = only("intent: a.b\nexamples：\n  - 发货\n");
        assert_eq!((finding.rule, finding.line, finding.column), ("I002", 2, 9));
        assert!(text.contains("\nexamples:\n"));
        let (finding, text) = only("title：发货\n");
        assert_eq!(finding.column, 6);
        assert_eq!(finding.hint.zh, "换成英文冒号加一个空格：title: 发货");
        assert_eq!(text, "title: 发货\n");
        let (finding, _) = only("tests:\n  - ask：在吗\n");
        assert_eq!((finding.line, finding.column), (2, 8));
    }

    #[test]
    fn missing_spaces_are_named() {
        let (finding, text) = only("examples:\n  -发货\n");
        assert_eq!((finding.rule, finding.line, finding.column), ("I013", 2, 3));
        assert_eq!(text, "examples:\n  - 发货\n");
        let (finding, text) = only("title:发货\n");
        assert_eq!((finding.rule, finding.line, finding.column), ("I013", 1, 6));
        assert_eq!(text, "title: 发货\n");
        assert!(prescan("a.yaml", "---\na: -5\n- https://x.cn\n").findings.is_empty());
    }

    #[test]
    fn a_chinese_colon_in_a_sentence_is_fine() {
        assert!(
            prescan("a.yaml", "  - 请问：几时发货\n  - XL：有货吗\n")
                .findings
                .is_empty()
        );
    }

    #[test]
    fn tabs_and_wide_spaces_are_named() {
        let (finding, text) = only("examples:\n\t- 发货\n");
        assert_eq!((finding.rule, finding.line, finding.column), ("I003", 2, 1));
        assert_eq!(text, "examples:\n  - 发货\n");
        let (finding, _) = only("examples:\n　- 发货\n");
        assert_eq!(finding.rule, "I003");
    }

    #[test]
    fn signs_at_the_beginning_need_quotes() {
        for (line, column) in [
            ("  - {{ shop.cutoff }} 前付款当天发", 5),
            ("  - text: {{ days }} 天到", 11),
            ("  - [能|可以](发货|寄出)", 5),
            ("  - @客服", 5),
            ("title: %折扣", 8),
        ] {
            let (finding, text) = only(line);
            assert_eq!(
                (finding.rule, finding.line, finding.column),
                ("I005", 1, column),
                "{line}"
            );
            assert!(text.trim_end().ends_with('"'), "{text}");
        }
    }

    #[test]
    fn anchors_and_tags_are_named() {
        for line in ["a: &base", "a: *base", "  - !str x"] {
            let (finding, _) = only(line);
            assert_eq!(finding.rule, "I006", "{line}");
        }
    }

    #[test]
    fn lists_in_brackets_and_blocks_are_left_alone() {
        for text in [
            "not: [退货, 退款]\n",
            "not: [退货]   # 另有文件\n",
            "  - [150-158, 40-47, S]\n",
            "  - {word: 发货, same: [发出]}\n",
            "text: |\n  * 一\n  {{ x }}\nb: c\n",
        ] {
            assert!(prescan("a.yaml", text).findings.is_empty(), "{text:?}");
        }
    }
}
