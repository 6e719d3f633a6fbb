//! What can be seen of a text: one rule for messages, for names, and for what is printed on terminals.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_normalization::char::is_combining_mark;

/// Whether a character takes no room: joiners, selectors, fillers, marks of direction, controls.
pub fn is_unseen(character: char) -> bool {
    character.is_control()
        || turns(character)
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character turns the writing around, or says in which direction it goes.
pub fn turns(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a text shows anything at all: something that is no blank, no invisible character, and no mark that stands on
/// nothing.
pub fn shows_something(text: &str) -> bool {
    text.chars().any(|character| {
        !character.is_whitespace()
            && !is_unseen(character)
            && !is_combining_mark(character)
            // A blank of Braille, a place for an object that is not there, the half of a pair.
            && !matches!(character, '\u{2800}' | '\u{fffc}' | '\u{fffe}' | '\u{ffff}')
    })
}

/// A text as it may be printed on a terminal: controls (but not line breaks and tabs) and what turns the writing around
/// stand there as `\u{1b}`.
pub fn escaped(text: &str) -> Cow<'_, str> {
    escape(text, |character| {
        !matches!(character, '\n' | '\t') && is_dangerous(character)
    })
}

/// The same for what must not become a line of its own: an id, a name.
pub fn escaped_in_line(text: &str) -> Cow<'_, str> {
    escape(text, is_dangerous)
}

fn is_dangerous(character: char) -> bool {
    character.is_control() || turns(character) || matches!(character, '\u{2028}' | '\u{2029}')
}

fn escape(text: &str, escapes: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&escapes) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if escapes(character) {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    // A14
    #[test]
    fn a_terminal_gets_nothing_to_obey() {
        assert_eq!(escaped_in_line("小美 ok"), "小美 ok");
        assert_eq!(
            escaped_in_line("\u{1b}[2J\r\n\u{202e}x"),
            "\\u{1b}[2J\\u{d}\\u{a}\\u{202e}x"
        );
    }

    // F26
    #[test]
    fn what_shows_nothing_is_told_from_what_shows_little() {
        for nothing in [
            "",
            " \n\u{3000}\t",
            "\u{200b}",
            "\u{feff}\u{feff}",
            "\u{fe0f}",
            "\u{301}\u{301}",
            "\u{20dd}",
            "\u{3164}",
            "\u{2800}\u{2800}",
            "\u{115f}\u{1160}",
            "\u{200d}\u{200d}",
            "\u{202e}",
            "\u{ad}",
            "\u{e0061}\u{e007f}",
            "\u{fffc}",
            "\u{0}\u{1b}\u{7f}",
            "\u{180e} \u{2028}",
        ] {
            assert!(!shows_something(nothing), "{nothing:?}");
        }
        for something in [
            "0",
            "。",
            "?",
            "❤\u{fe0f}",
            "👍🏽",
            "👨\u{200d}👩\u{200d}👧",
            "e\u{301}",
            "\u{fffd}",
            "कि",
            "\u{1f3fb}",
        ] {
            assert!(shows_something(something), "{something:?}");
        }
    }

    // A14, F32
    #[test]
    fn nothing_that_steers_a_terminal_or_turns_the_writing_is_left() {
        assert_eq!(
            escaped("你好\u{1b}]0;pwned\u{7}\u{1b}[2J\r\u{9b}31m\u{202e}txt\u{2066}"),
            "你好\\u{1b}]0;pwned\\u{7}\\u{1b}[2J\\u{d}\\u{9b}31m\\u{202e}txt\\u{2066}"
        );
        assert_eq!(escaped("一行\n两行\t👨\u{200d}👩"), "一行\n两行\t👨\u{200d}👩");
        assert_eq!(escaped_in_line("u-1\n排队"), "u-1\\u{a}排队");
        assert!(matches!(escaped("包邮吗"), Cow::Borrowed(_)));
    }
}
