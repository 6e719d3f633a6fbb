//! Cards of customers.

use super::Reopen;
use super::new_events::*;
use crate::model::{AgentId, ColleagueNote, CustomerCard, Millis, ShopId, ShopperId};
use crate::store::{Expect, KeptCard, Store};

async fn talk(store: &dyn Store, name: &str, closed_at: Option<u64>) {
    let shopper = format!("anon:{name}");
    let mut new_events = vec![started(&shopper)];
    new_events.extend(closed_at.map(closed));
    store
        .append(conversation(name, &shopper), Expect::New, new_events)
        .await
        .unwrap();
}

fn of(name: &str) -> (ShopId, ShopperId) {
    (ShopId::new("demo"), ShopperId::new(format!("anon:{name}")))
}

fn tagged(tags: &[&str]) -> CustomerCard {
    CustomerCard {
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        ..CustomerCard::default()
    }
}

/// A card outlives a restart; of two who change it at once one is told so; it goes with the customer's last talk.
pub(in crate::store) async fn cards_of_customers_are_kept_as_long_as_their_talks(reopen: Reopen<'_>) {
    let store = reopen().await;
    for (name, closed_at) in [("a", None), ("b", Some(10)), ("c", None)] {
        talk(store.as_ref(), name, closed_at).await;
    }
    let put = async |store: &dyn Store, name: &str, version: u64, card: CustomerCard| {
        let (shop, shopper) = of(name);
        store.put_customer_card(shop, shopper, version, card).await.unwrap()
    };
    let card = async |store: &dyn Store, name: &str| {
        let (shop, shopper) = of(name);
        store.customer_card(shop, shopper).await.unwrap()
    };
    let s = store.as_ref();
    assert_eq!(card(s, "a").await, KeptCard::default());
    assert!(!put(s, "nobody", 0, tagged(&["批发"])).await, "no talk, no card");
    let whole = CustomerCard {
        vip: true,
        notes: vec![ColleagueNote {
            id: "n1".to_owned(),
            at: Millis(7),
            agent: AgentId::new("spoon"),
            name: "勺子".to_owned(),
            text: "只要顺丰".to_owned(),
        }],
        ..tagged(&["批发", "学生"])
    };
    assert!(put(s, "a", 0, tagged(&["批发"])).await);
    assert!(!put(s, "a", 0, tagged(&["团购"])).await, "somebody was faster");
    assert!(put(s, "a", 1, whole.clone()).await);
    assert!(put(s, "b", 0, tagged(&["团购", "学生"])).await);
    assert!(put(s, "c", 0, tagged(&["临时"])).await);
    drop(store);
    let store = reopen().await;
    let s = store.as_ref();
    let (version, kept) = (2, whole);
    assert_eq!(card(s, "a").await, KeptCard { version, card: kept });
    let tags = s.customer_tags(ShopId::new("demo")).await.unwrap();
    let mut wanted = ["批发", "学生", "团购", "临时"].map(str::to_owned);
    wanted.sort_unstable();
    assert_eq!(tags, wanted);
    assert!(s.customer_tags(ShopId::new("other")).await.unwrap().is_empty());
    assert_eq!(s.forget(Millis(11), 10).await.unwrap(), 1);
    let (shop, shopper) = of("c");
    s.erase(shop, shopper).await.unwrap();
    for gone in ["b", "c"] {
        assert_eq!(card(s, gone).await, KeptCard::default());
        assert!(!put(s, gone, 0, tagged(&["批发"])).await);
    }
    let mut wanted = ["批发", "学生"].map(str::to_owned);
    wanted.sort_unstable();
    assert_eq!(s.customer_tags(ShopId::new("demo")).await.unwrap(), wanted);
    assert_eq!(card(s, "a").await.version, 2);
}
