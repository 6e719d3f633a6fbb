//! What the embedded store promises when the machine does not keep its own promises: processes that die at the worst
//! moment, files that were written in part, disks that are full.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests may fail loudly, measurements speak"
)]

mod planned;
mod space;
mod torn;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::{DATABASE, Embedded, EmbeddedOptions};
use crate::model::{ClientMessageId, ConversationId, EventKind, Language, Millis, NewEvent, Seq, ShopId, ShopperId};

/// Folds nothing by itself, so that a test decides what is in which file.
fn open_without_housekeeping(folder: &Path) -> Embedded {
    Embedded::open(folder, tidied(Duration::from_secs(86_400))).unwrap()
}

/// Keeps house so often.
fn tidied(housekeeping: Duration) -> EmbeddedOptions {
    EmbeddedOptions {
        housekeeping,
        ..EmbeddedOptions::default()
    }
}

/// As often as makes it happen many times in a test.
const OFTEN: Duration = Duration::from_millis(20);

fn started(shopper: &str) -> NewEvent {
    NewEvent {
        at: Millis(1),
        kind: EventKind::Started {
            shop: ShopId::new("demo"),
            shopper: ShopperId::new(shopper),
            lang: Language::Chinese,
        },
    }
}

fn said(id: &str, text: &str) -> NewEvent {
    NewEvent {
        at: Millis(2),
        kind: EventKind::Received {
            id: ClientMessageId::new(id),
            text: text.to_owned(),
            heard: None,
            files: Vec::new(),
        },
    }
}

fn closed(at: u64) -> NewEvent {
    NewEvent {
        at: Millis(at),
        kind: EventKind::Closed { agent: None },
    }
}

fn talk(number: usize) -> ConversationId {
    ConversationId::new(format!("talk-{number}"))
}

/// What is in a folder: the place of each message by conversation and client id.
#[derive(Debug, Default)]
struct Kept {
    messages: BTreeMap<(String, String), Seq>,
    conversations: usize,
}

/// Opens a store whose last owner is gone. A test beside this one that starts a process has the lock, too, until that
/// process runs its own program.
fn opened(folder: &Path) -> Embedded {
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        match Embedded::open(folder, EmbeddedOptions::default()) {
            Err(crate::store::StoreError::InUse { .. }) if std::time::Instant::now() < patience => {
                std::thread::yield_now();
            }
            other => return other.unwrap(),
        }
    }
}

/// Reads what a store left, after it was opened and closed once, and holds it against what must always be so: the
/// database is whole, every log is 1, 2, 3 …, every head is where its log ends, and there is no log without a head.
fn kept(folder: &Path) -> Kept {
    drop(opened(folder));
    let connection = Connection::open_with_flags(folder.join(DATABASE), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let whole: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(whole, "ok");
    let odd = "SELECT count(*) FROM (SELECT conversation, count(*) AS events, max(seq) AS last, max(epoch) AS epoch, \
               sum(json_extract(body, '$.type') = 'received') AS owed FROM events GROUP BY conversation) AS log \
               FULL JOIN conversations AS head ON head.number = log.conversation \
               WHERE events IS NOT last OR last IS NOT head.seq OR log.epoch IS NOT head.epoch \
               OR (head.owner <> 'closed' AND owed IS NOT pending)";
    let odd: u64 = connection.query_row(odd, [], |row| row.get(0)).unwrap();
    assert_eq!(odd, 0, "a log and its head do not agree");
    let mut select = connection
        .prepare(
            "SELECT head.id, json_extract(body, '$.id'), event.seq FROM events AS event \
             JOIN conversations AS head ON head.number = event.conversation \
             WHERE json_extract(body, '$.type') = 'received'",
        )
        .unwrap();
    let messages = select
        .query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))
        .unwrap();
    Kept {
        messages: messages.map(Result::unwrap).collect(),
        conversations: connection
            .query_row("SELECT count(*) FROM conversations", [], |row| row.get(0))
            .unwrap(),
    }
}

/// SplitMix64, so that a failing seed can be tried again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// Copies the database and its log as a crash would leave them.
fn crash_image(from: &Path, to: &Path) {
    for name in [DATABASE.to_owned(), format!("{DATABASE}-wal")] {
        std::fs::copy(from.join(&name), to.join(&name)).unwrap();
    }
}
