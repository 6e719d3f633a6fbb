//! Chooses what a message asks: the reading of the whole, or those of its clauses.

use super::normalise::{Clause, is_mark};
use super::reading::{QuestionIndex, StretchReading};

/// A clause counts as a question of its own from here.
const OWN_QUESTION: f32 = 0.58;
/// A clause of fewer characters (or of just so many, when it asks nothing) needs the support of the whole message.
const TINY_CLAUSE: usize = 3;

impl QuestionIndex {
    fn is_chat(&self, class: usize) -> bool {
        self.id(class).starts_with("chat.")
    }

    /// Chooses between the reading of the whole and those of its clauses.
    pub(super) fn choose(
        &self,
        whole: &StretchReading,
        parts: &[StretchReading],
        clauses: &[Clause],
        chars: &[char],
    ) -> Vec<(usize, f32)> {
        let whole_best = whole.ranked.first().copied().filter(|_| !whole.outside);
        let mut own: Vec<(usize, f32, bool)> = Vec::new();
        // A clause that only tells something; it is what the message says when nothing else is.
        let mut spare: Option<(usize, f32)> = None;
        for (part, clause) in parts.iter().zip(clauses) {
            let Some((class, confidence)) = part.ranked.first().copied().filter(|_| !part.outside) else {
                continue;
            };
            if confidence < OWN_QUESTION || self.is_chat(class) {
                continue;
            }
            let text = &chars[clause.range.clone()];
            let asks = clause.asked || asks(text);
            let support = whole
                .ranked
                .iter()
                .find(|(other, _)| *other == class)
                .map_or(0.0, |(_, confidence)| *confidence);
            let written = (part.reason.exact || part.reason.pattern.is_some()) && !generic(text);
            if !written && !self.stands_alone(class, text, asks, confidence, support) {
                if text.len() > TINY_CLAUSE && !generic(text) && spare.is_none_or(|(_, best)| best < confidence) {
                    spare = Some((class, confidence));
                }
                continue;
            }
            match own.iter_mut().find(|(known, ..)| *known == class) {
                Some(known) => {
                    known.1 = known.1.max(confidence);
                    known.2 |= asks;
                }
                None => own.push((class, confidence, asks)),
            }
        }
        match own.len() {
            0 => {
                let chat = parts
                    .iter()
                    .filter_map(|part| part.ranked.first())
                    .rfind(|(class, confidence)| *confidence >= OWN_QUESTION && self.is_chat(*class));
                match (whole_best, chat) {
                    (Some(whole), Some(chat))
                        if whole.1 < chat.1 && parts.iter().all(|part| self.chat_or_nothing(part)) =>
                    {
                        vec![*chat]
                    }
                    (Some(whole), _) if spare.is_none_or(|(_, confidence)| whole.1 >= confidence.min(0.6)) => {
                        vec![whole]
                    }
                    (_, _) if spare.is_some() => spare.into_iter().collect(),
                    (None, Some(chat)) if parts.iter().all(|part| self.chat_or_nothing(part)) => vec![*chat],
                    _ => Vec::new(),
                }
            }
            1 => {
                let (class, confidence, _) = own[0];
                match whole_best {
                    Some((other, whole)) if other == class => vec![(class, whole.max(confidence))],
                    // 怎么退啊，邮费谁出: the second half is clear only in the light of the first.
                    Some((other, sure)) if sure >= OWN_QUESTION && self.half_says(parts, class, other) => {
                        vec![(class, confidence), (other, sure)]
                    }
                    Some((other, whole)) if whole >= confidence && !self.is_chat(other) => vec![(other, whole)],
                    _ => vec![(class, confidence)],
                }
            }
            // The whole may be one question told in two breaths: then both halves are weak beside it.
            _ => match whole_best {
                Some((class, whole)) if own.iter().all(|(_, confidence, _)| whole > confidence + 0.15) => {
                    vec![(class, whole)]
                }
                _ => own
                    .into_iter()
                    .map(|(class, confidence, _)| (class, confidence))
                    .collect(),
            },
        }
    }

    /// Whether a clause that was read as a class counts as a question of its own. What merely tells the story stands
    /// back: it must be very sure, report trouble, or be carried by the whole message.
    fn stands_alone(&self, class: usize, text: &[char], asks: bool, confidence: f32, support: f32) -> bool {
        // 怎么弄, 小了: too little to stand alone.
        if text.len() < TINY_CLAUSE || (text.len() == TINY_CLAUSE && !asks) || generic(text) {
            return support >= 0.3;
        }
        if asks {
            return confidence >= 0.9 || support >= 0.1;
        }
        let plain = (confidence >= 0.99 && support >= 0.04) || (confidence >= 0.97 && support >= 0.1);
        plain || (self.reports[class] && confidence >= 0.9)
    }

    /// Whether a clause that is not about `class` may well be about `other`.
    fn half_says(&self, parts: &[StretchReading], class: usize, other: usize) -> bool {
        !self.is_chat(other)
            && parts.iter().any(|part| {
                part.ranked.first().is_some_and(|(best, _)| *best != class)
                    && part
                        .ranked
                        .iter()
                        .any(|(known, confidence)| *known == other && *confidence >= 0.12)
            })
    }

    fn chat_or_nothing(&self, part: &StretchReading) -> bool {
        part.ranked
            .first()
            .is_none_or(|(class, confidence)| self.is_chat(*class) || *confidence < 0.4)
    }
}

/// Words that make a clause a question or a wish rather than a part of the story.
const ASKING: &[&str] = &[
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
const GENERIC: &[&str] = &[
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

/// Whether a clause holds nothing but such words.
fn generic(chars: &[char]) -> bool {
    let text: String = chars.iter().collect();
    if chars.iter().any(char::is_ascii_alphabetic) {
        return text
            .split(|letter: char| !letter.is_alphanumeric())
            .all(|word| word.is_empty() || GENERIC.contains(&word));
    }
    let rest = GENERIC.iter().fold(text, |rest, word| rest.replace(word, " "));
    rest.chars().all(is_mark)
}

fn asks(chars: &[char]) -> bool {
    let text: String = chars.iter().collect();
    let denial = |character: &char| matches!(character, '不' | '没');
    // 寄不寄, 有没有; and 还有货不.
    ASKING.iter().any(|word| text.contains(word))
        || chars.last().is_some_and(denial)
        || chars
            .windows(3)
            .any(|window| window[0] == window[2] && denial(&window[1]))
}
