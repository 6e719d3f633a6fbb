//! The example nearest to a text among those of one class: what a decision is explained with, and evidence for its
//! confidence.

use std::cell::RefCell;
use std::ops::Range;

use super::features::Features;

/// Postings of the examples by feature. Examples are numbered class by class, so that those of a class are one range
/// in every posting list.
#[derive(Default)]
pub struct Neighbours {
    /// Where the postings of a feature begin; one more than there are features.
    starts: Vec<u32>,
    examples: Vec<u32>,
    weights: Vec<f32>,
    /// The examples of each class.
    of_class: Vec<Range<u32>>,
    /// The sentence that each example is, by its place in the training list.
    sentences: Vec<u32>,
}

thread_local! {
    /// Cosines to the examples of one class, all zero between uses.
    static COSINES: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

impl Neighbours {
    /// Takes the examples: sentence, class, and vector of unit length over so many features.
    pub fn new<'a>(
        examples: impl Iterator<Item = (u32, usize, &'a Features)>,
        classes: usize,
        features: usize,
    ) -> Self {
        let mut examples: Vec<(usize, u32, &Features)> = examples
            .map(|(sentence, class, vector)| (class, sentence, vector))
            .collect();
        examples.sort_unstable_by_key(|(class, sentence, _)| (*class, *sentence));
        let mut starts = vec![0u32; features + 1];
        let mut of_class = vec![0..0; classes];
        for (number, (class, _, vector)) in examples.iter().enumerate() {
            let range: &mut Range<u32> = &mut of_class[*class];
            let number = number as u32;
            *range = if range.end == 0 { number } else { range.start }..number + 1;
            vector.0.iter().for_each(|(id, _)| starts[*id as usize + 1] += 1);
        }
        for at in 0..features {
            starts[at + 1] += starts[at];
        }
        let all = starts[features] as usize;
        let mut neighbours = Neighbours {
            examples: vec![0; all],
            weights: vec![0.0; all],
            of_class,
            sentences: examples.iter().map(|(_, sentence, _)| *sentence).collect(),
            starts: Vec::new(),
        };
        let mut next = starts.clone();
        for (number, (_, _, vector)) in examples.iter().enumerate() {
            for (id, weight) in &vector.0 {
                let place = next[*id as usize] as usize;
                next[*id as usize] += 1;
                neighbours.examples[place] = number as u32;
                neighbours.weights[place] = *weight;
            }
        }
        neighbours.starts = starts;
        neighbours
    }

    /// The nearest usable example of a class, as its sentence, with the cosine to it.
    pub fn nearest(&self, features: &Features, class: usize, usable: impl Fn(usize) -> bool) -> Option<(u32, f32)> {
        let range = self.of_class.get(class).cloned().unwrap_or_default();
        COSINES.with_borrow_mut(|cosines| {
            cosines.clear();
            cosines.resize(range.len(), 0.0);
            for (id, weight) in &features.0 {
                let postings = self.starts[*id as usize] as usize..self.starts[*id as usize + 1] as usize;
                let begin = postings.start + self.examples[postings.clone()].partition_point(|one| *one < range.start);
                let (examples, weights) = (&self.examples[begin..postings.end], &self.weights[begin..postings.end]);
                for (example, there) in examples.iter().zip(weights) {
                    if *example >= range.end {
                        break;
                    }
                    cosines[(*example - range.start) as usize] += weight * there;
                }
            }
            let mut best: Option<(u32, f32)> = None;
            for (cosine, sentence) in cosines
                .iter()
                .zip(&self.sentences[range.start as usize..range.end as usize])
            {
                if *cosine > best.map_or(0.0, |(_, cosine)| cosine) && usable(*sentence as usize) {
                    best = Some((*sentence, *cosine));
                }
            }
            best
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_of_the_class_is_found_and_no_other() {
        let vectors = [
            Features(vec![(0, 1.0)]),
            Features(vec![(0, 0.6), (1, 0.8)]),
            Features(vec![(1, 1.0)]),
            Features(vec![(2, 1.0)]),
        ];
        let classes = [1, 0, 1, 1];
        let examples = vectors
            .iter()
            .enumerate()
            .map(|(at, vector)| (at as u32, classes[at], vector));
        let neighbours = Neighbours::new(examples, 3, 3);
        let text = Features(vec![(0, 0.6), (1, 0.8)]);
        let nearest = |class: usize, usable: fn(usize) -> bool| neighbours.nearest(&text, class, usable);
        assert_eq!(nearest(0, |_| true).map(|(at, _)| at), Some(1));
        assert_eq!(nearest(1, |_| true), Some((2, 0.8)));
        assert_eq!(nearest(1, |at| at != 2), Some((0, 0.6)));
        assert_eq!(nearest(2, |_| true), None);
    }
}
