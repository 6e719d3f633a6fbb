//! Several shops on one hub: queue, agents, boards and rights by shop, and what becomes of a shop that is removed.

use super::*;
use crate::hub::{Recipient, ShopCounts};
use crate::model::{ConversationId, NewEvent, Owner, Seq, ShopperId};
use crate::shops::{Notice as DeskNotice, NoticeKind};
use crate::store::Expect;

/// A hub that serves shops `a` and `b`.
async fn two_shops() -> World {
    World::serving(&["a", "b"]).await
}

async fn shopper_of(world: &World, shop: &str) -> ShopperHandle {
    world.visitor(shop, None).await.unwrap()
}

/// A shopper of the shop who has asked for a person, with the events from there on.
async fn waiting_in(world: &World, shop: &str) -> (ShopperHandle, Subscription) {
    let shopper = shopper_of(world, shop).await;
    let mut events = shopper.subscribe(1);
    shopper.request_agent().await.unwrap();
    assert_eq!(event(&mut events).await, "handed_off");
    (shopper, events)
}

async fn owner(world: &World, conversation: &ConversationId) -> Owner {
    world.store.head(conversation.clone()).await.unwrap().unwrap().owner
}

/// The next delivery that is no place in the queue.
async fn next(subscription: &mut Subscription) -> Delivery {
    loop {
        match subscription.next().await.unwrap().unwrap() {
            Delivery::Notice(Notice::Queue(_)) => {}
            other => return other,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn chats_go_to_agents_of_their_shop_only() {
    let world = two_shops().await;
    let _a = world.desk_of("a only", 5, &["a"]).await;
    let (in_b, mut b_events) = waiting_in(&world, "b").await;
    let (_, mut a_events) = waiting_in(&world, "a").await;
    assert_eq!(event(&mut a_events).await, "assigned a only");
    advance(120_000).await;
    assert_eq!(owner(&world, in_b.conversation()).await, Owner::Queue);
    let _both = world.desk_of("both", 1, &["a", "b"]).await;
    assert_eq!(event(&mut b_events).await, "assigned both");
    let stats = world.hub.stats();
    let counts = |waiting, assigned, agents_online| ShopCounts {
        waiting,
        assigned,
        agents_online,
    };
    assert_eq!(stats.shops[&ShopId::new("a")], counts(0, 1, 2));
    assert_eq!(stats.shops[&ShopId::new("b")], counts(0, 1, 1));
    assert_eq!((stats.assigned, stats.agents_online), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn places_and_waits_are_those_of_the_shop() {
    let world = two_shops().await;
    let _full = world.desk_of("full", 1, &["a"]).await;
    let (_, mut served) = waiting_in(&world, "a").await;
    assert_eq!(event(&mut served).await, "assigned full");
    let (_, mut first) = waiting_in(&world, "a").await;
    advance(1_000).await;
    let (_, mut second) = waiting_in(&world, "a").await;
    let (_, mut other) = waiting_in(&world, "b").await;
    let first = next_place(&mut first).await;
    assert_eq!((first.position, first.wait_s, first.staffed), (1, Some(240), true));
    let second = next_place(&mut second).await;
    assert_eq!((second.position, second.wait_s), (2, Some(480)));
    // The first of the other shop, although two came before; and nobody is there for it.
    let other = next_place(&mut other).await;
    assert_eq!((other.position, other.wait_s, other.staffed), (1, None, false));
}

#[tokio::test(start_paused = true)]
async fn an_agent_sees_and_touches_no_chat_of_another_shop() {
    let world = two_shops().await;
    let a = world.desk_of("a only", 1, &["a"]).await;
    a.set_presence(PresenceState::Break, "").await.unwrap();
    let both = world.desk_of("both", 1, &["a", "b"]).await;
    both.set_presence(PresenceState::Break, "").await.unwrap();
    let everywhere = world.desk("everywhere", 1).await;
    everywhere.set_presence(PresenceState::Break, "").await.unwrap();
    let (in_a, _) = waiting_in(&world, "a").await;
    advance(1_000).await;
    let (in_b, _) = waiting_in(&world, "b").await;
    let chat = in_b.conversation();

    let refused = |outcome: Option<HubError>| assert!(matches!(outcome, Some(HubError::OtherShop)), "{outcome:?}");
    refused(a.open(chat, 0).await.err());
    refused(a.take(chat).await.err());
    refused(a.send(chat, id("a1"), "您好".to_owned(), 1).await.err());
    refused(a.hand_on(chat, Recipient::Queue(None), String::new()).await.err());
    refused(a.return_to_bot(chat).await.err());
    refused(a.close(chat).await.err());
    assert_eq!(log(&world, &in_b).await, ["started", "handed_off"]);

    let shown = |board: crate::hub::Board| {
        let chats = board.waiting.iter().map(|row| row.card.conversation.clone());
        (chats.collect::<Vec<_>>(), board.counts.waiting(), board.agents_online)
    };
    let (one, other) = (in_a.conversation().clone(), chat.clone());
    assert_eq!(shown(a.board(true).next().await.unwrap()), (vec![one.clone()], 1, 3));
    for desk in [&both, &everywhere] {
        let (chats, count, _) = shown(desk.board(true).next().await.unwrap());
        assert_eq!((chats, count), (vec![one.clone(), other.clone()], 2));
    }
    // Who works for both may do all of it.
    let epoch = both.take(chat).await.unwrap();
    both.open(chat, 0).await.unwrap();
    both.send(chat, id("b1"), "您好".to_owned(), epoch).await.unwrap();
    // Speaking into a chat of the own shop that somebody else has stays what it was.
    everywhere.take(&one).await.unwrap();
    assert!(matches!(a.close(&one).await, Err(HubError::NotYours)));
}

#[tokio::test(start_paused = true)]
async fn shoppers_of_a_removed_shop_are_told_and_those_of_others_are_not() {
    let world = two_shops().await;
    let with_bot = shopper_of(&world, "b").await;
    let mut events = with_bot.subscribe(1);
    with_bot.send(id("m0"), "什么时候发货".to_owned()).await.unwrap();
    assert_eq!(event(&mut events).await, "received m0");
    assert_eq!(event(&mut events).await, "answered m0");
    let silent = shopper_of(&world, "b").await;
    let other = shopper_of(&world, "a").await;
    let mut other_events = other.subscribe(1);
    world.shops.publish([shop_of("a")]);
    assert_eq!(event(&mut events).await, "closed");
    assert_eq!(next(&mut events).await, Delivery::Notice(Notice::ShopGone));
    assert_eq!(owner(&world, with_bot.conversation()).await, Owner::Closed);

    // Who has said nothing yet is told with the first word, and nothing is stored.
    let refused = silent.send(id("m1"), "在吗".to_owned()).await;
    assert!(matches!(refused, Err(HubError::UnknownShop(_))), "{refused:?}");
    assert_eq!(log(&world, &silent).await, Vec::<String>::new());
    // Nobody comes in any more, with or without a token; nothing is stored for those who try.
    for token in [None, Some(with_bot.token())] {
        let refused = world.visitor("b", token).await;
        assert!(matches!(&refused.err(), Some(HubError::UnknownShop(shop)) if shop.as_str() == "b"));
    }
    other.send(id("m1"), "什么时候发货".to_owned()).await.unwrap();
    assert_eq!(event(&mut other_events).await, "received m1");
    assert_eq!(event(&mut other_events).await, "answered m1");

    // Served again, the shop begins anew.
    world.shops.publish([shop_of("a"), shop_of("b")]);
    let back = world.visitor("b", Some(with_bot.token())).await.unwrap();
    assert_eq!(back.shopper(), with_bot.shopper());
    assert_ne!(back.conversation(), with_bot.conversation());
}

#[tokio::test(start_paused = true)]
async fn people_finish_what_they_have_of_a_removed_shop() {
    let world = two_shops().await;
    let desk = world.desk_of("b only", 1, &["b"]).await;
    let (served, mut events) = waiting_in(&world, "b").await;
    let assigned = next_event(&mut events).await;
    assert_eq!(short(&assigned.kind), "assigned b only");
    let (queued, mut queued_events) = waiting_in(&world, "b").await;
    world.shops.publish([shop_of("a")]);
    // The talk goes on in both directions, also for a shopper whose page was loaded again.
    desk.send(served.conversation(), id("a1"), "我在".to_owned(), assigned.epoch)
        .await
        .unwrap();
    assert_eq!(event(&mut events).await, "agent_said a1");
    let again = world.visitor("b", Some(served.token())).await.unwrap();
    assert_eq!(again.conversation(), served.conversation());
    again.send(id("m1"), "好的".to_owned()).await.unwrap();
    assert_eq!(event(&mut events).await, "received m1");
    // No bot is there to give it back to: the talk ends, and the shopper is told.
    desk.return_to_bot(served.conversation()).await.unwrap();
    assert_eq!(event(&mut events).await, "returned b only");
    assert_eq!(event(&mut events).await, "closed");
    assert_eq!(next(&mut events).await, Delivery::Notice(Notice::ShopGone));
    // Who waited is served in turn.
    assert_eq!(event(&mut queued_events).await, "assigned b only");
    desk.close(queued.conversation()).await.unwrap();
    assert_eq!(event(&mut queued_events).await, "closed");
    assert_eq!(next(&mut queued_events).await, Delivery::Notice(Notice::ShopGone));
}

#[tokio::test(start_paused = true)]
async fn what_the_bot_owes_in_a_shop_that_is_not_served_waits_until_it_is() {
    let world = World::serving(&["a"]).await;
    let conversation = ConversationId::new("c");
    let new_events = [
        EventKind::Started {
            shop: ShopId::new("b"),
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
    let stored = world.store.append(conversation.clone(), Expect::New, new_events);
    stored.await.unwrap();
    let world = world.restart_serving(&["a"]).await;
    advance(3_600_000).await;
    let seq = |head: Option<crate::store::Head>| -> Seq { head.unwrap().seq };
    assert_eq!(seq(world.store.head(conversation.clone()).await.unwrap()), 2);
    let desk = world.chief("everywhere", &[]).await;
    let mut events = desk.open(&conversation, 2).await.unwrap().subscription;
    world.shops.publish([shop_of("a"), shop_of("b")]);
    assert_eq!(event(&mut events).await, "answered m1");
}

#[tokio::test(start_paused = true)]
async fn desks_are_told_what_concerns_their_shops() {
    let world = two_shops().await;
    let a = world.desk_of("a only", 1, &["a"]).await;
    let everywhere = world.desk("everywhere", 1).await;
    let (mut of_a, mut of_all) = (a.board(true), everywhere.board(true));
    of_a.next().await.unwrap();
    of_all.next().await.unwrap();
    assert!(of_all.notices().is_empty());
    let notice = |shop: Option<&str>| DeskNotice {
        kind: NoticeKind::ReloadRefused,
        shop: shop.map(ShopId::new),
        zh: "改好".to_owned(),
        en: "Mend it".to_owned(),
    };
    let (general, of_b) = (notice(None), notice(Some("b")));
    let notices = world.shops.notices();
    notices.replace(NoticeKind::ReloadRefused, [general.clone(), of_b.clone()]);
    // A notice is reason enough for a board.
    of_a.next().await.unwrap();
    of_all.next().await.unwrap();
    assert_eq!(of_a.notices(), std::slice::from_ref(&general));
    assert_eq!(of_all.notices(), [general, of_b]);
}
