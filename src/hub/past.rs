//! Earlier talks of a shopper, for whoever has the shopper now.

use futures_util::{StreamExt, TryStreamExt, stream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Agent, ConversationId, EventKind, HandoffReason, Millis, Seq};
use crate::store::{Head, Log};

use super::HubError;
use super::desk::{DeskHandle, Desks, OpenedChat};
use super::reading::{Reading, allowed};

/// Talks of a page.
const TALKS: usize = 20;
/// Talks read at a time, and events read at once.
const BESIDE: usize = 4;
const EVENTS: usize = 500;

/// An earlier talk of a shopper with the shop. `open` with `past_of` shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PastTalk {
    /// Which.
    pub conversation: ConversationId,
    /// When it began.
    pub began: Millis,
    /// When it ended; absent while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Millis>,
    /// The name of the agent who had it last; absent where only the bot had it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The shopper's rating, 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stars: Option<u8>,
    /// Why it was handed off last; absent where it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<HandoffReason>,
    /// Messages of shopper, bot and agents.
    pub messages: u32,
    /// What was said last, by whomever; at most 120 characters on the wire.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub last_text: String,
}

impl DeskHandle {
    /// The talks of a chat's shopper with the same shop that began before `before` (else: before this chat), newest first,
    /// at most 20, and whether there are still earlier ones. For a chat that waits or that this agent has, or had when it
    /// ended and may take up again; supervisors and owners for any chat of their shops.
    ///
    /// # Errors
    /// [`HubError::OtherShop`], [`HubError::NotReadable`], [`HubError::UnknownConversation`], [`HubError::Store`].
    pub async fn past(
        &self,
        conversation: &ConversationId,
        before: Option<&ConversationId>,
    ) -> Result<(Vec<PastTalk>, bool), HubError> {
        let desks = self.desks();
        let head = desks.looks_back(self.agent(), conversation).await?;
        let log = desks.log();
        let bound = before.filter(|before| *before < conversation).unwrap_or(conversation);
        // Ids are in the order in which talks began.
        let mut earlier = log.conversations_of(head.shop, head.shopper).await?;
        earlier.retain(|talk| talk < bound);
        let more = earlier.len() > TALKS;
        let page = earlier.into_iter().rev().take(TALKS);
        let talks: Vec<Option<PastTalk>> = stream::iter(page)
            .map(|talk| summary(log, talk))
            .buffered(BESIDE)
            .try_collect()
            .await?;
        Ok((talks.into_iter().flatten().collect(), more))
    }

    /// Listens to a talk as [`DeskHandle::open`] does. One that this agent may not read for its own sake is read as the past of
    /// the shopper of the chat `of`, by who may see [`DeskHandle::past`] of that.
    ///
    /// # Errors
    /// As [`DeskHandle::open`].
    pub async fn open_past(
        &self,
        conversation: &ConversationId,
        of: &ConversationId,
        after: Seq,
    ) -> Result<OpenedChat, HubError> {
        let desks = self.desks();
        let (head, reading) = desks.may_read(self.agent(), conversation, Some(of)).await?;
        Ok(self.listen(head, after, reading))
    }

    /// Where a chat stands that this agent may read, and why it may be read.
    pub(super) async fn allowed(&self, conversation: &ConversationId) -> Result<(Head, Reading), HubError> {
        self.desks().may_read(self.agent(), conversation, None).await
    }
}

impl Desks {
    /// Why this agent may read a talk now, whether a desk is open here or not; one that may not be read for its own sake is read as
    /// the past of the shopper of the chat `of`, as [`DeskHandle::open_past`] does.
    pub(super) async fn may_read(
        &self,
        agent: &Agent,
        conversation: &ConversationId,
        of: Option<&ConversationId>,
    ) -> Result<(Head, Reading), HubError> {
        match (self.reading(agent, conversation).await, of) {
            (Err(HubError::NotReadable), Some(of)) => {
                let now = self.looks_back(agent, of).await?;
                let head = self.log().head(conversation.clone()).await?;
                let head = head.ok_or(HubError::UnknownConversation)?;
                match head.shop == now.shop && head.shopper == now.shopper && head.conversation < now.conversation {
                    true => Ok((head, Reading::Past)),
                    false => Err(HubError::NotReadable),
                }
            }
            (read, _) => read,
        }
    }

    /// Where a chat stands that this agent may read, and why it may be read.
    async fn reading(&self, agent: &Agent, conversation: &ConversationId) -> Result<(Head, Reading), HubError> {
        let head = self.log().head(conversation.clone()).await?;
        let head = head.ok_or(HubError::UnknownConversation)?;
        let sees = self.floor().may_see(agent, &head.shop);
        let reading = allowed(self.log(), agent, &head, sees).await?;
        Ok((head, reading))
    }

    /// Where a chat stands whose shopper's past this agent may read.
    pub(super) async fn looks_back(&self, agent: &Agent, conversation: &ConversationId) -> Result<Head, HubError> {
        let (head, reading) = self.reading(agent, conversation).await?;
        let may = match reading {
            Reading::Own | Reading::Waiting | Reading::Role => true,
            Reading::Past => false,
            // Who has handed a chat on has no more to do with the shopper.
            Reading::Former => {
                let since = self.floor().time().since(head.at);
                let chat = self.chat(conversation);
                let last = chat.lock_at_end().await?.state().last_agent.clone();
                last.as_ref() == Some(&agent.id) && since <= self.reopen_within_ms()
            }
        };
        match may {
            true => Ok(head),
            false => Err(HubError::NotReadable),
        }
    }
}

/// What a talk comes to; `None` when it is not kept any more.
async fn summary(log: &dyn Log, conversation: ConversationId) -> Result<Option<PastTalk>, HubError> {
    let mut talk = PastTalk {
        conversation: conversation.clone(),
        began: Millis(0),
        ended: None,
        agent: None,
        stars: None,
        reason: None,
        messages: 0,
        last_text: String::new(),
    };
    // What stood there before the last words of an agent, which may be taken back.
    let (mut said, mut before) = (String::new(), None::<(Seq, String)>);
    let mut after = 0;
    loop {
        let events = log.read(conversation.clone(), after, EVENTS).await?;
        let Some(last) = events.last() else { break };
        if after == 0 {
            talk.began = events[0].at;
        }
        after = last.seq;
        for event in &events {
            talk.take(event.at, &event.kind);
            before = match &event.kind {
                EventKind::AgentSaid { .. } => Some((event.seq, std::mem::take(&mut said))),
                EventKind::Withdrawn { of, .. } if before.as_ref().is_some_and(|(seq, _)| seq == of) => {
                    talk.messages = talk.messages.saturating_sub(1);
                    talk.last_text = before.take().map(|(_, text)| text).unwrap_or_default();
                    None
                }
                _ => before,
            };
            said.clone_from(&talk.last_text);
        }
        if events.len() < EVENTS {
            break;
        }
    }
    Ok((after > 0).then_some(talk))
}

impl PastTalk {
    fn take(&mut self, at: Millis, kind: &EventKind) {
        match kind {
            EventKind::Received { text, .. } | EventKind::Answered { text, .. } => self.said(text),
            EventKind::AgentSaid { text, name, .. } => {
                self.said(text);
                self.agent = Some(name.clone());
            }
            EventKind::HandedOff { reason, text, .. } => {
                self.reason = Some(*reason);
                if !text.is_empty() {
                    self.said(text);
                }
            }
            EventKind::Assigned { name, .. } => {
                self.agent = Some(name.clone());
                self.ended = None;
            }
            EventKind::Rated { stars } => self.stars = Some(*stars),
            EventKind::Closed { .. } => self.ended = Some(at),
            _ => {}
        }
    }

    fn said(&mut self, text: &str) {
        self.messages = self.messages.saturating_add(1);
        text.clone_into(&mut self.last_text);
    }
}
