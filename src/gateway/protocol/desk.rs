//! What the server says to desks on `/v1/desk`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ErrorBody;
use super::cards::{BoardCounts, FloorChat, ListChanges, Suggestion, TeamMember, TicketCard};
use super::chat::FilesTaken;
use crate::hub::{AlertKind, PastTalk, WhyAssigned, WhyWaiting};
use crate::model::{
    AgentId, AssignCause, Choice, ClientMessageId, ConversationId, Decision, Epoch, HandoffReason, Lane, Millis,
    PresenceState, Recognition, ReleaseCause, SentFile, Seq, ShopId, SignalHit, Slots, Speaker, WaitsFor,
};

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
        /// What you said that you do.
        #[serde(default)]
        state: PresenceState,
        /// Why: what you gave, or `taken_back` when the server set a break because chats were taken from you twice in a row.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
        /// The reasons for a break that the shop has; `meal`, `training` and `other` have names in the page, others are shown as
        /// they are.
        #[serde(default)]
        break_reasons: Vec<String>,
        /// What you are good at, and may be asked for by.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        groups: Vec<String>,
        /// So long after its end a chat may be opened again, milliseconds.
        #[serde(default)]
        reopen_within_ms: u64,
        /// What may be sent as pictures and documents; absent when nothing may.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        files: Option<FilesTaken>,
        /// So long after it was sent an own message may be taken back, milliseconds.
        #[serde(default)]
        withdraw_within_ms: u64,
        /// Server time, to show waits against.
        now: Millis,
        /// What the files call what the desk shows.
        #[serde(default)]
        titles: Titles,
    },
    /// The front of your shops' queue and your own chats. Long texts on its cards are cut, so that the frame stays below
    /// 64 KiB. Where `hello` asked for changes it comes once, with cards as in `board_changes`, and again whenever the desk is
    /// to begin anew; else on every change, at most a few times a second.
    Board {
        /// The first who wait, in the order they will be served; at most 60.
        waiting: Vec<TicketCard>,
        /// All who wait.
        #[serde(default)]
        waiting_count: u32,
        /// Yours, in the order in which they hurt: unanswered before answered before snoozed; of these safety, then law, then
        /// the earliest deadline.
        mine: Vec<TicketCard>,
        /// The first of the messages left outside service hours, in the order they will be served; at most 60. Where boards
        /// are whole they stand in `waiting`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        left: Vec<TicketCard>,
        /// How many of which kind.
        #[serde(default)]
        counts: BoardCounts,
        /// Agents at the desk now who share a shop with you.
        agents_online: u32,
        /// Server time.
        now: Millis,
        /// What is wrong until it is mended; told with every board as long as it holds.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        notices: Vec<DeskNotice>,
    },
    /// What is different since the board before: of an own chat at once, of all else a few times a second at most. Of a list
    /// that is left out nothing is.
    BoardChanges {
        /// In `waiting`.
        #[serde(default, skip_serializing_if = "ListChanges::is_empty")]
        waiting: ListChanges,
        /// In `mine`.
        #[serde(default, skip_serializing_if = "ListChanges::is_empty")]
        mine: ListChanges,
        /// In `left`.
        #[serde(default, skip_serializing_if = "ListChanges::is_empty")]
        left: ListChanges,
        /// The counts as they are now, where they are others.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        counts: Option<BoardCounts>,
        /// All notices as they are now, where they are others.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        notices: Option<Vec<DeskNotice>>,
        /// Server time.
        now: Millis,
    },
    /// What an agent needs of a chat beside its events: comes when the chat is opened, and when it is different. Only where
    /// `hello` asked for changes, and only of chats that wait or are with people.
    Case {
        /// Which chat.
        conversation: ConversationId,
        /// Why it was handed off.
        reason: HandoffReason,
        /// The signals behind it, with evidence, strongest first.
        signals: Vec<SignalHit>,
        /// The intents still unanswered, with titles.
        open_questions: Vec<Choice>,
        /// What the shopper has given in this talk, by slot: address, order number, size.
        #[serde(default, skip_serializing_if = "Slots::is_empty")]
        slots: Slots,
        /// The note of the colleague who handed it on.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
        /// Ready replies to put into the editor, of all open questions; only to whoever has the chat. For pages of versions before, which show
        /// the first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        suggestions: Vec<String>,
        /// The one reply that is offered; none where somebody may be hurt, speaks of law or is furious.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        suggestion: Option<Suggestion>,
    },
    /// Who is here: the colleagues who share a shop with you. After `welcome` all of them (in several frames where they are
    /// many), then those of whom something is different: `set` replaces what was known of an agent. Only where `hello` asked
    /// for changes.
    Team {
        /// These are so now.
        set: Vec<TeamMember>,
        /// These share no shop with you any more.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        gone: Vec<AgentId>,
        /// Server time.
        now: Millis,
    },
    /// Something that must be seen now (a notice). Each is told once to each desk that it concerns.
    Alert {
        /// What.
        alert: AlertKind,
        /// Which chat.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation: Option<ConversationId>,
        /// Its shop.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shop: Option<ShopId>,
        /// How pressing it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lane: Option<Lane>,
        /// What was heard, in the shopper's words: for `danger`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<SignalHit>,
        /// The agent it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agent: Option<AgentId>,
        /// That agent's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// When it comes to pass: for `take_back_soon`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Millis>,
        /// Server time.
        now: Millis,
    },
    /// Answers `why`: one of both, or none when the chat is with the bot or has ended.
    Why {
        /// Which chat.
        conversation: ConversationId,
        /// Why it waits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        waiting: Option<WhyWaiting>,
        /// Why it is with whom it is with.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        assigned: Option<WhyAssigned>,
    },
    /// Answers `past`.
    Past {
        /// Whose shopper's talks these are.
        conversation: ConversationId,
        /// Earlier talks of the same shopper with the same shop, newest first; at most 20.
        talks: Vec<PastTalk>,
        /// Whether there are still earlier ones: ask again with `before`, the last one's id.
        more: bool,
    },
    /// Answers `floor`.
    Floor {
        /// Open chats: those that wait in the order of service, those with agents, then those with the bot; at most 100.
        chats: Vec<FloorChat>,
        /// To be sent in the next `floor` for more; absent at the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<String>,
        /// Server time.
        now: Millis,
    },
    /// An event of a chat that is open here.
    Event {
        /// Which chat.
        conversation: ConversationId,
        /// The event.
        event: Box<DeskEvent>,
    },
    /// The agent's message or note is stored.
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
    /// The shopper has seen the chat up to this event (a notice).
    Seen {
        /// Which chat.
        conversation: ConversationId,
        /// The event's place.
        seq: Seq,
    },
    /// Something was refused (a notice).
    Error {
        /// What and why.
        #[serde(flatten)]
        error: ErrorBody,
        /// The chat it concerns.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation: Option<ConversationId>,
        /// How many chats stand in the way, for `chats_open`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        open: Option<u32>,
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
    /// `withdrawn`, `closed`, `rated`, and `noted`, `snoozed` and `recognised`, which only people at desks see.
    pub kind: String,
    /// Who spoke, for messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Speaker>,
    /// The agent's name, where one acted; for `released` whose chat it was, for `assigned` who has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who made the chat change hands, where that is another than `name`: the colleague who handed it on, the supervisor who
    /// took it. Absent where the server did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Why an agent has it, for `assigned`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<AssignCause>,
    /// Why it went back, for `released`: `silent` and `gone` are the server's doing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<ReleaseCause>,
    /// Whom it waits for, for `released` to a group or to supervisors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<WaitsFor>,
    /// Until when, for `snoozed`; absent where the snooze was ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Millis>,
    /// What is kept of the customer, and what the rules make of it, for `recognised`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recognised: Option<Recognition>,
    /// The place of the message that was taken back, for `withdrawn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Seq>,
    /// The client's id, for messages and notes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ClientMessageId>,
    /// The text, for messages and notes; for `released` and `assigned` the note that it was handed on with, which the shopper is
    /// never told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Buttons, for the bot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// What was sent with a message. The text holds a code for each before its words: `[图片]` a picture, `[文件]` a document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<SentFile>,
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
