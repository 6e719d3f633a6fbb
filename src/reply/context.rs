//! What every template may name: the shop's facts, in the language of the answer.

use std::collections::BTreeMap;

use crate::model::Language;
use crate::shop::{LocalText, Profile, clock};

/// The fact that says when people are at the desk; where the shop does not write it, it follows from its hours.
pub const HOURS: &str = "hours";

/// The facts of the shop with those that follow from others: its name, its hours, its reply time. `reply_ms` is what
/// a ticket's deadline counts, so what is promised is what is kept.
pub fn facts(shop: &Profile, reply_ms: u64) -> BTreeMap<String, LocalText> {
    let mut facts = shop.facts.clone();
    facts.entry("name".to_owned()).or_insert_with(|| shop.name.clone());
    facts.entry(HOURS.to_owned()).or_insert_with(|| LocalText {
        zh: shop.hours.weekly(Language::Chinese),
        en: shop.hours.weekly(Language::English),
    });
    let minutes = clock::minutes_said(reply_ms);
    facts.insert("reply_minutes".to_owned(), LocalText::same(&minutes));
    facts.insert("reply_time".to_owned(), clock::time_said(reply_ms));
    facts
}

/// The facts in this language: `shop` as templates see it.
pub fn in_language(facts: &BTreeMap<String, LocalText>, language: Language) -> BTreeMap<String, String> {
    let facts = facts.iter();
    facts
        .map(|(name, fact)| (name.clone(), fact.get(language).to_owned()))
        .collect()
}
