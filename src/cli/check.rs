//! `yingda check`: every finding about the intent files at once, their own tests included.

use std::io::IsTerminal;

use anyhow::Result;

use crate::hub::Clock;
use crate::packs::{Format, Pack, Severity, render, shortened};
use crate::publishing::{self, Reading};
use crate::understanding::Tolerance;

use super::args::{CheckArgs, PackArgs};
use super::{Exit, explain, mend, output, pack};

/// Findings of one rule that are shown to people, when there are more.
const SHOWN: usize = 3;

/// Checks a folder: exit 0 when nothing is wrong, 1 when something is.
pub fn run(args: &CheckArgs) -> Result<Exit> {
    if let Some(id) = &args.explain {
        return explain::run(id);
    }
    if let Some(rule) = &args.rule {
        explain::known(rule)?;
    }
    let named = PackArgs {
        intents: args.folder.clone().or_else(|| args.pack.intents.clone()),
        ..args.pack.clone()
    };
    let (settings, folder) = pack::settings_and_folder(&named)?;
    let mut reading = Reading::of(&folder);
    if args.fix && mend::files(&folder, &reading.files)? {
        reading = Reading::of(&folder);
    }
    let (tolerance, own_clock_ms) = (
        Tolerance::from(&settings.understanding),
        settings.handoff.own_clock_ms(),
    );
    let shop = args.pack.shop.as_deref();
    let checked = publishing::check(&reading, tolerance, own_clock_ms, shop, Clock::system().now());
    if shop.is_some() && checked.packs.is_empty() && !checked.shops.is_empty() {
        return Err(pack::no_shop(&folder, &checked.shops));
    }
    let mut findings = checked.findings;
    if let Some(rule) = &args.rule {
        findings.retain(|finding| finding.rule.eq_ignore_ascii_case(rule));
    }
    let color = std::io::stdout().is_terminal();
    let few = args.format == Format::Human && args.rule.is_none() && !args.all;
    let short = shortened(&findings, if few { SHOWN } else { findings.len() });
    let text = render(
        args.format,
        &short.shown,
        &reading.files,
        &folder.display().to_string(),
        color,
    );
    if !text.is_empty() {
        // What is for people has been escaped before it was coloured.
        output::data(text.trim_end());
    }
    for (rule, count) in &short.more {
        output::say(&format!(
            "\n{rule} × {count}：上面列了 {SHOWN} 条，看全部 yingda check --rule {rule} · {SHOWN} of {count} are shown, all with --rule {rule} or --all"
        ));
    }
    let errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    let warnings = findings.len() - errors;
    if matches!(args.format, Format::Human | Format::Line) {
        let counts: Vec<String> = checked.packs.iter().map(|pack| count(pack)).collect();
        output::complain(&verdict(errors, warnings, &counts.join("；")));
    }
    Ok(if findings.is_empty() {
        Exit::Clean
    } else {
        Exit::Findings
    })
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
    let of = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    let (error, warning) = (of(errors, "error"), of(warnings, "warning"));
    match (errors, warnings) {
        (0, 0) => format!("没有问题 · nothing to mend：{summary}"),
        (0, _) => format!("{warnings} 个提醒，可以上线 · {warning}, may go live：{summary}"),
        _ => format!("{errors} 个错误、{warnings} 个提醒，改好才能上线 · {error}, {warning}, cannot go live"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_one_error() {
        assert!(verdict(1, 0, "").ends_with("1 error, 0 warnings, cannot go live"));
        assert!(verdict(2, 1, "").ends_with("2 errors, 1 warning, cannot go live"));
        assert!(verdict(0, 1, "x").contains("1 warning, may go live"));
    }
}
