//! What the owner of shops is told of a day or a week: the numbers, what was not answered well, which answers did not do, what was
//! published. Events come in the order of the change feed; what is told goes out as tables, which every form of the report has in common.

mod csv;
mod figures;
mod lists;
mod page;
mod reading;
mod table;
mod telling;
mod terminal;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::dialogue::Generation;
use crate::model::{Millis, ShopId};

use super::morning::Morning;
use super::numbers::Report;

pub use csv::csv;
pub use page::page;
pub use reading::{AnswerRow, Read, Reading};
pub use table::{Cell, Column, Plot, Table};
pub use terminal::text;

use telling::Telling;

/// All that is told.
pub struct Summary {
    /// The shops, each with what it answers now.
    pub shops: BTreeMap<ShopId, Arc<Generation>>,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
    /// When it was asked for.
    pub now: Millis,
    /// The numbers.
    pub report: Report,
    /// What was not answered well, by shop.
    pub mornings: Vec<(ShopId, Morning)>,
    /// Answers that did not do, those most asked again first.
    pub answers: Vec<AnswerRow>,
    /// What was published, oldest first.
    pub publications: Vec<PublicationRow>,
}

/// A publication.
#[derive(Clone, Debug)]
pub struct PublicationRow {
    /// The shop.
    pub shop: ShopId,
    /// Since when it answered.
    pub at: Millis,
    /// Who made it, by name; `None` where files were changed by hand.
    pub by: Option<String>,
    /// What was done, in words of both languages: Chinese, English.
    pub what: Vec<[String; 2]>,
    /// The files that were written, with the lines that came and went.
    pub files: Vec<(String, usize, usize)>,
    /// The reasons that were given.
    pub reasons: Vec<String>,
}

impl Summary {
    /// The days, as `2026-11-30` or `2026-11-24 – 2026-11-30`.
    pub fn days(&self) -> String {
        match self.from == self.until {
            true => self.from.to_string(),
            false => format!("{} – {}", self.from, self.until),
        }
    }

    /// The shops by name.
    pub fn names(&self, chinese: bool) -> String {
        let names: Vec<&str> = self.shops.values().map(|shop| name_of(shop, chinese)).collect();
        names.join(if chinese { "、" } else { ", " })
    }

    /// The tables of the report, those with nothing to tell left out.
    pub fn tables(&self, chinese: bool) -> Vec<Table> {
        let told = Telling { summary: self, chinese };
        let mut tables = vec![told.overview(), told.hours()];
        if self.report.days.len() > 1 {
            tables.push(told.days());
        }
        if self.shops.len() > 1 {
            tables.push(told.shops());
        }
        let more = [
            told.questions(),
            told.reasons(),
            told.unanswered(),
            told.again(),
            told.stars(),
            told.publications(),
        ];
        tables.extend(more.into_iter().filter(|table| !table.rows.is_empty()));
        tables
    }

    /// A moment in the zone of a shop, to the minute.
    fn moment(&self, shop: &ShopId, at: Millis) -> String {
        let Some(known) = self.shops.get(shop) else {
            return String::new();
        };
        let hours = &known.pack.shop.hours;
        let (day, hour) = hours.hour_at(at);
        let minute = at.since(hours.day(day).start) / 60_000 % 60;
        format!("{day} {hour:02}:{minute:02}")
    }

    fn name_of(&self, shop: &ShopId, chinese: bool) -> String {
        let known = self.shops.get(shop);
        known.map_or_else(|| shop.to_string(), |known| name_of(known, chinese).to_owned())
    }

    /// The title of a question in the language; its id where the files know it no more.
    fn title_of(&self, shop: &ShopId, question: &str, chinese: bool) -> String {
        let intent = self.shops.get(shop).and_then(|shop| shop.pack.intent(question));
        let title = intent.map(|intent| match chinese || intent.title.en.is_empty() {
            true => intent.title.zh.as_str(),
            false => intent.title.en.as_str(),
        });
        title.filter(|title| !title.is_empty()).unwrap_or(question).to_owned()
    }
}

fn name_of(shop: &Generation, chinese: bool) -> &str {
    let name = &shop.pack.shop.name;
    match chinese || name.en.is_empty() {
        true => &name.zh,
        false => &name.en,
    }
}
