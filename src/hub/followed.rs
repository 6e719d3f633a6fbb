//! A watermark that is followed: whoever listens is woken when it moves, and compares it with what was told.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use super::watermark::Watermark;

/// The watermark of one conversation. There are as many as shoppers with a page open: a channel for many receivers, which
/// spreads them over eight lists, would cost each of them 400 bytes, and most have one listener.
#[derive(Default)]
pub(super) struct Followed {
    watermark: Mutex<Watermark>,
    moved: Notify,
    listeners: AtomicUsize,
}

impl Followed {
    /// How it stands.
    pub(super) fn now(&self) -> Watermark {
        *self.watermark.lock().expect("no holder of this lock panics")
    }

    /// Changes it, and wakes all listeners if `change` says so, which is returned.
    pub(super) fn change(&self, change: impl FnOnce(&mut Watermark) -> bool) -> bool {
        let moved = change(&mut self.watermark.lock().expect("no holder of this lock panics"));
        if moved {
            self.moved.notify_waiters();
        }
        moved
    }

    /// Waits for a change after this call, also before it is waited for.
    pub(super) fn moves(&self) -> Notified<'_> {
        self.moved.notified()
    }

    /// One more listens.
    pub(super) fn begin_listening(&self) {
        self.listeners.fetch_add(1, Ordering::AcqRel);
    }

    /// One listens no more.
    pub(super) fn end_listening(&self) {
        self.listeners.fetch_sub(1, Ordering::AcqRel);
    }

    /// How many listen.
    pub(super) fn listeners(&self) -> usize {
        self.listeners.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn a_change_between_the_look_and_the_wait_is_not_missed() {
        let followed = Followed::default();
        let moves = followed.moves();
        assert_eq!(followed.now().seq(), 0);
        followed.change(|watermark| watermark.advance_to(3));
        assert_eq!(moves.now_or_never(), Some(()));
        assert_eq!(followed.now().seq(), 3);
        let moves = followed.moves();
        followed.change(|watermark| watermark.advance_to(2));
        assert_eq!(moves.now_or_never(), None, "it did not move");
    }
}
