//! The floor: tickets that wait, chats that agents have, agents at their desks. In memory, rebuilt from the store;
//! plain data behind one lock, with the time as an argument.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use super::estimate::ServiceTimes;
use super::lease::{self, Held, Terms};
use super::queue::{self, Candidate, Ticket};
use crate::model::{Agent, AgentId, ConversationId, Desks, ElsewhereDesks, Epoch, Millis, ReleaseCause};

use super::{Board, Card, QueuePlace, SHOWN};

/// How long another server may take to assign a ticket to one of its agents, milliseconds.
const THEIRS_MS: u64 = 1_500;
/// How long the agents of a server that took longer are passed over, milliseconds.
const PASS_OVER_MS: u64 = 5_000;

/// Everything the desk and the dispatcher see.
#[derive(Default)]
pub(crate) struct Floor {
    waiting: HashMap<ConversationId, Waiting>,
    held: HashMap<ConversationId, HeldChat>,
    agents: HashMap<AgentId, Presence>,
    times: ServiceTimes,
    /// The queue in order, until something changes.
    ordered: Option<Arc<[Arc<Card>]>>,
    /// Chats that could not be moved, and until when they are left alone.
    blocked: HashMap<ConversationId, Millis>,
    /// Tickets that another server is to assign, to whom, and since when.
    left: HashMap<ConversationId, (AgentId, Millis)>,
    /// Agents whose server did not take what was left to it, and until when they are passed over.
    passed_over: HashMap<AgentId, Millis>,
}

struct Waiting {
    ticket: Ticket,
    card: Arc<Card>,
}

struct HeldChat {
    agent: AgentId,
    card: Arc<Card>,
    since: Millis,
    unanswered_since: Option<Millis>,
}

struct Presence {
    agent: Agent,
    /// Desks open here.
    desks: u32,
    /// Desks open at other servers.
    elsewhere: u32,
    /// Whether this server is the one that assigns chats to the agent.
    ours: bool,
    available: bool,
    available_set: Millis,
    gone_since: Option<Millis>,
    last_assigned: Millis,
}

impl Presence {
    fn here(&self) -> bool {
        self.desks + self.elsewhere > 0
    }

    fn ready(&self) -> bool {
        self.here() && self.available
    }
}

/// Where a chat stands, for [`Floor::show`].
pub(crate) enum Standing {
    /// In the queue.
    Waits(Ticket, Arc<Card>),
    /// With an agent, since when, and since when unanswered.
    With(AgentId, Arc<Card>, Millis, Option<Millis>),
    /// Neither.
    Elsewhere,
}

impl Floor {
    /// Puts a chat where it stands. Returns whether anything changed.
    pub(crate) fn show(&mut self, conversation: &ConversationId, standing: Standing, now: Millis) -> bool {
        let waited = self.waiting.remove(conversation).is_some();
        let held = self.held.remove(conversation);
        let was_here = waited || held.is_some();
        if waited || matches!(standing, Standing::Waits(..)) {
            self.ordered = None;
        }
        match standing {
            Standing::Waits(ticket, card) => {
                self.waiting.insert(conversation.clone(), Waiting { ticket, card });
            }
            Standing::With(agent, card, since, unanswered_since) => {
                if waited && let Some(presence) = self.agents.get_mut(&agent) {
                    presence.last_assigned = now;
                }
                let chat = HeldChat {
                    agent,
                    card,
                    since,
                    unanswered_since,
                };
                self.held.insert(conversation.clone(), chat);
                return true;
            }
            Standing::Elsewhere => {
                // Only a chat that was brought to its end tells how long chats take.
                if let Some(held) = held {
                    self.times.record(now.since(held.since));
                }
            }
        }
        was_here || self.waiting.contains_key(conversation)
    }

    /// Whether an available agent is at a desk.
    pub(crate) fn staffed(&self) -> bool {
        self.agents.values().any(Presence::ready)
    }

    /// An agent opens a desk.
    pub(crate) fn desk_opened(&mut self, agent: Agent, available: bool) {
        let presence = self.presence(agent, available);
        presence.desks += 1;
        presence.gone_since = None;
    }

    /// An agent is known to have chats, and is not here yet.
    pub(crate) fn expected(&mut self, agent: Agent, available: bool, now: Millis) {
        let presence = self.presence(agent, available);
        if !presence.here() {
            presence.gone_since.get_or_insert(now);
        }
    }

    /// Presence is never forgotten: an agent who set herself away is away when the page loads again.
    fn presence(&mut self, agent: Agent, available: bool) -> &mut Presence {
        let presence = self.agents.entry(agent.id.clone()).or_insert_with(|| Presence {
            agent: agent.clone(),
            desks: 0,
            elsewhere: 0,
            ours: true,
            available,
            available_set: Millis(0),
            gone_since: None,
            last_assigned: Millis(0),
        });
        presence.agent = agent;
        presence
    }

    /// An agent closes a desk.
    pub(crate) fn desk_closed(&mut self, agent: &AgentId, now: Millis) {
        if let Some(presence) = self.agents.get_mut(agent) {
            presence.desks = presence.desks.saturating_sub(1);
            if !presence.here() {
                presence.gone_since = Some(now);
            }
        }
    }

    /// Sets availability; returns whether it changed.
    pub(crate) fn set_available(&mut self, agent: &AgentId, available: bool, now: Millis) -> bool {
        self.agents.get_mut(agent).is_some_and(|presence| {
            presence.available_set = now;
            std::mem::replace(&mut presence.available, available) != available
        })
    }

    /// The desks here, as other servers are told of them.
    pub(crate) fn desks(&self) -> Vec<Desks> {
        let told = self
            .agents
            .values()
            .filter(|presence| presence.desks > 0 || presence.available_set.0 > 0);
        told.map(|presence| Desks {
            agent: presence.agent.clone(),
            open: presence.desks,
            available: presence.available,
            available_set: presence.available_set,
        })
        .collect()
    }

    /// Hears which desks are open at other servers; `node` is this one. Returns whether anything changed.
    pub(crate) fn hear(&mut self, node: &str, servers: &[ElsewhereDesks], now: Millis) -> bool {
        let mut changed = false;
        let mut open: HashMap<AgentId, (u32, &str)> = HashMap::new();
        for server in servers {
            for desks in &server.desks {
                let id = &desks.agent.id;
                if !self.agents.contains_key(id) {
                    self.presence(desks.agent.clone(), desks.available);
                    changed = true;
                }
                if let Some(presence) = self.agents.get_mut(id)
                    && presence.available_set < desks.available_set
                {
                    changed |= presence.available != desks.available;
                    (presence.available, presence.available_set) = (desks.available, desks.available_set);
                }
                if desks.open > 0 {
                    let (sum, first) = open.entry(id.clone()).or_insert((0, &server.node));
                    *sum += desks.open;
                    *first = (*first).min(server.node.as_str());
                }
            }
        }
        for (id, presence) in &mut self.agents {
            let (elsewhere, first) = open.get(id).copied().unwrap_or((0, ""));
            let was_here = presence.here();
            let ours = elsewhere == 0 || presence.desks > 0 && node < first;
            changed |= (presence.elsewhere, presence.ours) != (elsewhere, ours);
            (presence.elsewhere, presence.ours) = (elsewhere, ours);
            if presence.here() {
                presence.gone_since = None;
            } else if was_here {
                presence.gone_since = Some(now);
            }
        }
        changed
    }

    /// Whether new chats are assigned to the agent.
    pub(crate) fn available(&self, agent: &AgentId) -> bool {
        self.agents.get(agent).is_some_and(|presence| presence.available)
    }

    /// Whether the agent has the chat.
    pub(crate) fn has(&self, agent: &AgentId, conversation: &ConversationId) -> bool {
        self.held.get(conversation).is_some_and(|held| held.agent == *agent)
    }

    /// Whether an agent has the chat.
    pub(crate) fn with_agent(&self, conversation: &ConversationId) -> bool {
        self.held.contains_key(conversation)
    }

    /// Whether the chat waits or is with an agent, and the epoch it is so under.
    pub(crate) fn epoch(&self, conversation: &ConversationId) -> Option<Epoch> {
        let waiting = self.waiting.get(conversation).map(|waiting| &waiting.card);
        let held = self.held.get(conversation).map(|held| &held.card);
        waiting.or(held).map(|card| card.epoch)
    }

    /// Every chat on the floor.
    pub(crate) fn conversations(&self) -> Vec<ConversationId> {
        self.waiting.keys().chain(self.held.keys()).cloned().collect()
    }

    /// The name shoppers see, while the agent is at a desk and wants chats.
    pub(crate) fn ready_name(&self, agent: &AgentId) -> Option<String> {
        self.agents
            .get(agent)
            .filter(|presence| presence.ready())
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
        if self.waiting.is_empty() || !self.staffed() {
            self.left.clear();
            return Vec::new();
        }
        // Every server comes to the same pairs from the same picture, and each carries out its own.
        let pairs = queue::assign(&self.tickets(), &self.candidates(), now);
        let (ours, theirs): (Vec<_>, Vec<_>) = pairs
            .into_iter()
            .partition(|(_, agent)| self.agents.get(agent).is_some_and(|presence| presence.ours));
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
        for held in self.held.values() {
            *busy.entry(&held.agent).or_default() += 1;
        }
        self.agents
            .values()
            .map(|presence| Candidate {
                agent: presence.agent.id.clone(),
                available: presence.ready() && !self.passed_over.contains_key(&presence.agent.id),
                slots: presence.agent.capacity,
                busy: busy.get(&presence.agent.id).copied().unwrap_or(0),
                last_assigned: presence.last_assigned,
            })
            .collect()
    }

    /// When the agent of a chat loses it, and why.
    pub(crate) fn lease(&self, conversation: &ConversationId, terms: Terms) -> Option<(AgentId, Millis, ReleaseCause)> {
        let held = self.held.get(conversation)?;
        let presence = self.agents.get(&held.agent);
        let (at, cause) = lease::due(
            Held {
                unanswered_since: held.unanswered_since,
                gone_since: presence.and_then(|presence| presence.gone_since),
            },
            terms,
        )?;
        Some((held.agent.clone(), at, cause))
    }

    /// The chats whose lease has run out.
    pub(crate) fn expired(&self, terms: Terms, now: Millis) -> Vec<ConversationId> {
        self.held
            .keys()
            .filter(|conversation| !self.blocked.contains_key(*conversation))
            .filter(|conversation| self.lease(conversation, terms).is_some_and(|(_, at, _)| at <= now))
            .cloned()
            .collect()
    }

    /// When something happens next by the clock alone.
    pub(crate) fn next_due(&self, terms: Terms, now: Millis) -> Option<Millis> {
        let leases = self
            .held
            .keys()
            .filter_map(|conversation| Some(self.lease(conversation, terms)?.1));
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

    /// Orders the queue anew: the late rise as time passes.
    pub(crate) fn reorder(&mut self) {
        self.ordered = None;
    }

    /// Every place in the queue.
    pub(crate) fn places(&mut self, now: Millis) -> Vec<(ConversationId, QueuePlace)> {
        let (mut slots, mut free) = (0u32, 0u32);
        for candidate in self.candidates().iter().filter(|candidate| candidate.available) {
            slots = slots.saturating_add(candidate.slots);
            free = free.saturating_add(candidate.slots.saturating_sub(candidate.busy));
        }
        let staffed = self.staffed();
        let ordered = self.ordered(now);
        ordered
            .iter()
            .zip(1u32..)
            .map(|(card, position)| {
                let place = QueuePlace {
                    position,
                    wait_s: self.times.wait_s(position, slots, free),
                    staffed,
                };
                (card.conversation.clone(), place)
            })
            .collect()
    }

    /// One agent's board.
    pub(crate) fn board(&mut self, agent: &AgentId, now: Millis) -> Board {
        let mut mine: Vec<Arc<Card>> = self
            .held
            .values()
            .filter(|held| held.agent == *agent)
            .map(|held| Arc::clone(&held.card))
            .collect();
        mine.sort_by_key(|card| {
            (
                Reverse(card.waiting_since.is_some()),
                card.waiting_since,
                card.conversation.clone(),
            )
        });
        let ordered = self.ordered(now);
        Board {
            waiting: ordered.iter().take(SHOWN).cloned().collect(),
            waiting_count: u32::try_from(ordered.len()).unwrap_or(u32::MAX),
            mine,
            agents_online: u32::try_from(self.online()).unwrap_or(u32::MAX),
            available: self.available(agent),
            now,
        }
    }

    /// Agents at a desk.
    pub(crate) fn online(&self) -> usize {
        self.agents.values().filter(|presence| presence.here()).count()
    }

    /// Tickets in the queue, and chats with agents.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.waiting.len(), self.held.len())
    }
}
