//! From evidence to probability: a confidence of 0.8 means that four of five such answers are right.
//!
//! Learned from predictions on held-out examples (cross-validation at load), by logistic regression on a handful of
//! measures, solved with Newton's method.

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
    pub foreign: bool,
}

/// How much all foreign sentences weigh against all others, when the evidence is weighed.
const FOREIGN_TO_POINT: f64 = 4.0;
/// And when it is turned into a probability.
const FOREIGN_IN_LIFE: f64 = 0.03;

/// A fitted calibration.
#[derive(Clone, Debug)]
pub struct Calibration {
    weights: [f64; EVIDENCE + 1],
}

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
    /// In two steps: which way the evidence points is learned with foreign sentences counting
    /// [`FOREIGN_TO_POINT`] times as much as the others; how far it goes, with the few that a shop really meets. With too few of
    /// either kind the model's own odds stand.
    pub fn fit(outcomes: &[Outcome]) -> Calibration {
        let right = outcomes.iter().filter(|outcome| outcome.right).count();
        if right < 10 || outcomes.len() - right < 5 {
            return Calibration::default();
        }
        let Some(direction) = logistic(outcomes, FOREIGN_TO_POINT, |outcome| outcome.evidence) else {
            return Calibration::default();
        };
        let along = |evidence: &Evidence| {
            let mut only = [0f32; EVIDENCE];
            only[0] = dot(&direction, &row(evidence)) as f32;
            only
        };
        let Some(scale) = logistic(outcomes, FOREIGN_IN_LIFE, |outcome| along(&outcome.evidence)) else {
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

/// Logistic regression of "right" on evidence by Newton's method; foreign sentences together weigh this share of the
/// others.
fn logistic(
    outcomes: &[Outcome],
    foreign_share: f64,
    evidence: impl Fn(&Outcome) -> Evidence,
) -> Option<[f64; EVIDENCE + 1]> {
    // A weak pull towards zero keeps Newton's method stable where the kinds can be separated.
    const RIDGE: f64 = 1e-2;
    let foreign = outcomes.iter().filter(|outcome| outcome.foreign).count();
    let foreign_weight = foreign_share * (outcomes.len() - foreign) as f64 / foreign.max(1) as f64;
    let mut weights = [0f64; EVIDENCE + 1];
    for _ in 0..12 {
        let mut gradient = [0f64; EVIDENCE + 1];
        let mut hessian = [[0f64; EVIDENCE + 1]; EVIDENCE + 1];
        for at in 0..=EVIDENCE {
            gradient[at] = RIDGE * weights[at];
            hessian[at][at] = RIDGE;
        }
        for outcome in outcomes {
            let cost = if outcome.foreign { foreign_weight } else { 1.0 };
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
    fn a_calibrated_probability_is_the_share_of_right_ones() {
        // Right with probability 0.9 above zero, 0.3 below: the fit must say so.
        let mut outcomes = Vec::new();
        for at in 0..1000 {
            let high = at % 2 == 0;
            let right = (at / 2) % 10 < if high { 9 } else { 3 };
            outcomes.push(Outcome {
                evidence: [if high { 1.0 } else { -1.0 }, 0.0, 0.0, 0.0, 0.0],
                right,
                foreign: false,
            });
        }
        let fit = Calibration::fit(&outcomes);
        assert!((fit.probability(&[1.0, 0.0, 0.0, 0.0, 0.0]) - 0.9).abs() < 0.01);
        assert!((fit.probability(&[-1.0, 0.0, 0.0, 0.0, 0.0]) - 0.3).abs() < 0.01);
    }
}
