//! A chat that is open at a desk: why it may be read, for how long, and that it is recorded.

use crate::hub::{DeskHandle, Reading, Subscription};
use crate::model::{AgentId, ConversationId, Event, Seq};

use super::App;
use super::chat::refusal;
use super::error::Refusal;

/// A chat that a desk listens to.
pub(super) struct Listened {
    /// What happens in it.
    pub subscription: Subscription,
    reading: Reading,
    /// The last event before it was opened: what came earlier does not tell who may read it now.
    opened_at: Seq,
}

impl Listened {
    /// Whether the reader may hear what comes after this event.
    pub fn may_go_on(&mut self, reader: &AgentId, event: &Event) -> bool {
        if event.seq <= self.opened_at {
            return true;
        }
        match self.reading.after(reader, &event.kind) {
            Some(reading) => {
                self.reading = reading;
                true
            }
            None => false,
        }
    }
}

/// Opens a chat. That somebody reads it who does not have it stands in the record before anything is shown.
pub(super) async fn open(
    app: &App,
    handle: &DeskHandle,
    chat: &ConversationId,
    after: Seq,
) -> Result<Listened, Refusal> {
    let opened = handle.open(chat, after).await.map_err(|error| refusal(&error))?;
    if opened.reading != Reading::Own {
        let (reader, now) = (&handle.agent().id, app.clock.now());
        let recorded = app.accounts.record_reading(reader, chat, &opened.shop, now).await;
        if let Err(error) = recorded {
            tracing::error!(%error, "a reading cannot be recorded");
            return Err(Refusal::from(&error));
        }
    }
    Ok(Listened {
        subscription: opened.subscription,
        reading: opened.reading,
        opened_at: opened.seq,
    })
}
