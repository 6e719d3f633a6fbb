//! What the bot says in a turn that a person need not take.

use crate::model::{Choice, DecisionKind, SlotName, Slots};
use crate::packs::HandoffRule;
use crate::reply::TalkSlots;
use crate::understanding::Understanding;

use super::collecting::{Step, step};
use super::reply_writer::ReplyWriter;
use super::{Generation, State};

/// Questions answered in one message at the most.
const MOST_ANSWERS: usize = 3;

/// What the bot would say.
pub(super) struct Reply {
    pub kind: DecisionKind,
    pub text: String,
    pub choices: Vec<Choice>,
    /// The slot that is asked for.
    pub asked: Option<SlotName>,
    /// A person is told: what they need is there.
    pub tells_person: bool,
}

/// Buttons for what data may be for, at the most.
const MOST_USES: usize = 3;

/// What the bot says to what was understood: answers, a question for a slot, a question back, or that it does not know.
pub(super) fn answer(
    state: &State,
    generation: &Generation,
    writer: &ReplyWriter<'_>,
    understanding: &Understanding,
    slots: &Slots,
) -> Reply {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut choices: Vec<Choice> = Vec::new();
    let mut asked = None;
    let mut tells_person = false;
    for question in understanding.questions.iter().take(MOST_ANSWERS) {
        let Some(intent) = generation.pack.intent(&question.id) else {
            continue;
        };
        let rotation = state.memory.times_answered(&intent.id);
        match step(&state.memory, intent, slots, &understanding.slots) {
            Step::TellPerson => {
                tells_person = true;
                continue;
            }
            // Whoever names two goods has a choice of their own, and is asked for nothing more.
            Step::Ask { .. } if understanding.slots.get(SlotName::OtherGoods).is_some() => {}
            Step::Ask { slot, again } if asked.is_none() => {
                if let Some(text) = writer.ask(intent, slot) {
                    asked = Some(slot);
                    paragraphs.push(if again {
                        format!("{}{}", writer.phrase("ask_again", 0), unaddressed(&text))
                    } else {
                        text
                    });
                    continue;
                }
            }
            Step::Ask { .. } | Step::Answer => {}
        }
        // A question that nobody has written an answer for yet is at least named: imported files begin so.
        let unwritten = || intent.answers.is_empty().then(|| writer.title(intent));
        let in_talk = TalkSlots {
            known: slots,
            asked: &understanding.slots,
        };
        let Some(text) = writer.answer(intent, in_talk, rotation).or_else(unwritten) else {
            continue;
        };
        paragraphs.push(text);
        for id in &intent.choices {
            add_choice(&mut choices, generation, writer, id, understanding);
        }
        // What was answered before and is asked again has not helped.
        let again = rotation > 0 && understanding.slots.is_empty() && !intent.kind.is_small_talk();
        if intent.handoff == HandoffRule::Offer || again {
            choices.truncate(2);
            add_person(&mut choices, generation, writer, understanding);
        }
    }
    if !paragraphs.is_empty() {
        choices.truncate(3);
        let only_asks = asked.is_some() && paragraphs.len() == 1;
        let kind = if only_asks {
            DecisionKind::AskSlot
        } else {
            DecisionKind::Answer
        };
        return Reply {
            kind,
            text: join(paragraphs, state, writer),
            choices,
            asked,
            tells_person,
        };
    }
    if tells_person {
        return Reply {
            kind: DecisionKind::Handoff,
            text: String::new(),
            choices: Vec::new(),
            asked: None,
            tells_person,
        };
    }
    if let Some(reply) = without_question(state, generation, writer, understanding, slots) {
        return reply;
    }
    for candidate in &understanding.candidates {
        add_choice(&mut choices, generation, writer, &candidate.id, understanding);
    }
    let clarify = !choices.is_empty();
    add_person(&mut choices, generation, writer, understanding);
    let kind = if clarify {
        DecisionKind::Clarify
    } else {
        DecisionKind::Unknown
    };
    let key = match kind {
        DecisionKind::Clarify => "clarify",
        _ if state.memory.misses_in_a_row > 0 => "unknown_again",
        _ => "unknown",
    };
    Reply {
        kind,
        text: writer.phrase(key, state.memory.misses),
        choices,
        asked: None,
        tells_person: false,
    }
}

/// What the bot says where nothing was asked: to data, what it may be for; to a statement or a face, a short sign.
fn without_question(
    state: &State,
    generation: &Generation,
    writer: &ReplyWriter<'_>,
    understanding: &Understanding,
    slots: &Slots,
) -> Option<Reply> {
    let mut choices = Vec::new();
    let wordless = understanding.clauses.is_empty();
    // What is wished for beside it and was not understood is asked back.
    if !understanding.withdrawn.is_empty() && understanding.candidates.is_empty() {
        return Some(Reply {
            kind: DecisionKind::Acknowledge,
            text: writer.phrase("noted", state.memory.turns),
            choices,
            asked: None,
            tells_person: false,
        });
    }
    let key = if wordless && understanding.attachment {
        "attachment"
    } else if wordless && understanding.face {
        "noted"
    } else if understanding.only_gives_data() {
        let uses = understanding.alternatives.iter().filter(|question| {
            let intent = generation.pack.intent(&question.id);
            intent.is_some_and(|intent| {
                let mut used = intent.tell_person.iter();
                used.any(|name| understanding.slots.get(*name).is_some())
            })
        });
        for question in uses.take(MOST_USES) {
            add_choice(&mut choices, generation, writer, &question.id, understanding);
        }
        match slots.get(SlotName::Goods) {
            // A link or an item number that is one of the shop's goods.
            Some(_) if understanding.slots.get(SlotName::Goods).is_some() => "goods_seen",
            _ => "data_received",
        }
    } else if understanding.candidates.is_empty()
        && understanding.only_tells()
        && state.memory.turns > 0
        && state.memory.misses_in_a_row == 0
    {
        "noted"
    } else {
        return None;
    };
    add_person(&mut choices, generation, writer, understanding);
    Some(Reply {
        kind: DecisionKind::Acknowledge,
        text: writer.phrase_with(
            key,
            &[("name", slots.get(SlotName::Goods).unwrap_or_default())],
            state.memory.turns,
        ),
        choices,
        asked: None,
        tells_person: false,
    })
}

/// One message of several answers: each after the first begins with the shop's phrase for it.
fn join(answers: Vec<String>, state: &State, writer: &ReplyWriter<'_>) -> String {
    let mut answers = answers.into_iter();
    let mut text = answers.next().unwrap_or_default();
    for (answer, said) in answers.zip(state.memory.turns..) {
        let more = writer.phrase("more", said);
        // English words need a space, Chinese punctuation has it already.
        let space = if more.ends_with(|last: char| last.is_ascii()) {
            " "
        } else {
            ""
        };
        text = format!("{text}\n\n{more}{space}{}", unaddressed(&answer));
    }
    text
}

/// A text that follows another: nobody is addressed twice in one breath.
fn unaddressed(text: &str) -> &str {
    let stripped = text.strip_prefix("亲，").or_else(|| text.strip_prefix("親，"));
    stripped.unwrap_or(text)
}

/// Adds the button that asks for a person, if the pack has a way to people.
fn add_person(
    choices: &mut Vec<Choice>,
    generation: &Generation,
    writer: &ReplyWriter<'_>,
    understanding: &Understanding,
) {
    if let Some(person) = generation.pack.person() {
        add_choice(choices, generation, writer, &person.id, understanding);
    }
}

/// Adds a button, unless it stands there already or was just answered.
fn add_choice(
    choices: &mut Vec<Choice>,
    generation: &Generation,
    writer: &ReplyWriter<'_>,
    id: &str,
    understanding: &Understanding,
) {
    let known = choices.iter().any(|choice| choice.intent == id);
    let answered = understanding.questions.iter().any(|question| question.id == id);
    if let (false, false, Some(intent)) = (known, answered, generation.pack.intent(id)) {
        choices.push(Choice {
            label: writer.title(intent),
            intent: id.to_owned(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::tiny;
    use crate::model::Millis;

    fn said(state: &State, understanding: &Understanding, slots: &Slots) -> Reply {
        let generation = tiny::generation();
        let writer = ReplyWriter::new(state, &generation, Millis(0));
        answer(state, &generation, &writer, understanding, slots)
    }

    fn buttons(reply: &Reply) -> Vec<&str> {
        reply.choices.iter().map(|choice| choice.intent.as_str()).collect()
    }

    #[test]
    fn a_slot_is_asked_for_once_in_a_talk() {
        let (mut state, eta) = (State::default(), tiny::asks(&["shipping.eta"]));
        let first = said(&state, &eta, &Slots::default());
        assert_eq!(
            (first.kind, first.asked),
            (DecisionKind::AskSlot, Some(SlotName::Province))
        );
        assert_eq!(first.text, "寄到哪里？");
        state
            .memory_mut()
            .asked_for
            .push(("shipping.eta".to_owned(), SlotName::Province));
        let second = said(&state, &eta, &Slots::default());
        assert_eq!((second.kind, second.asked), (DecisionKind::Answer, None));
        assert_eq!(second.text, "一般三天");
    }

    #[test]
    fn a_known_slot_is_not_asked_for() {
        let mut slots = Slots::default();
        slots.set(SlotName::Province, "新疆");
        let reply = said(&State::default(), &tiny::asks(&["shipping.eta"]), &slots);
        assert_eq!((reply.kind, reply.text.as_str()), (DecisionKind::Answer, "到新疆三天"));
    }

    #[test]
    fn a_repeated_question_is_answered_in_other_words() {
        let (mut state, time) = (State::default(), tiny::asks(&["shipping.time"]));
        let first = said(&state, &time, &Slots::default()).text;
        state.memory_mut().count_answer("shipping.time");
        let second = said(&state, &time, &Slots::default()).text;
        state.memory_mut().count_answer("shipping.time");
        let third = said(&state, &time, &Slots::default()).text;
        assert_ne!(first, second);
        assert_eq!(first, third);
    }

    #[test]
    fn at_most_three_questions_are_answered_and_one_without_an_answer_is_named() {
        let asked = tiny::asks(&["size.fit", "chat.thanks", "aftersale.refund", "shipping.time"]);
        let reply = said(&State::default(), &asked, &Slots::default());
        let parts: Vec<&str> = reply.text.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(parts.len(), 3, "{parts:?}");
        assert!(parts[0].contains("size.fit"), "{parts:?}");
        assert!(!reply.text.contains("发"), "{parts:?}");
    }

    #[test]
    fn buttons_lead_on_without_what_was_just_answered_and_an_offer_keeps_room_for_a_person() {
        let time = said(&State::default(), &tiny::asks(&["shipping.time"]), &Slots::default());
        assert_eq!(buttons(&time), ["shipping.eta"]);
        let coupon = said(&State::default(), &tiny::asks(&["price.coupon"]), &Slots::default());
        assert_eq!(buttons(&coupon), ["shipping.time", "shipping.eta", "service.human"]);
    }

    #[test]
    fn what_may_have_been_meant_is_asked_back_and_what_nobody_knows_leads_to_a_person() {
        let unsure = Understanding {
            candidates: vec![
                tiny::question("shipping.time", 0.4),
                tiny::question("shipping.eta", 0.3),
            ],
            ..Understanding::default()
        };
        let back = said(&State::default(), &unsure, &Slots::default());
        assert_eq!(back.kind, DecisionKind::Clarify);
        assert_eq!(buttons(&back), ["shipping.time", "shipping.eta", "service.human"]);
        let mut state = State::default();
        let unknown = said(&state, &Understanding::default(), &Slots::default());
        assert_eq!(
            (unknown.kind, buttons(&unknown)),
            (DecisionKind::Unknown, vec!["service.human"])
        );
        state.memory_mut().misses = 1;
        state.memory_mut().misses_in_a_row = 1;
        let again = said(&state, &Understanding::default(), &Slots::default());
        assert_ne!(unknown.text, again.text);
    }
}
