//! How patterns may begin, as a tree of characters: at each place of a text only those patterns are tried whose first
//! characters stand there.

use std::ops::Deref;

use super::super::pair_gate::PairGate;
use super::program::{Step, word_border};
use super::required_bigrams::Signs;

/// Characters of a beginning that the tree tells apart; after so many, few patterns are left.
const DEEPEST: usize = 8;
/// Beginnings of one pattern at the most; one with more is told apart by fewer characters.
const MOST: usize = 64;

/// The tree. The nodes below one stand together, so that a step down touches one line of memory.
#[derive(Default)]
pub struct PrefixTrie {
    nodes: Vec<Node>,
    /// The character that leads to each node, ascending among those below one node.
    signs: Vec<char>,
    /// The patterns of all nodes, node by node.
    patterns: Vec<u32>,
    /// The signs that each of them needs: one that lacks a sign is passed over without touching anything else.
    needs: Vec<Signs>,
    /// One bit for each of the characters up to U+FFFF that a pattern begins with: most begin none. The others follow.
    firsts: Vec<u64>,
    /// The node of the first character of each 64 that a pattern begins with.
    ranks: Vec<u32>,
    gate: PairGate,
}

#[derive(Clone, Copy, Default)]
struct Node {
    /// Patterns one of whose beginnings ends here.
    from: u32,
    to: u32,
    /// The nodes below this one.
    below: u32,
    end: u32,
}

impl PrefixTrie {
    /// Takes patterns in the order of their numbers, and what signs each needs. One that may be empty would match
    /// everywhere and say nothing: it is left out.
    pub fn new<'a>(patterns: impl Iterator<Item = &'a [Step]>, needs: impl Fn(u32) -> Signs) -> PrefixTrie {
        let mut all: Vec<(Beginning, u32)> = Vec::new();
        for (number, steps) in patterns.enumerate() {
            let beginnings = beginnings(steps).unwrap_or_default().into_iter();
            all.extend(beginnings.map(|beginning| (beginning, number as u32)));
        }
        all.sort_unstable();
        let beginnings = all.iter().map(|(beginning, _)| {
            // A blank may be a word border, behind which anything stands.
            (beginning[0], beginning.get(1).copied().filter(|second| *second != ' '))
        });
        let mut tree = PrefixTrie {
            nodes: vec![Node::default()],
            signs: vec![' '],
            firsts: vec![0; 1 << 10],
            gate: PairGate::new(beginnings),
            ..PrefixTrie::default()
        };
        for code in all.iter().map(|(beginning, _)| beginning[0] as usize) {
            if code < 1 << 16 {
                tree.firsts[code / 64] |= 1 << (code % 64);
            }
        }
        // Level by level; for each node of a level the beginnings that lead to it and on.
        let mut level = vec![(0, all.as_slice())];
        for depth in 0.. {
            let mut next = Vec::new();
            for (node, beginnings) in level {
                let ending = beginnings.partition_point(|(chars, _)| chars.len() == depth);
                let (ending, going_on) = beginnings.split_at(ending);
                let (from, below) = (tree.patterns.len() as u32, tree.nodes.len() as u32);
                tree.patterns.extend(ending.iter().map(|(_, number)| *number));
                for together in going_on.chunk_by(|a, b| a.0[depth] == b.0[depth]) {
                    next.push((tree.nodes.len(), together));
                    tree.nodes.push(Node::default());
                    tree.signs.push(together[0].0[depth]);
                }
                tree.nodes[node] = Node {
                    from,
                    to: tree.patterns.len() as u32,
                    below,
                    end: tree.nodes.len() as u32,
                };
            }
            if next.is_empty() {
                break;
            }
            level = next;
        }
        let mut node = tree.nodes[0].below;
        for bits in &tree.firsts {
            tree.ranks.push(node);
            node += bits.count_ones();
        }
        tree.nodes.shrink_to_fit();
        tree.signs.shrink_to_fit();
        tree.patterns.shrink_to_fit();
        tree.needs = tree.patterns.iter().map(|number| needs(*number)).collect();
        tree
    }

    /// The node to which a character leads from another.
    fn child(&self, node: &Node, character: char) -> Option<usize> {
        let (below, end) = (node.below as usize, node.end as usize);
        let signs = &self.signs[below..end];
        let place = if signs.len() <= FEW {
            signs.iter().position(|sign| *sign == character)?
        } else {
            signs.binary_search(&character).ok()?
        };
        Some(below + place)
    }

    /// The node of a first character.
    fn first(&self, character: char) -> Option<usize> {
        let code = character as usize;
        let Some(bits) = self.firsts.get(code / 64) else {
            return self.nodes.first().and_then(|root| self.child(root, character));
        };
        let lower = bits & ((1 << (code % 64)) - 1);
        let begins = bits >> (code % 64) & 1 == 1;
        begins.then(|| (self.ranks[code / 64] + lower.count_ones()) as usize)
    }

    /// Replaces `patterns` by those that may begin at `start` in a text of these signs, ascending.
    pub fn at(&self, chars: &[char], start: usize, signs: Signs, patterns: &mut Vec<u32>) {
        patterns.clear();
        let second = chars.get(start + 1).copied();
        if second != Some('\'') && !self.gate.lets_in(chars[start], second) {
            return;
        }
        if let Some(node) = self.first(chars[start]) {
            self.walk(node, chars, start + 1, signs, patterns);
        }
        if patterns.len() > 1 {
            patterns.sort_unstable();
            patterns.dedup();
        }
    }

    fn walk(&self, node: usize, chars: &[char], at: usize, signs: Signs, patterns: &mut Vec<u32>) {
        let node = &self.nodes[node];
        let here = node.from as usize..node.to as usize;
        let possible = self.patterns[here.clone()].iter().zip(&self.needs[here]);
        let possible = possible.filter(|(_, needs)| **needs & !signs == 0);
        patterns.extend(possible.map(|(number, _)| *number));
        if node.below == node.end {
            return;
        }
        let mut at = at;
        // Shoppers leave apostrophes out; patterns have none.
        while chars.get(at) == Some(&'\'') {
            at += 1;
        }
        let here = chars.get(at).copied();
        // A blank, which no character of a pattern comes before, may also be a word border without any blank.
        if self.signs[node.below as usize] == ' ' {
            if here == Some(' ') {
                self.walk(node.below as usize, chars, at + 1, signs, patterns);
            } else if word_border(chars, at) {
                self.walk(node.below as usize, chars, at, signs, patterns);
            }
        }
        if let Some(child) = here.filter(|here| *here != ' ').and_then(|here| self.child(node, here)) {
            self.walk(child, chars, at + 1, signs, patterns);
        }
    }
}

/// So few characters are looked through one by one.
const FEW: usize = 8;

/// The first characters of a pattern. There are hundreds of thousands while files load, so each lies where it stands and
/// not in memory of its own. Behind the last one stand zeros, which no pattern has: so they are ordered as texts are.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Beginning {
    chars: [char; DEEPEST],
    length: usize,
}

impl Beginning {
    fn push(&mut self, character: char) {
        self.chars[self.length] = character;
        self.length += 1;
    }
}

impl Deref for Beginning {
    type Target = [char];
    fn deref(&self) -> &[char] {
        &self.chars[..self.length]
    }
}

/// A beginning that may go on, up to so many characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Open {
    chars: Beginning,
    limit: usize,
}

/// What a match can begin with, told apart as deep as the number of beginnings allows; `None` when it can be empty.
fn beginnings(steps: &[Step]) -> Option<Vec<Beginning>> {
    let (mut rest, mut closed) = (Vec::new(), Vec::new());
    for limit in [DEEPEST, DEEPEST / 2, 2, 1] {
        closed.clear();
        let empty = Open {
            chars: Beginning::default(),
            limit,
        };
        rest = extend(steps, vec![empty], &mut closed);
        each_once(&mut closed);
        if rest.len() + closed.len() <= MOST {
            break;
        }
    }
    closed.extend(rest.into_iter().map(|open| open.chars));
    each_once(&mut closed);
    (!closed.contains(&Beginning::default())).then_some(closed)
}

fn each_once<T: Ord>(list: &mut Vec<T>) {
    list.sort_unstable();
    list.dedup();
}

/// Leads beginnings, of which no two are the same, through steps. Those that say enough are moved to `closed`. Where there
/// are far too many, all say enough that have begun.
fn extend(steps: &[Step], open: Vec<Open>, closed: &mut Vec<Beginning>) -> Vec<Open> {
    let mut open = open;
    for step in steps {
        if open.len() > 8 * MOST {
            open.retain(|beginning| {
                let short = beginning.chars.is_empty();
                if !short {
                    closed.push(beginning.chars);
                }
                short
            });
        }
        match step {
            // What differs before differs behind the same text.
            Step::Text(text) => open.retain_mut(|beginning| with_text(beginning, text, closed)),
            Step::Branches { branches, optional } => {
                let mut all = if *optional { open.clone() } else { Vec::new() };
                for branch in branches {
                    all.extend(extend(branch, open.clone(), closed));
                }
                open = all;
                each_once(&mut open);
            }
            Step::Gap | Step::WordGap => {
                open.retain_mut(|beginning| {
                    // A match does not begin with what it skips, but it may skip more behind its first character.
                    beginning.limit = 1;
                    let short = beginning.chars.is_empty();
                    if !short {
                        closed.push(beginning.chars);
                    }
                    short
                });
                each_once(&mut open);
            }
        }
    }
    open
}

/// Adds a text; whether the beginning may go on.
fn with_text(beginning: &mut Open, text: &[char], closed: &mut Vec<Beginning>) -> bool {
    for character in text {
        if *character == ' ' && beginning.chars.is_empty() {
            continue;
        }
        beginning.chars.push(*character);
        if beginning.chars.len() >= beginning.limit {
            closed.push(beginning.chars);
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn text(word: &str) -> Step {
        Step::Text(word.chars().collect())
    }

    fn tree(patterns: &[&[Step]]) -> PrefixTrie {
        PrefixTrie::new(patterns.iter().copied(), |_| 0)
    }

    fn at(tree: &PrefixTrie, message: &str, start: usize) -> Vec<u32> {
        let mut patterns = Vec::new();
        tree.at(&message.chars().collect::<Vec<_>>(), start, 0, &mut patterns);
        patterns
    }

    #[test]
    fn only_patterns_that_can_begin_there_are_tried() {
        let optional = Step::Branches {
            branches: vec![vec![text("能")], vec![text("可以")]],
            optional: true,
        };
        let tree = tree(&[
            &[text("什么时候发货")],
            &[text("什么"), Step::Gap, text("质量")],
            &[optional, text("退货")],
            &[Step::Gap, text("退货吗")],
            &[text("do you"), text(" "), text("ship")],
            &[Step::Gap],
        ]);
        assert_eq!(at(&tree, "什么时候发货", 0), [0, 1]);
        assert_eq!(at(&tree, "什么破质量", 0), [1]);
        assert_eq!(at(&tree, "我可以退货", 1), [2]);
        // A gap may lead from one 退 to the next.
        assert_eq!(at(&tree, "退钱", 0), [3]);
        assert_eq!(at(&tree, "退货", 0), [2, 3]);
        assert_eq!(at(&tree, "d'o you ship", 0), [4]);
        assert_eq!(at(&tree, "does", 0), Vec::<u32>::new());
    }

    #[test]
    fn patterns_with_very_many_beginnings_are_told_apart_by_fewer_characters() {
        let choice = || Step::Branches {
            branches: "一二三四五六七八九"
                .chars()
                .map(|one| vec![text(&one.to_string())])
                .collect(),
            optional: true,
        };
        let steps: Vec<Step> = (0..9).map(|_| choice()).chain([text("件")]).collect();
        let tree = tree(&[&steps]);
        assert_eq!(at(&tree, "三二一件", 0), [0]);
        assert_eq!(at(&tree, "件", 0), [0]);
        assert!(at(&tree, "十件", 0).is_empty());
    }
}
