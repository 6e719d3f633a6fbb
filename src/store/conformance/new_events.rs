//! Events to append.

use crate::model::{
    AgentId, AssignCause, Choice, ClientMessageId, ConversationId, Decision, DecisionKind, EventKind, FileId, FileKind,
    HandoffReason, Lane, Language, Millis, NewEvent, Partition, ReleaseCause, SentFile, ShopId, ShopperId, Turn,
};

/// A conversation of this shopper.
pub(in crate::store) fn conversation(name: &str, shopper: &str) -> ConversationId {
    let partition = Partition::of(&ShopId::new("demo"), &ShopperId::new(shopper));
    ConversationId::begin(&format!("{name}-000"), partition)
}

pub(in crate::store) fn new_event(at: u64, kind: EventKind) -> NewEvent {
    NewEvent { at: Millis(at), kind }
}

pub(in crate::store) fn started(shopper: &str) -> NewEvent {
    new_event(
        1,
        EventKind::Started {
            shop: ShopId::new("demo"),
            shopper: ShopperId::new(shopper),
            lang: Language::Chinese,
        },
    )
}

pub(in crate::store) fn received(at: u64, id: &str) -> NewEvent {
    new_event(
        at,
        EventKind::Received {
            id: ClientMessageId::new(id),
            text: format!("包邮吗 {id} 🚚"),
            heard: None,
            files: Vec::new(),
        },
    )
}

pub(in crate::store) fn answered(at: u64, reply_to: &[&str]) -> NewEvent {
    new_event(
        at,
        EventKind::Answered {
            turn: Turn {
                reply_to: reply_to.iter().map(ClientMessageId::new).collect(),
                decision: Decision::bare(DecisionKind::Answer),
                ledger: None,
                pack: None,
            },
            text: "包邮的".to_owned(),
            choices: vec![Choice {
                label: "转人工".to_owned(),
                intent: "service.human".to_owned(),
            }],
        },
    )
}

pub(in crate::store) fn handed_off(at: u64) -> NewEvent {
    new_event(
        at,
        EventKind::HandedOff {
            reason: HandoffReason::Asked,
            lane: Lane::High,
            deadline: Millis(at + 180_000),
            signals: Vec::new(),
            open_questions: vec!["shipping.fee".to_owned()],
            left: false,
            text: "这就为您转接".to_owned(),
            turn: None,
        },
    )
}

pub(in crate::store) fn assigned(at: u64, agent: &str) -> NewEvent {
    new_event(
        at,
        EventKind::assigned(AgentId::new(agent), "勺子".to_owned(), AssignCause::FewestChats),
    )
}

pub(in crate::store) fn agent_said(at: u64, id: &str) -> NewEvent {
    new_event(
        at,
        EventKind::AgentSaid {
            id: ClientMessageId::new(id),
            agent: AgentId::new("spoon"),
            name: "勺子".to_owned(),
            text: "[图片] 在的".to_owned(),
            files: vec![SentFile {
                id: FileId::new("0123456789abcdef0123456789abcdef.jpg"),
                kind: FileKind::Picture,
                name: String::new(),
                bytes: 48_213,
                width: 1_200,
                height: 1_600,
            }],
        },
    )
}

pub(in crate::store) fn released(at: u64) -> NewEvent {
    new_event(
        at,
        EventKind::released(AgentId::new("spoon"), ReleaseCause::Silent, "等仓库回复".to_owned()),
    )
}

pub(in crate::store) fn returned(at: u64) -> NewEvent {
    new_event(
        at,
        EventKind::Returned {
            agent: AgentId::new("spoon"),
        },
    )
}

pub(in crate::store) fn closed(at: u64) -> NewEvent {
    new_event(at, EventKind::Closed { agent: None })
}

pub(in crate::store) fn rated(at: u64) -> NewEvent {
    new_event(at, EventKind::Rated { stars: 5 })
}
