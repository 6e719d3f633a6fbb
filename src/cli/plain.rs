//! Texts of others on a terminal: what would move the cursor, change colours or turn the direction of writing is shown
//! as its number.

use std::fmt::Write as _;

/// The text without anything that a terminal obeys.
pub fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for each in text.chars() {
        if each.is_control()
            || matches!(each, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        {
            let _ = write!(shown, "{}", each.escape_unicode());
        } else {
            shown.push(each);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_terminal_gets_nothing_to_obey() {
        assert_eq!(plain("小美 ok"), "小美 ok");
        assert_eq!(plain("\u{1b}[2J\r\n\u{202e}x"), "\\u{1b}[2J\\u{d}\\u{a}\\u{202e}x");
    }
}
