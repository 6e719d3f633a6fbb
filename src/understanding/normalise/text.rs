//! Characters with the byte range of the original that each stands for.

use std::fmt;
use std::ops::Range;

/// Folded text. Positions are characters, counted from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    chars: Vec<char>,
    spans: Vec<(u32, u32)>,
}

impl Text {
    /// An empty text with room.
    pub(super) fn with_capacity(capacity: usize) -> Text {
        Text {
            chars: Vec::with_capacity(capacity),
            spans: Vec::with_capacity(capacity),
        }
    }

    /// Adds a character that stands for a byte range of the original.
    pub(super) fn push(&mut self, character: char, span: Range<usize>) {
        self.chars.push(character);
        self.spans.push((span.start as u32, span.end as u32));
    }

    /// Adds a range of another text.
    pub(super) fn append(&mut self, other: &Text, range: Range<usize>) {
        self.chars.extend_from_slice(&other.chars[range.clone()]);
        self.spans.extend_from_slice(&other.spans[range]);
    }

    /// Lets the last character stand for the original up to `end` as well.
    pub(super) fn extend_last(&mut self, end: usize) {
        if let Some(last) = self.spans.last_mut() {
            last.1 = end as u32;
        }
    }

    /// Takes the last character away.
    pub(super) fn pop(&mut self) {
        self.chars.pop();
        self.spans.pop();
    }

    /// The characters.
    pub fn chars(&self) -> &[char] {
        &self.chars
    }

    /// How many characters.
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// The bytes of the original that the character at `at` stands for.
    pub fn span(&self, at: usize) -> Range<usize> {
        let (start, end) = self.spans[at];
        start as usize..end as usize
    }

    /// The words of the original behind a range of characters.
    pub fn original<'a>(&self, original: &'a str, range: Range<usize>) -> &'a str {
        if range.is_empty() || range.end > self.len() {
            return "";
        }
        original
            .get(self.span(range.start).start..self.span(range.end - 1).end)
            .unwrap_or("")
    }

    /// A range as text.
    pub fn slice(&self, range: Range<usize>) -> String {
        self.chars[range].iter().collect()
    }

    /// Where a word first stands.
    pub fn find(&self, word: &str) -> Option<usize> {
        let word: Vec<char> = word.chars().collect();
        if word.is_empty() {
            return None;
        }
        self.chars.windows(word.len()).position(|window| window == word)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chars
            .iter()
            .try_for_each(|character| fmt::Write::write_char(formatter, *character))
    }
}
