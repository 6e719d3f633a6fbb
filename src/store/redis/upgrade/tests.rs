//! Data of version 0.1 taken over, also while its servers go on writing.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::model::{ConversationId, Partition, ShopId, ShopperId};
use crate::store::conformance::{Recorded, new_events, what_version_0_1_left_is_there_and_goes_on};
use crate::store::redis::keys::{Keys, Shard};
use crate::store::redis::server::RedisServer;
use crate::store::redis::{Redis, RedisOptions};
use crate::store::{Expect, Feed, FeedCursor, Log, StoreError};

/// What version 0.1 left in Redis, as commands: its append-only file rewritten, without expiries and desks.
const RECORDED: &str = include_str!("../../../../tests/data/redis-1.jsonl");
/// The script that appends at a server of version 0.1.
const OLD_APPEND: &str = include_str!("../../../../tests/data/append-1.lua");

async fn connection(server: &RedisServer) -> redis::aio::MultiplexedConnection {
    let client = redis::Client::open(server.url()).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}

async fn recorded(server: &RedisServer) {
    let mut connection = connection(server).await;
    for line in RECORDED.lines() {
        let words: Vec<String> = serde_json::from_str(line).unwrap();
        let mut command = redis::cmd(&words[0]);
        command.arg(&words[1..]);
        command.query_async::<()>(&mut connection).await.unwrap();
    }
}

#[tokio::test]
async fn recorded_data_of_version_0_1_is_there_and_goes_on() {
    let server = RedisServer::start();
    recorded(&server).await;
    // Several servers that start together upgrade it once.
    let url = server.url();
    let opened = (0..3).map(|_| Redis::open(&url, RedisOptions::default()));
    let stores = futures_util::future::join_all(opened).await;
    let store = stores.into_iter().map(Result::unwrap).next_back().unwrap();
    let recorded = Recorded {
        open: "01a222fc-43a5-778e-88ed-d7901b11b91b",
        closed: "01a222fc-4ab9-760a-9c62-79b466c291ff",
        held: "01a222fc-4eb1-72eb-a8e8-61be5ad7b179",
        queued: "01a222fc-5c3c-705d-9b03-250848eb191e",
        agent: "01a222fc-4130-716c-8c6a-dad6d7eff90b",
        session: "2b6e792935e02bd47bb168478ba64420aea329b3323d45c56b22ea02f0846d04",
        token: "9bb2c9f55e4d0bc7476187ff5a4d0b35d0bc57c276e6e6a322ffb8c4723cc3ae",
    };
    what_version_0_1_left_is_there_and_goes_on(&store, &recorded).await;
}

#[tokio::test]
async fn data_of_a_newer_version_is_refused_untouched() {
    let server = RedisServer::start();
    recorded(&server).await;
    let mut connection = connection(&server).await;
    let format = Keys::new("yingda").format();
    redis::cmd("SET")
        .arg(&format)
        .arg(999)
        .query_async::<()>(&mut connection)
        .await
        .unwrap();
    // Every key with its value, as Redis itself writes it down.
    let contents = async |connection: &mut redis::aio::MultiplexedConnection| -> BTreeMap<String, Vec<u8>> {
        let keys: Vec<String> = redis::cmd("KEYS").arg("*").query_async(connection).await.unwrap();
        let mut contents = BTreeMap::new();
        for key in keys {
            let value: Vec<u8> = redis::cmd("DUMP").arg(&key).query_async(connection).await.unwrap();
            contents.insert(key, value);
        }
        contents
    };
    let before = contents(&mut connection).await;
    assert!(before.len() > 10, "{} keys", before.len());
    let refused = Redis::open(&server.url(), RedisOptions::default()).await.err().unwrap();
    assert!(matches!(refused, StoreError::Corrupt(_)), "{refused}");
    let said = refused.to_string();
    assert!(said.contains("999") && said.contains("newer"), "{said}");
    assert!(contents(&mut connection).await == before, "nothing was written");
}

/// A server of version 0.1: it calls the script that it has, with the keys and arguments that it knows.
struct OldServer {
    connection: redis::aio::MultiplexedConnection,
    keys: Keys,
}

/// An event as it hands it over: owner after it, agent, change of what is pending, ticket, who and client id, body.
type OldEvent<'a> = [&'a str; 6];

impl OldServer {
    async fn start(server: &RedisServer) -> OldServer {
        OldServer {
            connection: connection(server).await,
            keys: Keys::new("yingda"),
        }
    }

    async fn append(&self, shopper: &str, expect: &str, operation: &str, at: u64, events: &[OldEvent<'_>]) -> String {
        let (conversation, shard) = talk(shopper);
        let keys = &self.keys;
        let names = [
            keys.open(shard),
            keys.old_tickets(shard),
            keys.assigned(shard),
            keys.owed(shard),
            keys.closed(shard),
            keys.idle(shard),
            keys.changes(shard),
            keys.change_count(shard),
            keys.log(shard, &conversation),
            keys.head(shard, &conversation),
            keys.ids(shard, &conversation),
        ];
        let mut command = redis::cmd("EVAL");
        command.arg(OLD_APPEND).arg(names.len()).arg(&names);
        command
            .arg("old")
            .arg("PUBLISH")
            .arg(keys.notify_channel(shard))
            .arg(4_096)
            .arg(1);
        command
            .arg(conversation.as_str())
            .arg(expect)
            .arg(0)
            .arg(0)
            .arg(operation);
        command.arg("demo").arg(shopper).arg(events.len());
        for [owner, agent, pending, ticket, said, body] in events {
            command
                .arg(at)
                .arg(owner)
                .arg(agent)
                .arg(pending)
                .arg(ticket)
                .arg("normal")
                .arg(at + 1_000);
            command.arg(said).arg(body);
        }
        let answers: Vec<Vec<redis::Value>> = command.query_async(&mut self.connection.clone()).await.unwrap();
        redis::from_redis_value(answers[0][0].clone()).unwrap()
    }
}

fn talk(shopper: &str) -> (ConversationId, Shard) {
    let partition = Partition::of(&ShopId::new("demo"), &ShopperId::new(shopper));
    (ConversationId::begin("019-000", partition), Shard::of(partition))
}

fn started(shopper: &str) -> String {
    format!(r#"{{"type":"started","shop":"demo","shopper":"{shopper}","lang":"zh"}}"#)
}

fn received(id: &str) -> (String, String) {
    let body = format!(r#"{{"type":"received","id":"{id}","text":"包邮吗"}}"#);
    (format!("shopper:{id}"), body)
}

const ANSWERED: &str = r#"{"type":"answered","reply_to":["m0"],"text":"包邮的","choices":[],"decision":{"kind":"answer","intents":[],"alternatives":[],"signals":[],"slots":{}}}"#;
const HANDED_OFF: &str = r#"{"type":"handed_off","reason":"asked","lane":"normal","deadline":9,"signals":[],"open_questions":[],"text":"这就转接"}"#;

/// During a roll-out servers of version 0.1 begin talks, answer, hand off and close while newer ones read and write the
/// same talks: the log, the feed, the queue and the shoppers' talks hold all of it.
#[tokio::test]
async fn what_servers_of_version_0_1_write_beside_newer_ones_is_taken_over() {
    const TALKS: usize = 24;
    let server = RedisServer::start();
    let old = OldServer::start(&server).await;
    let shoppers: Vec<String> = (0..TALKS).map(|n| format!("anon:{n}")).collect();
    let begin = async |shopper: &str| {
        let (said, body) = received("m0");
        let events = [
            ["bot", "", "", "", "", &started(shopper)],
            ["", "", "1", "", &said, &body],
        ];
        assert_eq!(
            old.append(shopper, "new", &format!("begin {shopper}"), 10, &events)
                .await,
            "ok"
        );
    };
    // Half of the talks are there before the newer server starts, half are begun while it runs.
    for shopper in &shoppers[..TALKS / 2] {
        begin(shopper).await;
    }
    let store = Redis::open(&server.url(), RedisOptions::default()).await.unwrap();
    let ended = AtomicBool::new(false);
    let writing = async {
        for shopper in &shoppers[TALKS / 2..] {
            begin(shopper).await;
        }
        for round in 1..20 {
            for (number, shopper) in shoppers.iter().enumerate() {
                let (said, body) = received(&format!("m{round}"));
                let event = match (round, number) {
                    (1, _) => ["", "", "-1", "", "", ANSWERED],
                    (18, 0) => ["queue", "", "", "open", "", HANDED_OFF],
                    (19, 1) => ["closed", "", "0", "drop", "", r#"{"type":"closed","agent":null}"#],
                    _ => ["", "", "1", "", &said, &body],
                };
                let operation = format!("{round} {shopper}");
                assert_eq!(old.append(shopper, "any", &operation, 10 + round, &[event]).await, "ok");
            }
        }
        ended.store(true, Ordering::SeqCst);
    };
    let beside = async {
        let mut round = 0;
        while !ended.load(Ordering::SeqCst) {
            round += 1;
            for shopper in shoppers.iter().step_by(3) {
                let said = new_events::received(10, &format!("new{round}"));
                // One that is not begun yet is not there.
                match store.append(talk(shopper).0, Expect::Any, vec![said]).await {
                    Ok(_) | Err(StoreError::NotFound) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    };
    let reading = async {
        // A reader that follows the feed misses nothing and sees nothing twice.
        let (mut seen, mut after) = (HashSet::new(), FeedCursor::start());
        loop {
            let last = ended.load(Ordering::SeqCst);
            let page = store.feed(after, None, 7).await.unwrap();
            for entry in &page.entries {
                let fresh = seen.insert((entry.conversation.clone(), entry.event.seq));
                assert!(fresh, "{} {} twice", entry.conversation, entry.event.seq);
                assert!(
                    entry.event.seq == 1 || seen.contains(&(entry.conversation.clone(), entry.event.seq - 1)),
                    "{} {} too early",
                    entry.conversation,
                    entry.event.seq
                );
            }
            after = page.next;
            if last && !page.more {
                return seen;
            }
        }
    };
    let ((), (), mut seen) = tokio::join!(writing, beside, reading);
    // What the newer server appended last may have come after the reader's last look.
    let mut all = store.feed(FeedCursor::start(), None, 100_000).await.unwrap();
    while all.more {
        let mut page = store.feed(all.next, None, 100_000).await.unwrap();
        all.entries.append(&mut page.entries);
        (all.next, all.more) = (page.next, page.more);
    }
    seen.extend(
        all.entries
            .iter()
            .map(|entry| (entry.conversation.clone(), entry.event.seq)),
    );
    let mut stored = 0;
    for shopper in &shoppers {
        let (conversation, _) = talk(shopper);
        let log = store.read(conversation.clone(), 0, 10_000).await.unwrap();
        assert!(log.iter().zip(1..).all(|(event, seq)| event.seq == seq));
        assert!(
            log.iter()
                .all(|event| seen.contains(&(conversation.clone(), event.seq)))
        );
        stored += log.len();
        let of = store
            .conversations_of(ShopId::new("demo"), ShopperId::new(shopper))
            .await
            .unwrap();
        assert_eq!(of, [conversation]);
    }
    assert_eq!((all.entries.len(), seen.len()), (stored, stored));
    assert!(stored >= TALKS * 21);
    let waiting = store.waiting().await.unwrap();
    assert_eq!(
        waiting.iter().map(|head| head.conversation.clone()).collect::<Vec<_>>(),
        [talk("anon:0").0]
    );
    // Everything closes and is forgotten, whoever wrote it.
    for shopper in &shoppers {
        let close = new_events::closed(50);
        store.append(talk(shopper).0, Expect::Any, vec![close]).await.unwrap();
    }
    while store.forget(crate::model::Millis(60), 8).await.unwrap() > 0 {}
    let left = store.feed(FeedCursor::start(), None, 100).await.unwrap();
    assert!(left.entries.is_empty(), "{:?}", left.entries);
}
