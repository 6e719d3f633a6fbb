//! What shoppers' pages and the server say to each other on `/v1/chat`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Choice, ClientMessageId, ConversationId, FileId, Language, Millis, SentFile, Seq, ShopId, Speaker};

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
        /// The token of an earlier `welcome`: who the shopper is. That of a signed customer counts together with a valid
        /// signature of the same customer only.
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
        /// By the shop's identity key: hex HMAC-SHA-256 of `customer`; or `v1.`, the second since 1970 until which it
        /// holds, `.` and the hex HMAC-SHA-256 of shop, customer and that number, with line breaks between.
        #[serde(default)]
        signature: Option<String>,
    },
    /// Says something. Resend under the same `id` until it is acknowledged.
    Message {
        /// The client's id, unique within the conversation, 1 to 64 characters.
        id: ClientMessageId,
        /// The text; may be empty where there are files.
        text: String,
        /// What was uploaded before and is sent with it, at most nine.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<NamedFile>,
    },
    /// Asks for a person (the button).
    Human,
    /// Is typing; not stored.
    Typing,
    /// Has seen what was said, up to this event; not stored. Only where `welcome` says `seen`.
    Seen {
        /// The event's place.
        seq: Seq,
    },
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
        /// Longest message that is taken, characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_chars: Option<usize>,
        /// Largest frame that is taken, bytes of JSON.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_bytes: Option<usize>,
        /// What may be sent as pictures and documents; absent when nothing may.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        files: Option<FilesTaken>,
        /// The server takes `seen`, and tells people.
        #[serde(default, skip_serializing_if = "is_false")]
        seen: bool,
    },
    /// The message is stored.
    Ack {
        /// The client's id.
        id: ClientMessageId,
        /// Its place.
        seq: Seq,
        /// When it was stored, by the server's clock, milliseconds since the epoch; absent when it was sent again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Millis>,
        /// The text as it is kept, where it is another than was sent: numbers of identity cards and bank cards are
        /// hidden.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// In about how many seconds the bot replies, when more is asked than it can answer at once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wait_s: Option<u32>,
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
        /// What was sent with it. The text holds a code for each before its words: `[图片]` a picture, `[文件]` a document.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<SentFile>,
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
    /// An agent took back a message (an event). One that comes after its end, to whoever was not here, has no text.
    Withdrawn {
        /// Place in the log.
        seq: Seq,
        /// When.
        at: Millis,
        /// The place of the message.
        of: Seq,
        /// The agent's name.
        name: String,
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

/// A file that was uploaded, as a message names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedFile {
    /// What the upload was answered with.
    pub id: FileId,
    /// The name that a document is shown with.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// What may be uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FilesTaken {
    /// Bytes of a file at most.
    pub max_bytes: u64,
    /// Pixels of a picture at most.
    pub max_pixels: u64,
    /// Media types.
    pub types: Vec<String>,
    /// The shops where it is switched off; only desks are told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_in: Vec<ShopId>,
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
    /// The rule of the service standards that is broken, for `words_blocked`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}
