//! Coverage against error: how much would be answered, and how much of that wrongly, if the bot spoke only when it is so sure.

use serde::Serialize;

use super::{Outcome, confidence};

/// Points of the curve.
const STEPS: u32 = 20;

/// One point.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// As sure as this, 0 to 1.
    pub threshold: f32,
    /// Share of all sentences whose best guess is at least so sure.
    pub coverage: f64,
    /// Share of wrong guesses among them, sentences out of scope included.
    pub error: f64,
}

/// The curve from 0 to 1.
pub fn curve(outcomes: &[Outcome]) -> Vec<Point> {
    let all = outcomes.len().max(1) as f64;
    let points = (0..=STEPS).map(|step| {
        let threshold = step as f32 / STEPS as f32;
        let sure: Vec<&Outcome> = outcomes
            .iter()
            .filter(|outcome| outcome.best().is_some() && confidence(outcome) >= threshold)
            .collect();
        let wrong = sure
            .iter()
            .filter(|outcome| outcome.best().is_some_and(|best| best.id != outcome.label));
        Point {
            threshold,
            coverage: sure.len() as f64 / all,
            error: wrong.count() as f64 / sure.len().max(1) as f64,
        }
    });
    points.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DecisionKind, IntentKind, Question};

    #[test]
    fn who_speaks_only_when_sure_says_less_and_errs_less() {
        let outcome = |label: &str, guess: &str, confidence: f32| Outcome {
            label: label.into(),
            text: String::new(),
            decision: DecisionKind::Answer,
            intents: vec![Question::new(guess, confidence, IntentKind::default())],
            alternatives: Vec::new(),
        };
        let curve = curve(&[
            outcome("a", "a", 0.95),
            outcome("a", "b", 0.5),
            outcome("none", "a", 0.3),
            outcome("b", "b", 0.8),
        ]);
        let at = |threshold: usize| (curve[threshold].coverage, curve[threshold].error);
        assert_eq!(at(0), (1.0, 0.5));
        assert_eq!(at(14), (0.5, 0.0));
        assert_eq!(at(20), (0.0, 0.0));
    }
}
