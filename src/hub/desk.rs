//! The agents' side of the hub.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::broadcast;

use crate::accounts::rights::reads_all_talks;
use crate::dialogue::State;
use crate::handoff::Card;
use crate::handoff::alert::AlertTo;
use crate::model::{
    Agent, AgentId, ClientMessageId, ConversationId, Epoch, EventKind, Owner, PresenceState, ReleaseCause, SentFile,
    Seq, SetPresence, ShopId, Speaker,
};
use crate::shops::Shops;
use crate::store::{Expect, Head, Log, Staff, StoreError};

use super::conversations::Conversations;
use super::floor::SharedFloor;
use super::lifecycle::Lifecycle;
use super::live::LiveConversation;
use super::peers::Peers;
use super::presences::Presences;
use super::reading::Reading;
use super::{Acknowledgement, Alert, AlertKind, BoardFeed, Colleague, HubError, Subscription, WhyAssigned, WhyWaiting};

/// Owns how agents come to their desks and what they do there.
pub(super) struct Desks {
    log: Arc<dyn Log>,
    staff: Arc<dyn Staff>,
    shops: Arc<Shops>,
    conversations: Arc<Conversations>,
    floor: Arc<SharedFloor>,
    peers: Arc<Peers>,
    lifecycle: Arc<Lifecycle>,
    presences: Presences,
    /// The least time between two boards of one desk.
    board_interval: Duration,
    /// So long after its end a chat may be taken up again, milliseconds.
    reopen_within_ms: u64,
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
        presences: Presences,
        board_interval: Duration,
        reopen_within_ms: u64,
    ) -> Desks {
        Desks {
            log,
            staff,
            shops,
            conversations,
            floor,
            peers,
            lifecycle,
            presences,
            board_interval,
            reopen_within_ms,
        }
    }

    /// The floor.
    pub(super) fn floor(&self) -> &SharedFloor {
        &self.floor
    }

    /// The logs.
    pub(super) fn log(&self) -> &dyn Log {
        self.log.as_ref()
    }

    /// The conversation, to be locked.
    pub(super) fn chat(&self, conversation: &ConversationId) -> Arc<LiveConversation> {
        self.conversations.get(conversation)
    }

    /// The conversations in memory.
    pub(super) fn live(&self) -> Vec<Arc<LiveConversation>> {
        self.conversations.all()
    }

    /// So long after its end a chat may be taken up again, milliseconds.
    pub(super) fn reopen_within_ms(&self) -> u64 {
        self.reopen_within_ms
    }

    /// See [`super::Hub::agent_connected`].
    pub(super) async fn connect(self: &Arc<Self>, agent: &AgentId) -> Result<DeskHandle, HubError> {
        if self.lifecycle.is_stopping() {
            return Err(HubError::Draining);
        }
        let known = self.staff.member(agent.clone()).await?;
        let known = known.filter(|member| !member.disabled);
        let agent = known.ok_or(HubError::UnknownAgent)?.agent();
        let said = self.presences.stored(&agent.id).await?;
        self.floor.desk_opened(agent.clone(), said);
        Ok(DeskHandle {
            desks: Arc::clone(self),
            agent,
        })
    }

    /// See [`super::Hub::dismiss`].
    pub(super) async fn dismiss(&self, agent: &AgentId) -> Result<usize, HubError> {
        // Before the chats: one that is in the queue again is not given to the same agent.
        self.presences.set(agent, PresenceState::Offline, "", false).await?;
        self.give_back_all(agent, None).await
    }

    /// Puts the chats of an agent back to the front of the queue; `by` is the supervisor who did it. Returns how many.
    async fn give_back_all(&self, agent: &AgentId, by: Option<&AgentId>) -> Result<usize, HubError> {
        let owner = Owner::Agent { agent: agent.clone() };
        let heads = self.log.assigned().await?;
        let chats = heads.into_iter().filter(|head| head.owner == owner);
        let moved = join_all(chats.map(|head| self.give_back(head.conversation, agent.clone(), by.cloned()))).await;
        Ok(moved.into_iter().filter(|moved| *moved).count())
    }

    async fn give_back(&self, conversation: ConversationId, agent: AgentId, by: Option<AgentId>) -> bool {
        let chat = self.conversations.get(&conversation);
        let work = async move {
            let mut locked = chat.lock_at_end().await?;
            if locked.state().owner != (Owner::Agent { agent: agent.clone() }) {
                return Ok(false);
            }
            let epoch = locked.state().epoch;
            let cause = match by {
                Some(_) => ReleaseCause::HandedOn,
                None => ReleaseCause::Gone,
            };
            let kind = EventKind::Released {
                agent,
                cause,
                note: String::new(),
                by,
                waits_for: None,
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
    pub(super) fn may_see(&self, agent: &AgentId, state: &State) -> bool {
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

/// What one desk is told at once.
pub struct Alerts {
    all: broadcast::Receiver<Arc<Alert>>,
    desks: Arc<Desks>,
    agent: AgentId,
}

impl Alerts {
    /// The next that concerns the agent; waits for it. A desk that was too slow hears the latest, and the log says so. Safe to
    /// drop and call again (`select!`).
    pub async fn next(&mut self) -> Arc<Alert> {
        loop {
            match self.all.recv().await {
                Ok(alert) => {
                    if self.desks.floor.concerns(&alert, &self.agent) {
                        return alert;
                    }
                }
                Err(broadcast::error::RecvError::Lagged(missed)) => {
                    tracing::warn!(agent = %self.agent, missed, "a desk was too slow for what it was told");
                }
                // The hub is gone; the board says so.
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }
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

    /// The desks.
    pub(super) fn desks(&self) -> Arc<Desks> {
        Arc::clone(&self.desks)
    }

    /// The floor.
    pub(super) fn floor(&self) -> &SharedFloor {
        &self.desks.floor
    }

    /// What was said last of the agent's presence.
    pub fn presence(&self) -> SetPresence {
        self.desks.floor.presence(&self.agent.id)
    }

    /// Sets what the agent does now, on all of the agent's desks. Whoever goes offline has no chats.
    ///
    /// # Errors
    /// [`HubError::ChatsOpen`], [`HubError::Store`].
    pub async fn set_presence(&self, state: PresenceState, reason: &str) -> Result<(), HubError> {
        let presences = &self.desks.presences;
        presences
            .set(&self.agent.id, state, reason, state == PresenceState::Offline)
            .await
    }

    /// Sets what an agent does now, as a supervisor of a shop that both work for. The chats of one who is sent home go back to
    /// the queue.
    ///
    /// # Errors
    /// [`HubError::NotSupervisor`], [`HubError::UnknownAgent`] for whoever was not seen since the start or works elsewhere,
    /// [`HubError::Store`].
    pub async fn set_presence_of(&self, agent: &AgentId, state: PresenceState, reason: &str) -> Result<(), HubError> {
        if *agent == self.agent.id {
            return self.set_presence(state, reason).await;
        }
        if !self.agent.supervisor() {
            return Err(HubError::NotSupervisor);
        }
        let team = self.desks.floor.team(&self.agent.id);
        if !team.iter().any(|colleague| colleague.agent.id == *agent) {
            return Err(HubError::UnknownAgent);
        }
        self.desks.presences.set(agent, state, reason, false).await?;
        if state == PresenceState::Offline {
            self.desks.give_back_all(agent, Some(&self.agent.id)).await?;
        }
        self.desks.floor.tell(Alert {
            name: Some(self.agent.name.clone()),
            ..Alert::about(AlertKind::PresenceSet, AlertTo::Agent(agent.clone()))
        });
        Ok(())
    }

    /// The boards of this desk; `whole` ones hold what the agent is offered on the own cards.
    pub fn board(&self, whole: bool) -> BoardFeed {
        let (floor, ended) = (Arc::clone(&self.desks.floor), self.desks.lifecycle.ended());
        BoardFeed::new(floor, self.agent.id.clone(), whole, self.desks.board_interval, ended)
    }

    /// What this desk is told at once, from now on.
    pub fn alerts(&self) -> Alerts {
        Alerts {
            all: self.desks.floor.alerts(),
            desks: Arc::clone(&self.desks),
            agent: self.agent.id.clone(),
        }
    }

    /// The colleagues who share a shop with this agent, and the agent.
    pub fn team(&self) -> Vec<Colleague> {
        self.desks.floor.team(&self.agent.id)
    }

    /// A chat that waits or is with people, as far as this agent may see it.
    pub fn card(&self, conversation: &ConversationId) -> Option<Arc<Card>> {
        let card = self.desks.floor.card(conversation)?;
        let own = card.agent.as_ref() == Some(&self.agent.id);
        let others = card.agent.is_none() || reads_all_talks(&self.agent);
        (own || others && self.desks.floor.sees(&self.agent.id, &card.shop)).then_some(card)
    }

    /// The card with what the agent is offered, where the chat is this agent's.
    pub fn offered(&self, card: &Arc<Card>) -> Arc<Card> {
        match card.agent.as_ref() == Some(&self.agent.id) {
            true => self.desks.floor.offered(card),
            false => Arc::clone(card),
        }
    }

    /// Why a chat waits, or why it is with whom it is with; neither when the bot has it or it has ended.
    ///
    /// # Errors
    /// [`HubError::OtherShop`].
    pub fn why(&self, conversation: &ConversationId) -> Result<(Option<WhyWaiting>, Option<WhyAssigned>), HubError> {
        match self.desks.floor.card(conversation) {
            Some(card)
                if card.agent.as_ref() != Some(&self.agent.id)
                    && !self.desks.floor.sees(&self.agent.id, &card.shop) =>
            {
                Err(HubError::OtherShop)
            }
            Some(_) => Ok(self.desks.floor.why(conversation)),
            None => Ok((None, None)),
        }
    }

    /// So long after its end a chat may be taken up again, milliseconds.
    pub fn reopen_within_ms(&self) -> u64 {
        self.desks.reopen_within_ms
    }

    /// Listens to a chat from `after` on (0: everything). Supervisors and owners read all chats of their shops, others
    /// those that wait and those that are or were their own.
    ///
    /// # Errors
    /// [`HubError::OtherShop`], [`HubError::NotReadable`], [`HubError::UnknownConversation`], [`HubError::Store`].
    pub async fn open(&self, conversation: &ConversationId, after: Seq) -> Result<OpenedChat, HubError> {
        let (head, reading) = self.allowed(conversation).await?;
        Ok(self.listen(head, after, reading))
    }

    /// Listens to a chat that may be read for this reason.
    pub(super) fn listen(&self, head: Head, after: Seq, reading: Reading) -> OpenedChat {
        let chat = self.desks.conversations.get(&head.conversation);
        chat.advance_to(head.seq);
        OpenedChat {
            subscription: self.desks.conversations.subscribe(&chat, after),
            reading,
            seq: head.seq,
            shop: head.shop,
        }
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
        self.send_with(conversation, id, text, Vec::new(), epoch).await
    }

    /// As [`DeskHandle::send`], with files that are kept for this conversation; the text holds their codes
    /// ([`crate::model::text_with_files`]).
    ///
    /// # Errors
    /// As [`DeskHandle::send`].
    pub async fn send_with(
        &self,
        conversation: &ConversationId,
        id: ClientMessageId,
        text: String,
        files: Vec<SentFile>,
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
            let kind = EventKind::AgentSaid {
                id,
                agent,
                name,
                text,
                files,
            };
            let receipt = locked.append(Expect::Epoch(epoch), vec![kind]).await?;
            Ok(Acknowledgement::of(&receipt)?.kept_as(masked))
        };
        self.desks.lifecycle.finish(work).await
    }

    /// Tells the shopper that the agent is typing, when the agent has the chat. Not stored.
    pub fn typing(&self, conversation: &ConversationId) {
        if self.desks.floor.has(&self.agent.id, conversation) {
            self.desks.floor.typed(&self.agent.id, conversation);
            if let Some(chat) = self.desks.conversations.live(conversation) {
                chat.typing(Speaker::Agent);
            }
            self.desks.peers.tell_typing(conversation, Speaker::Agent);
        }
    }

    /// Gives a chat back to the bot. Where the shop is served no more there is none, and the chat ends.
    ///
    /// # Errors
    /// [`HubError::OtherShop`], [`HubError::NotYours`], [`HubError::UnknownConversation`], [`HubError::Draining`],
    /// [`HubError::Store`].
    pub async fn return_to_bot(&self, conversation: &ConversationId) -> Result<(), HubError> {
        let agent = self.agent.id.clone();
        self.let_go(conversation, EventKind::Returned { agent }).await
    }

    /// Ends a chat. A supervisor may end those that wait too: after an attack there are many that nobody needs to take.
    ///
    /// # Errors
    /// As [`DeskHandle::return_to_bot`].
    pub async fn close(&self, conversation: &ConversationId) -> Result<(), HubError> {
        let agent = Some(self.agent.id.clone());
        self.let_go(conversation, EventKind::Closed { agent }).await
    }

    /// Ends this agent's ownership by an event.
    async fn let_go(&self, conversation: &ConversationId, kind: EventKind) -> Result<(), HubError> {
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
