//! Shoppers' tokens in the Redis store. A shopper's shard knows which tokens the shopper has, so that they go when
//! nothing of the shopper is left.

use super::Redis;
use super::keys::{Keys, Shard};
use super::reads::first;
use crate::model::{Millis, Partition, ShopId, ShopperId};
use crate::store::{StoreError, StoreFuture, Visitors};

/// How long a token lives that nobody shows, seconds: no browser keeps anything longer than these 400 days.
const TOKEN_LIFE_S: u64 = 400 * 24 * 3_600;

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
                .arg(Keys::shopper(&shop, &shopper))
                .arg("EX")
                .arg(TOKEN_LIFE_S);
            futures_util::try_join!(self.link().plain(&known), self.link().plain(&token))?;
            Ok(())
        })
    }

    fn tokens_of(&self, shop: ShopId, shopper: ShopperId) -> StoreFuture<'_, u64> {
        Box::pin(async move { Ok(self.token_hashes(&shop, &shopper).await?.len() as u64) })
    }

    /// They go by themselves, [`TOKEN_LIFE_S`] after they were shown last.
    fn forget_tokens(&self, _given_before: Millis, _limit: usize) -> StoreFuture<'_, usize> {
        Box::pin(async { Ok(0) })
    }

    fn shopper_of_token(&self, token_hash: [u8; 32]) -> StoreFuture<'_, Option<(ShopId, ShopperId)>> {
        Box::pin(async move {
            let mut pipeline = redis::pipe();
            pipeline.cmd("GET").arg(self.keys().token(token_hash));
            // Shown again, it lives on; tokens of older versions get their end here.
            pipeline
                .cmd("EXPIRE")
                .arg(self.keys().token(token_hash))
                .arg(TOKEN_LIFE_S);
            let kept: Option<String> = first(self.link().plain(&pipeline).await?)?;
            Ok(kept.as_deref().and_then(shopper))
        })
    }
}

impl Redis {
    /// The hashes of a shopper's tokens, as text.
    pub(super) async fn token_hashes(&self, shop: &ShopId, shopper: &ShopperId) -> Result<Vec<String>, StoreError> {
        let shard = Shard::of(Partition::of(shop, shopper));
        let mut pipeline = redis::pipe();
        pipeline.cmd("HKEYS").arg(self.keys().tokens_of(shard, shop, shopper));
        first(self.link().plain(&pipeline).await?)
    }
}

/// Reads what [`Keys::shopper`] wrote.
pub(super) fn shopper(text: &str) -> Option<(ShopId, ShopperId)> {
    let (shop, shopper) = text.split_once('\0')?;
    Some((ShopId::new(shop), ShopperId::new(shopper)))
}
