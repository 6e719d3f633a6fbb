//! The language a talk is in: that of the page until the shopper writes words; then that of the words.
//!
//! Only words change it. A number, a link, `ok`, a name or an emoji say nothing of the language.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::model::Language;
use crate::packs::{is_only_simplified, is_only_traditional};
use crate::understanding::lexicon::entries;
use crate::understanding::vectors::Vectors;

/// Latin words that say nothing of the language; names among them.
static NEUTRAL: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let names = entries(include_str!("../understanding/lexicon/names_latin.txt"));
    entries(include_str!("lexicon/says_no_language.txt"))
        .chain(names)
        .collect()
});

static GREETINGS: LazyLock<HashSet<&str>> = LazyLock::new(|| entries(include_str!("lexicon/greets.txt")).collect());

/// So many English words change a talk that was Chinese; one may be the name of something.
const WORDS_THAT_CHANGE: usize = 2;
/// Capitals so long are a size, a carrier or a code.
const SHORT_CAPITALS: usize = 4;

/// The language of what a shopper wrote; `None` when it does not say. `before` is that of what they wrote before, if
/// anything, `page` that of the page.
pub(super) fn written_in(text: &str, before: Option<Language>, page: Language) -> Option<Language> {
    let tokens = || {
        text.split(|c: char| c.is_whitespace() || ",!?;:()\"，。！？；：、（）“”…~～".contains(c))
            .filter(|token| !is_code(token))
    };
    if tokens().any(|token| Language::of(token) == Some(Language::Chinese)) {
        let usual = before.unwrap_or(page);
        let usual = if usual.is_chinese() { usual } else { Language::Chinese };
        return Some(script(text).unwrap_or(usual));
    }
    let telling = tokens()
        .flat_map(|token| token.split(['-', '.']))
        .filter(|word| is_telling(word, before.is_none()))
        .count();
    let needed = if before.is_some_and(Language::is_chinese) {
        WORDS_THAT_CHANGE
    } else {
        1
    };
    (telling >= needed).then_some(Language::English)
}

/// The script that more characters of a text belong to alone; `None` when there are as many of both.
fn script(text: &str) -> Option<Language> {
    let (mut traditional, mut simple) = (0, 0);
    for character in text.chars() {
        if is_only_simplified(character) {
            simple += 1;
        } else if is_only_traditional(character) {
            traditional += 1;
        }
    }
    match simple.cmp(&traditional) {
        std::cmp::Ordering::Less => Some(Language::Traditional),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(Language::Chinese),
    }
}

/// Whether a word is copied rather than written: a number, a link, an address of mail. Beside Han characters it is not.
fn is_code(token: &str) -> bool {
    let coded = token.contains(|c: char| c.is_ascii_digit() || "@#/\\_=&%".contains(c));
    coded && Language::of(token) != Some(Language::Chinese) || token.contains("://")
}

/// Whether a Latin word is one of English. Greetings count where nothing was said before.
fn is_telling(word: &str, first: bool) -> bool {
    let letters: String = word.chars().filter(char::is_ascii_alphabetic).collect();
    let small = letters.to_ascii_lowercase();
    let capitals = letters.len() <= SHORT_CAPITALS && letters.chars().all(|letter| letter.is_ascii_uppercase());
    if letters.len() < 2 || capitals || NEUTRAL.contains(small.as_str()) {
        return false;
    }
    if GREETINGS.contains(small.as_str()) {
        return first;
    }
    Vectors::shipped().is_some_and(|vectors| vectors.knows_english(&small))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{Chinese, English, Traditional};

    /// The language of a talk on a page of this language, after each of these messages.
    fn talk(page: Language, texts: &[&str]) -> Vec<Language> {
        let mut before = None;
        let after = texts.iter().map(|text| {
            before = written_in(text, before, page).or(before);
            before.unwrap_or(page)
        });
        after.collect()
    }

    #[test]
    fn words_choose_the_language_and_numbers_links_and_thanks_keep_it() {
        for (page, texts, last) in [
            (Chinese, &["物流怎么不动了", "SF1234567890123"][..], Chinese),
            (Chinese, &["包邮吗", "ok"], Chinese),
            (Chinese, &["包邮吗", "OK thx"], Chinese),
            (Chinese, &["包邮吗", "https://shop.example/item/red-shoes"], Chinese),
            (Chinese, &["有货吗", "😂😂"], Chinese),
            (Chinese, &["有货吗", "iphone 15 pro max"], Chinese),
            (Chinese, &["有货吗", "XXL", "42"], Chinese),
            (Chinese, &["有货吗", "hello"], Chinese),
            (Chinese, &["baoyou ma"], Chinese),
            (Chinese, &["ok"], Chinese),
            (Chinese, &["where is my order", "SF1234567890123", "ok"], English),
            (Chinese, &["hello"], English),
            (Chinese, &["包邮吗", "when will it ship"], English),
            (English, &["thanks", "13800001234"], English),
            (English, &["hi", "什么时候发货"], Chinese),
            (English, &["請問幾時出貨"], Traditional),
            (Chinese, &["請問有包郵嗎", "在吗"], Chinese),
            (Traditional, &["ok", "在"], Traditional),
            (
                Chinese,
                &["請問幾時出貨", "好", "SF1234567890123", "不能退"],
                Traditional,
            ),
            (Traditional, &["这个什么时候发货"], Chinese),
            (Traditional, &["when do you ship"], English),
            (Chinese, &["我要退后面那個"], Traditional),
        ] {
            assert_eq!(talk(page, texts).last(), Some(&last), "{texts:?}");
        }
    }
}
