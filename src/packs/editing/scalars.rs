//! Ends of values and of lines in a text that a person wrote.

/// The comment behind a value, with the blanks before it, empty for none; `None` where the value does not end in its line.
pub(super) fn comment_behind(value: &str) -> Option<&str> {
    let value = value.trim_end_matches(['\n', '\r']);
    let rest = match value.chars().next() {
        Some('"') => {
            let mut escaped = false;
            let close = value.char_indices().skip(1).find(|(_, sign)| {
                let closes = *sign == '"' && !escaped;
                escaped = *sign == '\\' && !escaped;
                closes
            });
            &value[close?.0 + 1..]
        }
        Some('\'') => {
            let inner = &value[1..];
            let mut at = 0;
            loop {
                let close = at + inner[at..].find('\'')?;
                match inner[close + 1..].starts_with('\'') {
                    true => at = close + 2,
                    false => break &inner[close + 1..],
                }
            }
        }
        _ => value.find(" #").map_or("", |at| &value[value[..at].trim_end().len()..]),
    };
    match rest.trim() {
        "" => Some(""),
        comment if comment.starts_with('#') => Some(rest.trim_end()),
        _ => None,
    }
}

/// How lines of a text end.
pub(super) fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// How one line ends.
pub(super) fn ending(line: &str) -> &str {
    &line[line.trim_end_matches(['\n', '\r']).len()..]
}

/// A text whose last line is whole.
pub(super) fn closed<'t>(text: &'t str, end: &str) -> std::borrow::Cow<'t, str> {
    match text.is_empty() || text.ends_with('\n') {
        true => text.into(),
        false => format!("{text}{end}").into(),
    }
}
