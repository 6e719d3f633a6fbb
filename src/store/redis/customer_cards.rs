//! Cards of customers in the Redis store: each lies in its customer's shard, which knows whose cards there are.

use std::sync::LazyLock;

use futures_util::future::try_join_all;
use redis::from_redis_value;

use super::Redis;
use super::append::odd;
use super::keys::{Keys, Shard};
use super::reads::first;
use super::script::StoreScript;
use crate::model::{CustomerCard, Partition, ShopId, ShopperId};
use crate::store::{CustomerCards, KeptCard, StoreFuture};

/// Puts a card in the place of the one of a version, if a talk of the customer is kept.
/// KEYS: the shard's cards. ARGV: base of the shard's keys, shop and shopper as one text, version, card, what names this change when
/// it is sent again. Answers whether it was put.
const PUT: &str = r"
local base, shopper = ARGV[1], ARGV[2]
local card = base .. 'card:' .. shopper
local known = redis.call('HMGET', card, 'version', 'by')
if known[2] == ARGV[5] then return 1 end
if (known[1] or '0') ~= ARGV[3] then return 0 end
if redis.call('EXISTS', base .. 'of:' .. shopper) == 0 and redis.call('HEXISTS', base .. 'open', shopper) == 0 then return 0 end
redis.call('HSET', card, 'version', string.format('%.0f', ARGV[3] + 1), 'body', ARGV[4], 'by', ARGV[5])
redis.call('SADD', KEYS[1], shopper)
return 1
";
static PUT_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(PUT));

/// Cards read at once.
const AT_ONCE: usize = 500;

impl CustomerCards for Redis {
    fn customer_card(&self, shop: ShopId, shopper: ShopperId) -> StoreFuture<'_, KeptCard> {
        Box::pin(async move {
            let shard = Shard::of(Partition::of(&shop, &shopper));
            let mut pipeline = redis::pipe();
            pipeline
                .cmd("HMGET")
                .arg(self.keys().card(shard, &Keys::shopper(&shop, &shopper)))
                .arg("version")
                .arg("body");
            let (version, body): (Option<u64>, Option<String>) = first(self.link().plain(&pipeline).await?)?;
            let Some((version, body)) = version.zip(body) else {
                return Ok(KeptCard::default());
            };
            let card = serde_json::from_str(&body).map_err(odd)?;
            Ok(KeptCard { version, card })
        })
    }

    fn put_customer_card(
        &self,
        shop: ShopId,
        shopper: ShopperId,
        version: u64,
        card: CustomerCard,
    ) -> StoreFuture<'_, bool> {
        Box::pin(async move {
            let shard = Shard::of(Partition::of(&shop, &shopper));
            self.catch_up(shard).await?;
            let body = serde_json::to_string(&card).map_err(odd)?;
            let change = uuid::Uuid::now_v7().simple().to_string();
            let build = |whole: bool| {
                let mut pipeline = PUT_SCRIPT.call(whole);
                pipeline.arg(1).arg(self.keys().cards(shard));
                pipeline
                    .arg(self.keys().base(shard))
                    .arg(Keys::shopper(&shop, &shopper))
                    .arg(version)
                    .arg(&body)
                    .arg(&change);
                pipeline
            };
            first(self.link().run(build).await?)
        })
    }

    fn customer_tags(&self, shop: ShopId) -> StoreFuture<'_, Vec<String>> {
        Box::pin(async move {
            let begins = format!("{shop}\0");
            let begins = &begins;
            let shards = Shard::all().map(|shard| async move {
                let mut pipeline = redis::pipe();
                pipeline.cmd("SMEMBERS").arg(self.keys().cards(shard));
                let mut whose: Vec<String> = first(self.link().plain(&pipeline).await?)?;
                whose.retain(|shopper| shopper.starts_with(begins));
                let mut tags = Vec::new();
                for some in whose.chunks(AT_ONCE) {
                    let mut pipeline = redis::pipe();
                    for shopper in some {
                        pipeline.cmd("HGET").arg(self.keys().card(shard, shopper)).arg("body");
                    }
                    for answer in self.link().plain(&pipeline).await? {
                        // One that is erased at this moment is not there any more.
                        let body: Option<String> = from_redis_value(answer).map_err(odd)?;
                        let card: Option<CustomerCard> =
                            body.map(|body| serde_json::from_str(&body)).transpose().map_err(odd)?;
                        tags.extend(card.into_iter().flat_map(|card| card.tags));
                    }
                }
                Ok::<_, crate::store::StoreError>(tags)
            });
            let mut tags: Vec<String> = try_join_all(shards).await?.into_iter().flatten().collect();
            tags.sort_unstable();
            tags.dedup();
            Ok(tags)
        })
    }
}
