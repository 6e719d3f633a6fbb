//! What a change would do to what shoppers said lately: their talks are replayed under what answers now and under what would
//! answer, on a thread of its own, for a few seconds at the most.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::sync::OwnedMutexGuard;

use crate::dialogue::Generation;
use crate::insight::replay::{Change, People, RecordedTalk, Recorder, ReplayReport, Side, replay_while};
use crate::model::{ConversationId, EventKind, Millis, ShopId};
use crate::store::{Store, StoreError};

/// A talk that began so long before the days is read whole, milliseconds; of an older one the beginning is missing, and it
/// is left out.
const BEFORE_MS: u64 = 2 * 3_600_000;
/// By so much the clocks of servers may differ, milliseconds.
const CLOCKS_MS: u64 = 60_000;
/// Events read at once.
const PAGE: usize = 1_000;
/// Messages replayed at most: those of the newest talks.
const MOST_MESSAGES: usize = 20_000;
/// Events read at most.
const MOST_EVENTS: usize = 400_000;
/// Nobody waits longer for a replay; what was replayed until then is told.
const LONGEST: Duration = Duration::from_secs(8);
/// For how long talks are kept for the next try, milliseconds: what is erased goes from here too.
const KEPT_MS: u64 = 5 * 60_000;
/// Ways of changing that are shown.
const MOST_GROUPS: usize = 40;

/// What is different.
#[derive(Clone, Debug, Serialize)]
pub struct Effect {
    /// From when on the talks are.
    pub since: Millis,
    /// Talks that were replayed.
    pub talks: usize,
    /// Messages that the bot answered in them, bursts as one.
    pub messages: usize,
    /// Not all of it was replayed: there was too much, or it took too long.
    pub cut: bool,
    /// Messages for which anything is different.
    pub changed: usize,
    /// By change: how many messages.
    pub by_change: BTreeMap<Change, usize>,
    /// Messages that go to people only now.
    pub more_people: usize,
    /// Messages that no longer go to people.
    pub fewer_people: usize,
    /// What changes, the gravest and then the commonest first.
    pub groups: Vec<EffectGroup>,
    /// Ways of changing that are not shown.
    pub left_out: usize,
}

/// Messages that change in the same way.
#[derive(Clone, Debug, Serialize)]
pub struct EffectGroup {
    /// How.
    pub change: Change,
    /// Whether people get more or fewer chats by it.
    pub people: People,
    /// The titles of the questions that are answered now, or the decision where none is.
    pub before: Vec<String>,
    /// The same with the change.
    pub after: Vec<String>,
    /// Messages.
    pub count: usize,
    /// Talks.
    pub talks: usize,
    /// Some of them, with personal data hidden.
    pub samples: Vec<EffectSample>,
}

/// A message with what is made of it.
#[derive(Clone, Debug, Serialize)]
pub struct EffectSample {
    /// What was said.
    pub text: String,
    /// Now.
    pub before: EffectSide,
    /// With the change.
    pub after: EffectSide,
}

/// What is said to a message, and why.
#[derive(Clone, Debug, Serialize)]
pub struct EffectSide {
    /// What the shopper is shown.
    pub says: Vec<String>,
    /// Stretches of the message with what they are most like.
    pub because: Vec<String>,
}

/// The talks that were read last.
#[derive(Default)]
pub(super) struct Talks(Mutex<Option<Kept>>);

#[derive(Clone)]
struct Kept {
    shop: ShopId,
    since: Millis,
    read: Millis,
    talks: Arc<Vec<RecordedTalk>>,
    cut: bool,
}

impl Talks {
    async fn of(&self, store: &dyn Store, shop: &ShopId, since: Millis, now: Millis) -> Result<Kept, StoreError> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let fits = |kept: &Kept| kept.shop == *shop && kept.since == since && now.since(kept.read) < KEPT_MS;
        if let Some(known) = known.filter(fits) {
            return Ok(known);
        }
        let (talks, cut) = read(store, shop, since).await?;
        let kept = Kept {
            shop: shop.clone(),
            since,
            read: now,
            talks: Arc::new(talks),
            cut,
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept.clone());
        Ok(kept)
    }

    /// Replays the talks since a moment, and holds `one` as long as that takes.
    ///
    /// # Errors
    /// The talks cannot be read.
    pub async fn effect(
        &self,
        store: &dyn Store,
        [before, after]: [Arc<Generation>; 2],
        since: Millis,
        now: Millis,
        one: OwnedMutexGuard<()>,
    ) -> Result<Effect, StoreError> {
        let Kept { talks, cut, .. } = self.of(store, &before.pack.shop.id, since, now).await?;
        let work = move || {
            let _one = one;
            let begun = Instant::now();
            let all = talks.len();
            let report = replay_while(&before, &after, &talks, 1, &|_| begun.elapsed() < LONGEST);
            let cut = cut || report.talks < all;
            Effect::of(report, since, cut)
        };
        tokio::task::spawn_blocking(work).await.map_err(StoreError::from)
    }
}

/// The talks since a moment, newest first, since there may not be time for all; and whether some were left out.
async fn read(store: &dyn Store, shop: &ShopId, since: Millis) -> Result<(Vec<RecordedTalk>, bool), StoreError> {
    let from = Millis(since.0.saturating_sub(BEFORE_MS + CLOCKS_MS));
    let mut after = store.feed_at(from).await?;
    let mut recorder = Recorder::default();
    // By talk: whether its beginning was read, and when something was said in it last.
    let mut seen: BTreeMap<ConversationId, (bool, Millis)> = BTreeMap::new();
    let (mut count, mut cut) = (0, false);
    loop {
        let page = store.feed(after, Some(shop.clone()), PAGE).await?;
        for entry in &page.entries {
            let begins = matches!(entry.event.kind, EventKind::Started { .. });
            let known = seen.entry(entry.conversation.clone()).or_insert((begins, Millis(0)));
            if matches!(entry.event.kind, EventKind::Received { .. }) {
                known.1 = known.1.max(entry.event.at);
            }
            recorder.add(&entry.conversation, &entry.event);
        }
        count += page.entries.len();
        after = page.next;
        if !page.more {
            break;
        }
        if count >= MOST_EVENTS {
            cut = true;
            break;
        }
    }
    let mut talks = recorder.talks();
    talks.retain(|talk| {
        let known = seen.get(&ConversationId::new(talk.id.clone()));
        known.is_some_and(|(begins, last)| *begins && *last >= since)
    });
    let mut messages = 0;
    let newest = talks.iter().rev().take_while(|talk| {
        messages += talk.turns.len();
        messages <= MOST_MESSAGES
    });
    let kept = newest.count();
    cut |= kept < talks.len();
    talks.drain(..talks.len() - kept);
    talks.reverse();
    Ok((talks, cut))
}

impl Effect {
    fn of(report: ReplayReport, since: Millis, cut: bool) -> Effect {
        let left_out = report.groups.len().saturating_sub(MOST_GROUPS);
        let titled = |side: &str| report.titles_of(side);
        let groups = report.groups.iter().take(MOST_GROUPS).map(|group| EffectGroup {
            change: group.change,
            people: group.people,
            before: titled(&group.before),
            after: titled(&group.after),
            count: group.count,
            talks: group.talks,
            samples: group
                .samples
                .iter()
                .map(|sample| EffectSample {
                    text: sample.text.clone(),
                    before: shown(&sample.before),
                    after: shown(&sample.after),
                })
                .collect(),
        });
        Effect {
            since,
            talks: report.talks,
            messages: report.messages,
            cut,
            changed: report.changed,
            groups: groups.collect(),
            left_out,
            by_change: report.by_change,
            more_people: report.more_people,
            fewer_people: report.fewer_people,
        }
    }
}

fn shown(side: &Side) -> EffectSide {
    EffectSide {
        says: side.says.clone(),
        because: side.because.clone(),
    }
}
