//! The people around a turn, as far as the bot must know of them.

use crate::model::{Language, Millis};
use crate::shop::{Profile, clock};

/// What the turn must know of the people around it: decides what the shopper is told with a handoff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staffing {
    /// Whether at least one available agent is at a desk now.
    pub staffed: bool,
    /// Whether the shop's service hours include this moment.
    pub open_now: bool,
    /// When the service hours begin next, as text for the shopper; `None` when open or when no hours are set.
    pub next_opening: Option<String>,
    /// The holiday that keeps the shop closed today, as text for the shopper.
    pub holiday: Option<String>,
    /// How soon the shop's clock wants a person's answer, milliseconds of service hours.
    pub reply_ms: u64,
}

impl Default for Staffing {
    /// Nobody at the desk, service hours now, the shop's own clock unset.
    fn default() -> Self {
        Self {
            staffed: false,
            open_now: true,
            next_opening: None,
            holiday: None,
            reply_ms: clock::OWN_MS,
        }
    }
}

impl Staffing {
    /// The people around a turn of this shop now. `own_clock_ms` is the reply clock of shops that promise nothing
    /// themselves, milliseconds.
    pub fn of(shop: &Profile, staffed: bool, language: Language, now: Millis, own_clock_ms: u64) -> Staffing {
        Staffing {
            staffed,
            open_now: shop.hours.open_at(now),
            next_opening: shop.hours.next_opening(now, language),
            holiday: shop.hours.holiday(shop.date_at(now), language),
            reply_ms: shop.reply_ms(own_clock_ms),
        }
    }
}
