//! A text as it is searched: width, case, accents and script folded, what cannot be seen left out, with the way back to
//! the text as it was written.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::model::visible::is_unseen;
use crate::packs::simplified;

/// Accents that stand on letters.
const ACCENTS: std::ops::RangeInclusive<char> = '\u{300}'..='\u{36f}';

/// A folded text.
#[derive(Debug, Default)]
pub(super) struct Folded {
    signs: Vec<char>,
    /// What each sign was made from, in UTF-16 units, as pages count.
    places: Vec<Range<u32>>,
}

impl Folded {
    /// Of this text.
    pub fn of(text: &str) -> Folded {
        let mut folded = Folded::default();
        let mut at = 0;
        for written in text.chars() {
            let units = written.len_utf16() as u32;
            let place = at..at + units;
            at += units;
            if written.is_whitespace() {
                folded.push(' ', place);
            } else if !is_unseen(written) {
                let signs = std::iter::once(written).nfkd().flat_map(char::to_lowercase);
                for sign in signs.filter(|sign| !ACCENTS.contains(sign)) {
                    let sign = simplified(folded.signs.last().copied(), sign);
                    folded.push(sign, place.clone());
                }
            }
        }
        folded
    }

    fn push(&mut self, sign: char, place: Range<u32>) {
        // Blanks count as one, however many.
        if sign == ' ' && self.signs.last() == Some(&' ') {
            return;
        }
        self.signs.push(sign);
        self.places.push(place);
    }

    /// The signs.
    pub fn signs(&self) -> &[char] {
        &self.signs
    }

    /// The same without what people write within long numbers: blanks and hyphens.
    pub fn squeezed(&self) -> Folded {
        let signs = self.signs.iter().zip(&self.places);
        let kept = signs.filter(|(sign, _)| !matches!(sign, ' ' | '-'));
        let (signs, places) = kept.map(|(sign, place)| (*sign, place.clone())).unzip();
        Folded { signs, places }
    }

    /// Whether this stands in it.
    pub fn holds(&self, word: &[char]) -> bool {
        self.find(word, 0).is_some()
    }

    /// Where this stands in the text as it was written, from the beginning on, without overlaps, at most so often.
    pub fn places_of(&self, word: &[char], most: usize) -> Vec<Range<u32>> {
        let (mut places, mut from) = (Vec::new(), 0);
        while places.len() < most
            && let Some(at) = self.find(word, from)
        {
            from = at + word.len();
            places.push(self.places[at].start..self.places[from - 1].end);
        }
        places
    }

    fn find(&self, word: &[char], from: usize) -> Option<usize> {
        if word.is_empty() {
            return None;
        }
        let rest = self.signs.get(from..)?;
        rest.windows(word.len())
            .position(|signs| signs == word)
            .map(|at| from + at)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::single_range_in_vec_init, reason = "marks are ranges")]

    use proptest::prelude::*;

    use super::*;

    fn signs(text: &str) -> String {
        Folded::of(text).signs().iter().collect()
    }

    #[test]
    fn what_looks_alike_is_alike() {
        assert_eq!(signs("ＶＩＰ　１２３％"), "vip 123%");
        assert_eq!(signs("退\u{200b}貨"), "退货");
        assert_eq!(signs("Café  au\n lait"), "cafe au lait");
        assert_eq!(signs("❤\u{fe0f}"), "❤");
    }

    #[test]
    fn places_are_those_of_the_text_as_pages_count_them() {
        let text = "👟 要退貨，退货！";
        let folded = Folded::of(text);
        let word: Vec<char> = "退货".chars().collect();
        assert_eq!(folded.places_of(&word, 9), [4..6, 7..9]);
        assert_eq!(folded.places_of(&word, 1), [4..6]);
        assert_eq!(folded.places_of(&['👟'], 9), [0..2]);
        assert!(folded.places_of(&[], 9).is_empty());
    }

    #[test]
    fn numbers_are_found_however_they_are_grouped() {
        let number: Vec<char> = "26110098".chars().collect();
        let text = Folded::of("订单 2611-0098 呢");
        assert!(!text.holds(&number));
        assert_eq!(text.squeezed().places_of(&number, 9), [3..12]);
    }

    proptest! {
        #[test]
        fn every_part_of_a_text_is_found_in_it(text in "\\PC{0,40}", from in 0_usize..40, length in 1_usize..20) {
            let part: String = text.chars().skip(from).take(length).collect();
            let word = Folded::of(part.trim()).signs().to_vec();
            prop_assume!(!word.is_empty());
            // What stands before a sign may decide how it is simplified.
            prop_assume!(!text.chars().any(|sign| matches!(sign, '锻' | '回' | '答' | '家')));
            let folded = Folded::of(&text);
            let places = folded.places_of(&word, 1);
            prop_assert_eq!(places.len(), 1);
            let units = text.encode_utf16().count() as u32;
            prop_assert!(places[0].start < places[0].end && places[0].end <= units);
        }
    }
}
