//! The commonest mix-ups, and what to do about each.

use serde::Serialize;

use crate::packs::{Intent, Pack, fold};

use super::{OUT_OF_SCOPE, Outcome, Report};

/// Mix-ups that are told.
const MOST: usize = 10;
/// Sentences of each.
const SAMPLES: usize = 5;
/// A question with fewer examples is poor.
const FEW_EXAMPLES: usize = 8;

/// A mix-up with what to do about it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Worst {
    /// What it should be.
    pub label: String,
    /// What it was taken for.
    pub guess: String,
    /// How often.
    pub count: usize,
    /// How often the other way round.
    pub reverse: usize,
    /// Some of the sentences.
    pub samples: Vec<String>,
    /// What to do, in Chinese and in English.
    pub advice: [String; 2],
}

/// The ten commonest mix-ups of a report on these outcomes.
pub fn worst(pack: &Pack, outcomes: &[Outcome], report: &Report) -> Vec<Worst> {
    let worst = report.confusions.iter().take(MOST).map(|confusion| {
        let (label, guess) = (confusion.label.as_str(), confusion.guess.as_str());
        let mixed = |label: &str, guess: &str| {
            let of = outcomes.iter().filter(|outcome| outcome.label == label);
            // What is left alone is no mix-up.
            let of = of.filter(|outcome| label != OUT_OF_SCOPE || outcome.answered());
            let taken = of.filter(|outcome| outcome.best().is_some_and(|best| best.id == guess));
            taken.map(|outcome| outcome.text.clone()).collect::<Vec<_>>()
        };
        let texts = mixed(label, guess);
        let reverse = mixed(guess, label).len();
        Worst {
            label: label.to_owned(),
            guess: guess.to_owned(),
            count: confusion.count,
            reverse,
            advice: advice(pack, label, guess, &texts, reverse),
            samples: texts.into_iter().take(SAMPLES).collect(),
        }
    });
    worst.collect()
}

fn advice(pack: &Pack, label: &str, guess: &str, texts: &[String], reverse: usize) -> [String; 2] {
    let file = |intent: Option<&Intent>, id: &str| intent.map_or_else(|| id.to_owned(), |intent| intent.file.clone());
    let (home, other) = (pack.intent(label), pack.intent(guess));
    let (home_file, other_file) = (file(home, label), file(other, guess));
    let stands = |intent: Option<&Intent>| {
        let examples = intent.map_or(&[][..], |intent| &intent.examples);
        texts
            .iter()
            .find(|text| examples.iter().any(|known| fold(known) == fold(text)))
    };
    if label == OUT_OF_SCOPE {
        return [
            format!(
                "这些话不该由机器人答。把它们写进 shared/out_of_scope.yaml；总是由同一个词引起的，把这个词写进 {other_file} 的 not:。"
            ),
            format!(
                "The bot should not answer these. Put them into shared/out_of_scope.yaml; where one word is always to blame, put it under `not:` of {other_file}."
            ),
        ];
    }
    let Some(home) = home else {
        return [
            format!("话术里没有 {label} 这个问题：标签写错了就改标签，要答就建这个问题。"),
            format!("The pack has no question {label}: mend the label, or make the question if it is to be answered."),
        ];
    };
    if let Some(text) = stands(other) {
        return [
            format!("“{text}”就是 {other_file} 的例句。该归 {label} 就移到 {home_file}；归对了就改这些句子的标签。"),
            format!(
                "`{text}` is an example of {other_file}. Move it to {home_file} if it asks {label}; else mend the labels of these sentences."
            ),
        ];
    }
    if home.examples.len() < FEW_EXAMPLES {
        return [
            format!(
                "{home_file} 只有 {} 句例句：把下面这些句子写进去，凑到 {FEW_EXAMPLES} 句以上。",
                home.examples.len()
            ),
            format!(
                "{home_file} has {} examples only: add the sentences below, up to {FEW_EXAMPLES} or more.",
                home.examples.len()
            ),
        ];
    }
    if reverse > 0 && reverse * 2 >= texts.len() {
        return [
            format!(
                "两个问题互相混（反过来也有 {reverse} 句）：问的是一件事就合成一个问题；是两件事，就在 {home_file} 和 {other_file} 里各用 not: 或 require: 写出区分的词。"
            ),
            format!(
                "Both are taken for each other ({reverse} the other way round): make one question of them if they ask one thing; else name the words that tell them apart under `not:` or `require:` in {home_file} and {other_file}."
            ),
        ];
    }
    match telling_word(texts, other) {
        Some(word) => [
            format!(
                "这些句子里大多有“{word}”，{guess} 的例句里一句也没有：在 {other_file} 的 not: 里加上“{word}”，或把下面的句子写进 {home_file}。"
            ),
            format!(
                "Most of these have `{word}`, and no example of {guess} does: add `{word}` to `not:` of {other_file}, or the sentences below to {home_file}."
            ),
        ],
        None => [
            format!("把下面的句子写进 {home_file}，用 yingda ask 看每一句为什么被 {guess} 拉走。"),
            format!("Add the sentences below to {home_file}; yingda ask shows why {guess} takes each of them."),
        ],
    }
}

/// Two signs that stand in most of the sentences and in no example of the question that takes them.
fn telling_word(texts: &[String], other: Option<&Intent>) -> Option<String> {
    if texts.len() < 3 {
        return None;
    }
    let examples: Vec<String> = other?.examples.iter().map(|text| fold(text)).collect();
    let folded: Vec<Vec<char>> = texts.iter().map(|text| fold(text).chars().collect()).collect();
    let mut words: Vec<String> = Vec::new();
    for text in &folded {
        for pair in text.windows(2).filter(|pair| pair.iter().all(|sign| !sign.is_ascii())) {
            let word: String = pair.iter().collect();
            if !words.contains(&word) && examples.iter().all(|example| !example.contains(&word)) {
                words.push(word);
            }
        }
    }
    let count = |word: &String| {
        let having = folded
            .iter()
            .filter(|text| text.iter().collect::<String>().contains(word.as_str()));
        having.count()
    };
    let best = words.into_iter().map(|word| (count(&word), word));
    let (count, word) = best.max_by(|one, other| one.0.cmp(&other.0).then_with(|| other.1.cmp(&one.1)))?;
    (count * 2 > texts.len()).then_some(word)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use super::*;
    use crate::insight::eval::report;
    use crate::model::{DecisionKind, IntentKind, Question};

    fn question(id: &str, examples: &[&str]) -> Arc<Intent> {
        Arc::new(Intent {
            id: id.to_owned(),
            file: format!("{}.yaml", id.replace('.', "/")),
            examples: examples.iter().map(|text| (*text).to_owned()).collect(),
            ..Intent::default()
        })
    }

    fn taken(label: &str, text: &str, guess: &str) -> Outcome {
        let question = Question::new(guess, 0.8, IntentKind::default());
        Outcome {
            label: label.to_owned(),
            text: text.to_owned(),
            decision: DecisionKind::Answer,
            intents: vec![question],
            alternatives: Vec::new(),
        }
    }

    #[test]
    fn each_kind_of_mix_up_has_its_advice() {
        let many = [
            "怎么退",
            "能退吗",
            "退货流程",
            "如何退",
            "退回去",
            "想退",
            "要退",
            "申请退",
        ];
        let pack = Pack {
            intents: vec![
                question("exchange.request", &["怎么换"]),
                question("refund.time", &["多久退款", "退款几天到"]),
                question("returns.process", &many),
            ],
            ..Pack::default()
        };
        let advice = |outcomes: &[Outcome]| {
            let found = worst(&pack, outcomes, &report(outcomes));
            found.first().unwrap().advice[0].clone()
        };
        let none = advice(&[taken("none", "今天天气", "refund.time")]);
        assert!(none.contains("out_of_scope"), "{none}");
        let unknown = advice(&[taken("gift.wrap", "能包装吗", "refund.time")]);
        assert!(unknown.contains("没有 gift.wrap"), "{unknown}");
        let stands = advice(&[taken("returns.process", "多久退款", "refund.time")]);
        assert!(stands.contains("移到 returns/process.yaml"), "{stands}");
        let poor = advice(&[taken("exchange.request", "想换一件", "returns.process")]);
        assert!(poor.contains("只有 1 句"), "{poor}");
        let word = advice(&[
            taken("returns.process", "运费险怎么退", "refund.time"),
            taken("returns.process", "有运费险退吗", "refund.time"),
            taken("returns.process", "运费险能退多少", "refund.time"),
        ]);
        assert!(word.contains("费险") || word.contains("运费"), "{word}");
    }
}
