//! Picks and renders what the bot says. Pure: the time comes in as an argument.
//!
//! `templates` compiles every answer, question and phrase once · `texts` is what shops share of that · `choose` picks among the variants · `table` looks
//! up what depends on slots · `context` is what every template may name, `shop_facts` what that is at a time · `goods` is what the catalogue says ·
//! `talk_slots` is what they are filled with · `proof` renders all of it for whoever signs it.

mod allowed;
mod choose;
mod context;
mod error;
mod goods;
#[cfg(test)]
mod period_tests;
mod proof;
mod rendered;
mod shop_facts;
mod table;
mod talk_slots;
mod templates;
#[cfg(test)]
mod tests;
mod texts;
mod traditional;

pub use error::TemplateError;
pub use proof::Proof;
pub use talk_slots::TalkSlots;
pub use templates::Templates;
pub use traditional::in_script;
