//! What answers name: braces that are none, and slots that nobody reads.

use std::collections::BTreeSet;

use crate::model::{Language, SlotName};
use crate::packs::build::answer_language;
use crate::packs::finding::Finding;
use crate::packs::written::{AnswerFile, Files, IntentFile};
use crate::packs::yaml::At;

/// Slots that every talk may have without asking for them: what it is about, and where it came from.
const ALWAYS: [SlotName; 5] = [
    SlotName::Goods,
    SlotName::OtherGoods,
    SlotName::Attribute,
    SlotName::Link,
    SlotName::OrderNumber,
];

/// Checks the answers of questions, the questions for slots, and phrases.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    for (file, intent) in files.written() {
        for answer in intent.answers.iter().chain(&intent.agent) {
            braces(file, &answer.text, findings);
        }
        for slot in &intent.slots {
            slot.ask
                .iter()
                .chain(&slot.ask_en)
                .for_each(|ask| braces(file, ask, findings));
        }
        // What a shop writes over a question answers with its slots, and with what its table finds.
        let id = intent.intent.as_ref().map_or("", |id| &id.value);
        let known = files.known.slots.get(id).into_iter().flatten();
        let read = intent.slots.iter().chain(known);
        let mut names: BTreeSet<&str> = read.map(|slot| slot.name.value.as_str()).collect();
        let columns = intent.table.iter().flat_map(|table| &table.columns);
        names.extend(columns.map(|column| column.value.as_str()));
        names.extend(files.known.columns.get(id).into_iter().flatten().map(String::as_str));
        unread(file, intent, &names, findings);
    }
    for (file, overlay) in &files.overlays {
        for answer in &overlay.more_answers {
            braces(file, &answer.text, findings);
        }
    }
    for (file, _, answers) in &files.phrases {
        for answer in answers {
            braces(file, &answer.text, findings);
        }
    }
}

/// `{ shop.gift }`, `｛｛shop.gift｝｝`: shoppers would see them as they stand.
fn braces(file: &str, text: &At<String>, findings: &mut Vec<Finding>) {
    let Some((at, written, name)) = raw_braces(&text.value) else {
        return;
    };
    findings.push(
        Finding::error(
            "I126",
            file,
            format!("“{written}”会原样发给顾客"),
            format!("`{written}` is sent to shoppers as it stands"),
        )
        .at(text.line, text.column + text.inset + at)
        .wide(written.chars().count())
        .hint(
            format!("变量写两层英文花括号：{{{{ {name} }}}}，整句加双引号"),
            format!("a variable has two braces: {{{{ {name} }}}}, and the text is in quotes"),
        ),
    );
}

/// The first braces that look like a variable's and are none: where, as written, and the name within.
fn raw_braces(text: &str) -> Option<(usize, String, String)> {
    let signs: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < signs.len() {
        let next = signs.get(at + 1).copied();
        match signs[at] {
            '{' if matches!(next, Some('{' | '%' | '#')) => {
                let end = if next == Some('{') {
                    ['}', '}']
                } else {
                    [next.unwrap_or('%'), '}']
                };
                let close = (at + 2..signs.len()).find(|from| signs[*from..].starts_with(&end));
                at = close.map_or(signs.len(), |close| close + 2);
            }
            '{' | '｛' => {
                let opens = signs[at..].iter().take_while(|sign| matches!(sign, '{' | '｛')).count();
                let inner: String = signs[at + opens..]
                    .iter()
                    .take_while(|sign| !matches!(sign, '}' | '｝' | '{' | '｛'))
                    .collect();
                let end = at + opens + inner.chars().count();
                let closes = signs[end..]
                    .iter()
                    .take_while(|sign| matches!(sign, '}' | '｝'))
                    .count();
                let name = inner.trim();
                if closes > 0 && is_name(name) {
                    return Some((at, signs[at..end + closes].iter().collect(), name.to_owned()));
                }
                at += opens;
            }
            _ => at += 1,
        }
    }
    None
}

/// A variable's name: letters, digits, `_` and dots, with a letter in front.
fn is_name(text: &str) -> bool {
    text.len() > 1
        && text.starts_with(|sign: char| sign.is_ascii_lowercase())
        && text
            .chars()
            .all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '.' | '|'))
}

/// A language whose every answer names a slot that the question does not have is answered in only by chance.
fn unread(file: &str, intent: &IntentFile, read: &BTreeSet<&str>, findings: &mut Vec<Finding>) {
    for language in [Language::Chinese, Language::English] {
        let of = |answer: &&AnswerFile| answer_language(answer) == language;
        let mut missing: Option<(&AnswerFile, &'static str)> = None;
        let mut any_speaks = false;
        for answer in intent.answers.iter().filter(of) {
            match needed(&answer.text.value).find(|name| !read.contains(name)) {
                Some(name) => missing = missing.or(Some((answer, name))),
                None => any_speaks = true,
            }
        }
        if let (Some((answer, name)), false) = (missing, any_speaks) {
            findings.push(
                Finding::error(
                    "I127",
                    file,
                    format!("答案要用 {name}，可是 slots 里没有：顾客没有自己说过，就答不出来"),
                    format!("the answer needs {name}, which is not in `slots`: it is only said to who gave it unasked"),
                )
                .at(answer.text.line, answer.text.column)
                .hint(
                    format!("在 slots: 里加上 - name: {name}，或者写一条不用它的答案"),
                    format!("add `- name: {name}` to `slots`, or write an answer without it"),
                ),
            );
        }
    }
}

/// The slots without which a template says nothing: those outside of `{% if %}`.
fn needed(template: &str) -> impl Iterator<Item = &'static str> {
    let mut names = Vec::new();
    let mut rest = template;
    let mut depth = 0_usize;
    while let Some(at) = rest.find('{') {
        rest = &rest[at + 1..];
        if let Some(statement) = rest.strip_prefix('%') {
            let (inner, after) = statement.split_once("%}").unwrap_or((statement, ""));
            match inner.trim_matches(['-', ' ']).split_whitespace().next() {
                Some("if") => depth += 1,
                Some("endif") => depth = depth.saturating_sub(1),
                _ => {}
            }
            rest = after;
        } else if let Some(expression) = rest.strip_prefix('{') {
            let (inner, after) = expression.split_once("}}").unwrap_or((expression, ""));
            if depth == 0 && !inner.contains("default") {
                let name = inner
                    .trim_matches(['-', ' '])
                    .split(['|', ' ', '.'])
                    .next()
                    .unwrap_or_default();
                let slot = SlotName::from_name(name).filter(|slot| !ALWAYS.contains(slot));
                names.extend(slot.map(SlotName::name));
            }
            rest = after;
        }
    }
    names.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_that_look_like_a_variable_s_are_told_from_others() {
        for (text, at, name) in [
            ("送 { shop.gift }", 2, "shop.gift"),
            ("｛｛shop.gift｝｝送完为止", 0, "shop.gift"),
            ("{{ shop.a }}，{shop.b}", 13, "shop.b"),
            ("{｛ shop.gift }}", 0, "shop.gift"),
        ] {
            let found = raw_braces(text).map(|(at, _, name)| (at, name));
            assert_eq!(found, Some((at, name.to_owned())), "{text}");
        }
        for fine in [
            "{{ shop.gift }}",
            "{% if a %}好{% endif %}",
            "{# x #}",
            "笑{}",
            "{ 好 }",
            "a{",
            "{{ a }",
            "集合{1,2}",
        ] {
            assert_eq!(raw_braces(fine), None, "{fine}");
        }
    }

    #[test]
    fn what_a_template_cannot_do_without_is_told() {
        let needed = |text: &str| needed(text).collect::<Vec<_>>();
        assert_eq!(needed("亲，{{ height }} 穿 {{size}}"), ["height", "size"]);
        assert_eq!(
            needed("{% if height %}{{ height }}{% endif %}好 {{ shop.height }}"),
            Vec::<&str>::new()
        );
        assert_eq!(needed("{{ weight|default('') }}"), Vec::<&str>::new());
    }
}
