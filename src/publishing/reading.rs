//! A folder read once: what is checked, compiled, identified and shown beside a finding are the same bytes.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::packs::{Finding, SourceFile, read_folder};

/// The files of a folder at one moment.
pub struct Reading {
    /// The files, sorted by name.
    pub files: Vec<SourceFile>,
    /// What could not be read.
    pub findings: Vec<Finding>,
    /// SHA-256 over all names and contents.
    pub id: [u8; 32],
}

impl Reading {
    /// Reads a folder.
    pub fn of(folder: &Path) -> Reading {
        let (files, findings) = read_folder(folder);
        Reading::from_files(files, findings)
    }

    /// What was read, with its identity.
    pub fn from_files(files: Vec<SourceFile>, findings: Vec<Finding>) -> Reading {
        let mut hash = Sha256::new();
        for file in &files {
            // Lengths keep a name from running into a content.
            hash.update((file.name.len() as u64).to_le_bytes());
            hash.update(file.name.as_bytes());
            hash.update((file.bytes.len() as u64).to_le_bytes());
            hash.update(&file.bytes);
        }
        Reading {
            files,
            findings,
            id: hash.finalize().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_id_sees_names_and_contents() {
        let folder = tempfile::tempdir().unwrap();
        let id = || Reading::of(folder.path()).id;
        let empty = id();
        std::fs::write(folder.path().join("a.yaml"), "1").unwrap();
        let one = id();
        assert_ne!(empty, one);
        assert_eq!(one, id());
        std::fs::rename(folder.path().join("a.yaml"), folder.path().join("b.yaml")).unwrap();
        assert_ne!(one, id());
        let renamed = id();
        std::fs::write(folder.path().join(".b.yaml.swp"), "x").unwrap();
        assert_eq!(renamed, id());
    }
}
