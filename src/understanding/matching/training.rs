//! Multinomial logistic regression with L2 regularisation, trained exactly by coordinate descent in the dual.
//!
//! The dual variables of one sentence are solved to optimality at a time, all classes together (Yu, Huang, Lin:
//! "Dual coordinate descent methods for logistic regression and maximum entropy models", Machine Learning 85,
//! 2011; their two-level method with the inner problem solved through its Lagrange multiplier). No step size, no
//! randomness but a fixed shuffle: the same files give the same bytes.

use super::features::{Weighted, split};
use super::multiplier::Multiplier;
use super::scratch::mmapped_filled;
use super::softmax::{Rows, Softmax, add_up};

/// One training sentence.
pub struct Sample<'a> {
    /// Its vector, of unit length.
    pub features: Weighted<'a>,
    /// Its class.
    pub class: usize,
    /// What an error on it costs (C of the usual notation).
    pub cost: f32,
}

/// A model in training. A feature that one sentence alone has needs no weights of its own: they are that sentence's
/// dual variables times its value, so rows are kept for shared features only.
pub struct Training {
    classes: usize,
    stride: usize,
    /// Features below this id are shared.
    shared: usize,
    weights: Vec<f32>,
    optimum: Optimum,
    /// The Lagrange multiplier that each sentence had last, to begin its next search from.
    multipliers: Vec<f32>,
}

/// What a training came to: another of the same sentences may continue from there.
#[derive(Clone, Default)]
pub struct Optimum {
    stride: usize,
    /// The dual variables, by sentence and class.
    alpha: Vec<f32>,
}

impl Optimum {
    fn of(&self, sentence: usize) -> &[f32] {
        &self.alpha[sentence * self.stride..(sentence + 1) * self.stride]
    }

    fn of_mut(&mut self, sentence: usize) -> &mut [f32] {
        &mut self.alpha[sentence * self.stride..(sentence + 1) * self.stride]
    }
}

/// What the descent asks of a sentence again and again.
struct Visited<'a> {
    /// Its features that others have too.
    common: Weighted<'a>,
    /// The squares of the others, added up.
    own: f32,
}

/// Passes over all sentences at the most.
const MAX_EPOCHS: usize = 40;
/// Passes that continue an earlier training.
const WARM_PASSES: usize = 2;
/// Training has converged when in a pass over all sentences, or all but a tenth, they moved by this share of their cost
/// on average. At half of it loading takes a quarter longer and nothing is read better.
const TOLERANCE: f32 = 6e-3;
/// A sentence that moved by less of its cost rests.
const RESTING: f32 = TOLERANCE * 0.3;

impl Training {
    /// Trains on the samples. Those for which `hold_out` is true are left out. `shared` is how many features occur in
    /// more than one sample; `offsets` is added to the logits of the classes while training, and there is one for each.
    /// `from` continues an earlier training of the same samples.
    pub fn run(
        samples: &[Sample<'_>],
        shared: usize,
        offsets: &[f32],
        hold_out: impl Fn(usize) -> bool,
        from: Option<&Optimum>,
    ) -> Training {
        let classes = offsets.len();
        let stride = classes.div_ceil(8) * 8;
        let mut training = Training {
            classes,
            stride,
            shared,
            weights: mmapped_filled(0.0, shared * stride),
            optimum: Optimum {
                stride,
                alpha: mmapped_filled(0.0, samples.len() * stride),
            },
            multipliers: vec![f32::NAN; samples.len()],
        };
        let mut order: Vec<usize> = (0..samples.len())
            .filter(|at| !hold_out(*at) && !samples[*at].features.is_empty())
            .collect();
        let visited: Vec<Visited<'_>> = samples
            .iter()
            .map(|sample| {
                let (common, own) = split(sample.features, shared);
                let own = own.iter().map(|(_, value)| value * value).sum();
                Visited { common, own }
            })
            .collect();
        let from =
            from.filter(|earlier| earlier.stride == stride && earlier.alpha.len() == training.optimum.alpha.len());
        let mut change = vec![0f32; stride];
        for &at in &order {
            let sample = &samples[at];
            match from {
                Some(earlier) => {
                    let alpha = earlier.of(at);
                    training.optimum.of_mut(at).copy_from_slice(alpha);
                    change.iter_mut().zip(alpha).for_each(|(to, value)| *to = -value);
                    change[sample.class] += sample.cost;
                    training.add(visited[at].common, &change);
                }
                // α starts at C on the true class.
                None => training.optimum.of_mut(at)[sample.class] = sample.cost,
            }
        }
        training.descend(samples, &visited, offsets, &mut order, from.is_some());
        training
    }

    fn descend(
        &mut self,
        samples: &[Sample<'_>],
        visited: &[Visited<'_>],
        offsets: &[f32],
        order: &mut [usize],
        warm: bool,
    ) {
        let (stride, classes) = (self.stride, self.classes);
        // From an earlier optimum only constraints that the held-out samples had made active have to change.
        let passes = if warm { WARM_PASSES } else { MAX_EPOCHS };
        let mut active = order.len();
        let mut random = 0x5eed_u64;
        let mut scores = vec![0f32; stride];
        let mut solver = Multiplier::new(stride);
        for epoch in 0..passes {
            for at in (1..active).rev() {
                random = random
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                order.swap(at, (random >> 33) as usize % (at + 1));
            }
            let resting = order.len() - active;
            let nearly_all = resting * 10 <= order.len();
            let mut moved_in_all = 0f32;
            let mut at = 0;
            while at < active {
                let index = order[at];
                let sample = &samples[index];
                let Visited { common, own } = visited[index];
                self.scores_into(common, &mut scores);
                for (score, offset) in scores.iter_mut().zip(offsets) {
                    *score += offset;
                }
                let alpha = self.optimum.of_mut(index);
                if own > 0.0 {
                    for (score, value) in scores.iter_mut().zip(alpha.iter()) {
                        *score -= own * value;
                    }
                    scores[sample.class] += own * sample.cost;
                }
                let multiplier = &mut self.multipliers[index];
                let moved = solver.solve(&scores[..classes], &mut alpha[..classes], sample.cost, multiplier);
                if moved > 1e-5 * sample.cost {
                    self.add(common, &solver.change);
                }
                let share = moved / sample.cost;
                moved_in_all += share;
                // A sentence that no longer moves rests until the others have converged.
                if share < RESTING && (warm || epoch > 1) {
                    active -= 1;
                    order.swap(at, active);
                } else {
                    at += 1;
                }
            }
            if moved_in_all < TOLERANCE * order.len() as f32 {
                // Those that rested may have moved as much as let them rest.
                let at_most = moved_in_all + RESTING * resting as f32;
                if nearly_all && at_most < TOLERANCE * order.len() as f32 {
                    break;
                }
                active = order.len();
            }
        }
    }

    fn add(&mut self, common: Weighted<'_>, change: &[f32]) {
        for (id, value) in common {
            let row = &mut self.weights[*id as usize * self.stride..(*id as usize + 1) * self.stride];
            for (weight, by) in row.iter_mut().zip(change) {
                *weight += value * by;
            }
        }
    }

    fn scores_into(&self, common: Weighted<'_>, scores: &mut [f32]) {
        let rows = common.iter().map(|(id, value)| (*id as usize * self.stride, *value));
        add_up(&self.weights, rows, scores);
    }

    /// Replaces `scores` by the logits of a sentence that was held out: what it alone has is unknown.
    pub fn scores_held_out(&self, features: Weighted<'_>, scores: &mut Vec<f32>) {
        scores.clear();
        scores.resize(self.stride, 0.0);
        self.scores_into(split(features, self.shared).0, scores);
        scores.truncate(self.classes);
    }

    /// The model for use, a byte a weight, and where another training may go on.
    pub fn finish(self, samples: &[Sample<'_>]) -> (Softmax, Optimum) {
        let has_own = |sample: &Sample<'_>| {
            sample
                .features
                .last()
                .is_some_and(|(id, _)| *id as usize >= self.shared)
        };
        let owners = samples.iter().filter(|sample| has_own(sample)).count();
        let mut rows = Rows::with_capacity(self.shared + owners, self.stride);
        self.weights
            .chunks_exact(self.stride.max(1))
            .for_each(|row| rows.push(row));
        let mut single = Vec::new();
        let mut row = vec![0f32; self.stride];
        for (at, sample) in samples.iter().enumerate().filter(|(_, sample)| has_own(sample)) {
            let alpha = self.optimum.of(at);
            let held_out = alpha.iter().all(|value| *value == 0.0);
            if held_out {
                continue;
            }
            row.iter_mut().zip(alpha).for_each(|(to, value)| *to = -value);
            row[sample.class] += sample.cost;
            let owner = rows.len() as u32;
            rows.push(&row);
            for (id, value) in split(sample.features, self.shared).1 {
                let place = *id as usize - self.shared;
                if single.len() <= place {
                    single.resize(place + 1, (0, 0.0));
                }
                single[place] = (owner, *value);
            }
        }
        single.shrink_to_fit();
        (Softmax::new(self.classes, rows, self.shared, single), self.optimum)
    }
}

#[cfg(test)]
mod tests {
    use super::super::softmax::probabilities;
    use super::*;

    #[test]
    fn training_reaches_the_optimum_of_the_primal() {
        // Three classes on four features; at the optimum the gradient of ½|W|² + Σ cost·loss is zero.
        let unit = |pairs: Weighted<'_>| {
            let norm = pairs.iter().map(|(_, x)| x * x).sum::<f32>().sqrt();
            pairs.iter().map(|(id, x)| (*id, x / norm)).collect::<Vec<_>>()
        };
        let vectors = [
            unit(&[(0, 1.0), (3, 0.5)]),
            unit(&[(1, 1.0), (3, 0.5)]),
            unit(&[(2, 1.0)]),
            unit(&[(0, 0.6), (1, 0.8)]),
        ];
        let classes = [0, 1, 2, 1];
        let samples: Vec<Sample> = vectors
            .iter()
            .zip(classes)
            .map(|(features, class)| Sample {
                features,
                class,
                cost: 5.0,
            })
            .collect();
        let training = Training::run(&samples, 4, &[0.0; 3], |_| false, None);
        for feature in 0..4u32 {
            for class in 0..3 {
                let mut gradient = training.weights[feature as usize * training.stride + class];
                for sample in &samples {
                    let mut p = Vec::new();
                    training.scores_held_out(sample.features, &mut p);
                    probabilities(&mut p);
                    let x = value_of(sample.features, feature);
                    gradient += sample.cost * x * (p[class] - f32::from(u8::from(sample.class == class)));
                }
                assert!(
                    gradient.abs() < 0.05,
                    "gradient {gradient} at feature {feature}, class {class}"
                );
            }
        }
    }

    fn value_of(features: Weighted<'_>, id: u32) -> f32 {
        features
            .iter()
            .find(|(known, _)| *known == id)
            .map_or(0.0, |(_, value)| *value)
    }

    #[test]
    fn a_feature_of_one_sentence_needs_no_row_of_its_own() {
        // The same sentences twice: once with every feature shared, once with the last two as one sentence's own.
        let vectors = [[(0, 0.8), (1, 0.6)], [(0, 0.6), (2, 0.8)], [(1, 0.6), (3, 0.8)]];
        let samples: Vec<Sample> = vectors
            .iter()
            .enumerate()
            .map(|(class, features)| Sample {
                features,
                class,
                cost: 5.0,
            })
            .collect();
        let all = Training::run(&samples, 4, &[0.0; 3], |_| false, None)
            .finish(&samples)
            .0;
        let shared = Training::run(&samples, 2, &[0.0; 3], |_| false, None)
            .finish(&samples)
            .0;
        let scores = |softmax: &Softmax, text| {
            let mut scores = Vec::new();
            softmax.scores(text, &mut Vec::new(), &mut scores);
            scores
        };
        for text in &vectors {
            for (a, b) in scores(&all, text).iter().zip(scores(&shared, text)) {
                assert!((a - b).abs() < 0.05, "{a} and {b}");
            }
        }
    }
}
