//! Chooses what a message asks: the reading of the whole, or those of its clauses. A function of readings; whoever made
//! them says which classes are small talk.

use super::asking::{asks, generic};
use super::normalise::is_han;
use super::reading::{StretchReading, confidence};

/// A clause that may ask something of its own.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    /// What it was read as.
    pub reading: StretchReading,
    /// Whether a question mark ends it.
    pub asked: bool,
    /// Whether it was cut off where no mark stands.
    pub unmarked: bool,
}

/// What a class and a clause say about each other, as the decision weighs it.
#[derive(Default)]
struct Evidence {
    /// Log odds of the class in the clause and in the whole message.
    clause: f32,
    whole: f32,
    /// It is the whole's best reading; it is the clause's.
    whole_best: bool,
    clause_best: bool,
    asks: bool,
    /// Length in Han characters, at most 10.
    length: f32,
    /// The clause only asks what to do about what was said.
    generic: bool,
    /// An example or a pattern says so.
    written: bool,
    /// Clauses beside small talk.
    clauses: f32,
    last: bool,
    /// How sure another clause is of another question.
    others: f32,
    unmarked: bool,
    /// How sure another clause is of this one.
    elsewhere: f32,
    /// It only tells something, and another clause asks.
    told: bool,
}

impl Evidence {
    /// The probability that the message asks this. Fitted by logistic regression to 1,487 pairs of held-out examples
    /// joined with and without marks, and 922 held-out examples of several clauses that ask one thing.
    fn probability(&self) -> f32 {
        let flag = |set: bool| f32::from(u8::from(set));
        let log_odds = BIAS
            + 0.471 * self.clause
            + 0.156 * self.whole
            + 0.645 * flag(self.whole_best)
            + 0.992 * flag(self.clause_best)
            + 0.353 * flag(self.asks)
            + 1.399 * self.length / 10.0
            - 3.150 * flag(self.generic)
            + 1.032 * flag(self.written)
            - 1.059 * self.clauses.max(1.0).ln()
            + 0.220 * flag(self.last)
            + 0.390 * self.others
            - 1.116 * flag(self.unmarked)
            + 2.209 * self.elsewhere
            - TOLD * flag(self.told);
        1.0 / (1.0 + (-log_odds).exp())
    }
}

/// The constant of the fit, raised by 0.9: shoppers ask two things more often than the examples do, and a missing
/// answer is asked for again while a spare one is only read over.
const BIAS: f32 = -1.033;
/// Beside a clause that asks, one that only tells is mostly the story; examples hold too few stories to fit it.
const TOLD: f32 = 1.0;

/// A clause counts as a question of its own from here.
pub(super) const OWN_QUESTION: f32 = 0.66;
/// Both halves of a clause without a mark must be this sure before the cut is considered.
pub(super) const SURE_HALF: f32 = 0.7;
/// Readings of a clause that are considered, and how sure they must be at least.
const READINGS: usize = 3;
const LEAST: f32 = 0.08;

fn log_odds(confidence: f32) -> f32 {
    let confidence = confidence.clamp(0.003, 0.997);
    (confidence / (1.0 - confidence)).ln()
}

/// Chooses between readings, knowing which classes are small talk.
pub(super) struct Chooser<F: Fn(usize) -> bool> {
    /// Whether a class is small talk, which asks nothing about the shop.
    pub is_small_talk: F,
}

impl<F: Fn(usize) -> bool> Chooser<F> {
    /// What the clauses ask, each question once and in order, with its probability; nothing when none is sure.
    pub(super) fn own_questions(
        &self,
        whole: &StretchReading,
        segments: &[Segment],
        chars: &[char],
    ) -> Vec<(usize, f32)> {
        let best = |segment: &Segment| segment.reading.ranked.first().copied();
        let small_talk =
            |segment: &Segment| best(segment).is_some_and(|(class, sure)| (self.is_small_talk)(class) && sure > 0.6);
        let texts: Vec<&[char]> = segments
            .iter()
            .map(|segment| &chars[segment.reading.range.clone()])
            .collect();
        let asking: Vec<bool> = segments
            .iter()
            .zip(&texts)
            .map(|(segment, text)| segment.asked || asks(text))
            .collect();
        let vague: Vec<bool> = texts.iter().map(|text| generic(text)).collect();
        let clauses = segments.iter().filter(|segment| !small_talk(segment)).count() as f32;
        let mut found: Vec<(usize, f32)> = Vec::new();
        for (at, segment) in segments.iter().enumerate() {
            if small_talk(segment) {
                continue;
            }
            let readings = segment.reading.ranked.iter().take(READINGS);
            let probability = |class: usize, sure: f32| {
                let beside = || segments.iter().enumerate().filter(|(other, _)| *other != at);
                let others = beside().filter_map(|(other, segment)| {
                    let (top, sure) = best(segment)?;
                    let counts = top != class && !(self.is_small_talk)(top) && !vague[other];
                    counts.then_some(if asking[other] { sure } else { sure / 2.0 })
                });
                let clause_best = best(segment).is_some_and(|(top, _)| top == class);
                let reason = &segment.reading.reason;
                Evidence {
                    clause: log_odds(sure),
                    whole: log_odds(confidence(&whole.ranked, class)),
                    whole_best: whole.ranked.first().is_some_and(|(top, _)| *top == class),
                    clause_best,
                    asks: asking[at],
                    length: length(texts[at]),
                    told: !asking[at]
                        && beside().any(|(other, segment)| {
                            asking[other]
                                && !vague[other]
                                && best(segment).is_some_and(|(top, sure)| {
                                    top != class && sure >= 0.6 && !(self.is_small_talk)(top)
                                })
                        }),
                    generic: vague[at],
                    written: clause_best && (reason.exact || reason.pattern.is_some()),
                    clauses,
                    last: at + 1 == segments.len(),
                    others: others.fold(0.0, f32::max),
                    unmarked: segment.unmarked,
                    elsewhere: beside()
                        .map(|(_, other)| confidence(&other.reading.ranked, class))
                        .fold(0.0, f32::max),
                }
                .probability()
            };
            let Some((class, sure)) = readings
                .enumerate()
                .filter(|(rank, (class, sure))| {
                    // What another clause says already is no second reading of this one.
                    let said = || {
                        segments
                            .iter()
                            .any(|other| best(other).is_some_and(|(top, _)| top == *class))
                    };
                    *sure >= LEAST && !(self.is_small_talk)(*class) && (*rank == 0 || !said())
                })
                .map(|(_, reading)| reading)
                .map(|(class, sure)| (*class, probability(*class, *sure)))
                .max_by(|a, b| a.1.total_cmp(&b.1))
                .filter(|(_, sure)| *sure >= OWN_QUESTION)
            else {
                continue;
            };
            match found.iter_mut().find(|(known, _)| *known == class) {
                Some(known) => known.1 = known.1.max(sure),
                None => found.push((class, sure)),
            }
        }
        found
    }

    /// Chooses between the reading of the whole and those of its clauses.
    pub(super) fn choose(&self, whole: &StretchReading, segments: &[Segment], chars: &[char]) -> Vec<(usize, f32)> {
        let own = self.own_questions(whole, segments, chars);
        let whole_best = whole.ranked.first().copied().filter(|_| !whole.outside);
        match (own.as_slice(), whole_best) {
            ([], _) => self.without_questions(whole_best, segments, chars),
            ([(class, sure)], Some((other, whole))) if *class == other => vec![(*class, sure.max(whole))],
            // 怎么退啊，邮费谁出: the other half is clear only in the light of the first.
            ([found], Some(other)) if other.1 >= OWN_QUESTION && !(self.is_small_talk)(other.0) => {
                match half_says(segments, found.0, other.0) {
                    Some(true) => vec![other, *found],
                    Some(false) => vec![*found, other],
                    None => own,
                }
            }
            _ => own,
        }
    }

    /// When no clause asks anything for sure: small talk, the whole, or what the surest clause tells.
    fn without_questions(
        &self,
        whole: Option<(usize, f32)>,
        segments: &[Segment],
        chars: &[char],
    ) -> Vec<(usize, f32)> {
        let best = |segment: &Segment| {
            segment
                .reading
                .ranked
                .first()
                .copied()
                .filter(|_| !segment.reading.outside)
        };
        let sure = |reading: &(usize, f32)| reading.1 >= OWN_QUESTION;
        let chat = segments
            .iter()
            // A clause that only a mended slip makes small talk is none.
            .filter(|segment| segment.reading.reason.repaired.is_none())
            .filter_map(|segment| segment.reading.ranked.first().copied())
            .rfind(|reading| sure(reading) && (self.is_small_talk)(reading.0));
        let nothing_else = segments.iter().all(|segment| self.small_talk_or_nothing(segment));
        if let Some(chat) = chat
            && nothing_else
            && whole.is_none_or(|whole| whole.1 < chat.1)
        {
            return vec![chat];
        }
        let told = segments
            .iter()
            .filter(|segment| {
                let text = &chars[segment.reading.range.clone()];
                text.len() > TINY && !generic(text)
            })
            .filter_map(best)
            .filter(|reading| sure(reading) && !(self.is_small_talk)(reading.0))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        match (whole, told) {
            (Some(whole), Some(told)) if whole.1 < told.1.min(0.6) => vec![told],
            (Some(whole), _) => vec![whole],
            (None, told) => told.into_iter().collect(),
        }
    }

    fn small_talk_or_nothing(&self, segment: &Segment) -> bool {
        let best = segment.reading.ranked.first();
        best.is_none_or(|(class, sure)| (self.is_small_talk)(*class) || *sure < 0.4)
    }
}

/// Whether a clause that is not about `class` may well be about `other`; whether it stands before.
fn half_says(segments: &[Segment], class: usize, other: usize) -> Option<bool> {
    let best = |segment: &Segment| segment.reading.ranked.first().map(|(best, _)| *best);
    let about = segments.iter().position(|segment| best(segment) == Some(class))?;
    let half = segments
        .iter()
        .position(|segment| best(segment) != Some(class) && confidence(&segment.reading.ranked, other) >= 0.12)?;
    Some(half < about)
}

/// A clause of so few characters tells nothing.
const TINY: usize = 3;

/// Length in Han characters, at most 10; a Latin letter says less.
fn length(chars: &[char]) -> f32 {
    let han = chars.iter().any(|character| is_han(*character));
    (chars.len() as f32 / if han { 1.0 } else { 3.5 }).min(10.0)
}
