//! The place of a message in its talk. In the middle of a talk most of what a shopper writes answers, tells or thanks,
//! while the same words at its beginning mostly ask; and what is asked there is mostly about the matter in hand. The
//! examples of a pack are all of the first kind, and so is what its calibration was measured on.

use std::ops::Range;
use std::sync::LazyLock;

use super::asking::{asks_or_wishes, generic, plainly_asks};
use super::lexicon::section;
use super::normalise::{Normalised, is_mark};
use super::question_index::QuestionIndex;
use super::reading::{MessageReading, confidence, promote};
use super::word_list::WordList;

/// Words that say that a matter is settled, and words beside which they do not.
static SETTLED: LazyLock<WordList> =
    LazyLock::new(|| WordList::new(section(include_str!("lexicon/settled.txt"), "settled")));
static UNSETTLED: LazyLock<WordList> =
    LazyLock::new(|| WordList::new(section(include_str!("lexicon/settled.txt"), "unsettled")));

/// What the middle of a talk takes from the log odds of every question, what it takes more where nothing in the message
/// asks or wishes, and what it gives to a question that the talk is surely about; to others by how strongly they were read
/// in it. From 2,300 labelled messages of real talks: a matter of the talk that its words allow at all is what was meant in
/// four of five messages, however likely they made something else.
const UNDER_WAY: f32 = 0.8;
const ASKS_NOTHING: f32 = 1.0;
const SAME_MATTER: f32 = 8.7;
/// From this strength on a matter may take the place of what the words alone say,
const IN_HAND: f32 = 0.3;
/// unless they say it as plainly as this: then two of three were a new question.
const PLAIN: f32 = 0.9;
/// From this strength on it is what a message asks about that only asks what to do, and so sure that is.
const SURELY_IN_HAND: f32 = 0.5;
const WHAT_TO_DO: f32 = 0.8;
/// What the words alone make less likely than this was read from the talk.
const OWN_WORDS: f32 = 0.5;

/// Makes a reading as sure as it should be in the middle of a talk about `matters`. What stands in the files word for word
/// stays. Returns whether the question was read from the talk rather than from its words.
pub(super) fn temper(
    reading: &mut MessageReading,
    normalised: &Normalised,
    questions: &QuestionIndex,
    matters: &[(usize, f32)],
) -> bool {
    let chars = normalised.canonical.chars();
    let strongest = matters.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((class, _)) = strongest.filter(|(_, strength)| *strength >= SURELY_IN_HAND)
        && asks_what_to_do(reading, normalised, questions)
    {
        reading.questions = vec![(class, WHAT_TO_DO)];
        promote(&mut reading.alternatives, class, WHAT_TO_DO);
        return true;
    }
    let written: Vec<usize> = reading
        .stretches
        .iter()
        .filter(|stretch| stretch.reason.exact)
        .filter_map(|stretch| stretch.ranked.first().map(|(class, _)| *class))
        .collect();
    let less = if asks_or_wishes(chars) {
        UNDER_WAY
    } else {
        UNDER_WAY + ASKS_NOTHING
    };
    let strength = |class: usize| {
        let found = matters.iter().find(|(matter, _)| *matter == class);
        found.map_or(0.0, |(_, strength)| *strength)
    };
    let stays =
        |class: usize| questions.is_small_talk(class) || questions.is_for_a_person(class) || written.contains(&class);
    let temper = |class: usize, confidence: f32| {
        if stays(class) {
            return confidence;
        }
        let confidence = confidence.clamp(0.001, 0.999);
        let odds = (confidence / (1.0 - confidence)).ln() - less + SAME_MATTER * strength(class);
        1.0 / (1.0 + (-odds).exp())
    };
    if says_settled(chars) {
        // 钱回来了 asks no more when the money comes.
        let in_hand = |class: usize| strength(class) > IN_HAND && !stays(class);
        reading.questions.retain(|(class, _)| !in_hand(*class));
        reading.alternatives.retain(|(class, _)| !in_hand(*class));
    }
    let alone = reading.questions.first().copied();
    let by_its_words = reading.alternatives.clone();
    for (class, confidence) in reading.questions.iter_mut().chain(&mut reading.alternatives) {
        *confidence = temper(*class, *confidence);
    }
    reading.alternatives.sort_by(|a, b| b.1.total_cmp(&a.1));
    // The matter in hand wins over another question that the words alone made likelier, but did not plainly say; manners say
    // nothing beside words that ask.
    let chosen = reading.questions.first().copied();
    let small_talk = |class: usize| questions.is_small_talk(class);
    let beside_manners = chosen.is_some_and(|(class, _)| small_talk(class))
        && normalised.clauses.iter().any(|clause| {
            asks_or_wishes(&chars[clause.range.clone()]) && !is_manners(reading, &clause.range, questions)
        });
    let mut considered = reading.alternatives.iter().copied();
    let matter = considered.find(|(class, _)| !beside_manners || !small_talk(*class));
    let plain = !beside_manners && alone.is_some_and(|(class, sure)| sure >= PLAIN || stays(class));
    let chosen = chosen.filter(|_| !beside_manners);
    if let Some((class, sure)) = matter.filter(|(class, _)| strength(*class) > IN_HAND)
        && reading.questions.len() < 2
        && !plain
        && chosen.is_none_or(|(known, less)| known != class && less < sure)
    {
        reading.questions = vec![(class, sure)];
        promote(&mut reading.alternatives, class, sure);
    }
    let first = reading.questions.first();
    first.is_some_and(|(class, _)| strength(*class) > IN_HAND && confidence(&by_its_words, *class) < OWN_WORDS)
}

/// Whether a message only asks what to do about what was said, with manners around it or without: 是的 怎么操作.
fn asks_what_to_do(reading: &MessageReading, normalised: &Normalised, questions: &QuestionIndex) -> bool {
    let chars = normalised.canonical.chars();
    let text = |range: &Range<usize>| &chars[range.clone()];
    let says = |range: &Range<usize>| !text(range).iter().copied().all(is_mark);
    let clauses = || {
        normalised
            .clauses
            .iter()
            .map(|clause| &clause.range)
            .filter(|range| says(range))
    };
    clauses().any(|range| generic(text(range)) && plainly_asks(text(range)))
        && clauses().all(|range| generic(text(range)) || is_manners(reading, range, questions))
}

/// From so sure on a clause is small talk and nothing else.
const SURELY_SMALL_TALK: f32 = 0.6;

/// Whether a clause is small talk.
fn is_manners(reading: &MessageReading, clause: &Range<usize>, questions: &QuestionIndex) -> bool {
    let read = reading.stretches.iter().rfind(|stretch| stretch.range == *clause);
    let best = read.and_then(|stretch| stretch.ranked.first());
    best.is_some_and(|(class, sure)| questions.is_small_talk(*class) && *sure >= SURELY_SMALL_TALK)
}

/// Whether a message says that what it was about is settled, and nothing else: 刚收到短信 钱回来了, it turned up.
fn says_settled(chars: &[char]) -> bool {
    !asks_or_wishes(chars) && SETTLED.is_in(chars) && !UNSETTLED.is_in(chars)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_settled_is_told_from_what_is_not() {
        let settled = |text: &str| says_settled(&text.chars().collect::<Vec<_>>());
        for text in [
            "刚收到短信 钱回来了",
            "已经收到退款了 谢谢",
            "地址我在app里改好了",
            "the money landed this morning",
            "找到了 在门卫那",
        ] {
            assert!(settled(text), "{text}");
        }
        for text in [
            "收到了 少了一双",
            "钱还没到账",
            "退款到账了吗",
            "显示已取消",
            "收到了怎么用",
            "it arrived but it is broken",
        ] {
            assert!(!settled(text), "{text}");
        }
    }
}
