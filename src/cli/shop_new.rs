//! `yingda shop new`: a shop that begins, with what is asked at the terminal and what a table of questions and answers
//! holds. Nothing is written before everything is known, and nothing is written over.

use std::io::BufRead;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::packs::{NewShop, SourceFile, StartError, load_shops};
use crate::publishing::Reading;
use crate::shop::clock;

use super::args::{CheckArgs, PackArgs};
use super::sheet_args::ShopNewArgs;
use super::{Exit, check, output, pack, sheet};

/// Makes the shop.
pub fn run(args: &ShopNewArgs) -> Result<Exit> {
    let mut shop = NewShop::new(&args.id)?;
    let (settings, folder) = pack::settings_and_folder(&args.pack)?;
    let place = folder.join("shops").join(&args.id);
    if place.exists() {
        bail!(
            "{0} 已经有了，不覆盖；从表格更新它：yingda shop import {1} --from 表格\n\
             {0} is there already and is not written over; a sheet changes it with yingda shop import {1} --from FILE",
            place.display(),
            args.id
        );
    }
    let reading = Reading::of(&folder);
    let (packs, findings) = load_shops(&reading.files);
    let Some(common) = packs.first() else {
        pack::complain(&folder, &findings);
        bail!("话术有错误，先改好（yingda check）。\nThe intent files have errors; mend them first (yingda check).");
    };
    // How the sheet is read stands before the first question: who sees that it is wrong stops here.
    let taken = match &args.from {
        Some(file) => Some(sheet::read(file, &args.sheet)?),
        None => None,
    };
    if !args.yes && !args.sheet.dry_run {
        ask(&mut shop, &mut std::io::stdin().lock())?;
    }
    let mut files = vec![shop.profile(common)];
    files.extend(shop.switched_off(common));
    let mut exit = Exit::Clean;
    if let Some(taken) = taken {
        let mut all = reading.files.clone();
        all.extend(files.iter().cloned());
        all.sort_by(|one, other| one.name.cmp(&other.name));
        let mut plan = sheet::plan(&settings, &args.id, &all, taken)?;
        // `check` tells them below, with all else.
        plan.warnings.clear();
        sheet::show(&plan, &args.sheet)?;
        exit = sheet::exit(&plan);
        for change in plan.changes {
            files.retain(|file| file.name != change.name);
            files.extend(change.after.map(|bytes| SourceFile {
                name: change.name,
                bytes,
            }));
        }
    }
    if args.sheet.dry_run {
        output::say(&format!(
            "只是看看，什么都没有写；会有 {0} 个文件 · a dry run: nothing was written; there would be {0} files",
            files.len()
        ));
        return Ok(exit);
    }
    write(&folder, &args.id, &files)?;
    output::say(&format!(
        "{} 建好了：{} 个文件 · made, {1} files",
        place.display(),
        files.len(),
    ));
    let checked = check::run(&CheckArgs {
        pack: PackArgs {
            shop: Some(args.id.clone()),
            ..args.pack.clone()
        },
        ..CheckArgs::default()
    })?;
    Ok(match exit {
        Exit::Clean => checked,
        left_out => left_out,
    })
}

/// Asks what must be known, one line each; an empty line takes what stands in brackets.
fn ask(shop: &mut NewShop, input: &mut dyn BufRead) -> Result<()> {
    let mut asked = |question: &str, usual: &str, take: &mut dyn FnMut(&str) -> Result<(), StartError>| loop {
        output::complain(&format!("{question} [{usual}]"));
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            bail!(
                "没有答完，什么都没写；都用默认值加 --yes · not all was answered and nothing is written; --yes takes what is usual"
            );
        }
        let text = match line.trim() {
            "" => usual,
            text => text,
        };
        match take(text) {
            Ok(()) => return Ok(()),
            Err(error) => output::complain(&error.to_string()),
        }
    };
    let id = shop.id.clone();
    asked("店名 · The shop's name in Chinese", &id, &mut |text| {
        text.clone_into(&mut shop.name.zh);
        Ok(())
    })?;
    asked("英文店名 · Its name in English", &id, &mut |text| {
        text.clone_into(&mut shop.name.en);
        Ok(())
    })?;
    let usual = shop.hours.clone();
    asked(
        "人工客服每天几点到几点 · When people are there every day",
        &usual,
        &mut |text| shop.set_hours(text),
    )?;
    asked(
        "回复时限按哪个平台 · Whose reply clock: taobao jd pinduoduo douyin shopee own",
        clock::OWN,
        &mut |text| shop.set_clock(text),
    )?;
    if shop.clock == clock::OWN {
        asked(
            "几分钟内有人回复 · Within how many minutes a person answers",
            "3",
            &mut |text| shop.set_minutes(text),
        )?;
    }
    for (fact, question) in [
        ("cutoff", "几点前付款当天发货 · Paid before when, sent the same day"),
        ("postage", "邮费几元 · Postage, yuan"),
        ("free_shipping_sum", "满几元包邮 · Free delivery from how many yuan"),
    ] {
        let usual = NewShop::usual(fact).unwrap_or_default();
        asked(question, usual, &mut |text| {
            shop.facts.insert(fact.to_owned(), text.to_owned());
            Ok(())
        })?;
    }
    Ok(())
}

/// Writes all files beside and puts the folder in its place at once, so that a server that reads it sees all or nothing.
fn write(folder: &Path, id: &str, files: &[SourceFile]) -> Result<()> {
    let shops = folder.join("shops");
    let (beside, place) = (shops.join(format!(".new-{id}")), shops.join(id));
    let cannot = |path: &Path| format!("写不了 {0} · {0} cannot be written", path.display());
    std::fs::create_dir_all(&shops).with_context(|| cannot(&shops))?;
    std::fs::create_dir(&beside).with_context(|| cannot(&beside))?;
    let written = files.iter().try_for_each(|file| -> Result<()> {
        let inner = file.name.strip_prefix(&format!("shops/{id}/")).unwrap_or(&file.name);
        let path = beside.join(inner);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).with_context(|| cannot(parent))?;
        }
        std::fs::write(&path, &file.bytes).with_context(|| cannot(&path))
    });
    let moved = written.and_then(|()| std::fs::rename(&beside, &place).with_context(|| cannot(&place)));
    if moved.is_err() {
        let _ = std::fs::remove_dir_all(&beside);
    }
    moved
}
