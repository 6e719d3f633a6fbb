//! The names of the keys. All that one append touches carries one hash tag, so that a cluster keeps it on one server
//! and changes it in one step.

use crate::model::{ConversationId, Place, ShopId, ShopperId};

/// In how many shards conversations lie. A shard is one hash tag; more of them spread better over large clusters
/// and cost a read each when a server looks at everything. Changing it would lose what is stored.
pub(super) const SHARDS: usize = 16;

/// The names, under one prefix.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    prefix: String,
}

/// A shard, from 0 to [`SHARDS`] - 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Shard(pub(super) usize);

impl Shard {
    pub(super) fn of(place: Place) -> Shard {
        Shard(usize::from(place.number()) % SHARDS)
    }

    pub(super) fn all() -> impl Iterator<Item = Shard> {
        (0..SHARDS).map(Shard)
    }
}

impl Keys {
    pub(super) fn new(prefix: &str) -> Keys {
        Keys {
            prefix: prefix.to_owned(),
        }
    }

    fn in_shard(&self, shard: Shard, name: &str) -> String {
        format!("{{{}:{:02x}}}:{name}", self.prefix, shard.0)
    }

    /// The log of a conversation: a stream, an entry an event, its id the event's number.
    pub(super) fn log(&self, shard: Shard, conversation: &ConversationId) -> String {
        self.in_shard(shard, &format!("log:{conversation}"))
    }

    /// Where a conversation stands: a hash.
    pub(super) fn head(&self, shard: Shard, conversation: &ConversationId) -> String {
        self.in_shard(shard, &format!("head:{conversation}"))
    }

    /// The places of messages by who said them and the client's id: a hash.
    pub(super) fn ids(&self, shard: Shard, conversation: &ConversationId) -> String {
        self.in_shard(shard, &format!("ids:{conversation}"))
    }

    /// Open conversations by shop and shopper: a hash.
    pub(super) fn open(&self, shard: Shard) -> String {
        self.in_shard(shard, "open")
    }

    /// Tickets by conversation: a hash.
    pub(super) fn tickets(&self, shard: Shard) -> String {
        self.in_shard(shard, "tickets")
    }

    /// Conversations that agents have: a set.
    pub(super) fn assigned(&self, shard: Shard) -> String {
        self.in_shard(shard, "assigned")
    }

    /// Conversations that the bot owes a reply, by the time of their last event: a sorted set.
    pub(super) fn owed(&self, shard: Shard) -> String {
        self.in_shard(shard, "owed")
    }

    /// Closed conversations by the time of their last event: a sorted set.
    pub(super) fn closed(&self, shard: Shard) -> String {
        self.in_shard(shard, "closed")
    }

    /// Conversations of the bot that owe nothing, by the time of their last event: a sorted set.
    pub(super) fn idle(&self, shard: Shard) -> String {
        self.in_shard(shard, "idle")
    }

    /// What was appended lately: a stream, numbered without gaps.
    pub(super) fn news(&self, shard: Shard) -> String {
        self.in_shard(shard, "news")
    }

    /// The number of the last news.
    pub(super) fn news_count(&self, shard: Shard) -> String {
        self.in_shard(shard, "news:count")
    }

    /// The channel that rings when there is news.
    pub(super) fn bell(&self, shard: Shard) -> String {
        self.in_shard(shard, "bell")
    }

    /// The channel for what is not stored: typing, and that agents came or left.
    pub(super) fn whisper(&self) -> String {
        format!("{{{}}}:whisper", self.prefix)
    }

    /// What each server says of its agents: a hash.
    pub(super) fn desks(&self) -> String {
        format!("{{{}}}:desks", self.prefix)
    }

    /// The staff: a hash.
    pub(super) fn agents(&self) -> String {
        format!("{{{}}}:agents", self.prefix)
    }

    /// Whom a shopper's token stands for.
    pub(super) fn token(&self, hash: [u8; 32]) -> String {
        format!("{}:token:{}", self.prefix, data_encoding::HEXLOWER.encode(&hash))
    }

    /// A sign-in link or a session of an agent.
    pub(super) fn credential(&self, hash: [u8; 32]) -> String {
        format!("{}:credential:{}", self.prefix, data_encoding::HEXLOWER.encode(&hash))
    }

    /// The field of [`Keys::open`] for a shopper.
    pub(super) fn shopper(shop: &ShopId, shopper: &ShopperId) -> String {
        format!("{shop}\0{shopper}")
    }
}
