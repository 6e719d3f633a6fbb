//! Cues, tone and model become one score.

use super::super::normalise::Normalised;
use super::model::Bars;
use super::{Placed, Strength};

/// From this score on a signal takes effect.
pub const TAKES_EFFECT: f32 = 0.5;

/// What was decided about one signal.
pub struct Verdict {
    /// Strength, 0 to 1.
    pub score: f32,
    /// The log odds that the model had to reach.
    pub bar: f32,
}

/// How much a cue of this strength says by itself.
fn weight(placed: &Placed<'_>) -> f32 {
    match (placed.cue.strength, placed.intensified) {
        (Strength::Strong, _) => 0.88,
        (Strength::Medium, true) => 0.5,
        (Strength::Medium, false) => 0.4,
        (Strength::Weak, true) => 0.2,
        (Strength::Weak, false) => 0.12,
    }
}

/// What the tone adds to cues that are there, as a share of what is missing: exclamation, capitals.
fn tone(message: &Normalised) -> f32 {
    let noise = &message.noise;
    let marks = if noise.exclamations >= 3 || noise.question_marks >= 3 {
        0.15
    } else {
        0.0
    };
    let shouting = if noise.shouting { 0.15 } else { 0.0 };
    marks + shouting
}

/// What a cue that was taken back asks of the model on top, as log odds: the words were there and were not meant.
const TAKEN_BACK: f32 = 2.0;

/// Weighs the cues of one signal and the model's margin for it.
pub fn weigh<'a>(
    cues: impl Iterator<Item = &'a Placed<'a>>,
    margin: f32,
    bars: &Bars,
    message: &Normalised,
) -> Verdict {
    let mut counted: Vec<&Placed<'_>> = Vec::new();
    let mut taken_back = false;
    let mut cues: Vec<&Placed<'_>> = cues.collect();
    cues.sort_by_key(|placed| (std::cmp::Reverse(placed.cue.strength), placed.range.start));
    for placed in cues {
        taken_back |= placed.cancelled.is_some() && placed.cue.strength > Strength::Weak;
        let apart =
            |other: &&Placed<'_>| other.range.end <= placed.range.start || placed.range.end <= other.range.start;
        if placed.cancelled.is_none() && counted.iter().all(apart) {
            counted.push(placed);
        }
    }
    // Two independent halves are more than a half: the chance that not all of them are wrong.
    let mut silence: f32 = counted.iter().map(|placed| 1.0 - weight(placed)).product();
    if !counted.is_empty() {
        silence *= 1.0 - tone(message);
    }
    let said = 1.0 - silence;
    let strong = counted
        .first()
        .is_some_and(|placed| placed.cue.strength == Strength::Strong);
    let mut bar = bar(said, bars);
    if taken_back && !strong {
        bar += TAKEN_BACK;
    }
    let together = sigmoid(margin - bar);
    let score = if strong { said.max(together) } else { together };
    Verdict { score, bar }
}

/// The bar between its measured points, by how much the cues say.
fn bar(said: f32, bars: &Bars) -> f32 {
    let points = [
        (0.0, bars.alone),
        (0.12, bars.weak),
        (0.4, bars.medium),
        (0.64, bars.several),
    ];
    let mut last = points[0];
    for point in points {
        if said <= point.0 {
            let share = if point.0 > last.0 {
                (said - last.0) / (point.0 - last.0)
            } else {
                0.0
            };
            return last.1 + (point.1 - last.1) * share;
        }
        last = point;
    }
    last.1
}

fn sigmoid(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-log_odds).exp())
}
