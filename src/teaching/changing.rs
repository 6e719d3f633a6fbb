//! Words of a question changed on the page: thought through, tried with what it would do to what was said lately, and made.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::dialogue::Generation;
use crate::model::{Agent, Millis, ShopId};
use crate::packs::{
    Finding, OwnWords, SourceFile, WrittenAnswer, WrittenQuestion, new_question, question_file, written_question,
};
use crate::publishing::edit::FileChange;
use crate::store::StoreError;
use crate::understanding::personal::hide_personal;

use super::change::{Change, Did, LONGEST_REASON, hash, plain_words};
use super::effect::Effect;
use super::error::TeachError;
use super::form;
use super::questions::{Preview, preview, version};
use super::record::Recorded;
use super::trying::{self, Answered};
use super::wish;
use super::writing::{self, Purpose, Wanted, Written};
use super::{Decision, Taught, Teaching, whole};

/// New words for a question.
#[derive(Clone, Debug)]
pub struct QuestionEdit {
    /// The shop.
    pub shop: ShopId,
    /// The question; `None` for a new one.
    pub id: Option<String>,
    /// The version that the words were built on; empty where the shop had no file.
    pub base: String,
    /// All that the shop is to say of it.
    pub words: OwnWords,
    /// Why, in the words of whoever does it; may be empty.
    pub reason: String,
}

/// What a change would do. Nothing is written.
#[derive(Debug)]
pub struct Trial {
    /// What would be written, for people; empty where nothing would.
    pub diffs: Vec<(String, String)>,
    /// What shoppers who say the sentences would get.
    pub answered: Vec<Answered>,
    /// All answers of the question as shoppers would see them.
    pub preview: Vec<Preview>,
    /// What `check` would have to say.
    pub warnings: Vec<Finding>,
    /// What it would do to what was said lately.
    pub effect: Option<Effect>,
}

/// Since when the talks are that a trial replays.
#[derive(Clone, Debug)]
pub struct Lately {
    /// The moment.
    pub since: Millis,
    /// Its name in the audit record: a day.
    pub named: String,
}

/// A change of a question that is thought through: where it goes, and what must hold with it.
pub(super) struct Planned {
    pub id: String,
    /// Sentences that come.
    pub added: Vec<String>,
    /// Something is taken away on purpose: sentences, or the question itself.
    pub takes_away: bool,
    pub wanted: Wanted,
    /// What is written of it, with the file.
    written: WrittenQuestion,
    words: OwnWords,
    is_new: bool,
}

impl Planned {
    /// Thinks new words through against what is written of the question; without an id it is made.
    ///
    /// # Errors
    /// What is wrong with the words.
    pub fn of(
        generation: &Generation,
        known: Option<(String, WrittenQuestion)>,
        words: OwnWords,
        now: Millis,
    ) -> Result<Planned, TeachError> {
        let shop = generation.pack.shop.id.clone();
        let is_new = known.is_none();
        let is_own = known.as_ref().is_none_or(|(_, written)| written.common.is_none());
        form::fits(&words, is_own)?;
        let there = known.as_ref().map(|(_, written)| written.own.examples.clone());
        let there = there.unwrap_or_default();
        let new = words.examples.iter().filter(|text| !there.contains(text));
        let added: Vec<String> = new.cloned().collect();
        let added = match added.is_empty() {
            true => added,
            false => wish::sentences(&added, true)?,
        };
        let takes_away = words.off || there.iter().any(|text| !words.examples.contains(text));
        let (id, written) = known.unwrap_or_else(|| {
            let is_there = |id: &str| generation.pack.intent(id).is_some();
            let id = wish::made_of(words.title.trim(), is_there);
            let file = question_file(shop.as_str(), &id);
            let written = fresh(&id, file, &words);
            (id, written)
        });
        let wanted = Wanted {
            question: Some(id.clone()).filter(|_| !words.off),
            sentences: if words.off { Vec::new() } else { added.clone() },
            shop,
            now,
        };
        Ok(Planned {
            id,
            added,
            takes_away,
            wanted,
            words: form::whole(words, is_own),
            written,
            is_new,
        })
    }

    /// What the shop says of the question now.
    pub fn own(&self) -> OwnWords {
        self.written.own.clone()
    }

    /// What it does to these files; `None` where they say so already.
    ///
    /// # Errors
    /// The file of a new question is there already, or the file is written in a form that lines cannot be put into.
    pub fn change(&self, files: &[SourceFile]) -> Result<Option<FileChange>, TeachError> {
        let Planned { id, written, words, .. } = self;
        let name = written.file.clone();
        if self.is_new && files.iter().any(|known| known.name == name) {
            return Err(TeachError::KnownQuestion(id.clone()));
        }
        let after = written.with(id, words)?;
        let before = if self.is_new { None } else { written.bytes.clone() };
        Ok((after != before).then_some(FileChange { name, before, after }))
    }
}

impl Teaching {
    /// Puts new words of a question into the files: tried, written, answering and recorded when this returns.
    ///
    /// # Errors
    /// Why nothing was done.
    pub async fn edit(&self, agent: &Agent, edit: QuestionEdit, now: Millis) -> Result<Taught, TeachError> {
        self.may_teach(agent, &edit.shop)?;
        let (teaching, agent) = (self.clone(), agent.clone());
        whole(async move { teaching.make(&agent, edit, now).await }).await
    }

    async fn make(&self, agent: &Agent, edit: QuestionEdit, now: Millis) -> Result<Taught, TeachError> {
        let _one = self.0.deciding.lock().await;
        let before = self.generation(&edit.shop)?;
        let (shop, is_new) = (edit.shop.clone(), edit.id.is_none());
        let reason = plain_words(&edit.reason, LONGEST_REASON);
        let planned = self.planned(edit, now).await?;
        let (id, added) = (planned.id.clone(), planned.added.clone());
        let written = self.put(planned, Purpose::Make).await?;
        let (file, pack, warnings) = Written::of_one(written, &shop);
        let change = Change {
            id: uuid::Uuid::now_v7().simple().to_string(),
            did: if is_new { Did::New } else { Did::Edit },
            sentences: added.iter().map(|text| hide_personal(text).into_owned()).collect(),
            question: Some(id),
            reason,
            file,
            pack,
            ..Change::default()
        };
        if change.file.is_some() {
            self.keep(&agent.id, &shop, &change, now).await?;
        }
        self.told(before, &shop, change, added, warnings, now).await
    }

    /// Tries new words of a question: what shoppers would see, and what they would have been told lately.
    ///
    /// # Errors
    /// Why it would be refused.
    pub async fn try_edit(
        &self,
        agent: &Agent,
        edit: QuestionEdit,
        lately: Option<Lately>,
        now: Millis,
    ) -> Result<Trial, TeachError> {
        self.may_teach(agent, &edit.shop)?;
        let before = self.generation(&edit.shop)?;
        let planned = self.planned(edit, now).await?;
        let (id, added) = (planned.id.clone(), planned.added.clone());
        let written = self.put(planned, Purpose::Try).await?;
        self.tried(agent, before, written, (Some(id), added), lately, now).await
    }

    /// Tries a decision about a group of messages.
    ///
    /// # Errors
    /// Why it would be refused.
    pub async fn try_teach(
        &self,
        agent: &Agent,
        decision: Decision,
        lately: Option<Lately>,
        now: Millis,
    ) -> Result<Trial, TeachError> {
        self.may_teach(agent, &decision.shop)?;
        let before = self.generation(&decision.shop)?;
        let (sentences, question, written) = self.write_decision(&decision, &before, Purpose::Try, now).await?;
        self.tried(agent, before, written, (question, sentences), lately, now)
            .await
    }

    pub(super) async fn tried(
        &self,
        agent: &Agent,
        before: Arc<Generation>,
        written: Option<Written>,
        (question, sentences): (Option<String>, Vec<String>),
        lately: Option<Lately>,
        now: Millis,
    ) -> Result<Trial, TeachError> {
        let shop = before.pack.shop.id.clone();
        let written = written.unwrap_or_else(|| Written {
            edits: Vec::new(),
            warnings: Vec::new(),
            generations: BTreeMap::from([(shop.clone(), Arc::clone(&before))]),
        });
        let after = written.generations.get(&shop).ok_or(TeachError::UnknownShop)?;
        let effect = match lately {
            None => None,
            Some(Lately { since, named }) => {
                self.0.accounts.record_morning(&agent.id, &shop, &named, now).await?;
                let one = Arc::clone(&self.0.replaying).lock_owned().await;
                let both = [Arc::clone(&before), Arc::clone(after)];
                Some(self.0.talks.effect(&*self.0.store, both, since, now, one).await?)
            }
        };
        let after = Arc::clone(after);
        let said = tokio::task::spawn_blocking(move || {
            let answered = sentences.iter().map(|text| trying::say(&after, text, now)).collect();
            let preview = question.map(|id| preview(&after, &id, now)).unwrap_or_default();
            (answered, preview)
        });
        let (answered, preview) = said.await.map_err(StoreError::from)?;
        Ok(Trial {
            diffs: written.edits.into_iter().map(|edit| (edit.name, edit.diff)).collect(),
            answered,
            preview,
            warnings: written.warnings,
            effect,
        })
    }

    /// Thinks an edit through against the files as they are.
    pub(super) async fn planned(&self, edit: QuestionEdit, now: Millis) -> Result<Planned, TeachError> {
        let QuestionEdit {
            shop, id, base, words, ..
        } = edit;
        let generation = self.generation(&shop)?;
        let known = match id {
            Some(id) => {
                let written = self.written(&shop, &id).await?;
                let written = written.ok_or_else(|| TeachError::UnknownQuestion(id.clone()))?;
                if version(&written) != base {
                    return Err(self.changed_by(&generation, &shop, &id, &written).await?);
                }
                Some((id, written))
            }
            None => None,
        };
        Planned::of(&generation, known, words, now)
    }

    async fn put(&self, planned: Planned, purpose: Purpose) -> Result<Option<Written>, TeachError> {
        let shop = planned.wanted.shop.clone();
        let (takes_away, wanted) = (planned.takes_away, planned.wanted.clone());
        let write = move |files: &[SourceFile]| {
            if !planned.is_new {
                let written = written_question(files, shop.as_str(), &planned.id)?;
                let written = written.ok_or_else(|| TeachError::UnknownQuestion(planned.id.clone()))?;
                // It was looked at a moment ago.
                if version(&written) != version(&planned.written) {
                    return Err(TeachError::FileChanged(written.file));
                }
            }
            Ok(planned.change(files)?.into_iter().collect())
        };
        writing::change(&self.0.editor, purpose, takes_away, Box::new(write), vec![wanted]).await
    }

    /// Who has changed a question since.
    async fn changed_by(
        &self,
        generation: &Generation,
        shop: &ShopId,
        id: &str,
        written: &WrittenQuestion,
    ) -> Result<TeachError, TeachError> {
        Ok(TeachError::QuestionChanged {
            title: generation.title_of(id),
            by: self.last_by(shop, &written.file, written.bytes.as_deref()).await?,
        })
    }

    /// The name of whoever has left a file so at the desk; `None` where it was edited by hand.
    pub(super) async fn last_by(
        &self,
        shop: &ShopId,
        file: &str,
        bytes: Option<&[u8]>,
    ) -> Result<Option<String>, TeachError> {
        let of_shop = self.of_shop(shop).await?;
        let now = bytes.map(hash);
        let left_so = |recorded: &&Recorded| {
            let edit = recorded.change.file.as_ref();
            edit.is_some_and(|edit| edit.name == file && edit.after == now)
        };
        let last = of_shop.changes.iter().rev().find(left_so);
        let Some(by) = last.map(|recorded| recorded.by.clone()) else {
            return Ok(None);
        };
        let names = self.0.accounts.names().await?;
        Ok(Some(names.get(&by).cloned().unwrap_or_else(|| by.to_string())))
    }
}

/// A question that is not there yet.
fn fresh(id: &str, file: String, words: &OwnWords) -> WrittenQuestion {
    let (title, examples) = (words.title.trim(), &words.examples);
    let answer = words.answers.first().map_or("", |answer| answer.text.as_str());
    let text = new_question(id, title, examples, answer);
    WrittenQuestion {
        file,
        bytes: Some(text.into_bytes()),
        common: None,
        own: OwnWords {
            title: title.to_owned(),
            title_en: title.to_owned(),
            examples: examples.clone(),
            answers: vec![WrittenAnswer::plain(answer)],
            ..OwnWords::default()
        },
    }
}
