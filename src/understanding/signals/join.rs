//! Cues, tone and model become one number: by how much a message is past the bar of a signal.

use std::ops::Range;

use super::super::normalise::Normalised;
use super::{Placed, Strength};

/// What the model says of one signal, as log odds.
#[derive(Clone, Debug)]
pub struct Margin {
    /// This signal against "none".
    pub own: f32,
    /// Any of the signals that bring in a person against "none".
    pub any_handoff: f32,
    /// The stretch that speaks most for this signal, in characters of the canonical text.
    pub stretch: Range<usize>,
}

/// What was decided about one signal.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The model's log odds that count here.
    pub margin: f32,
    /// What the cues take off the bar (or, taken back, add to it), as log odds.
    pub relief: f32,
    /// The strongest cue that counts; `None` when the model speaks alone.
    pub said: Option<Strength>,
    /// The stretch that speaks most for this signal to the model, in characters of the canonical text.
    pub stretch: Range<usize>,
    /// The signal is so pressing that it must be said in words, and no word says it: it does not take effect.
    pub unsaid: bool,
}

/// The log odds of what was not said in words and must be.
const NEVER: f32 = -20.0;

impl Verdict {
    /// Log odds before the bar of the pack is taken away.
    pub fn strength(&self) -> f32 {
        if self.unsaid { NEVER } else { self.margin + self.relief }
    }
}

/// No signal above the lane `high` from the model alone: who reads that somebody is hurt or that a lawyer writes wants to
/// see the words. What the model hears there without such words is trouble all the same, and falls to the likeliest of
/// the signals that need none.
///
/// `needs` says of each signal how strong the cue must be, if one must be there; `fallback` whether the signal is one of those
/// that the rest falls to.
pub fn hold_to_words(
    verdicts: &mut [Verdict],
    needs: impl Fn(usize) -> Option<Strength>,
    fallback: impl Fn(usize) -> bool,
) {
    let mut loudest: Option<(f32, Range<usize>)> = None;
    for (signal, verdict) in verdicts.iter_mut().enumerate() {
        verdict.unsaid = needs(signal).is_some_and(|strength| verdict.said < Some(strength));
        if verdict.unsaid && loudest.as_ref().is_none_or(|(margin, _)| verdict.margin > *margin) {
            loudest = Some((verdict.margin, verdict.stretch.clone()));
        }
    }
    let likeliest = (0..verdicts.len())
        .filter(|signal| fallback(*signal))
        .max_by(|a, b| verdicts[*a].strength().total_cmp(&verdicts[*b].strength()));
    if let (Some((margin, stretch)), Some(likeliest)) = (loudest, likeliest)
        && margin > verdicts[likeliest].margin
    {
        verdicts[likeliest].margin = margin;
        verdicts[likeliest].stretch = stretch;
    }
}

/// What a strong cue says beyond others, as log odds: 东西跟描述严重不符 cannot be much else than what it says, 狗屎 can;
/// and an insult that says 你 is meant for us.
pub fn specificity(words: &[char]) -> f32 {
    let han = words.iter().filter(|character| **character > '\u{2e80}').count();
    let latin = words
        .split(|character| !character.is_ascii_alphabetic() && *character != '\'')
        .filter(|word| !word.is_empty());
    let you = words.contains(&'你') || latin.clone().any(|word| matches!(word, ['y', 'o', 'u', ..]));
    let length = han as f32 + 1.5 * latin.count() as f32;
    ((length - 4.0) * 0.4).clamp(0.0, 1.6) + if you { 1.0 } else { 0.0 }
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

/// What shouting adds to cues that are there, as a share of what is missing. Exclamation marks add nothing: the
/// happy use as many.
fn tone(message: &Normalised) -> f32 {
    if message.noise.shouting { 0.15 } else { 0.0 }
}

/// What a cue that was taken back asks of the model on top, as log odds: the words were there and were not meant.
const TAKEN_BACK: f32 = 2.0;
/// What cues that say so much (0 to 1) take off the bar. Measured on sentences that neither the cues nor the model
/// had seen: even a strong cue does not speak for itself where the whole message reads calm.
const RELIEF: [(f32, f32); 7] = [
    (0.0, 0.0),
    (0.12, 0.0),
    (0.4, 0.4),
    (0.64, 1.3),
    (0.88, 2.4),
    (0.93, 3.2),
    (0.99, 4.5),
];

/// Weighs the cues of one signal and the model's margin for it. `calming` is what the whole message says for calm,
/// as log odds.
pub fn weigh<'a>(
    cues: impl Iterator<Item = &'a Placed<'a>>,
    margin: &Margin,
    message: &Normalised,
    calming: f32,
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
    let strongest = counted.first().map(|placed| placed.cue.strength);
    let specific = counted.iter().map(|placed| placed.specific).fold(0.0, f32::max);
    let mut relief = relief(said) + specific - calming;
    if taken_back && strongest != Some(Strength::Strong) {
        relief -= TAKEN_BACK;
    }
    Verdict {
        // A cue says which signal it is; the model then only has to hear that something is wrong.
        margin: if strongest >= Some(Strength::Medium) {
            margin.own.max(margin.any_handoff)
        } else {
            margin.own
        },
        relief,
        said: counted
            .iter()
            .filter(|placed| placed.in_words)
            .map(|placed| placed.cue.strength)
            .max(),
        stretch: margin.stretch.clone(),
        unsaid: false,
    }
}

/// The relief between its measured points.
fn relief(said: f32) -> f32 {
    let mut last = RELIEF[0];
    for point in RELIEF {
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

/// A score between 0 and 1 from log odds past the bar.
pub fn score(past: f32) -> f32 {
    1.0 / (1.0 + (-past).exp())
}
