//! Cards of customers in the embedded store.

use rusqlite::{Connection, OptionalExtension, params};

use super::queries::all;
use super::{Embedded, failed, unreadable};
use crate::model::{CustomerCard, ShopId, ShopperId};
use crate::store::{CustomerCards, KeptCard, StoreError, StoreFuture};

impl CustomerCards for Embedded {
    fn customer_card(&self, shop: ShopId, shopper: ShopperId) -> StoreFuture<'_, KeptCard> {
        self.readers
            .submit(move |connection| card_of(connection, &shop, &shopper))
    }

    fn put_customer_card(
        &self,
        shop: ShopId,
        shopper: ShopperId,
        version: u64,
        card: CustomerCard,
    ) -> StoreFuture<'_, bool> {
        self.writer.submit(move |connection| {
            if card_of(connection, &shop, &shopper)?.version != version {
                return Ok(false);
            }
            let body = serde_json::to_string(&card).map_err(unreadable)?;
            let put = "INSERT OR REPLACE INTO customer_cards (shop, shopper, version, body) SELECT ?1, ?2, ?3, ?4 \
                       WHERE EXISTS (SELECT 1 FROM conversations WHERE shop = ?1 AND shopper = ?2)";
            let put = connection
                .prepare_cached(put)
                .and_then(|mut put| put.execute(params![shop.as_str(), shopper.as_str(), version + 1, body]))
                .map_err(failed)?;
            Ok(put == 1)
        })
    }

    fn customer_tags(&self, shop: ShopId) -> StoreFuture<'_, Vec<String>> {
        self.readers.submit(move |connection| {
            all(
                connection,
                "SELECT DISTINCT tag.value FROM customer_cards AS card, json_each(card.body, '$.tags') AS tag \
                 WHERE card.shop = ? ORDER BY tag.value",
                [shop.as_str()],
                |row| Ok(Ok(row.get(0)?)),
            )
        })
    }
}

/// A customer's card.
pub(super) fn card_of(connection: &Connection, shop: &ShopId, shopper: &ShopperId) -> Result<KeptCard, StoreError> {
    let found: Option<(u64, String)> = connection
        .prepare_cached("SELECT version, body FROM customer_cards WHERE shop = ? AND shopper = ?")
        .and_then(|mut select| {
            select
                .query_row([shop.as_str(), shopper.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
        .map_err(failed)?;
    let Some((version, body)) = found else {
        return Ok(KeptCard::default());
    };
    let card = serde_json::from_str(&body).map_err(unreadable)?;
    Ok(KeptCard { version, card })
}
