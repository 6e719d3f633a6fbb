//! Who is at a desk, and who may be given chats.

use super::Floor;
use crate::handoff::presence::AgentPresence;
use crate::model::{Agent, AgentId, Desks, ElsewhereDesks, Millis, SetPresence, ShopId};

impl Floor {
    /// Whether an available agent of the shop is at a desk.
    pub(crate) fn staffed(&self, shop: &ShopId) -> bool {
        self.roster.staffed(shop)
    }

    /// An agent opens a desk.
    pub(crate) fn desk_opened(&mut self, agent: Agent, said: SetPresence) {
        self.roster.open_desk(agent, said);
    }

    /// An agent is known to have chats, and is not here yet.
    pub(crate) fn expected(&mut self, agent: Agent, said: SetPresence, now: Millis) {
        self.roster.expect(agent, said, now);
    }

    /// An agent closes a desk.
    pub(crate) fn desk_closed(&mut self, agent: &AgentId, now: Millis) {
        self.roster.close_desk(agent, now);
    }

    /// Sets presence; returns whether it changed.
    pub(crate) fn set_presence(&mut self, agent: &AgentId, said: SetPresence) -> bool {
        self.roster.set(agent, said)
    }

    /// What was said last of an agent's presence.
    pub(crate) fn presence(&self, agent: &AgentId) -> Option<&SetPresence> {
        self.roster.get(agent).map(|presence| &presence.set)
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
        self.roster.get(agent).map(|presence| &*presence.agent)
    }

    /// Whether the agent has a desk open.
    pub(crate) fn is_here(&self, agent: &AgentId) -> bool {
        self.roster.get(agent).is_some_and(AgentPresence::here)
    }

    /// Whether an agent other than `but` who may be given chats of the shop is here and wants them.
    pub(crate) fn somebody_else(&self, shop: &ShopId, but: &AgentId) -> bool {
        self.roster
            .iter()
            .any(|presence| presence.ready() && presence.agent.works_for(shop) && presence.agent.id != *but)
    }

    /// The name shoppers see, while the agent is at a desk, wants chats and works for the shop.
    pub(crate) fn ready_name(&self, agent: &AgentId, shop: &ShopId) -> Option<String> {
        self.roster
            .get(agent)
            .filter(|presence| presence.ready() && presence.agent.works_for(shop))
            .map(|presence| presence.agent.name.clone())
    }
}
