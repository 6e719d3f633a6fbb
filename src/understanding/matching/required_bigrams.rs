//! What a text must contain for a pattern to match at all: a cheap test that spares most patterns with gaps their trial.

use super::program::Step;

/// A Bloom filter of the single characters and pairs of characters of a text.
pub struct BigramBloom {
    bits: [u64; WORDS],
    signs: Signs,
}

/// The same filter with several of its bits in one: for a first look.
pub type Signs = u128;

const WORDS: usize = 8;

/// The characters and bigrams that every match of each pattern contains, all in one list so that little memory is
/// touched.
///
/// Each pattern's part has this form, where `*` repeats:
///
/// ```text
/// needs   := count bit{count} choice*    all bits must be set, and every choice be met
/// choice  := length branch*              `length` numbers follow; one branch must be met
/// branch  := length needs                `length` numbers follow
/// ```
#[derive(Default)]
pub struct RequiredBigrams {
    list: Vec<u16>,
    starts: Vec<u32>,
}

fn bit(first: char, second: char) -> u16 {
    let spread = (u64::from(first as u32) << 32 | u64::from(second as u32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (spread >> 40) as u16 % (64 * WORDS as u16)
}

fn sign(bit: u16) -> Signs {
    1 << (u32::from(bit) % Signs::BITS)
}

/// The bits of a stretch: each character alone, and each with its neighbour.
fn bits(chars: impl Iterator<Item = char>, mut each: impl FnMut(u16)) {
    let mut previous = ' ';
    // Patterns have no apostrophes and do not see those of a text.
    for character in chars.filter(|character| *character != '\'') {
        if character != ' ' {
            each(bit(' ', character));
            if previous != ' ' {
                each(bit(previous, character));
            }
        }
        previous = character;
    }
}

impl BigramBloom {
    /// The filter of a text.
    pub fn of(chars: &[char]) -> BigramBloom {
        let mut bloom = BigramBloom {
            bits: [0; WORDS],
            signs: 0,
        };
        bits(chars.iter().copied(), |bit| {
            bloom.bits[usize::from(bit / 64)] |= 1 << (bit % 64);
            bloom.signs |= sign(bit);
        });
        bloom
    }

    /// The signs of the text.
    pub fn signs(&self) -> Signs {
        self.signs
    }

    fn has(&self, bit: u16) -> bool {
        self.bits[usize::from(bit / 64)] >> (bit % 64) & 1 == 1
    }

    fn meets(&self, needs: &[u16]) -> bool {
        let Some((count, rest)) = needs.split_first() else {
            return true;
        };
        let (bits, mut choices) = rest.split_at(usize::from(*count));
        if !bits.iter().all(|bit| self.has(*bit)) {
            return false;
        }
        while let Some((length, rest)) = choices.split_first() {
            let (mut ways, others) = rest.split_at(usize::from(*length));
            choices = others;
            let mut met = false;
            while let Some((length, rest)) = ways.split_first().filter(|_| !met) {
                let (way, others) = rest.split_at(usize::from(*length));
                ways = others;
                met = self.meets(way);
            }
            if !met {
                return false;
            }
        }
        true
    }
}

impl RequiredBigrams {
    /// Takes patterns in the order of their numbers.
    pub fn new<'a>(patterns: impl Iterator<Item = &'a [Step]>) -> RequiredBigrams {
        let mut needs = RequiredBigrams {
            starts: vec![0],
            ..RequiredBigrams::default()
        };
        for steps in patterns {
            needs.list.extend(required_by(steps));
            needs.starts.push(needs.list.len() as u32);
        }
        needs.list.shrink_to_fit();
        needs
    }

    /// Whether a pattern may match in a text.
    pub fn met(&self, pattern: u32, bloom: &BigramBloom) -> bool {
        bloom.meets(self.of(pattern))
    }

    /// The signs that a text has in which a pattern matches.
    pub fn signs(&self, pattern: u32) -> Signs {
        let (count, rest) = self.of(pattern).split_first().unwrap_or((&0, &[]));
        let bits = rest.iter().take(usize::from(*count));
        bits.fold(0, |signs, bit| signs | sign(*bit))
    }

    fn of(&self, pattern: u32) -> &[u16] {
        let at = pattern as usize;
        &self.list[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

/// The needs of some steps; nothing where there are none, or too many to count.
fn required_by(steps: &[Step]) -> Vec<u16> {
    let mut needed: Vec<u16> = Vec::new();
    let mut choices: Vec<u16> = Vec::new();
    // The last words first, because a pattern is only tried where its first ones stand.
    for step in steps.iter().rev() {
        match step {
            Step::Text(text) => bits(text.iter().copied(), |bit| {
                if !needed.contains(&bit) {
                    needed.push(bit);
                }
            }),
            Step::Branches {
                branches,
                optional: false,
            } => {
                let ways: Vec<Vec<u16>> = branches.iter().map(|branch| required_by(branch)).collect();
                let length = ways.iter().map(|way| way.len() + 1).sum::<usize>();
                if ways.iter().all(|way| !way.is_empty()) && length < usize::from(u16::MAX) {
                    choices.push(length as u16);
                    for way in ways {
                        choices.push(way.len() as u16);
                        choices.extend(way);
                    }
                }
            }
            Step::Branches { .. } | Step::Gap | Step::WordGap => {}
        }
    }
    if needed.is_empty() && choices.is_empty() {
        return Vec::new();
    }
    let mut needs = vec![needed.len() as u16];
    needs.extend(needed);
    needs.extend(choices);
    needs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_the_words_is_ruled_out_and_one_with_them_never() {
        let text = |word: &str| Step::Text(word.chars().collect());
        let steps = [
            Step::Branches {
                branches: vec![vec![text("你们")], vec![text("don't care")]],
                optional: false,
            },
            Step::Gap,
            text("骗子"),
            Step::Branches {
                branches: vec![vec![text("啊")]],
                optional: true,
            },
        ];
        let needs = RequiredBigrams::new([&[][..], &steps].into_iter());
        let meets = |message: &str| {
            let bloom = BigramBloom::of(&message.chars().collect::<Vec<_>>());
            let met = needs.met(1, &bloom);
            // Whoever is met at the second look is let through at the first.
            assert!(!met || needs.signs(1) & !bloom.signs() == 0);
            met
        };
        assert!(needs.met(0, &BigramBloom::of(&[])));
        assert!(meets("你们都是骗子"));
        assert!(meets("you dont care 骗子"));
        assert!(meets("don't ca're 骗'子"));
        assert!(!meets("你们什么时候发货"));
        assert!(!meets("他是骗子"));
    }
}
