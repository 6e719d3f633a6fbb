//! `yingda eval --signals`: what the signals hear in labelled messages, and what recall a budget buys.

use std::path::Path;

use anyhow::Result;
use comfy_table::{Table, presets::UTF8_BORDERS_ONLY};

use crate::insight::signals::{Labelled, NONE, Report, report};

use super::args::EvalArgs;
use super::{Exit, labelled, output, pack};

/// Reads the messages, hears each by itself, prints the figures.
pub fn run(args: &EvalArgs, file: &Path) -> Result<Exit> {
    let (settings, _) = pack::settings_and_folder(&args.pack)?;
    let generation = pack::load(&args.pack)?;
    let (lines, mut bad_lines) = labelled::read(file)?;
    let mut messages = Vec::with_capacity(lines.len());
    for (label, text) in lines {
        let known = label == NONE || generation.pack.signals.iter().any(|signal| signal.id == label);
        if !known {
            bad_lines += 1;
            output::complain(&format!(
                "没有信号 {label}，平常的话写 none · there is no signal {label}; calm lines are `none`: {text}"
            ));
            continue;
        }
        let heard = generation.index.hear(&text);
        messages.push(Labelled { label, heard });
    }
    let setting = settings.understanding.needless_handoffs_per_1000 as f32;
    let report = report(&messages, setting, |per_1000| {
        generation.index.signal_thresholds(per_1000)
    });
    match args.json {
        true => output::data(&serde_json::to_string_pretty(&report)?),
        false => output::say(&tables(&report)),
    }
    Ok(if bad_lines > 0 { Exit::Findings } else { Exit::Clean })
}

fn tables(report: &Report) -> String {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let mut signals = Table::new();
    signals.load_style(UTF8_BORDERS_ONLY);
    signals.set_header([
        "信号 signal",
        "句 lines",
        "听出 recall",
        "转人工 handed off",
        "每千句误报 false per 1,000",
    ]);
    for (id, figures) in &report.signals {
        signals.add_row([
            id.clone(),
            figures.support.to_string(),
            percent(figures.recall),
            percent(figures.handed_off),
            format!("{:.1}", figures.false_alarms_per_1000),
        ]);
    }
    let mut budgets = Table::new();
    budgets.load_style(UTF8_BORDERS_ONLY);
    budgets.set_header([
        "设定 setting",
        "每千句误转 measured per 1,000",
        "转人工 recall",
        "人身、法律、监管 grave recall",
    ]);
    for budget in &report.budgets {
        budgets.add_row([
            budget.needless_handoffs_per_1000.to_string(),
            format!("{:.1}", budget.false_alarms_per_1000),
            percent(budget.recall),
            percent(budget.grave_recall),
        ]);
    }
    let advice = report.advised.map_or_else(String::new, |setting| {
        format!("\n这些句子上守住每千句 {0} 次：needless_handoffs_per_1000 = {setting} · keeps to {0} per 1,000 on these lines", report.needless_handoffs_per_1000)
    });
    format!(
        "{signals}\n\nneedless_handoffs_per_1000 = {}，实测每千句平常话误转 · measured {:.1} per 1,000 of {} calm lines\n\n{budgets}{advice}",
        report.needless_handoffs_per_1000, report.false_alarms_per_1000, report.without
    )
}
