//! From text to questions, signals and slots. Pure: no clock, no disk, no tokio.

mod asking;
mod buttons;
pub mod choosing;
mod context;
mod denied;
mod examples;
mod exclusions;
mod identity;
mod index;
pub mod kinds;
pub mod lexicon;
mod long;
pub mod matching;
mod message;
mod mid_talk;
pub mod normalise;
mod pack_words;
mod pair_gate;
pub mod personal;
pub mod preserve;
pub mod question_index;
pub mod reading;
pub mod signals;
pub mod slots;
mod taking_back;
mod tolerance;
pub mod vectors;
mod word_list;
mod word_rule;

pub use buttons::Buttons;
pub use index::Index;
pub use kinds::ClauseKind;
pub use reading::{Reason, StretchReading};
pub use tolerance::Tolerance;

use std::borrow::Cow;

use kinds::ClauseReading;

use crate::model::{Question, SignalHit, SlotName, Slots};

/// What earlier turns contribute to reading this one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context<'a> {
    /// The intents answered last.
    pub last_intents: &'a [String],
    /// The questions that the talk is about in the order of their ids, with how strongly each was read in it, 0 to 1.
    pub matters: &'a [(String, f32)],
    /// What the shopper wrote last.
    pub last_text: &'a str,
    /// Slots known so far.
    pub slots: Cow<'a, Slots>,
    /// The slot that was just asked for.
    pub asked: Option<SlotName>,
    /// The buttons that were just shown, when no value was asked for beside them.
    pub offered: Option<&'a Buttons>,
    /// Whether the bot has taken a turn in this talk.
    pub under_way: bool,
}

/// What a message says.
#[derive(Clone, Debug, Default)]
pub struct Understanding {
    /// The questions, in the order asked, with calibrated probabilities; only those sure enough to be answered.
    pub questions: Vec<Question>,
    /// Everything considered, best first.
    pub alternatives: Vec<Question>,
    /// The two or three that may have been meant, when none is sure enough.
    pub candidates: Vec<Question>,
    /// Signals, strongest first.
    pub signals: Vec<SignalHit>,
    /// Slots in this message.
    pub slots: Slots,
    /// Why: the stretches that were read, the whole message first.
    pub explanation: Vec<Explained>,
    /// The words alone would hardly say the first question: it is a matter of the talk.
    pub from_the_talk: bool,
    /// It names an attribute of goods, with their name or without, and says nothing else.
    pub only_names_attribute: bool,
    /// A code of a picture or of something else that only a person can look at is in it.
    pub attachment: bool,
    /// The ids of wishes that it denies or takes back.
    pub withdrawn: Vec<String>,
    /// A code of a face is in it.
    pub face: bool,
    /// It was too long to be read whole; its end was.
    pub unread: bool,
    /// The clauses with their kinds.
    pub clauses: Vec<ClauseReading>,
    /// The message holds nothing but a greeting or a fragment, so that more may follow.
    pub fragment: bool,
}

impl Understanding {
    /// Whether the message gives data and asks nothing.
    pub fn only_gives_data(&self) -> bool {
        self.questions.is_empty()
            && self.withdrawn.is_empty()
            && self.consists_of(
                &[ClauseKind::Information, ClauseKind::Reply],
                &[ClauseKind::Social, ClauseKind::Statement],
            )
    }

    /// Whether the message tells something and asks nothing.
    pub fn only_tells(&self) -> bool {
        self.questions.is_empty() && self.consists_of(&[ClauseKind::Statement], &[ClauseKind::Social])
    }

    /// Whether some clause is of the first kinds, and none of any kind but these and the second.
    fn consists_of(&self, some: &[ClauseKind], others: &[ClauseKind]) -> bool {
        let is = |clause: &ClauseReading, kinds: &[ClauseKind]| kinds.contains(&clause.kind);
        self.clauses.iter().any(|clause| is(clause, some))
            && self.clauses.iter().all(|clause| is(clause, some) || is(clause, others))
    }
}

/// One stretch of the message with what decided its reading.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The stretch, canonical.
    pub text: String,
    /// Best readings.
    pub ranked: Vec<Question>,
    /// Why.
    pub reason: Reason,
}
