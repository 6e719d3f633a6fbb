//! Redis hung, and two installations that would share one.

#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::link::ANSWER_TIME;
use super::server::RedisServer;
use super::tests::{impatient, said, talk};
use super::{Redis, RedisOptions};
use crate::model::{PackId, ServerInfo, ShopId};
use crate::store::{Expect, Log, Presence, StoreError};

/// What the machine may take for itself while others build on it.
const SLACK: Duration = Duration::from_secs(4);

// A6
#[tokio::test]
async fn however_many_wait_for_a_hung_redis_each_is_refused_within_patience_and_one_answer() {
    let server = RedisServer::start();
    let options = RedisOptions {
        patience: Duration::from_millis(500),
        ..RedisOptions::default()
    };
    let store = Redis::open(&server.url(), options.clone()).await.unwrap();
    let (conversation, started) = talk("anon:0");
    store
        .append(conversation.clone(), Expect::New, vec![started])
        .await
        .unwrap();
    server.hang();
    let begun = Instant::now();
    // Some of them write to one shard one after another, some begin, some only read.
    let appends = (0..60).map(|number| {
        let message = said(&format!("m{number}"));
        store.append(conversation.clone(), Expect::Any, vec![message])
    });
    let talks: Vec<_> = (1..20).map(|number| talk(&format!("anon:{number}"))).collect();
    let starts = talks
        .into_iter()
        .map(|(conversation, started)| store.append(conversation, Expect::New, vec![started]));
    let reads = (0..20).map(|_| store.head(conversation.clone()));
    let (appended, begun_talks, read) = tokio::join!(join_all(appends), join_all(starts), join_all(reads));
    let most = options.patience + ANSWER_TIME + SLACK;
    assert!(begun.elapsed() < most, "{:?}", begun.elapsed());
    for outcome in appended.into_iter().chain(begun_talks) {
        assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    }
    assert!(read.iter().all(Result::is_err));
    // Those that come while it still hangs wait no longer.
    let again = Instant::now();
    assert!(store.takes_writes().await.is_err());
    assert!(again.elapsed() < most, "{:?}", again.elapsed());
    server.go_on();
    // What was refused may have been stored; sent again it is stored once.
    let mut receipt = store.append(conversation.clone(), Expect::Any, vec![said("m0")]).await;
    while receipt.is_err() {
        receipt = store.append(conversation.clone(), Expect::Any, vec![said("m0")]).await;
    }
    store.takes_writes().await.unwrap();
    let log = store.read(conversation, 0, 1_000).await.unwrap();
    let mine =
        |event: &&std::sync::Arc<crate::model::Event>| event.kind.client_id().is_some_and(|id| id.as_str() == "m0");
    assert_eq!(log.iter().filter(mine).count(), 1);
}

// A6
#[tokio::test]
async fn one_after_the_other_do_not_each_wait_for_the_whole_patience() {
    let server = RedisServer::start();
    let options = RedisOptions {
        patience: Duration::from_secs(2),
        ..RedisOptions::default()
    };
    let store = Redis::open(&server.url(), options.clone()).await.unwrap();
    let (conversation, _) = talk("anon:0");
    assert!(store.head(conversation.clone()).await.unwrap().is_none());
    drop(server);
    let begun = Instant::now();
    for _ in 0..8 {
        assert!(store.head(conversation.clone()).await.is_err());
    }
    // Eight times the patience would be 16 s.
    assert!(
        begun.elapsed() < options.patience + 7 * options.patience / 5 + SLACK,
        "{:?}",
        begun.elapsed()
    );
}

fn shops(ids: &[&str]) -> Vec<ShopId> {
    ids.iter().map(|id| ShopId::new(*id)).collect()
}

#[track_caller]
fn refused(outcome: Result<(), StoreError>, there: &[&str]) {
    match outcome {
        Err(StoreError::OtherShops { there: found, .. }) => assert_eq!(found, shops(there)),
        other => panic!("{other:?}"),
    }
}

// A8
#[tokio::test]
async fn an_installation_of_other_shops_is_refused_under_the_same_prefix_and_its_own_servers_join() {
    let server = RedisServer::start();
    let url = server.url();
    let open = async || Redis::open(&url, impatient()).await.unwrap();
    let (one, two) = (open().await, open().await);
    one.join(shops(&["north", "south"])).await.unwrap();
    two.join(shops(&["south"])).await.unwrap();
    refused(two.join(shops(&["other"])).await, &["north", "south"]);
    let told = two.join(shops(&["other"])).await.unwrap_err().to_string();
    assert!(
        told.contains("store.prefix \"yingda\"") && told.contains("other"),
        "{told}"
    );
    // A shop that was added beside a known one is known from then on.
    two.join(shops(&["south", "west"])).await.unwrap();
    one.join(shops(&["west"])).await.unwrap();
    let apart = RedisOptions {
        prefix: "other".to_owned(),
        ..impatient()
    };
    let apart = Redis::open(&server.url(), apart).await.unwrap();
    apart.join(shops(&["other"])).await.unwrap();
}

// A8
#[tokio::test]
async fn data_and_servers_of_a_version_without_this_record_say_whose_they_are() {
    let server = RedisServer::start();
    let store = Redis::open(&server.url(), impatient()).await.unwrap();
    // A server of the version before says which packs answer there.
    let info = ServerInfo {
        packs: [("live".into(), PackId::new("ab".repeat(32)))].into(),
        ..ServerInfo::default()
    };
    store.tell_server(info).await.unwrap();
    let (conversation, started) = talk("anon:1");
    store.append(conversation, Expect::New, vec![started]).await.unwrap();
    let newer = Redis::open(&server.url(), impatient()).await.unwrap();
    refused(newer.join(shops(&["other"])).await, &["demo", "live"]);
    newer.join(shops(&["demo", "new"])).await.unwrap();
}
