//! Whose reply clock a shop's queue keeps: each platform punishes shops whose people answer later than this. What a
//! ticket's deadline counts is what shoppers are told.

use super::LocalText;
use super::span::narrow;

/// A platform with a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// 淘宝、天猫.
    Taobao,
    /// 京东.
    Jd,
    /// 拼多多.
    Pinduoduo,
    /// 抖音.
    Douyin,
    /// Shopee.
    Shopee,
}

impl Platform {
    /// All of them.
    pub const ALL: [Platform; 5] = [
        Platform::Taobao,
        Platform::Jd,
        Platform::Pinduoduo,
        Platform::Douyin,
        Platform::Shopee,
    ];

    /// As `clock:` in `shop.yaml` names it.
    pub fn name(self) -> &'static str {
        match self {
            Platform::Taobao => "taobao",
            Platform::Jd => "jd",
            Platform::Pinduoduo => "pinduoduo",
            Platform::Douyin => "douyin",
            Platform::Shopee => "shopee",
        }
    }

    /// How soon a person must answer, milliseconds.
    pub fn reply_ms(self) -> u64 {
        match self {
            Platform::Jd => 30_000,
            Platform::Taobao | Platform::Douyin => 3 * 60_000,
            Platform::Pinduoduo => 5 * 60_000,
            Platform::Shopee => 12 * 3_600_000,
        }
    }
}

/// The clock of a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyClock {
    /// A platform's.
    Platform(Platform),
    /// The shop's own: what it promises itself, milliseconds, otherwise what the installation's settings say.
    Own(Option<u64>),
}

/// As `clock:` in `shop.yaml` names the shop's own clock.
pub const OWN: &str = "own";

/// The clock `own` where nothing is set, milliseconds.
pub const OWN_MS: u64 = 3 * 60_000;

/// No shop promises a reply later than this, minutes: a week.
const LONGEST_MINUTES: u64 = 7 * 24 * 60;

impl ReplyClock {
    /// The names that `clock:` knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Platform::ALL.into_iter().map(Platform::name).chain([OWN])
    }

    /// The clock with this name; `minutes` is what the shop promises itself, the fact `reply_minutes`. A name that is
    /// not known means the shop's own clock.
    pub fn read(name: &str, minutes: Option<&str>) -> ReplyClock {
        match Platform::ALL.into_iter().find(|platform| platform.name() == name) {
            Some(platform) => ReplyClock::Platform(platform),
            None => ReplyClock::Own(minutes.and_then(read_minutes).map(|minutes| minutes * 60_000)),
        }
    }

    /// How soon a person must answer, milliseconds. `own_ms` is the clock of shops that promise nothing themselves.
    pub fn reply_ms(self, own_ms: u64) -> u64 {
        match self {
            ReplyClock::Platform(platform) => platform.reply_ms(),
            ReplyClock::Own(promised) => promised.unwrap_or(own_ms),
        }
    }
}

/// Reads a whole number of minutes, at least one and at most a week.
pub fn read_minutes(text: &str) -> Option<u64> {
    let digits: String = text.trim().chars().map(narrow).collect();
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let minutes = digits.parse().ok().filter(|_| plain)?;
    (1..=LONGEST_MINUTES).contains(&minutes).then_some(minutes)
}

/// A reply time in whole minutes, as answers say it beside the word.
pub fn minutes_said(reply_ms: u64) -> String {
    reply_ms.div_ceil(60_000).to_string()
}

/// A reply time in seconds, minutes or hours, as fits: `30 秒`, `3 分钟`, `12 小时`.
pub fn time_said(reply_ms: u64) -> LocalText {
    let seconds = reply_ms.div_ceil(1000);
    let (count, zh, en) = if seconds > 0 && seconds.is_multiple_of(3600) {
        (seconds / 3600, "小时", "hour")
    } else if seconds < 120 && !seconds.is_multiple_of(60) {
        (seconds, "秒", "second")
    } else {
        (seconds.div_ceil(60), "分钟", "minute")
    };
    LocalText {
        zh: format!("{count} {zh}"),
        en: format!("{count} {en}{}", if count == 1 { "" } else { "s" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_by_name_and_own_by_what_is_promised_or_set() {
        let counted = |clock: &str, minutes, own_ms| ReplyClock::read(clock, minutes).reply_ms(own_ms);
        assert_eq!(counted("jd", None, OWN_MS), 30_000);
        assert_eq!(counted("shopee", None, OWN_MS), 43_200_000);
        assert_eq!(counted("taobao", Some("10"), OWN_MS), 180_000);
        assert_eq!(counted("own", None, 90_000), 90_000);
        assert_eq!(counted("own", Some("10"), 90_000), 600_000);
        assert_eq!(counted("own", Some("１０"), 90_000), 600_000);
        assert_eq!(counted("own", Some("10-20"), 90_000), 90_000);
        for no_number in ["", "0", "十", "5-10", "3 分钟", "20000", "-3", "+3", "1.5"] {
            assert_eq!(read_minutes(no_number), None, "{no_number}");
        }
    }

    #[test]
    fn a_reply_time_is_said_exactly_in_the_unit_that_fits() {
        for (reply_ms, minutes, zh, en) in [
            (30_000, "1", "30 秒", "30 seconds"),
            (60_000, "1", "1 分钟", "1 minute"),
            (90_000, "2", "90 秒", "90 seconds"),
            (180_000, "3", "3 分钟", "3 minutes"),
            (3_600_000, "60", "1 小时", "1 hour"),
            (5_400_000, "90", "90 分钟", "90 minutes"),
            (43_200_000, "720", "12 小时", "12 hours"),
        ] {
            let said = time_said(reply_ms);
            assert_eq!((said.zh.as_str(), said.en.as_str()), (zh, en));
            assert_eq!(minutes_said(reply_ms), minutes);
        }
    }
}
