//! Folding of width, case, script, invisible characters and repetition.

use unicode_normalization::UnicodeNormalization;

use super::Text;
use super::codes::{Code, code_at};
use crate::packs::simplified;

/// How a message was typed. Signals read it; matching does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Noise {
    /// Exclamation marks.
    pub exclamations: u32,
    /// Question marks.
    pub question_marks: u32,
    /// The longest run of one character.
    pub longest_run: u32,
    /// Three or more Latin words, all in capitals.
    pub shouting: bool,
    /// Codes of pictures and other things that only a person can look at.
    pub attachments: u32,
    /// Codes of faces.
    pub faces: u32,
}

/// The Han characters without a compatibility form.
const HAN: std::ops::RangeInclusive<char> = '\u{3400}'..='\u{9fff}';

/// Whether a character is written without being seen: joiners, direction marks, selectors, controls, accents on top.
pub fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' | '\u{0300}'..='\u{036f}'
        | '\u{1f3fb}'..='\u{1f3ff}')
        || (character.is_control() && !character.is_whitespace())
}

/// One mark for the many that mean the same.
fn fold_mark(character: char) -> char {
    match character {
        '。' | '．' | '｡' => '。',
        '、' | '､' => ',',
        '“' | '”' | '„' | '「' | '」' | '『' | '』' | '«' | '»' | '〝' | '〞' | '″' => '"',
        '‘' | '’' | '‛' | '`' | '´' | '′' => '\'',
        '～' | '〜' | '∼' => '~',
        '—' | '–' | '―' | '－' | '‐' | '‑' => '-',
        '【' | '〔' | '〖' | '《' | '〈' => '(',
        '】' | '〕' | '〗' | '》' | '〉' => ')',
        '…' => '…',
        '\n' => '。',
        other if other.is_whitespace() => ' ',
        other => other,
    }
}

/// Whether a character is a mark of punctuation or a blank, as opposed to something that carries words.
pub fn is_mark(character: char) -> bool {
    matches!(
        character,
        ' ' | ','
            | '。'
            | '!'
            | '?'
            | ';'
            | ':'
            | '"'
            | '\''
            | '~'
            | '-'
            | '('
            | ')'
            | '…'
            | '.'
            | '/'
            | '\\'
            | '|'
            | '*'
            | '_'
            | '='
            | '+'
            | '^'
            | '#'
            | '<'
            | '>'
            | '['
            | ']'
            | '{'
            | '}'
            | '&'
            | '·'
            | '•'
    )
}

/// Folds a text, of the original at most `limit` characters that can be seen.
pub fn fold(original: &str, limit: usize) -> (Text, Noise) {
    let mut text = Text::with_capacity(original.len().min(limit * 3) / 2 + 1);
    let mut noise = Noise::default();
    let mut run = 0;
    let mut latin = Latin::default();
    let mut code_ends = 0;
    let mut seen = 0;
    for (start, character) in original.char_indices() {
        if start < code_ends || is_invisible(character) {
            continue;
        }
        if seen == limit {
            break;
        }
        seen += 1;
        let end = start + character.len_utf8();
        if let Some((code, length)) = code_at(&original[start..]) {
            match code {
                Code::Attachment => noise.attachments += 1,
                Code::Face => noise.faces += 1,
            }
            code_ends = start + length;
            run = push_folded(&mut text, &mut noise, run, ' ', start..code_ends);
            continue;
        }
        latin.see(character);
        // Emoji and Han characters have no compatibility form that matters; the common case skips the tables.
        if character.is_ascii() {
            run = push_folded(
                &mut text,
                &mut noise,
                run,
                fold_mark(character.to_ascii_lowercase()),
                start..end,
            );
        } else if HAN.contains(&character) {
            run = push_folded(&mut text, &mut noise, run, character, start..end);
        } else {
            for compatible in std::iter::once(fold_mark(character)).nfkc() {
                for lower in compatible.to_lowercase() {
                    if !is_invisible(lower) {
                        run = push_folded(&mut text, &mut noise, run, fold_mark(lower), start..end);
                    }
                }
            }
        }
    }
    while text.chars().last() == Some(&' ') {
        text.pop();
    }
    noise.shouting = latin.shouting();
    (text, noise)
}

/// Pushes a folded character, in Simplified script, unless it repeats what stands before it; returns the length of the
/// run so far.
fn push_folded(text: &mut Text, noise: &mut Noise, run: u32, character: char, span: std::ops::Range<usize>) -> u32 {
    let previous = text.chars().last().copied();
    let character = simplified(previous, character);
    match character {
        '!' => noise.exclamations += 1,
        '?' => noise.question_marks += 1,
        _ => {}
    }
    if previous != Some(character) {
        if character == ' ' && previous.is_none() {
            return 0;
        }
        text.push(character, span);
        return 1;
    }
    let run = run + 1;
    if character != ' ' && !character.is_ascii_digit() {
        noise.longest_run = noise.longest_run.max(run);
    }
    let keep = if character.is_ascii_digit() {
        u32::MAX
    } else if is_mark(character) || !character.is_alphanumeric() {
        1
    } else {
        2
    };
    // A third Han character in a row takes the second away again: 快快快 is 快, while 谢谢 and 天天 stay.
    if run == 3 && keep == 2 && !character.is_ascii() {
        text.pop();
        text.extend_last(span.end);
    } else if run <= keep {
        text.push(character, span);
    } else {
        text.extend_last(span.end);
    }
    run
}

/// Folds a word of an intent file the way messages are folded, but keeps its outer blanks away.
pub fn fold_pattern_text(word: &str) -> String {
    fold(word.trim(), super::MAX_CHARS).0.to_string()
}

#[derive(Default)]
struct Latin {
    upper: u32,
    lower: u32,
    words: u32,
    inside: bool,
}

impl Latin {
    fn see(&mut self, character: char) {
        if character.is_ascii_alphabetic() {
            if character.is_ascii_uppercase() {
                self.upper += 1
            } else {
                self.lower += 1
            }
            self.words += u32::from(!self.inside);
            self.inside = true;
        } else if character != '\'' {
            self.inside = false;
        }
    }

    fn shouting(&self) -> bool {
        self.words >= 3 && self.lower == 0 && self.upper >= 8
    }
}
