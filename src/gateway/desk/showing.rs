//! What a desk is shown beside the events of its chats: boards as changes, cases of the chats that are open, colleagues, alerts.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::gateway::App;
use crate::gateway::cards;
use crate::gateway::error::Refusal;
use crate::gateway::list_changes::{changes, in_parts};
use crate::gateway::protocol::{
    BoardCounts, DeskFrame, DeskNotice, FloorChat, ListChanges, OwnerWho, Suggestion, SuggestionFrom, TeamMember,
};
use crate::gateway::refusing::refusal;
use crate::gateway::socket::Disconnected;
use crate::handoff::{OfferedFrom, Row};
use crate::hub::{Alert, Board, Card, Colleague, OpenChat};
use crate::model::{AgentId, ConversationId, Lane, Owner, ShopId};
use crate::shops;

use super::Desk;

/// How often colleagues are looked at at most, and told of whom nothing but the number of chats and their waits is different.
const TEAM_EVERY: Duration = Duration::from_millis(500);
const COUNTS_EVERY: Duration = Duration::from_secs(5);
/// Open chats in one frame at most, and what the frame itself takes, bytes.
const FLOOR_ROWS: usize = 100;
const FLOOR_FRAME: usize = 1024;
/// Colleagues in one frame at most: some two hundred bytes each.
const TEAM_ROWS: usize = 100;

/// What the desk has been shown.
#[derive(Default)]
pub(super) struct Shown {
    board: Option<ShownBoard>,
    team: HashMap<AgentId, TeamMember>,
    /// When colleagues were told last, and when with their numbers.
    team_at: Option<Instant>,
    counts_at: Option<Instant>,
    /// When colleagues are to be looked at again.
    team_due: Option<Instant>,
    /// The cases of open chats, and the cards from which they were made.
    cases: HashMap<ConversationId, (Arc<Card>, DeskFrame)>,
}

struct ShownBoard {
    board: Board,
    counts: BoardCounts,
    notices: Vec<DeskNotice>,
}

/// Waits until colleagues are to be looked at again.
pub(super) async fn team_due(shown: Option<&Shown>) {
    match shown.and_then(|shown| shown.team_due) {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

impl Desk {
    /// The floor has changed, or the notices.
    pub(super) async fn board(&mut self, board: Board, notices: &[shops::Notice]) -> Result<(), Disconnected> {
        if self.shown.is_none() {
            return self.tell(&cards::whole_board(&board, notices)).await;
        }
        let notices = cards::notices(notices);
        let counts = cards::counts(&board);
        let before = self.shown.as_mut().and_then(|shown| shown.board.take());
        for frame in frames(before.as_ref(), &board, &counts, &notices) {
            self.tell(&frame).await?;
        }
        if let Some(shown) = &mut self.shown {
            shown.board = Some(ShownBoard { board, counts, notices });
        }
        let open: Vec<ConversationId> = self.open.keys().cloned().collect();
        for conversation in open {
            self.case(&conversation, false).await?;
        }
        self.team().await
    }

    /// What an agent needs of an open chat, where that is other than before; `opened` tells it in any case.
    pub(super) async fn case(&mut self, conversation: &ConversationId, opened: bool) -> Result<(), Disconnected> {
        let Some(shown) = &mut self.shown else { return Ok(()) };
        let Some(card) = self.handle.card(conversation) else {
            shown.cases.remove(conversation);
            return Ok(());
        };
        let known = shown.cases.get(conversation).filter(|_| !opened);
        if known.is_some_and(|(of, _)| Arc::ptr_eq(of, &card)) {
            return Ok(());
        }
        let offered = self.handle.offered(&card);
        let own = card.agent.as_ref() == Some(&self.handle.agent().id);
        let suggestion = match own {
            true => suggestion(&self.app, &offered).await,
            false => None,
        };
        let frame = cards::case(&offered, suggestion);
        let same = known.is_some_and(|(_, told)| *told == frame);
        shown.cases.insert(conversation.clone(), (card, frame.clone()));
        match same {
            true => Ok(()),
            false => self.tell(&frame).await,
        }
    }

    /// Colleagues of whom something is different.
    pub(super) async fn team(&mut self) -> Result<(), Disconnected> {
        let Some(shown) = &mut self.shown else { return Ok(()) };
        let now = Instant::now();
        if let Some(at) = shown.team_at.filter(|at| now < *at + TEAM_EVERY) {
            // Numbers may wait longer than a colleague's state.
            let due = at + TEAM_EVERY;
            shown.team_due = Some(shown.team_due.map_or(due, |known| known.min(due)));
            return Ok(());
        }
        let team: Vec<TeamMember> = self.handle.team().iter().map(member).collect();
        shown.team_at = Some(now);
        shown.team_due = None;
        let with_counts = shown.counts_at.is_none_or(|at| now >= at + COUNTS_EVERY);
        let mut set = Vec::new();
        for member in &team {
            let known = shown.team.get(&member.agent);
            let only_counts = known.is_some_and(|known| without_counts(known) == without_counts(member));
            if known == Some(member) {
                continue;
            }
            if only_counts && !with_counts {
                let again = shown.counts_at.map_or(now, |at| at + COUNTS_EVERY);
                shown.team_due = Some(again.max(now + TEAM_EVERY));
                continue;
            }
            shown.team.insert(member.agent.clone(), member.clone());
            set.push(member.clone());
        }
        if with_counts && !set.is_empty() {
            shown.counts_at = Some(now);
        }
        let mut gone: Vec<AgentId> = shown.team.keys().cloned().collect();
        gone.retain(|known| team.iter().all(|member| member.agent != *known));
        for agent in &gone {
            shown.team.remove(agent);
        }
        if set.is_empty() && gone.is_empty() {
            return Ok(());
        }
        let now = self.app.clock.now();
        let mut rest = set.chunks(TEAM_ROWS);
        let first = rest.next().unwrap_or_default().to_vec();
        self.connection.send(&DeskFrame::Team { set: first, gone, now }).await?;
        for more in rest {
            let frame = DeskFrame::Team {
                set: more.to_vec(),
                gone: Vec::new(),
                now,
            };
            self.connection.send(&frame).await?;
        }
        Ok(())
    }

    /// A page of all open chats, for supervisors.
    pub(super) async fn floor(
        &mut self,
        after: Option<&str>,
        shop: Option<&ShopId>,
        agent: Option<&AgentId>,
    ) -> Result<(), Disconnected> {
        let from = match after.map(str::parse::<usize>) {
            None => 0,
            Some(Ok(from)) => from,
            Some(Err(_)) => return self.connection.refuse(Refusal::BadFrame, None).await,
        };
        let mut chats = match self.handle.open_chats() {
            Ok(chats) => chats,
            Err(error) => return self.connection.refuse(refusal(&error), None).await,
        };
        chats.retain(|chat| {
            shop.is_none_or(|shop| chat.shop == *shop)
                && agent.is_none_or(|agent| chat.owner == Owner::Agent { agent: agent.clone() })
        });
        let all = chats.len();
        let mut left = cards::LARGEST - FLOOR_FRAME;
        let shown: Vec<FloorChat> = chats
            .into_iter()
            .skip(from)
            .take(FLOOR_ROWS)
            .map(floor_chat)
            .take_while(|chat| {
                let size = cards::written(chat);
                let fits = size <= left;
                left = left.saturating_sub(size);
                fits
            })
            .collect();
        let reached = from + shown.len();
        let frame = DeskFrame::Floor {
            next: (reached < all && !shown.is_empty()).then(|| reached.to_string()),
            chats: shown,
            now: self.app.clock.now(),
        };
        self.tell(&frame).await
    }

    /// Something that must be seen now.
    pub(super) async fn alert(&mut self, alert: &Alert) -> Result<(), Disconnected> {
        let frame = DeskFrame::Alert {
            alert: alert.kind,
            conversation: alert.conversation.clone(),
            shop: alert.shop.clone(),
            lane: alert.lane,
            evidence: alert.evidence.clone().map(cards::cut_evidence),
            agent: alert.agent.clone(),
            name: alert.name.clone(),
            until: alert.until,
            now: self.app.clock.now(),
        };
        self.tell(&frame).await
    }
}

/// The frames that tell how a board became the next: one as a rule, more where one would be too large.
fn frames(before: Option<&ShownBoard>, board: &Board, counts: &BoardCounts, notices: &[DeskNotice]) -> Vec<DeskFrame> {
    let none: &[Row] = &[];
    let known = before.map(|before| &before.board);
    let lists = [
        changes(known.map_or(none, |known| &known.mine), &board.mine),
        changes(known.map_or(none, |known| &known.waiting), &board.waiting),
        changes(known.map_or(none, |known| &known.left), &board.left),
    ];
    let large = lists.iter().map(cards::written).sum::<usize>() > cards::LARGEST;
    match before {
        None => {
            // A page begins anew with it, and goes on from there.
            let rows = |list: &ListChanges| match large {
                true => Vec::new(),
                false => list.set.iter().map(|row| row.card.clone()).collect(),
            };
            let [mine, waiting, left] = &lists;
            let begins = DeskFrame::Board {
                waiting: rows(waiting),
                waiting_count: counts.waiting,
                mine: rows(mine),
                left: rows(left),
                counts: counts.clone(),
                agents_online: board.agents_online,
                now: board.now,
                notices: notices.to_vec(),
            };
            let mut frames = vec![begins];
            if large {
                frames.extend(parts(lists, board));
            }
            frames
        }
        Some(before) => {
            let new_counts = (before.counts != *counts).then(|| counts.clone());
            let new_notices = (before.notices != *notices).then(|| notices.to_vec());
            if lists.iter().all(ListChanges::is_empty) && new_counts.is_none() && new_notices.is_none() {
                return Vec::new();
            }
            let mut frames = match large {
                true => parts(lists, board),
                false => vec![changed(lists, board)],
            };
            if let Some(DeskFrame::BoardChanges { counts, notices, .. }) = frames.last_mut() {
                *counts = new_counts;
                *notices = new_notices;
            }
            frames
        }
    }
}

fn changed([mine, waiting, left]: [ListChanges; 3], board: &Board) -> DeskFrame {
    DeskFrame::BoardChanges {
        waiting,
        mine,
        left,
        counts: None,
        notices: None,
        now: board.now,
    }
}

/// Frames of which each fits: list after list, the agent's own first.
fn parts([mine, waiting, left]: [ListChanges; 3], board: &Board) -> Vec<DeskFrame> {
    let none = ListChanges::default;
    let mine = in_parts(mine, &board.mine)
        .into_iter()
        .map(|part| [part, none(), none()]);
    let waiting = in_parts(waiting, &board.waiting)
        .into_iter()
        .map(|part| [none(), part, none()]);
    let left = in_parts(left, &board.left)
        .into_iter()
        .map(|part| [none(), none(), part]);
    let all = mine.chain(waiting).chain(left);
    all.filter(|lists| lists.iter().any(|list| !list.is_empty()))
        .map(|lists| changed(lists, board))
        .collect()
}

fn floor_chat(chat: OpenChat) -> FloorChat {
    FloorChat {
        shopper: cards::shopper(&chat.shopper),
        owner: match &chat.owner {
            Owner::Bot => OwnerWho::Bot,
            Owner::Queue => OwnerWho::Queue,
            Owner::Agent { .. } => OwnerWho::Agent,
            Owner::Closed => OwnerWho::Closed,
        },
        agent: chat.owner.agent().cloned(),
        card: chat.row.map(|row| cards::row(&row, cards::IN_SIGHT)),
        conversation: chat.conversation,
        shop: chat.shop,
        epoch: chat.epoch,
        at: chat.at,
    }
}

fn member(colleague: &Colleague) -> TeamMember {
    let Colleague {
        agent,
        set,
        here,
        open,
        oldest_unanswered,
    } = colleague;
    TeamMember {
        agent: agent.id.clone(),
        name: agent.name.clone(),
        state: set.state,
        reason: set.reason.clone(),
        since: Some(set.at).filter(|at| at.0 > 0),
        here: *here,
        supervisor: agent.supervisor(),
        groups: agent.groups.clone(),
        shops: agent.shops.clone(),
        open: *open,
        capacity: agent.capacity,
        oldest_unanswered: *oldest_unanswered,
    }
}

/// A colleague without what changes with every message.
fn without_counts(member: &TeamMember) -> TeamMember {
    TeamMember {
        open: 0,
        oldest_unanswered: None,
        ..member.clone()
    }
}

/// The one reply that is offered: what is written for agents, else the phrase that colleagues sent most for the same question, else
/// what the bot would say.
async fn suggestion(app: &App, card: &Card) -> Option<Suggestion> {
    let first = card.suggestions.first();
    let own = first.filter(|reply| reply.from == OfferedFrom::Agents);
    let question = card.open_questions.first().map(|question| question.intent.as_str());
    if own.is_none()
        && let Some(question) = question.filter(|_| card.lane > Lane::Urgent)
    {
        match app.phrases.answering(&card.shop, question).await {
            Ok(Some(phrase)) => {
                return Some(Suggestion {
                    text: phrase.text,
                    from: SuggestionFrom::Phrase,
                    phrase: Some(phrase.id),
                    file: phrase.file,
                });
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "phrases cannot be offered now"),
        }
    }
    let reply = own.or(first)?;
    Some(Suggestion {
        text: reply.text.clone(),
        from: match reply.from {
            OfferedFrom::Agents => SuggestionFrom::Agents,
            OfferedFrom::Bot => SuggestionFrom::Bot,
        },
        phrase: None,
        file: None,
    })
}

#[cfg(test)]
#[path = "showing_tests.rs"]
mod tests;
