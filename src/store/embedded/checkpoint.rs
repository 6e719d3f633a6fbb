//! Folds the write-ahead log into the database beside the writer. Left to itself SQLite does so inside a commit, and
//! everybody who waits for an acknowledgement waits for the disk: seconds, on a slow one.

use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::{connect, failed};
use crate::store::StoreError;

/// How often it looks whether there is something to fold.
const EVERY: Duration = Duration::from_secs(2);

/// The folding thread. Dropping it waits for a fold that is under way.
pub(super) struct Checkpointer {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts the thread with a connection of its own.
    pub(super) fn start(path: &Path) -> Result<Checkpointer, StoreError> {
        let connection = connect(path)?;
        let (stop, stopped) = channel::<()>();
        let thread = std::thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(move || {
                while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                    // PASSIVE waits for nobody and holds nobody up; what it cannot fold now it folds next time.
                    let folded = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
                    if let Err(error) = folded.map_err(failed) {
                        tracing::warn!(%error, "the write-ahead log was not folded into the database");
                    }
                }
            })
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Checkpointer {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been reported already, and there is nobody to hand it to.
            let _ = thread.join();
        }
    }
}
