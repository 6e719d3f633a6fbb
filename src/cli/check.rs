//! `yingda check`: every finding about the intent files at once, their own tests included.

use std::io::IsTerminal;
use std::sync::Arc;

use anyhow::Result;

use crate::hub::Clock;
use crate::packs::{Format, Severity, expired, read_folder, render};
use crate::publishing;
use crate::understanding::Tolerance;

use super::args::CheckArgs;
use super::{Exit, explain, output, pack};

/// Checks a folder: exit 0 when nothing is wrong, 1 when something is.
pub fn run(args: &CheckArgs) -> Result<Exit> {
    if let Some(id) = &args.explain {
        return explain::run(id);
    }
    let (settings, folder) = pack::settings_and_folder(&args.pack)?;
    let (mut findings, summary) = match publishing::compile(&folder, Tolerance::from(&settings.understanding)) {
        Ok((generation, mut findings)) => {
            let generation = Arc::new(generation);
            findings.extend(publishing::run_pack_tests(&generation));
            let pack = &generation.pack;
            findings.extend(expired(pack, pack.shop.date_at(Clock::system().now())));
            let examples: usize = pack.intents.iter().map(|intent| intent.examples.len()).sum();
            let tests: usize = pack.intents.iter().map(|intent| intent.tests.len()).sum::<usize>()
                + pack.signals.iter().map(|signal| signal.tests.len()).sum::<usize>();
            let (intents, signals) = (pack.intents.len(), pack.signals.len());
            let zh = format!("{intents} 个意图、{signals} 个信号、{examples} 条例句、{tests} 个测试");
            (
                findings,
                format!("{zh} · {intents} intents, {signals} signals, {examples} examples, {tests} tests"),
            )
        }
        Err(findings) => (findings, String::new()),
    };
    if let Some(rule) = &args.rule {
        findings.retain(|finding| finding.rule.eq_ignore_ascii_case(rule));
    }
    let sources = read_folder(&folder).0;
    let color = std::io::stdout().is_terminal();
    let text = render(args.format, &findings, &sources, &folder.display().to_string(), color);
    if !text.is_empty() {
        output::say(text.trim_end());
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

fn verdict(errors: usize, warnings: usize, summary: &str) -> String {
    match (errors, warnings) {
        (0, 0) => format!("没有问题 · nothing to mend：{summary}"),
        (0, _) => format!("{warnings} 个提醒，可以上线 · {warnings} warnings, may go live：{summary}"),
        _ => format!(
            "{errors} 个错误、{warnings} 个提醒，改好才能上线 · {errors} errors, {warnings} warnings, cannot go live"
        ),
    }
}
