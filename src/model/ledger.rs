//! The ledger of a talk as it is recorded: how much trouble there has been, and what moved it in the last turn.

use serde::{Deserialize, Serialize};

use super::Millis;

/// How much trouble there has been.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LedgerState {
    /// 0 is calm; at 1 a person is brought in.
    pub level: f32,
    /// When it was last brought up to date.
    pub at: Millis,
    /// What time took away before the last turn.
    pub faded: f32,
    /// What moved it in the last turn, for explanations.
    pub entries: Vec<LedgerEntry>,
}

/// One movement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// What happened.
    pub cause: Cause,
    /// How much it moved the level.
    pub by: f32,
}

/// What moves the level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The same question again.
    Repeat,
    /// The bot did not know.
    Miss,
    /// The bot had to ask back.
    AskedBack,
    /// A signal too weak to hand off by itself.
    WeakSignal,
    /// 人呢, 在不在, hello??, 快点: impatience.
    Impatience,
    /// Says that it was said before, or that the answer is no help.
    NoHelp,
    /// A new question that was answered.
    GoodAnswer,
    /// Thanks, or a friendly close.
    Thanks,
    /// A cause that a newer version of the program recorded.
    #[serde(other)]
    Other,
}

impl Cause {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Cause::Repeat => ("同一个问题再问", "same question again"),
            Cause::Miss => ("没答上来", "not known"),
            Cause::AskedBack => ("反问了顾客", "had to ask back"),
            Cause::WeakSignal => ("有点情绪", "faint signal"),
            Cause::Impatience => ("催", "impatient"),
            Cause::NoHelp => ("说没帮上", "says it does not help"),
            Cause::GoodAnswer => ("答上了新问题", "new question answered"),
            Cause::Thanks => ("道谢", "thanks"),
            Cause::Other => ("其他", "something else"),
        }
    }

    /// As it is written in JSON and on the desk.
    pub fn name(self) -> &'static str {
        match self {
            Cause::Repeat => "repeat",
            Cause::Miss => "miss",
            Cause::AskedBack => "asked_back",
            Cause::WeakSignal => "weak_signal",
            Cause::Impatience => "impatience",
            Cause::NoHelp => "no_help",
            Cause::GoodAnswer => "good_answer",
            Cause::Thanks => "thanks",
            Cause::Other => "other",
        }
    }
}
