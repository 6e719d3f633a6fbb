//! The frames of subprotocol `yingda.v1`, JSON text, one object a frame.
//!
//! The schema in `docs/protocol.schema.json` and the types in `src/web/shared/protocol.d.ts` are generated from
//! this file; a test fails when they are stale. Fields may be added, never renamed or removed.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{
    AgentId, Choice, ClientMessageId, ConversationId, Decision, Epoch, HandoffReason, Lane, Language, Millis, Seq,
    ShopId, SignalHit, Speaker,
};

/// What a shopper's client sends on `/v1/chat`. `hello` must be first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ChatRequest {
    /// Begins or resumes a talk.
    Hello {
        /// The shop.
        shop: ShopId,
        /// BCP 47 tag of the page, for example `zh-CN`, `zh-TW`, `en`.
        #[serde(default)]
        lang: Option<String>,
        /// The token of an earlier `welcome`: who the shopper is.
        #[serde(default)]
        token: Option<String>,
        /// The last `seq` seen; 0 for all, null for none of the past.
        #[serde(default)]
        after: Option<Seq>,
        /// The conversation that the page shows and `after` counts in. When it has ended meanwhile, the rest of it
        /// comes first; when another one is welcomed, all of that one comes.
        #[serde(default)]
        conversation: Option<ConversationId>,
        /// The shop's own customer id, with `signature`.
        #[serde(default)]
        customer: Option<String>,
        /// Hex HMAC-SHA-256 of `customer` with the shop's identity key.
        #[serde(default)]
        signature: Option<String>,
    },
    /// Says something. Resend under the same `id` until it is acknowledged.
    Message {
        /// The client's id, unique within the conversation, 1 to 64 characters.
        id: ClientMessageId,
        /// The text.
        text: String,
    },
    /// Asks for a person (the button).
    Human,
    /// Is typing; not stored.
    Typing,
    /// Rates the talk.
    Rate {
        /// 1 to 5.
        stars: u8,
    },
    /// Ends the talk; the next `hello` with the same token begins a new one.
    Close,
    /// Asks whether anybody is there; answered by `pong`.
    Ping,
}

/// What the server sends on `/v1/chat`. Frames with `seq` are events of the log; the others are notices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ChatFrame {
    /// Answers `hello`. Missed events follow.
    Welcome {
        /// The conversation.
        conversation: ConversationId,
        /// To be kept by the client and sent in the next `hello`.
        token: String,
        /// The conversation's last `seq` now.
        seq: Seq,
        /// The conversation that `hello` named is no longer kept.
        #[serde(default, skip_serializing_if = "is_false")]
        history_gone: bool,
        /// This conversation has ended and the shopper has another one open: send `hello` again when the end is read.
        #[serde(default, skip_serializing_if = "is_false")]
        next: bool,
        /// The shop whose talk it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shop: Option<ShopName>,
        /// What the shop says at the turns of the talk, in the talk's language.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<Box<ShopWords>>,
    },
    /// The message is stored.
    Ack {
        /// The client's id.
        id: ClientMessageId,
        /// Its place.
        seq: Seq,
    },
    /// Somebody said something (an event).
    Message {
        /// Place in the log.
        seq: Seq,
        /// When, milliseconds since the epoch.
        at: Millis,
        /// Who.
        from: Speaker,
        /// The name, for agents.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// The client's id, for the shopper's own messages.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<ClientMessageId>,
        /// What it replies to, for the bot.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        reply_to: Vec<ClientMessageId>,
        /// The text.
        text: String,
        /// The intents answered, for the bot.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        intents: Vec<String>,
        /// Buttons, for the bot.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        choices: Vec<Choice>,
    },
    /// Who answers from here on (an event).
    Owner {
        /// Place in the log.
        seq: Seq,
        /// When.
        at: Millis,
        /// `bot`, `queue`, `agent` or `closed`.
        who: OwnerWho,
        /// The agent's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// What to tell the shopper with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// The shopper's rating was stored (an event).
    Rated {
        /// Place in the log.
        seq: Seq,
        /// 1 to 5.
        stars: u8,
    },
    /// Where the shopper stands in the queue (a notice).
    Queue {
        /// Among those who wait for the shop; 1 is next.
        position: u32,
        /// Honest estimate, seconds; absent when nobody is at the desk.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wait_s: Option<u32>,
        /// Whether anybody of the shop is at the desk.
        staffed: bool,
    },
    /// Somebody is typing (a notice).
    Typing {
        /// Who.
        from: Speaker,
    },
    /// Something was refused (a notice).
    Error(ErrorBody),
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

/// How the shop is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShopName {
    /// Its name, in the language of the talk.
    pub name: String,
    /// The intent of the buttons that ask for a person (`human`); absent when the shop has no such intent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

/// The shop's own words for what a page says by itself, from the shop's phrases. The shop's facts are filled in;
/// `{{ name }}` and `{{ position }}` are for the page to fill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShopWords {
    /// The language of these words and of the talk; it may differ from that of the page.
    pub lang: Language,
    /// Begins a talk: the bot says that it is one.
    pub welcome: String,
    /// The bot is back after a person.
    pub returned: String,
    /// The talk has ended.
    pub closed: String,
    /// Thanks for a rating.
    pub rate_thanks: String,
    /// The person had to leave: the shopper waits again, at the front.
    pub requeued: String,
    /// The place in the queue, with `{{ position }}`.
    pub queue_position: String,
    /// A person has come, with `{{ name }}`.
    pub agent_joined: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Who owns a conversation, without the agent's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OwnerWho {
    /// The auto-responder.
    Bot,
    /// Waiting for a person.
    Queue,
    /// A person.
    Agent,
    /// Nobody, the talk has ended.
    Closed,
}

/// A refusal: a code of the one table in `gateway/error.rs`, and a sentence that says how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorBody {
    /// Stable code, for example `too_long`.
    pub code: String,
    /// What is wrong and what to do.
    pub message: String,
    /// The client id of the message that was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ClientMessageId>,
}

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
