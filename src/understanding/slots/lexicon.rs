//! The words that slots are read by, in one list: goods, days, places, colours, and words that only look like them.

use std::collections::HashSet;
use std::ops::Range;

use super::{colours, days, places};
use crate::shop::Catalogue;
use crate::understanding::normalise::{fold_pattern_text, is_letter};
use crate::understanding::word_list::WordList;

/// What a word means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Meaning {
    /// Full name of an article.
    Goods(String),
    /// Name of an attribute of goods.
    Attribute(String),
    /// A day, canonical.
    Day(String),
    /// A place.
    Place(places::Place),
    /// A place outside China.
    Abroad,
    /// A colour, canonical.
    Colour(String),
    /// Nothing, but it contains what would be something.
    Nothing,
}

/// A word in a text.
#[derive(Clone, Debug)]
pub(super) struct Hit<'a> {
    /// Characters of the text.
    pub range: Range<usize>,
    /// What the word means.
    pub meaning: &'a Meaning,
}

/// All words, compiled.
pub(super) struct Lexicon {
    words: WordList,
    meanings: Vec<Meaning>,
}

impl Lexicon {
    /// Compiles all words. Where two lists know a word, the shop's goods come first.
    pub(super) fn new(goods: &Catalogue) -> Lexicon {
        let mut words: Vec<(String, Meaning)> = Vec::with_capacity(4_000);
        for article in goods.iter() {
            let names = [&article.name.zh, &article.name.en];
            for name in names.into_iter().chain(&article.aliases) {
                let folded = fold_pattern_text(name);
                // Shoppers write 疾风3 and 疾风 3 for the same.
                words.push((without_blanks(&folded), Meaning::Goods(article.name.zh.clone())));
                words.push((folded, Meaning::Goods(article.name.zh.clone())));
            }
        }
        for attribute in goods.attributes() {
            let names = [&attribute.name.zh, &attribute.name.en];
            for name in names.into_iter().chain(&attribute.asked) {
                let meaning = Meaning::Attribute(attribute.name.zh.clone());
                words.push((fold_pattern_text(name), meaning));
            }
        }
        words.extend(days::words().into_iter().map(|(word, day)| (word, Meaning::Day(day))));
        words.extend(
            places::words()
                .into_iter()
                .map(|(word, place)| (word.to_owned(), Meaning::Place(place))),
        );
        words.extend(places::abroad().map(|word| (word.to_owned(), Meaning::Abroad)));
        words.extend(
            colours::words()
                .into_iter()
                .map(|(word, colour)| (word, Meaning::Colour(colour))),
        );
        words.extend(
            places::swallowing()
                .chain(days::swallowing())
                .chain(colours::swallowing())
                .map(|word| (word.to_owned(), Meaning::Nothing)),
        );
        let mut seen = HashSet::new();
        words.retain(|(word, _)| !word.is_empty() && seen.insert(word.clone()));
        Lexicon {
            words: WordList::new(words.iter().map(|(word, _)| word)),
            meanings: words.into_iter().map(|(_, meaning)| meaning).collect(),
        }
    }

    /// The words of a text, longest first where they begin together, without overlaps.
    pub(super) fn hits(&self, chars: &[char]) -> Vec<Hit<'_>> {
        let whole = self.words.longest_in(chars);
        let whole = whole.filter(|(_, start, end)| !inside_a_word(chars, *start, *end));
        whole
            .map(|(word, start, end)| Hit {
                range: start..end,
                meaning: &self.meanings[word],
            })
            .collect()
    }
}

fn without_blanks(word: &str) -> String {
    let latin_words = word
        .split(' ')
        .filter(|part| part.chars().all(|character| character.is_ascii_alphabetic()))
        .count();
    if latin_words > 1 {
        word.to_owned()
    } else {
        word.replace(' ', "")
    }
}

/// Whether Latin letters or digits go on at either end.
fn inside_a_word(chars: &[char], start: usize, end: usize) -> bool {
    let at = |position: usize| chars.get(position).copied().unwrap_or(' ');
    let (first, last) = (at(start), at(end - 1));
    let (before, after) = (if start == 0 { ' ' } else { at(start - 1) }, at(end));
    let same = |inner: char, outer: char| {
        (is_letter(inner) && is_letter(outer)) || (inner.is_ascii_digit() && outer.is_ascii_digit())
    };
    same(first, before)
        || same(last, after)
        || (last.is_ascii_digit() && after == '.' && at(end + 1).is_ascii_digit())
        || (first.is_ascii_digit() && before == '.' && start > 1 && at(start - 2).is_ascii_digit())
}
