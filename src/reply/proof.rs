//! Every answer of a shop as a shopper would see it, for whoever signs it: each variant with the shop's facts, once for each
//! row of the table that it depends on; what only a talk knows stands as a blank.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::Value;

use crate::model::SlotName;
use crate::packs::{Answer, Cell, Intent, Pack, Row, Table, shipped_phrases};
use crate::shop::ShopTime;

use super::Templates;
use super::texts::Variant;

/// One text.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof<'p> {
    /// The variant.
    pub answer: &'p Answer,
    /// In which period and for which row of the table: `双11, height 150-158`. Empty where it depends on none.
    pub case: String,
    /// As it is said on the day that was named, or in the period; `None` when it cannot be rendered without a talk.
    pub text: Option<String>,
}

impl Templates {
    /// All answers of a question.
    pub fn proofs<'p>(&self, intent: &'p Intent, today: impl Into<ShopTime>) -> Vec<Proof<'p>> {
        let texts = self.texts.of_intent(&intent.id);
        let variants = texts.answers.get(&intent.id).map_or(&[][..], |variants| variants);
        self.proofs_of(intent, (&intent.answers, variants), today.into())
    }

    /// All that agents are offered for a question.
    pub fn proofs_for_agents<'p>(&self, intent: &'p Intent, today: impl Into<ShopTime>) -> Vec<Proof<'p>> {
        let texts = self.texts.of_intent(&intent.id);
        let variants = texts.agent.get(&intent.id).map_or(&[][..], |variants| variants);
        self.proofs_of(intent, (&intent.agent, variants), today.into())
    }

    fn proofs_of<'p>(
        &self,
        intent: &'p Intent,
        (answers, variants): (&'p [Answer], &[Variant]),
        today: ShopTime,
    ) -> Vec<Proof<'p>> {
        let texts = self.texts.of_intent(&intent.id);
        let mut proofs = Vec::new();
        for variant in variants {
            let Some(answer) = variant.source(answers) else {
                continue;
            };
            let blanks = blanks(variant);
            let times = self.times(variant, today);
            let mut add = |case: String, known: BTreeMap<String, Value>| {
                for (time, period) in &times {
                    let text = self.render(texts, &variant.template, variant.language, known.clone(), *time);
                    // Rows and periods that say the same in this language are one text.
                    let same = |proof: &Proof| std::ptr::eq(proof.answer, answer) && proof.text == text;
                    if !proofs.iter().any(same) {
                        let case = joined(period, &case);
                        proofs.push(Proof { answer, case, text });
                    }
                }
            };
            let table = intent.table.as_ref();
            let of_table = table.filter(|table| table.outputs.iter().any(|name| variant.variables.contains(name)));
            match of_table {
                None => add(String::new(), blanks),
                Some(table) => {
                    for row in &table.rows {
                        let mut known = blanks.clone();
                        let values = table.outputs.iter().zip(&row.values);
                        known.extend(values.map(|(name, value)| (name.clone(), Value::from(value.as_str()))));
                        add(case(table, row), known);
                    }
                }
            }
        }
        proofs
    }

    /// Phrases of the pack, and of the program where the pack writes none, by key.
    pub fn proofs_of_phrases<'p>(&self, pack: &'p Pack, today: impl Into<ShopTime>) -> Vec<(&'p str, Proof<'p>)> {
        let today = today.into();
        let mut proofs = Vec::new();
        let keys = pack.phrases.keys().chain(shipped_phrases().keys());
        let keys: BTreeSet<&str> = keys.map(String::as_str).collect();
        for key in keys {
            let Some(answers) = pack.phrases.get(key).or_else(|| shipped_phrases().get(key)) else {
                continue;
            };
            let texts = self.texts.of_phrase(key);
            for variant in texts.phrases.get(key).map_or(&[][..], |variants| variants) {
                let Some(answer) = variant.source(answers) else {
                    continue;
                };
                let mut known: Vec<Option<String>> = Vec::new();
                for (time, period) in self.times(variant, today) {
                    let text = self.render(texts, &variant.template, variant.language, blanks(variant), time);
                    if !known.contains(&text) {
                        let case = period.to_owned();
                        known.push(text.clone());
                        proofs.push((key, Proof { answer, case, text }));
                    }
                }
            }
        }
        proofs
    }

    /// When a variant is looked at: now, and in each period in which facts are others; one that is of a period in this.
    fn times<'a>(&'a self, variant: &Variant, now: ShopTime) -> Vec<(ShopTime, &'a str)> {
        if let Some(own) = &variant.period {
            let own = self.shop.period(own);
            return vec![(own.map_or(now, |(place, period)| ShopTime::of(period, place)), "")];
        }
        let others = self.shop.changing();
        let others = others.map(|(place, period)| (ShopTime::of(period, place), period.name.as_str()));
        // As it is outside of them first, though one may last now.
        [(ShopTime::from(now.date), "")].into_iter().chain(others).collect()
    }
}

/// The period with the row.
fn joined(period: &str, case: &str) -> String {
    let parts: Vec<&str> = [period, case].into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("，")
}

/// A blank for each thing that only a talk knows.
fn blanks(variant: &Variant) -> BTreeMap<String, Value> {
    let blank = |name: &String| (name.clone(), Value::from(format!("〔{name}〕")));
    variant.variables.iter().map(blank).collect()
}

/// When a row of a table counts.
fn case(table: &Table, row: &Row) -> String {
    let cells = table.inputs.iter().zip(&row.cells);
    let cells: Vec<String> = cells.filter_map(|(slot, cell)| condition(*slot, cell)).collect();
    cells.join("，")
}

fn condition(slot: SlotName, cell: &Cell) -> Option<String> {
    match cell {
        Cell::Any => None,
        // One number is a range that ends right behind it.
        Cell::Range(low, high) if high - low < 1e-6 => Some(format!("{} {low}", slot.name())),
        Cell::Range(low, high) => Some(format!("{} {low}-{high}", slot.name())),
        Cell::Words(words) => Some(format!("{} {}", slot.name(), words.join("|"))),
    }
}
