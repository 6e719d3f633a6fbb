//! `shop.yaml`: hours, zone, clock, goods.

use crate::packs::finding::Finding;
use crate::packs::pack::ALLOWED;
use crate::packs::written::Files;
use crate::packs::yaml::{At, nearest};
use crate::shop::{clock, hours};

/// The clock of shops that are on no platform, beside those of [`clock::PROFILES`].
const OWN_CLOCK: &str = "own";
/// All days at once, beside those of [`hours::DAYS`].
const EVERY_DAY: &str = "every_day";

/// Checks the shop's facts.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    let Some(shop) = &files.shop else { return };
    let file = files.shop_file.as_str();
    let clocks: Vec<&str> = clock::PROFILES
        .iter()
        .map(|clock| clock.name)
        .chain([OWN_CLOCK])
        .collect();
    let days: Vec<&str> = [EVERY_DAY].into_iter().chain(hours::DAYS).collect();
    if let Some(zone) = &shop.timezone
        && jiff::tz::TimeZoneDatabase::bundled().get(&zone.value).is_err()
    {
        findings.push(
            Finding::error(
                "I091",
                file,
                format!("没有“{}”这个时区", zone.value),
                format!("there is no time zone `{}`", zone.value),
            )
            .at(zone.line, zone.column)
            .hint("写成 Asia/Shanghai", "write Asia/Shanghai"),
        );
    }
    if let Some(clock) = &shop.clock {
        one_of("I092", file, clock, ("回复时限", "clock"), &clocks, findings);
    }
    for word in &shop.allow {
        one_of(
            "I098",
            file,
            word,
            ("可以放行的事", "thing to allow"),
            &ALLOWED,
            findings,
        );
    }
    for (day, spans) in &shop.service_hours {
        one_of("I093", file, day, ("日子", "day"), &days, findings);
        for span in spans.value.split([',', '，', '、']) {
            if !is_span(span.trim()) {
                findings.push(
                    Finding::error(
                        "I094",
                        file,
                        format!("“{}”不是时间段", span.trim()),
                        format!("`{}` is no span of time", span.trim()),
                    )
                    .at(spans.line, spans.column)
                    .hint(
                        "写成 \"09:00-23:00\"，几段之间用逗号",
                        "write \"09:00-23:00\", several with commas between",
                    ),
                );
            }
        }
    }
    for (name, fact) in &shop.facts {
        let legal = name
            .value
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if !legal || name.value.is_empty() {
            findings.push(
                Finding::error(
                    "I095",
                    file,
                    format!("事实的名字“{}”只能用小写字母、数字和下划线", name.value),
                    format!(
                        "the fact `{}` may only use lower case letters, digits and underscores",
                        name.value
                    ),
                )
                .at(name.line, name.column)
                .hint("例如 return_days", "for example return_days"),
            );
        }
        let needs_english = crate::model::Language::of(&fact.zh.value) == Some(crate::model::Language::Chinese);
        if fact.en.is_none() && needs_english {
            findings.push(
                Finding::warning(
                    "I096",
                    file,
                    format!("{} 只有中文，英文答案里也会是中文", name.value),
                    format!("{} is Chinese only and would be so in English answers", name.value),
                )
                .at(fact.zh.line, fact.zh.column)
                .hint("分开写 zh: 和 en:", "write `zh:` and `en:` apart"),
            );
        }
    }
    for goods in &shop.goods {
        if let Some(price) = &goods.price
            && !price
                .value
                .parse::<f64>()
                .is_ok_and(|price| price.is_finite() && price >= 0.0)
        {
            findings.push(
                Finding::error(
                    "I097",
                    file,
                    format!("价格“{}”不是数字", price.value),
                    format!("the price `{}` is no number", price.value),
                )
                .at(price.line, price.column)
                .hint("只写数字，单位是元", "only the number, in yuan"),
            );
        }
    }
}

fn one_of(
    rule: &'static str,
    file: &str,
    name: &At<String>,
    what: (&str, &str),
    known: &[&'static str],
    findings: &mut Vec<Finding>,
) {
    if known.contains(&name.value.as_str()) {
        return;
    }
    let list = known.join(", ");
    let near = nearest(&name.value, known.iter().copied());
    findings.push(
        Finding::error(
            rule,
            file,
            format!("没有“{}”这个{}", name.value, what.0),
            format!("there is no {} `{}`", what.1, name.value),
        )
        .at(name.line, name.column)
        .hint(
            near.map_or_else(|| format!("可以写：{list}"), |near| format!("是不是想写 {near}？")),
            near.map_or_else(|| format!("known are {list}"), |near| format!("did you mean {near}?")),
        ),
    );
}

/// `HH:MM-HH:MM`; the end may be 24:00, and may be before the beginning for a span over midnight.
fn is_span(text: &str) -> bool {
    let minutes = |text: &str| -> Option<u32> {
        let (hour, minute) = text.trim().split_once(':')?;
        let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
        (minute < 60 && hour * 60 + minute <= 24 * 60).then_some(hour * 60 + minute)
    };
    let Some((from, to)) = text.split_once('-') else {
        return false;
    };
    match (minutes(from), minutes(to)) {
        (Some(from), Some(to)) => from != to,
        _ => false,
    }
}
