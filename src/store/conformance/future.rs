//! Events that a newer version wrote.

use serde_json::json;

use super::Reopen;
use super::new_events::*;
use crate::model::{AgentId, EventKind, Owner};
use crate::store::Expect;

/// An event as a newer version writes it.
fn newer(at: u64, body: serde_json::Value) -> crate::model::NewEvent {
    let text = body.to_string();
    new_event(at, EventKind::from_json(&text).unwrap())
}

/// A log with events of kinds that this version does not know is read, goes on, is handed to people and ends. The
/// events stay as they were written, in the log and in the feed, and who may speak is what they say.
pub(in crate::store) async fn an_event_from_the_future_is_served_continued_handed_off_and_closed(reopen: Reopen<'_>) {
    let picture = json!({"type": "attached", "id": "p1", "media": {"kind": "image", "bytes": 12345}, "note": null});
    let borrowed = json!({"type": "borrowed", "by": "fork", "owner": {"who": "agent", "agent": "fork"}});
    let store = reopen().await;
    let c = conversation("c", "anon:1");
    store
        .append(c.clone(), Expect::New, vec![started("anon:1"), received(2, "m1")])
        .await
        .unwrap();
    let receipt = store
        .append(c.clone(), Expect::Any, vec![newer(3, picture.clone())])
        .await
        .unwrap();
    assert_eq!((receipt.events[0].seq, receipt.epoch), (3, 1), "nobody else may speak");
    drop(store);
    let store = reopen().await;
    let log = store.read(c.clone(), 0, 10).await.unwrap();
    assert_eq!(log.len(), 3);
    let EventKind::Unknown {
        kind,
        owner: None,
        body,
    } = &log[2].kind
    else {
        panic!("{:?}", log[2]);
    };
    assert_eq!((kind.as_str(), body), ("attached", &picture));
    assert_eq!(store.unanswered().await.unwrap().len(), 1, "the bot still owes a reply");
    store
        .append(c.clone(), Expect::Head { epoch: 1, seq: 3 }, vec![answered(4, &["m1"])])
        .await
        .unwrap();
    let receipt = store
        .append(c.clone(), Expect::Epoch(1), vec![newer(5, borrowed.clone())])
        .await
        .unwrap();
    let fork = Owner::Agent {
        agent: AgentId::new("fork"),
    };
    assert_eq!(receipt.epoch, 2);
    assert_eq!(store.head(c.clone()).await.unwrap().unwrap().owner, fork);
    assert_eq!(store.assigned().await.unwrap().len(), 1);
    store
        .append(c.clone(), Expect::Epoch(2), vec![released(6)])
        .await
        .unwrap();
    assert_eq!(store.waiting().await.unwrap().len(), 1);
    store
        .append(
            c.clone(),
            Expect::Epoch(3),
            vec![assigned(7, "spoon"), agent_said(8, "a1"), closed(9)],
        )
        .await
        .unwrap();
    drop(store);
    let store = reopen().await;
    assert_eq!(store.head(c.clone()).await.unwrap().unwrap().owner, Owner::Closed);
    let log = store.read(c.clone(), 0, 100).await.unwrap();
    let written: Vec<_> = log
        .iter()
        .map(|event| serde_json::to_value(&event.kind).unwrap())
        .collect();
    assert_eq!(
        (&written[2], &written[4]),
        (&picture, &borrowed),
        "written again as they were"
    );
    let feed = store.feed(crate::store::FeedCursor::start(), None, 100).await.unwrap();
    let bodies: Vec<serde_json::Value> = feed
        .entries
        .iter()
        .map(|entry| serde_json::from_str(&entry.body).unwrap())
        .collect();
    assert_eq!(bodies, written);
}
