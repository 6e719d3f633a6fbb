//! What every backend promises. Each test gets a way to open the same store again, as after a restart.

#![allow(clippy::unwrap_used)]

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::{Agent, CredentialKind, Expect, Store, StoreError};
use crate::model::{
    AgentId, Choice, ClientMessageId, ConversationId, Decision, DecisionKind, Draft, EventKind, HandoffReason, Lane,
    Language, Millis, Owner, ReleaseCause, ShopId, ShopperId, Slots,
};

type Opened = Pin<Box<dyn Future<Output = Arc<dyn Store>>>>;

/// Closes what it opened before and opens the same data again.
pub(super) type Reopen<'a> = &'a dyn Fn() -> Opened;

fn conversation(name: &str) -> ConversationId {
    ConversationId::new(name)
}

fn draft(at: u64, kind: EventKind) -> Draft {
    Draft { at: Millis(at), kind }
}

fn started(shopper: &str) -> Draft {
    draft(
        1,
        EventKind::Started {
            shop: ShopId::new("demo"),
            shopper: ShopperId::new(shopper),
            lang: Language::Chinese,
        },
    )
}

fn received(at: u64, id: &str) -> Draft {
    draft(
        at,
        EventKind::Received {
            id: ClientMessageId::new(id),
            text: format!("包邮吗 {id} 🚚"),
        },
    )
}

fn answered(at: u64, reply_to: &[&str]) -> Draft {
    draft(
        at,
        EventKind::Answered {
            reply_to: reply_to.iter().map(|id| ClientMessageId::new(id)).collect(),
            text: "包邮的".to_owned(),
            choices: vec![Choice {
                label: "转人工".to_owned(),
                intent: "service.human".to_owned(),
            }],
            decision: Decision {
                kind: DecisionKind::Answer,
                intents: Vec::new(),
                alternatives: Vec::new(),
                signals: Vec::new(),
                slots: Slots::default(),
                asked: None,
            },
        },
    )
}

fn handed_off(at: u64) -> Draft {
    draft(
        at,
        EventKind::HandedOff {
            reason: HandoffReason::Asked,
            lane: Lane::High,
            deadline: Millis(at + 180_000),
            signals: Vec::new(),
            open_questions: vec!["shipping.fee".to_owned()],
            text: "这就为您转接".to_owned(),
        },
    )
}

fn assigned(at: u64, agent: &str) -> Draft {
    draft(
        at,
        EventKind::Assigned {
            agent: AgentId::new(agent),
            name: "勺子".to_owned(),
        },
    )
}

fn agent_said(at: u64, id: &str) -> Draft {
    draft(
        at,
        EventKind::AgentSaid {
            id: ClientMessageId::new(id),
            agent: AgentId::new("spoon"),
            name: "勺子".to_owned(),
            text: "在的".to_owned(),
        },
    )
}

fn released(at: u64) -> Draft {
    draft(
        at,
        EventKind::Released {
            agent: AgentId::new("spoon"),
            cause: ReleaseCause::Silent,
            note: "等仓库回复".to_owned(),
        },
    )
}

fn returned(at: u64) -> Draft {
    draft(
        at,
        EventKind::Returned {
            agent: AgentId::new("spoon"),
        },
    )
}

fn closed(at: u64) -> Draft {
    draft(at, EventKind::Closed { agent: None })
}

/// A receipt says what was stored, and reading says the same, also after a restart.
pub(super) async fn an_append_is_kept_as_its_receipt_says(reopen: Reopen<'_>) {
    let store = reopen().await;
    let c = conversation("c");
    let first = store
        .append(c.clone(), Expect::New, vec![started("anon:1"), received(2, "m1")])
        .await
        .unwrap();
    assert_eq!(first.events.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((first.epoch, first.duplicate_of), (1, None));
    let second = store
        .append(c.clone(), Expect::Epoch(1), vec![answered(3, &["m1"]), handed_off(3)])
        .await
        .unwrap();
    assert_eq!(second.epoch, 2);
    assert_eq!(second.events[0].epoch, 1);
    assert_eq!(second.events[1].epoch, 2);
    let stored = store.read(c.clone(), 0, 100).await.unwrap();
    let told: Vec<_> = first.events.into_iter().chain(second.events).collect();
    assert_eq!(stored, told);
    drop(store);
    let store = reopen().await;
    assert_eq!(store.read(c, 0, 100).await.unwrap(), told);
}

/// A client's id counts once for each conversation and speaker, also after a restart and in a later epoch.
pub(super) async fn a_message_sent_twice_is_stored_once(reopen: Reopen<'_>) {
    let store = reopen().await;
    let c = conversation("c");
    store
        .append(c.clone(), Expect::New, vec![started("anon:1")])
        .await
        .unwrap();
    let first = store
        .append(c.clone(), Expect::Any, vec![received(2, "m1")])
        .await
        .unwrap();
    let again = store
        .append(c.clone(), Expect::Any, vec![received(9, "m1")])
        .await
        .unwrap();
    assert_eq!(again.duplicate_of, Some(first.events[0].seq));
    assert!(again.events.is_empty());
    store
        .append(c.clone(), Expect::Epoch(1), vec![handed_off(3)])
        .await
        .unwrap();
    store
        .append(c.clone(), Expect::Epoch(2), vec![assigned(4, "spoon")])
        .await
        .unwrap();
    // The other speaker's ids are another space.
    let said = store
        .append(c.clone(), Expect::Epoch(3), vec![agent_said(5, "m1")])
        .await
        .unwrap();
    assert_eq!(said.events[0].seq, 5);
    store
        .append(c.clone(), Expect::Epoch(3), vec![returned(6)])
        .await
        .unwrap();
    drop(store);
    let store = reopen().await;
    // The agent's resend comes under an epoch that has passed: it is stored, so it is not stale.
    let resent = store
        .append(c.clone(), Expect::Epoch(3), vec![agent_said(7, "m1")])
        .await
        .unwrap();
    assert_eq!((resent.duplicate_of, resent.epoch), (Some(5), 4));
    assert_eq!(
        store
            .append(c.clone(), Expect::Any, vec![received(8, "m1")])
            .await
            .unwrap()
            .duplicate_of,
        Some(2)
    );
    assert_eq!(
        store.find(c.clone(), ClientMessageId::new("m1"), false).await.unwrap(),
        Some(2)
    );
    assert_eq!(
        store.find(c.clone(), ClientMessageId::new("m1"), true).await.unwrap(),
        Some(5)
    );
    assert_eq!(
        store.find(c.clone(), ClientMessageId::new("m2"), false).await.unwrap(),
        None
    );
    // The same id in another conversation is another message.
    let other = conversation("d");
    store
        .append(other.clone(), Expect::New, vec![started("anon:2")])
        .await
        .unwrap();
    assert_eq!(
        store
            .append(other, Expect::Any, vec![received(2, "m1")])
            .await
            .unwrap()
            .duplicate_of,
        None
    );
}

/// Whoever speaks under an owner that has changed is refused and leaves no trace.
pub(super) async fn a_stale_epoch_is_refused(reopen: Reopen<'_>) {
    let store = reopen().await;
    let c = conversation("c");
    let missing = store.append(c.clone(), Expect::Any, vec![received(1, "m1")]).await;
    assert!(matches!(missing, Err(StoreError::NotFound)), "{missing:?}");
    let missing = store.append(c.clone(), Expect::Epoch(0), vec![received(1, "m1")]).await;
    assert!(matches!(missing, Err(StoreError::NotFound)), "{missing:?}");
    store
        .append(
            c.clone(),
            Expect::New,
            vec![started("anon:1"), received(2, "m1"), handed_off(3)],
        )
        .await
        .unwrap();
    let stale = store
        .append(c.clone(), Expect::Epoch(1), vec![answered(4, &["m1"])])
        .await;
    assert!(matches!(stale, Err(StoreError::Stale { actual: 2 })), "{stale:?}");
    let ahead = store
        .append(c.clone(), Expect::Epoch(3), vec![answered(4, &["m1"])])
        .await;
    assert!(matches!(ahead, Err(StoreError::Stale { actual: 2 })), "{ahead:?}");
    assert_eq!(store.read(c.clone(), 0, 100).await.unwrap().len(), 3);
    assert_eq!(store.head(c).await.unwrap().unwrap().seq, 3);
}

/// A shopper has one open conversation with a shop.
pub(super) async fn one_conversation_is_open_at_a_time(reopen: Reopen<'_>) {
    let store = reopen().await;
    let (shop, shopper) = (ShopId::new("demo"), ShopperId::new("anon:1"));
    let begun = futures_util::future::join_all(
        (0..8).map(|n| store.append(conversation(&format!("c{n}")), Expect::New, vec![started("anon:1")])),
    )
    .await;
    let open = store
        .open_conversation(shop.clone(), shopper.clone())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(begun.iter().filter(|begun| begun.is_ok()).count(), 1);
    for refused in begun.into_iter().filter_map(Result::err) {
        assert!(
            matches!(&refused, StoreError::Exists { conversation } if *conversation == open),
            "{refused}"
        );
    }
    store
        .append(open.clone(), Expect::Epoch(1), vec![closed(5)])
        .await
        .unwrap();
    assert_eq!(
        store.open_conversation(shop.clone(), shopper.clone()).await.unwrap(),
        None
    );
    let reused = store.append(open.clone(), Expect::New, vec![started("anon:9")]).await;
    assert!(matches!(reused, Err(StoreError::Exists { .. })), "{reused:?}");
    store
        .append(conversation("next"), Expect::New, vec![started("anon:1")])
        .await
        .unwrap();
    assert_eq!(
        store.open_conversation(shop, shopper).await.unwrap(),
        Some(conversation("next"))
    );
    assert_eq!(
        store
            .open_conversation(ShopId::new("other"), ShopperId::new("anon:1"))
            .await
            .unwrap(),
        None
    );
}

/// Many writers at once: every conversation's log is 1, 2, 3 … and each receipt's place is the stored one.
pub(super) async fn concurrent_appends_leave_no_gap(reopen: Reopen<'_>) {
    let store = reopen().await;
    for n in 0..4 {
        store
            .append(
                conversation(&format!("c{n}")),
                Expect::New,
                vec![started(&format!("anon:{n}"))],
            )
            .await
            .unwrap();
    }
    let receipts = futures_util::future::join_all((0..200).map(|n| {
        // Every seventh is stale and must not disturb its group.
        let expect = if n % 7 == 0 { Expect::Epoch(99) } else { Expect::Any };
        store.append(
            conversation(&format!("c{}", n % 4)),
            expect,
            vec![received(n, &format!("m{n}"))],
        )
    }))
    .await;
    for (n, receipt) in receipts.into_iter().enumerate() {
        if n % 7 == 0 {
            assert!(matches!(receipt, Err(StoreError::Stale { actual: 1 })), "{receipt:?}");
        } else {
            let event = Arc::clone(&receipt.unwrap().events[0]);
            let c = conversation(&format!("c{}", n % 4));
            assert_eq!(store.read(c, event.seq - 1, 1).await.unwrap(), [event]);
        }
    }
    for n in 0..4 {
        let c = conversation(&format!("c{n}"));
        let stored = store.read(c.clone(), 0, 1000).await.unwrap();
        assert!(
            stored
                .iter()
                .enumerate()
                .all(|(place, event)| event.seq == place as u64 + 1)
        );
        assert_eq!(store.head(c).await.unwrap().unwrap().seq, stored.len() as u64);
    }
}

/// Events of one append are all there or none, projections included.
pub(super) async fn an_append_is_all_or_nothing(reopen: Reopen<'_>) {
    let store = reopen().await;
    let c = conversation("c");
    store
        .append(c.clone(), Expect::New, vec![started("anon:1"), received(2, "m1")])
        .await
        .unwrap();
    // The second draft reuses a stored id: only the first draft's id makes a duplicate, this is a failure.
    let refused = store
        .append(
            c.clone(),
            Expect::Any,
            vec![received(3, "m2"), handed_off(3), received(4, "m1")],
        )
        .await;
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(store.read(c.clone(), 0, 10).await.unwrap().len(), 2);
    let head = store.head(c.clone()).await.unwrap().unwrap();
    assert_eq!((head.seq, head.epoch, head.owner), (2, 1, Owner::Bot));
    assert!(store.waiting().await.unwrap().is_empty());
    let kept = store
        .append(c.clone(), Expect::Any, vec![received(5, "m2")])
        .await
        .unwrap();
    assert_eq!(kept.events[0].seq, 3);
}

/// Heads, tickets and debts follow from every event, and a restart changes none of them.
pub(super) async fn projections_follow_every_event(reopen: Reopen<'_>) {
    #[derive(Debug, PartialEq)]
    struct Seen {
        owner: Owner,
        open: bool,
        waiting: Option<(bool, u64, u64)>,
        assigned: bool,
        unanswered: bool,
    }
    async fn seen(store: &dyn Store) -> Seen {
        let c = conversation("c");
        let waiting = store.waiting().await.unwrap();
        let assigned = store.assigned().await.unwrap();
        let unanswered = store.unanswered().await.unwrap();
        assert!(waiting.len() <= 1 && assigned.len() <= 1 && unanswered.len() <= 1);
        let head = store.head(c.clone()).await.unwrap().unwrap();
        for projected in assigned.iter().chain(&unanswered) {
            assert_eq!(*projected, head);
        }
        for ticket in &waiting {
            assert_eq!((ticket.lane, ticket.deadline), (Lane::High, Millis(180_004)));
            assert_eq!((&ticket.shop, ticket.epoch), (&head.shop, head.epoch));
        }
        Seen {
            owner: head.owner,
            open: store
                .open_conversation(ShopId::new("demo"), ShopperId::new("anon:1"))
                .await
                .unwrap()
                == Some(c),
            waiting: waiting
                .first()
                .map(|ticket| (ticket.returned, ticket.since.0, ticket.epoch)),
            assigned: !assigned.is_empty(),
            unanswered: !unanswered.is_empty(),
        }
    }
    let bot = |unanswered| Seen {
        owner: Owner::Bot,
        open: true,
        waiting: None,
        assigned: false,
        unanswered,
    };
    let queue = |returned, epoch| Seen {
        owner: Owner::Queue,
        open: true,
        waiting: Some((returned, 4, epoch)),
        assigned: false,
        unanswered: false,
    };
    let spoon = || Seen {
        owner: Owner::Agent {
            agent: AgentId::new("spoon"),
        },
        open: true,
        waiting: None,
        assigned: true,
        unanswered: false,
    };
    let steps = [
        (started("anon:1"), bot(false)),
        (received(2, "m1"), bot(true)),
        (received(2, "m2"), bot(true)),
        (answered(3, &["m1"]), bot(true)),
        (answered(3, &["m2"]), bot(false)),
        (received(3, "m3"), bot(true)),
        (handed_off(4), queue(false, 2)),
        (received(5, "m4"), queue(false, 2)),
        (assigned(6, "spoon"), spoon()),
        (agent_said(7, "a1"), spoon()),
        (received(8, "m5"), spoon()),
        (released(9), queue(true, 4)),
        (assigned(10, "spoon"), spoon()),
        (returned(11), bot(false)),
        (received(12, "m6"), bot(true)),
        (
            closed(13),
            Seen {
                owner: Owner::Closed,
                open: false,
                waiting: None,
                assigned: false,
                unanswered: false,
            },
        ),
        (
            draft(14, EventKind::Rated { stars: 5 }),
            Seen {
                owner: Owner::Closed,
                open: false,
                waiting: None,
                assigned: false,
                unanswered: false,
            },
        ),
    ];
    let mut store = reopen().await;
    for (place, (step, expected)) in steps.into_iter().enumerate() {
        let what = format!("after {:?}", step.kind);
        let expect = if place == 0 { Expect::New } else { Expect::Any };
        store.append(conversation("c"), expect, vec![step]).await.unwrap();
        assert_eq!(seen(&*store).await, expected, "{what}");
        drop(store);
        store = reopen().await;
        assert_eq!(seen(&*store).await, expected, "{what}, opened again");
    }
}

/// Reading gives the asked range, in order.
pub(super) async fn reading_gives_ranges(reopen: Reopen<'_>) {
    let store = reopen().await;
    let c = conversation("c");
    let mut drafts = vec![started("anon:1")];
    drafts.extend((2..=50).map(|n| received(n, &format!("m{n}"))));
    store.append(c.clone(), Expect::New, drafts).await.unwrap();
    let seqs = async |after, limit| -> Vec<u64> {
        let events = store.read(c.clone(), after, limit).await.unwrap();
        events.iter().map(|event| event.seq).collect()
    };
    assert_eq!(seqs(0, 3).await, [1, 2, 3]);
    assert_eq!(seqs(48, 10).await, [49, 50]);
    assert!(seqs(50, 10).await.is_empty());
    assert!(seqs(u64::MAX, 10).await.is_empty());
    assert!(seqs(0, 0).await.is_empty());
    assert!(store.read(conversation("none"), 0, 10).await.unwrap().is_empty());
    assert_eq!(store.head(conversation("none")).await.unwrap(), None);
}

/// Tokens stand for shoppers, also after a restart.
pub(super) async fn tokens_stand_for_shoppers(reopen: Reopen<'_>) {
    let store = reopen().await;
    let (shop, shopper) = (ShopId::new("demo"), ShopperId::new("customer:7"));
    store
        .put_shopper_token([1; 32], shop.clone(), shopper.clone(), Millis(1))
        .await
        .unwrap();
    store
        .put_shopper_token([2; 32], shop.clone(), shopper.clone(), Millis(2))
        .await
        .unwrap();
    drop(store);
    let store = reopen().await;
    for hash in [[1; 32], [2; 32]] {
        assert_eq!(
            store.shopper_of_token(hash).await.unwrap(),
            Some((shop.clone(), shopper.clone()))
        );
    }
    assert_eq!(store.shopper_of_token([3; 32]).await.unwrap(), None);
}

/// A sign-in link works once, a session until it expires, neither in the other's place.
pub(super) async fn credentials_are_spent_and_expire(reopen: Reopen<'_>) {
    use CredentialKind::{Session, SignIn};
    let store = reopen().await;
    let spoon = AgentId::new("spoon");
    store
        .put_credential([1; 32], SignIn, spoon.clone(), Millis(100))
        .await
        .unwrap();
    store
        .put_credential([2; 32], SignIn, spoon.clone(), Millis(100))
        .await
        .unwrap();
    store
        .put_credential([3; 32], Session, spoon.clone(), Millis(100))
        .await
        .unwrap();
    drop(store);
    let store = reopen().await;
    assert_eq!(store.use_credential([1; 32], Session, Millis(1)).await.unwrap(), None);
    assert_eq!(store.use_credential([3; 32], SignIn, Millis(1)).await.unwrap(), None);
    let both = futures_util::future::join_all((0..4).map(|_| store.use_credential([1; 32], SignIn, Millis(1)))).await;
    assert_eq!(both.into_iter().filter(|used| matches!(used, Ok(Some(_)))).count(), 1);
    for _ in 0..2 {
        assert_eq!(
            store.use_credential([3; 32], Session, Millis(99)).await.unwrap(),
            Some(spoon.clone())
        );
    }
    assert_eq!(store.use_credential([3; 32], Session, Millis(100)).await.unwrap(), None);
    assert_eq!(store.use_credential([2; 32], SignIn, Millis(100)).await.unwrap(), None);
    store
        .put_credential([4; 32], Session, spoon.clone(), Millis(500))
        .await
        .unwrap();
    store.drop_credential([4; 32]).await.unwrap();
    assert_eq!(store.use_credential([4; 32], Session, Millis(1)).await.unwrap(), None);
}

/// Staff is added, changed and listed.
pub(super) async fn staff_is_kept(reopen: Reopen<'_>) {
    let store = reopen().await;
    let mut spoon = Agent {
        id: AgentId::new("spoon"),
        name: "勺子".to_owned(),
        supervisor: false,
        slots: 3,
    };
    let fork = Agent {
        id: AgentId::new("fork"),
        name: "叉子".to_owned(),
        supervisor: true,
        slots: 8,
    };
    store.put_agent(spoon.clone()).await.unwrap();
    store.put_agent(fork.clone()).await.unwrap();
    spoon.slots = 5;
    store.put_agent(spoon.clone()).await.unwrap();
    drop(store);
    let store = reopen().await;
    assert_eq!(store.agent(spoon.id.clone()).await.unwrap(), Some(spoon.clone()));
    assert_eq!(store.agents().await.unwrap(), [fork, spoon]);
    assert_eq!(store.agent(AgentId::new("none")).await.unwrap(), None);
}

/// After closing nothing is taken, and what was taken is there when it is opened again.
pub(super) async fn closing_finishes_what_was_queued(reopen: Reopen<'_>) {
    let store = reopen().await;
    let c = conversation("c");
    store
        .append(c.clone(), Expect::New, vec![started("anon:1")])
        .await
        .unwrap();
    let queued: Vec<_> = (0..50)
        .map(|n| store.append(c.clone(), Expect::Any, vec![received(n, &format!("m{n}"))]))
        .collect();
    let (closed, queued) = futures_util::future::join(store.close(), futures_util::future::join_all(queued)).await;
    closed.unwrap();
    let kept = queued.into_iter().filter(Result::is_ok).count();
    let refused = store.append(c.clone(), Expect::Any, vec![received(99, "late")]).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    store.close().await.unwrap();
    drop(store);
    let store = reopen().await;
    assert_eq!(store.read(c, 0, 100).await.unwrap().len(), kept + 1);
}

/// One `#[tokio::test]` for each promise, for a backend that `$backend` opens.
macro_rules! conformance {
    ($backend:expr) => {
        $crate::store::conformance::conformance!(
            $backend,
            an_append_is_kept_as_its_receipt_says,
            a_message_sent_twice_is_stored_once,
            a_stale_epoch_is_refused,
            one_conversation_is_open_at_a_time,
            concurrent_appends_leave_no_gap,
            an_append_is_all_or_nothing,
            projections_follow_every_event,
            reading_gives_ranges,
            tokens_stand_for_shoppers,
            credentials_are_spent_and_expire,
            staff_is_kept,
            closing_finishes_what_was_queued,
        );
    };
    ($backend:expr, $($promise:ident,)+) => {
        $(
            #[tokio::test]
            async fn $promise() {
                let backend = $backend;
                $crate::store::conformance::$promise(&backend).await;
            }
        )+
    };
}
pub(super) use conformance;
