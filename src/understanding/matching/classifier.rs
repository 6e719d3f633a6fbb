//! The linear model over example sentences, with calibrated confidence and the nearest example as its reason.

use super::calibration::{Calibration, Evidence};
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
    vocabulary: Vocabulary,
    model: Softmax,
    neighbours: Neighbours,
    calibration: Calibration,
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
}

/// Cost of an error on an example; the C of the usual notation, for vectors of unit length.
const COST: f32 = 20.0;
/// Parts that the examples are dealt into for cross-validation.
const FOLDS: usize = 4;
/// Parts that are held out in turn; half of the sentences tell enough about confidence.
const HELD_OUT: usize = 2;
/// Classes kept in a verdict.
const KEPT: usize = 6;

impl Classifier {
    /// Trains on sentences. `outside` is the class of what should not be answered. Cross-validation runs one fold
    /// a thread; the result does not depend on how many there are.
    pub fn train(sentences: &[Sentence], classes: usize, outside: Option<usize>) -> Classifier {
        let counts: Vec<Counts> = sentences.iter().map(|sentence| count(&sentence.chars)).collect();
        let folds: Vec<usize> = sentences.iter().map(|sentence| deal(&sentence.chars)).collect();
        let vocabulary = Vocabulary::learn(counts.iter().zip(folds.iter().copied()));
        // The vector with everything known, and the coverage it would have had in its own fold's absence.
        let vectors: Vec<(Features, f32)> = counts
            .iter()
            .zip(&folds)
            .map(|(counts, fold)| vocabulary.vector(counts, Some(*fold)))
            .collect();
        let samples: Vec<Sample<'_>> = sentences
            .iter()
            .zip(&vectors)
            .map(|(sentence, (features, _))| Sample {
                features,
                class: sentence.class,
                cost: COST * sentence.weight,
            })
            .collect();
        let training = Training::run(&samples, vocabulary.shared(), classes, |_| false, None);
        let examples = sentences.iter().enumerate().zip(&vectors);
        let examples = examples
            .filter(|((_, sentence), _)| sentence.weight >= 1.0)
            .map(|((at, sentence), (features, _))| (at as u32, sentence.class, features));
        let neighbours = Neighbours::new(examples, classes, vocabulary.size());
        let mut classifier = Classifier {
            classes,
            outside,
            vocabulary,
            model: training.finish(&samples),
            neighbours,
            calibration: Calibration::default(),
        };
        let held_out: Vec<(usize, f32)> = folds
            .into_iter()
            .zip(vectors.iter().map(|(_, coverage)| *coverage))
            .collect();
        classifier.calibrate(sentences, &held_out, &samples, &training);
        classifier
    }

    /// Fits the calibration to predictions on held-out sentences; `held_out` has the fold and coverage of each.
    fn calibrate(
        &mut self,
        sentences: &[Sentence],
        held_out: &[(usize, f32)],
        samples: &[Sample<'_>],
        trained: &Training,
    ) {
        let this = &*self;
        let outcomes_of = |fold: usize| {
            let in_fold = |at: usize| held_out[at].0 == fold;
            let training = Training::run(samples, this.vocabulary.shared(), this.classes, in_fold, Some(trained));
            let mut outcomes = Vec::new();
            for (at, sentence) in sentences.iter().enumerate() {
                if !in_fold(at) || sentence.weight < 1.0 {
                    continue;
                }
                let usable = |example: usize| !in_fold(example);
                let scores = training.scores_held_out(samples[at].features);
                let (evidence, verdict) = this.verdict(scores, samples[at].features, held_out[at].1, &[], usable);
                if let Some(best) = verdict.ranked.first().filter(|best| Some(best.class) != this.outside) {
                    outcomes.push((evidence, best.class == sentence.class, 1.0));
                }
            }
            outcomes
        };
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..HELD_OUT)
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
    }

    /// Reads a text. Classes in `excluded` cannot be its meaning.
    pub fn read(&self, chars: &[char], excluded: &[usize]) -> Verdict {
        let (features, coverage) = self.vocabulary.vector(&count(chars), None);
        let scores = self.model.scores(&features);
        let (evidence, mut verdict) = self.verdict(scores, &features, coverage, excluded, |_| true);
        verdict.confidence = if verdict.ranked.is_empty() {
            0.0
        } else {
            self.calibration.probability(&evidence)
        };
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

/// The fold of a sentence: by its text, so that it does not depend on the order of files.
fn deal(chars: &[char]) -> usize {
    let hash = chars.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, character| {
        (hash ^ u64::from(*character as u32)).wrapping_mul(0x0100_0000_01b3)
    });
    ((hash >> 32) % FOLDS as u64) as usize
}
