//! The events of a conversation. The log of events is the truth; every state is a fold over it.
//!
//! How events are written and read is in `event_json`: a kind of event that this program does not know is kept and
//! carried along, so that a newer server may write beside an older one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    AgentId, AssignCause, Choice, ClientMessageId, Epoch, Lane, Language, Millis, Recognition, SentFile, Seq, ShopId,
    ShopperId, SignalHit, Turn, WaitsFor,
};

/// Who may speak to the shopper now. Every change of owner raises the epoch by one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "who", rename_all = "snake_case")]
pub enum Owner {
    /// The bot answers.
    Bot,
    /// Waiting for an agent; nobody but the queue notice speaks.
    Queue,
    /// This agent answers, the bot is silent.
    Agent {
        /// Who it is.
        agent: AgentId,
    },
    /// Nobody: the conversation has ended.
    Closed,
}

impl Owner {
    /// Its name in stores.
    pub fn name(&self) -> &'static str {
        match self {
            Owner::Bot => "bot",
            Owner::Queue => "queue",
            Owner::Agent { .. } => "agent",
            Owner::Closed => "closed",
        }
    }

    /// The agent, if it is one.
    pub fn agent(&self) -> Option<&AgentId> {
        match self {
            Owner::Agent { agent } => Some(agent),
            Owner::Bot | Owner::Queue | Owner::Closed => None,
        }
    }

    /// The owner of this name; an agent must be named too.
    pub fn from_name(name: &str, agent: Option<AgentId>) -> Option<Owner> {
        match (name, agent) {
            ("bot", _) => Some(Owner::Bot),
            ("queue", _) => Some(Owner::Queue),
            ("agent", Some(agent)) => Some(Owner::Agent { agent }),
            ("closed", _) => Some(Owner::Closed),
            _ => None,
        }
    }
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The customer.
    Shopper,
    /// The auto-responder.
    Bot,
    /// A member of staff.
    Agent,
}

impl Speaker {
    /// Its name in stores and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Speaker::Shopper => "shopper",
            Speaker::Bot => "bot",
            Speaker::Agent => "agent",
        }
    }
}

/// Why a chat was handed to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandoffReason {
    /// The shopper asked for a person, by words or by the button.
    Asked,
    /// A signal in one message: anger, complaint, threat, harm.
    Signal,
    /// Trouble that grew over several messages.
    Ledger,
    /// The bot did not understand, repeatedly.
    Misses,
    /// The intent's file says `handoff: always`.
    Intent,
    /// A reason that a newer version of the program recorded.
    #[serde(other)]
    Other,
}

impl HandoffReason {
    /// As it is written in files, frames and metrics.
    pub fn name(self) -> &'static str {
        match self {
            HandoffReason::Asked => "asked",
            HandoffReason::Signal => "signal",
            HandoffReason::Ledger => "ledger",
            HandoffReason::Misses => "misses",
            HandoffReason::Intent => "intent",
            HandoffReason::Other => "other",
        }
    }
}

/// Why a chat went from an agent back to the queue. A cause that a newer version of the program recorded is read as
/// [`ReleaseCause::GivenBack`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseCause {
    /// The agent did not write within the lease.
    Silent,
    /// The agent's desk was gone for the whole lease.
    Gone,
    /// It was handed on to a group or to supervisors.
    HandedOn,
    /// The shopper asked for another person.
    AnotherAsked,
    /// The agent gave it back to the queue.
    #[serde(other)]
    GivenBack,
}

/// What was heard in a message of the shopper that no turn of the bot reads, because people have the chat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heard {
    /// How pressing it makes the chat; a ticket that is more pressing already stays so.
    pub lane: Lane,
    /// The signals that take effect, with evidence.
    pub signals: Vec<SignalHit>,
}

/// What happened. Stored as JSON with the tag `type`.
///
/// Fields and kinds may be added, never renamed or removed. A kind that changes who may speak carries the new owner
/// in a field `owner`, so that programs which do not know the kind know the owner all the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", tag = "type", rename_all = "snake_case")]
pub enum EventKind {
    /// The conversation began; always event 1.
    Started {
        /// The shop.
        shop: ShopId,
        /// The shopper.
        shopper: ShopperId,
        /// The language of the page.
        #[serde(flatten, with = "super::language::in_events")]
        lang: Language,
    },
    /// The shopper wrote.
    Received {
        /// The client's id of the message.
        id: ClientMessageId,
        /// As written.
        text: String,
        /// What was heard in it while people had the chat. `None` when nothing was, when the bot reads it in its turn, and
        /// in logs of versions that read only for the bot.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        heard: Option<Heard>,
        /// What was sent with it; the text holds a code for each (`model::text_with_files`).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<SentFile>,
    },
    /// The bot replied.
    Answered {
        /// What was read and decided.
        #[serde(flatten)]
        turn: Turn,
        /// As shown.
        text: String,
        /// Buttons.
        choices: Vec<Choice>,
    },
    /// The chat was handed to people: a ticket entered the queue.
    HandedOff {
        /// Why.
        reason: HandoffReason,
        /// How pressing.
        lane: Lane,
        /// When the shop's clock wants an answer.
        deadline: Millis,
        /// The signals behind it, with evidence.
        signals: Vec<SignalHit>,
        /// The intents still unanswered.
        open_questions: Vec<String>,
        /// It was outside service hours: a message left, to which an answer is promised by the deadline.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        left: bool,
        /// What the shopper was told at that moment.
        text: String,
        /// The turn that brought it about. `None` when the shopper pressed the button, when the same turn also
        /// answered (then `answered` holds it), and in logs of versions that did not record it.
        #[serde(flatten)]
        turn: Option<Turn>,
    },
    /// An agent has the chat.
    Assigned {
        /// Who.
        agent: AgentId,
        /// The name the shopper sees.
        name: String,
        /// Why this agent. `None` in logs of versions that did not record it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<AssignCause>,
        /// Who gave it: the colleague who handed it on. `None` when the queue did, or the agent took it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<AgentId>,
        /// What the colleague noted, not shown to the shopper.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// The agent wrote.
    AgentSaid {
        /// The client's id of the message.
        id: ClientMessageId,
        /// Who.
        agent: AgentId,
        /// The name the shopper sees.
        name: String,
        /// As written.
        text: String,
        /// What was sent with it, as on `received`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<SentFile>,
    },
    /// The chat went back to the queue, to its front.
    Released {
        /// From whom.
        agent: AgentId,
        /// Why.
        cause: ReleaseCause,
        /// A note for the next agent, not shown to the shopper.
        note: String,
        /// Who did it, where that is another than the agent: a supervisor. `None` for the agent, the shopper or the server, as
        /// the cause tells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<AgentId>,
        /// Whom it waits for now, where not for any agent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        waits_for: Option<WaitsFor>,
    },
    /// Somebody at a desk wrote something down for colleagues; the shopper is never told.
    Noted {
        /// The client's id of the note.
        id: ClientMessageId,
        /// Who.
        agent: AgentId,
        /// The name.
        name: String,
        /// As written.
        text: String,
    },
    /// The agent put the chat off.
    Snoozed {
        /// Who.
        agent: AgentId,
        /// Until when; `None`: no longer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Millis>,
    },
    /// What colleagues keep of the customer, and what the rules make of it: when people get the chat, and when it is changed while they have
    /// it.
    Recognised(Recognition),
    /// The agent took back what was said; the words stay in the log, and the shopper is told that they are taken back.
    Withdrawn {
        /// Who.
        agent: AgentId,
        /// The name the shopper sees.
        name: String,
        /// The place of the message.
        of: Seq,
    },
    /// The chat was given back to the bot.
    Returned {
        /// By whom.
        agent: AgentId,
    },
    /// The conversation ended.
    Closed {
        /// By whom; `None` when the shopper or a timer ended it.
        agent: Option<AgentId>,
    },
    /// The shopper rated the talk.
    Rated {
        /// 1 to 5.
        stars: u8,
    },
    /// Something that a newer version of the program wrote. It is kept, passed on, and changes nothing but, if it
    /// says so, the owner.
    #[serde(skip)]
    Unknown {
        /// The value of `type`.
        kind: String,
        /// The value of `owner`, if it is there: who may speak after this event.
        owner: Option<Owner>,
        /// The whole object as it was read, `type` and `owner` included.
        body: serde_json::Value,
    },
}

/// An event as stored: what happened, where in the log, when, and under which owner epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Place in the conversation, from 1, without gaps.
    pub seq: Seq,
    /// The owner epoch after this event.
    pub epoch: Epoch,
    /// When it was stored.
    pub at: Millis,
    /// What happened.
    pub kind: EventKind,
}

/// An event that is not stored yet.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// When it happened.
    pub at: Millis,
    /// What happened.
    pub kind: EventKind,
}

impl EventKind {
    /// Who owns the conversation after this event; `None` when it does not change.
    pub fn new_owner(&self) -> Option<Owner> {
        match self {
            EventKind::Started { .. } | EventKind::Returned { .. } => Some(Owner::Bot),
            EventKind::HandedOff { .. } | EventKind::Released { .. } => Some(Owner::Queue),
            EventKind::Assigned { agent, .. } => Some(Owner::Agent { agent: agent.clone() }),
            EventKind::Closed { .. } => Some(Owner::Closed),
            EventKind::Unknown { owner, .. } => owner.clone(),
            EventKind::Received { .. }
            | EventKind::Answered { .. }
            | EventKind::AgentSaid { .. }
            | EventKind::Noted { .. }
            | EventKind::Snoozed { .. }
            | EventKind::Recognised(..)
            | EventKind::Withdrawn { .. }
            | EventKind::Rated { .. } => None,
        }
    }

    /// An agent gets the chat, by nobody's hand but the queue's or the agent's own.
    pub fn assigned(agent: AgentId, name: String, cause: AssignCause) -> EventKind {
        EventKind::Assigned {
            agent,
            name,
            cause: Some(cause),
            by: None,
            note: String::new(),
        }
    }

    /// The chat goes back to the front of the queue, for any agent of its shop.
    pub fn released(agent: AgentId, cause: ReleaseCause, note: String) -> EventKind {
        EventKind::Released {
            agent,
            cause,
            note,
            by: None,
            waits_for: None,
        }
    }

    /// What the bot read and decided, for the events that a turn of the bot produced.
    pub fn turn(&self) -> Option<&Turn> {
        match self {
            EventKind::Answered { turn, .. } => Some(turn),
            EventKind::HandedOff { turn, .. } => turn.as_ref(),
            _ => None,
        }
    }

    /// The tag of the event in its JSON.
    pub fn name(&self) -> &str {
        match self {
            EventKind::Started { .. } => "started",
            EventKind::Received { .. } => "received",
            EventKind::Answered { .. } => "answered",
            EventKind::HandedOff { .. } => "handed_off",
            EventKind::Assigned { .. } => "assigned",
            EventKind::AgentSaid { .. } => "agent_said",
            EventKind::Released { .. } => "released",
            EventKind::Returned { .. } => "returned",
            EventKind::Closed { .. } => "closed",
            EventKind::Rated { .. } => "rated",
            EventKind::Noted { .. } => "noted",
            EventKind::Snoozed { .. } => "snoozed",
            EventKind::Recognised(..) => "recognised",
            EventKind::Withdrawn { .. } => "withdrawn",
            EventKind::Unknown { kind, .. } => kind,
        }
    }

    /// The client's id, for the events that a client sends and may send twice.
    pub fn client_id(&self) -> Option<&ClientMessageId> {
        match self {
            EventKind::Received { id, .. } | EventKind::AgentSaid { id, .. } | EventKind::Noted { id, .. } => Some(id),
            _ => None,
        }
    }

    /// What was sent with it.
    pub fn files(&self) -> &[SentFile] {
        match self {
            EventKind::Received { files, .. } | EventKind::AgentSaid { files, .. } => files,
            _ => &[],
        }
    }
}
