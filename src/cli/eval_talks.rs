//! `yingda eval --talks`: figures of a pack on labelled talks.

use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use comfy_table::{Table, presets::UTF8_BORDERS_ONLY};

use crate::dialogue::{Generation, Simulator};
use crate::insight::talks::{Judged, LabelledTalk, TalksReport, Who, report};
use crate::model::{Language, Millis};

use super::args::EvalArgs;
use super::{Exit, lines, output, pack};

/// Mistakes that are shown.
const SHOWN: usize = 25;
/// Characters of a text that are shown.
const LONGEST: usize = 30;

/// Lets the bot answer every talk and prints the figures.
pub fn run(args: &EvalArgs, path: &Path) -> Result<Exit> {
    let generation = pack::load(&args.pack)?;
    let file =
        std::fs::File::open(path).with_context(|| format!("打不开 {0} · {0} cannot be opened", path.display()))?;
    let (mut talks, mut bad_lines) = (Vec::new(), 0);
    for line in lines::of(BufReader::new(file)) {
        let line = line?;
        if line.text.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<LabelledTalk>(&line.text) {
            Ok(talk) => talks.push(judged(&generation, talk)),
            Err(error) => {
                bad_lines += 1;
                output::complain(&format!(
                    "{}:{}: 不是一段标注过的对话 · not a labelled talk: {error}",
                    path.display(),
                    line.number
                ));
            }
        }
    }
    let report = report(&talks);
    match args.json {
        true => output::data(&serde_json::to_string_pretty(&report)?),
        false => output::say(&tables(&report)),
    }
    Ok(if bad_lines > 0 { Exit::Findings } else { Exit::Clean })
}

/// The bot in the place of whoever answered. When it has called a person it gets the chat back, so that the rest of the
/// talk counts too.
fn judged(generation: &Arc<Generation>, talk: LabelledTalk) -> Vec<Judged> {
    let first = talk.turns.first().and_then(|turn| Language::of(&turn.text));
    let mut simulator = Simulator::new(Arc::clone(generation), first.unwrap_or_default(), Millis(0));
    let mut judged = Vec::new();
    for turn in talk.turns.into_iter().filter(|turn| turn.who == Who::Shopper) {
        let Some(outcome) = simulator.say(&[&turn.text]) else {
            continue;
        };
        judged.push(Judged {
            label: turn.label,
            text: turn.text,
            decision: outcome.decision.kind,
            intents: outcome.decision.intents,
            handoff: outcome.handoff.map(|(reason, _)| reason),
        });
        simulator.give_back();
    }
    judged
}

fn tables(report: &TalksReport) -> String {
    let percent = |share: Option<f64>| share.map_or("–".to_owned(), |share| format!("{:.1} %", share * 100.0));
    let mut figures = Table::new();
    figures.load_style(UTF8_BORDERS_ONLY);
    figures.set_header(["指标 figure", "值 value"]);
    for (name, value) in [
        ("对话 talks", report.talks.to_string()),
        ("顾客的话 shoppers' turns", report.turns.to_string()),
        ("答了 answered", report.answered.to_string()),
        (
            "所答之中答错 wrong among answered",
            percent(report.wrong_among_answered),
        ),
        (
            "自称八九成把握的答错 wrong where 0.8–0.9 sure",
            percent(report.wrong_where_fairly_sure),
        ),
        ("处理妥当 handled", percent(report.handled)),
        ("问题 questions", report.questions.to_string()),
        (
            "问题答对 questions answered rightly",
            percent(report.questions_answered),
        ),
        (
            "没问问题也答 others answered all the same",
            percent(report.others_answered),
        ),
        (
            "给的资料没当问题 data not taken for a question",
            percent(report.data_taken),
        ),
        ("责备、危险转人工 blame handed off", percent(report.blame_handed_off)),
        (
            "每千句误转 needless handoffs per 1,000",
            report
                .needless_per_1000
                .map_or("–".to_owned(), |count| format!("{count:.1}")),
        ),
        (
            "卡住的及时转到人 stuck, reach a person",
            percent(report.stuck_reach_a_person),
        ),
    ] {
        figures.add_row([name.to_owned(), value]);
    }
    let mut mistakes = Table::new();
    mistakes.load_style(UTF8_BORDERS_ONLY);
    mistakes.set_header(["应为 label", "答成 answered", "次 count", "例 example"]);
    for (label, said, count, text) in report.mistakes.iter().take(SHOWN) {
        let text: String = text.chars().take(LONGEST).collect();
        mistakes.add_row([label, said, &count.to_string(), &text]);
    }
    format!("{figures}\n{mistakes}")
}
