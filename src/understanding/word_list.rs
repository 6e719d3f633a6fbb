//! Words that are looked for at every place of a text, as a tree of their characters: most places begin none of them,
//! and one look tells.

use super::pair_gate::PairGate;

/// Words with a number each, in the order given.
#[derive(Debug)]
pub struct WordList {
    /// The node of each first character, in open addressing, at most a quarter full.
    firsts: Vec<(char, u32)>,
    nodes: Vec<Node>,
    /// The character that leads to each node, ascending among those below one node.
    signs: Vec<char>,
    gate: PairGate,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    /// The word that ends here.
    word: u32,
    /// The nodes below this one, which stand together.
    below: u32,
    end: u32,
}

/// No word, and no node.
const NONE: u32 = u32::MAX;
/// So few characters are looked through one by one.
const FEW: usize = 8;

impl Default for WordList {
    /// Holds no word.
    fn default() -> WordList {
        WordList::new(std::iter::empty::<&str>())
    }
}

impl WordList {
    /// Takes the words. Of two that are alike the first counts; one without characters is nowhere.
    pub fn new<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> WordList {
        let numbered = words.into_iter().zip(0..);
        let mut all: Vec<(Vec<char>, u32)> = numbered
            .map(|(word, number)| (word.as_ref().chars().collect(), number))
            .filter(|(word, _): &(Vec<char>, u32)| !word.is_empty())
            .collect();
        all.sort_unstable();
        all.dedup_by(|later, first| later.0 == first.0);
        let beginnings = all.iter().map(|(word, _)| (word[0], word.get(1).copied()));
        let free = Node {
            word: NONE,
            below: 0,
            end: 0,
        };
        let mut list = WordList {
            firsts: Vec::new(),
            nodes: vec![free],
            signs: vec![' '],
            gate: PairGate::new(beginnings),
        };
        // Level by level; for each node of a level the words that lead to it and on.
        let mut level = vec![(0, all.as_slice())];
        for depth in 0.. {
            let mut next = Vec::new();
            for (node, words) in level {
                let (ending, going_on) = words.split_at(words.partition_point(|(word, _)| word.len() == depth));
                let below = list.nodes.len() as u32;
                for together in going_on.chunk_by(|a, b| a.0[depth] == b.0[depth]) {
                    next.push((list.nodes.len(), together));
                    list.nodes.push(free);
                    list.signs.push(together[0].0[depth]);
                }
                list.nodes[node] = Node {
                    word: ending.first().map_or(NONE, |(_, number)| *number),
                    below,
                    end: list.nodes.len() as u32,
                };
            }
            if next.is_empty() {
                break;
            }
            level = next;
        }
        list.index_firsts();
        list
    }

    fn index_firsts(&mut self) {
        let firsts = self.nodes[0].below..self.nodes[0].end;
        self.firsts = vec![(' ', NONE); (4 * firsts.len()).next_power_of_two()];
        for node in firsts {
            let sign = self.signs[node as usize];
            let mut at = self.slot(sign);
            while self.firsts[at].1 != NONE {
                at = (at + 1) & (self.firsts.len() - 1);
            }
            self.firsts[at] = (sign, node);
        }
    }

    /// Where a first character stands, if no other does.
    #[inline]
    fn slot(&self, sign: char) -> usize {
        sign as usize & (self.firsts.len() - 1)
    }

    #[inline]
    fn first(&self, sign: char) -> Option<usize> {
        let mut at = self.slot(sign);
        loop {
            let (known, node) = self.firsts[at];
            if node == NONE {
                return None;
            }
            if known == sign {
                return Some(node as usize);
            }
            at = (at + 1) & (self.firsts.len() - 1);
        }
    }

    /// Whether a word may begin at a place of a text; says no nearly everywhere where none does.
    #[inline]
    fn may_begin(&self, chars: &[char], start: usize) -> bool {
        let first = chars.get(start);
        first.is_some_and(|first| self.gate.lets_in(*first, chars.get(start + 1).copied()))
    }

    fn below(&self, node: &Node, sign: char) -> Option<usize> {
        let (below, end) = (node.below as usize, node.end as usize);
        let signs = &self.signs[below..end];
        let place = if signs.len() <= FEW {
            signs.iter().position(|known| *known == sign)?
        } else {
            signs.binary_search(&sign).ok()?
        };
        Some(below + place)
    }

    /// The words that begin at a place of a text, the shortest first: the number of each, and where it ends.
    pub fn at<'a>(&'a self, chars: &'a [char], start: usize) -> impl Iterator<Item = (usize, usize)> + 'a {
        let first = chars.get(start).filter(|_| self.may_begin(chars, start));
        let mut node = first.and_then(|sign| self.first(*sign));
        let mut end = start;
        std::iter::from_fn(move || {
            while let Some(at) = node {
                let here = &self.nodes[at];
                end += 1;
                node = chars.get(end).and_then(|sign| self.below(here, *sign));
                if here.word != NONE {
                    return Some((here.word as usize, end));
                }
            }
            None
        })
    }

    /// Where one of the words may begin.
    #[inline]
    fn beginnings<'a>(&'a self, chars: &'a [char]) -> impl Iterator<Item = usize> + 'a {
        (0..chars.len()).filter(|start| self.may_begin(chars, *start))
    }

    /// Whether one of the words begins at a place of a text.
    pub fn begins(&self, chars: &[char], start: usize) -> bool {
        self.at(chars, start).next().is_some()
    }

    /// Whether a text holds one of the words.
    pub fn is_in(&self, chars: &[char]) -> bool {
        self.beginnings(chars).any(|start| self.begins(chars, start))
    }

    /// Every word in a text, also those that overlap: number, beginning and end.
    pub fn all_in<'a>(&'a self, chars: &'a [char]) -> impl Iterator<Item = (usize, usize, usize)> + 'a {
        let starts = self.beginnings(chars);
        starts.flat_map(move |start| self.at(chars, start).map(move |(word, end)| (word, start, end)))
    }

    /// The words in a text from left to right, the longest where several begin together, none within another.
    pub fn longest_in<'a>(&'a self, chars: &'a [char]) -> impl Iterator<Item = (usize, usize, usize)> + 'a {
        let mut at = 0;
        std::iter::from_fn(move || {
            while at < chars.len() {
                let start = at;
                if !self.may_begin(chars, start) {
                    at += 1;
                    continue;
                }
                if let Some((word, end)) = self.at(chars, start).last() {
                    at = end;
                    return Some((word, start, end));
                }
                at += 1;
            }
            None
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_found_where_they_begin() {
        let list = WordList::new(["号楼", "号", "号", "", "road"]);
        let chars: Vec<char> = "3号楼 road".chars().collect();
        assert_eq!(list.at(&chars, 1).collect::<Vec<_>>(), [(1, 2), (0, 3)]);
        assert_eq!(list.at(&chars, 4).collect::<Vec<_>>(), [(4, 8)]);
        assert_eq!(list.at(&chars, 2).count() + list.at(&chars, 99).count(), 0);
        assert!(list.is_in(&chars) && !list.is_in(&chars[..1]));
        assert!(!WordList::default().is_in(&chars));
    }

    proptest! {
        /// What another's automaton finds, found by bytes.
        #[test]
        fn an_automaton_finds_the_same(
            words in prop::collection::hash_set("[ab好不 ]{1,4}", 0..12),
            text in "[ab好不c ]{0,24}",
        ) {
            let words: Vec<String> = words.into_iter().collect();
            let list = WordList::new(&words);
            let chars: Vec<char> = text.chars().collect();
            let place = |byte: usize| text[..byte].chars().count();
            let longest = AhoCorasickBuilder::new().match_kind(MatchKind::LeftmostLongest).build(&words).unwrap();
            let expected: Vec<_> = longest
                .find_iter(&text)
                .map(|found| (found.pattern().as_usize(), place(found.start()), place(found.end())))
                .collect();
            prop_assert_eq!(list.longest_in(&chars).collect::<Vec<_>>(), expected);
            let mut expected: Vec<_> = AhoCorasick::new(&words)
                .unwrap()
                .find_overlapping_iter(&text)
                .map(|found| (found.pattern().as_usize(), place(found.start()), place(found.end())))
                .collect();
            expected.sort_unstable_by_key(|(_, start, end)| (*start, *end));
            prop_assert_eq!(list.all_in(&chars).collect::<Vec<_>>(), expected);
        }
    }
}
