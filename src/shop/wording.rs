//! Service hours as they are said to shoppers: `周一至周五 9:00-18:00，周六 10:00-16:00，2 月 16 日至 22 日休息`.

use jiff::ToSpan;
use jiff::civil::Date;

use super::holiday::Holiday;
use super::hours::{Hours, Week, day_of, is_around_the_clock};
use super::span::{Span, time_said};
use crate::model::{DAYS_OF_WEEK, Language, Millis};

const CHINESE_DAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// Holidays that begin within this many days are named.
const NAMED_AHEAD_DAYS: i64 = 30;

impl Hours {
    /// The week's hours: `周一至周五 9:00-18:00，周六 10:00-16:00`.
    pub fn weekly(&self, language: Language) -> String {
        match (self.week(), language) {
            (Some(week), _) if !is_around_the_clock(week) => week_said(week, language),
            (_, Language::Chinese | Language::Traditional) => "全天".to_owned(),
            (_, Language::English) => "around the clock".to_owned(),
        }
    }

    /// The week's hours, and the holidays that are near on this day.
    pub fn said(&self, today: Date, language: Language) -> String {
        let mut near: Vec<&Holiday> = self.near(today).collect();
        near.sort_by_key(|holiday| holiday.from);
        let holidays = near.into_iter().map(|holiday| holiday_said(holiday, today, language));
        let parts: Vec<String> = [self.weekly(language)].into_iter().chain(holidays).collect();
        parts.join(comma(language))
    }

    /// Whether what is said on this day is more than the hours of the week.
    pub fn is_near_holiday(&self, today: Date) -> bool {
        self.near(today).next().is_some()
    }

    /// The holiday that keeps the shop closed all this day: `2 月 16 日至 22 日休息`.
    pub fn holiday(&self, today: Date, language: Language) -> Option<String> {
        let holiday = self.holiday_on(today).filter(|holiday| holiday.spans.is_empty())?;
        Some(holiday_said(holiday, today, language))
    }

    /// When people are there next: `明天 9:00`. `None` when they are there now or not within a year.
    pub fn next_opening(&self, now: Millis, language: Language) -> Option<String> {
        let opening = self.opening(now)?;
        let time = time_said(opening.minute);
        let day = day_of(opening.day.weekday());
        Some(match (language, opening.ahead) {
            (Language::Chinese | Language::Traditional, 0) => format!("今天 {time}"),
            (Language::Chinese | Language::Traditional, 1) => format!("明天 {time}"),
            (Language::Chinese | Language::Traditional, 2..7) => format!("{} {time}", CHINESE_DAYS[day]),
            (Language::Chinese | Language::Traditional, _) => {
                format!("{} 月 {} 日 {time}", opening.day.month(), opening.day.day())
            }
            (Language::English, 0) => format!("today at {time}"),
            (Language::English, 1) => format!("tomorrow at {time}"),
            (Language::English, 2..7) => format!("on {} at {time}", english_day(day)),
            (Language::English, _) => format!("on {} {} at {time}", opening.day.day(), month(opening.day)),
        })
    }

    fn near(&self, today: Date) -> impl Iterator<Item = &Holiday> {
        let last = today.checked_add(NAMED_AHEAD_DAYS.days()).unwrap_or(Date::MAX);
        let holidays = self.holidays().iter();
        holidays.filter(move |holiday| holiday.to >= today && holiday.from <= last)
    }
}

fn week_said(week: &Week, language: Language) -> String {
    let mut groups: Vec<(usize, usize)> = Vec::new();
    for day in 0..7 {
        match groups.last_mut() {
            Some((_, last)) if week[*last] == week[day] => *last = day,
            _ => groups.push((day, day)),
        }
    }
    let open = groups.into_iter().filter(|(first, _)| !week[*first].is_empty());
    let texts: Vec<String> = open
        .map(|(first, last)| {
            let spans = spans_said(&week[first], language);
            match (language, last - first) {
                (Language::Chinese | Language::Traditional, 6) => format!("每天 {spans}"),
                (Language::English, 6) => format!("{spans} every day"),
                (Language::Chinese | Language::Traditional, 0) => format!("{} {spans}", CHINESE_DAYS[first]),
                (Language::Chinese | Language::Traditional, _) => {
                    format!("{}至{} {spans}", CHINESE_DAYS[first], CHINESE_DAYS[last])
                }
                (Language::English, 0) => format!("{} {spans}", english_day(first)),
                (Language::English, _) => format!("{} to {} {spans}", english_day(first), english_day(last)),
            }
        })
        .collect();
    match (texts.is_empty(), language) {
        (true, Language::Chinese | Language::Traditional) => "没有固定时间".to_owned(),
        (true, Language::English) => "at no fixed times".to_owned(),
        (false, _) => texts.join(comma(language)),
    }
}

fn holiday_said(holiday: &Holiday, today: Date, language: Language) -> String {
    let (from, to) = (holiday.from, holiday.to);
    let one_month = (from.year(), from.month()) == (to.year(), to.month());
    // The year is only said where somebody might think of another.
    let year = if from.year() == today.year() || from <= today {
        String::new()
    } else {
        match language {
            Language::Chinese | Language::Traditional => format!("{} 年 ", from.year()),
            Language::English => format!(" {}", from.year()),
        }
    };
    match language {
        Language::Chinese | Language::Traditional => {
            let first = format!("{year}{} 月 {} 日", from.month(), from.day());
            let days = match (from == to, one_month) {
                (true, _) => first,
                (false, true) => format!("{first}至 {} 日", to.day()),
                (false, false) => format!("{first}至 {} 月 {} 日", to.month(), to.day()),
            };
            if holiday.spans.is_empty() {
                format!("{days}休息")
            } else {
                format!("{days} {}", spans_said(&holiday.spans, language))
            }
        }
        Language::English => {
            let days = match (from == to, one_month) {
                (true, _) => format!("on {} {}{year}", from.day(), month(from)),
                (false, true) => format!("from {} to {} {}{year}", from.day(), to.day(), month(to)),
                (false, false) => format!(
                    "from {} {}{year} to {} {}",
                    from.day(),
                    month(from),
                    to.day(),
                    month(to)
                ),
            };
            if holiday.spans.is_empty() {
                format!("closed {days}")
            } else {
                format!("{} {days}", spans_said(&holiday.spans, language))
            }
        }
    }
}

fn spans_said(spans: &[Span], language: Language) -> String {
    let spans: Vec<String> = spans.iter().map(|span| span.said()).collect();
    spans.join(match language {
        Language::Chinese | Language::Traditional => "、",
        Language::English => " and ",
    })
}

fn comma(language: Language) -> &'static str {
    match language {
        Language::Chinese | Language::Traditional => "，",
        Language::English => ", ",
    }
}

fn english_day(day: usize) -> String {
    let (first, rest) = DAYS_OF_WEEK[day].split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

fn month(day: Date) -> &'static str {
    MONTHS[usize::from(day.month().unsigned_abs()) - 1]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use Language::{Chinese, English};
    use jiff::civil::date;

    use super::super::hours::tests::hours;
    use super::*;

    fn at(day: Date, hour: i8) -> Millis {
        let zoned = day.at(hour, 0, 0, 0).in_tz("Asia/Shanghai").unwrap();
        Millis(zoned.timestamp().as_millisecond().unsigned_abs())
    }

    const MONDAY: Date = date(2026, 11, 9);

    #[test]
    fn days_with_the_same_hours_are_said_together() {
        let days = [
            ("every_day", "09:00-18:00"),
            ("saturday", "10:00-12:00, 14:00-16:00"),
            ("sunday", ""),
        ];
        let week = hours(&days, &[]);
        assert_eq!(
            week.said(MONDAY, Chinese),
            "周一至周五 9:00-18:00，周六 10:00-12:00、14:00-16:00"
        );
        assert_eq!(
            week.said(MONDAY, English),
            "Monday to Friday 9:00-18:00, Saturday 10:00-12:00 and 14:00-16:00"
        );
        for (days, zh, en) in [
            (
                &[("every_day", "20:00-02:00")][..],
                "每天 20:00-2:00",
                "20:00-2:00 every day",
            ),
            (
                &[("mon-fri", "9:00-18:00"), ("weekend", "10:00-12:00")],
                "周一至周五 9:00-18:00，周六至周日 10:00-12:00",
                "Monday to Friday 9:00-18:00, Saturday to Sunday 10:00-12:00",
            ),
            (&[("every_day", "0:00-24:00")], "全天", "around the clock"),
            (&[], "全天", "around the clock"),
            (&[("every_day", "")], "没有固定时间", "at no fixed times"),
        ] {
            let hours = hours(days, &[]);
            assert_eq!(
                (hours.said(MONDAY, Chinese), hours.said(MONDAY, English)),
                (zh.into(), en.into())
            );
        }
    }

    #[test]
    fn holidays_to_come_are_named_while_they_are_near() {
        let holidays = [
            ("2027-02-16..2027-02-22", "休息"),
            ("2027-02-15", "9:00-12:00"),
            ("2026-12-31..2027-01-02", ""),
        ];
        let hours = hours(&[("every_day", "09:00-18:00")], &holidays);
        assert_eq!(hours.said(MONDAY, Chinese), "每天 9:00-18:00");
        assert!(!hours.is_near_holiday(MONDAY) && hours.is_near_holiday(date(2026, 12, 20)));
        assert_eq!(
            hours.said(date(2026, 12, 20), English),
            "9:00-18:00 every day, closed from 31 December to 2 January"
        );
        let february = date(2027, 2, 14);
        assert_eq!(
            hours.said(february, Chinese),
            "每天 9:00-18:00，2 月 15 日 9:00-12:00，2 月 16 日至 22 日休息"
        );
        assert_eq!(
            hours.said(february, English),
            "9:00-18:00 every day, 9:00-12:00 on 15 February, closed from 16 to 22 February"
        );
        assert_eq!(hours.said(date(2027, 2, 23), Chinese), "每天 9:00-18:00");
        // It only keeps the shop closed where it has no hours.
        assert_eq!(hours.holiday(date(2027, 2, 15), Chinese), None);
        assert_eq!(
            hours.holiday(date(2027, 2, 18), Chinese).unwrap(),
            "2 月 16 日至 22 日休息"
        );
        assert_eq!(
            hours.holiday(date(2027, 2, 18), English).unwrap(),
            "closed from 16 to 22 February"
        );
        let new_year = self::hours(&[], &[("2027-01-01", "")]);
        assert_eq!(
            new_year.said(date(2026, 12, 20), Chinese),
            "全天，2027 年 1 月 1 日休息"
        );
    }

    #[test]
    fn the_next_opening_is_said_by_how_far_it_is() {
        let hours = hours(
            &[("every_day", "9:00-12:00, 13:30-18:00"), ("sunday", "")],
            &[("2026-11-13..2026-11-20", "")],
        );
        for (day, hour, zh, en) in [
            (9, 12, "今天 13:30", "today at 13:30"),
            (9, 19, "明天 9:00", "tomorrow at 9:00"),
            (13, 8, "11 月 21 日 9:00", "on 21 November at 9:00"),
            (18, 8, "周六 9:00", "on Saturday at 9:00"),
        ] {
            let now = at(date(2026, 11, day), hour);
            assert_eq!(hours.next_opening(now, Chinese).as_deref(), Some(zh));
            assert_eq!(hours.next_opening(now, English).as_deref(), Some(en));
        }
        assert_eq!(hours.next_opening(at(MONDAY, 10), Chinese), None);
    }
}
