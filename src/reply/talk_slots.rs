//! What templates are filled with: what a talk knows, and what its last messages ask about.

use crate::model::Slots;

/// The values of a talk.
#[derive(Clone, Copy, Debug)]
pub struct TalkSlots<'a> {
    /// What is known.
    pub known: &'a Slots,
    /// What the messages that are answered ask about: a size that was said before is not asked for.
    pub asked: &'a Slots,
}

impl<'a> From<&'a Slots> for TalkSlots<'a> {
    /// All of it in one message.
    fn from(slots: &'a Slots) -> Self {
        Self {
            known: slots,
            asked: slots,
        }
    }
}
