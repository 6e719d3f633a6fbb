//! What the shopper writes while people have the chat: it is read for signals, so that a ticket whose matter gets worse
//! rises, whoever has it. Pure.

use std::sync::LazyLock;

use crate::model::{
    ClientMessageId, Decision, DecisionKind, EventKind, HandoffReason, Heard, Lane, Millis, Owner, SentFile, SignalHit,
    Turn,
};
use crate::understanding::lexicon::entries;
use crate::understanding::normalise::fold;

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

/// Longer messages say more than that another agent is wanted, characters: whoever has the chat reads them.
const LONGEST_WISH: usize = 30;

/// What whoever wants another agent says, without blanks. Folded, matched as substrings.
static ANOTHER_AGENT: LazyLock<Vec<String>> = LazyLock::new(|| {
    let wishes = entries(include_str!("lexicon/another_agent.txt"));
    wishes.map(letters).collect()
});

/// What stands before such a wish when it is none.
const DENIALS: [&str; 10] = [
    "不",
    "别",
    "没",
    "不用",
    "不要",
    "不需要",
    "不想",
    "不必",
    "用不着",
    "没必要",
];

/// Whether a message asks for another agent than the one who has the chat.
pub(crate) fn wants_another_agent(text: &str) -> bool {
    if text.chars().take(LONGEST_WISH + 1).count() > LONGEST_WISH {
        return false;
    }
    let said = letters(&fold(text, LONGEST_WISH).0.to_string());
    ANOTHER_AGENT.iter().any(|wish| {
        let at = said.find(wish.as_str());
        at.is_some_and(|at| !DENIALS.iter().any(|no| said[..at].ends_with(no)))
    })
}

fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).collect()
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
    files: Vec<SentFile>,
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
    let mut events = vec![EventKind::Received { id, text, heard, files }];
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
    use crate::model::{AgentId, AssignCause};

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
                left: false,
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
            Vec::new(),
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
        tiny::append(&mut state, EventKind::assigned(agent, name, AssignCause::FewestChats));
        assert_eq!(says(&mut state, "还起泡了", harm()), ["received"]);
        assert_eq!(state.pending.len(), 3);
    }

    #[test]
    fn another_agent_is_asked_for_in_few_words() {
        for wish in [
            "换人",
            "能不能换个客服啊！",
            "我要換人",
            "换 一 个 人",
            "can I talk to someone else?",
            "我想要换人",
            "需要换个客服",
            "要换个客服",
        ] {
            assert!(wants_another_agent(wish), "{wish}");
        }
        for other in [
            "不换人",
            "不用换人了",
            "不需要换人",
            "没必要换客服",
            "别换人",
            "换货",
            "这件给别人买的，换个颜色",
            "在吗",
        ] {
            assert!(!wants_another_agent(other), "{other}");
        }
        assert!(!wants_another_agent(
            &"我觉得这个问题可能换个人也说不清楚，反正就是鞋子坏了要退".repeat(2)
        ));
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
