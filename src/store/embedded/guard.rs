//! One process at a time: an operating system's lock on a file in the data folder, gone with the process.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::rights;
use crate::store::StoreError;

/// Holds the folder until it is dropped.
pub(super) struct Guard {
    _file: File,
}

impl Guard {
    /// Takes the folder, or says that somebody else has it.
    pub(super) fn take(folder: &Path) -> Result<Guard, StoreError> {
        let path = folder.join("yingda.lock");
        let file = rights::private()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))?;
        match file.try_lock() {
            Ok(()) => Ok(Guard { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse {
                folder: folder.to_owned(),
            }),
            Err(TryLockError::Error(error)) => Err(StoreError::Unavailable(format!("{}: {error}", path.display()))),
        }
    }
}
