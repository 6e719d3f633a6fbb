//! What the forms of a shop's hours and facts may hold: a word for each field that holds what cannot be. Pure.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::packs::{WrittenFact, WrittenHours, WrittenPeriod, WrittenProfile};
use crate::shop::clock::ReplyClock;
use crate::shop::hours::zone;
use crate::shop::{MOST_PERIODS, Period, PeriodError, Span};

/// Longest text of a fact or of an article, characters.
pub(super) const LONGEST_TEXT: usize = 1_000;
/// Longest name of an article, and other short words, characters.
pub(super) const LONGEST_NAME: usize = 80;
/// Longest name of a period, characters: it stands in a list to choose from.
const LONGEST_PERIOD: usize = 30;
/// Days with other hours at most.
const MOST_HOLIDAYS: usize = 200;

/// What is wrong in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldWord {
    /// The field: `week.0`, `holidays.2.days`, `zh`, `price`, `attributes.1` …
    pub field: String,
    /// What is wrong and how to mend it, in Chinese and in English.
    pub words: [String; 2],
}

pub(super) fn word(field: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> FieldWord {
    FieldWord {
        field: field.into(),
        words: [zh.into(), en.into()],
    }
}

pub(super) fn too_long(field: &str, most: usize) -> FieldWord {
    word(
        field,
        format!("太长了，最多 {most} 个字。"),
        format!("Too long: {most} characters at most."),
    )
}

/// The hours without blanks around.
pub(super) fn tidy_hours(mut hours: WrittenHours) -> WrittenHours {
    let trim = |text: &mut String| *text = text.trim().to_owned();
    // 休息 is no span, as nothing is.
    let spans = |text: &mut String| match Span::read_all(text) {
        Ok(spans) if spans.is_empty() => text.clear(),
        _ => trim(text),
    };
    hours.week.iter_mut().for_each(spans);
    for holiday in &mut hours.holidays {
        trim(&mut holiday.from);
        trim(&mut holiday.to);
        spans(&mut holiday.hours);
        if holiday.to.is_empty() {
            holiday.to.clone_from(&holiday.from);
        }
    }
    for period in &mut hours.periods {
        trim(&mut period.name);
        // A form of a browser parts day and time by a T.
        for end in [&mut period.from, &mut period.to] {
            *end = end.trim().replace('T', " ");
        }
    }
    hours
}

/// What of these hours cannot be.
pub(super) fn hours_fit(hours: &WrittenHours) -> Vec<FieldWord> {
    let mut words: Vec<FieldWord> = Vec::new();
    let span = |field: String, text: &str| match Span::read_all(text) {
        Ok(_) if text.chars().count() <= LONGEST_NAME => None,
        Ok(_) => Some(too_long(&field, LONGEST_NAME)),
        Err(error) => Some(word(
            field,
            format!(
                "“{}”不是时间段。写成 09:00-18:00，几段用逗号隔开，休息就空着。",
                error.0
            ),
            format!(
                "“{}” is no span of time. Write 09:00-18:00, several with commas, nothing when closed.",
                error.0
            ),
        )),
    };
    for (day, text) in hours.week.iter().enumerate() {
        words.extend(span(format!("week.{day}"), text));
    }
    let mut known = BTreeSet::new();
    for (at, holiday) in hours.holidays.iter().enumerate() {
        let field = format!("holidays.{at}.days");
        let days = [&holiday.from, &holiday.to].map(|day| day.parse::<Date>());
        match days {
            [Ok(from), Ok(to)] if from > to => words.push(word(
                field,
                "最后一天早于第一天。",
                "The last day lies before the first.",
            )),
            [Ok(from), Ok(to)] if !known.insert((from, to)) => words.push(word(
                field,
                "这几天在上面已经写了。",
                "These days are listed above already.",
            )),
            [Ok(_), Ok(_)] => {}
            _ => words.push(word(
                field,
                "请选日期，写成 2027-02-06 这样。",
                "Choose a day; it is written as 2027-02-06.",
            )),
        }
        words.extend(span(format!("holidays.{at}.hours"), &holiday.hours));
    }
    if hours.holidays.len() > MOST_HOLIDAYS {
        words.push(word(
            "holidays",
            format!("最多 {MOST_HOLIDAYS} 条；过去的可以删掉。"),
            format!("{MOST_HOLIDAYS} at most; those that are over can go."),
        ));
    }
    words.extend(periods_fit(&hours.periods));
    words
}

/// What of these periods cannot be.
fn periods_fit(periods: &[WrittenPeriod]) -> Vec<FieldWord> {
    let mut words = Vec::new();
    let mut known = BTreeSet::new();
    for (at, period) in periods.iter().enumerate() {
        let name = format!("periods.{at}.name");
        if period.name.is_empty() {
            words.push(word(
                name.as_str(),
                "给时段起个名字，例如 双11。",
                "Give it a name, such as 双11.",
            ));
        } else if period.name.chars().count() > LONGEST_PERIOD {
            words.push(too_long(&name, LONGEST_PERIOD));
        } else if !known.insert(&period.name) {
            words.push(word(
                name.as_str(),
                format!("“{}”在上面已经有了，换个名字。", period.name),
                format!("{} is listed above already; give it another name.", period.name),
            ));
        }
        let wrong = match Period::read(&period.name, &period.from, &period.to) {
            Ok(_) => continue,
            Err(PeriodError::Backwards(from, to)) => [
                format!("从 {from} 到 {to}：结束要在开始之后。"),
                format!("From {from} to {to}: it must end after it begins."),
            ],
            Err(_) => [
                "两头都写成 2026-10-31 20:00 这样；只写日子就是整天。".to_owned(),
                "Write both ends as 2026-10-31 20:00; a day alone is all of it.".to_owned(),
            ],
        };
        words.push(FieldWord {
            field: format!("periods.{at}.from"),
            words: wrong,
        });
    }
    if periods.len() > MOST_PERIODS {
        words.push(word(
            "periods",
            format!("最多 {MOST_PERIODS} 个；过去的可以删掉。"),
            format!("{MOST_PERIODS} at most; those that are over can go."),
        ));
    }
    words
}

/// The profile without blanks around; an English name that is the Chinese one is not written apart.
pub(super) fn tidy_profile(profile: WrittenProfile) -> WrittenProfile {
    let trim = |text: &str| text.trim().to_owned();
    let (name, name_en) = (trim(&profile.name), trim(&profile.name_en));
    WrittenProfile {
        name_en: if name_en == name { String::new() } else { name_en },
        name,
        timezone: trim(&profile.timezone),
        clock: trim(&profile.clock),
    }
}

/// What of this profile cannot be.
pub(super) fn profile_fits(profile: &WrittenProfile) -> Vec<FieldWord> {
    let mut words = Vec::new();
    if profile.name.is_empty() {
        words.push(word("name", "店铺要有名字。", "The shop needs a name."));
    }
    for (field, text) in [("name", &profile.name), ("name_en", &profile.name_en)] {
        if text.chars().count() > LONGEST_NAME {
            words.push(too_long(field, LONGEST_NAME));
        }
    }
    if !profile.timezone.is_empty() && zone(&profile.timezone).is_none() {
        words.push(word(
            "timezone",
            format!("没有“{}”这个时区，写成 Asia/Shanghai 这样。", profile.timezone),
            format!("There is no time zone {}; write it as Asia/Shanghai.", profile.timezone),
        ));
    }
    if !profile.clock.is_empty() && !ReplyClock::names().any(|name| name == profile.clock) {
        words.push(word(
            "clock",
            format!("没有“{}”这种回复时限。", profile.clock),
            format!("There is no reply clock {}.", profile.clock),
        ));
    }
    words
}

/// The fact without blanks around; an English text that is the Chinese one is not written apart.
pub(super) fn tidy_fact(fact: WrittenFact) -> WrittenFact {
    let (name, zh) = (fact.name.trim().to_owned(), fact.zh.trim().to_owned());
    let en = fact.en.map(|en| en.trim().to_owned());
    WrittenFact {
        en: en.filter(|en| !en.is_empty() && *en != zh),
        name,
        zh,
    }
}

/// What cannot be of a fact that is put in the place of `base`, or is new. `quoting` are the titles of the questions whose
/// answers name it.
pub(super) fn fact_fits(
    base: Option<&WrittenFact>,
    wanted: Option<&WrittenFact>,
    facts: &[WrittenFact],
    quoting: &[String],
) -> Vec<FieldWord> {
    let Some(fact) = wanted else {
        let titles = quoting
            .iter()
            .take(5)
            .map(|title| format!("「{title}」"))
            .collect::<String>();
        let still = word(
            "remove",
            format!(
                "还有 {} 处话术在用它：{titles}。先在「问题」页上改掉这些答案，再删。",
                quoting.len()
            ),
            format!(
                "{} texts still name it: {titles}. Change them on the page of questions first.",
                quoting.len()
            ),
        );
        return if quoting.is_empty() { Vec::new() } else { vec![still] };
    };
    let mut words = Vec::new();
    let legal = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'_';
    let is_new = base.is_none_or(|base| base.name != fact.name);
    if is_new && (fact.name.is_empty() || fact.name.len() > 40 || !fact.name.bytes().all(legal)) {
        words.push(word(
            "name",
            "名字只用小写字母、数字和下划线，例如 gift_box_fee；答案里写 {{ shop.gift_box_fee }}。",
            "A name has small letters, digits and underscores, such as gift_box_fee; answers say {{ shop.gift_box_fee }}.",
        ));
    } else if is_new && facts.iter().any(|known| known.name == fact.name) {
        words.push(word(
            "name",
            "已经有这个名字的资料了。",
            "There is a fact of this name already.",
        ));
    }
    if fact.zh.is_empty() {
        words.push(word(
            "zh",
            "不能空着：答案里会说它。",
            "It may not be empty: answers say it.",
        ));
    }
    for (field, text) in [("zh", Some(&fact.zh)), ("en", fact.en.as_ref())] {
        if text.is_some_and(|text| text.chars().count() > LONGEST_TEXT) {
            words.push(too_long(field, LONGEST_TEXT));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use crate::packs::WrittenHoliday;

    use super::*;

    fn fields(words: &[FieldWord]) -> Vec<&str> {
        words.iter().map(|word| word.field.as_str()).collect()
    }

    #[test]
    fn hours_that_are_none_get_a_word_beside_their_field() {
        let holiday = |from: &str, to: &str, hours: &str| WrittenHoliday {
            from: from.to_owned(),
            to: to.to_owned(),
            hours: hours.to_owned(),
        };
        let mut hours = WrittenHours::default();
        hours.week[0] = " 09:00-12:00，13:30-18:00 ".to_owned();
        hours.week[6] = "休息".to_owned();
        hours.holidays.push(holiday("2027-02-06", "", ""));
        let good = tidy_hours(hours.clone());
        assert_eq!(
            (good.holidays[0].to.as_str(), good.week[6].as_str()),
            ("2027-02-06", "")
        );
        assert!(hours_fit(&good).is_empty());
        hours.week[1] = "25:00-26:00".to_owned();
        hours.holidays.extend([
            holiday("2027-02-06", "", "9点"),
            holiday("2027-02-30", "", ""),
            holiday("2027-03-02", "2027-03-01", ""),
        ]);
        let words = hours_fit(&tidy_hours(hours));
        assert_eq!(
            fields(&words),
            [
                "week.1",
                "holidays.1.days",
                "holidays.1.hours",
                "holidays.2.days",
                "holidays.3.days"
            ]
        );
        assert!(words[0].words[0].contains("25:00-26:00"));
    }

    #[test]
    fn periods_that_are_none_get_a_word_beside_their_field() {
        let period = |name: &str, from: &str, to: &str| WrittenPeriod {
            name: name.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
        };
        let mut hours = WrittenHours::default();
        hours.periods.push(period(" 双11 ", "2026-10-31T20:00", "2026-11-11"));
        let good = tidy_hours(hours.clone());
        assert_eq!(good.periods[0], period("双11", "2026-10-31 20:00", "2026-11-11"));
        assert!(hours_fit(&good).is_empty());
        hours.periods.extend([
            period("", "2026-11-11", "2026-11-11"),
            period("双11", "2026-11-11", "2026-11-12"),
            period("618", "2026-06-20", "2026-06-01"),
            period("年货节", "", "2027-02-01"),
        ]);
        let words = hours_fit(&tidy_hours(hours));
        let wrong = ["periods.1.name", "periods.2.name", "periods.3.from", "periods.4.from"];
        assert_eq!(fields(&words), wrong);
    }

    #[test]
    fn a_fact_that_is_quoted_stays_and_a_new_one_has_a_name_of_its_own() {
        let fact = |name: &str, zh: &str| WrittenFact {
            name: name.to_owned(),
            zh: zh.to_owned(),
            en: Some(" ".to_owned()),
        };
        let postage = tidy_fact(fact("postage", " 8 "));
        assert_eq!((postage.zh.as_str(), &postage.en), ("8", &None));
        let all = [postage.clone()];
        let quoting = ["邮费多少".to_owned()];
        let gone = fact_fits(Some(&postage), None, &all, &quoting);
        assert_eq!(fields(&gone), ["remove"]);
        assert!(gone[0].words[0].contains("邮费多少"));
        assert!(fact_fits(Some(&postage), None, &all, &[]).is_empty());
        for (name, zh, wrong) in [
            ("postage", "9", "name"),
            ("Gift Box", "9", "name"),
            ("gift_box", "", "zh"),
        ] {
            assert_eq!(
                fields(&fact_fits(None, Some(&fact(name, zh)), &all, &[])),
                [wrong],
                "{name}"
            );
        }
        assert!(fact_fits(Some(&postage), Some(&fact("postage", "9")), &all, &quoting).is_empty());
    }
}
