//! From text to questions, signals and slots. Pure: no clock, no disk, no tokio.

mod asking;
mod buttons;
pub mod choosing;
mod context;
mod identity;
mod index;
pub mod lexicon;
pub mod matching;
mod message;
pub mod normalise;
mod pack_words;
pub mod question_index;
pub mod reading;
pub mod signals;
pub mod slots;
mod tolerance;
pub mod vectors;
mod word_rule;

pub use index::Index;
pub use reading::{Reason, StretchReading};
pub use tolerance::Tolerance;

use crate::model::{Question, SignalHit, SlotName, Slots};

/// What earlier turns contribute to reading this one.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The intents answered last.
    pub last_intents: Vec<String>,
    /// What the shopper wrote last.
    pub last_text: String,
    /// Slots known so far.
    pub slots: Slots,
    /// The slot that was just asked for.
    pub asked: Option<SlotName>,
    /// The intents of the buttons that were just offered, in order, when nothing was answered.
    pub offered: Vec<String>,
}

/// What a message says.
#[derive(Clone, Debug, Default)]
pub struct Understanding {
    /// The questions, in the order asked, with calibrated probabilities; only those sure enough to be answered.
    pub questions: Vec<Question>,
    /// Everything considered, best first.
    pub alternatives: Vec<Question>,
    /// The two or three that may have been meant, when none is sure enough.
    pub candidates: Vec<Question>,
    /// Signals, strongest first.
    pub signals: Vec<SignalHit>,
    /// Slots in this message.
    pub slots: Slots,
    /// Why: the stretches that were read, the whole message first.
    pub explanation: Vec<Explained>,
    /// The message holds nothing but a greeting or a fragment, so that more may follow.
    pub fragment: bool,
}

/// One stretch of the message with what decided its reading.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The stretch, canonical.
    pub text: String,
    /// Best readings.
    pub ranked: Vec<Question>,
    /// Why.
    pub reason: Reason,
}
