//! Which readers a text can hold anything for, seen in one pass over it: most messages have no number, and most of what is
//! read is made of numbers.

use super::numerals::Number;

/// A reader whose gate is shut would find nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gates {
    /// Links hold a slash or begin with `www.`.
    pub links: bool,
    /// Phones, orders, waybills and tax numbers have eight digits at least.
    pub long_numbers: bool,
    /// Days, sums, bodies and counts are numbers with something beside them.
    pub numbers: bool,
    /// Sizes are numbers or Latin letters, but for a few words.
    pub letters: bool,
}

/// The fewest digits of anything that is told by its number.
const LONG: usize = 8;

impl Gates {
    /// Everything is read.
    #[cfg(test)]
    pub(super) const OPEN: Gates = Gates {
        links: true,
        long_numbers: true,
        numbers: true,
        letters: true,
    };

    /// What a text with these numbers can hold.
    pub(super) fn of(chars: &[char], numbers: &[Number]) -> Gates {
        let (mut digits, mut letters, mut links) = (0, false, false);
        for character in chars {
            match character {
                '0'..='9' => digits += 1,
                'a'..='z' => letters = true,
                '/' | '.' => links = true,
                _ => {}
            }
        }
        Gates {
            links,
            long_numbers: digits >= LONG,
            numbers: !numbers.is_empty(),
            letters,
        }
    }
}
