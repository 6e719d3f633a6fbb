//! The best of many classes.

use fearless_simd::{Level, dispatch};

use super::softmax::highest;

/// A class with the model's probability of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// The class.
    pub class: usize,
    /// The model's own probability.
    pub probability: f32,
}

/// Classes kept in a verdict.
const KEPT: usize = 6;
/// Classes that are passed over together where none of them is kept.
const BLOCK: usize = 16;

/// The best classes, as many as are kept, best first; of two that are as good the first.
pub fn ranked(probabilities: &[f32]) -> Vec<Ranked> {
    dispatch!(Level::new(), _ => ranked_here(probabilities))
}

#[inline(always)]
fn ranked_here(probabilities: &[f32]) -> Vec<Ranked> {
    // As many blocks as are kept hold something as good as the last of their best: what is worse is passed over.
    let mut bar = [f32::NEG_INFINITY; KEPT];
    for block in probabilities.chunks(BLOCK) {
        let most = highest(block);
        let place = bar.partition_point(|other| *other >= most);
        if place < KEPT {
            bar[place..].rotate_right(1);
            bar[place] = most;
        }
    }
    let bar = bar[KEPT - 1];
    let mut best: Vec<Ranked> = Vec::with_capacity(KEPT + 1);
    for (block, probabilities) in probabilities.chunks(BLOCK).enumerate() {
        if !probabilities.iter().any(|probability| *probability >= bar) {
            continue;
        }
        for (at, &probability) in probabilities.iter().enumerate() {
            if probability >= bar && (best.len() < KEPT || probability > best[KEPT - 1].probability) {
                let class = block * BLOCK + at;
                let place = best.partition_point(|other| other.probability >= probability);
                best.insert(place, Ranked { class, probability });
                best.truncate(KEPT);
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_best_are_those_that_sorting_puts_first(numbers in prop::collection::vec(0u8..40, 1..200)) {
            let probabilities: Vec<f32> = numbers.iter().map(|number| f32::from(*number) / 40.0).collect();
            let mut all: Vec<usize> = (0..numbers.len()).collect();
            all.sort_by_key(|class| (std::cmp::Reverse(numbers[*class]), *class));
            all.truncate(KEPT);
            let best = ranked(&probabilities);
            prop_assert_eq!(best.iter().map(|ranked| ranked.class).collect::<Vec<_>>(), all);
            prop_assert!(best.iter().all(|ranked| ranked.probability == probabilities[ranked.class]));
        }
    }
}
