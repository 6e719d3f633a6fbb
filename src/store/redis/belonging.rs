//! Whose data this is: the shops that are served under a prefix. Two installations under one prefix would show each
//! other's talks, so one that serves none of these shops is refused.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use futures_util::future::try_join_all;
use redis::from_redis_value;

use super::Redis;
use super::append::odd;
use super::keys::Shard;
use super::reads::first;
use super::script::StoreScript;
use crate::model::{ServerInfo, ShopId};
use crate::store::StoreError;

/// Entries of each shard's feed that tell whose the data of an older version is.
const LAST_ENTRIES: usize = 256;
/// How long what a probe writes is kept, milliseconds.
const PROBE_MS: u64 = 60_000;

/// Adds shops to those of the prefix, unless there are some and none of them is among these.
/// KEYS: shops. ARGV: how many shops older data has, these, then the shops that are served here. Answers the shops that
/// are there when it refuses.
const JOIN: &str = r"
local older = tonumber(ARGV[1])
if redis.call('EXISTS', KEYS[1]) == 0 then
  for at = 2, older + 1 do redis.call('SADD', KEYS[1], ARGV[at]) end
end
local known = redis.call('SMEMBERS', KEYS[1])
local ours = #known == 0
for at = older + 2, #ARGV do
  if redis.call('SISMEMBER', KEYS[1], ARGV[at]) == 1 then ours = true end
end
if not ours then
  table.sort(known)
  return known
end
for at = older + 2, #ARGV do redis.call('SADD', KEYS[1], ARGV[at]) end
return {}
";
static JOIN_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(JOIN));

impl Redis {
    /// See [`Presence::join`](crate::store::Presence::join).
    pub(super) async fn join_as(&self, shops: Vec<ShopId>) -> Result<(), StoreError> {
        let older = self.shops_of_older_data().await?;
        let build = |whole: bool| {
            let mut pipeline = JOIN_SCRIPT.call(whole);
            pipeline.arg(1).arg(self.keys().shops()).arg(older.len());
            for shop in &older {
                pipeline.arg(shop);
            }
            for shop in &shops {
                pipeline.arg(shop.as_str());
            }
            pipeline
        };
        let others: Vec<String> = first(self.link().run(build).await?)?;
        if others.is_empty() {
            return Ok(());
        }
        Err(StoreError::OtherShops {
            prefix: self.keys().prefix().to_owned(),
            there: others.into_iter().map(ShopId::new).collect(),
            here: shops,
        })
    }

    /// The shops that data and servers of versions before this record show; nothing once there is one.
    async fn shops_of_older_data(&self) -> Result<BTreeSet<String>, StoreError> {
        let mut pipeline = redis::pipe();
        pipeline.cmd("EXISTS").arg(self.keys().shops());
        pipeline.cmd("HVALS").arg(self.keys().servers());
        let mut answers = self.link().plain(&pipeline).await?.into_iter();
        let mut next = || answers.next().unwrap_or(redis::Value::Nil);
        if from_redis_value::<bool>(next()).map_err(odd)? {
            return Ok(BTreeSet::new());
        }
        let said: Vec<String> = from_redis_value(next()).map_err(odd)?;
        let servers = said
            .iter()
            .filter_map(|said| serde_json::from_str::<ServerInfo>(said.split_once(' ')?.1).ok());
        let mut shops: BTreeSet<String> = servers
            .flat_map(|server| server.packs.into_keys())
            .map(|shop| shop.as_str().to_owned())
            .collect();
        let shards = Shard::all().map(|shard| async move {
            let mut pipeline = redis::pipe();
            pipeline
                .cmd("HKEYS")
                .arg(self.keys().open(shard))
                .cmd("XREVRANGE")
                .arg(self.keys().feed(shard))
                .arg("+")
                .arg("-")
                .arg("COUNT")
                .arg(LAST_ENTRIES);
            let mut answers = self.link().plain(&pipeline).await?.into_iter();
            let mut next = || answers.next().unwrap_or(redis::Value::Nil);
            let open: Vec<String> = from_redis_value(next()).map_err(odd)?;
            let feed: Vec<(String, Vec<String>)> = from_redis_value(next()).map_err(odd)?;
            let of_feed = feed.into_iter().filter_map(|(_, fields)| {
                let at = fields.iter().step_by(2).position(|field| field == "h")?;
                fields.get(at * 2 + 1).cloned()
            });
            let of_open = open.iter().filter_map(|key| Some(key.split_once('\0')?.0.to_owned()));
            Ok::<_, StoreError>(of_open.chain(of_feed).collect::<Vec<_>>())
        });
        shops.extend(try_join_all(shards).await?.into_iter().flatten());
        Ok(shops)
    }

    /// Writes something in every shard and waits for it: of a cluster each master that has some is asked.
    pub(super) async fn write_everywhere(&self) -> Result<(), StoreError> {
        let probes = Shard::all().map(|shard| async move {
            let mut pipeline = redis::pipe();
            pipeline
                .cmd("SET")
                .arg(self.keys().probe(shard))
                .arg(&self.writer.node)
                .arg("PX")
                .arg(PROBE_MS);
            let answer: String = first(self.link().plain(&pipeline).await?)?;
            (answer == "OK").then_some(()).ok_or_else(|| odd(answer))
        });
        try_join_all(probes).await.map(|_| ())
    }
}
