//! What other servers that share the store have done, for a server that keeps a picture of it in memory. The store
//! is the truth: a change only tells when to look.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Notify, mpsc};

use crate::model::{ConversationId, Seq, Speaker};

/// One change by a peer.
#[derive(Clone, Debug, PartialEq)]
pub enum PeerChange {
    /// Another server appended to a conversation.
    Appended {
        /// Which.
        conversation: ConversationId,
        /// Its last event.
        seq: Seq,
        /// Whether people have it now: it waits in the queue or an agent has it.
        with_people: bool,
    },
    /// Somebody at another server is typing.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Who.
        speaker: Speaker,
    },
    /// A shopper at another server has seen a talk so far.
    Seen {
        /// Which.
        conversation: ConversationId,
        /// Up to this event.
        seq: Seq,
    },
    /// Agents came, left or changed their availability at another server.
    Desks,
    /// Some changes were lost: look at everything.
    Missed,
}

/// The sending end.
#[derive(Clone)]
pub(super) struct PeerChangeSender {
    queue: mpsc::Sender<PeerChange>,
    missed: Arc<Missed>,
}

#[derive(Default)]
struct Missed {
    flag: AtomicBool,
    wake: Notify,
}

/// The listening end.
pub struct PeerChanges {
    queue: mpsc::Receiver<PeerChange>,
    missed: Arc<Missed>,
}

/// Both ends; `capacity` changes may lie between them.
pub(super) fn channel(capacity: usize) -> (PeerChangeSender, PeerChanges) {
    let (sender, receiver) = mpsc::channel(capacity);
    let missed = Arc::new(Missed::default());
    let changes = PeerChanges {
        queue: receiver,
        missed: Arc::clone(&missed),
    };
    (PeerChangeSender { queue: sender, missed }, changes)
}

impl PeerChangeSender {
    /// Sends. A listener that is behind by the whole capacity is told that it missed something instead.
    pub(super) fn send(&self, change: PeerChange) {
        if matches!(change, PeerChange::Missed) || self.queue.try_send(change).is_err() {
            self.missed.flag.store(true, Ordering::Release);
            self.missed.wake.notify_one();
        }
    }

    /// Whether nobody listens any more.
    pub(super) fn abandoned(&self) -> bool {
        self.queue.is_closed()
    }
}

impl PeerChanges {
    /// The next change; `None` when the store is closed. Safe to drop and call again (`select!`).
    pub async fn next(&mut self) -> Option<PeerChange> {
        loop {
            if self.missed.flag.swap(false, Ordering::AcqRel) {
                return Some(PeerChange::Missed);
            }
            tokio::select! {
                change = self.queue.recv() => return change,
                () = self.missed.wake.notified() => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[tokio::test]
    async fn a_listener_that_falls_behind_is_told_that_it_missed_something() {
        let (sender, mut changes) = channel(2);
        for seq in 1..=5 {
            sender.send(PeerChange::Appended {
                conversation: ConversationId::new("c"),
                seq,
                with_people: false,
            });
        }
        let mut told = Vec::new();
        for _ in 0..3 {
            told.push(changes.next().await.unwrap());
        }
        assert!(told.contains(&PeerChange::Missed), "{told:?}");
        drop(sender);
        assert_eq!(changes.next().await, None);
    }
}
