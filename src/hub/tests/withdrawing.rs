//! What an agent takes back is in the log, and is told to no shopper; what a shopper has seen is told to desks.

use super::*;
use crate::hub::{Delivery, Notice, WITHDRAW_WITHIN_MS};
use crate::model::AssignCause;

/// A shopper with an agent who has said `发错了`, and its place.
async fn said() -> (World, ShopperHandle, Subscription, DeskHandle, u64) {
    let world = World::start().await;
    let spoon = world.desk("spoon", 2).await;
    let (shopper, mut events) = world.in_queue().await;
    let assigned = next_event(&mut events).await;
    let kept = spoon.send(shopper.conversation(), id("a1"), "发错了".to_owned(), assigned.epoch);
    let seq = kept.await.unwrap().seq();
    assert_eq!(event(&mut events).await, "agent_said a1");
    (world, shopper, events, spoon, seq)
}

/// What a page that opens now is told an agent said.
async fn told(shopper: &ShopperHandle) -> Vec<String> {
    let mut all = Vec::new();
    let mut events = shopper.subscribe(0);
    let end = log_end(shopper, &mut events, &mut all).await;
    assert!(end > 0);
    all
}

/// Reads to the end of what there is.
async fn log_end(shopper: &ShopperHandle, events: &mut Subscription, all: &mut Vec<String>) -> u64 {
    let mut last = 0;
    // The page that is being opened is told all events before any notice; a rating marks the end.
    shopper.rate(5).await.unwrap();
    while let Ok(Some(Delivery::Event(event))) = events.next().await {
        last = event.seq;
        match &event.kind {
            EventKind::AgentSaid { text, .. } => all.push(text.clone()),
            EventKind::Rated { .. } => break,
            _ => {}
        }
    }
    last
}

#[tokio::test(start_paused = true)]
async fn words_taken_back_within_two_minutes_are_told_to_nobody_who_comes_later() {
    let (world, shopper, mut events, spoon, seq) = said().await;
    let chat = shopper.conversation().clone();
    let owed = || spoon.card(&chat).unwrap().waiting_since;
    assert_eq!(owed(), None);
    spoon.withdraw(&chat, seq).await.unwrap();
    assert_eq!(event(&mut events).await, format!("withdrawn {seq}"));
    assert!(owed().is_some(), "without those words the shopper waits again");
    // Once more changes nothing.
    spoon.withdraw(&chat, seq).await.unwrap();
    assert_eq!(
        log(&world, &shopper)
            .await
            .iter()
            .filter(|line| line.starts_with("withdrawn"))
            .count(),
        1
    );
    assert_eq!(told(&shopper).await, [""]);
    // Colleagues read them, and the log keeps them.
    let mut desk = spoon.open(&chat, 0).await.unwrap().subscription;
    let read = loop {
        let Ok(Some(Delivery::Event(event))) = desk.next().await else {
            panic!("the chat has events")
        };
        if let EventKind::AgentSaid { text, .. } = &event.kind {
            break text.clone();
        }
    };
    assert_eq!(read, "发错了");
}

#[tokio::test(start_paused = true)]
async fn words_far_before_a_long_talk_goes_on_are_hidden_too() {
    let (_world, shopper, _events, spoon, seq) = said().await;
    // More than a page lies between the words and their end.
    for number in 0..100 {
        shopper
            .send(id(&format!("c{number}")), "在吗".to_owned())
            .await
            .unwrap();
    }
    spoon.withdraw(shopper.conversation(), seq).await.unwrap();
    assert_eq!(told(&shopper).await, [""]);
}

#[tokio::test(start_paused = true)]
async fn nobody_takes_back_what_is_old_or_anothers() {
    let (world, shopper, mut events, spoon, seq) = said().await;
    let chat = shopper.conversation().clone();
    let fork = world.desk("fork", 1).await;
    for (desk, of) in [(&fork, seq), (&spoon, seq - 1), (&spoon, 0), (&spoon, 99)] {
        let refused = desk.withdraw(&chat, of).await;
        assert!(matches!(refused, Err(HubError::NotYourMessage)), "{of}: {refused:?}");
    }
    advance(WITHDRAW_WITHIN_MS + 1).await;
    let refused = spoon.withdraw(&chat, seq).await;
    assert!(matches!(refused, Err(HubError::WithdrawLate)), "{refused:?}");
    // What went to a colleague meanwhile may still be taken back by whoever said it.
    let epoch = spoon.card(&chat).unwrap().epoch;
    let seq = spoon
        .send(&chat, id("a2"), "又发错了".to_owned(), epoch)
        .await
        .unwrap()
        .seq();
    let to = crate::hub::Recipient::Agent(AgentId::new("fork"));
    spoon.hand_on(&chat, to, String::new()).await.unwrap();
    spoon.withdraw(&chat, seq).await.unwrap();
    while event(&mut events).await != format!("withdrawn {seq}") {}
    assert_eq!(fork.card(&chat).unwrap().assigned_by.0, Some(AssignCause::HandedOn));
}

#[tokio::test(start_paused = true)]
async fn how_far_a_shopper_has_seen_a_talk_is_told_to_desks_also_to_one_that_opens_later() {
    let (_world, shopper, _events, spoon, seq) = said().await;
    let seen = async |desk: &mut Subscription| loop {
        if let Ok(Some(Delivery::Notice(Notice::Seen(seq)))) = desk.next().await {
            return seq;
        }
    };
    let mut desk = spoon.open(shopper.conversation(), seq).await.unwrap().subscription;
    // A place that is not there is not believed.
    shopper.seen(seq + 7);
    shopper.seen(seq);
    assert_eq!(seen(&mut desk).await, seq);
    // Nothing goes back.
    shopper.seen(seq - 1);
    let mut later = spoon.open(shopper.conversation(), seq).await.unwrap().subscription;
    assert_eq!(seen(&mut later).await, seq);
}
