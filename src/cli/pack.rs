//! Loading intent files for the commands that need no server.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, bail};

use crate::config::Settings;
use crate::dialogue::Generation;
use crate::packs::Finding;
use crate::publishing;
use crate::understanding::Tolerance;

use super::args::PackArgs;
use super::{output, settings};

/// The settings and the folder that these options name.
pub fn settings_and_folder(args: &PackArgs) -> Result<(Settings, PathBuf)> {
    let settings = settings::load_with(&args.file, &[("understanding.intents", "--intents", &args.intents)])?;
    let folder = settings.understanding.intents.clone();
    if !folder.is_dir() {
        bail!(
            "没有话术目录 {0}：用 --intents 指定。\nThere is no folder of intents at {0}; name it with --intents.",
            folder.display()
        );
    }
    Ok((settings, folder))
}

/// A compiled pack, without running its tests. Findings that forbid it are shown and end the command.
pub fn load(args: &PackArgs) -> Result<Arc<Generation>> {
    let (settings, folder) = settings_and_folder(args)?;
    let (generation, _) =
        publishing::compile(&folder, Tolerance::from(&settings.understanding)).map_err(|findings| {
            complain(&folder, &findings);
            anyhow::anyhow!(
                "话术有错误，先改好（yingda check）。\nThe intent files have errors; mend them first (yingda check)."
            )
        })?;
    if let Some(shop) = &args.shop
        && *shop != generation.pack.shop.id.as_str()
    {
        bail!(
            "{} 里是店铺 {}，不是 {shop}。\n{} holds shop {}, not {shop}.",
            folder.display(),
            generation.pack.shop.id,
            folder.display(),
            generation.pack.shop.id
        );
    }
    Ok(Arc::new(generation))
}

fn complain(folder: &std::path::Path, findings: &[Finding]) {
    for finding in findings {
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
