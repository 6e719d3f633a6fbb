//! What shoppers would hear otherwise after a change of the shop's hours, facts or goods. Pure.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::dialogue::Generation;
use crate::model::Millis;
use crate::packs::{WrittenGoods, WrittenText};

use super::trying;

/// Texts shown at most.
const MOST_TEXTS: usize = 40;
/// Sentences said to the bot at most.
const MOST_SENTENCES: usize = 12;

/// A text that is rendered otherwise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Resaid {
    /// The question's id, or the phrase's key.
    pub id: String,
    /// The question's title; empty for a phrase.
    pub title: String,
    /// The language.
    pub lang: &'static str,
    /// As it is said; `None` where it is not, or only in a talk.
    pub before: Option<String>,
    /// As it would be.
    pub after: Option<String>,
}

/// A sentence with what is said to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Asked {
    /// The sentence.
    pub text: String,
    /// What is said now.
    pub before: String,
    /// What would be said.
    pub after: String,
}

/// A text, by the question or phrase, its source, its language and the row of a table.
type Place = (String, String, &'static str, String);

/// The answers and phrases that say something else, at most so many as somebody reads, and how many there are.
pub(super) fn resaid(before: &Generation, after: &Generation, now: Millis) -> (Vec<Resaid>, usize) {
    let (was, mut is) = (texts(before, now), texts(after, now));
    let mut changed = Vec::new();
    let mut add = |(id, _, lang, _): Place, before_text: Option<String>, after_text: Option<String>| {
        if before_text != after_text {
            let intent = after.pack.intent(&id).or_else(|| before.pack.intent(&id));
            changed.push(Resaid {
                title: intent.map(|_| after.title_of(&id)).unwrap_or_default(),
                id,
                lang,
                before: before_text,
                after: after_text,
            });
        }
    };
    for (place, text) in was {
        let after_text = is.remove(&place).flatten();
        add(place, text, after_text);
    }
    for (place, text) in is {
        add(place, None, text);
    }
    // Answers before phrases, each language by itself.
    changed.sort_by(|one, other| {
        let rank = |resaid: &Resaid| (resaid.title.is_empty(), resaid.lang == "en");
        rank(one).cmp(&rank(other)).then_with(|| one.id.cmp(&other.id))
    });
    let count = changed.len();
    changed.truncate(MOST_TEXTS);
    (changed, count)
}

fn texts(generation: &Generation, now: Millis) -> BTreeMap<Place, Option<String>> {
    let today = generation.pack.shop.time_at(now);
    let mut texts = BTreeMap::new();
    for intent in &generation.pack.intents {
        for proof in generation.templates.proofs(intent, today) {
            let answer = proof.answer;
            let place = (
                intent.id.clone(),
                answer.text.clone(),
                answer.language.tag(),
                proof.case,
            );
            texts.insert(place, proof.text);
        }
    }
    for (key, proof) in generation.templates.proofs_of_phrases(&generation.pack, today) {
        let answer = proof.answer;
        let place = (key.to_owned(), answer.text.clone(), answer.language.tag(), proof.case);
        texts.insert(place, proof.text);
    }
    texts
}

/// What is said to each of these sentences before and after, each in a talk of its own.
pub(super) fn asked(
    before: &Arc<Generation>,
    after: &Arc<Generation>,
    sentences: Vec<String>,
    now: Millis,
) -> Vec<Asked> {
    let said = |generation: &Arc<Generation>, text: &str| trying::say(generation, text, now).said;
    let asked = sentences.into_iter().map(|text| Asked {
        before: said(before, &text),
        after: said(after, &text),
        text,
    });
    asked.collect()
}

/// What shoppers ask about an article of which something is different now, or which comes or goes.
pub(super) fn sentences_about(base: Option<&WrittenGoods>, wanted: Option<&WrittenGoods>) -> Vec<String> {
    let nothing = WrittenGoods::default();
    let (was, is) = (base.unwrap_or(&nothing), wanted.unwrap_or(&nothing));
    let name = if is.name.is_empty() { &was.name } else { &is.name };
    let mut sentences = Vec::new();
    let mut ask = |changed: bool, question: &str| {
        if changed {
            sentences.push(format!("{name}{question}"));
        }
    };
    ask(
        was.price != is.price || was.name != is.name || base.is_none() || wanted.is_none(),
        "多少钱",
    );
    ask(was.sizes != is.sizes, "有哪些尺码");
    ask(was.colors != is.colors, "有什么颜色");
    for (field, question) in [
        ("stock", "有现货吗"),
        ("in_box", "包装里有什么"),
        ("suits", "适合什么人"),
        ("compatible", "适配哪些型号"),
        ("material", "是什么材质"),
        ("size_table", "怎么选码"),
    ] {
        let said = |texts: &[WrittenText]| texts.iter().find(|text| text.name == field).cloned();
        ask(said(&was.said) != said(&is.said), question);
    }
    for attribute in is
        .attributes
        .iter()
        .filter(|attribute| !was.attributes.contains(attribute))
    {
        ask(true, &format!("的{}怎么样", attribute.name));
    }
    let new = |list: &[String], known: &[String]| -> Vec<String> {
        list.iter().filter(|text| !known.contains(text)).cloned().collect()
    };
    sentences.extend(
        new(&is.aliases, &was.aliases)
            .into_iter()
            .map(|alias| format!("{alias}多少钱")),
    );
    if is.name_en != was.name_en && !is.name_en.is_empty() {
        sentences.push(format!("How much is the {}?", is.name_en));
    }
    sentences.extend(new(&is.links, &was.links));
    sentences.truncate(MOST_SENTENCES);
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_different_of_an_article_is_asked_about() {
        let shoe = WrittenGoods {
            name: "疾风 3".to_owned(),
            price: "399".to_owned(),
            aliases: vec!["疾风".to_owned()],
            ..WrittenGoods::default()
        };
        assert!(sentences_about(Some(&shoe), Some(&shoe)).is_empty());
        let mut dearer = shoe.clone();
        dearer.price = "429".to_owned();
        dearer.aliases.push("小疾".to_owned());
        dearer.attributes.push(WrittenText {
            name: "防水".to_owned(),
            zh: "不防水".to_owned(),
            en: String::new(),
        });
        assert_eq!(
            sentences_about(Some(&shoe), Some(&dearer)),
            ["疾风 3多少钱", "疾风 3的防水怎么样", "小疾多少钱"]
        );
        assert_eq!(sentences_about(Some(&shoe), None), ["疾风 3多少钱"]);
    }
}
