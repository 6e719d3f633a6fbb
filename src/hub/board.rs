//! The stream of boards that one desk gets.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::Inner;
use crate::handoff::Board;
use crate::model::AgentId;

/// The boards of one desk: the first at once, then one after every change, a few times a second at most.
pub struct BoardFeed {
    inner: Arc<Inner>,
    agent: AgentId,
    changes: watch::Receiver<u64>,
    /// The count of changes that the last board showed, and when it was sent.
    shown: Option<(u64, Instant)>,
}

impl BoardFeed {
    pub(super) fn new(inner: Arc<Inner>, agent: AgentId) -> BoardFeed {
        BoardFeed {
            changes: inner.changes.subscribe(),
            inner,
            agent,
            shown: None,
        }
    }

    /// The next board; waits until something has changed since the last. `None` when the hub has drained.
    /// Safe to drop and call again (`select!`).
    pub async fn next(&mut self) -> Option<Board> {
        let interval = Duration::from_millis(self.inner.settings.board_interval_ms);
        loop {
            if self.inner.ended.is_cancelled() {
                return None;
            }
            let count = *self.changes.borrow_and_update();
            let wait = match self.shown {
                None => Some(Duration::ZERO),
                Some((shown, at)) if shown != count => Some(interval.saturating_sub(at.elapsed())),
                Some(_) => None,
            };
            match wait {
                Some(Duration::ZERO) => {
                    self.shown = Some((count, Instant::now()));
                    let now = self.inner.clock.now();
                    return Some(self.inner.floor().board(&self.agent, now));
                }
                Some(wait) => tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    () = self.inner.ended.cancelled() => {}
                },
                None => tokio::select! {
                    changed = self.changes.changed() => changed.ok()?,
                    () = self.inner.ended.cancelled() => {}
                },
            }
        }
    }
}
