//! What a long queue costs, and that no step takes an agent beyond what the agent may have.

use proptest::prelude::*;

use super::*;
use crate::handoff::alert::{AlertKind, AlertTo};
use crate::handoff::lease::LeaseTimeouts;
use crate::model::{
    Agent, AssignCause, HandoffReason, Lane, Language, PresenceState, Recognition, ReleaseCause, Role, SetPresence,
    ShopId, ShopperId, Slots,
};

const NOW: Millis = Millis(1_000_000);

fn ticket(number: u64) -> Ticket {
    Ticket {
        conversation: ConversationId::new(format!("c{number:05}")),
        shop: ShopId::new("demo"),
        lane: Lane::Normal,
        deadline: NOW.plus(180_000 + number),
        since: NOW.plus(number),
        returned: false,
        last_agent: None,
        lost: None,
        waits_for: None,
        language: (Language::Chinese, Millis(0)),
    }
}

fn card(ticket: &Ticket, agent: Option<&AgentId>) -> Arc<Card> {
    Arc::new(Card {
        conversation: ticket.conversation.clone(),
        shop: ticket.shop.clone(),
        shopper: ShopperId::new("anon:1"),
        lane: ticket.lane,
        reason: HandoffReason::Asked,
        signals: Vec::new(),
        open_questions: Vec::new(),
        last_text: String::new(),
        slots: Slots::default(),
        waiting_since: Some(ticket.since),
        deadline: ticket.deadline,
        epoch: 2,
        note: String::new(),
        suggestions: Vec::new(),
        agent: agent.cloned(),
        returned: false,
        left: false,
        snoozed_until: None,
        waits_for: None,
        recognition: Recognition::default(),
        raised_at: ticket.since,
        assigned_by: (None, None),
        released: None,
    })
}

/// A server that reads at once that a chat was taken back and who has it now tells the one who lost it why.
#[test]
fn who_loses_a_chat_for_silence_is_told_so_also_where_the_way_over_the_queue_was_not_seen() {
    let (before, after) = (AgentId::new("before"), AgentId::new("after"));
    let mut floor = Floor::default();
    let ticket = ticket(1);
    let with = |agent: &AgentId, assigned_by, released| {
        let card = Card {
            assigned_by,
            released,
            ..Card::clone(&card(&ticket, Some(agent)))
        };
        FloorPosition::Assigned(agent.clone(), Arc::new(card), NOW, None)
    };
    let given = (Some(AssignCause::FewestChats), None);
    floor.show(&ticket.conversation, with(&before, given.clone(), None), NOW);
    floor.take_alerts();
    let silent = Some((ReleaseCause::Silent, None));
    floor.show(&ticket.conversation, with(&after, given, silent), NOW);
    let told: Vec<(AlertKind, AlertTo)> = floor
        .take_alerts()
        .into_iter()
        .map(|alert| (alert.kind, alert.to))
        .collect();
    assert_eq!(told, [(AlertKind::TakenBack, AlertTo::Agent(before.clone()))]);
    let by_hand = (Some(AssignCause::TakenOver), Some(before.clone()));
    floor.show(&ticket.conversation, with(&before, by_hand, None), NOW);
    let told: Vec<(AlertKind, AlertTo)> = floor
        .take_alerts()
        .into_iter()
        .map(|alert| (alert.kind, alert.to))
        .collect();
    assert_eq!(told, [(AlertKind::TakenOver, AlertTo::Agent(after))]);
}

/// A slot that becomes free is filled by whoever is first, and nothing is put in order for it, however many wait: at a
/// thousand no more than at ten.
#[test]
fn a_freed_slot_is_filled_without_putting_the_queue_in_order() {
    let agent = AgentId::new("spoon");
    let mut floor = Floor::default();
    let member = Agent {
        id: agent.clone(),
        name: String::new(),
        roles: [Role::Agent].into(),
        shops: Vec::new(),
        groups: Vec::new(),
        languages: Vec::new(),
        capacity: 1,
    };
    let online = SetPresence {
        state: PresenceState::Online,
        reason: String::new(),
        at: NOW,
    };
    floor.desk_opened(member, online);
    for number in 0..1_001 {
        let ticket = ticket(number);
        let card = card(&ticket, None);
        floor.show(&ticket.conversation.clone(), FloorPosition::Waiting(ticket, card), NOW);
    }
    let mut served = 0;
    let sorted = {
        floor.assign(NOW);
        floor.line.sorted
    };
    while served < 1_000 {
        let given = floor.assign(NOW.plus(served));
        assert_eq!(given.len(), 1, "one slot, one chat");
        let ticket = ticket(served);
        assert_eq!(given[0].conversation, ticket.conversation, "who waits longest");
        let with_agent = card(&ticket, Some(&agent));
        let position = FloorPosition::Assigned(agent.clone(), with_agent, NOW, Some(NOW));
        floor.show(&ticket.conversation, position, NOW);
        assert!(
            floor.assign(NOW.plus(served)).is_empty(),
            "no more than the agent may have"
        );
        floor.show(&ticket.conversation, FloorPosition::Off, NOW);
        served += 1;
    }
    assert!(floor.line.sorted <= sorted + 1, "{} times", floor.line.sorted - sorted);
}

const TIMEOUTS: LeaseTimeouts = LeaseTimeouts {
    lease_ms: 45_000,
    agent_reply_timeout_ms: 180_000,
    warn_before_ms: 60_000,
};

fn member(number: usize) -> Agent {
    Agent {
        id: AgentId::new(format!("a{number}")),
        name: String::new(),
        roles: [Role::Agent].into(),
        shops: Vec::new(),
        groups: Vec::new(),
        languages: Vec::new(),
        capacity: 1 + u32::try_from(number).expect("is small"),
    }
}

fn online(at: Millis, state: PresenceState) -> SetPresence {
    SetPresence {
        state,
        reason: String::new(),
        at,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Chats come, are assigned, handed on, taken back and ended, agents come and go: nobody has more than they may have, no
    /// chat is with two, and none is lost.
    #[test]
    fn capacity_is_never_exceeded(steps in proptest::collection::vec((0..7u8, 0..20u64, 0..3usize, 0..90_000u64), 1..120)) {
        let mut floor = Floor::default();
        let mut now = NOW;
        for number in 0..3 {
            floor.desk_opened(member(number), online(now, PresenceState::Online));
        }
        let mut open: std::collections::BTreeSet<u64> = std::collections::BTreeSet::new();
        let with = |floor: &mut Floor, chat: u64, agent: &AgentId, now: Millis| {
            let ticket = ticket(chat);
            let position = FloorPosition::Assigned(agent.clone(), card(&ticket, Some(agent)), now, Some(now));
            floor.show(&ticket.conversation, position, now);
        };
        let waits = |floor: &mut Floor, chat: u64, lost: Option<AgentId>, now: Millis| {
            let mut ticket = ticket(chat);
            ticket.returned = lost.is_some();
            ticket.lost = lost.map(|agent| (agent, now));
            let card = card(&ticket, None);
            floor.show(&ticket.conversation.clone(), FloorPosition::Waiting(ticket, card), now);
        };
        for (step, chat, agent, later) in steps {
            now = now.plus(later);
            let id = ticket(chat).conversation;
            let agent = member(agent).id;
            match step {
                0 | 1 if open.insert(chat) => waits(&mut floor, chat, None, now),
                // A colleague is handed the chat, if there is room.
                2 => if let Some(has) = floor.agent_of(&id).cloned()
                    && has != agent
                    && floor.reserve(&id, &agent)
                {
                    with(&mut floor, chat, &agent, now);
                },
                // One that nobody carries out gives the room back.
                3 => if floor.agent_of(&id).is_some() && floor.reserve(&id, &agent) {
                    floor.give_up_room(&id);
                },
                4 => if open.remove(&chat) {
                    floor.show(&id, FloorPosition::Off, now);
                },
                5 => {
                    floor.set_presence(&agent, online(now, PresenceState::Break));
                }
                _ => {
                    floor.set_presence(&agent, online(now, PresenceState::Online));
                }
            }
            for expired in floor.expired(TIMEOUTS, now) {
                let lost = floor.agent_of(&expired).cloned();
                let number = open.iter().copied().find(|chat| ticket(*chat).conversation == expired);
                waits(&mut floor, number.expect("is open"), lost, now);
            }
            for given in floor.assign(now) {
                let number = open.iter().copied().find(|chat| ticket(*chat).conversation == given.conversation);
                with(&mut floor, number.expect("is open"), &given.agent, now);
            }
            for number in 0..3 {
                let member = member(number);
                let has = floor.chats_of(&member.id).len();
                prop_assert!(has <= member.capacity as usize, "{has} with {member:?}");
            }
            let (waiting, assigned) = floor.counts();
            prop_assert_eq!(waiting + assigned, open.len());
        }
    }
}
