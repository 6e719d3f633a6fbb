//! Why a message gives a signal or does not: its cues with their places, what took them back, and what the model said.

use std::ops::Range;

use super::{Scope, SignalIndex, Strength};
use crate::understanding::normalise::Normalised;

/// A cue that was found in a message.
#[derive(Clone, Debug, PartialEq)]
pub struct CueFound {
    /// The pattern as written in the file.
    pub pattern: String,
    /// How much it says.
    pub strength: Strength,
    /// The words as the shopper wrote them.
    pub words: String,
    /// Where they stand: characters of the message as written, counted from 0.
    pub range: Range<usize>,
    /// Why it does not count; `None` when it does.
    pub cancelled: Option<Scope>,
}

/// Everything that was considered for one signal.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalReport {
    /// The signal.
    pub id: String,
    /// Strength, 0 to 1.
    pub score: f32,
    /// The cues, in the order of the message.
    pub cues: Vec<CueFound>,
    /// The model's log odds against "no signal".
    pub margin: f32,
    /// The log odds that it had to reach, given the cues.
    pub bar: f32,
    /// The words that weigh most with the model, as the shopper wrote them.
    pub weighs_most: String,
    /// It is so pressing that a cue must say it, and none does: it takes no effect.
    pub unsaid: bool,
}

/// A signal with this score or a cue is worth explaining.
const WORTH_EXPLAINING: f32 = 0.1;

impl SignalIndex {
    /// Everything that was considered, strongest first; signals of which nothing was seen are left out.
    pub fn explain(&self, original: &str, message: &Normalised) -> Vec<SignalReport> {
        let (cues, verdicts) = self.weigh(message);
        let mut reports: Vec<SignalReport> = verdicts
            .iter()
            .enumerate()
            .map(|(signal, verdict)| SignalReport {
                id: self.signals[signal].id.clone(),
                score: self.score(signal, verdict),
                cues: cues
                    .iter()
                    .filter(|placed| placed.cue.signal == signal)
                    .map(|placed| {
                        let words = message.canonical.original(original, placed.range.clone());
                        CueFound {
                            pattern: placed.cue.pattern.clone(),
                            strength: placed.cue.strength,
                            words: words.to_owned(),
                            range: characters(original, message.canonical.span(placed.range.start).start, words),
                            cancelled: placed.cancelled,
                        }
                    })
                    .collect(),
                margin: verdict.margin,
                bar: self.thresholds.of(self.signals[signal].severity) - verdict.relief,
                weighs_most: message.canonical.original(original, verdict.stretch.clone()).to_owned(),
                unsaid: verdict.unsaid
                    && verdict.margin + verdict.relief >= self.thresholds.of(self.signals[signal].severity),
            })
            .filter(|report| report.unsaid || report.score >= WORTH_EXPLAINING || !report.cues.is_empty())
            .collect();
        reports.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        reports
    }
}

/// The characters of words that stand at a byte of a text.
fn characters(original: &str, byte: usize, words: &str) -> Range<usize> {
    let start = original.get(..byte).map_or(0, |before| before.chars().count());
    start..start + words.chars().count()
}
