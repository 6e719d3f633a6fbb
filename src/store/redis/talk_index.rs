//! The search index in the Redis store: each shard has its talks by the time of their beginning, and beside each its
//! terms. Finding walks them from the latest on, so many in one reading and no more.

use std::sync::LazyLock;

use futures_util::future::try_join_all;
use redis::from_redis_value;

use super::Redis;
use super::append::odd;
use super::keys::Shard;
use super::reads::{first, shard};
use super::script::StoreScript;
use crate::model::{ConversationId, Millis};
use crate::store::talk_index::packed;
use crate::store::{
    IndexedTalk, StoreError, StoreFuture, TalkCandidate, TalkCandidates, TalkCursor, TalkIndex, TalkQuery, Term,
};

/// Talks of a shard that are looked at at once: some 700 KB of terms.
const LOOKED_AT: usize = 512;
/// Talks of all shards that are looked at in one reading, about.
const MOST_LOOKED_AT: usize = 20_000;

/// Takes a talk in, unless it is kept no more or more was read of it already.
/// KEYS: the shard's talks. ARGV: base of the shard's keys, conversation, when it began, up to which event, terms.
const PUT: &str = r"
local conversation = ARGV[2]
if redis.call('EXISTS', ARGV[1] .. 'head:' .. conversation) == 0 then return 0 end
local talk = ARGV[1] .. 'talk:' .. conversation
local known = redis.call('HGET', talk, 'seq')
if known and tonumber(known) > tonumber(ARGV[4]) then return 0 end
redis.call('HSET', talk, 'seq', ARGV[4], 'terms', ARGV[5])
redis.call('ZADD', KEYS[1], ARGV[3], conversation)
return 1
";
static PUT_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(PUT));

/// Takes the lease, or holds it longer. KEYS: lease. ARGV: who, milliseconds.
const LEAD: &str = r"
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
";
static LEAD_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(LEAD));

/// A place in the order of talks: by their beginning, and those of one millisecond by their ids; the latest first.
type Place = (u64, String);

impl TalkIndex for Redis {
    fn index_talks(&self, talks: Vec<IndexedTalk>) -> StoreFuture<'_, usize> {
        Box::pin(async move {
            let mut taken = 0;
            for talk in &talks {
                let Some(shard) = shard(&talk.conversation) else {
                    continue;
                };
                let terms = packed(&talk.terms);
                let build = |whole: bool| {
                    let mut pipeline = PUT_SCRIPT.call(whole);
                    pipeline.arg(1).arg(self.keys().indexed_talks(shard));
                    pipeline
                        .arg(self.keys().base(shard))
                        .arg(talk.conversation.as_str())
                        .arg(talk.began.0)
                        .arg(talk.seq)
                        .arg(&terms[..]);
                    pipeline
                };
                taken += first::<usize>(self.link().run(build).await?)?;
            }
            Ok(taken)
        })
    }

    fn find_talks(&self, query: TalkQuery, limit: usize) -> StoreFuture<'_, TalkCandidates> {
        Box::pin(self.find(query, limit))
    }

    fn index_mark(&self) -> StoreFuture<'_, Option<String>> {
        Box::pin(async move {
            let mut pipeline = redis::pipe();
            pipeline.cmd("GET").arg(self.keys().index_mark());
            first(self.link().plain(&pipeline).await?)
        })
    }

    fn put_index_mark(&self, mark: String) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            let mut pipeline = redis::pipe();
            pipeline.cmd("SET").arg(self.keys().index_mark()).arg(mark);
            self.link().plain(&pipeline).await.map(|_| ())
        })
    }

    fn lead_index(&self, for_ms: u64) -> StoreFuture<'_, bool> {
        Box::pin(async move {
            let build = |whole: bool| {
                let mut pipeline = LEAD_SCRIPT.call(whole);
                pipeline.arg(1).arg(self.keys().index_lease());
                pipeline.arg(&self.writer.node).arg(for_ms);
                pipeline
            };
            first(self.link().run(build).await?)
        })
    }
}

impl Redis {
    async fn find(&self, query: TalkQuery, limit: usize) -> Result<TalkCandidates, StoreError> {
        let mut before = query.after.as_ref().map(place).transpose()?;
        let (mut talks, mut looked_at) = (Vec::new(), 0);
        while talks.len() < limit {
            let shards = Shard::all().map(|shard| self.placed(shard, &query, before.as_ref()));
            let mut shards = try_join_all(shards).await?;
            // Of a shard that was not read to its end nothing is known behind the last that was read.
            let ends = shards.iter().filter(|(_, full)| *full);
            let end = ends.filter_map(|(placed, _)| placed.last().cloned()).max();
            for (placed, _) in &mut shards {
                placed.retain(|place| end.as_ref().is_none_or(|end| place >= end));
            }
            looked_at += shards.iter().map(|(placed, _)| placed.len()).sum::<usize>();
            let found = shards.into_iter().zip(Shard::all());
            let found = found.map(|((placed, _), shard)| self.having(shard, placed, &query));
            let mut found: Vec<Place> = try_join_all(found).await?.into_iter().flatten().collect();
            found.sort_unstable_by(|one, other| other.cmp(one));
            let room = limit - talks.len();
            let cut = found.len() > room;
            talks.extend(found.into_iter().take(room).map(|place| TalkCandidate {
                cursor: cursor(&place),
                conversation: ConversationId::new(&place.1),
            }));
            if cut {
                break;
            }
            match end {
                None => return Ok(TalkCandidates { talks, next: None }),
                Some(end) if looked_at >= MOST_LOOKED_AT => {
                    let next = Some(cursor(&end));
                    return Ok(TalkCandidates { talks, next });
                }
                Some(end) => before = Some(end),
            }
        }
        let next = talks.last().map(|last| last.cursor.clone());
        Ok(TalkCandidates {
            next: next.or(query.after),
            talks,
        })
    }

    /// The next talks of a shard in their order, and whether there may be more.
    async fn placed(
        &self,
        shard: Shard,
        query: &TalkQuery,
        before: Option<&Place>,
    ) -> Result<(Vec<Place>, bool), StoreError> {
        let until = query.until.map(|until| until.0.saturating_sub(1));
        let latest = [before.map(|(began, _)| *began), until].into_iter().flatten().min();
        let mut skipped = 0;
        loop {
            let mut pipeline = redis::pipe();
            pipeline
                .cmd("ZREVRANGEBYSCORE")
                .arg(self.keys().indexed_talks(shard))
                .arg(latest.map_or("+inf".to_owned(), |latest| latest.to_string()))
                .arg(query.from.0)
                .arg("WITHSCORES")
                .arg("LIMIT")
                .arg(skipped)
                .arg(LOOKED_AT);
            let found: Vec<(String, f64)> = first(self.link().plain(&pipeline).await?)?;
            let full = found.len() == LOOKED_AT;
            let places = found.into_iter().map(|(id, began)| (began as u64, id));
            let placed: Vec<Place> = places
                .filter(|place| before.is_none_or(|before| place < before))
                .collect();
            // All of them are of the millisecond of the place before, and behind it in the order.
            if placed.is_empty() && full {
                skipped += LOOKED_AT;
                continue;
            }
            return Ok((placed, full));
        }
    }

    /// Those of them that have the terms.
    async fn having(&self, shard: Shard, placed: Vec<Place>, query: &TalkQuery) -> Result<Vec<Place>, StoreError> {
        if placed.is_empty() || (query.all.is_empty() && query.any.is_empty()) {
            return Ok(placed);
        }
        let mut pipeline = redis::pipe();
        for (_, id) in &placed {
            let talk = self.keys().indexed_talk(shard, &ConversationId::new(id));
            pipeline.cmd("HGET").arg(talk).arg("terms");
        }
        let answers = self.link().plain(&pipeline).await?;
        let mut having = Vec::new();
        for (place, answer) in placed.into_iter().zip(answers) {
            // One that is forgotten at this moment is not there any more.
            let terms: Option<Vec<u8>> = from_redis_value(answer).map_err(odd)?;
            if terms.is_some_and(|terms| has(&terms, query)) {
                having.push(place);
            }
        }
        Ok(having)
    }
}

fn has(terms: &[u8], query: &TalkQuery) -> bool {
    // As they lie: thousands of talks are looked at in one reading.
    let (terms, _) = terms.as_chunks::<{ Term::BYTES }>();
    let has = |term: &Term| {
        let [_, high, middle, low] = term.bits().to_be_bytes();
        terms.binary_search(&[high, middle, low]).is_ok()
    };
    query.all.iter().all(has) && query.any.iter().all(|any| any.iter().any(has))
}

fn cursor((began, id): &Place) -> TalkCursor {
    TalkCursor::from_text(format!("{began}.{id}"))
}

fn place(cursor: &TalkCursor) -> Result<Place, StoreError> {
    let place = cursor.as_str().split_once('.').and_then(|(began, id)| {
        let began = Millis(began.parse().ok()?);
        Some((began.0, id.to_owned()))
    });
    place.ok_or_else(|| StoreError::BadCursor(cursor.as_str().to_owned()))
}
