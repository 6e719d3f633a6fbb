//! Clauses: the stretches between marks, each of which may ask something of its own.

use std::ops::Range;

use super::characters::is_han;
use super::{Text, fold::is_mark};

/// A stretch of canonical text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Characters of the canonical text.
    pub range: Range<usize>,
    /// Whether a question mark ends it.
    pub asked: bool,
}

/// Words that begin a second question within a sentence.
const JOINTS: [&str; 12] = [
    "还有",
    "另外",
    "顺便",
    "然后",
    "以及",
    "对了",
    "再问",
    "还想问",
    " and ",
    " also ",
    " plus ",
    " btw ",
];

/// The first characters of these.
fn begins_a_joint(character: char) -> bool {
    matches!(character, ' ' | '还' | '另' | '顺' | '然' | '以' | '对' | '再')
}

/// Beginnings of links, folded: of two like marks one stays.
const SCHEMES: [&str; 3] = ["http:/", "https:/", "www."];

/// Cuts a text at marks, at blanks between Han characters, around links, and before words that begin a second question.
pub fn split_clauses(text: &Text) -> Vec<Clause> {
    let chars = text.chars();
    let mut clauses = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < chars.len() {
        if let Some(end) = link_at(chars, at) {
            push(chars, start..at, false, &mut clauses);
            push(chars, at..end, false, &mut clauses);
            start = end;
            at = end;
            continue;
        }
        if cuts(chars, at) {
            push(chars, start..at, chars[at] == '?', &mut clauses);
            start = at + 1;
        } else if at > start + 2
            && begins_a_joint(chars[at])
            && JOINTS.iter().any(|joint| begins(&chars[at..], joint))
            && !still_there(&chars[at..])
        {
            push(chars, start..at, false, &mut clauses);
            start = at;
        } else if ends_a_question(chars, at) && at > start {
            push(chars, start..at + 1, true, &mut clauses);
            start = at + 1;
        }
        at += 1;
    }
    push(chars, start..chars.len(), false, &mut clauses);
    clauses
}

/// 还有没, 还有货吗: here 还有 asks whether something is left; it begins no second question.
fn still_there(chars: &[char]) -> bool {
    begins(chars, "还有")
        && chars
            .get(2)
            .is_none_or(|next| "没吗么货现库多剩几码号的尺".contains(*next) || next.is_ascii_digit())
}

/// Whether a text begins with a word.
pub fn begins(chars: &[char], word: &str) -> bool {
    let mut rest = chars.iter();
    word.chars().all(|character| rest.next() == Some(&character))
}

/// A text without the marks at its end.
pub fn without_end_marks(chars: &[char]) -> &[char] {
    let last = chars.iter().rposition(|character| !is_mark(*character));
    &chars[..last.map_or(0, |last| last + 1)]
}

/// Whether the mark at `at` ends a clause. Marks inside numbers and Latin words do not.
fn cuts(chars: &[char], at: usize) -> bool {
    let before = at
        .checked_sub(1)
        .and_then(|previous| chars.get(previous))
        .copied()
        .unwrap_or(' ');
    let after = chars.get(at + 1).copied().unwrap_or(' ');
    match chars[at] {
        '。' | '!' | '?' | ';' | '…' | '~' => true,
        ',' => !(before.is_ascii_digit() && after.is_ascii_digit()),
        '.' => !before.is_ascii_digit() && !after.is_ascii_alphanumeric(),
        // A blank separates clauses between Han characters, not between a number and its unit or Latin words.
        ' ' => is_han(before) && is_han(after),
        _ => false,
    }
}

/// Where a link that begins at `at` ends. Its marks end no clause, and what stands beside it is a clause of its own.
fn link_at(chars: &[char], at: usize) -> Option<usize> {
    // All of them begin so.
    let scheme = matches!(chars[at], 'h' | 'w') && SCHEMES.iter().any(|scheme| begins(&chars[at..], scheme));
    if !scheme
        || at
            .checked_sub(1)
            .is_some_and(|before| chars[before].is_ascii_alphanumeric())
    {
        return None;
    }
    let length = chars[at..]
        .iter()
        .position(|character| !character.is_ascii_graphic() || *character == ',');
    Some(length.map_or(chars.len(), |length| at + length))
}

/// Whether a particle at `at` closes a question that another thought follows without any mark: 包邮吗什么时候发货.
fn ends_a_question(chars: &[char], at: usize) -> bool {
    let next = |by: usize| chars.get(at + by).copied().unwrap_or(' ');
    let particle = match chars[at] {
        '吗' => true,
        // 呢 also begins words for woollen cloth.
        '呢' => !matches!(next(1), '子' | '绒' | '料' | '大'),
        _ => false,
    };
    particle && is_han(next(1)) && is_han(next(2)) && !matches!(next(1), '啊' | '呀' | '哈' | '吧' | '亲')
}

fn push(chars: &[char], range: Range<usize>, asked: bool, clauses: &mut Vec<Clause>) {
    let mut range = range;
    while range.start < range.end && is_mark(chars[range.start]) {
        range.start += 1;
    }
    while range.end > range.start && is_mark(chars[range.end - 1]) {
        range.end -= 1;
    }
    if !range.is_empty() {
        clauses.push(Clause { range, asked });
    }
}
