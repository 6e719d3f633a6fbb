//! Looking at what is stored without taking part: opened read-only, beside a running server if there is one. It never
//! takes the folder, never upgrades it, and waits for nobody.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use super::{DATABASE, PATIENCE, audit, customer_cards, failed, feed, queries, staff, upgrade};
use crate::model::{ConversationId, Event, Millis, Seq, ShopId, ShopperId, StaffMember};
use crate::store::{AuditRecord, FeedCursor, FeedPage, Head, KeptCard, StoreError};

/// The stored conversations, for reading.
pub struct Archive {
    connection: Connection,
}

impl Archive {
    /// Opens the store in this folder.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when there is none or it cannot be read, [`StoreError::Corrupt`] when it has a
    /// format that this yingda does not write: an older one is upgraded by `serve`, a newer one needs a newer yingda.
    pub fn open(folder: &Path) -> Result<Archive, StoreError> {
        let path = folder.join(DATABASE);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags)
            .map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))?;
        connection.busy_timeout(PATIENCE).map_err(failed)?;
        upgrade::must_be_current(&connection)?;
        Ok(Archive { connection })
    }

    /// Conversations, the latest used first, at most `limit`.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn recent(&self, limit: usize) -> Result<Vec<Head>, StoreError> {
        queries::recent(&self.connection, limit)
    }

    /// The head of a conversation.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn head(&self, conversation: &ConversationId) -> Result<Option<Head>, StoreError> {
        queries::head(&self.connection, conversation)
    }

    /// Events after `after`, in order, at most `limit`.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn read(&self, conversation: &ConversationId, after: Seq, limit: usize) -> Result<Vec<Arc<Event>>, StoreError> {
        queries::events(&self.connection, conversation, after, limit)
    }

    /// The same as JSON, with all fields that are stored, also those that this program does not know.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn stored(
        &self,
        conversation: &ConversationId,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<(Seq, Value)>, StoreError> {
        queries::stored_events(&self.connection, conversation, after, limit)
    }

    /// All conversations of a shopper with a shop, in the order of their ids.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn conversations_of(&self, shop: &ShopId, shopper: &ShopperId) -> Result<Vec<ConversationId>, StoreError> {
        queries::conversations_of(&self.connection, shop, shopper)
    }

    /// How many tokens of a shopper are kept.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn tokens_of(&self, shop: &ShopId, shopper: &ShopperId) -> Result<u64, StoreError> {
        queries::tokens_of(&self.connection, shop, shopper)
    }

    /// What colleagues keep of a customer.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn customer_card(&self, shop: &ShopId, shopper: &ShopperId) -> Result<KeptCard, StoreError> {
        customer_cards::card_of(&self.connection, shop, shopper)
    }

    /// Every conversation that waits for an agent, the one longest without an event first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn waiting(&self) -> Result<Vec<Head>, StoreError> {
        queries::waiting(&self.connection)
    }

    /// A part of the feed, as [`crate::store::Feed::feed`] gives it.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or the store cannot be read.
    pub fn feed(&self, after: &FeedCursor, shop: Option<&ShopId>, limit: usize) -> Result<FeedPage, StoreError> {
        feed::page(&self.connection, after, shop, limit)
    }

    /// From where the feed is to be read for what happened from a time on, as [`crate::store::Feed::feed_at`] gives it.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn feed_at(&self, at: Millis) -> Result<FeedCursor, StoreError> {
        feed::position_at(&self.connection, at)
    }

    /// The audit record after this number, as [`crate::store::Staff::audit_entries`] gives it.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn audit_entries(&self, after: u64, limit: usize) -> Result<Vec<AuditRecord>, StoreError> {
        audit::after(&self.connection, after, limit)
    }

    /// The highest number that the audit record has ever given.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn audit_given(&self) -> Result<u64, StoreError> {
        audit::given(&self.connection)
    }

    /// Everybody who works here.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn members(&self) -> Result<Vec<StaffMember>, StoreError> {
        queries::all(
            &self.connection,
            "SELECT body FROM staff ORDER BY id",
            [],
            staff::member,
        )
    }
}
