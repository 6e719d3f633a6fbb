//! Moments as tables write them: milliseconds, or a date and a time without a zone. Pure.
//!
//! Only the distances between moments matter here, so all of them are read as if they were UTC.

use anyhow::{Context, Result};

/// Milliseconds since 1970 from `1795300000000`, `2026-11-11 20:00:03`, `2026/11/11 20:00` or `2026-11-11T20:00:03.250`; whole
/// milliseconds may count from anywhere.
///
/// # Errors
/// It is neither.
pub fn read(text: &str) -> Result<u64> {
    if let Ok(ms) = text.parse() {
        return Ok(ms);
    }
    from_calendar(text).with_context(|| {
        format!(
            "看不懂时间 {text:?}，要毫秒或 2026-11-11 20:00:03 · no time: {text:?}; write milliseconds or 2026-11-11 20:00:03"
        )
    })
}

/// `2:05` of two hours and five minutes. Of how long ago is told and not of the clock, whose zone no recording says.
pub fn elapsed(seconds: f64) -> String {
    let minutes = (seconds / 60.0).round() as u64;
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// How long something lasts, in Chinese and English.
pub fn lasting(seconds: f64) -> (String, String) {
    let (number, zh, en) = match seconds {
        short if short < 100.0 => (format!("{short:.0}"), "秒", "s"),
        some if some < 6_000.0 => (format!("{:.0}", some / 60.0), "分钟", "min"),
        long => (elapsed(long), "小时", "h"),
    };
    (format!("{number} {zh}"), format!("{number} {en}"))
}

fn from_calendar(text: &str) -> Option<u64> {
    let text = text.trim_end_matches('Z');
    let (date, time) = text.split_once([' ', 'T'])?;
    let mut date = date.split(['-', '/']).map(str::parse::<i64>);
    let (year, month, day) = (date.next()?.ok()?, date.next()?.ok()?, date.next()?.ok()?);
    let mut time = time.split(':');
    let (hour, minute) = (time.next()?.parse::<u64>().ok()?, time.next()?.parse::<u64>().ok()?);
    let second = time.next().map_or(Ok(0.0), str::parse::<f64>).ok()?;
    let calendar = (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !calendar || hour > 24 || minute > 59 || !(0.0..61.0).contains(&second) {
        return None;
    }
    let days = u64::try_from(days_since_1970(year, month, day)).ok()?;
    Some(((days * 24 + hour) * 60 + minute) * 60_000 + (second * 1e3).round() as u64)
}

/// Days from 1970-01-01 to a day of the Gregorian calendar: years begin in March, so that the day that leap years have is
/// the last of its year, and 153 days are five months.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    365 * year + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn calendars_and_milliseconds_are_moments() {
        assert_eq!(read("1795300000000").unwrap(), 1_795_300_000_000);
        assert_eq!(read("1970-01-01 00:00").unwrap(), 0);
        assert_eq!(read("2000-03-01 00:00:00").unwrap(), 951_868_800_000);
        assert_eq!(read("2026/11/11 20:00:03").unwrap(), 1_794_427_203_000);
        assert_eq!(read("2024-02-29T23:59:59.250Z").unwrap(), 1_709_251_199_250);
        assert_eq!((elapsed(0.0).as_str(), elapsed(7_530.0).as_str()), ("0:00", "2:06"));
    }

    #[test]
    fn what_lasts_is_told_in_seconds_minutes_or_hours() {
        let told: Vec<String> = [15.4, 120.0, 7_200.0].map(|seconds| lasting(seconds).1).to_vec();
        assert_eq!(told, ["15 s", "2 min", "2:00 h"]);
        assert_eq!(lasting(7_530.0).0, "2:06 小时");
    }

    #[test]
    fn anything_else_is_refused_with_an_example() {
        for wrong in [
            "",
            "noon",
            "2026-13-01 00:00",
            "2026-11-11",
            "2026-11-11 25:00",
            "-5",
            "2026-11-11 20:61",
        ] {
            let error = read(wrong).unwrap_err().to_string();
            assert!(error.contains("2026-11-11 20:00:03"), "{wrong}: {error}");
        }
    }
}
