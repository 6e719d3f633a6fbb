//! `yingda replay`: recorded talks under two packs, and what shoppers would be told otherwise.

use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result, bail};
use comfy_table::{CellAlignment, Table, presets::UTF8_BORDERS_ONLY};

use crate::hub::Clock;
use crate::insight::replay::{
    Change, FailIf, People, RecordedTalk, Recorder, ReplayReport, Sample, Side, page, replay, talk_of_line,
};
use crate::model::{Millis, ShopId};
use crate::store::FeedCursor;
use crate::store::embedded::Archive;

use super::progress::Progress;
use super::replay_args::ReplayArgs;
use super::{Exit, lines, output, pack, settings};

/// Events read at once.
const PAGE: usize = 1_000;
/// Groups that are shown to people.
const SHOWN: usize = 20;
/// Characters of a text that are shown in a line.
const LONGEST: usize = 60;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// Replays and prints; exit 1 when a bound of `--fail-if` is broken or a line is no talk.
pub fn run(args: &ReplayArgs) -> Result<Exit> {
    let bounds: Vec<FailIf> = args
        .fail_if
        .iter()
        .map(|written| FailIf::read(written).map_err(anyhow::Error::msg))
        .collect::<Result<_>>()?;
    let [before, after] = pack::load_two(&args.pack, &args.against)?;
    let (talks, bad_lines) = talks(args, &before.pack.shop.id)?;
    if talks.is_empty() {
        bail!(
            "{0} 里没有顾客对机器人说的话。\nNobody says anything to the bot in {0}.",
            args.data.display()
        );
    }
    let messages: usize = talks.iter().map(|talk| talk.turns.len()).sum();
    let bar = Progress::new();
    let progress = |done: usize| bar.tell(done, messages);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let report = replay(&before, &after, &talks, threads, &progress);
    bar.end();
    if let Some(file) = &args.html {
        std::fs::write(file, page(&report))
            .with_context(|| format!("写不进 {0} · {0} cannot be written", file.display()))?;
        output::complain(&format!("网页 · page: {}", file.display()));
    }
    match args.json {
        true => output::data(&serde_json::to_string_pretty(&report)?),
        false => output::say(&text(&report)),
    }
    let broken: Vec<&FailIf> = bounds.iter().filter(|bound| bound.is_met(&report)).collect();
    for bound in &broken {
        output::complain(&format!("超出 --fail-if {0} · --fail-if {0} is met", bound.written()));
    }
    Ok(if broken.is_empty() && !bad_lines {
        Exit::Clean
    } else {
        Exit::Findings
    })
}

/// The talks of a data folder or of a file, and whether a line of it was none.
fn talks(args: &ReplayArgs, shop: &ShopId) -> Result<(Vec<RecordedTalk>, bool)> {
    let data = &args.data;
    if data.is_dir() {
        return Ok((recorded(data, args, shop)?, false));
    }
    let file =
        std::fs::File::open(data).with_context(|| format!("打不开 {0} · {0} cannot be opened", data.display()))?;
    let (mut talks, mut bad_lines) = (Vec::new(), false);
    for line in lines::of(BufReader::new(file)) {
        let line = line?;
        if line.text.trim().is_empty() {
            continue;
        }
        match talk_of_line(&line.text) {
            Ok(talk) => talks.extend(talk),
            Err(error) => {
                bad_lines = true;
                output::complain(&format!(
                    "{}:{}: 不是一段对话 · not a talk: {error}",
                    data.display(),
                    line.number
                ));
            }
        }
    }
    Ok((talks, bad_lines))
}

/// The shop's own talks of the last days, from the log.
fn recorded(data: &Path, args: &ReplayArgs, shop: &ShopId) -> Result<Vec<RecordedTalk>> {
    let folder = data.display().to_string();
    let settings = settings::load_with(&args.pack.file, &[("store.data", "--data", &Some(folder))])?;
    let archive: Archive = super::store::archive(&settings.store)?;
    let from = args.days.map_or(Millis(0), |days| {
        Millis(Clock::system().now().0.saturating_sub(days.saturating_mul(DAY_MS)))
    });
    let (mut recorder, mut after) = (Recorder::default(), FeedCursor::start());
    loop {
        let page = archive.feed(&after, Some(shop), PAGE)?;
        for entry in page.entries.iter().filter(|entry| entry.event.at >= from) {
            recorder.add(&entry.conversation, &entry.event);
        }
        after = page.next;
        if !page.more {
            return Ok(recorder.talks());
        }
    }
}

fn text(report: &ReplayReport) -> String {
    let mut figures = Table::new();
    figures.load_style(UTF8_BORDERS_ONLY);
    figures.set_header(["重放 replay", "句 messages"]);
    let mut row = |zh: &str, en: &str, count: usize| {
        figures.add_row([format!("{zh} {en}"), count.to_string()]);
    };
    row("一共", "in all", report.messages);
    row("会变", "would change", report.changed);
    for change in Change::ALL {
        let (zh, en) = change.words();
        row(
            &format!("  {zh}"),
            en,
            report.by_change.get(&change).copied().unwrap_or(0),
        );
    }
    row("  多转了人工", "go to people only now", report.more_people);
    row("  少转了人工", "no longer go to people", report.fewer_people);
    if let Some(column) = figures.column_mut(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut text = format!("{} 段会话 · {} talks\n{figures}\n", report.talks, report.talks);
    for group in report.groups.iter().take(SHOWN) {
        let (zh, en) = group.change.words();
        let people = match group.people {
            People::More => "，转人工 · to people",
            People::Fewer => "，不再转人工 · no longer to people",
            People::Same => "",
        };
        text.push_str(&format!(
            "\n{zh} {en}：{} → {}{people} × {}（{} 段会话 talks）\n",
            report.titled(&group.before),
            report.titled(&group.after),
            group.count,
            group.talks
        ));
        group
            .samples
            .iter()
            .for_each(|sample| text.push_str(&sample_lines(sample)));
    }
    if report.groups.len() > SHOWN {
        text.push_str(&format!(
            "\n还有 {0} 组，看 --html 或 --json · {0} more groups: see --html or --json\n",
            report.groups.len() - SHOWN
        ));
    }
    text
}

fn sample_lines(sample: &Sample) -> String {
    let side = |side: &Side| {
        let named = side.questions.iter().chain(&side.considered).take(2);
        let named: Vec<String> = named
            .map(|question| format!("{} {:.2}", question.id, question.confidence))
            .collect();
        let said = side.says.first().map_or("", String::as_str);
        let why = side
            .because
            .first()
            .map_or_else(String::new, |why| format!(" [{}]", short(why)));
        format!("{} {}{why}", named.join("，"), short(said))
    };
    format!(
        "  ▸ {}\n    − {}\n    + {}\n",
        short(&sample.text),
        side(&sample.before),
        side(&sample.after)
    )
}

fn short(text: &str) -> String {
    let text = text.replace('\n', " ");
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
