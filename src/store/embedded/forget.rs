//! Letting go of what ended long ago, and finding what nobody uses any more.

use rusqlite::{Connection, params};

use super::failed;
use super::failure::{Point, reach};
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
        delete("DELETE FROM events WHERE conversation = ?")?;
        reach(Point::Forgetting).map_err(StoreError::Unavailable)?;
        delete("DELETE FROM tickets WHERE conversation = ?")?;
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::model::{ConversationId, Draft, EventKind, Language, Millis, ShopId, ShopperId};
    use crate::store::embedded::{Embedded, EmbeddedOptions};
    use crate::store::{Expect, Store};

    #[tokio::test]
    async fn tokens_go_with_the_last_talk_unless_they_are_young() {
        let folder = tempfile::tempdir().unwrap();
        let store = Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap();
        let (shop, shopper) = (ShopId::new("demo"), ShopperId::new("anon:1"));
        for (hash, at) in [([1; 32], 1), ([2; 32], 90)] {
            store
                .put_shopper_token(hash, shop.clone(), shopper.clone(), Millis(at))
                .await
                .unwrap();
        }
        let begin = |name: &str, closed_at| {
            let started = EventKind::Started {
                shop: shop.clone(),
                shopper: shopper.clone(),
                lang: Language::Chinese,
            };
            let drafts = [(1, started), (closed_at, EventKind::Closed { agent: None })];
            let drafts = drafts.map(|(at, kind)| Draft { at: Millis(at), kind }).into();
            store.append(ConversationId::new(name), Expect::New, drafts)
        };
        begin("a", 10).await.unwrap();
        begin("b", 20).await.unwrap();
        assert_eq!(store.forget(Millis(15), 10).await.unwrap(), 1);
        assert!(
            store.shopper_of_token([1; 32]).await.unwrap().is_some(),
            "there is another talk"
        );
        assert_eq!(store.forget(Millis(50), 10).await.unwrap(), 1);
        assert!(store.shopper_of_token([1; 32]).await.unwrap().is_none());
        assert!(
            store.shopper_of_token([2; 32]).await.unwrap().is_some(),
            "a talk may be about to begin"
        );
    }
}
