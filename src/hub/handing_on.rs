//! Chats that change hands by an agent's or a supervisor's doing: handed on, taken over, taken up again after their end.

use crate::dialogue::State;
use crate::model::{
    AgentId, AssignCause, ConversationId, Epoch, EventKind, Owner, PresenceState, ReleaseCause, WaitsFor,
};
use crate::store::{Expect, StoreError};

use super::HubError;
use super::desk::DeskHandle;

/// To whom a chat is handed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// This colleague, at once.
    Agent(AgentId),
    /// The front of the queue: for these alone, or for any colleague.
    Queue(Option<WaitsFor>),
}

impl DeskHandle {
    /// Takes a waiting chat by hand; a chat this agent already has is left as it is. A supervisor also takes over chats that
    /// colleagues or the bot have. Returns the epoch.
    ///
    /// # Errors
    /// [`HubError::OtherShop`], [`HubError::NotWaiting`], [`HubError::UnknownConversation`], [`HubError::Draining`],
    /// [`HubError::Store`].
    pub async fn take(&self, conversation: &ConversationId) -> Result<Epoch, HubError> {
        let (desks, chat) = (self.desks(), self.conversation(conversation));
        let supervisor = self.agent().supervisor();
        let (id, name) = (self.agent().id.clone(), self.agent().name.clone());
        let work = async move {
            let mut locked = chat.lock_at_end().await?;
            let state = locked.state();
            let epoch = state.epoch;
            let cause = match &state.owner {
                Owner::Agent { agent } if *agent == id => return Ok(epoch),
                _ if !desks.may_see(&id, state) => return Err(HubError::OtherShop),
                Owner::Queue => AssignCause::Taken,
                Owner::Agent { .. } | Owner::Bot if supervisor => AssignCause::TakenOver,
                _ => return Err(HubError::NotWaiting),
            };
            let kind = EventKind::assigned(id, name, cause);
            let receipt = locked.append(Expect::Epoch(epoch), vec![kind]).await?;
            Ok(receipt.epoch)
        };
        self.finish(work).await
    }

    /// Hands on an own chat, or, as a supervisor, one that waits or that a colleague has. The note is for whoever gets it.
    ///
    /// # Errors
    /// [`HubError::ColleagueAway`], [`HubError::ColleagueFull`], [`HubError::ColleagueOtherShop`], [`HubError::UnknownGroup`],
    /// [`HubError::NoSupervisor`]: the chat stays where it is. [`HubError::OtherShop`], [`HubError::NotYours`],
    /// [`HubError::UnknownConversation`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn hand_on(&self, conversation: &ConversationId, to: Recipient, note: String) -> Result<(), HubError> {
        let (desks, chat) = (self.desks(), self.conversation(conversation));
        let me = self.agent().id.clone();
        let supervisor = self.agent().supervisor();
        let work = async move {
            let mut locked = chat.lock_at_end().await?;
            let state = locked.state();
            if !desks.may_see(&me, state) {
                return Err(HubError::OtherShop);
            }
            let has = match &state.owner {
                Owner::Agent { agent } => Some(agent.clone()),
                _ => None,
            };
            let waits = state.owner == Owner::Queue && to != Recipient::Queue(None);
            let may = has.as_ref() == Some(&me) || supervisor && (has.is_some() || waits);
            if !may {
                return Err(HubError::NotYours);
            }
            let epoch = state.epoch;
            let note = locked.kept_of(&note).unwrap_or(note);
            let (kind, reserved) = match to {
                Recipient::Agent(to) if has.as_ref() == Some(&to) => return Ok(()),
                Recipient::Agent(to) => {
                    let name = desks.colleague(&to, locked.state())?;
                    if !desks.floor().reserve(locked.conversation(), &to) {
                        return Err(HubError::ColleagueFull);
                    }
                    let handed_on = EventKind::Assigned {
                        agent: to,
                        name,
                        cause: Some(AssignCause::HandedOn),
                        by: Some(me),
                        note,
                    };
                    (handed_on, true)
                }
                Recipient::Queue(waits_for) => {
                    desks.meant_is_there(waits_for.as_ref(), &me, locked.state())?;
                    let agent = has.unwrap_or_else(|| me.clone());
                    let cause = match waits_for {
                        Some(_) => ReleaseCause::HandedOn,
                        None => ReleaseCause::GivenBack,
                    };
                    let by = (agent != me).then_some(me);
                    let released = EventKind::Released {
                        agent,
                        cause,
                        note,
                        by,
                        waits_for,
                    };
                    (released, false)
                }
            };
            let appended = locked.append(Expect::Epoch(epoch), vec![kind]).await;
            if appended.is_err() && reserved {
                desks.floor().give_up_room(locked.conversation());
            }
            appended?;
            Ok(())
        };
        self.finish(work).await
    }

    /// Takes up a chat again that has ended lately: this agent has it then, with what it was handed off for.
    ///
    /// # Errors
    /// [`HubError::NotEnded`] also when people never had it; [`HubError::EndedLongAgo`]; [`HubError::NewerTalk`] when the shopper
    /// has begun another; [`HubError::OtherShop`], [`HubError::NotReadable`], [`HubError::UnknownConversation`],
    /// [`HubError::Draining`], [`HubError::Store`].
    pub async fn reopen(&self, conversation: &ConversationId) -> Result<(), HubError> {
        let (head, _) = self.allowed(conversation).await?;
        let desks = self.desks();
        if head.owner != Owner::Closed {
            return Err(HubError::NotEnded);
        }
        if desks.floor().time().since(head.at) > desks.reopen_within_ms() {
            return Err(HubError::EndedLongAgo);
        }
        let chat = self.conversation(conversation);
        let (id, name) = (self.agent().id.clone(), self.agent().name.clone());
        let work = async move {
            let mut locked = chat.lock_at_end().await?;
            let state = locked.state();
            if state.owner != Owner::Closed || state.last_agent.is_none() {
                return Err(HubError::NotEnded);
            }
            let epoch = state.epoch;
            let kind = EventKind::assigned(id, name, AssignCause::Reopened);
            match locked.append(Expect::Epoch(epoch), vec![kind]).await {
                Ok(_) => Ok(()),
                Err(StoreError::Exists { .. }) => Err(HubError::NewerTalk),
                Err(error) => Err(error.into()),
            }
        };
        self.finish(work).await
    }
}

impl super::desk::Desks {
    /// The name of a colleague who may be handed a chat that stands so.
    fn colleague(&self, colleague: &AgentId, state: &State) -> Result<String, HubError> {
        let (agent, here) = self.floor().agent(colleague).ok_or(HubError::ColleagueAway)?;
        if !agent.works_for(&state.shop) {
            return Err(HubError::ColleagueOtherShop);
        }
        match here && self.floor().presence(colleague).state == PresenceState::Online {
            true => Ok(agent.name),
            false => Err(HubError::ColleagueAway),
        }
    }

    /// Whether there is anybody for whom a chat that stands so may wait.
    fn meant_is_there(&self, waits_for: Option<&WaitsFor>, me: &AgentId, state: &State) -> Result<(), HubError> {
        match waits_for {
            Some(WaitsFor::Group { group }) if !self.floor().group_exists(&state.shop, group) => {
                Err(HubError::UnknownGroup)
            }
            Some(WaitsFor::Supervisor) if !self.floor().other_supervisor(&state.shop, me) => {
                Err(HubError::NoSupervisor)
            }
            _ => Ok(()),
        }
    }
}
