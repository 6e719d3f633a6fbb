//! Intent files: what operators write, checked and turned into a [`Pack`].
//!
//! `folder` reads bytes · `yaml` makes trees of texts with positions · `written` is what the files say field by
//! field · `rules` hold it against each other · `build` makes the [`Pack`]. Every step collects [`Finding`]s and
//! goes on.

mod build;
mod cell;
mod expansion;
mod finding;
mod fold;
mod folder;
mod import;
mod pack;
mod pattern;
mod render;
mod rules;
mod schema;
mod shipped;
mod written;
mod yaml;

pub use finding::{Finding, Severity};
pub use fold::{fold, simplified};
pub use folder::{SourceFile, read_folder};
pub use import::{Imported, import_tsv};
pub use pack::{
    Answer, Cell, HandoffRule, Intent, Pack, PackTest, Row, ScopeWords, SignalSource, SlotRequest, Synonym, Table,
};
pub use pattern::{Part, Pattern, PatternError, PatternErrorKind};
pub use render::{Format, render};
pub use rules::expired;
pub use schema::intent_file_schema;
pub use shipped::shipped_phrases;
pub use yaml::nearest as nearest_word;

use std::path::Path;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::model::PackId;
use written::{Files, Role};

/// Reads a folder: the pack when it is structurally sound, and all findings at once.
pub fn load(folder: &Path) -> (Option<Pack>, Vec<Finding>) {
    let (files, mut findings) = read_folder(folder);
    if !findings.is_empty() && files.is_empty() {
        return (None, findings);
    }
    let (pack, more) = load_files(&files);
    findings.extend(more);
    finding::sort(&mut findings);
    let refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    (pack.filter(|_| !refused), findings)
}

/// The same from files in memory.
pub fn load_files(files: &[SourceFile]) -> (Option<Pack>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut read = Files::default();
    for file in files {
        read.add(&file.name, &file.bytes, &mut findings);
    }
    rules::check(&read, &mut findings);
    finding::sort(&mut findings);
    let refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    let pack = (!refused).then(|| build::build(read, identity(files)));
    (pack, findings)
}

/// Hex SHA-256 over names and contents of the files that count.
fn identity(files: &[SourceFile]) -> PackId {
    let mut digest = Sha256::new();
    for file in files {
        if matches!(written::role(&file.name), Role::Beside | Role::Unknown) {
            continue;
        }
        // Lengths keep two files from being mistaken for one with both contents.
        digest.update((file.name.len() as u64).to_le_bytes());
        digest.update(file.name.as_bytes());
        digest.update((file.bytes.len() as u64).to_le_bytes());
        digest.update(&file.bytes);
    }
    PackId::new(HEXLOWER.encode(&digest.finalize()))
}
