//! What is said of talks when they are reviewed.

use super::StoreFuture;
use crate::model::{ConversationId, Review, ShopId};

/// A talk's review as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptReview {
    /// Counts what was put; 0 where nothing ever was.
    pub version: u64,
    /// The review; empty where there is none.
    pub review: Review,
}

/// Keeps reviews as long as the talks that they are about.
pub trait Reviews: Send + Sync + 'static {
    /// A talk's review.
    fn review(&self, conversation: ConversationId) -> StoreFuture<'_, KeptReview>;

    /// Puts a review in the place of the one of this version. `false`, and nothing is changed, when somebody else was faster, or
    /// when the talk is not kept (any more).
    fn put_review(&self, conversation: ConversationId, version: u64, review: Review) -> StoreFuture<'_, bool>;

    /// The reviews of a shop's talks, of the latest talks first, at most `limit`.
    fn reviews_of(&self, shop: ShopId, limit: usize) -> StoreFuture<'_, Vec<(ConversationId, Review)>>;
}
