//! The same said twice: answers of two questions, variants, facts in other words; and too much to choose from.

use std::collections::HashMap;

use crate::packs::finding::Finding;
use crate::packs::fold::fold;
use crate::packs::written::{AnswerFile, Files, IntentFile, is_imported};

/// Shorter answers may well be the same: 好的～.
const SHORTEST: usize = 8;
/// More ways to say one thing than anybody keeps in order.
const MOST_VARIANTS: usize = 12;
/// More buttons than a phone shows without hiding the answer.
const MOST_CHOICES: usize = 4;

/// Checks answers and choices.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    let mut said: HashMap<(String, bool), (&str, usize)> = HashMap::new();
    for (file, intent) in files.written() {
        // What names goods or slots says something else each time; imported data is what it is.
        let plain = |answer: &&AnswerFile| !is_imported(file) && is_plain(&answer.text.value);
        for answer in intent.answers.iter().filter(plain) {
            let key = (fold(&answer.text.value), answer.from.is_some() || answer.to.is_some());
            if key.0.chars().count() < SHORTEST {
                continue;
            }
            let Some((other, line)) = said.get(&key).copied() else {
                said.insert(key, (file, answer.text.line));
                continue;
            };
            let (zh, en) = if other == file {
                (
                    format!("和第 {line} 行的答案一样"),
                    format!("the same as the answer in line {line}"),
                )
            } else {
                (
                    format!("和 {other} 第 {line} 行的答案一样，两个问题答得没有区别"),
                    format!("the same as line {line} of {other}: two questions get one answer"),
                )
            };
            findings.push(
                Finding::warning("I138", file, zh, en)
                    .at(answer.text.line, answer.text.column)
                    .hint(
                        "只答这个问题；真的一样就把两个问题并成一个",
                        "answer this question alone; where both are one, make one file of them",
                    ),
            );
        }
        too_many(file, intent, findings);
    }
    literals(files, findings);
}

fn is_plain(text: &str) -> bool {
    let mut parts = text.split("{{").skip(1);
    !text.contains("{%") && parts.all(|part| part.trim_start().starts_with("shop."))
}

fn too_many(file: &str, intent: &IntentFile, findings: &mut Vec<Finding>) {
    let plain = |answer: &&AnswerFile| is_plain(&answer.text.value) && answer.from.is_none() && answer.to.is_none();
    let count = intent.answers.iter().filter(plain).count();
    if count > MOST_VARIANTS {
        findings.push(
            Finding::warning(
                "I141",
                file,
                format!("有 {count} 条一样用途的答案，改一处要改 {count} 处"),
                format!("{count} answers for the same: each change is made {count} times"),
            )
            .at(intent.answers[0].text.line, intent.answers[0].text.column)
            .hint("每种语言留两三条", "keep two or three in each language"),
        );
    }
    if let Some(choice) = intent.choices.get(MOST_CHOICES) {
        findings.push(
            Finding::warning(
                "I141",
                file,
                format!("有 {} 个按钮，手机上会盖住答案", intent.choices.len()),
                format!("{} buttons cover the answer on a phone", intent.choices.len()),
            )
            .at(choice.line, choice.column)
            .hint(
                format!("留最常接着问的两三个，最多 {MOST_CHOICES} 个"),
                format!("keep the two or three that are asked next, {MOST_CHOICES} at most"),
            ),
        );
    }
}

/// Words in front of or behind a number that say what it is, with the facts it may be.
const MEANT: [(&str, &[&str], &str); 9] = [
    ("满", &["元", "块"], "free_shipping_sum"),
    ("满", &["包邮"], "free_shipping_sum"),
    ("邮费", &["元", "块"], "postage"),
    ("运费", &["元", "块"], "postage"),
    ("", &["前付款", "点前付款", "前下单", "点前下单", "截单"], "cutoff"),
    ("", &["小时内发", "小时内都会发", "小时发货"], "ship_within_hours"),
    ("预售", &["天"], "presale_ship_days"),
    ("over ", &[" ship free", " free"], "free_shipping_sum"),
    ("before ", &[" leave", " ship", " goes out"], "cutoff"),
];

/// A value of a fact that a shop's own answer writes out: it stays behind when the fact changes.
fn literals(files: &Files, findings: &mut Vec<Finding>) {
    let Some(shop) = &files.shop else { return };
    let fact = |name: &str| {
        let fact = shop.facts.iter().find(|(known, _)| known.value == name)?;
        Some(fact.1.zh.value.trim()).filter(|value| value.starts_with(|sign: char| sign.is_ascii_digit()))
    };
    let whole = files.written().flat_map(|(file, intent)| {
        intent
            .answers
            .iter()
            .chain(&intent.agent)
            .map(move |answer| (file, answer))
    });
    let more = files
        .overlays
        .iter()
        .flat_map(|(file, over)| over.more_answers.iter().map(move |answer| (file.as_str(), answer)));
    for (file, answer) in whole.chain(more) {
        let text = &answer.text.value;
        let found = MEANT.iter().find_map(|(before, behind, name)| {
            let value = fact(name)?;
            text.match_indices(value).find_map(|(at, _)| {
                let head = text[..at].trim_end();
                let tail = text[at + value.len()..].trim_start();
                let whole = !head.ends_with(|sign: char| sign.is_ascii_digit())
                    && !tail.starts_with(|sign: char| sign.is_ascii_digit());
                let meant = (before.is_empty() || head.ends_with(before.trim_end()))
                    && behind.iter().any(|word| tail.starts_with(word.trim_start()));
                (whole && meant).then_some((at, value, *name))
            })
        });
        let Some((at, value, name)) = found else { continue };
        findings.push(
            Finding::warning(
                "I142",
                file,
                format!("“{value}”就是事实 {name}，写死了，改事实时这里不会跟着变"),
                format!("`{value}` is the fact {name} written out: it stays when the fact changes"),
            )
            .at(
                answer.text.line,
                answer.text.column + answer.text.inset + text[..at].chars().count(),
            )
            .wide(value.chars().count())
            .hint(
                format!("写成 {{{{ shop.{name} }}}}"),
                format!("write {{{{ shop.{name} }}}}"),
            ),
        );
    }
}
