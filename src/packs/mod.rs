//! Intent files: what operators write, checked and turned into a [`Pack`].
//!
//! `folder` reads bytes · `layout` says whose file it is · `yaml` makes trees of texts with positions · `written` is
//! what the files say field by field · `rules` hold it against each other · `build` makes the common pack · `overlay`
//! lays what a shop writes over it · `loader` does all this for a folder and keeps what did not change. Every step
//! collects [`Finding`]s and goes on.

mod build;
mod cell;
mod editing;
mod expansion;
mod finding;
mod fold;
mod folder;
mod import;
mod layout;
mod loader;
mod mending;
mod misplaced;
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
mod standard;
mod starting;
mod waivers;
mod written;
mod yaml;

pub use build::language_of_answer;
pub use editing::{
    CannotEdit, ChangedGoods, CommonWords, GoodsHeading, OwnWords, WrittenAnswer, WrittenCatalogue, WrittenFact,
    WrittenGoods, WrittenHoliday, WrittenHours, WrittenPeriod, WrittenProfile, WrittenQuestion, WrittenText,
    changed_questions, file_of_nothing, file_over, goods_heading, goods_table, new_examples, new_question,
    question_of_sheet, with_examples, with_facts, with_goods, with_hours, with_profile, with_synonyms, without_fact,
    written_facts, written_goods, written_hours, written_profile, written_question,
};
pub use finding::{Finding, Severity, refused, sort as sort_findings};
pub use fold::{fold, is_only_simplified, is_only_traditional, simplified};
pub use folder::{ListedFile, Stamp, list_folder, read_folder};
pub use import::{Imported, import_tsv};
pub use layout::SourceFile;
pub use layout::is_id as is_shop_id;
pub use layout::{content, profile_of};
pub use loader::Loader;
pub use mending::{MendedFile, MendedLine, mend};
pub use misplaced::misplaced;
pub use other_forms::{decode as decode_table, table_reader};
pub use pack::{
    Answer, Cell, HandoffRule, Intent, Pack, PackTest, Row, ScopeWords, SignalSource, SlotRequest, Synonym, Table,
    Whose,
};
pub use pattern::{Part, Pattern, PatternError, PatternErrorKind};
pub use render::{Format, Shortened, render, shortened};
pub use rules::{expired, is_too_long};
pub use schema::intent_file_schema;
pub use shipped::shipped_phrases;
pub use standard::{Breach, CONDUCT, Conduct, STANDARDS, ScoringItem, Standard, breaches};
pub use starting::{NewShop, StartError, answers_over, fact_title, facts_in, own_question, question_file};
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

/// The same, and packs in spite of errors, of what can be read: what is found later in them is told with the rest. They are
/// never to answer anybody.
pub fn load_despite_errors(files: &[SourceFile]) -> (Vec<Pack>, Vec<Finding>) {
    let (packs, findings) = Loader::despite_errors().load(files);
    (packs.into_iter().map(Arc::unwrap_or_clone).collect(), findings)
}

/// Leaves out what comments in these files waive: findings that come after the files were read.
pub fn waive(files: &[SourceFile], findings: &mut Vec<Finding>) {
    waivers::apply(&files.iter().collect::<Vec<_>>(), findings);
}

/// The packs of all shops, sorted by the names of their folders, or none when a finding forbids it. A folder without
/// shops is one shop that says nothing of itself.
pub fn load_shops(files: &[SourceFile]) -> (Vec<Pack>, Vec<Finding>) {
    let (packs, findings) = Loader::default().load(files);
    (packs.into_iter().map(Arc::unwrap_or_clone).collect(), findings)
}
