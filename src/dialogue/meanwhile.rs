//! What the shopper writes while people have the chat: it is read for signals, so that a ticket whose matter gets worse
//! rises, whoever has it. Pure.

use crate::model::{
    ClientMessageId, Decision, DecisionKind, EventKind, HandoffReason, Heard, Lane, Millis, Owner, SignalHit, Turn,
};

use super::reasons::lane_of;
use super::reply_writer::ReplyWriter;
use super::{Generation, Staffing, State};

/// Reads a message for signals alone: nobody but people will answer it. `None` when nothing in it is pressing.
pub(crate) fn hear(generation: &Generation, text: &str) -> Option<Heard> {
    let mut signals = generation.index.hear_signals(text);
    let lane = lane_of(generation, &signals)?;
    signals.retain(SignalHit::takes_effect);
    Some(Heard { lane, signals })
}

/// The events that a message of the shopper becomes: itself, with what was heard in it, and, the first time in a talk that
/// somebody may be hurt, what to do until a person answers. What was heard is left out where the bot has the chat again,
/// since its turn reads the message.
pub(crate) fn received(
    state: &State,
    shop: Option<(&Generation, &Staffing)>,
    id: ClientMessageId,
    text: String,
    heard: Option<Heard>,
    now: Millis,
) -> Vec<EventKind> {
    let with_people = matches!(state.owner, Owner::Queue | Owner::Agent { .. });
    let heard = heard.filter(|_| with_people);
    let words = match (&heard, shop) {
        (Some(heard), Some((generation, staffing))) if heard.lane == Lane::Safety && !state.safety_told => {
            let writer = ReplyWriter::new(state, generation, now);
            let told = writer.handoff(HandoffReason::Signal, Lane::Safety, false, staffing);
            Some(safety_words(state, generation, heard, told))
        }
        _ => None,
    };
    let mut events = vec![EventKind::Received { id, text, heard }];
    events.extend(words);
    events
}

/// The shop's words for somebody in danger. They reply to no message: a person still owes the answer.
fn safety_words(state: &State, generation: &Generation, heard: &Heard, text: String) -> EventKind {
    EventKind::Answered {
        turn: Turn {
            reply_to: Vec::new(),
            decision: Decision {
                kind: DecisionKind::Handoff,
                intents: Vec::new(),
                alternatives: Vec::new(),
                signals: heard.signals.clone(),
                slots: state.memory.slots.clone(),
                asked: None,
                withdrawn: Vec::new(),
            },
            ledger: None,
            pack: Some(generation.pack.id.clone()),
        },
        text,
        choices: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::tiny;
    use crate::model::AgentId;

    fn heard(id: &str, lane: Lane) -> Heard {
        Heard {
            lane,
            signals: vec![tiny::signal(id, 0.9)],
        }
    }

    /// The shopper has asked for a person, and waits.
    fn waiting() -> State {
        let mut state = State::default();
        tiny::received(&mut state, "转人工");
        tiny::append(
            &mut state,
            EventKind::HandedOff {
                reason: HandoffReason::Asked,
                lane: Lane::Normal,
                deadline: Millis(60_000),
                signals: Vec::new(),
                open_questions: Vec::new(),
                text: String::new(),
                turn: None,
            },
        );
        state
    }

    fn says(state: &mut State, text: &str, heard: Option<Heard>) -> Vec<&'static str> {
        let generation = tiny::generation();
        let id = ClientMessageId::new(format!("m{}", state.seq + 1));
        let staffing = Staffing::default();
        let events = received(
            state,
            Some((&generation, &staffing)),
            id,
            text.to_owned(),
            heard,
            Millis(9),
        );
        events
            .into_iter()
            .map(|event| {
                let name = if matches!(event, EventKind::Received { .. }) {
                    "received"
                } else {
                    "answered"
                };
                tiny::append(state, event);
                name
            })
            .collect()
    }

    #[test]
    fn the_lane_rises_with_what_is_heard_and_never_falls() {
        let mut state = waiting();
        says(&mut state, "烂透了", Some(heard("emotion.anger", Lane::High)));
        assert_eq!(state.ticket, Some((Lane::High, Millis(60_000))));
        says(&mut state, "手烫伤了", Some(heard("safety.harm", Lane::Safety)));
        says(&mut state, "烂透了", Some(heard("emotion.anger", Lane::High)));
        assert_eq!(state.ticket, Some((Lane::Safety, Millis(60_000))));
    }

    #[test]
    fn what_to_do_in_danger_is_said_once_in_a_talk_and_everything_still_waits_for_a_person() {
        let mut state = waiting();
        let harm = || Some(heard("safety.harm", Lane::Safety));
        assert_eq!(says(&mut state, "手烫伤了", harm()), ["received", "answered"]);
        let (agent, name) = (AgentId::new("a1"), "勺子".to_owned());
        tiny::append(&mut state, EventKind::Assigned { agent, name });
        assert_eq!(says(&mut state, "还起泡了", harm()), ["received"]);
        assert_eq!(state.pending.len(), 3);
    }

    #[test]
    fn where_the_bot_has_the_chat_its_turn_reads_the_message() {
        let mut state = State::default();
        assert_eq!(
            says(&mut state, "手烫伤了", Some(heard("safety.harm", Lane::Safety))),
            ["received"]
        );
        assert!(!state.safety_told && state.ticket.is_none());
    }
}
