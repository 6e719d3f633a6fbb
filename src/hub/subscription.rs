//! A listener's place in a conversation: history first, then what happens, each event once and in order.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::watch;

use crate::model::{Event, Seq, Speaker};

use super::chat::{Chat, PAGE, Pulse};
use super::{HubError, Inner, QueuePlace};
use crate::store::StoreError;

/// Something to tell a listener.
#[derive(Clone, Debug, PartialEq)]
pub enum Delivery {
    /// An event of the log; sequence numbers are contiguous from `after + 1`.
    Event(Arc<Event>),
    /// Something that is not stored.
    Notice(Notice),
}

/// Something worth telling now and not worth storing. Only the latest of a kind is kept for a slow listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Where the shopper stands in the queue; sent when it changes.
    Queue(QueuePlace),
    /// Somebody is typing: [`Speaker::Shopper`] or [`Speaker::Agent`]. Listeners skip their own.
    Typing(Speaker),
}

/// Reads a conversation from a place on. Holds a page of events at most: who reads slowly makes the hub read the
/// store again, never buffer. The pulse of the chat knows how far the log reaches before a subscription is made.
pub struct Subscription {
    inner: Arc<Inner>,
    chat: Arc<Chat>,
    pulse: watch::Receiver<Pulse>,
    after: Seq,
    page: VecDeque<Arc<Event>>,
    told: Pulse,
}

impl Subscription {
    pub(super) fn new(inner: Arc<Inner>, chat: Arc<Chat>, after: Seq) -> Subscription {
        let pulse = chat.pulse.subscribe();
        // Typing before now is no news; the place in the queue is.
        let told = Pulse {
            place: None,
            ..*pulse.borrow()
        };
        Subscription {
            inner,
            chat,
            pulse,
            after,
            page: VecDeque::new(),
            told,
        }
    }

    /// The next event or notice; waits for it. Safe to drop and call again (`select!`): nothing is lost.
    /// `Ok(None)` when the hub has drained. An error means that the store could not be read; calling again
    /// tries again from the same place.
    ///
    /// # Errors
    /// [`HubError::Store`].
    pub async fn next(&mut self) -> Result<Option<Delivery>, HubError> {
        loop {
            if let Some(event) = self.page.pop_front() {
                debug_assert_eq!(
                    event.seq,
                    self.after + 1,
                    "a listener misses nothing and hears nothing twice"
                );
                self.after = event.seq;
                return Ok(Some(Delivery::Event(event)));
            }
            let pulse = *self.pulse.borrow_and_update();
            if pulse.seq > self.after {
                self.fetch().await?;
                continue;
            }
            if let Some(notice) = self.news(pulse) {
                return Ok(Some(Delivery::Notice(notice)));
            }
            tokio::select! {
                changed = self.pulse.changed() => if changed.is_err() { return Ok(None) },
                () = self.inner.ended.cancelled() => {
                    // What was stored last is told before the end.
                    if self.pulse.borrow().seq <= self.after {
                        return Ok(None);
                    }
                }
            }
        }
    }

    async fn fetch(&mut self) -> Result<(), HubError> {
        if let Some(recent) = self.chat.recent(self.after).filter(|recent| !recent.is_empty()) {
            self.page = recent;
            return Ok(());
        }
        let read = self.inner.store.read(self.chat.id.clone(), self.after, PAGE);
        self.page = read.await.map_err(HubError::from)?.into();
        if self.page.is_empty() && self.inner.shared {
            // Another server was heard of an event that a failover took back.
            self.chat.ends(self.after);
        } else if self.page.is_empty() {
            // The pulse never runs ahead of what is stored.
            return Err(HubError::Store(StoreError::Corrupt(format!(
                "conversation {} ends at {}",
                self.chat.id, self.after
            ))));
        }
        Ok(())
    }

    /// One thing that has changed since it was told last.
    fn news(&mut self, pulse: Pulse) -> Option<Notice> {
        if pulse.place != self.told.place {
            self.told.place = pulse.place;
            if let Some(place) = pulse.place {
                return Some(Notice::Queue(place));
            }
        }
        if pulse.shopper_typing != self.told.shopper_typing {
            self.told.shopper_typing = pulse.shopper_typing;
            return Some(Notice::Typing(Speaker::Shopper));
        }
        if pulse.agent_typing != self.told.agent_typing {
            self.told.agent_typing = pulse.agent_typing;
            return Some(Notice::Typing(Speaker::Agent));
        }
        None
    }
}
