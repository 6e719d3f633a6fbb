//! What operators wrote, field by field and with positions. What it means is [`Pack`](super::Pack); the way from
//! one to the other is `build.rs`.

mod columns;
mod goods;
mod intent;
mod overlay;
mod shared;
mod sheet;
mod shop;
mod standards;
mod text;

pub(in crate::packs) use columns::{Column, column};
pub(in crate::packs) use goods::GOODS_KEYS;
pub use goods::{AttributeFile, GoodsFile, GoodsPeriodFile};
#[cfg(test)]
pub use intent::INTENT_KEYS;
pub use intent::{AnswerFile, IntentFile, SlotFile, TableFile, TestFile};
pub(in crate::packs) use overlay::ONLY_OVER;
pub use overlay::OverlayFile;
pub use shared::{ScopeFile, SignalFile, SynonymFile};
#[cfg(test)]
pub(in crate::packs) use shop::SHOP_KEYS;
pub use shop::{PeriodFile, ShopFile};
pub use standards::{ScoringFile, StandardFile, StandardsFile, read_standards};
pub use text::TextFile;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::finding::{Finding, refused};
use super::layout::within;
use super::yaml::{At, nearest};
use overlay::is_overlay;
use shared::read_phrases;

/// What the common pack has, for the files of a shop that build on it.
#[derive(Default, PartialEq)]
pub struct Known {
    /// Its questions.
    pub intents: BTreeSet<String>,
    /// Its signals.
    pub signals: BTreeSet<String>,
    /// The slots of questions that have some.
    pub slots: BTreeMap<String, Vec<SlotFile>>,
    /// The columns of questions that have a table.
    pub columns: BTreeMap<String, Vec<String>>,
    /// Its own standards.
    pub standards: Vec<StandardFile>,
    /// Its synonyms.
    pub synonyms: Vec<SynonymFile>,
}

/// The common files of a folder, or those of one shop, read.
#[derive(Clone, Default)]
pub struct Files {
    /// What the common pack has; empty for the common pack itself.
    pub known: Arc<Known>,
    /// `shop.yaml`.
    pub shop: Option<ShopFile>,
    /// The name of that file.
    pub shop_file: String,
    /// Goods that are not in `shop.yaml`, by the files they are in.
    pub goods: Vec<(String, Vec<GoodsFile>)>,
    /// What stands before the names of these files: nothing, or `shops/<id>/`.
    pub prefix: String,
    /// What a shop writes over questions of the common pack, with the files' names.
    pub overlays: Vec<(String, OverlayFile)>,
    /// Ids that the paths of intent files stand for, those of unreadable files too.
    pub paths: Vec<String>,
    /// Intent files with their names.
    pub intents: Vec<(String, IntentFile)>,
    /// Signal files with their names.
    pub signals: Vec<(String, SignalFile)>,
    /// `signals/scope.yaml`.
    pub scope: ScopeFile,
    /// `shared/synonyms.yaml`.
    pub synonyms: Vec<SynonymFile>,
    /// `shared/out_of_scope.yaml`.
    pub out_of_scope: Vec<At<String>>,
    /// `shared/phrases.yaml`.
    pub phrases: Vec<(String, At<String>, Vec<AnswerFile>)>,
    /// `shared/standards.yaml`.
    pub standards: Vec<StandardFile>,
    /// The sheet of points in it.
    pub scoring: Vec<ScoringFile>,
    /// `back_within_minutes` in it.
    pub back_within: Option<At<String>>,
}

/// What a file is, by its place in the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `shop.yaml`.
    Shop,
    /// `goods.yaml` of a shop.
    Goods,
    /// `goods.csv` of a shop.
    Sheet,
    /// `shared/synonyms.yaml`.
    Synonyms,
    /// `shared/out_of_scope.yaml`.
    OutOfScope,
    /// `shared/phrases.yaml`.
    Phrases,
    /// `shared/standards.yaml`.
    Standards,
    /// `signals/scope.yaml`.
    Scope,
    /// `signals/<kind>/<name>.yaml`.
    Signal,
    /// `<topic>/<question>.yaml`.
    Intent,
    /// No intent file, and known to be none: notes, schemas, hidden files.
    Beside,
    /// Anything else.
    Unknown,
}

/// The goods that a file lists, `shop.yaml`, `goods.yaml` or `goods.csv`, in their order; `None` where something of it cannot be read.
pub(in crate::packs) fn read_goods(name: &str, bytes: &[u8]) -> Option<Vec<GoodsFile>> {
    let mut findings = Vec::new();
    let mut files = Files::default();
    files.add(name, bytes, &mut findings);
    let listed = files.goods.pop().map(|(_, goods)| goods);
    let in_shop = || files.shop.map(|shop| shop.goods);
    listed.or_else(in_shop).filter(|_| !refused(&findings))
}

/// The folder of intents that were imported rather than written: less is asked of them.
pub const IMPORTED: &str = "imported/";

/// What the file with this name is.
pub fn role(name: &str) -> Role {
    let parts: Vec<&str> = name.split('/').collect();
    let last = parts.last().copied().unwrap_or_default();
    let hidden = parts.iter().any(|part| part.starts_with('.'));
    if hidden || last.ends_with(".md") || last.ends_with(".json") || last.ends_with('~') {
        return Role::Beside;
    }
    if name == "goods.csv" {
        return Role::Sheet;
    }
    if !last.ends_with(".yaml") {
        return Role::Unknown;
    }
    match parts.as_slice() {
        ["shop.yaml"] => Role::Shop,
        ["goods.yaml"] => Role::Goods,
        ["shared", "synonyms.yaml"] => Role::Synonyms,
        ["shared", "out_of_scope.yaml"] => Role::OutOfScope,
        ["shared", "phrases.yaml"] => Role::Phrases,
        ["shared", "standards.yaml"] => Role::Standards,
        ["signals", "scope.yaml"] => Role::Scope,
        ["signals", _, _] => Role::Signal,
        ["shared" | "signals" | "shops", ..] => Role::Unknown,
        [_, _] => Role::Intent,
        _ => Role::Unknown,
    }
}

impl Files {
    /// Files that nobody has read yet, of the shop with this folder.
    pub fn of_shop(folder: &str, known: Arc<Known>) -> Files {
        Files {
            known,
            prefix: super::layout::name_of(folder, ""),
            ..Files::default()
        }
    }

    /// What shops may build on.
    pub fn known(&self) -> Known {
        let signals = self.signals.iter();
        let (mut slots, mut columns) = (BTreeMap::new(), BTreeMap::new());
        for (_, intent) in &self.intents {
            let Some(id) = &intent.intent else { continue };
            if !intent.slots.is_empty() {
                slots.entry(id.value.clone()).or_insert_with(|| intent.slots.clone());
            }
            if let Some(table) = &intent.table {
                let names = table.columns.iter().map(|column| column.value.clone());
                columns.entry(id.value.clone()).or_insert_with(|| names.collect());
            }
        }
        Known {
            slots,
            columns,
            standards: self.standards.clone(),
            synonyms: self.synonyms.clone(),
            intents: self.paths.iter().cloned().collect(),
            signals: signals
                .filter_map(|(_, signal)| signal.signal.as_ref().map(|id| id.value.clone()))
                .collect(),
        }
    }

    /// Everything that is said of questions, with the files' names.
    pub fn written(&self) -> impl Iterator<Item = (&str, &IntentFile)> {
        let whole = self.intents.iter().map(|(file, intent)| (file.as_str(), intent));
        let over = self
            .overlays
            .iter()
            .map(|(file, overlay)| (file.as_str(), &overlay.intent));
        whole.chain(over)
    }

    /// A table that a shop writes without slots looks up the slots of the question it is laid over.
    pub fn lean_on(&mut self) {
        for (_, overlay) in &mut self.overlays {
            let changed = &mut overlay.intent;
            if changed.table.is_none() || !changed.slots.is_empty() {
                continue;
            }
            let id = changed.intent.as_ref().map(|id| &id.value);
            if let Some(slots) = id.and_then(|id| self.known.slots.get(id)) {
                changed.slots.clone_from(slots);
            }
        }
    }

    /// Puts the goods of a file of their own into the shop. Where there are several lists, the first counts.
    pub fn gather_goods(&mut self, findings: &mut Vec<Finding>) {
        let Some(shop) = &mut self.shop else { return };
        for (file, goods) in self.goods.drain(..) {
            if shop.goods.is_empty() && shop.goods_file.is_none() {
                shop.goods = goods;
                shop.goods_file = Some(file);
                continue;
            }
            let first = shop.goods_file.as_deref().unwrap_or(&self.shop_file);
            findings.push(
                Finding::error(
                    "I116",
                    &file,
                    format!("商品写在两处：{first} 里也有"),
                    format!("goods are listed twice: {first} has some too"),
                )
                .hint(
                    "只留一处：shop.yaml 的 goods:、goods.yaml 或 goods.csv",
                    "keep one of `goods:` in shop.yaml, goods.yaml and goods.csv",
                ),
            );
        }
    }

    /// Adds what another file says to these.
    pub fn join(&mut self, more: &Files) {
        if more.shop.is_some() {
            self.shop.clone_from(&more.shop);
        }
        if !more.shop_file.is_empty() {
            self.shop_file.clone_from(&more.shop_file);
        }
        self.overlays.extend_from_slice(&more.overlays);
        self.paths.extend_from_slice(&more.paths);
        self.intents.extend_from_slice(&more.intents);
        self.signals.extend_from_slice(&more.signals);
        self.scope.lists.extend_from_slice(&more.scope.lists);
        self.synonyms.extend_from_slice(&more.synonyms);
        self.out_of_scope.extend_from_slice(&more.out_of_scope);
        self.phrases.extend_from_slice(&more.phrases);
        self.standards.extend_from_slice(&more.standards);
        self.scoring.extend_from_slice(&more.scoring);
        self.back_within = more.back_within.clone().or(self.back_within.take());
    }

    /// The full name of one of these files.
    pub fn name(&self, inner: &str) -> String {
        format!("{}{inner}", self.prefix)
    }

    /// Reads one file into its place.
    pub fn add(&mut self, name: &str, bytes: &[u8], findings: &mut Vec<Finding>) {
        // Goods are a shop's own: in the common folder they are nobody's.
        let common = name == within(name);
        let role = match role(within(name)) {
            Role::Goods | Role::Sheet if common => Role::Unknown,
            role => role,
        };
        if role == Role::Beside {
            return;
        }
        if role == Role::Unknown || is_copy(name) {
            findings.push(not_read(name));
            return;
        }
        if role == Role::Intent {
            self.paths.push(path_id(name));
        }
        if role == Role::Sheet {
            let goods = sheet::read_sheet(name, bytes, findings);
            self.goods.push((name.to_owned(), goods));
            return;
        }
        let Some(tree) = super::yaml::read_file(name, bytes, findings) else {
            return;
        };
        let mut reader = super::yaml::Reader::new(name);
        match role {
            Role::Shop => {
                self.shop = ShopFile::read(&mut reader, tree);
                self.shop_file = name.to_owned();
            }
            Role::Goods => {
                let goods = goods::read_file(&mut reader, tree);
                self.goods.push((name.to_owned(), goods));
            }
            Role::Synonyms => self.synonyms = SynonymFile::read(&mut reader, tree),
            Role::OutOfScope => self.out_of_scope = shared::read_out_of_scope(&mut reader, tree),
            Role::Phrases => self.phrases = read_phrases(&mut reader, tree),
            Role::Standards => {
                let read = StandardsFile::read(&mut reader, tree);
                (self.standards, self.scoring) = (read.standards, read.scoring);
                self.back_within = read.back_within;
            }
            Role::Scope => self.scope = ScopeFile::read(&mut reader, tree),
            Role::Signal => {
                if let Some(signal) = SignalFile::read(&mut reader, tree) {
                    self.signals.push((name.to_owned(), signal));
                }
            }
            Role::Intent if self.known.intents.contains(&path_id(name)) => {
                if let Some(overlay) = OverlayFile::read(&mut reader, tree) {
                    self.overlays.push((name.to_owned(), overlay));
                }
            }
            Role::Intent if name != within(name) && is_overlay(&tree) => {
                findings.push(over_nothing(name, &self.known));
            }
            Role::Intent => {
                if let Some(intent) = IntentFile::read(&mut reader, tree) {
                    self.intents.push((name.to_owned(), intent));
                }
            }
            Role::Sheet | Role::Beside | Role::Unknown => {}
        }
        findings.append(&mut reader.findings);
    }
}

/// Why a file is not read, and what to do with it.
fn not_read(name: &str) -> Finding {
    let last = name.rsplit('/').next().unwrap_or(name);
    let finding = Finding::warning("I011", name, "这个文件不会被读取", "this file is not read");
    if is_copy(name) {
        return finding.hint(
            "看名字是一个副本：用不着就删掉；要当新问题就改名，只用小写字母、数字和 _，并改里面的 intent",
            "by its name it is a copy: delete it, or give it a name of lower case letters, digits and _, and its own `intent`",
        );
    }
    if let Some(stem) = last
        .strip_suffix(".yml")
        .or_else(|| last.strip_suffix(".YAML"))
        .or_else(|| last.strip_suffix(".YML"))
    {
        return finding.hint(format!("改名为 {stem}.yaml"), format!("rename it to {stem}.yaml"));
    }
    finding.hint(
        "问题写在 <主题>/<问题>.yaml，公用的写在 shared/ 和 signals/ 里",
        "questions live in <topic>/<question>.yaml, the rest in shared/ and signals/",
    )
}

/// Whether a file is named as file managers name copies: `day - 副本.yaml`, `day (2).yaml`, `day copy.yaml`.
fn is_copy(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    let stem = last.trim_end_matches(".yaml");
    let numbered = stem.strip_suffix(')').is_some_and(|stem| {
        let rest = stem.trim_end_matches(|sign: char| sign.is_ascii_digit());
        rest.len() < stem.len() && rest.ends_with('(')
    });
    last.ends_with(".yaml")
        && (numbered
            || stem.contains("副本")
            || stem.contains("拷贝")
            || stem.ends_with(" copy")
            || stem.contains(" - Copy"))
}

/// The id that the path of an intent file stands for.
fn path_id(name: &str) -> String {
    within(name).trim_end_matches(".yaml").replace('/', ".")
}

/// A shop changes a question that the common pack does not have.
fn over_nothing(name: &str, known: &Known) -> Finding {
    let id = path_id(name);
    let finding = Finding::error(
        "I104",
        name,
        format!("通用话术里没有 {id} 这个问题，没有可改的"),
        format!("the common pack has no question {id} to change"),
    );
    match nearest(&id, known.intents.iter().map(String::as_str)) {
        Some(near) => finding.hint(
            format!("是不是想写 {near}？文件就叫 {}.yaml", near.replacen('.', "/", 1)),
            format!(
                "did you mean {near}? The file is then {}.yaml",
                near.replacen('.', "/", 1)
            ),
        ),
        None => finding.hint(
            "要写店铺自己的新问题，就把 title、examples、answers、tests 写全",
            "for a question of the shop's own write title, examples, answers and tests",
        ),
    }
}

/// Whether a file was imported.
pub fn is_imported(file: &str) -> bool {
    within(file).starts_with(IMPORTED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_file_says_what_it_is() {
        assert_eq!(role("shop.yaml"), Role::Shop);
        assert_eq!(role("shipping/time.yaml"), Role::Intent);
        assert_eq!(role("signals/emotion/anger.yaml"), Role::Signal);
        assert_eq!(role("signals/scope.yaml"), Role::Scope);
        assert_eq!(role("README.md"), Role::Beside);
        assert_eq!(role("shipping/.time.yaml.swp"), Role::Beside);
        for unknown in [
            "shared/phrase.yaml",
            "a.yaml",
            "a/b/c.yaml",
            "shops/demo.yaml",
            "a/b.yml",
            "a/b.txt",
        ] {
            assert_eq!(role(unknown), Role::Unknown, "{unknown}");
        }
    }
}
