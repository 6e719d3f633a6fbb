//! The floor: tickets that wait, chats that agents have, agents at their desks. In memory, rebuilt from the store;
//! plain data behind one lock, with the time as an argument.

mod alerts;
mod boards;
mod line;
mod presences;
mod taking_back;

use std::collections::HashMap;
use std::sync::Arc;

use crate::handoff::alert::Alert;
use crate::handoff::board::{Card, QueuePlace};
use crate::handoff::estimate::{ServiceTimes, WaitForecast};
use crate::handoff::presence::{AgentPresence, Roster};
use crate::handoff::queue::{self, Candidate, Given, Ticket};
use crate::model::{AgentId, ConversationId, Epoch, Millis, ShopId};
use alerts::NEWS_MS;
use line::{Line, Waiting};

/// How long another server may take to assign a ticket to one of its agents, milliseconds.
const THEIRS_MS: u64 = 1_500;
/// How long the agents of a server that took longer are passed over, milliseconds.
const PASS_OVER_MS: u64 = 5_000;

/// Everything the desk and the dispatcher see.
#[derive(Default)]
pub(crate) struct Floor {
    /// The tickets of those who wait, by which they are found in the line.
    waiting: HashMap<ConversationId, Ticket>,
    line: Line,
    assigned: HashMap<ConversationId, Assigned>,
    roster: Roster,
    times: ServiceTimes,
    /// Chats that could not be moved, and until when they are left alone.
    blocked: HashMap<ConversationId, Millis>,
    /// Tickets that another server is to assign, to whom, and since when.
    left: HashMap<ConversationId, (AgentId, Millis)>,
    /// Agents whose server did not take what was left to it, and until when they are passed over.
    passed_over: HashMap<AgentId, Millis>,
    /// Chats that are being handed to an agent: their room is no longer free.
    reserved: HashMap<ConversationId, AgentId>,
    /// Chats whose shopper has them open here, in how many pages.
    here: HashMap<ConversationId, u32>,
    /// Since when the time counts in which agents may be silent or gone.
    counts_from: Millis,
    /// What desks must be told at once.
    alerts: Vec<Alert>,
    /// Agents of this server who are to be on a break.
    to_break: Vec<AgentId>,
}

struct Assigned {
    agent: AgentId,
    card: Arc<Card>,
    since: Millis,
    unanswered_since: Option<Millis>,
    /// For which time that the shopper waits the agent's typing has given more time, a warning was given, supervisors were told.
    extended: Option<Millis>,
    warned: Option<Millis>,
    told: Option<Millis>,
    /// The snooze whose end was told.
    woken: Option<Millis>,
}

/// Where a chat stands, for [`Floor::show`].
pub(crate) enum FloorPosition {
    /// In the queue.
    Waiting(Ticket, Arc<Card>),
    /// With an agent, since when, and since when unanswered.
    Assigned(AgentId, Arc<Card>, Millis, Option<Millis>),
    /// Neither: the bot has it, or it has ended.
    Off,
}

/// What happens in one shop now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShopCounts {
    /// Tickets in the queue.
    pub waiting: usize,
    /// Chats with agents.
    pub assigned: usize,
    /// Agents of the shop at a desk; whoever works for several is counted in each.
    pub agents_online: usize,
}

impl Floor {
    /// Puts a chat where it stands. Returns whether anything changed.
    pub(crate) fn show(&mut self, conversation: &ConversationId, position: FloorPosition, now: Millis) -> bool {
        let waited = self.waiting.remove(conversation);
        let waited = waited.and_then(|ticket| self.line.remove(&ticket));
        let assigned = self.assigned.remove(conversation);
        self.reserved.remove(conversation);
        let was_here = waited.is_some() || assigned.is_some();
        let lane = waited.as_ref().map(|waiting| waiting.card.lane);
        let lane = lane.or(assigned.as_ref().map(|chat| chat.card.lane));
        match position {
            FloorPosition::Waiting(ticket, card) => {
                self.danger(&card, None, lane, now);
                if let Some(before) = &assigned {
                    self.lost(&before.agent, &card);
                }
                self.waiting.insert(conversation.clone(), ticket.clone());
                self.line.insert(ticket, card);
            }
            FloorPosition::Assigned(agent, card, since, unanswered_since) => {
                if waited.is_some() {
                    self.roster.assigned(&agent, now);
                }
                self.danger(&card, Some(&agent), lane, now);
                let before = assigned.as_ref().map(|before| &before.agent);
                if before != Some(&agent) && now.since(since) < NEWS_MS {
                    self.handed_on(before, &agent, &card);
                }
                let before = assigned.filter(|before| before.agent == agent && before.since == since);
                if before.as_ref().is_some_and(|before| before.unanswered_since.is_some()) && unanswered_since.is_none()
                {
                    self.roster.spoke(&agent);
                }
                let chat = Assigned {
                    agent,
                    card,
                    since,
                    unanswered_since,
                    extended: before.as_ref().and_then(|before| before.extended),
                    warned: before.as_ref().and_then(|before| before.warned),
                    told: before.as_ref().and_then(|before| before.told),
                    woken: before.as_ref().and_then(|before| before.woken),
                };
                self.assigned.insert(conversation.clone(), chat);
                return true;
            }
            FloorPosition::Off => {
                // Only a chat that was brought to its end tells how long chats take.
                if let Some(chat) = assigned {
                    self.times.record(&chat.card.shop, now.since(chat.since));
                }
            }
        }
        was_here || self.waiting.contains_key(conversation)
    }

    /// The shopper opens or closes a page in which the chat is shown; returns whether anybody at a desk sees a difference.
    pub(crate) fn shopper_pages(&mut self, conversation: &ConversationId, opens: bool) -> bool {
        let pages = self.here.entry(conversation.clone()).or_default();
        let before = *pages;
        *pages = if opens { before + 1 } else { before.saturating_sub(1) };
        let changed = (before == 0) != (*pages == 0);
        if *pages == 0 {
            self.here.remove(conversation);
        }
        changed && (self.waiting.contains_key(conversation) || self.assigned.contains_key(conversation))
    }

    /// The chats that an agent has.
    pub(crate) fn chats_of(&self, agent: &AgentId) -> Vec<ConversationId> {
        let own = self.assigned.iter().filter(|(_, chat)| chat.agent == *agent);
        own.map(|(conversation, _)| conversation.clone()).collect()
    }

    /// Keeps room for a chat that is being handed to this agent, until it is shown where it stands or the room is given up.
    /// Returns whether there is room.
    pub(crate) fn reserve(&mut self, conversation: &ConversationId, agent: &AgentId) -> bool {
        let candidates = self.candidates();
        let room = candidates
            .iter()
            .any(|candidate| candidate.agent.id == *agent && candidate.has_room());
        if room {
            self.reserved.insert(conversation.clone(), agent.clone());
        }
        room
    }

    /// Gives up the room kept for a chat.
    pub(crate) fn give_up_room(&mut self, conversation: &ConversationId) {
        self.reserved.remove(conversation);
    }

    /// Whether the agent has the chat.
    pub(crate) fn has(&self, agent: &AgentId, conversation: &ConversationId) -> bool {
        self.assigned.get(conversation).is_some_and(|chat| chat.agent == *agent)
    }

    /// The agent who has the chat.
    pub(crate) fn agent_of(&self, conversation: &ConversationId) -> Option<&AgentId> {
        self.assigned.get(conversation).map(|chat| &chat.agent)
    }

    /// Whether an agent has the chat.
    pub(crate) fn with_agent(&self, conversation: &ConversationId) -> bool {
        self.assigned.contains_key(conversation)
    }

    /// Whether the chat waits or is with an agent, and the epoch it is so under.
    pub(crate) fn epoch(&self, conversation: &ConversationId) -> Option<Epoch> {
        self.card(conversation).map(|card| card.epoch)
    }

    /// Every chat on the floor.
    pub(crate) fn conversations(&self) -> Vec<ConversationId> {
        self.waiting.keys().chain(self.assigned.keys()).cloned().collect()
    }

    /// The tickets of the shops that are seen, in the order they will be served.
    pub(crate) fn waiting(&mut self, sees: impl Fn(&ShopId) -> bool, now: Millis) -> Vec<Arc<Card>> {
        let seen = self
            .line
            .in_order(now)
            .iter()
            .filter(|waiting| sees(&waiting.card.shop));
        seen.map(|waiting| Arc::clone(&waiting.card)).collect()
    }

    /// Leaves a chat alone for a while, because the store did not take what was to be done with it.
    pub(crate) fn block(&mut self, conversation: ConversationId, until: Millis) {
        self.blocked.insert(conversation, until);
    }

    /// Which tickets go to whom now.
    pub(crate) fn assign(&mut self, now: Millis) -> Vec<Given> {
        self.blocked.retain(|_, until| *until > now);
        self.passed_over.retain(|_, until| *until > now);
        if self.waiting.is_empty() || !self.roster.iter().any(AgentPresence::ready) {
            self.left.clear();
            return Vec::new();
        }
        let candidates = self.candidates();
        if !candidates
            .iter()
            .any(|candidate| candidate.available && candidate.has_room())
        {
            self.left.clear();
            return Vec::new();
        }
        // Every server comes to the same pairs from the same picture, and each carries out its own.
        let blocked = &self.blocked;
        let tickets = self.line.in_order(now).iter().map(|waiting| &waiting.ticket);
        let tickets = tickets.filter(|ticket| !blocked.contains_key(&ticket.conversation));
        let pairs = queue::assign_in_order(tickets, &candidates, now);
        let (ours, theirs): (Vec<_>, Vec<_>) = pairs
            .into_iter()
            .partition(|given| self.roster.get(&given.agent).is_some_and(|presence| presence.ours));
        let before = std::mem::take(&mut self.left);
        let mut slow = false;
        for Given {
            conversation, agent, ..
        } in theirs
        {
            let since = match before.get(&conversation) {
                Some((left_to, since)) if *left_to == agent => *since,
                _ => now,
            };
            if now.since(since) >= THEIRS_MS {
                self.passed_over.insert(agent, now.plus(PASS_OVER_MS));
                slow = true;
            } else {
                self.left.insert(conversation, (agent, since));
            }
        }
        if slow && ours.is_empty() {
            return self.assign(now);
        }
        ours
    }

    fn candidates(&self) -> Vec<Candidate> {
        let mut busy: HashMap<&AgentId, u32> = HashMap::new();
        let given = self.reserved.values();
        for agent in self.assigned.values().map(|chat| &chat.agent).chain(given) {
            *busy.entry(agent).or_default() += 1;
        }
        self.roster
            .iter()
            .map(|presence| Candidate {
                agent: Arc::clone(&presence.agent),
                available: presence.ready() && !self.passed_over.contains_key(&presence.agent.id),
                busy: busy.get(&presence.agent.id).copied().unwrap_or(0),
                last_assigned: presence.last_assigned,
            })
            .collect()
    }

    /// Every place in the queue, counted in each shop by itself.
    pub(crate) fn places(&mut self, now: Millis) -> Vec<(ConversationId, QueuePlace)> {
        let mut forecast = WaitForecast::default();
        for candidate in self.candidates().iter().filter(|candidate| candidate.available) {
            let free = candidate.agent.capacity.saturating_sub(candidate.busy);
            forecast.add(&candidate.agent.shops, candidate.agent.capacity, free);
        }
        let mut positions: HashMap<&ShopId, (u32, bool)> = HashMap::new();
        let (roster, times) = (&self.roster, &self.times);
        let ordered = self.line.in_order(now);
        ordered
            .iter()
            .map(|Waiting { card, .. }| {
                let shop = &card.shop;
                let (position, staffed) = positions.entry(shop).or_insert_with(|| (0, roster.staffed(shop)));
                *position += 1;
                let place = QueuePlace {
                    position: *position,
                    wait_s: forecast.next_wait_s(shop, times.mean_ms(shop)),
                    staffed: *staffed,
                };
                (card.conversation.clone(), place)
            })
            .collect()
    }

    /// Whether somebody other than this agent looks after the shop's agents.
    pub(crate) fn other_supervisor(&self, shop: &ShopId, but: &AgentId) -> bool {
        let mut others = self
            .roster
            .iter()
            .map(|presence| &presence.agent)
            .filter(|agent| agent.id != *but);
        others.any(|agent| agent.supervisor() && agent.works_for(shop))
    }

    /// Whether an agent of the shop is in this group.
    pub(crate) fn group_exists(&self, shop: &ShopId, group: &str) -> bool {
        let mut agents = self.roster.iter().map(|presence| &presence.agent);
        agents.any(|agent| agent.works_for(shop) && agent.groups.iter().any(|known| known == group))
    }

    /// Agents at a desk.
    pub(crate) fn online(&self) -> usize {
        self.roster.online(|_| true)
    }

    /// Tickets in the queue, and chats with agents.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.waiting.len(), self.assigned.len())
    }
}

#[cfg(test)]
mod tests;
