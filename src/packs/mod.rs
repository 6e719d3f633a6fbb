//! Intent files: what operators write, checked and turned into a [`Pack`].
//!
//! `folder` reads bytes · `layout` says whose file it is · `yaml` makes trees of texts with positions · `written` is
//! what the files say field by field · `rules` hold it against each other · `build` makes the common pack · `overlay`
//! lays what a shop writes over it · `loader` does all this for a folder and keeps what did not change. Every step
//! collects [`Finding`]s and goes on.

mod build;
mod cell;
mod expansion;
mod finding;
mod fold;
mod folder;
mod import;
mod layout;
mod loader;
mod notation;
mod other_forms;
mod overlay;
#[cfg(test)]
mod overlay_tests;
mod pack;
mod pattern;
mod render;
mod rules;
mod schema;
mod shipped;
mod starting;
mod written;
mod yaml;

pub use finding::{Finding, Severity, refused};
pub use fold::{fold, is_only_simplified, is_only_traditional, simplified};
pub use folder::{ListedFile, Stamp, list_folder, read_folder};
pub use import::{Imported, import_tsv};
pub use layout::SourceFile;
pub use layout::is_id as is_shop_id;
pub use loader::Loader;
pub use other_forms::decode as decode_table;
pub use pack::{
    Answer, Cell, HandoffRule, Intent, Pack, PackTest, Row, ScopeWords, SignalSource, SlotRequest, Synonym, Table,
    Whose,
};
pub use pattern::{Part, Pattern, PatternError, PatternErrorKind};
pub use render::{Format, render};
pub use rules::expired;
pub use schema::intent_file_schema;
pub use shipped::shipped_phrases;
pub use starting::{NewShop, StartError, answers_over, own_question, question_file};
pub use yaml::nearest as nearest_word;

use std::path::Path;
use std::sync::Arc;

/// The shop that is meant where a folder has several and nobody says which.
pub const USUAL: &str = "demo";

/// Reads a folder with one shop: its pack when it is structurally sound, and all findings at once. Of several shops
/// it is `demo`, or the first.
pub fn load(folder: &Path) -> (Option<Pack>, Vec<Finding>) {
    let (files, mut findings) = read_folder(folder);
    if !findings.is_empty() && files.is_empty() {
        return (None, findings);
    }
    let (pack, more) = load_files(&files);
    findings.extend(more);
    finding::sort(&mut findings);
    (pack.filter(|_| !refused(&findings)), findings)
}

/// The same from files in memory.
pub fn load_files(files: &[SourceFile]) -> (Option<Pack>, Vec<Finding>) {
    let (mut shops, findings) = load_shops(files);
    let usual = shops
        .iter()
        .position(|pack| pack.shop.id.as_str() == USUAL)
        .unwrap_or(0);
    let pack = (!shops.is_empty()).then(|| shops.swap_remove(usual));
    (pack, findings)
}

/// The packs of all shops, sorted by the names of their folders, or none when a finding forbids it. A folder without
/// shops is one shop that says nothing of itself.
pub fn load_shops(files: &[SourceFile]) -> (Vec<Pack>, Vec<Finding>) {
    let (packs, findings) = Loader::default().load(files);
    (packs.into_iter().map(Arc::unwrap_or_clone).collect(), findings)
}
