//! The facts of a shop as templates see them at a time: its hours near holidays, and what is other in a period.

use std::collections::BTreeMap;

use minijinja::Value;

use super::context::{HOURS, in_language};
use crate::model::Language;
use crate::shop::hours::Hours;
use crate::shop::{LocalText, Period, Profile, ShopTime};

/// The languages of the shop's facts, in their order.
pub(super) const LANGUAGES: [Language; 2] = [Language::Chinese, Language::English];

/// The facts in each language.
pub(super) struct ShopFacts {
    /// As they are on most days.
    usual: [Value; 2],
    /// The same by name, where they are not the same on all days.
    named: Option<[BTreeMap<String, String>; 2]>,
    /// The hours that the fact `hours` follows from, where holidays may change what it says.
    hours: Option<Hours>,
    /// The shop's periods in their order, with the facts that are others meanwhile.
    periods: Vec<Period>,
}

impl ShopFacts {
    /// The facts of this shop, those that follow from others among them.
    pub fn new(shop: &Profile, facts: &BTreeMap<String, LocalText>) -> ShopFacts {
        let follows = !shop.facts.contains_key(HOURS) && shop.hours.has_holidays();
        let changes = shop.periods().iter().any(|period| !period.facts.is_empty());
        let named = LANGUAGES.map(|language| in_language(facts, language));
        ShopFacts {
            usual: named.clone().map(Value::from),
            named: (follows || changes).then_some(named),
            hours: follows.then(|| shop.hours.clone()),
            periods: shop.periods().to_vec(),
        }
    }

    /// As they are said at this time.
    pub fn at(&self, time: ShopTime, language: Language) -> Value {
        let place = match language {
            Language::Chinese | Language::Traditional => 0,
            Language::English => 1,
        };
        let hours = self.hours.as_ref().filter(|hours| hours.is_near_holiday(time.date));
        let lasting = || {
            let periods = self.periods.iter().enumerate().rev();
            periods.filter(|(place, period)| time.is_in(*place) && !period.facts.is_empty())
        };
        let Some(named) = &self.named else {
            return self.usual[place].clone();
        };
        if hours.is_none() && lasting().next().is_none() {
            return self.usual[place].clone();
        }
        let mut facts = named[place].clone();
        if let Some(hours) = hours {
            facts.insert(HOURS.to_owned(), hours.said(time.date, language));
        }
        // The period that counts first has the last word.
        for (_, period) in lasting() {
            facts.extend(in_language(&period.facts, language));
        }
        facts.into()
    }

    /// The facts in Chinese as they are outside all periods, and in each that has others: what templates are tried with.
    pub fn tried(&self) -> Vec<Value> {
        let others = self
            .changing()
            .map(|(place, period)| self.at(ShopTime::of(period, place), Language::Chinese));
        [self.usual[0].clone()].into_iter().chain(others).collect()
    }

    /// The periods in which facts are others, with their places.
    pub fn changing(&self) -> impl Iterator<Item = (usize, &Period)> {
        self.periods
            .iter()
            .enumerate()
            .filter(|(_, period)| !period.facts.is_empty())
    }

    /// A period of the shop with its place.
    pub fn period(&self, name: &str) -> Option<(usize, &Period)> {
        self.periods.iter().enumerate().find(|(_, period)| period.name == name)
    }
}
