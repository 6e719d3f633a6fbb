//! A first look at where words can begin: by a character and the one behind it, in one word of memory. Nearly all places of
//! a text begin none of the words of a list, and of most lists this look is all that is needed.

/// Which characters begin words, and what may stand behind each.
#[derive(Debug, Default)]
pub struct PairGate {
    /// For each first character a bit for every second one that words go on with, and the highest where anything may follow.
    follows: Vec<u64>,
}

/// Anything may follow.
const ANY: u32 = 63;

impl PairGate {
    /// Takes the beginnings: the first character, and the second where it must be that one.
    pub fn new(beginnings: impl Iterator<Item = (char, Option<char>)> + Clone) -> PairGate {
        let mut firsts: Vec<char> = beginnings.clone().map(|(first, _)| first).collect();
        firsts.sort_unstable();
        firsts.dedup();
        let mut gate = PairGate {
            follows: vec![0; (4 * firsts.len()).next_power_of_two()],
        };
        for (first, second) in beginnings {
            let at = gate.place(first);
            gate.follows[at] |= 1 << second.map_or(ANY, bit);
        }
        gate
    }

    /// Whether a word may begin with these two; `None` stands for the end of the text.
    #[inline]
    pub fn lets_in(&self, first: char, second: Option<char>) -> bool {
        let follows = self.follows.get(self.place(first)).copied().unwrap_or(0);
        follows >> ANY != 0 || second.is_some_and(|second| follows >> bit(second) & 1 != 0)
    }

    #[inline]
    fn place(&self, first: char) -> usize {
        let spread = (first as u32).wrapping_mul(0x9e37_79b1);
        (spread >> 8) as usize & self.follows.len().wrapping_sub(1)
    }
}

/// The bit of a second character.
#[inline]
fn bit(second: char) -> u32 {
    ((second as u32).wrapping_mul(0x85eb_ca6b) >> 16) % ANY
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_empty_gate_lets_nothing_in() {
        assert!(!PairGate::default().lets_in('退', Some('货')));
        assert!(!PairGate::new(std::iter::empty()).lets_in('退', None));
    }

    #[test]
    fn most_of_what_is_no_beginning_is_kept_out() {
        let words = ["退货", "退款", "发票", "转人工"];
        let pairs = words.map(|word| {
            let mut chars = word.chars();
            (chars.next().unwrap_or(' '), chars.next())
        });
        let gate = PairGate::new(pairs.iter().copied());
        assert!(!gate.lets_in('货', Some('退')) && !gate.lets_in('退', None));
        let others = "我你他它们这那是的了吗呢".chars();
        let let_in = others.filter(|other| gate.lets_in('退', Some(*other))).count();
        assert!(let_in < 3, "{let_in}");
    }

    proptest! {
        #[test]
        fn every_beginning_is_let_in(words in prop::collection::vec("[ab退货发票]{1,3}", 1..20), other in "[ab退货发票]") {
            let beginning = |word: &String| {
                let mut chars = word.chars();
                (chars.next().unwrap_or(' '), chars.next())
            };
            let beginnings: Vec<(char, Option<char>)> = words.iter().map(beginning).collect();
            let gate = PairGate::new(beginnings.iter().copied());
            for (first, second) in beginnings {
                prop_assert!(gate.lets_in(first, second.or(other.chars().next())));
            }
        }
    }
}
