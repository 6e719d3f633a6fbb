//! What a message is about, as far as reading its numbers depends on it: a child, feet, furniture, prices.

use crate::understanding::lexicon::sections;
use crate::understanding::normalise::{is_han, is_letter};
use crate::understanding::word_list::WordList;

/// Kinds of hints that a text gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hints {
    /// A child is spoken of: small heights and weights are plausible, months are an age.
    pub child: bool,
    /// A pet is: its weight is no one's.
    pub pet: bool,
    /// Feet or shoes are.
    pub feet: bool,
    /// Sizes are.
    pub size: bool,
    /// Things that have a length and a width.
    pub furniture: bool,
    /// Prices are.
    pub price: bool,
    /// Goods that are numbered with 号: 12号色, 戒指12号.
    pub numbered_goods: bool,
    /// A pregnancy is counted in months too.
    pub pregnancy: bool,
    /// There are Han characters.
    pub han: bool,
    /// There are Latin words.
    pub latin: bool,
}

/// The sections of `hints.txt`, in the order in which [`HintWords::see`] counts them.
const KINDS: [&str; 8] = [
    "child",
    "pet",
    "feet",
    "size",
    "furniture",
    "price",
    "numbered goods",
    "pregnancy",
];

/// The words of all hints, compiled.
pub(super) struct HintWords {
    words: WordList,
    kinds: Vec<usize>,
}

impl HintWords {
    /// Compiles the lists.
    pub(super) fn new() -> HintWords {
        let mut words = Vec::new();
        let mut kinds = Vec::new();
        for (kind, (name, list)) in sections(include_str!("../lexicon/hints.txt")).into_iter().enumerate() {
            debug_assert_eq!(KINDS.get(kind), Some(&name), "hints.txt has its sections in this order");
            kinds.extend(list.iter().map(|_| kind));
            words.extend(list);
        }
        HintWords {
            words: WordList::new(&words),
            kinds,
        }
    }

    /// The hints in a text.
    pub(super) fn see(&self, chars: &[char]) -> Hints {
        let mut hints = Hints {
            han: chars.iter().copied().any(is_han),
            latin: latin(chars),
            ..Hints::default()
        };
        let letter = |character: Option<&char>| character.is_some_and(|it| is_letter(*it));
        for (word, start, end) in self.words.all_in(chars) {
            // A Latin word is whole.
            let before = start.checked_sub(1).and_then(|at| chars.get(at));
            if is_letter(chars[end - 1]) && (letter(before) || letter(chars.get(end))) {
                continue;
            }
            let flag = match self.kinds[word] {
                0 => &mut hints.child,
                1 => &mut hints.pet,
                2 => &mut hints.feet,
                3 => &mut hints.size,
                4 => &mut hints.furniture,
                5 => &mut hints.price,
                6 => &mut hints.numbered_goods,
                _ => &mut hints.pregnancy,
            };
            *flag = true;
        }
        hints
    }
}

/// Whether there is a Latin word, as opposed to a unit or a size: letters that no digit touches.
fn latin(chars: &[char]) -> bool {
    chars.split(|character| !character.is_ascii_alphanumeric()).any(|word| {
        word.len() >= 2
            && word.iter().all(char::is_ascii_alphabetic)
            && !UNITS.contains(&word.iter().collect::<String>().as_str())
    })
}

const UNITS: [&str; 9] = ["cm", "kg", "kgs", "mm", "xl", "xs", "xxl", "lb", "lbs"];
