//! Tokens, staff and credentials.

use super::Reopen;
use crate::model::Agent;
use crate::model::{AgentId, Millis, ShopId, ShopperId};
use crate::store::CredentialKind;

/// Tokens stand for shoppers, also after a restart.
pub(in crate::store) async fn tokens_stand_for_shoppers(reopen: Reopen<'_>) {
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
pub(in crate::store) async fn credentials_are_spent_and_expire(reopen: Reopen<'_>) {
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
pub(in crate::store) async fn staff_is_kept(reopen: Reopen<'_>) {
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
