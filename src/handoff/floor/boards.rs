//! What each desk sees of the floor.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Assigned, Floor, ShopCounts};
use crate::handoff::board::{Board, Card, Counts, Row, SHOWN};
use crate::handoff::lease::LeaseTimeouts;
use crate::handoff::queue::{self, Candidate};
use crate::handoff::team::{self, Colleague};
use crate::handoff::why::{self, WhyAssigned, WhyWaiting};
use crate::model::{Agent, AgentId, ConversationId, Lane, Millis, ShopId};

impl Floor {
    /// One agent's board: the agent's own chats, and those who wait in shops of which `sees` holds; messages left are a list of
    /// their own, unless `in_one`.
    pub(crate) fn board(
        &mut self,
        agent: &AgentId,
        sees: impl Fn(&ShopId) -> bool,
        in_one: bool,
        now: Millis,
    ) -> Board {
        let mut mine: Vec<&Arc<Card>> = self
            .assigned
            .values()
            .filter(|chat| chat.agent == *agent)
            .map(|chat| &chat.card)
            .collect();
        mine.sort_by_key(|card| attention(card, now));
        let mine = mine.into_iter().map(|card| self.row(card, card.lane)).collect();
        self.line.in_order(now);
        let mut counts = Counts::default();
        for (_, of_shop) in self.line.counts().iter().filter(|(shop, _)| sees(shop)) {
            counts.add(of_shop);
        }
        let seen = || self.line.iter().filter(|waiting| sees(&waiting.card.shop));
        let first = |left: Option<bool>| -> Vec<Row> {
            let wanted = seen().filter(|waiting| left.is_none_or(|left| waiting.card.left == left));
            let shown = wanted
                .take(SHOWN)
                .map(|waiting| self.row(&waiting.card, waiting.served_as()));
            shown.collect()
        };
        let (waiting, left) = match (in_one, counts.left) {
            (true, _) => (first(None), Vec::new()),
            // Where there is none, nobody looks through ten thousand for one.
            (false, 0) => (first(Some(false)), Vec::new()),
            (false, _) => (first(Some(false)), first(Some(true))),
        };
        let own = self.agent(agent);
        let colleague = |other: &Agent| own.is_none_or(|own| own.shares_a_shop(other));
        Board {
            waiting,
            left,
            counts,
            mine,
            agents_online: u32::try_from(self.roster.online(colleague)).unwrap_or(u32::MAX),
            available: self.available(agent),
            now,
        }
    }

    /// Every chat of shops of which `sees` holds: those that wait in the order of service, then those with agents.
    pub(crate) fn rows(&mut self, sees: impl Fn(&ShopId) -> bool, now: Millis) -> Vec<Row> {
        self.line.in_order(now);
        let waiting = self.line.iter().filter(|waiting| sees(&waiting.card.shop));
        let mut rows: Vec<Row> = waiting
            .map(|waiting| self.row(&waiting.card, waiting.served_as()))
            .collect();
        let mut assigned: Vec<&Assigned> = self.assigned.values().filter(|chat| sees(&chat.card.shop)).collect();
        assigned.sort_by_key(|chat| (chat.agent.clone(), attention(&chat.card, now)));
        rows.extend(assigned.into_iter().map(|chat| self.row(&chat.card, chat.card.lane)));
        rows
    }

    fn row(&self, card: &Arc<Card>, served_as: Lane) -> Row {
        Row {
            card: Arc::clone(card),
            served_as,
            here: self.here.contains_key(&card.conversation),
        }
    }

    /// A chat that waits or is with an agent.
    pub(crate) fn card(&self, conversation: &ConversationId) -> Option<&Arc<Card>> {
        let waiting = self.waiting.get(conversation).and_then(|ticket| self.line.find(ticket));
        waiting.or_else(|| self.assigned.get(conversation).map(|chat| &chat.card))
    }

    /// The colleagues who share a shop with this agent, and the agent.
    pub(crate) fn team(&self, agent: &AgentId) -> Vec<Colleague> {
        let Some(own) = self.agent(agent) else {
            return Vec::new();
        };
        let chats = self.assigned.values();
        let chats = chats.map(|chat| (&chat.agent, chat.card.waiting_since));
        let seen = self.roster.iter().filter(|presence| own.shares_a_shop(&presence.agent));
        team::of(seen, chats)
    }

    /// Why a chat waits; `None` when it does not.
    pub(crate) fn why_waiting(&mut self, conversation: &ConversationId, now: Millis) -> Option<WhyWaiting> {
        self.line.in_order(now);
        let ticket = self.waiting.get(conversation)?;
        let of_shop = || self.line.iter().filter(|other| other.ticket.shop == ticket.shop);
        let before = of_shop()
            .take_while(|other| other.ticket.conversation != *conversation)
            .count();
        let card = self.card(conversation)?;
        let here: Vec<Candidate> = self
            .candidates()
            .into_iter()
            .filter(|candidate| candidate.agent.works_for(&card.shop) && self.is_here(&candidate.agent.id))
            .collect();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Some(WhyWaiting {
            position: count(before + 1),
            of: count(of_shop().count()),
            lane: card.lane,
            served_as: queue::effective_lane(ticket, now),
            late_ms: Some(now.since(ticket.deadline)).filter(|late| *late > 0),
            returned: ticket.returned,
            promised_at: card.left.then_some(card.deadline),
            steered: card.recognition.steered.clone(),
            because: why::in_the_way(ticket, &here, now),
        })
    }

    /// Why a chat is with whom it is with; `None` when no agent has it.
    pub(crate) fn why_assigned(&self, conversation: &ConversationId, timeouts: LeaseTimeouts) -> Option<WhyAssigned> {
        let chat = self.assigned.get(conversation)?;
        let (cause, by) = chat.card.assigned_by.clone();
        Some(WhyAssigned {
            agent: chat.agent.clone(),
            name: self
                .agent(&chat.agent)
                .map(|agent| agent.name.clone())
                .unwrap_or_default(),
            cause,
            by,
            since: chat.since,
            take_back_at: self.lease(conversation, timeouts).map(|(_, at, _)| at),
            steered: chat.card.recognition.steered.clone(),
        })
    }

    /// What happens in each of these shops, and in others that have chats on the floor.
    pub(crate) fn counts_by_shop(&self, shops: impl IntoIterator<Item = ShopId>) -> BTreeMap<ShopId, ShopCounts> {
        let mut counts: BTreeMap<ShopId, ShopCounts> = BTreeMap::new();
        for shop in shops {
            let agents_online = self.roster.online(|agent| agent.works_for(&shop));
            counts.entry(shop).or_default().agents_online = agents_online;
        }
        for ticket in self.waiting.values() {
            counts.entry(ticket.shop.clone()).or_default().waiting += 1;
        }
        for chat in self.assigned.values() {
            counts.entry(chat.card.shop.clone()).or_default().assigned += 1;
        }
        counts
    }
}

/// The order in which an agent's own chats hurt: owed a word before answered before put off; of these safety and law, then the
/// earliest deadline.
fn attention(card: &Card, now: Millis) -> (u8, Lane, Millis, ConversationId) {
    let put_off = card.snoozed_until.is_some_and(|until| until > now);
    let group = match (put_off, card.waiting_since) {
        (true, _) => 2,
        (false, None) => 1,
        (false, Some(_)) => 0,
    };
    // Below the law the clock alone counts.
    let lane = card.lane.min(Lane::Urgent);
    (group, lane, card.deadline, card.conversation.clone())
}
