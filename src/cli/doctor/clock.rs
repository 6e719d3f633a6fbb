//! Whether the clock of this machine can be right.

use jiff::{Timestamp, civil::date, tz::TimeZone};

use crate::config::Settings;
use crate::hub::Clock;
use crate::model::Millis;
use crate::store::embedded::Archive;

use super::super::event_line::when;
use super::finding::Finding;

/// What is stored may be so much later than now: two machines' clocks differ a little. Milliseconds.
const TOLERANCE_MS: u64 = 60_000;

pub(super) fn look(settings: &Settings) -> Vec<Finding> {
    let stored = match settings.store.url == "embedded" {
        true => last_stored(settings),
        false => None,
    };
    vec![clock(Clock::system().now(), stored)]
}

/// When something was stored last.
fn last_stored(settings: &Settings) -> Option<Millis> {
    let archive = Archive::open(&settings.store.data).ok()?;
    let talk = archive.recent(1).ok()?.first().map(|head| head.at);
    let last = archive.audit_given().ok()?.saturating_sub(1);
    let done = archive
        .audit_entries(last, 1)
        .ok()?
        .first()
        .map(|record| record.entry.at);
    talk.max(done)
}

fn clock(now: Millis, stored: Option<Millis>) -> Finding {
    let year = |year| date(year, 1, 1).to_zoned(TimeZone::UTC).map(|at| at.timestamp());
    let at = i64::try_from(now.0)
        .ok()
        .and_then(|now| Timestamp::from_millisecond(now).ok());
    let sane = match (at, year(2026), year(2100)) {
        (Some(at), Ok(from), Ok(to)) => at >= from && at < to,
        _ => false,
    };
    let shown = when(now);
    let to_do = (
        "打开对时服务（timedatectl set-ntp true），时间不对会误删会话、误判登录过期",
        "switch time synchronisation on (timedatectl set-ntp true): a wrong clock forgets talks and ends sessions",
    );
    if !sane {
        return Finding::wrong(
            "clock",
            format!("这台机器的时间是 {shown}，不可能对"),
            format!("this machine's time is {shown}, which cannot be right"),
        )
        .advised(to_do.0, to_do.1);
    }
    if let Some(stored) = stored.filter(|stored| stored.since(now) > TOLERANCE_MS) {
        let stored = when(stored);
        return Finding::wrong(
            "clock",
            format!("这台机器的时间是 {shown}，比最后存下的 {stored} 还早：时钟被拨回去过"),
            format!("this machine's time is {shown}, before what was stored last at {stored}: the clock went back"),
        )
        .advised(to_do.0, to_do.1);
    }
    Finding::ok(
        "clock",
        format!("这台机器的时间是 {shown}"),
        format!("this machine's time is {shown}"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn a_clock_that_cannot_be_right_is_found() {
        let now = Millis(1_796_000_000_000);
        let state = |now, stored| clock(now, stored).state;
        assert_eq!(state(now, None), State::Ok);
        assert_eq!(state(now, Some(now.plus(TOLERANCE_MS))), State::Ok);
        assert_eq!(state(now, Some(now.plus(TOLERANCE_MS + 1))), State::Wrong);
        assert_eq!(state(Millis(0), None), State::Wrong);
        assert_eq!(state(Millis(u64::MAX), None), State::Wrong);
    }
}
