//! When people are there and how soon they answer: what is kept, and what shoppers are told of it.

use crate::model::DAYS_OF_WEEK;
use crate::packs::finding::Finding;
use crate::packs::written::{ShopFile, TextFile};
use crate::packs::yaml::At;
use crate::shop::clock::{self, ReplyClock};
use crate::shop::hours::HoursError;
use crate::shop::{EVERY_DAY, Holiday, HolidayError, Span, SpanError, days_named, hours};

use super::words::one_of;

/// Words that say that the hours are the same on all days.
const EVERY_DAY_SAID: [&str; 6] = ["每天", "每日", "天天", "周一至周日", "every day", "daily"];

/// Checks zone, hours, holidays and clock, and the facts that speak of them.
pub fn check(file: &str, shop: &ShopFile, findings: &mut Vec<Finding>) {
    if let Some(zone) = &shop.timezone
        && hours::zone(&zone.value).is_none()
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
        let known: Vec<&str> = ReplyClock::names().collect();
        one_of("I092", file, clock, ("回复时限", "clock"), &known, findings);
    }
    let days: Vec<&str> = [EVERY_DAY].into_iter().chain(DAYS_OF_WEEK).collect();
    for (day, spans) in &shop.service_hours {
        if days_named(&day.value).is_none() {
            one_of("I093", file, day, ("日子", "day"), &days, findings);
        }
        if let Err(error) = Span::read_all(&spans.value) {
            findings.push(no_span(file, &error, spans));
        }
    }
    let written = shop.service_hours.iter();
    let week = hours::read_week(written.map(|(day, spans)| (day.value.as_str(), spans.value.as_str())));
    if let Err(HoursError::Twice(day, other)) = week
        && let Some((key, _)) = shop.service_hours.iter().find(|(key, _)| key.value == day)
    {
        findings.push(
            Finding::error(
                "I093",
                file,
                format!("“{day}”里有一天，“{other}”也写了"),
                format!("`{day}` names a day that `{other}` names too"),
            )
            .at(key.line, key.column)
            .hint(
                "每一天只写一处；单独的一天可以写在几天的那一行之外",
                "name each day once; a single day may stand beside a line for several",
            ),
        );
    }
    for (days, spans) in &shop.holidays {
        match Holiday::read(&days.value, &spans.value) {
            Err(HolidayError::Span(error)) => findings.push(no_span(file, &error, spans)),
            Err(_) => findings.push(
                Finding::error(
                    "I107",
                    file,
                    format!("“{}”不是日期", days.value),
                    format!("`{}` is no day", days.value),
                )
                .at(days.line, days.column)
                .hint(
                    "写成 2027-02-16..2027-02-22（休息），或 2027-02-15: \"09:00-12:00\"（当天另定时间）",
                    "write 2027-02-16..2027-02-22 (closed), or 2027-02-15: \"09:00-12:00\" (its own hours)",
                ),
            ),
            Ok(_) => {}
        }
    }
    check_reply_time(file, shop, findings);
    check_hours(file, shop, findings);
}

fn no_span(file: &str, error: &SpanError, place: &At<String>) -> Finding {
    Finding::error(
        "I094",
        file,
        format!("“{}”不是时间段", error.0),
        format!("`{}` is no span of time", error.0),
    )
    .at(place.line, place.column)
    .hint(
        "写成 \"09:00-23:00\"，几段之间用逗号，休息写 休息",
        "write \"09:00-23:00\", several with commas between, or `closed`",
    )
}

/// A fact's name and text, when it is written.
fn fact<'a>(shop: &'a ShopFile, name: &str) -> Option<(&'a At<String>, &'a TextFile)> {
    let mut facts = shop.facts.iter();
    let (name, text) = facts.find(|(key, _)| key.value == name)?;
    Some((name, text))
}

/// The minutes that shoppers are told must be those that the deadlines of the queue count.
fn check_reply_time(file: &str, shop: &ShopFile, findings: &mut Vec<Finding>) {
    if let Some((name, _)) = fact(shop, "reply_time") {
        findings.push(
            Finding::error(
                "I099",
                file,
                "reply_time 由程序按 clock 得出，不用写",
                "`reply_time` follows from `clock` and is not written",
            )
            .at(name.line, name.column)
            .hint(
                "删掉这一行；自己的时限写 clock: own 和 reply_minutes",
                "delete it; a time of your own is `clock: own` with `reply_minutes`",
            ),
        );
    }
    let Some((_, minutes)) = fact(shop, "reply_minutes") else {
        return;
    };
    let clock = shop.clock.as_ref().map_or(clock::OWN, |clock| &clock.value);
    let texts = [Some(&minutes.zh), minutes.en.as_ref()];
    for text in texts.into_iter().flatten() {
        let read = clock::read_minutes(&text.value);
        let finding = match ReplyClock::read(clock, None) {
            ReplyClock::Own(_) if read.is_none() || read != clock::read_minutes(&minutes.zh.value) => Finding::error(
                "I099",
                file,
                format!("“{}”不是分钟数，没法按它算时限", text.value),
                format!("`{}` is no number of minutes that a deadline could count", text.value),
            )
            .hint(
                "只写一个整数，例如 reply_minutes: \"10\"",
                "one whole number, for example reply_minutes: \"10\"",
            ),
            ReplyClock::Platform(platform) if read.map(|minutes| minutes * 60_000) != counted_ms(platform) => {
                let counted = clock::time_said(platform.reply_ms());
                Finding::error(
                    "I099",
                    file,
                    format!("答应 {} 分钟回复，{clock} 的时限按 {} 算，以时限为准", text.value, counted.zh),
                    format!("{} minutes are promised, but {clock} counts {}, which wins", text.value, counted.en),
                )
                .hint(
                    "删掉 reply_minutes，答应的时间就照时限来；要按自己的时间算，写 clock: own",
                    "delete `reply_minutes`: what is promised follows the clock; to count your own time write clock: own",
                )
            }
            _ => continue,
        };
        findings.push(finding.at(text.line, text.column));
        return;
    }
}

/// What `reply_minutes` may say beside a platform's clock: its own time in whole minutes, milliseconds.
fn counted_ms(platform: clock::Platform) -> Option<u64> {
    Some(platform.reply_ms().div_ceil(60_000) * 60_000)
}

/// The hours that shoppers are told must be those in which people are there.
fn check_hours(file: &str, shop: &ShopFile, findings: &mut Vec<Finding>) {
    let Some((_, said)) = fact(shop, "hours") else { return };
    let mut kept: Vec<Span> = Vec::new();
    for (_, spans) in &shop.service_hours {
        kept.extend(Span::read_all(&spans.value).unwrap_or_default());
    }
    let days = shop.service_hours.iter();
    let week = hours::read_week(days.map(|(day, spans)| (day.value.as_str(), spans.value.as_str())));
    let every_day = week
        .ok()
        .flatten()
        .is_none_or(|week| week.iter().all(|day| *day == week[0]));
    let texts = [Some(&said.zh), said.en.as_ref()];
    for text in texts.into_iter().flatten() {
        let named = Span::named_in(&text.value);
        let agrees = named.iter().all(|span| kept.contains(span)) && kept.iter().all(|span| named.contains(span));
        let lower = text.value.to_lowercase();
        let agrees = agrees && (every_day || !EVERY_DAY_SAID.iter().any(|word| lower.contains(word)));
        if named.is_empty() || agrees {
            continue;
        }
        let finding = if shop.service_hours.is_empty() {
            Finding::warning(
                "I108",
                file,
                format!("说“{}”有人，却没写 service_hours，会当作全天有人", text.value),
                format!(
                    "people are said to be there `{}`, but without `service_hours` they always are",
                    text.value
                ),
            )
            .hint(
                "把时间写进 service_hours，再删掉 hours",
                "write the times in `service_hours` and delete `hours`",
            )
        } else {
            Finding::warning(
                "I108",
                file,
                format!("说的服务时间“{}”和 service_hours 不一样", text.value),
                format!(
                    "the hours that are said, `{}`, are not those of `service_hours`",
                    text.value
                ),
            )
            .hint(
                "删掉 hours，服务时间会照 service_hours 来说",
                "delete `hours`: what is said follows `service_hours`",
            )
        };
        findings.push(finding.at(text.line, text.column));
        return;
    }
}
