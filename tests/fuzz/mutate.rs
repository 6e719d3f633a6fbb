//! Small changes to seeds, with the words in which faults of readers like to hide.

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

/// Largest input that is made, bytes.
const LARGEST: usize = 4_096;
/// What is put in whole.
const WORDS: [&str; 42] = [
    "{{ ",
    " }}",
    "{% for x in range(99999999) %}",
    "{% endfor %}",
    "{% if shop.name %}",
    "{% endif %}",
    "|replace('a','b')",
    "*99999999",
    "shop.cutoff",
    "[",
    "]",
    "(",
    ")",
    "|",
    "...",
    "<",
    ">",
    "?",
    "- ",
    ": ",
    "：",
    "\t",
    "\n",
    "\r\n",
    "\"",
    "'",
    "#",
    "&a ",
    "*a",
    "!!binary ",
    "\u{0}",
    "\u{1b}",
    "\u{202e}",
    "\u{200b}",
    "\u{fdfa}",
    "\u{1f468}\u{200d}\u{1f469}",
    "\u{301}\u{301}",
    "１２３",
    "退\u{20dd}货",
    "99999999999999999999",
    "-1",
    "\\ud83d",
];

/// Makes inputs; the same seed makes the same ones.
pub struct Mutator {
    random: TestRng,
}

impl Mutator {
    /// From a seed of 16 bytes.
    pub fn new(seed: [u8; 16]) -> Mutator {
        Mutator {
            random: TestRng::from_seed(RngAlgorithm::XorShift, &seed),
        }
    }

    fn below(&mut self, limit: usize) -> usize {
        self.random.next_u64() as usize % limit.max(1)
    }

    /// One to eight changes to one of the seeds.
    pub fn next(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let chosen = self.below(seeds.len());
        let mut bytes = seeds.get(chosen).cloned().unwrap_or_default();
        for _ in 0..=self.below(8) {
            let at = self.below(bytes.len() + 1);
            let end = (at + self.below(16)).min(bytes.len());
            match self.below(7) {
                0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
                1 => bytes.insert(at, self.random.next_u32() as u8),
                2 | 3 => {
                    let word = WORDS[self.below(WORDS.len())];
                    bytes.splice(at..at, word.bytes());
                }
                4 => drop(bytes.drain(at..end)),
                5 => {
                    let piece = bytes[at..end].repeat(1 + self.below(40));
                    bytes.splice(at..at, piece);
                }
                _ => {
                    let chosen = self.below(seeds.len());
                    let other = seeds.get(chosen).map(Vec::as_slice).unwrap_or_default();
                    let cut = self.below(other.len() + 1);
                    bytes.truncate(at);
                    bytes.extend_from_slice(&other[cut..]);
                }
            }
            bytes.truncate(LARGEST);
        }
        bytes
    }
}
