//! Patterns in large numbers, matched at every place of a text without allocating for each.
//!
//! A pattern is tried only where its first characters stand, and carries its possible ends as bits, so that time is
//! bounded by pattern length × text length, whatever the pattern.

use std::ops::Range;

use super::super::normalise::{MAX_CHARS, SynonymTable, fold};
use super::prefix_trie::PrefixTrie;
use super::program::{Step, word_border};
use super::required_bigrams::{BigramBloom, RequiredBigrams};
use crate::packs::{Part, Pattern};

/// Patterns with a number each, in the order given.
#[derive(Default)]
pub struct PatternTable {
    programs: Vec<Vec<Step>>,
    required: RequiredBigrams,
    prefixes: PrefixTrie,
}

/// A pattern found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Number of the pattern.
    pub pattern: usize,
    /// Characters of the text; the longest match that begins there.
    pub range: Range<usize>,
}

/// Possible ends of a match, as distances from its start.
type Ends = u128;
/// Longest match, in characters.
const LONGEST: usize = 127;
/// Longest stretch that `...` skips, in characters.
const GAP: u32 = 6;
/// Most words that ` ... ` skips.
const WORD_GAP: usize = 3;

impl PatternTable {
    /// Compiles patterns. Those that do not parse were reported when the files were read; they match nothing.
    pub fn new<'a>(patterns: impl Iterator<Item = &'a str>, synonyms: &SynonymTable) -> PatternTable {
        let programs: Vec<Vec<Step>> = patterns
            .map(|source| Pattern::parse(source).map_or_else(|_| Vec::new(), |it| compile(&it.parts, synonyms)))
            .collect();
        let steps = || programs.iter().map(Vec::as_slice);
        let required = RequiredBigrams::new(steps());
        PatternTable {
            prefixes: PrefixTrie::new(steps(), |number| required.signs(number)),
            required,
            programs,
        }
    }

    /// Every match of every pattern, in the order of the text.
    pub fn find(&self, chars: &[char]) -> Vec<Found> {
        let bloom = BigramBloom::of(chars);
        let mut found = Vec::new();
        let mut candidates = Vec::new();
        for start in 0..chars.len() {
            if !word_border(chars, start) {
                continue;
            }
            self.prefixes.at(chars, start, bloom.signs(), &mut candidates);
            for &number in &candidates {
                if !self.required.met(number, &bloom) {
                    continue;
                }
                let mut ends = run(&self.programs[number as usize], chars, start, 1);
                while ends > 1 {
                    let length = LONGEST - ends.leading_zeros() as usize;
                    if word_border(chars, start + length) {
                        found.push(Found {
                            pattern: number as usize,
                            range: start..start + length,
                        });
                        break;
                    }
                    ends &= !(1 << length);
                }
            }
        }
        found
    }
}

fn compile(parts: &[Part], synonyms: &SynonymTable) -> Vec<Step> {
    let branches = |alternatives: &[Vec<Part>]| alternatives.iter().map(|parts| compile(parts, synonyms)).collect();
    parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => Step::Text(canonical(text, synonyms)),
            Part::Either(alternatives) => Step::Branches {
                branches: branches(alternatives),
                optional: false,
            },
            Part::Optional(alternatives) => Step::Branches {
                branches: branches(alternatives),
                optional: true,
            },
            Part::Gap => Step::Gap,
            Part::WordGap => Step::WordGap,
        })
        .collect()
}

/// A stretch of a pattern in canonical form. A blank at either end stands for a word border; apostrophes are left
/// out, because shoppers leave them out.
fn canonical(text: &str, synonyms: &SynonymTable) -> Vec<char> {
    let inner = synonyms.apply(&fold(text.trim(), MAX_CHARS).0);
    let mut chars: Vec<char> = Vec::with_capacity(inner.len() + 2);
    if text.starts_with(' ') {
        chars.push(' ');
    }
    chars.extend(inner.chars().iter().filter(|character| **character != '\''));
    if text.ends_with(' ') && chars.last() != Some(&' ') {
        chars.push(' ');
    }
    chars
}

fn run(steps: &[Step], chars: &[char], start: usize, from: Ends) -> Ends {
    let mut ends = from;
    for step in steps {
        if ends == 0 {
            return 0;
        }
        ends = match step {
            Step::Text(text) => each(ends, |at| {
                text_end(text, chars, start + at).map_or(0, |end| bit(end - start))
            }),
            Step::Branches { branches, optional } => {
                branches.iter().fold(if *optional { ends } else { 0 }, |all, branch| {
                    all | run(branch, chars, start, ends)
                })
            }
            Step::Gap => each(ends, |at| {
                (0..=GAP as usize)
                    .take_while(|skip| *skip == 0 || !ends_clause(chars, start + at + skip - 1))
                    .filter(|skip| start + at + skip <= chars.len())
                    .fold(0, |all, skip| all | bit(at + skip))
            }),
            Step::WordGap => each(ends, |at| word_gap(chars, start, at)),
        };
    }
    ends
}

fn bit(length: usize) -> Ends {
    if length > LONGEST { 0 } else { 1 << length }
}

fn each(ends: Ends, mut next: impl FnMut(usize) -> Ends) -> Ends {
    let (mut rest, mut all) = (ends, 0);
    while rest != 0 {
        all |= next(rest.trailing_zeros() as usize);
        rest &= rest - 1;
    }
    all
}

/// Whether no gap may reach over the character: it ends a sentence.
fn ends_sentence(chars: &[char], at: usize) -> bool {
    matches!(chars.get(at), Some('。' | '!' | '?' | ';' | '…' | '~'))
}

/// Whether a gap between Han characters may not reach over the character: what stands behind it is another thought.
fn ends_clause(chars: &[char], at: usize) -> bool {
    ends_sentence(chars, at) || matches!(chars.get(at), Some(',' | ' '))
}

fn text_end(text: &[char], chars: &[char], start: usize) -> Option<usize> {
    let mut at = start;
    for character in text {
        while chars.get(at) == Some(&'\'') {
            at += 1;
        }
        if *character == ' ' {
            if chars.get(at) == Some(&' ') {
                at += 1;
            } else if !word_border(chars, at) {
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

fn word_gap(chars: &[char], start: usize, at: usize) -> Ends {
    let mut position = start + at;
    let mut ends = bit(at);
    for _ in 0..=WORD_GAP {
        while chars
            .get(position)
            .is_some_and(|character| matches!(character, ' ' | ','))
        {
            position += 1;
        }
        ends |= bit(position - start);
        while chars.get(position).is_some_and(|character| *character != ' ') {
            if ends_sentence(chars, position) {
                return ends;
            }
            position += 1;
        }
    }
    ends
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    fn found(pattern: &str, text: &str) -> Vec<String> {
        let synonyms = SynonymTable::new(&[]);
        let chars: Vec<char> = fold(text, MAX_CHARS).0.chars().to_vec();
        PatternTable::new([pattern].into_iter(), &synonyms)
            .find(&chars)
            .into_iter()
            .map(|found| chars[found.range].iter().collect())
            .collect()
    }

    #[test]
    fn all_places_are_found_each_with_its_longest_match() {
        assert_eq!(found("差评[了]", "不给差评 他给差评了"), ["差评", "差评了"]);
        assert_eq!(found("(打|拨)...12315", "我已经打过12315了"), ["打过12315"]);
        assert_eq!(found("投诉...你", "投诉。我不认识你"), Vec::<String>::new());
        assert_eq!(
            found("(report|tell) ... police", "i will report this to the police"),
            ["report this to the police"]
        );
    }

    #[test]
    fn words_and_numbers_are_whole_and_apostrophes_do_not_matter() {
        assert_eq!(found("sue", "issue pursue sue"), ["sue"]);
        assert_eq!(found("12315", "订单112315888"), Vec::<String>::new());
        assert_eq!(found("don't care", "they dont care"), ["dont care"]);
        assert_eq!(found("dont care", "they don't care"), ["don't care"]);
    }

    proptest! {
        #[test]
        fn every_expansion_is_found(choice in 0usize..5) {
            let pattern = ["(给|打)[你|你们]差评", "再不(发|退)[货|款]我就(告|投诉)", "(i'll|i will) sue [you]", "什么(破|烂)质量", "没人[理|管]"][choice];
            for text in Pattern::parse(pattern).unwrap().expansions(50) {
                prop_assert!(!found(pattern, &text).is_empty(), "{pattern} is not found in {text}");
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,80}") {
            for pattern in ["a...b ... c", "[x]...y", "(不|没)...(好|行)"] {
                found(pattern, &text);
            }
        }
    }
}
