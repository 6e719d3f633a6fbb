//! What is known of a talk for searching, as its log tells.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{
    AgentId, ConversationId, CustomerCard, Event, EventKind, HandoffReason, Millis, Owner, Seq, ShopId, ShopperId,
    SlotName,
};
use crate::store::{Store, StoreError};

/// Events read at once.
const PAGE: usize = 500;

/// Whether a talk goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It goes on.
    Open,
    /// It has ended.
    Ended,
}

impl State {
    /// As it is written in requests.
    pub fn name(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Ended => "ended",
        }
    }
}

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SaidBy {
    /// The customer.
    Shopper,
    /// The bot.
    Bot,
    /// An agent, to the shopper.
    Agent,
    /// A colleague, to colleagues alone.
    Note,
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Its place in the log.
    pub seq: Seq,
    /// By whom.
    pub by: SaidBy,
    /// As it was written.
    pub text: String,
}

/// A talk.
#[derive(Clone, Debug, PartialEq)]
pub struct Talk {
    /// Which.
    pub conversation: ConversationId,
    /// The shop.
    pub shop: ShopId,
    /// The customer.
    pub shopper: ShopperId,
    /// The last event that was read.
    pub seq: Seq,
    /// When it began.
    pub began: Millis,
    /// When it ended; `None` while it goes on.
    pub ended: Option<Millis>,
    /// Who may speak now.
    pub owner: Owner,
    /// Who had it, in that order, each once, with the name that the log tells last.
    pub agents: Vec<(AgentId, String)>,
    /// How it was rated last.
    pub stars: Option<u8>,
    /// Why it was handed off, each time.
    pub reasons: Vec<HandoffReason>,
    /// Messages of shopper, bot and agents.
    pub messages: u32,
    /// Order numbers that the bot has read.
    pub orders: Vec<String>,
    /// Everything that was said, notes too.
    pub said: Vec<Said>,
    /// What colleagues keep of the customer.
    pub card: CustomerCard,
    /// How often that was changed.
    pub card_version: u64,
}

impl Talk {
    /// Reads a talk; `None` when it is not kept any more.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn read(store: &dyn Store, conversation: &ConversationId) -> Result<Option<Talk>, StoreError> {
        let Some(mut talk) = Talk::said_in(store, conversation).await? else {
            return Ok(None);
        };
        let kept = store.customer_card(talk.shop.clone(), talk.shopper.clone()).await?;
        (talk.card, talk.card_version) = (kept.card, kept.version);
        Ok(Some(talk))
    }

    async fn said_in(log: &dyn Store, conversation: &ConversationId) -> Result<Option<Talk>, StoreError> {
        let mut talk: Option<Talk> = None;
        let mut after = 0;
        loop {
            let events = log.read(conversation.clone(), after, PAGE).await?;
            for event in &events {
                match &mut talk {
                    Some(talk) => talk.take(event),
                    None => talk = Talk::begun(conversation, event),
                }
            }
            match events.last() {
                Some(last) if events.len() == PAGE => after = last.seq,
                _ => return Ok(talk),
            }
        }
    }

    /// The talk that begins with this event.
    fn begun(conversation: &ConversationId, event: &Arc<Event>) -> Option<Talk> {
        let EventKind::Started { shop, shopper, .. } = &event.kind else {
            return None;
        };
        Some(Talk {
            conversation: conversation.clone(),
            shop: shop.clone(),
            shopper: shopper.clone(),
            seq: event.seq,
            began: event.at,
            ended: None,
            owner: Owner::Bot,
            agents: Vec::new(),
            stars: None,
            reasons: Vec::new(),
            messages: 0,
            orders: Vec::new(),
            said: Vec::new(),
            card: CustomerCard::default(),
            card_version: 0,
        })
    }

    /// Whether it goes on.
    pub fn state(&self) -> State {
        match self.owner {
            Owner::Closed => State::Ended,
            _ => State::Open,
        }
    }

    fn take(&mut self, event: &Event) {
        self.seq = event.seq;
        if let Some(owner) = event.kind.new_owner() {
            self.ended = (owner == Owner::Closed).then_some(event.at);
            self.owner = owner;
        }
        let order = event
            .kind
            .turn()
            .and_then(|turn| turn.decision.slots.get(SlotName::OrderNumber));
        if let Some(order) = order
            && !self.orders.iter().any(|known| known == order)
        {
            self.orders.push(order.to_owned());
        }
        match &event.kind {
            EventKind::Received { text, .. } => self.say(event.seq, SaidBy::Shopper, text),
            EventKind::Answered { text, .. } => self.say(event.seq, SaidBy::Bot, text),
            EventKind::HandedOff { reason, text, .. } => {
                self.reasons.push(*reason);
                self.say(event.seq, SaidBy::Bot, text);
            }
            EventKind::AgentSaid { agent, name, text, .. } => {
                self.had_by(agent, name);
                self.say(event.seq, SaidBy::Agent, text);
            }
            EventKind::Assigned { agent, name, note, .. } => {
                self.had_by(agent, name);
                self.say(event.seq, SaidBy::Note, note);
            }
            EventKind::Released { note, .. } => self.say(event.seq, SaidBy::Note, note),
            EventKind::Noted { text, .. } => self.say(event.seq, SaidBy::Note, text),
            EventKind::Withdrawn { of, .. } => self.unsay(*of),
            EventKind::Rated { stars } => self.stars = Some(*stars),
            _ => {}
        }
    }

    fn say(&mut self, seq: Seq, by: SaidBy, text: &str) {
        if text.is_empty() {
            return;
        }
        self.messages += u32::from(by != SaidBy::Note);
        let text = text.to_owned();
        self.said.push(Said { seq, by, text });
    }

    /// What was taken back is nothing that was said.
    fn unsay(&mut self, of: Seq) {
        let before = self.said.len();
        self.said.retain(|said| said.seq != of);
        self.messages -= u32::from(self.said.len() < before);
    }

    fn had_by(&mut self, agent: &AgentId, name: &str) {
        match self.agents.iter_mut().find(|(known, _)| known == agent) {
            Some((_, known)) => name.clone_into(known),
            None => self.agents.push((agent.clone(), name.to_owned())),
        }
    }
}
