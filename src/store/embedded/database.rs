//! The writing connection, with what is known of what it wrote: one transaction at a time.

use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::failure::{Point, reach};
use super::feed;
use super::talks::Talks;
use super::{PATIENCE, failed};
use crate::store::StoreError;

/// Appends come densely from this mean distance on: then they are committed together. A commit costs as much as five appends.
const DENSE: Duration = Duration::from_micros(250);
/// A pause counts as this long at the most, so that a burst after a quiet night is seen at once.
const LONGEST: Duration = Duration::from_millis(4);
/// How much of the mean distance is that of the last append.
const LAST_COUNTS: f64 = 1.0 / 16.0;

/// What jobs of a transaction work with.
pub(super) struct Writing<'a> {
    /// The connection, inside the transaction.
    pub(super) connection: &'a Connection,
    /// How talks stand that were written lately.
    pub(super) talks: &'a mut Talks,
    position: &'a mut i64,
    wrote: bool,
}

impl Writing<'_> {
    /// From here on a failure cannot be taken back alone.
    pub(super) fn begin_writing(&mut self) {
        self.wrote = true;
    }

    /// Whether something was written since this was made.
    pub(super) fn wrote(&self) -> bool {
        self.wrote
    }

    /// The place of the next event, given once.
    pub(super) fn next_position(&mut self) -> i64 {
        *self.position += 1;
        *self.position
    }
}

/// The writing connection.
pub(super) struct Database {
    connection: Connection,
    talks: Talks,
    position: i64,
    appended: Instant,
    distance: Duration,
    waits: bool,
}

impl Database {
    /// The database behind this connection, which nobody else writes to.
    pub(super) fn new(connection: Connection) -> Result<Database, StoreError> {
        let position = feed::highest(&connection)?;
        Ok(Database {
            connection,
            talks: Talks::default(),
            position,
            appended: Instant::now(),
            distance: LONGEST,
            waits: true,
        })
    }

    /// The connection, between two transactions.
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Closes the database.
    pub(super) fn close(self) -> Result<(), StoreError> {
        self.connection.close().map_err(|(_, error)| failed(error))
    }

    /// An append has come; whether they come densely.
    pub(super) fn comes_densely(&mut self) -> bool {
        let now = Instant::now();
        let passed = now.duration_since(self.appended).min(LONGEST);
        self.appended = now;
        self.distance = self.distance.mul_f64(1.0 - LAST_COUNTS) + passed.mul_f64(LAST_COUNTS);
        self.are_dense()
    }

    /// Whether appends have come densely.
    pub(super) fn are_dense(&self) -> bool {
        self.distance < DENSE
    }

    /// Begins a transaction; while another program writes to the file, waits for it or fails at once.
    pub(super) fn begin(&mut self, waits: bool) -> Result<(), String> {
        if waits != self.waits {
            let patience = if waits { PATIENCE } else { Duration::ZERO };
            let set = self.connection.busy_timeout(patience);
            set.map_err(|error| error.to_string())?;
            self.waits = waits;
        }
        if !self.connection.is_autocommit() {
            // A bug has ended the one before halfway.
            self.roll_back();
        }
        self.execute("BEGIN IMMEDIATE")
    }

    /// What jobs work with.
    pub(super) fn writing(&mut self) -> Writing<'_> {
        Writing {
            connection: &self.connection,
            talks: &mut self.talks,
            position: &mut self.position,
            wrote: false,
        }
    }

    /// Whether the transaction is gone: some failures, a full disk among them, make SQLite take all of it back.
    pub(super) fn lost_transaction(&self) -> bool {
        self.connection.is_autocommit()
    }

    /// Commits, unless something has failed; what has.
    pub(super) fn end(&mut self, failure: Option<String>) -> Option<String> {
        let failure = failure
            .or_else(|| reach(Point::BeforeCommit).and_then(|()| self.execute("COMMIT")).err())
            .or_else(|| reach(Point::AfterCommit).err());
        if let Some(reason) = &failure {
            tracing::error!(%reason, "a group of writes failed");
            self.roll_back();
        }
        failure
    }

    /// Takes back what is not committed; what was known of it is read again.
    fn roll_back(&mut self) {
        if !self.connection.is_autocommit() {
            // What it says is no news beside the first error, and the next transaction finds out if it did not help.
            let _ = self.execute("ROLLBACK");
        }
        self.talks.clear();
    }

    /// Executes a statement without parameters.
    pub(super) fn execute(&self, sql: &str) -> Result<(), String> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([]))
            .map(|_| ())
            .map_err(|error| error.to_string())
    }
}
