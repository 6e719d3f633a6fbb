//! Figures of a pack on labelled sentences: how many are answered right, wrong, or left alone, and whether a
//! confidence means what it says.
//!
//! `curve` is coverage against error · `worst` says what to do about mix-ups · `left_out` holds examples against each other ·
//! `significance` compares two packs · `html` is the page of it all.

mod curve;
mod html;
mod left_out;
mod significance;
mod worst;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{DecisionKind, Question};

pub use curve::curve;
pub use html::{Told, page};
pub use left_out::leave_one_out;
pub use significance::{Comparison, compare};
pub use worst::worst;

/// The label of a sentence that must not be answered.
pub const OUT_OF_SCOPE: &str = "none";

/// One sentence: what it should be, and what became of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The label.
    pub label: String,
    /// The sentence.
    pub text: String,
    /// What was done.
    pub decision: DecisionKind,
    /// What is answered.
    pub intents: Vec<Question>,
    /// What was considered, best first.
    pub alternatives: Vec<Question>,
}

/// The figures. Shares are 0 to 1.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Report {
    /// Sentences with a label other than `none`.
    pub in_scope: usize,
    /// Sentences labelled `none`.
    pub out_of_scope: usize,
    /// In scope, and the best guess is the label, whether answered or not.
    pub top1: f64,
    /// In scope, and answered with the label.
    pub answered_right: f64,
    /// In scope, and asked back with the label among the buttons.
    pub asked_back_right: f64,
    /// Share of all sentences that is answered.
    pub answered: f64,
    /// Wrong ones among the answered, out-of-scope ones that were answered included.
    pub wrong_among_answered: f64,
    /// Out of scope, and not answered.
    pub left_alone: f64,
    /// Area under the curve that tells in scope from out of scope by confidence; absent without both kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auroc: Option<f64>,
    /// Expected calibration error of the best guess, ten bins.
    pub calibration_error: f64,
    /// By label.
    pub labels: BTreeMap<String, LabelReport>,
    /// The commonest mistakes.
    pub confusions: Vec<Confusion>,
}

/// Figures of one label.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct LabelReport {
    /// Sentences.
    pub support: usize,
    /// Best guess right.
    pub top1: usize,
    /// Sentences of other labels whose best guess was this one.
    pub taken_from_others: usize,
}

/// A pair that is mixed up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Confusion {
    /// What it should be.
    pub label: String,
    /// What was guessed.
    pub guess: String,
    /// How often.
    pub count: usize,
    /// One of the sentences.
    pub example: String,
}

impl Outcome {
    fn best(&self) -> Option<&Question> {
        self.intents.first().or(self.alternatives.first())
    }

    /// What became of it, in a word: the questions that are answered, or what is done instead.
    fn became(&self) -> String {
        match self.answered() {
            true => {
                let ids: Vec<&str> = self.intents.iter().map(|question| question.id.as_str()).collect();
                ids.join(" + ")
            }
            false => self.decision.name().to_owned(),
        }
    }

    fn answered(&self) -> bool {
        !self.intents.is_empty()
            && matches!(
                self.decision,
                DecisionKind::Answer | DecisionKind::AskSlot | DecisionKind::Handoff
            )
    }
}

/// The figures with their names, both in Chinese and English, as people read them.
pub fn figures(report: &Report) -> Vec<(&'static str, String)> {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let mut figures = vec![
        ("范围内句子 in scope", report.in_scope.to_string()),
        ("首选正确 top-1", percent(report.top1)),
        ("答对 answered right", percent(report.answered_right)),
        ("反问里有正解 asked back right", percent(report.asked_back_right)),
        (
            "所答之中答错 wrong among answered",
            percent(report.wrong_among_answered),
        ),
    ];
    if report.out_of_scope > 0 {
        figures.push(("范围外句子 out of scope", report.out_of_scope.to_string()));
        figures.push(("范围外未乱答 left alone", percent(report.left_alone)));
    }
    if let Some(auroc) = report.auroc {
        figures.push(("区分内外 AUROC", format!("{auroc:.3}")));
    }
    figures.push(("置信误差 calibration error", format!("{:.3}", report.calibration_error)));
    figures
}

/// Sums up outcomes.
pub fn report(outcomes: &[Outcome]) -> Report {
    let (inside, out_of_scope): (Vec<&Outcome>, Vec<&Outcome>) =
        outcomes.iter().partition(|outcome| outcome.label != OUT_OF_SCOPE);
    let share = |count: usize, of: usize| if of == 0 { 0.0 } else { count as f64 / of as f64 };
    let right = |outcome: &Outcome| outcome.intents.iter().any(|question| question.id == outcome.label);
    let top1 = |outcome: &Outcome| outcome.best().is_some_and(|best| best.id == outcome.label);
    let answered = outcomes.iter().filter(|outcome| outcome.answered()).count();
    let wrong = outcomes
        .iter()
        .filter(|outcome| outcome.answered() && !right(outcome))
        .count();
    let mut labels: BTreeMap<String, LabelReport> = BTreeMap::new();
    let mut confusions: BTreeMap<(String, String), (usize, String)> = BTreeMap::new();
    for outcome in outcomes {
        let entry = labels.entry(outcome.label.clone()).or_default();
        entry.support += 1;
        entry.top1 += usize::from(top1(outcome));
        let guess = outcome
            .best()
            .filter(|_| outcome.label != OUT_OF_SCOPE || outcome.answered());
        if let Some(guess) = guess.filter(|guess| guess.id != outcome.label) {
            labels.entry(guess.id.clone()).or_default().taken_from_others += 1;
            let pair = confusions
                .entry((outcome.label.clone(), guess.id.clone()))
                .or_insert((0, outcome.text.clone()));
            pair.0 += 1;
        }
    }
    let mut confusions: Vec<Confusion> = confusions
        .into_iter()
        .map(|((label, guess), (count, example))| Confusion {
            label,
            guess,
            count,
            example,
        })
        .collect();
    confusions.sort_by(|a, b| {
        b.count
            .cmp(&a.count)
            .then_with(|| a.label.cmp(&b.label))
            .then_with(|| a.guess.cmp(&b.guess))
    });
    confusions.truncate(20);
    let asked_back = |outcome: &&&Outcome| {
        outcome.decision == DecisionKind::Clarify
            && outcome
                .alternatives
                .iter()
                .take(3)
                .any(|question| question.id == outcome.label)
    };
    Report {
        in_scope: inside.len(),
        out_of_scope: out_of_scope.len(),
        top1: share(inside.iter().filter(|outcome| top1(outcome)).count(), inside.len()),
        answered_right: share(
            inside
                .iter()
                .filter(|outcome| outcome.answered() && right(outcome))
                .count(),
            inside.len(),
        ),
        asked_back_right: share(inside.iter().filter(asked_back).count(), inside.len()),
        answered: share(answered, outcomes.len()),
        wrong_among_answered: share(wrong, answered),
        left_alone: share(
            out_of_scope.iter().filter(|outcome| !outcome.answered()).count(),
            out_of_scope.len(),
        ),
        auroc: auroc(&inside, &out_of_scope),
        calibration_error: calibration_error(&inside),
        labels,
        confusions,
    }
}

fn confidence(outcome: &Outcome) -> f32 {
    outcome.best().map_or(0.0, |best| best.confidence)
}

/// Mann–Whitney: the probability that a sentence in scope is surer than one out of scope.
fn auroc(inside: &[&Outcome], out_of_scope: &[&Outcome]) -> Option<f64> {
    if inside.is_empty() || out_of_scope.is_empty() {
        return None;
    }
    let mut all: Vec<(f32, bool)> = inside.iter().map(|outcome| (confidence(outcome), true)).collect();
    all.extend(out_of_scope.iter().map(|outcome| (confidence(outcome), false)));
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut ranks = 0.0;
    let mut at = 0;
    while at < all.len() {
        let mut end = at;
        while end < all.len() && all[end].0 == all[at].0 {
            end += 1;
        }
        // Ties share the middle rank.
        let rank = (at + 1 + end) as f64 / 2.0;
        ranks += rank * all[at..end].iter().filter(|(_, inside)| *inside).count() as f64;
        at = end;
    }
    let (n, m) = (inside.len() as f64, out_of_scope.len() as f64);
    Some((ranks - n * (n + 1.0) / 2.0) / (n * m))
}

fn calibration_error(inside: &[&Outcome]) -> f64 {
    let mut bins = [(0usize, 0f64, 0f64); 10];
    for outcome in inside {
        let confidence = f64::from(confidence(outcome));
        let bin = &mut bins[((confidence * 10.0) as usize).min(9)];
        bin.0 += 1;
        bin.1 += confidence;
        bin.2 += f64::from(u8::from(outcome.best().is_some_and(|best| best.id == outcome.label)));
    }
    let total = inside.len().max(1) as f64;
    bins.iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(_, confidence, right)| (confidence - right).abs() / total)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(label: &str, guess: &str, confidence: f32, decision: DecisionKind) -> Outcome {
        let question = Question::new(guess, confidence, crate::model::IntentKind::default());
        let intents = if decision == DecisionKind::Answer {
            vec![question.clone()]
        } else {
            Vec::new()
        };
        Outcome {
            label: label.into(),
            text: "…".into(),
            decision,
            intents,
            alternatives: vec![question],
        }
    }

    #[test]
    fn the_figures_count_what_they_say() {
        let report = report(&[
            outcome("a", "a", 0.9, DecisionKind::Answer),
            outcome("a", "b", 0.8, DecisionKind::Answer),
            outcome("b", "b", 0.4, DecisionKind::Clarify),
            outcome("none", "a", 0.2, DecisionKind::Unknown),
            outcome("none", "b", 0.7, DecisionKind::Answer),
        ]);
        assert_eq!((report.in_scope, report.out_of_scope), (3, 2));
        assert!((report.top1 - 2.0 / 3.0).abs() < 1e-9);
        assert!((report.answered_right - 1.0 / 3.0).abs() < 1e-9);
        assert!((report.wrong_among_answered - 2.0 / 3.0).abs() < 1e-9);
        assert!((report.left_alone - 0.5).abs() < 1e-9);
        assert!((report.auroc.unwrap_or_default() - 5.0 / 6.0).abs() < 1e-9);
        assert_eq!(report.confusions.len(), 2);
    }
}
