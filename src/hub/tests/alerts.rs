//! What desks are told at once, how chats are taken back, and in which order an agent's own hurt.

use super::*;
use crate::hub::{Alert, AlertKind, Alerts};
use crate::model::Lane;

/// The next alert of a desk.
pub(super) async fn alert(alerts: &mut Alerts) -> Arc<Alert> {
    tokio::time::timeout(Duration::from_secs(600), alerts.next())
        .await
        .expect("is told")
}

/// Whether a desk is told nothing more.
pub(super) fn silent(alerts: &mut Alerts) -> bool {
    futures_util::FutureExt::now_or_never(alerts.next()).is_none()
}

#[tokio::test(start_paused = true)]
async fn nobody_loses_a_chat_while_nobody_else_is_free_and_supervisors_hear_of_it() {
    let world = World::start().await;
    let spoon = world.desk("spoon", 1).await;
    let (shopper, mut events) = world.in_queue().await;
    assert_eq!(event(&mut events).await, "assigned spoon");
    let chief = world.chief("chief", &[]).await;
    let (mut told, mut over) = (spoon.alerts(), chief.alerts());
    advance(120_000).await;
    let warning = alert(&mut told).await;
    assert_eq!(warning.kind, AlertKind::TakeBackSoon);
    advance(60_001).await;
    assert_eq!(alert(&mut over).await.kind, AlertKind::NobodyElse);
    assert_eq!(alert(&mut told).await.kind, AlertKind::NobodyElse);
    advance(600_000).await;
    assert!(silent(&mut over), "it is said once");
    assert!(
        !log(&world, &shopper)
            .await
            .iter()
            .any(|event| event.starts_with("released"))
    );
    // As soon as somebody is free it goes there.
    let _fork = world.desk("fork", 1).await;
    assert_eq!(event(&mut events).await, "released spoon Silent");
    assert_eq!(event(&mut events).await, "assigned fork");
    assert_eq!(alert(&mut told).await.kind, AlertKind::TakenBack);
}

#[tokio::test(start_paused = true)]
async fn typing_at_the_end_keeps_the_chat_for_a_minute_once() {
    let world = World::start().await;
    let spoon = world.desk("spoon", 1).await;
    let (shopper, mut events) = world.in_queue().await;
    let chat = shopper.conversation().clone();
    assert_eq!(event(&mut events).await, "assigned spoon");
    let _fork = world.desk("fork", 1).await;
    advance(100_000).await;
    spoon.typing(&chat);
    advance(70_000).await;
    spoon.typing(&chat);
    advance(15_000).await;
    assert!(
        !log(&world, &shopper)
            .await
            .iter()
            .any(|event| event.starts_with("released"))
    );
    // Typing on gives no more.
    advance(50_000).await;
    spoon.typing(&chat);
    advance(5_100).await;
    assert_eq!(event(&mut events).await, "released spoon Silent");
}

#[tokio::test(start_paused = true)]
async fn who_loses_two_chats_in_a_row_is_on_a_break_and_told() {
    let world = World::start().await;
    let spoon = world.desk("spoon", 1).await;
    let chief = world.chief("chief", &[]).await;
    let (first, mut of_first) = world.in_queue().await;
    assert_eq!(event(&mut of_first).await, "assigned spoon");
    let fork = world.desk("fork", 1).await;
    let (mut told, mut over) = (spoon.alerts(), chief.alerts());
    advance(180_001).await;
    assert_eq!(event(&mut of_first).await, "released spoon Silent");
    assert_eq!(event(&mut of_first).await, "assigned fork");
    assert_eq!(
        spoon.presence().state,
        PresenceState::Online,
        "once may happen to anybody"
    );
    let (_second, mut of_second) = world.in_queue().await;
    assert_eq!(event(&mut of_second).await, "assigned spoon");
    fork.close(first.conversation()).await.unwrap();
    advance(180_001).await;
    assert_eq!(event(&mut of_second).await, "released spoon Silent");
    assert_eq!(event(&mut of_second).await, "assigned fork");
    let mut kinds = Vec::new();
    while kinds.last() != Some(&AlertKind::SetToBreak) {
        kinds.push(alert(&mut told).await.kind);
    }
    while alert(&mut over).await.kind != AlertKind::SetToBreak {}
    let said = spoon.presence();
    assert_eq!((said.state, said.reason.as_str()), (PresenceState::Break, "taken_back"));
    let stored = world.store.presence(AgentId::new("spoon")).await.unwrap();
    assert_eq!(stored, Some(said));
}

#[tokio::test(start_paused = true)]
async fn danger_said_late_rings_at_every_desk_on_duty_and_only_once() {
    let world = World::serving(&["careful"]).await;
    let spoon = world.desk("spoon", 1).await;
    let shopper = world.visitor("careful", None).await.unwrap();
    let mut events = shopper.subscribe(1);
    shopper.request_agent().await.unwrap();
    assert_eq!(event(&mut events).await, "handed_off");
    assert_eq!(event(&mut events).await, "assigned spoon");
    let chief = world.chief("chief", &[]).await;
    let fork = world.desk("fork", 1).await;
    let away = world.desk("away", 1).await;
    away.set_presence(PresenceState::Break, "meal").await.unwrap();
    let mut desks = [spoon.alerts(), chief.alerts(), fork.alerts()];
    let mut not = away.alerts();
    shopper.send(id("m1"), "我手烫伤了".to_owned()).await.unwrap();
    for desk in &mut desks {
        let alert = alert(desk).await;
        assert_eq!((alert.kind, alert.lane), (AlertKind::Danger, Some(Lane::Safety)));
        assert_eq!(alert.evidence.as_ref().unwrap().evidence, "烫伤了");
        assert_eq!(alert.agent, Some(AgentId::new("spoon")));
    }
    shopper.send(id("m2"), "又流血了".to_owned()).await.unwrap();
    while event(&mut events).await != "received m2" {}
    assert!(desks.iter_mut().all(silent) && silent(&mut not));
}

#[tokio::test(start_paused = true)]
async fn a_shopper_who_wants_another_agent_gets_one_once() {
    let world = World::start().await;
    let spoon = world.desk("spoon", 1).await;
    let (shopper, mut events) = world.in_queue().await;
    assert_eq!(event(&mut events).await, "assigned spoon");
    let chief = world.chief("chief", &[]).await;
    let mut over = chief.alerts();
    shopper.request_agent().await.unwrap();
    assert_eq!(
        alert(&mut over).await.kind,
        AlertKind::WantsAnother,
        "nobody else is here"
    );
    let fork = world.desk("fork", 1).await;
    shopper.send(id("m1"), "换个人吧".to_owned()).await.unwrap();
    assert_eq!(event(&mut events).await, "received m1");
    assert_eq!(event(&mut events).await, "released spoon AnotherAsked");
    assert_eq!(event(&mut events).await, "assigned fork");
    shopper.request_agent().await.unwrap();
    shopper.send(id("m2"), "换人".to_owned()).await.unwrap();
    assert_eq!(event(&mut events).await, "received m2");
    advance(1_000).await;
    assert_eq!(
        log(&world, &shopper).await.last().unwrap(),
        "received m2",
        "once in a talk"
    );
    drop((spoon, fork));
}

#[tokio::test(start_paused = true)]
async fn own_chats_stand_in_the_order_in_which_they_hurt() {
    let world = World::serving(&["demo", "careful"]).await;
    let spoon = world.desk("spoon", 3).await;
    let (calm, mut of_calm) = world.in_queue().await;
    assert_eq!(event(&mut of_calm).await, "assigned spoon");
    advance(30_000).await;
    let hurt = world.visitor("careful", None).await.unwrap();
    let mut of_hurt = hurt.subscribe(1);
    hurt.request_agent().await.unwrap();
    assert_eq!(event(&mut of_hurt).await, "handed_off");
    let assigned = next_event(&mut of_hurt).await;
    let order = async || -> Vec<ConversationId> {
        let mine = spoon.board(false).next().await.unwrap().mine;
        mine.iter().map(|row| row.card.conversation.clone()).collect()
    };
    let (calm, hurt_chat) = (calm.conversation().clone(), hurt.conversation().clone());
    assert_eq!(order().await, [calm.clone(), hurt_chat.clone()], "the earlier deadline");
    hurt.send(id("m1"), "手烫伤了".to_owned()).await.unwrap();
    while event(&mut of_hurt).await != "received m1" {}
    assert_eq!(order().await, [hurt_chat.clone(), calm.clone()], "safety before all");
    spoon
        .send(&hurt_chat, id("a1"), "先冲冷水".to_owned(), assigned.epoch)
        .await
        .unwrap();
    assert_eq!(order().await, [calm, hurt_chat], "the ball is with the shopper");
}

/// Waits for something that needs no time to pass.
async fn at_once<T>(what: impl Future<Output = T>) -> T {
    let mut what = std::pin::pin!(what);
    for _ in 0..200_000 {
        if let Some(done) = futures_util::FutureExt::now_or_never(what.as_mut()) {
            return done;
        }
        tokio::task::yield_now().await;
    }
    panic!("it waits for time to pass");
}

#[tokio::test(start_paused = true)]
async fn an_own_chat_is_shown_at_once_and_all_else_with_the_interval() {
    let world = World::start_with(HubSettings {
        board_interval_ms: 5_000,
        ..settings()
    })
    .await;
    let spoon = world.desk("spoon", 1).await;
    let mut boards = spoon.board(false);
    at_once(boards.next()).await.unwrap();
    let (shopper, mut events) = world.in_queue().await;
    assert_eq!(event(&mut events).await, "assigned spoon");
    let own = async {
        loop {
            let board = boards.next().await.unwrap();
            if let Some(row) = board.mine.first() {
                return row.card.conversation.clone();
            }
        }
    };
    assert_eq!(at_once(own).await, *shopper.conversation());
    shopper.send(id("m1"), "太慢了".to_owned()).await.unwrap();
    let heard = async { while boards.next().await.unwrap().mine[0].card.last_text != "太慢了" {} };
    at_once(heard).await;

    let (_other, _) = world.in_queue().await;
    let mut next = std::pin::pin!(boards.next());
    for _ in 0..1_000 {
        assert!(
            futures_util::FutureExt::now_or_never(next.as_mut()).is_none(),
            "it is no own chat"
        );
        tokio::task::yield_now().await;
    }
    advance(5_000).await;
    assert_eq!(next.await.unwrap().counts.waiting(), 1);
}
