//! Every example of a pack left out in turn and held against all others: the nearest sentence says which question it would be
//! taken for, and the signs that both share say by what it is pulled there.

use std::collections::HashMap;

use serde::Serialize;

use crate::packs::{Pack, fold};

/// Sentences that are told at most.
const MOST_TOLD: usize = 100;
/// Pairs of signs in more sentences than this say little and cost much.
const TOO_COMMON: usize = 600;
/// What pulls a sentence is told in so many pieces.
const MOST_WORDS: usize = 4;
/// What is less alike is not near, 0 to 1.
const LEAST_NEAR: f32 = 0.3;

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LeftOut {
    /// Examples with another sentence near them.
    pub examples: usize,
    /// Those nearest to a sentence of their own question.
    pub at_home: usize,
    /// Those nearest to another question's, what pulls hardest first.
    pub pulled: Vec<Pulled>,
    /// How many are not told.
    pub more: usize,
}

/// An example that another question pulls at.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pulled {
    /// The example.
    pub text: String,
    /// Its question.
    pub home: String,
    /// The question that pulls.
    pub to: String,
    /// The sentence there that is nearest.
    pub like: String,
    /// By these words.
    pub by: Vec<String>,
    /// Likeness to it, 0 to 1.
    pub likeness: f32,
    /// Likeness to the nearest sentence of its own question, 0 to 1.
    pub at_home: f32,
}

/// One sentence: its question, and its pairs of signs, sorted.
struct Sentence<'p> {
    intent: usize,
    text: &'p str,
    signs: Vec<String>,
    pairs: Vec<u32>,
    length: f32,
}

/// Leaves out each example of a pack. `progress` is told how many are done.
pub fn leave_one_out(pack: &Pack, progress: &dyn Fn(usize, usize)) -> LeftOut {
    let mut numbers: HashMap<(String, String), u32> = HashMap::new();
    let mut sentences: Vec<Sentence> = Vec::new();
    for (intent, question) in pack.intents.iter().enumerate() {
        for text in &question.examples {
            let signs = signs(text);
            let mut pairs: Vec<u32> = signs
                .windows(2)
                .map(|pair| {
                    let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                    *numbers.entry((pair[0].clone(), pair[1].clone())).or_insert(next)
                })
                .collect();
            pairs.sort_unstable();
            pairs.dedup();
            sentences.push(Sentence {
                intent,
                text,
                signs,
                pairs,
                length: 0.0,
            });
        }
    }
    let mut places: Vec<Vec<u32>> = vec![Vec::new(); numbers.len()];
    for (at, sentence) in sentences.iter().enumerate() {
        for pair in &sentence.pairs {
            places[*pair as usize].push(u32::try_from(at).unwrap_or(u32::MAX));
        }
    }
    let all = sentences.len() as f32;
    // What stands in few sentences says more (inverse document frequency).
    let weights: Vec<f32> = places
        .iter()
        .map(|of| (1.0 + all / of.len().max(1) as f32).ln())
        .collect();
    for sentence in &mut sentences {
        let squares = sentence.pairs.iter().map(|pair| weights[*pair as usize].powi(2));
        sentence.length = squares.sum::<f32>().sqrt();
    }
    let mut found = LeftOut::default();
    let mut shared = vec![0.0_f32; sentences.len()];
    for (at, sentence) in sentences.iter().enumerate() {
        progress(at + 1, sentences.len());
        let [home, other] = nearest(at, &sentences, &places, &weights, &mut shared);
        let likeness = |near: Option<(f32, usize)>| near.map_or(0.0, |(likeness, _)| likeness);
        let Some((pull, like)) = other.filter(|(pull, _)| *pull >= LEAST_NEAR && *pull > likeness(home)) else {
            let is_near = likeness(home) >= LEAST_NEAR;
            found.examples += usize::from(is_near);
            found.at_home += usize::from(is_near);
            continue;
        };
        found.examples += 1;
        found.pulled.push(Pulled {
            text: sentence.text.to_owned(),
            home: pack.intents[sentence.intent].id.clone(),
            to: pack.intents[sentences[like].intent].id.clone(),
            like: sentences[like].text.to_owned(),
            by: words_of_both(sentence, &sentences[like], &numbers, &weights),
            likeness: pull,
            at_home: likeness(home),
        });
    }
    let hardest = |one: &Pulled, other: &Pulled| {
        let pull = |of: &Pulled| of.likeness - of.at_home;
        pull(other)
            .total_cmp(&pull(one))
            .then_with(|| one.text.cmp(&other.text))
    };
    found.pulled.sort_by(hardest);
    found.more = found.pulled.len().saturating_sub(MOST_TOLD);
    found.pulled.truncate(MOST_TOLD);
    found
}

/// The nearest sentence of the same question, and of any other: likeness (cosine) and place.
fn nearest(
    at: usize,
    sentences: &[Sentence],
    places: &[Vec<u32>],
    weights: &[f32],
    shared: &mut [f32],
) -> [Option<(f32, usize)>; 2] {
    let sentence = &sentences[at];
    let mut touched: Vec<u32> = Vec::new();
    for pair in &sentence.pairs {
        let of = &places[*pair as usize];
        if of.len() > TOO_COMMON {
            continue;
        }
        for other in of {
            if shared[*other as usize] == 0.0 {
                touched.push(*other);
            }
            shared[*other as usize] += weights[*pair as usize].powi(2);
        }
    }
    let mut best: [Option<(f32, usize)>; 2] = [None, None];
    for other in touched {
        let place = other as usize;
        let common = std::mem::take(&mut shared[place]);
        if place == at {
            continue;
        }
        let likeness = common / (sentence.length * sentences[place].length).max(f32::EPSILON);
        let side = &mut best[usize::from(sentences[place].intent != sentence.intent)];
        if side.is_none_or(|(known, _)| likeness > known) {
            *side = Some((likeness, place));
        }
    }
    best
}

/// The pieces that both sentences share, what says most first.
fn words_of_both(
    one: &Sentence,
    other: &Sentence,
    numbers: &HashMap<(String, String), u32>,
    weights: &[f32],
) -> Vec<String> {
    let mut pieces: Vec<(f32, String)> = Vec::new();
    let mut run: Option<(f32, Vec<&str>)> = None;
    let text = |signs: &[&str]| match signs.iter().all(|sign| sign.is_ascii()) {
        true => signs.join(" "),
        false => signs.concat(),
    };
    for pair in one.signs.windows(2) {
        let number = numbers.get(&(pair[0].clone(), pair[1].clone()));
        match number.filter(|number| other.pairs.binary_search(number).is_ok()) {
            Some(number) => {
                let (weight, signs) = run.get_or_insert_with(|| (0.0, vec![pair[0].as_str()]));
                *weight += weights[*number as usize];
                signs.push(&pair[1]);
            }
            None => pieces.extend(run.take().map(|(weight, signs)| (weight, text(&signs)))),
        }
    }
    pieces.extend(run.map(|(weight, signs)| (weight, text(&signs))));
    pieces.sort_by(|one, other| other.0.total_cmp(&one.0));
    let mut words: Vec<String> = Vec::new();
    for (_, piece) in pieces {
        if !words.contains(&piece) && words.len() < MOST_WORDS {
            words.push(piece);
        }
    }
    words
}

/// A folded sentence in signs: characters, or words of Latin letters.
fn signs(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut signs: Vec<String> = Vec::new();
    let mut word = String::new();
    for sign in folded.chars() {
        if sign.is_ascii_alphanumeric() {
            word.push(sign);
            continue;
        }
        if !word.is_empty() {
            signs.push(std::mem::take(&mut word));
        }
        if sign != ' ' {
            signs.push(sign.to_string());
        }
    }
    if !word.is_empty() {
        signs.push(word);
    }
    signs
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use super::*;
    use crate::packs::Intent;

    #[test]
    fn a_line_that_another_question_pulls_at_is_told_with_the_words() {
        let question = |id: &str, examples: &[&str]| {
            Arc::new(Intent {
                id: id.to_owned(),
                examples: examples.iter().map(|text| (*text).to_owned()).collect(),
                ..Intent::default()
            })
        };
        let pack = Pack {
            intents: vec![
                question("invoice.request", &["怎么开发票", "能开发票吗", "发票怎么开"]),
                question("shipping.time", &["什么时候发货", "发货要多久", "能开电子发票吗"]),
            ],
            ..Pack::default()
        };
        let found = leave_one_out(&pack, &|_, _| {});
        let pulled = found.pulled.first().unwrap();
        assert_eq!(
            (pulled.text.as_str(), pulled.to.as_str()),
            ("能开电子发票吗", "invoice.request")
        );
        assert_eq!(pulled.like, "能开发票吗");
        assert!(pulled.by.contains(&"发票吗".to_owned()), "{:?}", pulled.by);
        assert!(pulled.likeness > pulled.at_home);
        assert_eq!(found.at_home + found.pulled.len(), found.examples);
    }

    #[test]
    fn words_of_latin_letters_are_signs() {
        assert_eq!(signs("能用 iPhone 15 吗"), ["能", "用", "iphone", "15", "吗"]);
    }
}
