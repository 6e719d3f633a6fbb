//! Shoppers' tokens.

use super::Reopen;
use super::new_events::*;
use crate::model::{Millis, ShopId, ShopperId};
use crate::store::{Erased, Expect, FeedCursor};

/// Tokens stand for shoppers, also after a restart.
pub(in crate::store) async fn tokens_stand_for_shoppers(reopen: Reopen<'_>) {
    let store = reopen().await;
    let (shop, shopper) = (ShopId::new("demo"), ShopperId::new("customer:7"));
    store
        .put_shopper_token([1; 32], shop.clone(), shopper.clone(), Millis(1))
        .await
        .unwrap();
    store
        .put_shopper_token([2; 32], shop.clone(), shopper.clone(), Millis(2))
        .await
        .unwrap();
    drop(store);
    let store = reopen().await;
    for hash in [[1; 32], [2; 32]] {
        assert_eq!(
            store.shopper_of_token(hash).await.unwrap(),
            Some((shop.clone(), shopper.clone()))
        );
    }
    assert_eq!(store.shopper_of_token([3; 32]).await.unwrap(), None);
}

/// A shopper's conversations are found, open and closed, until they are forgotten.
pub(in crate::store) async fn a_shopper_s_conversations_are_known_until_they_are_forgotten(reopen: Reopen<'_>) {
    let store = reopen().await;
    let (shop, shopper) = (ShopId::new("demo"), ShopperId::new("anon:1"));
    let talks: Vec<_> = ["a", "b", "c"].map(|name| conversation(name, "anon:1")).into();
    for (at, talk) in (10..).zip(&talks) {
        let new_events = vec![started("anon:1"), closed(at)];
        store.append(talk.clone(), Expect::New, new_events).await.unwrap();
    }
    let other = vec![started("anon:2")];
    store
        .append(conversation("x", "anon:2"), Expect::New, other)
        .await
        .unwrap();
    let open = conversation("d", "anon:1");
    store
        .append(open.clone(), Expect::New, vec![started("anon:1")])
        .await
        .unwrap();
    drop(store);
    let store = reopen().await;
    let known = async || store.conversations_of(shop.clone(), shopper.clone()).await.unwrap();
    assert_eq!(
        known().await,
        [talks[0].clone(), talks[1].clone(), talks[2].clone(), open.clone()]
    );
    assert_eq!(store.forget(Millis(12), 10).await.unwrap(), 2);
    assert_eq!(known().await, [talks[2].clone(), open]);
    let elsewhere = store
        .conversations_of(ShopId::new("other"), shopper.clone())
        .await
        .unwrap();
    assert!(elsewhere.is_empty());
}

/// With the last of a shopper's talks the shopper's tokens are forgotten, but for those that were given out lately.
pub(in crate::store) async fn tokens_go_with_the_last_talk_unless_they_are_young(reopen: Reopen<'_>) {
    let store = reopen().await;
    let (shop, shopper) = (ShopId::new("demo"), ShopperId::new("anon:1"));
    for (hash, at) in [([1; 32], 1), ([2; 32], 90)] {
        store
            .put_shopper_token(hash, shop.clone(), shopper.clone(), Millis(at))
            .await
            .unwrap();
    }
    for (name, closed_at) in [("a", 10), ("b", 20)] {
        let new_events = vec![started("anon:1"), closed(closed_at)];
        store
            .append(conversation(name, "anon:1"), Expect::New, new_events)
            .await
            .unwrap();
    }
    let known = async |hash| store.shopper_of_token(hash).await.unwrap().is_some();
    assert_eq!(store.forget(Millis(15), 10).await.unwrap(), 1);
    assert!(known([1; 32]).await, "there is another talk");
    assert_eq!(store.forget(Millis(50), 10).await.unwrap(), 1);
    assert!(!known([1; 32]).await);
    assert!(known([2; 32]).await, "a talk may be about to begin");
}

/// Who is erased is nobody who was here before: no log, no place in feed, queue or lists, no token; the others keep theirs.
pub(in crate::store) async fn who_is_erased_leaves_nothing(reopen: Reopen<'_>) {
    let store = reopen().await;
    let shop = ShopId::new("demo");
    let [gone, stays] = ["customer:7", "customer:77"].map(ShopperId::new);
    for (hash, shopper) in [([1; 32], &gone), ([2; 32], &gone), ([3; 32], &stays)] {
        store
            .put_shopper_token(hash, shop.clone(), shopper.clone(), Millis(1))
            .await
            .unwrap();
    }
    let talk = |name: &str, shopper: &ShopperId| conversation(name, shopper.as_str());
    for shopper in [&gone, &stays] {
        let who = shopper.as_str();
        let ended = vec![started(who), received(2, "m1"), answered(3, &["m1"]), closed(4)];
        store.append(talk("a", shopper), Expect::New, ended).await.unwrap();
        let waiting = vec![started(who), received(5, "m1"), handed_off(6)];
        store.append(talk("b", shopper), Expect::New, waiting).await.unwrap();
    }
    let tokens = async |shopper: &ShopperId| store.tokens_of(shop.clone(), shopper.clone()).await.unwrap();
    assert_eq!((tokens(&gone).await, tokens(&stays).await), (2, 1));
    let erased = store.erase(shop.clone(), gone.clone()).await.unwrap();
    let expected = Erased {
        conversations: 2,
        events: 7,
        tokens: 2,
    };
    assert_eq!(erased, expected);
    assert_eq!(
        store.erase(shop.clone(), gone.clone()).await.unwrap(),
        Erased::default()
    );
    drop(store);
    let store = reopen().await;
    for name in ["a", "b"] {
        assert_eq!(store.head(talk(name, &gone)).await.unwrap(), None);
        assert!(store.read(talk(name, &gone), 0, 10).await.unwrap().is_empty());
    }
    let all = |shopper: &ShopperId| store.conversations_of(shop.clone(), shopper.clone());
    assert!(all(&gone).await.unwrap().is_empty());
    assert_eq!(store.open_conversation(shop.clone(), gone.clone()).await.unwrap(), None);
    assert_eq!(store.shopper_of_token([1; 32]).await.unwrap(), None);
    assert_eq!(store.shopper_of_token([2; 32]).await.unwrap(), None);
    let waiting: Vec<_> = store
        .waiting()
        .await
        .unwrap()
        .into_iter()
        .map(|head| head.conversation)
        .collect();
    assert_eq!(waiting, [talk("b", &stays)]);
    let feed = store.feed(FeedCursor::start(), None, 100).await.unwrap().entries;
    assert_eq!(feed.len(), 7);
    assert!(
        feed.iter()
            .all(|entry| [talk("a", &stays), talk("b", &stays)].contains(&entry.conversation))
    );
    assert_eq!(
        store.forget(Millis(u64::MAX), 10).await.unwrap(),
        1,
        "the other's talk that has ended"
    );
    assert!(store.shopper_of_token([3; 32]).await.unwrap().is_some());
    // The same customer may come again, as somebody new.
    store
        .append(talk("c", &gone), Expect::New, vec![started(gone.as_str())])
        .await
        .unwrap();
    assert_eq!(all(&gone).await.unwrap(), [talk("c", &gone)]);
}
