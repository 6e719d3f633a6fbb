//! What every table of the report is told with: the shops, their questions, and the language.

use crate::insight::numbers::Rating;
use crate::model::ShopId;

use super::Summary;
use super::table::{Cell, Column, Table};
use super::words::said;

/// A summary and the language that it is told in.
#[derive(Clone, Copy)]
pub(super) struct Telling<'s> {
    pub(super) summary: &'s Summary,
    pub(super) chinese: bool,
}

impl Telling<'_> {
    pub(super) fn say(&self, zh: &'static str, en: &'static str) -> &'static str {
        said(self.chinese, zh, en)
    }

    pub(super) fn table(
        &self,
        title: [&'static str; 2],
        note: [&'static str; 2],
        columns: &[(&'static str, &'static str, u32)],
    ) -> Table {
        Table {
            title: self.say(title[0], title[1]).to_owned(),
            note: self.say(note[0], note[1]).to_owned(),
            columns: columns
                .iter()
                .map(|(zh, en, width)| Column {
                    title: self.say(zh, en).to_owned(),
                    width: *width,
                })
                .collect(),
            rows: Vec::new(),
            left_out: 0,
            plot: None,
        }
    }

    pub(super) fn shop(&self, shop: &ShopId) -> Cell {
        Cell::text(self.summary.name_of(shop, self.chinese))
    }

    pub(super) fn question(&self, shop: &ShopId, question: &str) -> Cell {
        Cell::text(self.summary.title_of(shop, question, self.chinese))
    }
}

/// Stars on average.
pub(super) fn mean(rating: &Rating) -> Cell {
    Cell::Mean {
        sum: rating.stars.into(),
        count: rating.rated.into(),
    }
}
