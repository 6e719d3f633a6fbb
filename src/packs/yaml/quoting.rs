//! Texts that need quotes because their first sign means something else to YAML.

use crate::packs::Finding;

/// A text that begins with a sign that means something else to YAML.
pub fn mend_value(file: &str, number: usize, line: &str, findings: &mut Vec<Finding>) -> String {
    let body = line.trim_start();
    let indentation = line.len() - body.len();
    let mut start = indentation;
    let mut rest = body;
    while let Some(inner) = rest.strip_prefix("- ") {
        let inner = inner.trim_start();
        start = line.len() - inner.len();
        rest = inner;
    }
    let key_length = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        .count();
    if key_length > 0
        && let Some(value) = rest[key_length..].strip_prefix(": ")
    {
        let value = value.trim_start();
        start = line.len() - value.len();
        rest = value;
    }
    let rest = rest.trim_end();
    if !special(rest) {
        return line.to_owned();
    }
    let column = line[..start].chars().count() + 1;
    let sign = rest.chars().next().unwrap_or(' ');
    let reference = matches!(sign, '&' | '*' | '!')
        && rest[1..]
            .chars()
            .next()
            .is_some_and(|next| next.is_ascii_alphanumeric());
    let quoted = quoted(rest);
    let finding = if reference {
        Finding::error(
            "I006",
            file,
            format!("“{rest}”是 YAML 的引用或标签写法，这里不能用"),
            format!("`{rest}` is a YAML anchor, alias or tag, which is not allowed here"),
        )
    } else {
        Finding::error(
            "I005",
            file,
            format!("以“{sign}”开头的文字要加引号"),
            format!("a text that begins with `{sign}` needs quotes"),
        )
    };
    findings.push(
        finding
            .at(number, column)
            .hint(format!("写成 {quoted}"), format!("write {quoted}")),
    );
    format!("{}{quoted}", &line[..start])
}

/// The text in ordinary quotes, as YAML reads it back.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether YAML would read this value as something else than the text it was meant to be.
fn special(value: &str) -> bool {
    let mut characters = value.chars();
    match (characters.next(), characters.next()) {
        (Some('@' | '`' | '%' | '&' | '*' | '!'), _) => true,
        (Some('{'), second) => matches!(second, Some('{' | '%')),
        // A list in brackets ends where the line ends; a pattern goes on behind the bracket.
        (Some('['), _) => closes_early(value),
        _ => false,
    }
}

/// Whether the bracket that opens the value closes before its end, other than in front of a comment.
fn closes_early(value: &str) -> bool {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, character) in value.char_indices() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '[') => depth += 1,
            (None, ']') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    let rest = &value[at + 1..];
                    let rest = rest.trim_start();
                    return !rest.is_empty() && !rest.starts_with('#');
                }
            }
            _ => {}
        }
    }
    false
}
