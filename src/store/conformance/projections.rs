//! What follows from the log.

use super::Reopen;
use super::new_events::*;
use crate::model::{AgentId, EventKind, Owner, ShopId, ShopperId};
use crate::store::{Expect, Store};

/// Heads, queue and debts follow from every event, and a restart changes none of them.
pub(in crate::store) async fn projections_follow_every_event(reopen: Reopen<'_>) {
    #[derive(Debug, PartialEq)]
    struct Seen {
        owner: Owner,
        open: bool,
        waiting: bool,
        assigned: bool,
        unanswered: bool,
    }
    async fn seen(store: &dyn Store) -> Seen {
        let c = conversation("c", "anon:1");
        let waiting = store.waiting().await.unwrap();
        let assigned = store.assigned().await.unwrap();
        let unanswered = store.unanswered().await.unwrap();
        assert!(waiting.len() <= 1 && assigned.len() <= 1 && unanswered.len() <= 1);
        let head = store.head(c.clone()).await.unwrap().unwrap();
        for projected in waiting.iter().chain(&assigned).chain(&unanswered) {
            assert_eq!(*projected, head);
        }
        Seen {
            owner: head.owner,
            open: store
                .open_conversation(ShopId::new("demo"), ShopperId::new("anon:1"))
                .await
                .unwrap()
                == Some(c),
            waiting: !waiting.is_empty(),
            assigned: !assigned.is_empty(),
            unanswered: !unanswered.is_empty(),
        }
    }
    let bot = |unanswered| Seen {
        owner: Owner::Bot,
        open: true,
        waiting: false,
        assigned: false,
        unanswered,
    };
    let queue = || Seen {
        owner: Owner::Queue,
        open: true,
        waiting: true,
        assigned: false,
        unanswered: false,
    };
    let spoon = || Seen {
        owner: Owner::Agent {
            agent: AgentId::new("spoon"),
        },
        open: true,
        waiting: false,
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
        (handed_off(4), queue()),
        (received(5, "m4"), queue()),
        (assigned(6, "spoon"), spoon()),
        (agent_said(7, "a1"), spoon()),
        (received(8, "m5"), spoon()),
        (released(9), queue()),
        (assigned(10, "spoon"), spoon()),
        (returned(11), bot(false)),
        (received(12, "m6"), bot(true)),
        (
            closed(13),
            Seen {
                owner: Owner::Closed,
                open: false,
                waiting: false,
                assigned: false,
                unanswered: false,
            },
        ),
        (
            new_event(14, EventKind::Rated { stars: 5 }),
            Seen {
                owner: Owner::Closed,
                open: false,
                waiting: false,
                assigned: false,
                unanswered: false,
            },
        ),
    ];
    let mut store = reopen().await;
    for (place, (step, expected)) in steps.into_iter().enumerate() {
        let what = format!("after {:?}", step.kind);
        let expect = if place == 0 { Expect::New } else { Expect::Any };
        store
            .append(conversation("c", "anon:1"), expect, vec![step])
            .await
            .unwrap();
        assert_eq!(seen(&*store).await, expected, "{what}");
        drop(store);
        store = reopen().await;
        assert_eq!(seen(&*store).await, expected, "{what}, opened again");
    }
}
