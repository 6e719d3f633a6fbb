//! What is forgotten, and what never is.

use super::Reopen;
use super::new_events::*;
use crate::model::{ClientMessageId, ConversationId, Millis, ShopId, ShopperId, Speaker};
use crate::store::{Expect, Store, StoreError, TalkClass};

/// The talk of the shopper of this name.
fn of(name: &str) -> ConversationId {
    conversation(name, &format!("anon:{name}"))
}

/// Begins a talk at 1, and ends it at the time given.
async fn talk(store: &dyn Store, name: &str, closed_at: Option<u64>) {
    let mut new_events = vec![
        started(&format!("anon:{name}")),
        received(2, "m1"),
        answered(3, &["m1"]),
    ];
    new_events.extend(closed_at.map(closed));
    store.append(of(name), Expect::New, new_events).await.unwrap();
}

/// Closed talks go, oldest first, no more than asked for, with everything that was theirs; open ones stay however
/// old they are.
pub(in crate::store) async fn what_ended_long_ago_is_forgotten_whole(reopen: Reopen<'_>) {
    let store = reopen().await;
    for (name, closed_at) in [
        ("open", None),
        ("b", Some(20)),
        ("a", Some(10)),
        ("c", Some(30)),
        ("d", Some(40)),
        ("e", Some(60)),
    ] {
        talk(store.as_ref(), name, closed_at).await;
    }
    store
        .append(of("open"), Expect::Any, vec![received(4, "m2"), handed_off(4)])
        .await
        .unwrap();
    assert_eq!(
        store.forget(Millis(10), 10).await.unwrap(),
        0,
        "at that time is not before it"
    );
    assert_eq!(store.forget(Millis(40), 0).await.unwrap(), 0);
    assert_eq!(store.forget(Millis(40), 2).await.unwrap(), 2);
    let kept = async |name: &str| store.head(of(name)).await.unwrap().is_some();
    assert!(
        !kept("a").await && !kept("b").await && kept("c").await,
        "the oldest went first"
    );
    // Days count from the end, whatever is said of the talk later.
    store.append(of("c"), Expect::Any, vec![rated(50)]).await.unwrap();
    assert_eq!(store.forget(Millis(45), 10).await.unwrap(), 2);
    assert!(!kept("c").await && !kept("d").await);
    drop(store);
    let store = reopen().await;
    for name in ["a", "b", "c", "d"] {
        let gone = of(name);
        assert!(store.read(gone.clone(), 0, 10).await.unwrap().is_empty());
        assert_eq!(
            store
                .find(gone.clone(), ClientMessageId::new("m1"), Speaker::Shopper)
                .await
                .unwrap(),
            None
        );
        let late = store.append(gone, Expect::Any, vec![received(60, "m2")]).await;
        assert!(matches!(late, Err(StoreError::NotFound)), "{late:?}");
    }
    assert_eq!(store.read(of("open"), 0, 10).await.unwrap().len(), 5);
    assert_eq!(store.waiting().await.unwrap().len(), 1);
    let (shop, shopper) = (ShopId::new("demo"), ShopperId::new("anon:open"));
    assert_eq!(store.open_conversation(shop, shopper).await.unwrap(), Some(of("open")));
    // The id of what is forgotten may be used anew, from event 1.
    talk(store.as_ref(), "a", None).await;
    assert_eq!(store.read(of("a"), 0, 10).await.unwrap()[0].seq, 1);
    assert_eq!(
        store.forget(Millis(u64::MAX), 100).await.unwrap(),
        1,
        "e, by the limit of time"
    );
}

/// Idle is what the bot has, owes nothing in, and nobody has used since.
pub(in crate::store) async fn idle_talks_of_the_bot_are_found(reopen: Reopen<'_>) {
    let store = reopen().await;
    for name in ["late", "owed", "queued", "ended", "idle", "older"] {
        talk(store.as_ref(), name, None).await;
    }
    let more = [
        ("older", rated(4)),
        ("idle", rated(5)),
        ("late", rated(50)),
        ("owed", received(5, "m2")),
        ("queued", handed_off(5)),
        ("ended", closed(5)),
    ];
    for (name, new_event) in more {
        store.append(of(name), Expect::Any, vec![new_event]).await.unwrap();
    }
    let idle = async |before, limit| -> Vec<String> {
        let heads = store.idle(Millis(before), limit).await.unwrap();
        heads
            .iter()
            .filter_map(|head| Some(head.conversation.as_str().split_once('-')?.0.to_owned()))
            .collect()
    };
    assert_eq!(idle(50, 10).await, ["older", "idle"]);
    assert_eq!(idle(50, 1).await, ["older"]);
    assert_eq!(idle(5, 10).await, ["older"]);
    assert_eq!(idle(51, 10).await, ["older", "idle", "late"]);
}

/// Talks with people are kept for another time than those of the bot alone, and each class goes without the other.
pub(in crate::store) async fn talks_of_one_class_are_forgotten_without_the_other(reopen: Reopen<'_>) {
    let store = reopen().await;
    for (name, closed_at) in [("b1", 10), ("b2", 20), ("b3", 30)] {
        talk(store.as_ref(), name, Some(closed_at)).await;
    }
    for (name, closed_at) in [("p1", 11), ("p2", 21)] {
        let new_events = vec![
            started(&format!("anon:{name}")),
            received(2, "m1"),
            handed_off(3),
            assigned(4, "spoon"),
            agent_said(5, "a1"),
            closed(closed_at),
        ];
        store.append(of(name), Expect::New, new_events).await.unwrap();
    }
    talk(store.as_ref(), "open", None).await;
    let kept = async || {
        let mut kept = Vec::new();
        for name in ["b1", "b2", "b3", "p1", "p2", "open"] {
            if store.head(of(name)).await.unwrap().is_some() {
                kept.push(name);
            }
        }
        kept
    };
    let bot = |from, before, limit| store.forget_of(TalkClass::BotOnly, Millis(from), Millis(before), limit);
    assert_eq!(bot(15, 30, 10).await.unwrap(), 1, "what is older has been looked at");
    assert_eq!(kept().await, ["b1", "b3", "p1", "p2", "open"]);
    assert_eq!(bot(0, 100, 1).await.unwrap(), 1);
    assert_eq!(bot(0, 100, 10).await.unwrap(), 1);
    assert_eq!(kept().await, ["p1", "p2", "open"]);
    let people = |before| store.forget_of(TalkClass::WithPeople, Millis(0), Millis(before), 10);
    assert_eq!(people(21).await.unwrap(), 1, "at that time is not before it");
    assert_eq!(kept().await, ["p2", "open"]);
    assert_eq!(people(u64::MAX).await.unwrap(), 1);
    assert_eq!(kept().await, ["open"]);
}

/// When the newest event was stored, also when it was not the last to be stored.
pub(in crate::store) async fn the_newest_event_is_known(reopen: Reopen<'_>) {
    let store = reopen().await;
    assert_eq!(store.newest().await.unwrap(), None);
    talk(store.as_ref(), "a", Some(700)).await;
    talk(store.as_ref(), "b", None).await;
    drop(store);
    assert_eq!(reopen().await.newest().await.unwrap(), Some(Millis(700)));
}
