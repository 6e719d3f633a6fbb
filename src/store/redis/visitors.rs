//! Shoppers' tokens in the Redis store. A shopper's shard knows which tokens the shopper has, so that they go when
//! nothing of the shopper is left.

use super::Redis;
use super::keys::{Keys, Shard};
use super::reads::first;
use crate::model::{Millis, Partition, ShopId, ShopperId};
use crate::store::{StoreFuture, Visitors};

impl Visitors for Redis {
    fn put_shopper_token(
        &self,
        token_hash: [u8; 32],
        shop: ShopId,
        shopper: ShopperId,
        at: Millis,
    ) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            let shard = Shard::of(Partition::of(&shop, &shopper));
            let mut known = redis::pipe();
            known
                .cmd("HSET")
                .arg(self.keys().tokens_of(shard, &shop, &shopper))
                .arg(data_encoding::HEXLOWER.encode(&token_hash))
                .arg(at.0);
            let mut token = redis::pipe();
            token
                .cmd("SET")
                .arg(self.keys().token(token_hash))
                .arg(Keys::shopper(&shop, &shopper));
            futures_util::try_join!(self.link().plain(&known), self.link().plain(&token))?;
            Ok(())
        })
    }

    fn shopper_of_token(&self, token_hash: [u8; 32]) -> StoreFuture<'_, Option<(ShopId, ShopperId)>> {
        Box::pin(async move {
            let mut pipeline = redis::pipe();
            pipeline.cmd("GET").arg(self.keys().token(token_hash));
            let kept: Option<String> = first(self.link().plain(&pipeline).await?)?;
            Ok(kept.as_deref().and_then(shopper))
        })
    }
}

/// Reads what [`Keys::shopper`] wrote.
pub(super) fn shopper(text: &str) -> Option<(ShopId, ShopperId)> {
    let (shop, shopper) = text.split_once('\0')?;
    Some((ShopId::new(shop), ShopperId::new(shopper)))
}
