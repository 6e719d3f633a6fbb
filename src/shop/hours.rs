//! When people are at the desk: the hours of a week in the shop's zone, and the days on which they do not hold.

use std::ops::Range;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan, Zoned};

use super::days::days_named;
use super::holiday::Holiday;
use super::span::{MINUTES_A_DAY, Span, SpanError};
use crate::model::Millis;

const ALL_DAY: [Span; 1] = [Span {
    from: 0,
    to: MINUTES_A_DAY,
}];
/// The next opening is looked for within this many days.
const LOOK_AHEAD_DAYS: i64 = 366;

/// Why service hours cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HoursError {
    /// What is written names no day of the week.
    #[error("unknown day {0:?}, write every_day, monday to sunday, monday-friday or weekend")]
    Day(String),
    /// Two keys of the same width name one day.
    #[error("{0:?} names a day that {1:?} names too")]
    Twice(String, String),
    /// The span is not `HH:MM-HH:MM`.
    #[error(transparent)]
    Span(#[from] SpanError),
}

/// The spans of each day, Monday first.
pub type Week = [Vec<Span>; 7];

/// Service hours in the shop's zone.
#[derive(Clone, Debug)]
pub struct Hours {
    zone: TimeZone,
    /// `None`: always open.
    week: Option<Week>,
    /// The shortest first: a day within a range may have hours of its own.
    holidays: Vec<Holiday>,
}

/// When people are there next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Days from today.
    pub(super) ahead: i64,
    /// The day.
    pub(super) day: Date,
    /// Minute of that day.
    pub(super) minute: u32,
}

impl Default for Hours {
    /// Always open, in Shanghai.
    fn default() -> Self {
        Hours::new(usual_zone(), None, Vec::new())
    }
}

/// The time zone with this IANA name, from the database that the program carries.
pub fn zone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

/// The zone of shops that name none: Shanghai's.
pub fn usual_zone() -> TimeZone {
    zone("Asia/Shanghai").unwrap_or(TimeZone::UTC)
}

/// Reads the hours of a week, days and spans. What names fewer days wins: `friday` over `monday-friday`, both over
/// `every_day`. A day without spans is closed; `None` when nothing is written.
///
/// # Errors
/// What cannot be read.
pub fn read_week<'a>(written: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Option<Week>, HoursError> {
    let mut keys: Vec<(&str, Vec<usize>, Vec<Span>)> = Vec::new();
    for (key, text) in written {
        let spans = Span::read_all(text)?;
        let days = days_named(key).ok_or_else(|| HoursError::Day(key.to_owned()))?;
        let equal = |(_, others, _): &&(&str, Vec<usize>, Vec<Span>)| {
            others.len() == days.len() && others.iter().any(|day| days.contains(day))
        };
        if let Some((other, _, _)) = keys.iter().find(equal) {
            return Err(HoursError::Twice(key.to_owned(), (*other).to_owned()));
        }
        keys.push((key, days, spans));
    }
    if keys.is_empty() {
        return Ok(None);
    }
    keys.sort_by_key(|(_, days, _)| std::cmp::Reverse(days.len()));
    let mut week = Week::default();
    for (_, days, spans) in keys {
        for day in days {
            week[day].clone_from(&spans);
        }
    }
    Ok(Some(week))
}

impl Hours {
    /// These hours; without a week always open but for the holidays.
    pub fn new(zone: TimeZone, week: Option<Week>, mut holidays: Vec<Holiday>) -> Hours {
        holidays.sort_by_key(|holiday| (holiday.from.duration_until(holiday.to), holiday.from));
        Hours { zone, week, holidays }
    }

    /// The day in the shop's zone at this moment.
    pub fn date_at(&self, now: Millis) -> Date {
        self.local(now).date()
    }

    /// Day and time in the shop's zone at this moment.
    pub(super) fn local_at(&self, now: Millis) -> jiff::civil::DateTime {
        self.local(now).datetime()
    }

    /// The day and the hour of it, 0 to 23, in the shop's zone at this moment.
    pub fn hour_at(&self, now: Millis) -> (Date, u8) {
        let local = self.local(now);
        (local.date(), u8::try_from(local.hour()).unwrap_or(0))
    }

    /// The day and the time of it in the shop's zone at this moment.
    pub fn datetime_at(&self, now: Millis) -> DateTime {
        self.local(now).datetime()
    }

    /// The moment at which the clocks of the shop's zone show this; where they show it twice, the first time. `None` before
    /// 1970 and beyond what a calendar holds.
    pub fn moment_of(&self, shown: DateTime) -> Option<Millis> {
        let at = shown.to_zoned(self.zone.clone()).ok()?.timestamp().as_millisecond();
        u64::try_from(at).ok().map(Millis)
    }

    /// From when to when a day lasts in the shop's zone.
    pub fn day(&self, date: Date) -> Range<Millis> {
        let begin = |date: Date| self.moment(date, 0);
        let end = date.tomorrow().ok().and_then(begin);
        begin(date).unwrap_or(Millis(0))..end.unwrap_or(Millis(u64::MAX))
    }

    /// Whether people are there at this moment.
    pub fn open_at(&self, now: Millis) -> bool {
        let local = self.local(now);
        let (minute, today) = (minute_of_day(&local), local.date());
        let within = |day: Date, minute: u32| {
            let mut spans = self.spans_on(day).iter();
            spans.any(|span| (span.from..span.to).contains(&minute))
        };
        // Yesterday's spans may reach past midnight.
        within(today, minute) || today.yesterday().is_ok_and(|day| within(day, minute + MINUTES_A_DAY))
    }

    /// When people are there next. `None` when they are there now or not within a year.
    pub fn opening(&self, now: Millis) -> Option<Opening> {
        if self.open_at(now) {
            return None;
        }
        let local = self.local(now);
        let minute = minute_of_day(&local);
        (0..=LOOK_AHEAD_DAYS).find_map(|ahead| {
            let day = local.date().checked_add(ahead.days()).ok()?;
            let mut spans = self.spans_on(day).iter();
            let span = spans.find(|span| ahead > 0 || span.from > minute)?;
            let minute = span.from;
            Some(Opening { ahead, day, minute })
        })
    }

    /// When people will have been there for so long since this moment, milliseconds: a clock that stands still outside service
    /// hours. Where people are not there that long within a year the hours are not counted.
    pub fn after(&self, from: Millis, for_ms: u64) -> Millis {
        if self.week.is_none() && self.holidays.is_empty() {
            return from.plus(for_ms);
        }
        let today = self.local(from).date();
        let (mut left, mut reached) = (for_ms, from);
        // Yesterday's spans may reach past midnight.
        for ahead in -1..=LOOK_AHEAD_DAYS {
            let Ok(day) = today.checked_add(ahead.days()) else {
                break;
            };
            for span in self.spans_on(day) {
                let (Some(opens), Some(closes)) = (self.moment(day, span.from), self.moment(day, span.to)) else {
                    continue;
                };
                let opens = opens.max(reached);
                let lasts = closes.since(opens);
                if lasts == 0 {
                    continue;
                }
                if left <= lasts {
                    return opens.plus(left);
                }
                left -= lasts;
                reached = closes;
            }
        }
        from.plus(for_ms)
    }

    /// The moment at which so many minutes of this day have passed.
    fn moment(&self, day: Date, minute: u32) -> Option<Millis> {
        let at = day
            .to_datetime(Time::midnight())
            .checked_add(i64::from(minute).minutes())
            .ok()?;
        self.moment_of(at)
    }

    /// Whether there are days with other hours than the week's.
    pub fn has_holidays(&self) -> bool {
        !self.holidays.is_empty()
    }

    /// The hours of the week; `None` when people are always there.
    pub(super) fn week(&self) -> Option<&Week> {
        self.week.as_ref()
    }

    /// The days with other hours.
    pub(super) fn holidays(&self) -> &[Holiday] {
        &self.holidays
    }

    /// The holiday that this day belongs to.
    pub(super) fn holiday_on(&self, day: Date) -> Option<&Holiday> {
        self.holidays.iter().find(|holiday| holiday.covers(day))
    }

    /// The spans that begin on this day.
    fn spans_on(&self, day: Date) -> &[Span] {
        match (self.holiday_on(day), &self.week) {
            (Some(holiday), _) => &holiday.spans,
            (None, Some(week)) => &week[day_of(day.weekday())],
            (None, None) => &ALL_DAY,
        }
    }

    fn local(&self, now: Millis) -> Zoned {
        i64::try_from(now.0)
            .ok()
            .and_then(|millisecond| Timestamp::from_millisecond(millisecond).ok())
            .unwrap_or(Timestamp::MAX)
            .to_zoned(self.zone.clone())
    }
}

/// Whether a week is open around the clock.
pub(super) fn is_around_the_clock(week: &Week) -> bool {
    week.iter().all(|spans| *spans == ALL_DAY)
}

fn minute_of_day(local: &Zoned) -> u32 {
    u32::from(local.hour().unsigned_abs()) * 60 + u32::from(local.minute().unsigned_abs())
}

/// The place of a day in the week, Monday first.
pub(super) fn day_of(weekday: Weekday) -> usize {
    usize::from(weekday.to_monday_zero_offset().unsigned_abs())
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// In Shanghai.
    pub(in crate::shop) fn hours(days: &[(&str, &str)], holidays: &[(&str, &str)]) -> Hours {
        let holidays = holidays.iter().map(|(days, spans)| Holiday::read(days, spans).unwrap());
        let week = read_week(days.iter().copied()).unwrap();
        Hours::new(zone("Asia/Shanghai").unwrap(), week, holidays.collect())
    }

    /// A moment of the week of Monday 2026-11-09 in Shanghai.
    fn at(day: i8, hour: i8, minute: i8) -> Millis {
        let zoned = jiff::civil::date(2026, 11, 9 + day)
            .at(hour, minute, 0, 0)
            .in_tz("Asia/Shanghai")
            .unwrap();
        Millis(zoned.timestamp().as_millisecond().unsigned_abs())
    }

    /// Days ahead and the time of the next opening.
    fn opening(hours: &Hours, now: Millis) -> Option<(i64, u32)> {
        hours.opening(now).map(|opening| (opening.ahead, opening.minute))
    }

    #[test]
    fn a_lunch_break_is_closed() {
        let hours = hours(&[("every_day", "09:00-12:00，13:30-23:00")], &[]);
        for (hour, minute, open) in [
            (8, 59, false),
            (9, 0, true),
            (12, 0, false),
            (13, 30, true),
            (23, 0, false),
        ] {
            assert_eq!(hours.open_at(at(0, hour, minute)), open, "{hour}:{minute}");
        }
        assert_eq!(opening(&hours, at(0, 12, 5)), Some((0, 810)));
        assert_eq!(opening(&hours, at(0, 23, 5)), Some((1, 540)));
        assert_eq!(opening(&hours, at(0, 10, 0)), None);
    }

    #[test]
    fn single_days_win_and_nights_reach_into_the_next_day() {
        let days = [
            ("sunday", "休息"),
            ("every_day", "09:00-18:00"),
            ("saturday", "20:00-02:00"),
        ];
        let hours = hours(&days, &[]);
        assert!(!hours.open_at(at(5, 10, 0)));
        assert!(hours.open_at(at(5, 23, 0)));
        assert!(hours.open_at(at(6, 1, 59)));
        assert!(!hours.open_at(at(6, 2, 0)));
        assert_eq!(opening(&hours, at(6, 12, 0)), Some((1, 540)));
        let sparse = self::hours(&[("friday", "08:30-24:00")], &[]);
        assert_eq!(opening(&sparse, at(0, 12, 0)), Some((4, 510)));
        // A week from now, when today's hours are over.
        assert_eq!(opening(&sparse, at(5, 1, 0)), Some((6, 510)));
        assert!(sparse.open_at(at(4, 23, 59)) && !sparse.open_at(at(5, 0, 0)));
    }

    #[test]
    fn without_hours_it_is_always_open_and_without_spans_never() {
        let always = hours(&[], &[]);
        assert!(always.open_at(at(0, 3, 0)));
        assert_eq!(opening(&always, at(0, 3, 0)), None);
        let never = hours(&[("every_day", "")], &[]);
        assert!(!never.open_at(at(0, 12, 0)));
        assert_eq!(opening(&never, at(0, 12, 0)), None);
    }

    #[test]
    fn holidays_close_days_or_give_them_other_hours() {
        let holidays = [("2026-11-10..2026-11-13", ""), ("2026-11-13", "10:00－12:00")];
        let hours = hours(&[("every_day", "09:00-18:00")], &holidays);
        assert!(hours.open_at(at(0, 12, 0)) && !hours.open_at(at(1, 12, 0)));
        assert!(hours.open_at(at(4, 11, 0)) && !hours.open_at(at(4, 13, 0)));
        assert_eq!(opening(&hours, at(0, 19, 0)), Some((4, 600)));
        let always = self::hours(&[], &holidays[..1]);
        assert!(always.open_at(at(0, 3, 0)) && !always.open_at(at(1, 3, 0)));
        assert_eq!(opening(&always, at(1, 3, 0)), Some((4, 0)));
    }

    #[test]
    fn a_clock_of_service_hours_stands_still_while_nobody_is_there() {
        let holidays = [("2026-11-11", "")];
        let hours = hours(&[("every_day", "09:00-12:00，13:30-23:00")], &holidays);
        let minutes = |minutes: u64| minutes * 60_000;
        assert_eq!(hours.after(at(0, 10, 0), minutes(3)), at(0, 10, 3));
        assert_eq!(hours.after(at(0, 11, 58), minutes(3)), at(0, 13, 31), "over lunch");
        assert_eq!(hours.after(at(0, 23, 30), minutes(60)), at(1, 10, 0), "over night");
        assert_eq!(hours.after(at(1, 22, 59), minutes(3)), at(3, 9, 2), "over a holiday");
        let night = self::hours(&[("every_day", "20:00-02:00")], &[]);
        assert_eq!(night.after(at(1, 1, 0), minutes(90)), at(1, 20, 30));
        let always = self::hours(&[], &[]);
        assert_eq!(always.after(at(0, 3, 0), minutes(3)), at(0, 3, 3));
        let never = self::hours(&[("every_day", "")], &[]);
        assert_eq!(never.after(at(0, 3, 0), minutes(3)), at(0, 3, 3));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let day = read_week([("everyday", "09:00-12:00")]).unwrap_err();
        assert_eq!(day, HoursError::Day("everyday".to_owned()));
        assert!(matches!(read_week([("monday", "9-12")]), Err(HoursError::Span(_))));
        assert!(zone("Moon/Crater").is_none());
    }

    #[test]
    fn spans_of_days_have_the_hours_of_their_key() {
        let week = |written: &[(&'static str, &'static str)]| read_week(written.iter().copied());
        let open = |from: u32, to: u32| vec![Span { from, to }];
        let read = week(&[
            ("friday", "9:00-12:00"),
            ("周一至周五", "9:00-18:00"),
            ("weekend", "休息"),
        ]);
        let read = read.unwrap().unwrap();
        assert_eq!(
            (&read[0], &read[4], &read[5]),
            (&open(540, 1080), &open(540, 720), &Vec::new())
        );
        let read = week(&[("every_day", "9:00-18:00"), ("sat-sun", "10:00-12:00")])
            .unwrap()
            .unwrap();
        assert_eq!((&read[0], &read[6]), (&open(540, 1080), &open(600, 720)));
        let twice = week(&[("monday", "9:00-18:00"), ("周一", "10:00-12:00")]).unwrap_err();
        assert_eq!(twice, HoursError::Twice("周一".to_owned(), "monday".to_owned()));
    }
}
