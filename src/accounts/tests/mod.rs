//! Accounts over the embedded store.

#![allow(clippy::unwrap_used)]

mod record;
mod sessions;

use std::sync::Arc;

use tempfile::TempDir;

use super::*;
use crate::model::{Agent, Role, ShopId, StaffMember};
use crate::store::embedded::{Embedded, EmbeddedOptions};

const NOW: Millis = Millis(1_790_000_000_000);
const PASSWORD: &str = "very long password";

struct House {
    accounts: Accounts,
    staff: Arc<Embedded>,
    shops: Vec<ShopId>,
    _folder: TempDir,
}

impl House {
    fn new() -> House {
        let folder = tempfile::tempdir().unwrap();
        let staff = Arc::new(Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap());
        let accounts = Accounts::new(Arc::clone(&staff) as _, AccountSettings::from(&Settings::default()));
        House {
            accounts,
            staff,
            shops: vec![ShopId::new("shoes"), ShopId::new("skin")],
            _folder: folder,
        }
    }

    async fn invite(&self, actor: &Actor, name: &str, roles: &[&str], shops: &[&str]) -> Result<Linked, AccountError> {
        let invitation = Invitation {
            name: name.to_owned(),
            roles: roles.iter().map(|&role| role.to_owned()).collect(),
            shops: shops.iter().map(ShopId::new).collect(),
            groups: Vec::new(),
            languages: Vec::new(),
            capacity: None,
        };
        self.accounts.invite(actor, invitation, &self.shops, NOW).await
    }

    async fn signed_in(&self, linked: &Linked, now: Millis) -> SignedIn {
        let signed_in = self
            .accounts
            .sign_in_by_link(&linked.token, "10.0.0.1", &self.shops, now)
            .await;
        signed_in.unwrap()
    }

    async fn by_password(&self, name: &str, password: &str, now: Millis) -> Result<SignedIn, AccountError> {
        self.accounts
            .sign_in_by_password(name, password.to_owned(), "10.0.0.1", &self.shops, now)
            .await
    }

    /// What the record says was done, oldest first.
    async fn done(&self) -> Vec<String> {
        let records = self.staff.audit_entries(0, 1_000).await.unwrap();
        records.into_iter().map(|record| record.entry.action).collect()
    }
}

fn actor(member: &StaffMember) -> Actor {
    Actor::Member(member.agent())
}

fn roles(change: &[&str]) -> Change {
    Change {
        roles: Some(change.iter().map(|&role| role.to_owned()).collect()),
        ..Change::default()
    }
}

#[tokio::test]
async fn the_first_one_can_do_everything_and_comes_once() {
    let house = House::new();
    let first = house.accounts.first(NOW).await.unwrap().unwrap();
    assert_eq!(first.member.name, "店长");
    assert_eq!(first.member.roles, rights::ROLES.into());
    assert!(house.accounts.first(NOW).await.unwrap().is_none());
}

#[tokio::test]
async fn a_link_works_once_within_its_time_and_a_newer_one_ends_it() {
    let house = House::new();
    let linked = house.invite(&Actor::Console, "小美", &[], &[]).await.unwrap();
    let newer = house.accounts.link(&Actor::Console, "小美", NOW).await.unwrap();
    let sign_in = |token: String, now: Millis| {
        let (accounts, shops) = (house.accounts.clone(), house.shops.clone());
        async move { accounts.sign_in_by_link(&token, "10.0.0.1", &shops, now).await }
    };
    assert!(matches!(sign_in(linked.token, NOW).await, Err(AccountError::BadLink)));
    let signed_in = sign_in(newer.token.clone(), NOW).await.unwrap();
    assert_eq!(signed_in.agent.name, "小美");
    assert!(matches!(sign_in(newer.token, NOW).await, Err(AccountError::BadLink)));
    let late = house.accounts.link(&Actor::Console, "小美", NOW).await.unwrap();
    let after = NOW.plus(72 * HOUR_MS);
    assert!(matches!(sign_in(late.token, after).await, Err(AccountError::BadLink)));
    let session = house.accounts.session(&signed_in.token, NOW).await.unwrap();
    assert!(session.is_some(), "a new link does not end sessions");
}

#[tokio::test]
async fn names_are_unique_also_when_they_only_look_the_same() {
    let house = House::new();
    house.invite(&Actor::Console, "Ａmy", &[], &[]).await.unwrap();
    for same in ["Amy", " amy ", "ＡＭＹ"] {
        let refused = house.invite(&Actor::Console, same, &[], &[]).await;
        assert!(matches!(refused, Err(AccountError::NameTaken(_))), "{same}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_refused_with_what_is() {
    let house = House::new();
    let refused = house.invite(&Actor::Console, "小美", &["boss"], &[]).await.unwrap_err();
    assert!(
        refused.to_string().contains("agent, operator, supervisor, owner"),
        "{refused}"
    );
    let refused = house.invite(&Actor::Console, "小美", &[], &["hats"]).await.unwrap_err();
    assert!(refused.to_string().contains("shoes, skin"), "{refused}");
    assert!(house.staff.members().await.unwrap().is_empty());
}

#[tokio::test]
async fn supervisors_manage_the_agents_of_their_shops_and_nobody_else() {
    let house = House::new();
    house.accounts.first(NOW).await.unwrap();
    let chief = house
        .invite(&Actor::Console, "chief", &["supervisor"], &["shoes"])
        .await
        .unwrap();
    let chief = actor(&chief.member);
    let mei = house.invite(&chief, "小美", &[], &[]).await.unwrap();
    assert_eq!(mei.member.shops, [ShopId::new("shoes")], "the shops of whoever invites");
    for (roles, shops) in [
        (&["supervisor"][..], &["shoes"][..]),
        (&["owner"], &["shoes"]),
        (&["agent"], &["skin"]),
    ] {
        let refused = house.invite(&chief, "x", roles, shops).await;
        assert!(matches!(refused, Err(AccountError::Forbidden)), "{roles:?} {shops:?}");
    }
    let (accounts, shops) = (&house.accounts, &house.shops);
    let promoted = accounts
        .change(&chief, "小美", roles(&["supervisor"]), shops, NOW)
        .await;
    assert!(matches!(promoted, Err(AccountError::Forbidden)));
    let widened = Change {
        shops: Some(Vec::new()),
        ..Change::default()
    };
    let widened = accounts.change(&chief, "小美", widened, shops, NOW).await;
    assert!(matches!(widened, Err(AccountError::Forbidden)));
    assert!(matches!(
        accounts.disable(&chief, "店长", NOW).await,
        Err(AccountError::Forbidden)
    ));
    house.invite(&Actor::Console, "皮皮", &[], &["skin"]).await.unwrap();
    assert!(matches!(
        accounts.link(&chief, "皮皮", NOW).await,
        Err(AccountError::Unknown(_))
    ));
    let seen: Vec<String> = accounts
        .people(&chief)
        .await
        .unwrap()
        .into_iter()
        .map(|each| each.name)
        .collect();
    assert_eq!(seen, ["chief", "小美", "店长"]);
    let mei = actor(&mei.member);
    assert!(matches!(accounts.people(&mei).await, Err(AccountError::Forbidden)));
    assert!(matches!(
        accounts.audit(&mei, None, 9).await,
        Err(AccountError::Forbidden)
    ));
    assert!(matches!(
        house.invite(&mei, "y", &[], &[]).await,
        Err(AccountError::Forbidden)
    ));
    let more = Change {
        capacity: Some(9),
        ..Change::default()
    };
    let refused = accounts.change(&mei, "小美", more.clone(), shops, NOW).await;
    assert!(matches!(refused, Err(AccountError::Forbidden)));
    assert_eq!(
        accounts
            .change(&chief, "chief", more, shops, NOW)
            .await
            .unwrap()
            .capacity,
        9
    );
}

#[tokio::test]
async fn the_last_one_who_manages_people_cannot_lock_the_house() {
    let house = House::new();
    let first = house.accounts.first(NOW).await.unwrap().unwrap().member;
    let (me, accounts, shops) = (actor(&first), &house.accounts, &house.shops);
    let refused = |outcome| assert!(matches!(outcome, Err(AccountError::Last)));
    refused(accounts.disable(&me, first.id.as_str(), NOW).await);
    refused(accounts.change(&me, "店长", roles(&["agent"]), shops, NOW).await);
    // A supervisor is no owner: nobody could make owners any more.
    let second = house.invite(&me, "二店长", &["supervisor"], &[]).await.unwrap();
    refused(
        accounts
            .change(&me, "店长", roles(&["agent", "supervisor"]), shops, NOW)
            .await,
    );
    refused(accounts.disable(&Actor::Console, "店长", NOW).await);
    accounts
        .change(&me, "二店长", roles(&["owner"]), shops, NOW)
        .await
        .unwrap();
    accounts
        .change(&me, "店长", roles(&["agent"]), shops, NOW)
        .await
        .unwrap();
    refused(accounts.disable(&Actor::Console, second.member.id.as_str(), NOW).await);
    let kept = house.staff.member(second.member.id).await.unwrap().unwrap();
    assert!(!kept.disabled);
}

#[tokio::test]
async fn of_two_who_demote_each_other_at_once_one_stays() {
    let house = House::new();
    house.accounts.first(NOW).await.unwrap();
    house.invite(&Actor::Console, "二店长", &["owner"], &[]).await.unwrap();
    // Two servers that share a store: what one is doing the other does not know.
    let other = Accounts::new(
        Arc::clone(&house.staff) as _,
        AccountSettings::from(&Settings::default()),
    );
    let _ = tokio::join!(
        house.accounts.disable(&Actor::Console, "店长", NOW),
        other.disable(&Actor::Console, "二店长", NOW),
    );
    let members = house.staff.members().await.unwrap();
    assert!(
        members
            .iter()
            .any(|member| !member.disabled && member.roles.contains(&Role::Owner))
    );
}

#[tokio::test]
async fn roles_of_the_future_are_kept_and_grant_nothing() {
    let house = House::new();
    house.accounts.first(NOW).await.unwrap();
    let mei = house.invite(&Actor::Console, "小美", &[], &[]).await.unwrap().member;
    let mut stored = mei.clone();
    stored.roles.insert(Role::Other("auditor".to_owned()));
    house.staff.put_member(stored).await.unwrap();
    let changed = house.accounts.change(
        &Actor::Console,
        "小美",
        roles(&["agent", "auditor", "operator"]),
        &house.shops,
        NOW,
    );
    let changed = changed.await.unwrap();
    assert!(changed.roles.contains(&Role::Other("auditor".to_owned())));
    let only = Agent {
        roles: [Role::Other("auditor".to_owned())].into(),
        ..changed.agent()
    };
    assert!(matches!(
        house.accounts.people(&Actor::Member(only)).await,
        Err(AccountError::Forbidden)
    ));
}

#[tokio::test]
async fn the_record_holds_what_people_did_and_supervisors_see_their_part() {
    let house = House::new();
    let first = house.accounts.first(NOW).await.unwrap().unwrap();
    let owner = actor(&first.member);
    let chief = house
        .invite(&owner, "chief", &["supervisor"], &["shoes"])
        .await
        .unwrap();
    let mei = house.invite(&actor(&chief.member), "小美", &[], &[]).await.unwrap();
    let pi = house.invite(&owner, "皮皮", &[], &["skin"]).await.unwrap();
    house.signed_in(&pi, NOW).await;
    let _ = house
        .accounts
        .sign_in_by_link("nonsense", "10.0.0.9", &house.shops, NOW)
        .await;
    house
        .accounts
        .change(&owner, mei.member.id.as_str(), roles(&["operator"]), &house.shops, NOW)
        .await
        .unwrap();
    house.accounts.disable(&owner, "小美", NOW).await.unwrap();
    assert_eq!(
        house.done().await,
        [
            "staff.invite",
            "staff.invite",
            "staff.invite",
            "staff.invite",
            "session.begin",
            "session.refused",
            "staff.change",
            "staff.disable"
        ]
    );
    let all = house.accounts.audit(&owner, None, 3).await.unwrap();
    let newest: Vec<&str> = all
        .entries
        .iter()
        .map(|(record, _)| record.entry.action.as_str())
        .collect();
    assert_eq!(newest, ["staff.disable", "staff.change", "session.refused"]);
    assert_eq!(all.entries[0].1.subject.as_deref(), Some("小美"));
    assert_eq!(
        all.entries[1].0.entry.detail["roles"]["to"],
        serde_json::json!(["operator"])
    );
    let rest = house.accounts.audit(&owner, all.before, 100).await.unwrap();
    assert_eq!((rest.entries.len(), rest.before), (5, None));
    let seen = house.accounts.audit(&actor(&chief.member), None, 100).await.unwrap();
    let about_pi =
        |(record, _): &(crate::store::AuditRecord, audit::Named)| record.entry.actor == pi.member.id.as_str();
    assert!(seen.entries.len() >= 4 && !seen.entries.iter().any(about_pi));
    let text =
        serde_json::to_string(&seen.entries.iter().map(|(record, _)| &record.entry).collect::<Vec<_>>()).unwrap();
    assert!(!text.contains(&mei.token), "no secret is written down");
}
