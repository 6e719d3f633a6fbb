//! Files that change their folder: what a message claims from its owner's uploads to the files of a talk.

use std::fs;
#[cfg(unix)]
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::model::{FileId, SentFile};

use super::FileError;
use super::description::described;
use super::owner::format_of;

/// The uploads that a message which is about to be stored has moved to its talk. What lay there before is none of them: a message
/// that was stored names it.
#[derive(Debug)]
pub struct Claimed {
    uploads: PathBuf,
    talk: PathBuf,
    ids: Vec<FileId>,
}

impl Claimed {
    /// From these uploads nothing yet.
    pub(super) fn nothing(uploads: PathBuf, talk: PathBuf) -> Claimed {
        Claimed {
            uploads,
            talk,
            ids: Vec::new(),
        }
    }

    /// Claims a file, unless it lies there already, and says what it is.
    pub(super) fn claim(&mut self, id: FileId, name: &str) -> Result<SentFile, FileError> {
        format_of(&id).ok_or(FileError::Unknown)?;
        let (upload, place) = (self.uploads.join(id.as_str()), self.talk.join(id.as_str()));
        if !place.exists() {
            if !upload.exists() {
                return Err(FileError::Unknown);
            }
            moved(&upload, &place).map_err(FileError::of)?;
            self.ids.push(id.clone());
        }
        described(&place, id, name)
    }

    /// The message was refused: they are uploads again, as if it had not been sent.
    pub async fn back(self) {
        let _ = tokio::task::spawn_blocking(move || self.give_back()).await;
    }

    pub(super) fn give_back(self) {
        for id in &self.ids {
            if let Err(error) = moved(&self.talk.join(id.as_str()), &self.uploads.join(id.as_str())) {
                tracing::debug!(%error, %id, "a file of a refused message stays with its talk");
            }
        }
        // Only where nothing else is in it.
        let _ = fs::remove_dir(&self.talk);
    }
}

/// Moves a file, so that it is in its new place after a power cut too. Its folder is made where it is missing: the sweep takes
/// empty ones away at any time.
pub(super) fn moved(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::rename(from, to)?;
    #[cfg(unix)]
    if let Some(folder) = to.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
