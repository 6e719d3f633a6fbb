//! Idle talks, and forgetting what ended long ago.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use futures_util::future::try_join_all;

use super::Redis;
use super::keys::{Keys, Shard};
use super::reads::first;
use super::script::StoreScript;
use crate::model::{ConversationId, Millis};
use crate::store::{Head, StoreError};

static SCRIPT: LazyLock<StoreScript> =
    LazyLock::new(|| StoreScript::new(concat!(include_str!("feed.lua"), include_str!("forget.lua"))));

impl Redis {
    pub(super) async fn all_idle(&self, before: Millis, limit: usize) -> Result<Vec<Head>, StoreError> {
        let found = self.older(before, limit, Keys::idle).await?;
        let heads = try_join_all(found.into_iter().map(|(shard, here)| self.heads(shard, here)));
        let mut heads: Vec<Head> = heads.await?.into_iter().flatten().collect();
        heads.sort_by_key(|head| head.at);
        Ok(heads)
    }

    pub(super) async fn forget_closed(&self, before: Millis, limit: usize) -> Result<usize, StoreError> {
        let mut forgotten = 0;
        for (shard, here) in self.older(before, limit, Keys::closed).await? {
            let build = |whole: bool| {
                let mut pipeline = SCRIPT.call(whole);
                pipeline.arg(1).arg(self.keys().closed(shard));
                pipeline.arg(self.keys().base(shard)).arg(before.0);
                for conversation in &here {
                    pipeline.arg(conversation.as_str());
                }
                pipeline
            };
            let (some, tokens): (usize, Vec<String>) = first(self.link().run(build).await?)?;
            forgotten += some;
            // Each lies in a slot of its own.
            for token in tokens {
                let mut pipeline = redis::pipe();
                pipeline.cmd("DEL").arg(self.keys().token_of_text(&token));
                self.link().plain(&pipeline).await?;
            }
        }
        Ok(forgotten)
    }

    /// The oldest by the shards' sorted sets, at most `limit` in all, by the shard they lie in.
    async fn older(
        &self,
        before: Millis,
        limit: usize,
        set: impl Fn(&Keys, Shard) -> String,
    ) -> Result<BTreeMap<Shard, Vec<ConversationId>>, StoreError> {
        let set = &set;
        let shards = Shard::all().map(|shard| async move {
            let mut pipeline = redis::pipe();
            pipeline
                .cmd("ZRANGEBYSCORE")
                .arg(set(self.keys(), shard))
                .arg("-inf")
                .arg(format!("({}", before.0));
            pipeline.arg("WITHSCORES").arg("LIMIT").arg(0).arg(limit);
            let found: Vec<(String, f64)> = first(self.link().plain(&pipeline).await?)?;
            let found = found
                .into_iter()
                .map(|(id, at)| (at as u64, shard, ConversationId::new(id)));
            Ok::<_, StoreError>(found.collect::<Vec<_>>())
        });
        let mut all: Vec<_> = try_join_all(shards).await?.into_iter().flatten().collect();
        all.sort_by_key(|(at, _, _)| *at);
        let mut by_shard = BTreeMap::<_, Vec<_>>::new();
        for (_, shard, conversation) in all.into_iter().take(limit) {
            by_shard.entry(shard).or_default().push(conversation);
        }
        Ok(by_shard)
    }
}
