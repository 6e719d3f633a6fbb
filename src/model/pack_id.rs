//! The identity of a pack: what it was made from, not when or where.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The SHA-256 of the names and contents of a pack's files, as 64 hexadecimal characters. Two servers with the same
/// files have the same.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PackId(Arc<str>);

impl PackId {
    /// From a SHA-256.
    pub fn new(hash: &[u8; 32]) -> PackId {
        PackId(data_encoding::HEXLOWER.encode(hash).into())
    }

    /// All 64 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first 12 characters: enough for people to tell packs apart.
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl fmt::Display for PackId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for PackId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.short())
    }
}
