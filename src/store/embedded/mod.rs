//! The store that needs nothing installed: SQLite in one folder, in write-ahead mode.
//!
//! One thread writes and commits in groups; a few threads read. An append is acknowledged after its commit.

mod append;
mod archive;
mod failure;
mod forget;
mod guard;
mod housekeeping;
mod queries;
mod readers;
mod upgrade;
mod writer;

#[cfg(test)]
mod faults;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};

use crate::model::{AgentId, ClientMessageId, ConversationId, Draft, Event, Millis, Seq, ShopId, ShopperId, Speaker};

use super::{Agent, CredentialKind, Expect, Head, Receipt, Store, StoreError, StoreFuture, WaitingTicket};
pub use archive::Archive;
use guard::Guard;
use housekeeping::Housekeeper;
use readers::Readers;
use writer::Writer;

/// The name of the database inside the data folder.
const DATABASE: &str = "yingda.db";

/// How the embedded store runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmbeddedOptions {
    /// Wait for the disk at every group commit (`synchronous=FULL`): acknowledged messages survive a power cut.
    /// Without it they survive the end of the process, however abrupt, and a power cut may take the last moments.
    pub power_safe: bool,
    /// Reading threads, at least 1.
    pub readers: usize,
    /// How often the write-ahead log is folded into the database and free space is looked for.
    pub housekeeping: Duration,
}

impl Default for EmbeddedOptions {
    fn default() -> Self {
        Self {
            power_safe: false,
            readers: 2,
            housekeeping: Duration::from_secs(2),
        }
    }
}

/// The embedded store, open.
pub struct Embedded {
    // The order matters when it is dropped: the others close before the writer, which lets go of the folder last.
    readers: Readers,
    _housekeeper: Housekeeper,
    writer: Arc<Writer>,
}

impl Embedded {
    /// Opens the store in this folder, creating it when it is not there, and brings an older format up to date.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process has it open, [`StoreError::Unavailable`] when the folder or the
    /// database cannot be opened, [`StoreError::Corrupt`] when it was written by a newer yingda or is damaged.
    pub fn open(folder: &Path, options: EmbeddedOptions) -> Result<Embedded, StoreError> {
        std::fs::create_dir_all(folder)
            .map_err(|error| StoreError::Unavailable(format!("{}: {error}", folder.display())))?;
        let guard = Guard::take(folder)?;
        let path = folder.join(DATABASE);
        let mut connection = connect(&path)?;
        let is_new = connection
            .query_row("PRAGMA page_count", [], |row| row.get::<_, u64>(0))
            .map_err(failed)?
            == 0;
        if is_new {
            upgrade::lay_out_for_shrinking(&connection)?;
        }
        connection.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
        connection
            .pragma_update(None, "synchronous", if options.power_safe { "FULL" } else { "NORMAL" })
            .map_err(failed)?;
        upgrade::to_current(&mut connection)?;
        upgrade::lay_out_for_shrinking(&connection)?;
        connection
            .pragma_update(None, "wal_autocheckpoint", 0)
            .map_err(failed)?;
        let readers = Readers::start(&path, options.readers.max(1))?;
        let writer = Arc::new(Writer::start(connection, guard)?);
        let housekeeper = Housekeeper::start(&path, options.housekeeping, Arc::clone(&writer))?;
        Ok(Embedded {
            readers,
            _housekeeper: housekeeper,
            writer,
        })
    }
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path).map_err(failed)?;
    connection.busy_timeout(Duration::from_secs(5)).map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// What SQLite says, as the store's error. Damage is told apart from a disk that is full or gone.
fn failed(error: rusqlite::Error) -> StoreError {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    match error.sqlite_error_code() {
        Some(DatabaseCorrupt | NotADatabase) => StoreError::Corrupt(error.to_string()),
        _ => StoreError::Unavailable(error.to_string()),
    }
}

impl Store for Embedded {
    fn append(&self, conversation: ConversationId, expect: Expect, drafts: Vec<Draft>) -> StoreFuture<'_, Receipt> {
        // Serialised here, on the caller's thread, because the one writing thread is what everybody waits for.
        let prepared = match append::prepare(drafts) {
            Ok(prepared) => prepared,
            Err(error) => return Box::pin(async move { Err(error) }),
        };
        self.writer
            .submit(move |connection| append::append(connection, &conversation, expect, prepared))
    }

    fn read(&self, conversation: ConversationId, after: Seq, limit: usize) -> StoreFuture<'_, Vec<Arc<Event>>> {
        self.readers
            .submit(move |connection| queries::events(connection, &conversation, after, limit))
    }

    fn head(&self, conversation: ConversationId) -> StoreFuture<'_, Option<Head>> {
        self.readers
            .submit(move |connection| queries::head(connection, &conversation))
    }

    fn find(
        &self,
        conversation: ConversationId,
        id: ClientMessageId,
        speaker: Speaker,
    ) -> StoreFuture<'_, Option<Seq>> {
        self.readers
            .submit(move |connection| append::find(connection, &conversation, append::code(speaker), &id))
    }

    fn open_conversation(&self, shop: ShopId, shopper: ShopperId) -> StoreFuture<'_, Option<ConversationId>> {
        self.readers
            .submit(move |connection| append::open_conversation(connection, &shop, &shopper))
    }

    fn put_shopper_token(
        &self,
        token_hash: [u8; 32],
        shop: ShopId,
        shopper: ShopperId,
        at: Millis,
    ) -> StoreFuture<'_, ()> {
        self.writer.submit(move |connection| {
            connection
                .prepare_cached("INSERT OR REPLACE INTO shopper_tokens (hash, shop, shopper, at) VALUES (?, ?, ?, ?)")
                .and_then(|mut put| put.execute(params![token_hash, shop.as_str(), shopper.as_str(), at.0]))
                .map_err(failed)?;
            Ok(())
        })
    }

    fn shopper_of_token(&self, token_hash: [u8; 32]) -> StoreFuture<'_, Option<(ShopId, ShopperId)>> {
        self.readers.submit(move |connection| {
            connection
                .prepare_cached("SELECT shop, shopper FROM shopper_tokens WHERE hash = ?")
                .and_then(|mut select| {
                    select
                        .query_row([token_hash], |row| {
                            Ok((
                                ShopId::new(row.get_ref(0)?.as_str()?),
                                ShopperId::new(row.get_ref(1)?.as_str()?),
                            ))
                        })
                        .optional()
                })
                .map_err(failed)
        })
    }

    fn waiting(&self) -> StoreFuture<'_, Vec<WaitingTicket>> {
        self.readers.submit(queries::waiting)
    }

    fn assigned(&self) -> StoreFuture<'_, Vec<Head>> {
        self.readers.submit(queries::assigned)
    }

    fn unanswered(&self) -> StoreFuture<'_, Vec<Head>> {
        self.readers.submit(queries::unanswered)
    }

    fn put_agent(&self, agent: Agent) -> StoreFuture<'_, ()> {
        self.writer.submit(move |connection| {
            connection
                .prepare_cached("INSERT OR REPLACE INTO agents (id, name, supervisor, slots) VALUES (?, ?, ?, ?)")
                .and_then(|mut put| put.execute(params![agent.id.as_str(), agent.name, agent.supervisor, agent.slots]))
                .map_err(failed)?;
            Ok(())
        })
    }

    fn agent(&self, id: AgentId) -> StoreFuture<'_, Option<Agent>> {
        self.readers.submit(move |connection| queries::agent(connection, &id))
    }

    fn agents(&self) -> StoreFuture<'_, Vec<Agent>> {
        self.readers.submit(queries::agents)
    }

    fn put_credential(
        &self,
        hash: [u8; 32],
        kind: CredentialKind,
        agent: AgentId,
        expires: Millis,
    ) -> StoreFuture<'_, ()> {
        self.writer.submit(move |connection| {
            connection
                .prepare_cached("INSERT OR REPLACE INTO credentials (hash, kind, agent, expires) VALUES (?, ?, ?, ?)")
                .and_then(|mut put| put.execute(params![hash, kind.name(), agent.as_str(), expires.0]))
                .map_err(failed)?;
            Ok(())
        })
    }

    fn use_credential(&self, hash: [u8; 32], kind: CredentialKind, now: Millis) -> StoreFuture<'_, Option<AgentId>> {
        match kind {
            CredentialKind::Session => self
                .readers
                .submit(move |connection| queries::session(connection, hash, now)),
            // Spending is a write, so that of two who come with one link one gets in.
            CredentialKind::SignIn => self.writer.submit(move |connection| {
                let agent = connection
                    .prepare_cached(
                        "DELETE FROM credentials WHERE hash = ? AND kind = 'sign_in' AND expires > ? RETURNING agent",
                    )
                    .and_then(|mut spend| {
                        spend
                            .query_row(params![hash, now.0], |row| Ok(AgentId::new(row.get_ref(0)?.as_str()?)))
                            .optional()
                    })
                    .map_err(failed)?;
                connection
                    .prepare_cached("DELETE FROM credentials WHERE expires <= ?")
                    .and_then(|mut sweep| sweep.execute([now.0]))
                    .map_err(failed)?;
                Ok(agent)
            }),
        }
    }

    fn drop_credential(&self, hash: [u8; 32]) -> StoreFuture<'_, ()> {
        self.writer.submit(move |connection| {
            connection
                .prepare_cached("DELETE FROM credentials WHERE hash = ?")
                .and_then(|mut delete| delete.execute([hash]))
                .map_err(failed)?;
            Ok(())
        })
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            self.readers.close().await;
            self.writer.close().await
        })
    }

    fn idle(&self, before: Millis, limit: usize) -> StoreFuture<'_, Vec<Head>> {
        self.readers
            .submit(move |connection| queries::idle(connection, before, limit))
    }

    fn forget(&self, closed_before: Millis, limit: usize) -> StoreFuture<'_, usize> {
        Box::pin(async move {
            let mut forgotten = 0;
            while forgotten < limit {
                let next = forget::AT_ONCE.min(limit - forgotten);
                let work = move |connection: &Connection| forget::forget(connection, closed_before, next);
                let some = self.writer.submit(work).await?;
                forgotten += some;
                if some < next {
                    break;
                }
            }
            Ok(forgotten)
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_second_opener_is_told_which_folder_is_in_use() {
        let folder = tempfile::tempdir().unwrap();
        let first = Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap();
        let refused = Embedded::open(folder.path(), EmbeddedOptions::default()).err().unwrap();
        assert!(
            refused.to_string().contains(&folder.path().display().to_string()),
            "{refused}"
        );
        drop(first);
        Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap();
    }
}

#[cfg(test)]
mod conforms {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn folder() -> impl Fn() -> std::pin::Pin<Box<dyn Future<Output = Arc<dyn Store>>>> {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        move || {
            let folder = Arc::clone(&folder);
            Box::pin(async move {
                let store = Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap();
                Arc::new(store) as Arc<dyn Store>
            })
        }
    }

    crate::store::conformance::conformance!(folder());
}
