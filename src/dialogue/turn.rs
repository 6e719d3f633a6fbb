//! One turn of the bot: pending messages in, events out. Pure.

use crate::model::{
    Choice, ClientMessageId, Decision, DecisionKind, EventKind, HandoffReason, IntentKind, Lane, Millis, Turn,
};
use crate::shop::Profile;
use crate::understanding::Understanding;

use super::answer::answer;
use super::collecting::read_as_reply;
use super::goods_in_hand::{asked_of_goods, in_hand};
use super::ledger::Ledger;
use super::reasons::reason_for_a_person;
use super::reply_writer::ReplyWriter;
use super::{Generation, Staffing, State};

/// Within how much service time a message left outside service hours is promised an answer at the least, milliseconds: those of a
/// whole night are there when the first agent comes.
const LEFT_REPLY_MS: u64 = 60 * 60_000;

/// What the bot does with the pending messages.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The decision.
    pub decision: Decision,
    /// Why a person is brought in, if one is.
    pub handoff: Option<(HandoffReason, Lane)>,
    /// The events to append, all under the epoch of the state: `answered`, `handed_off`, or both.
    pub events: Vec<EventKind>,
    /// What was understood, for explanations.
    pub understanding: Understanding,
    /// The ledger after this turn, also when it ends in a handoff.
    pub ledger: Ledger,
}

impl Outcome {
    /// What the shopper is shown, message by message.
    pub fn says(&self) -> Vec<&str> {
        self.events
            .iter()
            .filter_map(|event| match event {
                EventKind::Answered { text, .. } | EventKind::HandedOff { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    /// The buttons under it.
    pub fn choices(&self) -> &[Choice] {
        self.events
            .iter()
            .find_map(|event| match event {
                EventKind::Answered { choices, .. } => Some(choices.as_slice()),
                _ => None,
            })
            .unwrap_or_default()
    }
}

/// Reads all pending messages of the state as one.
pub fn read(state: &State, generation: &Generation) -> Understanding {
    let texts: Vec<&str> = state.pending.iter().map(|pending| pending.text.as_str()).collect();
    generation.index.understand(&texts.join("\n"), &state.memory.context())
}

/// Takes the bot's turn over all pending messages of the state, which were read as `understanding`; `None` when there
/// is nothing to reply to.
pub fn take_turn(
    state: &State,
    generation: &Generation,
    understanding: Understanding,
    staffing: &Staffing,
    now: Millis,
) -> Option<Outcome> {
    if state.pending.is_empty() {
        return None;
    }
    let texts: Vec<&str> = state.pending.iter().map(|pending| pending.text.as_str()).collect();
    let writer = ReplyWriter::new(state, generation, now);
    let understanding = read_as_reply(state, generation, understanding);
    let (slots, understanding) = in_hand(state, understanding);
    let understanding = asked_of_goods(generation, &slots, understanding);
    let reply_to: Vec<ClientMessageId> = state.pending.iter().map(|pending| pending.id.clone()).collect();
    let reply = answer(state, generation, &writer, &understanding, &slots);
    let decision = Decision {
        kind: reply.kind,
        intents: understanding.questions.clone(),
        alternatives: understanding.alternatives.clone(),
        signals: understanding.signals.clone(),
        slots,
        asked: reply.asked,
        withdrawn: understanding.withdrawn.clone(),
    };
    let ledger = state
        .memory
        .ledger_after(&texts, &decision, understanding.from_the_talk, now);
    let handoff = reason_for_a_person(state, generation, &decision, &ledger, reply.tells_person);
    // Nobody knows what else is asked in what was too long to be read.
    let handoff = handoff.or(understanding.unread.then_some((HandoffReason::Misses, Lane::Normal)));
    let answers_first = matches!(handoff, Some((HandoffReason::Intent, _))) && !reply.text.is_empty();
    let answers = handoff.is_none() || answers_first;
    let mut turn = Turn {
        reply_to,
        decision,
        ledger: Some(ledger.clone()),
        pack: Some(generation.pack.id.clone()),
    };
    let mut events = Vec::new();
    if answers {
        events.push(EventKind::Answered {
            turn: turn.clone(),
            text: reply.text,
            choices: reply.choices,
        });
    }
    if let Some((reason, lane)) = handoff {
        turn.decision.kind = DecisionKind::Handoff;
        if !answers {
            // Nothing was said but that a person comes: no slot was asked for.
            turn.decision.asked = None;
        }
        events.push(hand_off(
            (reason, lane),
            Some(&turn.decision),
            (!answers).then(|| turn.clone()),
            reply.tells_person,
            &writer,
            staffing,
            now,
        ));
    }
    let decision = turn.decision;
    Some(Outcome {
        decision,
        handoff,
        events,
        understanding,
        ledger,
    })
}

/// How long to wait for the rest before taking the turn, in milliseconds: 0 when what is pending is understood
/// with confidence, up to `longest` for a bare greeting or a fragment.
pub fn wait_ms(understanding: &Understanding, longest: u64) -> u64 {
    let urgent = understanding.signals.iter().any(|signal| signal.takes_effect());
    if urgent {
        0
    } else if understanding.fragment {
        longest
    } else if understanding.questions.is_empty() {
        longest / 2
    } else {
        0
    }
}

/// The events that hand a chat to people because the shopper pressed the button.
pub fn asked_for_person(state: &State, generation: &Generation, staffing: &Staffing, now: Millis) -> Vec<EventKind> {
    let writer = ReplyWriter::new(state, generation, now);
    vec![hand_off(
        (HandoffReason::Asked, Lane::Normal),
        None,
        None,
        false,
        &writer,
        staffing,
        now,
    )]
}

/// Whether what is handed off now is a message left outside service hours, and when an answer is due. The clock runs while people
/// are there: in service hours, and beyond them while somebody stays. What is dangerous is never only left.
fn due(lane: Lane, shop: &Profile, staffing: &Staffing, now: Millis) -> (bool, Millis) {
    if staffing.staffed {
        return (false, now.plus(staffing.reply_ms));
    }
    let left = !staffing.open_now && staffing.next_opening.is_some() && lane > Lane::Top;
    let for_ms = match left {
        true => staffing.reply_ms.max(LEFT_REPLY_MS),
        false => staffing.reply_ms,
    };
    (left, shop.hours.after(now, for_ms))
}

/// The handoff that follows from a decision, if one led to it. `turn` is what the event records of the turn; `collected`
/// is set when the shopper has given what a person needs.
fn hand_off(
    (reason, lane): (HandoffReason, Lane),
    decision: Option<&Decision>,
    turn: Option<Turn>,
    collected: bool,
    writer: &ReplyWriter<'_>,
    staffing: &Staffing,
    now: Millis,
) -> EventKind {
    let (left, deadline) = due(lane, writer.shop(), staffing, now);
    let signals = decision.map_or(&[][..], |decision| &decision.signals);
    let questions = decision.map_or(&[][..], |decision| &decision.intents);
    EventKind::HandedOff {
        reason,
        lane,
        deadline,
        signals: signals.iter().filter(|signal| signal.score >= 0.3).cloned().collect(),
        open_questions: questions
            .iter()
            .filter(|question| question.kind() == IntentKind::Question)
            .map(|question| question.id.clone())
            .collect(),
        left,
        text: writer.handoff(reason, lane, collected, staffing),
        turn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::tiny;
    use crate::model::{Cause, Event, PackId};

    const NOW: Millis = Millis(5_000);

    fn taken(state: &State, understanding: Understanding) -> Outcome {
        let staffing = Staffing::default();
        take_turn(state, &tiny::generation(), understanding, &staffing, NOW).expect("something is pending")
    }

    fn talk(texts: &[&str]) -> State {
        let mut state = State::default();
        for text in texts {
            tiny::received(&mut state, text);
        }
        state
    }

    fn names(outcome: &Outcome) -> Vec<&str> {
        outcome.events.iter().map(EventKind::name).collect()
    }

    /// The log after the turn, written and read again.
    fn folded(mut state: State, outcome: &Outcome) -> State {
        for kind in &outcome.events {
            let event = Event {
                seq: state.seq + 1,
                epoch: state.epoch,
                at: NOW,
                kind: kind.clone(),
            };
            let written = serde_json::to_string(&event).expect("is plain data");
            state.apply(&serde_json::from_str(&written).expect("is what was written"));
        }
        state
    }

    #[test]
    fn an_answer_records_what_was_read_the_ledger_and_the_pack() {
        let state = talk(&["人呢", "什么时候发货"]);
        let outcome = taken(&state, tiny::asks(&["shipping.time"]));
        assert_eq!(names(&outcome), ["answered"]);
        let turn = outcome.events[0].turn().expect("is recorded");
        let read: Vec<&str> = turn.reply_to.iter().map(ClientMessageId::as_str).collect();
        assert_eq!(read, ["m1", "m2"]);
        assert_eq!(
            (&turn.decision, turn.ledger.as_ref()),
            (&outcome.decision, Some(&outcome.ledger))
        );
        assert_eq!(turn.pack, Some(PackId::new(tiny::PACK)));
        assert!(
            outcome
                .ledger
                .entries
                .iter()
                .any(|entry| entry.cause == Cause::Impatience)
        );
        let after = folded(state, &outcome);
        assert_eq!(after.memory.ledger, outcome.ledger);
        assert!(after.pending.is_empty());
    }

    #[test]
    fn a_turn_that_only_hands_off_is_recorded_on_the_handoff() {
        let state = talk(&["你们太过分了，到新疆几天"]);
        let mut understanding = tiny::asks(&["shipping.eta"]);
        understanding.signals.push(tiny::signal("emotion.anger", 0.9));
        let outcome = taken(&state, understanding);
        assert_eq!(names(&outcome), ["handed_off"]);
        let turn = outcome.events[0].turn().expect("is recorded");
        assert_eq!(turn.decision.kind, DecisionKind::Handoff);
        // Nobody asked where to: the shopper was told that a person comes.
        assert_eq!(turn.decision.asked, None);
        assert_eq!(turn.ledger.as_ref(), Some(&outcome.ledger));
        let after = folded(state, &outcome);
        assert_eq!(after.memory.last_intents, ["shipping.eta"]);
        assert_eq!(
            (after.memory.ledger.level, after.memory.turns),
            (outcome.ledger.level, 1)
        );
        assert!(after.memory.asked_for.is_empty() && after.pending[0].read);
    }

    // A7
    #[test]
    fn what_was_not_read_whole_goes_to_a_person() {
        let state = talk(&["很长很长"]);
        let mut understanding = tiny::asks(&["shipping.time"]);
        understanding.unread = true;
        let outcome = taken(&state, understanding);
        assert_eq!(outcome.handoff, Some((HandoffReason::Misses, Lane::Normal)));
    }

    #[test]
    fn a_turn_that_answers_and_hands_off_is_recorded_once() {
        let state = talk(&["我要退款，谢谢"]);
        let outcome = taken(&state, tiny::asks(&["aftersale.refund", "chat.thanks"]));
        assert_eq!(names(&outcome), ["answered", "handed_off"]);
        assert_eq!(outcome.handoff, Some((HandoffReason::Intent, Lane::Normal)));
        let turns: Vec<Option<DecisionKind>> = outcome
            .events
            .iter()
            .map(|event| event.turn().map(|turn| turn.decision.kind))
            .collect();
        assert_eq!(turns, [Some(DecisionKind::Answer), None]);
        let EventKind::HandedOff { open_questions, .. } = &outcome.events[1] else {
            panic!("{:?}", outcome.events[1]);
        };
        // Small talk leaves nothing open.
        assert_eq!(open_questions, &["aftersale.refund"]);
        assert_eq!(folded(state, &outcome).memory.turns, 1);
    }

    #[test]
    fn the_button_for_a_person_is_no_turn_and_nothing_pending_is_none() {
        let (state, generation, staffing) = (State::default(), tiny::generation(), Staffing::default());
        let events = asked_for_person(&state, &generation, &staffing, NOW);
        assert_eq!(events.len(), 1);
        assert!(events[0].turn().is_none());
        assert!(take_turn(&state, &generation, Understanding::default(), &staffing, NOW).is_none());
    }

    #[test]
    fn what_is_understood_or_urgent_is_not_waited_on() {
        let mut unclear = Understanding::default();
        assert_eq!(wait_ms(&unclear, 900), 450);
        unclear.fragment = true;
        assert_eq!(wait_ms(&unclear, 900), 900);
        unclear.signals.push(tiny::signal("emotion.anger", 0.49));
        assert_eq!(wait_ms(&unclear, 900), 900);
        unclear.signals.push(tiny::signal("safety.harm", 0.5));
        assert_eq!(wait_ms(&unclear, 900), 0);
        assert_eq!(wait_ms(&tiny::asks(&["shipping.time"]), 900), 0);
    }
}
