//! `yingda eval`: figures of a pack on labelled sentences.

use std::sync::Arc;

use anyhow::{Context, Result};
use comfy_table::{Table, presets::UTF8_BORDERS_ONLY};

use crate::dialogue::{Generation, Simulator};
use crate::insight::eval::{Outcome, Report, Told, compare, curve, figures, leave_one_out, page, report, worst};
use crate::model::{Language, Millis};

use super::args::EvalArgs;
use super::progress::Progress;
use super::{Exit, labelled, output, pack};

/// Reads the sentences, decides each by itself, prints the figures; with another pack what is different under it.
pub fn run(args: &EvalArgs) -> Result<Exit> {
    let Some(data) = &args.data else { return Ok(Exit::Clean) };
    let (generation, other) = match &args.against {
        None => (pack::load(&args.pack)?, None),
        Some(against) => {
            let [generation, other] = pack::load_two(&args.pack, against)?;
            (generation, Some((against, other)))
        }
    };
    let (sentences, bad_lines) = labelled::read(data)?;
    let here = outcomes(&generation, &sentences);
    let figures = report(&here);
    let there = other.map(|(folder, other)| {
        let there = outcomes(&other, &sentences);
        let comparison = compare(&here, &there);
        (folder.display().to_string(), report(&there), comparison)
    });
    if let Some(file) = &args.html {
        let progress = Progress::new();
        let left_out = leave_one_out(&generation.pack, &|done, all| progress.tell(done, all));
        progress.end();
        let told = Told {
            pack: generation.pack.shop.id.to_string(),
            data: data.display().to_string(),
            report: &figures,
            worst: &worst(&generation.pack, &here, &figures),
            curve: &curve(&here),
            left_out: &left_out,
            against: there
                .as_ref()
                .map(|(name, report, comparison)| (name.clone(), report, comparison)),
        };
        std::fs::write(file, page(&told))
            .with_context(|| format!("写不进 {0} · {0} cannot be written", file.display()))?;
        output::complain(&format!("网页 · page: {}", file.display()));
    }
    match (args.json, &there) {
        (true, None) => output::data(&serde_json::to_string_pretty(&figures)?),
        (true, Some((_, report, comparison))) => {
            let both = serde_json::json!({ "figures": figures, "against": report, "comparison": comparison });
            output::data(&serde_json::to_string_pretty(&both)?);
        }
        (false, there) => {
            output::say(&table(&figures, there.as_ref().map(|(_, report, _)| report)));
            if let Some((_, _, comparison)) = there {
                let (zh, en) = comparison.words();
                output::say(&format!("\n{zh}\n{en}"));
            }
        }
    }
    Ok(if bad_lines > 0 { Exit::Findings } else { Exit::Clean })
}

/// What becomes of each sentence as the first of a talk.
fn outcomes(generation: &Arc<Generation>, sentences: &[(String, String)]) -> Vec<Outcome> {
    let progress = Progress::new();
    let mut outcomes = Vec::with_capacity(sentences.len());
    for (at, (label, text)) in sentences.iter().enumerate() {
        progress.tell(at + 1, sentences.len());
        let language = Language::of(text).unwrap_or_default();
        let outcome = Simulator::new(Arc::clone(generation), language, Millis(0)).say(&[text]);
        if let Some(outcome) = outcome {
            outcomes.push(Outcome {
                label: label.clone(),
                text: text.clone(),
                decision: outcome.decision.kind,
                intents: outcome.decision.intents,
                alternatives: outcome.decision.alternatives,
            });
        }
    }
    progress.end();
    outcomes
}

fn table(report: &Report, against: Option<&Report>) -> String {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    let mut heading = vec!["指标 figure", "值 value"];
    heading.extend(against.map(|_| "另一份 against"));
    table.set_header(heading);
    let other = against.map(figures).unwrap_or_default();
    for (name, value) in figures(report) {
        let there = other.iter().find(|(known, _)| *known == name);
        let there = there.map(|(_, value)| value.clone());
        table.add_row([name.to_owned(), value].into_iter().chain(there));
    }
    let figures = table;
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
