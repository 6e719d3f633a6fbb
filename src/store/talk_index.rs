//! The search index: which talks may hold what is looked for. It holds no words: a talk stands in it with the hashes of
//! its terms, and whoever finds it there reads its log to see whether it is so. It follows from the logs and is made
//! again where it is lost.

use super::StoreFuture;
use crate::model::{ConversationId, Millis, Seq};

/// Something by which a talk is found, as a hash of 24 bits: two neighbouring signs of what was said, who had it. Two
/// terms in some ten millions share a hash, so what is found is a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(u32);

impl Term {
    /// Bytes of a term where many are packed.
    pub(super) const BYTES: usize = 3;

    /// The term of this hash; only its lowest 24 bits count.
    pub fn new(hash: u64) -> Term {
        Term((hash & 0x00ff_ffff) as u32)
    }

    /// The 24 bits.
    pub(super) fn bits(self) -> u32 {
        self.0
    }
}

/// Many terms as bytes, three each.
pub(super) fn packed(terms: &[Term]) -> Vec<u8> {
    let bytes = terms.iter().map(|term| term.0.to_be_bytes());
    bytes.flat_map(|[_, high, middle, low]| [high, middle, low]).collect()
}

/// The terms that [`packed`] wrote.
pub(super) fn unpacked(bytes: &[u8]) -> impl Iterator<Item = Term> {
    bytes
        .chunks_exact(Term::BYTES)
        .map(|bytes| Term(u32::from_be_bytes([0, bytes[0], bytes[1], bytes[2]])))
}

/// A talk in the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedTalk {
    /// Which.
    pub conversation: ConversationId,
    /// When it began.
    pub began: Millis,
    /// The last event that was read for this.
    pub seq: Seq,
    /// Its terms, rising, each once.
    pub terms: Vec<Term>,
}

/// What talks are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TalkQuery {
    /// They have all of these.
    pub all: Vec<Term>,
    /// Of each of these they have at least one.
    pub any: Vec<Vec<Term>>,
    /// They began at this time or later …
    pub from: Millis,
    /// … and before this one; `None` whenever.
    pub until: Option<Millis>,
    /// They come after this place.
    pub after: Option<TalkCursor>,
}

/// A place in the index. Opaque: it is handed back to the store that gave it, whatever was forgotten meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TalkCursor(String);

impl TalkCursor {
    /// One that was written down; whether the store knows it is seen when it is used.
    pub fn from_text(text: impl Into<String>) -> TalkCursor {
        TalkCursor(text.into())
    }

    /// To be written down.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A talk that may be what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TalkCandidate {
    /// Which.
    pub conversation: ConversationId,
    /// The place behind it.
    pub cursor: TalkCursor,
}

/// A part of what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TalkCandidates {
    /// The latest to begin first.
    pub talks: Vec<TalkCandidate>,
    /// Where to go on; `None` when there are no more. There may be a next place although nothing was found: so much is
    /// looked at in one reading and no more.
    pub next: Option<TalkCursor>,
}

/// Keeps the index.
pub trait TalkIndex: Send + Sync + 'static {
    /// Takes talks in, or anew; returns how many were taken. A talk that is not kept (any more) is not, nor one of which more
    /// events were read already. A talk that is forgotten or erased leaves the index with its log.
    fn index_talks(&self, talks: Vec<IndexedTalk>) -> StoreFuture<'_, usize>;

    /// Talks of the index, the latest to begin first, at most `limit`. A cursor that this store did not make is refused with
    /// [`super::StoreError::BadCursor`].
    fn find_talks(&self, query: TalkQuery, limit: usize) -> StoreFuture<'_, TalkCandidates>;

    /// What whoever keeps the index up to date wrote down last; `None` when nothing ever was.
    fn index_mark(&self) -> StoreFuture<'_, Option<String>>;

    /// Writes that down.
    fn put_index_mark(&self, mark: String) -> StoreFuture<'_, ()>;

    /// Whether it is for this server to keep the index up to date, for so many milliseconds from now: of several on one store
    /// one does. Two that do it all the same do no harm.
    fn lead_index(&self, for_ms: u64) -> StoreFuture<'_, bool>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_terms_are_read_again_in_their_order() {
        let terms = [0, 1, 0x00ab_cdef, 0x00ff_ffff].map(Term::new);
        assert_eq!(unpacked(&packed(&terms)).collect::<Vec<_>>(), terms);
    }
}
