//! What desks and the server say to each other on `/v1/desk`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ErrorBody;
use crate::model::{
    AgentId, Choice, ClientMessageId, ConversationId, Decision, Epoch, HandoffReason, Lane, Millis, Seq, ShopId,
    SignalHit, Slots, Speaker,
};

/// What an agent's desk sends on `/v1/desk`. The session is the cookie set at sign-in, or `session` in `hello`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DeskRequest {
    /// Must be first.
    Hello {
        /// Session token, for clients that keep no cookies.
        #[serde(default)]
        session: Option<String>,
    },
    /// Sets whether new chats may be assigned to this agent.
    Status {
        /// True: assign me chats. False: away.
        available: bool,
    },
    /// Takes a waiting chat by hand.
    Take {
        /// Which.
        conversation: ConversationId,
    },
    /// Asks for the events of a chat, then its live events.
    Open {
        /// Which.
        conversation: ConversationId,
        /// The last `seq` seen; 0 for all.
        #[serde(default)]
        after: Seq,
    },
    /// Stops the live events of a chat.
    Leave {
        /// Which.
        conversation: ConversationId,
    },
    /// Says something to the shopper. Resend under the same `id` until acknowledged.
    Message {
        /// To whom.
        conversation: ConversationId,
        /// The client's id.
        id: ClientMessageId,
        /// The text.
        text: String,
        /// The owner epoch under which it was written; refused as `stale` when the chat has moved on.
        epoch: Epoch,
    },
    /// Is typing; not stored.
    Typing {
        /// To whom.
        conversation: ConversationId,
    },
    /// Gives the chat back to the queue, to its front.
    Release {
        /// Which.
        conversation: ConversationId,
        /// For the next agent.
        #[serde(default)]
        note: String,
    },
    /// Gives the chat back to the bot.
    Return {
        /// Which.
        conversation: ConversationId,
    },
    /// Ends the chat.
    Close {
        /// Which.
        conversation: ConversationId,
    },
    /// Ends chats that wait, many at once: for supervisors, after an attack. Answered by `closed_waiting`.
    CloseWaiting {
        /// Which, at most 200. Without any: all that wait in your shops, but for those in the lane `safety`.
        #[serde(default)]
        conversations: Vec<ConversationId>,
        /// Only those that have waited since before this server time; without it no matter since when.
        #[serde(default)]
        before: Option<Millis>,
    },
    /// Asks whether anybody is there; answered by `pong`.
    Ping,
}

/// What the server sends on `/v1/desk`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DeskFrame {
    /// Answers `hello`.
    Welcome {
        /// Who you are.
        agent: AgentId,
        /// Your name, as shoppers see it.
        name: String,
        /// Whether you look after agents.
        supervisor: bool,
        /// What you may do: `agent`, `operator`, `supervisor`, `owner`.
        #[serde(default)]
        roles: Vec<String>,
        /// The shops you work for; empty means all.
        #[serde(default)]
        shops: Vec<ShopId>,
        /// Chats at once.
        slots: u32,
        /// Whether new chats are assigned to you.
        available: bool,
        /// Server time, to show waits against.
        now: Millis,
        /// What the files call what the desk shows.
        #[serde(default)]
        titles: Titles,
    },
    /// The front of your shops' queue and your own chats; sent on every change (at most a few times a second). Long
    /// texts on its cards are cut, so that the frame stays below 64 KiB.
    Board {
        /// The first who wait, in the order they will be served; at most 60.
        waiting: Vec<TicketCard>,
        /// All who wait.
        #[serde(default)]
        waiting_count: u32,
        /// Yours, longest unanswered first.
        mine: Vec<TicketCard>,
        /// Agents at the desk now who share a shop with you.
        agents_online: u32,
        /// Server time.
        now: Millis,
        /// What is wrong until it is mended; told with every board as long as it holds.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        notices: Vec<DeskNotice>,
    },
    /// An event of a chat that is open here.
    Event {
        /// Which chat.
        conversation: ConversationId,
        /// The event.
        event: Box<DeskEvent>,
    },
    /// The agent's message is stored.
    Ack {
        /// Which chat.
        conversation: ConversationId,
        /// The client's id.
        id: ClientMessageId,
        /// Its place.
        seq: Seq,
    },
    /// What `close_waiting` has done, when all of it is done.
    ClosedWaiting {
        /// So many have ended.
        closed: u32,
        /// So many were asked for and go on: taken or given away meanwhile, not waiting, or not kept.
        left: u32,
    },
    /// The shopper is typing (a notice).
    Typing {
        /// Which chat.
        conversation: ConversationId,
    },
    /// Something was refused (a notice).
    Error {
        /// What and why.
        #[serde(flatten)]
        error: ErrorBody,
        /// The chat it concerns.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation: Option<ConversationId>,
    },
    /// Answers `ping` (a notice).
    Pong,
    /// The server will go away; it works until then. Close and connect again at a random time within so many
    /// milliseconds (a notice).
    Move {
        /// Milliseconds.
        within_ms: u64,
    },
    /// The server goes away now; reconnect after so many milliseconds (a notice).
    Moving {
        /// Milliseconds to wait before reconnecting.
        after_ms: u64,
    },
}

/// Something that everybody at work must know until it is mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeskNotice {
    /// What it is about: `reload_refused` (changed intent files were refused) or `packs_differ` (servers on one store
    /// answer with different packs).
    pub kind: String,
    /// The shop it concerns; absent for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<ShopId>,
    /// In Chinese, with the way to mend it.
    pub zh: String,
    /// In English, with the way to mend it.
    pub en: String,
}

/// Titles from the intent files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Titles {
    /// Of the signals, by id.
    pub signals: BTreeMap<String, Title>,
    /// The names of the shops you work for, by id.
    #[serde(default)]
    pub shops: BTreeMap<ShopId, Title>,
}

/// A title in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Title {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A ticket as the desk shows it: why it came, how long it waits, what was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TicketCard {
    /// The chat.
    pub conversation: ConversationId,
    /// The shop.
    pub shop: ShopId,
    /// How the shopper is shown: the shop's customer id, or `访客` and a short code.
    pub shopper: String,
    /// How pressing.
    pub lane: Lane,
    /// Why it was handed off.
    pub reason: HandoffReason,
    /// The signals behind it, with evidence.
    pub signals: Vec<SignalHit>,
    /// The intents still unanswered, with titles.
    pub open_questions: Vec<Choice>,
    /// The shopper's last words.
    pub last_text: String,
    /// What the shopper has given in this talk, by slot: address, order number, size. Only for `mine`.
    #[serde(default, skip_serializing_if = "Slots::is_empty")]
    pub slots: Slots,
    /// Since when it waits (for `mine`: since the shopper's first unanswered message; absent when answered).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Millis>,
    /// When the shop's clock wants an answer.
    pub deadline: Millis,
    /// The owner epoch, to be sent back with messages.
    pub epoch: Epoch,
    /// A colleague's note.
    pub note: String,
    /// Ready replies: rendered answers to the open questions, to be put into the editor by one key. Only for `mine`.
    pub suggestions: Vec<String>,
}

/// An event as the desk sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeskEvent {
    /// Place in the log.
    pub seq: Seq,
    /// The owner epoch after it.
    pub epoch: Epoch,
    /// When.
    pub at: Millis,
    /// What: `started`, `received`, `answered`, `handed_off`, `assigned`, `agent_said`, `released`, `returned`,
    /// `closed`, `rated`.
    pub kind: String,
    /// Who spoke, for messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Speaker>,
    /// The agent's name, where one acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The client's id, for messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ClientMessageId>,
    /// The text, for messages and notes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Buttons, for the bot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// The bot's decision, for `answered`, and for `handed_off` when the turn said nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// The reason, for `handed_off`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<HandoffReason>,
    /// The lane, for `handed_off`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Lane>,
    /// The signals, for `handed_off`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<SignalHit>,
    /// Stars, for `rated`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stars: Option<u8>,
}
