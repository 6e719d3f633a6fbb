//! The index behind the feed.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::fold::Folded;
use super::terms::{Kind, of_word};
use super::*;
use crate::hub::Clock;
use crate::model::{
    AgentId, AssignCause, ClientMessageId, EventKind, Language, NewEvent, Partition, ShopId, ShopperId,
};
use crate::store::embedded::{Embedded, EmbeddedOptions};
use crate::store::{Expect, TalkQuery};

const START: u64 = 1_795_300_000_000;

struct House {
    store: Arc<dyn Store>,
    now: Arc<AtomicU64>,
    folder: tempfile::TempDir,
}

impl House {
    fn new() -> House {
        let folder = tempfile::tempdir().unwrap();
        House::on(folder)
    }

    fn on(folder: tempfile::TempDir) -> House {
        let store = Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap();
        House {
            store: Arc::new(store),
            now: Arc::new(AtomicU64::new(START)),
            folder,
        }
    }

    fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    fn indexer(&self) -> Indexer {
        let now = Arc::clone(&self.now);
        let clock = Clock::from_fn(move || Millis(now.load(Ordering::SeqCst)));
        Indexer::new(Arc::clone(&self.store), clock)
    }

    fn later(&self, milliseconds: u64) {
        self.now.fetch_add(milliseconds, Ordering::SeqCst);
    }

    async fn add(&self, name: &str, kinds: Vec<EventKind>) {
        let at = Millis(self.now.load(Ordering::SeqCst));
        let events = kinds.into_iter().map(|kind| NewEvent { at, kind });
        self.store
            .append(talk_of(name), Expect::Any, events.collect())
            .await
            .unwrap();
    }

    async fn begin(&self, name: &str, said: &str) {
        let started = EventKind::Started {
            shop: ShopId::new("demo"),
            shopper: shopper(name),
            lang: Language::Chinese,
        };
        let at = Millis(self.now.load(Ordering::SeqCst));
        let events = [started, received("m1", said)].map(|kind| NewEvent { at, kind });
        self.store
            .append(talk_of(name), Expect::New, events.into())
            .await
            .unwrap();
    }

    async fn found(&self, word: &str) -> Vec<ConversationId> {
        let query = TalkQuery {
            all: of_word(Kind::Said, Folded::of(word).signs()),
            ..TalkQuery::default()
        };
        let found = self.store.find_talks(query, 100).await.unwrap();
        found.talks.into_iter().map(|talk| talk.conversation).collect()
    }

    async fn whole(&self) -> bool {
        indexer::is_whole(self.store.index_mark().await.unwrap().as_deref())
    }
}

fn shopper(name: &str) -> ShopperId {
    ShopperId::new(format!("anon:{name}"))
}

fn talk_of(name: &str) -> ConversationId {
    ConversationId::begin(
        &format!("{name}-000"),
        Partition::of(&ShopId::new("demo"), &shopper(name)),
    )
}

fn received(id: &str, text: &str) -> EventKind {
    EventKind::Received {
        id: ClientMessageId::new(id),
        text: text.to_owned(),
        heard: None,
        files: Vec::new(),
    }
}

fn closed() -> EventKind {
    EventKind::Closed { agent: None }
}

#[tokio::test]
async fn what_has_ended_is_found_at_once_and_what_goes_on_when_it_is_quiet() {
    let house = House::new();
    let mut indexer = house.indexer();
    indexer.step().await.unwrap();
    assert!(house.whole().await, "nothing is missing where there is nothing");
    house.begin("ended", "想退货").await;
    house.add("ended", vec![closed()]).await;
    house.begin("open", "也要退货").await;
    indexer.step().await.unwrap();
    assert_eq!(house.found("退货").await, [talk_of("ended")]);
    house.later(20_000);
    indexer.step().await.unwrap();
    assert_eq!(house.found("退货").await.len(), 2);
    // Somebody goes on and on: at the latest after five minutes it is found.
    for number in 0..31 {
        house.add("open", vec![received(&format!("n{number}"), "运费险")]).await;
        indexer.step().await.unwrap();
        let found = house.found("运费").await;
        assert_eq!(found.len(), usize::from(number == 30), "{number}");
        house.later(10_000);
    }
}

#[tokio::test]
async fn what_was_not_taken_in_before_a_crash_is_taken_in_after_it() {
    let house = House::new();
    let mut indexer = house.indexer();
    house.begin("first", "鞋码偏小").await;
    indexer.step().await.unwrap();
    let waits = house.store.index_mark().await.unwrap();
    house.begin("second", "鞋带断了").await;
    house.add("second", vec![closed()]).await;
    indexer.step().await.unwrap();
    assert_eq!(
        house.store.index_mark().await.unwrap(),
        waits,
        "the first one is not in it yet"
    );
    drop(indexer);
    // The next server knows what the mark says and no more.
    let mut indexer = house.indexer();
    house.later(20_000);
    indexer.step().await.unwrap();
    assert_eq!(house.found("鞋码").await, [talk_of("first")]);
    assert_eq!(house.found("鞋带").await, [talk_of("second")]);
    assert_ne!(house.store.index_mark().await.unwrap(), waits);
}

#[tokio::test]
async fn terms_of_another_version_and_marks_of_another_store_are_made_anew() {
    let house = House::new();
    house.begin("a", "什么材质").await;
    house.add("a", vec![closed()]).await;
    // Of this one the end is not read yet: the mark stands before it.
    house.begin("b", "还在吗").await;
    for mark in [
        r#"{"version":0,"cursor":"99","whole":true}"#,
        r#"{"version":1,"cursor":"somewhere else","whole":true}"#,
        "nonsense",
    ] {
        house.store.put_index_mark(mark.to_owned()).await.unwrap();
        house.indexer().step().await.unwrap();
        assert_eq!(house.found("材质").await, [talk_of("a")], "{mark}");
        assert!(house.whole().await);
        let written = house.store.index_mark().await.unwrap().unwrap();
        assert!(!written.contains("somewhere else"), "{written}");
    }
}

/// The recording says how it was made: it has no index.
#[tokio::test]
async fn an_older_folder_gets_its_index_while_it_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let recorded = include_str!("../../tests/data/format-6.sql");
    let connection = rusqlite::Connection::open(folder.path().join("yingda.db")).unwrap();
    connection.execute_batch(recorded).unwrap();
    drop(connection);
    let house = House::on(folder);
    house.now.store(1_795_883_300_000, Ordering::SeqCst);
    assert!(house.found("退货").await.is_empty() && !house.whole().await);
    house.indexer().step().await.unwrap();
    assert_eq!(
        house.found("怎么退货").await,
        [ConversationId::new("01a222fb-b862-72d5-9dad-627c382b0a08")]
    );
    assert_eq!(house.found("12315").await.len(), 1);
    assert_eq!(
        house
            .store
            .find_talks(TalkQuery::default(), 10)
            .await
            .unwrap()
            .talks
            .len(),
        4
    );
    assert!(house.whole().await);
}

#[tokio::test]
async fn many_talks_are_taken_in_across_pages_of_the_feed() {
    let house = House::new();
    for number in 0..400 {
        let name = format!("t{number:03}");
        house.begin(&name, &format!("货号{number:03}")).await;
        house.add(&name, vec![received("m2", "在吗"), closed()]).await;
    }
    house.indexer().step().await.unwrap();
    assert_eq!(house.found("货号007").await, [talk_of("t007")]);
    assert_eq!(
        house
            .store
            .find_talks(TalkQuery::default(), 1_000)
            .await
            .unwrap()
            .talks
            .len(),
        400
    );
}

#[tokio::test]
async fn a_talk_tells_who_had_it_and_what_was_said_inside() {
    let house = House::new();
    house.begin("a", "尺码").await;
    let agent = AgentId::new("mei");
    let noted = EventKind::Noted {
        id: ClientMessageId::new("n1"),
        agent: agent.clone(),
        name: "小美".to_owned(),
        text: "只要顺丰".to_owned(),
    };
    let assigned = EventKind::assigned(agent.clone(), "小美".to_owned(), AssignCause::Taken);
    house
        .add("a", vec![assigned, noted, EventKind::Rated { stars: 2 }])
        .await;
    let talk = Talk::read(house.store.as_ref(), &talk_of("a")).await.unwrap().unwrap();
    assert_eq!((talk.agents, talk.stars), (vec![(agent, "小美".to_owned())], Some(2)));
    assert_eq!((talk.messages, talk.ended), (1, None), "notes are no messages");
    let by: Vec<_> = talk.said.iter().map(|said| (said.by, said.text.as_str())).collect();
    assert_eq!(by, [(SaidBy::Shopper, "尺码"), (SaidBy::Note, "只要顺丰")]);
}

#[tokio::test]
#[ignore = "a measurement"]
#[expect(clippy::print_stderr, reason = "it is what this test is for")]
async fn what_the_index_costs() {
    const TALKS: usize = 3_000;
    let folder = tempfile::tempdir().unwrap();
    let house = House::on(folder);
    let said = [
        "什么时候发货",
        "黑色四十二码还有吗",
        "能不能便宜一点",
        "快递一直没有动",
        "尺码偏大还是偏小",
        "运费谁出",
    ];
    for number in 0..TALKS {
        let name = format!("t{number:05}");
        house
            .begin(&name, &format!("订单{}到哪里了", 26_110_000_000 + number * 7919))
            .await;
        let more = (0..19).map(|turn| {
            let text = format!(
                "{}，{}吧{}",
                said[(number + turn) % 6],
                said[(number * 3 + turn * 5) % 6],
                number % 97
            );
            received(&format!("n{turn}"), &text)
        });
        house.add(&name, more.chain([closed()]).collect()).await;
        house.later(1_000);
    }
    let began = std::time::Instant::now();
    house.indexer().step().await.unwrap();
    let each = began.elapsed() / u32::try_from(TALKS).unwrap();
    let pages = |table: &str| {
        let connection = rusqlite::Connection::open(house.folder().join("yingda.db")).unwrap();
        let sql = format!("SELECT sum(pgsize) FROM dbstat WHERE name LIKE '{table}%'");
        connection
            .query_row(&sql, [], |row| row.get::<_, f64>(0))
            .unwrap_or(f64::NAN)
            / TALKS as f64
    };
    let (fts, terms, events) = (pages("talk_terms"), pages("indexed_talks"), pages("events"));
    eprintln!("{each:?} a talk; bytes a talk: FTS5 {fts:.0}, terms {terms:.0}, events {events:.0}");
    for word in ["发", "发货", "偏大还是偏小", "26110007919", "没有这句话"] {
        let began = std::time::Instant::now();
        let found = house.found(word).await.len();
        eprintln!("{word}: {found} in {:?}", began.elapsed());
    }
}
