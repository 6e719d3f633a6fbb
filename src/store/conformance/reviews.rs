//! Reviews of talks.

use super::Reopen;
use super::new_events::*;
use crate::model::{AgentId, Assessment, ConversationId, Millis, Review, Shared, ShopId, ShopperId};
use crate::store::{Expect, KeptReview, Store};

async fn talk(store: &dyn Store, name: &str, closed_at: Option<u64>) -> ConversationId {
    let shopper = format!("anon:{name}");
    let mut new_events = vec![started(&shopper)];
    new_events.extend(closed_at.map(closed));
    let id = conversation(name, &shopper);
    store.append(id.clone(), Expect::New, new_events).await.unwrap();
    id
}

fn assessed(points: &str) -> Review {
    let (by, of) = (AgentId::new("boss"), AgentId::new("spoon"));
    Review {
        assessments: vec![Assessment {
            id: points.to_owned(),
            at: Millis(7),
            by_name: "组长".to_owned(),
            of_name: "勺子".to_owned(),
            by,
            of,
            deductions: Vec::new(),
            note: "回得慢".to_owned(),
            answers: Vec::new(),
        }],
        ..Review::default()
    }
}

/// A review outlives a restart; of two who change it at once one is told so; it goes with its talk, forgotten or erased.
pub(in crate::store) async fn reviews_are_kept_as_long_as_their_talks(reopen: Reopen<'_>) {
    let store = reopen().await;
    let s = store.as_ref();
    let open = talk(s, "a", None).await;
    let old = talk(s, "b", Some(10)).await;
    let erased = talk(s, "c", Some(500)).await;
    let put = async |store: &dyn Store, id: &ConversationId, version: u64, review: Review| {
        store.put_review(id.clone(), version, review).await.unwrap()
    };
    let read = async |store: &dyn Store, id: &ConversationId| store.review(id.clone()).await.unwrap();
    assert_eq!(read(s, &open).await, KeptReview::default());
    let nowhere = conversation("nowhere", "anon:nowhere");
    assert!(!put(s, &nowhere, 0, assessed("1")).await, "no talk, no review");
    assert!(put(s, &open, 0, assessed("1")).await);
    assert!(!put(s, &open, 0, assessed("2")).await, "somebody was faster");
    let shared = Review {
        shared: Some(Shared {
            at: Millis(8),
            agent: AgentId::new("boss"),
            name: "组长".to_owned(),
        }),
        ..assessed("3")
    };
    assert!(put(s, &open, 1, shared.clone()).await);
    assert!(put(s, &old, 0, assessed("4")).await);
    assert!(put(s, &erased, 0, assessed("5")).await);
    drop(store);
    let store = reopen().await;
    let s = store.as_ref();
    let kept = KeptReview {
        version: 2,
        review: shared,
    };
    assert_eq!(read(s, &open).await, kept);
    let of = async |shop: &str, limit: usize| {
        let found = s.reviews_of(ShopId::new(shop), limit).await.unwrap();
        found.into_iter().map(|(id, _)| id).collect::<Vec<_>>()
    };
    let mut all = vec![open.clone(), old.clone(), erased.clone()];
    all.sort_unstable();
    all.reverse();
    assert_eq!(of("demo", 10).await, all);
    assert_eq!(of("demo", 1).await, all[..1]);
    assert!(of("other", 10).await.is_empty());
    assert_eq!(s.forget(Millis(11), 10).await.unwrap(), 1);
    s.erase(ShopId::new("demo"), ShopperId::new("anon:c")).await.unwrap();
    for gone in [&old, &erased] {
        assert_eq!(read(s, gone).await, KeptReview::default());
        assert!(!put(s, gone, 0, assessed("6")).await);
    }
    assert_eq!(of("demo", 10).await, std::slice::from_ref(&open));
    assert_eq!(read(s, &open).await.version, 2);
}
