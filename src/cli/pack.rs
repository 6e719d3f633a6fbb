//! Loading intent files for the commands that need no server.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, anyhow};

use crate::config::Settings;
use crate::dialogue::Generation;
use crate::model::ShopId;
use crate::packs::{self, Finding, Severity};
use crate::publishing::{self, Reading, Refusal};
use crate::understanding::Tolerance;

use super::args::PackArgs;
use super::{output, settings};

/// The settings and the folder that these options name.
pub fn settings_and_folder(args: &PackArgs) -> Result<(Settings, PathBuf)> {
    let settings = settings::load_with(&args.file, &[("understanding.intents", "--intents", &args.intents)])?;
    let folder = settings.understanding.intents.clone();
    if !folder.is_dir() {
        return Err(no_folder(&folder));
    }
    Ok((settings, folder))
}

/// The compiled pack of the shop that these options name, without running its tests. What forbids it is shown and
/// ends the command.
pub fn load(args: &PackArgs) -> Result<Arc<Generation>> {
    let (settings, folder) = settings_and_folder(args)?;
    let tolerance = Tolerance::from(&settings.understanding);
    let own_clock_ms = settings.handoff.own_clock_ms();
    match publishing::compile(&folder, tolerance, own_clock_ms, args.shop.as_deref()) {
        Ok((generation, _)) => Ok(generation),
        Err(Refusal::Files(findings)) => {
            complain(&folder, &findings);
            Err(wrong())
        }
        Err(Refusal::Shop(known)) => Err(no_shop(&folder, &known)),
    }
}

/// The compiled packs of all shops, or of the one that is named, without running their tests.
pub fn load_shops(settings: &Settings, only: Option<&str>) -> Result<BTreeMap<ShopId, Arc<Generation>>> {
    let folder = &settings.understanding.intents;
    if !folder.is_dir() {
        return Err(no_folder(folder));
    }
    let reading = Reading::of(folder);
    let (packs, more) = packs::load_shops(&reading.files);
    let mut findings = reading.findings;
    findings.extend(more);
    let ids: Vec<ShopId> = packs.iter().map(|pack| pack.shop.id.clone()).collect();
    let tolerance = Tolerance::from(&settings.understanding);
    let mut known: Vec<Arc<Generation>> = Vec::new();
    for pack in packs {
        if only.is_some_and(|only| only != pack.shop.id.as_str()) {
            continue;
        }
        match Generation::compile(pack, tolerance, settings.handoff.own_clock_ms(), &known) {
            Ok(generation) => known.push(Arc::new(generation)),
            Err(errors) => findings.extend(errors),
        }
    }
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        complain(folder, &findings);
        return Err(wrong());
    }
    if known.is_empty() {
        return Err(no_shop(folder, &ids));
    }
    Ok(known
        .into_iter()
        .map(|shop| (shop.pack.shop.id.clone(), shop))
        .collect())
}

fn no_folder(folder: &Path) -> anyhow::Error {
    anyhow!(
        "没有话术目录 {0}：用 --intents 指定。\nThere is no folder of intents at {0}; name it with --intents.",
        folder.display()
    )
}

fn wrong() -> anyhow::Error {
    anyhow!("话术有错误，先改好（yingda check）。\nThe intent files have errors; mend them first (yingda check).")
}

/// The pack that is meant and another one `--against` it, compiled; what they have in common is learned once.
pub fn load_two(args: &PackArgs, against: &Path) -> Result<[Arc<Generation>; 2]> {
    let (settings, folder) = settings_and_folder(args)?;
    let (tolerance, own_clock_ms) = (
        Tolerance::from(&settings.understanding),
        settings.handoff.own_clock_ms(),
    );
    if !against.is_dir() {
        return Err(anyhow!(
            "没有话术目录 {0}（--against）。\nThere is no folder of intents at {0} (--against).",
            against.display()
        ));
    }
    let mut known: Vec<Arc<Generation>> = Vec::new();
    for folder in [folder.as_path(), against] {
        let shop = args
            .shop
            .as_deref()
            .or_else(|| known.first().map(|known| known.pack.shop.id.as_str()));
        match publishing::compile_after(&Reading::of(folder), tolerance, own_clock_ms, shop, &known) {
            Ok((generation, _)) => known.push(generation),
            Err(Refusal::Files(findings)) => {
                complain(folder, &findings);
                return Err(wrong());
            }
            Err(Refusal::Shop(shops)) => return Err(no_shop(folder, &shops)),
        }
    }
    known.try_into().map_err(|_| anyhow!("two folders give two packs"))
}

/// The shop that was meant is not there, or none was named where there are several.
pub fn no_shop(folder: &Path, known: &[ShopId]) -> anyhow::Error {
    let known: Vec<&str> = known.iter().map(ShopId::as_str).collect();
    anyhow!(
        "用 --shop 指定店铺；{0} 里有：{1}。\nName a shop with --shop; {0} holds {2}.",
        folder.display(),
        known.join("、"),
        known.join(", ")
    )
}

/// Prints what forbids a pack, one a line; warnings are for `check`.
pub fn complain(folder: &Path, findings: &[Finding]) {
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Error) {
        output::complain(&format!(
            "{}: {}:{}:{} {} {}",
            folder.display(),
            finding.file,
            finding.line,
            finding.column,
            finding.rule,
            finding.message.zh
        ));
    }
}
