//! Rows of the desk: cards, what changes in their lists, colleagues, chats on the floor.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::chat::OwnerWho;
use crate::model::{
    AgentId, Choice, ConversationId, Epoch, HandoffReason, Lane, Millis, PhraseId, PresenceState, SentFile, ShopId,
    SignalHit, Slots, WaitsFor,
};

/// A ticket as the desk shows it: why it came, how long it waits, what was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TicketCard {
    /// The chat.
    pub conversation: ConversationId,
    /// The shop.
    pub shop: ShopId,
    /// How the shopper is shown: the shop's customer id, or `访客` and a code of ten letters and digits, which no two visitors
    /// share. Lists may show its first four where these tell them apart.
    pub shopper: String,
    /// How pressing.
    pub lane: Lane,
    /// Why it was handed off.
    pub reason: HandoffReason,
    /// The signals behind it, with evidence. In `board_changes` and the board before them only the strongest; `case` has all.
    pub signals: Vec<SignalHit>,
    /// The intents still unanswered, with titles. In whole boards only; else in `case`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_questions: Vec<Choice>,
    /// The shopper's last words.
    pub last_text: String,
    /// What the shopper has given in this talk, by slot: address, order number, size. Only for `mine`, in whole boards.
    #[serde(default, skip_serializing_if = "Slots::is_empty")]
    pub slots: Slots,
    /// Since when it waits (for `mine`: since the shopper's first unanswered message; absent when answered).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Millis>,
    /// The one clock of a row: when the shop's clock, which runs in service hours only, wants the next word. Counts while
    /// `waiting_since` is there; else the ball is with the shopper.
    pub deadline: Millis,
    /// The owner epoch, to be sent back with messages.
    pub epoch: Epoch,
    /// A colleague's note.
    #[serde(default)]
    pub note: String,
    /// Ready replies: rendered answers to the open questions, to be put into the editor by one key. Only for `mine`, in whole
    /// boards; else in `case`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<String>,
    /// The lane in whose midst it is served, where it is above its own since it is late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promoted: Option<Lane>,
    /// It came back from an agent, and stands before others of its lane.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub returned: bool,
    /// It was left outside service hours (留言): an answer is promised by then, and `deadline` is that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised_at: Option<Millis>,
    /// An own chat that is put off until then, or until the shopper writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<Millis>,
    /// Whether the shopper has the chat open now.
    #[serde(default)]
    pub here: bool,
    /// Whom it waits for, where not for any agent of the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<WaitsFor>,
    /// Whether the shop takes particular care of this customer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vip: bool,
    /// The first tags of the customer, cut; in `board_changes` and the board before them, for rows near the top.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// How many of which kind there are in one's shops.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BoardCounts {
    /// Who waits, without messages left.
    pub waiting: u32,
    /// The same by lane; lanes in which nobody waits are left out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lanes: BTreeMap<Lane, u32>,
    /// Messages left outside service hours that nobody has taken up.
    #[serde(default)]
    pub left: u32,
    /// Since when the one waits who waits longest, without messages left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest: Option<Millis>,
    /// Agents at a desk who share a shop with you, you among them.
    #[serde(default)]
    pub agents_online: u32,
}

/// How a list becomes the one that follows: what is in `gone`, `set` and `moved` is taken out; then the rows of `set` and
/// `moved` together are put in, each at its place in the new list, the lowest place first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ListChanges {
    /// No longer in the list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<ConversationId>,
    /// New, or other than before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<SetRow>,
    /// The same as before, at another place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<MovedRow>,
}

impl ListChanges {
    /// Whether nothing is different.
    pub fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.set.is_empty() && self.moved.is_empty()
    }
}

/// A row and its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SetRow {
    /// Its place in the new list, from 0.
    pub at: u32,
    /// The row.
    pub card: TicketCard,
}

/// A row that only moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MovedRow {
    /// Its place in the new list, from 0.
    pub at: u32,
    /// Which.
    pub conversation: ConversationId,
}

/// A colleague, or oneself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TeamMember {
    /// Who.
    pub agent: AgentId,
    /// The name that shoppers see.
    pub name: String,
    /// What this person said to do.
    pub state: PresenceState,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Since when; absent when never said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Millis>,
    /// Whether a desk of theirs is open now.
    pub here: bool,
    /// Whether this is a supervisor.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub supervisor: bool,
    /// What they are good at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Their shops; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shops: Vec<ShopId>,
    /// Chats they have now.
    pub open: u32,
    /// Chats at once.
    pub capacity: u32,
    /// Since when their shopper waits who waits longest; absent when all are answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_unanswered: Option<Millis>,
}

/// An open chat as supervisors see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FloorChat {
    /// Which.
    pub conversation: ConversationId,
    /// The shop.
    pub shop: ShopId,
    /// How the shopper is shown.
    pub shopper: String,
    /// Who speaks: `bot`, `queue` or `agent`.
    pub owner: OwnerWho,
    /// The agent who has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// The card, where it waits or is with an agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<TicketCard>,
    /// The owner epoch.
    pub epoch: Epoch,
    /// When something happened last in it.
    pub at: Millis,
}

/// A reply that an agent is offered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Suggestion {
    /// What is put into the editor.
    pub text: String,
    /// Whose words they are.
    pub from: SuggestionFrom,
    /// The phrase that it is; to be named as `used` by the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phrase: Option<PhraseId>,
    /// The phrase's picture or document, to be sent with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<SentFile>,
}

/// Whose words an agent is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionFrom {
    /// Written for agents in the file of the question (`agent:`).
    Agents,
    /// The phrase that colleagues sent most for the same question; its blanks and variables are to be filled.
    Phrase,
    /// An answer of the bot, without what sends shoppers to a person.
    Bot,
}
