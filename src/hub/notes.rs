//! What agents write down for colleagues alone, and chats that they put off.

use crate::model::{ClientMessageId, ConversationId, EventKind, Millis, Owner};
use crate::store::Expect;

use super::desk::DeskHandle;
use super::{Acknowledgement, HubError};

/// A chat is put off for so long at most, milliseconds.
const LONGEST_MS: u64 = 7 * 24 * 3_600_000;

impl DeskHandle {
    /// Writes down something that only people at desks see, in a chat that this agent may read. Sent twice under one id it is
    /// stored once and acknowledged with the same place.
    ///
    /// # Errors
    /// [`HubError::OtherShop`], [`HubError::NotReadable`], [`HubError::UnknownConversation`], [`HubError::Draining`],
    /// [`HubError::Store`].
    pub async fn note(
        &self,
        conversation: &ConversationId,
        id: ClientMessageId,
        text: String,
    ) -> Result<Acknowledgement, HubError> {
        self.allowed(conversation).await?;
        let chat = self.conversation(conversation);
        let (agent, name) = (self.agent().id.clone(), self.agent().name.clone());
        let work = async move {
            let mut locked = chat.lock().await?;
            let masked = locked.kept_of(&text);
            let text = masked.clone().unwrap_or(text);
            let noted = EventKind::Noted { id, agent, name, text };
            let receipt = locked.append(Expect::Any, vec![noted]).await?;
            Ok(Acknowledgement::of(&receipt)?.kept_as(masked))
        };
        self.finish(work).await
    }

    /// Puts an own chat off until then, or until the shopper writes; `None` ends that.
    ///
    /// # Errors
    /// [`HubError::BadTime`] when the time lies behind or more than seven days ahead; [`HubError::NotYours`],
    /// [`HubError::UnknownConversation`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn snooze(&self, conversation: &ConversationId, until: Option<Millis>) -> Result<(), HubError> {
        let now = self.floor().time();
        if until.is_some_and(|until| until <= now || until.since(now) > LONGEST_MS) {
            return Err(HubError::BadTime);
        }
        let chat = self.conversation(conversation);
        let agent = self.agent().id.clone();
        let work = async move {
            let mut locked = chat.lock_at_end().await?;
            if locked.state().owner != (Owner::Agent { agent: agent.clone() }) {
                return Err(HubError::NotYours);
            }
            let epoch = locked.state().epoch;
            locked
                .append(Expect::Epoch(epoch), vec![EventKind::Snoozed { agent, until }])
                .await?;
            Ok(())
        };
        self.finish(work).await
    }
}
