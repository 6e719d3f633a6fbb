//! When people are at the desk, by the shop's own words: `09:00-12:00, 13:30-23:00` for every day or single days.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

use super::Profile;
use crate::model::{Language, Millis};

const MINUTES_A_DAY: u32 = 24 * 60;

/// The names of days in `service_hours`, Monday first.
pub(crate) const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Why service hours cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HoursError {
    /// The zone has no entry in the time zone database.
    #[error("unknown time zone {0:?}, write for example Asia/Shanghai")]
    Zone(String),
    /// The day is neither `every_day` nor a day of the week.
    #[error("unknown day {0:?}, write every_day or monday to sunday")]
    Day(String),
    /// The span is not `HH:MM-HH:MM`.
    #[error("{0:?} is no span of time, write for example 09:00-23:00")]
    Span(String),
}

/// Service hours of a week in the shop's zone.
#[derive(Clone, Debug)]
pub struct Hours {
    zone: TimeZone,
    /// Minutes of the day, Monday first, sorted; an end past midnight is beyond 1440. `None`: always open.
    week: Option<[Vec<(u32, u32)>; 7]>,
}

impl Hours {
    /// Reads a shop's hours. A single day wins over `every_day`; an empty text closes the day; a shop without any
    /// hours is always open.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn of(shop: &Profile) -> Result<Hours, HoursError> {
        let zone = TimeZone::get(&shop.timezone).map_err(|_| HoursError::Zone(shop.timezone.clone()))?;
        if shop.service_hours.is_empty() {
            return Ok(Hours { zone, week: None });
        }
        let mut week: [Vec<(u32, u32)>; 7] = Default::default();
        if let Some(text) = shop.service_hours.get("every_day") {
            week.fill(spans(text)?);
        }
        for (day, text) in &shop.service_hours {
            if day != "every_day" {
                let place = DAYS
                    .iter()
                    .position(|name| name == day)
                    .ok_or_else(|| HoursError::Day(day.clone()))?;
                week[place] = spans(text)?;
            }
        }
        Ok(Hours { zone, week: Some(week) })
    }

    /// Whether people are there at this moment.
    pub fn open_at(&self, now: Millis) -> bool {
        let Some(week) = &self.week else { return true };
        let local = self.local(now);
        let minute = minute_of_day(&local);
        let today = day_of(local.weekday());
        let within = |day: usize, minute: u32| week[day].iter().any(|(from, to)| (*from..*to).contains(&minute));
        // Yesterday's spans may reach past midnight.
        within(today, minute) || within((today + 6) % 7, minute + MINUTES_A_DAY)
    }

    /// When people are there next, as text for the shopper: `明天 9:00`. `None` when they are there now or never.
    pub fn next_opening(&self, now: Millis, language: Language) -> Option<String> {
        let week = self.week.as_ref()?;
        if self.open_at(now) {
            return None;
        }
        let local = self.local(now);
        let minute = minute_of_day(&local);
        let today = day_of(local.weekday());
        (0..=7usize).find_map(|ahead| {
            let day = (today + ahead) % 7;
            let (from, _) = week[day].iter().find(|(from, _)| ahead > 0 || *from > minute)?;
            let date = local.date().checked_add(i64::try_from(ahead).ok()?.days()).ok()?;
            Some(opening_text(ahead, date, *from, language))
        })
    }

    fn local(&self, now: Millis) -> Zoned {
        i64::try_from(now.0)
            .ok()
            .and_then(|millisecond| Timestamp::from_millisecond(millisecond).ok())
            .unwrap_or(Timestamp::MAX)
            .to_zoned(self.zone.clone())
    }
}

fn minute_of_day(local: &Zoned) -> u32 {
    u32::from(local.hour().unsigned_abs()) * 60 + u32::from(local.minute().unsigned_abs())
}

fn day_of(weekday: Weekday) -> usize {
    usize::from(weekday.to_monday_zero_offset().unsigned_abs())
}

fn opening_text(ahead: usize, date: jiff::civil::Date, minute: u32, language: Language) -> String {
    let time = format!("{}:{:02}", minute / 60, minute % 60);
    let day = day_of(date.weekday());
    match (language, ahead) {
        (Language::Chinese, 0) => format!("今天 {time}"),
        (Language::Chinese, 1) => format!("明天 {time}"),
        (Language::Chinese, _) => {
            let name = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"][day];
            format!("{name} {time}")
        }
        (Language::English, 0) => format!("today at {time}"),
        (Language::English, 1) => format!("tomorrow at {time}"),
        (Language::English, _) => {
            let (first, rest) = DAYS[day].split_at(1);
            format!("on {}{rest} at {time}", first.to_uppercase())
        }
    }
}

/// Reads `09:00-12:00, 13:30-23:00`. Full-width commas, colons and dashes are what a Chinese keyboard gives.
fn spans(text: &str) -> Result<Vec<(u32, u32)>, HoursError> {
    let mut spans = Vec::new();
    for part in text
        .split([',', '，', '、'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let bad = || HoursError::Span(part.to_owned());
        let (from, to) = part.split_once(['-', '–', '—', '－', '~', '～']).ok_or_else(bad)?;
        let from = minute(from).filter(|from| *from < MINUTES_A_DAY).ok_or_else(bad)?;
        let to = minute(to).ok_or_else(bad)?;
        if from == to {
            return Err(bad());
        }
        // `20:00-02:00` ends on the next day.
        spans.push((from, if to < from { to + MINUTES_A_DAY } else { to }));
    }
    spans.sort_unstable();
    Ok(spans)
}

fn minute(text: &str) -> Option<u32> {
    let (hour, minute) = text.trim().split_once([':', '：'])?;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour <= 24 && minute < 60 && hour * 60 + minute <= MINUTES_A_DAY).then(|| hour * 60 + minute)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn hours(days: &[(&str, &str)]) -> Result<Hours, HoursError> {
        Hours::of(&Profile {
            service_hours: days
                .iter()
                .map(|(day, text)| ((*day).to_owned(), (*text).to_owned()))
                .collect(),
            ..Profile::default()
        })
    }

    /// A moment of the week of Monday 2026-11-09 in Shanghai.
    fn at(day: i8, hour: i8, minute: i8) -> Millis {
        let zoned = jiff::civil::date(2026, 11, 9 + day)
            .at(hour, minute, 0, 0)
            .in_tz("Asia/Shanghai")
            .unwrap();
        Millis(zoned.timestamp().as_millisecond().unsigned_abs())
    }

    #[test]
    fn a_lunch_break_is_closed() {
        let hours = hours(&[("every_day", "09:00-12:00，13:30-23:00")]).unwrap();
        for (hour, minute, open) in [
            (8, 59, false),
            (9, 0, true),
            (12, 0, false),
            (13, 30, true),
            (23, 0, false),
        ] {
            assert_eq!(hours.open_at(at(0, hour, minute)), open, "{hour}:{minute}");
        }
        assert_eq!(
            hours.next_opening(at(0, 12, 5), Language::Chinese).unwrap(),
            "今天 13:30"
        );
        assert_eq!(
            hours.next_opening(at(0, 23, 5), Language::English).unwrap(),
            "tomorrow at 9:00"
        );
        assert_eq!(hours.next_opening(at(0, 10, 0), Language::Chinese), None);
    }

    #[test]
    fn single_days_win_and_nights_reach_into_the_next_day() {
        let hours = hours(&[
            ("every_day", "09:00-18:00"),
            ("saturday", "20:00-02:00"),
            ("sunday", ""),
        ])
        .unwrap();
        assert!(!hours.open_at(at(5, 10, 0)));
        assert!(hours.open_at(at(5, 23, 0)));
        assert!(hours.open_at(at(6, 1, 59)));
        assert!(!hours.open_at(at(6, 2, 0)));
        assert_eq!(
            hours.next_opening(at(6, 12, 0), Language::Chinese).unwrap(),
            "明天 9:00"
        );
        let sparse = self::hours(&[("friday", "08:30-24:00")]).unwrap();
        assert_eq!(
            sparse.next_opening(at(0, 12, 0), Language::Chinese).unwrap(),
            "周五 8:30"
        );
        assert_eq!(
            sparse.next_opening(at(0, 12, 0), Language::English).unwrap(),
            "on Friday at 8:30"
        );
        // A week from now, when today's hours are over.
        assert_eq!(
            sparse.next_opening(at(5, 1, 0), Language::Chinese).unwrap(),
            "周五 8:30"
        );
        assert!(sparse.open_at(at(4, 23, 59)) && !sparse.open_at(at(5, 0, 0)));
    }

    #[test]
    fn without_hours_it_is_always_open_and_without_spans_never() {
        let always = hours(&[]).unwrap();
        assert!(always.open_at(at(0, 3, 0)));
        assert_eq!(always.next_opening(at(0, 3, 0), Language::Chinese), None);
        let never = hours(&[("every_day", "")]).unwrap();
        assert!(!never.open_at(at(0, 12, 0)));
        assert_eq!(never.next_opening(at(0, 12, 0), Language::Chinese), None);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        assert_eq!(
            hours(&[("everyday", "09:00-12:00")]).unwrap_err(),
            HoursError::Day("everyday".to_owned())
        );
        for bad in [
            "9-12",
            "09:00",
            "09:60-12:00",
            "25:00-26:00",
            "09:00-09:00",
            "24:00-08:00",
            "99999999:00-1:00",
        ] {
            assert!(matches!(hours(&[("monday", bad)]), Err(HoursError::Span(_))), "{bad}");
        }
        let nowhere = Profile {
            timezone: "Moon/Crater".to_owned(),
            ..Profile::default()
        };
        assert!(matches!(Hours::of(&nowhere), Err(HoursError::Zone(_))));
    }
}
