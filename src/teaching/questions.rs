//! The page of questions: what the shop is asked and what it answers, found by words and read by people who never see a file.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::accounts::{AccountError, Actor};
use crate::dialogue::Generation;
use crate::model::{Agent, Language, Millis, ShopId, SlotName};
use crate::packs::{
    Answer, CommonWords, OwnWords, SourceFile, WrittenQuestion, changed_questions, fold, written_question,
};
use crate::shop::{Period, Profile};
use crate::store::StoreError;
use crate::understanding::Context;

use super::Teaching;
use super::change::hash;
use super::error::TeachError;

/// Questions that a sentence may be read as, shown above those that hold its words.
const READ_AS: usize = 3;
/// What is less likely is not shown, 0 to 1.
const LEAST_NEAR: f32 = 0.02;

/// The questions of a shop.
#[derive(Clone, Debug, Serialize)]
pub struct Questions {
    /// By title; where something is sought, those that hold it, titles first.
    pub questions: Vec<Listed>,
    /// What the sought words would be read as, best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub read: Vec<ReadAs>,
    /// Whether the reader may change them.
    pub may_teach: bool,
    /// Whether the files can be written here.
    pub writable: bool,
}

/// A question in a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// Its title in Chinese, or its id where it has none.
    pub title: String,
    /// `shop` for one that the shop has made, `pack` for one of the common pack.
    pub whose: &'static str,
    /// The shop has changed something of it.
    pub changed: bool,
    /// The shop does not know it.
    pub off: bool,
    /// The example or answer that holds what is sought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<String>,
}

/// What a sentence would be read as.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReadAs {
    /// The question's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How sure it is, 0 to 1.
    pub confidence: f32,
}

/// A question for the form.
#[derive(Clone, Debug, Serialize)]
pub struct QuestionPage {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Stands for what the shop's file holds; whoever saves says on which they built.
    pub version: String,
    /// The shop's own file, there or not.
    pub file: String,
    /// What the common pack says; nothing of a question that the shop has made.
    pub common: Option<CommonWords>,
    /// What the shop says.
    pub own: OwnWords,
    /// What the bot asks for before it answers.
    pub asks: Vec<Asked>,
    /// The periods of the shop that an answer may name, by when they begin.
    pub periods: Vec<PeriodOf>,
    /// All answers as shoppers see them.
    pub preview: Vec<Preview>,
}

/// A period of the shop.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PeriodOf {
    /// Its name.
    pub name: String,
    /// The first day or minute.
    pub from: String,
    /// The last day, or the minute at which it is over.
    pub to: String,
}

/// A slot that is asked for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Asked {
    /// Which.
    pub slot: SlotName,
    /// In Chinese, as it is asked today.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// An answer as a shopper sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Preview {
    /// What is said; without it the answer depends on the talk, and `source` is shown.
    pub text: Option<String>,
    /// As it is written.
    pub source: String,
    /// The row of a table for which it holds; empty where there is none.
    pub case: String,
    /// Its language.
    pub lang: &'static str,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The period of the shop in which it is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// `now`, `later` or `ended`.
    pub when: &'static str,
    /// Whose word it is: `shop` or `pack`.
    pub whose: &'static str,
}

impl Teaching {
    /// The questions of a shop, by title; those that hold what is `sought`, in any of their words.
    ///
    /// # Errors
    /// Whoever may not read them, and a shop that is not served.
    pub async fn questions(&self, agent: &Agent, shop: &ShopId, sought: &str) -> Result<Questions, TeachError> {
        let actor = Actor::Member(agent.clone());
        if !actor.may_read_morning(shop) {
            return Err(AccountError::Forbidden.into());
        }
        let generation = self.generation(shop)?;
        let (editor, shop_id, sought) = (self.0.editor.clone(), shop.clone(), sought.trim().to_owned());
        let found = tokio::task::spawn_blocking(move || {
            let files = editor.files();
            (
                listed(&generation, &files, shop_id.as_str(), &sought),
                read_as(&generation, &sought),
            )
        });
        let (questions, read) = found.await.map_err(StoreError::from)?;
        Ok(Questions {
            questions,
            read,
            may_teach: actor.may_teach(shop),
            writable: self.0.editor.may_write(shop),
        })
    }

    /// A question as it is written and answered.
    ///
    /// # Errors
    /// Whoever may not read it, a question that there is not, and a file that is not read line by line.
    pub async fn question(
        &self,
        agent: &Agent,
        shop: &ShopId,
        id: &str,
        now: Millis,
    ) -> Result<QuestionPage, TeachError> {
        if !Actor::Member(agent.clone()).may_read_morning(shop) {
            return Err(AccountError::Forbidden.into());
        }
        let generation = self.generation(shop)?;
        let written = self.written(shop, id).await?;
        let written = written.ok_or_else(|| TeachError::UnknownQuestion(id.to_owned()))?;
        // Answers of tables have as many forms as the table has rows.
        let id = id.to_owned();
        let page = tokio::task::spawn_blocking(move || page(&generation, &id, written, now));
        Ok(page.await.map_err(StoreError::from)?)
    }

    pub(super) async fn written(&self, shop: &ShopId, id: &str) -> Result<Option<WrittenQuestion>, TeachError> {
        let (editor, shop, id) = (self.0.editor.clone(), shop.clone(), id.to_owned());
        let read = tokio::task::spawn_blocking(move || written_question(&editor.files(), shop.as_str(), &id));
        let read = read.await.map_err(StoreError::from)?;
        Ok(read?)
    }
}

/// Stands for what a shop's file says.
pub(super) fn version(written: &WrittenQuestion) -> String {
    written.bytes.as_deref().map(hash).unwrap_or_default()
}

fn page(generation: &Generation, id: &str, written: WrittenQuestion, now: Millis) -> QuestionPage {
    let today = generation.pack.shop.time_at(now);
    let asks = generation.pack.intent(id).map_or(&[][..], |intent| &intent.slots);
    let asks = asks.iter().filter_map(|slot| {
        let ask = slot.ask.as_ref()?;
        let said = |language: Language| {
            let asked = generation.templates.ask(id, slot.name, language, today);
            asked.unwrap_or_else(|| ask.get(language).to_owned())
        };
        Some(Asked {
            slot: slot.name,
            zh: said(Language::Chinese),
            en: said(Language::English),
        })
    });
    let common = written.common.as_ref().map(|common| common.title.clone());
    let own = Some(written.own.title.clone());
    let title = own
        .filter(|title| !title.is_empty())
        .or(common)
        .filter(|title| !title.is_empty());
    QuestionPage {
        id: id.to_owned(),
        title: title.unwrap_or_else(|| id.to_owned()),
        version: version(&written),
        asks: asks.collect(),
        preview: preview(generation, id, now),
        periods: periods(&generation.pack.shop),
        file: written.file,
        common: written.common,
        own: written.own,
    }
}

/// The periods of a shop, by when they begin.
fn periods(shop: &Profile) -> Vec<PeriodOf> {
    let mut periods: Vec<&Period> = shop.periods().iter().collect();
    periods.sort_by_key(|period| period.from);
    let periods = periods.into_iter().map(|period| {
        let ((from, to), name) = (period.written(), period.name.clone());
        PeriodOf { name, from, to }
    });
    periods.collect()
}

/// All answers of a question as shoppers see them.
pub(super) fn preview(generation: &Generation, id: &str, now: Millis) -> Vec<Preview> {
    let today = generation.pack.shop.time_at(now);
    let Some(intent) = generation.pack.intent(id) else {
        return Vec::new();
    };
    let proofs = generation.templates.proofs(intent, today).into_iter();
    proofs
        .map(|proof| {
            let answer = proof.answer;
            let when = when(&generation.pack.shop, answer, now);
            Preview {
                text: proof.text,
                source: answer.text.clone(),
                case: proof.case,
                lang: answer.language.tag(),
                from: answer.from.map(|day| day.to_string()),
                to: answer.to.map(|day| day.to_string()),
                period: answer.period.clone(),
                when,
                whose: answer.whose().name(),
            }
        })
        .collect()
}

/// Whether an answer is said now, `later`, or has `ended`.
fn when(shop: &Profile, answer: &Answer, now: Millis) -> &'static str {
    let today = shop.date_at(now);
    let period = answer.period.as_ref();
    let period = period.and_then(|name| shop.periods().iter().find(|period| period.name == *name));
    let lasts = period.is_none_or(|period| shop.lasting(shop.time_at(now)).any(|name| name == period.name));
    match (answer.from, answer.to) {
        (_, Some(to)) if to < today => "ended",
        (Some(from), _) if from > today => "later",
        _ if lasts => "now",
        _ if period.is_some_and(|period| shop.is_over(period, now)) => "ended",
        _ => "later",
    }
}

/// The questions that hold what is sought: those that say it in their titles first.
fn listed(generation: &Generation, files: &[SourceFile], shop: &str, sought: &str) -> Vec<Listed> {
    let changed: BTreeMap<String, bool> = changed_questions(files, shop).into_iter().collect();
    let intents = generation.pack.intents.iter();
    let words: Vec<String> = sought.split_whitespace().map(fold).collect();
    let holds = |text: &str| {
        let text = fold(text);
        words.iter().all(|word| text.contains(word.as_str()))
    };
    let mut found: Vec<(bool, Listed)> = Vec::new();
    for intent in intents {
        let title = generation.title_of(&intent.id);
        let in_title = holds(&title) || holds(&intent.title.en) || intent.id.contains(sought);
        let mut said = intent
            .examples
            .iter()
            .chain(intent.answers.iter().chain(&intent.agent).map(|answer| &answer.text));
        let held = if in_title {
            None
        } else {
            said.find(|text| holds(text)).cloned()
        };
        if in_title || held.is_some() {
            let listed = Listed {
                title,
                whose: if intent.is_of_shop() { "shop" } else { "pack" },
                changed: changed.contains_key(&intent.id),
                off: false,
                held,
                id: intent.id.clone(),
            };
            found.push((!in_title, listed));
        }
    }
    for (id, _) in changed
        .iter()
        .filter(|(id, off)| **off && generation.pack.intent(id).is_none())
    {
        let written = written_question(files, shop, id).ok().flatten();
        let title = written.and_then(|written| written.common).map(|common| common.title);
        let title = title.unwrap_or_else(|| id.clone());
        if holds(&title) || id.contains(sought) {
            let listed = Listed {
                id: id.clone(),
                title,
                whose: "pack",
                changed: true,
                off: true,
                held: None,
            };
            found.push((false, listed));
        }
    }
    found.sort_by(|(a, one), (b, other)| {
        a.cmp(b)
            .then_with(|| one.title.cmp(&other.title))
            .then_with(|| one.id.cmp(&other.id))
    });
    found.into_iter().map(|(_, listed)| listed).collect()
}

/// What the bot would read in the sought words.
fn read_as(generation: &Generation, sought: &str) -> Vec<ReadAs> {
    if sought.is_empty() {
        return Vec::new();
    }
    let read = generation.index.understand(sought, &Context::default());
    let mut best: Vec<ReadAs> = Vec::new();
    for question in read.questions.into_iter().chain(read.candidates) {
        let known = best.iter().any(|known| known.id == question.id);
        if !known && question.confidence >= LEAST_NEAR && generation.pack.intent(&question.id).is_some() {
            best.push(ReadAs {
                title: generation.title_of(&question.id),
                id: question.id,
                confidence: question.confidence,
            });
        }
    }
    best.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    best.truncate(READ_AS);
    best
}
