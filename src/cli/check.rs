//! `yingda check`: every finding about the intent files at once, their own tests included.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;

use crate::config::Settings;
use crate::dialogue::Generation;
use crate::hub::Clock;
use crate::model::ShopId;
use crate::packs::{Finding, Format, Pack, Severity, expired, load_shops, render};
use crate::publishing::{self, Reading, Tested};
use crate::understanding::Tolerance;

use super::args::CheckArgs;
use super::{Exit, explain, output, pack};

/// Checks a folder: exit 0 when nothing is wrong, 1 when something is.
pub fn run(args: &CheckArgs) -> Result<Exit> {
    if let Some(id) = &args.explain {
        return explain::run(id);
    }
    let (settings, folder) = pack::settings_and_folder(&args.pack)?;
    let reading = Reading::of(&folder);
    let (mut findings, summary) = check(&reading, &settings, args)?;
    if let Some(rule) = &args.rule {
        findings.retain(|finding| finding.rule.eq_ignore_ascii_case(rule));
    }
    let color = std::io::stdout().is_terminal();
    let text = render(
        args.format,
        &findings,
        &reading.files,
        &folder.display().to_string(),
        color,
    );
    if !text.is_empty() {
        // What is for people has been escaped before it was coloured.
        output::data(text.trim_end());
    }
    let errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    let warnings = findings.len() - errors;
    if matches!(args.format, Format::Human | Format::Line) {
        output::complain(&verdict(errors, warnings, &summary));
    }
    Ok(if findings.is_empty() {
        Exit::Clean
    } else {
        Exit::Findings
    })
}

/// All findings about the shop that is named, or about every shop, and what there is of each.
fn check(reading: &Reading, settings: &Settings, args: &CheckArgs) -> Result<(Vec<Finding>, String)> {
    let tolerance = Tolerance::from(&settings.understanding);
    let own_clock_ms = settings.handoff.own_clock_ms();
    let mut findings = reading.findings.clone();
    let (mut packs, more) = load_shops(&reading.files);
    findings.extend(more);
    if let Some(shop) = args.pack.shop.as_deref()
        && !packs.is_empty()
    {
        let known: Vec<ShopId> = packs.iter().map(|pack| pack.shop.id.clone()).collect();
        packs.retain(|pack| pack.shop.id.as_str() == shop);
        if packs.is_empty() {
            let folder = args.pack.intents.clone().unwrap_or_else(|| "intents".to_owned());
            return Err(pack::no_shop(Path::new(&folder), &known));
        }
    }
    let now = Clock::system().now();
    let (mut counts, mut known, mut tested) = (Vec::new(), Vec::new(), Tested::default());
    for pack in packs {
        findings.extend(publishing::fit_for_shoppers(&pack));
        findings.extend(expired(&pack, pack.shop.date_at(now)));
        counts.push(count(&pack));
        match Generation::compile(pack, tolerance, own_clock_ms, &known) {
            Ok(generation) => {
                let generation = Arc::new(generation);
                findings.extend(tested.run(&generation));
                known.push(generation);
            }
            Err(errors) => findings.extend(errors),
        }
    }
    let mut seen: Vec<Finding> = Vec::new();
    // What the common files say is said once, not for each shop.
    findings.retain(|finding| {
        let new = !seen.contains(finding);
        if new {
            seen.push(finding.clone());
        }
        new
    });
    Ok((findings, counts.join("；")))
}

fn count(pack: &Pack) -> String {
    let examples: usize = pack.intents.iter().map(|intent| intent.examples.len()).sum();
    let tests: usize = pack.intents.iter().map(|intent| intent.tests.len()).sum::<usize>()
        + pack.signals.iter().map(|signal| signal.tests.len()).sum::<usize>();
    let (shop, intents, signals) = (&pack.shop.id, pack.intents.len(), pack.signals.len());
    let zh = format!("{shop}：{intents} 个意图、{signals} 个信号、{examples} 条例句、{tests} 个测试");
    format!("{zh} · {intents} intents, {signals} signals, {examples} examples, {tests} tests")
}

fn verdict(errors: usize, warnings: usize, summary: &str) -> String {
    match (errors, warnings) {
        (0, 0) => format!("没有问题 · nothing to mend：{summary}"),
        (0, _) => format!("{warnings} 个提醒，可以上线 · {warnings} warnings, may go live：{summary}"),
        _ => format!(
            "{errors} 个错误、{warnings} 个提醒，改好才能上线 · {errors} errors, {warnings} warnings, cannot go live"
        ),
    }
}
