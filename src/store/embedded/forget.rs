//! Letting go of what ended long ago, and finding what nobody uses any more.

use rusqlite::{Connection, params};

use super::failure::{Point, reach};
use super::{failed, feed};
use crate::model::Millis;
use crate::store::StoreError;

/// Conversations forgotten in one job: a few milliseconds at most, so that those who wait for the writer hardly
/// notice.
pub(super) const AT_ONCE: usize = 4;

/// Forgets at most `limit` conversations that ended before this time, the oldest first. Runs inside the writer's
/// transaction.
pub(super) fn forget(connection: &Connection, closed_before: Millis, limit: usize) -> Result<usize, StoreError> {
    let before = i64::try_from(closed_before.0).unwrap_or(i64::MAX);
    let oldest = ended(connection, before, limit).map_err(failed)?;
    for (conversation, shop, shopper) in &oldest {
        let delete = |sql: &str| {
            connection
                .prepare_cached(sql)
                .and_then(|mut delete| delete.execute([conversation]))
                .map_err(failed)
        };
        feed::forget(connection, conversation)?;
        delete("DELETE FROM events WHERE conversation = ?")?;
        reach(Point::Forgetting).map_err(StoreError::Unavailable)?;
        delete("DELETE FROM conversations WHERE id = ?")?;
        // Tokens are given out before a talk begins: a young one may be about to.
        connection
            .prepare_cached(
                "DELETE FROM shopper_tokens WHERE shop = ?1 AND shopper = ?2 AND at < ?3 \
                 AND NOT EXISTS (SELECT 1 FROM conversations WHERE shop = ?1 AND shopper = ?2)",
            )
            .and_then(|mut delete| delete.execute(params![shop, shopper, before]))
            .map_err(failed)?;
    }
    Ok(oldest.len())
}

/// Conversation, shop and shopper of what ended before this time.
fn ended(connection: &Connection, before: i64, limit: usize) -> rusqlite::Result<Vec<(String, String, String)>> {
    let mut select = connection.prepare_cached(
        "SELECT id, shop, shopper FROM conversations WHERE owner = 'closed' AND at < ? ORDER BY at LIMIT ?",
    )?;
    select
        .query_map(params![before, limit], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect()
}
