//! `yingda shop import`: a shop that is there changed by a sheet, all of it or nothing.

use std::io::{BufRead, IsTerminal};

use anyhow::{Result, anyhow, bail};

use crate::packs::load_shops;
use crate::publishing::Reading;
use crate::publishing::edit::{EditError, put_all};

use super::sheet_args::ShopImportArgs;
use super::{Exit, output, pack, sheet};

/// Changes the shop.
pub fn run(args: &ShopImportArgs) -> Result<Exit> {
    let (settings, folder) = pack::settings_and_folder(&args.pack)?;
    let reading = Reading::of(&folder);
    let (packs, findings) = load_shops(&reading.files);
    if packs.is_empty() {
        pack::complain(&folder, &findings);
        bail!("话术有错误，先改好（yingda check）。\nThe intent files have errors; mend them first (yingda check).");
    }
    if !packs.iter().any(|pack| pack.shop.id.as_str() == args.id) {
        let known: Vec<&str> = packs.iter().map(|pack| pack.shop.id.as_str()).collect();
        bail!(
            "没有店铺 {0}；有：{1}。新开一家：yingda shop new {0} --from {2}\n\
             There is no shop {0}; there are {1}. Begin it with yingda shop new {0} --from {2}",
            args.id,
            known.join("、"),
            args.from.display()
        );
    }
    let taken = sheet::read(&args.from, &args.sheet)?;
    let plan = sheet::plan(&settings, &args.id, &reading.files, taken)?;
    sheet::show(&plan, &args.sheet)?;
    if plan.changes.is_empty() {
        output::say("没有要改的文件 · no file changes");
        return Ok(sheet::exit(&plan));
    }
    for change in &plan.changes {
        output::say(&format!(
            "  {} {}",
            if change.before.is_some() {
                "改 · changes"
            } else {
                "新 · new"
            },
            change.name
        ));
    }
    if args.sheet.dry_run {
        output::say("只是看看，什么都没有写（去掉 --dry-run 就写）· a dry run: nothing was written");
        return Ok(sheet::exit(&plan));
    }
    if !args.yes && std::io::stdin().is_terminal() && !confirmed()? {
        output::say("没有写 · nothing was written");
        return Ok(Exit::Findings);
    }
    put_all(&folder, &plan.changes).map_err(|error| match error {
        EditError::Changed(name) => anyhow!(
            "{name} 刚刚被别人改过，什么都没有写；再导入一次。\n{name} was changed meanwhile, and nothing was written; import again."
        ),
        EditError::Unwritable { change, error } => anyhow!(
            "写不了 {0}（{error}），什么都没有改。\n{0} cannot be written ({error}); nothing was changed.",
            change.name
        ),
        other => anyhow!("{other}"),
    })?;
    output::say(&format!(
        "写好了 {0} 个文件；运行中的服务几秒内换上。\n{0} files written; a running server takes them over within seconds.",
        plan.changes.len()
    ));
    Ok(sheet::exit(&plan))
}

fn confirmed() -> Result<bool> {
    output::complain("写进去吗？· Write it? [y/N]");
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(matches!(line.trim().to_lowercase().as_str(), "y" | "yes" | "是" | "好"))
}
