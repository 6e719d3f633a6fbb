//! A shop's words and spreadsheets: what a messy sheet says, what it would make of a shop, and a shop as sheets that say the same
//! when they come back. Pure: files come in as bytes and go out as changes, which the caller writes, all or none.
//!
//! `heading` and `columns` find out what a sheet holds · `cell_texts` takes cells apart · `rows` gathers rows into questions ·
//! `reading` does that for a file · `targets` finds the question that a row is about · `answers`, `questions` and `plan` make the
//! files · `piece` holds back what may not go live · `report` says what became of each row · `export` is the way back.

mod answers;
mod cell_texts;
mod columns;
mod export;
mod heading;
mod ids;
mod piece;
mod plan;
mod questions;
mod reading;
mod report;
mod rows;
mod targets;

pub use columns::{ColumnsError, Told, told};
pub use export::{Exported, export};
pub use piece::Unsound;
pub use plan::{Plan, Shop, plan};
pub use reading::{ReadError, Taken, take};
pub use report::{Became, Line, Place, csv as report_csv};

#[cfg(test)]
mod tests;
