//! Phrases in the Redis store. Their keys carry one hash tag, so that each change is one step.

use std::sync::LazyLock;

use redis::from_redis_value;

use super::Redis;
use super::append::odd;
use super::reads::first;
use super::script::StoreScript;
use crate::model::{Millis, Phrase, PhraseAnswer, PhraseId, PhraseOwner, PhraseUses, ShopId};
use crate::store::{Phrases, StoreError, StoreFuture};

/// Deletes phrases of one owner. KEYS: the owner's ids, phrases, uses, how many it was. ARGV: ids. Answers how many there
/// were, the same however often it is sent.
const DROP: &str = r"
local known = redis.call('GET', KEYS[4])
if known then return tonumber(known) end
local dropped = 0
for _, id in ipairs(ARGV) do
  if redis.call('SREM', KEYS[1], id) == 1 then
    redis.call('HDEL', KEYS[2], id)
    redis.call('HDEL', KEYS[3], 'n:' .. id, 'at:' .. id)
    dropped = dropped + 1
  end
end
redis.call('SET', KEYS[4], dropped, 'EX', 600)
return dropped
";
static DROP_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(DROP));

/// Adds to counts, once however often it is sent. KEYS: phrases, uses, that it was done. ARGV: id, count, when last, and so on.
const COUNT: &str = r"
if not redis.call('SET', KEYS[3], '1', 'NX', 'EX', 600) then return 0 end
for at = 1, #ARGV, 3 do
  local id = ARGV[at]
  if redis.call('HEXISTS', KEYS[1], id) == 1 then
    redis.call('HINCRBY', KEYS[2], 'n:' .. id, ARGV[at + 1])
    local last = tonumber(redis.call('HGET', KEYS[2], 'at:' .. id) or '0')
    if last < tonumber(ARGV[at + 2]) then redis.call('HSET', KEYS[2], 'at:' .. id, ARGV[at + 2]) end
  end
end
return 1
";
static COUNT_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(COUNT));

/// Adds to counts by question, once however often it is sent. KEYS: that it was done, then for each the shop's ids and the
/// question's counts. ARGV: for each the id and the count.
const COUNT_ANSWERS: &str = r"
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', 600) then return 0 end
for at = 1, #ARGV / 2 do
  if redis.call('SISMEMBER', KEYS[2 * at], ARGV[2 * at - 1]) == 1 then
    redis.call('ZINCRBY', KEYS[2 * at + 1], ARGV[2 * at], ARGV[2 * at - 1])
  end
end
return 1
";
static COUNT_ANSWERS_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(COUNT_ANSWERS));

/// What a change is known by when it is sent again.
fn operation() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}

/// Ids sent to one script at most: what a script takes as arguments is bounded.
const AT_ONCE: usize = 1_000;

impl Phrases for Redis {
    fn put_phrases(&self, phrases: Vec<Phrase>) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            if phrases.is_empty() {
                return Ok(());
            }
            let mut pipeline = redis::pipe();
            pipeline.atomic();
            for phrase in &phrases {
                let kept = serde_json::to_string(phrase).map_err(odd)?;
                pipeline
                    .cmd("HSET")
                    .arg(self.keys().phrases())
                    .arg(phrase.id.as_str())
                    .arg(kept)
                    .cmd("SADD")
                    .arg(self.keys().phrases_of(&phrase.owner))
                    .arg(phrase.id.as_str());
            }
            self.link().plain(&pipeline).await.map(|_| ())
        })
    }

    fn phrases_of(&self, owner: PhraseOwner) -> StoreFuture<'_, Vec<(Phrase, PhraseUses)>> {
        Box::pin(async move {
            let mut pipeline = redis::pipe();
            pipeline.cmd("SMEMBERS").arg(self.keys().phrases_of(&owner));
            let mut ids: Vec<String> = first(self.link().plain(&pipeline).await?)?;
            ids.sort_unstable();
            let mut found = Vec::with_capacity(ids.len());
            for ids in ids.chunks(AT_ONCE) {
                found.extend(self.phrases_by_id(ids).await?);
            }
            Ok(found)
        })
    }

    fn drop_phrases(&self, owner: PhraseOwner, ids: Vec<PhraseId>) -> StoreFuture<'_, usize> {
        Box::pin(async move {
            let mut dropped = 0;
            for ids in ids.chunks(AT_ONCE) {
                let done = self.keys().phrase_change(&operation());
                let build = |whole: bool| {
                    let mut pipeline = DROP_SCRIPT.call(whole);
                    pipeline.arg(4).arg(self.keys().phrases_of(&owner));
                    pipeline
                        .arg(self.keys().phrases())
                        .arg(self.keys().phrase_uses())
                        .arg(&done);
                    for id in ids {
                        pipeline.arg(id.as_str());
                    }
                    pipeline
                };
                dropped += first::<usize>(self.link().run(build).await?)?;
            }
            Ok(dropped)
        })
    }

    fn count_phrases(&self, uses: Vec<(PhraseId, PhraseUses)>) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            let done = self.keys().phrase_change(&operation());
            let build = |whole: bool| {
                let mut pipeline = COUNT_SCRIPT.call(whole);
                pipeline
                    .arg(3)
                    .arg(self.keys().phrases())
                    .arg(self.keys().phrase_uses())
                    .arg(&done);
                for (id, uses) in &uses {
                    pipeline.arg(id.as_str()).arg(uses.count).arg(uses.last.0);
                }
                pipeline
            };
            first::<u32>(self.link().run(build).await?).map(|_| ())
        })
    }

    fn count_phrase_answers(&self, answers: Vec<PhraseAnswer>) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            let done = self.keys().phrase_change(&operation());
            let build = |whole: bool| {
                let mut pipeline = COUNT_ANSWERS_SCRIPT.call(whole);
                pipeline.arg(1 + 2 * answers.len()).arg(&done);
                for answer in &answers {
                    let owner = PhraseOwner::Shop(answer.shop.clone());
                    pipeline
                        .arg(self.keys().phrases_of(&owner))
                        .arg(self.keys().phrase_answers(&answer.shop, &answer.question));
                }
                for answer in &answers {
                    pipeline.arg(answer.phrase.as_str()).arg(answer.count);
                }
                pipeline
            };
            first::<u32>(self.link().run(build).await?).map(|_| ())
        })
    }

    fn phrase_answering(&self, shop: ShopId, question: String) -> StoreFuture<'_, Option<(Phrase, u64)>> {
        Box::pin(async move {
            let answers = self.keys().phrase_answers(&shop, &question);
            let mut pipeline = redis::pipe();
            pipeline
                .cmd("ZREVRANGE")
                .arg(&answers)
                .arg(0)
                .arg(AT_ONCE)
                .arg("WITHSCORES");
            let counted: Vec<(String, u64)> = first(self.link().plain(&pipeline).await?)?;
            if counted.is_empty() {
                return Ok(None);
            }
            let ids: Vec<String> = counted.iter().map(|(id, _)| id.clone()).collect();
            let known = self.phrases_by_id(&ids).await?;
            // Those that are deleted are told by their absence, and are counted no longer.
            let gone = |id: &&String| !known.iter().any(|(phrase, _)| phrase.id.as_str() == **id);
            let gone: Vec<&String> = ids.iter().filter(gone).collect();
            if !gone.is_empty() {
                let mut pipeline = redis::pipe();
                pipeline.cmd("ZREM").arg(&answers).arg(&gone);
                self.link().plain(&pipeline).await?;
            }
            let found = known.into_iter().filter_map(|(phrase, _)| {
                let (_, count) = counted.iter().find(|(id, _)| id == phrase.id.as_str())?;
                Some((phrase, *count))
            });
            Ok(found.max_by(|(a, of_a), (b, of_b)| of_a.cmp(of_b).then_with(|| b.id.cmp(&a.id))))
        })
    }
}

impl Redis {
    async fn phrases_by_id(&self, ids: &[String]) -> Result<Vec<(Phrase, PhraseUses)>, StoreError> {
        let mut pipeline = redis::pipe();
        pipeline.cmd("HMGET").arg(self.keys().phrases()).arg(ids);
        pipeline.cmd("HMGET").arg(self.keys().phrase_uses());
        for id in ids {
            pipeline.arg(format!("n:{id}")).arg(format!("at:{id}"));
        }
        let mut answers = self.link().plain(&pipeline).await?.into_iter();
        let mut next = || answers.next().unwrap_or(redis::Value::Nil);
        let kept: Vec<Option<String>> = from_redis_value(next()).map_err(odd)?;
        let uses: Vec<Option<u64>> = from_redis_value(next()).map_err(odd)?;
        let uses = uses.chunks(2).map(|pair| PhraseUses {
            count: pair.first().copied().flatten().unwrap_or(0),
            last: Millis(pair.get(1).copied().flatten().unwrap_or(0)),
        });
        // One that is deleted at this moment is not kept any more.
        let both = kept.into_iter().zip(uses);
        both.filter_map(|(kept, uses)| Some((kept?, uses)))
            .map(|(kept, uses)| Ok((serde_json::from_str(&kept).map_err(odd)?, uses)))
            .collect()
    }
}
