//! Chooses what a message asks: the reading of the whole, or those of its clauses. A function of readings; whoever made
//! them says which classes are small talk.

use std::collections::BTreeMap;
use std::sync::LazyLock;

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

/// What a class and a clause say about each other, in the order of [`MEASURES`].
pub type Evidence = [f32; MEASURES.len()];

/// The measures that the decision weighs. `coefficients.toml` has a number for each.
pub const MEASURES: [&str; 14] = [
    // Log odds of the class in the clause, and in the whole message.
    "clause",
    "whole",
    // It is the whole's best reading; it is the clause's.
    "whole_best",
    "clause_best",
    // The clause asks or wishes.
    "asks",
    // Its length in Han characters, at most 10, as a share of 10.
    "length",
    // It only asks what to do about what was said.
    "generic",
    // An example or a pattern says so.
    "written",
    // Logarithm of how many clauses there are beside small talk.
    "clauses",
    // It is the last clause.
    "last",
    // How sure another clause is of another question.
    "others",
    // It was cut off where no mark stands.
    "unmarked",
    // How sure another clause is of this question.
    "elsewhere",
    // It only tells something, and another clause asks.
    "told",
];

/// How much each measure counts, as `coefficients.toml` says.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coefficients {
    /// The constant.
    pub bias: f32,
    /// One number for each of [`MEASURES`].
    measures: BTreeMap<String, f32>,
}

static SHIPPED: LazyLock<(f32, Evidence)> = LazyLock::new(|| {
    let shipped = Coefficients::shipped();
    (shipped.bias, shipped.weights())
});

impl Coefficients {
    /// Those that are part of the program.
    pub fn shipped() -> Coefficients {
        toml::from_str(include_str!("coefficients.toml")).expect("a test reads the shipped coefficients")
    }

    /// In the order of [`MEASURES`].
    pub fn weights(&self) -> Evidence {
        MEASURES.map(|name| self.measures.get(name).copied().unwrap_or_default())
    }
}

/// The probability that the message asks this.
fn probability(evidence: &Evidence) -> f32 {
    let (bias, weights) = &*SHIPPED;
    let log_odds: f32 = bias
        + evidence
            .iter()
            .zip(weights)
            .map(|(value, weight)| value * weight)
            .sum::<f32>();
    1.0 / (1.0 + (-log_odds).exp())
}

/// A question that a clause may ask, with what speaks for it.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Which clause, counted from 0.
    pub clause: usize,
    /// Which class.
    pub class: usize,
    /// What speaks for it.
    pub evidence: Evidence,
}

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
    /// Every question that a clause may ask, clause by clause.
    pub(super) fn candidates(&self, whole: &StretchReading, segments: &[Segment], chars: &[char]) -> Vec<Candidate> {
        let flag = |set: bool| f32::from(u8::from(set));
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
        let mut candidates = Vec::new();
        for (at, segment) in segments.iter().enumerate().filter(|(_, segment)| !small_talk(segment)) {
            let beside = || segments.iter().enumerate().filter(|(other, _)| *other != at);
            let evidence = |class: usize, sure: f32| -> Evidence {
                let others = beside().filter_map(|(other, segment)| {
                    let (top, sure) = best(segment)?;
                    let counts = top != class && !(self.is_small_talk)(top) && !vague[other];
                    counts.then_some(if asking[other] { sure } else { sure / 2.0 })
                });
                let another_asks = || {
                    beside().any(|(other, segment)| {
                        let surely =
                            |(top, sure): (usize, f32)| top != class && sure >= 0.6 && !(self.is_small_talk)(top);
                        asking[other] && !vague[other] && best(segment).is_some_and(surely)
                    })
                };
                let clause_best = best(segment).is_some_and(|(top, _)| top == class);
                let reason = &segment.reading.reason;
                [
                    log_odds(sure),
                    log_odds(confidence(&whole.ranked, class)),
                    flag(whole.ranked.first().is_some_and(|(top, _)| *top == class)),
                    flag(clause_best),
                    flag(asking[at]),
                    length(texts[at]) / 10.0,
                    flag(vague[at]),
                    flag(clause_best && (reason.exact || reason.pattern.is_some())),
                    clauses.max(1.0).ln(),
                    flag(at + 1 == segments.len()),
                    others.fold(0.0, f32::max),
                    flag(segment.unmarked),
                    beside()
                        .map(|(_, other)| confidence(&other.reading.ranked, class))
                        .fold(0.0, f32::max),
                    flag(!asking[at] && another_asks()),
                ]
            };
            for (rank, (class, sure)) in segment.reading.ranked.iter().take(READINGS).copied().enumerate() {
                // What another clause says already is no second reading of this one.
                let said = || {
                    segments
                        .iter()
                        .any(|other| best(other).is_some_and(|(top, _)| top == class))
                };
                if sure >= LEAST && !(self.is_small_talk)(class) && (rank == 0 || !said()) {
                    candidates.push(Candidate {
                        clause: at,
                        class,
                        evidence: evidence(class, sure),
                    });
                }
            }
        }
        candidates
    }

    /// What the clauses ask, each question once and in order, with its probability; nothing when none is sure.
    pub(super) fn own_questions(
        &self,
        whole: &StretchReading,
        segments: &[Segment],
        chars: &[char],
    ) -> Vec<(usize, f32)> {
        let mut found: Vec<(usize, f32)> = Vec::new();
        let candidates = self.candidates(whole, segments, chars);
        for of_a_clause in candidates.chunk_by(|a, b| a.clause == b.clause) {
            let weighed = of_a_clause
                .iter()
                .map(|candidate| (candidate.class, probability(&candidate.evidence)));
            let Some((class, sure)) = weighed
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
        let whole_best = whole.ranked.first().copied().filter(|_| !whole.out_of_scope);
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
                .filter(|_| !segment.reading.out_of_scope)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_coefficients_name_every_measure_and_no_other() {
        let shipped = Coefficients::shipped();
        let mut names: Vec<&str> = MEASURES.to_vec();
        names.sort_unstable();
        assert!(
            shipped.measures.keys().eq(names.iter().copied()),
            "{:?}",
            shipped.measures
        );
    }

    fn segment(range: std::ops::Range<usize>, ranked: &[(usize, f32)]) -> Segment {
        Segment {
            reading: StretchReading {
                range,
                ranked: ranked.to_vec(),
                ..StretchReading::default()
            },
            asked: true,
            unmarked: false,
        }
    }

    /// Class 9 is small talk.
    fn chooser() -> Chooser<impl Fn(usize) -> bool> {
        Chooser {
            is_small_talk: |class| class == 9,
        }
    }

    fn chosen(segments: &[Segment], whole: &[(usize, f32)], text: &str) -> Vec<usize> {
        let chars: Vec<char> = text.chars().collect();
        let whole = segment(0..chars.len(), whole).reading;
        let questions = chooser().choose(&whole, segments, &chars);
        questions.into_iter().map(|(class, _)| class).collect()
    }

    #[test]
    fn two_clauses_that_are_sure_of_two_questions_ask_both_in_order() {
        let segments = [segment(0..6, &[(1, 0.95)]), segment(7..12, &[(0, 0.95)])];
        assert_eq!(
            chosen(&segments, &[(0, 0.5), (1, 0.4)], "什么时候发货，邮费要多少"),
            [1, 0]
        );
    }

    #[test]
    fn a_question_that_two_clauses_ask_is_asked_once() {
        let segments = [segment(0..6, &[(1, 0.9)]), segment(7..12, &[(1, 0.9)])];
        assert_eq!(chosen(&segments, &[(1, 0.9)], "什么时候发货，多久能寄出"), [1]);
    }

    #[test]
    fn small_talk_beside_a_question_is_no_question() {
        let segments = [segment(0..2, &[(9, 0.95)]), segment(3..9, &[(1, 0.95)])];
        assert_eq!(chosen(&segments, &[(1, 0.9)], "你好，什么时候发货"), [1]);
        let only = [segment(0..2, &[(9, 0.95)]), segment(3..5, &[(9, 0.9)])];
        assert_eq!(chosen(&only, &[(9, 0.8)], "你好，在吗"), [9]);
    }

    #[test]
    fn what_clauses_ask_about_the_story_before_is_left_to_the_whole() {
        // 怎么办 alone asks nothing of its own.
        let segments = [segment(0..5, &[(1, 0.9)]), segment(6..9, &[(2, 0.3)])];
        assert_eq!(chosen(&segments, &[(1, 0.9)], "收到破的了，怎么办"), [1]);
    }
}
