//! `yingda understand`: one message a line in, one JSON object a line out.

use std::io::{BufWriter, Write};
use std::sync::Arc;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::dialogue::Generation;
use crate::dialogue::Simulator;
use crate::dialogue::turn::Outcome;
use crate::model::{Language, Millis, Question, Slots};
use crate::understanding::kinds::ClauseReading;

use super::args::UnderstandArgs;
use super::{Exit, lines, pack};

/// A line of `--jsonl`.
#[derive(Deserialize)]
struct Asked {
    text: String,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    turns: Vec<String>,
}

/// A line of the output.
#[derive(Serialize)]
struct Understood<'a> {
    text: &'a str,
    decision: crate::model::DecisionKind,
    intents: &'a [Question],
    signals: Vec<Scored<'a>>,
    slots: &'a Slots,
    clauses: &'a [ClauseReading],
    alternatives: &'a [Question],
    #[serde(skip_serializing_if = "Option::is_none")]
    lane: Option<&'static str>,
    generation: &'a str,
}

#[derive(Serialize)]
struct Scored<'a> {
    id: &'a str,
    score: f32,
    evidence: &'a str,
}

/// Signals below this are not worth a line.
const SHOWN: f32 = 0.3;

/// Reads messages from standard input.
pub fn run(args: &UnderstandArgs) -> Result<Exit> {
    let generation = pack::load(&args.pack)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut bad_lines = false;
    for line in lines::of(std::io::stdin().lock()) {
        let line = line?;
        if line.is_broken {
            bad_lines = true;
            super::output::complain(&lines::broken(line.number));
        }
        let asked = if args.jsonl {
            if line.text.trim().is_empty() {
                continue;
            }
            match serde_json::from_str(&line.text) {
                Ok(asked) => asked,
                Err(error) => {
                    bad_lines = true;
                    super::output::complain(&format!(
                        "第 {0} 行不是 {{\"text\":…}}：{error} · line {0} is not {{\"text\":…}}",
                        line.number
                    ));
                    continue;
                }
            }
        } else {
            Asked {
                text: line.text,
                lang: None,
                turns: Vec::new(),
            }
        };
        if write_line(&mut out, &generation, &asked).is_err() {
            return Ok(Exit::Clean);
        }
    }
    let _ = out.flush();
    Ok(if bad_lines { Exit::Findings } else { Exit::Clean })
}

fn write_line(out: &mut impl Write, generation: &Arc<Generation>, asked: &Asked) -> std::io::Result<()> {
    let language = asked.lang.as_deref().and_then(Language::from_tag).unwrap_or_default();
    let mut talk = Simulator::new(Arc::clone(generation), language, Millis(0));
    for turn in &asked.turns {
        talk.say(&[turn]);
        talk.give_back();
    }
    let Some(outcome) = talk.say(&[&asked.text]) else {
        return Ok(());
    };
    serde_json::to_writer(&mut *out, &understood(&asked.text, &outcome, generation))?;
    out.write_all(b"\n")?;
    // A program that asks line by line waits for this one.
    out.flush()
}

fn understood<'a>(text: &'a str, outcome: &'a Outcome, generation: &'a Generation) -> Understood<'a> {
    Understood {
        text,
        decision: outcome.decision.kind,
        intents: &outcome.decision.intents,
        signals: outcome
            .decision
            .signals
            .iter()
            .filter(|signal| signal.score >= SHOWN)
            .map(|signal| Scored {
                id: &signal.id,
                score: signal.score,
                evidence: &signal.evidence,
            })
            .collect(),
        slots: &outcome.decision.slots,
        clauses: &outcome.understanding.clauses,
        alternatives: &outcome.decision.alternatives,
        lane: outcome.handoff.map(|(_, lane)| lane.name()),
        generation: generation.pack.id.short(),
    }
}
