//! Boards and cards of the desk as frames: bounded, however many wait and whatever they have written.

use crate::handoff::{Board, Card};
use crate::model::visible::{escaped_in_line, shows_something};
use crate::model::{Agent, Choice, ShopperId, SignalHit, Slots, StableHash};
use crate::shop::LocalText;
use crate::shops::{Generations, Notice};

use super::protocol::{DeskFrame, DeskNotice, TicketCard, Title, Titles};

/// Largest frame of a board, bytes; a socket that is fed more is dropped.
const LARGEST: usize = 60 * 1024;
/// So much of it is for ready replies, bytes: the chats that have waited longest get theirs first.
const READY_REPLIES: usize = 12 * 1024;
/// So much of it is for what shoppers have given, bytes, likewise.
const GIVEN: usize = 5 * 1024;
/// Longest text on a card, characters; the transcript has it whole.
const LONGEST_TEXT: usize = 120;
/// An agent's chats beyond these have shorter texts.
const IN_SIGHT: usize = 20;
/// Longest evidence, title or name on a card, characters.
const LONGEST_NAME: usize = 40;
/// Longest value that the shopper has given, on a card, characters: an address with its names.
const LONGEST_VALUE: usize = 100;

/// Most notices on a board, and the longest of them, characters.
const MOST_NOTICES: usize = 4;
const LONGEST_NOTICE: usize = 240;

/// The frame of a board: the agent's own chats always, then as many of those who wait as there is room for.
pub(super) fn board(board: &Board, notices: &[Notice]) -> DeskFrame {
    let notices: Vec<DeskNotice> = notices.iter().take(MOST_NOTICES).map(notice).collect();
    let mut left = LARGEST.saturating_sub(written(&notices));
    let mut ready = READY_REPLIES;
    let mut given = GIVEN;
    let mine = board.mine.iter().enumerate().map(|(at, source)| {
        let longest = if at < IN_SIGHT { LONGEST_TEXT } else { LONGEST_NAME };
        let mut shown = card(source, longest);
        let replies: usize = source.suggestions.iter().map(written).sum();
        if replies <= ready {
            ready -= replies;
            shown.suggestions.clone_from(&source.suggestions);
        }
        match given.checked_sub(written(&shown.slots)) {
            Some(rest) => given = rest,
            None => shown.slots = Slots::default(),
        }
        left = left.saturating_sub(written(&shown));
        shown
    });
    let mine = mine.collect();
    let waiting = board
        .waiting
        .iter()
        .map(|source| TicketCard {
            // What was given is read when somebody has the chat.
            slots: Slots::default(),
            ..card(source, LONGEST_TEXT)
        })
        .take_while(|shown| {
            let size = written(shown);
            let fits = size <= left;
            left = left.saturating_sub(size);
            fits
        });
    DeskFrame::Board {
        waiting: waiting.collect(),
        waiting_count: board.waiting_count,
        mine,
        agents_online: board.agents_online,
        now: board.now,
        notices,
    }
}

fn notice(notice: &Notice) -> DeskNotice {
    DeskNotice {
        kind: notice.kind.name().to_owned(),
        shop: notice.shop.clone(),
        zh: cut(&notice.zh, LONGEST_NOTICE),
        en: cut(&notice.en, LONGEST_NOTICE),
    }
}

/// How many bytes this takes in a frame, with the comma behind it.
fn written(value: &impl serde::Serialize) -> usize {
    serde_json::to_string(value).map_or(usize::MAX, |text| text.len() + 1)
}

/// A card as the desk's frame shows it, without ready replies: texts beyond `longest` characters end in `…`.
fn card(card: &Card, longest: usize) -> TicketCard {
    TicketCard {
        conversation: card.conversation.clone(),
        shop: card.shop.clone(),
        shopper: cut(&shopper_name(&card.shopper), LONGEST_NAME),
        lane: card.lane,
        reason: card.reason,
        signals: card
            .signals
            .iter()
            .map(|signal| SignalHit {
                evidence: cut(&signal.evidence, LONGEST_NAME),
                ..signal.clone()
            })
            .collect(),
        open_questions: card
            .open_questions
            .iter()
            .map(|question| Choice {
                label: cut(&question.label, LONGEST_NAME),
                ..question.clone()
            })
            .collect(),
        last_text: cut(&card.last_text, longest),
        slots: Slots(
            card.slots
                .0
                .iter()
                .map(|(name, value)| (*name, cut(value, LONGEST_VALUE)))
                .collect(),
        ),
        waiting_since: card.waiting_since,
        deadline: card.deadline,
        epoch: card.epoch,
        note: cut(&card.note, longest),
        suggestions: Vec::new(),
    }
}

fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some(_) => text.chars().take(longest - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// The shop's customer id, or `访客` with four digits made of the visitor's id, which tell two visitors apart and can
/// spell nothing.
fn shopper_name(shopper: &ShopperId) -> String {
    match shopper.as_str().split_once(':') {
        // What the shop calls its customers is shown as it is, as far as it can be seen, and never looks like a visitor.
        Some(("customer", id)) if id.starts_with("访客") || !shows_something(id) => {
            format!("“{}”", escaped_in_line(id))
        }
        Some(("customer", id)) => escaped_in_line(id).into_owned(),
        _ => {
            format!("访客 {:04}", StableHash::of(shopper.as_str().bytes()).upper() % 10_000)
        }
    }
}

/// The names of the agent's shops, and the titles of their signals. What one id stands for is the same in every shop;
/// the first shop that writes a title is heard.
pub(super) fn titles(generations: &Generations, agent: &Agent) -> Titles {
    let mut titles = Titles::default();
    for (shop, generation) in generations.iter().filter(|(shop, _)| agent.works_for(shop)) {
        titles.shops.insert(shop.clone(), title(&generation.pack.shop.name));
        for signal in generation.pack.signals.iter() {
            titles
                .signals
                .entry(signal.id.clone())
                .or_insert_with(|| title(&signal.title));
        }
    }
    titles
}

fn title(text: &LocalText) -> Title {
    Title {
        zh: text.zh.clone(),
        en: text.en.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::handoff::SHOWN;
    use crate::model::{ConversationId, HandoffReason, Lane, Millis, ShopId, SlotName};
    use crate::shops::NoticeKind;

    /// A card on which everything is as long as it may be.
    fn long(number: usize) -> Arc<Card> {
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
            suggestions: vec!["亲，一般三天到～".repeat(30); 3],
            agent: None,
        })
    }

    fn shown(mine: usize) -> (usize, DeskFrame) {
        let shown = Board {
            waiting: (0..SHOWN).map(long).collect(),
            waiting_count: 2_000,
            mine: (0..mine).map(|number| long(1_000 + number)).collect(),
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
        let frame = board(&shown, &vec![notice; 20]);
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
        assert_eq!(mine[0].suggestions, long(0).suggestions);
        assert!(mine[19].suggestions.is_empty(), "there was no room left for them");
        assert_eq!(cut("没到", 2), "没到");
    }

    #[test]
    fn visitors_are_told_apart_and_customers_named() {
        assert_eq!(shopper_name(&ShopperId::new("customer:u-1001")), "u-1001");
        // F26: neither a line of its own, nor turned around, nor taken for somebody else.
        assert_eq!(
            shopper_name(&ShopperId::new("customer:u\n\u{202e}1\u{1b}")),
            "u\\u{a}\\u{202e}1\\u{1b}"
        );
        assert_eq!(shopper_name(&ShopperId::new("customer:访客 1234")), "“访客 1234”");
        assert_eq!(shopper_name(&ShopperId::new("customer:\u{200b}")), "“\u{200b}”");
        let visitor = shopper_name(&ShopperId::new("anon:0192abcd"));
        assert!(
            visitor
                .strip_prefix("访客 ")
                .is_some_and(|code| code.len() == 4 && code.parse::<u16>().is_ok())
        );
        assert_ne!(visitor, shopper_name(&ShopperId::new("anon:0192abce")));
    }
}
