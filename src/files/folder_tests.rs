//! What becomes of files in their folder.

#![allow(clippy::unwrap_used)]

use std::fs;

use super::super::samples::{SECRET, jpeg, pdf};
use super::super::sweep::Sweep;
use super::*;
use crate::model::{AgentId, FileKind, Partition, ShopId, ShopperId};

const BOUNDS: Bounds = Bounds {
    bytes: 64 * 1024,
    pixels: 1_000_000,
};

fn opened() -> (tempfile::TempDir, Files) {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::open(folder.path().to_owned(), BOUNDS, 0).unwrap();
    (folder, files)
}

fn shopper(name: &str) -> FileOwner {
    FileOwner::shopper(&ShopId::new("demo"), &ShopperId::new(name))
}

fn talk(number: u32) -> ConversationId {
    let partition = Partition::of(&ShopId::new("demo"), &ShopperId::new("anon:1"));
    // The last three digits tell the partition.
    ConversationId::begin(&format!("019aa000-0000-7000-8000-{number:09x}000"), partition)
}

async fn upload(files: &Files, owner: &FileOwner, id: &str, bytes: &[u8]) -> Result<SentFile, FileError> {
    let mut incoming = files.receive().await?;
    for piece in bytes.chunks(100) {
        incoming.write(piece).await?;
    }
    files.keep(owner.clone(), id.into(), incoming).await
}

/// Every file below the folder.
fn all(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(all(&path)),
            false => found.push(path),
        }
    }
    found
}

#[tokio::test]
async fn an_upload_is_named_read_and_forgotten_with_its_talk() {
    let (folder, files) = opened();
    let owner = shopper("anon:1");
    let sent = upload(&files, &owner, "c1", &jpeg(640, 480, 1)).await.unwrap();
    assert_eq!((sent.kind, sent.width, sent.height), (FileKind::Picture, 640, 480));
    let again = upload(&files, &owner, "c1", &jpeg(640, 480, 1)).await.unwrap();
    assert_eq!(again, sent);
    assert_eq!(all(folder.path()).len(), 1, "two uploads of one id are one");

    let name = |owner: FileOwner, talk| files.name(owner, talk, vec![(sent.id.clone(), "a/b.jpg".to_owned())]);
    let other = name(shopper("anon:2"), talk(1)).await;
    assert!(matches!(other, Err(FileError::Unknown)), "nobody else can name it");
    assert_eq!(
        name(owner.clone(), talk(1)).await.unwrap().0,
        std::slice::from_ref(&sent)
    );
    assert_eq!(
        name(owner.clone(), talk(1)).await.unwrap().0,
        std::slice::from_ref(&sent),
        "sent again"
    );
    assert!(
        matches!(name(owner.clone(), talk(2)).await, Err(FileError::Unknown)),
        "it is in one talk"
    );

    let (format, bytes) = files.read(talk(1), sent.id.clone()).await.unwrap();
    assert_eq!((format, bytes.len() as u64), (Format::Jpeg, sent.bytes));
    assert!(!bytes.windows(SECRET.len()).any(|window| window == SECRET));
    assert!(matches!(
        files.read(talk(2), sent.id.clone()).await,
        Err(FileError::Unknown)
    ));

    assert_eq!(files.forget(&talk(1)).await.unwrap(), 1);
    assert_eq!(files.forget(&talk(1)).await.unwrap(), 0);
    assert!(matches!(files.read(talk(1), sent.id).await, Err(FileError::Unknown)));
    assert!(all(folder.path()).is_empty());
}

#[tokio::test]
async fn a_message_that_is_refused_gives_its_files_back() {
    let (_folder, files) = opened();
    let owner = FileOwner::agent(&AgentId::new("a1"));
    let sent = upload(&files, &owner, "x", &pdf()).await.unwrap();
    let named = || vec![(sent.id.clone(), "C:\\票据\u{202e}fdp.exe".to_owned())];
    let (described, claimed) = files.name(owner.clone(), talk(1), named()).await.unwrap();
    assert_eq!(described[0].name, "票据fdp.exe.pdf");
    claimed.back().await;
    assert!(matches!(
        files.read(talk(1), sent.id.clone()).await,
        Err(FileError::Unknown)
    ));
    assert!(files.name(owner, talk(2), named()).await.is_ok());
}

#[tokio::test]
async fn a_message_that_is_refused_takes_nothing_from_those_that_were_stored() {
    let (folder, files) = opened();
    let owner = shopper("anon:1");
    let said = upload(&files, &owner, "c1", &pdf()).await.unwrap();
    let later = upload(&files, &owner, "c2", &pdf()).await.unwrap();
    let name = |ids: &[&FileId]| {
        let named = ids.iter().map(|id| ((*id).clone(), String::new())).collect();
        files.name(owner.clone(), talk(1), named)
    };
    name(&[&said.id]).await.unwrap();
    let (_, claimed) = name(&[&said.id, &later.id]).await.unwrap();
    claimed.back().await;
    assert!(files.read(talk(1), said.id.clone()).await.is_ok());
    let given_back = files.read(talk(1), later.id.clone()).await;
    assert!(matches!(given_back, Err(FileError::Unknown)));

    // One that is not there: the others have not moved.
    let missing = FileId::new("0123456789abcdef0123456789abcdef.jpg");
    let refused = name(&[&said.id, &later.id, &missing]).await;
    assert!(matches!(refused, Err(FileError::Unknown)));
    let elsewhere = vec![(later.id.clone(), String::new())];
    assert!(files.name(owner.clone(), talk(2), elsewhere).await.is_ok());
    assert!(files.read(talk(1), said.id).await.is_ok());
    assert_eq!(all(folder.path()).len(), 2);
}

#[tokio::test]
async fn what_is_torn_refused_or_too_large_leaves_nothing() {
    let (folder, files) = opened();
    let mut torn = files.receive().await.unwrap();
    torn.write(&[0xff; 300]).await.unwrap();
    drop(torn);
    let owner = shopper("anon:1");
    let zip = upload(&files, &owner, "z", b"PK\x03\x04").await;
    assert!(matches!(zip, Err(FileError::Format)));
    let large = upload(&files, &owner, "l", &vec![0xff; 70_000]).await;
    assert!(matches!(large, Err(FileError::Large { most: 65_536 })));
    let cut = upload(&files, &owner, "c", &jpeg(9, 9, 1)[..80]).await;
    assert!(matches!(cut, Err(FileError::Damaged(_))));
    assert!(all(folder.path()).is_empty());
}

#[tokio::test]
async fn ids_that_nobody_made_lead_nowhere() {
    let (_folder, files) = opened();
    for id in [
        "../../../etc/passwd",
        "x.jpg",
        "",
        ".",
        "0123456789abcdef0123456789abcdef.svg",
    ] {
        assert!(
            matches!(files.read(talk(1), FileId::new(id)).await, Err(FileError::Unknown)),
            "{id}"
        );
        let named = files
            .name(shopper("anon:1"), talk(1), vec![(FileId::new(id), String::new())])
            .await;
        assert!(matches!(named, Err(FileError::Unknown)), "{id}");
    }
    let good = FileId::new("0123456789abcdef0123456789abcdef.jpg");
    for id in ["../../000", "", "..", "/etc/000", "a\\..\\000"] {
        assert!(
            matches!(
                files.read(ConversationId::new(id), good.clone()).await,
                Err(FileError::Unknown)
            ),
            "{id}"
        );
    }
}

#[tokio::test]
async fn without_space_nothing_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::open(folder.path().to_owned(), BOUNDS, u64::MAX / 2).unwrap();
    assert!(matches!(files.receive().await, Err(FileError::NoSpace)));
}

#[tokio::test]
async fn what_nobody_names_goes_after_an_hour_and_files_of_unknown_talks_after_a_day() {
    let (folder, files) = opened();
    let owner = shopper("anon:1");
    let named = upload(&files, &owner, "c1", &jpeg(9, 9, 1)).await.unwrap();
    let named = vec![(named.id, String::new())];
    files.name(owner.clone(), talk(1), named).await.unwrap();
    upload(&files, &owner, "c2", &jpeg(9, 9, 1)).await.unwrap();
    let torn = files.receive().await.unwrap();
    std::mem::forget(torn);

    let sweep = Sweep::new(files.clone());
    let now = |after_ms: i64| {
        let now = jiff::Timestamp::now().as_millisecond() + after_ms;
        Millis(u64::try_from(now).unwrap())
    };
    assert_eq!(sweep.uploads(now(0)).await.unwrap(), 0);
    assert_eq!(sweep.uploads(now(3_700_000)).await.unwrap(), 2);
    assert_eq!(sweep.talks().await.unwrap(), [[talk(1)]]);
    let day = 25 * 3_600_000;
    for (known, at, deleted) in [
        (true, 0, 0),
        (false, 0, 0),
        (false, 1_000, 0),
        (true, day, 0),
        (false, 0, 0),
        (false, day, 1),
    ] {
        assert_eq!(sweep.told(&talk(1), known, now(at)).await.unwrap(), deleted);
    }
    assert!(all(folder.path()).is_empty());
}
