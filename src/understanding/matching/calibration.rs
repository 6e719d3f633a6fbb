//! From evidence to probability: a confidence of 0.8 means that four of five such answers are right.
//!
//! Learned from predictions on held-out examples (cross-validation at load), by logistic regression on a handful of
//! measures, solved with Newton's method.

use super::super::preserve::preserved;

/// What is known about a prediction before it is called a probability.
pub type Evidence = [f32; EVIDENCE];

/// How many measures there are.
pub const EVIDENCE: usize = 5;

/// A prediction on a sentence that was held out.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What spoke for it.
    pub evidence: Evidence,
    /// Whether the best class was the sentence's own.
    pub right: bool,
    /// The sentence's class was held out with it, so that nothing could be right.
    pub held_out_class: bool,
}

/// How much all sentences of held-out classes weigh against all others, when the evidence is weighed.
const HELD_OUT_SHARE_OF_DIRECTION: f64 = 4.0;

/// How many messages a shop meets that none of its questions fits, beside one that some fits: what sentences of held-out
/// classes weigh when the evidence is turned into a probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outsiders(f64);

impl Outsiders {
    /// Of a pack that lists what it does not answer, the few that the list does not cover; of another, all.
    pub fn of(listed: bool) -> Outsiders {
        Outsiders(if listed { 0.03 } else { 0.1 })
    }
}

/// A fitted calibration.
#[derive(Clone, Debug)]
pub struct Calibration {
    weights: [f64; EVIDENCE + 1],
}

preserved!(Calibration { weights });

impl Default for Calibration {
    /// Before anything is known: the model's own log odds.
    fn default() -> Self {
        let mut weights = [0.0; EVIDENCE + 1];
        weights[0] = 1.0;
        Calibration { weights }
    }
}

impl Calibration {
    /// Fits to predictions on held-out sentences.
    ///
    /// In two steps: which way the evidence points is learned with sentences of held-out classes counting
    /// [`HELD_OUT_SHARE_OF_DIRECTION`] times as much as the others; how far it goes, with the few that a shop really meets. With too few of
    /// either kind the model's own odds stand.
    pub fn fit(outcomes: &[Outcome], outsiders: Outsiders) -> Calibration {
        let right = outcomes.iter().filter(|outcome| outcome.right).count();
        if right < 10 || outcomes.len() - right < 5 {
            return Calibration::default();
        }
        let Some(direction) = logistic(outcomes, HELD_OUT_SHARE_OF_DIRECTION, |outcome| outcome.evidence) else {
            return Calibration::default();
        };
        let along = |evidence: &Evidence| {
            let mut only = [0f32; EVIDENCE];
            only[0] = dot(&direction, &row(evidence)) as f32;
            only
        };
        let Some(scale) = logistic(outcomes, outsiders.0, |outcome| along(&outcome.evidence)) else {
            return Calibration { weights: direction };
        };
        let mut weights = direction.map(|weight| weight * scale[0]);
        weights[EVIDENCE] += scale[EVIDENCE];
        Calibration { weights }
    }

    /// The probability that a prediction with this evidence is right.
    pub fn probability(&self, evidence: &Evidence) -> f32 {
        sigmoid(dot(&self.weights, &row(evidence))) as f32
    }
}

/// How many answers would be wrong from which confidence on, measured on held-out sentences.
#[derive(Clone, Debug, Default)]
pub struct Reliability {
    /// Confidences, falling, each with the share that is wrong of all that are at least so sure.
    points: Vec<(f32, f32)>,
}

preserved!(Reliability { points });

impl Reliability {
    /// Measures a calibration on the predictions it was fitted to. What is expected to be wrong is counted, by their
    /// confidences, rather than what was: the few surely wrong ones of a fold would make the curve jump with every edit.
    pub fn measure(calibration: &Calibration, outcomes: &[Outcome], outsiders: Outsiders) -> Reliability {
        let held_out = outcomes.iter().filter(|outcome| outcome.held_out_class).count();
        let held_out_weight = outsiders.0 as f32 * (outcomes.len() - held_out) as f32 / held_out.max(1) as f32;
        let mut sorted: Vec<(f32, f32)> = outcomes
            .iter()
            .map(|outcome| {
                let weight = if outcome.held_out_class { held_out_weight } else { 1.0 };
                (calibration.probability(&outcome.evidence), weight)
            })
            .collect();
        sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (mut all, mut wrong) = (0f32, 0f32);
        let points = sorted.into_iter().map(|(confidence, weight)| {
            all += weight;
            wrong += weight * (1.0 - confidence);
            (confidence, wrong / all)
        });
        Reliability {
            points: points.collect(),
        }
    }

    /// The lowest confidence to answer from, so that no more than this share of the answers is wrong; `None` when too
    /// little was measured.
    pub fn answer_from(&self, tolerated: f32) -> Option<f32> {
        if self.points.len() < 50 {
            return None;
        }
        let enough = self.points.iter().rfind(|(_, wrong)| *wrong <= tolerated);
        Some(enough.map_or(1.0, |(confidence, _)| *confidence))
    }
}

/// Logistic regression of "right" on evidence by Newton's method; sentences of held-out classes together weigh this share of the
/// others.
fn logistic(
    outcomes: &[Outcome],
    held_out_share: f64,
    evidence: impl Fn(&Outcome) -> Evidence,
) -> Option<[f64; EVIDENCE + 1]> {
    // A weak pull towards zero keeps Newton's method stable where the kinds can be separated.
    const RIDGE: f64 = 1e-2;
    let held_out = outcomes.iter().filter(|outcome| outcome.held_out_class).count();
    let held_out_weight = held_out_share * (outcomes.len() - held_out) as f64 / held_out.max(1) as f64;
    let mut weights = [0f64; EVIDENCE + 1];
    for _ in 0..12 {
        let mut gradient = [0f64; EVIDENCE + 1];
        let mut hessian = [[0f64; EVIDENCE + 1]; EVIDENCE + 1];
        for at in 0..=EVIDENCE {
            gradient[at] = RIDGE * weights[at];
            hessian[at][at] = RIDGE;
        }
        for outcome in outcomes {
            let cost = if outcome.held_out_class { held_out_weight } else { 1.0 };
            let row = row(&evidence(outcome));
            let p = sigmoid(dot(&weights, &row));
            let error = (p - f64::from(u8::from(outcome.right))) * cost;
            let curve = p * (1.0 - p) * cost;
            for i in 0..=EVIDENCE {
                gradient[i] += error * row[i];
                for j in 0..=EVIDENCE {
                    hessian[i][j] += curve * row[i] * row[j];
                }
            }
        }
        let step = solve(hessian, gradient);
        for at in 0..=EVIDENCE {
            weights[at] -= step[at];
        }
    }
    weights.iter().all(|weight| weight.is_finite()).then_some(weights)
}

fn row(evidence: &Evidence) -> [f64; EVIDENCE + 1] {
    let mut row = [1f64; EVIDENCE + 1];
    for (to, from) in row.iter_mut().zip(evidence) {
        *to = f64::from(*from);
    }
    row
}

fn dot(weights: &[f64; EVIDENCE + 1], row: &[f64; EVIDENCE + 1]) -> f64 {
    weights.iter().zip(row).map(|(weight, value)| weight * value).sum()
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Gauss–Jordan elimination with pivoting, for the few unknowns here.
fn solve(mut matrix: [[f64; EVIDENCE + 1]; EVIDENCE + 1], mut right: [f64; EVIDENCE + 1]) -> [f64; EVIDENCE + 1] {
    for column in 0..=EVIDENCE {
        let pivot = (column..=EVIDENCE)
            .max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs()))
            .unwrap_or(column);
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        let head = matrix[column];
        for other in 0..=EVIDENCE {
            if other != column {
                let factor = matrix[other][column] / head[column];
                for (to, from) in matrix[other].iter_mut().zip(&head).skip(column) {
                    *to -= factor * from;
                }
                right[other] -= factor * right[column];
            }
        }
    }
    for (at, value) in right.iter_mut().enumerate() {
        *value /= matrix[at][at];
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answers_from_a_threshold_on_are_no_more_often_wrong_than_tolerated() {
        // Evidence 0 to 4 in steps, 200 of each; of those the share is right that a calibration can express.
        let outcomes: Vec<Outcome> = (0..20_000)
            .map(|at| {
                let evidence = (at % 100) as f32 / 25.0;
                Outcome {
                    evidence: [evidence, 0.0, 0.0, 0.0, 0.0],
                    right: ((at / 100) as f64 + 0.5) / 200.0 < sigmoid(f64::from(evidence)),
                    held_out_class: false,
                }
            })
            .collect();
        let fit = Calibration::fit(&outcomes, Outsiders::of(true));
        let reliability = Reliability::measure(&fit, &outcomes, Outsiders::of(true));
        let mut before = 0.0;
        for tolerated in [0.25, 0.15, 0.08] {
            let from = reliability.answer_from(tolerated).unwrap_or_default();
            let answered = outcomes
                .iter()
                .filter(|outcome| fit.probability(&outcome.evidence) > from);
            let (all, wrong) = answered.fold((0, 0), |(all, wrong), one| (all + 1, wrong + usize::from(!one.right)));
            assert!(wrong as f32 <= tolerated * all as f32 + 1.0 && from > before);
            before = from;
        }
        assert_eq!(Reliability::default().answer_from(0.05), None);
    }

    #[test]
    fn a_calibrated_probability_is_the_share_of_right_ones() {
        // Right with probability 0.9 above zero, 0.3 below: the fit must say so.
        let mut outcomes = Vec::new();
        for at in 0..1000 {
            let high = at % 2 == 0;
            let right = (at / 2) % 10 < if high { 9 } else { 3 };
            outcomes.push(Outcome {
                evidence: [if high { 1.0 } else { -1.0 }, 0.0, 0.0, 0.0, 0.0],
                right,
                held_out_class: false,
            });
        }
        let fit = Calibration::fit(&outcomes, Outsiders::of(true));
        assert!((fit.probability(&[1.0, 0.0, 0.0, 0.0, 0.0]) - 0.9).abs() < 0.01);
        assert!((fit.probability(&[-1.0, 0.0, 0.0, 0.0, 0.0]) - 0.3).abs() < 0.01);
    }
}
