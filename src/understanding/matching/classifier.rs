//! The linear model over example sentences, with calibrated confidence and the nearest example as its reason.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::super::preserve::preserved;
use super::super::vectors::Vectors;
use super::balance::Balance;
use super::calibration::{Calibration, Evidence, Outcome, Outsiders, Reliability};
use super::corpus::{Corpus, Learned};
use super::features::{Vocabulary, Weighted, split};
use super::joined::{Joined, Side};
use super::linear::{Linear, Scored};
use super::nearest::Neighbours;
use super::ranking::{Ranked, ranked};
use super::softmax::{highest, probabilities};
use super::training::{Optimum, Sample, Training};
use crate::model::StableHash;

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
    linear: Linear,
    neighbours: Neighbours,
    calibration: Calibration,
    reliability: Reliability,
    /// A hash of what it was trained on.
    fingerprint: [u8; 32],
}

preserved!(Classifier {
    linear,
    neighbours,
    calibration,
    reliability,
    fingerprint,
});

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
/// Parts that the examples, and the classes, are divided into for cross-validation.
const FOLDS: usize = 8;
impl Classifier {
    /// Trains on sentences. `out_of_scope` is the class of what should not be answered, `vectors` the table of what
    /// words mean. Cross-validation runs one fold a thread; the result does not depend on how many there are.
    ///
    /// `previous` is taken as it is when it was trained on the same: files whose answers alone were edited cost no
    /// training.
    pub fn train(
        sentences: &[Sentence],
        classes: usize,
        out_of_scope: Option<usize>,
        vectors: Option<&'static Vectors>,
        previous: Option<&Arc<Classifier>>,
    ) -> Arc<Classifier> {
        let fingerprint = fingerprint(sentences, classes, out_of_scope, vectors.is_some());
        if let Some(previous) = previous.filter(|previous| previous.fingerprint == fingerprint) {
            return Arc::clone(previous);
        }
        let texts = || sentences.iter().map(|sentence| sentence.chars.as_slice());
        let corpus = Corpus::count(texts());
        let learned = corpus.learn(vectors.map_or(0, Vectors::dimensions), |_| true);
        let features = learned.vectors(&corpus, texts(), vectors);
        let mut sizes = vec![0f32; classes];
        for sentence in sentences {
            sizes[sentence.class] += sentence.weight;
        }
        let balance = Balance::of(&sizes);
        let samples: Vec<Sample<'_>> = sentences
            .iter()
            .enumerate()
            .map(|(at, sentence)| Sample {
                features: features.get(at),
                class: sentence.class,
                cost: COST * sentence.weight * balance.cost(sentence.class),
            })
            .collect();
        let examples = samples.iter().zip(sentences).enumerate();
        let examples = examples
            .filter(|(_, (_, sentence))| sentence.weight >= 1.0)
            .map(|(at, (sample, _))| (at as u32, sample.class, sample.features));
        let (neighbours, (model, optimum)) = std::thread::scope(|scope| {
            let neighbours = scope.spawn(|| {
                Neighbours::new(
                    examples,
                    classes,
                    learned.vocabulary.size(),
                    learned.vocabulary.meaning(),
                )
            });
            let training = Training::run(
                &samples,
                learned.vocabulary.shared(),
                balance.offsets(),
                |_| false,
                None,
            );
            let finished = training.finish(&samples);
            (
                neighbours
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                finished,
            )
        });
        let outcomes = CrossValidation {
            sentences,
            balance: &balance,
            out_of_scope,
            vectors,
            corpus: &corpus,
            learned: &learned,
            samples: &samples,
            optimum: &optimum,
            neighbours: &neighbours,
        }
        .outcomes();
        let mut vocabulary = learned.vocabulary;
        vocabulary.shrink_to_fit();
        let outsiders = Outsiders::of(out_of_scope.is_some());
        let calibration = Calibration::fit(&outcomes, outsiders);
        Arc::new(Classifier {
            linear: Linear {
                vectors,
                vocabulary,
                softmax: model,
            },
            neighbours,
            reliability: Reliability::measure(&calibration, &outcomes, outsiders),
            calibration,
            fingerprint,
        })
    }

    /// How many answers would be wrong from which confidence on.
    pub fn reliability(&self) -> &Reliability {
        &self.reliability
    }

    /// The features.
    pub(in super::super) fn vocabulary(&self) -> &Vocabulary {
        &self.linear.vocabulary
    }

    /// Reads a text. Classes in `excluded` cannot be its meaning.
    pub fn read(&self, chars: &[char], excluded: &[usize]) -> Verdict {
        self.read_joined(chars, excluded, None)
    }

    /// The same, with the features looked up in the list that they were joined to.
    pub fn read_joined(&self, chars: &[char], excluded: &[usize], joined: Option<&Joined>) -> Verdict {
        self.linear
            .score(chars, joined.map(|joined| (joined, Side::Questions)), |scored| {
                let Scored {
                    features,
                    scores,
                    known,
                } = scored;
                let (evidence, mut verdict) = weigh(&self.neighbours, scores, features, known, excluded, |_| true);
                verdict.confidence = if verdict.ranked.is_empty() {
                    0.0
                } else {
                    self.calibration.probability(&evidence)
                };
                if let [best, second, ..] = verdict.ranked[..] {
                    let (numbers, _) = split(features, self.linear.vocabulary.meaning());
                    let part = |ranked: Ranked| self.linear.softmax.part(numbers, ranked.class);
                    verdict.meaning = part(best) - part(second);
                }
                verdict
            })
    }
}

/// What cross-validation knows.
struct CrossValidation<'a> {
    sentences: &'a [Sentence],
    balance: &'a Balance,
    out_of_scope: Option<usize>,
    vectors: Option<&'static Vectors>,
    corpus: &'a Corpus,
    learned: &'a Learned,
    samples: &'a [Sample<'a>],
    optimum: &'a Optimum,
    neighbours: &'a Neighbours,
}

impl CrossValidation<'_> {
    /// Predictions on held-out sentences, for the calibration.
    fn outcomes(&self) -> Vec<Outcome> {
        // Few sentences need every fold to say anything; of many, one fold tells enough.
        let held_out = match self.sentences.len() {
            0..3000 => FOLDS,
            3000..6000 => FOLDS / 2,
            _ => 1,
        };
        let folds: Vec<usize> = self.sentences.iter().map(|sentence| fold_of(&sentence.chars)).collect();
        let folds = folds.as_slice();
        std::thread::scope(|scope| {
            let workers: Vec<_> = (1..held_out)
                .map(|fold| scope.spawn(move || self.outcomes_of(fold, folds)))
                .collect();
            let mut outcomes = self.outcomes_of(0, folds);
            for worker in workers {
                outcomes.extend(worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            outcomes
        })
    }

    /// Predictions in one fold. Some classes are held out whole: their sentences are what the index has never heard of,
    /// and teach which evidence tells that.
    fn outcomes_of(&self, fold: usize, folds: &[usize]) -> Vec<Outcome> {
        let held_out_class = |at: usize| {
            let class = self.samples[at].class;
            Some(class) != self.out_of_scope && class % FOLDS == fold
        };
        let held_out = |at: usize| folds[at] == fold || held_out_class(at);
        let vocabulary = &self.learned.vocabulary;
        let training = Training::run(
            self.samples,
            vocabulary.shared(),
            self.balance.offsets(),
            held_out,
            Some(self.optimum),
        );
        let mut known = vec![false; vocabulary.size()];
        for (_, sample) in self.samples.iter().enumerate().filter(|(at, _)| !held_out(*at)) {
            sample.features.iter().for_each(|(id, _)| known[*id as usize] = true);
        }
        let mut outcomes = Vec::new();
        let (mut meaning, mut features, mut scores) = (Vec::new(), Vec::new(), Vec::new());
        for (at, sentence) in self.sentences.iter().enumerate() {
            if !held_out(at) || sentence.weight < 1.0 {
                continue;
            }
            if let Some(vectors) = self.vectors {
                vectors.embed(&sentence.chars, &mut meaning);
            }
            features.clear();
            let exists = |id: u32| known[id as usize];
            let coverage = self.learned.vector(self.corpus, at, exists, &meaning, &mut features);
            training.scores_held_out(&features, &mut scores);
            let usable = |example: usize| !held_out(example);
            let (evidence, verdict) = weigh(self.neighbours, &mut scores, &features, coverage, &[], usable);
            if let Some(best) = verdict
                .ranked
                .first()
                .filter(|best| Some(best.class) != self.out_of_scope)
            {
                outcomes.push(Outcome {
                    evidence,
                    right: best.class == sentence.class,
                    held_out_class: held_out_class(at),
                });
            }
        }
        outcomes
    }
}

/// Turns the logits of a text into a verdict, with the evidence for it. Only examples that are `usable` count as near.
fn weigh(
    neighbours: &Neighbours,
    scores: &mut [f32],
    features: Weighted<'_>,
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
    // Nothing that is known in the text, or no class that it could be.
    if features.is_empty() || scores.is_empty() {
        return (Evidence::default(), verdict);
    }
    excluded.iter().for_each(|class| scores[*class] = f32::NEG_INFINITY);
    let highest = highest(scores);
    probabilities(scores);
    verdict.ranked = ranked(scores);
    let best = verdict.ranked[0];
    if let Some((sentence, similarity)) = neighbours.nearest(features, best.class, usable) {
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

/// A hash of everything that training depends on.
fn fingerprint(sentences: &[Sentence], classes: usize, out_of_scope: Option<usize>, vectors: bool) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(classes.to_le_bytes());
    hash.update(out_of_scope.unwrap_or(usize::MAX).to_le_bytes());
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
fn fold_of(chars: &[char]) -> usize {
    StableHash::of(chars.iter().copied()).upper() as usize % FOLDS
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
