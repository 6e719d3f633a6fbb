//! Shoppers' tokens in the embedded store.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Embedded, failed, forget, queries};
use crate::model::{Millis, ShopId, ShopperId};
use crate::store::{StoreFuture, Visitors};

impl Visitors for Embedded {
    fn put_shopper_token(
        &self,
        token_hash: [u8; 32],
        shop: ShopId,
        shopper: ShopperId,
        at: Millis,
    ) -> StoreFuture<'_, ()> {
        self.writer.append(move |writing| {
            writing.begin_writing();
            writing
                .connection
                .prepare_cached("INSERT OR REPLACE INTO shopper_tokens (hash, shop, shopper, at) VALUES (?, ?, ?, ?)")
                .and_then(|mut put| put.execute(params![token_hash, shop.as_str(), shopper.as_str(), at.0]))
                .map_err(failed)?;
            Ok(())
        })
    }

    fn tokens_of(&self, shop: ShopId, shopper: ShopperId) -> StoreFuture<'_, u64> {
        self.readers
            .submit(move |connection| queries::tokens_of(connection, &shop, &shopper))
    }

    fn forget_tokens(&self, given_before: Millis, limit: usize) -> StoreFuture<'_, usize> {
        Box::pin(async move {
            // Looked for beside the writer, which everybody waits for.
            let idle = move |connection: &Connection| forget::idle_tokens(connection, given_before, limit);
            let hashes = self.readers.submit(idle).await?;
            self.writer
                .submit(move |connection| forget::delete_tokens(connection, &hashes))
                .await
        })
    }

    fn shopper_of_token(&self, token_hash: [u8; 32]) -> StoreFuture<'_, Option<(ShopId, ShopperId)>> {
        self.readers.submit(move |connection| {
            connection
                .prepare_cached("SELECT shop, shopper FROM shopper_tokens WHERE hash = ?")
                .and_then(|mut select| {
                    select
                        .query_row([token_hash], |row| {
                            Ok((
                                ShopId::new(row.get_ref(0)?.as_str()?),
                                ShopperId::new(row.get_ref(1)?.as_str()?),
                            ))
                        })
                        .optional()
                })
                .map_err(failed)
        })
    }
}
