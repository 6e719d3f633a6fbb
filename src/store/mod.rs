//! What survives. One write: "append, if the conversation stands where I think it stands". It returns a
//! [`Receipt`], and only a receipt can be acknowledged.
//!
//! A backend keeps the logs and, in the same transaction, the projections that follow from them: heads, owners,
//! open tickets. Every backend passes the same conformance suite.

pub mod embedded;
pub mod metered;
pub mod news;
pub mod redis;
pub mod rules;

#[cfg(test)]
mod conformance;

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use crate::model::{
    Agent, AgentId, ClientMessageId, ConversationId, Draft, Epoch, Event, Lane, Millis, Owner, Seq, ShopId, ShopperId,
    Speaker,
};

use crate::model::{Desks, ElsewhereDesks};
use news::NewsFeed;

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
    /// The disk or the server does not take it; nothing was written.
    #[error("the store cannot write: {0}")]
    Unavailable(String),
    /// What is stored cannot be read.
    #[error("the store holds something unreadable: {0}")]
    Corrupt(String),
}

/// Under which condition events are appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The conversation does not exist yet; the first draft is `started`. Refused with [`StoreError::Exists`]
    /// when the shopper has an open conversation with the shop, so that two tabs cannot begin two.
    New,
    /// The owner has not changed since this epoch: for whoever speaks or acts as owner.
    Epoch(Epoch),
    /// The owner has not changed, and nothing was added: for the bot, whose reply is to what it has read, so that
    /// of two servers that take the same turn one is refused. Refused with [`StoreError::Stale`] too.
    Head {
        /// The owner epoch.
        epoch: Epoch,
        /// The last event.
        seq: Seq,
    },
    /// Whatever the state: for the shopper's own words.
    Any,
}

/// Proof that events are kept. Only the store makes one.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The events as stored, in order; empty when the append was a duplicate.
    pub events: Vec<Arc<Event>>,
    /// For an append of a message that was already stored: its place.
    pub duplicate_of: Option<Seq>,
    /// The epoch now.
    pub epoch: Epoch,
}

/// What is known of a conversation without reading its log.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// Which.
    pub conversation: ConversationId,
    /// The shop.
    pub shop: ShopId,
    /// The shopper.
    pub shopper: ShopperId,
    /// The last event.
    pub seq: Seq,
    /// The owner epoch.
    pub epoch: Epoch,
    /// The owner.
    pub owner: Owner,
    /// When the last event was stored.
    pub at: Millis,
}

/// A waiting ticket, as projected from the log.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitingTicket {
    /// The chat.
    pub conversation: ConversationId,
    /// The shop.
    pub shop: ShopId,
    /// How pressing.
    pub lane: Lane,
    /// When the shop's clock wants an answer.
    pub deadline: Millis,
    /// When it entered the queue the first time.
    pub since: Millis,
    /// Whether it came back from an agent, and so stands at the front.
    pub returned: bool,
    /// The owner epoch it waits under.
    pub epoch: Epoch,
}

/// The one trait behind which things are kept.
pub trait Store: Send + Sync + 'static {
    /// Appends events to one conversation, all or none, and updates the projections with them. When the first
    /// draft carries a client id that this speaker has already used here, nothing is written and the receipt
    /// names the place of the first writing.
    fn append(&self, conversation: ConversationId, expect: Expect, drafts: Vec<Draft>) -> StoreFuture<'_, Receipt>;

    /// Events after `after`, in order, at most `limit`.
    fn read(&self, conversation: ConversationId, after: Seq, limit: usize) -> StoreFuture<'_, Vec<Arc<Event>>>;

    /// The head of a conversation.
    fn head(&self, conversation: ConversationId) -> StoreFuture<'_, Option<Head>>;

    /// The place of a message already stored under this client id by this speaker.
    fn find(&self, conversation: ConversationId, id: ClientMessageId, speaker: Speaker)
    -> StoreFuture<'_, Option<Seq>>;

    /// The shopper's open conversation with a shop.
    fn open_conversation(&self, shop: ShopId, shopper: ShopperId) -> StoreFuture<'_, Option<ConversationId>>;

    /// Remembers that a token (as SHA-256) stands for this shopper of this shop.
    fn put_shopper_token(
        &self,
        token_hash: [u8; 32],
        shop: ShopId,
        shopper: ShopperId,
        at: Millis,
    ) -> StoreFuture<'_, ()>;

    /// Whom a token stands for.
    fn shopper_of_token(&self, token_hash: [u8; 32]) -> StoreFuture<'_, Option<(ShopId, ShopperId)>>;

    /// Every waiting ticket.
    fn waiting(&self) -> StoreFuture<'_, Vec<WaitingTicket>>;

    /// Every conversation that an agent owns.
    fn assigned(&self) -> StoreFuture<'_, Vec<Head>>;

    /// Conversations of the bot with shopper's messages that it owes a reply: read at start-up, so that a crash
    /// between storing and answering leaves nobody waiting.
    fn unanswered(&self) -> StoreFuture<'_, Vec<Head>>;

    /// Adds or changes a member of staff.
    fn put_agent(&self, agent: Agent) -> StoreFuture<'_, ()>;

    /// A member of staff.
    fn agent(&self, id: AgentId) -> StoreFuture<'_, Option<Agent>>;

    /// All members of staff.
    fn agents(&self) -> StoreFuture<'_, Vec<Agent>>;

    /// Keeps a sign-in link or a session (as SHA-256) of an agent until it expires.
    fn put_credential(
        &self,
        hash: [u8; 32],
        kind: CredentialKind,
        agent: AgentId,
        expires: Millis,
    ) -> StoreFuture<'_, ()>;

    /// Whose credential this is, unless expired. A sign-in link is spent by this call, a session is not.
    fn use_credential(&self, hash: [u8; 32], kind: CredentialKind, now: Millis) -> StoreFuture<'_, Option<AgentId>>;

    /// Forgets a session.
    fn drop_credential(&self, hash: [u8; 32]) -> StoreFuture<'_, ()>;

    /// What other servers do, when others may share this store; once, for the one hub of this process. `None` when
    /// this process is alone.
    fn news(&self) -> Option<NewsFeed> {
        None
    }

    /// Tells other servers that somebody is typing. Not stored.
    fn tell_typing(&self, _conversation: &ConversationId, _speaker: Speaker) {}

    /// Tells other servers which desks are open here, at once when that has changed, and hears which are open
    /// there. What is not told again within a few seconds no longer holds.
    fn tell_desks(&self, _here: Vec<Desks>, _changed: bool) -> StoreFuture<'_, Vec<ElsewhereDesks>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// This process among those that share the store.
    fn node(&self) -> &str {
        ""
    }

    /// Writes what is pending and closes. Appends after it fail.
    fn close(&self) -> StoreFuture<'_, ()>;

    /// Conversations of the bot in which nothing is owed and nothing has happened since before this time, oldest
    /// first, at most `limit`.
    fn idle(&self, before: Millis, limit: usize) -> StoreFuture<'_, Vec<Head>>;

    /// Deletes closed conversations whose last event is before this time, oldest first, at most `limit`; returns how
    /// many. Each goes as a whole or not at all: log, head, client ids. Open ones are never touched. A backend may
    /// forget older tokens of shoppers of whom nothing is left, too.
    fn forget(&self, closed_before: Millis, limit: usize) -> StoreFuture<'_, usize>;
}

/// What a credential is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// Once, to sign in.
    SignIn,
    /// Many times, until it expires.
    Session,
}

impl CredentialKind {
    /// Its name in stores.
    fn name(self) -> &'static str {
        match self {
            CredentialKind::SignIn => "sign_in",
            CredentialKind::Session => "session",
        }
    }
}
