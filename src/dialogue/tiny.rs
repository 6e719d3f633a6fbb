//! A shop of eight intents and the events of its talks, for the tests of this room.

use std::sync::Arc;

use crate::model::{
    Choice, ClientMessageId, Decision, DecisionKind, Event, EventKind, IntentKind, Lane, LedgerState, Millis, PackId,
    Question, SignalHit, SlotName, Turn,
};
use crate::packs::{Answer, HandoffRule, Intent, Pack, SignalSource, SlotRequest};
use crate::shop::LocalText;
use crate::understanding::{Tolerance, Understanding};

use super::{Generation, State};

/// The name of the shop's pack.
pub(super) const PACK: &str = "tiny";

/// What the shop says when it brings in a person.
const HANDOFF_PHRASES: [(&str, &str); 8] = [
    ("handoff_safety", "先停用"),
    ("handoff_top", "马上"),
    ("handoff_signal", "抱歉"),
    ("handoff_asked", "好的"),
    ("handoff_ledger", "让您久等"),
    ("handoff_misses", "没听懂"),
    ("handoff_offline", "{{ opening }}回复"),
    ("handoff_unstaffed", "已排队"),
];

/// The shop, compiled.
pub(super) fn generation() -> Arc<Generation> {
    let intent = |id: &str, answers: &[&str]| Intent {
        id: id.to_owned(),
        title: LocalText::same(id),
        kind: IntentKind::by_id(id),
        answers: answers.iter().map(|text| answer(text)).collect(),
        ..Intent::default()
    };
    let mut intents = vec![
        Intent {
            handoff: HandoffRule::Always,
            ..intent("aftersale.refund", &["退款要人工处理"])
        },
        intent("chat.thanks", &["不客气"]),
        Intent {
            handoff: HandoffRule::Offer,
            choices: vec!["shipping.time".to_owned(), "shipping.eta".to_owned()],
            ..intent("price.coupon", &["有券"])
        },
        Intent {
            slots: vec![SlotRequest {
                name: SlotName::Details,
                ask: Some(LocalText::same("提示什么？")),
            }],
            tell_person: vec![SlotName::Details],
            ..intent("payment.failed", &["换个方式付"])
        },
        intent("service.human", &[]),
        Intent {
            slots: vec![SlotRequest {
                name: SlotName::Province,
                ask: Some(LocalText::same("寄到哪里？")),
            }],
            ..intent("shipping.eta", &["到{{ province }}三天", "一般三天"])
        },
        Intent {
            choices: vec!["shipping.eta".to_owned(), "shipping.time".to_owned()],
            ..intent("shipping.time", &["当天发", "今天就发"])
        },
        intent("size.fit", &[]),
    ];
    intents.sort_by(|a, b| a.id.cmp(&b.id));
    let signal = |id: &str, lane: Option<Lane>| SignalSource {
        id: id.to_owned(),
        lane,
        ..SignalSource::default()
    };
    let pack = Pack {
        intents: intents.into_iter().map(Arc::new).collect(),
        signals: Arc::new(vec![
            signal("emotion.anger", Some(Lane::High)),
            signal("emotion.worry", None),
            signal("safety.harm", Some(Lane::Safety)),
        ]),
        phrases: HANDOFF_PHRASES
            .map(|(key, text)| (key.to_owned(), Arc::new(vec![answer(text)])))
            .into(),
        id: PackId::new(PACK),
        ..Pack::default()
    };
    match Generation::compile(pack, Tolerance::default(), crate::shop::clock::OWN_MS, &[]) {
        Ok(generation) => Arc::new(generation),
        Err(findings) => panic!("{findings:?}"),
    }
}

fn answer(text: &str) -> Answer {
    Answer {
        text: text.to_owned(),
        ..Answer::default()
    }
}

/// A question of this confidence.
pub(super) fn question(id: &str, confidence: f32) -> Question {
    Question::new(id, confidence, IntentKind::by_id(id))
}

/// A signal of this strength.
pub(super) fn signal(id: &str, score: f32) -> SignalHit {
    SignalHit {
        id: id.to_owned(),
        score,
        evidence: String::new(),
    }
}

/// A message that asks these questions for sure.
pub(super) fn asks(questions: &[&str]) -> Understanding {
    Understanding {
        questions: questions.iter().map(|id| question(id, 0.9)).collect(),
        ..Understanding::default()
    }
}

/// A decision of this kind about these questions.
pub(super) fn decision(kind: DecisionKind, questions: &[&str]) -> Decision {
    Decision {
        intents: questions.iter().map(|id| question(id, 0.9)).collect(),
        ..Decision::bare(kind)
    }
}

/// A turn over these messages.
pub(super) fn turn(reply_to: &[&str], decision: Decision, level: Option<f32>) -> Turn {
    Turn {
        reply_to: reply_to.iter().map(|id| ClientMessageId::new(*id)).collect(),
        decision,
        ledger: level.map(|level| LedgerState {
            level,
            ..LedgerState::default()
        }),
        pack: None,
    }
}

/// Appends an event to the talk.
pub(super) fn append(state: &mut State, kind: EventKind) {
    let seq = state.seq + 1;
    state.apply(&Event {
        seq,
        epoch: state.epoch,
        at: Millis(seq * 1_000),
        kind,
    });
}

/// The shopper writes; the id of the message is `m` with its place in the log.
pub(super) fn received(state: &mut State, text: &str) {
    let id = ClientMessageId::new(format!("m{}", state.seq + 1));
    let text = text.to_owned();
    let heard = None;
    append(
        state,
        EventKind::Received {
            id,
            text,
            heard,
            files: Vec::new(),
        },
    );
}

/// The bot replies to all that is pending.
pub(super) fn answered(state: &mut State, decision: Decision, level: Option<f32>, choices: &[&str]) {
    let ids: Vec<String> = state.pending.iter().map(|it| it.id.as_str().to_owned()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let choice = |intent: &&str| Choice {
        label: (*intent).to_owned(),
        intent: (*intent).to_owned(),
    };
    append(
        state,
        EventKind::Answered {
            turn: turn(&ids, decision, level),
            text: "好".to_owned(),
            choices: choices.iter().map(choice).collect(),
        },
    );
}
