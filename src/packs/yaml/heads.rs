//! The beginning of a line, up to its text: indentation, list mark, key and colon, cleared of signs that cannot be
//! seen and of letters that only look like those of a key.

use crate::packs::Finding;

use super::signs::{breaks_line, code, has_no_width, is_colon, is_mark, plain, unseen};

/// Keys of the items of lists.
pub const LIST_KEYS: [&str; 12] = [
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

/// Whether a line shows nothing.
pub fn is_blank(line: &str) -> bool {
    line.chars().all(|sign| sign.is_whitespace() || has_no_width(sign))
}

/// The line with a head as it should have been. What is wrong with it is one finding, at the first sign.
pub fn mend_head(file: &str, number: usize, line: &str, findings: &mut Vec<Finding>) -> String {
    let line = mend_breaks(file, number, line, findings);
    if line.is_ascii() {
        return line;
    }
    let head = Head::read(&line);
    let rest = head.rest;
    let mut mended = String::with_capacity(line.len());
    // Odd white space in front is the indentation's: `mend_tabs` names it.
    mended.extend(head.indentation.chars().filter(|sign| !has_no_width(*sign)));
    mended.push_str(head.mark);
    let own = head.written.trim_end_matches([' ', '\t']) == head.name;
    mended.push_str(if own { head.written } else { &head.name });
    // Where the key is mended, its colon is with it: one cause, one finding.
    mended.push_str(if own || head.colon.is_empty() { head.colon } else { ":" });
    if !own && !matches!(head.colon, "" | ":") && !rest.is_empty() && !rest.starts_with(' ') {
        mended.push(' ');
    }
    let blank = prefix(rest, |sign| sign == ' ' || unseen(sign).is_some());
    let gap = blank.len();
    // YAML takes a tab there, and what stands behind a Chinese colon is mended with it.
    let tidy = head.colon != ":"
        || blank.trim_start_matches('\t').is_empty()
        || blank.starts_with(' ') && !blank.contains(has_no_width);
    if tidy && is_id_with_more(rest) {
        mended.extend(rest.chars().filter(|sign| !has_no_width(*sign)));
    } else if tidy {
        mended.push_str(rest);
    } else if !rest[gap..].trim().is_empty() {
        mended.push(' ');
        mended.push_str(rest[gap..].trim_start());
    }
    if mended == line {
        return line;
    }
    let wrong = line.char_indices().find(|(at, sign)| {
        let body = *at >= head.indentation.len();
        let end = match tidy {
            true if is_id_with_more(rest) => rest.len(),
            true => 0,
            false => gap,
        };
        let within = *at < line.len() - rest.len() + end;
        within
            && (unseen(*sign).is_some() && (body || has_no_width(*sign))
                || plain(*sign).is_some_and(|own| own != *sign))
    });
    let Some((at, sign)) = wrong else { return mended };
    let column = line[..at].chars().count() + 1;
    let right = mended.trim();
    let finding = match unseen(sign) {
        Some((zh, en)) => hidden(file, sign, zh, en),
        None => Finding::error(
            "I002",
            file,
            format!("“{}”里有全角的字母或数字“{sign}”", head.written.trim()),
            format!("`{}` holds the full-width `{sign}`", head.written.trim()),
        ),
    };
    findings.push(finding.at(number, column).hint(
        format!("删掉重打，写成 {right}"),
        format!("delete and type it again: {right}"),
    ));
    mended
}

fn hidden(file: &str, sign: char, zh: &str, en: &str) -> Finding {
    Finding::error(
        "I015",
        file,
        format!("这里有一个看不见的字符：{zh}（{}）", code(sign)),
        format!("here is a sign that cannot be seen: {en} ({})", code(sign)),
    )
}

/// Line breaks that are none to YAML, and control characters, which it refuses, anywhere in a line.
fn mend_breaks(file: &str, number: usize, line: &str, findings: &mut Vec<Finding>) -> String {
    let odd = |sign: char| sign != '\t' && (sign.is_control() || breaks_line(sign).is_some());
    let Some(at) = line.find(odd) else {
        return line.to_owned();
    };
    let sign = line[at..].chars().next().unwrap_or(' ');
    // At the end of a line it is lost, as a white space is there.
    if line[at..].trim_end_matches(odd).is_empty() {
        return line[..at].to_owned();
    }
    let (zh, en) = unseen(sign).unwrap_or(("控制字符", "a control character"));
    let finding = hidden(file, sign, zh, en).at(number, line[..at].chars().count() + 1);
    findings.push(if breaks_line(sign).is_some() {
        finding.hint("删掉它，按回车键换行", "delete it, and press Enter for a new line")
    } else {
        finding.hint("删掉它", "delete it")
    });
    line.replace(odd, " ")
}

/// The parts of a line.
struct Head<'l> {
    indentation: &'l str,
    /// The list mark with the white space behind it.
    mark: &'l str,
    /// The key as it should be; empty where there is none.
    name: String,
    /// The key as it is written.
    written: &'l str,
    colon: &'l str,
    rest: &'l str,
}

impl<'l> Head<'l> {
    fn read(line: &'l str) -> Head<'l> {
        let indentation = prefix(line, |sign| sign.is_whitespace() || has_no_width(sign));
        let mut rest = &line[indentation.len()..];
        let mut mark = "";
        if let Some(sign) = rest.chars().next().filter(|sign| *sign == '-' || is_mark(*sign)) {
            let space = prefix(&rest[sign.len_utf8()..], char::is_whitespace);
            (mark, rest) = rest.split_at(sign.len_utf8() + space.len());
        }
        let written = prefix(rest, |sign| {
            plain(sign).is_some() || unseen(sign).is_some() || sign == ' '
        });
        let after = &rest[written.len()..];
        let name: String = written.chars().filter_map(plain).collect();
        let is_key = !name.is_empty() && name.starts_with(|sign: char| sign.is_ascii_alphabetic());
        // Two words in front of a colon are a sentence: 「in stock：…」.
        let one_word = written.trim_matches(|sign| sign == ' ' || unseen(sign).is_some());
        let one_word = is_key && !one_word.contains(' ');
        let colon = after.chars().next().filter(|sign| *sign == ':' || is_colon(*sign));
        let known = mark.is_empty() || LIST_KEYS.contains(&name.as_str());
        match colon {
            Some(colon) if one_word && known => {
                let (colon, rest) = after.split_at(colon.len_utf8());
                Head {
                    indentation,
                    mark,
                    name,
                    written,
                    colon,
                    rest,
                }
            }
            _ => Head {
                indentation,
                mark,
                name: String::new(),
                written: "",
                colon: "",
                rest,
            },
        }
    }
}

/// Whether a value is one word of plain signs, an id, with signs among them that cannot be seen.
fn is_id_with_more(value: &str) -> bool {
    if !value.contains(has_no_width) || value.trim_start().starts_with(['"', '\'']) {
        return false;
    }
    let seen: Vec<char> = value.trim().chars().filter(|sign| !has_no_width(*sign)).collect();
    !seen.is_empty() && seen.iter().all(char::is_ascii_graphic)
}

fn prefix(text: &str, belongs: impl Fn(char) -> bool) -> &str {
    let end = text.find(|sign| !belongs(sign)).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::super::prescan::prescan;

    fn only(text: &str) -> (&'static str, usize, usize, String) {
        let scan = prescan("a.yaml", text);
        assert_eq!(scan.findings.len(), 1, "{text:?} {:?}", scan.findings);
        let finding = &scan.findings[0];
        (finding.rule, finding.line, finding.column, scan.text)
    }

    #[test]
    fn what_cannot_be_seen_in_a_head_is_named_and_left_out() {
        for (line, column) in [
            ("title:\u{a0}发货", 7),
            ("title:\u{3000}发货", 7),
            ("title\u{a0}: 发货", 6),
            ("\u{200b}title: 发货", 1),
            ("ti\u{ad}tle: 发货", 3),
            ("\u{feff}title: 发货", 1),
            ("\u{202a}title: 发货", 1),
            ("title:\u{2003}发货", 7),
            ("title: \u{200b}发货", 8),
        ] {
            let found = only(&format!("a: b\n{line}\n"));
            assert_eq!(found, ("I015", 2, column, "a: b\ntitle: 发货\n".to_owned()), "{line:?}");
        }
        for (line, mended) in [
            ("  - ask:\u{a0}在吗", "  - ask: 在吗"),
            ("  \u{200b}- 在吗", "  - 在吗"),
            ("    expect:\u{200b}a.b", "    expect: a.b"),
            ("    expect: a.b\u{200b}", "    expect: a.b"),
            ("  - a.b\u{2060}", "  - a.b"),
        ] {
            let (rule, _, _, text) = only(&format!("{line}\n"));
            assert_eq!((rule, text), ("I015", format!("{mended}\n")), "{line:?}");
        }
    }

    #[test]
    fn line_breaks_of_others_and_control_characters_are_named() {
        for sign in ['\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}', '\u{7}'] {
            let (rule, line, column, _) = only(&format!("a:\n  - 发货{sign}  - 几时\n"));
            assert_eq!((rule, line, column), ("I015", 2, 7), "{sign:?}");
            assert!(prescan("a.yaml", &format!("a:\n  - 发货{sign}\n")).findings.is_empty());
        }
    }

    #[test]
    fn full_width_letters_of_a_key_are_named_with_the_colon() {
        for line in ["ｔitle: 发货", "ｔｉｔｌｅ：发货", "ｔｉｔｌｅ： 发货"] {
            assert_eq!(only(line), ("I002", 1, 1, "title: 发货\n".to_owned()), "{line}");
        }
    }

    #[test]
    fn what_is_fine_stays_fine() {
        for text in [
            "\u{feff}a: b\r\nc: 发货\r\n",
            "a:\n  - 一家人👨\u{200d}👩\u{200d}👧 的衣服\n",
            "a:\n  - 几时\u{200b}寄出\n",
            "a: \"b\u{fe00}\"\nc: \"\u{200b}\"\n",
            "a:\n  - Ｍ码：有货吗\n  - XL：有货吗\n",
            "a: 好\rb: 好\r",
            "title:\t发货\n",
            "a:\n  - ok 吗\n\u{a0}\n\u{200b}\nb: 好\n",
            "a: |\n  • 一\n  ｔ：二\n",
            "a: \"好\n  • 二\"\n",
        ] {
            assert!(
                prescan("a.yaml", text).findings.is_empty(),
                "{text:?} {:?}",
                prescan("a.yaml", text).findings
            );
        }
    }
}
