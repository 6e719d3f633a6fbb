//! Periods that a shop names, exact to the minute in its zone: 双11 from the evening before to the end of the day. What is said or
//! costs something else meanwhile refers to them by name.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};

use super::span::narrow;
use super::text::LocalText;

/// Periods of one shop at most: a moment says of each whether it lies in it.
pub const MOST_PERIODS: usize = 64;

/// Why a period cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeriodError {
    /// Neither a day nor a day with a time.
    #[error("{0:?} is no moment, write 2026-11-11 or 2026-11-11 20:00")]
    Moment(String),
    /// It ends before it begins, or as it begins.
    #[error("it ends at {1:?}, not after it begins at {0:?}")]
    Backwards(String, String),
}

/// A named stretch of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Period {
    /// What it is referred to by.
    pub name: String,
    /// The first minute.
    pub from: DateTime,
    /// The first minute that is no longer in it.
    pub until: DateTime,
    /// Facts that are said otherwise meanwhile, by name.
    pub facts: BTreeMap<String, LocalText>,
}

/// A moment as the answers of a shop see it: the day in its zone, and which of its periods last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShopTime {
    /// The day.
    pub date: Date,
    /// A bit for each of [`super::Profile::periods`], in their order.
    periods: u64,
}

impl From<Date> for ShopTime {
    /// The day, outside all periods.
    fn from(date: Date) -> ShopTime {
        ShopTime { date, periods: 0 }
    }
}

impl ShopTime {
    /// This moment in the shop's zone.
    pub(super) fn at(local: DateTime, periods: &[Period]) -> ShopTime {
        let lasting = periods.iter().take(MOST_PERIODS).enumerate();
        let lasting = lasting.filter(|(_, period)| (period.from..period.until).contains(&local));
        ShopTime {
            date: local.date(),
            periods: lasting.fold(0, |bits, (place, _)| bits | 1 << place),
        }
    }

    /// The first day of a period, while it alone lasts.
    pub fn of(period: &Period, place: usize) -> ShopTime {
        ShopTime {
            date: period.from.date(),
            periods: if place < MOST_PERIODS { 1 << place } else { 0 },
        }
    }

    /// Whether the period at this place lasts.
    pub fn is_in(&self, place: usize) -> bool {
        place < MOST_PERIODS && self.periods >> place & 1 == 1
    }
}

impl Period {
    /// Reads `2026-10-31 20:00` and `2026-11-11`: from a minute, or the beginning of a day, to a minute, or the end of a day.
    ///
    /// # Errors
    /// What cannot be read, or ends before it begins.
    pub fn read(name: &str, from: &str, to: &str) -> Result<Period, PeriodError> {
        let moment = |text: &str| read_moment(text).ok_or_else(|| PeriodError::Moment(text.trim().to_owned()));
        let begins = match moment(from)? {
            (day, None) => day.to_datetime(Time::midnight()),
            (_, Some(at)) => at,
        };
        let until = match moment(to)? {
            (day, None) => minutes_into(day, MINUTES_A_DAY).ok_or_else(|| PeriodError::Moment(to.trim().to_owned()))?,
            (_, Some(at)) => at,
        };
        if until <= begins {
            return Err(PeriodError::Backwards(from.trim().to_owned(), to.trim().to_owned()));
        }
        Ok(Period {
            name: name.to_owned(),
            from: begins,
            until,
            facts: BTreeMap::new(),
        })
    }

    /// The two ends of `2026-10-31 20:00..2026-11-11`; `None` where nothing stands between two.
    pub fn ends(text: &str) -> Option<(&str, &str)> {
        // `-` parts the numbers of a date, so a range is marked by what is no dash on its own.
        let marks = ["..", "…", "~", "～", "至", "到"];
        let (from, to) = marks.iter().find_map(|mark| text.split_once(mark))?;
        Some((from.trim(), to.trim()))
    }

    /// The last day of which some of it is left.
    pub fn last_day(&self) -> Date {
        let last = self.until.checked_sub(1.minutes());
        last.unwrap_or(self.until).date()
    }

    /// Both ends as they are written: `2026-10-31 20:00`, `2026-11-12 00:00`; a whole day is only named.
    pub fn written(&self) -> (String, String) {
        let day_or_minute = |at: DateTime, day: Option<Date>| match (at.time() == Time::midnight(), day) {
            (true, Some(day)) => day.to_string(),
            _ => at.strftime("%Y-%m-%d %H:%M").to_string(),
        };
        let last = self.until.date().yesterday().ok();
        (
            day_or_minute(self.from, Some(self.from.date())),
            day_or_minute(self.until, last),
        )
    }
}

/// The shop's periods in the order of their bits: the shorter before the longer, so that a day of a festival wins over its month;
/// of equally long ones the one that is written first.
pub(super) fn ordered(mut periods: Vec<Period>) -> Vec<Period> {
    periods.sort_by_key(|period| period.from.duration_until(period.until));
    periods
}

const MINUTES_A_DAY: i64 = 24 * 60;

/// A day, and the minute where one is written.
fn read_moment(text: &str) -> Option<(Date, Option<DateTime>)> {
    let narrow: String = text.trim().chars().map(narrow).collect();
    let (day, time) = match narrow.split_once([' ', 'T']) {
        Some((day, time)) => (day, Some(time.trim())),
        None => (narrow.as_str(), None),
    };
    let mut numbers = day.split(['-', '/']);
    let year = numbers.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let (month, of_month) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    if numbers.next().is_some() {
        return None;
    }
    let day = Date::new(year, month, of_month).ok()?;
    let Some(time) = time else { return Some((day, None)) };
    let (hour, minute) = time.split_once(':')?;
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    let minutes = hour.checked_mul(60)?.checked_add(minute)?;
    let possible = (0..60).contains(&minute) && (0..=MINUTES_A_DAY).contains(&minutes);
    let at = possible.then(|| minutes_into(day, minutes)).flatten()?;
    Some((day, Some(at)))
}

fn minutes_into(day: Date, minutes: i64) -> Option<DateTime> {
    day.to_datetime(Time::midnight()).checked_add(minutes.minutes()).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use jiff::civil::datetime;

    use super::*;

    #[test]
    fn from_a_minute_or_a_day_to_a_minute_or_the_end_of_a_day() {
        let read = Period::read("双11", "2026-10-31 20:00", "2026-11-11").unwrap();
        let ends = (datetime(2026, 10, 31, 20, 0, 0, 0), datetime(2026, 11, 12, 0, 0, 0, 0));
        assert_eq!((read.from, read.until), ends);
        assert_eq!(read.written(), ("2026-10-31 20:00".to_owned(), "2026-11-11".to_owned()));
        for (from, to) in [
            ("2026/10/31 20：00", "2026-11-11 24:00"),
            ("2026-10-31T20:00", "2026-11-12 0:00"),
        ] {
            let same = Period::read("双11", from, to).unwrap();
            assert_eq!((same.from, same.until), ends, "{from} {to}");
        }
        assert_eq!(
            Period::ends("2026-10-31 20:00 至 2026-11-11"),
            Some(("2026-10-31 20:00", "2026-11-11"))
        );
        assert_eq!(Period::ends("2026-10-31"), None);
    }

    #[test]
    fn what_is_no_moment_and_what_ends_before_it_begins_is_said() {
        for bad in [
            "",
            "11-11",
            "2026-13-01",
            "2026-11-11 25:00",
            "2026-11-11 24:01",
            "2026-11-11 8点",
        ] {
            let error = Period::read("双11", bad, "2026-11-12").unwrap_err();
            assert_eq!(error, PeriodError::Moment(bad.to_owned()), "{bad}");
        }
        for (from, to) in [("2026-11-12", "2026-11-11"), ("2026-11-11 20:00", "2026-11-11 20:00")] {
            let error = Period::read("双11", from, to).unwrap_err();
            assert!(matches!(error, PeriodError::Backwards(..)), "{from} {to}");
        }
    }

    #[test]
    fn a_moment_knows_its_periods_to_the_minute_and_the_shorter_first() {
        let month = Period::read("11月", "2026-11-01", "2026-11-30").unwrap();
        let day = Period::read("双11", "2026-11-10 20:00", "2026-11-11").unwrap();
        let periods = ordered(vec![month, day]);
        assert_eq!(periods[0].name, "双11");
        let lasting = |day, hour, minute| {
            let time = ShopTime::at(datetime(2026, 11, day, hour, minute, 0, 0), &periods);
            (time.is_in(0), time.is_in(1))
        };
        assert_eq!(lasting(10, 19, 59), (false, true));
        assert_eq!(lasting(10, 20, 0), (true, true));
        assert_eq!(lasting(11, 23, 59), (true, true));
        assert_eq!(lasting(12, 0, 0), (false, true));
    }
}
