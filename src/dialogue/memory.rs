//! What the bot remembers of a talk: context for reading the next message, and the ledger of trouble.

use std::borrow::Cow;

use crate::model::{Choice, Decision, DecisionKind, Millis, SlotName, Slots, StableHash, Turn};
use crate::understanding::normalise::{MAX_CHARS, fold};
use crate::understanding::{Buttons, Context};

use super::ledger::Ledger;
use super::matters::Matters;

/// Memory of a talk, folded from the turns that its log records.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// Slots known so far.
    pub slots: Slots,
    /// The intents answered last; small talk does not replace a topic.
    pub last_intents: Vec<String>,
    /// What the talk is about.
    pub matters: Matters,
    /// What the shopper wrote when they were answered.
    pub last_text: String,
    /// The slot that was asked for in the last turn.
    pub asked: Option<SlotName>,
    /// The buttons under the last turn, until the next one, where no value was asked for beside them.
    pub offered: Option<Buttons>,
    /// Slots asked for so far in this talk, by intent: each is asked for once.
    pub asked_for: Vec<(String, SlotName)>,
    /// How often each intent was answered.
    times: Vec<(String, u32)>,
    /// Turns in a row in which nothing was understood: misses, questions back, short signs.
    pub misses_in_a_row: u32,
    /// A hash of what the shopper wrote when it was missed or asked back about last; `None` when it was too little to be the
    /// same again.
    missed: Option<u64>,
    /// Misses and questions back, in all: the same words are never said twice.
    pub misses: u32,
    /// Turns taken.
    pub turns: u32,
    /// Trouble.
    pub ledger: Ledger,
}

/// What counts for the same words once more: as much as a question for the third time.
const AGAIN: u32 = 2;
/// Fewer letters may be the same by chance: 在吗, 嗯嗯.
const LETTERS: usize = 4;

/// A hash of the letters and digits of texts; `None` of too few to be the same again.
fn said(texts: &[&str]) -> Option<u64> {
    let letters = || {
        texts
            .iter()
            .flat_map(|text| text.chars())
            .filter(|letter| letter.is_alphanumeric())
    };
    let enough = letters().nth(LETTERS - 1).is_some();
    enough.then(|| StableHash::of(letters().map(u32::from)).bits())
}

impl Memory {
    /// The bot took this turn over these texts and showed these buttons. Takes what was recorded and computes nothing
    /// from word lists, so that a log means the same to every version of the program.
    pub fn turn_taken(&mut self, texts: &[&str], turn: &Turn, choices: &[Choice]) {
        let decision = &turn.decision;
        // A log of a version that recorded no ledger goes on from where the ledger stood, calm at first: trouble of
        // before an upgrade is not counted.
        if let Some(ledger) = &turn.ledger {
            self.ledger = ledger.clone();
        }
        self.turns += 1;
        self.matters.turn_taken(decision);
        if !decision.withdrawn.is_empty() {
            self.take_back(&decision.withdrawn);
        }
        self.slots = decision.slots.clone();
        let topics: Vec<String> = decision
            .intents
            .iter()
            .filter(|question| !question.kind().is_small_talk())
            .map(|question| question.id.clone())
            .collect();
        // 稍等，我找一下: what was asked for is still waited for.
        let waits = decision.kind == DecisionKind::Acknowledge || topics.is_empty() && !decision.intents.is_empty();
        if !waits || decision.asked.is_some() {
            self.asked = decision.asked;
        }
        let asked_back = decision.kind == DecisionKind::Clarify;
        let shows_buttons = asked_back || decision.kind == DecisionKind::Answer && self.asked.is_none();
        self.offered = shows_buttons.then(|| Buttons {
            intents: choices.iter().map(|choice| choice.intent.clone()).collect(),
            asked_back,
        });
        for question in &decision.intents {
            self.count_answer(&question.id);
        }
        if let (Some(slot), Some(topic)) = (decision.asked, topics.last()) {
            self.asked_for.push((topic.clone(), slot));
        }
        match decision.kind {
            DecisionKind::Unknown | DecisionKind::Clarify => {
                self.misses += 1;
                self.misses_in_a_row += 1;
                self.missed = said(texts);
            }
            // Nothing was understood either, though nothing may have been asked.
            DecisionKind::Acknowledge if decision.withdrawn.is_empty() => self.misses_in_a_row += 1,
            _ => self.misses_in_a_row = 0,
        }
        if !topics.is_empty() {
            self.last_intents = topics;
            self.last_intents.shrink_to_fit();
            self.last_text = texts.join("，");
        }
    }

    /// How often an intent was answered.
    pub fn times_answered(&self, id: &str) -> u32 {
        let found = self.times.iter().find(|(known, _)| known == id);
        found.map_or(0, |(_, times)| *times)
    }

    /// An intent is answered once more.
    pub(super) fn count_answer(&mut self, id: &str) {
        match self.times.iter_mut().find(|(known, _)| known == id) {
            Some((_, times)) => *times += 1,
            None => self.times.push((id.to_owned(), 1)),
        }
    }

    /// The shopper took these wishes back: nothing is waited for on their account, and the talk is not about them.
    fn take_back(&mut self, withdrawn: &[String]) {
        let waited_for = self.last_intents.last().is_some_and(|topic| withdrawn.contains(topic));
        if waited_for {
            self.asked = None;
        }
        self.asked_for.retain(|(id, _)| !withdrawn.contains(id));
        self.last_intents.retain(|id| !withdrawn.contains(id));
        self.matters.taken_back(withdrawn);
    }

    /// The ledger as it would stand after such a turn; `from_the_talk` when the question was read from the talk rather than
    /// from its words.
    pub fn ledger_after(&self, texts: &[&str], decision: &Decision, from_the_talk: bool, at: Millis) -> Ledger {
        let folded: Vec<String> = texts.iter().map(|text| fold(text, MAX_CHARS).0.to_string()).collect();
        // A follow-up with another slot is no repeat: the shopper goes on asking, not again.
        let new_slots = decision.slots != self.slots || self.asked.is_some();
        let before = decision
            .intents
            .iter()
            .map(|question| self.times_answered(&question.id))
            .max();
        // Whoever goes on about a matter asks the next thing about it rather than the same thing a third time.
        let most = if from_the_talk { 1 } else { u32::MAX };
        let asked_before = if new_slots { 0 } else { before.unwrap_or(0).min(most) };
        // Whoever says once more what was not understood says it to nobody.
        let missed = matches!(decision.kind, DecisionKind::Unknown | DecisionKind::Clarify);
        let again = missed && self.missed.is_some() && self.missed == said(texts);
        let asked_before = if again { AGAIN } else { asked_before };
        self.ledger.after(&folded, decision, asked_before, at)
    }

    /// What earlier turns contribute to reading the next message.
    pub fn context(&self) -> Context<'_> {
        Context {
            last_intents: &self.last_intents,
            matters: self.matters.strengths(),
            last_text: &self.last_text,
            slots: Cow::Borrowed(&self.slots),
            asked: self.asked,
            offered: self.offered.as_ref(),
            under_way: self.turns > 0,
        }
    }

    /// A person gave the chat back: earlier trouble is settled.
    pub fn returned(&mut self) {
        self.ledger = Ledger::default();
        self.misses_in_a_row = 0;
        self.missed = None;
        self.times.clear();
        self.asked = None;
        self.offered = None;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::dialogue::tiny::{decision, turn};

    fn taken(memory: &mut Memory, decision: Decision, choices: &[Choice]) {
        memory.turn_taken(&["问", "题"], &turn(&[], decision, None), choices);
    }

    #[test]
    fn small_talk_does_not_replace_the_topic() {
        let mut memory = Memory::default();
        taken(&mut memory, decision(DecisionKind::Answer, &["shipping.eta"]), &[]);
        taken(&mut memory, decision(DecisionKind::Answer, &["chat.thanks"]), &[]);
        assert_eq!(memory.last_intents, ["shipping.eta"]);
        assert_eq!(memory.last_text, "问，题");
        assert_eq!(memory.turns, 2);
    }

    #[test]
    fn buttons_are_offered_until_the_next_turn_unless_a_value_was_asked_for() {
        let button = |intent: &str| Choice {
            label: String::new(),
            intent: intent.to_owned(),
        };
        let mut memory = Memory::default();
        let buttons = [button("shipping.eta"), button("service.human")];
        taken(&mut memory, decision(DecisionKind::Clarify, &[]), &buttons);
        let offered = memory.offered.clone().unwrap();
        assert_eq!(offered.intents, ["shipping.eta", "service.human"]);
        assert!(offered.asked_back);
        let mut answer = decision(DecisionKind::Answer, &["shipping.time"]);
        taken(&mut memory, answer.clone(), &buttons);
        assert!(!memory.offered.as_ref().unwrap().asked_back);
        answer.asked = Some(SlotName::OrderNumber);
        taken(&mut memory, answer, &buttons);
        assert_eq!(memory.offered, None);
    }

    #[test]
    fn misses_count_in_a_row_and_in_all() {
        let mut memory = Memory::default();
        let kinds = [
            (DecisionKind::Unknown, 1, 1),
            (DecisionKind::Clarify, 2, 2),
            (DecisionKind::Acknowledge, 3, 2),
            (DecisionKind::Unknown, 4, 3),
            (DecisionKind::Answer, 0, 3),
            (DecisionKind::Unknown, 1, 4),
        ];
        for (kind, in_a_row, in_all) in kinds {
            taken(&mut memory, decision(kind, &[]), &[]);
            assert_eq!((memory.misses_in_a_row, memory.misses), (in_a_row, in_all), "{kind:?}");
        }
    }

    #[test]
    fn the_same_words_that_were_not_understood_reach_a_person_the_second_time() {
        let level = |first: (&str, DecisionKind), second: (&str, DecisionKind)| {
            let mut memory = Memory::default();
            let mut turn = Turn {
                reply_to: Vec::new(),
                decision: decision(first.1, &[]),
                ledger: None,
                pack: None,
            };
            turn.ledger = Some(memory.ledger_after(&[first.0], &turn.decision, false, Millis(1)));
            memory.turn_taken(&[first.0], &turn, &[]);
            memory
                .ledger_after(&[second.0], &decision(second.1, &[]), false, Millis(2))
                .level
        };
        use DecisionKind::{Answer, Clarify, Unknown};
        let again = "别人的早就到了，我的怎么就不行";
        let reached = |level: f32| level >= crate::dialogue::ledger::HAND_OFF_AT;
        assert!(reached(level((again, Unknown), (again, Unknown))));
        assert!(reached(level(
            (again, Clarify),
            ("别人的早就到了 我的怎么就不行！！", Clarify)
        )));
        assert!(!reached(level((again, Unknown), ("那蓝色的那只可以不可以", Unknown))));
        assert!(!reached(level(("在吗", Unknown), ("在吗", Unknown))));
        assert!(!reached(level((again, Answer), (again, Unknown))));
    }

    #[test]
    fn a_question_with_another_slot_is_no_repeat() {
        let mut memory = Memory::default();
        let mut about = decision(DecisionKind::Answer, &["shipping.eta"]);
        about.slots.set(SlotName::Province, "江苏");
        taken(&mut memory, about.clone(), &[]);
        let again = memory.ledger_after(&["到江苏几天"], &about, false, Millis(1));
        about.slots.set(SlotName::Province, "新疆");
        let further = memory.ledger_after(&["那新疆呢"], &about, false, Millis(1));
        assert!(again.level > 0.0, "{again:?}");
        assert_eq!(further.level, 0.0, "{further:?}");
    }
}
