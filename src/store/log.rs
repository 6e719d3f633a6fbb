//! The logs of conversations: the one write, and what follows from it for serving.

use std::ops::RangeInclusive;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::StoreFuture;
use crate::model::{
    ClientMessageId, ConversationId, Epoch, Event, Millis, NewEvent, Owner, Seq, ShopId, ShopperId, Speaker,
};

/// Under which condition events are appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The conversation does not exist yet; the first new event is `started`. Refused with [`StoreError::Exists`]
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
    /// When the last event was stored; of an ended conversation when it ended.
    pub at: Millis,
}

/// How much of a shopper was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// Conversations.
    pub conversations: u64,
    /// Events in them.
    pub events: u64,
    /// Tokens.
    pub tokens: u64,
}

/// Who had a conversation. Classes are kept for different times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TalkClass {
    /// Nobody but the bot.
    BotOnly,
    /// It was with people, or waited for them.
    WithPeople,
}

impl TalkClass {
    /// The epochs that a closed conversation of this class may have: with the bot alone it begins and it ends.
    pub(super) fn epochs(self) -> RangeInclusive<Epoch> {
        match self {
            TalkClass::BotOnly => 0..=2,
            TalkClass::WithPeople => 3..=Epoch::MAX,
        }
    }
}

/// Events read at once.
const PAGE: usize = 500;

/// The events of a conversation before this one, all of them with [`Seq::MAX`]. Of one that is not kept (any more) there are none.
///
/// # Errors
/// The store cannot be read.
pub async fn events_before(
    log: &(impl Log + ?Sized),
    conversation: &ConversationId,
    seq: Seq,
) -> Result<Vec<Arc<Event>>, super::StoreError> {
    let mut events: Vec<Arc<Event>> = Vec::new();
    loop {
        let last = events.last().map_or(0, |event| event.seq);
        let page = log.read(conversation.clone(), last, PAGE).await?;
        let full = page.len() == PAGE;
        events.extend(page.into_iter().filter(|event| event.seq < seq));
        if !full || events.last().is_none_or(|event| event.seq + 1 >= seq) {
            return Ok(events);
        }
    }
}

/// Keeps the logs, and in the same transaction the heads that follow from them.
pub trait Log: Send + Sync + 'static {
    /// Appends events to one conversation, all or none, and updates head and feed with them. When the first new event
    /// carries a client id that this speaker has already used here, nothing is written and the receipt names the
    /// place of the first writing.
    fn append(
        &self,
        conversation: ConversationId,
        expect: Expect,
        new_events: Vec<NewEvent>,
    ) -> StoreFuture<'_, Receipt>;

    /// Events after `after`, in order, at most `limit`.
    fn read(&self, conversation: ConversationId, after: Seq, limit: usize) -> StoreFuture<'_, Vec<Arc<Event>>>;

    /// The head of a conversation.
    fn head(&self, conversation: ConversationId) -> StoreFuture<'_, Option<Head>>;

    /// The place of a message already stored under this client id by this speaker.
    fn find(&self, conversation: ConversationId, id: ClientMessageId, speaker: Speaker)
    -> StoreFuture<'_, Option<Seq>>;

    /// The shopper's open conversation with a shop.
    fn open_conversation(&self, shop: ShopId, shopper: ShopperId) -> StoreFuture<'_, Option<ConversationId>>;

    /// All stored conversations of a shopper with a shop, open and closed, in the order of their ids.
    fn conversations_of(&self, shop: ShopId, shopper: ShopperId) -> StoreFuture<'_, Vec<ConversationId>>;

    /// Every conversation that waits for an agent, the one longest without an event first.
    fn waiting(&self) -> StoreFuture<'_, Vec<Head>>;

    /// Every conversation that an agent owns.
    fn assigned(&self) -> StoreFuture<'_, Vec<Head>>;

    /// Conversations of the bot with shopper's messages that it owes a reply: read at start-up, so that a crash
    /// between storing and answering leaves nobody waiting.
    fn unanswered(&self) -> StoreFuture<'_, Vec<Head>>;

    /// Conversations of the bot in which nothing is owed and nothing has happened since before this time, oldest
    /// first, at most `limit`.
    fn idle(&self, before: Millis, limit: usize) -> StoreFuture<'_, Vec<Head>>;

    /// Deletes closed conversations whose last event is before this time, oldest first, at most `limit`; returns how
    /// many. Each goes as a whole or not at all: log, head, client ids, its part of the feed. Open ones are never
    /// touched. With a shopper's last conversation go the shopper's tokens that were given out before this time.
    fn forget(&self, closed_before: Millis, limit: usize) -> StoreFuture<'_, usize>;

    /// As [`Log::forget`], those of one class only, and of them those whose last event is not before `from`: who has looked
    /// at all that is older need not look again. Fewer than `limit` are all there are.
    fn forget_of(&self, class: TalkClass, from: Millis, closed_before: Millis, limit: usize) -> StoreFuture<'_, usize>;

    /// Deletes everything of a shopper, open or closed: logs, heads, client ids, the part of the feed, tokens. Open
    /// conversations are closed by the caller first, so that everybody hears of their end. Afterwards the shopper is
    /// nobody who was here before.
    fn erase(&self, shop: ShopId, shopper: ShopperId) -> StoreFuture<'_, Erased>;

    /// When the last event of all was stored, as far as the heads say; `None` when there is none.
    fn newest(&self) -> StoreFuture<'_, Option<Millis>>;

    /// Writes something of no meaning and waits until it is kept: whether an append would be taken now. Fails too while
    /// the last real write failed a moment ago, although this small one found room.
    fn takes_writes(&self) -> StoreFuture<'_, ()>;

    /// Writes what is pending and closes. Appends after it fail.
    fn close(&self) -> StoreFuture<'_, ()>;
}
