//! The little language of `patterns:`: `(a|b)` one of, `[x|y]` one of or nothing, `...` a gap.
//!
//! This is the grammar only. The understanding room compiles the tree to a matcher.

use std::fmt;

use crate::shop::LocalText;

/// A pattern, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The parts in order.
    pub parts: Vec<Part>,
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// These characters. A space stands for any run of white space, and for none at either end of the pattern
    /// or directly after another space (a space before and after an optional part that is left out is one space).
    Text(String),
    /// `(a|b)`: one of these.
    Either(Vec<Vec<Part>>),
    /// `[a|b]`: one of these, or nothing.
    Optional(Vec<Vec<Part>>),
    /// `...` without a space on either side: 0 to 6 of any characters.
    Gap,
    /// ` ... ` with spaces around, as in English: up to three whole words, with the white space around them.
    WordGap,
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at character {at}")]
pub struct PatternError {
    /// Where, in characters from 0.
    pub at: usize,
    /// What is wrong.
    pub kind: PatternErrorKind,
}

/// What is wrong with a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternErrorKind {
    /// A bracket is opened and not closed.
    Unclosed(char),
    /// A bracket is closed that was not opened, or closed by the other kind.
    Unopened(char),
    /// `(a|)`, `()`: an alternative with nothing in it.
    EmptyAlternative,
    /// `a|b` outside brackets.
    StrayBar,
    /// A full-width bracket or bar; the text is compared after widths are folded, so it would never match.
    FullWidth(char),
    /// Nothing at all.
    Empty,
    /// More than eight brackets deep.
    TooDeep,
}

impl fmt::Display for PatternErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message().en)
    }
}

impl PatternErrorKind {
    /// What is wrong, for operators.
    pub fn message(self) -> LocalText {
        let (zh, en) = match self {
            Self::Unclosed(bracket) => (
                format!("括号“{bracket}”没有配对的右括号"),
                format!("`{bracket}` is never closed"),
            ),
            Self::Unopened(bracket) => (
                format!("右括号“{bracket}”没有配对的左括号"),
                format!("`{bracket}` closes nothing"),
            ),
            Self::EmptyAlternative => (
                "括号里有一个空的选项".to_owned(),
                "an alternative in brackets is empty".to_owned(),
            ),
            Self::StrayBar => (
                "“|”只能写在括号里面".to_owned(),
                "`|` may only stand inside brackets".to_owned(),
            ),
            Self::FullWidth(character) => (
                format!("这里是全角的“{character}”，要用半角"),
                format!("`{character}` is full-width; use the half-width one"),
            ),
            Self::Empty => ("句式是空的".to_owned(), "the pattern is empty".to_owned()),
            Self::TooDeep => (
                "括号套得太深".to_owned(),
                "the brackets are nested too deeply".to_owned(),
            ),
        };
        LocalText { zh, en }
    }

    /// How to mend it.
    pub fn hint(self) -> LocalText {
        let (zh, en) = match self {
            Self::EmptyAlternative => (
                "可有可无的词用方括号：[能|可以]",
                "for words that may be missing use square brackets: [can|may]",
            ),
            Self::StrayBar => ("写成 (甲|乙)", "write (a|b)"),
            Self::FullWidth(_) => (
                "换成英文输入法的 ( ) [ ] |",
                "use ( ) [ ] | from the English keyboard layout",
            ),
            _ => (
                "每个 ( 对一个 )，每个 [ 对一个 ]",
                "every ( needs its ) and every [ its ]",
            ),
        };
        LocalText {
            zh: zh.to_owned(),
            en: en.to_owned(),
        }
    }
}

const DEEPEST: usize = 8;

impl Pattern {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Result<Pattern, PatternError> {
        let characters: Vec<char> = text.trim_end().chars().collect();
        let mut reader = Reader {
            characters: &characters,
            at: 0,
        };
        while reader.peek().is_some_and(char::is_whitespace) {
            reader.at += 1;
        }
        let parts = reader.sequence(0)?;
        if let Some(character) = reader.peek() {
            let kind = match character {
                '|' => PatternErrorKind::StrayBar,
                other => PatternErrorKind::Unopened(other),
            };
            return Err(PatternError { at: reader.at, kind });
        }
        if parts.is_empty() {
            return Err(PatternError {
                at: 0,
                kind: PatternErrorKind::Empty,
            });
        }
        Ok(Pattern { parts })
    }

    /// The fewest characters that a match can have. 0: the pattern would match anything.
    pub fn shortest(&self) -> usize {
        shortest(&self.parts)
    }
}

fn shortest(parts: &[Part]) -> usize {
    parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.chars().filter(|character| !character.is_whitespace()).count(),
            Part::Either(alternatives) => alternatives.iter().map(|one| shortest(one)).min().unwrap_or(0),
            Part::Optional(_) | Part::Gap | Part::WordGap => 0,
        })
        .sum()
}

struct Reader<'a> {
    characters: &'a [char],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn fail<T>(&self, at: usize, kind: PatternErrorKind) -> Result<T, PatternError> {
        Err(PatternError { at, kind })
    }

    /// The length of a gap sign at this place, 0 when there is none.
    fn gap_sign(&self) -> usize {
        let rest = &self.characters[self.at..];
        let count = |sign: char| rest.iter().take_while(|character| **character == sign).count();
        match rest.first() {
            Some('…') => count('…'),
            Some('.') if count('.') >= 3 => count('.'),
            _ => 0,
        }
    }

    /// Parts up to the end, a bar or a closing bracket.
    fn sequence(&mut self, depth: usize) -> Result<Vec<Part>, PatternError> {
        let mut parts: Vec<Part> = Vec::new();
        let mut text = String::new();
        while let Some(character) = self.peek() {
            let gap = self.gap_sign();
            if gap > 0 {
                self.at += gap;
                let spaced = text.ends_with(' ') || self.peek().is_some_and(char::is_whitespace);
                while text.ends_with(' ') {
                    text.pop();
                }
                while self.peek().is_some_and(char::is_whitespace) {
                    self.at += 1;
                }
                flush(&mut text, &mut parts);
                let part = if spaced { Part::WordGap } else { Part::Gap };
                if !matches!(parts.last(), Some(Part::Gap | Part::WordGap)) {
                    parts.push(part);
                }
                continue;
            }
            match character {
                '|' | ')' | ']' => break,
                '(' | '[' => {
                    flush(&mut text, &mut parts);
                    parts.push(self.group(character, depth)?);
                }
                '（' | '）' | '［' | '］' | '｜' | '【' | '】' => {
                    return self.fail(self.at, PatternErrorKind::FullWidth(character));
                }
                _ if character.is_whitespace() => {
                    if !text.ends_with(' ') {
                        text.push(' ');
                    }
                    self.at += 1;
                }
                _ => {
                    text.push(character);
                    self.at += 1;
                }
            }
        }
        flush(&mut text, &mut parts);
        Ok(parts)
    }

    fn group(&mut self, open: char, depth: usize) -> Result<Part, PatternError> {
        let start = self.at;
        if depth >= DEEPEST {
            return self.fail(start, PatternErrorKind::TooDeep);
        }
        let close = if open == '(' { ')' } else { ']' };
        self.at += 1;
        let mut alternatives = Vec::new();
        loop {
            let before = self.at;
            let parts = self.sequence(depth + 1)?;
            let blank = |part: &Part| matches!(part, Part::Text(text) if text.trim().is_empty());
            match self.peek() {
                None => return self.fail(start, PatternErrorKind::Unclosed(open)),
                Some(_) if parts.iter().all(blank) => return self.fail(before, PatternErrorKind::EmptyAlternative),
                Some('|') => self.at += 1,
                Some(character) if character == close => {
                    self.at += 1;
                    alternatives.push(parts);
                    break;
                }
                Some(other) => return self.fail(self.at, PatternErrorKind::Unopened(other)),
            }
            alternatives.push(parts);
        }
        Ok(if open == '(' {
            Part::Either(alternatives)
        } else {
            Part::Optional(alternatives)
        })
    }
}

fn flush(text: &mut String, parts: &mut Vec<Part>) {
    if !text.is_empty() {
        parts.push(Part::Text(std::mem::take(text)));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_pattern_reads_as_its_parts() {
        let pattern = Pattern::parse("(什么|啥)时候[能|可以]发货...吗").unwrap();
        let word = |text: &str| vec![Part::Text(text.to_owned())];
        assert_eq!(
            pattern.parts,
            [
                Part::Either(vec![word("什么"), word("啥")]),
                Part::Text("时候".into()),
                Part::Optional(vec![word("能"), word("可以")]),
                Part::Text("发货".into()),
                Part::Gap,
                Part::Text("吗".into()),
            ]
        );
        assert_eq!(pattern.shortest(), 6);
    }

    #[test]
    fn a_gap_between_spaces_is_a_gap_of_words() {
        let pattern = Pattern::parse("when (will|do) ... ship").unwrap();
        assert_eq!(pattern.parts[0], Part::Text("when ".into()));
        assert_eq!(pattern.parts[2..], [Part::WordGap, Part::Text("ship".into())]);
    }

    #[test]
    fn mistakes_have_a_place() {
        let cases = [
            ("(什么时候发货", 0, PatternErrorKind::Unclosed('(')),
            ("什么时候)发货", 4, PatternErrorKind::Unopened(')')),
            ("(甲|乙]丙", 4, PatternErrorKind::Unopened(']')),
            ("(甲|)丙", 3, PatternErrorKind::EmptyAlternative),
            ("()", 1, PatternErrorKind::EmptyAlternative),
            ("甲|乙", 1, PatternErrorKind::StrayBar),
            ("（甲|乙）", 0, PatternErrorKind::FullWidth('（')),
            ("   ", 0, PatternErrorKind::Empty),
        ];
        for (text, at, kind) in cases {
            assert_eq!(Pattern::parse(text), Err(PatternError { at, kind }), "{text}");
        }
        let deep = format!("{}甲{}", "(".repeat(9), ")".repeat(9));
        assert_eq!(Pattern::parse(&deep).unwrap_err().kind, PatternErrorKind::TooDeep);
    }

    #[test]
    fn what_matches_anything_has_no_length() {
        assert_eq!(Pattern::parse("[吗]...").unwrap().shortest(), 0);
        assert_eq!(Pattern::parse("(发|发货)[了]").unwrap().shortest(), 1);
    }
}
