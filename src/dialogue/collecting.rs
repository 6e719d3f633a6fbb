//! What a person needs before they can act: asked for, taken in parts, asked for once again, then handed over as it is.

use crate::model::{Question, SlotName, Slots};
use crate::packs::Intent;
use crate::understanding::Understanding;
use crate::understanding::kinds::ClauseReading;

use super::reasons::lane_of;
use super::{Generation, Memory, State};

/// How often one thing is asked for before a person gets the chat without it.
const TIMES_ASKED: usize = 2;

/// So many of the values that a question reads are enough, whichever they are, once they were asked for.
const ENOUGH_PARTS: usize = 2;

/// How sure a message is that is taken for the reply to what was asked.
const REPLY: f32 = 0.8;

/// What follows from a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It is answered.
    Answer,
    /// This is asked for first; `again` when it was asked for before.
    Ask { slot: SlotName, again: bool },
    /// A person is told.
    TellPerson,
}

/// What follows from a question when `slots` are known, of which `given` came with the messages that are being answered.
pub(super) fn step(memory: &Memory, intent: &Intent, slots: &Slots, given: &Slots) -> Step {
    let asked = |slot: SlotName| {
        let asked_for = memory.asked_for.iter();
        asked_for.filter(|(id, name)| *id == intent.id && *name == slot).count()
    };
    let times = if intent.tell_person.is_empty() { 1 } else { TIMES_ASKED };
    let missing = intent
        .slots
        .iter()
        .find(|slot| slot.ask.is_some() && !known(slots, slot.name) && asked(slot.name) < times);
    // Whoever sends a name and a phone for an address that stays needs not be asked for it again.
    let parts = intent
        .slots
        .iter()
        .filter(|slot| given.get(slot.name).is_some())
        .count();
    let most = !intent.tell_person.is_empty() && parts >= ENOUGH_PARTS;
    if let Some(slot) = missing.filter(|slot| !(most && asked(slot.name) > 0)) {
        return Step::Ask {
            slot: slot.name,
            again: asked(slot.name) > 0,
        };
    }
    if intent.tell_person.is_empty() {
        return Step::Answer;
    }
    let asks = intent.slots.iter().any(|slot| slot.ask.is_some());
    let all = intent.tell_person.iter().all(|name| known(slots, *name));
    // What was said about another matter is no reason to call somebody: the question may be about the rule.
    if asks || all && parts > 0 {
        Step::TellPerson
    } else {
        Step::Answer
    }
}

/// Whether a value is known; a parcel is found by its order's number as well as by its own.
fn known(slots: &Slots, name: SlotName) -> bool {
    let other = match name {
        SlotName::OrderNumber => Some(SlotName::Waybill),
        SlotName::Waybill => Some(SlotName::OrderNumber),
        _ => None,
    };
    slots.get(name).is_some() || other.is_some_and(|other| slots.get(other).is_some())
}

/// Reads what is pending as the reply to what the bot asked for, unless it asks or is something else.
pub(super) fn read_as_reply(state: &State, generation: &Generation, mut understanding: Understanding) -> Understanding {
    let memory = &state.memory;
    let (Some(asked), Some(topic)) = (memory.asked, memory.last_intents.last()) else {
        return understanding;
    };
    let Some(intent) = generation
        .pack
        .intent(topic)
        .filter(|intent| !intent.tell_person.is_empty())
    else {
        return understanding;
    };
    let about_it = understanding.questions.iter().all(|question| question.id == *topic);
    let troubled = lane_of(generation, &understanding.signals).is_some();
    // A description may hold any words; a question that was not understood is no address.
    let asks_other = asked != SlotName::Details && understanding.clauses.iter().any(ClauseReading::is_unread);
    let withdrawn = !understanding.withdrawn.is_empty();
    if withdrawn || !about_it || troubled || asks_other || state.pending.is_empty() {
        return understanding;
    }
    if asked == SlotName::Details {
        let texts: Vec<&str> = state.pending.iter().map(|pending| pending.text.trim()).collect();
        understanding.slots.set(SlotName::Details, texts.join(" "));
    }
    if understanding.questions.is_empty() {
        understanding.questions.push(Question::new(topic, REPLY, intent.kind));
        understanding.candidates.clear();
    }
    understanding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::tiny;
    use crate::packs::SlotRequest;
    use crate::shop::LocalText;
    use crate::understanding::ClauseKind;

    fn intent(asks: bool) -> Intent {
        Intent {
            id: "shipping.address".to_owned(),
            slots: vec![
                SlotRequest {
                    name: SlotName::Address,
                    ask: asks.then(|| LocalText::same("新地址发我")),
                },
                SlotRequest {
                    name: SlotName::Phone,
                    ask: None,
                },
            ],
            tell_person: vec![SlotName::Address],
            ..Intent::default()
        }
    }

    fn known(names: &[SlotName]) -> Slots {
        let mut slots = Slots::default();
        names.iter().for_each(|name| slots.set(*name, "x"));
        slots
    }

    #[test]
    fn what_is_missing_is_asked_for_twice_then_a_person_gets_it_as_it_is() {
        let (mut memory, intent, none) = (Memory::default(), intent(true), Slots::default());
        let steps: Vec<Step> = (0..3)
            .map(|_| {
                let step = step(&memory, &intent, &none, &none);
                memory.asked_for.push((intent.id.clone(), SlotName::Address));
                step
            })
            .collect();
        let ask = |again| Step::Ask {
            slot: SlotName::Address,
            again,
        };
        assert_eq!(steps, [ask(false), ask(true), Step::TellPerson]);
        let address = known(&[SlotName::Address]);
        assert_eq!(step(&Memory::default(), &intent, &address, &address), Step::TellPerson);
    }

    #[test]
    fn a_question_about_the_rule_is_answered_until_the_data_comes_for_it() {
        let (memory, intent) = (Memory::default(), intent(false));
        let (address, phone) = (known(&[SlotName::Address]), known(&[SlotName::Phone]));
        assert_eq!(
            step(&memory, &intent, &Slots::default(), &Slots::default()),
            Step::Answer
        );
        // Known from another matter.
        assert_eq!(step(&memory, &intent, &address, &Slots::default()), Step::Answer);
        assert_eq!(step(&memory, &intent, &phone, &phone), Step::Answer);
        assert_eq!(step(&memory, &intent, &address, &address), Step::TellPerson);
    }

    #[test]
    fn whatever_is_said_is_the_reply_unless_it_asks_something_else_or_is_trouble() {
        let generation = tiny::generation();
        let mut state = State::default();
        tiny::received(&mut state, "页面一直转圈");
        state.memory_mut().asked = Some(SlotName::Details);
        state.memory_mut().last_intents = vec!["payment.failed".to_owned()];
        let read = |understanding| read_as_reply(&state, &generation, understanding);
        let reply = read(Understanding::default());
        assert_eq!(reply.questions[0].id, "payment.failed");
        assert_eq!(reply.slots.get(SlotName::Details), Some("页面一直转圈"));
        let other = read(tiny::asks(&["shipping.time"]));
        assert!(other.slots.is_empty() && other.questions[0].id == "shipping.time");
        let mut angry = Understanding::default();
        angry.signals.push(tiny::signal("emotion.anger", 0.9));
        assert!(read(angry).questions.is_empty());
        let unread = || Understanding {
            clauses: vec![ClauseReading {
                text: "明天会下雨吗".to_owned(),
                kind: ClauseKind::Question,
                confidence: 0.9,
                intents: Vec::new(),
            }],
            ..Understanding::default()
        };
        assert_eq!(read(unread()).questions.len(), 1, "a description may be anything");
        let mut state = state.clone();
        state.memory_mut().asked = Some(SlotName::OrderNumber);
        assert!(read_as_reply(&state, &generation, unread()).questions.is_empty());
    }
}
