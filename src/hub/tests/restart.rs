//! What survives the end of the process.

use super::*;
use crate::model::{ConversationId, NewEvent, ShopperId};
use crate::store::{Expect, Log};

#[tokio::test(start_paused = true)]
async fn a_message_stored_before_a_crash_is_answered_after_it() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let store = Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap();
    let conversation = ConversationId::new("c");
    let new_events = [
        EventKind::Started {
            shop: ShopId::new("demo"),
            shopper: ShopperId::new("anon:1"),
            lang: Language::Chinese,
        },
        EventKind::Received {
            id: id("m1"),
            text: "什么时候发货".to_owned(),
            heard: None,
            files: Vec::new(),
        },
    ];
    let new_events = new_events.map(|kind| NewEvent { at: Millis(1), kind }).to_vec();
    store
        .append(conversation.clone(), Expect::New, new_events)
        .await
        .unwrap();
    drop(store);
    let world = World::open(folder, settings(), Frozen::time()).await;
    let desk = world.chief("spoon", &[]).await;
    let mut events = desk.open(&conversation, 2).await.unwrap().subscription;
    assert_eq!(event(&mut events).await, "answered m1");
}

#[tokio::test(start_paused = true)]
async fn the_queue_and_the_chats_of_agents_survive_a_restart() {
    let world = World::start().await;
    let spoon = world.desk("spoon", 1).await;
    let (served, mut served_events) = world.in_queue().await;
    let assigned = next_event(&mut served_events).await;
    assert_eq!(short(&assigned.kind), "assigned spoon");
    let (left, mut left_events) = world.in_queue().await;
    drop(spoon);
    let spoon = world.desk("fork", 1).await;
    assert_eq!(event(&mut left_events).await, "assigned fork");
    let (_waiting, _) = world.in_queue().await;
    drop(spoon);
    let world = world.restart().await;
    assert_eq!((world.hub.stats().waiting, world.hub.stats().assigned), (1, 2));
    // The listeners of the old process ended with it.
    while let Some(delivery) = served_events.next().await.unwrap() {
        assert!(matches!(delivery, Delivery::Notice(_)), "{delivery:?}");
    }

    // Spoon comes back within the lease and goes on; fork does not.
    advance(30_000).await;
    let spoon = world.hub.agent_connected(&AgentId::new("spoon")).await.unwrap();
    advance(15_000).await;
    let mut left_events = world.opened(Some(left.token())).await.subscribe(3);
    assert_eq!(event(&mut left_events).await, "released fork Gone");
    spoon
        .send(served.conversation(), id("a1"), "我回来了".to_owned(), assigned.epoch)
        .await
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn draining_finishes_what_is_owed_and_takes_nothing_new() {
    let world = World::start().await;
    let desk = world.desk("spoon", 1).await;
    let shopper = world.shopper().await;
    let mut events = shopper.subscribe(1);
    // The bot waits for the rest of this; draining does not.
    shopper.send(id("m1"), "你好".to_owned()).await.unwrap();
    let (drained, again) = futures_util::future::join(world.hub.drain(), world.hub.drain()).await;
    drained.unwrap();
    again.unwrap();
    assert!(world.hub.draining());
    assert!(matches!(
        shopper.send(id("m2"), "在吗".to_owned()).await,
        Err(HubError::Draining)
    ));
    assert!(matches!(
        desk.take(shopper.conversation()).await,
        Err(HubError::Draining)
    ));
    assert!(desk.board(true).next().await.is_none());
    assert_eq!(event(&mut events).await, "received m1");
    assert_eq!(event(&mut events).await, "answered m1");
    assert_eq!(events.next().await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_gives_no_acknowledgement() {
    let world = World::start().await;
    let shopper = world.shopper().await;
    world.store.close().await.unwrap();
    let refused = shopper.send(id("m1"), "什么时候发货".to_owned()).await;
    assert!(matches!(refused, Err(HubError::Store(_))), "{refused:?}");
}
