//! What a text must hold for a pattern to match at all: a cheap question that spares most patterns with gaps their trial.

use super::patterns::Step;

/// Which single characters and neighbours a text has, as bits of their hashes.
pub struct Held([u64; WORDS]);

const WORDS: usize = 8;

/// What every match of some steps holds.
#[derive(Default)]
pub struct Needs {
    /// Bits, all of which a text must have; the last words first, because a pattern is tried where its first ones are.
    bits: Vec<u16>,
    /// Of each of these, at least one must be met.
    choices: Vec<Vec<Needs>>,
}

fn bit(first: char, second: char) -> u16 {
    let spread = (u64::from(first as u32) << 32 | u64::from(second as u32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (spread >> 40) as u16 % (64 * WORDS as u16)
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

impl Held {
    /// Looks at a text.
    pub fn of(chars: &[char]) -> Held {
        let mut held = Held([0; WORDS]);
        bits(chars.iter().copied(), |bit| {
            held.0[usize::from(bit / 64)] |= 1 << (bit % 64)
        });
        held
    }

    /// Whether a pattern with these needs may match.
    pub fn meets(&self, needs: &Needs) -> bool {
        let has = |bit: &u16| self.0[usize::from(bit / 64)] >> (bit % 64) & 1 == 1;
        let one = |choice: &Vec<Needs>| choice.iter().any(|needs| self.meets(needs));
        needs.bits.iter().all(has) && needs.choices.iter().all(one)
    }
}

impl Needs {
    /// What every match of the steps holds.
    pub fn of(steps: &[Step]) -> Needs {
        let mut needs = Needs::default();
        for step in steps.iter().rev() {
            match step {
                Step::Text(text) => {
                    bits(text.iter().copied(), |bit| {
                        if !needs.bits.contains(&bit) {
                            needs.bits.push(bit);
                        }
                    });
                }
                Step::Branches {
                    branches,
                    optional: false,
                } => {
                    let choice: Vec<Needs> = branches.iter().map(|branch| Needs::of(branch)).collect();
                    if choice.iter().all(|needs| !needs.is_empty()) {
                        needs.choices.push(choice);
                    }
                }
                Step::Branches { .. } | Step::Gap | Step::WordGap => {}
            }
        }
        needs
    }

    fn is_empty(&self) -> bool {
        self.bits.is_empty() && self.choices.is_empty()
    }
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
        let needs = Needs::of(&steps);
        let meets = |message: &str| Held::of(&message.chars().collect::<Vec<_>>()).meets(&needs);
        assert!(meets("你们都是骗子"));
        assert!(meets("you dont care 骗子"));
        assert!(meets("don't ca're 骗'子"));
        assert!(!meets("你们什么时候发货"));
        assert!(!meets("他是骗子"));
    }
}
