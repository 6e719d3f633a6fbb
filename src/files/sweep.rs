//! What nobody needs any more: uploads that no message names, and files of talks that are kept no longer.

use std::fs;
use std::io;
use std::path::PathBuf;

use crate::model::{ConversationId, Millis};

use super::FileError;
use super::folder::{Files, PARTS, TALKS, UPLOADS, is_older};

/// So long an upload may wait for its message, milliseconds.
const WAITS_MS: u64 = 3_600_000;
/// So long after it was first found unknown a talk's files are deleted, milliseconds.
const UNKNOWN_MS: u64 = 24 * 3_600_000;
/// Lies beside the files of a talk that the store does not know.
const UNKNOWN: &str = "unknown";
/// Talks handed out at once.
const AT_ONCE: usize = 256;

/// Goes through the folder again and again. A talk's files are deleted a day after a look has first found that the store does not
/// know the talk: a store that was empty by mistake, or was put back from the wrong backup, costs no files as long as it is noticed
/// within that day.
#[derive(Debug)]
pub struct Sweep {
    files: Files,
}

impl Sweep {
    /// Of this folder.
    pub fn new(files: Files) -> Sweep {
        Sweep { files }
    }

    /// Deletes uploads that have waited for more than an hour, and what was cut off while it was written; how many files.
    ///
    /// # Errors
    /// [`FileError::Io`].
    pub async fn uploads(&self, now: Millis) -> Result<u64, FileError> {
        let root = self.files.root().to_owned();
        let before = Millis(now.0.saturating_sub(WAITS_MS));
        let work = tokio::task::spawn_blocking(move || {
            let mut folders = vec![root.join(PARTS)];
            folders.extend(within(&root.join(UPLOADS))?);
            let mut deleted = 0;
            for folder in folders {
                for file in within(&folder)? {
                    if is_older(&file, before) && fs::remove_file(&file).is_ok() {
                        deleted += 1;
                    }
                }
                // Those that are empty; an upload that begins now makes its folder again.
                if !folder.ends_with(PARTS) {
                    let _ = fs::remove_dir(&folder);
                }
            }
            Ok(deleted)
        });
        work.await.map_err(io::Error::other)?.map_err(FileError::Io)
    }

    /// The talks that have files, some at a time.
    ///
    /// # Errors
    /// [`FileError::Io`].
    pub async fn talks(&self) -> Result<Vec<Vec<ConversationId>>, FileError> {
        let root = self.files.root().join(TALKS);
        let work = tokio::task::spawn_blocking(move || {
            let mut talks = Vec::new();
            for partition in within(&root)? {
                let found = within(&partition)?;
                talks.extend(
                    found
                        .iter()
                        .filter_map(|talk| talk.file_name()?.to_str())
                        .map(ConversationId::new),
                );
            }
            Ok::<_, io::Error>(talks)
        });
        let talks = work.await.map_err(io::Error::other)??;
        Ok(talks.chunks(AT_ONCE).map(<[ConversationId]>::to_vec).collect())
    }

    /// What the store says of a talk; its files are deleted when it has been unknown for a day. How many.
    ///
    /// # Errors
    /// [`FileError::Io`].
    pub async fn told(&self, conversation: &ConversationId, known: bool, now: Millis) -> Result<u64, FileError> {
        let Ok(talk) = self.files.talk(conversation) else {
            return Ok(0);
        };
        let before = Millis(now.0.saturating_sub(UNKNOWN_MS));
        let work = tokio::task::spawn_blocking(move || {
            let mark = talk.join(UNKNOWN);
            if known {
                let _ = fs::remove_file(&mark);
            } else if !mark.exists() {
                fs::write(&mark, b"")?;
            } else if is_older(&mark, before) {
                fs::remove_file(&mark)?;
                return Ok(true);
            }
            Ok::<_, io::Error>(false)
        });
        match work.await.map_err(io::Error::other)? {
            Ok(true) => self.files.forget(conversation).await,
            Ok(false) => Ok(0),
            // Another server on this folder, or whoever erases a customer, was faster.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error.into()),
        }
    }
}

/// What is in a folder; nothing when somebody has just taken it away.
fn within(folder: &std::path::Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(found) => found.map(|entry| Ok(entry?.path())).collect(),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
