//! What the bot says to a sentence, and what a change of the files does to other sentences. Pure.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use crate::dialogue::{Generation, Simulator};
use crate::model::{Language, Millis};
use crate::understanding::Context;
use crate::understanding::personal::hide_personal;

/// Changed readings told at most.
const MOST_MOVED: usize = 20;

/// What a shopper who says only this gets now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answered {
    /// The sentence.
    pub text: String,
    /// What the bot does: `answer`, `handoff` …
    pub decision: &'static str,
    /// The ids of the questions that it reads.
    pub questions: Vec<String>,
    /// Their titles.
    pub titles: Vec<String>,
    /// What it says.
    pub said: String,
}

/// A sentence that is read otherwise than before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moved {
    /// The sentence, with personal data hidden.
    pub text: String,
    /// The titles of the questions that were read in it; empty for none.
    pub before: Vec<String>,
    /// The same now.
    pub after: Vec<String>,
}

/// Says a sentence to the bot, in a talk of its own.
pub fn say(generation: &Arc<Generation>, text: &str, now: Millis) -> Answered {
    let language = Language::of(text).unwrap_or_default();
    let outcome = Simulator::new(Arc::clone(generation), language, now).say(&[text]);
    let Some(outcome) = outcome else {
        return Answered {
            text: text.to_owned(),
            decision: "unknown",
            questions: Vec::new(),
            titles: Vec::new(),
            said: String::new(),
        };
    };
    let questions: Vec<String> = outcome
        .decision
        .intents
        .iter()
        .map(|question| question.id.clone())
        .collect();
    Answered {
        text: text.to_owned(),
        decision: outcome.decision.kind.name(),
        titles: questions.iter().map(|id| generation.title_of(id)).collect(),
        questions,
        said: outcome.says().join("\n\n"),
    }
}

/// The sentences in which other questions are read than before, at most so many as somebody reads, and how many there
/// are. `taught` are left out.
pub fn moved<'a>(
    before: &Generation,
    after: &Generation,
    texts: impl Iterator<Item = &'a str>,
    taught: &[String],
) -> (Vec<Moved>, usize) {
    if Arc::ptr_eq(&before.index, &after.index) {
        return (Vec::new(), 0);
    }
    let mut seen: BTreeSet<&str> = taught.iter().map(String::as_str).collect();
    let (mut moved, mut count) = (Vec::new(), 0);
    for text in texts {
        if !seen.insert(text) {
            continue;
        }
        let read = |generation: &Generation| -> Vec<String> {
            let read = generation.index.understand(text, &Context::default());
            read.questions.into_iter().map(|question| question.id).collect()
        };
        let (was, is) = (read(before), read(after));
        if was == is {
            continue;
        }
        count += 1;
        if moved.len() < MOST_MOVED {
            let titles =
                |ids: &[String], generation: &Generation| ids.iter().map(|id| generation.title_of(id)).collect();
            moved.push(Moved {
                text: hide_personal(text).into_owned(),
                before: titles(&was, before),
                after: titles(&is, after),
            });
        }
    }
    (moved, count)
}
