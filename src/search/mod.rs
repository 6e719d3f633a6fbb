//! Search over everything that was said, for whoever may read it.
//!
//! The index (`store::TalkIndex`) says which talks may be what is looked for; each is then read from its log and looked at
//! as the reader may see it, so what is told is what stands in the log at that moment. `Indexer` keeps the index behind the
//! change feed; nothing here is done while a message is stored.

mod error;
mod fold;
mod found;
mod indexer;
mod talk;
mod terms;
mod wanted;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::time::Instant;

use crate::accounts::rights::reads_all_talks;
use crate::accounts::{AccountError, Accounts};
use crate::hub::{Hub, HubError};
use crate::model::{Agent, ConversationId, Millis, ShopId, ShopperId};
use crate::store::{Store, StoreError, TalkCursor};
use crate::understanding::personal::hide_personal;

pub use error::SearchError;
pub use found::FoundTalk;
pub use indexer::Indexer;
pub use talk::{Said, SaidBy, State, Talk};
pub use wanted::Wanted;

use wanted::Looked;

/// Talks of a page.
const PAGE: usize = 20;
/// Candidates asked for at once, and talks read at a time.
const AT_ONCE: usize = 40;
const BESIDE: usize = 4;
/// Talks read for one page at most, and how long it may take: then what was found is told, and where to go on.
const MOST_READ: usize = 400;
/// Talks of a customer that are taken in anew at once.
const MOST_ANEW: usize = 500;
const LONGEST: Duration = Duration::from_secs(3);

/// Searches. Clones share everything.
#[derive(Clone)]
pub struct Search {
    store: Arc<dyn Store>,
    hub: Hub,
    accounts: Accounts,
}

/// A part of what was found.
#[derive(Debug)]
pub struct Found {
    /// The latest to begin first, at most 20.
    pub talks: Vec<FoundTalk>,
    /// Where to go on; `None` when there are no more. There may be more although nothing was found.
    pub next: Option<TalkCursor>,
    /// Whether the index has not read all talks yet, so that something may be missing.
    pub building: bool,
}

impl Search {
    /// Over this store, under the rights that the hub knows.
    pub fn new(store: Arc<dyn Store>, hub: Hub, accounts: Accounts) -> Search {
        Search { store, hub, accounts }
    }

    /// Looks for talks that this member may read: own ones, those once own and those that wait; supervisors and owners all of
    /// their shops. `whole` says whether phones, addresses and names of receivers are shown whole to this member; if not,
    /// nothing is found by them. That somebody searches who reads all talks stands in the audit record, once an hour.
    ///
    /// # Errors
    /// What cannot be looked for, a shop of others, and a store that cannot be read.
    pub async fn find(&self, reader: &Agent, whole: bool, wanted: Wanted, now: Millis) -> Result<Found, SearchError> {
        let looked = Arc::new(Looked::of(wanted)?);
        if looked.shop().is_some_and(|shop| !reader.works_for(shop)) {
            return Err(AccountError::Forbidden.into());
        }
        let everything = reads_all_talks(reader);
        if everything {
            self.accounts.record_search(&reader.id, now).await?;
        }
        let mut query = looked.query(reader, everything);
        let building = !indexer::is_whole(self.store.index_mark().await?.as_deref());
        let (began, mut read) = (Instant::now(), 0);
        let mut talks = Vec::new();
        loop {
            let page = self.store.find_talks(query.clone(), AT_ONCE).await?;
            read += page.talks.len();
            let candidates: Vec<ConversationId> = page.talks.iter().map(|talk| talk.conversation.clone()).collect();
            let looked_at: Vec<Option<FoundTalk>> = stream::iter(candidates)
                .map(|conversation| self.look(reader, whole, &looked, conversation))
                .buffered(BESIDE)
                .try_collect()
                .await?;
            for (found, candidate) in looked_at.into_iter().zip(&page.talks) {
                talks.extend(found);
                if talks.len() == PAGE {
                    let next = Some(candidate.cursor.clone());
                    return Ok(Found { talks, next, building });
                }
            }
            match page.next {
                Some(next) if read < MOST_READ && began.elapsed() < LONGEST => query.after = Some(next),
                next => return Ok(Found { talks, next, building }),
            }
        }
    }

    /// Takes the talks of a customer into the index anew, the latest first, at most 500: what colleagues keep of the customer is
    /// other than before.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub async fn index_anew(&self, shop: &ShopId, shopper: &ShopperId) -> Result<(), StoreError> {
        let talks = self.store.conversations_of(shop.clone(), shopper.clone()).await?;
        let latest: Vec<ConversationId> = talks.into_iter().rev().take(MOST_ANEW).collect();
        indexer::take_in(self.store.as_ref(), &latest).await
    }

    /// Reads a talk and looks whether it is what is looked for, and may be read.
    async fn look(
        &self,
        reader: &Agent,
        whole: bool,
        looked: &Arc<Looked>,
        conversation: ConversationId,
    ) -> Result<Option<FoundTalk>, SearchError> {
        match self.hub.may_read(reader, &conversation, None).await {
            Ok(_) => {}
            Err(HubError::OtherShop | HubError::NotReadable | HubError::UnknownConversation) => return Ok(None),
            Err(HubError::Store(error)) => return Err(error.into()),
            Err(error) => return Err(SearchError::Hub(error)),
        }
        let Some(talk) = Talk::read(self.store.as_ref(), &conversation).await? else {
            return Ok(None);
        };
        let looked = Arc::clone(looked);
        let judged = tokio::task::spawn_blocking(move || judged(talk, whole, &looked)).await;
        judged.map_err(|error| StoreError::Unavailable(error.to_string()).into())
    }
}

/// What was found in a talk, as its reader may see it.
fn judged(mut talk: Talk, whole: bool, looked: &Looked) -> Option<FoundTalk> {
    let mut hits = looked.find(&talk)?;
    if !whole {
        for said in &mut talk.said {
            if let std::borrow::Cow::Owned(hidden) = hide_personal(&said.text) {
                said.text = hidden;
            }
        }
        hits = looked.find(&talk)?;
    }
    Some(FoundTalk::of(talk, hits))
}
