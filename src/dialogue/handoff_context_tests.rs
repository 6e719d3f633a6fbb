//! What is folded of a talk that people are called to.

use super::*;
use crate::dialogue::tiny;
use crate::model::ClientMessageId;

/// A talk and what the desk sees of it.
#[derive(Default)]
struct Talk {
    state: State,
    context: HandoffContext,
}

impl Talk {
    fn on(mut self, kind: EventKind) -> Self {
        let seq = self.state.seq + 1;
        let event = Event {
            seq,
            epoch: self.state.epoch,
            at: Millis(seq * 1_000),
            kind,
        };
        self.state.apply(&event);
        self.context.apply(&event);
        self
    }

    fn received(self, text: &str) -> Self {
        self.heard(text, None)
    }

    fn heard(self, text: &str, heard: Option<Heard>) -> Self {
        let id = ClientMessageId::new(format!("m{}", self.state.seq + 1));
        let text = text.to_owned();
        self.on(EventKind::Received {
            id,
            text,
            heard,
            files: Vec::new(),
        })
    }

    fn handed_off(self, open: &[&str]) -> Self {
        self.on(EventKind::HandedOff {
            reason: HandoffReason::Signal,
            lane: Lane::High,
            deadline: Millis(60_000),
            signals: Vec::new(),
            open_questions: open.iter().map(|id| (*id).to_owned()).collect(),
            left: false,
            text: String::new(),
            turn: None,
        })
    }

    fn assigned(self) -> Self {
        let (agent, name) = (AgentId::new("a1"), "勺子".to_owned());
        self.on(EventKind::assigned(agent, name, AssignCause::FewestChats))
    }

    fn card(&self) -> Option<Card> {
        let id = ConversationId::new("c1");
        let generation = tiny::generation();
        self.context.card(&id, &self.state, Some(&generation))
    }

    fn ticket(&self) -> Option<Ticket> {
        let generation = tiny::generation();
        self.context
            .ticket(&ConversationId::new("c1"), &self.state, Some(&generation))
    }
}

fn open(card: &Card) -> Vec<&str> {
    card.open_questions
        .iter()
        .map(|choice| choice.intent.as_str())
        .collect()
}

#[test]
fn a_talk_that_no_person_was_called_to_has_no_ticket() {
    let talk = Talk::default().received("在吗");
    assert!(talk.ticket().is_none() && talk.card().is_none());
}

#[test]
fn the_card_says_what_was_left_open_until_the_agent_answers() {
    let talk = Talk::default().received("").handed_off(&["shipping.time", "size.fit"]);
    let card = talk.card().expect("was handed off");
    assert_eq!(open(&card), ["shipping.time", "size.fit"]);
    assert_eq!(card.waiting_since, Some(Millis(2_000)));
    let talk = talk.assigned();
    let card = talk.card().expect("still is");
    assert_eq!(
        (card.waiting_since, card.deadline),
        (Some(Millis(2_000)), Millis(60_000))
    );
    assert_eq!(
        talk.context.unanswered_since,
        Some(Millis(3_000)),
        "the agent's time begins anew"
    );
    let (agent, name) = (AgentId::new("a1"), "勺子".to_owned());
    let talk = talk.on(EventKind::AgentSaid {
        id: ClientMessageId::new("a"),
        agent,
        name,
        text: "今天发".to_owned(),
        files: Vec::new(),
    });
    let card = talk.card().expect("still is");
    assert!(open(&card).is_empty());
    assert_eq!(card.waiting_since, None);
    let talk = talk.received("好").received("在吗");
    assert_eq!(talk.context.unanswered_since, Some(Millis(5_000)));
    let card = talk.card().expect("still is");
    let due = Millis(5_000).plus(tiny::generation().reply_ms);
    assert_eq!(
        (card.waiting_since, card.deadline),
        (Some(Millis(5_000)), due),
        "one clock a message"
    );
}

#[test]
fn what_made_the_lane_rise_stands_first_on_the_card() {
    let heard = |lane, signals: &[(&str, f32)]| {
        let signals = signals.iter().map(|(id, score)| tiny::signal(id, *score)).collect();
        Some(Heard { lane, signals })
    };
    let signals = |talk: &Talk| -> Vec<String> {
        let card = talk.card().expect("was handed off");
        card.signals.into_iter().map(|signal| signal.id).collect()
    };
    let talk = Talk::default().received("").handed_off(&[]);
    let talk = talk.heard("烂", heard(Lane::High, &[("complaint.product", 0.9)]));
    assert_eq!(signals(&talk), ["complaint.product"]);
    let both = [("safety.harm", 0.6), ("complaint.product", 0.8)];
    let talk = talk.heard("烂，还烫了手", heard(Lane::Safety, &both));
    assert_eq!(signals(&talk), ["safety.harm", "complaint.product"]);
    let talk = talk.heard("气死了", heard(Lane::Urgent, &[("emotion.anger", 0.99)]));
    assert_eq!(signals(&talk), ["safety.harm", "complaint.product", "emotion.anger"]);
}

#[test]
fn a_chat_that_nobody_was_called_to_has_the_clock_of_a_chat_from_the_moment_it_is_taken() {
    let talk = Talk::default().received("在吗").assigned();
    let card = talk.card().expect("was taken");
    assert_eq!(card.deadline, Millis(2_000).plus(tiny::generation().reply_ms));
}

#[test]
fn a_message_left_is_answered_by_the_time_that_was_promised() {
    let left = |talk: Talk| {
        talk.received("").on(EventKind::HandedOff {
            reason: HandoffReason::Asked,
            lane: Lane::Normal,
            deadline: Millis(60_000),
            signals: Vec::new(),
            open_questions: Vec::new(),
            left: true,
            text: String::new(),
            turn: None,
        })
    };
    let talk = left(Talk::default());
    assert!(talk.card().expect("waits").left);
    let talk = talk.assigned();
    let card = talk.card().expect("still is");
    assert_eq!((card.left, card.deadline), (false, Millis(60_000)));
    assert_eq!(
        talk.context.unanswered_since,
        Some(Millis(60_000)),
        "not taken back before"
    );
    // A shopper who is there again waits from that moment on.
    assert_eq!(talk.received("在吗").context.unanswered_since, Some(Millis(4_000)));
    // In hours that are always open whoever writes again waits like everybody else.
    let talk = left(Talk::default()).received("在吗");
    assert!(!talk.card().expect("waits").left);
}

#[test]
fn a_ticket_that_came_back_keeps_its_place_and_who_lost_it() {
    let talk = Talk::default().received("").handed_off(&[]).assigned();
    let talk = talk.on(EventKind::Released {
        agent: AgentId::new("a1"),
        cause: ReleaseCause::Gone,
        note: "等仓库".to_owned(),
        by: None,
        waits_for: None,
    });
    let ticket = talk.ticket().expect("waits again");
    assert!(ticket.returned);
    assert_eq!(ticket.since, Millis(2_000));
    assert_eq!(ticket.lost, Some((AgentId::new("a1"), Millis(4_000))));
    assert_eq!(talk.card().expect("waits again").note, "等仓库");
    let talk = talk.on(EventKind::Returned {
        agent: AgentId::new("a1"),
    });
    assert!(talk.ticket().is_none());
}
