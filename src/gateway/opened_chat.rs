//! A chat that is open at a desk: why it may be read, for how long, and that it is recorded.

use crate::hub::{DeskHandle, Reading, Subscription};
use crate::model::{AgentId, ConversationId, Event, Owner, Seq, ShopId};

use super::App;
use super::error::Refusal;
use super::refusing::refusal;

/// A chat that a desk listens to.
pub(super) struct Listened {
    /// What happens in it.
    pub subscription: Subscription,
    reading: Reading,
    /// The last event before it was opened: what came earlier does not tell who may read it now.
    opened_at: Seq,
    /// A colleague has it: the last event that was shown.
    hidden_after: Option<Seq>,
}

/// What to do with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Show it.
    Show,
    /// Keep it back.
    Hide,
    /// The chat may be read again, from behind this event on.
    Reopen(Seq),
}

impl Listened {
    /// What to do with the next event.
    pub fn step(&mut self, reader: &AgentId, event: &Event) -> Step {
        if event.seq <= self.opened_at {
            return Step::Show;
        }
        if let Some(shown) = self.hidden_after {
            return match event.kind.new_owner() {
                Some(Owner::Queue) => Step::Reopen(shown),
                Some(Owner::Agent { agent }) if agent == *reader => Step::Reopen(shown),
                _ => Step::Hide,
            };
        }
        match self.reading.after(reader, &event.kind) {
            Some(reading) => self.reading = reading,
            // This event is shown: it tells who has the chat now.
            None => self.hidden_after = Some(event.seq),
        }
        Step::Show
    }

    /// Whether what is not stored may be told.
    pub fn is_shown(&self) -> bool {
        self.hidden_after.is_none()
    }
}

/// Opens a chat. That somebody reads it who does not have it stands in the record before anything is shown.
pub(super) async fn open(
    app: &App,
    handle: &DeskHandle,
    chat: &ConversationId,
    past_of: Option<&ConversationId>,
    after: Seq,
) -> Result<Listened, Refusal> {
    let opened = match past_of {
        None => handle.open(chat, after).await,
        Some(of) => handle.open_past(chat, of, after).await,
    };
    let opened = opened.map_err(|error| refusal(&error))?;
    record(app, &handle.agent().id, chat, &opened.shop, opened.reading).await?;
    Ok(Listened {
        subscription: opened.subscription,
        reading: opened.reading,
        opened_at: opened.seq,
        hidden_after: None,
    })
}

/// Writes down that somebody reads a chat who does not have it. When that fails it is not to be read.
pub(super) async fn record(
    app: &App,
    reader: &AgentId,
    chat: &ConversationId,
    shop: &ShopId,
    reading: Reading,
) -> Result<(), Refusal> {
    if reading == Reading::Own {
        return Ok(());
    }
    let recorded = app.accounts.record_reading(reader, chat, shop, app.clock.now()).await;
    recorded.map_err(|error| {
        tracing::error!(%error, "a reading cannot be recorded");
        Refusal::from(&error)
    })
}
