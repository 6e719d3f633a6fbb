//! Shoppers' tokens in the embedded store.

use rusqlite::{OptionalExtension, params};

use super::{Embedded, failed};
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
        self.writer.submit(move |connection| {
            connection
                .prepare_cached("INSERT OR REPLACE INTO shopper_tokens (hash, shop, shopper, at) VALUES (?, ?, ?, ?)")
                .and_then(|mut put| put.execute(params![token_hash, shop.as_str(), shopper.as_str(), at.0]))
                .map_err(failed)?;
            Ok(())
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
