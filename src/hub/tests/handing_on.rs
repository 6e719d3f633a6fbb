//! Chats that change hands, what is said of presence, and what desks are told at once.

use super::alerts::alert;
use super::*;
use crate::hub::{AlertKind, Recipient, WaitReason};
use crate::model::{AssignCause, Lane, ReleaseCause, WaitsFor};

fn group(name: &str) -> Recipient {
    Recipient::Queue(Some(WaitsFor::Group { group: name.to_owned() }))
}

#[tokio::test(start_paused = true)]
async fn a_chat_handed_to_a_colleague_is_hers_at_once_with_a_note_inside() {
    let world = World::start().await;
    let spoon = world.desk("spoon", 2).await;
    let (shopper, mut events) = world.in_queue().await;
    let chat = shopper.conversation().clone();
    let assigned = next_event(&mut events).await;
    let fork = world.desk("fork", 1).await;
    let mut told = fork.alerts();
    let to = Recipient::Agent(AgentId::new("fork"));
    spoon.hand_on(&chat, to.clone(), "问尺码".to_owned()).await.unwrap();
    let moved = next_event(&mut events).await;
    let EventKind::Assigned {
        agent, cause, by, note, ..
    } = &moved.kind
    else {
        panic!("{moved:?}")
    };
    assert_eq!((agent.as_str(), *cause), ("fork", Some(AssignCause::HandedOn)));
    assert_eq!(
        (by.as_ref().map(AgentId::as_str), note.as_str()),
        (Some("spoon"), "问尺码")
    );
    assert_eq!(
        moved.epoch,
        assigned.epoch + 1,
        "whatever spoon is still writing is refused"
    );
    let late = spoon.send(&chat, id("a1"), "在".to_owned(), assigned.epoch).await;
    assert!(matches!(late, Err(HubError::Stale { .. })), "{late:?}");
    let alert = alert(&mut told).await;
    assert_eq!(
        (alert.kind, alert.name.as_deref()),
        (AlertKind::HandedToYou, Some("spoon姐"))
    );
    let board = fork.board(false).next().await.unwrap();
    assert_eq!(board.mine[0].card.note, "问尺码");
    assert!(spoon.board(false).next().await.unwrap().mine.is_empty());

    // Nobody hands on what is not theirs, and to nobody who has no room, is away, or works elsewhere.
    assert!(matches!(
        spoon.hand_on(&chat, to.clone(), String::new()).await,
        Err(HubError::NotYours)
    ));
    let (other, mut events) = world.in_queue().await;
    assert_eq!(event(&mut events).await, "assigned spoon");
    let other = other.conversation().clone();
    let refused = spoon.hand_on(&other, to.clone(), String::new()).await;
    assert!(matches!(refused, Err(HubError::ColleagueFull)), "{refused:?}");
    fork.set_presence(PresenceState::Break, "meal").await.unwrap();
    let refused = spoon.hand_on(&other, to, String::new()).await;
    assert!(matches!(refused, Err(HubError::ColleagueAway)), "{refused:?}");
    let _knife = world.desk_of("knife", 3, &["elsewhere"]).await;
    let refused = spoon
        .hand_on(&other, Recipient::Agent(AgentId::new("knife")), String::new())
        .await;
    assert!(matches!(refused, Err(HubError::ColleagueOtherShop)), "{refused:?}");
    assert_eq!(
        spoon.board(false).next().await.unwrap().mine.len(),
        1,
        "it stays where it was"
    );
}

#[tokio::test(start_paused = true)]
async fn two_who_hand_to_one_free_place_do_not_both_get_it() {
    let world = World::start().await;
    let spoon = world.desk("spoon", 2).await;
    let (one, mut of_one) = world.in_queue().await;
    let (two, mut of_two) = world.in_queue().await;
    assert_eq!(event(&mut of_one).await, "assigned spoon");
    assert_eq!(event(&mut of_two).await, "assigned spoon");
    let _fork = world.desk("fork", 1).await;
    let to = || Recipient::Agent(AgentId::new("fork"));
    let (first, second) = tokio::join!(
        spoon.hand_on(one.conversation(), to(), String::new()),
        spoon.hand_on(two.conversation(), to(), String::new()),
    );
    let refused = [&first, &second].into_iter().filter(|outcome| outcome.is_err()).count();
    assert_eq!(refused, 1, "{first:?} {second:?}");
    assert!(
        [first, second]
            .iter()
            .any(|outcome| matches!(outcome, Err(HubError::ColleagueFull)))
    );
}

#[tokio::test(start_paused = true)]
async fn a_chat_for_a_group_waits_for_it_and_then_goes_to_anybody() {
    let world = World::start().await;
    let spoon = world.desk("spoon", 2).await;
    let (shopper, mut events) = world.in_queue().await;
    let chat = shopper.conversation().clone();
    assert_eq!(event(&mut events).await, "assigned spoon");
    let refused = spoon.hand_on(&chat, group("returns"), String::new()).await;
    assert!(matches!(refused, Err(HubError::UnknownGroup)), "{refused:?}");
    let refused = spoon
        .hand_on(&chat, Recipient::Queue(Some(WaitsFor::Supervisor)), String::new())
        .await;
    assert!(matches!(refused, Err(HubError::NoSupervisor)), "{refused:?}");

    let skilled = world.desk_with("skilled", &[Role::Agent], 1, &[], &["returns"]).await;
    skilled.set_presence(PresenceState::Break, "meal").await.unwrap();
    let _fork = world.desk("fork", 5).await;
    spoon
        .hand_on(&chat, group("returns"), "要换货".to_owned())
        .await
        .unwrap();
    let released = next_event(&mut events).await;
    assert!(
        matches!(
            &released.kind,
            EventKind::Released {
                cause: ReleaseCause::HandedOn,
                waits_for: Some(_),
                by: None,
                ..
            }
        ),
        "{released:?}"
    );
    advance(60_000).await;
    let (waiting, _) = spoon.why(&chat).unwrap();
    let why = waiting.expect("it waits");
    assert!(matches!(why.because, WaitReason::NoneOfThem { .. }), "{why:?}");
    assert_eq!((why.position, why.of, why.returned), (1, 1, true));
    skilled.set_presence(PresenceState::Online, "").await.unwrap();
    assert_eq!(event(&mut events).await, "assigned skilled");
    let (_, assigned) = skilled.why(&chat).unwrap();
    assert_eq!(assigned.unwrap().cause, Some(AssignCause::OnlyRoom));

    // Nobody waits for ever for somebody in particular.
    skilled.set_presence(PresenceState::Break, "meal").await.unwrap();
    skilled.hand_on(&chat, group("returns"), String::new()).await.unwrap();
    assert_eq!(event(&mut events).await, "released skilled HandedOn");
    advance(10 * 60_000).await;
    assert_eq!(event(&mut events).await, "assigned fork");
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_takes_over_from_an_agent_and_from_the_bot() {
    let world = World::start().await;
    let spoon = world.desk("spoon", 2).await;
    let (shopper, mut events) = world.in_queue().await;
    let chat = shopper.conversation().clone();
    let assigned = next_event(&mut events).await;
    let chief = world.chief("chief", &[]).await;
    let mut told = spoon.alerts();
    chief.take(&chat).await.unwrap();
    assert_eq!(event(&mut events).await, "assigned chief");
    let alert = alert(&mut told).await;
    assert_eq!(
        (alert.kind, alert.name.as_deref()),
        (AlertKind::TakenOver, Some("chief姐"))
    );
    let late = spoon.send(&chat, id("a1"), "在".to_owned(), assigned.epoch).await;
    assert!(matches!(late, Err(HubError::Stale { .. })));
    assert!(
        matches!(spoon.take(&chat).await, Err(HubError::NotWaiting)),
        "an agent may not"
    );

    // A talk of the bot has no ticket: it gets one, so that the chat is on the floor.
    let talking = world.talking().await;
    let open = chief.open_chats().unwrap();
    assert!(
        open.iter().any(|open| open.conversation == *talking.conversation()),
        "{open:?}"
    );
    assert!(matches!(
        spoon.take(talking.conversation()).await,
        Err(HubError::NotWaiting)
    ));
    chief.take(talking.conversation()).await.unwrap();
    talking.send(id("m9"), "什么时候发货".to_owned()).await.unwrap();
    advance(5_000).await;
    assert_eq!(
        log(&world, &talking).await.last().unwrap(),
        "received m9",
        "the bot is silent"
    );
    let mine = chief.board(false).next().await.unwrap().mine;
    assert!(mine.iter().any(|row| row.card.conversation == *talking.conversation()));
    assert!(matches!(spoon.open_chats(), Err(HubError::NotSupervisor)));
}

#[tokio::test(start_paused = true)]
async fn presence_is_kept_over_restarts_and_offline_needs_an_empty_desk() {
    let world = World::start().await;
    let spoon = world.desk("spoon", 2).await;
    let (shopper, mut events) = world.in_queue().await;
    assert_eq!(event(&mut events).await, "assigned spoon");
    let refused = spoon.set_presence(PresenceState::Offline, "").await;
    assert!(matches!(refused, Err(HubError::ChatsOpen(1))), "{refused:?}");
    assert_eq!(spoon.presence().state, PresenceState::Online, "nothing has changed");
    spoon.close(shopper.conversation()).await.unwrap();
    spoon.set_presence(PresenceState::Offline, "").await.unwrap();
    spoon.set_presence(PresenceState::Break, "meal").await.unwrap();
    let said = spoon.presence();
    drop((spoon, shopper, events));
    let world = world.restart().await;
    let spoon = world.hub.agent_connected(&AgentId::new("spoon")).await.unwrap();
    assert_eq!(spoon.presence(), said);
    let team = spoon.team();
    assert_eq!(
        (team[0].set.reason.as_str(), team[0].here, team[0].open),
        ("meal", true, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_sends_an_agent_home_and_the_log_says_who_did_it() {
    let world = World::start().await;
    let spoon = world.desk("spoon", 2).await;
    let (shopper, mut events) = world.in_queue().await;
    assert_eq!(event(&mut events).await, "assigned spoon");
    let chief = world.chief("chief", &[]).await;
    let mut told = spoon.alerts();
    let id = AgentId::new("spoon");
    let refused = spoon
        .set_presence_of(&AgentId::new("chief"), PresenceState::Break, "")
        .await;
    assert!(matches!(refused, Err(HubError::NotSupervisor)));
    chief.set_presence_of(&id, PresenceState::Offline, "").await.unwrap();
    let released = next_event(&mut events).await;
    assert!(
        matches!(&released.kind, EventKind::Released { agent, by: Some(by), .. } if agent.as_str() == "spoon" && by.as_str() == "chief"),
        "{released:?}"
    );
    assert_eq!(spoon.presence().state, PresenceState::Offline);
    let kinds = [alert(&mut told).await.kind, alert(&mut told).await.kind];
    assert_eq!(kinds, [AlertKind::TakenOver, AlertKind::PresenceSet]);
    assert_eq!(world.hub.stats().waiting, 1);
    drop(shopper);
}

#[tokio::test(start_paused = true)]
async fn a_note_is_seen_inside_only_and_stored_once() {
    let world = World::start().await;
    let spoon = world.desk("spoon", 1).await;
    let (shopper, mut events) = world.in_queue().await;
    let chat = shopper.conversation().clone();
    assert_eq!(event(&mut events).await, "assigned spoon");
    let kept = spoon.note(&chat, id("n1"), "老顾客".to_owned()).await.unwrap();
    let again = spoon.note(&chat, id("n1"), "老顾客".to_owned()).await.unwrap();
    assert_eq!((again.seq(), again.duplicate()), (kept.seq(), true));
    let mut read = spoon.open(&chat, kept.seq() - 1).await.unwrap().subscription;
    let noted = next_event(&mut read).await;
    assert!(
        matches!(&noted.kind, EventKind::Noted { text, .. } if text == "老顾客"),
        "{noted:?}"
    );
    // It answers nothing: the shopper still waits.
    assert!(
        spoon.board(false).next().await.unwrap().mine[0]
            .card
            .waiting_since
            .is_some()
    );
    // Whoever may not read the chat may not write in it either.
    let fork = world.desk("fork", 1).await;
    let refused = fork.note(&chat, id("n2"), "看看".to_owned()).await;
    assert!(matches!(refused, Err(HubError::NotReadable)), "{refused:?}");
}

#[tokio::test(start_paused = true)]
async fn a_chat_is_put_off_until_the_shopper_writes_also_over_a_restart() {
    let world = World::start().await;
    let spoon = world.desk("spoon", 2).await;
    let (shopper, mut events) = world.in_queue().await;
    let chat = shopper.conversation().clone();
    let assigned = next_event(&mut events).await;
    spoon
        .send(&chat, id("a1"), "我去查".to_owned(), assigned.epoch)
        .await
        .unwrap();
    let until = assigned.at.plus(600_000);
    for bad in [Millis(1), assigned.at.plus(8 * 24 * 3_600_000)] {
        let refused = spoon.snooze(&chat, Some(bad)).await;
        assert!(matches!(refused, Err(HubError::BadTime)), "{refused:?}");
    }
    spoon.snooze(&chat, Some(until)).await.unwrap();
    let token = shopper.token().to_owned();
    drop((spoon, shopper, events));
    let world = world.restart().await;
    let spoon = world.hub.agent_connected(&AgentId::new("spoon")).await.unwrap();
    let mut boards = spoon.board(false);
    assert_eq!(boards.next().await.unwrap().mine[0].card.snoozed_until, Some(until));
    let shopper = world.opened(Some(&token)).await;
    shopper.send(id("m1"), "好了吗".to_owned()).await.unwrap();
    loop {
        let board = boards.next().await.unwrap();
        if board.mine[0].card.last_text == "好了吗" {
            assert_eq!(board.mine[0].card.snoozed_until, None);
            break;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_chat_that_was_put_off_comes_back_when_its_time_is_there() {
    let world = World::start().await;
    let spoon = world.desk("spoon", 2).await;
    let (late, mut of_late) = world.in_queue().await;
    let (_other, mut of_other) = world.in_queue().await;
    let assigned = next_event(&mut of_late).await;
    assert_eq!(event(&mut of_other).await, "assigned spoon");
    let chat = late.conversation().clone();
    spoon.snooze(&chat, Some(assigned.at.plus(60_000))).await.unwrap();
    let mut boards = spoon.board(false);
    let last = |board: &crate::hub::Board| board.mine[1].card.conversation.clone();
    assert_eq!(last(&boards.next().await.unwrap()), chat, "at the bottom");
    advance(60_001).await;
    while last(&boards.next().await.unwrap()) == chat {}
}

#[tokio::test(start_paused = true)]
async fn an_ended_chat_is_taken_up_again_unless_another_has_begun() {
    let world = World::start().await;
    let spoon = world.desk("spoon", 2).await;
    let (shopper, mut events) = world.in_queue().await;
    let chat = shopper.conversation().clone();
    assert_eq!(event(&mut events).await, "assigned spoon");
    assert!(matches!(spoon.reopen(&chat).await, Err(HubError::NotEnded)));
    spoon.close(&chat).await.unwrap();
    assert_eq!(event(&mut events).await, "closed");
    let fork = world.desk("fork", 2).await;
    assert!(
        matches!(fork.reopen(&chat).await, Err(HubError::NotReadable)),
        "it was never hers"
    );
    spoon.reopen(&chat).await.unwrap();
    assert_eq!(
        event(&mut events).await,
        "assigned spoon",
        "the page that is still open hears it"
    );
    let token = shopper.token().to_owned();
    let again = world.opened(Some(&token)).await;
    assert_eq!(again.conversation(), &chat, "whoever comes back comes back to it");
    let card = spoon.board(false).next().await.unwrap().mine[0].card.clone();
    assert_eq!((card.lane, card.waiting_since), (Lane::Normal, None), "nothing is owed");

    spoon.close(&chat).await.unwrap();
    let newer = world.opened(Some(&token)).await;
    newer.send(id("m1"), "什么时候发货".to_owned()).await.unwrap();
    assert_ne!(newer.conversation(), &chat);
    assert!(matches!(spoon.reopen(&chat).await, Err(HubError::NewerTalk)));
    newer.close().await.unwrap();
    world.ahead.store(25 * 3_600_000, Ordering::Relaxed);
    assert!(matches!(spoon.reopen(&chat).await, Err(HubError::EndedLongAgo)));
}
