//! What may be relied on of boards and cards as frames.

use std::sync::Arc;

use super::*;
use crate::handoff::{Counts, OfferedFrom, SHOWN};
use crate::model::{ConversationId, HandoffReason, Lane, Millis, Recognition, ShopId, SlotName};
use crate::shops::NoticeKind;

/// A card on which everything is as long as it may be.
pub(in crate::gateway) fn long(number: usize) -> Arc<Card> {
    let long = "快递一直没到".repeat(300);
    Arc::new(Card {
        conversation: ConversationId::new(format!("019aa000-0000-7000-8000-{number:012}")),
        shop: ShopId::new("demo"),
        shopper: ShopperId::new(format!("customer:{}", "u".repeat(200))),
        lane: Lane::Normal,
        reason: HandoffReason::Signal,
        signals: vec![SignalHit {
            id: "emotion.anger".to_owned(),
            score: 0.9,
            evidence: long.clone(),
        }],
        open_questions: vec![Choice {
            label: long.clone(),
            intent: "shipping.eta".to_owned(),
        }],
        last_text: long.clone(),
        slots: Slots(SlotName::ALL.map(|name| (name, long.clone())).into()),
        waiting_since: Some(Millis(1)),
        deadline: Millis(2),
        epoch: 1,
        note: long,
        suggestions: vec![
            OfferedReply {
                question: "shipping.eta".to_owned(),
                text: "亲，一般三天到～".repeat(30),
                from: OfferedFrom::Bot,
            };
            3
        ],
        agent: None,
        returned: false,
        left: false,
        snoozed_until: None,
        waits_for: None,
        recognition: Recognition {
            vip: true,
            tags: vec!["\u{1}".repeat(20); 20],
            steered: None,
        },
        raised_at: Millis(1),
        assigned_by: (None, None),
        released: None,
    })
}

fn rows(cards: impl Iterator<Item = Arc<Card>>) -> Vec<Row> {
    let row = |card: Arc<Card>| Row {
        served_as: card.lane,
        here: true,
        card,
    };
    cards.map(row).collect()
}

fn shown(mine: usize) -> (usize, DeskFrame) {
    let shown = Board {
        waiting: rows((0..SHOWN).map(long)),
        left: Vec::new(),
        counts: Counts {
            lanes: [(Lane::Normal, 2_000)].into(),
            ..Counts::default()
        },
        mine: rows((0..mine).map(|number| long(1_000 + number))),
        agents_online: 1,
        available: true,
        now: Millis(9),
    };
    let notice = Notice {
        kind: NoticeKind::PacksDiffer,
        shop: None,
        zh: "不同的话术".repeat(2_000),
        en: String::new(),
    };
    let frame = whole_board(&shown, &vec![notice; 20]);
    (serde_json::to_string(&frame).expect("is plain data").len(), frame)
}

#[test]
fn a_board_stays_small_however_many_wait_and_whatever_they_wrote() {
    for mine in [0, 1, 5, 20] {
        let (size, frame) = shown(mine);
        assert!(size < 64 * 1024, "{size} bytes with {mine} chats");
        let DeskFrame::Board {
            waiting,
            waiting_count,
            mine: own,
            ..
        } = frame
        else {
            panic!("a board")
        };
        assert_eq!(
            (own.len(), waiting_count),
            (mine, 2_000),
            "the agent's own are always there"
        );
        assert!(waiting.len() >= 10 && waiting.len() <= SHOWN, "{} cards", waiting.len());
        assert!(waiting.iter().all(|card| card.suggestions.is_empty()));
    }
    assert!(shown(100).0 < 128 * 1024, "also the most that one agent may have");
}

#[test]
fn what_is_cut_says_so_and_ready_replies_are_whole_or_not_there() {
    let (_, frame) = shown(20);
    let DeskFrame::Board { mine, .. } = frame else {
        panic!("a board")
    };
    assert_eq!(mine[0].last_text.chars().count(), LONGEST_TEXT);
    assert!(mine[0].last_text.ends_with('…'));
    assert_eq!(mine[0].suggestions, texts(&long(0).suggestions));
    assert!(mine[19].suggestions.is_empty(), "there was no room left for them");
    assert_eq!(cut("没到", 2), "没到");
}

#[test]
fn a_row_is_bounded_in_bytes_and_a_hundred_fit_into_a_frame() {
    let nasty = Arc::new(Card {
        last_text: "\u{1}😀".repeat(500),
        note: "\u{1}".repeat(2_000),
        ..Card::clone(&long(1))
    });
    let source = Row {
        served_as: Lane::Urgent,
        here: true,
        card: nasty,
    };
    let near = row(&source, 0);
    assert!(written(&near) < 1_500, "{}", written(&near));
    assert!(near.last_text.ends_with('…') && near.promoted == Some(Lane::Urgent));
    assert!(near.suggestions.is_empty() && near.open_questions.is_empty() && near.slots.0.is_empty());
    let all: usize = (0..100).map(|at| written(&row(&source, at))).sum();
    assert!(all < 98 * 1024, "{all} bytes in two frames at the most");
}
