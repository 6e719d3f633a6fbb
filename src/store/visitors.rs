//! Shoppers' tokens: what a browser shows to be the same visitor again.

use super::StoreFuture;
use crate::model::{Millis, ShopId, ShopperId};

/// Keeps whom a token stands for. Tokens go when nothing of their shopper is left (see [`super::Log::forget`]), and with
/// the shopper (see [`super::Log::erase`]).
pub trait Visitors: Send + Sync + 'static {
    /// Remembers that a token (as SHA-256), given out at this time, stands for this shopper of this shop.
    fn put_shopper_token(
        &self,
        token_hash: [u8; 32],
        shop: ShopId,
        shopper: ShopperId,
        at: Millis,
    ) -> StoreFuture<'_, ()>;

    /// How many tokens of a shopper are kept.
    fn tokens_of(&self, shop: ShopId, shopper: ShopperId) -> StoreFuture<'_, u64>;

    /// Deletes tokens that were given out before this time to shoppers of whom no conversation is kept, at most `limit`;
    /// returns how many. Where tokens that are not shown any more go by themselves there is nothing to do.
    fn forget_tokens(&self, given_before: Millis, limit: usize) -> StoreFuture<'_, usize>;

    /// Whom a token stands for.
    fn shopper_of_token(&self, token_hash: [u8; 32]) -> StoreFuture<'_, Option<(ShopId, ShopperId)>>;
}
