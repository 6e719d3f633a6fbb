//! The agents' side of the hub.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use crate::dialogue::State;
use crate::handoff::Card;
use crate::model::{
    Agent, AgentId, ClientMessageId, ConversationId, Epoch, EventKind, Owner, ReleaseCause, Seq, ShopId, Speaker,
};
use crate::shops::Shops;
use crate::store::{Expect, Log, Staff, StoreError};

use super::conversations::Conversations;
use super::floor::SharedFloor;
use super::lifecycle::Lifecycle;
use super::live::LiveConversation;
use super::peers::Peers;
use super::reading::{self, Reading};
use super::{Acknowledgement, BoardFeed, HubError, Subscription};

/// Owns how agents come to their desks and what they do there.
pub(super) struct Desks {
    log: Arc<dyn Log>,
    staff: Arc<dyn Staff>,
    shops: Arc<Shops>,
    conversations: Arc<Conversations>,
    floor: Arc<SharedFloor>,
    peers: Arc<Peers>,
    lifecycle: Arc<Lifecycle>,
    /// The least time between two boards of one desk.
    board_interval: Duration,
}

impl Desks {
    /// The desks at this floor.
    #[expect(clippy::too_many_arguments, reason = "each is an owner of its own")]
    pub(super) fn new(
        log: Arc<dyn Log>,
        staff: Arc<dyn Staff>,
        shops: Arc<Shops>,
        conversations: Arc<Conversations>,
        floor: Arc<SharedFloor>,
        peers: Arc<Peers>,
        lifecycle: Arc<Lifecycle>,
        board_interval: Duration,
    ) -> Desks {
        Desks {
            log,
            staff,
            shops,
            conversations,
            floor,
            peers,
            lifecycle,
            board_interval,
        }
    }

    /// See [`super::Hub::agent_connected`].
    pub(super) async fn connect(self: &Arc<Self>, agent: &AgentId) -> Result<DeskHandle, HubError> {
        if self.lifecycle.is_stopping() {
            return Err(HubError::Draining);
        }
        let known = self.staff.member(agent.clone()).await?;
        let known = known.filter(|member| !member.disabled);
        let agent = known.ok_or(HubError::UnknownAgent)?.agent();
        self.floor.desk_opened(agent.clone());
        Ok(DeskHandle {
            desks: Arc::clone(self),
            agent,
        })
    }

    /// See [`super::Hub::dismiss`].
    pub(super) async fn dismiss(&self, agent: &AgentId) -> Result<usize, HubError> {
        // Before the chats: one that is in the queue again is not given to the same agent.
        self.floor.set_available(agent, false);
        let owner = Owner::Agent { agent: agent.clone() };
        let heads = self.log.assigned().await?;
        let chats = heads.into_iter().filter(|head| head.owner == owner);
        let moved = join_all(chats.map(|head| self.give_back(head.conversation, agent.clone()))).await;
        Ok(moved.into_iter().filter(|moved| *moved).count())
    }

    async fn give_back(&self, conversation: ConversationId, agent: AgentId) -> bool {
        let chat = self.conversations.get(&conversation);
        let work = async move {
            let mut locked = chat.lock_at_end().await?;
            if locked.state().owner != (Owner::Agent { agent: agent.clone() }) {
                return Ok(false);
            }
            let epoch = locked.state().epoch;
            let kind = EventKind::Released {
                agent,
                cause: ReleaseCause::Gone,
                note: String::new(),
            };
            locked.append(Expect::Epoch(epoch), vec![kind]).await?;
            Ok(true)
        };
        match self.lifecycle.finish(work).await {
            Ok(moved) => moved,
            // Somebody else moved it.
            Err(HubError::Stale { .. } | HubError::Store(StoreError::Stale { .. })) => false,
            Err(error) => {
                tracing::warn!(%conversation, %error, "a chat could not be given back");
                false
            }
        }
    }

    /// Whether a chat that stands so may be seen by this agent.
    fn may_see(&self, agent: &AgentId, state: &State) -> bool {
        state.owner == Owner::Agent { agent: agent.clone() } || self.floor.sees(agent, &state.shop)
    }
}

/// A chat that is open at a desk.
pub struct OpenedChat {
    /// What happens in it.
    pub subscription: Subscription,
    /// Why it may be read.
    pub reading: Reading,
    /// The last event that there was when it was opened.
    pub seq: Seq,
    /// Whose it is.
    pub shop: ShopId,
}

/// An open desk of one agent. Dropping it is leaving: with the last one the lease on the agent's chats runs.
///
/// Calls that store something finish also when the caller stops waiting. Chats of shops for which the agent does not
/// work are refused with [`HubError::OtherShop`], unless the agent has them.
pub struct DeskHandle {
    desks: Arc<Desks>,
    agent: Agent,
}

impl Drop for DeskHandle {
    fn drop(&mut self) {
        self.desks.floor.desk_closed(&self.agent.id);
    }
}

impl DeskHandle {
    /// Who, as stored when the desk opened.
    pub fn agent(&self) -> &Agent {
        &self.agent
    }

    /// Every ticket of the shops that the agent sees.
    pub(super) fn waiting(&self) -> Vec<Arc<Card>> {
        self.desks.floor.waiting(&self.agent.id)
    }

    /// A conversation, to be locked.
    pub(super) fn conversation(&self, conversation: &ConversationId) -> Arc<LiveConversation> {
        self.desks.conversations.get(conversation)
    }

    /// Runs what must not stop halfway when the caller goes away.
    pub(super) async fn finish<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, HubError>> + Send + 'static,
    ) -> Result<T, HubError> {
        self.desks.lifecycle.finish(work).await
    }

    /// Whether new chats are assigned to the agent.
    pub fn available(&self) -> bool {
        self.desks.floor.available(&self.agent.id)
    }

    /// Sets whether new chats are assigned to the agent, on all of the agent's desks.
    pub fn set_available(&self, available: bool) {
        self.desks.floor.set_available(&self.agent.id, available);
    }

    /// The boards of this desk.
    pub fn board(&self) -> BoardFeed {
        let (floor, ended) = (Arc::clone(&self.desks.floor), self.desks.lifecycle.ended());
        BoardFeed::new(floor, self.agent.id.clone(), self.desks.board_interval, ended)
    }

    /// Listens to a chat from `after` on (0: everything). Supervisors and owners read all chats of their shops, others
    /// those that wait and those that are or were their own.
    ///
    /// # Errors
    /// [`HubError::OtherShop`], [`HubError::NotReadable`], [`HubError::UnknownConversation`], [`HubError::Store`].
    pub async fn open(&self, conversation: &ConversationId, after: Seq) -> Result<OpenedChat, HubError> {
        let head = self.desks.log.head(conversation.clone()).await?;
        let head = head.ok_or(HubError::UnknownConversation)?;
        let sees = self.desks.floor.sees(&self.agent.id, &head.shop);
        let reading = reading::allowed(self.desks.log.as_ref(), &self.agent, &head, sees).await?;
        let chat = self.desks.conversations.get(conversation);
        chat.advance_to(head.seq);
        Ok(OpenedChat {
            subscription: self.desks.conversations.subscribe(&chat, after),
            reading,
            seq: head.seq,
            shop: head.shop,
        })
    }

    /// Takes a waiting chat by hand, also beyond the agent's capacity; returns the epoch to speak under. Taking a
    /// chat that one has already returns its epoch.
    ///
    /// # Errors
    /// [`HubError::OtherShop`], [`HubError::NotWaiting`], [`HubError::UnknownConversation`], [`HubError::Draining`],
    /// [`HubError::Store`].
    pub async fn take(&self, conversation: &ConversationId) -> Result<Epoch, HubError> {
        let (desks, chat) = (Arc::clone(&self.desks), self.desks.conversations.get(conversation));
        let Agent { id, name, .. } = self.agent.clone();
        let work = async move {
            let mut locked = chat.lock_at_end().await?;
            let state = locked.state();
            let epoch = state.epoch;
            match &state.owner {
                Owner::Agent { agent } if *agent == id => return Ok(epoch),
                _ if !desks.may_see(&id, state) => return Err(HubError::OtherShop),
                Owner::Queue => {}
                _ => return Err(HubError::NotWaiting),
            }
            let kind = EventKind::Assigned { agent: id, name };
            let receipt = locked.append(Expect::Epoch(epoch), vec![kind]).await?;
            Ok(receipt.epoch)
        };
        self.desks.lifecycle.finish(work).await
    }

    /// Stores what the agent says to the shopper. `epoch` is the one the agent saw when writing.
    /// Sent twice under one id it is stored once and acknowledged with the same place.
    ///
    /// # Errors
    /// [`HubError::OtherShop`], [`HubError::Stale`], [`HubError::NotYours`], [`HubError::Closed`],
    /// [`HubError::UnknownConversation`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn send(
        &self,
        conversation: &ConversationId,
        id: ClientMessageId,
        text: String,
        epoch: Epoch,
    ) -> Result<Acknowledgement, HubError> {
        let (desks, chat) = (Arc::clone(&self.desks), self.desks.conversations.get(conversation));
        let Agent { id: agent, name, .. } = self.agent.clone();
        let work = async move {
            let mut locked = chat.lock_at_end().await?;
            let masked = locked.kept_of(&text);
            let state = locked.state();
            if state.epoch != epoch || state.owner != (Owner::Agent { agent: agent.clone() }) {
                // Sent while it was this agent's chat and sent again: it is stored, so it is acknowledged.
                if let Some(seq) = desks.log.find(chat.id().clone(), id, Speaker::Agent).await? {
                    return Ok(Acknowledgement::found(seq).kept_as(masked));
                }
                return Err(match &state.owner {
                    _ if !desks.may_see(&agent, state) => HubError::OtherShop,
                    _ if state.epoch != epoch => HubError::Stale { actual: state.epoch },
                    Owner::Closed => HubError::Closed,
                    _ => HubError::NotYours,
                });
            }
            let text = masked.clone().unwrap_or(text);
            let kind = EventKind::AgentSaid { id, agent, name, text };
            let receipt = locked.append(Expect::Epoch(epoch), vec![kind]).await?;
            Ok(Acknowledgement::of(&receipt)?.kept_as(masked))
        };
        self.desks.lifecycle.finish(work).await
    }

    /// Tells the shopper that the agent is typing, when the agent has the chat. Not stored.
    pub fn typing(&self, conversation: &ConversationId) {
        if self.desks.floor.has(&self.agent.id, conversation) {
            if let Some(chat) = self.desks.conversations.live(conversation) {
                chat.typing(Speaker::Agent);
            }
            self.desks.peers.tell_typing(conversation, Speaker::Agent);
        }
    }

    /// Gives a chat back to the front of the queue, with a note for the next agent.
    ///
    /// # Errors
    /// [`HubError::OtherShop`], [`HubError::NotYours`], [`HubError::UnknownConversation`], [`HubError::Draining`],
    /// [`HubError::Store`].
    pub async fn release(&self, conversation: &ConversationId, note: String) -> Result<(), HubError> {
        let agent = self.agent.id.clone();
        let kind = EventKind::Released {
            agent,
            cause: ReleaseCause::GivenBack,
            note,
        };
        self.let_go(conversation, kind).await
    }

    /// Gives a chat back to the bot. Where the shop is served no more there is none, and the chat ends.
    ///
    /// # Errors
    /// As [`DeskHandle::release`].
    pub async fn return_to_bot(&self, conversation: &ConversationId) -> Result<(), HubError> {
        let agent = self.agent.id.clone();
        self.let_go(conversation, EventKind::Returned { agent }).await
    }

    /// Ends a chat. A supervisor may end those that wait too: after an attack there are many that nobody needs to take.
    ///
    /// # Errors
    /// As [`DeskHandle::release`].
    pub async fn close(&self, conversation: &ConversationId) -> Result<(), HubError> {
        let agent = Some(self.agent.id.clone());
        self.let_go(conversation, EventKind::Closed { agent }).await
    }

    /// Ends this agent's ownership by an event.
    async fn let_go(&self, conversation: &ConversationId, mut kind: EventKind) -> Result<(), HubError> {
        let (desks, chat) = (Arc::clone(&self.desks), self.desks.conversations.get(conversation));
        let agent = self.agent.id.clone();
        let ends_waiting = self.agent.supervisor() && matches!(kind, EventKind::Closed { .. });
        let work = async move {
            let mut locked = chat.lock_at_end().await?;
            let state = locked.state();
            if !desks.may_see(&agent, state) {
                return Err(HubError::OtherShop);
            }
            if state.owner != (Owner::Agent { agent }) && !(ends_waiting && state.owner == Owner::Queue) {
                return Err(HubError::NotYours);
            }
            let epoch = state.epoch;
            if let EventKind::Released { note, .. } = &mut kind
                && let Some(masked) = locked.kept_of(note)
            {
                *note = masked;
            }
            let nobody_answers = matches!(kind, EventKind::Returned { .. }) && !desks.shops.serves(&state.shop);
            let mut kinds = vec![kind];
            if nobody_answers {
                kinds.push(EventKind::Closed { agent: None });
            }
            locked.append(Expect::Epoch(epoch), kinds).await?;
            Ok(())
        };
        self.desks.lifecycle.finish(work).await
    }
}
