//! Reviews of talks in the embedded store.

use rusqlite::{Connection, OptionalExtension, params};

use super::queries::all;
use super::{Embedded, failed, unreadable};
use crate::model::{ConversationId, Review, ShopId};
use crate::store::{KeptReview, Reviews, StoreError, StoreFuture};

impl Reviews for Embedded {
    fn review(&self, conversation: ConversationId) -> StoreFuture<'_, KeptReview> {
        self.readers
            .submit(move |connection| review_of(connection, &conversation))
    }

    fn put_review(&self, conversation: ConversationId, version: u64, review: Review) -> StoreFuture<'_, bool> {
        self.writer.submit(move |connection| {
            if review_of(connection, &conversation)?.version != version {
                return Ok(false);
            }
            let body = serde_json::to_string(&review).map_err(unreadable)?;
            let put = "INSERT OR REPLACE INTO reviews (conversation, shop, version, body) \
                       SELECT id, shop, ?2, ?3 FROM conversations WHERE id = ?1";
            let put = connection
                .prepare_cached(put)
                .and_then(|mut put| put.execute(params![conversation.as_str(), version + 1, body]))
                .map_err(failed)?;
            Ok(put == 1)
        })
    }

    fn reviews_of(&self, shop: ShopId, limit: usize) -> StoreFuture<'_, Vec<(ConversationId, Review)>> {
        self.readers.submit(move |connection| {
            all(
                connection,
                "SELECT conversation, body FROM reviews WHERE shop = ? ORDER BY conversation DESC LIMIT ?",
                params![shop.as_str(), limit],
                |row| {
                    let conversation = ConversationId::new(row.get_ref(0)?.as_str()?);
                    let review = serde_json::from_str(row.get_ref(1)?.as_str()?).map_err(unreadable);
                    Ok(review.map(|review| (conversation, review)))
                },
            )
        })
    }
}

fn review_of(connection: &Connection, conversation: &ConversationId) -> Result<KeptReview, StoreError> {
    let found: Option<(u64, String)> = connection
        .prepare_cached("SELECT version, body FROM reviews WHERE conversation = ?")
        .and_then(|mut select| {
            select
                .query_row([conversation.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
        .map_err(failed)?;
    let Some((version, body)) = found else {
        return Ok(KeptReview::default());
    };
    let review = serde_json::from_str(&body).map_err(unreadable)?;
    Ok(KeptReview { version, review })
}
