//! A linear model for use: the logits of all classes from the features of a text, a byte a weight.

use super::features::Weighted;

/// The trained model, quantised: one byte for each feature and class, classes together in memory.
#[derive(Clone, Default)]
pub struct Softmax {
    classes: usize,
    /// Classes rounded up to full vectors of eight.
    stride: usize,
    /// Rows of the features that several sentences share.
    shared: Rows,
    /// For each feature that one sentence alone has: that sentence's row in `owners`, and the feature's value there.
    single: Vec<(u32, f32)>,
    /// What each sentence that has such features says about the classes.
    owners: Rows,
}

/// Rows of weights, each with its own scale: a weight is its byte times the scale.
#[derive(Clone, Default)]
pub(super) struct Rows {
    bytes: Vec<i8>,
    scales: Vec<f32>,
}

impl Rows {
    pub(super) fn with_capacity(rows: usize, stride: usize) -> Rows {
        Rows {
            bytes: Vec::with_capacity(rows * stride),
            scales: Vec::with_capacity(rows),
        }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.scales.len()
    }

    pub(super) fn push(&mut self, row: &[f32]) {
        let largest = row.iter().fold(0f32, |largest, weight| largest.max(weight.abs()));
        let scale = largest / 127.0;
        self.scales.push(scale);
        let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
        self.bytes
            .extend(row.iter().map(|weight| (weight * inverse).round() as i8));
    }

    fn add_to(&self, scores: &mut [f32], row: usize, value: f32) {
        let by = value * self.scales[row];
        let bytes = &self.bytes[row * scores.len()..(row + 1) * scores.len()];
        for (score, byte) in scores.iter_mut().zip(bytes) {
            *score += by * f32::from(*byte);
        }
    }
}

impl Softmax {
    /// A model of rows for the shared features, of values and owners for the others, and of the owners' rows, each as
    /// long as all classes rounded up to eight.
    pub(super) fn new(classes: usize, shared: Rows, single: Vec<(u32, f32)>, owners: Rows) -> Softmax {
        Softmax {
            classes,
            stride: classes.div_ceil(8) * 8,
            shared,
            single,
            owners,
        }
    }

    /// What some of a text's shared features add to the logit of a class.
    pub fn part(&self, features: Weighted<'_>, class: usize) -> f32 {
        let rows = features.iter().map(|(id, value)| (*id as usize, value));
        rows.map(|(row, value)| {
            value * self.shared.scales[row] * f32::from(self.shared.bytes[row * self.stride + class])
        })
        .sum()
    }

    /// Replaces `scores` by the logit of every class.
    pub fn scores(&self, features: Weighted<'_>, scores: &mut Vec<f32>) {
        scores.clear();
        scores.resize(self.stride, 0.0);
        let shared = self.shared.scales.len();
        for (id, value) in features {
            let id = *id as usize;
            if id < shared {
                self.shared.add_to(scores, id, *value);
            } else if let Some((owner, there)) = self.single.get(id - shared) {
                self.owners.add_to(scores, *owner as usize, value * there);
            }
        }
        scores.truncate(self.classes);
    }
}

/// Turns logits into probabilities.
pub fn probabilities(scores: &mut [f32]) {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if !highest.is_finite() {
        scores.fill(0.0);
        return;
    }
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - highest).exp();
        sum += *score;
    }
    for score in scores.iter_mut() {
        *score /= sum;
    }
}
