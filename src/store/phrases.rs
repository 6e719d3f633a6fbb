//! Phrases of shops and agents, with how often they were sent.

use super::StoreFuture;
use crate::model::{Phrase, PhraseAnswer, PhraseId, PhraseOwner, PhraseUses, ShopId};

/// Keeps phrases.
pub trait Phrases: Send + Sync + 'static {
    /// Adds or replaces phrases, all or none; what was counted of them stays.
    fn put_phrases(&self, phrases: Vec<Phrase>) -> StoreFuture<'_, ()>;

    /// All phrases of an owner with their uses, by id.
    fn phrases_of(&self, owner: PhraseOwner) -> StoreFuture<'_, Vec<(Phrase, PhraseUses)>>;

    /// Deletes phrases of this owner and leaves others alone; returns how many there were.
    fn drop_phrases(&self, owner: PhraseOwner, ids: Vec<PhraseId>) -> StoreFuture<'_, usize>;

    /// Adds to what was counted, all or none; ids that are no phrases (any more) are passed over. At most some thousand at
    /// once. When the store fails and what became of it is not known, whoever tries again may count twice.
    fn count_phrases(&self, uses: Vec<(PhraseId, PhraseUses)>) -> StoreFuture<'_, ()>;

    /// Adds to what was counted of phrases by question, as `count_phrases` does; those that are no phrases of their shop are
    /// passed over.
    fn count_phrase_answers(&self, answers: Vec<PhraseAnswer>) -> StoreFuture<'_, ()>;

    /// The phrase of a shop that was sent most where this question alone was open, and how often; of several the first by id.
    fn phrase_answering(&self, shop: ShopId, question: String) -> StoreFuture<'_, Option<(Phrase, u64)>>;
}
