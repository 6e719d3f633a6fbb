//! A look at the lines before the parser: mistakes that it would report in the wrong place or in words that
//! help nobody. Each is reported and mended in memory, so that the rest of the file is still checked.

use std::borrow::Cow;

use crate::packs::Finding;

use super::brackets::{mend_brackets, quoted_by_hand};
use super::heads::{LIST_KEYS, is_blank, mend_head};
use super::quoting::mend_value;
use super::signs::{is_colon, is_mark, unseen};
use super::swallowed::{ends_open, mend_fused, swallowed};

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
    let mut above = Above::Other;
    // How far a sentence of a list is indented, where it is the line before.
    let mut fused_under = None;
    let mut fenced = false;
    let text = text.trim_start_matches('\u{feff}');
    // What old Macs end lines with ends them in YAML too.
    let text = if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    };
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let line = if is_blank(line) { "" } else { line };
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
        if body.starts_with("```") || body.starts_with("~~~") {
            if !fenced {
                scan.findings.push(fence(file, number, body.trim_end()));
            }
            fenced = true;
            scan.push("");
            continue;
        }
        let line = mend_head(file, number, line, &mut scan.findings);
        let line = mend_tabs(file, number, &line, &mut scan.findings);
        let line = mend_dash(file, number, &line, above, &mut scan.findings);
        let line = mend_fused(file, number, &line, fused_under, &mut scan.findings);
        let line = mend_colon(file, number, &line, &mut scan.findings);
        let line = mend_brackets(file, number, &line, &mut scan.findings);
        scan.findings.extend(quoted_by_hand(file, number, &line));
        let line = mend_value(file, number, &line, &mut scan.findings);
        scan.findings.extend(swallowed(file, number, &line));
        above = Above::of(&line);
        fused_under = ends_open(&line);
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

/// What the line before may be the list of.
#[derive(Clone, Copy)]
enum Above {
    /// A key with nothing behind it.
    Key,
    /// An item of a list with this indentation.
    Item(usize),
    /// Anything else.
    Other,
}

impl Above {
    fn of(line: &str) -> Above {
        let body = line.trim_start();
        if body.starts_with("- ") {
            Above::Item(line.len() - body.len())
        } else if line.trim_end().ends_with(':') {
            Above::Key
        } else {
            Above::Other
        }
    }
}

fn fence(file: &str, number: usize, fence: &str) -> Finding {
    Finding::error(
        "I001",
        file,
        format!("“{fence}”是 Markdown 的代码框，不是话术"),
        format!("`{fence}` is the fence of a Markdown code block, and no part of the file"),
    )
    .at(number, 1)
    .hint(
        "删掉框的头尾两行，只留中间的内容",
        "delete the fence's first and last line, and keep what is between them",
    )
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
    let (zh, en) = match indentation.chars().nth(at) {
        Some('\t') => (
            "行首用了 Tab 键缩进".to_owned(),
            "this line is indented with a tab".to_owned(),
        ),
        other => {
            let (zh, en) = other.and_then(unseen).unwrap_or(("空白", "another white space"));
            (format!("行首有{zh}"), format!("this line is indented with {en}"))
        }
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

/// `-发货`: the space behind the dash is missing. `• 发货`, `– 发货`: what word processors make of a dash.
fn mend_dash(file: &str, number: usize, line: &str, above: Above, findings: &mut Vec<Finding>) -> String {
    let body = line.trim_start();
    let indentation = &line[..line.len() - body.len()];
    let Some(mark) = body.chars().next().filter(|sign| *sign == '-' || is_mark(*sign)) else {
        return line.to_owned();
    };
    let sentence = &body[mark.len_utf8()..];
    let dash_is_ascii = mark == '-';
    let spaced = sentence.starts_with(char::is_whitespace);
    // Other marks begin sentences too: they are a dash's only where a list is.
    let listed = match above {
        Above::Key => true,
        Above::Item(outer) => indentation.len() <= outer,
        Above::Other => false,
    };
    let wrong = match sentence.chars().next() {
        None => false,
        Some(next) if dash_is_ascii => !next.is_ascii() || next == '"',
        Some(next) if matches!(mark, '－' | '—') => next == ' ' || !next.is_ascii(),
        Some(_) if matches!(mark, '*' | '+') => listed && spaced,
        Some(next) => listed && (spaced || !next.is_ascii()),
    };
    if !wrong || sentence.starts_with(mark) {
        return line.to_owned();
    }
    let mended = format!("- {}", sentence.trim_start());
    let (zh, en) = if dash_is_ascii {
        (
            "减号后面少了空格".to_owned(),
            "the space behind the dash is missing".to_owned(),
        )
    } else {
        (
            format!("行首的“{mark}”不是减号，成不了列表"),
            format!("`{mark}` is no dash, and makes no list"),
        )
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
    let glued = after
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
            .at(number, line.chars().count() - after.chars().count() + 1)
            .hint(format!("写成 {mended}"), format!("write {mended}")),
        );
        return format!("{}: {value}", &line[..line.len() - rest.len()]);
    }
    let Some(sign) = after.chars().next().filter(|sign| is_colon(*sign)) else {
        return line.to_owned();
    };
    let value = &after[sign.len_utf8()..];
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
            match sign {
                '：' => format!("“{key}”后面用了中文冒号“：”"),
                other => format!("“{key}”后面的“{other}”不是冒号，只是像"),
            },
            match sign {
                '：' => format!("`{key}` is followed by the full-width colon"),
                other => format!("`{key}` is followed by `{other}`, which only looks like a colon"),
            },
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
#[path = "prescan_tests.rs"]
mod tests;
