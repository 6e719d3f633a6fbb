//! The floor: tickets that wait, chats that agents have, agents at their desks. In memory, rebuilt from the store;
//! plain data behind one lock, with the time as an argument.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::estimate::{ServiceTimes, WaitForecast};
use super::lease::{self, AssignedChat, LeaseTimeouts};
use super::presence::{AgentPresence, Roster};
use super::queue::{self, Candidate, Ticket};
use crate::model::{Agent, AgentId, ConversationId, Desks, ElsewhereDesks, Epoch, Millis, ReleaseCause, ShopId};

use super::{Board, Card, QueuePlace, SHOWN};

/// How long another server may take to assign a ticket to one of its agents, milliseconds.
const THEIRS_MS: u64 = 1_500;
/// How long the agents of a server that took longer are passed over, milliseconds.
const PASS_OVER_MS: u64 = 5_000;

/// Everything the desk and the dispatcher see.
#[derive(Default)]
pub(crate) struct Floor {
    waiting: HashMap<ConversationId, Waiting>,
    assigned: HashMap<ConversationId, Assigned>,
    roster: Roster,
    times: ServiceTimes,
    /// The queue in order, until something changes.
    ordered: Option<Arc<[Arc<Card>]>>,
    /// Chats that could not be moved, and until when they are left alone.
    blocked: HashMap<ConversationId, Millis>,
    /// Tickets that another server is to assign, to whom, and since when.
    left: HashMap<ConversationId, (AgentId, Millis)>,
    /// Agents whose server did not take what was left to it, and until when they are passed over.
    passed_over: HashMap<AgentId, Millis>,
    /// Since when the time counts in which agents may be silent or gone.
    counts_from: Millis,
}

struct Waiting {
    ticket: Ticket,
    card: Arc<Card>,
}

struct Assigned {
    agent: AgentId,
    card: Arc<Card>,
    since: Millis,
    unanswered_since: Option<Millis>,
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
        let waited = self.waiting.remove(conversation).is_some();
        let assigned = self.assigned.remove(conversation);
        let was_here = waited || assigned.is_some();
        if waited || matches!(position, FloorPosition::Waiting(..)) {
            self.ordered = None;
        }
        match position {
            FloorPosition::Waiting(ticket, card) => {
                self.waiting.insert(conversation.clone(), Waiting { ticket, card });
            }
            FloorPosition::Assigned(agent, card, since, unanswered_since) => {
                if waited {
                    self.roster.assigned(&agent, now);
                }
                let chat = Assigned {
                    agent,
                    card,
                    since,
                    unanswered_since,
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

    /// Whether an available agent of the shop is at a desk.
    pub(crate) fn staffed(&self, shop: &ShopId) -> bool {
        self.roster.staffed(shop)
    }

    /// An agent opens a desk.
    pub(crate) fn desk_opened(&mut self, agent: Agent, available: bool) {
        self.roster.open_desk(agent, available);
    }

    /// An agent is known to have chats, and is not here yet.
    pub(crate) fn expected(&mut self, agent: Agent, available: bool, now: Millis) {
        self.roster.expect(agent, available, now);
    }

    /// An agent closes a desk.
    pub(crate) fn desk_closed(&mut self, agent: &AgentId, now: Millis) {
        self.roster.close_desk(agent, now);
    }

    /// Sets availability; returns whether it changed.
    pub(crate) fn set_available(&mut self, agent: &AgentId, available: bool, now: Millis) -> bool {
        self.roster.set_available(agent, available, now)
    }

    /// The desks here, as other servers are told of them.
    pub(crate) fn desks(&self) -> Vec<Desks> {
        self.roster.desks()
    }

    /// Takes over which desks are open at other servers; `node` is this one. Returns whether anything changed.
    pub(crate) fn merge_presence(&mut self, node: &str, servers: &[ElsewhereDesks], now: Millis) -> bool {
        self.roster.merge(node, servers, now)
    }

    /// Whether new chats are assigned to the agent.
    pub(crate) fn available(&self, agent: &AgentId) -> bool {
        self.roster.available(agent)
    }

    /// The agent as known now, if one was seen.
    pub(crate) fn agent(&self, agent: &AgentId) -> Option<&Agent> {
        self.roster.get(agent).map(|presence| &presence.agent)
    }

    /// Whether the agent has the chat.
    pub(crate) fn has(&self, agent: &AgentId, conversation: &ConversationId) -> bool {
        self.assigned.get(conversation).is_some_and(|chat| chat.agent == *agent)
    }

    /// Whether an agent has the chat.
    pub(crate) fn with_agent(&self, conversation: &ConversationId) -> bool {
        self.assigned.contains_key(conversation)
    }

    /// Whether the chat waits or is with an agent, and the epoch it is so under.
    pub(crate) fn epoch(&self, conversation: &ConversationId) -> Option<Epoch> {
        let waiting = self.waiting.get(conversation).map(|waiting| &waiting.card);
        let assigned = self.assigned.get(conversation).map(|chat| &chat.card);
        waiting.or(assigned).map(|card| card.epoch)
    }

    /// Every chat on the floor.
    pub(crate) fn conversations(&self) -> Vec<ConversationId> {
        self.waiting.keys().chain(self.assigned.keys()).cloned().collect()
    }

    /// The tickets of the shops that are seen, in the order they will be served.
    pub(crate) fn waiting(&mut self, sees: impl Fn(&ShopId) -> bool, now: Millis) -> Vec<Arc<Card>> {
        let ordered = self.ordered(now);
        ordered.iter().filter(|card| sees(&card.shop)).cloned().collect()
    }

    /// The name shoppers see, while the agent is at a desk, wants chats and works for the shop.
    pub(crate) fn ready_name(&self, agent: &AgentId, shop: &ShopId) -> Option<String> {
        self.roster
            .get(agent)
            .filter(|presence| presence.ready() && presence.agent.works_for(shop))
            .map(|presence| presence.agent.name.clone())
    }

    /// Leaves a chat alone for a while, because the store did not take what was to be done with it.
    pub(crate) fn block(&mut self, conversation: ConversationId, until: Millis) {
        self.blocked.insert(conversation, until);
    }

    /// Which tickets go to whom now.
    pub(crate) fn assign(&mut self, now: Millis) -> Vec<(ConversationId, AgentId)> {
        self.blocked.retain(|_, until| *until > now);
        self.passed_over.retain(|_, until| *until > now);
        if self.waiting.is_empty() || !self.roster.iter().any(AgentPresence::ready) {
            self.left.clear();
            return Vec::new();
        }
        // Every server comes to the same pairs from the same picture, and each carries out its own.
        let pairs = queue::assign(&self.tickets(), &self.candidates(), now);
        let (ours, theirs): (Vec<_>, Vec<_>) = pairs
            .into_iter()
            .partition(|(_, agent)| self.roster.get(agent).is_some_and(|presence| presence.ours));
        let before = std::mem::take(&mut self.left);
        let mut slow = false;
        for (conversation, agent) in theirs {
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

    fn tickets(&self) -> Vec<Ticket> {
        self.waiting
            .values()
            .filter(|waiting| !self.blocked.contains_key(&waiting.ticket.conversation))
            .map(|waiting| waiting.ticket.clone())
            .collect()
    }

    fn candidates(&self) -> Vec<Candidate> {
        let mut busy: HashMap<&AgentId, u32> = HashMap::new();
        for chat in self.assigned.values() {
            *busy.entry(&chat.agent).or_default() += 1;
        }
        self.roster
            .iter()
            .map(|presence| Candidate {
                agent: presence.agent.id.clone(),
                shops: presence.agent.shops.clone(),
                available: presence.ready() && !self.passed_over.contains_key(&presence.agent.id),
                capacity: presence.agent.capacity,
                busy: busy.get(&presence.agent.id).copied().unwrap_or(0),
                last_assigned: presence.last_assigned,
            })
            .collect()
    }

    /// Nobody could answer before now: this server was down, or its clock has jumped ahead.
    pub(crate) fn count_from(&mut self, now: Millis) {
        self.counts_from = now;
    }

    /// When the agent of a chat loses it, and why.
    pub(crate) fn lease(
        &self,
        conversation: &ConversationId,
        timeouts: LeaseTimeouts,
    ) -> Option<(AgentId, Millis, ReleaseCause)> {
        let chat = self.assigned.get(conversation)?;
        let counted = |since: Millis| since.max(self.counts_from);
        let (at, cause) = lease::expires_at(
            AssignedChat {
                unanswered_since: chat.unanswered_since.map(counted),
                gone_since: self.roster.gone_since(&chat.agent).map(counted),
            },
            timeouts,
        )?;
        Some((chat.agent.clone(), at, cause))
    }

    /// The chats whose lease has run out.
    pub(crate) fn expired(&self, timeouts: LeaseTimeouts, now: Millis) -> Vec<ConversationId> {
        self.assigned
            .keys()
            .filter(|conversation| !self.blocked.contains_key(*conversation))
            .filter(|conversation| self.lease(conversation, timeouts).is_some_and(|(_, at, _)| at <= now))
            .cloned()
            .collect()
    }

    /// When something happens next by the clock alone.
    pub(crate) fn next_due(&self, timeouts: LeaseTimeouts, now: Millis) -> Option<Millis> {
        let leases = self
            .assigned
            .keys()
            .filter_map(|conversation| Some(self.lease(conversation, timeouts)?.1));
        let blocked = self.blocked.values().copied();
        let passed_over = self.passed_over.values().copied();
        let left = self.left.values().map(|(_, since)| since.plus(THEIRS_MS));
        leases
            .chain(blocked)
            .chain(passed_over)
            .chain(left)
            .filter(|at| *at > now)
            .chain(queue::next_cool_down(&self.tickets(), now))
            .min()
    }

    /// The queue in order.
    fn ordered(&mut self, now: Millis) -> Arc<[Arc<Card>]> {
        if let Some(ordered) = &self.ordered {
            return Arc::clone(ordered);
        }
        let tickets: Vec<Ticket> = self.waiting.values().map(|waiting| waiting.ticket.clone()).collect();
        let ordered: Arc<[Arc<Card>]> = queue::order(&tickets, now)
            .into_iter()
            .filter_map(|ticket| self.waiting.get(&ticket.conversation))
            .map(|waiting| Arc::clone(&waiting.card))
            .collect();
        self.ordered = Some(Arc::clone(&ordered));
        ordered
    }

    /// Orders the queue anew: overdue tickets are promoted as time passes.
    pub(crate) fn reorder(&mut self) {
        self.ordered = None;
    }

    /// Every place in the queue, counted in each shop by itself.
    pub(crate) fn places(&mut self, now: Millis) -> Vec<(ConversationId, QueuePlace)> {
        let mut forecast = WaitForecast::default();
        for candidate in self.candidates().iter().filter(|candidate| candidate.available) {
            let free = candidate.capacity.saturating_sub(candidate.busy);
            forecast.add(&candidate.shops, candidate.capacity, free);
        }
        let mut positions: HashMap<&ShopId, (u32, bool)> = HashMap::new();
        let ordered = self.ordered(now);
        ordered
            .iter()
            .map(|card| {
                let shop = &card.shop;
                let (position, staffed) = positions.entry(shop).or_insert_with(|| (0, self.roster.staffed(shop)));
                *position += 1;
                let place = QueuePlace {
                    position: *position,
                    wait_s: forecast.next_wait_s(shop, self.times.mean_ms(shop)),
                    staffed: *staffed,
                };
                (card.conversation.clone(), place)
            })
            .collect()
    }

    /// One agent's board: the agent's own chats, and those who wait in shops of which `sees` holds.
    pub(crate) fn board(&mut self, agent: &AgentId, sees: impl Fn(&ShopId) -> bool, now: Millis) -> Board {
        let mut mine: Vec<Arc<Card>> = self
            .assigned
            .values()
            .filter(|chat| chat.agent == *agent)
            .map(|chat| Arc::clone(&chat.card))
            .collect();
        mine.sort_by_key(|card| {
            (
                Reverse(card.waiting_since.is_some()),
                card.waiting_since,
                card.conversation.clone(),
            )
        });
        let ordered = self.ordered(now);
        let waiting = ordered.iter().filter(|card| sees(&card.shop));
        let own = self.agent(agent);
        let colleague = |other: &Agent| own.is_none_or(|own| share_a_shop(own, other));
        Board {
            waiting: waiting.clone().take(SHOWN).cloned().collect(),
            waiting_count: u32::try_from(waiting.count()).unwrap_or(u32::MAX),
            mine,
            agents_online: u32::try_from(self.roster.online(colleague)).unwrap_or(u32::MAX),
            available: self.available(agent),
            now,
        }
    }

    /// Agents at a desk.
    pub(crate) fn online(&self) -> usize {
        self.roster.online(|_| true)
    }

    /// Tickets in the queue, and chats with agents.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.waiting.len(), self.assigned.len())
    }

    /// What happens in each of these shops, and in others that have chats on the floor.
    pub(crate) fn counts_by_shop(&self, shops: impl IntoIterator<Item = ShopId>) -> BTreeMap<ShopId, ShopCounts> {
        let mut counts: BTreeMap<ShopId, ShopCounts> = BTreeMap::new();
        for shop in shops {
            let agents_online = self.roster.online(|agent| agent.works_for(&shop));
            counts.entry(shop).or_default().agents_online = agents_online;
        }
        for waiting in self.waiting.values() {
            counts.entry(waiting.ticket.shop.clone()).or_default().waiting += 1;
        }
        for chat in self.assigned.values() {
            counts.entry(chat.card.shop.clone()).or_default().assigned += 1;
        }
        counts
    }
}

/// Whether two agents may be given the same chats.
fn share_a_shop(one: &Agent, other: &Agent) -> bool {
    one.shops.is_empty() || other.shops.is_empty() || one.shops.iter().any(|shop| other.shops.contains(shop))
}
