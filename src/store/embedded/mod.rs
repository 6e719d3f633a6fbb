//! The store that needs nothing installed: SQLite in one folder, in write-ahead mode.
//!
//! One writes at a time: an append is committed at once while few come, in groups by a thread when many do; a few threads read.
//! An append is acknowledged after its commit.

mod append;
mod archive;
mod audit;
mod backup;
mod customer_cards;
mod database;
mod failure;
mod feed;
mod forget;
mod guard;
mod housekeeping;
mod log;
mod phrases;
mod queries;
mod readers;
mod reviews;
mod rights;
mod staff;
mod talk_index;
mod talks;
mod upgrade;
mod visitors;
mod writer;

#[cfg(test)]
mod faults;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;

use super::{Presence, StoreError};
pub use archive::Archive;
pub use backup::{BackupError, Copied, Restored, back_up, restore};
use guard::Guard;
use housekeeping::Housekeeper;
use readers::Readers;
pub use rights::wider;
use writer::Writer;

/// The name of the database inside the data folder.
const DATABASE: &str = "yingda.db";
/// How long a connection waits for another program that has the database locked.
const PATIENCE: Duration = Duration::from_secs(5);

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
        rights::create_folder(folder)
            .map_err(|error| StoreError::Unavailable(format!("{}: {error}", folder.display())))?;
        let guard = Guard::take(folder)?;
        rights::tighten(folder);
        let path = folder.join(DATABASE);
        rights::create_file(&path).map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))?;
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
        let writer = Arc::new(Writer::start(connection, guard, options.power_safe)?);
        let housekeeper = Housekeeper::start(&path, options.housekeeping, Arc::clone(&writer))?;
        Ok(Embedded {
            readers,
            _housekeeper: housekeeper,
            writer,
        })
    }
}

/// One process has the folder: there is nobody to tell.
impl Presence for Embedded {}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path).map_err(failed)?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    // What is deleted is overwritten with zeros, in the pages that stay and in those that become free. A deletion then writes
    // those pages too, instead of forgetting them: it costs about as much as storing them did. Appends cost the same.
    connection.pragma_update(None, "secure_delete", "ON").map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// What is stored, or to be stored, is no JSON of ours.
fn unreadable(error: serde_json::Error) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

/// What SQLite says, as the store's error. Damage is told apart from a disk that is full or gone.
fn failed(error: rusqlite::Error) -> StoreError {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    match error.sqlite_error_code() {
        Some(DatabaseCorrupt | NotADatabase) => StoreError::Corrupt(error.to_string()),
        _ => StoreError::Unavailable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::model::{
        ClientMessageId, ConversationId, EventKind, Language, Millis, NewEvent, Partition, ShopId, ShopperId,
    };
    use crate::store::{Expect, Log, Visitors};

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

    /// Every byte of the files of a folder.
    fn bytes(folder: &Path) -> Vec<u8> {
        let files = std::fs::read_dir(folder).unwrap();
        files
            .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect()
    }

    // A16
    #[tokio::test]
    async fn what_is_erased_stands_in_no_file_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let store = Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap();
        let (shop, shopper) = (ShopId::new("demo"), ShopperId::new("customer:7"));
        let conversation = ConversationId::begin("a-000", Partition::of(&shop, &shopper));
        let said = |id: usize| EventKind::Received {
            id: ClientMessageId::new(format!("m{id}")),
            text: "a secret that nobody may find".repeat(20),
            heard: None,
            files: Vec::new(),
        };
        let started = EventKind::Started {
            shop: shop.clone(),
            shopper: shopper.clone(),
            lang: Language::Chinese,
        };
        let kinds = std::iter::once(started).chain((0..200).map(said));
        let new_events = kinds.map(|kind| NewEvent { at: Millis(1), kind }).collect();
        store.append(conversation, Expect::New, new_events).await.unwrap();
        let holds = |folder: &Path| {
            let bytes = bytes(folder);
            [&b"a secret that nobody"[..], b"customer:7"]
                .map(|word| bytes.windows(word.len()).any(|window| window == word))
        };
        assert_eq!(holds(folder.path()), [true; 2]);
        assert_eq!(store.erase(shop, shopper).await.unwrap().events, 201);
        assert_eq!(holds(folder.path()), [false; 2], "while it runs");
        store.close().await.unwrap();
        assert_eq!(holds(folder.path()), [false; 2], "and afterwards");
    }

    // A16
    #[tokio::test]
    async fn tokens_of_visitors_who_never_said_a_word_do_not_stay() {
        let folder = tempfile::tempdir().unwrap();
        let store = Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap();
        let shop = ShopId::new("demo");
        for (hash, shopper, at) in [
            ([1; 32], "anon:1", 10),
            ([2; 32], "anon:2", 10),
            ([3; 32], "anon:3", 90),
        ] {
            let shopper = ShopperId::new(shopper);
            store
                .put_shopper_token(hash, shop.clone(), shopper, Millis(at))
                .await
                .unwrap();
        }
        let talks = ShopperId::new("anon:2");
        let conversation = ConversationId::begin("a-000", Partition::of(&shop, &talks));
        let kind = EventKind::Started {
            shop: shop.clone(),
            shopper: talks,
            lang: Language::Chinese,
        };
        let started = vec![NewEvent { at: Millis(11), kind }];
        store.append(conversation, Expect::New, started).await.unwrap();
        assert_eq!(store.forget_tokens(Millis(50), 10).await.unwrap(), 1);
        assert_eq!(store.shopper_of_token([1; 32]).await.unwrap(), None);
        for kept in [[2; 32], [3; 32]] {
            assert!(store.shopper_of_token(kept).await.unwrap().is_some());
        }
    }

    // A11
    #[cfg(unix)]
    #[test]
    fn what_shoppers_say_is_readable_by_the_server_s_own_user_only() {
        use std::fs::{self, Permissions};
        use std::os::unix::fs::PermissionsExt;

        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let files = |folder: &Path| {
            let names = ["yingda.db", "yingda.db-wal", "yingda.db-shm", "yingda.lock"];
            names.map(|name| mode(&folder.join(name)))
        };
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("data");
        let store = Embedded::open(&folder, EmbeddedOptions::default()).unwrap();
        assert_eq!((mode(&folder), files(&folder)), (0o700, [0o600; 4]));
        assert!(wider(&folder).is_empty());
        drop(store);
        // As versions before left it, and as a copy or an unpacked archive may be.
        fs::write(folder.join("yingda.db-wal"), "").unwrap();
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        for name in ["yingda.db", "yingda.db-wal", "yingda.lock"] {
            fs::set_permissions(folder.join(name), Permissions::from_mode(0o644)).unwrap();
        }
        assert_eq!(wider(&folder).len(), 4);
        let _store = Embedded::open(&folder, EmbeddedOptions::default()).unwrap();
        assert_eq!((mode(&folder), files(&folder)), (0o700, [0o600; 4]));
        // A folder that everybody may use stays everybody's.
        let shared = parent.path().join("shared");
        fs::create_dir(&shared).unwrap();
        fs::set_permissions(&shared, Permissions::from_mode(0o1777)).unwrap();
        let _other = Embedded::open(&shared, EmbeddedOptions::default()).unwrap();
        assert_eq!((mode(&shared), files(&shared)), (0o777, [0o600; 4]));
    }
}

#[cfg(test)]
mod conforms {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::store::Store;

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
