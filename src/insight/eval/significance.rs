//! Whether one pack is really better than another on the same sentences, or only luckier: McNemar's test in its exact form
//! (Q. McNemar, “Note on the sampling error of the difference between correlated proportions or percentages”, Psychometrika
//! 12, 1947, 153–157). Only sentences that one pack gets right and the other does not say anything.

use serde::Serialize;

use super::{OUT_OF_SCOPE, Outcome};

/// From this probability on a difference may be chance.
const USUAL_LEVEL: f64 = 0.05;

/// Two packs on the same sentences.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Sentences that both have.
    pub sentences: usize,
    /// Right under both.
    pub both_right: usize,
    /// Right under the pack alone.
    pub only_here: usize,
    /// Right under the other pack alone.
    pub only_there: usize,
    /// The probability that two equally good packs differ at least so much, 0 to 1.
    pub p: f64,
    /// Sentences that one gets right and the other does not.
    pub differing: Vec<Differing>,
}

/// A sentence that one pack gets right and the other does not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Differing {
    /// The sentence.
    pub text: String,
    /// Its label.
    pub label: String,
    /// What the pack does.
    pub here: String,
    /// What the other one does.
    pub there: String,
    /// Whether the pack is the one that is right.
    pub right_here: bool,
}

impl Comparison {
    /// What it says, in Chinese and in English.
    pub fn words(&self) -> (String, String) {
        let (here, there) = (self.only_here, self.only_there);
        let (zh, en) = match (self.is_significant(), here > there) {
            (false, _) => ("差别可能只是碰巧", "the difference may be chance"),
            (true, true) => ("这一份确实更好", "this pack is better"),
            (true, false) => ("另一份确实更好", "the other pack is better"),
        };
        (
            format!(
                "{} 句里，只有这一份对的 {here} 句，只有另一份对的 {there} 句；McNemar 精确检验 p = {:.3}：{zh}。",
                self.sentences, self.p
            ),
            format!(
                "Of {} sentences {here} are right under this pack alone, {there} under the other alone; McNemar's exact test gives p = {:.3}: {en}.",
                self.sentences, self.p
            ),
        )
    }

    /// Whether it is more than chance, as is usual to say.
    pub fn is_significant(&self) -> bool {
        self.p < USUAL_LEVEL
    }
}

/// Whether a sentence became what its label says: answered with it, or left alone where it must be.
pub fn is_right(outcome: &Outcome) -> bool {
    match outcome.label == OUT_OF_SCOPE {
        true => !outcome.answered(),
        false => outcome.answered() && outcome.intents.iter().any(|question| question.id == outcome.label),
    }
}

/// Holds what two packs made of the same sentences against each other, in their order.
pub fn compare(here: &[Outcome], there: &[Outcome]) -> Comparison {
    let pairs = || here.iter().zip(there).filter(|(one, other)| one.text == other.text);
    let count = |wanted: (bool, bool)| {
        let like = pairs().filter(|(one, other)| (is_right(one), is_right(other)) == wanted);
        like.count()
    };
    let (only_here, only_there) = (count((true, false)), count((false, true)));
    let differing = pairs().filter(|(one, other)| is_right(one) != is_right(other));
    Comparison {
        sentences: pairs().count(),
        both_right: count((true, true)),
        only_here,
        only_there,
        p: exact(only_here, only_there),
        differing: differing
            .map(|(one, other)| Differing {
                text: one.text.clone(),
                label: one.label.clone(),
                here: one.became(),
                there: other.became(),
                right_here: is_right(one),
            })
            .collect(),
    }
}

/// Two-sided: how likely a fair coin falls at least so unevenly.
fn exact(heads: usize, tails: usize) -> f64 {
    let (all, fewer) = (heads + tails, heads.min(tails));
    if all == 0 {
        return 1.0;
    }
    // Logarithms: 2 to the number of sentences has no float.
    let mut term = -(all as f64) * std::f64::consts::LN_2;
    let mut sum = term.exp();
    for step in 1..=fewer {
        term += ((all - step + 1) as f64 / step as f64).ln();
        sum += term.exp();
    }
    (2.0 * sum).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DecisionKind, IntentKind, Question};

    #[test]
    fn the_probabilities_are_those_of_a_fair_coin() {
        for (heads, tails, p) in [
            (0, 0, 1.0),
            (5, 5, 1.0),
            (1, 9, 22.0 / 1024.0),
            (0, 5, 0.0625),
            // As R's binom.test(121, 180) has it.
            (59, 121, 4.434_106e-6),
        ] {
            let got = exact(heads, tails);
            assert!((got - p).abs() < 1e-9 + p * 1e-2, "{heads} {tails}: {got}");
        }
        assert!(exact(2_000, 4_000) < 1e-100 && exact(30_000, 30_000) > 0.99);
    }

    #[test]
    fn only_sentences_on_which_both_differ_count() {
        let outcome = |label: &str, guess: Option<&str>| {
            let intents: Vec<Question> = guess
                .map(|guess| Question::new(guess, 0.9, IntentKind::default()))
                .into_iter()
                .collect();
            Outcome {
                label: label.into(),
                text: label.into(),
                decision: match intents.is_empty() {
                    true => DecisionKind::Unknown,
                    false => DecisionKind::Answer,
                },
                intents,
                alternatives: Vec::new(),
            }
        };
        let here = [outcome("a", Some("a")), outcome("b", Some("b")), outcome("none", None)];
        let there = [
            outcome("a", Some("a")),
            outcome("b", Some("a")),
            outcome("none", Some("b")),
        ];
        let found = compare(&here, &there);
        assert_eq!((found.both_right, found.only_here, found.only_there), (1, 2, 0));
        assert!((found.p - 0.5).abs() < 1e-9 && !found.is_significant());
        assert_eq!(found.differing[1].there, "b");
    }
}
