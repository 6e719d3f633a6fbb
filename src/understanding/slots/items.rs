//! Links and item numbers that are an article of the shop.

use std::collections::HashMap;

use super::FoundSlot;
use super::reading::Reading;
use crate::model::SlotName;
use crate::shop::{Catalogue, is_key_part};

/// Names of goods by what their links and numbers have of their own.
pub(super) struct Items(HashMap<String, String>);

impl Items {
    pub(super) fn new(goods: &Catalogue) -> Items {
        let mut items = HashMap::new();
        for article in goods.iter() {
            for key in article.keys() {
                items.entry(key).or_insert_with(|| article.name.zh.clone());
            }
        }
        Items(items)
    }

    /// Finds the article that a link or a bare number means; behind `links`, before other numbers. A number is taken as a
    /// link is: it says which item is meant, and asks nothing. The article itself has the range of what means it.
    pub(super) fn read(&self, reading: &mut Reading<'_>) -> Vec<FoundSlot> {
        let mut meant = Vec::new();
        if self.0.is_empty() {
            return meant;
        }
        let mut at = 0;
        while at < reading.chars.len() {
            let start = at;
            while at < reading.chars.len() && is_key_part(reading.at(at)) {
                at += 1;
            }
            if at == start {
                at += 1;
                continue;
            }
            let word = reading.slice(start..at);
            let Some(name) = self.0.get(&word) else { continue };
            let links = reading.found.iter().find(|slot| slot.name == SlotName::Link);
            let around = links.filter(|link| link.range.contains(&start));
            let range = around.map_or(start..at, |link| link.range.clone());
            if around.is_none() {
                reading.add(SlotName::Link, word, range.clone());
            }
            meant.push(FoundSlot {
                name: SlotName::Goods,
                value: name.clone(),
                range,
            });
        }
        meant
    }
}
