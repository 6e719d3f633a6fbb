//! Values in a message: heights, places, numbers, days, goods. Pure, one pass over the text.
//!
//! What is not certain is no slot: the talk asks for it.

use std::ops::Range;

use super::normalise::Text;
use crate::intents::Goods;
use crate::model::{SlotName, Slots};

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundSlot {
    /// Which slot.
    pub name: SlotName,
    /// Canonical value, in the unit that [`SlotName`] says.
    pub value: String,
    /// Characters of the text.
    pub range: Range<usize>,
}

/// Reads slots; compiled once for a pack.
pub struct SlotReader {}

impl SlotReader {
    /// Compiles the word lists and the shop's goods.
    pub fn new(_goods: &[Goods]) -> SlotReader {
        SlotReader {}
    }

    /// Reads a folded text. `expecting` are the slots that were asked for or that the last question uses:
    /// bare numbers and doubtful words count only for them.
    pub fn read(&self, text: &Text, expecting: &[SlotName]) -> Vec<FoundSlot> {
        self.read_knowing(text, expecting, &Slots::default())
    }

    /// Like [`SlotReader::read`], with what earlier messages said: a bare `80` is 斤 or kg according to the height.
    pub fn read_knowing(&self, _text: &Text, _expecting: &[SlotName], _known: &Slots) -> Vec<FoundSlot> {
        Vec::new()
    }

    /// Where places are named, neighbours joined, so that matching can treat all places alike.
    pub fn places(&self, _text: &Text) -> Vec<Range<usize>> {
        Vec::new()
    }
}
