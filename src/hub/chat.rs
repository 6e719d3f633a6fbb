//! One live conversation: its folded state, the last events, and the pulse that wakes its listeners.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::{MutexGuard, Notify, watch};

use crate::model::{ConversationId, Draft, Event, EventKind, Millis, Owner, Seq, Speaker};
use crate::store::{Expect, Receipt, StoreError};

use super::{HubError, Inner, QueuePlace};
use crate::dialogue::Case;
use crate::dialogue::State;

/// Events kept in memory for each live conversation, so that listeners who are up to date need no read.
const TAIL: usize = 32;
/// Events read from the store at once.
pub(super) const PAGE: usize = 64;

/// A live conversation.
pub(super) struct Chat {
    pub(super) id: ConversationId,
    slot: tokio::sync::Mutex<Slot>,
    pub(super) pulse: watch::Sender<Pulse>,
    tail: Mutex<VecDeque<Arc<Event>>>,
    used: AtomicU64,
    /// Wakes a turn that waits for the rest of a thought.
    pub(super) arrived: Notify,
}

/// What is guarded by the conversation's lock. Whoever writes holds it from the look at the state to the receipt, so
/// that within one process nobody is refused as stale for no reason.
#[derive(Default)]
pub(super) struct Slot {
    book: Option<Book>,
    /// Whether a task takes the bot's turns.
    pub(super) turn_running: bool,
}

/// The folded log.
#[derive(Clone, Default)]
pub(super) struct Book {
    pub(super) state: State,
    pub(super) case: Case,
    /// The last event folded: whether it still stands in the log tells whether the log is still the same.
    last: Option<Arc<Event>>,
}

/// What listeners compare with what they have told already. A watch keeps only the latest, however slow they are.
#[derive(Clone, Copy, Default)]
pub(super) struct Pulse {
    /// The last stored event, once known.
    pub(super) seq: Seq,
    /// Whether the chat is in the queue, and where.
    pub(super) queued: bool,
    pub(super) place: Option<QueuePlace>,
    /// Counts of typing notices.
    pub(super) shopper_typing: u64,
    pub(super) agent_typing: u64,
}

impl Book {
    pub(super) fn apply(&mut self, event: &Arc<Event>) {
        self.state.apply(event);
        self.case.apply(event);
        self.last = Some(Arc::clone(event));
    }
}

impl Chat {
    /// A conversation whose log has not been read yet.
    pub(super) fn unread(id: ConversationId) -> Chat {
        Chat {
            id,
            slot: tokio::sync::Mutex::default(),
            pulse: watch::Sender::default(),
            tail: Mutex::default(),
            used: AtomicU64::new(0),
            arrived: Notify::new(),
        }
    }

    pub(super) fn touch(&self, now: Millis) {
        self.used.store(now.0, Ordering::Relaxed);
    }

    pub(super) fn used(&self) -> Millis {
        Millis(self.used.load(Ordering::Relaxed))
    }

    /// The events after `after` that are still in memory; `None` when the store must be asked.
    pub(super) fn recent(&self, after: Seq) -> Option<VecDeque<Arc<Event>>> {
        let tail = self.tail.lock().expect("no holder of this lock panics");
        if tail.front()?.seq > after + 1 {
            return None;
        }
        Some(tail.iter().filter(|event| event.seq > after).cloned().collect())
    }

    /// Tells listeners that somebody is typing.
    pub(super) fn typing(&self, speaker: Speaker) {
        self.pulse.send_modify(|pulse| match speaker {
            Speaker::Shopper => pulse.shopper_typing += 1,
            Speaker::Agent => pulse.agent_typing += 1,
            Speaker::Bot => {}
        });
    }

    /// Tells the shopper where the chat stands in the queue, if it is still there and the place is another.
    pub(super) fn place(&self, place: QueuePlace) {
        self.pulse.send_if_modified(|pulse| {
            let news = pulse.queued && pulse.place != Some(place);
            if news {
                pulse.place = Some(place);
            }
            news
        });
    }

    /// Takes the conversation's lock and reads what is known to have been added to the log since it was read.
    pub(super) async fn lock(&self, inner: &Inner) -> Result<Locked<'_>, HubError> {
        let mut slot = self.slot.lock().await;
        self.touch(inner.clock.now());
        if slot.book.is_none() {
            slot.book = Some(self.read(inner).await?);
        }
        let mut locked = Locked { chat: self, slot };
        if self.pulse.borrow().seq > locked.state().seq {
            locked.catch_up(inner).await?;
        }
        Ok(locked)
    }

    /// As [`Chat::lock`], for whoever is about to refuse somebody: when other servers share the store they may have
    /// added what has not been heard of yet.
    pub(super) async fn lock_at_end(&self, inner: &Inner) -> Result<Locked<'_>, HubError> {
        let mut locked = self.lock(inner).await?;
        if inner.shared {
            locked.catch_up(inner).await?;
        }
        Ok(locked)
    }

    /// Takes the lock to say that no task takes turns any more.
    pub(super) async fn turn_over(&self) {
        self.slot.lock().await.turn_running = false;
    }

    async fn read(&self, inner: &Inner) -> Result<Book, HubError> {
        let mut book = Book::default();
        loop {
            let page = inner.store.read(self.id.clone(), book.state.seq, PAGE * 4).await?;
            for event in &page {
                book.apply(event);
            }
            if page.len() < PAGE * 4 {
                break;
            }
        }
        if book.state.seq == 0 {
            return Err(HubError::UnknownConversation);
        }
        // What is in memory may end before what was just read.
        self.tail.lock().expect("no holder of this lock panics").clear();
        self.beat(&book.state);
        Ok(book)
    }

    /// Tells listeners that the log reaches this far, before it has been read.
    pub(super) fn reaches(&self, seq: Seq) {
        self.pulse.send_if_modified(|pulse| {
            let news = pulse.seq < seq;
            pulse.seq = pulse.seq.max(seq);
            news
        });
    }

    /// Tells listeners that the log ends here, though it was said to go on.
    pub(super) fn ends(&self, seq: Seq) {
        self.pulse.send_if_modified(|pulse| {
            let news = pulse.seq > seq;
            pulse.seq = pulse.seq.min(seq);
            news
        });
    }

    fn beat(&self, state: &State) {
        let queued = state.owner == Owner::Queue;
        self.pulse.send_modify(|pulse| {
            pulse.seq = pulse.seq.max(state.seq);
            pulse.queued = queued;
            if !queued {
                pulse.place = None;
            }
        });
    }
}

/// The conversation, locked and read.
pub(super) struct Locked<'a> {
    pub(super) chat: &'a Chat,
    slot: MutexGuard<'a, Slot>,
}

impl Locked<'_> {
    /// The folded log.
    pub(super) fn book(&self) -> &Book {
        self.slot
            .book
            .as_ref()
            .expect("locking reads the log, and appending puts it back")
    }

    /// Where the conversation stands.
    pub(super) fn state(&self) -> &State {
        &self.book().state
    }

    /// Whether a task takes the bot's turns; sets it.
    pub(super) fn set_turn_running(&mut self, running: bool) -> bool {
        std::mem::replace(&mut self.slot.turn_running, running)
    }

    /// Reads what was added to the log and tells it to listeners and floor.
    async fn catch_up(&mut self, inner: &Inner) -> Result<(), HubError> {
        loop {
            // With other servers about, the last event known is read once more: a failover may have taken back what
            // nobody had acknowledged yet, and put something else there.
            let known = self.book().last.clone().filter(|_| inner.shared);
            let after = self.state().seq - u64::from(known.is_some());
            let mut page = inner.store.read(self.chat.id.clone(), after, PAGE * 4).await?;
            let end = page.len() < PAGE * 4;
            if let Some(known) = known {
                if page.first() != Some(&known) {
                    return self.begin_again(inner).await;
                }
                page.remove(0);
            }
            if !page.is_empty() {
                self.take_in(inner, &page);
            }
            if end {
                return Ok(());
            }
        }
    }

    /// Reads the whole log anew.
    async fn begin_again(&mut self, inner: &Inner) -> Result<(), HubError> {
        tracing::warn!(conversation = %self.chat.id, "the log is another than it was, it is read again");
        let book = self.chat.read(inner).await?;
        self.chat.ends(book.state.seq);
        self.slot.book = Some(book);
        inner.show_on_floor(self.chat, self.book());
        Ok(())
    }

    /// Folds events that follow on the log as it is known, and tells them.
    fn take_in(&mut self, inner: &Inner, events: &[Arc<Event>]) {
        let book = self.slot.book.as_mut().expect("locking reads the log");
        for event in events {
            book.apply(event);
        }
        inner.show_on_floor(self.chat, self.book());
        self.publish(events);
    }

    /// The one way from an intention to what everybody sees: store, then state, listeners and floor.
    /// After a failure, or when another server was faster, the rest of the log is read.
    pub(super) async fn append(
        &mut self,
        inner: &Inner,
        expect: Expect,
        kinds: Vec<EventKind>,
    ) -> Result<Receipt, StoreError> {
        let at = inner.clock.now();
        let drafts = kinds.into_iter().map(|kind| Draft { at, kind }).collect();
        let appended = inner.append(self.chat.id.clone(), expect, drafts).await;
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
                self.take_in(inner, &receipt.events);
            }
            return appended;
        }
        if let Err(error) = self.catch_up(inner).await {
            // The state stays as it was: the next append fails by its epoch or succeeds and reads again.
            tracing::warn!(conversation = %self.chat.id, %error, "cannot read the log again");
            if let Ok(receipt) = &appended
                && let Some(last) = receipt.events.last()
            {
                self.chat.reaches(last.seq);
            }
        }
        appended
    }

    fn publish(&self, events: &[Arc<Event>]) {
        {
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
        self.chat.beat(self.state());
    }
}
