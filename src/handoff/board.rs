//! What desks and shoppers see of the floor: cards, boards, places in the queue.

use std::sync::Arc;

use crate::model::{
    AgentId, Choice, ConversationId, Epoch, HandoffReason, Lane, Millis, ShopId, ShopperId, SignalHit, Slots,
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
    /// When the shop's clock wants an answer.
    pub deadline: Millis,
    /// The owner epoch, to be handed back with what the agent says.
    pub epoch: Epoch,
    /// A colleague's note, empty without one.
    pub note: String,
    /// Rendered answers to the open questions, at most three, in the shopper's language.
    pub suggestions: Vec<String>,
    /// Who has it; `None` in the queue.
    pub agent: Option<AgentId>,
}

/// So many of those who wait are on a board: more help nobody, the queue is served in order.
pub const SHOWN: usize = 60;

/// One agent's view of the floor at one moment: of the shops this agent works for.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    /// The front of the queue, in the order it will be served; at most [`SHOWN`].
    pub waiting: Vec<Arc<Card>>,
    /// All who wait.
    pub waiting_count: u32,
    /// The agent's own chats, longest unanswered first, answered ones last.
    pub mine: Vec<Arc<Card>>,
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
