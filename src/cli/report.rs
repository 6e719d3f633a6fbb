//! `yingda report`: what the owner is told of a day or a week, as a page, a workbook, a table or a few lines. Reads only, also
//! beside a running server.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use jiff::ToSpan;
use jiff::civil::Date;

use crate::dialogue::Generation;
use crate::hub::Clock;
use crate::insight::morning::{key_of, morning};
use crate::insight::summary::{PublicationRow, Read, Reading, Summary, csv, page, text};
use crate::model::{Language, Millis, ShopId};
use crate::sheets::{WrittenSheet, workbook};
use crate::store::AuditRecord;
use crate::teaching::{Change, Did, Listed, told};

use super::report_args::ReportArgs;
use super::source::Source;
use super::{Exit, output, pack, settings};

/// Events read at once.
const PAGE: usize = 1_000;
/// What takes longer shows how far it is.
const SILENT: Duration = Duration::from_secs(1);
/// Entries of the audit record that tell what answered.
const TOLD_BY: [&str; 3] = ["pack.publish", "pack.teach", "server.start"];

type Shops = BTreeMap<ShopId, Arc<Generation>>;

/// How a file is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Page,
    Text,
    Workbook,
}

/// Reads, and writes the file or shows the summary, in the language of the command line.
pub fn run(args: &ReportArgs, language: Option<Language>) -> Result<Exit> {
    let chinese = language.is_some_and(Language::is_chinese);
    let out = args
        .out
        .as_deref()
        .map(|file| Ok::<_, anyhow::Error>((file, form_of(file)?)))
        .transpose()?;
    if let Some((file, _)) = out
        && file.exists()
        && !args.force
    {
        bail!(
            "{0} 已经有了，加 --force 覆盖。\n{0} is there already; --force writes over it.",
            file.display()
        );
    }
    let flags = [
        ("store.data", "--data", &args.data),
        ("understanding.intents", "--intents", &args.intents),
    ];
    let settings = settings::load_with(&args.file, &flags)?;
    let source = Source::open(&settings)?;
    let shops = pack::load_shops(&settings, args.shop.as_deref())?;
    let now = Clock::system().now();
    let (from, until) = days(args, &shops, now)?;
    let summary = summary(&source, shops, from, until, now)?;
    let Some((file, form)) = out else {
        output::say(&text(&summary, chinese));
        return Ok(Exit::Clean);
    };
    let bytes = match form {
        Form::Page => page(&summary, chinese).into_bytes(),
        Form::Text => csv(&summary, chinese).into_bytes(),
        Form::Workbook => sheets(&summary, chinese),
    };
    std::fs::write(file, bytes).with_context(|| format!("写不进 {0} · {0} cannot be written", file.display()))?;
    output::say(&format!(
        "{} · {} · {}",
        file.display(),
        summary.names(chinese),
        summary.days()
    ));
    Ok(Exit::Clean)
}

fn form_of(file: &Path) -> Result<Form> {
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    match ending.to_ascii_lowercase().as_str() {
        "html" | "htm" => Ok(Form::Page),
        "csv" => Ok(Form::Text),
        "xlsx" => Ok(Form::Workbook),
        _ => bail!("--out 要以 .html、.csv 或 .xlsx 结尾。\n--out ends in .html, .csv or .xlsx."),
    }
}

/// The first and the last day. What is yesterday is told by the shop whose day is furthest.
fn days(args: &ReportArgs, shops: &Shops, now: Millis) -> Result<(Date, Date)> {
    let today = shops.values().map(|shop| shop.pack.shop.date_at(now)).max();
    let today = today.context("没有店铺 · there is no shop")?;
    let (written, is_week) = match (&args.day, &args.week) {
        (_, Some(week)) => (week, true),
        (day, None) => (day.as_ref().unwrap_or(&None), false),
    };
    let back: i32 = if is_week { 7 } else { 1 };
    let day = match written {
        Some(written) => written.parse::<Date>().map_err(|_| {
            anyhow!("{written:?} 不是日期：写作 2026-11-30。\n{written:?} is no date: write it as 2026-11-30.")
        })?,
        None => today.checked_sub(back.days())?,
    };
    if day > today {
        bail!("{day} 还没到，今天是 {today}。\n{day} lies ahead; today is {today}.");
    }
    if !is_week {
        return Ok((day, day));
    }
    let monday = day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days())?;
    Ok((monday, monday.checked_add(6.days())?))
}

fn summary(source: &Source, shops: Shops, from: Date, until: Date, now: Millis) -> Result<Summary> {
    let span_of = |shop: &Generation| {
        let hours = &shop.pack.shop.hours;
        hours.day(from).start..hours.day(until).end
    };
    let spans = shops.iter().map(|(id, shop)| (id.clone(), span_of(shop))).collect();
    let read = read(source, &shops, Reading::new(spans, from, until), now)?;
    let mut records: Vec<AuditRecord> = Vec::new();
    source.each_entry(|record| {
        if TOLD_BY.contains(&record.entry.action.as_str()) {
            records.push(record);
        }
        true
    })?;
    let members = source.members()?;
    let names: HashMap<&str, &str> = members
        .iter()
        .map(|member| (member.id.as_str(), member.name.as_str()))
        .collect();
    let (mut mornings, mut publications) = (Vec::new(), Vec::new());
    for (id, shop) in &shops {
        let told = told(&records, id, &span_of(shop));
        let (mut decided, mut dismissed) = (HashSet::new(), Vec::new());
        for (sentence, is_dismissed) in &told.decided {
            let key = key_of(shop, sentence);
            if *is_dismissed {
                dismissed.push(key.clone());
            }
            decided.insert(key);
        }
        let found = read.found.get(id).map_or(&[][..], Vec::as_slice);
        mornings.push((id.clone(), morning(found, shop, &decided, &dismissed)));
        publications.extend(told.publications.iter().map(|one| publication(id, shop, one, &names)));
    }
    publications.sort_by_key(|row: &PublicationRow| row.at);
    Ok(Summary {
        shops,
        from,
        until,
        now,
        report: read.report,
        mornings,
        answers: read.answers,
        publications,
    })
}

/// Reads the feed, until nothing that comes can change what is told.
fn read(source: &Source, shops: &Shops, mut reading: Reading, now: Millis) -> Result<Read> {
    let only = match shops.len() {
        1 => shops.keys().next(),
        _ => None,
    };
    let local = |shop: &ShopId, at: Millis| Some(shops.get(shop)?.pack.shop.hours.hour_at(at));
    let mut after = source.feed_at(reading.begins())?;
    let (began, mut events, shows) = (Instant::now(), 0_usize, std::io::stderr().is_terminal());
    let ended = loop {
        let page = source.feed(after, only, PAGE)?;
        for entry in &page.entries {
            if reading.lacks(&entry.shop, &entry.conversation, &entry.event) {
                let before = source.before(&entry.conversation, entry.event.seq)?;
                reading.recall(&entry.shop, &entry.conversation, &before, &local);
            }
            reading.take(&entry.shop, &entry.conversation, &entry.event, &local);
        }
        reading.settle();
        events += page.entries.len();
        if shows && began.elapsed() > SILENT {
            let mut out = std::io::stderr().lock();
            let _ = write!(out, "\r… {events}");
            let _ = out.flush();
        }
        if !page.more {
            break Some(now);
        }
        if reading.is_over() {
            break None;
        }
        after = page.next;
    };
    if shows && began.elapsed() > SILENT {
        let _ = write!(std::io::stderr().lock(), "\r{}\r", " ".repeat(24));
    }
    Ok(reading.end(ended))
}

fn publication(id: &ShopId, shop: &Generation, one: &Listed, names: &HashMap<&str, &str>) -> PublicationRow {
    let by = one
        .by
        .as_ref()
        .map(|by| names.get(by.as_str()).map_or(by.as_str(), |name| *name).to_owned());
    let mut what: Vec<[String; 2]> = one.changes.iter().map(|change| done(shop, change)).collect();
    if one.at_start {
        what.push(["启动时发现文件改了".to_owned(), "found changed at a start".to_owned()]);
    }
    let written = one.changes.iter().filter_map(|change| change.file.as_ref());
    let written = written.map(|file| (file.name.clone(), file.added.len(), file.removed.len()));
    let by_hand = one
        .files
        .iter()
        .map(|file| (file.name.clone(), file.added, file.removed));
    let reasons = one.changes.iter().map(|change| change.reason.clone());
    PublicationRow {
        shop: id.clone(),
        at: one.at,
        by,
        what,
        files: written.chain(by_hand).collect(),
        reasons: reasons.filter(|reason| !reason.is_empty()).collect(),
    }
}

/// What a change did, with the first of its sentences.
fn done(shop: &Generation, change: &Change) -> [String; 2] {
    let about = change.question.as_deref().map(|id| shop.title_of(id));
    let about = about.or_else(|| change.subject.clone()).unwrap_or_default();
    let (zh, en) = match change.did {
        Did::Question => (format!("归到「{about}」"), format!("under “{about}”")),
        Did::New => (format!("新问题「{about}」"), format!("new question “{about}”")),
        Did::Nothing => ("不是在问店里的事".to_owned(), "asks nothing of the shop".to_owned()),
        Did::Ignore => ("忽略".to_owned(), "ignored".to_owned()),
        Did::Edit => (format!("改了「{about}」"), format!("changed “{about}”")),
        Did::Hours => ("改了营业时间".to_owned(), "changed the service hours".to_owned()),
        Did::Profile => (
            "改了店名和时限".to_owned(),
            "changed the shop's name and clock".to_owned(),
        ),
        Did::Fact => (
            format!("改了店铺资料「{about}」"),
            format!("changed the fact “{about}”"),
        ),
        Did::Goods => (format!("改了商品「{about}」"), format!("changed the article “{about}”")),
        Did::Undo => (format!("撤回「{about}」"), format!("took back “{about}”")),
        Did::Other => ("改动".to_owned(), "change".to_owned()),
    };
    let example = change
        .sentences
        .first()
        .map_or_else(String::new, |sentence| match change.sentences.len() {
            1 => format!(" {sentence}"),
            count => format!(" {sentence} +{}", count - 1),
        });
    [format!("{zh}{example}"), format!("{en}{example}")]
}

fn sheets(summary: &Summary, chinese: bool) -> Vec<u8> {
    let tables = summary.tables(chinese);
    let rows: Vec<Vec<Vec<String>>> = tables.iter().map(|table| table.as_sheet(chinese)).collect();
    let widths: Vec<Vec<u32>> = tables
        .iter()
        .map(|table| table.columns.iter().map(|column| column.width).collect())
        .collect();
    let written: Vec<WrittenSheet<'_>> = tables
        .iter()
        .zip(rows.iter().zip(&widths))
        .map(|(table, (rows, widths))| WrittenSheet {
            name: &table.title,
            widths,
            rows,
        })
        .collect();
    workbook(&written)
}
