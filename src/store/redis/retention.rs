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

/// Forgets conversations of one shard, those that are still closed and old.
/// KEYS: closed, then log, head, ids of each. ARGV: the time, then each conversation. Answers how many.
const FORGET: &str = r"
local forgotten = 0
for at = 2, #ARGV do
  local log, head, ids = KEYS[at * 3 - 4], KEYS[at * 3 - 3], KEYS[at * 3 - 2]
  local stands = redis.call('HMGET', head, 'owner', 'at')
  if stands[1] == 'closed' and tonumber(stands[2]) < tonumber(ARGV[1]) then
    redis.call('DEL', log, head, ids)
    forgotten = forgotten + 1
  end
  redis.call('ZREM', KEYS[1], ARGV[at])
end
return forgotten
";
static SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(FORGET));

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
            let keys = self.keys();
            let mut names = vec![keys.closed(shard)];
            for conversation in &here {
                names.extend([
                    keys.log(shard, conversation),
                    keys.head(shard, conversation),
                    keys.ids(shard, conversation),
                ]);
            }
            let build = |whole: bool| {
                let mut pipeline = SCRIPT.call(whole);
                pipeline.arg(names.len()).arg(&names).arg(before.0);
                for conversation in &here {
                    pipeline.arg(conversation.as_str());
                }
                pipeline
            };
            forgotten += first::<usize>(self.link().run(build).await?)?;
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
