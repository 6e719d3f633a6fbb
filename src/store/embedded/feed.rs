//! The feed in the embedded store: events lie in the order of their commits, and their place is the position.
//!
//! One writes at a time, so a reader never sees a position before those below it.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use super::queries::all;
use super::{Embedded, failed};
use crate::model::{ConversationId, Event, EventKind, Millis, ShopId};
use crate::store::{Feed, FeedCursor, FeedEntry, FeedPage, StoreError, StoreFuture};

/// Positions looked at in one reading when a shop is asked for: some milliseconds of a reading thread.
const LOOKED_AT: usize = 4_096;

impl Feed for Embedded {
    fn feed(&self, after: FeedCursor, shop: Option<ShopId>, limit: usize) -> StoreFuture<'_, FeedPage> {
        self.readers
            .submit(move |connection| page(connection, &after, shop.as_ref(), limit))
    }

    fn feed_at(&self, at: Millis) -> StoreFuture<'_, FeedCursor> {
        self.readers.submit(move |connection| position_at(connection, at))
    }
}

/// The position before the first event of this time or later. Positions rise with the time: halving finds it.
pub(super) fn position_at(connection: &Connection, at: Millis) -> Result<FeedCursor, StoreError> {
    let mut next = connection
        .prepare_cached("SELECT position, at FROM events WHERE position >= ?1 ORDER BY position LIMIT 1")
        .map_err(failed)?;
    let (mut before, mut after) = (0_i64, highest(connection)?.saturating_add(1));
    while before + 1 < after {
        let middle = before + (after - before) / 2;
        let found: Option<(i64, u64)> = next
            .query_row([middle], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .map_err(failed)?;
        match found {
            Some((position, stored)) if stored < at.0 => before = position,
            _ => after = middle,
        }
    }
    Ok(match before {
        0 => FeedCursor::start(),
        before => FeedCursor::from_text(before.to_string()),
    })
}

/// The highest position that was ever given, and as long as its event was not forgotten, stands.
pub(super) fn highest(connection: &Connection) -> Result<i64, StoreError> {
    connection
        .query_row(
            "SELECT max(coalesce((SELECT max(position) FROM events), 0), \
             coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'position'), 0))",
            [],
            |row| row.get(0),
        )
        .map_err(failed)
}

/// Remembers the highest position before events are deleted: given again to another event, it would be passed over by a
/// reader who is there already.
pub(super) fn remember_highest(connection: &Connection) -> Result<(), StoreError> {
    let highest = highest(connection)?;
    connection
        .prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES ('position', ?)")
        .and_then(|mut put| put.execute([highest.to_string()]))
        .map_err(failed)?;
    Ok(())
}

/// A part of the feed.
pub(super) fn page(
    connection: &Connection,
    after: &FeedCursor,
    shop: Option<&ShopId>,
    limit: usize,
) -> Result<FeedPage, StoreError> {
    let from: i64 = match after.as_str() {
        "" => 0,
        text => text.parse().map_err(|_| StoreError::BadCursor(text.to_owned()))?,
    };
    let window = if shop.is_some() { LOOKED_AT.max(limit) } else { limit };
    let window = i64::try_from(window).unwrap_or(i64::MAX);
    let (end, seen): (i64, i64) = connection
        .prepare_cached(
            "SELECT coalesce(max(position), ?1), count(*) FROM \
             (SELECT position FROM events WHERE position > ?1 ORDER BY position LIMIT ?2)",
        )
        .and_then(|mut select| select.query_row(params![from, window], |row| Ok((row.get(0)?, row.get(1)?))))
        .map_err(failed)?;
    let entries = all(
        connection,
        "SELECT event.position, head.id, head.shop, event.seq, event.epoch, event.at, event.body FROM events AS event \
         CROSS JOIN conversations AS head ON head.number = event.conversation \
         WHERE event.position > ?1 AND event.position <= ?2 AND (?3 IS NULL OR head.shop = ?3) \
         ORDER BY event.position LIMIT ?4",
        params![
            from,
            end,
            shop.map(ShopId::as_str),
            i64::try_from(limit).unwrap_or(i64::MAX)
        ],
        |row| {
            let position: i64 = row.get(0)?;
            let conversation = ConversationId::new(row.get_ref(1)?.as_str()?);
            let (seq, epoch, at) = (row.get(3)?, row.get(4)?, Millis(row.get(5)?));
            let body = row.get_ref(6)?.as_str()?;
            let kind = match EventKind::from_json(body) {
                Ok(kind) => kind,
                Err(error) => {
                    let what = format!("event {seq} of conversation {conversation}: {error}");
                    return Ok(Err(StoreError::Corrupt(what)));
                }
            };
            Ok(Ok(FeedEntry {
                cursor: FeedCursor::from_text(position.to_string()),
                shop: ShopId::new(row.get_ref(2)?.as_str()?),
                event: Arc::new(Event { seq, epoch, at, kind }),
                body: Arc::from(body),
                conversation,
            }))
        },
    )?;
    let cut = entries.len() == limit && shop.is_some();
    let next = match entries.last() {
        Some(last) if cut => last.cursor.clone(),
        _ if end == 0 => FeedCursor::start(),
        _ => FeedCursor::from_text(end.to_string()),
    };
    Ok(FeedPage {
        entries,
        next,
        more: cut || (seen == window && window > 0),
    })
}
