//! One live conversation: its folded log, the last events, and the watermark that wakes its listeners.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::futures::Notified;
use tokio::sync::{MutexGuard, Notify};

use crate::dialogue::{KeptReading, State};
use crate::model::{ConversationId, Event, EventKind, Millis, Recognition, Seq, Speaker};
use crate::privacy;
use crate::store::{Expect, Receipt, StoreError};

use super::followed::Followed;
use super::journal::Journal;
use super::projections::Projections;
use super::watermark::Watermark;
use super::{HubError, QueuePlace};

/// Events kept in memory for each live conversation until its listeners have been told, so that they need no read.
const TAIL: usize = 32;
/// Events read from the store at once for a listener.
const PAGE: usize = 64;
/// Events read from the store at once for folding.
const FOLD_PAGE: usize = 256;

/// A live conversation.
pub(super) struct LiveConversation {
    id: ConversationId,
    journal: Arc<Journal>,
    inner: tokio::sync::Mutex<ConversationInner>,
    watermark: Followed,
    tail: Mutex<VecDeque<Arc<Event>>>,
    used: AtomicU64,
    /// Wakes a turn that waits for the rest of a thought.
    arrived: Notify,
}

/// What is guarded by the conversation's lock. Whoever writes holds it from the look at the state to the receipt, so
/// that within one process nobody is refused as stale for no reason.
#[derive(Default)]
struct ConversationInner {
    /// Boxed, because a talk in which nothing was said has none.
    projections: Option<Box<Projections>>,
    /// Whether a task takes the bot's turns.
    turn_running: bool,
    /// What was read of the pending messages, while the turn waits for more of them.
    reading: KeptReading,
    /// The store failed while something was being added: it may have been stored all the same.
    behind: bool,
}

impl LiveConversation {
    /// A conversation whose log has not been read yet.
    pub(super) fn unread(id: ConversationId, journal: Arc<Journal>) -> LiveConversation {
        LiveConversation {
            id,
            journal,
            inner: tokio::sync::Mutex::default(),
            watermark: Followed::default(),
            tail: Mutex::default(),
            used: AtomicU64::new(0),
            arrived: Notify::new(),
        }
    }

    /// Which.
    pub(super) fn id(&self) -> &ConversationId {
        &self.id
    }

    /// What `look` makes of how it stands, if it has been read and nobody is writing at this moment.
    pub(super) fn glance<T>(&self, look: impl FnOnce(&State) -> Option<T>) -> Option<T> {
        let inner = self.inner.try_lock().ok()?;
        look(inner.projections.as_ref()?.state())
    }

    /// Marks it as used now.
    pub(super) fn touch(&self) {
        self.used.store(self.journal.now().0, Ordering::Relaxed);
    }

    /// When it was used last.
    pub(super) fn used(&self) -> Millis {
        Millis(self.used.load(Ordering::Relaxed))
    }

    /// How the watermark stands.
    pub(super) fn watermark(&self) -> Watermark {
        self.watermark.now()
    }

    /// Waits until the watermark moves after this call.
    pub(super) fn moves(&self) -> Notified<'_> {
        self.watermark.moves()
    }

    /// Somebody begins to follow it.
    pub(super) fn begin_listening(&self) {
        self.watermark.begin_listening();
    }

    /// Somebody follows it no more.
    pub(super) fn end_listening(&self) {
        self.watermark.end_listening();
    }

    /// A listener has been told everything up to here. Where it is the only one, memory need not hold what was told: whoever
    /// comes later reads it from the store.
    pub(super) fn told_up_to(&self, seq: Seq) {
        if self.watermark.listeners() > 1 {
            return;
        }
        let mut tail = self.tail.lock().expect("no holder of this lock panics");
        if tail.back().is_some_and(|last| last.seq <= seq) {
            *tail = VecDeque::new();
        }
    }

    /// Whether anybody follows it.
    pub(super) fn has_listeners(&self) -> bool {
        self.watermark.listeners() > 0
    }

    /// Whether other servers may have it too.
    pub(super) fn is_shared(&self) -> bool {
        self.journal.shared()
    }

    /// The last stored event that is known of.
    pub(super) fn end(&self) -> Seq {
        self.watermark.now().seq()
    }

    /// The events after `after`, a page of them at most: from memory, else from the store. Empty when the log ends
    /// there, although a peer announced more that a failover has since rolled back.
    pub(super) async fn events_after(&self, after: Seq) -> Result<VecDeque<Arc<Event>>, HubError> {
        if let Some(recent) = self.recent(after).filter(|recent| !recent.is_empty()) {
            return Ok(recent);
        }
        let page = self.journal.read(&self.id, after, PAGE).await?;
        if page.is_empty() {
            if !self.journal.shared() {
                // The watermark never runs ahead of what is stored.
                return Err(HubError::Store(StoreError::Corrupt(format!(
                    "conversation {} ends at {after}",
                    self.id
                ))));
            }
            self.truncate_to(after);
        }
        Ok(page.into())
    }

    /// The events after `after` that are still in memory; `None` when the store must be asked.
    fn recent(&self, after: Seq) -> Option<VecDeque<Arc<Event>>> {
        let tail = self.tail.lock().expect("no holder of this lock panics");
        if tail.front()?.seq > after + 1 {
            return None;
        }
        Some(tail.iter().filter(|event| event.seq > after).cloned().collect())
    }

    /// Tells listeners that somebody is typing.
    pub(super) fn typing(&self, speaker: Speaker) {
        self.watermark.change(|watermark| watermark.typing(speaker));
    }

    /// Tells listeners how far the shopper has seen the talk; whether that is further than was known.
    pub(super) fn seen(&self, seq: Seq) -> bool {
        self.watermark.change(|watermark| watermark.seen(seq))
    }

    /// Tells the shopper where the chat stands in the queue, if it is still there and the place is another.
    pub(super) fn set_place(&self, place: QueuePlace) {
        self.watermark.change(|watermark| watermark.set_place(place));
    }

    /// Tells listeners that the log reaches this far, before it has been read.
    pub(super) fn advance_to(&self, seq: Seq) {
        self.watermark.change(|watermark| watermark.advance_to(seq));
    }

    /// Tells listeners that the log ends here, though it was said to go on.
    fn truncate_to(&self, seq: Seq) {
        self.watermark.change(|watermark| watermark.truncate_to(seq));
    }

    fn publish(&self, state: &State) {
        let served = self.journal.serves(&state.shop);
        self.watermark.change(|watermark| watermark.publish(state, served));
    }

    /// Wakes the turn that waits for the rest of a thought.
    pub(super) fn message_arrived(&self) {
        self.arrived.notify_one();
    }

    /// Waits for another message of the shopper.
    pub(super) async fn next_message(&self) {
        self.arrived.notified().await;
    }

    /// Takes the conversation's lock and reads what is known to have been added to the log since it was read.
    pub(super) async fn lock(&self) -> Result<Locked<'_>, HubError> {
        let mut inner = self.inner.lock().await;
        self.touch();
        if inner.projections.is_none() {
            inner.projections = Some(Box::new(self.read().await?));
        }
        let mut locked = Locked { chat: self, inner };
        if locked.inner.behind || self.end() > locked.state().seq {
            locked.catch_up().await?;
            locked.inner.behind = false;
        }
        Ok(locked)
    }

    /// The conversation begins with these events, which have just been stored.
    pub(super) async fn begin_with(&self, events: &[Arc<Event>]) {
        let mut inner = self.inner.lock().await;
        if inner.projections.is_none() {
            inner.projections = Some(Box::default());
            Locked { chat: self, inner }.apply_events(events);
        }
    }

    /// As [`LiveConversation::lock`], for whoever is about to refuse somebody: when other servers share the store
    /// they may have added what has not been heard of yet.
    pub(super) async fn lock_at_end(&self) -> Result<Locked<'_>, HubError> {
        let mut locked = self.lock().await?;
        if self.journal.shared() {
            locked.catch_up().await?;
        }
        Ok(locked)
    }

    /// Takes the lock to say that no task takes turns any more.
    pub(super) async fn turn_over(&self) {
        let mut inner = self.inner.lock().await;
        inner.turn_running = false;
        inner.reading = KeptReading::default();
    }

    async fn read(&self) -> Result<Projections, HubError> {
        let mut projections = Projections::default();
        loop {
            let after = projections.state().seq;
            let page = self.journal.read(&self.id, after, FOLD_PAGE).await?;
            for event in &page {
                projections.apply(event);
            }
            if let Some(last) = page.last().filter(|_| self.journal.shared()) {
                projections.keep_last(last);
            }
            if page.len() < FOLD_PAGE {
                break;
            }
        }
        if projections.state().seq == 0 {
            return Err(HubError::UnknownConversation);
        }
        // What is in memory may end before what was just read.
        self.tail.lock().expect("no holder of this lock panics").clear();
        self.publish(projections.state());
        Ok(projections)
    }
}

/// The conversation, locked and read.
pub(super) struct Locked<'a> {
    chat: &'a LiveConversation,
    inner: MutexGuard<'a, ConversationInner>,
}

impl<'a> Locked<'a> {
    /// Which conversation.
    pub(super) fn conversation(&self) -> &'a ConversationId {
        &self.chat.id
    }

    /// The folded log.
    fn projections(&self) -> &Projections {
        self.inner
            .projections
            .as_ref()
            .expect("locking reads the log, and appending puts it back")
    }

    /// Where the conversation stands.
    pub(super) fn state(&self) -> &State {
        self.projections().state()
    }

    /// What is known to be kept of the customer.
    pub(super) fn recognition(&self) -> Recognition {
        self.projections().handoff_context().recognition.clone()
    }

    /// What is kept of these words: numbers of identity cards and bank cards are hidden, unless it is set otherwise.
    pub(super) fn kept_of(&self, text: &str) -> Option<String> {
        let masks = self.chat.journal.masks_cards();
        let kept = masks.then(|| privacy::mask_cards(text, self.projections().about_cards()))?;
        match kept {
            Cow::Owned(masked) => Some(masked),
            Cow::Borrowed(_) => None,
        }
    }

    /// A task takes the bot's turns from now on; returns whether one did.
    pub(super) fn begin_turns(&mut self) -> bool {
        std::mem::replace(&mut self.inner.turn_running, true)
    }

    /// No task takes turns any more.
    pub(super) fn end_turns(&mut self) {
        self.inner.turn_running = false;
    }

    /// Takes what was read of the pending messages.
    pub(super) fn take_reading(&mut self) -> KeptReading {
        std::mem::take(&mut self.inner.reading)
    }

    /// Keeps what was read of the pending messages, until their turn is taken.
    pub(super) fn keep_reading(&mut self, reading: KeptReading) {
        self.inner.reading = reading;
    }

    /// Whether the last events hold these words of the shopper already, under the same id. They were sent again.
    pub(super) fn said_lately(&self, kind: &EventKind) -> bool {
        let Some(id) = kind.client_id() else { return false };
        let tail = self.chat.tail.lock().expect("no holder of this lock panics");
        tail.iter().any(|event| event.kind.client_id() == Some(id))
    }

    /// Puts the chat on the floor where it stands.
    pub(super) fn show_on_floor(&self) {
        self.chat.journal.show_on_floor(&self.chat.id, self.projections());
    }

    /// Tells listeners anew how it stands: whether the shop is served may have changed.
    pub(super) fn publish(&self) {
        self.chat.publish(self.state());
    }

    /// Reads what was added to the log and tells it to listeners and floor.
    async fn catch_up(&mut self) -> Result<(), HubError> {
        loop {
            // With other servers about, the last event known is read once more: a failover may have taken back what
            // nobody had acknowledged yet, and put something else there.
            let known = self.projections().last().cloned();
            let after = self.state().seq - u64::from(known.is_some());
            let mut page = self.chat.journal.read(&self.chat.id, after, FOLD_PAGE).await?;
            let end = page.len() < FOLD_PAGE;
            if let Some(known) = known {
                if page.first() != Some(&known) {
                    return self.reload_log().await;
                }
                page.remove(0);
            }
            if !page.is_empty() {
                self.apply_events(&page);
            }
            if end {
                return Ok(());
            }
        }
    }

    /// Reads the whole log anew.
    async fn reload_log(&mut self) -> Result<(), HubError> {
        tracing::warn!(conversation = %self.chat.id, "the log is another than it was, it is read again");
        let projections = self.chat.read().await?;
        self.chat.truncate_to(projections.state().seq);
        self.inner.projections = Some(Box::new(projections));
        self.show_on_floor();
        Ok(())
    }

    /// Folds events that follow on the log as it is known, and tells them.
    fn apply_events(&mut self, events: &[Arc<Event>]) {
        let projections = self.inner.projections.as_mut().expect("locking reads the log");
        for event in events {
            projections.apply(event);
        }
        if let Some(last) = events.last().filter(|_| self.chat.journal.shared()) {
            projections.keep_last(last);
        }
        self.show_on_floor();
        self.remember(events);
        self.publish();
    }

    /// The one way from an intention to what everybody sees: store, then state, listeners and floor.
    /// When another server was faster, or something is wrong, the rest of the log is read. A store that is not there is not
    /// asked again at once, so that whoever waits is told soon: the next to lock the conversation reads.
    pub(super) async fn append(&mut self, expect: Expect, kinds: Vec<EventKind>) -> Result<Receipt, StoreError> {
        let LiveConversation { id, journal, .. } = self.chat;
        let kinds = journal.recognised(id, self.state(), kinds).await;
        let appended = journal.append(id, &self.state().shop, expect, kinds).await;
        let foreseen = match &appended {
            Ok(receipt) => match receipt.events.first() {
                Some(first) => first.seq == self.state().seq + 1,
                None => receipt.epoch == self.state().epoch,
            },
            Err(_) => false,
        };
        if foreseen {
            if let Ok(receipt) = &appended
                && !receipt.events.is_empty()
            {
                self.apply_events(&receipt.events);
            }
            return appended;
        }
        if let Err(StoreError::Unavailable(_)) = &appended {
            self.inner.behind = true;
            return appended;
        }
        if let Err(error) = self.catch_up().await {
            // The state stays as it was: the next append fails by its epoch or succeeds and reads again.
            tracing::warn!(conversation = %self.chat.id, %error, "cannot read the log again");
            if let Ok(receipt) = &appended
                && let Some(last) = receipt.events.last()
            {
                self.chat.advance_to(last.seq);
            }
        }
        appended
    }

    fn remember(&self, events: &[Arc<Event>]) {
        let mut tail = self.chat.tail.lock().expect("no holder of this lock panics");
        for event in events {
            if tail.back().is_some_and(|last| last.seq + 1 != event.seq) {
                tail.clear();
            }
            if tail.len() == TAIL {
                tail.pop_front();
            }
            tail.push_back(Arc::clone(event));
        }
    }
}
