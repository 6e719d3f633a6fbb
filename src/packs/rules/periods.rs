//! Named periods: their ends, and the names by which answers, facts and goods refer to them.

use crate::packs::finding::Finding;
use crate::packs::written::{AnswerFile, Files, ShopFile};
use crate::packs::yaml::{At, nearest};
use crate::shop::{MOST_PERIODS, Period, PeriodError, read_price};

/// Facts that follow from the reply clock, which no period changes.
const BY_CLOCK: [&str; 2] = ["reply_minutes", "reply_time"];
/// Longest name, characters: it stands in a list to choose from.
const LONGEST_NAME: usize = 30;

/// Checks the periods of a shop and everything that names one.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    let Some(shop) = &files.shop else { return };
    let file = files.shop_file.as_str();
    check_ends(file, shop, findings);
    let names: Vec<&str> = shop.periods.iter().map(|period| period.name.value.as_str()).collect();
    let mut named = |file: &str, name: &At<String>| findings.extend(unknown(file, name, &names));
    for (file, answer) in answers(files) {
        if let Some(period) = &answer.period {
            named(file, period);
        }
    }
    for (_, period, _) in &shop.facts_in_periods {
        named(file, period);
    }
    let goods_file = shop.goods_file.as_deref().unwrap_or(file);
    for otherwise in shop.goods.iter().flat_map(|goods| &goods.in_periods) {
        named(goods_file, &otherwise.period);
    }
    for otherwise in shop.goods.iter().flat_map(|goods| &goods.in_periods) {
        let Some(price) = &otherwise.price else { continue };
        if read_price(&price.value).is_none() {
            let finding = Finding::error(
                "I097",
                goods_file,
                format!("价格“{}”不是数字", price.value),
                format!("the price `{}` is no number", price.value),
            );
            let finding = finding.at(price.line, price.column);
            findings.push(finding.hint("只写数字，单位是元", "only the number, in yuan"));
        }
    }
    for (fact, _, text) in &shop.facts_in_periods {
        if BY_CLOCK.contains(&fact.value.as_str()) {
            let finding = Finding::error(
                "I149",
                file,
                format!("{} 跟着回复时限走，不能按时段另写", fact.value),
                format!("`{}` follows the reply clock and has no value for a period", fact.value),
            );
            findings.push(finding.at(text.zh.line, text.zh.column).hint(
                "删掉这一行；时段里的说法写进一条 period 的答案",
                "delete it; what is said meanwhile is an answer with `period`",
            ));
        }
    }
}

fn answers(files: &Files) -> impl Iterator<Item = (&str, &AnswerFile)> {
    let intents = files.intents.iter();
    let own = intents.flat_map(|(file, intent)| intent.answers.iter().map(move |answer| (file.as_str(), answer)));
    let over = files.overlays.iter().flat_map(|(file, overlay)| {
        let answers = overlay.intent.answers.iter().chain(&overlay.more_answers);
        answers.map(move |answer| (file.as_str(), answer))
    });
    let phrases = files.phrases.iter();
    let phrases = phrases.flat_map(|(file, _, answers)| answers.iter().map(move |answer| (file.as_str(), answer)));
    own.chain(over).chain(phrases)
}

fn check_ends(file: &str, shop: &ShopFile, findings: &mut Vec<Finding>) {
    for (place, period) in shop.periods.iter().enumerate() {
        let name = &period.name;
        let mut wrong = |zh: String, en: String, at: &At<String>| {
            let finding = Finding::error("I147", file, zh, en).at(at.line, at.column);
            findings.push(finding.hint(
                "写成 双11: 2026-10-31 20:00..2026-11-11，只写日子就是整天，24:00 是当天结束",
                "write 双11: 2026-10-31 20:00..2026-11-11; a day alone is all of it, 24:00 is its end",
            ));
        };
        if name.value.trim().is_empty() || name.value.chars().count() > LONGEST_NAME {
            wrong(
                format!("时段的名字“{}”要有 1 到 {LONGEST_NAME} 个字", name.value),
                format!(
                    "the name of a period has 1 to {LONGEST_NAME} characters, `{}` has not",
                    name.value
                ),
                name,
            );
        }
        if place == MOST_PERIODS {
            wrong(
                format!("时段太多：一家店最多 {MOST_PERIODS} 个"),
                format!("too many periods: a shop has at most {MOST_PERIODS}"),
                name,
            );
        }
        match Period::read(&name.value, &period.from.value, &period.to.value) {
            Ok(_) => {}
            Err(PeriodError::Backwards(from, to)) => wrong(
                format!("时段“{}”从 {from} 到 {to}：结束要在开始之后", name.value),
                format!(
                    "the period `{}` goes from {from} to {to}: it must end after it begins",
                    name.value
                ),
                &period.from,
            ),
            Err(_) if period.to.value.is_empty() => wrong(
                format!("时段“{}”要写从什么时候到什么时候", name.value),
                format!("the period `{}` needs both ends", name.value),
                &period.from,
            ),
            Err(PeriodError::Moment(text)) => {
                let at = if text == period.from.value.trim() {
                    &period.from
                } else {
                    &period.to
                };
                wrong(
                    format!("时段“{}”的“{text}”不是日期，也不是日期加时间", name.value),
                    format!(
                        "in the period `{}` `{text}` is neither a day nor a day with a time",
                        name.value
                    ),
                    at,
                );
            }
        }
    }
}

fn unknown(file: &str, name: &At<String>, known: &[&str]) -> Option<Finding> {
    if known.contains(&name.value.as_str()) {
        return None;
    }
    let finding = Finding::error(
        "I148",
        file,
        format!("店铺没有“{}”这个时段", name.value),
        format!("the shop has no period `{}`", name.value),
    );
    let finding = finding.at(name.line, name.column);
    Some(match nearest(&name.value, known.iter().copied()) {
        Some(near) => finding.hint(format!("是不是想写 {near}？"), format!("did you mean {near}?")),
        None => finding.hint(
            format!(
                "在 shop.yaml 的 periods: 里加上 {}: 2026-10-31 20:00..2026-11-11",
                name.value
            ),
            format!(
                "add it to `periods:` in shop.yaml: {}: 2026-10-31 20:00..2026-11-11",
                name.value
            ),
        ),
    })
}
