//! Brackets, quotes and colons within a line that only look like those of YAML: `not: ［退货，退款］`, `{ask：…}`, `“好”`.

use crate::packs::Finding;

use super::quoting::quoted;
use super::signs::is_colon;

/// Keys whose value is a list, in one line or in several.
const LISTS: [&str; 14] = [
    "examples",
    "patterns",
    "not",
    "denied",
    "require",
    "tell_person",
    "columns",
    "choices",
    "waive",
    "after",
    "mute",
    "allow",
    "same",
    "sizes",
];
/// Keys that stand in `{…}`.
const IN_BRACES: [&str; 16] = [
    "ask",
    "after",
    "expect",
    "expect_not",
    "name",
    "name_en",
    "ask_en",
    "text",
    "lang",
    "from",
    "to",
    "word",
    "same",
    "zh",
    "en",
    "price",
];

/// The value of a line, behind list marks and its key, with the key.
fn value(line: &str) -> (usize, &str, &str) {
    let mut rest = line.trim_start();
    while let Some(inner) = rest.strip_prefix("- ") {
        rest = inner.trim_start();
    }
    let length = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        .count();
    let (key, behind) = rest.split_at(length);
    match behind.strip_prefix(": ") {
        Some(value) if !key.is_empty() => {
            let value = value.trim_start();
            (line.len() - value.len(), key, value.trim_end())
        }
        _ => (line.len() - rest.len(), "", rest.trim_end()),
    }
}

/// A list or a mapping in one line whose brackets, colons or commas are full-width.
pub fn mend_brackets(file: &str, number: usize, line: &str, findings: &mut Vec<Finding>) -> String {
    if line.is_ascii() {
        return line.to_owned();
    }
    let (start, key, value) = value(line);
    let within = |open: [char; 2], close: [char; 2]| value.starts_with(open) && value.ends_with(close);
    let is_list = LISTS.contains(&key) && within(['[', '［'], [']', '］']);
    let is_mapping = within(['{', '｛'], ['}', '｝']) && !value.starts_with("{{") && !value.starts_with("{%");
    if !is_list && !is_mapping {
        return line.to_owned();
    }
    let place = |at: usize| line[..start + at].chars().count() + 1;
    let mended = if is_list { mend_list(value) } else { mend_mapping(value) };
    let Some((mended, at, sign)) = mended else {
        return line.to_owned();
    };
    let (rule, zh, en) = match sign {
        ':' => (
            "I013",
            "花括号里冒号后面少了空格".to_owned(),
            "the space behind a colon in braces is missing".to_owned(),
        ),
        sign if is_colon(sign) => (
            "I002",
            format!("花括号里用了“{sign}”，不是英文冒号"),
            format!("`{sign}` in braces is no ordinary colon"),
        ),
        sign => (
            "I012",
            format!("括号里用了全角的“{sign}”"),
            format!("the full-width `{sign}` makes neither a list nor a mapping"),
        ),
    };
    findings.push(
        Finding::error(rule, file, zh, en)
            .at(number, place(at))
            .hint(format!("写成 {mended}"), format!("write {mended}")),
    );
    format!("{}{mended}", &line[..start])
}

/// The mended list, and the first bracket that was wrong with its place. Commas alone are told when the list is read.
fn mend_list(value: &str) -> Option<(String, usize, char)> {
    let last = value.chars().next_back()?;
    let (at, sign) = match value.chars().next()? {
        '［' => (0, '［'),
        _ if last == '］' => (value.len() - last.len_utf8(), last),
        _ => return None,
    };
    let inner = value.trim_start_matches(['[', '［']).trim_end_matches([']', '］']);
    let items: Vec<&str> = inner.split([',', '，', '、']).map(str::trim).collect();
    Some((format!("[{}]", items.join(", ")), at, sign))
}

/// The mended mapping, and the first sign in it that was wrong with its place.
fn mend_mapping(value: &str) -> Option<(String, usize, char)> {
    let mut wrong: Option<(usize, char)> = None;
    let mut mended = String::with_capacity(value.len());
    let mut rest = value;
    let mut quote = None;
    let mut may_be_key = false;
    while let Some(sign) = rest.chars().next() {
        let at = value.len() - rest.len();
        let is_edge = at == 0 || at + sign.len_utf8() == value.len();
        let mut note = |sign: char, at: usize| wrong = wrong.or(Some((at, sign)));
        rest = &rest[sign.len_utf8()..];
        match (quote, sign) {
            (Some(open), _) if open == sign => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if mended.ends_with([' ', '[', '{', ',']) => quote = Some(sign),
            (None, '｛' | '｝') if is_edge => {
                note(sign, at);
                mended.push(if sign == '｛' { '{' } else { '}' });
                may_be_key = sign == '｛';
                continue;
            }
            (None, '{' | ',') => may_be_key = true,
            (None, '，') if key_of(rest).is_some() => {
                note(sign, at);
                mended.push_str(", ");
                rest = rest.trim_start();
                may_be_key = true;
                continue;
            }
            (None, ' ') => {}
            (None, _) if may_be_key => {
                may_be_key = false;
                let here = &value[at..];
                if let Some((key, colon)) = key_of(here) {
                    let behind = here[key.len()..].trim_start();
                    let colon_at = value.len() - behind.len();
                    rest = &behind[colon.len_utf8()..];
                    mended.push_str(key);
                    mended.push_str(": ");
                    if colon != ':' || !rest.starts_with([' ', '\t']) {
                        note(colon, colon_at);
                    }
                    rest = rest.trim_start();
                    continue;
                }
            }
            (None, _) => {}
        }
        mended.push(sign);
    }
    wrong.map(|(at, sign)| (mended, at, sign))
}

/// The known key that a text begins with, and the colon of whatever kind behind it.
fn key_of(text: &str) -> Option<(&str, char)> {
    let text = text.trim_start();
    let length = text
        .bytes()
        .take_while(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        .count();
    let (key, behind) = text.split_at(length);
    let colon = behind.trim_start().chars().next()?;
    (IN_BRACES.contains(&key) && (colon == ':' || is_colon(colon))).then_some((key, colon))
}

/// The line with ordinary quotes in place of those that only look like them.
pub fn with_ordinary_quotes(line: &str) -> Option<String> {
    let (start, inner) = in_odd_quotes(line)?;
    let behind = &line[line.trim_end().len()..];
    Some(format!("{}{}{behind}", &line[..start], quoted(inner)))
}

/// Where a value begins that stands wholly in quotes which are none to YAML, and what they hold.
fn in_odd_quotes(line: &str) -> Option<(usize, &str)> {
    let (start, _, value) = value(line);
    let pairs = [('“', '”'), ('‘', '’'), ('„', '“'), ('＂', '＂'), ('″', '″'), ('”', '”')];
    let inner = pairs.into_iter().find_map(|(open, close)| {
        let inner = value.strip_prefix(open)?.strip_suffix(close)?;
        (!inner.is_empty() && !inner.contains([open, close])).then_some(inner)
    })?;
    Some((start, inner))
}

/// A text that stands wholly in quotes which are none to YAML: they become part of it.
pub fn quoted_by_hand(file: &str, number: usize, line: &str) -> Option<Finding> {
    let (start, inner) = in_odd_quotes(line)?;
    let open = line[start..].chars().next()?;
    Some(
        Finding::warning(
            "I018",
            file,
            format!("整句包在“{open}”这种引号里，引号会当作句子的一部分"),
            format!("the whole text is in quotes of the kind `{open}`, which become part of it"),
        )
        .at(number, line[..start].chars().count() + 1)
        .hint(
            format!("不要引号，写成 {inner}；或者用英文引号：{}", quoted(inner)),
            format!("write {inner}, or with ordinary quotes {}", quoted(inner)),
        ),
    )
}
