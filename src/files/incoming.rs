//! A file that is on its way in. What has come lies on the disk, so that slow senders hold no memory; when it is dropped, for
//! example because the sender is gone, nothing is left of it.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

use super::FileError;

/// So much is written at once, bytes.
const PIECE: usize = 128 * 1024;

/// See the module.
#[derive(Debug)]
pub struct Incoming {
    pub(super) path: PathBuf,
    file: Option<File>,
    piece: Vec<u8>,
    bytes: u64,
    most: u64,
}

impl Incoming {
    pub(super) fn new(path: PathBuf, most: u64) -> Result<Incoming, FileError> {
        let file = File::create_new(&path).map_err(FileError::of)?;
        Ok(Incoming {
            path,
            file: Some(file),
            piece: Vec::new(),
            bytes: 0,
            most,
        })
    }

    /// Takes what has come next.
    ///
    /// # Errors
    /// [`FileError::Large`], [`FileError::NoSpace`], [`FileError::Io`].
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.bytes += bytes.len() as u64;
        if self.bytes > self.most {
            return Err(FileError::Large { most: self.most });
        }
        self.piece.extend_from_slice(bytes);
        match self.piece.len() >= PIECE {
            true => self.flush().await,
            false => Ok(()),
        }
    }

    /// Writes what is left.
    pub(super) async fn flush(&mut self) -> Result<(), FileError> {
        let Some(mut file) = self.file.take() else {
            return Err(FileError::Damaged("a write before it failed"));
        };
        let piece = std::mem::take(&mut self.piece);
        let written = tokio::task::spawn_blocking(move || file.write_all(&piece).map(|()| file)).await;
        let file = written.map_err(std::io::Error::other)?.map_err(FileError::of)?;
        self.file = Some(file);
        Ok(())
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        self.file = None;
        // What stays here is taken away by the next sweep.
        let _ = fs::remove_file(&self.path);
    }
}
