//! What the bot remembers of a talk: context for reading the next message, and the ledger of trouble.

use crate::model::{Decision, Millis, Slots};

/// Memory of a talk, folded from its `answered` events.
#[derive(Clone, Debug, Default)]
pub struct Talk {
    /// Slots known so far.
    pub slots: Slots,
    /// The intents answered last.
    pub last_intents: Vec<String>,
}

impl Talk {
    /// The bot replied to these texts with this decision.
    pub fn answered(&mut self, _texts: &[&str], decision: &Decision, _at: Millis) {
        self.slots = decision.slots.clone();
        self.last_intents = decision.intents.iter().map(|question| question.id.clone()).collect();
    }

    /// A person gave the chat back: earlier trouble is settled.
    pub fn returned(&mut self) {}
}
