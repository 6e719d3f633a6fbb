//! Small questions about a stretch of text: does it ask, does it say anything of its own, may it hold two questions.

use super::normalise::{begins, is_han, is_mark};

/// Words that make a clause a question or a wish rather than a part of the story.
const ASKING: [&str; 57] = [
    "吗",
    "呢",
    "么",
    "嘛",
    "怎",
    "哪",
    "谁",
    "几",
    "多少",
    "多久",
    "多大",
    "能",
    "可以",
    "可不",
    "有没有",
    "有木有",
    "是不是",
    "要不",
    "想",
    "要",
    "求",
    "帮",
    "麻烦",
    "推荐",
    "建议",
    "介绍",
    "咋",
    "啥",
    "如何",
    "行不",
    "好不",
    "发我",
    "给我",
    "看看",
    "how",
    "what",
    "when",
    "where",
    "which",
    "who",
    "can ",
    "could",
    "do you",
    "does",
    "is it",
    "is there",
    "are there",
    "are you",
    "will ",
    "would",
    "may i",
    "please",
    "pls",
    "do u",
    "why",
    "need ",
    "any ",
];

/// Words of clauses that only ask what to do about what was said before.
const GENERIC: [&str; 47] = [
    "怎么",
    "弄",
    "办",
    "处理",
    "解决",
    "操作",
    "搞",
    "整",
    "说",
    "回事",
    "该",
    "要",
    "我",
    "你们",
    "现在",
    "那",
    "可以",
    "能",
    "吗",
    "呢",
    "啊",
    "呀",
    "帮",
    "一下",
    "下",
    "看",
    "麻烦",
    "请",
    "是真的",
    "真的",
    "是不是",
    "吧",
    "么",
    "给",
    "个",
    "what",
    "should",
    "can",
    "do",
    "i",
    "how",
    "now",
    "please",
    "u",
    "you",
    "help",
    "me",
];

/// Words with which a second question begins where nothing marks that the first has ended.
const OPENERS: [&str; 25] = [
    "能",
    "可以",
    "可不可以",
    "是不是",
    "有没有",
    "会不会",
    "要不要",
    "什么",
    "啥",
    "多少",
    "多久",
    "几",
    "怎么",
    "咋",
    "哪",
    "谁",
    "是",
    "有",
    "要",
    "会",
    "包邮",
    "支持",
    "还要",
    "还能",
    "还会",
];
const LATIN_OPENERS: [&str; 18] = [
    "can ", "do ", "does ", "is ", "are ", "how ", "what ", "whats ", "when ", "where ", "which ", "who ", "will ",
    "could ", "any ", "should ", "would ", "did ",
];

/// Whether a clause asks or wishes for something.
pub(super) fn asks(chars: &[char]) -> bool {
    let denial = |character: &char| matches!(character, '不' | '没');
    // 寄不寄, 有没有; and 还有货不.
    (0..chars.len()).any(|at| ASKING.iter().any(|word| begins(&chars[at..], word)))
        || chars.last().is_some_and(denial)
        || chars
            .windows(3)
            .any(|window| window[0] == window[2] && denial(&window[1]))
}

/// Whether a clause only asks what to do about what was said before.
pub(super) fn generic(chars: &[char]) -> bool {
    let text: String = chars.iter().collect();
    if chars.iter().any(char::is_ascii_alphabetic) {
        return text
            .split(|letter: char| !letter.is_alphanumeric())
            .all(|word| word.is_empty() || GENERIC.contains(&word));
    }
    let rest = GENERIC.iter().fold(text, |rest, word| rest.replace(word, " "));
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
            OPENERS.iter().any(|word| begins(&chars[at..], word))
        } else if before == ' ' {
            (here.is_ascii_digit() && at > 1 && is_han(chars[at - 2]))
                || (at >= 7 && LATIN_OPENERS.iter().any(|word| begins(&chars[at..], word)))
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
        assert!(generic(&chars("怎么办啊")) && generic(&chars("what should i do")));
        assert!(!generic(&chars("怎么退")));
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
