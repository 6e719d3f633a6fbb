//! A file that an older yingda wrote is taken over; one by a newer is left alone.

#![allow(clippy::unwrap_used)]

use rusqlite::Connection;

use super::{STEPS, v1};
use crate::model::{ClientMessageId, ConversationId, EventKind, Language, Millis, NewEvent, ShopId, ShopperId};
use crate::store::conformance::{Recorded, what_version_0_1_left_is_there_and_goes_on};
use crate::store::embedded::{Archive, DATABASE, Embedded, EmbeddedOptions};
use crate::store::{AuditCheck, AuditEntry, Expect, Log, Staff, StoreError};

/// A folder as version 0.1 with format 1 left it: its tables, its rows, and no way to shrink.
fn format_1(folder: &std::path::Path) {
    let mut connection = Connection::open(folder.join(DATABASE)).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    let transaction = connection.transaction().unwrap();
    v1::create(&transaction).unwrap();
    transaction
        .execute_batch(
            r#"INSERT INTO meta VALUES ('format', '1');
            INSERT INTO events VALUES ('c', 1, 1, 10, 'started', NULL, NULL,
                '{"type":"started","shop":"demo","shopper":"anon:1","lang":"zh"}');
            INSERT INTO events VALUES ('c', 2, 1, 11, 'received', 1, 'm1', '{"type":"received","id":"m1","text":"包邮吗"}');
            INSERT INTO events VALUES ('c', 3, 2, 12, 'closed', NULL, NULL, '{"type":"closed","agent":null}');
            INSERT INTO conversations VALUES ('c', 'demo', 'anon:1', 3, 2, 'closed', NULL, 12, 0);
            INSERT INTO shopper_tokens VALUES (x'00', 'demo', 'anon:1', 10);"#,
        )
        .unwrap();
    transaction.commit().unwrap();
}

fn format(folder: &std::path::Path) -> (String, u32) {
    let connection = Connection::open(folder.join(DATABASE)).unwrap();
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get(0)).unwrap();
    let format = connection
        .query_row("SELECT value FROM meta WHERE key = 'format'", [], |row| row.get(0))
        .unwrap();
    (format, number("PRAGMA auto_vacuum"))
}

#[tokio::test]
async fn a_file_of_the_first_format_is_taken_over_and_does_everything() {
    let folder = tempfile::tempdir().unwrap();
    format_1(folder.path());
    assert_eq!(format(folder.path()), ("1".to_owned(), 0));
    let store = Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap();
    let events = store.read(ConversationId::new("c"), 0, 10).await.unwrap();
    assert_eq!(events.len(), 3);
    let text = EventKind::Received {
        id: ClientMessageId::new("m1"),
        text: "包邮吗".to_owned(),
        heard: None,
        files: Vec::new(),
    };
    assert_eq!(events[1].kind, text);
    let started = EventKind::Started {
        shop: ShopId::new("demo"),
        shopper: ShopperId::new("anon:1"),
        lang: Language::Chinese,
    };
    let begin = [started, text].map(|kind| NewEvent { at: Millis(20), kind });
    store
        .append(ConversationId::new("d"), Expect::New, begin.into())
        .await
        .unwrap();
    assert_eq!(store.forget(Millis(20), 10).await.unwrap(), 1);
    store.close().await.unwrap();
    drop(store);
    assert_eq!(format(folder.path()), (STEPS.len().to_string(), 2));
    // The second time there is nothing to do.
    let store = Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap();
    assert_eq!(store.read(ConversationId::new("d"), 0, 10).await.unwrap().len(), 2);
}

#[test]
fn a_file_of_a_newer_format_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    drop(Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap());
    let connection = Connection::open(folder.path().join(DATABASE)).unwrap();
    connection
        .execute("UPDATE meta SET value = '999' WHERE key = 'format'", [])
        .unwrap();
    drop(connection);
    let before = std::fs::read(folder.path().join(DATABASE)).unwrap();
    let refused = Embedded::open(folder.path(), EmbeddedOptions::default()).err().unwrap();
    assert!(matches!(refused, StoreError::Corrupt(_)), "{refused}");
    let said = refused.to_string();
    assert!(said.contains("999") && said.contains("newer"), "{said}");
    assert_eq!(std::fs::read(folder.path().join(DATABASE)).unwrap(), before);
}

/// A folder as a recording of it says.
fn recorded(sql: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let connection = Connection::open(folder.path().join(DATABASE)).unwrap();
    connection.execute_batch(sql).unwrap();
    folder
}

/// The recordings say how they were made.
#[tokio::test]
async fn recorded_folders_of_older_formats_are_there_and_go_on() {
    for (written, sql) in [
        ("2", include_str!("../../../../tests/data/format-2.sql")),
        ("4", include_str!("../../../../tests/data/format-4.sql")),
        ("5", include_str!("../../../../tests/data/format-5.sql")),
        ("6", include_str!("../../../../tests/data/format-6.sql")),
        ("7", include_str!("../../../../tests/data/format-7.sql")),
        ("8", include_str!("../../../../tests/data/format-8.sql")),
    ] {
        let folder = recorded(sql);
        assert_eq!(format(folder.path()).0, written);
        let store = Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap();
        let recorded = Recorded {
            open: "01a222fb-b135-704d-b985-021e1ae9c2bb",
            closed: "01a222fb-b862-72d5-9dad-627c382b0a08",
            held: "01a222fb-bc61-7342-b553-8771e4d8c567",
            queued: "01a222fb-ca2d-70ab-9c23-dde2b0b2f436",
            agent: "01a222fb-ae49-7665-ae5a-ad91a260d83d",
            session: "df5c5b19666fff7ddb4e73b1268bfb5ed58c0209640bbf73e014bc5a06bd1fb2",
            token: "09c10299f8b8f24d354920db24ec8cbd8a7e53e026e09f68e19cd579481e2a58",
        };
        what_version_0_1_left_is_there_and_goes_on(&store, &recorded).await;
        store.close().await.unwrap();
    }
}

/// A record of format 3 is chained as it stands, and goes on as one chain. A15
#[tokio::test]
async fn an_audit_record_without_hashes_gets_its_chain_and_goes_on() {
    let folder = recorded(include_str!("../../../../tests/data/format-3.sql"));
    assert_eq!(format(folder.path()).0, "3");
    let store = Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap();
    let before = store.audit_entries(0, 100).await.unwrap();
    assert_eq!(before.len(), 7);
    assert_eq!(before[6].entry.action, "session.end");
    let entry = AuditEntry {
        at: Millis(20),
        action: "session.begin".to_owned(),
        ..before[1].entry.clone()
    };
    let mark = store.audit(entry).await.unwrap();
    assert_eq!(mark.number, 8);
    store.close().await.unwrap();
    drop(store);
    let archive = Archive::open(folder.path()).unwrap();
    let mut check = AuditCheck::new(None);
    for record in archive.audit_entries(0, 100).unwrap() {
        check.take(&record).unwrap();
    }
    assert_eq!(check.end(archive.audit_given().unwrap()), Ok(mark));
    assert_eq!(archive.members().unwrap().len(), 2);
}

/// Also whoever has the file and a program for it has to go out of the way to change what is written. A15
#[test]
fn the_database_itself_lets_the_record_only_be_added_to() {
    let folder = recorded(include_str!("../../../../tests/data/format-3.sql"));
    drop(Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap());
    let connection = Connection::open(folder.path().join(DATABASE)).unwrap();
    for refused in [
        "UPDATE audit SET body = '{}' WHERE number = 3",
        "UPDATE audit SET hash = zeroblob(32)",
        "DELETE FROM audit WHERE number = 7",
        "INSERT INTO audit (body) VALUES ('{}')",
    ] {
        let outcome = connection.execute(refused, []);
        assert!(outcome.is_err(), "{refused}");
    }
}
