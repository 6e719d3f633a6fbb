//! The live conversations: who is listening, who may speak, whose turn it is. Everything that happens goes
//! through the store first and from the store's receipt to the listeners.
//!
//! - [`chat`](self) holds one conversation: a lock, the folded log, the pulse that wakes listeners.
//! - `floor` holds the queue and the agents, `dispatch` moves chats between them.
//! - `turns` takes the bot's turns, `recovery` picks up what a restart left, `neighbours` follows other servers that
//!   share the store, `retention` closes and forgets.
//!
//! Locks: a conversation's lock may be held while taking the floor's, never the other way round, and the floor's is
//! never held across an await.

mod board;
mod chat;
mod clock;
mod counts;
mod desk;
mod dismissal;
mod dispatch;
mod neighbours;
mod outcome;
mod recovery;
mod retention;
mod settings;
mod shopper;
mod subscription;
mod turns;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::{Notify, OnceCell, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::dialogue::Generation;
use crate::handoff::lease::Terms;
use crate::model::{ConversationId, Millis, Owner, ShopId};
use crate::shops::Shops;
use crate::store::{Store, StoreError};
use crate::telemetry::Metrics;

use crate::handoff::floor::{Floor, Standing};
use chat::{Book, Chat};
use counts::Counts;

pub use crate::handoff::{Board, Card, QueuePlace};
pub use board::BoardFeed;
pub use clock::Clock;
pub use desk::DeskHandle;
pub use outcome::{Acknowledgement, HubError};
pub use settings::HubSettings;
pub use shopper::{Opening, ShopperHandle, Showing, Shown};
pub use subscription::{Delivery, Notice, Subscription};

/// The hub. Clones share it.
#[derive(Clone)]
pub struct Hub {
    inner: Arc<Inner>,
}

/// Counts for metrics and health, as of now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Conversations in memory.
    pub live: usize,
    /// Tickets in the queue.
    pub waiting: usize,
    /// Chats with agents.
    pub assigned: usize,
    /// Agents at a desk.
    pub agents_online: usize,
}

/// What the hub's tasks and handles share.
struct Inner {
    store: Arc<dyn Store>,
    counts: Counts,
    shops: Arc<Shops>,
    clock: Clock,
    settings: HubSettings,
    started: Millis,
    chats: Mutex<HashMap<ConversationId, Arc<Chat>>>,
    floor: Mutex<Floor>,
    /// Counts changes of the floor; desks and announcements follow it.
    changes: watch::Sender<u64>,
    /// Wakes the dispatcher.
    wake: Notify,
    /// Whether other servers share the store.
    shared: bool,
    /// Wakes whoever tells other servers of the desks here.
    desks: Notify,
    /// Whether the desks here have changed since they were told.
    desks_untold: AtomicBool,
    /// Nothing new is taken.
    stop: CancellationToken,
    /// Everything is stored; listeners end.
    ended: CancellationToken,
    tasks: TaskTracker,
    drained: OnceCell<Result<(), String>>,
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
        let news = store.news();
        let inner = Arc::new(Inner {
            shared: news.is_some(),
            counts: Counts::new(metrics),
            desks: Notify::new(),
            desks_untold: AtomicBool::new(false),
            store,
            shops,
            started: clock.now(),
            clock,
            settings,
            chats: Mutex::default(),
            floor: Mutex::default(),
            changes: watch::Sender::new(0),
            wake: Notify::new(),
            stop: CancellationToken::new(),
            ended: CancellationToken::new(),
            tasks: TaskTracker::new(),
            drained: OnceCell::new(),
        });
        if inner.shared {
            neighbours::exchange_desks(&inner).await?;
        }
        recovery::run(&inner).await?;
        if let Some(news) = news {
            inner.tasks.spawn(neighbours::follow(Arc::clone(&inner), news));
            inner.tasks.spawn(neighbours::tell_desks(Arc::clone(&inner)));
            inner.tasks.spawn(neighbours::look_over(Arc::clone(&inner)));
        }
        inner.tasks.spawn(dispatch::run(Arc::clone(&inner)));
        inner.tasks.spawn(dispatch::announce(Arc::clone(&inner)));
        inner.tasks.spawn(sweep(Arc::clone(&inner)));
        inner.tasks.spawn(retention::run(Arc::clone(&inner)));
        Ok(Hub { inner })
    }

    /// Stops taking anything new ([`HubError::Draining`]), lets the bot finish the turns it owes, waits for what
    /// is being stored, ends subscriptions and boards, and closes the store. Calling it again waits for the same.
    ///
    /// # Errors
    /// [`HubError::Store`] when the store could not close cleanly.
    pub async fn drain(&self) -> Result<(), HubError> {
        let inner = &self.inner;
        let drained = inner.drained.get_or_init(|| async {
            inner.stop.cancel();
            inner.tasks.close();
            inner.tasks.wait().await;
            inner.ended.cancel();
            inner.store.close().await.map_err(|error| error.to_string())
        });
        drained
            .await
            .clone()
            .map_err(|reason| HubError::Store(StoreError::Unavailable(reason)))
    }

    /// Whether [`Hub::drain`] has begun.
    pub fn draining(&self) -> bool {
        self.inner.stop.is_cancelled()
    }

    /// Counts for metrics and health.
    pub fn figures(&self) -> Figures {
        let live = self.inner.chats().len();
        let floor = self.inner.floor();
        let (waiting, assigned) = floor.counts();
        Figures {
            live,
            waiting,
            assigned,
            agents_online: floor.online(),
        }
    }
}

impl Inner {
    fn chats(&self) -> MutexGuard<'_, HashMap<ConversationId, Arc<Chat>>> {
        self.chats.lock().expect("no holder of this lock panics")
    }

    fn floor(&self) -> MutexGuard<'_, Floor> {
        self.floor.lock().expect("no holder of this lock panics")
    }

    fn terms(&self) -> Terms {
        Terms {
            lease_ms: self.settings.lease_ms,
            silent_ms: self.settings.silent_ms,
        }
    }

    /// The conversation, made live when it is not. It need not exist in the store: locking it tells.
    fn chat(&self, conversation: &ConversationId) -> Arc<Chat> {
        let mut chats = self.chats();
        let chat = match chats.get(conversation) {
            Some(chat) => Arc::clone(chat),
            None => {
                let chat = Arc::new(Chat::unread(conversation.clone()));
                chats.insert(conversation.clone(), Arc::clone(&chat));
                chat
            }
        };
        chat.touch(self.clock.now());
        chat
    }

    /// The conversation, if it is live.
    fn live(&self, conversation: &ConversationId) -> Option<Arc<Chat>> {
        self.chats().get(conversation).cloned()
    }

    /// What answers the shoppers of this shop.
    fn generation(&self, shop: &ShopId) -> Result<Arc<Generation>, HubError> {
        self.shops.get(shop).ok_or_else(|| HubError::UnknownShop(shop.clone()))
    }

    /// Something about the floor changed.
    fn floor_changed(&self) {
        self.changes.send_modify(|count| *count += 1);
        self.wake.notify_one();
    }

    /// The desks here changed.
    fn desks_changed(&self) {
        self.desks_untold.store(true, Ordering::Release);
        self.desks.notify_one();
        self.floor_changed();
    }

    /// Puts a chat on the floor where its log says it stands.
    fn show_on_floor(&self, chat: &Chat, book: &Book) {
        let now = self.clock.now();
        let standing = self.standing(chat, book, now).unwrap_or(Standing::Elsewhere);
        if self.floor().show(&chat.id, standing, now) {
            self.floor_changed();
        }
    }

    fn standing(&self, chat: &Chat, book: &Book, now: Millis) -> Option<Standing> {
        let (state, case) = (&book.state, &book.case);
        if !matches!(state.owner, Owner::Queue | Owner::Agent { .. }) {
            return None;
        }
        let generation = self.shops.get(&state.shop);
        let card = Arc::new(case.card(&chat.id, state, generation.as_deref(), now)?);
        match &state.owner {
            Owner::Queue => Some(Standing::Waits(case.ticket(&chat.id, state)?, card)),
            Owner::Agent { agent } => Some(Standing::With(
                agent.clone(),
                card,
                case.assigned_at.unwrap_or(now),
                // Nobody could answer while this process was down.
                case.unanswered_since.map(|since| since.max(self.started)),
            )),
            Owner::Bot | Owner::Closed => None,
        }
    }

    /// Runs what must not stop halfway when the caller goes away: from the append to the listeners.
    async fn finish<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, HubError>> + Send + 'static,
    ) -> Result<T, HubError> {
        if self.stop.is_cancelled() {
            return Err(HubError::Draining);
        }
        match self.tasks.spawn(work).await {
            Ok(outcome) => outcome,
            Err(panicked) => Err(HubError::Store(StoreError::Unavailable(panicked.to_string()))),
        }
    }
}

/// Forgets conversations that nobody listens to or has used for a while. Their logs are in the store.
async fn sweep(inner: Arc<Inner>) {
    let idle_ms = inner.settings.idle_ms;
    let pause = Duration::from_millis((idle_ms / 2).clamp(100, 60_000));
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = inner.stop.cancelled() => return,
        }
        let now = inner.clock.now();
        // Handles are given out under the same lock, so a count of one means that nobody else has it or can get it.
        inner
            .chats()
            .retain(|_, chat| Arc::strong_count(chat) > 1 || now.since(chat.used()) < idle_ms);
    }
}
