//! The service standards that answers, phrases and facts are held to.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::packs::finding::Finding;
use crate::packs::standard::{Breach, MOST_MINUTES, MOST_POINTS, RULES, Standard, breaches, minutes_in, points_in};
use crate::packs::written::{AnswerFile, Files};
use crate::packs::yaml::At;

use super::words::one_of;

/// Chinese characters that an answer should not exceed.
const LONGEST_ZH: usize = 90;
/// English words that it should not exceed.
const LONGEST_EN: usize = 60;

/// Checks every text that shoppers are shown.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    let written = files.known.standards.iter().chain(&files.standards);
    let own: Vec<Arc<Standard>> = written.filter_map(Standard::of).map(Arc::new).collect();
    let (rules, file) = (RULES.map(|(rule, _)| rule), files.name("shared/standards.yaml"));
    for standard in &files.standards {
        one_of(
            "I123",
            &file,
            &standard.rule,
            ("服务规范", "service standard"),
            &rules,
            findings,
        );
    }
    check_scoring(files, &file, findings);
    for (file, intent) in files.written() {
        let waived: Vec<&str> = intent.waive.iter().map(|rule| rule.value.as_str()).collect();
        for answer in intent.answers.iter().chain(&intent.agent) {
            check_answer(file, answer, (&own, &waived), findings);
        }
        for slot in &intent.slots {
            for ask in slot.ask.iter().chain(&slot.ask_en) {
                banned(file, ask, (&own, &waived), findings);
            }
        }
    }
    for (file, overlay) in &files.overlays {
        let waived: Vec<&str> = overlay.intent.waive.iter().map(|rule| rule.value.as_str()).collect();
        for answer in &overlay.more_answers {
            check_answer(file, answer, (&own, &waived), findings);
        }
    }
    for (file, _, answers) in &files.phrases {
        for answer in answers {
            check_answer(file, answer, (&own, &[]), findings);
        }
    }
    if let Some(shop) = &files.shop {
        let in_periods = shop.facts_in_periods.iter().map(|(_, _, fact)| fact);
        for fact in shop.facts.iter().map(|(_, fact)| fact).chain(in_periods) {
            for text in std::iter::once(&fact.zh).chain(&fact.en) {
                banned(&files.shop_file, text, (&own, &[]), findings);
            }
        }
    }
}

/// Each item of the sheet of points is known by an id of its own and takes off what can be taken off.
fn check_scoring(files: &Files, file: &str, findings: &mut Vec<Finding>) {
    if let Some(written) = &files.back_within
        && minutes_in(&written.value).is_none()
    {
        let finding = Finding::error(
            "I145",
            file,
            format!(
                "back_within_minutes 要写 1 到 {MOST_MINUTES} 的整数，不能是“{}”",
                written.value
            ),
            format!(
                "`back_within_minutes` is a whole number from 1 to {MOST_MINUTES}, not `{}`",
                written.value
            ),
        );
        findings.push(finding.at(written.line, written.column).hint(
            "说了“稍等”的，几分钟内要回来，比如 back_within_minutes: 10",
            "within how many minutes whoever says so has to come back, as back_within_minutes: 10",
        ));
    }
    let mut known = BTreeSet::new();
    for item in &files.scoring {
        if points_in(&item.points.value).is_none() {
            let finding = Finding::error(
                "I145",
                file,
                format!("points 要写 1 到 {MOST_POINTS} 的整数，不能是“{}”", item.points.value),
                format!(
                    "`points` is a whole number from 1 to {MOST_POINTS}, not `{}`",
                    item.points.value
                ),
            );
            findings.push(finding.at(item.points.line, item.points.column).hint(
                "这一项最多扣几分，比如 points: 5",
                "how many points it takes off, as points: 5",
            ));
        }
        if !known.insert(item.item.value.as_str()) {
            let finding = Finding::error(
                "I145",
                file,
                format!("评分表里有两项都叫“{}”", item.item.value),
                format!("two items of the sheet are called `{}`", item.item.value),
            );
            findings.push(
                finding
                    .at(item.item.line, item.item.column)
                    .hint("每一项用不同的 item", "give each its own `item`"),
            );
        }
    }
}

/// The standards beside the shipped ones, and the rules that a file waives.
type Held<'a> = (&'a [Arc<Standard>], &'a [&'a str]);

fn banned(file: &str, text: &At<String>, (own, waived): Held, findings: &mut Vec<Finding>) {
    for Breach { standard, word, at } in breaches(&text.value, own) {
        if waived.contains(&standard.rule) {
            continue;
        }
        let ((zh, en), (hint_zh, hint_en)) = (&standard.message, &standard.hint);
        findings.push(
            Finding::new(
                standard.rule,
                standard.severity,
                file,
                format!("“{word}”：{zh}"),
                format!("`{word}`: {en}"),
            )
            .at(text.line, text.column + text.inset + at)
            .wide(word.chars().count())
            .hint(hint_zh.as_str(), hint_en.as_str()),
        );
    }
}

fn check_answer(file: &str, answer: &AnswerFile, held: Held, findings: &mut Vec<Finding>) {
    banned(file, &answer.text, held, findings);
    if is_too_long(&answer.text.value) && !held.1.contains(&"I086") {
        findings.push(
            Finding::warning("I086", file, "这条太长，手机上要翻屏", "this is too long for a phone")
                .at(answer.text.line, answer.text.column)
                .hint(
                    format!("中文 {LONGEST_ZH} 字以内"),
                    format!("at most {LONGEST_EN} English words"),
                ),
        );
    }
}

/// Whether a text is too long for a phone: rule I086.
pub fn is_too_long(text: &str) -> bool {
    let han = text
        .chars()
        .filter(|character| crate::model::Language::of(character.encode_utf8(&mut [0; 4])).is_some())
        .filter(|character| !character.is_ascii())
        .count();
    let words = text.split_whitespace().filter(|word| word.is_ascii()).count();
    han > LONGEST_ZH || (han == 0 && words > LONGEST_EN)
}
