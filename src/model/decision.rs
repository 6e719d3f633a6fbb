//! What was decided about a turn, as it is stored with the bot's reply and printed by the command line.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::{SlotName, Slots};

/// What the bot does with a turn. A kind that a newer version of the program recorded is read as an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// Asks with buttons which of two or three questions was meant.
    Clarify,
    /// Asks for a slot that the answer needs.
    AskSlot,
    /// Says that it does not know, and offers ways on.
    Unknown,
    /// Gives a short sign: nothing was asked.
    Acknowledge,
    /// Brings in a person.
    Handoff,
    /// Answers one or more questions.
    #[serde(other)]
    Answer,
}

impl DecisionKind {
    /// As it is written in events, frames, metrics and JSON.
    pub fn name(self) -> &'static str {
        match self {
            DecisionKind::Clarify => "clarify",
            DecisionKind::AskSlot => "ask_slot",
            DecisionKind::Unknown => "unknown",
            DecisionKind::Acknowledge => "acknowledge",
            DecisionKind::Handoff => "handoff",
            DecisionKind::Answer => "answer",
        }
    }
}

/// A question with the probability that it was meant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// Intent id, for example `shipping.time`.
    pub id: String,
    /// Calibrated probability, 0 to 1.
    pub confidence: f32,
    /// What kind of question the files say it is, where that is not what its id says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<IntentKind>,
}

impl Question {
    /// A question of this kind.
    pub fn new(id: &str, confidence: f32, kind: IntentKind) -> Question {
        Question {
            id: id.to_owned(),
            confidence,
            kind: Some(kind).filter(|kind| *kind != IntentKind::by_id(id)),
        }
    }

    /// What kind of question it is.
    pub fn kind(&self) -> IntentKind {
        self.kind.unwrap_or_else(|| IntentKind::by_id(&self.id))
    }
}

/// What kind of thing a shopper says with an intent. A kind that a newer version of the program recorded is read as a
/// question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IntentKind {
    /// Leaves nothing open, and gives way to any question beside it.
    SmallTalk,
    /// Small talk with which a thought only begins: 在吗, hello.
    Greeting,
    /// Small talk of somebody who is content: thanks, a goodbye, an acknowledgement.
    Closing,
    /// Asks for a person: the chat goes to people.
    AskForPerson,
    /// Asks something about the shop: becomes the topic of the talk, stays open until it is answered.
    #[default]
    #[serde(other)]
    Question,
}

impl IntentKind {
    /// All kinds.
    pub const ALL: [IntentKind; 5] = [
        IntentKind::Question,
        IntentKind::SmallTalk,
        IntentKind::Greeting,
        IntentKind::Closing,
        IntentKind::AskForPerson,
    ];

    /// As it is written in intent files.
    pub fn name(self) -> &'static str {
        match self {
            IntentKind::Question => "question",
            IntentKind::SmallTalk => "small_talk",
            IntentKind::Greeting => "greeting",
            IntentKind::Closing => "closing",
            IntentKind::AskForPerson => "ask_for_person",
        }
    }

    /// The kind that is written so.
    pub fn from_name(name: &str) -> Option<IntentKind> {
        IntentKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it leaves nothing open.
    pub fn is_small_talk(self) -> bool {
        matches!(self, IntentKind::SmallTalk | IntentKind::Greeting | IntentKind::Closing)
    }

    /// The kind of an intent of which nobody wrote one, in files and logs from before there were kinds: the topic
    /// `chat` is small talk, except who is asked whether it is a robot; `service.human` asks for a person.
    pub fn by_id(id: &str) -> IntentKind {
        match id.split_once('.') {
            Some(("chat", "bot_identity")) => IntentKind::Question,
            Some(("chat", "greeting")) => IntentKind::Greeting,
            Some(("chat", "thanks" | "goodbye" | "acknowledge")) => IntentKind::Closing,
            Some(("chat", _)) => IntentKind::SmallTalk,
            Some(("service", "human")) => IntentKind::AskForPerson,
            _ => IntentKind::Question,
        }
    }
}

/// A signal with its strength and where it was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SignalHit {
    /// Signal id, for example `threat.regulator`.
    pub id: String,
    /// Strength, 0 to 1; at 0.5 and above it takes effect.
    pub score: f32,
    /// The words that carry it, as the shopper wrote them; where the model alone hears it, those that weigh most.
    pub evidence: String,
}

impl SignalHit {
    /// From this score on a signal takes effect.
    pub const TAKES_EFFECT: f32 = 0.5;

    /// Whether it takes effect.
    pub fn takes_effect(&self) -> bool {
        self.score >= Self::TAKES_EFFECT
    }
}

/// A button under a bot message. A tap sends its label as the shopper's own message; that of `service.human` asks for a
/// person instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    /// What the button says.
    pub label: String,
    /// The intent it stands for.
    pub intent: String,
}

/// The decision about one turn: what is answered, what was considered, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// What the bot does.
    pub kind: DecisionKind,
    /// What is answered (or would be, had a person not been brought in), in the order it was asked.
    pub intents: Vec<Question>,
    /// What was considered beside it, best first.
    pub alternatives: Vec<Question>,
    /// Signals at any strength worth showing, strongest first.
    pub signals: Vec<SignalHit>,
    /// Slots known after this turn, those carried over from earlier turns included.
    pub slots: Slots,
    /// The slot that is asked for, when `kind` is `ask_slot`; one that a newer version of the program recorded is left
    /// out.
    #[serde(default, deserialize_with = "known_slot", skip_serializing_if = "Option::is_none")]
    pub asked: Option<SlotName>,
    /// The ids of wishes that the shopper took back, or said not to have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withdrawn: Vec<String>,
}

fn known_slot<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SlotName>, D::Error> {
    let name = Option::<String>::deserialize(deserializer)?;
    Ok(name.and_then(|name| SlotName::from_name(&name)))
}

#[cfg(test)]
impl Decision {
    /// Of this kind, with nothing understood.
    pub(crate) fn bare(kind: DecisionKind) -> Decision {
        Decision {
            kind,
            intents: Vec::new(),
            alternatives: Vec::new(),
            signals: Vec::new(),
            slots: Slots::default(),
            asked: None,
            withdrawn: Vec::new(),
        }
    }
}
