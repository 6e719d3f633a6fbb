//! Shoppers' tokens: what a browser shows to be the same visitor again.

use super::StoreFuture;
use crate::model::{Millis, ShopId, ShopperId};

/// Keeps whom a token stands for. Tokens go when nothing of their shopper is left (see [`super::Log::forget`]).
pub trait Visitors: Send + Sync + 'static {
    /// Remembers that a token (as SHA-256), given out at this time, stands for this shopper of this shop.
    fn put_shopper_token(
        &self,
        token_hash: [u8; 32],
        shop: ShopId,
        shopper: ShopperId,
        at: Millis,
    ) -> StoreFuture<'_, ()>;

    /// Whom a token stands for.
    fn shopper_of_token(&self, token_hash: [u8; 32]) -> StoreFuture<'_, Option<(ShopId, ShopperId)>>;
}
