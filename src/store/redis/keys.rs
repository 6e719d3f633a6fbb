//! The names of the keys. All that one append touches carries one hash tag, so that a cluster keeps it on one server
//! and changes it in one step.

use crate::model::{AgentId, ConversationId, Partition, PhraseOwner, ShopId, ShopperId};

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
    pub(super) fn of(partition: Partition) -> Shard {
        Shard(usize::from(partition.number()) % SHARDS)
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

    /// With what every key begins.
    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The shops that are served under this prefix: a set.
    pub(super) fn shops(&self) -> String {
        format!("{{{}}}:shops", self.prefix)
    }

    /// What a probe writes.
    pub(super) fn probe(&self, shard: Shard) -> String {
        self.in_shard(shard, "probe")
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

    /// With what every key of a shard begins.
    pub(super) fn base(&self, shard: Shard) -> String {
        self.in_shard(shard, "")
    }

    /// Conversations that wait for an agent: a set.
    pub(super) fn queued(&self, shard: Shard) -> String {
        self.in_shard(shard, "queued")
    }

    /// Tickets by conversation, as version 0.1 kept them: a hash.
    pub(super) fn old_tickets(&self, shard: Shard) -> String {
        self.in_shard(shard, "tickets")
    }

    /// The shard's part of the change feed: a stream that is kept as long as the logs are.
    pub(super) fn feed(&self, shard: Shard) -> String {
        self.in_shard(shard, "feed")
    }

    /// The number of the last append (of [`Keys::changes`]) that is known to be in the feed.
    pub(super) fn fed(&self, shard: Shard) -> String {
        self.in_shard(shard, "feed:upto")
    }

    /// The conversations of a shopper: a set.
    pub(super) fn of_shopper(&self, shard: Shard, shop: &ShopId, shopper: &ShopperId) -> String {
        self.in_shard(shard, &format!("of:{}", Keys::shopper(shop, shopper)))
    }

    /// The hashes of a shopper's tokens and when each was given out: a hash.
    pub(super) fn tokens_of(&self, shard: Shard, shop: &ShopId, shopper: &ShopperId) -> String {
        self.in_shard(shard, &format!("tokens:{}", Keys::shopper(shop, shopper)))
    }

    /// The format of a shard's data.
    pub(super) fn shard_format(&self, shard: Shard) -> String {
        self.in_shard(shard, "format")
    }

    /// Who brings a shard's data to the current format: gone with who holds it.
    pub(super) fn shard_lease(&self, shard: Shard) -> String {
        self.in_shard(shard, "upgrading")
    }

    /// The format of all data; the last thing that an upgrade writes.
    pub(super) fn format(&self) -> String {
        format!("{{{}}}:format", self.prefix)
    }

    /// What each server says of itself: a hash.
    pub(super) fn servers(&self) -> String {
        format!("{{{}}}:servers", self.prefix)
    }

    /// Which member has which name, `n:` and a name's key, and which name a member has, `i:` and an id: a hash.
    pub(super) fn names(&self) -> String {
        format!("{{{}}}:names", self.prefix)
    }

    /// The credentials of an agent by when they expire: a sorted set.
    pub(super) fn credentials_of(&self, agent: &AgentId) -> String {
        format!("{}:credentials:{agent}", self.prefix)
    }

    /// Agents whose credentials of version 0.1 hold no longer: a set.
    pub(super) fn signed_out(&self) -> String {
        format!("{{{}}}:signed_out", self.prefix)
    }

    /// The audit record: a stream, numbered without gaps.
    pub(super) fn audit(&self) -> String {
        format!("{{{}}}:audit", self.prefix)
    }

    /// The hashes of the audit record: by an entry's number, and under `last` the number of the last entry that has
    /// one; a hash.
    pub(super) fn audit_chain(&self) -> String {
        format!("{{{}}}:audit:chain", self.prefix)
    }

    /// The pattern of all keys of tokens.
    pub(super) fn every_token(&self) -> String {
        let escaped: String = self
            .prefix
            .chars()
            .flat_map(|each| "*?[]\\".contains(each).then_some('\\').into_iter().chain([each]))
            .collect();
        format!("{escaped}:token:*")
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

    /// The talks of the search index by the time of their beginning: a sorted set.
    pub(super) fn indexed_talks(&self, shard: Shard) -> String {
        self.in_shard(shard, "talks")
    }

    /// A talk in the search index, its terms and up to which event they were read: a hash.
    pub(super) fn indexed_talk(&self, shard: Shard, conversation: &ConversationId) -> String {
        self.in_shard(shard, &format!("talk:{conversation}"))
    }

    /// What colleagues keep of a shopper (see [`Keys::shopper`]): a hash.
    pub(super) fn card(&self, shard: Shard, shopper: &str) -> String {
        self.in_shard(shard, &format!("card:{shopper}"))
    }

    /// The shoppers of whom colleagues keep something: a set.
    pub(super) fn cards(&self, shard: Shard) -> String {
        self.in_shard(shard, "cards")
    }

    /// What is said of a talk when it is reviewed: a hash.
    pub(super) fn review(&self, shard: Shard, conversation: &ConversationId) -> String {
        self.in_shard(shard, &format!("review:{conversation}"))
    }

    /// The shops of the talks that have a review: a hash.
    pub(super) fn reviewed(&self, shard: Shard) -> String {
        self.in_shard(shard, "reviewed")
    }

    /// How far the search index is.
    pub(super) fn index_mark(&self) -> String {
        format!("{{{}}}:index", self.prefix)
    }

    /// Which server keeps the search index: gone with who holds it.
    pub(super) fn index_lease(&self) -> String {
        format!("{{{}}}:index:lease", self.prefix)
    }

    /// Conversations of the bot that owe nothing, by the time of their last event: a sorted set.
    pub(super) fn idle(&self, shard: Shard) -> String {
        self.in_shard(shard, "idle")
    }

    /// What was appended lately: a stream, numbered without gaps.
    pub(super) fn changes(&self, shard: Shard) -> String {
        self.in_shard(shard, "news")
    }

    /// The number of the last of them.
    pub(super) fn change_count(&self, shard: Shard) -> String {
        self.in_shard(shard, "news:count")
    }

    /// The channel that says that there are new ones.
    pub(super) fn notify_channel(&self, shard: Shard) -> String {
        self.in_shard(shard, "bell")
    }

    /// The channel for what is not stored: typing, and that agents came or left.
    pub(super) fn ephemeral_channel(&self) -> String {
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

    /// What was said last of agents' presence: a hash.
    pub(super) fn presence(&self) -> String {
        format!("{{{}}}:presence", self.prefix)
    }

    /// All phrases by id: a hash.
    pub(super) fn phrases(&self) -> String {
        format!("{{{}}}:phrases", self.prefix)
    }

    /// The ids of the phrases of an owner: a set.
    pub(super) fn phrases_of(&self, owner: &PhraseOwner) -> String {
        format!("{{{}}}:phrases:of:{}", self.prefix, owner.key())
    }

    /// How often phrases were sent, `n:` and an id, and when last, `at:` and an id: a hash.
    pub(super) fn phrase_uses(&self) -> String {
        format!("{{{}}}:phrases:uses", self.prefix)
    }

    /// How often phrases of a shop were sent for a question: a sorted set of their ids.
    pub(super) fn phrase_answers(&self, shop: &ShopId, question: &str) -> String {
        format!("{{{}}}:phrases:answering:{shop}:{question}", self.prefix)
    }

    /// That this change of phrases was made.
    pub(super) fn phrase_change(&self, operation: &str) -> String {
        format!("{{{}}}:phrases:changed:{operation}", self.prefix)
    }

    /// Whom a shopper's token stands for.
    pub(super) fn token(&self, hash: [u8; 32]) -> String {
        format!("{}:token:{}", self.prefix, data_encoding::HEXLOWER.encode(&hash))
    }

    /// The same, by the hash as text.
    pub(super) fn token_of_text(&self, hash: &str) -> String {
        format!("{}:token:{hash}", self.prefix)
    }

    /// A sign-in link or a session of an agent.
    pub(super) fn credential(&self, hash: [u8; 32]) -> String {
        format!("{}:credential:{}", self.prefix, data_encoding::HEXLOWER.encode(&hash))
    }

    /// The same, by the hash as text.
    pub(super) fn credential_of_text(&self, hash: &str) -> String {
        format!("{}:credential:{hash}", self.prefix)
    }

    /// The field of [`Keys::open`] for a shopper.
    pub(super) fn shopper(shop: &ShopId, shopper: &ShopperId) -> String {
        format!("{shop}\0{shopper}")
    }
}
