//! The stream of boards that one desk gets.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::handoff::Board;
use crate::model::AgentId;
use crate::shops::Notice;

use super::floor::SharedFloor;

/// The boards of one desk: the first at once, then one after every change: of an own chat at once, of all else a few times a
/// second at most.
pub struct BoardFeed {
    floor: Arc<SharedFloor>,
    agent: AgentId,
    interval: Duration,
    /// Whether boards hold what the agent is offered.
    whole: bool,
    changes: watch::Receiver<u64>,
    own: watch::Receiver<u64>,
    notices: watch::Receiver<Arc<[Notice]>>,
    ended: CancellationToken,
    /// Whether something has changed since the last board.
    due: bool,
    sent: Option<Instant>,
}

impl BoardFeed {
    pub(super) fn new(
        floor: Arc<SharedFloor>,
        agent: AgentId,
        whole: bool,
        interval: Duration,
        ended: CancellationToken,
    ) -> BoardFeed {
        BoardFeed {
            whole,
            changes: floor.changes(),
            own: floor.own_changes(&agent),
            notices: floor.notice_changes(),
            floor,
            agent,
            interval,
            ended,
            due: true,
            sent: None,
        }
    }

    /// The next board; waits until something has changed since the last. `None` when the hub has drained.
    /// Safe to drop and call again (`select!`).
    pub async fn next(&mut self) -> Option<Board> {
        loop {
            if self.ended.is_cancelled() {
                return None;
            }
            if !self.due {
                tokio::select! {
                    changed = self.changes.changed() => changed.ok()?,
                    changed = self.own.changed() => {
                        changed.ok()?;
                        self.own.mark_changed();
                    }
                    changed = self.notices.changed() => changed.ok()?,
                    () = self.ended.cancelled() => continue,
                }
                self.due = true;
            }
            let pause = self.sent.map(|sent| self.interval.saturating_sub(sent.elapsed()));
            if let Some(pause) = pause.filter(|pause| !pause.is_zero()) {
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    // What concerns an own chat waits for nothing.
                    changed = self.own.changed() => changed.ok()?,
                    () = self.ended.cancelled() => continue,
                }
            }
            // What changes from here on is on the next board.
            self.changes.mark_unchanged();
            self.own.mark_unchanged();
            self.notices.mark_unchanged();
            self.due = false;
            self.sent = Some(Instant::now());
            return Some(self.floor.board(&self.agent, self.whole));
        }
    }

    /// What this agent must be told until it is over.
    pub fn notices(&self) -> Vec<Notice> {
        self.floor.notices(&self.agent)
    }
}
