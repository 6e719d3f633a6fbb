//! Slips of the keyboard in English words: cancle my oder → cancel my order.
//!
//! A word that neither the pack nor an English word list knows is read as the word of the pack that is one slip away: a
//! letter too many, missing, wrong, or two that changed places. Words in capitals, names, codes, addresses of mail and
//! pages are never touched. Found by symmetric deletion: two words that are one slip apart become the same word when
//! each loses at most one letter.

use std::collections::{HashMap, HashSet};

use super::characters::is_han;
use super::{Text, fold::is_mark};
use crate::model::StableHash;

/// Shorter words have too many neighbours.
const SHORTEST: usize = 4;
/// From this length on two slips are mended; so long a word has few neighbours.
const TWO_SLIPS_FROM: usize = 7;
/// A wrong first letter is rare, and only believed in words that are not short.
const WRONG_BEGINNING_FROM: usize = 5;
/// A word that no English list knows is read as a word only when the pack writes it so often: tiktok, waybill.
const COINED: u32 = 3;
/// Longest word that is looked for; longer ones are keys held down.
const LONGEST: usize = 24;
/// Words that are looked for in one message, so that a page of gibberish costs no more.
const MOST_LOOKED_FOR: usize = 64;

/// The words that shoppers of a pack use, and which words are none.
pub struct Spelling {
    /// All words of the pack, and names: they are right as they are.
    known: HashSet<Box<str>>,
    /// Words that a slip is read as, with how often the pack has them.
    targets: Vec<(Box<str>, u32)>,
    /// Hashes of each target with letters left out, ascending, with its place in `targets`.
    shortened: Vec<(u32, u32)>,
    /// Whether a word is common English.
    english: fn(&str) -> bool,
    /// Rare English words that are oftener a slip: oder.
    doubtful: HashSet<&'static str>,
}

impl Default for Spelling {
    /// Knows no words, and mends none.
    fn default() -> Spelling {
        Spelling {
            known: HashSet::new(),
            targets: Vec::new(),
            shortened: Vec::new(),
            english: |_| true,
            doubtful: HashSet::new(),
        }
    }
}

impl Spelling {
    /// Learns the words of the sentences that a message may be read as. What `others` write is right too, but nothing is
    /// read as one of them. `english` says whether a word is common English, `doubtful` lists exceptions.
    pub fn learn<'a>(
        sentences: impl Iterator<Item = &'a str>,
        others: impl Iterator<Item = &'a str>,
        english: fn(&str) -> bool,
        doubtful: impl Iterator<Item = &'static str>,
    ) -> Spelling {
        let mut written: HashMap<String, u32> = HashMap::new();
        for word in sentences.flat_map(words) {
            *written.entry(word).or_default() += 1;
        }
        let mut spelling = Spelling {
            known: others
                .flat_map(words)
                .chain(written.keys().cloned())
                .map(String::into_boxed_str)
                .collect(),
            english,
            doubtful: doubtful.collect(),
            ..Spelling::default()
        };
        written.retain(|word, _| (SHORTEST..=LONGEST).contains(&word.len()));
        let (known, mut coined): (Vec<_>, Vec<_>) = written.into_iter().partition(|(word, _)| english(word));
        spelling.add(known);
        // A word that the pack writes wrong as shoppers do is nothing to mend towards.
        coined.retain(|(word, times)| *times >= COINED && spelling.nearest(word).is_none());
        spelling.add(coined);
        spelling
    }

    fn add(&mut self, words: Vec<(String, u32)>) {
        for (word, times) in words {
            let place = self.targets.len() as u32;
            each_shortened(word.as_bytes(), slips(word.len()), &mut |hash| {
                self.shortened.push((hash, place))
            });
            self.targets.push((word.into_boxed_str(), times));
        }
        self.shortened.sort_unstable();
        self.shortened.dedup();
    }

    /// The text with slips mended; `None` when there is none. A mended word keeps the way back to what was written.
    pub fn mend(&self, text: &Text, original: &str) -> Option<Text> {
        let chars = text.chars();
        if self.targets.is_empty() {
            return None;
        }
        let mut mended: Option<Text> = None;
        let (mut at, mut copied, mut looked_for) = (0, 0, 0);
        while at < chars.len() {
            if !chars[at].is_ascii_lowercase() {
                at += 1;
                continue;
            }
            let start = at;
            while at < chars.len() && (chars[at].is_ascii_lowercase() || chars[at] == '\'') {
                at += 1;
            }
            if !(SHORTEST..=LONGEST).contains(&(at - start)) || looked_for == MOST_LOOKED_FOR {
                continue;
            }
            let word: String = chars[start..at].iter().collect();
            if self.is_right(&word) || is_code(chars, start, at) || is_name(text, original, start, at) {
                continue;
            }
            looked_for += 1;
            let Some(meant) = self.nearest(&word) else { continue };
            let out = mended.get_or_insert_with(|| Text::with_capacity(text.len() + 4));
            out.append(text, copied..start);
            let span = text.span(start).start..text.span(at - 1).end;
            meant.chars().for_each(|letter| out.push(letter, span.clone()));
            copied = at;
        }
        if let Some(out) = &mut mended {
            out.append(text, copied..text.len());
        }
        mended
    }

    fn is_right(&self, word: &str) -> bool {
        word.contains('\'') || self.known.contains(word) || ((self.english)(word) && !self.doubtful.contains(word))
    }

    /// The word of the pack that is the fewest slips away; of several the one with the same first letter, then the
    /// commonest.
    fn nearest(&self, word: &str) -> Option<&str> {
        let reach = if self.doubtful.contains(word) {
            1
        } else {
            slips(word.len())
        };
        let mut best: Option<(usize, bool, u32, &str)> = None;
        each_shortened(word.as_bytes(), reach, &mut |hash| {
            let from = self.shortened.partition_point(|(known, _)| *known < hash);
            for (_, place) in self.shortened[from..].iter().take_while(|(known, _)| *known == hash) {
                let (target, times) = &self.targets[*place as usize];
                let elsewhere = target.as_bytes()[0] != word.as_bytes()[0];
                let distance = strsim::osa_distance(word, target);
                let believed = !elsewhere || (distance == 1 && word.len() >= WRONG_BEGINNING_FROM);
                let order = (distance, elsewhere, u32::MAX - times, &**target);
                if (1..=reach).contains(&distance) && believed && best.is_none_or(|known| order < known) {
                    best = Some(order);
                }
            }
        });
        best.map(|(_, _, _, target)| target)
    }
}

/// How many slips are mended in a word of so many letters.
fn slips(length: usize) -> usize {
    if length >= TWO_SLIPS_FROM { 2 } else { 1 }
}

/// Hashes of a word with up to so many letters left out.
fn each_shortened(word: &[u8], slips: usize, each: &mut dyn FnMut(u32)) {
    let without = |first: usize, second: usize| {
        let letters = word.iter().enumerate();
        let left = letters
            .filter(|(at, _)| *at != first && *at != second)
            .map(|(_, letter)| *letter);
        StableHash::of(left).stirred() as u32
    };
    each(without(usize::MAX, usize::MAX));
    for first in 0..word.len() {
        each(without(first, usize::MAX));
        for second in (first + 1..word.len()).filter(|_| slips > 1) {
            each(without(first, second));
        }
    }
}

/// The Latin words of a text in small letters, without apostrophes.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|character: char| !character.is_ascii_alphabetic() && character != '\'' && character != '’')
        .map(|word| {
            let letters = word.chars().filter(char::is_ascii_alphabetic);
            letters.map(|letter| letter.to_ascii_lowercase()).collect::<String>()
        })
        .filter(|word| !word.is_empty())
}

/// Whether a word is part of something that is copied rather than written: a number, a page, an address of mail.
fn is_code(chars: &[char], start: usize, end: usize) -> bool {
    let outside = |character: char| is_han(character) || matches!(character, ' ' | ',' | '。' | '!' | '?' | ';' | '…');
    let from = chars[..start].iter().rposition(|c| outside(*c)).map_or(0, |at| at + 1);
    let to = chars[end..]
        .iter()
        .position(|c| outside(*c))
        .map_or(chars.len(), |at| end + at);
    let token = &chars[from..to];
    let inner_dot = |at: usize| token[at] == '.' && at > 0 && token.get(at + 1).is_some_and(|c| c.is_alphanumeric());
    token
        .iter()
        .any(|c| c.is_ascii_digit() || matches!(c, '@' | '#' | '/' | '\\' | '_' | '=' | '&' | '%'))
        || (0..token.len()).any(inner_dot)
}

/// Whether a word is written as names are: capitals within it, or one at its beginning that begins no sentence.
fn is_name(text: &Text, original: &str, start: usize, end: usize) -> bool {
    let mut letters = text.original(original, start..end).chars();
    let capital = letters.next().is_some_and(char::is_uppercase);
    if letters.any(char::is_uppercase) {
        return true;
    }
    let before = text.chars()[..start].iter().rev().find(|c| **c != ' ');
    capital && before.is_some_and(|before| !is_han(*before) && (!is_mark(*before) || *before == ','))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::super::{MAX_CHARS, fold};
    use super::*;

    const PACK: [&str; 7] = [
        "cancel my order",
        "where is my package",
        "I got the wrong size, can I get a refund?",
        "I received a broken one",
        "how long does shipping take, do you ship to Spain",
        "order order order, wrong size",
        "don't like it",
    ];
    const ENGLISH: [&str; 22] = [
        "cancel", "order", "where", "package", "wrong", "size", "refund", "received", "broken", "long", "does",
        "shipping", "take", "ship", "spain", "like", "were", "fund", "oder", "trail", "over", "nice",
    ];

    fn spelling() -> Spelling {
        let others = ["adidas nike"];
        Spelling::learn(
            PACK.into_iter(),
            others.into_iter(),
            |word| ENGLISH.contains(&word),
            ["oder"].into_iter(),
        )
    }

    fn mended(text: &str) -> String {
        let folded = fold(text, MAX_CHARS).0;
        spelling().mend(&folded, text).unwrap_or(folded).to_string()
    }

    #[test]
    fn slips_become_words_of_the_pack() {
        for (written, meant) in [
            ("cancle my oder", "cancel my order"),
            ("were is my pakage", "were is my package"),
            ("Refnd please", "refund please"),
            ("recieved the worng size", "received the wrong size"),
            ("shiping?", "shipping?"),
            ("我的oder呢", "我的order呢"),
            ("pakcgae is brokn", "package is broken"),
        ] {
            assert_eq!(mended(written), meant);
        }
    }

    #[test]
    fn names_codes_and_what_is_right_stay() {
        for text in [
            "nike adidas",
            "the Wrang one",
            "is it a Sizze or a iShap",
            "SF123 REFND",
            "mail me at refnd@pakage.com",
            "https://shop.example/pakage",
            "see pakage.com",
            "#refnd pakage2 refnd_id",
            "were the trail is",
            "refu yo sz",
            "buen pedido",
        ] {
            let folded = fold(text, MAX_CHARS).0;
            assert!(spelling().mend(&folded, text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_mended_word_leads_back_to_what_was_written() {
        let text = "请问 Refnd 呢";
        let folded = fold(text, MAX_CHARS).0;
        let mended = spelling().mend(&folded, text).unwrap();
        let at = mended.find("refund").unwrap();
        assert_eq!(mended.original(text, at..at + 6), "Refnd");
        assert_eq!(mended.original(text, 0..2), "请问");
        assert_eq!(mended.original(text, mended.len() - 1..mended.len()), "呢");
    }

    proptest! {
        #[test]
        fn words_of_the_pack_never_change(picked in prop::collection::vec(0usize..30, 0..12)) {
            let all: Vec<String> = PACK.iter().flat_map(|text| words(text)).collect();
            let text = picked.iter().map(|at| all[at % all.len()].as_str()).collect::<Vec<_>>().join(" ");
            prop_assert!(spelling().mend(&fold(&text, MAX_CHARS).0, &text).is_none(), "{text}");
        }

        #[test]
        fn any_text_is_mended_within_its_bounds(text in "[a-zA-Z'@. 我的订单]{0,60}") {
            let folded = fold(&text, MAX_CHARS).0;
            if let Some(mended) = spelling().mend(&folded, &text) {
                for at in 0..mended.len() {
                    prop_assert!(text.get(mended.span(at)).is_some());
                }
            }
        }
    }
}
