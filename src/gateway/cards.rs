//! Boards and cards of the desk as frames: bounded, however many wait and whatever they have written.

use std::sync::Arc;

use crate::handoff::{Board, Card, OfferedReply, Row};
use crate::model::{Agent, Choice, ShopperId, SignalHit, Slots, shopper_name};
use crate::shop::LocalText;
use crate::shops::{Generations, Notice};

use super::protocol::{BoardCounts, DeskFrame, DeskNotice, Suggestion, TicketCard, Title, Titles};

/// Largest frame of a board, bytes; a socket that is fed more is dropped.
pub(super) const LARGEST: usize = 60 * 1024;
/// Largest frame that a desk is sent at all, bytes.
pub(super) const LARGEST_FRAME: usize = 64 * 1024;
/// So much of it is for ready replies, bytes: the chats that have waited longest get theirs first.
const READY_REPLIES: usize = 12 * 1024;
/// So much of it is for what shoppers have given, bytes, likewise.
const GIVEN: usize = 5 * 1024;
/// Longest text on a card, characters; the transcript has it whole.
const LONGEST_TEXT: usize = 120;
/// An agent's chats beyond these have shorter texts.
pub(super) const IN_SIGHT: usize = 20;
/// Longest evidence, title or name on a card, characters.
const LONGEST_NAME: usize = 40;
/// Longest text on a card far down in its list, characters.
const LONGEST_FAR: usize = 40;
/// Longest note of a case, characters.
const LONGEST_NOTE: usize = 2_000;
/// Most bytes of a text on a card, near the top of its list and far down: in JSON one character may take twelve.
const MOST_BYTES: usize = 400;
const MOST_BYTES_FAR: usize = 130;
/// So many tags of a customer are on a card, each so long, characters and bytes of JSON.
const TAGS_SHOWN: usize = 2;
const LONGEST_TAG: usize = 10;
const MOST_BYTES_TAG: usize = 60;
/// Longest value that the shopper has given, on a card, characters: an address with its names.
const LONGEST_VALUE: usize = 100;

/// Most notices on a board, and the longest of them, characters.
const MOST_NOTICES: usize = 4;
const LONGEST_NOTICE: usize = 240;

/// The whole board of a desk of versions before: the agent's own chats always, then as many of those who wait as there is
/// room for.
pub(super) fn whole_board(board: &Board, notices: &[Notice]) -> DeskFrame {
    let notices = self::notices(notices);
    let mut left = LARGEST.saturating_sub(written(&notices));
    let mut ready = READY_REPLIES;
    let mut given = GIVEN;
    let mine = board.mine.iter().enumerate().map(|(at, source)| {
        let longest = if at < IN_SIGHT { LONGEST_TEXT } else { LONGEST_NAME };
        let mut shown = card(source, longest);
        let replies = texts(&source.card.suggestions);
        let size: usize = replies.iter().map(written).sum();
        if size <= ready {
            ready -= size;
            shown.suggestions = replies;
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
        waiting_count: board.counts.waiting() + board.counts.left,
        mine,
        left: Vec::new(),
        counts: counts(board),
        agents_online: board.agents_online,
        now: board.now,
        notices,
    }
}

/// The notices that a board has, cut.
pub(super) fn notices(notices: &[Notice]) -> Vec<DeskNotice> {
    notices.iter().take(MOST_NOTICES).map(notice).collect()
}

/// The counts of a board.
pub(super) fn counts(board: &Board) -> BoardCounts {
    BoardCounts {
        waiting: board.counts.waiting(),
        lanes: board.counts.lanes.clone(),
        left: board.counts.left,
        oldest: board.counts.oldest,
        agents_online: board.agents_online,
    }
}

fn texts(offered: &[OfferedReply]) -> Vec<String> {
    offered.iter().map(|reply| reply.text.clone()).collect()
}

/// What an agent needs of a chat beside its events.
pub(super) fn case(card: &Arc<Card>, suggestion: Option<Suggestion>) -> DeskFrame {
    let shown = self::card(&Row::of(Arc::clone(card)), LONGEST_NOTE);
    DeskFrame::Case {
        conversation: shown.conversation,
        reason: shown.reason,
        signals: shown.signals,
        open_questions: shown.open_questions,
        slots: shown.slots,
        note: shown.note,
        suggestions: texts(&card.suggestions),
        suggestion,
    }
}

/// What was heard, cut to what fits beside a chat.
pub(super) fn cut_evidence(signal: SignalHit) -> SignalHit {
    SignalHit {
        evidence: within(&cut(&signal.evidence, LONGEST_NAME), MOST_BYTES_FAR),
        ..signal
    }
}

/// A row of a list: what can be read at a glance. Far down in the list texts are shorter, so that a hundred rows fit into a
/// frame.
pub(super) fn row(source: &Row, at: usize) -> TicketCard {
    let (longest, bytes) = match at < IN_SIGHT {
        true => (LONGEST_TEXT, MOST_BYTES),
        false => (LONGEST_FAR, MOST_BYTES_FAR),
    };
    let mut shown = card(source, longest);
    shown.signals.truncate(1);
    shown.open_questions.clear();
    shown.slots = Slots::default();
    shown.last_text = within(&shown.last_text, bytes);
    if at < IN_SIGHT {
        let tags = source.card.recognition.tags.iter().take(TAGS_SHOWN);
        shown.tags = tags.map(|tag| within(&cut(tag, LONGEST_TAG), MOST_BYTES_TAG)).collect();
    }
    shown.note = within(&cut(&shown.note, LONGEST_NAME), MOST_BYTES_FAR);
    shown.shopper = within(&shown.shopper, MOST_BYTES_FAR);
    for signal in &mut shown.signals {
        signal.evidence = within(&signal.evidence, MOST_BYTES_FAR);
    }
    shown
}

/// A text of a talk as it is shown in lists.
pub(super) fn cut_text(text: &str) -> String {
    within(&cut(text, LONGEST_TEXT), MOST_BYTES)
}

/// A text of which the JSON takes at most so many bytes.
fn within(text: &str, bytes: usize) -> String {
    if written(&text) <= bytes {
        return text.to_owned();
    }
    let mut left = bytes.saturating_sub(2 + '…'.len_utf8());
    let fits = |character: &char| {
        let size = written(&character.to_string()).saturating_sub(3);
        let fits = size <= left;
        left = left.saturating_sub(size);
        fits
    };
    text.chars().take_while(fits).chain(['…']).collect()
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
pub(super) fn written(value: &impl serde::Serialize) -> usize {
    serde_json::to_string(value).map_or(usize::MAX, |text| text.len() + 1)
}

/// A card as the desk's frame shows it, without ready replies: texts beyond `longest` characters end in `…`.
fn card(row: &Row, longest: usize) -> TicketCard {
    let card = &row.card;
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
        promoted: (row.served_as < card.lane).then_some(row.served_as),
        returned: card.returned && card.agent.is_none(),
        promised_at: card.left.then_some(card.deadline),
        snoozed_until: card.snoozed_until,
        here: row.here,
        waits_for: card.waits_for.clone(),
        vip: card.recognition.vip,
        tags: Vec::new(),
    }
}

fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some(_) => text.chars().take(longest - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// How a shopper is shown in a list.
pub(super) fn shopper(shopper: &ShopperId) -> String {
    within(&cut(&shopper_name(shopper), LONGEST_NAME), MOST_BYTES_FAR)
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
#[path = "cards_tests.rs"]
pub(super) mod tests;
