//! The numbers of the day for whoever leads: the change feed is read once, a bit with each request and on from where it
//! stood, and folded ([`crate::insight::numbers`]). Nothing is written; a server that is started anew reads the days that are asked for
//! again.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::{Span as Time, ToSpan};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::accounts::Actor;
use crate::dialogue::Generation;
use crate::insight::numbers::{Numbers, Report, Span};
use crate::model::{Agent, ConversationId, Event, Millis, ShopId};
use crate::shops::Shops;
use crate::store::{FeedCursor, Store, StoreError, events_before};

/// Days of a report at most.
pub const MOST_DAYS: i32 = 31;
/// So many days back numbers are told; what lies before is not read.
pub const OLDEST_DAYS: i32 = 92;
/// Events read at once.
const PAGE: usize = 1_000;
/// So long one request reads at most; the rest is for the next one. Well below the time limit of a request.
const READS_FOR: Duration = Duration::from_secs(3);
/// By so much the clocks of servers may differ, milliseconds.
const CLOCKS_MS: u64 = 60_000;

/// Which numbers somebody asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Of one shop; without it of all that the reader may see.
    pub shop: Option<ShopId>,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
}

/// What is told.
#[derive(Debug)]
pub struct Told {
    /// The numbers.
    pub report: Report,
    /// Of these shops.
    pub shops: BTreeSet<ShopId>,
    /// What happened up to this moment is in them; `None` when that is everything.
    pub read_until: Option<Millis>,
}

/// Why there are no numbers.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// Neither a supervisor nor an owner, or not of this shop.
    #[error("numbers are for supervisors and owners, of their shops")]
    Forbidden,
    /// The days lie ahead, too far back, or are too many.
    #[error("from the first to the last there are at most {MOST_DAYS} days, of the last {OLDEST_DAYS}")]
    Days,
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The numbers. Clones share everything.
#[derive(Clone)]
pub struct Reporting(Arc<Inner>);

struct Inner {
    store: Arc<dyn Store>,
    shops: Arc<Shops>,
    reading: Mutex<Option<Reading>>,
}

/// How far the feed is read, and what it says.
struct Reading {
    /// What happened before is not counted.
    from: Millis,
    next: FeedCursor,
    /// The time of the last event that was read.
    until: Millis,
    numbers: Numbers,
}

impl Reporting {
    /// Over this store and these shops.
    pub fn new(store: Arc<dyn Store>, shops: Arc<Shops>) -> Reporting {
        Reporting(Arc::new(Inner {
            store,
            shops,
            reading: Mutex::default(),
        }))
    }

    /// The last day that may be asked for by this reader: today, in the zone of the shop that is meant.
    ///
    /// # Errors
    /// Whoever may not read them.
    pub fn today(&self, agent: &Agent, shop: Option<&ShopId>, now: Millis) -> Result<Date, ReportError> {
        let days = self.of(agent, shop)?;
        let days = days.values().map(|generation| generation.pack.shop.date_at(now));
        days.max().ok_or(ReportError::Forbidden)
    }

    /// Numbers of shops that the reader leads.
    ///
    /// # Errors
    /// Whoever may not read them, days that are not told, and a store that cannot be read.
    pub async fn numbers(&self, agent: &Agent, wanted: &Wanted, now: Millis) -> Result<Told, ReportError> {
        let of = self.of(agent, wanted.shop.as_ref())?;
        let today = self.today(agent, wanted.shop.as_ref(), now)?;
        let oldest = back(today, OLDEST_DAYS)?;
        let too_many = back(wanted.until, MOST_DAYS - 1)? > wanted.from;
        if wanted.from > wanted.until || wanted.until > today || wanted.from < oldest || too_many {
            return Err(ReportError::Days);
        }
        let begins = of
            .values()
            .map(|generation| generation.pack.shop.hours.day(wanted.from).start);
        let from = begins.min().ok_or(ReportError::Forbidden)?;
        let span = Span {
            shops: of.keys().cloned().collect(),
            from: wanted.from,
            until: wanted.until,
        };
        let began = Instant::now();
        loop {
            // Whoever else waits goes on behind each part: several who ask share what is read.
            let mut reading = self.0.reading.lock().await;
            let reading = match &mut *reading {
                Some(reading) if reading.from <= from => reading,
                other => other.insert(self.begun(from).await?),
            };
            let more = self.read_on(reading, now, oldest).await?;
            if !more || began.elapsed() >= READS_FOR {
                return Ok(Told {
                    report: reading.numbers.report(&span, now),
                    shops: span.shops,
                    read_until: more.then_some(reading.until),
                });
            }
        }
    }

    async fn begun(&self, from: Millis) -> Result<Reading, StoreError> {
        let next = self.0.store.feed_at(Millis(from.0.saturating_sub(CLOCKS_MS))).await?;
        Ok(Reading {
            from,
            next,
            until: from,
            numbers: Numbers::default(),
        })
    }

    /// Reads one part; returns whether there is more. Nothing is changed before all of the part is there, so whoever goes
    /// away in the middle, or an error, loses nothing.
    async fn read_on(&self, reading: &mut Reading, now: Millis, oldest: Date) -> Result<bool, StoreError> {
        let page = self.0.store.feed(reading.next.clone(), None, PAGE).await?;
        let served = self.0.shops.all();
        let local = |shop: &ShopId, at: Millis| Some(served.get(shop)?.pack.shop.hours.hour_at(at));
        // Of talks that began before, what went before: asked for first, so that an error changes nothing.
        let mut before: HashMap<&ConversationId, Vec<Arc<Event>>> = HashMap::new();
        for entry in &page.entries {
            let known = entry.event.seq == 1
                || !served.contains_key(&entry.shop)
                || reading.numbers.knows(&entry.conversation)
                || before.contains_key(&entry.conversation);
            if !known {
                let events = events_before(&*self.0.store, &entry.conversation, entry.event.seq).await?;
                before.insert(&entry.conversation, events);
            }
        }
        for entry in &page.entries {
            if !served.contains_key(&entry.shop) {
                continue;
            }
            if let Some(events) = before.remove(&entry.conversation) {
                reading
                    .numbers
                    .recall(&entry.shop, &entry.conversation, &events, &local);
            }
            let event = std::slice::from_ref(&entry.event);
            match entry.event.at < reading.from {
                true => reading.numbers.recall(&entry.shop, &entry.conversation, event, &local),
                false => reading
                    .numbers
                    .take(&entry.shop, &entry.conversation, &entry.event, &local),
            }
            reading.until = reading.until.max(entry.event.at);
        }
        reading.next = page.next;
        let until = match page.more {
            true => reading.until,
            false => now,
        };
        reading.numbers.settle(until, oldest);
        Ok(page.more)
    }

    /// The shops of which this reader may see numbers.
    fn of(&self, agent: &Agent, shop: Option<&ShopId>) -> Result<HashMap<ShopId, Arc<Generation>>, ReportError> {
        let actor = Actor::Member(agent.clone());
        let served = self.0.shops.all();
        let own: HashMap<ShopId, Arc<Generation>> = served
            .iter()
            .filter(|(id, _)| shop.is_none_or(|shop| shop == *id) && actor.may_read_numbers(id))
            .map(|(id, generation)| (id.clone(), Arc::clone(generation)))
            .collect();
        match own.is_empty() {
            true => Err(ReportError::Forbidden),
            false => Ok(own),
        }
    }
}

/// So many days before a day.
fn back(day: Date, days: i32) -> Result<Date, ReportError> {
    let span: Time = days.days();
    day.checked_sub(span).map_err(|_| ReportError::Days)
}
