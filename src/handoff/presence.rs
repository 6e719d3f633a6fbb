//! Who is at a desk, here or at another server, and wants chats. Plain data, with the time as an argument.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::{Agent, AgentId, Desks, ElsewhereDesks, Millis, PresenceState, SetPresence, ShopId};

/// All agents that were seen since the start.
#[derive(Default)]
pub(super) struct Roster(HashMap<AgentId, AgentPresence>);

/// One agent's desks.
pub(super) struct AgentPresence {
    pub(super) agent: Arc<Agent>,
    /// Desks open here.
    desks: u32,
    /// Desks open at other servers.
    elsewhere: u32,
    /// Whether this server is the one that assigns chats to the agent.
    pub(super) ours: bool,
    /// What was said last of this agent's presence.
    pub(super) set: SetPresence,
    gone_since: Option<Millis>,
    pub(super) last_assigned: Millis,
    /// So many chats were taken back for silence since the agent's last word.
    taken_back: u32,
}

impl AgentPresence {
    fn new(agent: Arc<Agent>, set: SetPresence) -> AgentPresence {
        AgentPresence {
            agent,
            desks: 0,
            elsewhere: 0,
            ours: true,
            set,
            gone_since: None,
            last_assigned: Millis(0),
            taken_back: 0,
        }
    }

    /// Whether a desk of the agent is open, here or at another server.
    pub(super) fn here(&self) -> bool {
        self.desks + self.elsewhere > 0
    }

    /// Whether the agent is at a desk and wants chats.
    pub(super) fn ready(&self) -> bool {
        self.here() && self.set.state == PresenceState::Online
    }
}

impl Roster {
    /// Opens a desk.
    pub(super) fn open_desk(&mut self, agent: Agent, said: SetPresence) {
        let presence = self.entry(agent, said);
        presence.desks += 1;
        presence.gone_since = None;
    }

    /// Closes a desk.
    pub(super) fn close_desk(&mut self, agent: &AgentId, now: Millis) {
        if let Some(presence) = self.0.get_mut(agent) {
            presence.desks = presence.desks.saturating_sub(1);
            if !presence.here() {
                presence.gone_since.get_or_insert(now);
            }
        }
    }

    /// An agent is known to have chats, and is not here yet.
    pub(super) fn expect(&mut self, agent: Agent, said: SetPresence, now: Millis) {
        let presence = self.entry(agent, said);
        if !presence.here() {
            presence.gone_since.get_or_insert(now);
        }
    }

    /// Presence is never forgotten: an agent who is on a break is so when the page loads again. Of what was said here and what
    /// is stored the later counts.
    fn entry(&mut self, agent: Agent, said: SetPresence) -> &mut AgentPresence {
        let agent = Arc::new(agent);
        let presence = self.0.entry(agent.id.clone());
        let presence = presence.or_insert_with(|| AgentPresence::new(Arc::clone(&agent), said.clone()));
        if presence.set.at < said.at {
            presence.set = said;
        }
        presence.agent = agent;
        presence
    }

    /// Sets presence; returns whether it changed.
    pub(super) fn set(&mut self, agent: &AgentId, said: SetPresence) -> bool {
        self.0.get_mut(agent).is_some_and(|presence| {
            presence.taken_back = 0;
            let changed = (presence.set.state, &presence.set.reason) != (said.state, &said.reason);
            presence.set = said;
            changed
        })
    }

    /// A chat was taken back from the agent for silence; how many since the agent's last word.
    pub(super) fn taken_back(&mut self, agent: &AgentId) -> u32 {
        self.0.get_mut(agent).map_or(0, |presence| {
            presence.taken_back += 1;
            presence.taken_back
        })
    }

    /// The agent has said a word.
    pub(super) fn spoke(&mut self, agent: &AgentId) {
        if let Some(presence) = self.0.get_mut(agent) {
            presence.taken_back = 0;
        }
    }

    /// The desks here, as other servers are told of them.
    pub(super) fn desks(&self) -> Vec<Desks> {
        let told = self
            .0
            .values()
            .filter(|presence| presence.desks > 0 || presence.set.at.0 > 0);
        told.map(|presence| Desks {
            agent: Agent::clone(&presence.agent),
            open: presence.desks,
            available: presence.set.state == PresenceState::Online,
            available_set: presence.set.at,
            presence: Some(presence.set.clone()),
        })
        .collect()
    }

    /// Takes over which desks are open at other servers; `node` is this one. Returns whether anything changed.
    pub(super) fn merge(&mut self, node: &str, servers: &[ElsewhereDesks], now: Millis) -> bool {
        let mut changed = false;
        let mut open: HashMap<AgentId, (u32, &str)> = HashMap::new();
        for server in servers {
            for desks in &server.desks {
                changed |= self.merge_agent(desks);
                if desks.open > 0 {
                    let (sum, first) = open.entry(desks.agent.id.clone()).or_insert((0, &server.node));
                    *sum += desks.open;
                    *first = (*first).min(server.node.as_str());
                }
            }
        }
        for (id, presence) in &mut self.0 {
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

    /// Takes over what another server says of one agent; the latest word on availability counts, and who has no desk
    /// here is known better there.
    fn merge_agent(&mut self, desks: &Desks) -> bool {
        let said = desks.said();
        let Some(presence) = self.0.get_mut(&desks.agent.id) else {
            self.entry(desks.agent.clone(), said);
            return true;
        };
        let mut changed = false;
        if presence.set.at < said.at {
            changed |= (presence.set.state, &presence.set.reason) != (said.state, &said.reason);
            presence.set = said;
        }
        if presence.desks == 0 && desks.open > 0 && *presence.agent != desks.agent {
            presence.agent = Arc::new(desks.agent.clone());
            changed = true;
        }
        changed
    }

    /// One agent, if seen.
    pub(super) fn get(&self, agent: &AgentId) -> Option<&AgentPresence> {
        self.0.get(agent)
    }

    /// A chat was assigned to the agent.
    pub(super) fn assigned(&mut self, agent: &AgentId, now: Millis) {
        if let Some(presence) = self.0.get_mut(agent) {
            presence.last_assigned = now;
        }
    }

    /// All who were seen.
    pub(super) fn iter(&self) -> impl Iterator<Item = &AgentPresence> {
        self.0.values()
    }

    /// Whether new chats are assigned to the agent.
    pub(super) fn available(&self, agent: &AgentId) -> bool {
        self.get(agent)
            .is_some_and(|presence| presence.set.state == PresenceState::Online)
    }

    /// Since when the agent has had no desk; `None` when one is open.
    pub(super) fn gone_since(&self, agent: &AgentId) -> Option<Millis> {
        self.get(agent)?.gone_since
    }

    /// Agents at a desk, available or not, who work for a shop of which this holds.
    pub(super) fn online(&self, serves: impl Fn(&Agent) -> bool) -> usize {
        self.iter()
            .filter(|presence| presence.here() && serves(&presence.agent))
            .count()
    }

    /// Whether an available agent of the shop is at a desk.
    pub(super) fn staffed(&self, shop: &ShopId) -> bool {
        self.iter()
            .any(|presence| presence.ready() && presence.agent.works_for(shop))
    }
}
