//! Small questions about a stretch of text: does it ask, does it say anything of its own, may it hold two questions.

use std::sync::LazyLock;

use super::lexicon::entries;
use super::normalise::{begins, is_han, is_mark, without_end_marks};
use super::word_list::WordList;

/// Words that make a clause a question or a wish rather than a part of the story.
static ASKING: LazyLock<WordList> = LazyLock::new(|| WordList::new(entries(include_str!("lexicon/asks.txt"))));

/// Words that ask for an answer.
static INTERROGATIVES: LazyLock<WordList> =
    LazyLock::new(|| WordList::new(entries(include_str!("lexicon/interrogatives.txt"))));

/// Words that wish for something.
static WISHES: LazyLock<WordList> = LazyLock::new(|| WordList::new(entries(include_str!("lexicon/wishes.txt"))));

/// Words of clauses that only ask what to do about what was said before, and all their characters.
static GENERIC: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let mut words: Vec<&str> = entries(include_str!("lexicon/asks_what_to_do.txt")).collect();
    // A short word within a long one must not take it apart.
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words
});
static IN_GENERIC: LazyLock<WordList> =
    LazyLock::new(|| WordList::new(GENERIC.iter().flat_map(|word| word.chars()).map(String::from)));

/// Words with which a second question begins where nothing marks that the first has ended.
static OPENERS: LazyLock<WordList> = LazyLock::new(|| WordList::new(entries(include_str!("lexicon/openers_han.txt"))));
static LATIN_OPENERS: LazyLock<WordList> =
    LazyLock::new(|| WordList::new(entries(include_str!("lexicon/openers_latin.txt"))));

/// Whether a clause asks or wishes for something.
pub(super) fn asks(chars: &[char]) -> bool {
    ASKING.is_in(chars) || ends_in_denial(chars) || offers_both(chars, |_| true)
}

/// Whether a clause asks for an answer, rather than wishes or tells: 几天能到, 对不对.
pub(super) fn plainly_asks(chars: &[char]) -> bool {
    chars.contains(&'?') || INTERROGATIVES.is_in(chars) || offers_both(chars, is_han)
}

/// Whether a clause asks for an answer or for something to be done: 有货不, 帮我改下, can u send it.
pub(super) fn asks_or_wishes(chars: &[char]) -> bool {
    plainly_asks(chars) || ends_in_denial(without_end_marks(chars)) || WISHES.is_in(chars)
}

fn denies(character: char) -> bool {
    matches!(character, '不' | '没')
}

/// 还有货不.
fn ends_in_denial(chars: &[char]) -> bool {
    chars.last().copied().is_some_and(denies)
}

/// 寄不寄, 有没有: one of these characters on both sides of a denial.
fn offers_both(chars: &[char], one_of: impl Fn(char) -> bool) -> bool {
    chars
        .windows(3)
        .any(|window| window[0] == window[2] && one_of(window[0]) && denies(window[1]))
}

/// Whether a clause only asks what to do about what was said before.
pub(super) fn generic(chars: &[char]) -> bool {
    let text = || chars.iter().collect::<String>();
    if chars.iter().any(char::is_ascii_alphabetic) {
        return text()
            .split(|letter: char| !letter.is_alphanumeric())
            .all(|word| word.is_empty() || GENERIC.contains(&word));
    }
    // Only what is in those words goes away with them.
    let unlisted = |at: usize| !is_mark(chars[at]) && !IN_GENERIC.begins(chars, at);
    if (0..chars.len()).any(unlisted) {
        return false;
    }
    let rest = GENERIC.iter().fold(text(), |rest, word| rest.replace(word, " "));
    rest.chars().all(is_mark)
}

/// Characters before a place where a second question may begin.
const LEAST_BEFORE: usize = 3;
const LEAST_AFTER: usize = 3;

/// Where a second question may begin in a clause without any mark: behind something that asks already, at a word
/// with which questions begin (邮费多少|几天能到).
pub(super) fn may_begin_another(chars: &[char]) -> Vec<usize> {
    let mut cuts = Vec::new();
    if chars.len() < LEAST_BEFORE + LEAST_AFTER {
        return cuts;
    }
    let mut asked = false;
    for at in LEAST_BEFORE..=chars.len() - LEAST_AFTER {
        let (before, here) = (chars[at - 1], chars[at]);
        let opens = if is_han(here) {
            OPENERS.begins(chars, at)
        } else if before == ' ' {
            (here.is_ascii_digit() && at > 1 && is_han(chars[at - 2])) || (at >= 7 && LATIN_OPENERS.begins(chars, at))
        } else {
            false
        };
        if opens {
            asked = asked || asks(&chars[..at]);
            if asked && !wants_a_verb(&chars[..at]) {
                cuts.push(at);
            }
        }
    }
    cuts
}

/// which country | is it from: an English question word still waits for its verb, so that nothing ends here.
fn wants_a_verb(chars: &[char]) -> bool {
    const QUESTION_WORDS: [&str; 6] = ["how ", "what ", "when ", "where ", "which ", "who "];
    const VERBS: [&str; 14] = [
        " is ", " are ", " do ", " does ", " did ", " can ", " could ", " will ", " would ", " should ", " was ",
        " has ", " have ", " cost",
    ];
    let last = QUESTION_WORDS
        .iter()
        .filter_map(|word| (0..chars.len()).rfind(|at| begins(&chars[*at..], word)))
        .max();
    last.is_some_and(|from| !(from..chars.len()).any(|at| VERBS.iter().any(|word| begins(&chars[at..], word))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn questions_wishes_and_stories() {
        for text in [
            "包不包邮",
            "几天能到",
            "有货不",
            "帮我改下",
            "单号发我",
            "how long does it take",
        ] {
            assert!(asks(&chars(text)), "{text}");
        }
        for text in ["鞋子小了", "已经寄回去了", "i ordered a medium"] {
            assert!(!asks(&chars(text)), "{text}");
        }
        for text in [
            "怎么办啊",
            "接下来怎么弄",
            "需要我做什么吗",
            "有什么办法吗",
            "what should i do",
        ] {
            assert!(generic(&chars(text)), "{text}");
        }
        for text in ["怎么退", "还有吗", "有吗", "多久"] {
            assert!(!generic(&chars(text)), "{text}");
        }
    }

    #[test]
    fn a_second_question_may_begin_without_a_mark() {
        let cuts = |text: &str| -> Vec<String> {
            let text = chars(text);
            let cut = |at: usize| text[at..].iter().collect();
            may_begin_another(&text).into_iter().map(cut).collect()
        };
        assert!(cuts("到这里邮费多少几天能到").contains(&"几天能到".to_owned()));
        assert!(
            cuts("where does it ship from how many days to london").contains(&"how many days to london".to_owned())
        );
        assert!(cuts("which country is your warehouse in").is_empty());
        assert!(cuts("how long does it take").is_empty());
        assert!(cuts("我买的鞋子").is_empty());
        assert!(cuts("").is_empty());
    }
}
