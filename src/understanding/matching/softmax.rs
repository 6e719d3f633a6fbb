//! A linear model for use: the logits of all classes from the features of a text, a byte a weight.

use fearless_simd::{Level, dispatch};

use super::super::preserve::preserved;
use super::features::Weighted;

/// The trained model, quantised: one byte for each feature and class, classes together in memory.
#[derive(Clone, Default)]
pub struct Softmax {
    classes: usize,
    /// Classes rounded up to full vectors of eight.
    stride: usize,
    /// Rows of the features that several sentences share, then what each sentence that has features of its own says
    /// about the classes.
    rows: Rows,
    /// How many features are shared.
    shared: usize,
    /// For each feature that one sentence alone has: that sentence's row, and the feature's value there.
    single: Vec<(u32, f32)>,
}

preserved!(Softmax {
    classes,
    stride,
    rows,
    shared,
    single,
});

/// Rows of weights, each with its own scale: a weight is its byte times the scale.
#[derive(Clone, Default)]
pub(super) struct Rows {
    bytes: Vec<i8>,
    scales: Vec<f32>,
}

preserved!(Rows { bytes, scales });

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
}

/// Replaces the scores of all classes by rows of weights added up: each row by where it begins, and by how much it
/// counts. A row is as long as the scores, which fill blocks of eight; the registers hold a block. Compiled for each kind
/// of processor; every sum has its own place and order, so that all come to the same to the bit.
pub(super) fn add_up<W: Copy>(weights: &[W], rows: impl Iterator<Item = (usize, f32)> + Clone, scores: &mut [f32])
where
    f32: From<W>,
{
    dispatch!(Level::new(), _ => add_up_here(weights, rows, scores));
}

#[inline(always)]
fn add_up_here<W: Copy>(weights: &[W], rows: impl Iterator<Item = (usize, f32)> + Clone, scores: &mut [f32])
where
    f32: From<W>,
{
    let first = blocks::<W, 32>(weights, rows.clone(), scores, 0);
    let first = blocks::<W, 16>(weights, rows.clone(), scores, first);
    blocks::<W, 8>(weights, rows, scores, first);
}

/// The scores from `first` on, as many as fill blocks; returns where the others begin.
#[inline(always)]
fn blocks<W: Copy, const N: usize>(
    weights: &[W],
    rows: impl Iterator<Item = (usize, f32)> + Clone,
    scores: &mut [f32],
    first: usize,
) -> usize
where
    f32: From<W>,
{
    let (blocks, rest) = scores[first..].as_chunks_mut::<N>();
    for (at, block) in blocks.iter_mut().enumerate() {
        let mut sums = [0f32; N];
        for (row, by) in rows.clone() {
            let part = &weights[row + first + at * N..][..N];
            for (sum, weight) in sums.iter_mut().zip(part) {
                *sum += by * f32::from(*weight);
            }
        }
        *block = sums;
    }
    let left = rest.len();
    scores.len() - left
}

impl Softmax {
    /// A model of rows for so many shared features and for the sentences that have others, and of the row and value of
    /// each of these. A row is as long as all classes rounded up to eight.
    pub(super) fn new(classes: usize, rows: Rows, shared: usize, single: Vec<(u32, f32)>) -> Softmax {
        Softmax {
            classes,
            stride: classes.div_ceil(8) * 8,
            rows,
            shared,
            single,
        }
    }

    /// What some of a text's shared features add to the logit of a class.
    pub fn part(&self, features: Weighted<'_>, class: usize) -> f32 {
        let rows = features.iter().map(|(id, value)| (*id as usize, value));
        rows.filter_map(|(row, value)| {
            let weight = self.rows.bytes.get(row * self.stride + class)?;
            Some(value * self.rows.scales.get(row)? * f32::from(*weight))
        })
        .sum()
    }

    /// Replaces `scores` by the logit of every class; `rows` is room to work in.
    pub fn scores(&self, features: Weighted<'_>, rows: &mut Vec<(u32, f32)>, scores: &mut Vec<f32>) {
        rows.clear();
        rows.extend(features.iter().filter_map(|(id, value)| {
            let id = *id as usize;
            let (row, value) = if id < self.shared {
                (id, *value)
            } else {
                let (row, there) = self.single.get(id - self.shared)?;
                (*row as usize, value * there)
            };
            // A model that nothing was learned from has no rows.
            Some(((row * self.stride) as u32, value * self.rows.scales.get(row)?))
        }));
        scores.clear();
        scores.resize(self.stride, 0.0);
        let rows = rows.iter().map(|(row, by)| (*row as usize, *by));
        add_up(&self.rows.bytes, rows, scores);
        scores.truncate(self.classes);
    }
}

/// Turns logits into probabilities.
pub fn probabilities(scores: &mut [f32]) {
    dispatch!(Level::new(), _ => probabilities_here(scores));
}

#[inline(always)]
fn probabilities_here(scores: &mut [f32]) {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if !highest.is_finite() {
        scores.fill(0.0);
        return;
    }
    scores
        .iter_mut()
        .for_each(|score| *score = exponential(*score - highest));
    let sum: f32 = scores.iter().sum();
    for score in scores.iter_mut() {
        *score /= sum;
    }
}

/// e to the power of a number up to 0, to about six digits. The library's own is called once for each
/// class; this one is done for several at a time.
#[inline(always)]
fn exponential(power: f32) -> f32 {
    // As 2 to the power of a whole number and a rest between -½ and ½.
    let power = (power * std::f32::consts::LOG2_E).max(-126.0);
    let shifted = power + ROUNDER;
    let whole = shifted - ROUNDER;
    let rest = (power - whole) * std::f32::consts::LN_2;
    let series = 1.0
        + rest
            * (1.0
                + rest * (1.0 / 2.0 + rest * (1.0 / 6.0 + rest * (1.0 / 24.0 + rest * (1.0 / 120.0 + rest / 720.0)))));
    series * f32::from_bits(shifted.to_bits().wrapping_add(127) << 23)
}

/// Added to a small number it leaves a whole one in the lowest bits.
const ROUNDER: f32 = 12_582_912.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_as_good_as_the_library_s() {
        for step in 0..8_000 {
            let power = -0.01 * step as f32;
            let (ours, true_one) = (exponential(power), power.exp());
            // The power itself is only known to seven digits.
            assert!(
                (ours - true_one).abs() <= (1e-6 - 2e-7 * power) * true_one,
                "e^{power}: {ours}, not {true_one}"
            );
        }
        assert!(exponential(f32::NEG_INFINITY) < 1e-37 && exponential(0.0) == 1.0);
    }
}
