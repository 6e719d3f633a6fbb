//! What is folded from a conversation's log.

use std::sync::Arc;

use crate::dialogue::{Case, State};
use crate::model::Event;

/// The folded log.
#[derive(Clone, Default)]
pub(super) struct Projections {
    state: State,
    case: Case,
    /// The last event folded: whether it still stands in the log tells whether the log is still the same.
    last: Option<Arc<Event>>,
}

impl Projections {
    /// Takes one more event into account.
    pub(super) fn apply(&mut self, event: &Arc<Event>) {
        self.state.apply(event);
        self.case.apply(event);
        self.last = Some(Arc::clone(event));
    }

    /// Where the conversation stands.
    pub(super) fn state(&self) -> &State {
        &self.state
    }

    /// What the desk needs beside it.
    pub(super) fn case(&self) -> &Case {
        &self.case
    }

    /// The last event folded.
    pub(super) fn last(&self) -> Option<&Arc<Event>> {
        self.last.as_ref()
    }
}
