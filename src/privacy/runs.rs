//! Runs of digits in a text, however they are typed: wide, with blanks or hyphens between groups, with signs that nobody sees.

use std::ops::Range;

/// A run of digits.
pub(super) struct Run {
    /// Where it begins, in bytes.
    pub(super) start: usize,
    /// Where it ends, in bytes.
    pub(super) end: usize,
    /// How many digits each group has.
    pub(super) groups: Vec<usize>,
    /// The digits, and `X` at an end, with their places.
    signs: Vec<(char, Range<usize>)>,
}

impl Run {
    /// The signs of these groups.
    pub(super) fn digits(&self, first: usize, last: usize) -> Vec<char> {
        let signs = &self.signs[self.place(first)..self.place(last + 1)];
        signs.iter().map(|(sign, _)| *sign).collect()
    }

    /// Where the signs of these groups stand.
    pub(super) fn part(&self, first: usize, last: usize) -> Vec<Range<usize>> {
        let signs = &self.signs[self.place(first)..self.place(last + 1)];
        signs.iter().map(|(_, place)| place.clone()).collect()
    }

    fn place(&self, group: usize) -> usize {
        self.groups[..group].iter().sum()
    }
}

/// The digit that a sign is, whatever its width.
pub(super) fn digit(sign: char) -> Option<char> {
    match sign {
        '0'..='9' => Some(sign),
        '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(sign) - 0xff10, 10),
        // Mathematical digits come in five styles.
        '\u{1d7ce}'..='\u{1d7ff}' => char::from_digit((u32::from(sign) - 0x1d7ce) % 10, 10),
        _ => None,
    }
}

fn is_x(sign: char) -> bool {
    matches!(sign, 'x' | 'X' | 'ｘ' | 'Ｘ' | '×' | 'Ⅹ' | 'ⅹ')
}

/// What may stand between two groups.
fn separates(sign: char) -> bool {
    matches!(sign, ' ' | '\t' | '\u{a0}' | '\u{3000}' | '\u{2002}'..='\u{200a}' | '-' | '‐'..='―' | '－' | '_' | '·')
}

fn unseen(sign: char) -> bool {
    matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Every run of digits that no Latin letter is glued to.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let signs: Vec<(usize, char)> = text.char_indices().filter(|(_, sign)| !unseen(*sign)).collect();
    let mut runs = Vec::new();
    let mut at = 0;
    while at < signs.len() {
        if digit(signs[at].1).is_none() {
            at += 1;
            continue;
        }
        let (run, next) = run_at(&signs, at);
        let glued = |sign: Option<&(usize, char)>| sign.is_some_and(|(_, sign)| sign.is_ascii_alphabetic());
        let before = at.checked_sub(1).and_then(|before| signs.get(before));
        if !glued(before) && !glued(signs.get(next)) {
            runs.push(run);
        }
        at = next;
    }
    runs
}

/// The run that begins here, and where the text goes on.
fn run_at(signs: &[(usize, char)], from: usize) -> (Run, usize) {
    let place = |at: usize| signs[at].0..signs[at].0 + signs[at].1.len_utf8();
    let mut run = Run {
        start: signs[from].0,
        end: 0,
        groups: vec![0],
        signs: Vec::new(),
    };
    let mut at = from;
    while let Some((_, sign)) = signs.get(at) {
        if let Some(digit) = digit(*sign) {
            run.signs.push((digit, place(at)));
            if let Some(group) = run.groups.last_mut() {
                *group += 1;
            }
            at += 1;
            continue;
        }
        if is_x(*sign) && run.signs.len() >= 17 {
            run.signs.push(('X', place(at)));
            if let Some(group) = run.groups.last_mut() {
                *group += 1;
            }
            at += 1;
            break;
        }
        // Two signs between groups at the most, a blank around a hyphen.
        let gap = signs[at..].iter().take_while(|(_, sign)| separates(*sign)).count();
        let goes_on = signs.get(at + gap).is_some_and(|(_, sign)| digit(*sign).is_some());
        if !(1..=2).contains(&gap) || !goes_on {
            break;
        }
        run.groups.push(0);
        at += gap;
    }
    run.end = run.signs.last().map_or(run.start, |(_, place)| place.end);
    (run, at)
}
