//! Talks that go on after their end, and what is written for colleagues alone.

use super::Reopen;
use super::new_events::*;
use crate::model::{
    AgentId, ClientMessageId, ConversationId, EventKind, Millis, NewEvent, Owner, ShopId, ShopperId, Speaker,
};
use crate::store::{Expect, StoreError};

/// An agent takes up an ended talk again: it is the shopper's open one then, and is not forgotten as an ended one. While the
/// shopper has another it is refused, and nothing changes.
pub(in crate::store) async fn an_ended_talk_goes_on_unless_another_is_open(reopen: Reopen<'_>) {
    let store = reopen().await;
    let (ended, newer) = (conversation("c-ended", "anon:1"), conversation("c-newer", "anon:1"));
    let append = |c: &ConversationId, expect, events| store.append(c.clone(), expect, events);
    append(&ended, Expect::New, vec![started("anon:1")]).await.unwrap();
    append(
        &ended,
        Expect::Any,
        vec![handed_off(2), assigned(3, "spoon"), closed(4)],
    )
    .await
    .unwrap();
    append(&newer, Expect::New, vec![started("anon:1")]).await.unwrap();
    let refused = append(&ended, Expect::Epoch(4), vec![assigned(6, "spoon")]).await;
    assert!(
        matches!(&refused, Err(StoreError::Exists { conversation }) if *conversation == newer),
        "{refused:?}"
    );
    assert_eq!(store.head(ended.clone()).await.unwrap().unwrap().owner, Owner::Closed);
    append(&newer, Expect::Any, vec![closed(7)]).await.unwrap();
    let receipt = append(&ended, Expect::Epoch(4), vec![assigned(8, "spoon")])
        .await
        .unwrap();
    assert_eq!(receipt.epoch, 5);
    let open = store
        .open_conversation(ShopId::new("demo"), ShopperId::new("anon:1"))
        .await;
    assert_eq!(open.unwrap(), Some(ended.clone()));
    assert_eq!(store.assigned().await.unwrap().len(), 1);
    assert_eq!(
        store.forget(Millis(1_000), 10).await.unwrap(),
        1,
        "the newer one alone has ended"
    );
    assert!(store.head(ended).await.unwrap().is_some());
}

/// What is noted or rated after the end leaves the end where it is: days are counted from there.
pub(in crate::store) async fn what_is_said_of_an_ended_talk_does_not_move_its_end(reopen: Reopen<'_>) {
    let store = reopen().await;
    let c = conversation("c-noted-late", "anon:1");
    let append = |expect, events| store.append(c.clone(), expect, events);
    append(Expect::New, vec![started("anon:1")]).await.unwrap();
    append(Expect::Any, vec![handed_off(2), assigned(3, "spoon"), closed(4)])
        .await
        .unwrap();
    append(
        Expect::Any,
        vec![noted(50), new_event(60, EventKind::Rated { stars: 4 })],
    )
    .await
    .unwrap();
    let head = store.head(c.clone()).await.unwrap().unwrap();
    assert_eq!((head.at, head.seq), (Millis(4), 6));
    assert_eq!(store.forget(Millis(10), 10).await.unwrap(), 1);
}

fn noted(at: u64) -> NewEvent {
    let kind = EventKind::Noted {
        id: ClientMessageId::new("n1"),
        agent: AgentId::new("spoon"),
        name: "勺子".to_owned(),
        text: "只要顺丰".to_owned(),
    };
    new_event(at, kind)
}

/// A note that is sent again is stored once; notes and words of agents share their ids, and no note answers the shopper.
pub(in crate::store) async fn a_note_is_stored_once_beside_words(reopen: Reopen<'_>) {
    let store = reopen().await;
    let c = conversation("c-noted", "anon:1");
    let append = |expect, events| store.append(c.clone(), expect, events);
    append(Expect::New, vec![started("anon:1")]).await.unwrap();
    append(
        Expect::Any,
        vec![received(2, "m1"), handed_off(3), assigned(4, "spoon")],
    )
    .await
    .unwrap();
    let note = || vec![noted(5)];
    assert_eq!(append(Expect::Any, note()).await.unwrap().events[0].seq, 5);
    drop(store);
    let store = reopen().await;
    let append = |expect, events| store.append(c.clone(), expect, events);
    let again = append(Expect::Any, note()).await.unwrap();
    assert_eq!((again.duplicate_of, again.events.len()), (Some(5), 0));
    let words = append(Expect::Epoch(3), vec![agent_said(6, "n1")]).await.unwrap();
    assert_eq!(words.duplicate_of, Some(5), "one id is one thing that was said");
    let found = store.find(c.clone(), ClientMessageId::new("n1"), Speaker::Agent).await;
    assert_eq!(found.unwrap(), Some(5));
    let read = store.read(c.clone(), 4, 10).await.unwrap();
    assert_eq!(read[0].kind, note()[0].kind);
}
