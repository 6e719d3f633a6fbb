//! What is folded from a conversation's log.

use std::sync::Arc;

use crate::dialogue::{HandoffContext, State};
use crate::model::{Event, EventKind};
use crate::privacy;

/// For so many messages after it was spoken of, a bare number is taken for that of a card.
const CARDS_FOR: u8 = 4;

/// The folded log.
#[derive(Clone, Default)]
pub(super) struct Projections {
    state: State,
    handoff_context: HandoffContext,
    /// For how many more messages the talk is about cards.
    cards: u8,
    /// The last event folded, where other servers write too: whether it still stands in the log tells whether the log is still
    /// the same.
    last: Option<Arc<Event>>,
}

impl Projections {
    /// Takes one more event into account.
    pub(super) fn apply(&mut self, event: &Arc<Event>) {
        self.state.apply(event);
        self.handoff_context.apply(event);
        if let Some(text) = said(&event.kind) {
            self.cards = match privacy::speaks_of_cards(text) {
                true => CARDS_FOR,
                false => self.cards.saturating_sub(1),
            };
        }
    }

    /// Keeps the last event folded, for whoever looks whether the log is still the same.
    pub(super) fn keep_last(&mut self, last: &Arc<Event>) {
        self.last = Some(Arc::clone(last));
    }

    /// Where the conversation stands.
    pub(super) fn state(&self) -> &State {
        &self.state
    }

    /// What the desk needs beside it.
    pub(super) fn handoff_context(&self) -> &HandoffContext {
        &self.handoff_context
    }

    /// Whether a bare number that is said now may be that of a card.
    pub(super) fn about_cards(&self) -> bool {
        self.cards > 0
    }

    /// The last event folded, where it is kept.
    pub(super) fn last(&self) -> Option<&Arc<Event>> {
        self.last.as_ref()
    }
}

/// The words of an event that were said to the other side.
fn said(kind: &EventKind) -> Option<&str> {
    match kind {
        EventKind::Received { text, .. } | EventKind::Answered { text, .. } | EventKind::AgentSaid { text, .. } => {
            Some(text)
        }
        _ => None,
    }
}
