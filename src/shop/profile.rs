//! Who a shop is and what it promises: everything that `shop.yaml` says, as it is meant.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::catalogue::Catalogue;
use super::clock::ReplyClock;
use super::hours::Hours;
use super::text::LocalText;
use crate::model::{Millis, ShopId};

/// The shop's facts, from `shop.yaml`.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The shop's id.
    pub id: ShopId,
    /// The shop's name.
    pub name: LocalText,
    /// When people are at the desk, in the shop's zone.
    pub hours: Hours,
    /// How soon they must answer.
    pub clock: ReplyClock,
    /// Facts by name.
    pub facts: BTreeMap<String, LocalText>,
    /// Goods.
    pub goods: Catalogue,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            id: ShopId::new("demo"),
            name: LocalText::same("demo"),
            hours: Hours::default(),
            clock: ReplyClock::Own(None),
            facts: BTreeMap::new(),
            goods: Catalogue::default(),
        }
    }
}

impl Profile {
    /// The day in the shop's zone at this moment.
    pub fn date_at(&self, now: Millis) -> Date {
        self.hours.date_at(now)
    }

    /// How soon a person must answer, milliseconds: what a ticket's deadline counts and what shoppers are told.
    /// `own_ms` is the clock of shops that are on no platform and promise nothing themselves.
    pub fn reply_ms(&self, own_ms: u64) -> u64 {
        self.clock.reply_ms(own_ms)
    }
}
