//! The live conversations: who is listening, who may speak, whose turn it is. Everything that happens goes
//! through the store first and from the store's receipt to the listeners.
//!
//! The hub is put together from owners, each with its own file and its own fields:
//! - [`Conversations`] has the live conversations; each is a lock, the folded log, and the watermark that wakes its
//!   listeners. All of them write through one [`Journal`].
//! - [`SharedFloor`] has the queue, agents' chats with what they are offered, and presence; [`Dispatcher`] moves chats.
//! - [`Turns`] takes the bot's turns; [`Pressure`] has their order when there are too many.
//! - [`Peers`] exchanges with other servers that share the store.
//! - [`Shoppers`] and [`Desks`] are the ways in.
//! - [`Lifecycle`] has the tasks; `recovery` picks up what a restart left, `retention` closes and forgets,
//!   `shop_changes` follows which shops are served.
//!
//! Locks: a conversation's lock may be held while taking the floor's, never the other way round, and the floor's is
//! never held across an await.

mod another_agent;
mod belief;
mod board;
mod card_changes;
mod clock;
mod close_waiting;
mod conversations;
mod counting;
mod desk;
mod dispatch;
mod floor;
mod followed;
mod fullness;
mod guarded;
mod handing_on;
mod identities;
mod journal;
mod lifecycle;
mod line_of_turns;
mod live;
mod notes;
mod open_chats;
mod outcome;
mod past;
mod peers;
mod presences;
mod pressure;
mod projections;
mod reading;
mod recognising;
mod recovery;
mod retention;
mod settings;
mod shop_changes;
mod shopper;
mod showing;
mod subscription;
mod suggestions;
mod turns;
mod unbegun;
mod unstored;
mod visitors;
mod watermark;
mod withdrawing;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::handoff::lease::LeaseTimeouts;
use crate::model::{Agent, AgentId, ConversationId, EventKind, Owner, ShopId, ShopperId};
use crate::shops::Shops;
use crate::store::{Expect, Head, Log, Staff, Store};
use crate::telemetry::Metrics;

use conversations::Conversations;
use counting::AppendCounter;
use desk::Desks;
use dispatch::Dispatcher;
use floor::SharedFloor;
use journal::Journal;
use lifecycle::Lifecycle;
use peers::Peers;
use presences::Presences;
use pressure::Pressure;
use recognising::Recognising;
use retention::Retention;
use shop_changes::ShopChanges;
use shopper::Shoppers;
use turns::Turns;

pub use crate::handoff::alert::{Alert, AlertKind};
pub use crate::handoff::floor::ShopCounts;
pub use crate::handoff::team::Colleague;
pub use crate::handoff::why::{WaitReason, WhyAssigned, WhyWaiting};
pub use crate::handoff::{Board, Card, Counts, QueuePlace, Row};
pub use board::BoardFeed;
pub use clock::Clock;
pub use close_waiting::ClosedWaiting;
pub use desk::{Alerts, DeskHandle, OpenedChat};
pub use handing_on::Recipient;
pub use open_chats::OpenChat;
pub use outcome::{Acknowledgement, HubError};
pub use past::PastTalk;
pub use reading::Reading;
pub use settings::{HubSettings, Keep};
pub use shopper::ShopperHandle;
pub use showing::{Showing, Shown};
pub use subscription::{Delivery, Subscription, WITHDRAW_WITHIN_MS};
pub use visitors::Opening;
pub use watermark::Notice;

/// The hub. Clones share it.
#[derive(Clone)]
pub struct Hub {
    log: Arc<dyn Log>,
    conversations: Arc<Conversations>,
    floor: Arc<SharedFloor>,
    shoppers: Arc<Shoppers>,
    desks: Arc<Desks>,
    pressure: Arc<Pressure>,
    recognising: Arc<Recognising>,
    lifecycle: Arc<Lifecycle>,
}

/// Counts for metrics and health, as of now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HubStats {
    /// Conversations in memory.
    pub live: usize,
    /// Tickets in the queue.
    pub waiting: usize,
    /// Chats with agents.
    pub assigned: usize,
    /// Agents at a desk.
    pub agents_online: usize,
    /// The same for each shop that is served here or has chats on the floor.
    pub shops: BTreeMap<ShopId, ShopCounts>,
}

impl Hub {
    /// Starts the hub and picks up what a crash or restart left: the queue, agents' chats (the agents have a
    /// lease's time to come back) and messages the bot owes a reply. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`HubError::Store`] when the store cannot be read.
    pub async fn start(
        store: Arc<dyn Store>,
        shops: Arc<Shops>,
        clock: Clock,
        settings: HubSettings,
        metrics: Arc<Metrics>,
    ) -> Result<Hub, HubError> {
        let log: Arc<dyn Log> = Arc::clone(&store) as _;
        let staff: Arc<dyn Staff> = Arc::clone(&store) as _;
        let board_interval = Duration::from_millis(settings.board_interval_ms);
        let peer_changes = store.peer_changes();
        let lifecycle = Arc::new(Lifecycle::default());
        let floor = Arc::new(SharedFloor::new(
            Arc::clone(&shops),
            clock.clone(),
            LeaseTimeouts {
                lease_ms: settings.lease_ms,
                agent_reply_timeout_ms: settings.agent_reply_timeout_ms,
                warn_before_ms: settings.warn_before_ms,
            },
            settings.available_on_connect,
        ));
        let recognising = Arc::new(Recognising::new(
            Arc::clone(&store) as _,
            settings.steering.clone(),
            Arc::clone(&floor),
        ));
        let journal = Arc::new(Journal::new(
            Arc::clone(&log),
            Arc::clone(&shops),
            Arc::clone(&floor),
            AppendCounter::new(Arc::clone(&metrics), Arc::clone(&shops)),
            Arc::clone(&recognising),
            clock.clone(),
            peer_changes.is_some(),
            settings.mask_cards,
        ));
        let conversations = Arc::new(Conversations::new(Arc::clone(&journal), lifecycle.ended()));
        let pressure = Arc::new(Pressure::new(settings.overload_ms));
        Pressure::watch(&pressure);
        let turns = Arc::new(Turns::new(
            Arc::clone(&shops),
            Arc::clone(&floor),
            Arc::clone(&pressure),
            clock.clone(),
            Arc::clone(&lifecycle),
            settings.burst_wait_ms,
            settings.own_clock_ms,
        ));
        let peers = Arc::new(Peers::new(
            Arc::clone(&log),
            Arc::clone(&store) as _,
            Arc::clone(&shops),
            Arc::clone(&conversations),
            Arc::clone(&floor),
            Arc::clone(&turns),
            clock.clone(),
            Arc::clone(&lifecycle),
            metrics,
            settings.burst_wait_ms,
        ));
        if peer_changes.is_some() {
            peers.exchange_desks(false).await?;
        }
        let shop_changes = ShopChanges::new(
            Arc::clone(&shops),
            Arc::clone(&log),
            Arc::clone(&conversations),
            Arc::clone(&turns),
            Arc::clone(&lifecycle),
        );
        lifecycle.spawn(shop_changes.run());
        recovery::run(log.as_ref(), staff.as_ref(), &conversations, &floor, &turns).await?;
        if let Some(peer_changes) = peer_changes {
            lifecycle.spawn(Arc::clone(&peers).follow(peer_changes));
            lifecycle.spawn(Arc::clone(&peers).exchange_presence());
            lifecycle.spawn(Arc::clone(&peers).compare_packs());
            lifecycle.spawn(Arc::clone(&peers).reconcile());
        }
        let presences = Presences::new(Arc::clone(&staff), Arc::clone(&floor));
        let dispatcher = Arc::new(Dispatcher::new(
            Arc::clone(&conversations),
            Arc::clone(&floor),
            presences.clone(),
            clock.clone(),
            Arc::clone(&lifecycle),
        ));
        lifecycle.spawn(Arc::clone(&dispatcher).run());
        lifecycle.spawn(dispatcher.announce_places(board_interval));
        lifecycle.spawn(Arc::clone(&conversations).evict_idle(Arc::clone(&lifecycle), settings.idle_ms));
        let retention = Retention::new(
            Arc::clone(&log),
            Arc::clone(&store) as _,
            Arc::clone(&conversations),
            clock,
            Arc::clone(&lifecycle),
            &settings,
        );
        lifecycle.spawn(retention.run());
        let shoppers = Arc::new(Shoppers::new(
            Arc::clone(&log),
            store as _,
            journal,
            Arc::clone(&shops),
            Arc::clone(&conversations),
            turns,
            Arc::clone(&floor),
            Arc::clone(&peers),
            Arc::clone(&lifecycle),
        ));
        let desks = Arc::new(Desks::new(
            Arc::clone(&log),
            staff,
            shops,
            Arc::clone(&conversations),
            Arc::clone(&floor),
            peers,
            Arc::clone(&lifecycle),
            presences,
            board_interval,
            settings.reopen_within_ms,
        ));
        Ok(Hub {
            log,
            conversations,
            floor,
            shoppers,
            desks,
            pressure,
            recognising,
            lifecycle,
        })
    }

    /// Continues the shopper's open conversation with the shop, or begins a new one; a conversation of this shopper
    /// that ended unseen while the page was `showing` it is handed out first. In a shop that is served no more only a
    /// talk that people have is continued.
    ///
    /// # Errors
    /// [`HubError::UnknownShop`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn resume(&self, opening: Opening, showing: Option<Showing>) -> Result<(ShopperHandle, Shown), HubError> {
        self.shoppers.resume(opening, showing).await
    }

    /// An agent comes to a desk. The agent is present while at least one handle (of several desks) lives; chats
    /// are assigned at once when the agent is available.
    ///
    /// # Errors
    /// [`HubError::UnknownAgent`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn agent_connected(&self, agent: &AgentId) -> Result<DeskHandle, HubError> {
        self.desks.connect(agent).await
    }

    /// Whether this member may read a talk now, and why: for what is asked for beside a desk's socket. `of` is the chat from whose
    /// past it is read, if it is.
    ///
    /// # Errors
    /// [`HubError::OtherShop`], [`HubError::NotReadable`], [`HubError::UnknownConversation`], [`HubError::Store`].
    pub async fn may_read(
        &self,
        agent: &Agent,
        conversation: &ConversationId,
        of: Option<&ConversationId>,
    ) -> Result<(Head, Reading), HubError> {
        self.desks.may_read(agent, conversation, of).await
    }

    /// Whom a token or a signed customer id stands for, in a talk or before its first word; `None` for what stands for nobody.
    /// Nothing is stored.
    ///
    /// # Errors
    /// [`HubError::Store`].
    pub async fn who_is(&self, opening: &Opening) -> Result<Option<ShopperId>, HubError> {
        self.shoppers.who_is(opening).await
    }

    /// Gives no new chats to the agent and puts those the agent has back to the front of the queue, at once and not
    /// when the lease is over. Returns how many went back.
    ///
    /// # Errors
    /// [`HubError::Store`] when the agent's chats cannot be listed; a chat that cannot be moved goes back by its lease.
    pub async fn dismiss(&self, agent: &AgentId) -> Result<usize, HubError> {
        self.desks.dismiss(agent).await
    }

    /// Ends all open talks of a shopper, whoever has them, and lets go of what is known of them here. Whoever listens hears
    /// the end. Returns how many were open.
    ///
    /// # Errors
    /// [`HubError::Draining`], [`HubError::Store`].
    pub async fn end_talks(&self, shop: &ShopId, shopper: &ShopperId) -> Result<u64, HubError> {
        let mut ended = 0;
        for conversation in self.log.conversations_of(shop.clone(), shopper.clone()).await? {
            let chat = self.conversations.get(&conversation);
            let work = async move {
                let mut locked = chat.lock_at_end().await?;
                if locked.state().owner == Owner::Closed {
                    return Ok(false);
                }
                let epoch = locked.state().epoch;
                let closed = vec![EventKind::Closed { agent: None }];
                locked.append(Expect::Epoch(epoch), closed).await?;
                Ok(true)
            };
            ended += u64::from(self.lifecycle.finish(work).await?);
            self.conversations.evict(&conversation);
        }
        Ok(ended)
    }

    /// Stops taking anything new ([`HubError::Draining`]), lets the bot finish the turns it owes, waits for what
    /// is being stored, ends subscriptions and boards, and closes the store. Calling it again waits for the same.
    ///
    /// # Errors
    /// [`HubError::Store`] when the store could not close cleanly.
    pub async fn drain(&self) -> Result<(), HubError> {
        self.lifecycle.drain(self.log.close()).await
    }

    /// Whether more is said than can be answered, so that newcomers should come back later.
    pub fn is_full(&self) -> bool {
        self.pressure.is_full()
    }

    /// Whether [`Hub::drain`] has begun.
    pub fn draining(&self) -> bool {
        self.lifecycle.is_stopping()
    }

    /// Counts for metrics and health.
    pub fn stats(&self) -> HubStats {
        let (waiting, assigned, agents_online) = self.floor.counts();
        HubStats {
            live: self.conversations.count(),
            waiting,
            assigned,
            agents_online,
            shops: self.floor.counts_by_shop(),
        }
    }
}
