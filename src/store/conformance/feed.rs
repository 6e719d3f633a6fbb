//! The change feed.

use std::collections::HashMap;

use super::Reopen;
use super::new_events::*;
use crate::model::{ConversationId, EventKind, Language, Millis, NewEvent, Partition, ShopId, ShopperId};
use crate::store::{Expect, FeedCursor, FeedEntry, Store, StoreError};

/// A talk of a shopper of another shop than `demo`.
fn elsewhere(shop: &str, shopper: &str) -> (ConversationId, NewEvent) {
    let (shop, shopper) = (ShopId::new(shop), ShopperId::new(shopper));
    let id = ConversationId::begin("e-000", Partition::of(&shop, &shopper));
    let lang = Language::Chinese;
    (id, new_event(1, EventKind::Started { shop, shopper, lang }))
}

/// Reads on until there is no more.
async fn since(
    store: &dyn Store,
    mut after: FeedCursor,
    shop: Option<&str>,
    limit: usize,
) -> (Vec<FeedEntry>, FeedCursor) {
    let mut all = Vec::new();
    loop {
        let page = store.feed(after, shop.map(ShopId::new), limit).await.unwrap();
        assert!(page.entries.len() <= limit, "{} of {limit}", page.entries.len());
        all.extend(page.entries);
        after = page.next;
        if !page.more {
            return (all, after);
        }
    }
}

fn names(entries: &[FeedEntry]) -> Vec<(String, u64)> {
    entries
        .iter()
        .map(|entry| (entry.conversation.to_string(), entry.event.seq))
        .collect()
}

/// Every stored event is in the feed once, each conversation's in their order, whatever the size of the pages; every
/// entry's cursor goes on after it; what comes later comes after.
pub(in crate::store) async fn the_feed_holds_every_event_once_in_order(reopen: Reopen<'_>) {
    let store = reopen().await;
    let empty = store.feed(FeedCursor::start(), None, 10).await.unwrap();
    assert!(empty.entries.is_empty() && !empty.more);
    let talks: Vec<_> = (0..12)
        .map(|n| (conversation("c", &format!("anon:{n}")), format!("anon:{n}")))
        .collect();
    for (number, (c, shopper)) in talks.iter().enumerate() {
        let begin = vec![started(shopper), received(2 + number as u64, "m0")];
        store.append(c.clone(), Expect::New, begin).await.unwrap();
    }
    for round in 1..5u64 {
        let said = talks.iter().map(|(c, _)| {
            let more = vec![
                received(100 * round, &format!("m{round}")),
                answered(100 * round, &["m0"]),
            ];
            store.append(c.clone(), Expect::Any, more)
        });
        for receipt in futures_util::future::join_all(said).await {
            receipt.unwrap();
        }
        // What is refused or stored already is in no feed.
        let (c, _) = &talks[0];
        store
            .append(c.clone(), Expect::Any, vec![received(1, "m0")])
            .await
            .unwrap();
        store
            .append(c.clone(), Expect::Epoch(9), vec![rated(1)])
            .await
            .unwrap_err();
    }
    drop(store);
    let store = reopen().await;
    let (all, end) = since(&*store, FeedCursor::start(), None, 1_000).await;
    assert_eq!(all.len(), 12 * 10);
    let mut next: HashMap<&str, u64> = HashMap::new();
    for entry in &all {
        let expected = next.entry(entry.conversation.as_str()).or_insert(1);
        assert_eq!(entry.event.seq, *expected, "{}", entry.conversation);
        *expected += 1;
        assert_eq!(entry.shop, ShopId::new("demo"));
        let stored = store
            .read(entry.conversation.clone(), entry.event.seq - 1, 1)
            .await
            .unwrap();
        assert_eq!(stored, [std::sync::Arc::clone(&entry.event)]);
    }
    let times: Vec<Millis> = all
        .iter()
        .filter(|entry| entry.event.seq > 2)
        .map(|entry| entry.event.at)
        .collect();
    assert!(times.is_sorted(), "rounds follow one another");
    for limit in [1, 7, 50] {
        assert_eq!(
            names(&since(&*store, FeedCursor::start(), None, limit).await.0),
            names(&all),
            "pages of {limit}"
        );
    }
    for place in [0, 1, 17, 63, 118] {
        let (rest, _) = since(&*store, all[place].cursor.clone(), None, 13).await;
        assert_eq!(names(&rest), names(&all[place + 1..]), "after {place}");
    }
    let later = store
        .append(talks[3].0.clone(), Expect::Any, vec![rated(900), closed(901)])
        .await
        .unwrap();
    let (rest, _) = since(&*store, end, None, 100).await;
    let seqs: Vec<u64> = later.events.iter().map(|event| event.seq).collect();
    assert_eq!(rest.iter().map(|entry| entry.event.seq).collect::<Vec<_>>(), seqs);
    for odd in ["x", "r1", "-"] {
        let refused = store.feed(FeedCursor::from_text(odd), None, 1).await;
        assert!(matches!(refused, Err(StoreError::BadCursor(_))), "{odd}: {refused:?}");
    }
}

/// Asked for a shop, the feed holds that shop's events and no other's.
pub(in crate::store) async fn the_feed_is_read_by_shop(reopen: Reopen<'_>) {
    let store = reopen().await;
    for n in 0..40 {
        let shopper = format!("anon:{n}");
        let (c, begin) = match n % 4 {
            0 => elsewhere("skin", &shopper),
            _ => (conversation("c", &shopper), started(&shopper)),
        };
        store
            .append(c, Expect::New, vec![begin, received(2 + n, "m1")])
            .await
            .unwrap();
    }
    for limit in [1, 3, 100] {
        let (skin, end) = since(&*store, FeedCursor::start(), Some("skin"), limit).await;
        assert_eq!(skin.len(), 20, "pages of {limit}");
        assert!(skin.iter().all(|entry| entry.shop == ShopId::new("skin")));
        assert!(since(&*store, end, Some("skin"), limit).await.0.is_empty());
    }
    assert_eq!(since(&*store, FeedCursor::start(), Some("demo"), 16).await.0.len(), 60);
    assert!(since(&*store, FeedCursor::start(), Some("none"), 16).await.0.is_empty());
}

/// From any time on the feed gives what was stored then and later, and of what came before no more than lay between.
pub(in crate::store) async fn the_feed_is_read_from_a_time_on(reopen: Reopen<'_>) {
    let store = reopen().await;
    assert_eq!(store.feed_at(Millis(7)).await.unwrap(), FeedCursor::start());
    for n in 0..30_u64 {
        let shopper = format!("anon:{n}");
        let mut begin = started(&shopper);
        begin.at = Millis(1_000 + 10 * n);
        let mut said = received(2, "m1");
        said.at = begin.at;
        let talk = conversation("c", &shopper);
        store.append(talk, Expect::New, vec![begin, said]).await.unwrap();
    }
    // Some are forgotten: the positions have gaps.
    let gone = conversation("c", "anon:4");
    store.append(gone, Expect::Any, vec![closed(1_300)]).await.unwrap();
    assert_eq!(store.forget(Millis(1_301), 10).await.unwrap(), 1);
    drop(store);
    let store = reopen().await;
    let (all, _) = since(&*store, FeedCursor::start(), None, 100).await;
    for at in [0, 999, 1_000, 1_001, 1_040, 1_045, 1_150, 1_289, 1_290, 1_291, 5_000] {
        let (rest, _) = since(&*store, store.feed_at(Millis(at)).await.unwrap(), None, 7).await;
        let wanted = all.iter().filter(|entry| entry.event.at >= Millis(at));
        assert_eq!(names(&rest), names(&wanted.cloned().collect::<Vec<_>>()), "from {at}");
    }
    let cursor = store.feed_at(Millis(5_000)).await.unwrap();
    let later = conversation("d", "anon:99");
    store
        .append(later, Expect::New, vec![started("anon:99")])
        .await
        .unwrap();
    assert_eq!(since(&*store, cursor, None, 7).await.0.len(), 1);
}

/// What is forgotten is in no feed any more; cursors stay good, and nothing that comes later is missed.
pub(in crate::store) async fn what_is_forgotten_leaves_the_feed(reopen: Reopen<'_>) {
    let store = reopen().await;
    for n in 0..4 {
        let shopper = format!("anon:{n}");
        let talk = vec![
            started(&shopper),
            received(2, "m1"),
            answered(3, &["m1"]),
            closed(10 + n),
        ];
        store
            .append(conversation("c", &shopper), Expect::New, talk)
            .await
            .unwrap();
    }
    let (_, end) = since(&*store, FeedCursor::start(), None, 100).await;
    assert_eq!(store.forget(Millis(12), 10).await.unwrap(), 2);
    let (left, _) = since(&*store, FeedCursor::start(), None, 100).await;
    let gone = [conversation("c", "anon:0"), conversation("c", "anon:1")];
    assert_eq!(left.len(), 8);
    assert!(left.iter().all(|entry| !gone.contains(&entry.conversation)));
    // Everything is forgotten, the last of the feed too, and more than once: the next event comes after the cursor.
    assert_eq!(store.forget(Millis(100), 10).await.unwrap(), 2);
    assert!(since(&*store, FeedCursor::start(), None, 100).await.0.is_empty());
    drop(store);
    let store = reopen().await;
    let mut after = end;
    for round in 0..3 {
        let c = conversation(&format!("d{round}"), "anon:9");
        store
            .append(c.clone(), Expect::New, vec![started("anon:9"), closed(20)])
            .await
            .unwrap();
        let (new, end) = since(&*store, after, None, 100).await;
        assert_eq!(names(&new), [(c.to_string(), 1), (c.to_string(), 2)], "round {round}");
        after = end;
        assert_eq!(store.forget(Millis(100), 10).await.unwrap(), 1);
    }
}
