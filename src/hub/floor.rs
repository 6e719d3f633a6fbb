//! The floor of this server behind its one lock, with those who follow it: the dispatcher, boards, other servers.
//!
//! The lock is held for a moment and never across an await. A conversation's lock may be held while taking it, never
//! the other way round.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::watch;
use tokio::time::Instant;

use crate::handoff::floor::{Floor, FloorPosition, ShopCounts};
use crate::handoff::lease::LeaseTimeouts;
use crate::handoff::{Board, Card, QueuePlace};
use crate::model::{Agent, AgentId, ConversationId, Desks, ElsewhereDesks, Epoch, Millis, Owner, ReleaseCause, ShopId};
use crate::shops::{Notice, Shops};

use super::clock::{Clock, expected};
use super::projections::Projections;
use super::suggestions::Suggestions;

/// From how much on the clock has jumped, milliseconds: it is set right by less now and then.
const JUMP_MS: u64 = 20_000;

/// Owns the queue, agents' chats and presence.
pub(super) struct SharedFloor {
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
}

/// What the dispatcher is to do now, and when it is to look again at the latest.
pub(super) struct Plan {
    /// Chats whose lease has run out.
    pub(super) expired: Vec<ConversationId>,
    /// Tickets, and who gets them.
    pub(super) given: Vec<(ConversationId, AgentId)>,
    /// When something happens by the clock alone.
    pub(super) next: Option<Millis>,
}

impl SharedFloor {
    /// An empty floor.
    pub(super) fn new(
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

    fn desks_changed(&self) {
        self.desk_changes.send_modify(|count| *count += 1);
        self.changed();
    }

    /// Wakes at each change of the floor.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Wakes at each change of the desks that are open here.
    pub(super) fn desk_changes(&self) -> watch::Receiver<u64> {
        self.desk_changes.subscribe()
    }

    /// Asks for the desks of other servers as if those here had changed.
    pub(super) fn ask_for_desks(&self) {
        self.desk_changes.send_modify(|_| {});
    }

    /// Puts a chat where its log says it stands.
    pub(super) fn show(&self, conversation: &ConversationId, projections: &Projections) {
        let now = self.now();
        let position = self.position(conversation, projections, now);
        let position = position.unwrap_or(FloorPosition::Off);
        let unanswered = match position {
            FloorPosition::Assigned(..) => projections.handoff_context().unanswered(projections.state()),
            FloorPosition::Waiting(..) | FloorPosition::Off => None,
        };
        self.suggestions.set(conversation, unanswered);
        if self.lock().show(conversation, position, now) {
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
            Owner::Queue => Some(FloorPosition::Waiting(context.ticket(conversation, state)?, card)),
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
    pub(super) fn plan(&self) -> Plan {
        let now = self.now();
        let mut floor = self.lock();
        Plan {
            expired: floor.expired(self.timeouts, now),
            given: floor.assign(now),
            next: floor.next_due(self.timeouts, now),
        }
    }

    /// The agent who loses this chat now, and why; `None` while the lease holds.
    pub(super) fn expired_lease(&self, conversation: &ConversationId) -> Option<(AgentId, ReleaseCause)> {
        let now = self.now();
        let (agent, at, cause) = self.lock().lease(conversation, self.timeouts)?;
        (at <= now).then_some((agent, cause))
    }

    /// Leaves a chat alone for so many milliseconds.
    pub(super) fn block(&self, conversation: ConversationId, for_ms: u64) {
        let until = self.now().plus(for_ms);
        self.lock().block(conversation, until);
    }

    /// The name shoppers see, while the agent may be given a chat of the shop.
    pub(super) fn ready_name(&self, agent: &AgentId, shop: &ShopId) -> Option<String> {
        self.lock().ready_name(agent, shop)
    }

    /// Every place in the queue as it is now.
    pub(super) fn places(&self) -> Vec<(ConversationId, QueuePlace)> {
        let now = self.now();
        let mut floor = self.lock();
        if floor.counts().0 == 0 {
            return Vec::new();
        }
        floor.reorder();
        floor.places(now)
    }

    /// Whether an available agent of the shop is at a desk.
    pub(super) fn staffed(&self, shop: &ShopId) -> bool {
        self.lock().staffed(shop)
    }

    /// Whether an agent has the chat.
    pub(super) fn with_agent(&self, conversation: &ConversationId) -> bool {
        self.lock().with_agent(conversation)
    }

    /// Whether this agent has the chat.
    pub(super) fn has(&self, agent: &AgentId, conversation: &ConversationId) -> bool {
        self.lock().has(agent, conversation)
    }

    /// Whether the chat waits or is with an agent, and the epoch it is so under.
    pub(super) fn epoch(&self, conversation: &ConversationId) -> Option<Epoch> {
        self.lock().epoch(conversation)
    }

    /// Every chat on the floor.
    pub(super) fn conversations(&self) -> Vec<ConversationId> {
        self.lock().conversations()
    }

    /// An agent opens a desk.
    pub(super) fn desk_opened(&self, agent: Agent) {
        self.lock().desk_opened(agent, self.available_on_connect);
        self.desks_changed();
    }

    /// An agent closes a desk.
    pub(super) fn desk_closed(&self, agent: &AgentId) {
        let now = self.now();
        self.lock().desk_closed(agent, now);
        self.desks_changed();
    }

    /// An agent who has chats has a lease's time to come back.
    pub(super) fn expected(&self, agent: Agent) {
        let now = self.now();
        self.lock().expected(agent, self.available_on_connect, now);
    }

    /// Whether new chats are assigned to the agent.
    pub(super) fn available(&self, agent: &AgentId) -> bool {
        self.lock().available(agent)
    }

    /// Sets whether new chats are assigned to the agent.
    pub(super) fn set_available(&self, agent: &AgentId, available: bool) {
        let now = self.now();
        if self.lock().set_available(agent, available, now) {
            self.desks_changed();
        }
    }

    /// Whether the agent may see and take chats of this shop: the agent's own shops, and for supervisors those that
    /// nobody serves any more, whose chats would otherwise be lost.
    pub(super) fn sees(&self, agent: &AgentId, shop: &ShopId) -> bool {
        self.lock().agent(agent).is_some_and(|agent| self.may_see(agent, shop))
    }

    fn may_see(&self, agent: &Agent, shop: &ShopId) -> bool {
        agent.works_for(shop) || agent.supervisor() && !self.shops.serves(shop)
    }

    /// One agent's board as it is now.
    pub(super) fn board(&self, agent: &AgentId) -> Board {
        let now = self.now();
        let mut board = {
            let mut floor = self.lock();
            let known = floor.agent(agent).cloned();
            let sees = |shop: &ShopId| known.as_ref().is_some_and(|known| self.may_see(known, shop));
            floor.board(agent, sees, now)
        };
        for card in &mut board.mine {
            *card = self.suggestions.complete(card);
        }
        board
    }

    /// Every ticket that this agent sees, in the order they will be served.
    pub(super) fn waiting(&self, agent: &AgentId) -> Vec<Arc<Card>> {
        let now = self.now();
        let mut floor = self.lock();
        let known = floor.agent(agent).cloned();
        let sees = |shop: &ShopId| known.as_ref().is_some_and(|known| self.may_see(known, shop));
        floor.waiting(sees, now)
    }

    /// The notices that concern this agent.
    pub(super) fn notices(&self, agent: &AgentId) -> Vec<Notice> {
        let floor = self.lock();
        let known = floor.agent(agent);
        let concerns = |shop: &ShopId| known.is_some_and(|known| known.works_for(shop));
        let all = self.shops.notices().current();
        all.iter()
            .filter(|notice| notice.shop.as_ref().is_none_or(concerns))
            .cloned()
            .collect()
    }

    /// Wakes when the notices change.
    pub(super) fn notice_changes(&self) -> watch::Receiver<Arc<[Notice]>> {
        self.shops.notices().changes()
    }

    /// The desks here, as other servers are told of them.
    pub(super) fn desks(&self) -> Vec<Desks> {
        self.lock().desks()
    }

    /// Takes over which desks are open at other servers; `node` is this one.
    pub(super) fn merge_presence(&self, node: &str, servers: &[ElsewhereDesks]) {
        let now = self.now();
        if self.lock().merge_presence(node, servers, now) {
            self.changed();
        }
    }

    /// Tickets in the queue, chats with agents, and agents at a desk.
    pub(super) fn counts(&self) -> (usize, usize, usize) {
        let floor = self.lock();
        let (waiting, assigned) = floor.counts();
        (waiting, assigned, floor.online())
    }

    /// The same for each shop.
    pub(super) fn counts_by_shop(&self) -> BTreeMap<ShopId, ShopCounts> {
        let served = self.shops.all();
        self.lock().counts_by_shop(served.keys().cloned())
    }
}
