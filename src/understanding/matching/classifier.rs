//! The linear model over example sentences, with calibrated confidence and the nearest example as its reason.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::super::vectors::Vectors;
use super::calibration::{Calibration, Evidence, Outcome, Reliability};
use super::features::{Counts, Features, Vocabulary, count};
use super::nearest::Neighbours;
use super::softmax::{Sample, Softmax, Training, probabilities};

/// A training sentence, canonical.
pub struct Sentence {
    /// Its characters.
    pub chars: Vec<char>,
    /// The class it belongs to.
    pub class: usize,
    /// How much it counts: 1 for an example, less for a text made from a pattern.
    pub weight: f32,
}

/// A trained classifier.
pub struct Classifier {
    classes: usize,
    /// The class of everything that should not be answered, if examples of it exist.
    outside: Option<usize>,
    vectors: Option<&'static Vectors>,
    vocabulary: Vocabulary,
    model: Softmax,
    neighbours: Neighbours,
    calibration: Calibration,
    reliability: Reliability,
    /// A hash of what it was trained on.
    fingerprint: [u8; 32],
}

/// A class with the model's probability of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// The class.
    pub class: usize,
    /// The model's own probability.
    pub probability: f32,
}

/// What the model says about a text.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The best classes, at most six.
    pub ranked: Vec<Ranked>,
    /// The calibrated probability that the best one is right.
    pub confidence: f32,
    /// The sentence (by its place in the training list) nearest to the text among those of the best class.
    pub nearest: Option<u32>,
    /// Cosine to it.
    pub similarity: f32,
    /// Share of the text's n-grams that occur in any example.
    pub coverage: f32,
    /// What the words' meaning, apart from their letters, adds to the log odds of the best class against the second.
    pub meaning: f32,
}

/// Cost of an error on an example; the C of the usual notation, for vectors of unit length.
const COST: f32 = 20.0;
/// Parts that the examples, and the classes, are dealt into for cross-validation.
const FOLDS: usize = 8;
/// Classes kept in a verdict.
const KEPT: usize = 6;

impl Classifier {
    /// Trains on sentences. `outside` is the class of what should not be answered, `vectors` the table of what
    /// words mean. Cross-validation runs one fold a thread; the result does not depend on how many there are.
    ///
    /// `previous` is taken as it is when it was trained on the same: files whose answers alone were edited cost no
    /// training.
    pub fn train(
        sentences: &[Sentence],
        classes: usize,
        outside: Option<usize>,
        vectors: Option<&'static Vectors>,
        previous: Option<&Arc<Classifier>>,
    ) -> Arc<Classifier> {
        let fingerprint = fingerprint(sentences, classes, outside, vectors.is_some());
        if let Some(previous) = previous.filter(|previous| previous.fingerprint == fingerprint) {
            return Arc::clone(previous);
        }
        let counts: Vec<Counts> = sentences
            .iter()
            .map(|sentence| count(&sentence.chars, vectors))
            .collect();
        let vocabulary = Vocabulary::learn(counts.iter());
        let features: Vec<Features> = counts.iter().map(|counts| vocabulary.vector(counts).0).collect();
        let samples: Vec<Sample<'_>> = sentences
            .iter()
            .zip(&features)
            .map(|(sentence, features)| Sample {
                features,
                class: sentence.class,
                cost: COST * sentence.weight,
            })
            .collect();
        let training = Training::run(&samples, vocabulary.shared(), classes, |_| false, None);
        let examples = sentences.iter().enumerate().zip(&features);
        let examples = examples
            .filter(|((_, sentence), _)| sentence.weight >= 1.0)
            .map(|((at, sentence), features)| (at as u32, sentence.class, features));
        let neighbours = Neighbours::new(examples, classes, vocabulary.meaning());
        let mut classifier = Classifier {
            classes,
            outside,
            vectors,
            vocabulary,
            model: training.finish(&samples),
            neighbours,
            calibration: Calibration::default(),
            reliability: Reliability::default(),
            fingerprint,
        };
        classifier.calibrate(sentences, &counts, &samples, &training);
        Arc::new(classifier)
    }

    /// Fits the calibration to predictions on held-out sentences. In each fold some classes are held out whole: their
    /// sentences are what the index has never heard of, and teach which evidence tells that.
    fn calibrate(&mut self, sentences: &[Sentence], counts: &[Counts], samples: &[Sample<'_>], trained: &Training) {
        let this = &*self;
        let folds: Vec<usize> = sentences.iter().map(|sentence| deal(&sentence.chars)).collect();
        let outcomes_of = |fold: usize| {
            let foreign = |at: usize| Some(samples[at].class) != this.outside && samples[at].class % FOLDS == fold;
            let held_out = |at: usize| folds[at] == fold || foreign(at);
            let training = Training::run(samples, this.vocabulary.shared(), this.classes, held_out, Some(trained));
            let mut known = vec![false; this.vocabulary.size()];
            for at in (0..samples.len()).filter(|at| !held_out(*at)) {
                samples[at]
                    .features
                    .0
                    .iter()
                    .for_each(|(id, _)| known[*id as usize] = true);
            }
            let mut outcomes = Vec::new();
            for (at, sentence) in sentences.iter().enumerate() {
                if !held_out(at) || sentence.weight < 1.0 {
                    continue;
                }
                let (features, coverage) = this.vocabulary.vector_where(&counts[at], |id| known[id as usize]);
                let scores = training.scores_held_out(&features);
                let (evidence, verdict) = this.verdict(scores, &features, coverage, &[], |example| !held_out(example));
                if let Some(best) = verdict.ranked.first().filter(|best| Some(best.class) != this.outside) {
                    outcomes.push(Outcome {
                        evidence,
                        right: best.class == sentence.class,
                        foreign: foreign(at),
                    });
                }
            }
            outcomes
        };
        // Few sentences need every fold to say anything; of many, one fold tells enough.
        let held_out = match sentences.len() {
            0..3000 => FOLDS,
            3000..6000 => FOLDS / 2,
            _ => 1,
        };
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..held_out)
                .map(|fold| {
                    scope.spawn({
                        let outcomes_of = &outcomes_of;
                        move || outcomes_of(fold)
                    })
                })
                .collect();
            workers
                .into_iter()
                .flat_map(|worker| worker.join().unwrap_or_default())
                .collect()
        });
        self.calibration = Calibration::fit(&outcomes);
        self.reliability = Reliability::measure(&self.calibration, &outcomes);
    }

    /// How many answers would be wrong from which confidence on.
    pub fn reliability(&self) -> &Reliability {
        &self.reliability
    }

    /// Reads a text. Classes in `excluded` cannot be its meaning.
    pub fn read(&self, chars: &[char], excluded: &[usize]) -> Verdict {
        let (features, coverage) = self.vocabulary.vector(&count(chars, self.vectors));
        let scores = self.model.scores(&features);
        let (evidence, mut verdict) = self.verdict(scores, &features, coverage, excluded, |_| true);
        verdict.confidence = if verdict.ranked.is_empty() {
            0.0
        } else {
            self.calibration.probability(&evidence)
        };
        if let [best, second, ..] = verdict.ranked[..] {
            let (numbers, _) = features.split(self.vocabulary.meaning());
            let part = |ranked: Ranked| self.model.part(numbers, ranked.class);
            verdict.meaning = part(best) - part(second);
        }
        verdict
    }

    fn verdict(
        &self,
        mut scores: Vec<f32>,
        features: &Features,
        coverage: f32,
        excluded: &[usize],
        usable: impl Fn(usize) -> bool,
    ) -> (Evidence, Verdict) {
        let mut verdict = Verdict {
            ranked: Vec::new(),
            confidence: 0.0,
            nearest: None,
            similarity: 0.0,
            coverage,
            meaning: 0.0,
        };
        if features.0.is_empty() {
            return (Evidence::default(), verdict);
        }
        excluded.iter().for_each(|class| scores[*class] = f32::NEG_INFINITY);
        let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        probabilities(&mut scores);
        let mut order: Vec<usize> = (0..scores.len()).collect();
        let kept = KEPT.min(order.len());
        order.select_nth_unstable_by(kept - 1, |a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        order.truncate(kept);
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        verdict.ranked = order
            .iter()
            .map(|class| Ranked {
                class: *class,
                probability: scores[*class],
            })
            .collect();
        let best = verdict.ranked[0];
        if let Some((sentence, similarity)) = self.neighbours.nearest(features, best.class, usable) {
            verdict.nearest = Some(sentence);
            verdict.similarity = similarity;
        }
        let p = best.probability.clamp(1e-6, 1.0 - 1e-6);
        let second = verdict
            .ranked
            .get(1)
            .map_or(1e-6, |ranked| ranked.probability.max(1e-6));
        let evidence = [
            (p / (1.0 - p)).ln(),
            (p / second).ln().min(12.0),
            verdict.similarity,
            coverage,
            highest.min(20.0) * 0.2,
        ];
        (evidence, verdict)
    }
}

/// A hash of everything that training depends on.
fn fingerprint(sentences: &[Sentence], classes: usize, outside: Option<usize>, vectors: bool) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(classes.to_le_bytes());
    hash.update(outside.unwrap_or(usize::MAX).to_le_bytes());
    hash.update([u8::from(vectors)]);
    for sentence in sentences {
        hash.update(sentence.class.to_le_bytes());
        hash.update(sentence.weight.to_le_bytes());
        hash.update(sentence.chars.len().to_le_bytes());
        for character in &sentence.chars {
            hash.update(u32::from(*character).to_le_bytes());
        }
    }
    hash.finalize().into()
}

/// The fold of a sentence: by its text, so that it does not depend on the order of files.
fn deal(chars: &[char]) -> usize {
    let hash = chars.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, character| {
        (hash ^ u64::from(*character as u32)).wrapping_mul(0x0100_0000_01b3)
    });
    ((hash >> 32) % FOLDS as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(texts: &[(&str, usize)]) -> Vec<Sentence> {
        texts
            .iter()
            .map(|(text, class)| Sentence {
                chars: text.chars().collect(),
                class: *class,
                weight: 1.0,
            })
            .collect()
    }

    #[test]
    fn the_same_sentences_are_not_trained_on_twice() {
        let before = sentences(&[("什么时候发货", 0), ("怎么退货", 1), ("包邮吗", 2)]);
        let first = Classifier::train(&before, 3, None, None, None);
        assert!(Arc::ptr_eq(
            &first,
            &Classifier::train(&before, 3, None, None, Some(&first))
        ));
        let after = sentences(&[("什么时候发货", 0), ("怎么退货", 1), ("邮费多少", 2)]);
        let second = Classifier::train(&after, 3, None, None, Some(&first));
        assert!(!Arc::ptr_eq(&first, &second));
        let read = |classifier: &Classifier, text: &str| classifier.read(&text.chars().collect::<Vec<_>>(), &[]);
        assert_eq!(read(&second, "邮费多少钱").ranked[0].class, 2);
        let anew = Classifier::train(&after, 3, None, None, None);
        assert_eq!(
            read(&anew, "邮费多少钱").confidence,
            read(&second, "邮费多少钱").confidence
        );
    }
}
