//! From text to questions, signals and slots. Pure: no clock, no disk, no tokio.

pub mod matching;
pub mod normalise;
pub mod slots;

use crate::intents::Pack;
use crate::model::{Language, Question, SignalHit, Slots};

/// A compiled pack: everything that understanding a message needs.
pub struct Index {}

/// What earlier turns contribute to reading this one.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The intents answered last.
    pub last_intents: Vec<String>,
    /// Slots known so far.
    pub slots: Slots,
}

/// What a message says.
#[derive(Clone, Debug, Default)]
pub struct Understanding {
    /// The language it is written in.
    pub language: Option<Language>,
    /// The questions, in the order asked, with calibrated probabilities; only those worth answering.
    pub questions: Vec<Question>,
    /// Everything considered, best first.
    pub alternatives: Vec<Question>,
    /// Signals, strongest first.
    pub signals: Vec<SignalHit>,
    /// Slots in this message.
    pub slots: Slots,
}

impl Index {
    /// Compiles a pack; trains the model.
    pub fn build(_pack: &Pack) -> Index {
        Index {}
    }

    /// Reads a message.
    pub fn understand(&self, _text: &str, _context: &Context) -> Understanding {
        Understanding::default()
    }
}
