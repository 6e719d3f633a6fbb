//! Letting go of what ended long ago, and finding what nobody uses any more.

use rusqlite::{Connection, params};

use super::database::Writing;
use super::failure::{Point, reach};
use super::{failed, feed, queries, talk_index};
use crate::model::{ConversationId, Epoch, Millis, ShopId, ShopperId};
use crate::store::{Erased, StoreError};

/// Conversations forgotten in one job: a few milliseconds at most, so that those who wait for the writer hardly
/// notice.
pub(super) const AT_ONCE: usize = 4;

/// What is to be forgotten.
#[derive(Clone, Copy)]
pub(super) struct Old {
    /// Its last event is not before this time …
    pub(super) from: Millis,
    /// … but before this one.
    pub(super) before: Millis,
    /// The least and the greatest epoch it may have.
    pub(super) epochs: (Epoch, Epoch),
}

impl Old {
    /// Everything before a time.
    pub(super) fn before(before: Millis) -> Old {
        Old {
            from: Millis(0),
            before,
            epochs: (0, Epoch::MAX),
        }
    }
}

/// Forgets at most `limit` conversations that ended, the oldest first. Runs inside the writer's transaction.
pub(super) fn forget(writing: &mut Writing<'_>, old: Old, limit: usize) -> Result<usize, StoreError> {
    let before = signed(old.before.0);
    let oldest = ended(writing.connection, old, limit).map_err(failed)?;
    if !oldest.is_empty() {
        feed::remember_highest(writing.connection)?;
    }
    for (conversation, shop, shopper) in &oldest {
        delete(writing, conversation)?;
        // Tokens are given out before a talk begins: a young one may be about to.
        writing
            .connection
            .prepare_cached(
                "DELETE FROM shopper_tokens WHERE shop = ?1 AND shopper = ?2 AND at < ?3 \
                 AND NOT EXISTS (SELECT 1 FROM conversations WHERE shop = ?1 AND shopper = ?2)",
            )
            .and_then(|mut delete| delete.execute(params![shop, shopper, before]))
            .map_err(failed)?;
        writing
            .connection
            .prepare_cached(
                "DELETE FROM customer_cards WHERE shop = ?1 AND shopper = ?2 \
                 AND NOT EXISTS (SELECT 1 FROM conversations WHERE shop = ?1 AND shopper = ?2)",
            )
            .and_then(|mut delete| delete.execute(params![shop, shopper]))
            .map_err(failed)?;
    }
    Ok(oldest.len())
}

/// Deletes a conversation; how many events it had.
fn delete(writing: &mut Writing<'_>, conversation: &str) -> Result<u64, StoreError> {
    writing.talks.take(&ConversationId::new(conversation));
    talk_index::remove(writing.connection, conversation)?;
    let delete = |sql: &str| {
        writing
            .connection
            .prepare_cached(sql)
            .and_then(|mut delete| delete.execute([conversation]))
            .map_err(failed)
    };
    let events = delete("DELETE FROM events WHERE conversation = (SELECT number FROM conversations WHERE id = ?)")?;
    reach(Point::Forgetting).map_err(StoreError::Unavailable)?;
    delete("DELETE FROM reviews WHERE conversation = ?")?;
    delete("DELETE FROM conversations WHERE id = ?")?;
    Ok(events as u64)
}

/// Deletes everything of a shopper. Runs inside the writer's transaction.
pub(super) fn erase(writing: &mut Writing<'_>, shop: &ShopId, shopper: &ShopperId) -> Result<Erased, StoreError> {
    feed::remember_highest(writing.connection)?;
    let mut erased = Erased::default();
    talk_index::delete_in_place(writing.connection, true)?;
    for conversation in queries::conversations_of(writing.connection, shop, shopper)? {
        erased.events += delete(writing, conversation.as_str())?;
        erased.conversations += 1;
    }
    talk_index::delete_in_place(writing.connection, false)?;
    writing
        .connection
        .prepare_cached("DELETE FROM customer_cards WHERE shop = ? AND shopper = ?")
        .and_then(|mut delete| delete.execute([shop.as_str(), shopper.as_str()]))
        .map_err(failed)?;
    erased.tokens = writing
        .connection
        .prepare_cached("DELETE FROM shopper_tokens WHERE shop = ? AND shopper = ?")
        .and_then(|mut delete| delete.execute([shop.as_str(), shopper.as_str()]))
        .map_err(failed)? as u64;
    Ok(erased)
}

/// Folds the whole write-ahead log into the database and empties it: what was deleted still stands in it. Whoever reads an
/// older state at this moment keeps it; whether it is empty now.
pub(super) fn empty_log(connection: &Connection) -> bool {
    let emptied = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
    matches!(emptied, Ok(0))
}

/// The shoppers' tokens that were given out before this time and stand for nobody who has a conversation.
pub(super) fn idle_tokens(connection: &Connection, before: Millis, limit: usize) -> Result<Vec<[u8; 32]>, StoreError> {
    queries::all(
        connection,
        "SELECT hash FROM shopper_tokens AS token WHERE at < ? AND NOT EXISTS \
         (SELECT 1 FROM conversations WHERE shop = token.shop AND shopper = token.shopper) LIMIT ?",
        params![signed(before.0), limit],
        |row| Ok(Ok(row.get(0)?)),
    )
}

/// Deletes those of them that are still idle.
pub(super) fn delete_tokens(connection: &Connection, hashes: &[[u8; 32]]) -> Result<usize, StoreError> {
    let mut deleted = 0;
    for hash in hashes {
        deleted += connection
            .prepare_cached(
                "DELETE FROM shopper_tokens WHERE hash = ? AND NOT EXISTS (SELECT 1 FROM conversations \
                 WHERE shop = shopper_tokens.shop AND shopper = shopper_tokens.shopper)",
            )
            .and_then(|mut delete| delete.execute([hash]))
            .map_err(failed)?;
    }
    Ok(deleted)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Conversation, shop and shopper of what ended.
fn ended(connection: &Connection, old: Old, limit: usize) -> rusqlite::Result<Vec<(String, String, String)>> {
    let mut select = connection.prepare_cached(
        "SELECT id, shop, shopper FROM conversations WHERE owner = 'closed' AND at >= ? AND at < ? AND epoch BETWEEN ? AND ? \
         ORDER BY at LIMIT ?",
    )?;
    select
        .query_map(
            params![
                signed(old.from.0),
                signed(old.before.0),
                signed(old.epochs.0),
                signed(old.epochs.1),
                limit
            ],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?
        .collect()
}
