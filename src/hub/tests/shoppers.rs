//! What a shopper can rely on.

use futures_util::FutureExt;

use super::*;

#[tokio::test(start_paused = true)]
async fn a_question_is_answered() {
    let world = World::start().await;
    let shopper = world.shopper().await;
    assert_eq!(shopper.seq(), 1);
    let mut events = shopper.subscribe(0);
    let stored = shopper.send(id("m1"), "什么时候发货".to_owned()).await.unwrap();
    assert_eq!((stored.seq(), stored.duplicate()), (2, false));
    assert_eq!(event(&mut events).await, "started");
    assert_eq!(event(&mut events).await, "received m1");
    assert_eq!(event(&mut events).await, "answered m1");
}

#[tokio::test(start_paused = true)]
async fn a_message_sent_twice_is_stored_and_answered_once() {
    let world = World::start().await;
    let shopper = world.shopper().await;
    let mut events = shopper.subscribe(1);
    let first = shopper.send(id("m1"), "什么时候发货".to_owned()).await.unwrap();
    let again = shopper.send(id("m1"), "什么时候发货".to_owned()).await.unwrap();
    assert_eq!((again.seq(), again.duplicate()), (first.seq(), true));
    event(&mut events).await;
    event(&mut events).await;
    shopper.close().await.unwrap();
    // Also after the end a stored message is acknowledged, and a new one is not taken.
    assert_eq!(shopper.send(id("m1"), String::new()).await.unwrap().seq(), first.seq());
    let refused = shopper.send(id("m2"), "还在吗".to_owned()).await;
    assert!(matches!(refused, Err(HubError::Closed)), "{refused:?}");
    assert_eq!(
        log(&world, &shopper).await,
        ["started", "received m1", "answered m1", "closed"]
    );
}

#[tokio::test(start_paused = true)]
async fn one_thought_in_several_bubbles_gets_one_reply() {
    let world = World::start().await;
    let shopper = world.shopper().await;
    let mut events = shopper.subscribe(1);
    shopper.send(id("m1"), "你好".to_owned()).await.unwrap();
    advance(800).await;
    shopper.send(id("m2"), "什么时候发货".to_owned()).await.unwrap();
    assert_eq!(event(&mut events).await, "received m1");
    assert_eq!(event(&mut events).await, "received m2");
    assert_eq!(event(&mut events).await, "answered m1+m2");
    // A bare greeting is answered when nothing follows.
    shopper.send(id("m3"), "你好".to_owned()).await.unwrap();
    assert_eq!(event(&mut events).await, "received m3");
    advance(1_200).await;
    assert_eq!(event(&mut events).await, "answered m3");
}

#[tokio::test(start_paused = true)]
async fn a_listener_who_comes_back_misses_nothing_and_hears_nothing_twice() {
    let world = World::start().await;
    let shopper = world.shopper().await;
    let speaking = {
        let shopper = shopper.clone();
        tokio::spawn(async move {
            for n in 0..150 {
                shopper
                    .send(id(&format!("m{n}")), "什么时候发货".to_owned())
                    .await
                    .unwrap();
                shopper.rate(5).await.unwrap();
            }
            shopper.close().await.unwrap();
        })
    };
    let mut heard = Vec::new();
    let mut after = 0;
    'listening: loop {
        // The tunnel: after every few events the socket is gone, whatever was in flight.
        let mut events = shopper.subscribe(after);
        for _ in 0..7 {
            let event = next_event(&mut events).await;
            after = event.seq;
            let closed = matches!(event.kind, EventKind::Closed { .. });
            heard.push(event);
            if closed {
                break 'listening;
            }
        }
    }
    speaking.await.unwrap();
    let stored = world
        .store
        .read(shopper.conversation().clone(), 0, 10_000)
        .await
        .unwrap();
    assert!(heard.iter().map(|event| event.seq).eq(1..=heard.len() as u64));
    assert_eq!(heard[..], stored[..heard.len()]);
    // Somebody who has not looked at all reads it from the store, page by page.
    let mut late = shopper.subscribe(0);
    for expected in &stored {
        assert_eq!(next_event(&mut late).await, *expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_continues_the_open_talk_and_the_next_one_after_its_end() {
    let world = World::start().await;
    let first = world.talking().await;
    let again = world.opened(Some(first.token())).await;
    assert_eq!(again.conversation(), first.conversation());
    assert_eq!((again.shopper(), again.token()), (first.shopper(), first.token()));
    again.close().await.unwrap();
    let next = world.opened(Some(first.token())).await;
    assert_ne!(next.conversation(), first.conversation());
    assert_eq!(next.shopper(), first.shopper());
    let unknown = world.opened(Some("made up")).await;
    assert_ne!(unknown.shopper(), first.shopper());
    assert_ne!(unknown.token(), "made up");
    let elsewhere = world
        .hub
        .resume(
            Opening {
                shop: ShopId::new("other"),
                lang: Language::English,
                token: None,
                customer: None,
            },
            None,
        )
        .await;
    assert!(matches!(elsewhere, Err(HubError::UnknownShop(_))));
}

#[tokio::test(start_paused = true)]
async fn tabs_that_open_at_once_share_one_talk() {
    let world = World::start().await;
    let customer = || Opening {
        shop: ShopId::new("demo"),
        lang: Language::Chinese,
        token: None,
        customer: Some("7".to_owned()),
    };
    let tabs = futures_util::future::join_all((0..6).map(|_| world.hub.resume(customer(), None))).await;
    let tabs: Vec<ShopperHandle> = tabs.into_iter().map(|tab| tab.unwrap().0).collect();
    assert!(tabs.iter().all(|tab| tab.conversation() == tabs[0].conversation()));
    assert_eq!(tabs[0].shopper().as_str(), "customer:7");
    // Everyone hears everyone.
    let mut other = tabs[1].subscribe(tabs[1].seq());
    tabs[0].send(id("m1"), "什么时候发货".to_owned()).await.unwrap();
    assert_eq!(event(&mut other).await, "received m1");
}

#[tokio::test(start_paused = true)]
async fn who_opens_a_tab_while_the_first_word_is_stored_comes_into_the_same_talk() {
    let world = World::start().await;
    for round in 0..150 {
        let first = world.shopper().await;
        let showing = Showing {
            conversation: first.conversation().clone(),
            after: first.seq(),
        };
        let opening = || Opening {
            shop: ShopId::new("demo"),
            lang: Language::Chinese,
            token: Some(first.token().to_owned()),
            customer: None,
        };
        // The other tabs come at other moments of the storing, one that shows the talk and one that shows nothing.
        let late = async |showing: Option<Showing>| {
            for _ in 0..round % 10 {
                tokio::task::yield_now().await;
            }
            world.hub.resume(opening(), showing).await.unwrap().0
        };
        let (stored, shown, new) = tokio::join!(
            first.send(id("m0"), "什么时候发货".to_owned()),
            late(Some(showing)),
            late(None)
        );
        stored.unwrap();
        for tab in [shown, new] {
            assert_eq!(tab.conversation(), first.conversation(), "round {round}");
        }
    }
}

// A4
#[tokio::test(start_paused = true)]
async fn nothing_is_stored_before_the_first_word() {
    let world = World::start().await;
    let first = world.shopper().await;
    let second_tab = world.opened(Some(first.token())).await;
    assert_eq!(second_tab.token(), first.token());
    assert_eq!(second_tab.conversation(), first.conversation());
    assert_eq!((first.begun(), first.seq()), (false, 1));
    let head = || world.store.head(first.conversation().clone());
    let token = || {
        world
            .store
            .shopper_of_token(crate::accounts::token::hash(first.token()))
    };
    assert_eq!(head().await.unwrap(), None);
    assert_eq!(token().await.unwrap(), None);
    for refused in [first.rate(5).await, first.close().await] {
        assert!(matches!(refused, Err(HubError::Closed)), "{refused:?}");
    }
    // The page comes back, also to a server that has never seen it, and is the same visitor.
    let World { folder, _frozen, .. } = {
        world.hub.drain().await.unwrap();
        world
    };
    let world = World::open(folder, settings(), _frozen).await;
    let back = world
        .hub
        .resume(
            Opening {
                shop: ShopId::new("demo"),
                lang: Language::Chinese,
                token: Some(first.token().to_owned()),
                customer: None,
            },
            Some(crate::hub::Showing {
                conversation: first.conversation().clone(),
                after: 1,
            }),
        )
        .await;
    let (back, shown) = back.unwrap();
    assert_eq!(shown, crate::hub::Shown::Seen, "nothing that was said is gone");
    assert_eq!(back.shopper(), first.shopper());
    assert_eq!(
        back.conversation(),
        first.conversation(),
        "the page shows the same talk"
    );
    // Both tabs hear the first word, and either may say the next.
    let other = world.opened(Some(back.token())).await;
    let mut heard = other.subscribe(other.seq());
    back.send(id("m1"), "什么时候发货".to_owned()).await.unwrap();
    assert_eq!(event(&mut heard).await, "received m1");
    assert_eq!(event(&mut heard).await, "answered m1");
    other.send(id("m2"), "什么时候发货".to_owned()).await.unwrap();
    assert_eq!(event(&mut heard).await, "received m2");
    assert_eq!(log(&world, &back).await[..2], ["started", "received m1"]);
    let known = world
        .store
        .shopper_of_token(crate::accounts::token::hash(back.token()))
        .await;
    assert_eq!(known.unwrap().map(|(_, shopper)| shopper), Some(back.shopper().clone()));
}

// A4
#[tokio::test(start_paused = true)]
async fn what_nobody_answers_is_bounded_and_what_was_said_is_kept() {
    let world = World::start().await;
    let (shopper, _) = world.in_queue().await;
    let long = "长".repeat(2_000);
    let mut said = 0;
    let refused = loop {
        match shopper.send(id(&format!("m{said}")), long.clone()).await {
            Ok(_) => said += 1,
            Err(error) => break error,
        }
        assert!(said < 1_000, "a talk has a size");
    };
    assert!(matches!(refused, HubError::Full), "{refused:?}");
    assert!(said >= 40, "{said} messages of 2,000 characters fit");
    let again = shopper.send(id("m3"), long.clone()).await.unwrap();
    assert!(again.duplicate(), "what is stored is acknowledged again");
    let desk = world.desk("spoon", 1).await;
    let epoch = desk.take(shopper.conversation()).await.unwrap();
    desk.send(shopper.conversation(), id("a1"), "您好".to_owned(), epoch)
        .await
        .unwrap();
    shopper.send(id("next"), long).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_waits_is_told_where_and_how_long() {
    let world = World::start().await;
    let (_first, mut first_events) = world.in_queue().await;
    let place = next_place(&mut first_events).await;
    assert_eq!((place.position, place.wait_s, place.staffed), (1, None, false));
    let (_second, mut second_events) = world.in_queue().await;
    assert_eq!(next_place(&mut second_events).await.position, 2);
    // An agent with one slot comes: the first is served, the second moves up and hears how long it takes.
    let _desk = world.desk("spoon", 1).await;
    assert_eq!(event(&mut first_events).await, "assigned spoon");
    let place = loop {
        let place = next_place(&mut second_events).await;
        if place.position == 1 && place.wait_s != Some(0) {
            break place;
        }
    };
    assert!(place.staffed && place.wait_s.is_some(), "{place:?}");
}

#[tokio::test(start_paused = true)]
async fn an_idle_talk_leaves_memory_and_comes_back() {
    let world = World::start().await;
    let shopper = world.shopper().await;
    shopper.send(id("m1"), "什么时候发货".to_owned()).await.unwrap();
    let mut events = shopper.subscribe(2);
    assert_eq!(event(&mut events).await, "answered m1");
    drop(events);
    let token = shopper.token().to_owned();
    drop(shopper);
    assert_eq!(world.hub.stats().live, 1);
    while world.hub.stats().live > 0 {
        advance(30_000).await;
        tokio::task::yield_now().await;
    }
    let back = world.opened(Some(&token)).await;
    assert_eq!(back.seq(), 3);
    assert_eq!(back.send(id("m1"), String::new()).await.unwrap().seq(), 2);
    let mut events = back.subscribe(3);
    back.send(id("m2"), "什么时候发货".to_owned()).await.unwrap();
    assert_eq!(event(&mut events).await, "received m2");
    assert_eq!(event(&mut events).await, "answered m2");
}

#[tokio::test(start_paused = true)]
async fn a_message_that_needs_no_wait_is_stored_with_its_answer_and_read_once() {
    let world = World::start().await;
    let shopper = world.talking().await;
    let mut events = shopper.subscribe(shopper.seq());
    while events.next().now_or_never().is_some() {}
    shopper.send(id("m9"), "什么时候发货".to_owned()).await.unwrap();
    // Nothing is waited for: when the message is acknowledged, its answer is there.
    for expected in ["received m9", "answered m9"] {
        let Some(Ok(Some(Delivery::Event(event)))) = events.next().now_or_never() else {
            panic!("{expected}");
        };
        assert_eq!(short(&event.kind), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn under_too_much_words_are_kept_first_and_answered_in_one() {
    let world = World::start().await;
    let shopper = world.shopper().await;
    let mut events = shopper.subscribe(1);
    let running = world.hub.pressure.overload_with_a_turn_running().await;
    for (said, text) in [("m1", "什么时候发货"), ("m2", "几时发货")] {
        let kept = shopper.send(id(said), text.to_owned()).await.unwrap();
        assert_eq!(kept.wait_s(), Some(1));
    }
    assert!(world.hub.is_full());
    assert_eq!(event(&mut events).await, "received m1");
    assert_eq!(event(&mut events).await, "received m2");
    assert!(events.next().now_or_never().is_none());
    drop(running);
    assert_eq!(event(&mut events).await, "answered m1+m2");
}
