//! Tags and VIP count when a chat goes to people, and when they change while people have it.

use super::*;
use crate::handoff::steering::Steering;
use crate::hub::Recipient;
use crate::model::{CustomerCard, Lane, SteeredBy, WaitsFor};

async fn steered(rules: &[&str]) -> World {
    World::start_with(HubSettings {
        steering: Steering::read(rules.iter().copied()).unwrap(),
        ..settings()
    })
    .await
}

/// What colleagues keep of this shopper from now on.
async fn keep(world: &World, shopper: &ShopperHandle, vip: bool, tags: &[&str]) {
    let (shop, whose) = (shopper.shop().clone(), shopper.shopper().clone());
    let version = world
        .store
        .customer_card(shop.clone(), whose.clone())
        .await
        .unwrap()
        .version;
    let card = CustomerCard {
        vip,
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        notes: Vec::new(),
    };
    let kept = world
        .store
        .put_customer_card(shop.clone(), whose.clone(), version, card);
    assert!(kept.await.unwrap());
    world.hub.customer_changed(&shop, &whose).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_vip_is_served_before_others_and_the_log_says_why() {
    let world = steered(&["vip: high"]).await;
    let (plain, _plain_events) = world.in_queue().await;
    advance(1).await;
    let known = world.talking().await;
    let mut events = known.subscribe(3);
    keep(&world, &known, true, &["学生"]).await;
    known.request_agent().await.unwrap();
    assert_eq!(event(&mut events).await, "handed_off");
    assert_eq!(event(&mut events).await, "recognised");

    let spoon = world.desk("spoon", 1).await;
    assert_eq!(
        event(&mut events).await,
        "assigned spoon",
        "though the other waits longer"
    );
    let card = spoon.card(known.conversation()).unwrap();
    assert_eq!((card.lane, card.recognition.vip), (Lane::High, true));
    assert_eq!(card.recognition.tags, ["学生"]);
    let (_, assigned) = spoon.why(known.conversation()).unwrap();
    assert_eq!(assigned.unwrap().steered.unwrap().by, SteeredBy::Vip);
    let (waiting, _) = spoon.why(plain.conversation()).unwrap();
    assert_eq!(waiting.unwrap().steered, None);
}

#[tokio::test(start_paused = true)]
async fn a_card_that_changes_while_the_chat_waits_moves_it_both_ways() {
    let world = steered(&["vip: urgent", "#批发: high"]).await;
    let spoon = world.desk("spoon", 1).await;
    let (_busy, mut taken) = world.in_queue().await;
    assert_eq!(event(&mut taken).await, "assigned spoon");
    let (shopper, _events) = world.in_queue().await;
    let lane = || spoon.card(shopper.conversation()).unwrap().lane;
    assert_eq!(lane(), Lane::Normal);
    keep(&world, &shopper, true, &["批发"]).await;
    assert_eq!(lane(), Lane::Urgent);
    keep(&world, &shopper, false, &["批发"]).await;
    assert_eq!(lane(), Lane::High);
    keep(&world, &shopper, false, &[]).await;
    assert_eq!(lane(), Lane::Normal);
    // The same once more is no event.
    let before = log(&world, &shopper).await.len();
    keep(&world, &shopper, false, &[]).await;
    assert_eq!(log(&world, &shopper).await.len(), before);
}

#[tokio::test(start_paused = true)]
async fn a_group_gets_its_customers_first_where_it_has_anybody() {
    let world = steered(&["#批发: high @大客户", "#学生: normal @没有人"]).await;
    let shopper = world.talking().await;
    let mut events = shopper.subscribe(3);
    keep(&world, &shopper, false, &["学生", "批发"]).await;
    let plain = world.desk("spoon", 5).await;
    let big = world.desk_with("fork", &[Role::Agent], 5, &[], &["大客户"]).await;
    shopper.request_agent().await.unwrap();
    assert_eq!(event(&mut events).await, "handed_off");
    assert_eq!(event(&mut events).await, "recognised");
    assert_eq!(event(&mut events).await, "assigned fork");
    // Handed on by hand it goes where it is sent.
    let to = Recipient::Queue(Some(WaitsFor::Group {
        group: "大客户".to_owned(),
    }));
    big.hand_on(shopper.conversation(), to, String::new()).await.unwrap();
    assert!(event(&mut events).await.starts_with("released fork"));
    drop(plain);
}
