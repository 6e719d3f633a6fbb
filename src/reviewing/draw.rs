//! Which talks of a day are drawn: those that ended on it and that people had, in an order that the shop, the day, the round and
//! the talk alone decide. Whoever draws again gets the same; whoever draws more gets the same and more.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::civil::Date;
use tokio::time::Instant;

use crate::dialogue::Generation;
use crate::insight::quality::{Mark, Rule, TalkFacts, marks};
use crate::model::{Assessment, ConversationId, Event, Millis, Owner, Seq, ShopId, StableHash};
use crate::store::{Store, StoreError, events_before};

/// Talks that are drawn at once at most.
pub const MOST_DRAWN: usize = 50;
/// By so much the clocks of servers may differ, milliseconds.
const CLOCKS_MS: u64 = 60_000;
/// Events read at once.
const PAGE: usize = 1_000;
/// Talks read at a time, and for one draw at most.
const BESIDE: usize = 4;
const MOST_READ: usize = 2_000;
/// Events of the day that are looked through at most.
const MOST_EVENTS: usize = 400_000;
/// How long one draw may take: then what was found is told.
const LONGEST: Duration = Duration::from_secs(4);

/// What is drawn.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Of which shop.
    pub shop: ShopId,
    /// On which day the talks ended, in the shop's zone.
    pub day: Date,
    /// Only talks in which this rule finds something; `None` draws from all.
    pub rule: Option<Rule>,
    /// How many, 1 to [`MOST_DRAWN`].
    pub size: usize,
    /// Another round is another draw.
    pub round: u32,
}

/// A talk that was drawn.
#[derive(Clone, Debug)]
pub struct DrawnTalk {
    /// Which.
    pub conversation: ConversationId,
    /// What is known of it.
    pub facts: TalkFacts,
    /// What the rules find in it.
    pub marks: Vec<Mark>,
    /// How often it was assessed.
    pub assessments: usize,
    /// Points that were taken off in all.
    pub points: u32,
}

/// A draw.
#[derive(Debug, Default)]
pub struct Drawn {
    /// The talks, in the order in which they were drawn.
    pub talks: Vec<DrawnTalk>,
    /// Talks that ended on the day, with people or without.
    pub ended: usize,
    /// There was more than is looked through at once: there may be further talks that fit.
    pub cut: bool,
}

/// Draws.
pub(super) async fn draw(
    store: &dyn Store,
    shop: &Arc<Generation>,
    wanted: &Wanted,
    span: Range<Millis>,
) -> Result<Drawn, StoreError> {
    let began = Instant::now();
    let (ended, mut cut) = ended_on(store, &wanted.shop, &span).await?;
    let mut drawn = Drawn {
        ended: ended.len(),
        ..Drawn::default()
    };
    let mut order: Vec<(u64, ConversationId)> = ended.into_iter().map(|talk| (lot(wanted, &talk), talk)).collect();
    order.sort_unstable();
    cut |= order.len() > MOST_READ;
    let span = &span;
    let read = stream::iter(order.into_iter().take(MOST_READ))
        .map(|(_, talk)| looked_at(store, shop, talk, span))
        .buffered(BESIDE);
    let mut read = std::pin::pin!(read);
    while let Some(talk) = read.try_next().await? {
        let fits = |talk: &DrawnTalk| match wanted.rule {
            None => true,
            Some(rule) => talk.marks.iter().any(|mark| mark.rule == rule),
        };
        drawn.talks.extend(talk.filter(fits));
        if drawn.talks.len() >= wanted.size {
            break;
        }
        if began.elapsed() >= LONGEST {
            cut = true;
            break;
        }
    }
    for talk in &mut drawn.talks {
        let said = store.review(talk.conversation.clone()).await?.review.assessments;
        talk.assessments = said.len();
        talk.points = said.iter().map(Assessment::points).sum();
    }
    drawn.cut = cut && drawn.talks.len() < wanted.size;
    Ok(drawn)
}

/// The place of a talk in the draw.
fn lot(wanted: &Wanted, talk: &ConversationId) -> u64 {
    let seed = format!("{}\0{}\0{}\0{talk}", wanted.shop, wanted.day, wanted.round);
    StableHash::of(seed.bytes()).stirred()
}

/// The talks that ended in a span, as the change feed tells it, and whether not all of it was read.
async fn ended_on(
    store: &dyn Store,
    shop: &ShopId,
    span: &Range<Millis>,
) -> Result<(BTreeSet<ConversationId>, bool), StoreError> {
    let mut after = store.feed_at(Millis(span.start.0.saturating_sub(CLOCKS_MS))).await?;
    let (mut ended, mut read) = (BTreeSet::new(), 0);
    loop {
        let page = store.feed(after, Some(shop.clone()), PAGE).await?;
        read += page.entries.len();
        let past = |at: Millis| at >= span.end.plus(CLOCKS_MS);
        let is_over = page.entries.last().is_some_and(|entry| past(entry.event.at));
        for entry in page.entries {
            if span.contains(&entry.event.at) && entry.event.kind.new_owner() == Some(Owner::Closed) {
                ended.insert(entry.conversation);
            }
        }
        if is_over || !page.more {
            return Ok((ended, false));
        }
        if read >= MOST_EVENTS {
            return Ok((ended, true));
        }
        after = page.next;
    }
}

/// A talk, when people had it and it ended last in the span.
async fn looked_at(
    store: &dyn Store,
    shop: &Arc<Generation>,
    conversation: ConversationId,
    span: &Range<Millis>,
) -> Result<Option<DrawnTalk>, StoreError> {
    let events = events_before(store, &conversation, Seq::MAX).await?;
    let Some(facts) = TalkFacts::of(&events) else {
        return Ok(None);
    };
    if facts.agents.is_empty() || !facts.ended.is_some_and(|ended| span.contains(&ended)) {
        return Ok(None);
    }
    let marks = judged(events, shop).await?;
    Ok(Some(DrawnTalk {
        conversation,
        facts,
        marks,
        assessments: 0,
        points: 0,
    }))
}

/// What the rules find, away from the threads that serve.
pub(super) async fn judged(events: Vec<Arc<Event>>, shop: &Arc<Generation>) -> Result<Vec<Mark>, StoreError> {
    let shop = Arc::clone(shop);
    tokio::task::spawn_blocking(move || marks(&events, &shop))
        .await
        .map_err(StoreError::from)
}
