//! A sheet at the terminal: read, shown as it was understood, and what became of its rows.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};

use crate::config::Settings;
use crate::dialogue::Generation;
use crate::interchange::{self, Became, Line, Plan, Shop, Taken, report_csv};
use crate::packs::{Severity, SourceFile, load_shops};
use crate::sheets;
use crate::understanding::Tolerance;

use super::sheet_args::SheetArgs;
use super::{Exit, output};

/// Rows that are shown one by one.
const SHOWN: usize = 200;
/// Warnings that are shown.
const WARNINGS: usize = 20;

/// Reads a sheet and shows how it is understood.
pub fn read(file: &Path, args: &SheetArgs) -> Result<Taken> {
    let name = file.display();
    let size = std::fs::metadata(file)
        .with_context(|| format!("打不开 {name} · {name} cannot be read"))?
        .len();
    if size > sheets::MOST_BYTES as u64 {
        let megabytes = usize::try_from(size / 1024 / 1024).unwrap_or(usize::MAX);
        return Err(anyhow!("{name}：{}", sheets::SheetError::Large { megabytes }));
    }
    let bytes = std::fs::read(file).with_context(|| format!("打不开 {name} · {name} cannot be read"))?;
    let told = match &args.columns {
        Some(text) => interchange::told(text)?,
        None => Vec::new(),
    };
    let book = sheets::read(&bytes).map_err(|error| anyhow!("{name}：{error}"))?;
    let taken = interchange::take(&book, &told, &args.sheet).map_err(|error| anyhow!("{name}：{error}"))?;
    output::say(&format!("{name} 是这样读的 · is read like this:"));
    for (zh, en) in &taken.understood {
        output::say(&format!("  {zh}\n  {en}"));
    }
    Ok(taken)
}

/// What a sheet makes of a shop whose files these are.
pub fn plan(settings: &Settings, id: &str, files: &[SourceFile], taken: Taken) -> Result<Plan> {
    let (packs, findings) = load_shops(files);
    let Some(pack) = packs.into_iter().find(|pack| pack.shop.id.as_str() == id) else {
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
        let errors: Vec<&str> = errors.map(|finding| finding.message.zh.as_str()).collect();
        bail!("店铺的资料读不了 · the shop cannot be read: {}", errors.join("；"));
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
    let shop = Shop {
        id,
        files,
        generation,
        own_clock_ms,
    };
    interchange::plan(&shop, taken).map_err(|unsound| {
        let errors: Vec<String> = unsound
            .0
            .iter()
            .map(|finding| format!("{}:{} {} {}", finding.file, finding.line, finding.rule, finding.message.zh))
            .collect();
        anyhow!(
            "有错误不在表格里，先改好（yingda check）；什么都没有写。\nErrors elsewhere forbid it; nothing was written.\n{}",
            errors.join("\n")
        )
    })
}

/// Shows what becomes of each row, and writes the report. The lines that say least come last.
pub fn show(plan: &Plan, args: &SheetArgs) -> Result<()> {
    let telling = |line: &&Line| line.became != Became::Same;
    let lost = plan.lines.iter().filter(|line| line.became.is_lost());
    let others = plan.lines.iter().filter(telling).filter(|line| !line.became.is_lost());
    let all: Vec<&Line> = others.chain(lost).collect();
    let hidden = all.len().saturating_sub(SHOWN);
    if hidden > 0 {
        output::say(&format!(
            "（前面还有 {hidden} 行，--report 结果.csv 写全 · {hidden} more rows; --report writes all）"
        ));
    }
    for line in &all[hidden..] {
        output::say(&shown(line));
    }
    for finding in plan.warnings.iter().take(WARNINGS) {
        output::say(&format!(
            "提醒 · warning {}:{} {} {} · {}",
            finding.file, finding.line, finding.rule, finding.message.zh, finding.message.en
        ));
    }
    let counts = [
        Became::New,
        Became::Over,
        Became::Changed,
        Became::Same,
        Became::Merged,
        Became::LeftOut,
        Became::HeldBack,
    ];
    let (zh, en): (Vec<String>, Vec<String>) = counts
        .into_iter()
        .map(|became| (became, plan.count(became)))
        .filter(|(_, count)| *count > 0)
        .map(|(became, count)| (format!("{} {count}", became.zh()), format!("{count} {}", became.en())))
        .unzip();
    output::say(&format!("{}\n{}", zh.join("，"), en.join(", ")));
    if let Some(file) = &args.report {
        std::fs::write(file, report_csv(&plan.lines))
            .with_context(|| format!("写不进 {0} · {0} cannot be written", file.display()))?;
        output::say(&format!("每一行的结果在 {0} · every row is in {0}", file.display()));
    }
    Ok(())
}

fn shown(line: &Line) -> String {
    let sheet = match line.place.sheet.as_str() {
        "" => String::new(),
        name => format!("“{name}”"),
    };
    let place = match line.place.row {
        0 => String::new(),
        row => format!("{sheet}第 {row} 行"),
    };
    let about = line.about.replace('\n', " ");
    let id = match line.id.as_str() {
        "" => String::new(),
        id => format!(" → {id}"),
    };
    let why = match (line.why.zh.as_str(), line.why.en.as_str()) {
        ("", _) => String::new(),
        (zh, en) => format!("：{zh} · {en}"),
    };
    format!(
        "  {place} {} · {}：{about}{id}{why}",
        line.became.zh(),
        line.became.en()
    )
}

/// How a command ends: rows that were left out are for somebody to look at.
pub fn exit(plan: &Plan) -> Exit {
    match plan.lines.iter().any(|line| line.became.is_lost()) {
        true => Exit::Findings,
        false => Exit::Clean,
    }
}
