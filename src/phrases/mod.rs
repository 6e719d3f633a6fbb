//! Phrases (快捷短语): ready texts of a shop and of each agent, how they are changed, brought in from a sheet, held to the
//! service standards, and counted.

mod error;
mod import;
mod pictures;
mod sheet;
mod uses;
mod written;

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::accounts::{AccountError, Accounts, Actor};
use crate::files::Files;
use crate::model::{Agent, FileId, Millis, Phrase, PhraseAnswer, PhraseId, PhraseOwner, PhraseUses, ShopId};
use crate::packs::Standard;
use crate::shops::Shops;
use crate::store::{self, StoreError};
use crate::understanding::matching::pinyin::initials;

pub use error::{Part, PhraseError};
pub use import::{Imported, Row};
pub use written::{Warning, WrittenFile, WrittenPhrase};

use uses::Uses;
use written::checked;

/// Phrases of a shop at most.
pub const MOST_OF_SHOP: usize = 2_000;
/// Phrases of an agent at most.
pub const MOST_OF_AGENT: usize = 500;
/// Largest sheet, bytes.
pub const LARGEST_SHEET: usize = 8 * 1024 * 1024;
/// So much of a text is searched by initials, characters.
const SEARCHED: usize = 40;
/// Phrases whose counts are written at once.
const WRITTEN_AT_ONCE: usize = 1_000;
/// So often a phrase was sent for a question before it is offered for it: once may be a slip, twice one agent's way.
const A_HABIT: u64 = 3;
/// How often counts are written.
const COUNT_EVERY: Duration = Duration::from_secs(5);

/// The phrases of one store. Clones share everything.
#[derive(Clone)]
pub struct Phrases(Arc<Inner>);

struct Inner {
    store: Arc<dyn store::Phrases>,
    accounts: Accounts,
    /// The shops, whose packs may have standards of their own.
    shops: Arc<Shops>,
    /// Where their pictures and documents lie; `None` where none are taken.
    files: Option<Files>,
    uses: Uses,
    /// Changes go one after the other, so that what is full stays full. Servers that share a store may go over it by what
    /// they take at the same moment.
    changing: Mutex<()>,
}

/// A phrase as an agent sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The phrase.
    pub phrase: Phrase,
    /// How often it was sent.
    pub uses: PhraseUses,
    /// Initials of the title.
    pub title_initials: String,
    /// Initials of the beginning of the text.
    pub text_initials: String,
}

impl Listed {
    fn of(phrase: Phrase, uses: PhraseUses) -> Listed {
        let beginning: String = phrase.text.chars().take(SEARCHED).collect();
        Listed {
            title_initials: initials(&phrase.title),
            text_initials: initials(&beginning),
            phrase,
            uses,
        }
    }
}

impl Phrases {
    /// The phrases that this store keeps.
    pub fn new(store: Arc<dyn store::Phrases>, accounts: Accounts, shops: Arc<Shops>, files: Option<Files>) -> Phrases {
        Phrases(Arc::new(Inner {
            store,
            accounts,
            shops,
            files,
            uses: Uses::default(),
            changing: Mutex::default(),
        }))
    }

    /// The phrases of a shop and the agent's own, most used first.
    ///
    /// # Errors
    /// [`AccountError::Forbidden`] where the agent does not work for the shop; the store cannot be read.
    pub async fn list(&self, agent: &Agent, shop: &ShopId) -> Result<Vec<Listed>, PhraseError> {
        if !Actor::Member(agent.clone()).may_use_phrases(shop) {
            return Err(AccountError::Forbidden.into());
        }
        let mut found = self.0.store.phrases_of(PhraseOwner::Shop(shop.clone())).await?;
        found.extend(self.0.store.phrases_of(PhraseOwner::Agent(agent.id.clone())).await?);
        let found = found.into_iter();
        let mut listed: Vec<Listed> = found.map(|(phrase, written)| self.listed(phrase, written)).collect();
        listed.sort_by_cached_key(|one| {
            let phrase = &one.phrase;
            let names = (phrase.group.clone(), phrase.title.clone(), phrase.id.clone());
            (Reverse((one.uses.count, one.uses.last)), names)
        });
        Ok(listed)
    }

    /// Adds a phrase, or changes the one whose id is given; with what the service standards say against it.
    ///
    /// # Errors
    /// What is wrong with it, [`PhraseError::Full`], [`PhraseError::Known`], [`PhraseError::Unknown`];
    /// [`PhraseError::File`], [`PhraseError::FilesOff`]; [`AccountError::Forbidden`]; the store cannot keep it.
    pub async fn put(
        &self,
        agent: &Agent,
        owner: PhraseOwner,
        written: WrittenPhrase,
        now: Millis,
    ) -> Result<(Listed, Vec<Warning>), PhraseError> {
        may_change(agent, &owner)?;
        let (written, warnings) = checked(written, &self.standards_of(&owner))?;
        let _one = self.0.changing.lock().await;
        let known = self.0.store.phrases_of(owner.clone()).await?;
        if known
            .iter()
            .any(|(other, _)| other.text == written.text && Some(&other.id) != written.id.as_ref())
        {
            return Err(PhraseError::Known);
        }
        let is_it = |phrase: &Phrase| Some(&phrase.id) == written.id.as_ref();
        let mut in_use = files_of(known.iter().map(|(phrase, _)| phrase).filter(|phrase| !is_it(phrase)));
        let before = match &written.id {
            Some(id) => {
                let found = known.into_iter().find(|(phrase, _)| phrase.id == *id);
                Some(found.ok_or(PhraseError::Unknown)?)
            }
            None if known.len() >= most(&owner) => return Err(PhraseError::Full { most: most(&owner) }),
            None => None,
        };
        let did = if written.id.is_some() { "changed" } else { "added" };
        let (had, uses) = before.map_or((None, PhraseUses::default()), |(phrase, uses)| (phrase.file, uses));
        let file = self.file_of(agent, &owner, &written, had.clone()).await?;
        let phrase = written.phrase(owner, file, now);
        self.0.store.put_phrases(vec![phrase.clone()]).await?;
        in_use.extend(phrase.file.iter().map(|file| file.id.clone()));
        self.forget_file(&phrase.owner, had.as_ref(), &in_use).await;
        let detail = json!({
            "did": did, "id": phrase.id, "group": phrase.group, "title": phrase.title, "text": phrase.text,
        });
        self.record(agent, &phrase.owner, detail, now).await?;
        Ok((self.listed(phrase, uses), warnings))
    }

    /// The standards of the owner's shop beside the shipped ones.
    fn standards_of(&self, owner: &PhraseOwner) -> Vec<Arc<Standard>> {
        match owner {
            PhraseOwner::Shop(shop) => self.0.shops.get(shop).map(|shop| shop.pack.standards.clone()),
            PhraseOwner::Agent(_) => None,
        }
        .unwrap_or_default()
    }

    /// A phrase with what is written of its uses, and what is not written yet.
    fn listed(&self, phrase: Phrase, written: PhraseUses) -> Listed {
        let uses = written.and(self.0.uses.of(&phrase.id));
        Listed::of(phrase, uses)
    }

    /// Deletes phrases; returns how many there were.
    ///
    /// # Errors
    /// [`PhraseError::Unknown`] when none of them was there; [`AccountError::Forbidden`]; the store cannot be written.
    pub async fn delete(
        &self,
        agent: &Agent,
        owner: PhraseOwner,
        ids: Vec<PhraseId>,
        now: Millis,
    ) -> Result<usize, PhraseError> {
        may_change(agent, &owner)?;
        let _one = self.0.changing.lock().await;
        let known = self.0.store.phrases_of(owner.clone()).await?;
        let asked: HashSet<PhraseId> = ids.into_iter().collect();
        let known = known.into_iter().map(|(phrase, _)| phrase);
        let (dropped, stay): (Vec<Phrase>, Vec<Phrase>) = known.partition(|phrase| asked.contains(&phrase.id));
        let ids: Vec<PhraseId> = dropped.iter().map(|phrase| phrase.id.clone()).collect();
        if ids.is_empty() {
            return Err(PhraseError::Unknown);
        }
        let deleted = self.0.store.drop_phrases(owner.clone(), ids.clone()).await?;
        let in_use = files_of(stay.iter());
        for phrase in &dropped {
            self.forget_file(&owner, phrase.file.as_ref(), &in_use).await;
        }
        let detail = json!({"did": "deleted", "ids": ids, "deleted": deleted});
        self.record(agent, &owner, detail, now).await?;
        Ok(deleted)
    }

    /// A message was sent that was written with this phrase, where `answering` was the one open question. Costs no write now:
    /// counts are written every few seconds.
    pub fn used(&self, phrase: PhraseId, answering: Option<(ShopId, String)>, at: Millis) {
        if let Some((shop, question)) = answering {
            self.0.uses.answered(shop, question, phrase.clone(), 1);
        }
        self.0.uses.add(phrase, at);
    }

    /// The phrase of the shop that colleagues have sent most where this question alone was open, if it was sent often enough
    /// to be a habit.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn answering(&self, shop: &ShopId, question: &str) -> Result<Option<Phrase>, StoreError> {
        let found = self.0.store.phrase_answering(shop.clone(), question.to_owned()).await?;
        Ok(found.filter(|(_, count)| *count >= A_HABIT).map(|(phrase, _)| phrase))
    }

    /// Writes counts every few seconds until told to stop, and then once more.
    pub async fn count(self, stop: CancellationToken) {
        loop {
            let stopped = tokio::time::timeout(COUNT_EVERY, stop.cancelled()).await.is_ok();
            if let Err(error) = self.write_uses().await {
                tracing::warn!(%error, "uses of phrases cannot be counted now; they are kept for later");
            }
            if stopped {
                return;
            }
        }
    }

    /// Writes what was counted; what cannot be written stays for the next time.
    async fn write_uses(&self) -> Result<(), StoreError> {
        let uses = self.0.uses.take();
        for (at, lot) in uses.chunks(WRITTEN_AT_ONCE).enumerate() {
            if let Err(error) = self.0.store.count_phrases(lot.to_vec()).await {
                self.0.uses.put_back(&uses[at * WRITTEN_AT_ONCE..]);
                return Err(error);
            }
        }
        let answers = self.0.uses.take_answers();
        for (at, lot) in answers.chunks(WRITTEN_AT_ONCE).enumerate() {
            if let Err(error) = self.0.store.count_phrase_answers(lot.to_vec()).await {
                for answer in answers.into_iter().skip(at * WRITTEN_AT_ONCE) {
                    let PhraseAnswer {
                        shop,
                        question,
                        phrase,
                        count,
                    } = answer;
                    self.0.uses.answered(shop, question, phrase, count);
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// Writes down what was done to a shop's phrases; one's own are nobody else's business.
    async fn record(
        &self,
        agent: &Agent,
        owner: &PhraseOwner,
        detail: serde_json::Value,
        now: Millis,
    ) -> Result<(), PhraseError> {
        if let PhraseOwner::Shop(shop) = owner {
            self.0.accounts.record_phrases(&agent.id, shop, detail, now).await?;
        }
        Ok(())
    }
}

/// The files that these phrases have.
fn files_of<'p>(phrases: impl Iterator<Item = &'p Phrase>) -> HashSet<FileId> {
    phrases
        .filter_map(|phrase| Some(phrase.file.as_ref()?.id.clone()))
        .collect()
}

/// How many phrases this owner has at most.
fn most(owner: &PhraseOwner) -> usize {
    match owner {
        PhraseOwner::Shop(_) => MOST_OF_SHOP,
        PhraseOwner::Agent(_) => MOST_OF_AGENT,
    }
}

fn may_change(agent: &Agent, owner: &PhraseOwner) -> Result<(), PhraseError> {
    let may = match owner {
        PhraseOwner::Shop(shop) => Actor::Member(agent.clone()).may_change_phrases(shop),
        PhraseOwner::Agent(of) => *of == agent.id,
    };
    match may {
        true => Ok(()),
        false => Err(AccountError::Forbidden.into()),
    }
}
