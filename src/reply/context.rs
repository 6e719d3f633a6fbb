//! What every template may name: the shop's facts, in the language of the answer.

use std::collections::BTreeMap;

use minijinja::Value;

use crate::model::Language;
use crate::shop::{LocalText, Profile};

/// The facts of the shop with those that follow from others: its name, its hours, its reply time.
pub fn facts(shop: &Profile) -> BTreeMap<String, LocalText> {
    let mut facts = shop.facts.clone();
    facts.entry("name".to_owned()).or_insert_with(|| shop.name.clone());
    facts.entry("hours".to_owned()).or_insert_with(|| hours(shop));
    facts
        .entry("reply_minutes".to_owned())
        .or_insert_with(|| LocalText::same(reply_minutes(&shop.clock)));
    facts
}

/// `shop` as templates see it.
pub fn shop_value(facts: &BTreeMap<String, LocalText>, language: Language) -> Value {
    facts
        .iter()
        .map(|(name, fact)| (name.clone(), fact.get(language).to_owned()))
        .collect::<BTreeMap<String, String>>()
        .into()
}

fn hours(shop: &Profile) -> LocalText {
    match (shop.service_hours.get("every_day"), shop.service_hours.is_empty()) {
        (Some(spans), _) => LocalText {
            zh: format!("每天 {spans}"),
            en: format!("{spans} every day"),
        },
        (None, true) => LocalText {
            zh: "全天".to_owned(),
            en: "around the clock".to_owned(),
        },
        (None, false) => LocalText {
            zh: "服务时间内".to_owned(),
            en: "during service hours".to_owned(),
        },
    }
}

/// What the platform's reply clock allows, in whole minutes.
fn reply_minutes(clock: &str) -> &'static str {
    match clock {
        "jd" => "1",
        "taobao" | "douyin" => "3",
        "pinduoduo" => "5",
        _ => "10",
    }
}
