//! What desks send on `/v1/desk`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::chat::NamedFile;
use crate::model::{AgentId, ClientMessageId, ConversationId, Epoch, Millis, PhraseId, PresenceState, Seq, ShopId};

/// What an agent's desk sends on `/v1/desk`. The session is the cookie set at sign-in, or `session` in `hello`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DeskRequest {
    /// Must be first.
    Hello {
        /// Session token, for clients that keep no cookies.
        #[serde(default)]
        session: Option<String>,
        /// How boards are to come. Pages of versions before do not say it and get whole ones.
        #[serde(default)]
        boards: BoardForm,
    },
    /// Sets whether new chats may be assigned to this agent: `presence` of versions before.
    Status {
        /// True: online. False: on a break.
        available: bool,
    },
    /// Sets what this agent does now. Kept over reloads and restarts, and the same at all of the agent's desks. `offline` is
    /// refused as `chats_open` while the agent has chats.
    Presence {
        /// What.
        state: PresenceState,
        /// Why, at most 40 characters: for a break one of `break_reasons`, or words of one's own.
        #[serde(default)]
        reason: String,
        /// Whose, for supervisors; without it one's own.
        #[serde(default)]
        agent: Option<AgentId>,
    },
    /// Takes a waiting chat by hand. A supervisor may take one that a colleague or the bot has, too.
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
        /// The chat from whose `past` it is opened: whoever may see that list may read what is on it.
        #[serde(default)]
        past_of: Option<ConversationId>,
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
        /// The text; may be empty where there are files.
        text: String,
        /// What was uploaded before and is sent with it, at most nine.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<NamedFile>,
        /// The owner epoch under which it was written; refused as `stale` when the chat has moved on.
        epoch: Epoch,
        /// The phrase that it was written with, to be counted once for each message.
        #[serde(default)]
        used: Option<PhraseId>,
    },
    /// Takes back an own message, within `withdraw_within_ms` of `welcome`. The shopper is told that it is taken back, colleagues read it
    /// still. Refused as `not_your_message` and `withdraw_late`.
    Withdraw {
        /// In which chat.
        conversation: ConversationId,
        /// Its place.
        seq: Seq,
    },
    /// Is typing; not stored.
    Typing {
        /// To whom.
        conversation: ConversationId,
    },
    /// Hands the chat on. A supervisor may hand on colleagues' chats and those that wait, too.
    Transfer {
        /// Which.
        conversation: ConversationId,
        /// To whom.
        to: TransferTo,
        /// For whoever gets it, shown to nobody outside; at most 2,000 characters.
        #[serde(default)]
        note: String,
    },
    /// Writes down something that only people at desks see; the shopper is never told. Resend under the same `id` until
    /// acknowledged. Whoever may read the chat may write it.
    Note {
        /// In which chat.
        conversation: ConversationId,
        /// The client's id, unique among what agents say in the chat.
        id: ClientMessageId,
        /// The text, at most 2,000 characters.
        text: String,
    },
    /// Puts an own chat to the bottom until then, or until the shopper writes.
    Snooze {
        /// Which.
        conversation: ConversationId,
        /// Until when, by the server's time, at most seven days from now; null: no longer.
        #[serde(default)]
        until: Option<Millis>,
    },
    /// Takes up a chat again that has ended lately (`reopen_within_ms` of `welcome`): it is with this agent then.
    Reopen {
        /// Which.
        conversation: ConversationId,
    },
    /// Asks for earlier talks of the shopper of a chat that waits or is with this agent, or was when it ended and may be
    /// opened again; supervisors of any chat of their shops. Answered by `past`.
    Past {
        /// Whose shopper's.
        conversation: ConversationId,
        /// Only talks before this one: the last of the page before.
        #[serde(default)]
        before: Option<ConversationId>,
    },
    /// Asks why a chat waits, or why it is with whom it is with. Answered by `why`.
    Why {
        /// Which.
        conversation: ConversationId,
    },
    /// Asks for all open chats of one's shops, the bot's too: for supervisors. Answered by `floor`.
    Floor {
        /// Goes on behind this, as the answer before said it.
        #[serde(default)]
        after: Option<String>,
        /// Of one shop only.
        #[serde(default)]
        shop: Option<ShopId>,
        /// Of one agent only.
        #[serde(default)]
        agent: Option<AgentId>,
    },
    /// Gives the chat back to the queue, to its front: `transfer` to `queue` of versions before.
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

/// How a desk wants its boards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BoardForm {
    /// Each as a whole `board`, with cases and ready replies on the agent's own cards: versions before.
    #[default]
    Whole,
    /// One `board`, then `board_changes`; `case` with an opened chat, `team` and `alert`.
    Changes,
}

/// Whom a chat is handed on to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TransferTo {
    /// A colleague, who has it at once. Refused as `colleague_away`, `colleague_full` or `colleague_other_shop`.
    Agent {
        /// Who.
        agent: AgentId,
    },
    /// The front of the queue, for agents of this group. Refused as `unknown_group` when no agent of the shop is in it.
    Group {
        /// Which.
        group: String,
    },
    /// The front of the queue, for supervisors.
    Supervisor,
    /// The front of the queue, for any colleague.
    Queue,
}
