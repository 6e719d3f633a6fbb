//! Numbers of cards never reach the store, and what is said about them is understood all the same.

use super::*;
use crate::hub::Recipient;
use crate::model::Owner;

/// What is stored of the talk's messages.
async fn said(world: &World, shopper: &ShopperHandle) -> Vec<String> {
    let stored = world.store.read(shopper.conversation().clone(), 0, 100).await.unwrap();
    let texts = stored.iter().filter_map(|event| match &event.kind {
        EventKind::Received { text, .. } | EventKind::AgentSaid { text, .. } => Some(text.clone()),
        EventKind::Released { note, .. } => Some(note.clone()),
        _ => None,
    });
    texts.collect()
}

// A16
#[tokio::test(start_paused = true)]
async fn cards_are_hidden_before_they_are_stored_and_the_sender_is_told_what_is_kept() {
    let world = World::start().await;
    let shopper = world.shopper().await;
    let mut events = shopper.subscribe(1);
    let text = "身份证110101199003077715 什么时候发货";
    let kept = shopper.send(id("m1"), text.to_owned()).await.unwrap();
    assert_eq!(kept.masked(), Some("身份证**************7715 什么时候发货"));
    assert_eq!(event(&mut events).await, "received m1");
    let answered = next_event(&mut events).await;
    let decision = &answered.kind.turn().unwrap().decision;
    assert_eq!(decision.intents[0].id, "shipping.time", "it is understood all the same");
    assert!(decision.slots.is_empty(), "{:?}", decision.slots);
    let again = shopper.send(id("m1"), text.to_owned()).await.unwrap();
    assert!(again.duplicate() && again.seq() == kept.seq());
    assert_eq!(again.masked(), kept.masked());
    let plain = shopper.send(id("m2"), "订单号912345678901".to_owned()).await.unwrap();
    assert_eq!(plain.masked(), None);
    assert_eq!(
        said(&world, &shopper).await,
        ["身份证**************7715 什么时候发货", "订单号912345678901"]
    );
}

// A16
#[tokio::test(start_paused = true)]
async fn a_card_that_was_asked_for_is_hidden_without_a_word_beside_it() {
    let world = World::start().await;
    let (shopper, mut events) = world.in_queue().await;
    let desk = world.desk("spoon", 5).await;
    assert_eq!(event(&mut events).await, "assigned spoon");
    let talk = shopper.conversation();
    let epoch = desk.take(talk).await.unwrap();
    let ask = "麻烦发一下收款的银行卡号，我这边 6222021234567890128 已经停用".to_owned();
    let kept = desk.send(talk, id("a1"), ask, epoch).await.unwrap();
    assert_eq!(
        kept.masked(),
        Some("麻烦发一下收款的银行卡号，我这边 ***************0128 已经停用")
    );
    shopper.send(id("m1"), "好的".to_owned()).await.unwrap();
    shopper.send(id("m2"), "6222021234567890128".to_owned()).await.unwrap();
    desk.hand_on(talk, Recipient::Queue(None), "卡号 6222021234567890128".to_owned())
        .await
        .unwrap();
    let stored = said(&world, &shopper).await;
    assert_eq!(stored[1..], ["好的", "***************0128", "卡号 ***************0128"]);
}

// A16
#[tokio::test(start_paused = true)]
async fn a_shop_that_needs_the_numbers_may_keep_them() {
    let world = World::start_with(HubSettings {
        mask_cards: false,
        ..settings()
    })
    .await;
    let shopper = world.shopper().await;
    shopper
        .send(id("m1"), "身份证110101199003077715".to_owned())
        .await
        .unwrap();
    assert_eq!(said(&world, &shopper).await, ["身份证110101199003077715"]);
}

// A16
#[tokio::test(start_paused = true)]
async fn who_is_erased_hears_the_end_and_a_waiting_ticket_goes() {
    let world = World::start().await;
    let (shopper, mut events) = world.in_queue().await;
    let other = world.talking().await;
    let shop = ShopId::new("demo");
    assert_eq!(world.hub.end_talks(&shop, shopper.shopper()).await.unwrap(), 1);
    assert_eq!(event(&mut events).await, "closed");
    assert_eq!(world.hub.stats().waiting, 0);
    world
        .store
        .erase(shop.clone(), shopper.shopper().clone())
        .await
        .unwrap();
    let refused = shopper.rate(5).await;
    assert!(matches!(refused, Err(HubError::UnknownConversation)), "{refused:?}");
    assert_eq!(log(&world, &shopper).await, Vec::<String>::new());
    let head = world.store.head(other.conversation().clone()).await.unwrap().unwrap();
    assert_eq!(head.owner, Owner::Bot);
    assert_eq!(world.hub.end_talks(&shop, shopper.shopper()).await.unwrap(), 0);
}
