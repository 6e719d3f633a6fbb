//! What shoppers write while people have the chat is heard too.

use super::*;
use crate::model::{Heard, Lane};

/// A shopper of the shop that hears harm, who has pressed the button.
async fn waiting(world: &World) -> (ShopperHandle, Subscription) {
    let shopper = world.visitor("careful", None).await.unwrap();
    let mut events = shopper.subscribe(1);
    shopper.request_agent().await.unwrap();
    assert_eq!(event(&mut events).await, "handed_off");
    (shopper, events)
}

fn heard(event: &Event) -> Option<&Heard> {
    match &event.kind {
        EventKind::Received { heard, .. } => heard.as_ref(),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn harm_that_is_told_in_the_queue_raises_the_ticket_and_is_answered_once() {
    let world = World::serving(&["careful"]).await;
    let (shopper, mut events) = waiting(&world).await;
    shopper.send(id("m1"), "好的我等".to_owned()).await.unwrap();
    let calm = next_event(&mut events).await;
    assert_eq!(heard(&calm), None);
    shopper.send(id("m2"), "我手烫伤了".to_owned()).await.unwrap();
    let received = next_event(&mut events).await;
    let heard = heard(&received).expect("harm is heard");
    assert_eq!(heard.lane, Lane::Safety);
    assert_eq!(heard.signals[0].evidence, "烫伤了");
    let told = next_event(&mut events).await;
    assert!(
        matches!(&told.kind, EventKind::Answered { text, .. } if text.starts_with("请先停用")),
        "{told:?}"
    );

    // Sent again it is stored once, and what follows it too.
    assert!(
        shopper
            .send(id("m2"), "我手烫伤了".to_owned())
            .await
            .unwrap()
            .duplicate()
    );
    shopper.send(id("m3"), "又流血了".to_owned()).await.unwrap();
    assert_eq!(event(&mut events).await, "received m3");
    shopper.send(id("m4"), "在吗".to_owned()).await.unwrap();
    assert_eq!(event(&mut events).await, "received m4");

    let desk = world.desk("spoon", 1).await;
    assert_eq!(event(&mut events).await, "assigned spoon");
    let board = desk.board(true).next().await.unwrap();
    let card = &board.mine[0].card;
    assert_eq!((card.lane, card.signals[0].id.as_str()), (Lane::Safety, "safety.harm"));
}

#[tokio::test(start_paused = true)]
async fn an_agent_who_has_the_chat_sees_it_become_pressing_also_after_a_restart() {
    let world = World::serving(&["careful"]).await;
    let desk = world.desk("spoon", 1).await;
    let (shopper, mut events) = waiting(&world).await;
    assert_eq!(event(&mut events).await, "assigned spoon");
    shopper.send(id("m1"), "孩子烫伤了".to_owned()).await.unwrap();
    let mut boards = desk.board(true);
    let lane = loop {
        let board = boards.next().await.unwrap();
        if let Some(card) = board
            .mine
            .first()
            .map(|row| &row.card)
            .filter(|card| card.last_text == "孩子烫伤了")
        {
            break card.lane;
        }
    };
    assert_eq!(lane, Lane::Safety);
    let token = shopper.token().to_owned();
    drop((desk, events, boards));

    let world = world.restart_serving(&["careful"]).await;
    let shopper = world.visitor("careful", Some(&token)).await.unwrap();
    let desk = world.desk("fork", 1).await;
    let card = loop {
        let board = desk.board(true).next().await.unwrap();
        if let Some(card) = board.mine.first().or(board.waiting.first()).map(|row| &row.card) {
            break Arc::clone(card);
        }
        advance(1_000).await;
    };
    assert_eq!((&card.conversation, card.lane), (shopper.conversation(), Lane::Safety));
}
