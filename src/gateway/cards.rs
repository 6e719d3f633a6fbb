//! Boards and cards of the desk as frames: bounded, however many wait and whatever they have written.

use crate::handoff::{Board, Card};
use crate::model::{Choice, ShopperId, SignalHit, StableHash};
use crate::shops::Generations;

use super::protocol::{DeskFrame, TicketCard, Title, Titles};

/// Largest frame of a board, bytes; a socket that is fed more is dropped.
const LARGEST: usize = 60 * 1024;
/// So much of it is for ready replies, bytes: the chats that have waited longest get theirs first.
const READY_REPLIES: usize = 16 * 1024;
/// Longest text on a card, characters; the transcript has it whole.
const LONGEST_TEXT: usize = 120;
/// An agent's chats beyond these have shorter texts.
const IN_SIGHT: usize = 20;
/// Longest evidence, title or name on a card, characters.
const LONGEST_NAME: usize = 40;

/// The frame of a board: the agent's own chats always, then as many of those who wait as there is room for.
pub(super) fn board(board: &Board) -> DeskFrame {
    let mut left = LARGEST;
    let mut ready = READY_REPLIES;
    let mine = board.mine.iter().enumerate().map(|(at, source)| {
        let longest = if at < IN_SIGHT { LONGEST_TEXT } else { LONGEST_NAME };
        let mut shown = card(source, longest);
        let replies: usize = source.suggestions.iter().map(|reply| written(reply)).sum();
        if replies <= ready {
            ready -= replies;
            shown.suggestions.clone_from(&source.suggestions);
        }
        left = left.saturating_sub(written(&shown));
        shown
    });
    let mine = mine.collect();
    let waiting = board
        .waiting
        .iter()
        .map(|source| card(source, LONGEST_TEXT))
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
        Some(("customer", id)) => id.to_owned(),
        _ => {
            format!("访客 {:04}", StableHash::of(shopper.as_str().bytes()).upper() % 10_000)
        }
    }
}

/// The titles of all shops' signals. What one id stands for is the same in every shop; the first shop that writes a
/// title is heard.
pub(super) fn titles(generations: &Generations) -> Titles {
    let mut titles = Titles::default();
    for signal in generations.values().flat_map(|generation| &generation.pack.signals) {
        let title = || Title {
            zh: signal.title.zh.clone(),
            en: signal.title.en.clone(),
        };
        titles.signals.entry(signal.id.clone()).or_insert_with(title);
    }
    titles
}
