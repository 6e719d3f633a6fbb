//! What data a shopper has given in a talk, and where.

use std::collections::BTreeMap;

use crate::model::{Seq, SlotName, Slots};
use crate::understanding::personal::data_in;

/// The first places of what is known.
#[derive(Default)]
pub(super) struct Known(BTreeMap<SlotName, Seq>);

impl Known {
    /// What the bot had read by this event.
    pub fn decided(&mut self, slots: &Slots, seq: Seq) {
        for name in SlotName::ALL {
            if slots.get(name).is_some() {
                self.0.entry(name).or_insert(seq);
            }
        }
    }

    /// What stands in the shopper's words.
    pub fn heard(&mut self, text: &str, seq: Seq) {
        for name in data_in(text) {
            self.0.entry(name).or_insert(seq);
        }
    }

    /// Whether it was given before this event.
    pub fn before(&self, name: SlotName, seq: Seq) -> bool {
        self.0.get(&name).is_some_and(|given| *given < seq)
    }
}
