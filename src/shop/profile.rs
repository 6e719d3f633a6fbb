//! Who a shop is and what it promises: everything that `shop.yaml` says, as it is meant.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::catalogue::Catalogue;
use super::clock::ReplyClock;
use super::hours::Hours;
use super::period::{Period, ShopTime, ordered};
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
    /// The periods that it names, as [`Profile::set_periods`] orders them.
    periods: Vec<Period>,
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
            periods: Vec::new(),
        }
    }
}

impl Profile {
    /// The day in the shop's zone at this moment.
    pub fn date_at(&self, now: Millis) -> Date {
        self.hours.date_at(now)
    }

    /// This moment as its answers see it.
    pub fn time_at(&self, now: Millis) -> ShopTime {
        ShopTime::at(self.hours.local_at(now), &self.periods)
    }

    /// The periods that it names: where several last, the first counts.
    pub fn periods(&self) -> &[Period] {
        &self.periods
    }

    /// Names these periods, the shorter before the longer.
    pub fn set_periods(&mut self, periods: Vec<Period>) {
        self.periods = ordered(periods);
    }

    /// Whether this period has ended.
    pub fn is_over(&self, period: &Period, now: Millis) -> bool {
        period.until <= self.hours.local_at(now)
    }

    /// The names of the periods that last, the one that counts first.
    pub fn lasting(&self, time: ShopTime) -> impl Iterator<Item = &str> {
        let periods = self.periods.iter().enumerate();
        let lasting = periods.filter(move |(place, _)| time.is_in(*place));
        lasting.map(|(_, period)| period.name.as_str())
    }

    /// How soon a person must answer, milliseconds: what a ticket's deadline counts and what shoppers are told.
    /// `own_ms` is the clock of shops that are on no platform and promise nothing themselves.
    pub fn reply_ms(&self, own_ms: u64) -> u64 {
        self.clock.reply_ms(own_ms)
    }
}
