//! Intent files: what operators write, checked and turned into a [`Pack`].
//!
//! `folder` reads bytes · `layout` says whose file it is · `yaml` makes trees of texts with positions · `written` is
//! what the files say field by field · `rules` hold it against each other · `build` makes the common pack · `overlay`
//! lays what a shop writes over it. Every step collects [`Finding`]s and goes on.

mod build;
mod cell;
mod expansion;
mod finding;
mod fold;
mod folder;
mod import;
mod layout;
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

pub use finding::{Finding, Severity};
pub use fold::{fold, simplified};
pub use folder::{SourceFile, read_folder};
pub use import::{Imported, import_tsv};
pub use layout::is_id as is_shop_id;
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

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::model::PackId;
use layout::{Layout, SHOP, within};
use written::{Files, Role};

/// The shop that commands take where a folder has several and nobody says which.
const USUAL: &str = "demo";

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
    let mut findings = Vec::new();
    let mut layout = Layout::of(files);
    let mut common = Files::default();
    for file in &layout.common {
        common.add(&file.name, &file.bytes, &mut findings);
    }
    rules::check(&common, &mut findings);
    let known = Arc::new(common.known());
    let outside = layout.outside.map(|file| {
        let mut read = Files::of_shop("", Arc::clone(&known));
        read.prefix = String::new();
        read.add(&file.name, &file.bytes, &mut findings);
        let id = read
            .shop
            .as_ref()
            .and_then(|shop| shop.shop.as_ref().map(|id| id.value.clone()));
        (file, read, id.unwrap_or_else(|| USUAL.to_owned()))
    });
    if let Some((_, read, id)) = &outside
        && read.shop.is_some()
    {
        layout.shops.entry(id).or_default();
    }
    if layout.shops.is_empty() && layout.outside.is_none() {
        rules::shops::check_any(&mut findings);
    }
    let common_digest = digest(Sha256::new(), &layout.common);
    let mut shops = Vec::new();
    for (folder, files) in &layout.shops {
        let mut own = Files::of_shop(folder, Arc::clone(&known));
        for file in files {
            own.add(&file.name, &file.bytes, &mut findings);
        }
        let mut sources = files.clone();
        let mut has_profile = files.iter().any(|file| within(&file.name) == SHOP);
        if let Some((file, read, id)) = &outside
            && id == folder
            && read.shop.is_some()
        {
            rules::shops::check_outside(id, has_profile, &mut findings);
            if !has_profile {
                own.shop.clone_from(&read.shop);
                own.shop_file.clone_from(&read.shop_file);
                sources.push(file);
                has_profile = true;
            }
        }
        own.lean_on(&common);
        rules::check(&own, &mut findings);
        rules::shops::check(folder, has_profile, &own, &mut findings);
        shops.push((own, identity(common_digest.clone(), &sources)));
    }
    finding::sort(&mut findings);
    if refused(&findings) {
        return (Vec::new(), findings);
    }
    let common = build::build(common, identity(common_digest, &[]));
    if shops.is_empty() {
        return (vec![common], findings);
    }
    let packs: Vec<Pack> = shops
        .into_iter()
        .map(|(own, id)| overlay::lay(&common, own, id, &mut findings))
        .collect();
    finding::sort(&mut findings);
    (if refused(&findings) { Vec::new() } else { packs }, findings)
}

/// Whether a finding keeps the files from going live.
fn refused(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// The identity of what was digested with these files behind it.
fn identity(common: Sha256, files: &[&SourceFile]) -> PackId {
    PackId::new(HEXLOWER.encode(&digest(common, files).finalize()))
}

/// Goes on with names and contents of the files that count.
fn digest(mut digest: Sha256, files: &[&SourceFile]) -> Sha256 {
    for file in files {
        if matches!(written::role(within(&file.name)), Role::Beside | Role::Unknown) {
            continue;
        }
        // Lengths keep two files from being mistaken for one with both contents.
        digest.update((file.name.len() as u64).to_le_bytes());
        digest.update(file.name.as_bytes());
        digest.update((file.bytes.len() as u64).to_le_bytes());
        digest.update(&file.bytes);
    }
    digest
}
