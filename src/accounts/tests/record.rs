//! What stands in the record beside what people do to accounts, and that it can be checked.

use serde_json::{Value, json};

use super::*;
use crate::model::{AgentId, ConversationId, PackId};
use crate::store::{AuditCheck, AuditRecord, Staff};

impl House {
    async fn record(&self) -> Vec<AuditRecord> {
        self.staff.audit_entries(0, 1_000).await.unwrap()
    }

    async fn last(&self) -> (String, String, Value) {
        let entry = self.record().await.pop().unwrap().entry;
        (entry.actor, entry.action, entry.detail)
    }
}

// A15
#[tokio::test]
async fn sign_ins_and_refused_ones_are_recorded_with_their_address() {
    let house = House::new();
    let linked = house.invite(&Actor::Console, "小美", &[], &["shoes"]).await.unwrap();
    let id = linked.member.id.as_str().to_owned();
    let signed_in = house.signed_in(&linked, NOW).await;
    let (actor, action, detail) = house.last().await;
    assert_eq!((actor.as_str(), action.as_str()), (id.as_str(), "session.begin"));
    assert_eq!(detail, json!({"by": "link", "address": "10.0.0.1"}));
    let refused = async || {
        let record = house.record().await.pop().unwrap().entry;
        assert_eq!(record.action, "session.refused");
        (
            record.subject,
            record.detail["why"].as_str().unwrap().to_owned(),
            record.detail["address"].clone(),
        )
    };
    assert!(house.by_password("小美", PASSWORD, NOW).await.is_err());
    assert_eq!(refused().await, (id.clone(), "wrong".to_owned(), json!("10.0.0.1")));
    assert!(house.by_password("nobody", PASSWORD, NOW).await.is_err());
    assert_eq!(refused().await.0, "", "it may be a password");
    let skin = [ShopId::new("skin")];
    let link = house.accounts.link(&Actor::Console, "小美", NOW).await.unwrap();
    let outcome = house
        .accounts
        .sign_in_by_link(&link.token, "10.0.0.7", &skin, NOW)
        .await;
    assert!(outcome.is_err());
    assert_eq!(
        refused().await,
        (id.clone(), "shop_not_served".to_owned(), json!("10.0.0.7"))
    );
    // The same link used again.
    let outcome = house
        .accounts
        .sign_in_by_link(&linked.token, "10.0.0.8", &house.shops, NOW)
        .await;
    assert!(outcome.is_err());
    assert_eq!(refused().await.1, "no_such_link");
    house.accounts.sign_out(&signed_in.token, NOW).await.unwrap();
    assert_eq!(house.last().await.1, "session.end");
}

// A15
#[tokio::test]
async fn whoever_knocks_all_day_does_not_fill_the_record() {
    let house = House::new();
    let knock = async |at: Millis| {
        let outcome = house
            .accounts
            .sign_in_by_link("nonsense", "10.0.0.9", &house.shops, at)
            .await;
        assert!(matches!(outcome, Err(AccountError::BadLink)));
    };
    for _ in 0..100 {
        knock(NOW).await;
    }
    assert_eq!(house.record().await.len(), 10);
    knock(NOW.plus(60_000)).await;
    assert_eq!(house.last().await.2["left_out"], 90);
}

// A15
#[tokio::test]
async fn a_start_says_what_is_set_otherwise_than_before() {
    let house = House::new();
    let packs: std::collections::BTreeMap<ShopId, PackId> =
        [(ShopId::new("shoes"), PackId::new("ab".repeat(32)))].into();
    let start = async |set: Value| {
        let set = serde_json::from_value(set).unwrap();
        let recorded = house.accounts.record_start("1.2.3", "d1", set, &packs, NOW).await;
        recorded.unwrap();
        house.last().await.2
    };
    let first = start(json!({"gateway.listen": "0.0.0.0:80", "store.replicas": 1})).await;
    assert_eq!((&first["version"], &first["settings"]), (&json!("1.2.3"), &json!("d1")));
    assert_eq!(first["packs"]["shoes"], "ab".repeat(32));
    assert!(first.get("changed").is_none(), "there was no start before");
    // Much happens in between.
    for _ in 0..3 {
        let shop = ShopId::new("shoes");
        let pack = PackId::new("cd".repeat(32));
        house
            .accounts
            .record_publication(&shop, &pack, serde_json::json!([]), NOW)
            .await
            .unwrap();
    }
    let second = start(json!({"gateway.listen": "0.0.0.0:81", "store.prefix": "x"})).await;
    let expected = json!({
        "gateway.listen": {"from": "0.0.0.0:80", "to": "0.0.0.0:81"},
        "store.replicas": {"from": 1, "to": null},
        "store.prefix": {"from": null, "to": "x"},
    });
    assert_eq!(second["changed"], expected);
    let third = start(json!({"gateway.listen": "0.0.0.0:81", "store.prefix": "x"})).await;
    assert_eq!(third["changed"], json!({}));
}

// A15, A17
#[tokio::test]
async fn reading_a_talk_is_recorded_once_an_hour() {
    let house = House::new();
    let (mei, shop) = (AgentId::new("mei"), ShopId::new("shoes"));
    let (talk, other) = (ConversationId::new("t1"), ConversationId::new("t2"));
    let read = async |talk: &ConversationId, at: Millis| {
        house.accounts.record_reading(&mei, talk, &shop, at).await.unwrap();
        house.record().await.len()
    };
    assert_eq!(read(&talk, NOW).await, 1);
    assert_eq!(read(&talk, NOW.plus(HOUR_MS - 1)).await, 1);
    assert_eq!(read(&other, NOW).await, 2);
    assert_eq!(read(&talk, NOW.plus(HOUR_MS)).await, 3);
    let (actor, action, detail) = house.last().await;
    assert_eq!((actor.as_str(), action.as_str()), ("mei", "talk.read"));
    assert_eq!(detail["shop"], "shoes");
}

// A15
#[tokio::test]
async fn supervisors_see_the_publications_of_their_shops_and_nobody_else_s() {
    let house = House::new();
    house.accounts.first(NOW).await.unwrap();
    let chief = house
        .invite(&Actor::Console, "chief", &["supervisor"], &["shoes"])
        .await;
    let chief = actor(&chief.unwrap().member);
    for shop in ["shoes", "skin"] {
        let (shop, pack) = (ShopId::new(shop), PackId::new("ab".repeat(32)));
        house
            .accounts
            .record_publication(&shop, &pack, serde_json::json!([]), NOW)
            .await
            .unwrap();
    }
    let removed = house.accounts.record_removal(&ShopId::new("skin"), NOW).await;
    removed.unwrap();
    house.accounts.record_refusal(3, NOW).await.unwrap();
    let shown = async |actor: &Actor| {
        let page = house.accounts.audit(actor, None, 100).await.unwrap();
        let packs = page.entries.into_iter().map(|(record, _)| record.entry);
        let packs = packs.filter(|entry| entry.action.starts_with("pack."));
        packs.map(|entry| (entry.action, entry.subject)).collect::<Vec<_>>()
    };
    assert_eq!(shown(&chief).await, [("pack.publish".to_owned(), "shoes".to_owned())]);
    assert_eq!(shown(&Actor::Console).await.len(), 4);
}

// A15
#[tokio::test]
async fn the_record_is_whole_after_whatever_was_done() {
    let house = House::new();
    let linked = house.invite(&Actor::Console, "小美", &[], &[]).await.unwrap();
    house.signed_in(&linked, NOW).await;
    house.accounts.execute(Command::List, &house.shops, NOW).await.unwrap();
    assert_eq!(house.last().await.1, "staff.list");
    let records = house.record().await;
    let mut check = AuditCheck::new(None);
    for record in &records {
        check.take(record).unwrap();
    }
    let head = check.end(house.staff.audit_given().await.unwrap()).unwrap();
    assert_eq!(
        (head.number, Some(head.hash)),
        (records.len() as u64, records.last().unwrap().hash)
    );
}
