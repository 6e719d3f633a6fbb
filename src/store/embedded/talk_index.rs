//! The search index in the embedded store: FTS5 finds the places of terms, which stand in it as hashes.

use std::fmt::Write as _;

use rusqlite::{Connection, OptionalExtension, params};

use super::queries::all;
use super::{Embedded, failed};
use crate::model::{ConversationId, Millis};
use crate::store::talk_index::{packed, unpacked};
use crate::store::{
    IndexedTalk, StoreError, StoreFuture, TalkCandidate, TalkCandidates, TalkCursor, TalkIndex, TalkQuery, Term,
};

/// Talks of one millisecond that have places of their own.
const PLACES: i64 = 1 << 16;
/// Pages that FTS5 merges with one write: with fewer the index would grow into many pieces.
const MERGED_PAGES: i64 = 16;
/// Under which key the mark is kept.
const MARK: &str = "talk_index";

impl TalkIndex for Embedded {
    fn index_talks(&self, talks: Vec<IndexedTalk>) -> StoreFuture<'_, usize> {
        self.writer.submit(move |connection| {
            let mut taken = 0;
            for talk in &talks {
                taken += usize::from(put(connection, talk)?);
            }
            connection
                .prepare_cached("INSERT INTO talk_terms (talk_terms, rank) VALUES ('merge', ?)")
                .and_then(|mut merge| merge.execute([MERGED_PAGES]))
                .map_err(failed)?;
            Ok(taken)
        })
    }

    fn find_talks(&self, query: TalkQuery, limit: usize) -> StoreFuture<'_, TalkCandidates> {
        self.readers.submit(move |connection| find(connection, &query, limit))
    }

    fn index_mark(&self) -> StoreFuture<'_, Option<String>> {
        self.readers.submit(|connection| {
            connection
                .prepare_cached("SELECT value FROM meta WHERE key = ?")
                .and_then(|mut select| select.query_row([MARK], |row| row.get(0)).optional())
                .map_err(failed)
        })
    }

    fn put_index_mark(&self, mark: String) -> StoreFuture<'_, ()> {
        self.writer.submit(move |connection| {
            connection
                .prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)")
                .and_then(|mut put| put.execute([MARK, mark.as_str()]))
                .map_err(failed)?;
            Ok(())
        })
    }

    fn lead_index(&self, _for_ms: u64) -> StoreFuture<'_, bool> {
        Box::pin(std::future::ready(Ok(true)))
    }
}

/// Where a talk stands in the index.
struct Known {
    place: i64,
    seq: u64,
    terms: Vec<u8>,
}

fn known(connection: &Connection, number: i64) -> Result<Option<Known>, StoreError> {
    connection
        .prepare_cached("SELECT place, seq, terms FROM indexed_talks WHERE conversation = ?")
        .and_then(|mut select| {
            let known = select.query_row([number], |row| {
                Ok(Known {
                    place: row.get(0)?,
                    seq: row.get(1)?,
                    terms: row.get(2)?,
                })
            });
            known.optional()
        })
        .map_err(failed)
}

fn number_of(connection: &Connection, conversation: &str) -> Result<Option<i64>, StoreError> {
    connection
        .prepare_cached("SELECT number FROM conversations WHERE id = ?")
        .and_then(|mut select| select.query_row([conversation], |row| row.get(0)).optional())
        .map_err(failed)
}

/// Takes a talk in; whether it did.
fn put(connection: &Connection, talk: &IndexedTalk) -> Result<bool, StoreError> {
    let Some(number) = number_of(connection, talk.conversation.as_str())? else {
        return Ok(false);
    };
    let known = known(connection, number)?;
    if known.as_ref().is_some_and(|known| known.seq > talk.seq) {
        return Ok(false);
    }
    let terms = packed(&talk.terms);
    let same = known.as_ref().is_some_and(|known| known.terms == terms);
    let place = match known {
        Some(known) => {
            if !same {
                take_out(connection, known.place, &known.terms)?;
            }
            known.place
        }
        None => free_place(connection, talk.began)?,
    };
    connection
        .prepare_cached("INSERT OR REPLACE INTO indexed_talks (place, conversation, seq, terms) VALUES (?, ?, ?, ?)")
        .and_then(|mut put| put.execute(params![place, number, talk.seq, terms]))
        .map_err(failed)?;
    if !same {
        connection
            .prepare_cached("INSERT INTO talk_terms (rowid, terms) VALUES (?, ?)")
            .and_then(|mut put| put.execute(params![place, written(&terms)]))
            .map_err(failed)?;
    }
    Ok(true)
}

/// Takes a talk out of the index, if it is there, before its head is deleted.
pub(super) fn remove(connection: &Connection, conversation: &str) -> Result<(), StoreError> {
    let number = number_of(connection, conversation)?;
    let found = number.map(|number| known(connection, number)).transpose()?.flatten();
    let Some(found) = found else { return Ok(()) };
    take_out(connection, found.place, &found.terms)?;
    connection
        .prepare_cached("DELETE FROM indexed_talks WHERE place = ?")
        .and_then(|mut delete| delete.execute([found.place]))
        .map_err(failed)?;
    Ok(())
}

/// Whether terms are taken out where they stand. Otherwise it is noted that they are gone, which is much quicker, and they
/// go when FTS5 next writes what lies around them anew.
pub(super) fn delete_in_place(connection: &Connection, on: bool) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO talk_terms (talk_terms, rank) VALUES ('secure-delete', ?)")
        .and_then(|mut set| set.execute([i64::from(on)]))
        .map_err(failed)?;
    Ok(())
}

fn take_out(connection: &Connection, place: i64, terms: &[u8]) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO talk_terms (talk_terms, rowid, terms) VALUES ('delete', ?, ?)")
        .and_then(|mut delete| delete.execute(params![place, written(terms)]))
        .map_err(failed)?;
    Ok(())
}

/// Terms as FTS5 is told them.
fn written(terms: &[u8]) -> String {
    let mut text = String::with_capacity(terms.len() / Term::BYTES * 7);
    for term in unpacked(terms) {
        push(&mut text, term);
        text.push(' ');
    }
    text
}

fn push(text: &mut String, term: Term) {
    // Writing to a string cannot fail.
    let _ = write!(text, "{:06x}", term.bits());
}

fn first_place(at: Millis) -> i64 {
    i64::try_from(at.0).unwrap_or(i64::MAX).saturating_mul(PLACES)
}

/// A place of this millisecond that nobody has; where all are taken, one of the next.
fn free_place(connection: &Connection, began: Millis) -> Result<i64, StoreError> {
    let first = first_place(began);
    let last: Option<i64> = connection
        .prepare_cached("SELECT max(place) FROM indexed_talks WHERE place >= ? AND place < ?")
        .and_then(|mut select| select.query_row([first, first.saturating_add(PLACES)], |row| row.get(0)))
        .map_err(failed)?;
    Ok(last.map_or(first, |last| last.saturating_add(1)))
}

fn find(connection: &Connection, query: &TalkQuery, limit: usize) -> Result<TalkCandidates, StoreError> {
    let before = match &query.after {
        None => i64::MAX,
        Some(cursor) => {
            let place = cursor.as_str().parse();
            place.map_err(|_| StoreError::BadCursor(cursor.as_str().to_owned()))?
        }
    };
    let before = query.until.map_or(before, |until| before.min(first_place(until)));
    let from = first_place(query.from);
    let limited = i64::try_from(limit).unwrap_or(i64::MAX);
    let candidate = |row: &rusqlite::Row<'_>| {
        let place: i64 = row.get(0)?;
        Ok(Ok(TalkCandidate {
            conversation: ConversationId::new(row.get_ref(1)?.as_str()?),
            cursor: TalkCursor::from_text(place.to_string()),
        }))
    };
    let talks = match matching(query) {
        None => all(
            connection,
            "SELECT talk.place, head.id FROM indexed_talks AS talk \
             CROSS JOIN conversations AS head ON head.number = talk.conversation \
             WHERE talk.place < ? AND talk.place >= ? ORDER BY talk.place DESC LIMIT ?",
            params![before, from, limited],
            candidate,
        )?,
        Some(terms) => all(
            connection,
            "SELECT talk.place, head.id FROM talk_terms \
             CROSS JOIN indexed_talks AS talk ON talk.place = talk_terms.rowid \
             CROSS JOIN conversations AS head ON head.number = talk.conversation \
             WHERE talk_terms MATCH ? AND talk_terms.rowid < ? AND talk_terms.rowid >= ? \
             ORDER BY talk_terms.rowid DESC LIMIT ?",
            params![terms, before, from, limited],
            candidate,
        )?,
    };
    let next = talks.last().filter(|_| talks.len() == limit);
    Ok(TalkCandidates {
        next: next.map(|last| last.cursor.clone()),
        talks,
    })
}

/// What FTS5 is asked for; `None` when any talk will do.
fn matching(query: &TalkQuery) -> Option<String> {
    let mut parts = Vec::new();
    let told = |terms: &[Term], joined: &str| {
        let each = terms.iter().map(|term| {
            let mut text = String::from("\"");
            push(&mut text, *term);
            text + "\""
        });
        each.collect::<Vec<_>>().join(joined)
    };
    if !query.all.is_empty() {
        parts.push(told(&query.all, " AND "));
    }
    for any in &query.any {
        parts.push(format!("({})", told(any, " OR ")));
    }
    (!parts.is_empty()).then(|| parts.join(" AND "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use rusqlite::Connection;

    use super::super::{DATABASE, EmbeddedOptions};
    use super::*;
    use crate::model::{EventKind, Language, NewEvent, Partition, ShopId, ShopperId};
    use crate::store::{Expect, Log};

    /// Every byte of the files of a folder.
    fn bytes(folder: &std::path::Path) -> Vec<u8> {
        let files = std::fs::read_dir(folder).unwrap();
        files
            .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect()
    }

    async fn begin(store: &Embedded, name: &str) -> (ShopId, ShopperId, ConversationId) {
        let (shop, shopper) = (ShopId::new("demo"), ShopperId::new(format!("customer:{name}")));
        let conversation = ConversationId::begin(&format!("{name}-000"), Partition::of(&shop, &shopper));
        let kind = EventKind::Started {
            shop: shop.clone(),
            shopper: shopper.clone(),
            lang: Language::Chinese,
        };
        let started = vec![NewEvent { at: Millis(1), kind }];
        store.append(conversation.clone(), Expect::New, started).await.unwrap();
        (shop, shopper, conversation)
    }

    // A16
    #[tokio::test]
    async fn the_terms_of_who_is_erased_stand_in_no_file_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let store = Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap();
        let (_, _, stays) = begin(&store, "stays").await;
        let (shop, shopper, goes) = begin(&store, "goes").await;
        let terms = |numbers: std::ops::Range<u64>| numbers.map(|number| Term::new(0x00ab_0000 + number)).collect();
        let talk = |conversation: &ConversationId, terms: Vec<Term>| IndexedTalk {
            conversation: conversation.clone(),
            began: Millis(1),
            seq: 1,
            terms,
        };
        let own: Vec<Term> = terms(0..300);
        let talks = vec![talk(&stays, terms(5_000..5_300)), talk(&goes, own.clone())];
        store.index_talks(talks).await.unwrap();
        // Of a word of FTS5 only what is other than the word before is written: the first of a page is whole.
        let blob = packed(&own);
        let holds = |bytes: &[u8]| {
            [&blob[..], b"ab0000"].map(|sought| bytes.windows(sought.len()).any(|window| window == sought))
        };
        assert_eq!(holds(&bytes(folder.path())), [true; 2]);
        store.erase(shop, shopper).await.unwrap();
        assert_eq!(holds(&bytes(folder.path())), [false; 2]);
        store.close().await.unwrap();
        assert_eq!(holds(&bytes(folder.path())), [false; 2]);
        let connection = Connection::open(folder.path().join(DATABASE)).unwrap();
        connection
            .execute_batch(
                "INSERT INTO talk_terms (talk_terms) VALUES ('integrity-check');
                 CREATE VIRTUAL TABLE temp.words USING fts5vocab (main, talk_terms, row);",
            )
            .unwrap();
        let words: u64 = connection
            .query_row("SELECT count(*) FROM temp.words", [], |row| row.get(0))
            .unwrap();
        assert_eq!(words, 300, "those of the other talk, and no others");
    }
}
