//! The feed in the Redis store: each shard has a stream of its own, written by the append's script; reading merges them
//! by time. A cursor holds a position in each shard.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};

use futures_util::future::try_join_all;
use redis::from_redis_value;

use super::Redis;
use super::append::odd;
use super::keys::{SHARDS, Shard};
use super::position::Positions;
use super::reads::{body, event, first};
use super::script::StoreScript;
use crate::model::{ConversationId, Event, Millis, Seq, ShopId};
use crate::store::{Feed, FeedCursor, FeedEntry, FeedPage, StoreError, StoreFuture};

/// Entries of a shard that are looked at in one reading.
const LOOKED_AT: usize = 1_024;
/// Events read from one log in one command.
const EVENTS_AT_ONCE: u64 = 256;

/// KEYS: feed. ARGV: base of the shard's keys, the first id, how many entries.
static READ: LazyLock<StoreScript> = LazyLock::new(|| {
    StoreScript::new(concat!(
        include_str!("feed.lua"),
        "catch_up(ARGV[1]) return call('XRANGE', KEYS[1], ARGV[2], '+', 'COUNT', ARGV[3])"
    ))
});
/// KEYS: feed. ARGV: base of the shard's keys.
static CATCH_UP: LazyLock<StoreScript> =
    LazyLock::new(|| StoreScript::new(concat!(include_str!("feed.lua"), "return catch_up(ARGV[1])")));

/// An entry of a shard: some events of a conversation that were stored together.
struct Stored {
    id: (u64, u64),
    conversation: ConversationId,
    from: Seq,
    to: Seq,
    shop: ShopId,
    at: u64,
}

/// What was read of a shard and not used yet.
struct Read {
    entries: VecDeque<Stored>,
    /// Whether the shard may hold more than was read.
    more: bool,
}

/// Events of one conversation that belong on the page.
struct Piece {
    shard: Shard,
    stored: Stored,
    /// Whether the entry is not used up with it.
    cut: bool,
}

impl Feed for Redis {
    fn feed(&self, after: FeedCursor, shop: Option<ShopId>, limit: usize) -> StoreFuture<'_, FeedPage> {
        Box::pin(async move {
            let positions = Positions::read(&after)?;
            self.page(positions, shop.as_ref(), limit).await
        })
    }

    fn feed_at(&self, at: Millis) -> StoreFuture<'_, FeedCursor> {
        Box::pin(async move {
            let found = try_join_all(Shard::all().map(|shard| self.entry_at(shard, at))).await?;
            let mut positions = Positions::default();
            for (shard, id) in Shard::all().zip(found) {
                positions.pass(shard, id);
            }
            Ok(positions.cursor())
        })
    }
}

impl Redis {
    /// Takes over what servers of version 0.1 appended to a shard.
    pub(super) async fn catch_up(&self, shard: Shard) -> Result<(), StoreError> {
        let build = |whole: bool| {
            let mut pipeline = CATCH_UP.call(whole);
            pipeline
                .arg(1)
                .arg(self.keys().feed(shard))
                .arg(self.keys().base(shard));
            pipeline
        };
        self.link().run(build).await.map(|_| ())
    }

    /// The last entry of a shard before the first of this time or later; zeros where there is none. Ids rise with the
    /// time: halving finds it.
    async fn entry_at(&self, shard: Shard, at: Millis) -> Result<(u64, u64), StoreError> {
        self.catch_up(shard).await?;
        let one = |command: &'static str, from: String, to: &'static str| async move {
            let mut pipeline = redis::pipe();
            pipeline.cmd(command).arg(self.keys().feed(shard)).arg(from).arg(to);
            pipeline.arg("COUNT").arg(1);
            let found: Vec<(String, Vec<String>)> = first(self.link().plain(&pipeline).await?)?;
            let Some((id, fields)) = found.into_iter().next() else {
                return Ok(None);
            };
            let unreadable = || StoreError::Corrupt(format!("entry {id} of the feed of shard {}", shard.0));
            stored(&id, &fields).map(Some).ok_or_else(unreadable)
        };
        let Some(last) = one("XREVRANGE", "+".to_owned(), "-").await? else {
            return Ok((0, 0));
        };
        if last.at < at.0 {
            return Ok(last.id);
        }
        let (mut before, mut after) = ((0, 0), last.id.0);
        while before.0 + 1 < after {
            let middle = before.0 + (after - before.0) / 2;
            match one("XRANGE", format!("{middle}-0"), "+").await? {
                Some(entry) if entry.at < at.0 => before = entry.id,
                _ => after = middle,
            }
        }
        Ok(before)
    }

    async fn page(
        &self,
        mut positions: Positions,
        shop: Option<&ShopId>,
        limit: usize,
    ) -> Result<FeedPage, StoreError> {
        let count = if shop.is_some() {
            LOOKED_AT
        } else {
            LOOKED_AT.min(limit)
        };
        let mut shards = try_join_all(Shard::all().map(|shard| self.entries(shard, &positions, count.max(1)))).await?;
        let start = positions.clone();
        let (mut pieces, mut left) = (Vec::new(), limit as u64);
        while left > 0 {
            // The shard whose next entry is the oldest; one that was read to its end might have an older one still.
            if shards.iter().any(|read| read.entries.is_empty() && read.more) {
                break;
            }
            let oldest = (0..SHARDS)
                .filter_map(|shard| Some((shards[shard].entries.front()?.at, shard)))
                .min();
            let Some((_, number)) = oldest else { break };
            let Some(mut stored) = shards[number].entries.pop_front() else {
                break;
            };
            let shard = Shard(number);
            if shop.is_some_and(|shop| *shop != stored.shop) {
                positions.pass(shard, stored.id);
                continue;
            }
            let events = (stored.to + 1).saturating_sub(stored.from).min(EVENTS_AT_ONCE);
            let taken = events.min(left);
            let cut = stored.from + taken <= stored.to;
            if cut {
                let rest = Stored {
                    from: stored.from + taken,
                    conversation: stored.conversation.clone(),
                    shop: stored.shop.clone(),
                    ..stored
                };
                stored.to = rest.from - 1;
                shards[number].entries.push_front(rest);
                positions.part(shard, stored.id, stored.to);
            } else {
                positions.pass(shard, stored.id);
            }
            left -= taken;
            pieces.push(Piece { shard, stored, cut });
        }
        let more = shards.iter().any(|read| read.more || !read.entries.is_empty());
        Ok(FeedPage {
            entries: self.events_of(pieces, start).await?,
            next: positions.cursor(),
            more: more && limit > 0,
        })
    }

    /// The entries of a shard after a position.
    async fn entries(&self, shard: Shard, positions: &Positions, count: usize) -> Result<Read, StoreError> {
        let (from, done) = positions.next(shard);
        let build = |whole: bool| {
            let mut pipeline = READ.call(whole);
            pipeline
                .arg(1)
                .arg(self.keys().feed(shard))
                .arg(self.keys().base(shard))
                .arg(&from)
                .arg(count);
            pipeline
        };
        let found: Vec<(String, Vec<String>)> = first(self.link().run(build).await?)?;
        let more = found.len() == count;
        let mut entries = VecDeque::with_capacity(found.len());
        for (id, fields) in found {
            let mut stored = stored(&id, &fields)
                .ok_or_else(|| StoreError::Corrupt(format!("entry {id} of the feed of shard {}", shard.0)))?;
            if let Some((partly, seq)) = done
                && partly == stored.id
            {
                stored.from = stored.from.max(seq + 1);
            }
            if stored.from <= stored.to {
                entries.push_back(stored);
            }
        }
        Ok(Read { entries, more })
    }

    /// Reads the events of the pieces. `at` is where the shards stand before the first of them.
    async fn events_of(&self, pieces: Vec<Piece>, mut at: Positions) -> Result<Vec<FeedEntry>, StoreError> {
        let reads = pieces.iter().map(|piece| async move {
            let mut pipeline = redis::pipe();
            pipeline
                .cmd("XRANGE")
                .arg(self.keys().log(piece.shard, &piece.stored.conversation))
                .arg(format!("{}-0", piece.stored.from))
                .arg(format!("{}-0", piece.stored.to));
            let answer = self.link().plain(&pipeline).await?.into_iter().next();
            let entries: Vec<(String, Vec<String>)> = answer.map_or(Ok(Vec::new()), from_redis_value).map_err(odd)?;
            let events = entries.into_iter().map(|(id, fields)| {
                let conversation = &piece.stored.conversation;
                let unreadable =
                    |reason: String| StoreError::Corrupt(format!("the log of conversation {conversation}: {reason}"));
                let event = event(&id, &fields).map_err(unreadable)?;
                let body: Arc<str> = body(&fields).unwrap_or_default().into();
                Ok((event, body))
            });
            events.collect::<Result<Vec<(Event, Arc<str>)>, StoreError>>()
        });
        let events = try_join_all(reads).await?;
        let mut entries = Vec::new();
        for (piece, events) in pieces.iter().zip(events) {
            let last = piece.stored.to;
            for (event, body) in events {
                if event.seq == last && !piece.cut {
                    at.pass(piece.shard, piece.stored.id);
                } else {
                    at.part(piece.shard, piece.stored.id, event.seq);
                }
                entries.push(FeedEntry {
                    cursor: at.cursor(),
                    conversation: piece.stored.conversation.clone(),
                    shop: piece.stored.shop.clone(),
                    event: Arc::new(event),
                    body,
                });
            }
        }
        Ok(entries)
    }
}

fn stored(id: &str, fields: &[String]) -> Option<Stored> {
    let field = |name: &str| {
        let at = fields.iter().step_by(2).position(|field| field == name)?;
        fields.get(at * 2 + 1)
    };
    let (number, part) = id.split_once('-')?;
    Some(Stored {
        id: (number.parse().ok()?, part.parse().ok()?),
        conversation: ConversationId::new(field("c")?),
        from: field("f")?.parse().ok()?,
        to: field("s")?.parse().ok()?,
        shop: ShopId::new(field("h")?),
        at: field("a")?.parse().ok()?,
    })
}
