//! A copy of the store in one file, made beside a running server, and putting one back.
//!
//! The copy is SQLite's own (`VACUUM INTO`): one snapshot, everything that was committed before it and nothing of what
//! was deleted. It is written beside its target, synced, read again and checked, and takes its name last.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::guard::Guard;
use super::{DATABASE, PATIENCE, audit, failed, feed, rights, upgrade};
use crate::store::{AuditCheck, AuditFault, StoreError};

/// Entries of the audit record read at once.
const AT_ONCE: usize = 1_000;

/// What a copy holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The format of the data; a newer program brings an older one up to date when it opens it.
    pub format: usize,
    /// Conversations.
    pub conversations: u64,
    /// Events of all conversations.
    pub events: u64,
    /// People who work here; 0 in formats before 3.
    pub members: u64,
    /// Entries of the audit record; 0 in formats before 3.
    pub audit: u64,
    /// Where the audit record is not as it was written. It is copied as it is.
    pub audit_fault: Option<AuditFault>,
    /// The size of the file.
    pub bytes: u64,
}

/// What restoring did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What is there now.
    pub copied: Copied,
    /// Where that which was there before lies; `None` when there was nothing.
    pub aside: Option<PathBuf>,
}

/// Why a copy was not made or not put back; what was there is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// There is no database in the folder.
    #[error("{} holds no data of yingda", .0.display())]
    NoData(PathBuf),
    /// A file of this name is there.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// The file is no copy of a store.
    #[error("{} is no backup of yingda", .0.display())]
    NoBackup(PathBuf),
    /// The data was written by a newer program.
    #[error("the data has format {found}, written by a newer yingda; this one reads up to {known}")]
    Newer {
        /// The format of the data.
        found: usize,
        /// The newest that this program knows.
        known: usize,
    },
    /// A copy was read again and is not whole.
    #[error("{} is damaged: {said}", .path.display())]
    Damaged {
        /// The copy.
        path: PathBuf,
        /// What is wrong.
        said: String,
    },
    /// A file cannot be read or written.
    #[error("{}: {cause}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// A server has the folder, or the database cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Copies the store of this folder into a file of its own, also beside a running server. `replace` lets it take the
/// place of a file that is there.
///
/// # Errors
/// See [`BackupError`]; then there is no new file.
pub fn back_up(folder: &Path, target: &Path, replace: bool) -> Result<Copied, BackupError> {
    let source = folder.join(DATABASE);
    if !source.is_file() {
        return Err(BackupError::NoData(folder.to_owned()));
    }
    if !replace && target.exists() {
        return Err(BackupError::Exists(target.to_owned()));
    }
    let database = read_only(&source)?;
    format_of(&database, &source)?;
    let before = highest_position(&database)?;
    let partial = Partial::beside(target)?;
    let name = partial.0.to_str().ok_or_else(|| {
        let cause = io::Error::new(io::ErrorKind::InvalidInput, "the name is not UTF-8");
        file_error(target)(cause)
    })?;
    database.execute("VACUUM INTO ?", [name]).map_err(failed)?;
    drop(database);
    sync(&partial.0)?;
    let copied = examine(&partial.0)?;
    if highest_position(&read_only(&partial.0)?)? < before {
        return Err(BackupError::Damaged {
            path: partial.0.clone(),
            said: "it ends before what was stored when it began".to_owned(),
        });
    }
    partial.take_name(target, replace)?;
    Ok(copied)
}

/// Puts a copy into a folder that no server has. What is there is kept aside, in a folder whose name ends with `stamp`.
///
/// # Errors
/// See [`BackupError`].
pub fn restore(file: &Path, folder: &Path, stamp: &str) -> Result<Restored, BackupError> {
    if !file.is_file() {
        return Err(BackupError::NoBackup(file.to_owned()));
    }
    examine(file)?;
    rights::create_folder(folder).map_err(file_error(folder))?;
    let _guard = Guard::take(folder)?;
    rights::tighten(folder);
    let target = folder.join(DATABASE);
    let partial = Partial::beside(&target)?;
    let mut from = File::open(file).map_err(file_error(file))?;
    let mut into = File::options()
        .write(true)
        .open(&partial.0)
        .map_err(file_error(&partial.0))?;
    io::copy(&mut from, &mut into).map_err(file_error(&partial.0))?;
    drop(into);
    sync(&partial.0)?;
    let copied = examine(&partial.0)?;
    let there = fs::metadata(&target).is_ok_and(|found| found.len() > 0);
    let aside = match there {
        true => Some(put_aside(folder, stamp)?),
        false => None,
    };
    partial.take_name(&target, true)?;
    Ok(Restored { copied, aside })
}

/// Keeps what is in the folder: the database by a second name until the other takes its place, so that there is one at
/// every moment.
fn put_aside(folder: &Path, stamp: &str) -> Result<PathBuf, BackupError> {
    let target = folder.join(DATABASE);
    // What stands in the write-ahead log belongs to it. One that cannot be read is kept as it is.
    if let Ok(database) = Connection::open(&target) {
        let folded = database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        let closed = database.close();
        if folded.is_err() || closed.is_err() {
            tracing::warn!("the database that was there is kept aside as it is: it cannot be read");
        }
    }
    let mut aside = folder.join(format!("before-restore-{stamp}"));
    let mut more = 1;
    while aside.exists() {
        more += 1;
        aside = folder.join(format!("before-restore-{stamp}-{more}"));
    }
    rights::create_folder(&aside).map_err(file_error(&aside))?;
    for name in ["yingda.db-wal", "yingda.db-shm"] {
        let path = folder.join(name);
        if path.exists() {
            fs::rename(&path, aside.join(name)).map_err(file_error(&path))?;
        }
    }
    let kept = aside.join(DATABASE);
    if fs::hard_link(&target, &kept).is_err() {
        fs::rename(&target, &kept).map_err(file_error(&target))?;
    }
    sync_folder(&aside)?;
    Ok(aside)
}

/// Reads a copy from one end to the other.
fn examine(path: &Path) -> Result<Copied, BackupError> {
    let database = read_only(path)?;
    let format = format_of(&database, path)?;
    let damaged = |said: String| BackupError::Damaged {
        path: path.to_owned(),
        said,
    };
    let said: String = database
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(|error| damaged(error.to_string()))?;
    if said != "ok" {
        return Err(damaged(said));
    }
    let count = |table: &str, since: usize| match format < since {
        true => Ok(0),
        false => database
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .map_err(|error| damaged(error.to_string())),
    };
    Ok(Copied {
        format,
        conversations: count("conversations", 1)?,
        events: count("events", 1)?,
        members: count("staff", 3)?,
        audit: count("audit", 3)?,
        audit_fault: match format < 4 {
            true => None,
            false => audit_fault(&database)?,
        },
        bytes: fs::metadata(path).map_err(file_error(path))?.len(),
    })
}

fn audit_fault(database: &Connection) -> Result<Option<AuditFault>, StoreError> {
    let mut check = AuditCheck::new(None);
    let mut after = 0;
    loop {
        let records = audit::after(database, after, AT_ONCE)?;
        for record in &records {
            if let Err(fault) = check.take(record) {
                return Ok(Some(fault));
            }
            after = record.number;
        }
        if records.len() < AT_ONCE {
            return Ok(check.end(audit::given(database)?).err());
        }
    }
}

/// The format of data that this program can read or bring up to date.
fn format_of(database: &Connection, path: &Path) -> Result<usize, BackupError> {
    let (found, known) = (upgrade::format(database), upgrade::newest());
    match found {
        Ok(0) => Err(BackupError::NoBackup(path.to_owned())),
        Ok(found) if found > known => Err(BackupError::Newer { found, known }),
        Ok(found) => Ok(found),
        Err(StoreError::Corrupt(said)) => Err(BackupError::Damaged {
            path: path.to_owned(),
            said,
        }),
        Err(other) => Err(other.into()),
    }
}

/// The highest position of the feed, which only rises; 0 in formats before 3.
fn highest_position(database: &Connection) -> Result<i64, StoreError> {
    match upgrade::format(database)? {
        ..3 => Ok(0),
        3..5 => database
            .query_row("SELECT ifnull(max(position), 0) FROM feed", [], |row| row.get(0))
            .map_err(failed),
        5.. => feed::highest(database),
    }
}

fn read_only(path: &Path) -> Result<Connection, BackupError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)
        .map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    Ok(connection)
}

fn file_error(path: &Path) -> impl Fn(io::Error) -> BackupError + '_ {
    |cause| BackupError::File {
        path: path.to_owned(),
        cause,
    }
}

fn sync(path: &Path) -> Result<(), BackupError> {
    let file = File::options().write(true).open(path);
    file.and_then(|file| file.sync_all()).map_err(file_error(path))
}

/// Makes names last through a power cut, where folders can be synced.
fn sync_folder(folder: &Path) -> Result<(), BackupError> {
    #[cfg(unix)]
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(file_error(folder))?;
    let _ = folder;
    Ok(())
}

/// A file that is being written; it goes again unless it takes its name.
struct Partial(PathBuf);

impl Partial {
    fn beside(target: &Path) -> Result<Partial, BackupError> {
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.partial", std::process::id()));
        let path = target.with_file_name(name);
        // Left by a process of the same number that was killed.
        let _ = fs::remove_file(&path);
        let created = rights::private().write(true).create_new(true).open(&path);
        created.map_err(file_error(&path))?;
        Ok(Partial(path))
    }

    fn take_name(self, target: &Path, replace: bool) -> Result<(), BackupError> {
        let linked = match replace {
            true => Err(io::Error::from(io::ErrorKind::Unsupported)),
            // Unlike renaming it never takes the place of a file that has come meanwhile.
            false => fs::hard_link(&self.0, target),
        };
        match linked {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(BackupError::Exists(target.to_owned()));
            }
            Err(_) => fs::rename(&self.0, target).map_err(file_error(target))?,
        }
        let folder = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        sync_folder(folder)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
#[path = "backup_tests.rs"]
mod tests;
