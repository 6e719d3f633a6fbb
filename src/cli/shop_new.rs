//! `yingda shop new`: a shop that begins, with what is asked at the terminal and what a table of questions and answers
//! holds. Nothing is written before everything is known, and nothing is written over.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use crate::config::Settings;
use crate::dialogue::{Generation, Simulator};
use crate::model::{DecisionKind, IntentKind, Language, Millis};
use crate::packs::{
    Finding, NewShop, Severity, SourceFile, StartError, answers_over, fold, load_shops, own_question, question_file,
};
use crate::publishing::Reading;
use crate::reply::Templates;
use crate::shop::clock;
use crate::understanding::Tolerance;

use super::args::{CheckArgs, PackArgs, ShopNewArgs};
use super::rows::{self, Row};
use super::{Exit, check, output, pack};

/// Words that a question or an answer may have at most, characters.
const LONGEST: usize = 500;

/// Makes the shop.
pub fn run(args: &ShopNewArgs) -> Result<Exit> {
    let mut shop = NewShop::new(&args.id)?;
    let (settings, folder) = pack::settings_and_folder(&args.pack)?;
    let place = folder.join("shops").join(&args.id);
    if place.exists() {
        bail!(
            "{0} 已经有了，不覆盖 · {0} is there already and is not written over",
            place.display()
        );
    }
    let rows = match &args.from {
        Some(file) => rows::read(file)?,
        None => Vec::new(),
    };
    let reading = Reading::of(&folder);
    let (packs, findings) = load_shops(&reading.files);
    let Some(common) = packs.first() else {
        pack::complain(&folder, &findings);
        bail!("话术有错误，先改好（yingda check）。\nThe intent files have errors; mend them first (yingda check).");
    };
    if !args.yes {
        ask(&mut shop, &mut std::io::stdin().lock())?;
    }
    let mut files = vec![shop.profile(common)];
    files.extend(shop.switched_off(common));
    let taken = match rows.is_empty() {
        true => Taken::default(),
        false => take(&settings, &reading.files, &shop, files.clone(), rows)?,
    };
    files.extend(taken.files);
    write(&folder, &args.id, &files)?;
    for (row, question) in &taken.over {
        let title = common.intent(question).map_or("", |intent| intent.title.zh.as_str());
        output::say(&format!(
            "第 {row} 行答的是已有的问题 · row {row} answers a known question：{question} {title}"
        ));
    }
    for (row, reason) in &taken.left_out {
        output::say(&format!("第 {row} 行没有收 · row {row} left out：{reason}"));
    }
    output::say(&format!(
        "{} 建好了：{} 个文件，{} 行改了已有问题的答案，{} 行成了新问题，{} 行没有收。\n\
         Made {0}: {1} files, {2} rows answer known questions, {3} are questions of their own, {4} left out.",
        place.display(),
        files.len(),
        taken.over.len(),
        taken.own,
        taken.left_out.len()
    ));
    let checked = check::run(&CheckArgs {
        pack: PackArgs {
            shop: Some(args.id.clone()),
            ..args.pack.clone()
        },
        ..CheckArgs::default()
    })?;
    Ok(match taken.left_out.is_empty() {
        true => checked,
        false => Exit::Findings,
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

/// What became of the rows.
#[derive(Default)]
struct Taken {
    files: Vec<SourceFile>,
    /// Row number, and the known question that it answers in the shop's own way.
    over: Vec<(usize, String)>,
    own: usize,
    /// Row number and reason.
    left_out: Vec<(usize, String)>,
}

/// Sorts rows into answers over known questions and questions of their own. `begun` are the files that the shop has
/// already.
fn take(
    settings: &Settings,
    folder: &[SourceFile],
    shop: &NewShop,
    begun: Vec<SourceFile>,
    rows: Vec<Row>,
) -> Result<Taken> {
    let all: Vec<SourceFile> = folder.iter().cloned().chain(begun).collect();
    let (packs, findings) = load_shops(&all);
    let Some(pack) = packs.into_iter().find(|pack| pack.shop.id.as_str() == shop.id) else {
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
        let errors: Vec<&str> = errors.map(|finding| finding.message.zh.as_str()).collect();
        bail!("新店的资料读不了 · the new shop cannot be read: {}", errors.join("；"));
    };
    let tolerance = Tolerance::from(&settings.understanding);
    let own_clock_ms = settings.handoff.own_clock_ms();
    let generation = match Generation::compile(pack, tolerance, own_clock_ms, &[]) {
        Ok(generation) => Arc::new(generation),
        Err(findings) => {
            let first = findings.first().map(|finding| finding.message.zh.clone());
            bail!("话术用到的资料不全 · facts are lacking: {}", first.unwrap_or_default());
        }
    };
    let mut taken = Taken::default();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut fit = Vec::new();
    for row in rows {
        let earlier = seen.get(&fold(&row.question)).copied();
        if let Some(reason) = unfit(&row, earlier) {
            taken.left_out.push((row.number, reason));
            continue;
        }
        seen.insert(fold(&row.question), row.number);
        fit.push(row);
    }
    let fit: Vec<(Option<String>, Row)> = fit
        .into_iter()
        .map(|row| (known_question(&generation, &row.question), row))
        .collect();
    let forbidden = forbidden(shop, &all, &fit);
    let mut over: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for (known, row) in fit {
        match known {
            _ if forbidden.contains_key(&row.number) => {}
            Some(id) => over.entry(id).or_default().push(row),
            None => {
                taken.own += 1;
                taken.files.push(own_file(shop, &row, &[&row.answer]));
            }
        }
    }
    taken.left_out.extend(forbidden);
    taken.left_out.sort();
    for (id, rows) in &over {
        let answers: Vec<&str> = rows.iter().map(|row| row.answer.as_str()).collect();
        taken.over.extend(rows.iter().map(|row| (row.number, id.clone())));
        taken.files.push(SourceFile {
            name: question_file(&shop.id, id),
            bytes: answers_over(id, &answers).into_bytes(),
        });
    }
    taken.over.sort();
    Ok(taken)
}

/// Why a row may not be taken, whatever it asks.
fn unfit(row: &Row, earlier: Option<usize>) -> Option<String> {
    if row.question.is_empty() {
        return Some("没有问题 · no question".to_owned());
    }
    if row.answer.is_empty() {
        return Some("没有答案 · no answer".to_owned());
    }
    if row.question.chars().count() > LONGEST || row.answer.chars().count() > LONGEST {
        return Some(format!("太长，最多 {LONGEST} 字 · longer than {LONGEST} characters"));
    }
    if let Some(earlier) = earlier {
        return Some(format!("和第 {earlier} 行是同一个问题 · the question of row {earlier}"));
    }
    None
}

/// Rows that the rules forbid, by number, each with what is wrong: as if each were a question of its own. A row over a
/// known question, whose id stands beside it, leaves that question's other answers in place.
fn forbidden(shop: &NewShop, files: &[SourceFile], rows: &[(Option<String>, Row)]) -> BTreeMap<usize, String> {
    let mut all = files.to_vec();
    let mut of_row: BTreeMap<String, usize> = BTreeMap::new();
    for (known, row) in rows {
        let english = Language::of(&row.answer) == Some(Language::English);
        let file = match known.is_some() && english {
            true => own_file(shop, row, &[&row.answer, "好的。"]),
            false => own_file(shop, row, &[&row.answer]),
        };
        of_row.insert(file.name.clone(), row.number);
        all.push(file);
    }
    let mut reasons = BTreeMap::new();
    // Templates are only compiled of files that the rules allow.
    loop {
        let (packs, findings) = load_shops(&all);
        let errors = match packs.into_iter().find(|pack| pack.shop.id.as_str() == shop.id) {
            None => findings,
            Some(pack) => {
                let errors = Templates::compile(&pack, clock::OWN_MS).err().unwrap_or_default();
                errors.into_iter().map(Finding::from).collect()
            }
        };
        let known = reasons.len();
        for finding in errors.iter().filter(|finding| finding.severity == Severity::Error) {
            if let Some(row) = of_row.get(&finding.file) {
                let reason = format!("{} {} · {}", finding.rule, finding.message.zh, finding.message.en);
                reasons.entry(*row).or_insert(reason);
            }
        }
        if reasons.len() == known {
            return reasons;
        }
        all.retain(|file| of_row.get(&file.name).is_none_or(|row| !reasons.contains_key(row)));
    }
}

/// A row as a question of its own with these answers.
fn own_file(shop: &NewShop, row: &Row, answers: &[&str]) -> SourceFile {
    let id = format!("faq.row_{}", row.number);
    SourceFile {
        name: question_file(&shop.id, &id),
        bytes: own_question(&id, &row.question, answers).into_bytes(),
    }
}

/// The question of the pack that this sentence alone asks, as a shopper's first message.
fn known_question(generation: &Arc<Generation>, question: &str) -> Option<String> {
    let language = Language::of(question).unwrap_or_default();
    let outcome = Simulator::new(Arc::clone(generation), language, Millis(0)).say(&[question])?;
    let [asked] = outcome.decision.intents.as_slice() else {
        return None;
    };
    let answered = matches!(outcome.decision.kind, DecisionKind::Answer | DecisionKind::AskSlot);
    (answered && asked.kind() == IntentKind::Question).then(|| asked.id.clone())
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
