//! What colleagues keep of customers.

use super::StoreFuture;
use crate::model::{CustomerCard, ShopId, ShopperId};

/// A customer's card as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptCard {
    /// Counts what was put; 0 where nothing ever was.
    pub version: u64,
    /// The card; empty where there is none.
    pub card: CustomerCard,
}

/// Keeps cards of customers as long as a talk of the customer is kept.
pub trait CustomerCards: Send + Sync + 'static {
    /// A customer's card.
    fn customer_card(&self, shop: ShopId, shopper: ShopperId) -> StoreFuture<'_, KeptCard>;

    /// Puts a card in the place of the one of this version. `false`, and nothing is changed, when somebody else was faster, or
    /// when no talk of the customer is kept (any more).
    fn put_customer_card(
        &self,
        shop: ShopId,
        shopper: ShopperId,
        version: u64,
        card: CustomerCard,
    ) -> StoreFuture<'_, bool>;

    /// The tags that customers of a shop have, in order, each once.
    fn customer_tags(&self, shop: ShopId) -> StoreFuture<'_, Vec<String>>;
}
