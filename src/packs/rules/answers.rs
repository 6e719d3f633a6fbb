//! Answers: one for each language, and valid at some time.

use jiff::civil::Date;

use crate::model::Language;
use crate::packs::build::answer_language;
use crate::packs::finding::Finding;
use crate::packs::pack::{Answer, Pack};
use crate::packs::written::{AnswerFile, Files};
use crate::packs::yaml::At;
use crate::shop::Period;

/// Checks answers and phrases.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    for (file, intent) in &files.intents {
        check_list(file, &intent.answers, findings);
    }
    // What agents may say is written where it is wanted, in one language or both.
    for (file, intent) in files.written() {
        intent
            .agent
            .iter()
            .for_each(|answer| check_answer(file, answer, findings));
    }
    for (file, overlay) in &files.overlays {
        // In a language that a shop does not write the common pack answers.
        for answer in overlay.intent.answers.iter().chain(&overlay.more_answers) {
            check_answer(file, answer, findings);
        }
    }
    for (file, _, answers) in &files.phrases {
        check_list(file, answers, findings);
    }
}

fn check_list(file: &str, answers: &[AnswerFile], findings: &mut Vec<Finding>) {
    for answer in answers {
        check_answer(file, answer, findings);
    }
    let Some(first) = answers.first() else { return };
    for language in [Language::Chinese, Language::English] {
        let mut all = answers
            .iter()
            .filter(|answer| answer_language(answer) == language)
            .peekable();
        let (zh, en) = if language.is_chinese() {
            ("中文", "Chinese")
        } else {
            ("英文", "English")
        };
        if all.peek().is_none() {
            let (zh, en) = (format!("没有{zh}的答案"), format!("no answer in {en}"));
            let finding = if language.is_chinese() {
                Finding::error("I073", file, zh, en)
            } else {
                Finding::warning("I073", file, zh, en)
            };
            findings.push(
                finding
                    .at(first.text.line, 0)
                    .hint("每种语言至少写一条", "write at least one in each language"),
            );
        } else if all.all(|answer| answer.from.is_some() || answer.to.is_some() || answer.period.is_some()) {
            findings.push(
                Finding::warning(
                    "I078",
                    file,
                    format!("{zh}的答案都有日期，过了日子就没有答案"),
                    format!("all answers in {en} have dates: outside them there is none"),
                )
                .at(first.text.line, 0)
                .hint(
                    "留一条不写 from、to 和 period 的",
                    "keep one without `from`, `to` and `period`",
                ),
            );
        }
    }
}

fn check_answer(file: &str, answer: &AnswerFile, findings: &mut Vec<Finding>) {
    if let Some(lang) = &answer.lang
        && !["zh", "zh-Hant", "en"].contains(&lang.value.as_str())
    {
        findings.push(
            Finding::error(
                "I077",
                file,
                format!("没有“{}”这种语言", lang.value),
                format!("there is no language `{}`", lang.value),
            )
            .at(lang.line, lang.column)
            .hint("写 zh、zh-Hant（繁体）或 en", "write zh, zh-Hant (Traditional) or en"),
        );
    }
    let from = read_date(file, answer.from.as_ref(), findings);
    let to = read_date(file, answer.to.as_ref(), findings);
    if let (Some(from), Some(to), Some(place)) = (from, to, &answer.from)
        && from > to
    {
        findings.push(
            Finding::error(
                "I075",
                file,
                format!("开始日期 {from} 在结束日期 {to} 之后"),
                format!("it begins on {from}, after it ends on {to}"),
            )
            .at(place.line, place.column)
            .hint("把两个日期对调", "swap the two dates"),
        );
    }
}

fn read_date(file: &str, text: Option<&At<String>>, findings: &mut Vec<Finding>) -> Option<Date> {
    let text = text?;
    match text.value.parse::<Date>() {
        Ok(date) if text.value.len() == 10 => Some(date),
        _ => {
            findings.push(
                Finding::error(
                    "I076",
                    file,
                    format!("“{}”不是日期", text.value),
                    format!("`{}` is no date", text.value),
                )
                .at(text.line, text.column)
                .hint("写成 2026-11-10", "write 2026-11-10"),
            );
            None
        }
    }
}

/// Answers and phrases whose last day is past.
pub fn expired(pack: &Pack, today: Date) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut look = |answers: &[Answer]| {
        let ended = all_ended(pack, answers, today);
        for answer in answers {
            // Where nothing is left that is said once.
            if let Some(to) = last_day(pack, answer)
                && to < today
                && !ended.iter().any(|(language, _)| *language == answer.language)
            {
                findings.push(
                    Finding::warning(
                        "I074",
                        &answer.file,
                        format!("这条答案到 {to} 已经过期"),
                        format!("this answer ended on {to}"),
                    )
                    .at(answer.line, 0)
                    .hint("删掉，或改日期", "delete it, or change the date"),
                );
            }
        }
        findings.extend(ended.into_iter().map(|(_, finding)| finding));
    };
    for intent in &pack.intents {
        look(&intent.answers);
        look(&intent.agent);
    }
    for answers in pack.phrases.values() {
        look(answers);
    }
    findings
}

/// The last day on which an answer is said: its own, or that of its period.
fn last_day(pack: &Pack, answer: &Answer) -> Option<Date> {
    let mut periods = pack.shop.periods().iter();
    let period = answer
        .period
        .as_ref()
        .and_then(|name| periods.find(|period| period.name == *name));
    answer.to.into_iter().chain(period.map(Period::last_day)).min()
}

/// Languages in which something was said, and is no longer.
fn all_ended(pack: &Pack, answers: &[Answer], today: Date) -> Vec<(Language, Finding)> {
    let ended = [Language::Chinese, Language::English]
        .into_iter()
        .filter_map(|language| {
            let of = || answers.iter().filter(|answer| answer.language == language);
            let first = of().next()?;
            if !of().all(|answer| last_day(pack, answer).is_some_and(|to| to < today)) {
                return None;
            }
            let (zh, en) = if language.is_chinese() {
                ("中文", "Chinese")
            } else {
                ("英文", "English")
            };
            let finding = Finding::warning(
                "I143",
                &first.file,
                format!("{zh}的答案全都过期了，用{zh}问的顾客现在得不到{zh}的答案"),
                format!("every answer in {en} has ended: who asks in {en} gets none in it now"),
            );
            let finding = finding.at(first.line, 0).hint(
                "改日期，或留一条不写 to 的",
                "change the dates, or keep one without `to`",
            );
            Some((language, finding))
        });
    ended.collect()
}
