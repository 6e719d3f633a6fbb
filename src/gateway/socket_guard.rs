//! What a socket holds from its upgrade to its end.

use std::sync::Arc;

use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::telemetry::{Metrics, SocketKind};

use super::limits::Admitted;

/// A socket's place, and that it is counted and waited for; given back when dropped, however the socket ends.
pub(super) struct SocketGuard {
    metrics: Arc<Metrics>,
    kind: SocketKind,
    _place: Admitted,
    _tracked: TaskTrackerToken,
}

impl SocketGuard {
    /// Counts a socket of this kind from now on.
    pub fn new(place: Admitted, tracked: TaskTrackerToken, metrics: Arc<Metrics>, kind: SocketKind) -> SocketGuard {
        metrics.connected(kind);
        SocketGuard {
            metrics,
            kind,
            _place: place,
            _tracked: tracked,
        }
    }
}

impl Drop for SocketGuard {
    fn drop(&mut self) {
        self.metrics.disconnected(self.kind);
    }
}
