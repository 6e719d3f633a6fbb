//! Times as people type them: a day, a moment, or how long ago.

use anyhow::{Result, bail};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned};

use crate::model::Millis;

/// `2026-11-29`, `2026-11-29T18:30` (in this machine's zone), `2026-11-29T10:30:00Z`, or `7d`, `24h`, `30m` ago.
pub fn moment(text: &str, now: &Zoned) -> Result<Millis> {
    let zone = || now.time_zone().clone();
    let at = text
        .parse::<Timestamp>()
        .ok()
        .or_else(|| in_zone(text.parse::<DateTime>().ok()?, zone()))
        .or_else(|| {
            in_zone(
                text.parse::<Date>().ok()?.to_datetime(jiff::civil::Time::midnight()),
                zone(),
            )
        })
        .or_else(|| {
            let span: Span = text.parse().ok()?;
            now.checked_sub(span).ok().map(|at| at.timestamp())
        });
    let at = at.and_then(|at| u64::try_from(at.as_millisecond()).ok());
    match at {
        Some(at) => Ok(Millis(at)),
        None => bail!(
            "{text:?} 不是时间：写作 2026-11-29、2026-11-29T18:30，或多久以前 7d、24h。\n\
             {text:?} is no time: write 2026-11-29, 2026-11-29T18:30, or how long ago, 7d or 24h."
        ),
    }
}

fn in_zone(at: DateTime, zone: TimeZone) -> Option<Timestamp> {
    at.to_zoned(zone).ok().map(|at| at.timestamp())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn days_moments_and_ago() {
        let now: Zoned = "2026-11-29T18:30:00+08:00[Asia/Shanghai]".parse().unwrap();
        let at = |text: &str| moment(text, &now).unwrap().0 / 1000;
        let day = "2026-11-29T00:00:00+08:00".parse::<Timestamp>().unwrap();
        assert_eq!(at("2026-11-29"), day.as_second().unsigned_abs());
        assert_eq!(at("2026-11-29T18:30"), now.timestamp().as_second().unsigned_abs());
        assert_eq!(at("2026-11-29T10:30:00Z"), now.timestamp().as_second().unsigned_abs());
        assert_eq!(at("7d"), at("2026-11-22T18:30"));
        assert_eq!(at("24h"), at("2026-11-28T18:30"));
        for wrong in ["", "yesterday", "29.11.2026"] {
            assert!(moment(wrong, &now).is_err(), "{wrong}");
        }
    }
}
