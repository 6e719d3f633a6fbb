//! A linear model for use: the logits of all classes from the features of a text, a byte a weight.

use std::io::{Result, Write};

use fearless_simd::{Level, dispatch};

use super::super::preserve::{Preserve, Source, preserved};
use super::features::Weighted;

/// The trained model, quantised: one byte for each feature and class, classes together in memory.
#[derive(Clone, Default)]
pub struct Softmax {
    classes: usize,
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
    rows,
    shared,
    single,
});

/// Rows of weights, each with its own scale: a weight is its byte times the scale. A row with its scale fills whole
/// halves of a line of memory and begins at one, so that it touches as few lines as can be.
#[derive(Clone, Default)]
pub(super) struct Rows {
    lines: Vec<Line>,
    /// Halves of a line that a row takes.
    halves: usize,
    rows: usize,
}

preserved!(Rows { lines, halves, rows });

/// A line of memory.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line([Half; 2]);

impl Preserve for Line {
    fn write(&self, to: &mut dyn Write) -> Result<()> {
        self.0.iter().try_for_each(|half| i8::write_list(half, to))
    }
    fn read(from: &mut Source<'_>) -> Result<Self> {
        let mut line = Line([[0; HALF]; 2]);
        for half in &mut line.0 {
            half.copy_from_slice(&i8::read_list(HALF, from)?);
        }
        Ok(line)
    }
}

type Half = [i8; HALF];
const HALF: usize = 32;
/// Bytes of a scale, which stand at the end of the row's last half.
const SCALE: usize = size_of::<f32>();

impl Rows {
    /// Room for so many rows of so many weights.
    pub(super) fn with_capacity(rows: usize, stride: usize) -> Rows {
        let halves = (stride + SCALE).div_ceil(HALF);
        Rows {
            lines: Vec::with_capacity((rows * halves).div_ceil(2)),
            halves,
            rows: 0,
        }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.rows
    }

    fn half(&self, at: usize) -> &Half {
        &self.lines[at / 2].0[at % 2]
    }

    fn put(&mut self, half: Half, at: usize) {
        if at / 2 == self.lines.len() {
            self.lines.push(Line([[0; HALF]; 2]));
        }
        self.lines[at / 2].0[at % 2] = half;
    }

    pub(super) fn push(&mut self, row: &[f32]) {
        let largest = row.iter().fold(0f32, |largest, weight| largest.max(weight.abs()));
        let scale = largest / 127.0;
        let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
        for at in 0..self.halves {
            let mut half = [0; HALF];
            let weights = row.get(at * HALF..).unwrap_or_default();
            for (byte, weight) in half.iter_mut().zip(weights) {
                *byte = (weight * inverse).round() as i8;
            }
            if at + 1 == self.halves {
                half[HALF - SCALE..].copy_from_slice(&scale.to_le_bytes().map(|byte| byte as i8));
            }
            self.put(half, self.rows * self.halves + at);
        }
        self.rows += 1;
    }

    /// What the weights of a row are to be multiplied by; `None` where there is no such row.
    fn scale(&self, row: usize) -> Option<f32> {
        let at = (row < self.rows).then(|| (row + 1) * self.halves - 1)?;
        let bytes = self.half(at).last_chunk::<SCALE>()?;
        Some(f32::from_le_bytes(bytes.map(|byte| byte as u8)))
    }

    /// Replaces the scores of all classes by rows added up: each by the place of its first half, and by how much it
    /// counts. The scores have room for all halves of a row; what stands where the scale is means nothing.
    fn add_up(&self, rows: &[(u32, f32)], scores: &mut [f32]) {
        dispatch!(Level::new(), _ => self.add_up_here(rows, scores));
    }

    #[inline(always)]
    fn add_up_here(&self, rows: &[(u32, f32)], scores: &mut [f32]) {
        let (halves, _) = scores.as_chunks_mut::<HALF>();
        for (at, scores) in halves.iter_mut().enumerate() {
            let mut sums = [0f32; HALF];
            for (row, by) in rows {
                let part = self.half(*row as usize + at);
                for (sum, weight) in sums.iter_mut().zip(part) {
                    *sum += by * f32::from(*weight);
                }
            }
            *scores = sums;
        }
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
    /// each of these.
    pub(super) fn new(classes: usize, rows: Rows, shared: usize, single: Vec<(u32, f32)>) -> Softmax {
        Softmax {
            classes,
            rows,
            shared,
            single,
        }
    }

    /// What some of a text's shared features add to the logit of a class.
    pub fn part(&self, features: Weighted<'_>, class: usize) -> f32 {
        let rows = features.iter().map(|(id, value)| (*id as usize, value));
        rows.filter_map(|(row, value)| {
            let scale = self.rows.scale(row)?;
            let weight = self.rows.half(row * self.rows.halves + class / HALF)[class % HALF];
            Some(value * scale * f32::from(weight))
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
            Some(((row * self.rows.halves) as u32, value * self.rows.scale(row)?))
        }));
        scores.clear();
        scores.resize(self.rows.halves.max(self.classes.div_ceil(HALF)) * HALF, 0.0);
        self.rows.add_up(rows, scores);
        scores.truncate(self.classes);
    }
}

/// The highest of some numbers. Eight at a time: each of a row of comparisons waits for the one before.
#[inline(always)]
pub fn highest(scores: &[f32]) -> f32 {
    let (blocks, rest) = scores.as_chunks::<8>();
    let mut most = [f32::NEG_INFINITY; 8];
    for block in blocks {
        most.iter_mut()
            .zip(block)
            .for_each(|(most, score)| *most = most.max(*score));
    }
    most.iter().chain(rest).copied().fold(f32::NEG_INFINITY, f32::max)
}

/// Turns logits into probabilities.
pub fn probabilities(scores: &mut [f32]) {
    dispatch!(Level::new(), _ => probabilities_here(scores));
}

#[inline(always)]
fn probabilities_here(scores: &mut [f32]) {
    let highest = highest(scores);
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
