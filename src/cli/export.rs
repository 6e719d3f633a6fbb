//! `yingda export xlsx`: a shop as a workbook that the import reads again.

use anyhow::{Context, Result, bail};

use crate::interchange;
use crate::packs::load_shops;
use crate::publishing::Reading;

use super::args::{ExportArgs, ExportCommand};
use super::{Exit, output, pack};

/// Writes the file.
pub fn run(args: &ExportArgs) -> Result<Exit> {
    let ExportCommand::Xlsx(args) = &args.command;
    let ending = args
        .out
        .extension()
        .map(|ending| ending.to_string_lossy().to_lowercase());
    if ending.as_deref() != Some("xlsx") {
        bail!("--out 要以 .xlsx 结尾。\n--out ends in .xlsx.");
    }
    if args.out.exists() && !args.force {
        bail!(
            "{0} 已经有了，加 --force 覆盖。\n{0} is there already; --force writes over it.",
            args.out.display()
        );
    }
    let (_, folder) = pack::settings_and_folder(&args.pack)?;
    let reading = Reading::of(&folder);
    let (packs, findings) = load_shops(&reading.files);
    if packs.is_empty() {
        pack::complain(&folder, &findings);
        bail!("话术有错误，先改好（yingda check）。\nThe intent files have errors; mend them first (yingda check).");
    }
    let known: Vec<_> = packs.iter().map(|pack| pack.shop.id.clone()).collect();
    let wanted = args.pack.shop.as_deref();
    let found = packs.into_iter().find(|pack| match wanted {
        Some(shop) => pack.shop.id.as_str() == shop,
        None => known.len() == 1,
    });
    let Some(found) = found else {
        return Err(pack::no_shop(&folder, &known));
    };
    let exported = interchange::export(&found, &reading.files);
    std::fs::write(&args.out, &exported.bytes)
        .with_context(|| format!("写不进 {0} · {0} cannot be written", args.out.display()))?;
    if exported.too_long > 0 {
        output::complain(&format!(
            "{0} 段文字比一格能放的还长，没有写进表格；导回来时它们不变 · {0} texts are longer than a cell holds and are not in it; they stay as they are",
            exported.too_long
        ));
    }
    output::say(&format!(
        "{0}：{1} 个问题，{2} 件商品。改完用 yingda shop import {3} --from {0} 导回来。\n\
         {0}: {1} questions, {2} goods. Change it and bring it back with yingda shop import {3} --from {0}.",
        args.out.display(),
        found.intents.len(),
        found.shop.goods.iter().count(),
        found.shop.id.as_str()
    ));
    Ok(Exit::Clean)
}
