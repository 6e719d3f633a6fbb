//! Operators' patterns, matched anywhere in a clause.
//!
//! One automaton over the literal words of all patterns finds the few that can match; those are run as sets of end
//! positions, so time is bounded by pattern length × text length, whatever the pattern.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

use super::super::normalise::{MAX_CHARS, SynonymTable, fold};
use crate::intents::{Part, Pattern};

/// All patterns of a pack, each with the number of its owner.
#[derive(Default)]
pub struct PatternSet {
    programs: Vec<Program>,
    automaton: Option<AhoCorasick>,
    /// For each literal of the automaton, the programs that it can begin.
    programs_of: Vec<Vec<u32>>,
    /// Programs without a literal, tried always.
    unconditional: Vec<u32>,
}

struct Program {
    owner: usize,
    source: String,
    parts: Vec<Step>,
}

enum Step {
    Text(Vec<char>),
    Either(Vec<Vec<Step>>),
    Optional(Vec<Vec<Step>>),
    Gap,
    WordGap,
}

/// Where a pattern matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternMatch {
    /// Number of the owner.
    pub owner: usize,
    /// The pattern as written.
    pub source: String,
    /// Characters of the text.
    pub range: Range<usize>,
}

/// Longest stretch that `...` skips, in characters.
const GAP: usize = 6;
/// Most words that ` ... ` skips.
const WORD_GAP: usize = 3;

impl PatternSet {
    /// Compiles patterns. Those that do not parse were reported when the files were read and are left out.
    pub fn new<'a>(patterns: impl Iterator<Item = (usize, &'a str)>, synonyms: &SynonymTable) -> PatternSet {
        let mut set = PatternSet::default();
        let mut needles: Vec<String> = Vec::new();
        let mut ids = std::collections::HashMap::new();
        for (owner, source) in patterns {
            let Ok(pattern) = Pattern::parse(source) else { continue };
            let number = set.programs.len() as u32;
            let canonical = |text: &str| canonical_keeping_ends(text, synonyms);
            let literals: Vec<String> = pattern
                .literals()
                .iter()
                .map(|literal| canonical(literal).trim().to_owned())
                .collect();
            if literals.is_empty() || literals.iter().any(String::is_empty) {
                set.unconditional.push(number);
            } else {
                for literal in literals {
                    let id = *ids.entry(literal.clone()).or_insert_with(|| {
                        needles.push(literal);
                        set.programs_of.push(Vec::new());
                        needles.len() - 1
                    });
                    if set.programs_of[id].last() != Some(&number) {
                        set.programs_of[id].push(number);
                    }
                }
            }
            let parts = compile(&pattern.parts, &canonical);
            set.programs.push(Program {
                owner,
                source: source.to_owned(),
                parts,
            });
        }
        set.automaton = AhoCorasickBuilder::new()
            .match_kind(MatchKind::Standard)
            .build(&needles)
            .ok()
            .filter(|_| !needles.is_empty());
        set
    }

    /// Every pattern that matches, each at its leftmost longest place.
    pub fn matches(&self, chars: &[char]) -> Vec<PatternMatch> {
        let mut candidates = self.unconditional.clone();
        if let Some(automaton) = &self.automaton {
            let string: String = chars.iter().collect();
            for found in automaton.find_overlapping_iter(&string) {
                candidates.extend_from_slice(&self.programs_of[found.pattern().as_usize()]);
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        let mut matches = Vec::new();
        for number in candidates {
            let program = &self.programs[number as usize];
            let place = (0..chars.len())
                .filter(|start| word_border(chars, *start))
                .find_map(|start| {
                    let ends = ends(&program.parts, chars, vec![start]);
                    ends.into_iter()
                        .rev()
                        .find(|end| *end > start && word_border(chars, *end))
                        .map(|end| start..end)
                });
            if let Some(range) = place {
                matches.push(PatternMatch {
                    owner: program.owner,
                    source: program.source.clone(),
                    range,
                });
            }
        }
        matches
    }
}

/// Canonical form of a stretch of a pattern; a blank at either end is kept, it stands for a word border.
fn canonical_keeping_ends(text: &str, synonyms: &SynonymTable) -> String {
    let inner = synonyms.apply(&fold(text.trim(), MAX_CHARS).0).to_string();
    let blank = |yes: bool| if yes { " " } else { "" };
    if inner.is_empty() {
        return blank(text.contains(' ')).to_owned();
    }
    format!("{}{inner}{}", blank(text.starts_with(' ')), blank(text.ends_with(' ')))
}

fn compile(parts: &[Part], canonical: &dyn Fn(&str) -> String) -> Vec<Step> {
    let branches = |alternatives: &Vec<Vec<Part>>| alternatives.iter().map(|parts| compile(parts, canonical)).collect();
    parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => Step::Text(canonical(text).chars().collect()),
            Part::Either(alternatives) => Step::Either(branches(alternatives)),
            Part::Optional(alternatives) => Step::Optional(branches(alternatives)),
            Part::Gap => Step::Gap,
            Part::WordGap => Step::WordGap,
        })
        .collect()
}

/// Whether a match may begin or end here: not inside a Latin word.
fn word_border(chars: &[char], at: usize) -> bool {
    let letter = |at: usize| chars.get(at).is_some_and(|character| character.is_ascii_alphanumeric());
    at == 0 || !(letter(at - 1) && letter(at))
}

/// The positions where the parts can end when they begin at one of `starts`; ascending, each once.
fn ends(parts: &[Step], chars: &[char], starts: Vec<usize>) -> Vec<usize> {
    let mut positions = starts;
    for part in parts {
        if positions.is_empty() {
            return positions;
        }
        let mut next = Vec::new();
        match part {
            Step::Text(text) => next.extend(positions.iter().filter_map(|at| text_end(text, chars, *at))),
            Step::Either(branches) => {
                for branch in branches {
                    next.extend(ends(branch, chars, positions.clone()));
                }
            }
            Step::Optional(branches) => {
                for branch in branches {
                    next.extend(ends(branch, chars, positions.clone()));
                }
                next.append(&mut positions);
            }
            Step::Gap => {
                for at in &positions {
                    next.extend(*at..=(*at + GAP).min(chars.len()));
                }
            }
            Step::WordGap => {
                for at in &positions {
                    next.extend(word_gap_ends(chars, *at));
                }
            }
        }
        next.sort_unstable();
        next.dedup();
        positions = next;
    }
    positions
}

/// Where a stretch of text ends; a blank in it stands for any white space, or for none between Han characters.
fn text_end(text: &[char], chars: &[char], start: usize) -> Option<usize> {
    let mut at = start;
    for character in text {
        if *character == ' ' {
            if chars.get(at) == Some(&' ') {
                at += 1;
            } else if at != 0 && at != chars.len() && !word_border(chars, at) {
                return None;
            }
        } else if chars.get(at) == Some(character) {
            at += 1;
        } else {
            return None;
        }
    }
    Some(at)
}

/// The positions after none to three whole words, blanks included.
fn word_gap_ends(chars: &[char], start: usize) -> Vec<usize> {
    let skip_blanks = |mut at: usize| {
        while chars.get(at) == Some(&' ') {
            at += 1;
        }
        at
    };
    let mut at = skip_blanks(start);
    let mut ends = vec![start, at];
    for _ in 0..WORD_GAP {
        while chars.get(at).is_some_and(|character| *character != ' ') {
            at += 1;
        }
        ends.push(at);
        at = skip_blanks(at);
        ends.push(at);
    }
    ends
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    fn matched(pattern: &str, text: &str) -> Option<String> {
        let synonyms = SynonymTable::new(&[]);
        let chars: Vec<char> = fold(text, MAX_CHARS).0.chars().to_vec();
        let set = PatternSet::new([(0, pattern)].into_iter(), &synonyms);
        set.matches(&chars)
            .first()
            .map(|found| chars[found.range.clone()].iter().collect())
    }

    #[test]
    fn the_grammar_means_what_the_guide_says() {
        let pattern = "(什么时候|几时|多久)[能|可以](发货|发出|寄出)";
        assert_eq!(matched(pattern, "请问几时可以寄出呀").unwrap(), "几时可以寄出");
        assert_eq!(matched(pattern, "什么时候发货").unwrap(), "什么时候发货");
        assert_eq!(matched(pattern, "什么时候退货"), None);
        assert_eq!(matched("买贵...退", "买贵了能给我退吗").unwrap(), "买贵了能给我退");
        assert_eq!(
            matched("when (will|do) ... ship", "hi when do you guys ship").unwrap(),
            "when do you guys ship"
        );
        assert_eq!(matched("when (will|do) ... ship", "when do you shipping"), None);
        assert_eq!(matched("size chart", "got a SIZE  CHART?").unwrap(), "size chart");
    }

    proptest! {
        #[test]
        fn every_expansion_matches(choice in 0usize..6) {
            let pattern = ["(a|b)c[d|e]", "(什么|几时)[能](发|寄)(出|走)", "想[要]退(货|款)", "how (long|much) [does it] take", "包[不包]邮", "买贵(了|啦)"][choice];
            for text in Pattern::parse(pattern).unwrap().expansions(50) {
                prop_assert!(matched(pattern, &text).is_some(), "{} does not match {}", pattern, text);
            }
        }
    }
}
