//! Idle talks end, old ones are forgotten, and nobody who is there is disturbed.

use super::*;
use crate::model::Owner;

const HOUR: u64 = 3_600_000;

async fn owner(world: &World, shopper: &ShopperHandle) -> Option<Owner> {
    let head = world.store.head(shopper.conversation().clone()).await.unwrap();
    head.map(|head| head.owner)
}

/// A talk that a person has ended.
async fn with_people(world: &World) -> ShopperHandle {
    let (shopper, mut events) = world.in_queue().await;
    let desk = world.desk("spoon", 5).await;
    assert_eq!(event(&mut events).await, "assigned spoon");
    desk.close(shopper.conversation()).await.unwrap();
    assert_eq!(event(&mut events).await, "closed");
    shopper
}

/// Lets time pass until this is so: each round one look at the clock by whoever tidies. The store's disk has real time to
/// follow: a busy machine may take a while for one commit.
async fn until(world: &World, shopper: &ShopperHandle, wanted: Option<Owner>) {
    let began = std::time::Instant::now();
    while began.elapsed() < Duration::from_secs(30) {
        if owner(world, shopper).await == wanted {
            return;
        }
        advance(HOUR / 20).await;
    }
    panic!("{:?} never came", wanted);
}

#[tokio::test(start_paused = true)]
async fn idle_talks_of_the_bot_are_closed_and_later_forgotten_and_others_are_not() {
    let world = World::start_with(HubSettings {
        close_after_ms: HOUR,
        close_waiting_after_ms: 0,
        keep: Keep {
            bot_ms: 2 * HOUR,
            people_ms: 2 * HOUR,
        },
        agent_reply_timeout_ms: 1_000 * HOUR,
        ..settings()
    })
    .await;
    let idle = world.talking().await;
    let listening = world.talking().await;
    let mut events = listening.subscribe(3);
    let (queued, _) = world.in_queue().await;
    advance(HOUR - 1).await;
    assert_eq!(owner(&world, &idle).await, Some(Owner::Bot), "not before its time");
    until(&world, &idle, Some(Owner::Closed)).await;
    assert_eq!(
        log(&world, &idle).await,
        ["started", "received m0", "answered m0", "closed"]
    );
    let back = world.opened(Some(idle.token())).await;
    assert_ne!(
        back.conversation(),
        idle.conversation(),
        "the shopper's next talk is another"
    );
    until(&world, &idle, None).await;
    assert_eq!(
        owner(&world, &listening).await,
        Some(Owner::Bot),
        "somebody has it open"
    );
    assert_eq!(owner(&world, &queued).await, Some(Owner::Queue), "people have it");
    listening.send(id("m1"), "什么时候发货".to_owned()).await.unwrap();
    assert_eq!(event(&mut events).await, "received m1");
    assert_eq!(event(&mut events).await, "answered m1");
    drop(events);
    until(&world, &listening, Some(Owner::Closed)).await;
}

// A4
#[tokio::test(start_paused = true)]
async fn chats_that_wait_are_closed_when_their_shoppers_have_left_and_are_silent() {
    let world = World::start_with(HubSettings {
        close_after_ms: 0,
        close_waiting_after_ms: 10 * HOUR,
        ..settings()
    })
    .await;
    let (without_a_word, _) = world.in_queue().await;
    let (there, _listening) = world.in_queue().await;
    let (with_words, _) = world.in_queue().await;
    with_words.send(id("m1"), "什么时候发货".to_owned()).await.unwrap();
    until(&world, &without_a_word, Some(Owner::Closed)).await;
    assert_eq!(log(&world, &without_a_word).await, ["started", "handed_off", "closed"]);
    assert_eq!(
        owner(&world, &with_words).await,
        Some(Owner::Queue),
        "somebody owes an answer"
    );
    until(&world, &with_words, Some(Owner::Closed)).await;
    assert_eq!(owner(&world, &there).await, Some(Owner::Queue), "the page is open");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_closed_or_forgotten_unless_asked_for() {
    let world = World::start_with(HubSettings {
        close_after_ms: 0,
        ..settings()
    })
    .await;
    let shopper = world.talking().await;
    shopper.close().await.unwrap();
    let open = world.talking().await;
    for _ in 0..100 {
        advance(24 * HOUR).await;
        assert_eq!(owner(&world, &open).await, Some(Owner::Bot));
        assert_eq!(owner(&world, &shopper).await, Some(Owner::Closed));
    }
}

// A16
#[tokio::test(start_paused = true)]
async fn talks_with_people_are_kept_for_longer_than_talks_with_the_bot() {
    let world = World::start_with(HubSettings {
        close_after_ms: 0,
        keep: Keep {
            bot_ms: 2 * HOUR,
            people_ms: 20 * HOUR,
        },
        ..settings()
    })
    .await;
    let with_people = with_people(&world).await;
    let with_bot = world.talking().await;
    with_bot.close().await.unwrap();
    until(&world, &with_bot, None).await;
    assert_eq!(owner(&world, &with_people).await, Some(Owner::Closed));
    let later = world.talking().await;
    later.close().await.unwrap();
    until(&world, &later, None).await;
    assert_eq!(owner(&world, &with_people).await, Some(Owner::Closed));
    until(&world, &with_people, None).await;
}
