//! State of a conversation: a fold over its log.

use crate::model::{
    AgentId, Choice, ClientMessageId, Epoch, Event, EventKind, Lane, Language, Millis, Owner, Seq, ShopId, ShopperId,
    Turn,
};

use super::memory::Memory;

/// Where a conversation stands after its last event.
#[derive(Clone, Debug)]
pub struct State {
    /// The shop.
    pub shop: ShopId,
    /// The shopper.
    pub shopper: ShopperId,
    /// The language of the page.
    pub lang: Language,
    /// The last event.
    pub seq: Seq,
    /// The owner epoch.
    pub epoch: Epoch,
    /// Who may speak.
    pub owner: Owner,
    /// The shopper's messages that nobody has replied to yet, oldest first.
    pub pending: Vec<Pending>,
    /// What the bot remembers of the talk.
    pub memory: Memory,
    /// Lane and deadline of the ticket, from the handoff to the return or close.
    pub ticket: Option<(Lane, Millis)>,
    /// The agent who had the chat last.
    pub last_agent: Option<AgentId>,
}

/// A shopper's message that waits for a reply.
#[derive(Clone, Debug, PartialEq)]
pub struct Pending {
    /// The client's id.
    pub id: ClientMessageId,
    /// As written.
    pub text: String,
    /// When it was stored.
    pub at: Millis,
    /// Whether the bot has read it in a turn that brought in a person: what it asks is on the ticket already.
    pub read: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            shop: ShopId::new(""),
            shopper: ShopperId::new(""),
            lang: Language::Chinese,
            seq: 0,
            epoch: 0,
            owner: Owner::Bot,
            pending: Vec::new(),
            memory: Memory::default(),
            ticket: None,
            last_agent: None,
        }
    }
}

impl State {
    /// Takes one more event into account.
    pub fn apply(&mut self, event: &Event) {
        debug_assert_eq!(event.seq, self.seq + 1, "a log has no gaps");
        self.seq = event.seq;
        self.epoch = event.epoch;
        if let Some(owner) = event.kind.new_owner() {
            self.owner = owner;
        }
        match &event.kind {
            EventKind::Started { shop, shopper, lang } => {
                self.shop = shop.clone();
                self.shopper = shopper.clone();
                self.lang = *lang;
            }
            EventKind::Received { id, text } => {
                self.pending.push(Pending {
                    id: id.clone(),
                    text: text.clone(),
                    at: event.at,
                    read: false,
                });
            }
            EventKind::Answered { turn, choices, .. } => {
                self.remember(turn, choices);
                self.pending.retain(|pending| !turn.reply_to.contains(&pending.id));
            }
            EventKind::HandedOff {
                lane, deadline, turn, ..
            } => {
                self.ticket = Some((*lane, *deadline));
                if let Some(turn) = turn {
                    self.remember(turn, &[]);
                    // A person still owes these an answer.
                    for pending in &mut self.pending {
                        pending.read |= turn.reply_to.contains(&pending.id);
                    }
                }
            }
            EventKind::Assigned { agent, .. } => self.last_agent = Some(agent.clone()),
            EventKind::AgentSaid { .. } => self.pending.clear(),
            EventKind::Released { .. } | EventKind::Rated { .. } | EventKind::Unknown { .. } => {}
            EventKind::Returned { .. } => {
                self.pending.clear();
                self.ticket = None;
                self.memory.returned();
            }
            EventKind::Closed { .. } => {
                self.pending.clear();
                self.ticket = None;
            }
        }
    }

    /// Takes a turn of the bot into memory, as it was recorded.
    fn remember(&mut self, turn: &Turn, choices: &[Choice]) {
        let texts: Vec<&str> = self
            .pending
            .iter()
            .filter(|pending| turn.reply_to.contains(&pending.id))
            .map(|pending| pending.text.as_str())
            .collect();
        self.memory.turn_taken(&texts, turn, choices);
    }
}
