//! Reviews of talks in the Redis store: each lies in its talk's shard, which knows of which talks there are any.

use std::sync::LazyLock;

use futures_util::future::try_join_all;

use super::Redis;
use super::append::odd;
use super::keys::Shard;
use super::reads::{first, shard};
use super::script::StoreScript;
use crate::model::{ConversationId, Review, ShopId};
use crate::store::{KeptReview, Reviews, StoreError, StoreFuture};

/// Puts a review in the place of the one of a version, if the talk is kept.
/// KEYS: the shard's reviewed talks. ARGV: base of the shard's keys, talk, version, review, what names this change when it is sent
/// again. Answers whether it was put.
const PUT: &str = r"
local base, talk = ARGV[1], ARGV[2]
local review = base .. 'review:' .. talk
local known = redis.call('HMGET', review, 'version', 'by')
if known[2] == ARGV[5] then return 1 end
if (known[1] or '0') ~= ARGV[3] then return 0 end
local shop = redis.call('HGET', base .. 'head:' .. talk, 'shop')
if not shop then return 0 end
redis.call('HSET', review, 'version', string.format('%.0f', ARGV[3] + 1), 'body', ARGV[4], 'by', ARGV[5])
redis.call('HSET', KEYS[1], talk, shop)
return 1
";
static PUT_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(PUT));

/// Reviews read at once.
const AT_ONCE: usize = 500;

impl Reviews for Redis {
    fn review(&self, conversation: ConversationId) -> StoreFuture<'_, KeptReview> {
        Box::pin(async move {
            let Some(shard) = shard(&conversation) else {
                return Ok(KeptReview::default());
            };
            let mut pipeline = redis::pipe();
            pipeline
                .cmd("HMGET")
                .arg(self.keys().review(shard, &conversation))
                .arg("version")
                .arg("body");
            let (version, body): (Option<u64>, Option<String>) = first(self.link().plain(&pipeline).await?)?;
            let Some((version, body)) = version.zip(body) else {
                return Ok(KeptReview::default());
            };
            let review = serde_json::from_str(&body).map_err(odd)?;
            Ok(KeptReview { version, review })
        })
    }

    fn put_review(&self, conversation: ConversationId, version: u64, review: Review) -> StoreFuture<'_, bool> {
        Box::pin(async move {
            let Some(shard) = shard(&conversation) else {
                return Ok(false);
            };
            let body = serde_json::to_string(&review).map_err(odd)?;
            let change = uuid::Uuid::now_v7().simple().to_string();
            let build = |whole: bool| {
                let mut pipeline = PUT_SCRIPT.call(whole);
                pipeline.arg(1).arg(self.keys().reviewed(shard));
                pipeline
                    .arg(self.keys().base(shard))
                    .arg(conversation.as_str())
                    .arg(version)
                    .arg(&body)
                    .arg(&change);
                pipeline
            };
            first(self.link().run(build).await?)
        })
    }

    fn reviews_of(&self, shop: ShopId, limit: usize) -> StoreFuture<'_, Vec<(ConversationId, Review)>> {
        Box::pin(async move {
            let shop = &shop;
            let shards = Shard::all().map(|shard| async move {
                let mut pipeline = redis::pipe();
                pipeline.cmd("HGETALL").arg(self.keys().reviewed(shard));
                let talks: Vec<(String, String)> = first(self.link().plain(&pipeline).await?)?;
                let own = talks.into_iter().filter(|(_, of)| of == shop.as_str());
                Ok::<_, StoreError>(
                    own.map(|(talk, _)| (ConversationId::new(talk), shard))
                        .collect::<Vec<_>>(),
                )
            });
            let mut talks: Vec<(ConversationId, Shard)> = try_join_all(shards).await?.into_iter().flatten().collect();
            // Ids are in the order in which talks began.
            talks.sort_unstable_by(|a, b| b.0.cmp(&a.0));
            talks.truncate(limit);
            let mut found = Vec::with_capacity(talks.len());
            for some in talks.chunks(AT_ONCE) {
                let bodies = some.iter().map(|(talk, shard)| self.review_body(*shard, talk));
                for (body, (talk, _)) in try_join_all(bodies).await?.into_iter().zip(some) {
                    // One that is erased at this moment is not there any more.
                    if let Some(body) = body {
                        found.push((talk.clone(), serde_json::from_str(&body).map_err(odd)?));
                    }
                }
            }
            Ok(found)
        })
    }
}

impl Redis {
    async fn review_body(&self, shard: Shard, talk: &ConversationId) -> Result<Option<String>, StoreError> {
        let mut pipeline = redis::pipe();
        pipeline.cmd("HGET").arg(self.keys().review(shard, talk)).arg("body");
        first(self.link().plain(&pipeline).await?)
    }
}
