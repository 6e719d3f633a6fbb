//! What the shoppers of a shop said on a day, read from the change feed: a little before, so that it is known what the bot
//! had asked, and some hours after, so that it is known what became of it.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use crate::insight::missed::missed;
use crate::insight::morning::OfPerson;
use crate::model::{ConversationId, Event, EventKind, Millis, ShopId};
use crate::store::{Store, StoreError};

/// How much before the day is read, milliseconds: longer than a shopper thinks about a reply.
const BEFORE_MS: u64 = 2 * 3_600_000;
/// How much after it, milliseconds.
const AFTER_MS: u64 = 6 * 3_600_000;
/// By so much the clocks of servers may differ, milliseconds.
const CLOCKS_MS: u64 = 60_000;
/// Events read at once.
const PAGE: usize = 1_000;
/// Events read at most, of about a hundred thousand messages; beyond, the rest of the day is left out, and it is said.
const MOST_EVENTS: usize = 400_000;
/// Different texts of the day that are kept to see what a change does to them.
const TEXTS: usize = 1_500;

/// A day.
#[derive(Debug, Default)]
pub struct Day {
    /// What was not answered well.
    pub found: Vec<OfPerson>,
    /// Messages of shoppers.
    pub messages: usize,
    /// Talks with messages of that day.
    pub talks: usize,
    /// Different texts, as they came.
    pub texts: Vec<String>,
    /// More was said than is read.
    pub cut: bool,
}

impl Day {
    /// Until when what comes can still change what is known of a day.
    pub fn is_over(span: &Range<Millis>, now: Millis) -> bool {
        now >= span.end.plus(AFTER_MS + CLOCKS_MS)
    }
}

type Talks = BTreeMap<ConversationId, Vec<Arc<Event>>>;

/// Reads a day.
pub async fn read(store: &dyn Store, shop: &ShopId, span: Range<Millis>, now: Millis) -> Result<Day, StoreError> {
    let (talks, cut) = events(store, shop, &span).await?;
    let (mut day, found) = tokio::task::spawn_blocking(move || judged(talks, &span, now))
        .await
        .map_err(StoreError::from)?;
    for (conversation, shopper, missed) in found {
        let person = match shopper {
            Some(shopper) => shopper,
            None => shopper_of(store, &conversation).await?,
        };
        day.found.extend(missed.into_iter().map(|missed| OfPerson {
            person: person.clone(),
            missed,
        }));
    }
    day.cut = cut;
    Ok(day)
}

async fn events(store: &dyn Store, shop: &ShopId, span: &Range<Millis>) -> Result<(Talks, bool), StoreError> {
    let from = Millis(span.start.0.saturating_sub(BEFORE_MS));
    let to = span.end.plus(AFTER_MS);
    let mut after = store.feed_at(Millis(from.0.saturating_sub(CLOCKS_MS))).await?;
    let (mut talks, mut count) = (Talks::new(), 0);
    loop {
        let page = store.feed(after, Some(shop.clone()), PAGE).await?;
        let past = |at: Millis| at >= to.plus(CLOCKS_MS);
        let is_over = page.entries.last().is_some_and(|entry| past(entry.event.at));
        for entry in page.entries {
            if (from..to).contains(&entry.event.at) {
                talks.entry(entry.conversation).or_default().push(entry.event);
                count += 1;
            }
        }
        if is_over || !page.more {
            return Ok((talks, false));
        }
        if count >= MOST_EVENTS {
            return Ok((talks, true));
        }
        after = page.next;
    }
}

type OfTalk = (ConversationId, Option<String>, Vec<crate::insight::missed::Missed>);

/// Looks at the talks, away from the threads that serve.
fn judged(talks: Talks, span: &Range<Millis>, now: Millis) -> (Day, Vec<OfTalk>) {
    let (mut day, mut found) = (Day::default(), Vec::new());
    let mut seen = HashSet::new();
    // What was stored after the last page that was read is not known.
    let until = now.min(span.end.plus(AFTER_MS));
    for (conversation, events) in talks {
        let received = events.iter().filter(|event| span.contains(&event.at));
        let before = day.messages;
        for event in received {
            let EventKind::Received { text, .. } = &event.kind else {
                continue;
            };
            day.messages += 1;
            if day.texts.len() < TEXTS && seen.insert(text.clone()) {
                day.texts.push(text.clone());
            }
        }
        day.talks += usize::from(day.messages > before);
        let missed = missed(&events, span, until);
        if !missed.is_empty() {
            found.push((conversation, shopper_in(&events), missed));
        }
    }
    (day, found)
}

fn shopper_in(events: &[Arc<Event>]) -> Option<String> {
    events.iter().find_map(|event| match &event.kind {
        EventKind::Started { shopper, .. } => Some(shopper.as_str().to_owned()),
        _ => None,
    })
}

/// The shopper of a talk that began before what was read; one that is forgotten meanwhile counts for itself.
async fn shopper_of(store: &dyn Store, conversation: &ConversationId) -> Result<String, StoreError> {
    let first = store.read(conversation.clone(), 0, 1).await?;
    Ok(shopper_in(&first).unwrap_or_else(|| conversation.as_str().to_owned()))
}
