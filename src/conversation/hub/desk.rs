//! The agents' side of the hub.

use crate::model::{AgentId, ClientMessageId, ConversationId, Epoch, Seq};
use crate::store::Agent;

use super::{Acknowledgement, BoardFeed, Hub, HubError, Subscription};

impl Hub {
    /// An agent comes to a desk. The agent is present while at least one handle (of several desks) lives; chats
    /// are assigned at once when the agent is available.
    ///
    /// # Errors
    /// [`HubError::UnknownAgent`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn agent_connected(&self, agent: &AgentId) -> Result<DeskHandle, HubError> {
        let _ = agent;
        todo!()
    }
}

/// An open desk of one agent. Dropping it is leaving: with the last one the lease on the agent's chats runs.
pub struct DeskHandle {}

impl DeskHandle {
    /// Who, as stored when the desk opened.
    pub fn agent(&self) -> &Agent {
        todo!()
    }

    /// Whether new chats are assigned to the agent.
    pub fn available(&self) -> bool {
        todo!()
    }

    /// Sets whether new chats are assigned to the agent, on all of the agent's desks.
    pub fn set_available(&self, available: bool) {
        let _ = available;
        todo!()
    }

    /// The boards of this desk.
    pub fn board(&self) -> BoardFeed {
        todo!()
    }

    /// Listens to a chat from `after` on (0: everything). Any chat may be read by any agent.
    ///
    /// # Errors
    /// [`HubError::UnknownConversation`], [`HubError::Store`].
    pub async fn open(&self, conversation: &ConversationId, after: Seq) -> Result<Subscription, HubError> {
        let _ = (conversation, after);
        todo!()
    }

    /// Takes a waiting chat by hand, also beyond the agent's slots; returns the epoch to speak under. Taking a
    /// chat that one has already returns its epoch.
    ///
    /// # Errors
    /// [`HubError::NotWaiting`], [`HubError::UnknownConversation`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn take(&self, conversation: &ConversationId) -> Result<Epoch, HubError> {
        let _ = conversation;
        todo!()
    }

    /// Stores what the agent says to the shopper. `epoch` is the one the agent saw when writing.
    /// Said twice under one id it is stored once and acknowledged with the same place.
    ///
    /// # Errors
    /// [`HubError::Stale`], [`HubError::NotYours`], [`HubError::Closed`], [`HubError::UnknownConversation`],
    /// [`HubError::Draining`], [`HubError::Store`].
    pub async fn says(
        &self,
        conversation: &ConversationId,
        id: ClientMessageId,
        text: String,
        epoch: Epoch,
    ) -> Result<Acknowledgement, HubError> {
        let _ = (conversation, id, text, epoch);
        todo!()
    }

    /// Tells the shopper that the agent is typing, when the agent has the chat. Not stored.
    pub fn typing(&self, conversation: &ConversationId) {
        let _ = conversation;
        todo!()
    }

    /// Gives a chat back to the front of the queue, with a note for the next agent.
    ///
    /// # Errors
    /// [`HubError::NotYours`], [`HubError::UnknownConversation`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn release(&self, conversation: &ConversationId, note: String) -> Result<(), HubError> {
        let _ = (conversation, note);
        todo!()
    }

    /// Gives a chat back to the bot.
    ///
    /// # Errors
    /// As [`DeskHandle::release`].
    pub async fn return_to_bot(&self, conversation: &ConversationId) -> Result<(), HubError> {
        let _ = conversation;
        todo!()
    }

    /// Ends a chat.
    ///
    /// # Errors
    /// As [`DeskHandle::release`].
    pub async fn close(&self, conversation: &ConversationId) -> Result<(), HubError> {
        let _ = conversation;
        todo!()
    }
}
