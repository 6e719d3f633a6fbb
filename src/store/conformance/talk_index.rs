//! The search index.

use std::collections::BTreeSet;

use super::Reopen;
use super::new_events::*;
use crate::model::{ConversationId, Millis, ShopId, ShopperId};
use crate::store::{Expect, IndexedTalk, Store, StoreError, TalkClass, TalkCursor, TalkQuery, Term};

/// The talk of the shopper of this name.
fn of(name: &str) -> ConversationId {
    conversation(name, &format!("anon:{name}"))
}

async fn talk(store: &dyn Store, name: &str, closed_at: Option<u64>) {
    let mut new_events = vec![started(&format!("anon:{name}")), received(2, "m1")];
    new_events.extend(closed_at.map(closed));
    store.append(of(name), Expect::New, new_events).await.unwrap();
}

fn indexed(name: &str, began: u64, seq: u64, terms: &[u64]) -> IndexedTalk {
    let mut terms: Vec<Term> = terms.iter().copied().map(Term::new).collect();
    terms.sort_unstable();
    IndexedTalk {
        conversation: of(name),
        began: Millis(began),
        seq,
        terms,
    }
}

fn terms(terms: &[u64]) -> Vec<Term> {
    terms.iter().copied().map(Term::new).collect()
}

/// The names of what is found, in its order.
async fn found(store: &dyn Store, query: TalkQuery) -> Vec<String> {
    let found = store.find_talks(query, 10).await.unwrap();
    let names = found.talks.iter();
    names
        .map(|talk| {
            talk.conversation
                .as_str()
                .split('-')
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}

/// A talk is found by what it has, the latest to begin first; taken in anew it is found by what it has now.
pub(in crate::store) async fn talks_are_found_by_their_terms(reopen: Reopen<'_>) {
    let store = reopen().await;
    for name in ["a", "b", "c", "d"] {
        talk(store.as_ref(), name, None).await;
    }
    let talks = vec![
        indexed("a", 10, 2, &[1, 2, 3]),
        indexed("b", 20, 2, &[2, 3]),
        indexed("c", 30, 2, &[3, 0x00ff_ffff]),
        indexed("nobody", 40, 2, &[1, 2, 3]),
    ];
    assert_eq!(
        store.index_talks(talks).await.unwrap(),
        3,
        "what is not kept is not taken"
    );
    let all = |of: &[u64]| TalkQuery {
        all: terms(of),
        ..TalkQuery::default()
    };
    drop(store);
    let store = reopen().await;
    let store = store.as_ref();
    assert_eq!(found(store, TalkQuery::default()).await, ["c", "b", "a"]);
    assert_eq!(found(store, all(&[3])).await, ["c", "b", "a"]);
    assert_eq!(found(store, all(&[2, 3])).await, ["b", "a"]);
    assert_eq!(found(store, all(&[1, 2, 3])).await, ["a"]);
    assert_eq!(found(store, all(&[1, 9])).await, [""; 0]);
    let any = TalkQuery {
        any: vec![terms(&[1, 0x00ff_ffff]), terms(&[3, 7])],
        ..TalkQuery::default()
    };
    assert_eq!(found(store, any.clone()).await, ["c", "a"]);
    let both = TalkQuery {
        all: terms(&[2]),
        ..any
    };
    assert_eq!(found(store, both).await, ["a"]);
    for (from, until, these) in [
        (20, None, ["c", "b"].as_slice()),
        (0, Some(20), &["a"]),
        (10, Some(21), &["b", "a"]),
        (31, None, &[]),
    ] {
        for of in [&[][..], &[3]] {
            let query = TalkQuery {
                from: Millis(from),
                until: until.map(Millis),
                ..all(of)
            };
            assert_eq!(found(store, query).await, these);
        }
    }
    // More is said, and something is not so any more.
    let anew = vec![indexed("b", 20, 3, &[3, 4]), indexed("c", 30, 1, &[5])];
    assert_eq!(store.index_talks(anew).await.unwrap(), 1, "more was read of c already");
    assert_eq!(found(store, all(&[4])).await, ["b"]);
    assert_eq!(found(store, all(&[2])).await, ["a"]);
    assert_eq!(found(store, all(&[3])).await, ["c", "b", "a"]);
    // The same once more changes nothing.
    assert_eq!(store.index_talks(vec![indexed("b", 20, 3, &[3, 4])]).await.unwrap(), 1);
    assert_eq!(found(store, all(&[3])).await, ["c", "b", "a"]);
}

/// Pages hold every talk once, however many began in one millisecond.
pub(in crate::store) async fn talks_are_found_in_pages_each_once(reopen: Reopen<'_>) {
    const TALKS: usize = 1_100;
    let store = reopen().await;
    let shopper = "anon:often";
    let mut names = BTreeSet::new();
    let mut talks = Vec::new();
    for number in 0..TALKS {
        let id = conversation(&format!("t{number:04}"), shopper);
        let events = vec![started(shopper), closed(2)];
        store.append(id.clone(), Expect::New, events).await.unwrap();
        names.insert(id.clone());
        let terms = terms(&[1, 2 + u64::from(number.is_multiple_of(7))]);
        talks.push(IndexedTalk {
            conversation: id,
            began: Millis(5),
            seq: 2,
            terms,
        });
    }
    for talks in talks.chunks(100) {
        store.index_talks(talks.to_vec()).await.unwrap();
    }
    for (of, count) in [(&[][..], TALKS), (&[1], TALKS), (&[3], TALKS.div_ceil(7))] {
        let mut query = TalkQuery {
            all: terms(of),
            ..TalkQuery::default()
        };
        let mut found = Vec::new();
        loop {
            let page = store.find_talks(query.clone(), 90).await.unwrap();
            assert!(page.talks.len() <= 90);
            found.extend(page.talks.into_iter().map(|talk| talk.conversation));
            match page.next {
                Some(next) => query.after = Some(next),
                None => break,
            }
        }
        assert_eq!(found.len(), count);
        let once: BTreeSet<_> = found.into_iter().collect();
        assert_eq!(once.len(), count);
        assert!(once.is_subset(&names));
    }
    let query = TalkQuery {
        after: Some(TalkCursor::from_text("anything")),
        ..TalkQuery::default()
    };
    let refused = store.find_talks(query, 1).await;
    assert!(matches!(refused, Err(StoreError::BadCursor(_))), "{refused:?}");
}

/// What is forgotten or erased leaves the index in the same step, and does not come back.
pub(in crate::store) async fn what_is_forgotten_or_erased_leaves_the_index(reopen: Reopen<'_>) {
    let store = reopen().await;
    for (name, closed_at) in [("old", Some(10)), ("bot", Some(11)), ("new", Some(90)), ("gone", None)] {
        talk(store.as_ref(), name, closed_at).await;
        store.index_talks(vec![indexed(name, 1, 2, &[1, 2, 3])]).await.unwrap();
    }
    let shared = TalkQuery {
        all: terms(&[1, 3]),
        ..TalkQuery::default()
    };
    assert_eq!(found(store.as_ref(), shared.clone()).await.len(), 4);
    assert_eq!(store.forget(Millis(11), 10).await.unwrap(), 1);
    let class = TalkClass::BotOnly;
    assert_eq!(store.forget_of(class, Millis(0), Millis(50), 10).await.unwrap(), 1);
    let (shop, shopper) = (ShopId::new("demo"), ShopperId::new("anon:gone"));
    assert_eq!(store.erase(shop, shopper).await.unwrap().conversations, 1);
    // Whoever had read it before is too late.
    let late = ["old", "bot", "gone"].map(|name| indexed(name, 1, 9, &[1, 2, 3]));
    assert_eq!(store.index_talks(late.to_vec()).await.unwrap(), 0);
    for query in [shared, TalkQuery::default()] {
        assert_eq!(found(store.as_ref(), query).await, ["new"]);
    }
}

/// How far the index is is written down for the next start; one server leads.
pub(in crate::store) async fn how_far_the_index_is_is_kept(reopen: Reopen<'_>) {
    let store = reopen().await;
    assert_eq!(store.index_mark().await.unwrap(), None);
    store.put_index_mark("here".to_owned()).await.unwrap();
    store.put_index_mark("there".to_owned()).await.unwrap();
    assert!(store.lead_index(60_000).await.unwrap());
    assert!(store.lead_index(60_000).await.unwrap(), "and goes on leading");
    drop(store);
    assert_eq!(reopen().await.index_mark().await.unwrap(), Some("there".to_owned()));
}
