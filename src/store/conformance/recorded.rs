//! What version 0.1 left, taken over: held by each backend against data that its program really wrote.

use super::new_events::{agent_said, answered, assigned, closed, handed_off, new_event, received};
use crate::model::{AgentId, ConversationId, EventKind, Millis, Owner, ReleaseCause, Role, ShopId};
use crate::store::{CredentialKind, Expect, FeedCursor, Store};

/// The names in a recording. Each has the same four talks: the bot's, one that is closed, an agent's, a waiting one.
pub(in crate::store) struct Recorded {
    pub(in crate::store) open: &'static str,
    pub(in crate::store) closed: &'static str,
    pub(in crate::store) held: &'static str,
    pub(in crate::store) queued: &'static str,
    /// Who has the held one, a supervisor.
    pub(in crate::store) agent: &'static str,
    /// The SHA-256 of the session of that agent, and of the token of the shopper of the open talk.
    pub(in crate::store) session: &'static str,
    pub(in crate::store) token: &'static str,
}

fn hash(text: &str) -> [u8; 32] {
    data_encoding::HEXLOWER
        .decode(text.as_bytes())
        .unwrap()
        .try_into()
        .unwrap()
}

/// Everything is there, and every talk goes on: answered, taken, given back, closed, forgotten.
pub(in crate::store) async fn what_version_0_1_left_is_there_and_goes_on(store: &dyn Store, recorded: &Recorded) {
    let [open, ended, held, queued] =
        [recorded.open, recorded.closed, recorded.held, recorded.queued].map(ConversationId::new);
    let agent = AgentId::new(recorded.agent);
    let kinds = async |conversation: &ConversationId| -> Vec<String> {
        let log = store.read(conversation.clone(), 0, 100).await.unwrap();
        log.iter().map(|event| event.kind.name().to_owned()).collect()
    };
    assert_eq!(
        kinds(&open).await,
        ["started", "received", "answered", "received", "answered"]
    );
    assert_eq!(
        kinds(&ended).await,
        ["started", "received", "answered", "closed", "rated"]
    );
    let in_the_end = [
        "started",
        "received",
        "handed_off",
        "assigned",
        "agent_said",
        "received",
    ];
    assert_eq!(kinds(&held).await, in_the_end);
    assert_eq!(kinds(&queued).await, ["started", "received", "handed_off"]);
    let log = store.read(open.clone(), 0, 100).await.unwrap();
    let turn = log[2].kind.turn().unwrap();
    assert_eq!((turn.reply_to.len(), &turn.ledger, &turn.pack), (1, &None, &None));
    assert_eq!(turn.decision.intents[0].id, "shipping.fee");
    let log = store.read(held.clone(), 0, 100).await.unwrap();
    assert_eq!(log[2].kind.turn(), None, "version 0.1 did not record it");

    let (shop, shopper) = store.shopper_of_token(hash(recorded.token)).await.unwrap().unwrap();
    assert_eq!(shop, ShopId::new("demo"));
    let known = store.open_conversation(shop.clone(), shopper.clone()).await.unwrap();
    assert_eq!(known, Some(open.clone()));
    assert_eq!(
        store.conversations_of(shop.clone(), shopper).await.unwrap(),
        std::slice::from_ref(&open)
    );
    let waiting = store.waiting().await.unwrap();
    assert_eq!(
        waiting.iter().map(|head| &head.conversation).collect::<Vec<_>>(),
        [&queued]
    );
    let assigned_heads = store.assigned().await.unwrap();
    assert_eq!(assigned_heads[0].owner, Owner::Agent { agent: agent.clone() });
    assert_eq!((assigned_heads.len(), &assigned_heads[0].conversation), (1, &held));

    let staff = store.members().await.unwrap();
    let first = staff.iter().find(|member| member.id == agent).unwrap();
    let roles = [Role::Agent, Role::Supervisor, Role::Operator, Role::Owner];
    assert_eq!((&*first.name, &first.roles, first.capacity), ("店长", &roles.into(), 5));
    let second = staff.iter().find(|member| member.id != agent).unwrap();
    assert_eq!(
        (&*second.name, &second.roles, second.capacity),
        ("店长 2", &[Role::Agent].into(), 3)
    );
    let session = store
        .use_credential(hash(recorded.session), CredentialKind::Session, Millis(1))
        .await;
    assert_eq!(session.unwrap().unwrap().agent, agent);

    let feed = store.feed(FeedCursor::start(), None, 1_000).await.unwrap();
    assert_eq!(feed.entries.len(), 5 + 5 + 6 + 3);
    let times: Vec<Millis> = feed.entries.iter().map(|entry| entry.event.at).collect();
    assert!(times.is_sorted(), "{times:?}");

    let now = 2_000_000_000_000;
    let append = async |conversation: &ConversationId, expect, new_events| {
        store.append(conversation.clone(), expect, new_events).await.unwrap()
    };
    append(&open, Expect::Any, vec![received(now, "n1")]).await;
    append(
        &open,
        Expect::Head { epoch: 1, seq: 6 },
        vec![answered(now, &["n1"]), handed_off(now)],
    )
    .await;
    append(
        &open,
        Expect::Epoch(2),
        vec![assigned(now, "spoon"), agent_said(now, "b1"), closed(now + 1)],
    )
    .await;
    append(&queued, Expect::Epoch(2), vec![assigned(now, "spoon"), closed(now + 2)]).await;
    let resent = append(&held, Expect::Any, vec![received(now, "m5")]).await;
    assert_eq!(resent.duplicate_of, Some(6), "a message of before is sent again");
    let released = EventKind::released(agent.clone(), ReleaseCause::Gone, String::new());
    append(&held, Expect::Epoch(3), vec![new_event(now, released)]).await;
    assert_eq!(store.waiting().await.unwrap()[0].conversation, held);
    append(&held, Expect::Epoch(4), vec![closed(now + 3)]).await;
    assert!(store.waiting().await.unwrap().is_empty() && store.assigned().await.unwrap().is_empty());
    let later = store.feed(feed.next, None, 1_000).await.unwrap();
    assert_eq!(later.entries.len(), 1 + 2 + 3 + 2 + 1 + 1);

    store.drop_credentials_of(agent, None).await.unwrap();
    let session = store
        .use_credential(hash(recorded.session), CredentialKind::Session, Millis(1))
        .await;
    assert_eq!(session.unwrap(), None, "signed out everywhere");
    assert_eq!(store.forget(Millis(now + 10), 10).await.unwrap(), 4);
    let left = store.feed(FeedCursor::start(), None, 1_000).await.unwrap();
    assert!(left.entries.is_empty(), "{:?}", left.entries);
    assert_eq!(store.shopper_of_token(hash(recorded.token)).await.unwrap(), None);
}
