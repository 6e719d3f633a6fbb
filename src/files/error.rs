//! What is wrong with a file.

use std::io;

use thiserror::Error;

/// Why a file is not taken, or not given.
#[derive(Debug, Error)]
pub enum FileError {
    /// Neither JPEG, PNG, WebP nor PDF by its content, whatever its name says.
    #[error("this is neither JPEG, PNG, WebP nor PDF")]
    Format,
    /// Larger than the settings allow.
    #[error("larger than {most} bytes")]
    Large {
        /// The most bytes.
        most: u64,
    },
    /// A picture with more pixels than the settings allow.
    #[error("more than {most} pixels")]
    Pixels {
        /// The most pixels.
        most: u64,
    },
    /// It ends too early or contradicts itself.
    #[error("the file is damaged: {0}")]
    Damaged(&'static str),
    /// There is no such file for whoever asks.
    #[error("no such file")]
    Unknown,
    /// So little space is left that it is kept for what is said.
    #[error("too little space is left")]
    NoSpace,
    /// The folder cannot be read or written.
    #[error("the folder of files: {0}")]
    Io(#[from] io::Error),
}

impl FileError {
    /// An error of the folder; a full disk is told as what it is.
    pub(super) fn of(error: io::Error) -> FileError {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FileError::NoSpace,
            io::ErrorKind::NotFound => FileError::Unknown,
            _ => FileError::Io(error),
        }
    }
}
