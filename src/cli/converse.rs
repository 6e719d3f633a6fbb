//! `yingda converse`: whole talks in, one decision a turn out, as the gateway would have taken them, timers aside.

use std::io::{BufWriter, Write};
use std::sync::Arc;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::dialogue::Generation;
use crate::dialogue::Simulator;
use crate::dialogue::ledger::Ledger;
use crate::model::{HandoffReason, Language, Millis, Question, SignalHit, Slots};

use super::args::ConverseArgs;
use super::{Exit, lines, output, pack};

#[derive(Deserialize)]
struct Talk {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    lang: Option<String>,
    turns: Vec<String>,
}

#[derive(Serialize)]
struct Conversed {
    id: Value,
    outcomes: Vec<Turn>,
    handoff_at: Option<usize>,
    reasons: Vec<String>,
}

/// One turn. After a handoff the bot is silent, which is a decision too.
#[derive(Serialize)]
struct Turn {
    text: String,
    decision: &'static str,
    intents: Vec<Question>,
    signals: Vec<SignalHit>,
    slots: Slots,
    /// The level after the turn; a person is brought in at 1.
    ledger: f32,
    /// What moved it: `time` and causes, with how much.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ledger_moves: Vec<(&'static str, f32)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lane: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    says: Vec<String>,
    /// Where people have the chat: what an agent would be offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    offered: Option<String>,
}

/// Reads talks from standard input.
pub fn run(args: &ConverseArgs) -> Result<Exit> {
    let generation = pack::load(&args.pack)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut bad_lines = false;
    for line in lines::of(std::io::stdin().lock()) {
        let line = line?;
        if line.text.trim().is_empty() {
            continue;
        }
        let talk: Talk = match serde_json::from_str(&line.text) {
            Ok(talk) => talk,
            Err(error) => {
                bad_lines = true;
                output::complain(&format!(
                    "第 {0} 行不是 {{\"id\":…,\"turns\":[…]}}：{error} · line {0} is not {{\"id\":…,\"turns\":[…]}}",
                    line.number
                ));
                continue;
            }
        };
        let conversed = converse(&generation, talk);
        let written = serde_json::to_writer(&mut out, &conversed).map_err(std::io::Error::from);
        if written.and_then(|()| out.write_all(b"\n")).is_err() {
            return Ok(Exit::Clean);
        }
    }
    let _ = out.flush();
    Ok(if bad_lines { Exit::Findings } else { Exit::Clean })
}

fn converse(generation: &Arc<Generation>, talk: Talk) -> Conversed {
    let language = talk.lang.as_deref().and_then(Language::from_tag).unwrap_or_default();
    let mut simulator = Simulator::new(Arc::clone(generation), language, Millis(0));
    let mut conversed = Conversed {
        id: talk.id,
        outcomes: Vec::new(),
        handoff_at: None,
        reasons: Vec::new(),
    };
    for (at, text) in talk.turns.into_iter().enumerate() {
        let outcome = simulator.say(&[&text]);
        let Some(outcome) = outcome else {
            conversed.outcomes.push(Turn {
                text,
                decision: "silent",
                intents: Vec::new(),
                signals: Vec::new(),
                slots: Slots::default(),
                ledger: simulator.state().memory.ledger.level,
                ledger_moves: Vec::new(),
                lane: None,
                says: Vec::new(),
                offered: offered(&simulator),
            });
            continue;
        };
        if let Some((reason, _)) = outcome.handoff {
            conversed.handoff_at = Some(at + 1);
            conversed.reasons = reasons(reason, &outcome.decision.signals);
        }
        conversed.outcomes.push(Turn {
            text,
            decision: outcome.decision.kind.name(),
            says: outcome.says().into_iter().map(str::to_owned).collect(),
            intents: outcome.decision.intents,
            signals: outcome.decision.signals,
            slots: outcome.decision.slots,
            ledger: outcome.ledger.level,
            ledger_moves: moves(&outcome.ledger),
            lane: outcome.handoff.map(|(_, lane)| lane.name()),
            offered: offered(&simulator),
        });
    }
    conversed
}

fn offered(simulator: &Simulator) -> Option<String> {
    simulator.offered().into_iter().next().map(|reply| reply.text)
}

fn moves(ledger: &Ledger) -> Vec<(&'static str, f32)> {
    let time = (ledger.faded >= 0.005).then_some(("time", -ledger.faded));
    let causes = ledger.entries.iter().map(|entry| (entry.cause.name(), entry.by));
    time.into_iter().chain(causes).collect()
}

/// The reason and the signals behind it.
fn reasons(reason: HandoffReason, signals: &[SignalHit]) -> Vec<String> {
    let mut reasons = vec![reason.name().to_owned()];
    if reason == HandoffReason::Signal {
        reasons.extend(
            signals
                .iter()
                .filter(|signal| signal.takes_effect())
                .map(|signal| signal.id.clone()),
        );
    }
    reasons
}
