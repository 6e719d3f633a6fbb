//! What a copy holds, what restoring keeps, and what is refused.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::model::{ConversationId, EventKind, Language, Millis, NewEvent, ShopId, ShopperId};
use crate::store::embedded::{Archive, Embedded, EmbeddedOptions};
use crate::store::{AuditEntry, AuditFaultKind, Expect, Log, Staff};

async fn begin(store: &Embedded, number: usize) {
    let kind = EventKind::Started {
        shop: ShopId::new("demo"),
        shopper: ShopperId::new(format!("anon:{number}")),
        lang: Language::Chinese,
    };
    let new_event = NewEvent { at: Millis(1), kind };
    store
        .append(ConversationId::new(format!("c{number}")), Expect::New, vec![new_event])
        .await
        .unwrap();
}

fn open(folder: &Path) -> Embedded {
    Embedded::open(folder, EmbeddedOptions::default()).unwrap()
}

#[tokio::test]
async fn everything_acknowledged_before_a_backup_beside_a_running_store_is_in_it() {
    let parent = tempfile::tempdir().unwrap();
    let (data, other) = (parent.path().join("data"), parent.path().join("other"));
    let store = open(&data);
    for number in 0..50 {
        begin(&store, number).await;
    }
    let file = parent.path().join("copy.db");
    let copied = back_up(&data, &file, false).unwrap();
    assert_eq!(
        (copied.conversations, copied.events, copied.audit_fault),
        (50, 50, None)
    );
    // The store writes on, and the copy is not touched by it.
    for number in 50..60 {
        begin(&store, number).await;
    }
    assert!(matches!(back_up(&data, &file, false), Err(BackupError::Exists(_))));
    assert_eq!(examine(&file).unwrap(), copied);
    assert_eq!(back_up(&data, &file, true).unwrap().events, 60);
    let refused = restore(&file, &data, "now");
    assert!(
        matches!(refused, Err(BackupError::Store(StoreError::InUse { .. }))),
        "{refused:?}"
    );
    let restored = restore(&file, &other, "now").unwrap();
    assert_eq!((restored.copied.events, &restored.aside), (60, &None));
    let risen = open(&other);
    assert!(risen.head(ConversationId::new("c59")).await.unwrap().is_some());
    begin(&risen, 60).await;
    let left: Vec<_> = fs::read_dir(parent.path()).unwrap().collect();
    assert_eq!(left.len(), 3, "nothing half done lies about: {left:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn what_was_there_before_a_restore_is_kept_aside_whole() {
    let parent = tempfile::tempdir().unwrap();
    let data = parent.path().join("data");
    let store = open(&data);
    begin(&store, 1).await;
    let file = parent.path().join("copy.db");
    back_up(&data, &file, false).unwrap();
    begin(&store, 2).await;
    drop(store);
    // As after a crash: the last event stands in the write-ahead log alone.
    let first = restore(&file, &data, "one").unwrap().aside.unwrap();
    let second = restore(&file, &data, "one").unwrap().aside.unwrap();
    assert_ne!(first, second);
    assert_eq!(Archive::open(&first).unwrap().recent(9).unwrap().len(), 2);
    assert_eq!(Archive::open(&data).unwrap().recent(9).unwrap().len(), 1);
    // And one that cannot be read at all is no reason not to restore.
    fs::write(
        data.join(DATABASE),
        "not a database at all, and long enough to be looked at",
    )
    .unwrap();
    let aside = restore(&file, &data, "two").unwrap().aside.unwrap();
    assert!(fs::read_to_string(aside.join(DATABASE)).unwrap().starts_with("not a"));
    assert_eq!(Archive::open(&data).unwrap().recent(9).unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_no_backup_or_is_damaged_or_newer_is_refused_and_nothing_is_touched() {
    let parent = tempfile::tempdir().unwrap();
    let (data, file) = (parent.path().join("data"), parent.path().join("copy.db"));
    let store = open(&data);
    for number in 0..300 {
        begin(&store, number).await;
    }
    back_up(&data, &file, false).unwrap();
    store.close().await.unwrap();
    drop(store);
    let before = fs::read(data.join(DATABASE)).unwrap();
    let whole = fs::read(&file).unwrap();
    let refused = |bytes: &[u8]| {
        fs::write(&file, bytes).unwrap();
        let refused = restore(&file, &data, "now").unwrap_err();
        assert_eq!(fs::read(data.join(DATABASE)).unwrap(), before, "{refused}");
        refused
    };
    refused(b"");
    refused(b"hello");
    refused(&whole[..whole.len() / 2]);
    let mut broken = whole.clone();
    let middle = broken.len() / 2;
    broken[middle..middle + 3_000].fill(0x55);
    refused(&broken);
    fs::write(&file, &whole).unwrap();
    Connection::open(&file)
        .unwrap()
        .execute("UPDATE meta SET value = '999' WHERE key = 'format'", [])
        .unwrap();
    let newer = fs::read(&file).unwrap();
    assert!(matches!(refused(&newer), BackupError::Newer { found: 999, .. }));
    let unlike = parent.path().join("unlike.db");
    Connection::open(&unlike)
        .unwrap()
        .execute_batch("CREATE TABLE t (a)")
        .unwrap();
    assert!(matches!(restore(&unlike, &data, "now"), Err(BackupError::NoBackup(_))));
    assert!(matches!(
        restore(&parent.path().join("none"), &data, "now"),
        Err(BackupError::NoBackup(_))
    ));
    let nothing = parent.path().join("nothing");
    assert!(matches!(back_up(&nothing, &file, true), Err(BackupError::NoData(_))));
}

#[test]
fn data_of_an_older_version_is_copied_and_put_back_as_it_is() {
    let parent = tempfile::tempdir().unwrap();
    let (data, file) = (parent.path().join("data"), parent.path().join("copy.db"));
    fs::create_dir(&data).unwrap();
    let old = include_str!("../../../tests/data/format-2.sql");
    Connection::open(data.join(DATABASE))
        .unwrap()
        .execute_batch(old)
        .unwrap();
    let copied = back_up(&data, &file, false).unwrap();
    assert_eq!((copied.format, copied.conversations, copied.members), (2, 4, 0));
    let other = parent.path().join("other");
    restore(&file, &other, "now").unwrap();
    let risen = open(&other);
    drop(risen);
    assert_eq!(Archive::open(&other).unwrap().recent(9).unwrap().len(), 4);
}

#[tokio::test]
async fn a_broken_audit_record_is_copied_and_said() {
    let parent = tempfile::tempdir().unwrap();
    let (data, file) = (parent.path().join("data"), parent.path().join("copy.db"));
    let store = open(&data);
    for number in 0..5 {
        let entry = AuditEntry {
            at: Millis(number),
            actor: "console".to_owned(),
            action: "staff.list".to_owned(),
            subject: String::new(),
            detail: serde_json::Value::Null,
        };
        store.audit(entry).await.unwrap();
    }
    drop(store);
    let database = Connection::open(data.join(DATABASE)).unwrap();
    database
        .execute_batch("DROP TRIGGER audit_is_not_deleted; DELETE FROM audit WHERE number = 3;")
        .unwrap();
    drop(database);
    let fault = back_up(&data, &file, false).unwrap().audit_fault.unwrap();
    assert_eq!((fault.number, fault.kind), (3, AuditFaultKind::Missing));
}
