//! The pieces of which the runs are made: ids, staff, events, cards.

use std::sync::Arc;

use crate::hub::Card;
use crate::hub::projections::Projections;
use crate::model::{
    Agent, AgentId, ConversationId, EventKind, HandoffReason, Lane, Millis, PresenceState, Role, SetPresence, ShopId,
};

pub(super) fn conversation(talk: usize) -> ConversationId {
    ConversationId::new(format!("c{talk}"))
}

/// Talks are with one of two shops.
pub(super) fn shop(talk: usize) -> ShopId {
    ShopId::new(["a", "b"][talk % 2])
}

pub(super) fn agent(number: usize) -> AgentId {
    AgentId::new(format!("agent{number}"))
}

pub(super) fn staff(number: usize) -> Agent {
    Agent {
        id: agent(number),
        name: String::new(),
        roles: [Role::Agent].into(),
        shops: match number {
            1 => vec![shop(0)],
            2 => vec![shop(1)],
            3 => vec![shop(0), shop(1)],
            _ => Vec::new(),
        },
        groups: Vec::new(),
        languages: Vec::new(),
        capacity: 1 + u32::try_from(number % 2).expect("0 or 1"),
    }
}

pub(super) fn number(id: &str) -> usize {
    let digits = id.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    digits.parse().expect("ids of this test end in a number")
}

pub(super) fn handed_off(now: Millis, lane: Lane) -> EventKind {
    EventKind::HandedOff {
        reason: HandoffReason::Asked,
        lane,
        deadline: now.plus(3_000),
        signals: Vec::new(),
        open_questions: Vec::new(),
        left: false,
        text: String::new(),
        turn: None,
    }
}

pub(super) fn card(conversation: &ConversationId, folded: &Projections) -> Arc<Card> {
    let card = folded.handoff_context().card(conversation, folded.state(), None);
    Arc::new(card.expect("the chat is with people"))
}

/// What an agent says of being there.
pub(super) fn said(available: bool, at: Millis) -> SetPresence {
    let state = match available {
        true => PresenceState::Online,
        false => PresenceState::Break,
    };
    SetPresence {
        state,
        reason: String::new(),
        at,
    }
}
