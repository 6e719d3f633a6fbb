//! Keeps the files small beside the writer: folds the write-ahead log into the database, and gives pages that became
//! free back to the disk.
//!
//! Left to itself SQLite folds inside a commit, and everybody who waits for an acknowledgement waits for the disk:
//! seconds, on a slow one. Here a thread of its own does the most of it; the writer is asked only for what cannot be
//! done beside it, and for a moment at a time.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::failure::{Point, reach};
use super::writer::Writer;
use super::{connect, failed};
use crate::store::StoreError;

/// From how many pages on the write-ahead log is begun anew (64 MiB). Under steady writing the folding thread never
/// comes to its very end, and only at the end can a log begin anew.
const LOG_PAGES: u64 = 16 * 1024;
/// Pages given back in one step: under a millisecond of the writer's time.
const STEP_PAGES: u32 = 32;
/// The pause between two steps.
const STEP_PAUSE: Duration = Duration::from_millis(10);
/// Free pages are used again, so the file shrinks only when more than this part of it is free …
const FREE_PART: u64 = 8;
/// … and at least so many pages (1 MiB).
const FREE_PAGES: u64 = 256;

/// The thread. Dropping it waits for what is under way.
pub(super) struct Housekeeper {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Housekeeper {
    /// Starts the thread with a connection of its own.
    pub(super) fn start(path: &Path, every: Duration, writer: Arc<Writer>) -> Result<Housekeeper, StoreError> {
        let connection = connect(path)?;
        let (stop, stopped) = channel::<()>();
        let thread = std::thread::Builder::new()
            .name("store-housekeeping".to_owned())
            .spawn(move || {
                let mut pause = every;
                let mut folded = Instant::now();
                let mut shrunk = false;
                while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                    if folded.elapsed() >= every {
                        if let Err(error) = fold(&connection, &writer, shrunk) {
                            tracing::warn!(%error, "the write-ahead log was not folded into the database");
                        }
                        folded = Instant::now();
                        shrunk = false;
                    }
                    pause = match shrink(&connection, &writer) {
                        Ok(true) => {
                            shrunk = true;
                            STEP_PAUSE.min(every)
                        }
                        Ok(false) => every,
                        Err(error) => {
                            tracing::warn!(%error, "free space was not given back");
                            every
                        }
                    };
                }
            })
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Housekeeper {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Housekeeper {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been reported already, and there is nobody to hand it to.
            let _ = thread.join();
        }
    }
}

/// Folds what can be folded without holding anybody up; to the very end when the log has grown long, or when the file
/// is to become shorter, which it does only then.
fn fold(connection: &Connection, writer: &Writer, shrunk: bool) -> Result<(), StoreError> {
    reach(Point::Folding).map_err(StoreError::Unavailable)?;
    let (logged, folded) = fold_some(connection)?;
    if folded < logged && (logged >= LOG_PAGES || shrunk) {
        // What is left came in meanwhile and is little. Between two groups nothing comes in.
        writer.between(fold_some).transpose()?;
    }
    Ok(())
}

/// PASSIVE waits for nobody. How many pages the log has, and how many of them are in the database now.
fn fold_some(connection: &Connection) -> Result<(u64, u64), StoreError> {
    connection
        .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
            Ok((row.get(1)?, row.get(2)?))
        })
        .map(|(logged, folded): (i64, i64)| (logged.max(0).unsigned_abs(), folded.max(0).unsigned_abs()))
        .map_err(failed)
}

/// Gives some free pages back; whether there are more to give.
fn shrink(connection: &Connection, writer: &Writer) -> Result<bool, StoreError> {
    let count = |pragma: &str| {
        connection
            .query_row(pragma, [], |row| row.get::<_, u64>(0))
            .map_err(failed)
    };
    let (free, all) = (count("PRAGMA freelist_count")?, count("PRAGMA page_count")?);
    if free < FREE_PAGES || free < all / FREE_PART {
        return Ok(false);
    }
    let given_back = writer.between(give_back).transpose()?;
    Ok(given_back.is_some())
}

fn give_back(connection: &Connection) -> Result<(), StoreError> {
    let step = || {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        // Each row that is asked for gives back one page.
        let mut pages = connection.prepare_cached(&format!("PRAGMA incremental_vacuum({STEP_PAGES})"))?;
        let mut rows = pages.query([])?;
        while rows.next()?.is_some() {}
        Ok(())
    };
    let outcome = step()
        .map_err(failed)
        .and_then(|()| reach(Point::Compacting).map_err(StoreError::Unavailable))
        .and_then(|()| connection.execute_batch("COMMIT").map_err(failed));
    if outcome.is_err() && !connection.is_autocommit() {
        // What it says is no news beside the first error, and the next group finds out if it did not help.
        let _ = connection.execute_batch("ROLLBACK");
    }
    outcome
}
