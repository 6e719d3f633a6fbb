//! Keeps the index behind the change feed: what has ended is read at once, what goes on when it is quiet. It writes down how
//! far it is, so that nothing is missing after a crash, and begins at the first event where it has never been.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::hub::Clock;
use crate::model::{ConversationId, EventKind, Millis, Owner};
use crate::store::{FeedCursor, FeedEntry, IndexedTalk, Store, StoreError};

use super::talk::Talk;
use super::terms::{VERSION, of_talk};

/// How often it looks for what is new.
const EVERY: Duration = Duration::from_secs(2);
/// How long a server leads without saying so again, milliseconds.
const LEADS_MS: u64 = 20_000;
/// Events read at once.
const PAGE: usize = 1_000;
/// A talk that goes on is read when nothing was said for so long, or when its first unread event is so old, milliseconds.
const QUIET_MS: u64 = 20_000;
const LONGEST_MS: u64 = 300_000;
/// Talks that wait to be read at most: beyond, those that are quiet for longest are read.
const MOST_PENDING: usize = 4_000;
/// Talks taken in with one write: some milliseconds of the writer.
const AT_ONCE: usize = 4;

/// How far the index is.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
struct Mark {
    /// Which terms its talks have.
    version: u32,
    /// All talks with events before this place are in it.
    cursor: FeedCursor,
    /// Whether it has been at the end of the feed.
    whole: bool,
}

/// Whether the index has read all talks, as its mark tells.
pub(super) fn is_whole(mark: Option<&str>) -> bool {
    read(mark).is_some_and(|mark| mark.whole)
}

/// A mark that this version can go on from.
fn read(mark: Option<&str>) -> Option<Mark> {
    let mark: Mark = serde_json::from_str(mark?).ok()?;
    (mark.version == VERSION).then_some(mark)
}

/// A talk with events that are not read yet.
struct Pending {
    /// The page of the feed that has the first of them.
    page: u64,
    first: Millis,
    last: Millis,
    ended: bool,
}

/// Where it is in the feed.
struct Reading {
    cursor: FeedCursor,
    /// Counts pages; where those begin that hold unread events.
    page: u64,
    begins: BTreeMap<u64, FeedCursor>,
    pending: BTreeMap<ConversationId, Pending>,
    written: Option<Mark>,
    whole: bool,
}

/// Keeps the index.
pub struct Indexer {
    store: Arc<dyn Store>,
    clock: Clock,
    reading: Option<Reading>,
}

impl Indexer {
    /// Of this store.
    pub fn new(store: Arc<dyn Store>, clock: Clock) -> Indexer {
        Indexer {
            store,
            clock,
            reading: None,
        }
    }

    /// Works until it is dropped.
    pub async fn run(mut self) {
        loop {
            if let Err(error) = self.step().await {
                tracing::warn!(%error, "the search index is not up to date, it is tried again");
                self.reading = None;
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Takes in what is new, where it is for this server to do.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub async fn step(&mut self) -> Result<(), StoreError> {
        if !self.store.lead_index(LEADS_MS).await? {
            self.reading = None;
            return Ok(());
        }
        let mut reading = match self.reading.take() {
            Some(reading) => reading,
            None => self.begin().await?,
        };
        loop {
            let more = self.read_page(&mut reading).await?;
            let due = reading.due(self.clock.now(), more);
            take_in(self.store.as_ref(), &due).await?;
            if !more && !reading.whole {
                reading.whole = true;
                tracing::info!("all talks can be searched");
            }
            self.write_mark(&mut reading).await?;
            if !more {
                break;
            }
            if !self.store.lead_index(LEADS_MS).await? {
                return Ok(());
            }
        }
        self.reading = Some(reading);
        Ok(())
    }

    async fn begin(&self) -> Result<Reading, StoreError> {
        let mark = read(self.store.index_mark().await?.as_deref());
        if mark.is_none() {
            tracing::info!("talks are read for the search index; until that is done some are not found");
        }
        Ok(Reading {
            cursor: mark.as_ref().map_or_else(FeedCursor::start, |mark| mark.cursor.clone()),
            page: 0,
            begins: BTreeMap::new(),
            pending: BTreeMap::new(),
            whole: mark.as_ref().is_some_and(|mark| mark.whole),
            written: mark,
        })
    }

    /// Reads a page of the feed; whether there are more.
    async fn read_page(&self, reading: &mut Reading) -> Result<bool, StoreError> {
        let page = match self.store.feed(reading.cursor.clone(), None, PAGE).await {
            // The mark is of another store: a copy was put back, or the data was moved.
            Err(StoreError::BadCursor(_)) => {
                (reading.cursor, reading.whole) = (FeedCursor::start(), false);
                self.store.feed(FeedCursor::start(), None, PAGE).await?
            }
            page => page?,
        };
        if !page.entries.is_empty() {
            reading.page += 1;
            reading.begins.insert(reading.page, reading.cursor.clone());
            page.entries.iter().for_each(|entry| reading.note(entry));
        }
        reading.cursor = page.next;
        Ok(page.more)
    }

    async fn write_mark(&self, reading: &mut Reading) -> Result<(), StoreError> {
        let mark = Mark {
            version: VERSION,
            cursor: reading.done(),
            whole: reading.whole,
        };
        if reading.written.as_ref() == Some(&mark) {
            return Ok(());
        }
        let text = serde_json::to_string(&mark).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        self.store.put_index_mark(text).await?;
        reading.written = Some(mark);
        Ok(())
    }
}

/// Reads talks and takes them into the index.
pub(super) async fn take_in(store: &dyn Store, due: &[ConversationId]) -> Result<(), StoreError> {
    for some in due.chunks(AT_ONCE) {
        let began = Instant::now();
        let mut left = some.to_vec();
        while !left.is_empty() {
            let mut talks = Vec::with_capacity(left.len());
            for conversation in &left {
                // One that is forgotten meanwhile is not there any more.
                talks.extend(Talk::read(store, conversation).await?);
            }
            let card = |talk: &Talk| {
                let whose = (talk.shop.clone(), talk.shopper.clone());
                (talk.conversation.clone(), whose, talk.card_version)
            };
            let cards: Vec<_> = talks.iter().map(card).collect();
            let indexed = tokio::task::spawn_blocking(move || talks.iter().map(indexed).collect::<Vec<_>>()).await;
            let indexed = indexed.map_err(StoreError::from)?;
            store.index_talks(indexed).await?;
            left.clear();
            for (conversation, (shop, shopper), version) in cards {
                // Whoever has changed the card meanwhile may have written before: what is written last is what is so.
                if store.customer_card(shop, shopper).await?.version != version {
                    left.push(conversation);
                }
            }
        }
        // Half of the time is for those who serve.
        tokio::time::sleep(began.elapsed()).await;
    }
    Ok(())
}

fn indexed(talk: &Talk) -> IndexedTalk {
    IndexedTalk {
        conversation: talk.conversation.clone(),
        began: talk.began,
        seq: talk.seq,
        terms: of_talk(talk),
    }
}

impl Reading {
    fn note(&mut self, entry: &FeedEntry) {
        let at = entry.event.at;
        let pending = self.pending.entry(entry.conversation.clone()).or_insert(Pending {
            page: self.page,
            first: at,
            last: at,
            ended: false,
        });
        pending.last = at;
        match entry.event.kind.new_owner() {
            Some(owner) => pending.ended = owner == Owner::Closed,
            // What is said of an ended talk alone is read at once too.
            None => pending.ended |= matches!(entry.event.kind, EventKind::Rated { .. }),
        }
    }

    /// Takes out what is to be read now. While there is more in the feed, talks that go on may go on there.
    fn due(&mut self, now: Millis, more: bool) -> Vec<ConversationId> {
        let is_due = |pending: &Pending| {
            let quiet = now.since(pending.last) >= QUIET_MS || now.since(pending.first) >= LONGEST_MS;
            pending.ended || (quiet && !more)
        };
        let mut due: Vec<ConversationId> = self
            .pending
            .iter()
            .filter(|(_, pending)| is_due(pending))
            .map(|(conversation, _)| conversation.clone())
            .collect();
        let left = self.pending.len() - due.len();
        if left > MOST_PENDING {
            let mut rest: Vec<_> = self.pending.iter().filter(|(_, pending)| !is_due(pending)).collect();
            rest.sort_unstable_by_key(|(_, pending)| pending.last);
            due.extend(
                rest.into_iter()
                    .take(left / 2)
                    .map(|(conversation, _)| conversation.clone()),
            );
        }
        for conversation in &due {
            self.pending.remove(conversation);
        }
        due
    }

    /// The place before which nothing is unread.
    fn done(&mut self) -> FeedCursor {
        let oldest = self.pending.values().map(|pending| pending.page).min();
        self.begins
            .retain(|page, _| oldest.is_some_and(|oldest| *page >= oldest));
        let begins = self.begins.first_key_value().map(|(_, begins)| begins.clone());
        begins.unwrap_or_else(|| self.cursor.clone())
    }
}
