//! Whose reply clock a shop's queue keeps: each platform punishes shops whose people answer later than this.

use super::Profile;

/// A platform's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplyClock {
    /// As `clock:` in `shop.yaml` names it.
    pub name: &'static str,
    /// How soon a person must answer, milliseconds.
    pub reply_ms: u64,
}

/// The platforms' clocks. `own` is not among them: it is what the installation's settings say.
pub const PROFILES: [ReplyClock; 5] = [
    ReplyClock {
        name: "taobao",
        reply_ms: 3 * 60_000,
    },
    ReplyClock {
        name: "jd",
        reply_ms: 30_000,
    },
    ReplyClock {
        name: "pinduoduo",
        reply_ms: 5 * 60_000,
    },
    ReplyClock {
        name: "douyin",
        reply_ms: 3 * 60_000,
    },
    ReplyClock {
        name: "shopee",
        reply_ms: 12 * 3_600_000,
    },
];

/// The clock `own` where nothing is set, milliseconds.
pub const OWN_MS: u64 = 3 * 60_000;

/// How soon the shop wants its shoppers answered by a person, milliseconds. `own_ms` is the clock of shops that are on
/// no platform.
pub fn reply_ms(shop: &Profile, own_ms: u64) -> u64 {
    PROFILES
        .iter()
        .find(|profile| profile.name == shop.clock)
        .map_or(own_ms, |profile| profile.reply_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_by_name_and_own_by_the_settings() {
        let shop = |clock: &str| Profile {
            clock: clock.to_owned(),
            ..Profile::default()
        };
        assert_eq!(reply_ms(&shop("jd"), OWN_MS), 30_000);
        assert_eq!(reply_ms(&shop("shopee"), OWN_MS), 43_200_000);
        assert_eq!(reply_ms(&shop("own"), 90_000), 90_000);
        assert_eq!(reply_ms(&shop("something new"), 90_000), 90_000);
    }
}
