//! A draft that answers a share of the new talks: its pack is made beside the one of all others, made anew when that changes, and
//! what became of the talks of both is counted from what was stored.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::accounts::{AccountError, Actor};
use crate::insight::missed::{Why, missed};
use crate::model::{Agent, ConversationId, Event, EventKind, Millis, ShopId};
use crate::shops::{Share, Shared};
use crate::store::{Store, StoreError};

use super::Teaching;
use super::draft::Draft;
use super::draft_steps::DraftStep;
use super::drafting::{refused, said};
use super::error::TeachError;
use super::record::OfShop;
use super::writing::Purpose;

/// Events read at once.
const PAGE: usize = 1_000;
/// Events read at most: those since the share began, the oldest first.
const MOST_EVENTS: usize = 400_000;
/// By so much the clocks of servers may differ, milliseconds.
const CLOCKS_MS: u64 = 60_000;

/// What became of talks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Arm {
    /// Talks in which something was said.
    pub talks: usize,
    /// Messages of shoppers.
    pub messages: usize,
    /// Messages that the bot did not understand, or of which it asked back in vain.
    pub not_understood: usize,
    /// Messages that were answered, and the same was asked again.
    pub asked_again: usize,
    /// Talks that went to people.
    pub handed_off: usize,
    /// Talks that were rated.
    pub rated: usize,
    /// Their stars in all.
    pub stars: usize,
}

/// What became of the talks of a draft and of all others since it answers a share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShareCounts {
    /// Since when.
    pub since: Millis,
    /// More was said than is counted.
    pub cut: bool,
    /// The talks that the draft answers.
    pub draft: Arm,
    /// The talks that began in the same time and that it does not answer.
    pub live: Arm,
}

type Talks = BTreeMap<ConversationId, Vec<Arc<Event>>>;

impl Teaching {
    /// Lets the draft that says so answer its share at this server, and no other.
    pub(super) async fn bring_share(&self, shop: &ShopId, of_shop: &OfShop, now: Millis) -> Result<(), TeachError> {
        let shops = &self.0.shops;
        let there = shops.share_of(shop);
        let mut open = of_shop.drafts.open.values();
        let wanted = open.find_map(|draft| Some((draft, draft.share.as_ref()?)));
        let Some((draft, share)) = wanted else {
            if there.is_some() {
                shops.set_share(shop, None);
            }
            return Ok(());
        };
        let live = self.generation(shop)?;
        let made_of = format!("{} {} {}", draft.id, draft.version, live.pack.id);
        if there.is_some_and(|there| there.made_of == made_of && there.shared == share.shared) {
            return Ok(());
        }
        match self.beside(shop, draft, now).await {
            Ok(generation) => {
                let (shared, pack) = (share.shared, generation.pack.id.clone());
                shops.set_share(
                    shop,
                    Some(Share {
                        made_of,
                        shared,
                        generation,
                    }),
                );
                tracing::info!(%shop, draft = draft.id, percent = shared.percent, %pack, "a draft answers a share of the new talks");
                Ok(())
            }
            Err(TeachError::Stopped) => Ok(()),
            Err(error) => {
                shops.set_share(shop, None);
                let why = said(&error);
                tracing::error!(%shop, draft = draft.id, why = why[1], "a draft answers no share of the talks any more; all get what is live");
                let step = DraftStep::Unshare { why: Some(why) };
                // Another server has said so already.
                match self.step(&share.by, shop, &draft.id, step, now).await {
                    Err(TeachError::Store(error)) => Err(error.into()),
                    _ => Ok(()),
                }
            }
        }
    }

    /// The pack of a draft beside what is live; nothing is written.
    async fn beside(
        &self,
        shop: &ShopId,
        draft: &Draft,
        now: Millis,
    ) -> Result<Arc<crate::dialogue::Generation>, TeachError> {
        let laid = self.laid(shop, draft, now).await?;
        let (written, _) = self.put_draft(shop, draft, laid, Purpose::Try, now).await?;
        match written {
            Some(written) => written.generations.get(shop).cloned().ok_or(TeachError::UnknownShop),
            None => self.generation(shop),
        }
    }

    /// What became of the talks of a draft that answers a share, and of the others.
    ///
    /// # Errors
    /// Whoever may not read it, and a draft that answers no share.
    pub async fn share_counts(
        &self,
        agent: &Agent,
        shop: &ShopId,
        id: &str,
        now: Millis,
    ) -> Result<ShareCounts, TeachError> {
        if !Actor::Member(agent.clone()).may_read_morning(shop) {
            return Err(AccountError::Forbidden.into());
        }
        let of_shop = self.of_shop(shop).await?;
        let draft = self.open_draft(&of_shop, id).await?;
        let Some(share) = &draft.share else {
            return Err(refused(
                "这份草稿没有在放量。",
                "This draft answers no share of the talks.",
            ));
        };
        let shared = share.shared;
        let (talks, cut) = read(&*self.0.store, shop, shared.since).await?;
        let counted = tokio::task::spawn_blocking(move || counted(&talks, shared, now));
        let [draft, live] = counted.await.map_err(StoreError::from)?;
        Ok(ShareCounts {
            since: shared.since,
            cut,
            draft,
            live,
        })
    }
}

/// The talks of which something was stored since a moment; and whether there are more.
async fn read(store: &dyn Store, shop: &ShopId, since: Millis) -> Result<(Talks, bool), StoreError> {
    let mut after = store.feed_at(Millis(since.0.saturating_sub(CLOCKS_MS))).await?;
    let (mut talks, mut count) = (Talks::new(), 0);
    loop {
        let page = store.feed(after, Some(shop.clone()), PAGE).await?;
        count += page.entries.len();
        for entry in page.entries {
            talks.entry(entry.conversation).or_default().push(entry.event);
        }
        if !page.more || count >= MOST_EVENTS {
            return Ok((talks, page.more));
        }
        after = page.next;
    }
}

/// What became of the talks of the draft, and of the others.
fn counted(talks: &Talks, shared: Shared, now: Millis) -> [Arm; 2] {
    let mut arms = [Arm::default(); 2];
    for (talk, events) in talks {
        let began = events.iter().find_map(|event| match event.kind {
            EventKind::Started { .. } => Some(event.at),
            _ => None,
        });
        // Of a talk that began before nothing is compared.
        let Some(began) = began else { continue };
        let arm = match (shared.takes(talk, began), shared.compares(talk, began)) {
            (true, _) => &mut arms[0],
            (false, true) => &mut arms[1],
            (false, false) => continue,
        };
        let of = |is: fn(&EventKind) -> bool| events.iter().filter(|event| is(&event.kind)).count();
        let messages = of(|kind| matches!(kind, EventKind::Received { .. }));
        arm.talks += usize::from(messages > 0);
        arm.messages += messages;
        arm.handed_off += of(|kind| matches!(kind, EventKind::HandedOff { .. })).min(1);
        for missed in missed(events, &(shared.since..now), now) {
            match missed.why {
                Why::ReplyLost | Why::NotUnderstood | Why::Abandoned => arm.not_understood += 1,
                Why::AskedAgain => arm.asked_again += 1,
                Why::Angered | Why::LowStars | Why::AskedPerson => {}
            }
        }
        let stars = events.iter().rev().find_map(|event| match event.kind {
            EventKind::Rated { stars } => Some(stars),
            _ => None,
        });
        if let Some(stars) = stars {
            arm.rated += 1;
            arm.stars += usize::from(stars);
        }
    }
    arms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ClientMessageId, Language, ShopperId};

    #[test]
    fn talks_of_both_are_counted_and_those_that_began_before_are_not() {
        let shared = Shared {
            percent: 50,
            since: Millis(1_000),
        };
        let event = |seq: u64, at: u64, kind: EventKind| {
            Arc::new(Event {
                seq,
                epoch: 1,
                at: Millis(at),
                kind,
            })
        };
        let talk = |at: u64| {
            let started = EventKind::Started {
                shop: ShopId::new("demo"),
                shopper: ShopperId::new("s"),
                lang: Language::Chinese,
            };
            let received = EventKind::Received {
                id: ClientMessageId::new("m"),
                text: "包邮吗".to_owned(),
                heard: None,
                files: Vec::new(),
            };
            vec![
                event(1, at, started),
                event(2, at + 1, received),
                event(3, at + 2, EventKind::Rated { stars: 4 }),
            ]
        };
        let mut talks: Talks = (0..40)
            .map(|number| (ConversationId::new(format!("n{number}")), talk(2_000)))
            .collect();
        talks.extend((0..40).map(|number| (ConversationId::new(format!("o{number}")), talk(500))));
        let [draft, live] = counted(&talks, shared, Millis(9_000));
        assert_eq!((draft.talks + live.talks, draft.messages + live.messages), (40, 40));
        assert!(draft.talks > 5 && live.talks > 5, "{draft:?} {live:?}");
        assert_eq!((draft.rated, draft.stars), (draft.talks, draft.talks * 4));
    }
}
