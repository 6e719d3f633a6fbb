//! The one write, and reading it back.

use std::sync::Arc;

use super::Reopen;
use super::new_events::*;
use crate::model::{ClientMessageId, Owner, ShopId, ShopperId, Speaker};
use crate::store::{Expect, StoreError};

/// A receipt says what was stored, and reading says the same, also after a restart.
pub(in crate::store) async fn an_append_is_kept_as_its_receipt_says(reopen: Reopen<'_>) {
    let store = reopen().await;
    let c = conversation("c", "anon:1");
    let first = store
        .append(c.clone(), Expect::New, vec![started("anon:1"), received(2, "m1")])
        .await
        .unwrap();
    assert_eq!(first.events.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((first.epoch, first.duplicate_of), (1, None));
    let second = store
        .append(c.clone(), Expect::Epoch(1), vec![answered(3, &["m1"]), handed_off(3)])
        .await
        .unwrap();
    assert_eq!(second.epoch, 2);
    assert_eq!(second.events[0].epoch, 1);
    assert_eq!(second.events[1].epoch, 2);
    let stored = store.read(c.clone(), 0, 100).await.unwrap();
    let told: Vec<_> = first.events.into_iter().chain(second.events).collect();
    assert_eq!(stored, told);
    drop(store);
    let store = reopen().await;
    assert_eq!(store.read(c, 0, 100).await.unwrap(), told);
}

/// A client's id counts once for each conversation and speaker, also after a restart and in a later epoch.
pub(in crate::store) async fn a_message_sent_twice_is_stored_once(reopen: Reopen<'_>) {
    let store = reopen().await;
    let c = conversation("c", "anon:1");
    store
        .append(c.clone(), Expect::New, vec![started("anon:1")])
        .await
        .unwrap();
    let first = store
        .append(c.clone(), Expect::Any, vec![received(2, "m1")])
        .await
        .unwrap();
    let again = store
        .append(c.clone(), Expect::Any, vec![received(9, "m1")])
        .await
        .unwrap();
    assert_eq!(again.duplicate_of, Some(first.events[0].seq));
    assert!(again.events.is_empty());
    store
        .append(c.clone(), Expect::Epoch(1), vec![handed_off(3)])
        .await
        .unwrap();
    store
        .append(c.clone(), Expect::Epoch(2), vec![assigned(4, "spoon")])
        .await
        .unwrap();
    // The other speaker's ids are another space.
    let said = store
        .append(c.clone(), Expect::Epoch(3), vec![agent_said(5, "m1")])
        .await
        .unwrap();
    assert_eq!(said.events[0].seq, 5);
    store
        .append(c.clone(), Expect::Epoch(3), vec![returned(6)])
        .await
        .unwrap();
    drop(store);
    let store = reopen().await;
    // The agent's resend comes under an epoch that has passed: it is stored, so it is not stale.
    let resent = store
        .append(c.clone(), Expect::Epoch(3), vec![agent_said(7, "m1")])
        .await
        .unwrap();
    assert_eq!((resent.duplicate_of, resent.epoch), (Some(5), 4));
    assert_eq!(
        store
            .append(c.clone(), Expect::Any, vec![received(8, "m1")])
            .await
            .unwrap()
            .duplicate_of,
        Some(2)
    );
    assert_eq!(
        store
            .find(c.clone(), ClientMessageId::new("m1"), Speaker::Shopper)
            .await
            .unwrap(),
        Some(2)
    );
    assert_eq!(
        store
            .find(c.clone(), ClientMessageId::new("m1"), Speaker::Agent)
            .await
            .unwrap(),
        Some(5)
    );
    assert_eq!(
        store
            .find(c.clone(), ClientMessageId::new("m2"), Speaker::Shopper)
            .await
            .unwrap(),
        None
    );
    // The same id in another conversation is another message.
    let other = conversation("d", "anon:2");
    store
        .append(other.clone(), Expect::New, vec![started("anon:2")])
        .await
        .unwrap();
    assert_eq!(
        store
            .append(other, Expect::Any, vec![received(2, "m1")])
            .await
            .unwrap()
            .duplicate_of,
        None
    );
}

/// Whoever speaks under an owner that has changed is refused and leaves no trace.
pub(in crate::store) async fn a_stale_epoch_is_refused(reopen: Reopen<'_>) {
    let store = reopen().await;
    let c = conversation("c", "anon:1");
    let missing = store.append(c.clone(), Expect::Any, vec![received(1, "m1")]).await;
    assert!(matches!(missing, Err(StoreError::NotFound)), "{missing:?}");
    let missing = store.append(c.clone(), Expect::Epoch(0), vec![received(1, "m1")]).await;
    assert!(matches!(missing, Err(StoreError::NotFound)), "{missing:?}");
    store
        .append(
            c.clone(),
            Expect::New,
            vec![started("anon:1"), received(2, "m1"), handed_off(3)],
        )
        .await
        .unwrap();
    let stale = store
        .append(c.clone(), Expect::Epoch(1), vec![answered(4, &["m1"])])
        .await;
    assert!(matches!(stale, Err(StoreError::Stale { actual: 2 })), "{stale:?}");
    let ahead = store
        .append(c.clone(), Expect::Epoch(3), vec![answered(4, &["m1"])])
        .await;
    assert!(matches!(ahead, Err(StoreError::Stale { actual: 2 })), "{ahead:?}");
    assert_eq!(store.read(c.clone(), 0, 100).await.unwrap().len(), 3);
    assert_eq!(store.head(c).await.unwrap().unwrap().seq, 3);
}

/// A shopper has one open conversation with a shop.
pub(in crate::store) async fn one_conversation_is_open_at_a_time(reopen: Reopen<'_>) {
    let store = reopen().await;
    let (shop, shopper) = (ShopId::new("demo"), ShopperId::new("anon:1"));
    let begun = futures_util::future::join_all((0..8).map(|n| {
        store.append(
            conversation(&format!("c{n}"), "anon:1"),
            Expect::New,
            vec![started("anon:1")],
        )
    }))
    .await;
    let open = store
        .open_conversation(shop.clone(), shopper.clone())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(begun.iter().filter(|begun| begun.is_ok()).count(), 1);
    for refused in begun.into_iter().filter_map(Result::err) {
        assert!(
            matches!(&refused, StoreError::Exists { conversation } if *conversation == open),
            "{refused}"
        );
    }
    store
        .append(open.clone(), Expect::Epoch(1), vec![closed(5)])
        .await
        .unwrap();
    assert_eq!(
        store.open_conversation(shop.clone(), shopper.clone()).await.unwrap(),
        None
    );
    let reused = store.append(open.clone(), Expect::New, vec![started("anon:9")]).await;
    assert!(matches!(reused, Err(StoreError::Exists { .. })), "{reused:?}");
    store
        .append(conversation("next", "anon:1"), Expect::New, vec![started("anon:1")])
        .await
        .unwrap();
    assert_eq!(
        store.open_conversation(shop, shopper).await.unwrap(),
        Some(conversation("next", "anon:1"))
    );
    assert_eq!(
        store
            .open_conversation(ShopId::new("other"), ShopperId::new("anon:1"))
            .await
            .unwrap(),
        None
    );
}

/// A reply to what is no longer the end of the log is refused, whatever was added.
pub(in crate::store) async fn a_reply_to_an_older_end_is_refused(reopen: Reopen<'_>) {
    let store = reopen().await;
    let c = conversation("c", "anon:1");
    store
        .append(c.clone(), Expect::New, vec![started("anon:1"), received(2, "m1")])
        .await
        .unwrap();
    let read = Expect::Head { epoch: 1, seq: 2 };
    store
        .append(c.clone(), Expect::Any, vec![received(3, "m2")])
        .await
        .unwrap();
    let refused = store.append(c.clone(), read, vec![answered(4, &["m1"])]).await;
    assert!(matches!(refused, Err(StoreError::Stale { actual: 1 })), "{refused:?}");
    let both = Expect::Head { epoch: 1, seq: 3 };
    let (one, other) = tokio::join!(
        store.append(c.clone(), both, vec![answered(5, &["m1", "m2"])]),
        store.append(c.clone(), both, vec![answered(5, &["m1", "m2"])]),
    );
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    assert_eq!(store.head(c).await.unwrap().unwrap().seq, 4);
}

/// Many writers at once: every conversation's log is 1, 2, 3 … and each receipt's place is the stored one.
pub(in crate::store) async fn concurrent_appends_leave_no_gap(reopen: Reopen<'_>) {
    let store = reopen().await;
    for n in 0..4 {
        store
            .append(
                conversation(&format!("c{n}"), &format!("anon:{n}")),
                Expect::New,
                vec![started(&format!("anon:{n}"))],
            )
            .await
            .unwrap();
    }
    let receipts = futures_util::future::join_all((0..200).map(|n| {
        // Every seventh is stale and must not disturb its group.
        let expect = if n % 7 == 0 { Expect::Epoch(99) } else { Expect::Any };
        store.append(
            conversation(&format!("c{}", n % 4), &format!("anon:{}", n % 4)),
            expect,
            vec![received(n, &format!("m{n}"))],
        )
    }))
    .await;
    for (n, receipt) in receipts.into_iter().enumerate() {
        if n % 7 == 0 {
            assert!(matches!(receipt, Err(StoreError::Stale { actual: 1 })), "{receipt:?}");
        } else {
            let event = Arc::clone(&receipt.unwrap().events[0]);
            let c = conversation(&format!("c{}", n % 4), &format!("anon:{}", n % 4));
            assert_eq!(store.read(c, event.seq - 1, 1).await.unwrap(), [event]);
        }
    }
    for n in 0..4 {
        let c = conversation(&format!("c{n}"), &format!("anon:{n}"));
        let stored = store.read(c.clone(), 0, 1000).await.unwrap();
        assert!(
            stored
                .iter()
                .enumerate()
                .all(|(place, event)| event.seq == place as u64 + 1)
        );
        assert_eq!(store.head(c).await.unwrap().unwrap().seq, stored.len() as u64);
    }
}

/// Events of one append are all there or none, projections included.
pub(in crate::store) async fn an_append_is_all_or_nothing(reopen: Reopen<'_>) {
    let store = reopen().await;
    let c = conversation("c", "anon:1");
    store
        .append(c.clone(), Expect::New, vec![started("anon:1"), received(2, "m1")])
        .await
        .unwrap();
    // The second new event reuses a stored id: only the first new event's id makes a duplicate, this is a failure.
    let refused = store
        .append(
            c.clone(),
            Expect::Any,
            vec![received(3, "m2"), handed_off(3), received(4, "m1")],
        )
        .await;
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(store.read(c.clone(), 0, 10).await.unwrap().len(), 2);
    let head = store.head(c.clone()).await.unwrap().unwrap();
    assert_eq!((head.seq, head.epoch, head.owner), (2, 1, Owner::Bot));
    assert!(store.waiting().await.unwrap().is_empty());
    let kept = store
        .append(c.clone(), Expect::Any, vec![received(5, "m2")])
        .await
        .unwrap();
    assert_eq!(kept.events[0].seq, 3);
}

/// Reading gives the asked range, in order.
pub(in crate::store) async fn reading_gives_ranges(reopen: Reopen<'_>) {
    let store = reopen().await;
    let c = conversation("c", "anon:1");
    let mut new_events = vec![started("anon:1")];
    new_events.extend((2..=50).map(|n| received(n, &format!("m{n}"))));
    store.append(c.clone(), Expect::New, new_events).await.unwrap();
    let seqs = async |after, limit| -> Vec<u64> {
        let events = store.read(c.clone(), after, limit).await.unwrap();
        events.iter().map(|event| event.seq).collect()
    };
    assert_eq!(seqs(0, 3).await, [1, 2, 3]);
    assert_eq!(seqs(48, 10).await, [49, 50]);
    assert!(seqs(50, 10).await.is_empty());
    assert!(seqs(u64::MAX, 10).await.is_empty());
    assert!(seqs(0, 0).await.is_empty());
    assert!(
        store
            .read(conversation("none", "anon:1"), 0, 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(store.head(conversation("none", "anon:1")).await.unwrap(), None);
}

/// After closing nothing is taken, and what was taken is there when it is opened again.
pub(in crate::store) async fn closing_finishes_what_was_queued(reopen: Reopen<'_>) {
    let store = reopen().await;
    let c = conversation("c", "anon:1");
    store
        .append(c.clone(), Expect::New, vec![started("anon:1")])
        .await
        .unwrap();
    let queued: Vec<_> = (0..50)
        .map(|n| store.append(c.clone(), Expect::Any, vec![received(n, &format!("m{n}"))]))
        .collect();
    let (closed, queued) = futures_util::future::join(store.close(), futures_util::future::join_all(queued)).await;
    closed.unwrap();
    let kept = queued.into_iter().filter(Result::is_ok).count();
    let refused = store.append(c.clone(), Expect::Any, vec![received(99, "late")]).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    store.close().await.unwrap();
    drop(store);
    let store = reopen().await;
    assert_eq!(store.read(c, 0, 100).await.unwrap().len(), kept + 1);
}
