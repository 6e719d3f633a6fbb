//! What a shopper's page shows when it comes back, and what became of it.

use crate::model::{ConversationId, Seq};

/// What the shopper's page shows when it comes back.
#[derive(Clone, Debug)]
pub struct Showing {
    /// The conversation.
    pub conversation: ConversationId,
    /// The last event seen of it.
    pub after: Seq,
}

/// What became of the conversation that the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Nothing is to be told: it goes on, it was seen to its end, or it is not this shopper's.
    Seen,
    /// It has ended, and the page has not seen the end: the handle is to that conversation, for the rest of it.
    Ended {
        /// Whether the shopper has another conversation open since.
        next: bool,
    },
    /// It is no longer kept.
    Gone,
}
