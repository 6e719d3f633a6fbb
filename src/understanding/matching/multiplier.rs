//! The problem of one training sentence: all its dual variables at once, through their Lagrange multiplier.

use std::sync::LazyLock;

/// Solves the problem of one sentence: all its dual variables at once.
pub(super) struct Multiplier {
    /// What the weights must change by, for a feature of value 1.
    pub(super) change: Vec<f32>,
    wanted: Vec<f32>,
    /// By how much a class's share falls as the multiplier rises.
    falls: Vec<f32>,
}

/// After so small a step of the multiplier the shares follow by their slopes: what is left out is a ten-thousandth, as
/// much as the table of `omega` leaves out.
const LAST_STEP: f32 = 0.02;

impl Multiplier {
    pub(super) fn new(stride: usize) -> Self {
        Self {
            change: vec![0.0; stride],
            wanted: vec![0.0; stride],
            falls: vec![0.0; stride],
        }
    }

    /// Minimises ½(a−α)² − (a−α)·z + a·ln a over a ≥ 0 with Σa = cost, for a vector of unit length. Writes the new
    /// α and what the weights must change by; returns the largest change. `multiplier` is where the search begins, if
    /// it is a number, and where it ended.
    pub(super) fn solve(&mut self, scores: &[f32], alpha: &mut [f32], cost: f32, multiplier: &mut f32) -> f32 {
        let mut highest = f32::NEG_INFINITY;
        for ((wanted, score), value) in self.wanted.iter_mut().zip(scores).zip(alpha.iter()) {
            *wanted = score + value;
            highest = highest.max(*wanted);
        }
        // Σ a(t−ν) = cost, where a(s) solves ln a + a = s. The sum is convex and falling in ν: Newton's method comes
        // from below, where it never overshoots, and a start above the root brings it there in one step.
        let below = highest - cost - cost.ln();
        if !multiplier.is_finite() || *multiplier > highest {
            *multiplier = below;
        }
        let wanted = &self.wanted[..scores.len()];
        let mut step = 0.0;
        for _ in 0..30 {
            let (mut sum, mut slope) = (0.0, 0.0);
            for ((wanted, share), falls) in wanted.iter().zip(&mut self.change).zip(&mut self.falls) {
                *share = omega(wanted - *multiplier);
                *falls = *share / (1.0 + *share);
                sum += *share;
                slope += *falls;
            }
            step = ((sum - cost) / slope).max(below - *multiplier);
            *multiplier += step;
            if step.abs() < LAST_STEP {
                break;
            }
        }
        let mut total = 0.0;
        for (share, falls) in self.change.iter_mut().zip(&self.falls).take(scores.len()) {
            *share = (*share - step * falls).max(0.0);
            total += *share;
        }
        let scale = cost / total;
        let mut largest = 0f32;
        for (change, value) in self.change.iter_mut().zip(alpha.iter_mut()) {
            let new = *change * scale;
            *change = *value - new;
            largest = largest.max(change.abs());
            *value = new;
        }
        largest
    }
}

/// The Wright omega function, the a with ln a + a = s, from a table: training asks for it a hundred million times,
/// and a relative error of 1e-4 is far below the tolerance.
fn omega(s: f32) -> f32 {
    let place = (s - OMEGA_FROM) * OMEGA_STEPS;
    if place < 0.0 {
        return 0.0;
    }
    let at = place as usize;
    let table: &[f32] = &OMEGA;
    if at + 1 >= table.len() {
        return omega_exact(f64::from(s)) as f32;
    }
    let (low, high) = (table[at], table[at + 1]);
    low + (high - low) * (place - at as f32)
}

/// Below this the function is under 1e-6 and counts as 0.
const OMEGA_FROM: f32 = -14.0;
const OMEGA_TO: f32 = 50.0;
/// Table entries for each unit of s.
const OMEGA_STEPS: f32 = 32.0;

static OMEGA: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let entries = ((OMEGA_TO - OMEGA_FROM) * OMEGA_STEPS) as usize + 1;
    (0..entries)
        .map(|at| omega_exact(f64::from(OMEGA_FROM + at as f32 / OMEGA_STEPS)) as f32)
        .collect()
});

fn omega_exact(s: f64) -> f64 {
    // Newton on ln a + a = s, in ln a where a is small, so that it never leaves the positive numbers.
    let mut a = if s < 1.0 { s.exp().min(1.0) } else { s - s.ln() };
    for _ in 0..12 {
        a *= (1.0 + s - a.ln()).max(0.05) / (1.0 + a);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn omega_solves_its_equation() {
        for step in -100..400 {
            let s = step as f32 * 0.1;
            let a = omega(s);
            assert!((a.ln() + a - s).abs() < 2e-3 * (1.0 + s.abs()), "omega({s}) = {a}");
        }
    }
}
