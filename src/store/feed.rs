//! The change feed: all events of all conversations in one order, for whoever follows the shop as a whole:
//! statistics, webhooks, mining. It is written in the append's own transaction, so it neither misses nor invents one.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::StoreFuture;
use crate::model::{ConversationId, Event, Millis, ShopId};

/// A position in the feed. Opaque: readers keep it and hand it back to the same store. It stays valid for as long as
/// the store exists, whatever is forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FeedCursor(String);

impl FeedCursor {
    /// Before the first event.
    pub fn start() -> FeedCursor {
        FeedCursor::default()
    }

    /// A cursor that was written down; whether the store knows it is seen when it is used.
    pub fn from_text(text: impl Into<String>) -> FeedCursor {
        FeedCursor(text.into())
    }

    /// To be written down.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FeedCursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// One event in the feed.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedEntry {
    /// The position after this event.
    pub cursor: FeedCursor,
    /// Whose.
    pub conversation: ConversationId,
    /// The shop of the conversation.
    pub shop: ShopId,
    /// The event.
    pub event: Arc<Event>,
    /// The event's JSON as stored, with fields that this program may not know.
    pub body: Arc<str>,
}

/// A part of the feed.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedPage {
    /// In order. Events of one conversation are in their own order; events of different conversations are in the
    /// order in which they were stored (embedded) or nearly so (Redis: by time across its shards).
    pub entries: Vec<FeedEntry>,
    /// Where to go on. It may have moved although there are no entries: what was passed over was another shop's.
    pub next: FeedCursor,
    /// Whether there was more than was looked at: read on at once.
    pub more: bool,
}

/// Everything since a cursor.
pub trait Feed: Send + Sync + 'static {
    /// Events after `after`, at most `limit`, of one shop or of all. An event that was forgotten is not there any
    /// more. A cursor that this store did not make is refused with [`super::StoreError::BadCursor`].
    fn feed(&self, after: FeedCursor, shop: Option<ShopId>, limit: usize) -> StoreFuture<'_, FeedPage>;

    /// Where the feed stood at a time: before the events that were stored then or later, as the clocks of the servers
    /// tell it. Clocks differ, so an event near that time may lie on the other side: whoever needs all begins earlier.
    fn feed_at(&self, at: Millis) -> StoreFuture<'_, FeedCursor>;
}
