//! `yingda eval`: figures of a pack on labelled sentences.

use std::sync::Arc;

use anyhow::Result;
use comfy_table::{Table, presets::UTF8_BORDERS_ONLY};

use crate::dialogue::Simulator;
use crate::insight::eval::{Outcome, Report, report};
use crate::model::{Language, Millis};

use super::args::EvalArgs;
use super::{Exit, labelled, output, pack};

/// Reads the sentences, decides each by itself, prints the figures.
pub fn run(args: &EvalArgs) -> Result<Exit> {
    let Some(data) = &args.data else { return Ok(Exit::Clean) };
    let generation = pack::load(&args.pack)?;
    let (sentences, bad_lines) = labelled::read(data)?;
    let mut outcomes = Vec::new();
    for (label, text) in sentences {
        let language = Language::of(&text).unwrap_or_default();
        let outcome = Simulator::new(Arc::clone(&generation), language, Millis(0)).say(&[&text]);
        if let Some(outcome) = outcome {
            outcomes.push(Outcome {
                label,
                text,
                decision: outcome.decision.kind,
                intents: outcome.decision.intents,
                alternatives: outcome.decision.alternatives,
            });
        }
    }
    let report = report(&outcomes);
    match args.json {
        true => output::data(&serde_json::to_string_pretty(&report)?),
        false => output::say(&table(&report)),
    }
    Ok(if bad_lines > 0 { Exit::Findings } else { Exit::Clean })
}

fn table(report: &Report) -> String {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let mut figures = Table::new();
    figures.load_style(UTF8_BORDERS_ONLY);
    figures.set_header(["指标 figure", "值 value"]);
    figures.add_row(["范围内句子 in scope".to_owned(), report.in_scope.to_string()]);
    figures.add_row(["首选正确 top-1".to_owned(), percent(report.top1)]);
    figures.add_row(["答对 answered right".to_owned(), percent(report.answered_right)]);
    figures.add_row([
        "反问里有正解 asked back right".to_owned(),
        percent(report.asked_back_right),
    ]);
    figures.add_row([
        "所答之中答错 wrong among answered".to_owned(),
        percent(report.wrong_among_answered),
    ]);
    if report.out_of_scope > 0 {
        figures.add_row(["范围外句子 out of scope".to_owned(), report.out_of_scope.to_string()]);
        figures.add_row(["范围外未乱答 left alone".to_owned(), percent(report.left_alone)]);
    }
    if let Some(auroc) = report.auroc {
        figures.add_row(["区分内外 AUROC".to_owned(), format!("{auroc:.3}")]);
    }
    figures.add_row([
        "置信误差 calibration error".to_owned(),
        format!("{:.3}", report.calibration_error),
    ]);
    let mut mistakes = Table::new();
    mistakes.load_style(UTF8_BORDERS_ONLY);
    mistakes.set_header(["应为 label", "读成 guess", "次 count", "例 example"]);
    for confusion in &report.confusions {
        mistakes.add_row([
            &confusion.label,
            &confusion.guess,
            &confusion.count.to_string(),
            &shortened(&confusion.example),
        ]);
    }
    if report.confusions.is_empty() {
        figures.to_string()
    } else {
        format!("{figures}\n\n{mistakes}")
    }
}

/// The beginning of a sentence, so that a table keeps to the screen.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 30;
    let mut short: String = text.chars().take(SHOWN).collect();
    if text.chars().count() > SHOWN {
        short.push('…');
    }
    short
}
