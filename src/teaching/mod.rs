//! Teaching: what was not answered well is shown each morning, what is answered and what the shop says of itself at any time, and
//! what somebody decides about it becomes a line in the shop's own files, tried before it is written, recorded, and taken back with one word.

mod change;
mod changing;
mod day;
mod deciding;
mod draft;
mod draft_steps;
mod drafting;
mod effect;
mod error;
mod form;
mod going_back;
mod goods_form;
mod merging;
mod piece;
mod publications;
mod publishing_drafts;
mod questions;
mod rebasing;
mod record;
mod resaid;
mod sharing;
mod shop_edit;
mod shop_form;
mod shop_page;
mod told;
mod trying;
mod wish;
mod writing;

use std::collections::HashSet;
use std::ops::Range;
use std::sync::{Arc, Mutex as Lock, PoisonError};

use tokio::sync::Mutex;

use crate::accounts::{AccountError, Accounts, Actor};
use crate::dialogue::Generation;
use crate::insight::morning::{Morning, key_of, morning};
use crate::model::{Agent, AgentId, Millis, ShopId};
use crate::packs::{Finding, SourceFile};
use crate::publishing::edit::Editor;
use crate::shops::Shops;
use crate::store::{Store, StoreError};

pub use change::{Change, Did, FileEdit};
pub use changing::{Lately, QuestionEdit, Trial};
pub use day::Day;
pub use draft::{Draft, Due, Failed, Kept, Said, Shadow, Sharing};
pub use drafting::{DraftAct, DraftList, ListedDraft, Wished};
pub use effect::Effect;
pub use error::TeachError;
pub use going_back::{Going, GoneBack, Step};
pub use publications::{HandEdit, Listed, Listing};
pub use publishing_drafts::{PublishedDraft, TriedOn};
pub use questions::{QuestionPage, Questions};
pub use record::Recorded;
pub use sharing::{Arm, ShareCounts};
pub use shop_edit::{Heard, ShopEdit, ShopTaught, ShopThing, ShopTrial};
pub use shop_form::FieldWord;
pub use shop_page::{GoodsPage, ShopPage};
pub use told::{Told, told};
pub use trying::{Answered, Moved};
pub use wish::Wish;

use record::{OfShop, Record};
use writing::{Purpose, Written, taken_back};

/// Days kept in memory, so that the page can be drawn anew after each decision.
const DAYS_KEPT: usize = 4;
/// For how long a day that is over is kept, milliseconds: what is erased goes from here too.
const KEPT_MS: u64 = 10 * 60_000;

/// The morning page and what is taught there. Clones share everything.
#[derive(Clone)]
pub struct Teaching(Arc<Inner>);

struct Inner {
    store: Arc<dyn Store>,
    accounts: Accounts,
    shops: Arc<Shops>,
    editor: Editor,
    days: Lock<Vec<KeptDay>>,
    record: Mutex<Record>,
    /// Decisions go one after the other.
    deciding: Mutex<()>,
    talks: effect::Talks,
    /// Replays as well: each takes a processor, and goes on when nobody waits for it any more.
    replaying: Arc<Mutex<()>>,
}

struct KeptDay {
    shop: ShopId,
    span: Range<Millis>,
    read: Millis,
    day: Arc<Day>,
}

/// What the morning page shows.
#[derive(Debug)]
pub struct Page {
    /// The day that was read.
    pub day: Arc<Day>,
    /// What of it was not answered well.
    pub morning: Morning,
    /// Whether the reader may decide.
    pub may_teach: bool,
    /// Whether the files can be written here.
    pub writable: bool,
}

/// What became of a decision.
#[derive(Debug)]
pub struct Taught {
    /// What is recorded.
    pub change: Change,
    /// What shoppers who say the sentences get now.
    pub answered: Vec<Answered>,
    /// Other sentences in which something else is read than before, some of them.
    pub moved: Vec<Moved>,
    /// How many there are.
    pub moved_count: usize,
    /// What `check` has to say about the file that was written.
    pub warnings: Vec<Finding>,
}

/// A decision about a group of messages.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The shop.
    pub shop: ShopId,
    /// The group, as the page named it.
    pub group: String,
    /// The sentences.
    pub sentences: Vec<String>,
    /// What they are.
    pub wish: Wish,
}

impl Teaching {
    /// Over this store, these accounts and these shops.
    pub fn new(store: Arc<dyn Store>, accounts: Accounts, shops: Arc<Shops>, editor: Editor) -> Teaching {
        Teaching(Arc::new(Inner {
            store,
            accounts,
            shops,
            editor,
            days: Lock::default(),
            record: Mutex::default(),
            deciding: Mutex::default(),
            talks: effect::Talks::default(),
            replaying: Arc::default(),
        }))
    }

    /// What was not answered well within a span of time, which has the name `named` in the audit record.
    ///
    /// # Errors
    /// Whoever may not read it, and a store that cannot be read.
    pub async fn morning(
        &self,
        agent: &Agent,
        shop: &ShopId,
        span: Range<Millis>,
        named: &str,
        now: Millis,
    ) -> Result<Page, TeachError> {
        let actor = Actor::Member(agent.clone());
        if !actor.may_read_morning(shop) {
            return Err(AccountError::Forbidden.into());
        }
        let generation = self.generation(shop)?;
        self.0.accounts.record_morning(&agent.id, shop, named, now).await?;
        let day = self.day(shop, span, now).await?;
        let of_shop = self.of_shop(shop).await?;
        let read = Arc::clone(&day);
        let morning = tokio::task::spawn_blocking(move || {
            let mut decided = HashSet::new();
            let mut dismissed = Vec::new();
            for (sentence, is_dismissed) in of_shop.decided() {
                let key = key_of(&generation, sentence);
                if is_dismissed {
                    dismissed.push(key.clone());
                }
                decided.insert(key);
            }
            morning(&read.found, &generation, &decided, &dismissed)
        })
        .await
        .map_err(StoreError::from)?;
        Ok(Page {
            day,
            morning,
            may_teach: actor.may_teach(shop),
            writable: self.0.editor.may_write(shop),
        })
    }

    /// Decides about a group of messages: tried, written, answering and recorded when this returns.
    ///
    /// # Errors
    /// Why nothing was done.
    pub async fn teach(&self, agent: &Agent, decision: Decision, now: Millis) -> Result<Taught, TeachError> {
        self.may_teach(agent, &decision.shop)?;
        let (teaching, agent) = (self.clone(), agent.clone());
        whole(async move { teaching.decide(&agent, decision, now).await }).await
    }

    /// The changes of a shop, newest first, each with whether it is in force.
    ///
    /// # Errors
    /// Whoever may not read them.
    pub async fn changes(&self, agent: &Agent, shop: &ShopId) -> Result<Vec<(Recorded, bool)>, TeachError> {
        if !Actor::Member(agent.clone()).may_read_morning(shop) {
            return Err(AccountError::Forbidden.into());
        }
        let of_shop = self.of_shop(shop).await?;
        let changes = of_shop.changes.iter().rev();
        Ok(changes
            .map(|recorded| (recorded.clone(), of_shop.in_force(&recorded.change)))
            .collect())
    }

    /// Takes a change back: the file is as if it had never been made.
    ///
    /// # Errors
    /// Why it cannot be taken back; then nothing was done.
    pub async fn undo(&self, agent: &Agent, shop: &ShopId, id: &str, now: Millis) -> Result<Change, TeachError> {
        self.may_teach(agent, shop)?;
        self.generation(shop)?;
        let (teaching, agent, shop, id) = (self.clone(), agent.clone(), shop.clone(), id.to_owned());
        whole(async move { teaching.take_back(&agent, &shop, &id, now).await }).await
    }

    async fn take_back(&self, agent: &Agent, shop: &ShopId, id: &str, now: Millis) -> Result<Change, TeachError> {
        let _one = self.0.deciding.lock().await;
        let of_shop = self.of_shop(shop).await?;
        let found = of_shop.changes.iter().find(|recorded| recorded.change.id == id);
        let undone = found
            .ok_or_else(|| TeachError::UnknownChange(id.to_owned()))?
            .change
            .clone();
        if !of_shop.in_force(&undone) {
            return Err(TeachError::NotInForce(id.to_owned()));
        }
        let written = match undone.file.clone() {
            None => None,
            Some(edit) => {
                let id = id.to_owned();
                let back = move |files: &[SourceFile]| Ok(vec![taken_back(&edit, &id, &of_shop, files)?]);
                writing::change(&self.0.editor, Purpose::Make, true, Box::new(back), Vec::new()).await?
            }
        };
        let (file, pack, _) = Written::of_one(written, shop);
        let change = Change {
            id: uuid::Uuid::now_v7().simple().to_string(),
            did: Did::Undo,
            group: undone.group,
            sentences: undone.sentences,
            question: undone.question,
            subject: undone.subject,
            undoes: Some(undone.id),
            file,
            pack,
            ..Change::default()
        };
        self.keep(&agent.id, shop, &change, now).await?;
        Ok(change)
    }

    fn may_teach(&self, agent: &Agent, shop: &ShopId) -> Result<(), TeachError> {
        match Actor::Member(agent.clone()).may_teach(shop) {
            true => Ok(()),
            false => Err(AccountError::Forbidden.into()),
        }
    }

    fn generation(&self, shop: &ShopId) -> Result<Arc<Generation>, TeachError> {
        self.0.shops.get(shop).ok_or(TeachError::UnknownShop)
    }

    async fn of_shop(&self, shop: &ShopId) -> Result<Arc<OfShop>, TeachError> {
        let mut record = self.0.record.lock().await;
        record.follow(&self.0.accounts).await?;
        Ok(record.of(shop))
    }

    /// The same for several shops, with one look at the record.
    async fn of_shops(&self, shops: impl Iterator<Item = ShopId>) -> Result<Vec<(ShopId, Arc<OfShop>)>, TeachError> {
        let mut record = self.0.record.lock().await;
        record.follow(&self.0.accounts).await?;
        Ok(shops.map(|shop| (shop.clone(), record.of(&shop))).collect())
    }

    async fn keep(&self, by: &AgentId, shop: &ShopId, change: &Change, now: Millis) -> Result<(), TeachError> {
        let detail = serde_json::to_value(change).map_err(|error| StoreError::Unavailable(error.to_string()))?;
        self.0.accounts.record_teaching(by, shop, detail, now).await?;
        Ok(())
    }

    async fn day(&self, shop: &ShopId, span: Range<Millis>, now: Millis) -> Result<Arc<Day>, TeachError> {
        // Of a day that is not over the next look may find more.
        let known = Day::is_over(&span, now).then(|| {
            let days = self.days();
            let mut known = days.iter().filter(|kept| kept.shop == *shop && kept.span == span);
            let young = |kept: &&KeptDay| now.since(kept.read) < KEPT_MS;
            known.find(young).map(|kept| Arc::clone(&kept.day))
        });
        let known = known.flatten();
        if let Some(day) = known {
            return Ok(day);
        }
        let day = Arc::new(day::read(&*self.0.store, shop, span.clone(), now).await?);
        let mut days = self.days();
        days.retain(|kept| (kept.shop != *shop || kept.span != span) && now.since(kept.read) < KEPT_MS);
        if days.len() >= DAYS_KEPT {
            days.remove(0);
        }
        days.push(KeptDay {
            shop: shop.clone(),
            span,
            read: now,
            day: Arc::clone(&day),
        });
        Ok(day)
    }

    /// The day of this shop that was read last.
    fn kept_texts(&self, shop: &ShopId) -> Option<Arc<Day>> {
        let days = self.days();
        days.iter()
            .rev()
            .find(|kept| kept.shop == *shop)
            .map(|kept| Arc::clone(&kept.day))
    }

    fn days(&self) -> std::sync::MutexGuard<'_, Vec<KeptDay>> {
        self.0.days.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs what must not stop halfway when whoever asked goes away: what is written in the files is recorded.
async fn whole<T: Send + 'static>(
    work: impl Future<Output = Result<T, TeachError>> + Send + 'static,
) -> Result<T, TeachError> {
    let done = tokio::spawn(work).await;
    done.map_err(StoreError::from)?
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn what_is_begun_is_finished_though_nobody_waits_for_it() {
        let (go, gone) = oneshot::channel::<()>();
        let (recorded, heard) = oneshot::channel();
        let asking = tokio::spawn(whole(async move {
            let _ = gone.await;
            let _ = recorded.send(());
            Ok(())
        }));
        tokio::task::yield_now().await;
        asking.abort();
        assert!(asking.await.is_err(), "the page was closed");
        let _ = go.send(());
        assert!(heard.await.is_ok());
    }
}
