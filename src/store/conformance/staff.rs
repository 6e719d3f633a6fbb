//! Members, credentials and the audit record.

use super::Reopen;
use crate::model::{AgentId, Millis, PresenceState, Role, SetPresence, ShopId, StaffMember};
use crate::store::{AuditCheck, AuditEntry, Credential, CredentialKind, StoreError};

fn member(id: &str, name: &str) -> StaffMember {
    StaffMember {
        id: AgentId::new(id),
        name: name.to_owned(),
        roles: [Role::Agent].into(),
        shops: Vec::new(),
        groups: vec!["returns".to_owned()],
        languages: Vec::new(),
        capacity: 3,
        disabled: false,
        password: None,
    }
}

/// What was said of an agent's presence outlives a restart, and a late word of before changes nothing.
pub(in crate::store) async fn presence_is_kept(reopen: Reopen<'_>) {
    let store = reopen().await;
    let (spoon, fork) = (AgentId::new("spoon"), AgentId::new("fork"));
    assert_eq!(store.presence(spoon.clone()).await.unwrap(), None);
    let said = |state, reason: &str, at| SetPresence {
        state,
        reason: reason.to_owned(),
        at: Millis(at),
    };
    let online = said(PresenceState::Online, "", 5);
    let meal = said(PresenceState::Break, "meal", 9);
    store.put_presence(spoon.clone(), online).await.unwrap();
    store.put_presence(spoon.clone(), meal.clone()).await.unwrap();
    let late = said(PresenceState::Offline, "", 8);
    store.put_presence(spoon.clone(), late).await.unwrap();
    drop(store);
    let store = reopen().await;
    assert_eq!(store.presence(spoon).await.unwrap(), Some(meal));
    assert_eq!(store.presence(fork).await.unwrap(), None);
}

/// A sign-in link works once, a session until it expires, neither in the other's place.
pub(in crate::store) async fn credentials_are_spent_and_expire(reopen: Reopen<'_>) {
    use CredentialKind::{Session, SignIn};
    let store = reopen().await;
    let spoon = AgentId::new("spoon");
    for (hash, kind) in [([1; 32], SignIn), ([2; 32], SignIn), ([3; 32], Session)] {
        store
            .put_credential(hash, kind, spoon.clone(), Millis(100))
            .await
            .unwrap();
    }
    drop(store);
    let store = reopen().await;
    assert_eq!(store.use_credential([1; 32], Session, Millis(1)).await.unwrap(), None);
    assert_eq!(store.use_credential([3; 32], SignIn, Millis(1)).await.unwrap(), None);
    let both = futures_util::future::join_all((0..4).map(|_| store.use_credential([1; 32], SignIn, Millis(1)))).await;
    assert_eq!(both.into_iter().filter(|used| matches!(used, Ok(Some(_)))).count(), 1);
    let accepted = Credential {
        agent: spoon.clone(),
        expires: Millis(100),
    };
    for _ in 0..2 {
        let used = store.use_credential([3; 32], Session, Millis(99)).await.unwrap();
        assert_eq!(used, Some(accepted.clone()));
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

/// A session that is used may last longer, never shorter; a link and what is not there may not.
pub(in crate::store) async fn a_session_is_extended(reopen: Reopen<'_>) {
    use CredentialKind::{Session, SignIn};
    let store = reopen().await;
    let spoon = AgentId::new("spoon");
    store
        .put_credential([1; 32], Session, spoon.clone(), Millis(100))
        .await
        .unwrap();
    store
        .put_credential([2; 32], SignIn, spoon.clone(), Millis(100))
        .await
        .unwrap();
    assert!(store.extend_credential([1; 32], Millis(300)).await.unwrap());
    assert!(store.extend_credential([1; 32], Millis(200)).await.unwrap());
    assert!(!store.extend_credential([2; 32], Millis(300)).await.unwrap());
    assert!(!store.extend_credential([3; 32], Millis(300)).await.unwrap());
    drop(store);
    let store = reopen().await;
    let used = store.use_credential([1; 32], Session, Millis(299)).await.unwrap();
    assert_eq!(used.map(|used| used.expires), Some(Millis(300)));
    assert_eq!(store.use_credential([2; 32], SignIn, Millis(100)).await.unwrap(), None);
}

/// Signing out everywhere ends all sessions and links of this agent and of nobody else; the agent may sign in again.
pub(in crate::store) async fn an_agent_is_signed_out_everywhere(reopen: Reopen<'_>) {
    use CredentialKind::{Session, SignIn};
    let store = reopen().await;
    let (spoon, fork) = (AgentId::new("spoon"), AgentId::new("fork"));
    for (hash, kind, agent) in [
        ([1; 32], Session, &spoon),
        ([2; 32], Session, &spoon),
        ([3; 32], SignIn, &spoon),
        ([4; 32], Session, &fork),
    ] {
        store
            .put_credential(hash, kind, agent.clone(), Millis(u64::MAX / 4))
            .await
            .unwrap();
    }
    store
        .put_credential([6; 32], SignIn, spoon.clone(), Millis(u64::MAX / 4))
        .await
        .unwrap();
    store.drop_credentials_of(spoon.clone(), Some(SignIn)).await.unwrap();
    for hash in [[3; 32], [6; 32]] {
        assert_eq!(store.use_credential(hash, SignIn, Millis(1)).await.unwrap(), None);
    }
    let kept = store.use_credential([1; 32], Session, Millis(1)).await.unwrap();
    assert_eq!(
        kept.map(|kept| kept.agent),
        Some(spoon.clone()),
        "links end, sessions stay"
    );
    store.drop_credentials_of(spoon.clone(), None).await.unwrap();
    drop(store);
    let store = reopen().await;
    for (hash, kind) in [([1; 32], Session), ([2; 32], Session), ([3; 32], SignIn)] {
        assert_eq!(store.use_credential(hash, kind, Millis(1)).await.unwrap(), None);
    }
    assert!(
        store
            .use_credential([4; 32], Session, Millis(1))
            .await
            .unwrap()
            .is_some()
    );
    store
        .put_credential([5; 32], Session, spoon.clone(), Millis(100))
        .await
        .unwrap();
    let again = store.use_credential([5; 32], Session, Millis(1)).await.unwrap();
    assert_eq!(again.map(|again| again.agent), Some(spoon));
}

/// Members are added, changed and listed, with everything that is known of them.
pub(in crate::store) async fn staff_is_kept(reopen: Reopen<'_>) {
    let store = reopen().await;
    let mut spoon = member("spoon", "勺子");
    let fork = StaffMember {
        roles: [Role::Supervisor, Role::Owner, Role::Other("auditor".to_owned())].into(),
        shops: vec![ShopId::new("shoes"), ShopId::new("skin")],
        disabled: true,
        password: Some("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned()),
        ..member("fork", "叉子")
    };
    store.put_member(spoon.clone()).await.unwrap();
    store.put_member(fork.clone()).await.unwrap();
    spoon.capacity = 5;
    store.put_member(spoon.clone()).await.unwrap();
    drop(store);
    let store = reopen().await;
    assert_eq!(store.member(spoon.id.clone()).await.unwrap(), Some(spoon.clone()));
    assert_eq!(store.members().await.unwrap(), [fork, spoon]);
    assert_eq!(store.member(AgentId::new("none")).await.unwrap(), None);
}

/// No two members have one name, however it is written and however many try at once; a name that is given up is free.
pub(in crate::store) async fn a_name_belongs_to_one_member(reopen: Reopen<'_>) {
    let store = reopen().await;
    let tries = (0..6).map(|n| {
        store.put_member(member(
            &format!("m{n}"),
            if n % 2 == 0 { "Spoon" } else { "ｓｐｏｏｎ " },
        ))
    });
    let tried = futures_util::future::join_all(tries).await;
    assert_eq!(tried.iter().filter(|tried| tried.is_ok()).count(), 1, "{tried:?}");
    for refused in tried.into_iter().filter_map(Result::err) {
        assert!(matches!(refused, StoreError::NameTaken(_)), "{refused}");
    }
    let mut holder = store.members().await.unwrap().remove(0);
    store.put_member(holder.clone()).await.unwrap();
    holder.name = "勺子".to_owned();
    store.put_member(holder).await.unwrap();
    drop(store);
    let store = reopen().await;
    store.put_member(member("other", "Spoon")).await.unwrap();
    let taken = store.put_member(member("third", "勺子")).await;
    assert!(matches!(taken, Err(StoreError::NameTaken(_))), "{taken:?}");
    assert_eq!(store.members().await.unwrap().len(), 2);
}

/// The record keeps what was done in order, each under its own number, also after a restart.
pub(in crate::store) async fn the_audit_record_is_kept_in_order(reopen: Reopen<'_>) {
    let entry = |n: u64| AuditEntry {
        at: Millis(n),
        actor: "spoon".to_owned(),
        action: "staff.disable".to_owned(),
        subject: format!("m{n}"),
        detail: serde_json::json!({"sessions": n}),
    };
    let store = reopen().await;
    assert!(store.audit_entries(0, 10).await.unwrap().is_empty());
    for n in 0..5 {
        store.audit(entry(n)).await.unwrap();
    }
    // The same again is another entry.
    store.audit(entry(4)).await.unwrap();
    drop(store);
    let store = reopen().await;
    store.audit(entry(9)).await.unwrap();
    let first = store.audit_entries(0, 3).await.unwrap();
    let rest = store.audit_entries(first[2].number, 100).await.unwrap();
    assert!(
        store
            .audit_entries(rest.last().unwrap().number, 100)
            .await
            .unwrap()
            .is_empty()
    );
    let all: Vec<_> = first.into_iter().chain(rest).collect();
    let subjects: Vec<_> = all.iter().map(|record| record.entry.subject.as_str()).collect();
    assert_eq!(subjects, ["m0", "m1", "m2", "m3", "m4", "m4", "m9"]);
    assert!(all.windows(2).all(|pair| pair[0].number < pair[1].number));
    assert_eq!(all[1].entry, entry(1));
    let newest = store.audit_before(u64::MAX, 2).await.unwrap();
    assert_eq!(newest, [all[6].clone(), all[5].clone()]);
    let older = store.audit_before(newest[1].number, 100).await.unwrap();
    assert_eq!(older.len(), 5);
    assert!(store.audit_before(all[0].number, 9).await.unwrap().is_empty());
}

/// Each entry is linked to the one before, however many add at once, and the store knows the highest number. A15
pub(in crate::store) async fn the_audit_record_is_a_chain(reopen: Reopen<'_>) {
    let entry = |n: u64| AuditEntry {
        at: Millis(n),
        actor: "勺子".to_owned(),
        action: "session.begin".to_owned(),
        subject: format!("m{n}"),
        detail: serde_json::json!({"from": "10.0.0.1", "\u{1b}": [n, null, 0.5]}),
    };
    let store = reopen().await;
    assert_eq!(store.audit_given().await.unwrap(), 0);
    let marks = futures_util::future::join_all((0..20).map(|n| store.audit(entry(n)))).await;
    let mut marks: Vec<_> = marks.into_iter().map(|mark| mark.unwrap()).collect();
    marks.sort_by_key(|mark| mark.number);
    drop(store);
    let store = reopen().await;
    marks.push(store.audit(entry(20)).await.unwrap());
    let records = store.audit_entries(0, 100).await.unwrap();
    let found: Vec<_> = records.iter().map(|record| (record.number, record.hash)).collect();
    let told: Vec<_> = marks.iter().map(|mark| (mark.number, Some(mark.hash))).collect();
    assert_eq!(found, told);
    let mut check = AuditCheck::new(None);
    for record in &records {
        check.take(record).unwrap();
    }
    assert_eq!(check.end(store.audit_given().await.unwrap()), Ok(marks[20]));
    assert_eq!(marks[20].number, 21);
}
