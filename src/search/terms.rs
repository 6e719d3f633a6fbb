//! By what a talk is found: terms of what was said, and of who and what it was about.
//!
//! Chinese has no blanks between words, so any two neighbouring signs are a term; single signs are terms too, that one
//! character finds something; and of Latin letters and digits, of which two say little, also three.

use std::collections::BTreeSet;

use crate::model::{Owner, StableHash, shopper_name};
use crate::store::Term;

use super::fold::Folded;
use super::talk::{State, Talk};

/// Which terms these are: raised when others are made, and every talk is read anew.
pub(super) const VERSION: u32 = 1;

/// Terms asked for of one word at most: more of a long text make what is found no surer.
const MOST_OF_WORD: usize = 24;

/// What a term is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Something that was said.
    Said,
    /// The id or the name of the customer.
    Customer,
    /// The shop.
    Shop,
    /// An agent who had it.
    Agent,
    /// Why it was handed off.
    Reason,
    /// How it was rated.
    Stars,
    /// Whether it goes on.
    State,
    /// A tag that the customer has.
    Tag,
    /// Whether the customer is a VIP.
    Vip,
}

/// The term of these signs.
fn term(kind: Kind, signs: impl IntoIterator<Item = char>) -> Term {
    let units = std::iter::once(kind as u32).chain(signs.into_iter().map(u32::from));
    Term::new(StableHash::of(units).stirred())
}

/// The term of a word of the program or an id, as it is.
pub(super) fn exactly(kind: Kind, word: &str) -> Term {
    term(kind, word.chars())
}

/// All terms of a talk, rising, each once.
pub(super) fn of_talk(talk: &Talk) -> Vec<Term> {
    let mut terms = BTreeSet::new();
    let said = talk.said.iter().map(|said| &said.text).chain(&talk.orders);
    for text in said {
        let folded = Folded::of(text);
        of_text(Kind::Said, folded.signs(), &mut terms);
        if folded.signs().iter().any(char::is_ascii_digit) {
            of_text(Kind::Said, folded.squeezed().signs(), &mut terms);
        }
    }
    for name in [talk.shopper.as_str(), &shopper_name(&talk.shopper)] {
        of_text(Kind::Customer, Folded::of(name).signs(), &mut terms);
    }
    terms.insert(exactly(Kind::Shop, talk.shop.as_str()));
    terms.extend(
        talk.agents
            .iter()
            .map(|(agent, _)| exactly(Kind::Agent, agent.as_str())),
    );
    terms.extend(talk.reasons.iter().map(|reason| exactly(Kind::Reason, reason.name())));
    terms.extend(talk.stars.map(of_stars));
    terms.extend(talk.card.tags.iter().map(|tag| exactly(Kind::Tag, tag)));
    if talk.card.vip {
        terms.insert(vip());
    }
    terms.insert(of_state(talk.state()));
    if talk.owner == Owner::Queue {
        terms.insert(waiting());
    }
    terms.into_iter().collect()
}

/// Of talks with so many stars.
pub(super) fn of_stars(stars: u8) -> Term {
    exactly(Kind::Stars, &stars.to_string())
}

/// Of talks that stand so.
pub(super) fn of_state(state: State) -> Term {
    exactly(Kind::State, state.name())
}

/// Of talks of VIPs.
pub(super) fn vip() -> Term {
    exactly(Kind::Vip, "vip")
}

/// Of talks that wait for people.
pub(super) fn waiting() -> Term {
    exactly(Kind::State, "waiting")
}

fn of_text(kind: Kind, signs: &[char], terms: &mut BTreeSet<Term>) {
    for length in 1..=3 {
        let grams = signs.windows(length).filter(|gram| is_gram(gram));
        terms.extend(grams.map(|gram| term(kind, gram.iter().copied())));
    }
}

/// Whether these neighbours are a term.
fn is_gram(signs: &[char]) -> bool {
    match signs.len() {
        3 => signs.iter().all(char::is_ascii_alphanumeric),
        _ => !signs.contains(&' '),
    }
}

/// The terms that every text has in which this word stands: the longest ones.
pub(super) fn of_word(kind: Kind, word: &[char]) -> Vec<Term> {
    let mut terms = Vec::new();
    for at in 0..word.len() {
        let gram = (1..=3)
            .rev()
            .filter_map(|length| word.get(at..at + length))
            .find(|gram| is_gram(gram));
        // Single signs say nothing that the pairs around them do not.
        let gram = gram.filter(|gram| gram.len() > 1 || stands_alone(word, at));
        terms.extend(gram.map(|gram| term(kind, gram.iter().copied())));
    }
    let step = terms.len().div_ceil(MOST_OF_WORD).max(1);
    terms.into_iter().step_by(step).collect()
}

/// Whether no neighbour makes a pair with the sign there.
fn stands_alone(word: &[char], at: usize) -> bool {
    let pair = |from: usize| word.get(from..from + 2).is_some_and(is_gram);
    !pair(at) && !at.checked_sub(1).is_some_and(pair)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str) -> BTreeSet<Term> {
        let mut terms = BTreeSet::new();
        of_text(Kind::Said, Folded::of(text).signs(), &mut terms);
        terms
    }

    fn asked(word: &str) -> Vec<Term> {
        of_word(Kind::Said, Folded::of(word).signs())
    }

    #[test]
    fn a_word_asks_for_its_pairs_and_what_is_latin_for_threes() {
        assert_eq!(asked("退").len(), 1);
        assert_eq!(asked("退货").len(), 1);
        assert_eq!(asked("退货吗").len(), 2);
        assert_eq!(asked("sf123").len(), 4, "sf1, f12, 123, 23");
        assert_eq!(asked("%").len(), 1);
        assert_eq!(asked("a b").len(), 2);
        assert_eq!(asked(&"退货吗亲".repeat(50)).len(), 23);
        assert!(asked(" ").is_empty());
    }

    proptest! {
        #[test]
        fn a_text_has_every_term_of_whatever_stands_in_it(text in "[退换货款a-c1-3 %👟]{1,30}", from in 0_usize..30, length in 1_usize..30) {
            let part: String = text.chars().skip(from).take(length).collect();
            let has = all(&text);
            for term in asked(part.trim()) {
                prop_assert!(has.contains(&term));
            }
        }
    }
}
