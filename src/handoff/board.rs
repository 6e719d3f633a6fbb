//! What desks and shoppers see of the floor: cards, boards, places in the queue.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{
    AgentId, AssignCause, Choice, ConversationId, Epoch, HandoffReason, Lane, Millis, Recognition, ReleaseCause,
    ShopId, ShopperId, SignalHit, Slots, WaitsFor,
};

/// A ticket with everything the desk needs to start warm.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// The chat.
    pub conversation: ConversationId,
    /// The shop.
    pub shop: ShopId,
    /// The shopper's full id; the desk's frame shows it shortened.
    pub shopper: ShopperId,
    /// How pressing.
    pub lane: Lane,
    /// Why it was handed off.
    pub reason: HandoffReason,
    /// The signals behind it, with evidence.
    pub signals: Vec<SignalHit>,
    /// The intents still unanswered, with their Chinese titles.
    pub open_questions: Vec<Choice>,
    /// The shopper's last words.
    pub last_text: String,
    /// What the shopper has given in this talk: addresses, numbers, sizes.
    pub slots: Slots,
    /// In the queue: since when it waits. With an agent: since the first message that the agent has not answered,
    /// `None` when all are.
    pub waiting_since: Option<Millis>,
    /// When the shop's clock, which runs in service hours only, wants the next word.
    pub deadline: Millis,
    /// The owner epoch, to be handed back with what the agent says.
    pub epoch: Epoch,
    /// A colleague's note, empty without one.
    pub note: String,
    /// What may be sent for the open questions, at most three, in the shopper's language.
    pub suggestions: Vec<OfferedReply>,
    /// Who has it; `None` in the queue.
    pub agent: Option<AgentId>,
    /// It came back from an agent.
    pub returned: bool,
    /// It was left outside service hours, and nobody has taken it up.
    pub left: bool,
    /// Until when its agent has put it off.
    pub snoozed_until: Option<Millis>,
    /// Whom it waits for, where not for any agent of the shop.
    pub waits_for: Option<WaitsFor>,
    /// What colleagues keep of the customer, and what the rules make of it.
    pub recognition: Recognition,
    /// When its lane rose last.
    pub raised_at: Millis,
    /// How the agent who has it came to it, and who gave it.
    pub assigned_by: (Option<AssignCause>, Option<AgentId>),
    /// Why it went back to the queue last, and which colleague did it.
    pub released: Option<(ReleaseCause, Option<AgentId>)>,
}

/// A reply that an agent is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedReply {
    /// The question that it answers.
    pub question: String,
    /// As it is sent.
    pub text: String,
    /// Whose words they are.
    pub from: OfferedFrom,
}

/// Whose words an agent is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferedFrom {
    /// Written for agents, under `agent:` of the question.
    Agents,
    /// An answer of the bot, without what sends shoppers to a person.
    Bot,
}

/// A card in its place on a board.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The card.
    pub card: Arc<Card>,
    /// The lane in whose midst it is served.
    pub served_as: Lane,
    /// Whether the shopper has the chat open.
    pub here: bool,
}

impl Row {
    /// A card by itself.
    pub fn of(card: Arc<Card>) -> Row {
        Row {
            served_as: card.lane,
            here: false,
            card,
        }
    }

    /// Whether both show the same; what was folded anew may be the same as before.
    pub fn is(&self, other: &Row) -> bool {
        (self.served_as, self.here) == (other.served_as, other.here)
            && (Arc::ptr_eq(&self.card, &other.card) || self.card == other.card)
    }
}

/// How many of which kind there are in an agent's shops.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Who waits, without messages left, by lane.
    pub lanes: BTreeMap<Lane, u32>,
    /// Messages left.
    pub left: u32,
    /// Since when the one waits who waits longest, without messages left.
    pub oldest: Option<Millis>,
}

impl Counts {
    /// With those of another shop.
    pub fn add(&mut self, other: &Counts) {
        for (lane, count) in &other.lanes {
            *self.lanes.entry(*lane).or_default() += count;
        }
        self.left += other.left;
        self.oldest = self.oldest.into_iter().chain(other.oldest).min();
    }

    /// All who wait, without messages left.
    pub fn waiting(&self) -> u32 {
        self.lanes.values().sum()
    }
}

/// So many of those who wait are on a board: more help nobody, the queue is served in order.
pub const SHOWN: usize = 60;

/// One agent's view of the floor at one moment: of the shops this agent works for.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    /// The front of the queue, in the order it will be served; at most [`SHOWN`]. Without messages left, but for desks of
    /// versions before, which know no other list.
    pub waiting: Vec<Row>,
    /// The first of the messages left, in the order they will be served; at most [`SHOWN`].
    pub left: Vec<Row>,
    /// How many there are.
    pub counts: Counts,
    /// The agent's own chats, in the order in which they hurt.
    pub mine: Vec<Row>,
    /// Agents who share a shop with this one and are at a desk now, available or not.
    pub agents_online: u32,
    /// Whether new chats are assigned to this agent (another desk of the same agent may have changed it).
    pub available: bool,
    /// The hub's time.
    pub now: Millis,
}

/// A place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuePlace {
    /// Among those who wait for the same shop; 1 is next.
    pub position: u32,
    /// Honest estimate, seconds; `None` when nobody is at the desk.
    pub wait_s: Option<u32>,
    /// Whether an available agent of the shop is at a desk.
    pub staffed: bool,
}
