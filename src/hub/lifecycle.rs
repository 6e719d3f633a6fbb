//! From start to drain: the tasks that run, and what may no longer begin.

use std::future::{Future, poll_fn};
use std::panic::AssertUnwindSafe;
use std::task::Poll;

use futures_util::FutureExt;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::store::StoreError;

use super::HubError;

/// Owns the hub's tasks and ends them in order: nothing new is taken, what has begun is finished, listeners end.
#[derive(Default)]
pub(super) struct Lifecycle {
    /// Nothing new is taken.
    stop: CancellationToken,
    /// Everything is stored; listeners end.
    ended: CancellationToken,
    tasks: TaskTracker,
    drained: OnceCell<Result<(), String>>,
}

impl Lifecycle {
    /// Whether nothing new is taken any more.
    pub(super) fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Waits until nothing new is taken any more.
    pub(super) async fn stopping(&self) {
        self.stop.cancelled().await;
    }

    /// Tells listeners that everything is over.
    pub(super) fn ended(&self) -> CancellationToken {
        self.ended.clone()
    }

    /// Runs a task that ends by itself once the hub stops.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    /// Runs what must not stop halfway when the caller goes away: from the append to the listeners. What need not wait is done
    /// at once; the rest is a task of its own.
    pub(super) async fn finish<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, HubError>> + Send + 'static,
    ) -> Result<T, HubError> {
        if self.is_stopping() {
            return Err(HubError::Draining);
        }
        let mut work = Box::pin(self.tasks.track_future(AssertUnwindSafe(work).catch_unwind()));
        let outcome = match poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => match tokio::spawn(work).await {
                Ok(outcome) => outcome,
                Err(aborted) => return Err(HubError::Store(StoreError::Unavailable(aborted.to_string()))),
            },
        };
        outcome.unwrap_or_else(|_| {
            let panicked = "the work on it panicked".to_owned();
            Err(HubError::Store(StoreError::Unavailable(panicked)))
        })
    }

    /// Takes nothing new, waits for what runs, ends listeners, then closes. Called again it waits for the same.
    pub(super) async fn drain(&self, close: impl Future<Output = Result<(), StoreError>>) -> Result<(), HubError> {
        let drained = self.drained.get_or_init(|| async {
            self.stop.cancel();
            self.tasks.close();
            self.tasks.wait().await;
            self.ended.cancel();
            close.await.map_err(|error| error.to_string())
        });
        drained
            .await
            .clone()
            .map_err(|reason| HubError::Store(StoreError::Unavailable(reason)))
    }
}
