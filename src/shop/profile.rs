//! Who a shop is and what it promises: everything that `shop.yaml` says, as it is meant.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

use crate::model::{Language, Millis, ShopId};

/// The shop's facts, from `shop.yaml`.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The shop's id.
    pub id: ShopId,
    /// The shop's name.
    pub name: LocalText,
    /// IANA zone name.
    pub timezone: String,
    /// Service hours by day: `every_day`, or `monday` … `sunday`; spans `HH:MM-HH:MM`, several with commas.
    pub service_hours: BTreeMap<String, String>,
    /// Clock profile: `taobao`, `jd` …
    pub clock: String,
    /// Facts by name.
    pub facts: BTreeMap<String, LocalText>,
    /// Goods.
    pub goods: Vec<Goods>,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            id: ShopId::new("demo"),
            name: LocalText::same("demo"),
            timezone: "Asia/Shanghai".to_owned(),
            service_hours: BTreeMap::new(),
            clock: "own".to_owned(),
            facts: BTreeMap::new(),
            goods: Vec::new(),
        }
    }
}

impl Profile {
    /// The day in the shop's zone at this moment; in UTC when the zone is unknown.
    pub fn date_at(&self, now: Millis) -> Date {
        let zone = TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC);
        let moment = i64::try_from(now.0)
            .ok()
            .and_then(|millisecond| Timestamp::from_millisecond(millisecond).ok());
        moment.unwrap_or(Timestamp::MAX).to_zoned(zone).date()
    }
}

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalText {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl LocalText {
    /// One text for both languages.
    pub fn same(text: &str) -> Self {
        Self {
            zh: text.to_owned(),
            en: text.to_owned(),
        }
    }

    /// The text in this language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.zh,
            Language::English => &self.en,
        }
    }
}

/// An article.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Goods {
    /// Full name.
    pub name: LocalText,
    /// Other names.
    pub aliases: Vec<String>,
    /// Price, yuan.
    pub price: Option<f64>,
}
