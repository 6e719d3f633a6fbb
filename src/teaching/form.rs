//! What the form of a question may hold. Pure.

use jiff::civil::Date;

use crate::packs::{OwnWords, WrittenAnswer};

use super::error::TeachError;
use super::wish::{LONGEST_ANSWER, LONGEST_TITLE};

/// Longest title in English, characters.
const LONGEST_TITLE_EN: usize = 60;
/// Answers of one question, and those of the common pack that it does not say.
const MOST_ANSWERS: usize = 60;
/// Own sentences of one question.
const MOST_EXAMPLES: usize = 2_000;

/// Whether these words may be written; `is_own` for a question that the shop has made itself.
///
/// # Errors
/// [`TeachError::Unfit`]: what is wrong with them.
pub(super) fn fits(words: &OwnWords, is_own: bool) -> Result<(), TeachError> {
    let unfit = |zh: &str, en: &str| Err(TeachError::Unfit(Box::new([zh.to_owned(), en.to_owned()])));
    let answers = || words.answers.iter().chain(&words.more_answers).chain(&words.agent);
    if words.title.chars().count() > LONGEST_TITLE || words.title_en.chars().count() > LONGEST_TITLE_EN {
        return unfit(
            "标题太长：中文最多 30 个字，英文最多 60 个字母。",
            "The title is too long: 30 characters in Chinese, 60 in English.",
        );
    }
    if is_own && (words.title.trim().is_empty() || words.examples.is_empty() || words.answers.is_empty()) {
        return unfit(
            "自己的问题要有标题、至少一句顾客的问法和至少一条答案。",
            "A question of your own needs a title, a sentence that asks it and an answer.",
        );
    }
    if is_own && (words.off || !words.more_answers.is_empty() || !words.mute.is_empty()) {
        return unfit(
            "只有通用的问题才能这样改。",
            "Only a question of the common pack can be changed so.",
        );
    }
    let most = answers().count().max(words.mute.len());
    if most > MOST_ANSWERS || words.examples.len() > MOST_EXAMPLES {
        return unfit(
            "太多了：一个问题最多 60 条答案、2000 句问法。",
            "Too many: a question has at most 60 answers and 2,000 sentences.",
        );
    }
    if words.mute.iter().any(|beginning| beginning.trim().is_empty()) {
        return unfit(
            "不说哪一条，要写出它的开头。",
            "What is not to be said is named by its beginning.",
        );
    }
    for answer in answers() {
        answer_fits(answer)?;
    }
    Ok(())
}

fn answer_fits(answer: &WrittenAnswer) -> Result<(), TeachError> {
    let unfit = |zh: String, en: String| Err(TeachError::Unfit(Box::new([zh, en])));
    let length = answer.text.chars().count();
    if answer.text.trim().is_empty() || length > LONGEST_ANSWER {
        return unfit(
            format!("答案要有 1 到 {LONGEST_ANSWER} 个字。"),
            format!("An answer has 1 to {LONGEST_ANSWER} characters."),
        );
    }
    if answer
        .lang
        .as_ref()
        .is_some_and(|lang| !["zh", "zh-Hant", "en"].contains(&lang.as_str()))
    {
        return unfit(
            "答案的语言是 zh、zh-Hant 或 en。".to_owned(),
            "The language of an answer is zh, zh-Hant or en.".to_owned(),
        );
    }
    let days = [&answer.from, &answer.to].map(|day| day.as_ref().map(|day| day.parse::<Date>()));
    match days {
        [Some(Err(_)), _] | [_, Some(Err(_))] => unfit(
            "日期写成 2026-11-30 这样。".to_owned(),
            "Write days as 2026-11-30.".to_owned(),
        ),
        [Some(Ok(from)), Some(Ok(to))] if from > to => unfit(
            format!("“{to}”早于“{from}”：到期那天不能在开始之前。"),
            format!("{to} is before {from}: an answer cannot end before it begins."),
        ),
        _ => Ok(()),
    }
}

/// The words as they are written: without blanks around, and with an English title where one is needed.
pub(super) fn whole(mut words: OwnWords, is_own: bool) -> OwnWords {
    words.title = words.title.trim().to_owned();
    words.title_en = words.title_en.trim().to_owned();
    if is_own && words.title_en.is_empty() {
        words.title_en.clone_from(&words.title);
    }
    let mut seen = Vec::new();
    for text in std::mem::take(&mut words.examples) {
        let text = text.trim().to_owned();
        if !text.is_empty() && !seen.contains(&text) {
            seen.push(text);
        }
    }
    words.examples = seen;
    words
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn own() -> OwnWords {
        OwnWords {
            title: "刻字".to_owned(),
            examples: vec!["能刻字吗".to_owned()],
            answers: vec![WrittenAnswer::plain("可以")],
            ..OwnWords::default()
        }
    }

    #[test]
    fn what_is_missing_or_cannot_be_is_said() {
        assert!(fits(&own(), true).is_ok());
        assert!(fits(&OwnWords::default(), false).is_ok(), "the pack says it all");
        let with = |change: fn(&mut OwnWords)| {
            let mut words = own();
            change(&mut words);
            fits(&words, true)
        };
        let many = |words: &mut OwnWords| words.mute = vec!["现货都是".to_owned(); MOST_ANSWERS + 1];
        let mut words = OwnWords::default();
        many(&mut words);
        assert!(matches!(fits(&words, false), Err(TeachError::Unfit(_))));
        let changes: [fn(&mut OwnWords); 8] = [
            |words| words.title.clear(),
            |words| words.examples.clear(),
            |words| words.answers.clear(),
            |words| words.off = true,
            |words| words.answers[0].text = " ".to_owned(),
            |words| words.answers[0].lang = Some("fr".to_owned()),
            |words| words.answers[0].from = Some("双11".to_owned()),
            |words| {
                words.answers[0].from = Some("2026-11-12".to_owned());
                words.answers[0].to = Some("2026-11-11".to_owned());
            },
        ];
        for (at, change) in changes.into_iter().enumerate() {
            assert!(matches!(with(change), Err(TeachError::Unfit(_))), "{at}");
        }
    }

    #[test]
    fn a_title_serves_both_languages_and_sentences_stand_once() {
        let mut words = own();
        words.examples = [" 能刻字吗 ", "能刻字吗", ""].map(str::to_owned).to_vec();
        let whole = whole(words, true);
        assert_eq!((whole.title_en.as_str(), whole.examples.len()), ("刻字", 1));
    }
}
