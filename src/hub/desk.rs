//! The agents' side of the hub.

use std::sync::Arc;

use crate::model::Agent;
use crate::model::{AgentId, ClientMessageId, ConversationId, Epoch, EventKind, Owner, ReleaseCause, Seq, Speaker};
use crate::store::Expect;

use super::shopper::unproven;
use super::{Acknowledgement, BoardFeed, Hub, HubError, Inner, Subscription};

impl Hub {
    /// An agent comes to a desk. The agent is present while at least one handle (of several desks) lives; chats
    /// are assigned at once when the agent is available.
    ///
    /// # Errors
    /// [`HubError::UnknownAgent`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn agent_connected(&self, agent: &AgentId) -> Result<DeskHandle, HubError> {
        if self.draining() {
            return Err(HubError::Draining);
        }
        let agent = self
            .inner
            .store
            .member(agent.clone())
            .await?
            .ok_or(HubError::UnknownAgent)?
            .agent();
        let available = self.inner.settings.available_on_connect;
        self.inner.floor().desk_opened(agent.clone(), available);
        self.inner.desks_changed();
        Ok(DeskHandle {
            inner: Arc::clone(&self.inner),
            agent,
        })
    }
}

/// An open desk of one agent. Dropping it is leaving: with the last one the lease on the agent's chats runs.
///
/// Calls that store something finish also when the caller stops waiting.
pub struct DeskHandle {
    inner: Arc<Inner>,
    agent: Agent,
}

impl Drop for DeskHandle {
    fn drop(&mut self) {
        let now = self.inner.clock.now();
        self.inner.floor().desk_closed(&self.agent.id, now);
        self.inner.desks_changed();
    }
}

impl DeskHandle {
    /// Who, as stored when the desk opened.
    pub fn agent(&self) -> &Agent {
        &self.agent
    }

    /// Whether new chats are assigned to the agent.
    pub fn available(&self) -> bool {
        self.inner.floor().available(&self.agent.id)
    }

    /// Sets whether new chats are assigned to the agent, on all of the agent's desks.
    pub fn set_available(&self, available: bool) {
        let now = self.inner.clock.now();
        if self.inner.floor().set_available(&self.agent.id, available, now) {
            self.inner.desks_changed();
        }
    }

    /// The boards of this desk.
    pub fn board(&self) -> BoardFeed {
        BoardFeed::new(Arc::clone(&self.inner), self.agent.id.clone())
    }

    /// Listens to a chat from `after` on (0: everything). Any chat may be read by any agent.
    ///
    /// # Errors
    /// [`HubError::UnknownConversation`], [`HubError::Store`].
    pub async fn open(&self, conversation: &ConversationId, after: Seq) -> Result<Subscription, HubError> {
        let head = self.inner.store.head(conversation.clone()).await?;
        let head = head.ok_or(HubError::UnknownConversation)?;
        let chat = self.inner.chat(conversation);
        chat.reaches(head.seq);
        Ok(self.inner.subscribe(&chat, after))
    }

    /// Takes a waiting chat by hand, also beyond the agent's slots; returns the epoch to speak under. Taking a
    /// chat that one has already returns its epoch.
    ///
    /// # Errors
    /// [`HubError::NotWaiting`], [`HubError::UnknownConversation`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn take(&self, conversation: &ConversationId) -> Result<Epoch, HubError> {
        let (inner, chat) = (Arc::clone(&self.inner), self.inner.chat(conversation));
        let Agent { id, name, .. } = self.agent.clone();
        let work = async move {
            let mut locked = chat.lock_at_end(&inner).await?;
            let epoch = locked.state().epoch;
            match &locked.state().owner {
                Owner::Agent { agent } if *agent == id => return Ok(epoch),
                Owner::Queue => {}
                _ => return Err(HubError::NotWaiting),
            }
            let kind = EventKind::Assigned { agent: id, name };
            let receipt = locked.append(&inner, Expect::Epoch(epoch), vec![kind]).await?;
            Ok(receipt.epoch)
        };
        self.inner.finish(work).await
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
        let (inner, chat) = (Arc::clone(&self.inner), self.inner.chat(conversation));
        let Agent { id: agent, name, .. } = self.agent.clone();
        let work = async move {
            let mut locked = chat.lock_at_end(&inner).await?;
            let state = locked.state();
            if state.epoch != epoch || state.owner != (Owner::Agent { agent: agent.clone() }) {
                // Said while it was this agent's chat and sent again: it is stored, so it is acknowledged.
                if let Some(seq) = inner.store.find(chat.id.clone(), id, Speaker::Agent).await? {
                    return Ok(Acknowledgement::found(seq));
                }
                return Err(match &state.owner {
                    _ if state.epoch != epoch => HubError::Stale { actual: state.epoch },
                    Owner::Closed => HubError::Closed,
                    _ => HubError::NotYours,
                });
            }
            let kind = EventKind::AgentSaid { id, agent, name, text };
            let receipt = locked.append(&inner, Expect::Epoch(epoch), vec![kind]).await?;
            Acknowledgement::of(&receipt).ok_or_else(unproven)
        };
        self.inner.finish(work).await
    }

    /// Tells the shopper that the agent is typing, when the agent has the chat. Not stored.
    pub fn typing(&self, conversation: &ConversationId) {
        if self.inner.floor().has(&self.agent.id, conversation) {
            if let Some(chat) = self.inner.live(conversation) {
                chat.typing(Speaker::Agent);
            }
            self.inner.store.tell_typing(conversation, Speaker::Agent);
        }
    }

    /// Gives a chat back to the front of the queue, with a note for the next agent.
    ///
    /// # Errors
    /// [`HubError::NotYours`], [`HubError::UnknownConversation`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn release(&self, conversation: &ConversationId, note: String) -> Result<(), HubError> {
        let agent = self.agent.id.clone();
        let kind = EventKind::Released {
            agent,
            cause: ReleaseCause::GivenBack,
            note,
        };
        self.let_go(conversation, kind).await
    }

    /// Gives a chat back to the bot.
    ///
    /// # Errors
    /// As [`DeskHandle::release`].
    pub async fn return_to_bot(&self, conversation: &ConversationId) -> Result<(), HubError> {
        let agent = self.agent.id.clone();
        self.let_go(conversation, EventKind::Returned { agent }).await
    }

    /// Ends a chat.
    ///
    /// # Errors
    /// As [`DeskHandle::release`].
    pub async fn close(&self, conversation: &ConversationId) -> Result<(), HubError> {
        let agent = Some(self.agent.id.clone());
        self.let_go(conversation, EventKind::Closed { agent }).await
    }

    /// Ends this agent's ownership by an event.
    async fn let_go(&self, conversation: &ConversationId, kind: EventKind) -> Result<(), HubError> {
        let (inner, chat) = (Arc::clone(&self.inner), self.inner.chat(conversation));
        let owner = Owner::Agent {
            agent: self.agent.id.clone(),
        };
        let work = async move {
            let mut locked = chat.lock_at_end(&inner).await?;
            if locked.state().owner != owner {
                return Err(HubError::NotYours);
            }
            let epoch = locked.state().epoch;
            locked.append(&inner, Expect::Epoch(epoch), vec![kind]).await?;
            Ok(())
        };
        self.inner.finish(work).await
    }
}
