//! What survives. One write: "append, if the conversation stands where I think it stands". It returns a
//! [`Receipt`], and only a receipt can be acknowledged.
//!
//! What is kept is split by who owns the data: [`Log`], [`Feed`], [`TalkIndex`], [`Visitors`],
//! [`CustomerCards`], [`Reviews`], [`Staff`], [`Phrases`], and between servers [`Presence`]. Each backend has a file for each and passes the same conformance suite.

pub mod embedded;
pub mod peer_changes;
pub mod redis;
pub mod rules;

mod audit;
mod customer_cards;
mod feed;
mod log;
mod phrases;
mod presence;
mod reviews;
mod staff;
mod talk_index;
mod visitors;

#[cfg(test)]
mod conformance;

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

use crate::model::{ConversationId, Epoch, ShopId};

pub use audit::{AuditCheck, AuditEntry, AuditFault, AuditFaultKind, AuditHash, AuditHead, AuditMark, AuditRecord};
pub use customer_cards::{CustomerCards, KeptCard};
pub use feed::{Feed, FeedCursor, FeedEntry, FeedPage};
pub use log::{Erased, Expect, Head, Log, Receipt, TalkClass, events_before};
pub use phrases::Phrases;
pub use presence::Presence;
pub use reviews::{KeptReview, Reviews};
pub use staff::{Credential, CredentialKind, Staff};
pub use talk_index::{IndexedTalk, TalkCandidate, TalkCandidates, TalkCursor, TalkIndex, TalkQuery, Term};
pub use visitors::Visitors;

/// A boxed future, so that the store can be used as `Arc<dyn Store>`.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Why the store refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The conversation's owner changed since the caller looked.
    #[error("stale epoch: the conversation is at epoch {actual}")]
    Stale {
        /// The epoch it is at.
        actual: Epoch,
    },
    /// There is no such conversation.
    #[error("no such conversation")]
    NotFound,
    /// A conversation was to begin, but this one has: the same id, or the shopper's open talk with this shop.
    #[error("the conversation {conversation} is open already")]
    Exists {
        /// The one that is there.
        conversation: ConversationId,
    },
    /// Another process keeps its data in this folder.
    #[error("the data folder {} is in use by another process", .folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// What is stored under this prefix is of other shops: another installation uses it.
    #[error(
        "store.prefix {prefix:?} holds the shops {}, and this server serves {}: another installation uses it",
        listed(.there),
        listed(.here)
    )]
    OtherShops {
        /// `store.prefix`.
        prefix: String,
        /// The shops whose data is there.
        there: Vec<ShopId>,
        /// The shops that are served here.
        here: Vec<ShopId>,
    },
    /// Another member of staff has this name.
    #[error("another member of staff is called {0:?}")]
    NameTaken(String),
    /// This store did not make this cursor, of the feed or of the search index.
    #[error("no cursor of this store: {0:?}")]
    BadCursor(String),
    /// The disk or the server does not take it; nothing was written.
    #[error("the store cannot write: {0}")]
    Unavailable(String),
    /// What is stored cannot be read.
    #[error("the store holds something unreadable: {0}")]
    Corrupt(String),
}

impl From<tokio::task::JoinError> for StoreError {
    /// Work on another thread or task that did not come to its end.
    fn from(error: tokio::task::JoinError) -> StoreError {
        StoreError::Unavailable(error.to_string())
    }
}

/// The ids of shops, for people.
pub fn listed(shops: &[ShopId]) -> String {
    shops.iter().map(ShopId::as_str).collect::<Vec<_>>().join(", ")
}

/// All that is kept, by owner of the data. Each room asks for the part it needs (`&dyn Staff`, `Arc<dyn Feed>`); a
/// reference to the whole turns into one to a part.
pub trait Store: Log + Feed + TalkIndex + Visitors + CustomerCards + Reviews + Staff + Phrases + Presence {}

impl<T: Log + Feed + TalkIndex + Visitors + CustomerCards + Reviews + Staff + Phrases + Presence> Store for T {}
