//! Links and item numbers that are an article of the shop.

use std::collections::HashMap;
use std::ops::Range;

use super::FoundSlot;
use super::reading::Reading;
use crate::model::SlotName;
use crate::shop::{Catalogue, is_key_part};

/// The largest number that is taken for a model's.
const LARGEST_MODEL: u16 = 27;
/// What follows a number that counts or measures.
const NO_MODEL: &str = "码号双件个条只块元折天年月日岁斤公厘毫克升米尺寸色套瓶支盒片包次人点倍款种样分期楼栋";

/// Numbers of no more digits may be sums, years and weights, where a unit says so.
const LONGEST_SUM: usize = 5;
const UNITS: [&str; 8] = ["元", "块", "米", "克", "年", "ml", " 元", " 块"];

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
            let mut links = reading.found.iter().filter(|slot| slot.name == SlotName::Link);
            let around = links.find(|link| link.range.contains(&start));
            let range = around.map_or(start..at, |link| link.range.clone());
            // 1299 元 is a sum, and a link is one item.
            let sum = around.is_none() && word.len() <= LONGEST_SUM && reading.any_begins(at, &UNITS).is_some();
            if sum || meant.last().is_some_and(|last: &FoundSlot| last.range == range) {
                continue;
            }
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

/// 疾风 5 where the shop has 疾风 3: a name that another model's number follows names an article that is not listed. Gives
/// the whole of it.
pub(super) fn other_model(reading: &Reading<'_>, name: &Range<usize>, meant: &str) -> Option<Range<usize>> {
    if reading.before(name.end).is_ascii_digit() {
        return None;
    }
    let start = reading.trimmed(name.end);
    let end = (start..reading.chars.len()).find(|at| !reading.at(*at).is_ascii_digit());
    let end = end.unwrap_or(reading.chars.len());
    let digits = reading.slice(start..end);
    let number: u16 = digits.parse().ok()?;
    // 跑鞋 3 where that is 疾风 3 跑鞋.
    let mut numbers = meant.split(|character: char| !character.is_ascii_digit());
    if numbers.any(|number| number == digits) {
        return None;
    }
    // Larger ones are sizes and sums, and a unit makes it a quantity.
    let after = reading.at(reading.trimmed(end));
    let model = number <= LARGEST_MODEL && !NO_MODEL.contains(after) && !after.is_ascii_alphabetic();
    (model && !matches!(after, '.' | '/' | '-' | '%')).then_some(name.start..end)
}
