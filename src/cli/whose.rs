//! Whose word decided a turn and answered it: the shop's own, or the common pack's.

use serde::Serialize;

use crate::dialogue::Generation;
use crate::dialogue::turn::Outcome;
use crate::model::{Choice, DecisionKind, Millis, Question, SignalHit};
use crate::packs::Whose;
use crate::reply::TalkSlots;

/// A turn, as `ask --json` prints it, one a line.
#[derive(Serialize)]
pub struct Told<'a> {
    message: &'a str,
    decision: DecisionKind,
    /// `asked`, `signal` …, when a person is brought in.
    #[serde(skip_serializing_if = "Option::is_none")]
    handoff: Option<&'static str>,
    questions: &'a [Question],
    signals: &'a [SignalHit],
    because: Vec<Because<'a>>,
    answers: Vec<From<'a>>,
    says: Vec<&'a str>,
    choices: &'a [Choice],
}

/// What a stretch of the message was read by.
#[derive(Serialize)]
pub struct Because<'a> {
    text: &'a str,
    intent: &'a str,
    confidence: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Word<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Word<'a>>,
}

/// A sentence of a file, and whose it is: `shop` or `pack`.
#[derive(Serialize)]
pub struct Word<'a> {
    text: &'a str,
    whose: &'static str,
}

/// Where an answer comes from.
#[derive(Serialize)]
pub struct From<'a> {
    pub intent: &'a str,
    pub whose: &'static str,
    pub file: &'a str,
    pub line: usize,
    #[serde(skip)]
    pub zh: &'static str,
}

/// The answers that were said in this turn, with their places.
pub fn answers<'a>(generation: &'a Generation, outcome: &'a Outcome, now: Millis) -> Vec<From<'a>> {
    let pack = &generation.pack;
    let said = outcome.says().join("\n");
    let intents = outcome
        .decision
        .intents
        .iter()
        .filter_map(|question| pack.intent(&question.id));
    let sources = intents.filter_map(|intent| {
        let slots = TalkSlots {
            known: &outcome.decision.slots,
            asked: &outcome.understanding.slots,
        };
        let today = pack.shop.time_at(now);
        let answer = generation
            .templates
            .source(&generation.pack, intent, slots, today, &said)?;
        Some(From {
            intent: &intent.id,
            whose: answer.whose().name(),
            zh: answer.whose().zh(),
            file: &answer.file,
            line: answer.line,
        })
    });
    sources.collect()
}

/// Whose this example or pattern of an intent is.
pub fn of(generation: &Generation, intent: &str, sentence: &str) -> Option<Whose> {
    Some(generation.pack.intent(intent)?.whose(sentence))
}

/// The whole turn for `--json`.
pub fn told<'a>(generation: &'a Generation, message: &'a str, outcome: &'a Outcome, now: Millis) -> Told<'a> {
    let stretches = outcome.understanding.explanation.iter();
    let because = stretches.filter_map(|stretch| {
        let best = stretch.ranked.first()?;
        let word = |text: &'a str| {
            let whose = of(generation, &best.id, text)?.name();
            Some(Word { text, whose })
        };
        Some(Because {
            text: &stretch.text,
            intent: &best.id,
            confidence: best.confidence,
            example: stretch.reason.nearest.as_ref().and_then(|(example, _)| word(example)),
            pattern: stretch.reason.pattern.as_deref().and_then(word),
        })
    });
    Told {
        message,
        decision: outcome.decision.kind,
        handoff: outcome.handoff.map(|(reason, _)| reason.name()),
        questions: &outcome.decision.intents,
        signals: &outcome.decision.signals,
        because: because.collect(),
        answers: answers(generation, outcome, now),
        says: outcome.says(),
        choices: outcome.choices(),
    }
}
