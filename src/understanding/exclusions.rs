//! The classes that a text cannot be, by `not:`, `denied:` and `require:`, whose words are looked for in one go.

use super::denied::DeniedWishes;
use super::normalise::SynonymTable;
use super::word_rule::WordRule;

/// What a word does to its class.
#[derive(Clone, Copy)]
enum Effect {
    /// Rules it out.
    Forbids,
    /// Rules it out where a denial stands beside it.
    Wishes,
    /// Allows it.
    Allows,
}

const EFFECTS: usize = 3;

/// A class and what a word does to it, as one number.
fn tagged(class: usize, effect: Effect) -> usize {
    class * EFFECTS + effect as usize
}

/// The words of all three kinds.
#[derive(Default)]
pub(super) struct Exclusions {
    words: WordRule,
    /// Classes that only a word allows.
    required: Vec<usize>,
}

impl Exclusions {
    /// Compiles the words of each kind, each with its class.
    pub fn new<'a>(
        forbidden: impl Iterator<Item = (usize, &'a str)>,
        denied: impl Iterator<Item = (usize, &'a str)>,
        required: impl Iterator<Item = (usize, &'a str)>,
        synonyms: &SynonymTable,
    ) -> Exclusions {
        let tag = |effect: Effect| move |(class, word): (usize, &'a str)| (tagged(class, effect), word);
        let words = forbidden.map(tag(Effect::Forbids));
        let words = words.chain(denied.map(tag(Effect::Wishes)));
        let words = WordRule::new(words.chain(required.map(tag(Effect::Allows))), synonyms);
        let allowed = words
            .ruled
            .iter()
            .filter(|tag| **tag % EFFECTS == Effect::Allows as usize);
        Exclusions {
            required: allowed.map(|tag| tag / EFFECTS).collect(),
            words,
        }
    }

    /// The classes that a text cannot be, in any order, some perhaps twice.
    pub fn of(&self, text: &[char], denied: &DeniedWishes) -> Vec<usize> {
        let (mut excluded, mut allowed) = (Vec::new(), Vec::new());
        for (tags, start, end) in self.words.all_in(text) {
            // Whatever classes a word wishes for, it is denied or it is not.
            let mut is_denied = None;
            for tag in tags {
                let class = tag / EFFECTS;
                if tag % EFFECTS == Effect::Allows as usize {
                    allowed.push(class);
                } else if tag % EFFECTS == Effect::Forbids as usize
                    || *is_denied.get_or_insert_with(|| denied.denial(text, start, end).is_some())
                {
                    excluded.push(class);
                }
            }
        }
        excluded.extend(self.required.iter().filter(|class| !allowed.contains(class)));
        excluded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_word_does_what_it_says() {
        let synonyms = SynonymTable::new(&[]);
        let denied = [(1, "开发票"), (2, "转人工")];
        let wishes = DeniedWishes::new(denied.into_iter(), &synonyms);
        let exclusions = Exclusions::new(
            [(0, "发票"), (4, "发票")].into_iter(),
            denied.into_iter(),
            [(3, "尺码"), (3, "发票")].into_iter(),
            &synonyms,
        );
        let of = |text: &str| {
            let mut classes = exclusions.of(&text.chars().collect::<Vec<_>>(), &wishes);
            classes.sort_unstable();
            classes
        };
        assert_eq!(of("包邮吗"), [3]);
        assert_eq!(of("什么尺码"), Vec::<usize>::new());
        assert_eq!(of("怎么开发票"), [0, 4]);
        assert_eq!(of("不用开发票了"), [0, 1, 4]);
        assert_eq!(of("不用转人工了"), [2, 3]);
    }
}
