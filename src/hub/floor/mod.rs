//! The floor of this server behind its one lock, with those who follow it: the dispatcher, boards, other servers.
//!
//! The lock is held for a moment and never across an await. A conversation's lock may be held while taking it, never
//! the other way round.

mod views;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::{broadcast, watch};
use tokio::time::Instant;

use crate::handoff::alert::Alert;
use crate::handoff::floor::{Floor, FloorPosition};
use crate::handoff::lease::LeaseTimeouts;
use crate::handoff::queue::Given;
use crate::model::{
    Agent, AgentId, ConversationId, Desks, ElsewhereDesks, Epoch, Millis, Owner, PresenceState, ReleaseCause,
    SetPresence, ShopId,
};
use crate::shops::Shops;

use crate::hub::clock::{Clock, expected};
use crate::hub::projections::Projections;
use crate::hub::suggestions::Suggestions;

/// From how much on the clock has jumped, milliseconds: it is set right by less now and then.
const JUMP_MS: u64 = 20_000;
/// So many alerts wait for a desk that is slow; of more it hears the latest.
const ALERTS: usize = 256;

/// Owns the queue, agents' chats and presence.
pub(in crate::hub) struct SharedFloor {
    floor: Mutex<Floor>,
    suggestions: Suggestions,
    shops: Arc<Shops>,
    clock: Clock,
    /// What the clock showed last, and when that was.
    seen: Mutex<(Millis, Instant)>,
    timeouts: LeaseTimeouts,
    available_on_connect: bool,
    /// Counts changes of the floor.
    changes: watch::Sender<u64>,
    /// Counts changes of the desks that are open here.
    desk_changes: watch::Sender<u64>,
    /// Counts changes of each agent's own chats, while a desk of theirs follows.
    own_changes: Mutex<HashMap<AgentId, watch::Sender<u64>>>,
    /// What desks here are told at once.
    alerts: broadcast::Sender<Arc<Alert>>,
}

/// What the dispatcher is to do now, and when it is to look again at the latest.
pub(in crate::hub) struct Plan {
    /// Chats whose lease has run out.
    pub(in crate::hub) expired: Vec<ConversationId>,
    /// Tickets, and who gets them.
    pub(in crate::hub) given: Vec<Given>,
    /// Agents who are to be on a break, since chats were taken back from them again and again.
    pub(in crate::hub) to_break: Vec<AgentId>,
    /// When something happens by the clock alone.
    pub(in crate::hub) next: Option<Millis>,
}

impl SharedFloor {
    /// An empty floor.
    pub(in crate::hub) fn new(
        shops: Arc<Shops>,
        clock: Clock,
        timeouts: LeaseTimeouts,
        available_on_connect: bool,
    ) -> SharedFloor {
        let mut floor = Floor::default();
        floor.count_from(clock.now());
        SharedFloor {
            floor: Mutex::new(floor),
            suggestions: Suggestions::new(Arc::clone(&shops), clock.clone()),
            shops,
            seen: Mutex::new((clock.now(), Instant::now())),
            clock,
            timeouts,
            available_on_connect,
            changes: watch::Sender::new(0),
            desk_changes: watch::Sender::new(0),
            own_changes: Mutex::default(),
            alerts: broadcast::Sender::new(ALERTS),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Floor> {
        self.floor.lock().expect("no holder of this lock panics")
    }

    /// Now. A clock that has jumped ahead takes no chat from anybody: the time before the jump is not counted.
    fn now(&self) -> Millis {
        let (shows, at) = (self.clock.now(), Instant::now());
        let seen = {
            let mut seen = self.seen.lock().expect("no holder of this lock panics");
            std::mem::replace(&mut *seen, (shows, at))
        };
        if shows > expected(seen, at).plus(JUMP_MS) {
            tracing::warn!("the clock has jumped ahead; agents' time to answer begins anew");
            self.lock().count_from(shows);
        }
        shows
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// Something is different with an own chat of this agent.
    fn own_changed(&self, agent: &AgentId) {
        let own = self.own_changes.lock().expect("no holder of this lock panics");
        if let Some(changes) = own.get(agent) {
            changes.send_modify(|count| *count += 1);
        }
    }

    /// Wakes at each change of the agent's own chats.
    pub(in crate::hub) fn own_changes(&self, agent: &AgentId) -> watch::Receiver<u64> {
        let mut own = self.own_changes.lock().expect("no holder of this lock panics");
        own.retain(|known, changes| known == agent || changes.receiver_count() > 0);
        own.entry(agent.clone())
            .or_insert_with(|| watch::Sender::new(0))
            .subscribe()
    }

    /// What desks here are told at once, from now on.
    pub(in crate::hub) fn alerts(&self) -> broadcast::Receiver<Arc<Alert>> {
        self.alerts.subscribe()
    }

    /// Tells desks here what the floor has for them.
    fn ring(&self, alerts: Vec<Alert>) {
        for alert in alerts {
            tracing::debug!(kind = ?alert.kind, conversation = ?alert.conversation, "desks are told");
            // Without a desk nobody hears it.
            let _ = self.alerts.send(Arc::new(alert));
        }
    }

    /// Tells desks here something that does not follow from where a chat stands.
    pub(in crate::hub) fn tell(&self, alert: Alert) {
        self.ring(vec![alert]);
    }

    fn desks_changed(&self) {
        self.desk_changes.send_modify(|count| *count += 1);
        self.changed();
    }

    /// Wakes at each change of the floor.
    pub(in crate::hub) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Wakes at each change of the desks that are open here.
    pub(in crate::hub) fn desk_changes(&self) -> watch::Receiver<u64> {
        self.desk_changes.subscribe()
    }

    /// Asks for the desks of other servers as if those here had changed.
    pub(in crate::hub) fn ask_for_desks(&self) {
        self.desk_changes.send_modify(|_| {});
    }

    /// Puts a chat where its log says it stands.
    pub(in crate::hub) fn show(&self, conversation: &ConversationId, projections: &Projections) {
        let now = self.now();
        let position = self.position(conversation, projections, now);
        let position = position.unwrap_or(FloorPosition::Off);
        let unanswered = match position {
            FloorPosition::Assigned(..) => projections.handoff_context().unanswered(projections.state()),
            FloorPosition::Waiting(..) | FloorPosition::Off => None,
        };
        self.suggestions.set(conversation, unanswered);
        let after = match &position {
            FloorPosition::Assigned(agent, ..) => Some(agent.clone()),
            FloorPosition::Waiting(..) | FloorPosition::Off => None,
        };
        let (changed, before, alerts) = {
            let mut floor = self.lock();
            let before = floor.agent_of(conversation).cloned();
            let changed = floor.show(conversation, position, now);
            (changed, before, floor.take_alerts())
        };
        self.ring(alerts);
        if changed {
            if let Some(before) = before.filter(|before| Some(before) != after.as_ref()) {
                self.own_changed(&before);
            }
            if let Some(after) = after {
                self.own_changed(&after);
            }
            self.changed();
        }
    }

    fn position(&self, conversation: &ConversationId, projections: &Projections, now: Millis) -> Option<FloorPosition> {
        let (state, context) = (projections.state(), projections.handoff_context());
        if !matches!(state.owner, Owner::Queue | Owner::Agent { .. }) {
            return None;
        }
        let generation = self.shops.get(&state.shop);
        let card = Arc::new(context.card(conversation, state, generation.as_deref())?);
        match &state.owner {
            Owner::Queue => Some(FloorPosition::Waiting(
                context.ticket(conversation, state, generation.as_deref())?,
                card,
            )),
            Owner::Agent { agent } => Some(FloorPosition::Assigned(
                agent.clone(),
                card,
                context.assigned_at.unwrap_or(now),
                context.unanswered_since,
            )),
            Owner::Bot | Owner::Closed => None,
        }
    }

    /// What is to be moved now.
    pub(in crate::hub) fn plan(&self) -> Plan {
        let now = self.now();
        let (plan, alerts, woken) = {
            let mut floor = self.lock();
            let warning = floor.warn(self.timeouts, now);
            let plan = Plan {
                expired: floor.expired(self.timeouts, now),
                given: floor.assign(now),
                to_break: floor.take_to_break(),
                next: floor.next_due(self.timeouts, now).into_iter().chain(warning).min(),
            };
            (plan, floor.take_alerts(), floor.woken(now))
        };
        self.ring(alerts);
        for agent in &woken {
            self.own_changed(agent);
        }
        plan
    }

    /// The agent who loses this chat now, and why; `None` while the lease holds.
    pub(in crate::hub) fn expired_lease(&self, conversation: &ConversationId) -> Option<(AgentId, ReleaseCause)> {
        let now = self.now();
        let (agent, at, cause) = self.lock().lease(conversation, self.timeouts)?;
        (at <= now).then_some((agent, cause))
    }

    /// Leaves a chat alone for so many milliseconds.
    pub(in crate::hub) fn block(&self, conversation: ConversationId, for_ms: u64) {
        let until = self.now().plus(for_ms);
        self.lock().block(conversation, until);
    }

    /// The name shoppers see, while the agent may be given a chat of the shop.
    pub(in crate::hub) fn ready_name(&self, agent: &AgentId, shop: &ShopId) -> Option<String> {
        self.lock().ready_name(agent, shop)
    }

    /// Whether an available agent of the shop is at a desk.
    pub(in crate::hub) fn staffed(&self, shop: &ShopId) -> bool {
        self.lock().staffed(shop)
    }

    /// Whether an agent has the chat.
    pub(in crate::hub) fn with_agent(&self, conversation: &ConversationId) -> bool {
        self.lock().with_agent(conversation)
    }

    /// Whether this agent has the chat.
    pub(in crate::hub) fn has(&self, agent: &AgentId, conversation: &ConversationId) -> bool {
        self.lock().has(agent, conversation)
    }

    /// Whether the chat waits or is with an agent, and the epoch it is so under.
    pub(in crate::hub) fn epoch(&self, conversation: &ConversationId) -> Option<Epoch> {
        self.lock().epoch(conversation)
    }

    /// Every chat on the floor.
    pub(in crate::hub) fn conversations(&self) -> Vec<ConversationId> {
        self.lock().conversations()
    }

    /// What holds of an agent of whom nothing was said yet.
    fn at_first(&self) -> SetPresence {
        SetPresence {
            state: match self.available_on_connect {
                true => PresenceState::Online,
                false => PresenceState::Break,
            },
            reason: String::new(),
            at: Millis(0),
        }
    }

    /// An agent opens a desk; `said` is what was said last of the agent's presence.
    pub(in crate::hub) fn desk_opened(&self, agent: Agent, said: Option<SetPresence>) {
        let said = said.unwrap_or_else(|| self.at_first());
        self.lock().desk_opened(agent, said);
        self.desks_changed();
    }

    /// An agent closes a desk.
    pub(in crate::hub) fn desk_closed(&self, agent: &AgentId) {
        let now = self.now();
        self.lock().desk_closed(agent, now);
        self.desks_changed();
    }

    /// An agent who has chats has a lease's time to come back.
    pub(in crate::hub) fn expected(&self, agent: Agent, said: Option<SetPresence>) {
        let now = self.now();
        let said = said.unwrap_or_else(|| self.at_first());
        self.lock().expected(agent, said, now);
    }

    /// What was said last of the agent's presence; without a word what holds at first.
    pub(in crate::hub) fn presence(&self, agent: &AgentId) -> SetPresence {
        let known = self.lock().presence(agent).cloned();
        known.unwrap_or_else(|| self.at_first())
    }

    /// Sets presence; with `without_chats` only while the agent has none, else it says how many there are and nothing changes.
    pub(in crate::hub) fn set_presence(
        &self,
        agent: &AgentId,
        said: SetPresence,
        without_chats: bool,
    ) -> Result<(), usize> {
        let changed = {
            let mut floor = self.lock();
            let chats = floor.chats_of(agent).len();
            if without_chats && chats > 0 {
                return Err(chats);
            }
            floor.set_presence(agent, said)
        };
        if changed {
            self.desks_changed();
            self.own_changed(agent);
        }
        Ok(())
    }

    /// Now, as leases and presence count it.
    pub(in crate::hub) fn time(&self) -> Millis {
        self.now()
    }

    /// The agent as known now, and whether a desk of theirs is open.
    pub(in crate::hub) fn agent(&self, agent: &AgentId) -> Option<(Agent, bool)> {
        let floor = self.lock();
        Some((floor.agent(agent)?.clone(), floor.is_here(agent)))
    }

    /// Keeps room for a chat that is being handed to this agent; whether there is any.
    pub(in crate::hub) fn reserve(&self, conversation: &ConversationId, agent: &AgentId) -> bool {
        self.lock().reserve(conversation, agent)
    }

    /// Gives up the room kept for a chat.
    pub(in crate::hub) fn give_up_room(&self, conversation: &ConversationId) {
        self.lock().give_up_room(conversation);
    }

    /// Whether an agent of the shop is in this group.
    pub(in crate::hub) fn group_exists(&self, shop: &ShopId, group: &str) -> bool {
        self.lock().group_exists(shop, group)
    }

    /// Whether somebody other than this agent looks after the shop's agents.
    pub(in crate::hub) fn other_supervisor(&self, shop: &ShopId, but: &AgentId) -> bool {
        self.lock().other_supervisor(shop, but)
    }

    /// Whether somebody other than this agent is here for the shop and wants chats.
    pub(in crate::hub) fn somebody_else(&self, shop: &ShopId, but: &AgentId) -> bool {
        self.lock().somebody_else(shop, but)
    }

    /// The agent types in a chat of theirs.
    pub(in crate::hub) fn typed(&self, agent: &AgentId, conversation: &ConversationId) {
        let now = self.now();
        self.lock().typed(agent, conversation, self.timeouts, now);
    }

    /// Whoever has the chat types in it, as another server says.
    pub(in crate::hub) fn agent_typed(&self, conversation: &ConversationId) {
        let agent = self.lock().agent_of(conversation).cloned();
        if let Some(agent) = agent {
            self.typed(&agent, conversation);
        }
    }

    /// The shopper opens or closes a page in which the chat is shown.
    pub(in crate::hub) fn shopper_pages(&self, conversation: &ConversationId, opens: bool) {
        let (changed, agent) = {
            let mut floor = self.lock();
            let changed = floor.shopper_pages(conversation, opens);
            (changed, floor.agent_of(conversation).cloned())
        };
        if changed {
            if let Some(agent) = agent {
                self.own_changed(&agent);
            }
            self.changed();
        }
    }

    /// Whether the agent may see and take chats of this shop: the agent's own shops, and for supervisors those that
    /// nobody serves any more, whose chats would otherwise be lost.
    pub(in crate::hub) fn sees(&self, agent: &AgentId, shop: &ShopId) -> bool {
        self.lock().agent(agent).is_some_and(|agent| self.may_see(agent, shop))
    }

    /// The same of an agent who may be at no desk here.
    pub(in crate::hub) fn may_see(&self, agent: &Agent, shop: &ShopId) -> bool {
        agent.works_for(shop) || agent.supervisor() && !self.shops.serves(shop)
    }

    /// The desks here, as other servers are told of them.
    pub(in crate::hub) fn desks(&self) -> Vec<Desks> {
        self.lock().desks()
    }

    /// Takes over which desks are open at other servers; `node` is this one.
    pub(in crate::hub) fn merge_presence(&self, node: &str, servers: &[ElsewhereDesks]) {
        let now = self.now();
        if self.lock().merge_presence(node, servers, now) {
            self.changed();
        }
    }
}
