//! Room: the disk is full, and is not any more; what is forgotten gives its room back.

use std::fs;
use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::super::failed;
use super::super::housekeeping::LOG_PAGES;
use super::{
    DATABASE, Embedded, EmbeddedOptions, OFTEN, closed, kept, open_without_housekeeping, said, started, talk, tidied,
};
use crate::model::Millis;
use crate::store::{Expect, Log, StoreError};

/// SQLite's own limit of pages stands in for the end of the disk: it fails with the same code. `None`: what it has.
async fn limit(store: &Embedded, pages: Option<u64>) {
    store
        .writer
        .submit(move |connection| {
            let has = "PRAGMA page_count";
            let now: u64 = connection.query_row(has, [], |row| row.get(0)).map_err(failed)?;
            let most = format!("PRAGMA max_page_count = {}", pages.unwrap_or(now));
            connection
                .query_row(&most, [], |row| row.get::<_, i64>(0))
                .map_err(failed)?;
            Ok(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_full_disk_refuses_clearly_writes_nothing_and_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_without_housekeeping(folder.path());
    for number in 0..8 {
        let begin = vec![started(&format!("anon:{number}")), said("m0", "包邮吗")];
        store.append(talk(number), Expect::New, begin).await.unwrap();
    }
    limit(&store, None).await;
    // Small ones may still find room in the last page; the large ones do not, and all are told the truth.
    let large = "字".repeat(20_000);
    let texts = ["在吗", &large, "什么时候发货", &large, "谢谢", &large, "好的", &large];
    let outcomes = join_all(texts.iter().enumerate().map(|(number, text)| {
        let more = vec![said("m1", text), said("m2", text)];
        store.append(talk(number), Expect::Any, more)
    }))
    .await;
    for (number, outcome) in outcomes.iter().enumerate() {
        let stored = store.read(talk(number), 0, 10).await.unwrap().len();
        match outcome {
            Ok(receipt) => assert_eq!((receipt.events.len(), stored), (2, 4)),
            Err(error) => {
                assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
                assert!(error.to_string().contains("cannot write"), "{error}");
                assert_eq!(stored, 2, "nothing of it was written");
            }
        }
        assert_eq!(store.head(talk(number)).await.unwrap().unwrap().seq, stored as u64);
    }
    assert!(outcomes[1].is_err() && outcomes[7].is_err());
    limit(&store, Some(1_000_000)).await;
    for number in 0..8 {
        let again = vec![said("m1", &large), said("m2", &large)];
        store.append(talk(number), Expect::Any, again).await.unwrap();
    }
    store.close().await.unwrap();
    assert_eq!(kept(folder.path()).messages.len(), 24);
}

#[tokio::test]
async fn the_file_shrinks_after_forgetting_while_appends_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = Embedded::open(folder.path(), tidied(OFTEN)).unwrap();
    let text = "字".repeat(300);
    for number in 0..400 {
        let mut new_events = vec![started(&format!("anon:{number}"))];
        new_events.extend((0..20).map(|message| said(&format!("m{message}"), &text)));
        if number % 8 != 0 {
            new_events.push(closed(10));
        }
        store.append(talk(number), Expect::New, new_events).await.unwrap();
    }
    let size = || fs::metadata(folder.path().join(DATABASE)).unwrap().len();
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut before = size();
    while before < 7_000_000 && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(5)).await;
        before = size();
    }
    assert_eq!(store.forget(Millis(100), 1_000).await.unwrap(), 350);
    let mut number = 0;
    while size() > before / 2 {
        assert!(Instant::now() < deadline, "{} of {before} bytes are left", size());
        let id = format!("later{number}");
        store
            .append(talk(0), Expect::Any, vec![said(&id, "在吗")])
            .await
            .unwrap();
        number += 1;
        // As fast as a large shop's, and not faster.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    store.close().await.unwrap();
    assert_eq!(kept(folder.path()).conversations, 50);
}

/// Under writing without a pause the folding thread is never done, and the log grew for as long as it lasted.
#[tokio::test]
async fn the_log_stays_bounded_under_steady_writing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Embedded::open(folder.path(), tidied(OFTEN)).unwrap();
    store
        .append(talk(0), Expect::New, vec![started("anon:0")])
        .await
        .unwrap();
    let (page, mut written, mut number) = (4096, 0, 0);
    let log = folder.path().join(format!("{DATABASE}-wal"));
    // An append writes four pages at least: a log that never begins anew is as long as all that was written.
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut size = 0;
    while written < 2 * LOG_PAGES || written < 2 * size {
        assert!(Instant::now() < deadline, "{size} pages of {written} are in the log");
        let one = vec![said(&format!("m{number}"), "包邮吗")];
        store.append(talk(0), Expect::Any, one).await.unwrap();
        (written, number) = (written + 4, number + 1);
        size = fs::metadata(&log).unwrap().len() / page;
    }
}

/// Not a test: prints how long appends take while nothing else is done, while talks are forgotten, and while the file
/// shrinks. `cargo test --release --lib appends_beside_forgetting -- --ignored --nocapture`
#[tokio::test]
#[ignore = "a measurement"]
async fn appends_beside_forgetting_and_shrinking() {
    let folder = tempfile::tempdir().unwrap();
    let store = Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap();
    let text = "字".repeat(100);
    for number in 0..20_000 {
        let mut new_events = vec![started(&format!("anon:{number}"))];
        new_events.extend((0..12).map(|message| said(&format!("m{message}"), &text)));
        if number > 0 {
            new_events.push(closed(10));
        }
        store.append(talk(number), Expect::New, new_events).await.unwrap();
    }
    let size = || fs::metadata(folder.path().join(DATABASE)).unwrap().len() / 1024;
    let mut number = 0;
    for phase in ["alone", "forgetting", "shrinking", "alone again"] {
        let begun = Instant::now();
        let before = size();
        let forgetting = async {
            let (mut forgotten, mut more) = (0, phase == "forgetting");
            while more {
                let some = store.forget(Millis(100), 64).await.unwrap();
                forgotten += some;
                more = some == 64;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            forgotten
        };
        let appending = async {
            let mut took = Vec::new();
            while begun.elapsed() < Duration::from_secs(if phase == "forgetting" { 40 } else { 20 }) {
                let began = Instant::now();
                number += 1;
                let one = vec![said(&format!("later{number}"), "包邮吗")];
                store.append(talk(0), Expect::Any, one).await.unwrap();
                took.push(began.elapsed());
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            took
        };
        let (forgotten, mut took) = futures_util::future::join(forgetting, appending).await;
        took.sort_unstable();
        let at = |share: usize| took[(took.len() - 1) * share / 1000];
        println!(
            "{phase}: {} appends, p50 {:?}, p99 {:?}, p99.9 {:?}; forgotten {forgotten}; file {before} -> {} KiB",
            took.len(),
            at(500),
            at(990),
            at(999),
            size()
        );
    }
}
