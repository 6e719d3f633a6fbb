//! The folder of files.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Semaphore;

use crate::model::{ClientMessageId, ConversationId, FileId, Millis, SentFile};

use super::FileError;
use super::claimed::{Claimed, moved};
use super::content::{Bounds, Content, Format, inspect};
use super::description::{described, sent};
use super::incoming::Incoming;
use super::owner::{FileOwner, format_of};

/// Files looked through at once: each is held whole meanwhile.
const AT_ONCE: usize = 2;
/// What begins the names of files that are being written.
pub(super) const PARTS: &str = "incoming";
/// What no message names yet.
pub(super) const UPLOADS: &str = "uploads";
/// What messages name.
pub(super) const TALKS: &str = "talks";
/// What phrases have.
pub(super) const PHRASES: &str = "phrases";

/// The files of an installation. Clones share them.
#[derive(Clone, Debug)]
pub struct Files(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    root: PathBuf,
    bounds: Bounds,
    /// So many bytes of the disk are left for the log.
    keep_free: u64,
    working: Semaphore,
    /// Tells files that are being written apart, with the process's own number.
    next: AtomicU64,
}

impl Files {
    /// The files in this folder, which is made where it is missing.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn open(root: PathBuf, bounds: Bounds, keep_free: u64) -> io::Result<Files> {
        for folder in [PARTS, UPLOADS, TALKS, PHRASES] {
            fs::create_dir_all(root.join(folder))?;
        }
        Ok(Files(Arc::new(Inner {
            root,
            bounds,
            keep_free,
            working: Semaphore::new(AT_ONCE),
            next: AtomicU64::new(0),
        })))
    }

    /// How large files may be.
    pub fn bounds(&self) -> Bounds {
        self.0.bounds
    }

    pub(super) fn root(&self) -> &Path {
        &self.0.root
    }

    /// A file begins to come in.
    ///
    /// # Errors
    /// [`FileError::NoSpace`], [`FileError::Io`].
    pub async fn receive(&self) -> Result<Incoming, FileError> {
        let files = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let Inner {
                root,
                bounds,
                keep_free,
                ..
            } = &*files.0;
            if let Some(free) = free_space(root)
                && free < keep_free + bounds.bytes
            {
                return Err(FileError::NoSpace);
            }
            Incoming::new(files.part(), bounds.bytes)
        });
        work.await.map_err(io::Error::other)?
    }

    /// A name that nobody else writes.
    pub(super) fn part(&self) -> PathBuf {
        let number = self.0.next.fetch_add(1, Ordering::Relaxed);
        let now = jiff::Timestamp::now().as_nanosecond();
        let name = format!("{}-{now}-{number}", std::process::id());
        self.0.root.join(PARTS).join(name)
    }

    /// Keeps what has come in as this owner's, for an hour. The same upload sent again is the file that is there.
    ///
    /// # Errors
    /// As [`inspect`]; [`FileError::NoSpace`], [`FileError::Io`].
    pub async fn keep(
        &self,
        owner: FileOwner,
        upload: ClientMessageId,
        mut incoming: Incoming,
    ) -> Result<SentFile, FileError> {
        incoming.flush().await?;
        let _working = self.0.working.acquire().await.expect("it is never closed");
        let files = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let bytes = fs::read(&incoming.path).map_err(FileError::of)?;
            let content = inspect(&bytes, files.0.bounds)?;
            drop(bytes);
            let id = owner.file_id(&upload, content.format);
            let place = files.uploads_of(&owner).join(id.as_str());
            if place.exists() {
                return described(&place, id, "");
            }
            files.put(&content, &place)?;
            Ok(sent(id, &content, ""))
        });
        work.await.map_err(io::Error::other)?
    }

    /// Writes a file so that it is there whole or not at all.
    fn put(&self, content: &Content, place: &Path) -> Result<(), FileError> {
        let part = self.part();
        let written = File::create_new(&part).and_then(|mut file| {
            file.write_all(&content.bytes)?;
            file.sync_all()
        });
        let moved = written.and_then(|()| moved(&part, place));
        if moved.is_err() {
            let _ = fs::remove_file(&part);
        }
        moved.map_err(FileError::of)
    }

    /// What of an owner's uploads a message names goes to the files of the talk, and is described for the log. Files that lie
    /// there already are found there, so that a message may be sent again. When one cannot be named none has moved.
    ///
    /// # Errors
    /// [`FileError::Unknown`] for what this owner has not sent, or too long ago; [`FileError::NoSpace`], [`FileError::Io`].
    pub async fn name(
        &self,
        owner: FileOwner,
        conversation: ConversationId,
        named: Vec<(FileId, String)>,
    ) -> Result<(Vec<SentFile>, Claimed), FileError> {
        let mut claimed = Claimed::nothing(self.uploads_of(&owner), self.talk(&conversation)?);
        let _working = self.0.working.acquire().await.expect("it is never closed");
        let work = tokio::task::spawn_blocking(move || {
            let described = named.into_iter().map(|(id, name)| claimed.claim(id, &name));
            match described.collect::<Result<Vec<_>, _>>() {
                Ok(described) => Ok((described, claimed)),
                Err(error) => {
                    claimed.give_back();
                    Err(error)
                }
            }
        });
        work.await.map_err(io::Error::other)?
    }

    /// A file of a talk, to be read.
    ///
    /// # Errors
    /// [`FileError::Unknown`], [`FileError::Io`].
    pub async fn read(&self, conversation: ConversationId, id: FileId) -> Result<(Format, Vec<u8>), FileError> {
        let format = format_of(&id).ok_or(FileError::Unknown)?;
        let place = self.talk(&conversation)?.join(id.as_str());
        let bytes = tokio::task::spawn_blocking(move || fs::read(place)).await;
        Ok((format, bytes.map_err(io::Error::other)?.map_err(FileError::of)?))
    }

    /// Deletes the files of a talk; how many there were.
    ///
    /// # Errors
    /// [`FileError::Io`].
    pub async fn forget(&self, conversation: &ConversationId) -> Result<u64, FileError> {
        let Ok(talk) = self.talk(conversation) else {
            return Ok(0);
        };
        self.delete(talk).await
    }

    /// Deletes what this one has sent and no message names; how many files there were.
    ///
    /// # Errors
    /// [`FileError::Io`].
    pub async fn forget_uploads(&self, owner: &FileOwner) -> Result<u64, FileError> {
        self.delete(self.uploads_of(owner)).await
    }

    async fn delete(&self, folder: PathBuf) -> Result<u64, FileError> {
        let work = tokio::task::spawn_blocking(move || {
            let found = fs::read_dir(&folder)?.count() as u64;
            fs::remove_dir_all(&folder).map(|()| found)
        });
        match work.await.map_err(io::Error::other)? {
            // It was never there, or somebody else has just deleted it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            deleted => Ok(deleted?),
        }
    }

    pub(super) fn uploads_of(&self, owner: &FileOwner) -> PathBuf {
        self.0.root.join(UPLOADS).join(owner.folder())
    }

    /// The folder of a talk. An id that no server made has none.
    pub(super) fn talk(&self, conversation: &ConversationId) -> Result<PathBuf, FileError> {
        let id = conversation.as_str();
        let plain = id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let partition = conversation.partition().filter(|_| plain).ok_or(FileError::Unknown)?;
        let folder = format!("{:03x}", partition.number());
        Ok(self.0.root.join(TALKS).join(folder).join(id))
    }
}

/// Bytes that are left on the disk; `None` where the system does not say.
fn free_space(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let found = rustix::fs::statvfs(folder).ok()?;
        Some(found.f_bavail.saturating_mul(found.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        None
    }
}

/// Whether a file was last changed before this moment.
pub(super) fn is_older(path: &Path, before: Millis) -> bool {
    let changed = fs::metadata(path).and_then(|found| found.modified());
    let at = changed.ok().and_then(|at| jiff::Timestamp::try_from(at).ok());
    at.is_some_and(|at| at.as_millisecond() < i64::try_from(before.0).unwrap_or(i64::MAX))
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
