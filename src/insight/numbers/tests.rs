//! What may be relied on of the numbers of the day.

use std::collections::BTreeSet;

use jiff::civil::date;

use super::*;
use crate::model::{AgentId, ClientMessageId, Decision, HandoffReason, Lane, Language, Question, Turn};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

fn shop() -> ShopId {
    ShopId::new("demo")
}

/// Days of 24 hours from a first one on.
fn local(_: &ShopId, at: Millis) -> Option<Hour> {
    let days = i32::try_from(at.0 / (24 * HOUR)).ok()?;
    let first = date(2026, 11, 1);
    Some((
        first.checked_add(jiff::Span::new().days(days)).ok()?,
        u8::try_from(at.0 / HOUR % 24).ok()?,
    ))
}

/// A few talks, each with its own log.
#[derive(Default)]
struct Stage {
    numbers: Numbers,
    logs: BTreeMap<String, Vec<Arc<Event>>>,
}

impl Stage {
    fn add(&mut self, talk: &str, at: u64, kind: EventKind) {
        let log = self.logs.entry(talk.to_owned()).or_default();
        let event = Event {
            seq: log.len() as u64 + 1,
            epoch: 1,
            at: Millis(at),
            kind,
        };
        self.numbers.take(&shop(), &ConversationId::new(talk), &event, &local);
        log.push(Arc::new(event));
    }

    /// The shopper `who` begins this talk with a word.
    fn begins(&mut self, talk: &str, who: &str, at: u64) {
        let started = EventKind::Started {
            shop: shop(),
            shopper: ShopperId::new(who),
            lang: Language::Chinese,
        };
        self.add(talk, at, started);
        self.says(talk, at);
    }

    fn says(&mut self, talk: &str, at: u64) {
        let received = EventKind::Received {
            id: ClientMessageId::new(format!("m{at}")),
            text: "包邮吗".to_owned(),
            heard: None,
            files: Vec::new(),
        };
        self.add(talk, at, received);
    }

    fn answers(&mut self, talk: &str, at: u64, question: &str) {
        let decision = Decision {
            intents: vec![Question::new(question, 0.9, IntentKind::by_id(question))],
            ..Decision::bare(DecisionKind::Answer)
        };
        let turn = Turn {
            reply_to: Vec::new(),
            decision,
            ledger: None,
            pack: None,
        };
        let answered = EventKind::Answered {
            turn,
            text: "满 99 包邮".to_owned(),
            choices: Vec::new(),
        };
        self.add(talk, at, answered);
    }

    fn hands_off(&mut self, talk: &str, at: u64, deadline: u64, left: bool) {
        let handed_off = EventKind::HandedOff {
            reason: HandoffReason::Asked,
            lane: Lane::Normal,
            deadline: Millis(deadline),
            signals: Vec::new(),
            open_questions: vec!["shipping.eta".to_owned(), "service.human".to_owned()],
            left,
            text: String::new(),
            turn: None,
        };
        self.add(talk, at, handed_off);
    }

    fn assigned(&mut self, talk: &str, at: u64, agent: &str) {
        let cause = AssignCause::FewestChats;
        self.add(
            talk,
            at,
            EventKind::assigned(AgentId::new(agent), format!("客服{agent}"), cause),
        );
    }

    fn agent_says(&mut self, talk: &str, at: u64, agent: &str) {
        let said = EventKind::AgentSaid {
            id: ClientMessageId::new(format!("a{at}")),
            agent: AgentId::new(agent),
            name: format!("客服{agent}"),
            text: "在的".to_owned(),
            files: Vec::new(),
        };
        self.add(talk, at, said);
    }

    fn report(&mut self, now: u64) -> Report {
        self.numbers.settle(Millis(now), date(2026, 1, 1));
        self.numbers.report(&days(1, 3), Millis(now))
    }
}

fn days(from: i8, until: i8) -> Span {
    Span {
        shops: BTreeSet::from([shop()]),
        from: date(2026, 11, from),
        until: date(2026, 11, until),
    }
}

#[test]
fn solved_is_told_apart_from_merely_not_handed_off() {
    let mut stage = Stage::default();
    // Answered, and never seen again.
    stage.begins("t1", "solved", HOUR);
    stage.answers("t1", HOUR + 1, "shipping.fee");
    // Answered, and back after five hours in the same talk; that visit was answered too.
    stage.begins("t2", "returns", HOUR);
    stage.answers("t2", HOUR + 1, "shipping.fee");
    stage.says("t2", 6 * HOUR);
    stage.answers("t2", 6 * HOUR + 1, "shipping.fee");
    // Greeted only.
    stage.begins("t3", "greets", HOUR);
    stage.answers("t3", HOUR + 1, "chat.greeting");
    // To people.
    stage.begins("t4", "wants", HOUR);
    stage.answers("t4", HOUR + 1, "shipping.fee");
    stage.hands_off("t4", HOUR + 2, HOUR + 3 * MINUTE, false);

    let early = stage.report(8 * HOUR).total;
    assert_eq!((early.chats, early.with_people, early.not_handed_off), (5, 1, 4));
    assert_eq!(
        (early.solved, early.returned, early.unhelped, early.undecided),
        (0, 1, 0, 3)
    );
    let late = stage.report(40 * HOUR);
    let total = &late.total;
    assert_eq!(
        (total.solved, total.returned, total.unhelped, total.undecided),
        (2, 1, 1, 0)
    );
    // A row's parts add up, also by the hour: the visit that came later is the later hour's.
    let hour = |hour: usize| &late.hours[hour].figures;
    assert_eq!(
        (hour(1).chats, hour(1).solved, hour(1).returned, hour(1).unhelped),
        (4, 1, 1, 1)
    );
    assert_eq!((hour(6).chats, hour(6).solved), (1, 1));
    let fee = late
        .questions
        .iter()
        .find(|row| row.question == "shipping.fee")
        .expect("was asked");
    assert_eq!((fee.asked, fee.solved, fee.returned, fee.handed_off), (4, 2, 1, 0));
    let open = late
        .questions
        .iter()
        .find(|row| row.question == "shipping.eta")
        .expect("was left open");
    assert_eq!((open.asked, open.handed_off), (1, 1));
    assert!(
        late.questions.iter().all(|row| row.question != "service.human"),
        "who asks for a person asks nothing"
    );
}

#[test]
fn a_shopper_who_comes_back_in_another_talk_was_not_helped() {
    let mut stage = Stage::default();
    stage.begins("t1", "same", HOUR);
    stage.answers("t1", HOUR, "shipping.fee");
    stage.add("t1", HOUR + 1, EventKind::Closed { agent: None });
    stage.begins("t2", "same", 20 * HOUR);
    stage.answers("t2", 20 * HOUR, "shipping.fee");
    let total = stage.report(60 * HOUR).total;
    assert_eq!((total.chats, total.solved, total.returned), (2, 1, 1));
    // A day and an hour later it is another matter.
    let mut stage = Stage::default();
    stage.begins("t1", "same", HOUR);
    stage.answers("t1", HOUR, "shipping.fee");
    stage.says("t1", 26 * HOUR);
    stage.answers("t1", 26 * HOUR, "shipping.fee");
    let total = stage.report(60 * HOUR).total;
    assert_eq!((total.chats, total.solved, total.returned), (2, 2, 0));
}

#[test]
fn replies_are_held_against_what_was_promised() {
    let mut stage = Stage::default();
    for (talk, reply) in [("t1", MINUTE), ("t2", 10 * MINUTE)] {
        stage.begins(talk, talk, HOUR);
        stage.hands_off(talk, HOUR, HOUR + 3 * MINUTE, false);
        stage.assigned(talk, HOUR + 1, "mei");
        stage.agent_says(talk, HOUR + reply, "mei");
        stage.agent_says(talk, HOUR + reply + 1, "mei");
    }
    // One waits, one is late, one was left at night, one gave up in time, and one after it.
    stage.begins("late", "late", HOUR);
    stage.hands_off("late", HOUR, HOUR + 3 * MINUTE, false);
    stage.begins("waits", "waits", 2 * HOUR);
    stage.hands_off("waits", 2 * HOUR, 9 * HOUR, false);
    stage.begins("left", "left", 2 * HOUR);
    stage.hands_off("left", 2 * HOUR, 9 * HOUR, true);
    stage.agent_says("left", 8 * HOUR, "mei");
    for (talk, end) in [("gone", HOUR + MINUTE), ("angry", HOUR + 4 * MINUTE)] {
        stage.begins(talk, talk, HOUR);
        stage.hands_off(talk, HOUR, HOUR + 3 * MINUTE, false);
        stage.add(talk, end, EventKind::Closed { agent: None });
    }
    let report = stage.report(8 * HOUR);
    let total = &report.total;
    assert_eq!((total.kept, total.broken, total.ended_before), (2, 2, 1));
    assert_eq!((total.overdue, total.waiting, total.left, total.replied), (1, 1, 1, 2));
    assert_eq!(total.reasons["asked"], 7);
    let near = |told: Option<u64>, ms: u64| told.is_some_and(|told| told.abs_diff(ms) * 100 <= ms * 3);
    assert!(near(total.first_reply_p50_ms, MINUTE) && near(total.first_reply_p90_ms, 10 * MINUTE));
    assert!(near(total.promised_p50_ms, 3 * MINUTE) && near(total.promised_p90_ms, 3 * MINUTE));
    let mei = &report.agents[0];
    assert_eq!((mei.name.as_str(), mei.chats, mei.messages), ("客服mei", 2, 5));
    assert_eq!((mei.kept, mei.broken, mei.replied), (2, 1, 2));
}

#[test]
fn stars_take_backs_and_chats_handed_on_are_the_agents() {
    let mut stage = Stage::default();
    stage.begins("t1", "one", HOUR);
    stage.hands_off("t1", HOUR, 2 * HOUR, false);
    stage.assigned("t1", HOUR, "mei");
    let silent = EventKind::released(AgentId::new("mei"), ReleaseCause::Silent, String::new());
    stage.add("t1", HOUR + MINUTE, silent);
    stage.assigned("t1", HOUR + MINUTE, "lan");
    stage.agent_says("t1", HOUR + 2 * MINUTE, "lan");
    stage.add(
        "t1",
        HOUR + 3 * MINUTE,
        EventKind::Closed {
            agent: Some(AgentId::new("lan")),
        },
    );
    stage.add("t1", HOUR + 4 * MINUTE, EventKind::Rated { stars: 2 });
    // Taken up again: no other chat.
    stage.assigned("t1", HOUR + 5 * MINUTE, "lan");
    let on = EventKind::Assigned {
        agent: AgentId::new("mei"),
        name: "客服mei".to_owned(),
        cause: Some(AssignCause::HandedOn),
        by: Some(AgentId::new("lan")),
        note: String::new(),
    };
    stage.add("t1", HOUR + 6 * MINUTE, on);
    let report = stage.report(2 * HOUR);
    assert_eq!(
        (
            report.total.taken_back,
            report.total.rating.rated,
            report.total.rating.low
        ),
        (1, 1, 1)
    );
    let of = |name: &str| {
        report
            .agents
            .iter()
            .find(|row| row.agent.as_str() == name)
            .expect("is there")
    };
    assert_eq!(
        (of("mei").chats, of("mei").taken_back, of("mei").rating.rated),
        (2, 1, 0)
    );
    assert_eq!(
        (of("lan").chats, of("lan").handed_on, of("lan").rating.stars),
        (1, 1, 2)
    );
}

#[test]
fn what_went_before_is_known_and_not_counted() {
    let mut stage = Stage::default();
    stage.begins("t1", "one", HOUR);
    stage.hands_off("t1", HOUR, 2 * HOUR, false);
    stage.assigned("t1", HOUR, "mei");
    stage.agent_says("t1", 3 * HOUR, "mei");
    stage.add(
        "t1",
        4 * HOUR,
        EventKind::Returned {
            agent: AgentId::new("mei"),
        },
    );
    stage.says("t1", 30 * HOUR);
    stage.answers("t1", 30 * HOUR, "shipping.fee");

    let log = &stage.logs["t1"];
    let conversation = ConversationId::new("t1");
    let mut numbers = Numbers::default();
    assert!(!numbers.knows(&conversation));
    numbers.recall(&shop(), &conversation, &log[..6], &local);
    assert!(numbers.knows(&conversation));
    for event in &log[6..] {
        numbers.take(&shop(), &conversation, event, &local);
    }
    numbers.settle(Millis(60 * HOUR), date(2026, 1, 1));
    let total = numbers.report(&days(1, 3), Millis(60 * HOUR)).total;
    assert_eq!((total.chats, total.solved, total.with_people), (1, 1, 0));
    assert_eq!((total.broken, total.replied, total.reasons.len()), (0, 0, 0));
    // A talk that has been idle for long is let go, and days that are too old as well.
    numbers.settle(Millis(90 * HOUR), date(2026, 11, 3));
    assert!(!numbers.knows(&conversation));
    assert_eq!(numbers.report(&days(1, 3), Millis(90 * HOUR)).total.chats, 0);
}

#[test]
fn other_shops_and_other_days_are_left_out_and_empty_days_are_there() {
    let mut stage = Stage::default();
    stage.begins("t1", "one", HOUR);
    stage.begins("t2", "two", 49 * HOUR);
    let report = stage.report(50 * HOUR);
    let chats: Vec<u32> = report.days.iter().map(|row| row.figures.chats).collect();
    assert_eq!(chats, [1, 0, 1]);
    assert_eq!(report.hours.len(), 24);
    let second = stage.numbers.report(&days(2, 3), Millis(50 * HOUR));
    assert_eq!((second.total.chats, second.days.len()), (1, 2));
    let other = Span {
        shops: BTreeSet::from([ShopId::new("other")]),
        ..days(1, 3)
    };
    let other = stage.numbers.report(&other, Millis(50 * HOUR));
    assert_eq!((other.total.chats, other.shops.len(), other.agents.len()), (0, 1, 0));
}
