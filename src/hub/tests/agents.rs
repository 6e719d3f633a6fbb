//! What agents, and shoppers with them, can rely on.

use super::*;
use crate::hub::Recipient;

#[tokio::test(start_paused = true)]
async fn from_the_bot_to_a_person_and_back() {
    let world = World::start().await;
    let desk = world.desk("spoon", 2).await;
    let shopper = world.shopper().await;
    let mut events = shopper.subscribe(1);
    shopper.send(id("m1"), "转人工".to_owned()).await.unwrap();
    assert_eq!(event(&mut events).await, "received m1");
    assert_eq!(event(&mut events).await, "handed_off");
    let assigned = next_event(&mut events).await;
    assert_eq!(short(&assigned.kind), "assigned spoon");

    let chat = shopper.conversation();
    let mut read = desk.open(chat, 0).await.unwrap().subscription;
    for expected in ["started", "received m1", "handed_off", "assigned spoon"] {
        assert_eq!(event(&mut read).await, expected);
    }
    let stored = desk
        .send(chat, id("a1"), "亲，我在".to_owned(), assigned.epoch)
        .await
        .unwrap();
    assert_eq!(event(&mut events).await, "agent_said a1");
    // While the person has the chat the bot is silent.
    shopper.send(id("m2"), "什么时候发货".to_owned()).await.unwrap();
    assert_eq!(event(&mut events).await, "received m2");
    advance(60_000).await;
    desk.send(chat, id("a2"), "今天".to_owned(), assigned.epoch)
        .await
        .unwrap();
    assert_eq!(event(&mut events).await, "agent_said a2");
    desk.return_to_bot(chat).await.unwrap();
    assert_eq!(event(&mut events).await, "returned spoon");
    shopper.send(id("m3"), "什么时候发货".to_owned()).await.unwrap();
    assert_eq!(event(&mut events).await, "received m3");
    assert_eq!(event(&mut events).await, "answered m3");

    // What was stored is acknowledged when it is sent again; what is new comes too late.
    let again = desk
        .send(chat, id("a1"), "亲，我在".to_owned(), assigned.epoch)
        .await
        .unwrap();
    assert_eq!((again.seq(), again.duplicate()), (stored.seq(), true));
    let late = desk.send(chat, id("a3"), "还有".to_owned(), assigned.epoch).await;
    assert!(
        matches!(late, Err(HubError::Stale { actual }) if actual == assigned.epoch + 1),
        "{late:?}"
    );
    assert!(matches!(desk.close(chat).await, Err(HubError::NotYours)));
}

#[tokio::test(start_paused = true)]
async fn the_bot_is_silent_after_a_handoff_although_its_turn_was_pending() {
    let world = World::start().await;
    let shopper = world.shopper().await;
    // The bot waits for the rest of this.
    shopper.send(id("m1"), "你好".to_owned()).await.unwrap();
    advance(400).await;
    shopper.request_agent().await.unwrap();
    shopper.request_agent().await.unwrap();
    advance(5_000).await;
    let desk = world.desk("spoon", 1).await;
    let mut events = shopper.subscribe(3);
    assert_eq!(event(&mut events).await, "assigned spoon");
    drop(desk);
    advance(5_000).await;
    assert_eq!(
        log(&world, &shopper).await,
        ["started", "received m1", "handed_off", "assigned spoon"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_freed_slot_takes_who_waits_longest() {
    let world = World::start().await;
    let mut waiting = Vec::new();
    for _ in 0..3 {
        waiting.push(world.in_queue().await);
        advance(1_000).await;
    }
    let desk = world.desk("spoon", 1).await;
    for (place, (shopper, events)) in waiting.iter_mut().enumerate() {
        assert_eq!(event(events).await, "assigned spoon");
        assert_eq!(world.hub.stats().assigned, 1);
        assert_eq!(world.hub.stats().waiting, 2 - place);
        desk.close(shopper.conversation()).await.unwrap();
        assert_eq!(event(events).await, "closed");
    }
}

#[tokio::test(start_paused = true)]
async fn a_chat_of_an_agent_who_is_gone_goes_back_to_the_front() {
    let world = World::start().await;
    let spoon = world.desk("spoon", 1).await;
    let second_desk = world.hub.agent_connected(&AgentId::new("spoon")).await.unwrap();
    let (_lost, mut lost_events) = world.in_queue().await;
    assert_eq!(event(&mut lost_events).await, "assigned spoon");
    let (_other, mut other_events) = world.in_queue().await;
    // One of two desks closes: she is still there. Back within the lease: nothing happens either.
    drop(spoon);
    advance(50_000).await;
    drop(second_desk);
    advance(44_000).await;
    let back = world.hub.agent_connected(&AgentId::new("spoon")).await.unwrap();
    advance(10_000).await;
    drop(back);
    advance(45_000).await;
    assert_eq!(event(&mut lost_events).await, "released spoon Gone");
    // The chat that came back is before the one that came earlier than its return.
    let fork = world.desk("fork", 1).await;
    assert_eq!(event(&mut lost_events).await, "assigned fork");
    let board = fork.board(true).next().await.unwrap();
    assert_eq!(board.waiting.len(), 1);
    assert_eq!((board.mine.len(), board.agents_online), (1, 1));
    drop(fork);
    advance(45_000).await;
    assert_eq!(event(&mut lost_events).await, "released fork Gone");
    let _knife = world.desk("knife", 2).await;
    assert_eq!(event(&mut lost_events).await, "assigned knife");
    assert_eq!(event(&mut other_events).await, "assigned knife");
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_ahead_takes_no_chat_from_an_agent() {
    let world = World::start().await;
    let _spoon = world.desk("spoon", 1).await;
    let (shopper, mut events) = world.in_queue().await;
    assert_eq!(event(&mut events).await, "assigned spoon");
    let _fork = world.desk("fork", 1).await;
    world.ahead.store(3 * 3_600_000, Ordering::Relaxed);
    shopper.send(id("m1"), "在吗".to_owned()).await.unwrap();
    assert_eq!(event(&mut events).await, "received m1");
    // The agent has the whole time from the jump on, and no longer.
    advance(179_000).await;
    shopper.send(id("m2"), "有人吗".to_owned()).await.unwrap();
    assert_eq!(event(&mut events).await, "received m2");
    advance(1_000).await;
    assert_eq!(event(&mut events).await, "released spoon Silent");
}

#[tokio::test(start_paused = true)]
async fn a_silent_agent_loses_the_chat_to_a_colleague() {
    let world = World::start().await;
    let spoon = world.desk("spoon", 1).await;
    let (shopper, mut events) = world.in_queue().await;
    let assigned = next_event(&mut events).await;
    assert_eq!(short(&assigned.kind), "assigned spoon");
    advance(170_000).await;
    spoon
        .send(shopper.conversation(), id("a1"), "在的".to_owned(), assigned.epoch)
        .await
        .unwrap();
    assert_eq!(event(&mut events).await, "agent_said a1");
    // Answered: however long the shopper reads, nobody takes the chat away.
    advance(1_000_000).await;
    shopper.send(id("m1"), "好的，还有一个问题".to_owned()).await.unwrap();
    assert_eq!(event(&mut events).await, "received m1");
    advance(179_000).await;
    shopper.send(id("m2"), "在吗".to_owned()).await.unwrap();
    assert_eq!(event(&mut events).await, "received m2");
    let fork = world.desk("fork", 1).await;
    advance(1_000).await;
    assert_eq!(event(&mut events).await, "released spoon Silent");
    assert_eq!(event(&mut events).await, "assigned fork");
    let card = Arc::clone(&fork.board(true).next().await.unwrap().mine[0].card);
    assert_eq!(card.last_text, "在吗");
    assert!(card.waiting_since.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_chat_given_back_carries_a_note_and_does_not_bounce() {
    let world = World::start().await;
    let spoon = world.desk("spoon", 3).await;
    let (shopper, mut events) = world.in_queue().await;
    let chat = shopper.conversation().clone();
    assert_eq!(event(&mut events).await, "assigned spoon");
    spoon
        .hand_on(&chat, Recipient::Queue(None), "等仓库回复".to_owned())
        .await
        .unwrap();
    assert_eq!(event(&mut events).await, "released spoon GivenBack");
    let board = spoon.board(true).next().await.unwrap();
    assert_eq!((board.mine.len(), board.waiting.len()), (0, 1));
    assert_eq!(board.waiting[0].card.note, "等仓库回复");
    // By hand she may have it again at once.
    let epoch = spoon.take(&chat).await.unwrap();
    assert_eq!(spoon.take(&chat).await.unwrap(), epoch);
    assert_eq!(event(&mut events).await, "assigned spoon");
    let fork = world.desk("fork", 3).await;
    assert!(matches!(fork.take(&chat).await, Err(HubError::NotWaiting)));
    let refused = fork.send(&chat, id("a1"), "抢".to_owned(), epoch).await;
    assert!(matches!(refused, Err(HubError::NotYours)), "{refused:?}");
    spoon
        .hand_on(&chat, Recipient::Queue(None), String::new())
        .await
        .unwrap();
    assert_eq!(event(&mut events).await, "released spoon GivenBack");
    assert_eq!(event(&mut events).await, "assigned fork");
}

#[tokio::test(start_paused = true)]
async fn who_is_away_gets_no_chats_and_the_board_follows() {
    let world = World::start().await;
    let desk = world.desk("spoon", 2).await;
    let mut boards = desk.board(true);
    assert!(boards.next().await.unwrap().available);
    desk.set_presence(PresenceState::Break, "").await.unwrap();
    assert!(!boards.next().await.unwrap().available);
    let (_shopper, mut events) = world.in_queue().await;
    while boards.next().await.unwrap().waiting.is_empty() {}
    // Away stays away when the page is loaded again.
    drop(desk);
    let desk = world.hub.agent_connected(&AgentId::new("spoon")).await.unwrap();
    assert_eq!(desk.presence().state, PresenceState::Break);
    desk.set_presence(PresenceState::Online, "").await.unwrap();
    assert_eq!(event(&mut events).await, "assigned spoon");
    let board = loop {
        let board = boards.next().await.unwrap();
        if !board.mine.is_empty() {
            break board;
        }
    };
    assert!(board.waiting.is_empty());
    assert_eq!(board.mine[0].card.agent, Some(AgentId::new("spoon")));
    assert!(matches!(
        world.hub.agent_connected(&AgentId::new("nobody")).await,
        Err(HubError::UnknownAgent)
    ));
}

#[tokio::test(start_paused = true)]
async fn a_returning_shopper_gets_the_agent_from_before() {
    let world = World::start().await;
    let spoon = world.desk("spoon", 5).await;
    let (shopper, mut events) = world.in_queue().await;
    assert_eq!(event(&mut events).await, "assigned spoon");
    spoon.return_to_bot(shopper.conversation()).await.unwrap();
    assert_eq!(event(&mut events).await, "returned spoon");
    // The colleague has fewer chats, and yet.
    let _fork = world.desk("fork", 5).await;
    spoon.set_presence(PresenceState::Break, "").await.unwrap();
    let (_other, mut other_events) = world.in_queue().await;
    assert_eq!(event(&mut other_events).await, "assigned fork");
    spoon.set_presence(PresenceState::Online, "").await.unwrap();
    shopper.request_agent().await.unwrap();
    assert_eq!(event(&mut events).await, "handed_off");
    assert_eq!(event(&mut events).await, "assigned spoon");
}

#[tokio::test(start_paused = true)]
async fn the_card_says_what_was_asked_and_offers_replies() {
    let world = World::start().await;
    let shopper = world.shopper().await;
    let mut events = shopper.subscribe(1);
    shopper.send(id("m1"), "转人工".to_owned()).await.unwrap();
    assert_eq!(event(&mut events).await, "received m1");
    assert_eq!(event(&mut events).await, "handed_off");
    // While the shopper waits, the question comes after all.
    shopper.send(id("m2"), "什么时候发货".to_owned()).await.unwrap();
    let desk = world.desk("spoon", 1).await;
    assert_eq!(event(&mut events).await, "received m2");
    let assigned = next_event(&mut events).await;
    let board = desk.board(true).next().await.unwrap();
    let card = &board.mine[0].card;
    assert!(
        card.open_questions.iter().any(|question| question.label == "发货时间"),
        "{card:?}"
    );
    assert!(
        card.suggestions.iter().any(|reply| reply.text == "当天发货哦"),
        "{card:?}"
    );
    assert_eq!((card.last_text.as_str(), card.epoch), ("什么时候发货", assigned.epoch));
    assert_eq!(card.shopper, *shopper.shopper());
}

#[tokio::test(start_paused = true)]
async fn typing_is_told_and_not_stored() {
    let world = World::start().await;
    let desk = world.desk("spoon", 1).await;
    let (shopper, mut events) = world.in_queue().await;
    desk.typing(shopper.conversation());
    assert_eq!(event(&mut events).await, "assigned spoon");
    desk.typing(shopper.conversation());
    loop {
        match events.next().await.unwrap().unwrap() {
            Delivery::Notice(Notice::Typing(speaker)) => {
                assert_eq!(speaker, crate::model::Speaker::Agent);
                break;
            }
            Delivery::Notice(Notice::Queue(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(log(&world, &shopper).await, ["started", "handed_off", "assigned spoon"]);
}

// A4
#[tokio::test(start_paused = true)]
async fn a_supervisor_ends_chats_that_wait_and_an_agent_does_not() {
    let world = World::start_with(HubSettings {
        available_on_connect: false,
        ..settings()
    })
    .await;
    let agent = world.desk("spoon", 1).await;
    let (shopper, mut events) = world.in_queue().await;
    let refused = agent.close(shopper.conversation()).await;
    assert!(matches!(refused, Err(HubError::NotYours)), "{refused:?}");
    let mut member = world.store.member(AgentId::new("spoon")).await.unwrap().unwrap();
    member.id = AgentId::new("pot");
    member.name = "锅姐".to_owned();
    member.roles = [Role::Supervisor].into();
    world.store.put_member(member).await.unwrap();
    let supervisor = world.hub.agent_connected(&AgentId::new("pot")).await.unwrap();
    let refused = supervisor
        .hand_on(shopper.conversation(), Recipient::Queue(None), String::new())
        .await;
    assert!(matches!(refused, Err(HubError::NotYours)), "{refused:?}");
    supervisor.close(shopper.conversation()).await.unwrap();
    assert_eq!(event(&mut events).await, "closed");
}

// A17
#[tokio::test(start_paused = true)]
async fn agents_read_waiting_and_own_chats_and_supervisors_all_of_their_shops() {
    let world = World::start().await;
    let mei = world.desk("mei", 1).await;
    let pi = world.desk("pi", 1).await;
    for desk in [&mei, &pi] {
        desk.set_presence(PresenceState::Break, "").await.unwrap();
    }
    let shop = world.shops.all().keys().next().unwrap().clone();
    let chief = world.chief("chief", &[shop.as_str()]).await;
    let elsewhere = world.chief("elsewhere", &["another"]).await;
    let with_the_bot = world.talking().await;
    let (waiting, mut events) = world.in_queue().await;
    let (own, chat) = (with_the_bot.conversation(), waiting.conversation());

    let why = async |desk: &DeskHandle, chat: &ConversationId| desk.open(chat, 0).await.map(|opened| opened.reading);
    let not_readable = |outcome| assert!(matches!(outcome, Err(HubError::NotReadable)), "{outcome:?}");
    // Never handed to people: nobody's but the supervisors'.
    not_readable(why(&mei, own).await);
    assert_eq!(why(&chief, own).await.unwrap(), Reading::Role);
    assert_eq!(why(&mei, chat).await.unwrap(), Reading::Waiting);
    assert_eq!(why(&pi, chat).await.unwrap(), Reading::Waiting);
    mei.take(chat).await.unwrap();
    assert_eq!(event(&mut events).await, "assigned mei");
    assert_eq!(why(&mei, chat).await.unwrap(), Reading::Own);
    not_readable(why(&pi, chat).await);
    assert_eq!(why(&chief, chat).await.unwrap(), Reading::Role);
    // Whoever had it may look it up afterwards.
    mei.close(chat).await.unwrap();
    assert_eq!(why(&mei, chat).await.unwrap(), Reading::Former);
    not_readable(why(&pi, chat).await);
    for chat in [own, chat] {
        let refused = why(&elsewhere, chat).await;
        assert!(matches!(refused, Err(HubError::OtherShop)), "{refused:?}");
    }
}
