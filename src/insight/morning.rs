//! The morning page: what was not answered well on a day, grouped by meaning and ranked by how many people it hit. Pure.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::Serialize;

use super::grouping::{Weighed, group};
use super::missed::{Missed, Why};
use crate::dialogue::Generation;
use crate::model::{Millis, Question, StableHash};
use crate::understanding::Context;
use crate::understanding::personal::hide_personal;

/// Different texts that are grouped at most: those that most people wrote.
const MOST_TEXTS: usize = 10_000;
/// Groups shown at most; how many more there are is said.
pub const MOST_GROUPS: usize = 200;
/// Sentences shown of a group: as many as can be taught at once.
const SENTENCES: usize = 50;
/// Replies shown of a group.
const REPLIES: usize = 3;
/// So many sentences of a group are read to find them.
const READ_FOR_NEAREST: usize = 5;
/// What is less likely is not offered: a key that is pressed by mistake would teach it.
const LEAST_NEAR: f32 = 0.02;
/// Questions offered for a group.
const NEAREST: usize = 5;

/// A message that was not answered well, and who wrote it.
#[derive(Clone, Debug, PartialEq)]
pub struct OfPerson {
    /// The same for all messages of one person.
    pub person: String,
    /// What was missed.
    pub missed: Missed,
}

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Morning {
    /// Most people first.
    pub groups: Vec<Group>,
    /// Groups beyond those shown.
    pub left_out: usize,
    /// People who were not answered well, those of the groups.
    pub people: usize,
    /// Messages of the groups.
    pub messages: usize,
    /// Messages that the files as they are now understand.
    pub mended: usize,
    /// Messages about which somebody has decided already.
    pub settled: usize,
}

/// Messages that mean the same.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// The same for the same leading sentence, whenever it is asked for.
    pub id: String,
    /// Different people.
    pub people: usize,
    /// Messages.
    pub messages: usize,
    /// Why, the most frequent first, with how many messages.
    pub why: Vec<Reason>,
    /// The sentences, most people first; not all when there are many.
    pub sentences: Vec<Sentence>,
    /// Different sentences.
    pub different: usize,
    /// What was said to them, the most frequent first.
    pub said: Vec<Said>,
    /// The questions of the pack that are nearest to the first sentences, best first.
    pub nearest: Vec<Near>,
    /// When the last of them came.
    pub last: Millis,
}

/// A reason, with how many messages it holds for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// Which.
    pub why: Why,
    /// Messages.
    pub messages: usize,
}

/// A sentence as it may be shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sentence {
    /// As it was written, with personal data hidden.
    pub text: String,
    /// Different people who wrote it.
    pub people: usize,
    /// Something in it is hidden, so that it teaches nothing.
    pub hidden: bool,
}

/// What was said in reply.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Said {
    /// The text, with personal data hidden.
    pub text: String,
    /// The id of the question that was answered, where one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// To how many messages.
    pub messages: usize,
}

/// A question of the pack.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Near {
    /// Its id.
    pub id: String,
    /// Its title in Chinese, or its id where it has none.
    pub title: String,
    /// How likely the sentence asks it, 0 to 1.
    pub confidence: f32,
}

/// All messages with one canonical text.
#[derive(Default)]
struct Same<'a> {
    people: BTreeSet<&'a str>,
    missed: Vec<&'a Missed>,
}

/// What two writings of a sentence have in common: by it a decision about the sentence is known again.
pub fn key_of(generation: &Generation, text: &str) -> String {
    generation.index.normalise(text).canonical.to_string()
}

/// Whether something personal is in a text, or was and is hidden there: then it teaches nothing.
pub fn is_personal(text: &str) -> bool {
    text.contains("***") || matches!(hide_personal(text), Cow::Owned(_))
}

/// What to show. `decided` are the keys of sentences about which somebody has decided; what is like one of `dismissed`
/// is left out as well.
pub fn morning(
    found: &[OfPerson],
    generation: &Generation,
    decided: &HashSet<String>,
    dismissed: &[String],
) -> Morning {
    let mut page = Morning::default();
    let mut texts: BTreeMap<Vec<char>, Same<'_>> = BTreeMap::new();
    for one in found {
        // As it is shown and decided about: with another phone it is the same.
        let shown = hide_personal(&one.missed.text);
        let chars = generation.index.normalise(&shown).canonical.chars().to_vec();
        let same = texts.entry(chars).or_default();
        same.people.insert(&one.person);
        same.missed.push(&one.missed);
    }
    let mut rows: Vec<(Vec<char>, Same<'_>)> = Vec::with_capacity(texts.len());
    for (chars, mut same) in texts {
        if decided.contains(&chars.iter().collect::<String>()) {
            page.settled += same.missed.len();
            continue;
        }
        let before = same.missed.len();
        let understood = same
            .missed
            .iter()
            .any(|missed| was_decided_otherwise(missed, generation))
            && is_understood(&same.missed[0].text, generation);
        same.missed
            .retain(|missed| !(understood && was_decided_otherwise(missed, generation)));
        page.mended += before - same.missed.len();
        if !same.missed.is_empty() && !is_wordless(&chars) {
            rows.push((chars, same));
        }
    }
    rows.sort_by(|a, b| b.1.people.len().cmp(&a.1.people.len()).then_with(|| a.0.cmp(&b.0)));
    rows.truncate(MOST_TEXTS);
    let weighed: Vec<Weighed<'_>> = rows
        .iter()
        .map(|(chars, same)| Weighed {
            chars,
            weight: same.people.len(),
        })
        .collect();
    let dismissed: Vec<Vec<char>> = dismissed.iter().map(|text| text.chars().collect()).collect();
    let grouped = group(&weighed, &dismissed);
    page.settled += grouped.settled.iter().map(|at| rows[*at].1.missed.len()).sum::<usize>();
    let people = grouped.groups.iter().flatten().flat_map(|at| &rows[*at].1.people);
    page.people = people.collect::<BTreeSet<_>>().len();
    page.messages = grouped.groups.iter().flatten().map(|at| rows[*at].1.missed.len()).sum();
    let mut groups: Vec<(usize, &Vec<usize>)> = grouped
        .groups
        .iter()
        .map(|group| {
            let people = group.iter().flat_map(|at| &rows[*at].1.people);
            (people.collect::<BTreeSet<_>>().len(), group)
        })
        .collect();
    groups.sort_by_key(|(people, _)| std::cmp::Reverse(*people));
    page.left_out = groups.len().saturating_sub(MOST_GROUPS);
    groups.truncate(MOST_GROUPS);
    page.groups = groups
        .into_iter()
        .map(|(people, group)| {
            let texts: Vec<&(Vec<char>, Same<'_>)> = group.iter().map(|at| &rows[*at]).collect();
            shown(people, &texts, generation)
        })
        .collect();
    page
}

/// Whether another pack than the one that answers now did not know what was said.
fn was_decided_otherwise(missed: &Missed, generation: &Generation) -> bool {
    !missed.why.was_answered() && missed.pack.as_ref() != Some(&generation.pack.id)
}

/// Whether the pack reads a question in it now.
fn is_understood(text: &str, generation: &Generation) -> bool {
    !generation
        .index
        .understand(text, &Context::default())
        .questions
        .is_empty()
}

/// Nothing but marks and faces: nobody can say what it asks.
fn is_wordless(chars: &[char]) -> bool {
    !chars.iter().any(|sign| sign.is_alphanumeric())
}

fn shown(people: usize, texts: &[&(Vec<char>, Same<'_>)], generation: &Generation) -> Group {
    let all = || texts.iter().flat_map(|(_, same)| same.missed.iter().copied());
    let mut why: BTreeMap<Why, usize> = BTreeMap::new();
    let mut said: BTreeMap<(&str, Option<&str>), usize> = BTreeMap::new();
    for missed in all() {
        *why.entry(missed.why).or_default() += 1;
        *said.entry((&missed.said, missed.question.as_deref())).or_default() += 1;
    }
    let mut why: Vec<Reason> = why
        .into_iter()
        .map(|(why, messages)| Reason { why, messages })
        .collect();
    why.sort_by_key(|reason| std::cmp::Reverse(reason.messages));
    let mut said: Vec<_> = said.into_iter().filter(|((text, _), _)| !text.is_empty()).collect();
    said.sort_by_key(|(_, messages)| std::cmp::Reverse(*messages));
    let sentences: Vec<Sentence> = texts.iter().take(SENTENCES).map(|(_, same)| sentence(same)).collect();
    let leader: String = texts[0].0.iter().collect();
    Group {
        id: format!("{:016x}", StableHash::of(leader.bytes()).bits()),
        people,
        messages: all().count(),
        why,
        different: texts.len(),
        sentences,
        said: said
            .into_iter()
            .take(REPLIES)
            .map(|((text, question), messages)| Said {
                text: hide_personal(text).into_owned(),
                question: question.map(str::to_owned),
                messages,
            })
            .collect(),
        nearest: nearest(texts, generation),
        last: all().map(|missed| missed.at).max().unwrap_or_default(),
    }
}

/// The writing that most messages have, the first of equals.
fn sentence(same: &Same<'_>) -> Sentence {
    let mut written: BTreeMap<&str, usize> = BTreeMap::new();
    for missed in &same.missed {
        *written.entry(missed.text.trim()).or_default() += 1;
    }
    let text = written
        .into_iter()
        .max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(a.0)));
    let text = text.map_or("", |(text, _)| text);
    Sentence {
        text: hide_personal(text).into_owned(),
        people: same.people.len(),
        hidden: is_personal(text),
    }
}

/// The questions nearest to the first sentences of a group, each as near as to the one that it is nearest to.
fn nearest(texts: &[&(Vec<char>, Same<'_>)], generation: &Generation) -> Vec<Near> {
    let mut best: BTreeMap<String, f32> = BTreeMap::new();
    for (_, same) in texts.iter().take(READ_FOR_NEAREST) {
        let read = generation.index.understand(&same.missed[0].text, &Context::default());
        let considered = read
            .questions
            .into_iter()
            .chain(read.candidates)
            .chain(read.alternatives);
        for Question { id, confidence, .. } in considered {
            let known = best.entry(id).or_insert(0.0);
            *known = known.max(confidence);
        }
    }
    let mut near: Vec<(String, f32)> = best.into_iter().collect();
    near.retain(|(id, confidence)| *confidence >= LEAST_NEAR && generation.pack.intent(id).is_some());
    near.sort_by(|a, b| b.1.total_cmp(&a.1));
    let near = near.into_iter().take(NEAREST);
    near.map(|(id, confidence)| Near {
        title: generation.title_of(&id),
        id,
        confidence,
    })
    .collect()
}
