//! Idle talks, and forgetting what ended long ago.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use futures_util::future::try_join_all;

use super::Redis;
use super::keys::{Keys, Shard};
use super::reads::first;
use super::script::StoreScript;
use crate::model::{ConversationId, Epoch, Millis, Partition, ShopId, ShopperId};
use crate::store::{Erased, Head, StoreError, TalkClass};

/// Conversations of a shard looked at at once.
const PAGE: usize = 256;

static SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| {
    StoreScript::new(concat!(
        include_str!("feed.lua"),
        include_str!("unfeed.lua"),
        include_str!("forget.lua")
    ))
});
static ERASE: LazyLock<StoreScript> = LazyLock::new(|| {
    StoreScript::new(concat!(
        include_str!("feed.lua"),
        include_str!("unfeed.lua"),
        include_str!("erase.lua")
    ))
});

impl Redis {
    pub(super) async fn all_idle(&self, before: Millis, limit: usize) -> Result<Vec<Head>, StoreError> {
        let found = self.older(before, limit, Keys::idle).await?;
        let heads = try_join_all(found.into_iter().map(|(shard, here)| self.heads(shard, here)));
        let mut heads: Vec<Head> = heads.await?.into_iter().flatten().collect();
        heads.sort_by_key(|head| head.at);
        Ok(heads)
    }

    pub(super) async fn forget_closed(&self, before: Millis, limit: usize) -> Result<usize, StoreError> {
        let older = self.older(before, limit, Keys::closed).await?;
        self.forget_these(older, before, None).await
    }

    /// As [`Redis::forget_closed`], for those whose epoch says that they are of this class.
    pub(super) async fn forget_class(
        &self,
        class: TalkClass,
        from: Millis,
        before: Millis,
        limit: usize,
    ) -> Result<usize, StoreError> {
        let mut forgotten = 0;
        for shard in Shard::all() {
            let mut kept = 0;
            while forgotten < limit {
                let page = self.closed_between(shard, from, before, kept).await?;
                let (read, mut here) = (page.len(), Vec::new());
                for head in self.heads(shard, page).await? {
                    if class.epochs().contains(&head.epoch) {
                        here.push(head.conversation);
                    }
                }
                here.truncate(limit - forgotten);
                let asked = here.len();
                let some = self.forget_these([(shard, here)].into(), before, Some(class)).await?;
                forgotten += some;
                kept += read - some.min(asked);
                if read < PAGE {
                    break;
                }
            }
        }
        Ok(forgotten)
    }

    /// A page of the conversations of a shard that ended within this time, the oldest first.
    async fn closed_between(
        &self,
        shard: Shard,
        from: Millis,
        before: Millis,
        skip: usize,
    ) -> Result<Vec<ConversationId>, StoreError> {
        let mut pipeline = redis::pipe();
        pipeline
            .cmd("ZRANGEBYSCORE")
            .arg(self.keys().closed(shard))
            .arg(from.0)
            .arg(format!("({}", before.0));
        pipeline.arg("LIMIT").arg(skip).arg(PAGE);
        let found: Vec<String> = first(self.link().plain(&pipeline).await?)?;
        Ok(found.into_iter().map(ConversationId::new).collect())
    }

    /// Deletes everything of a shopper.
    pub(super) async fn erase_shopper(&self, shop: &ShopId, shopper: &ShopperId) -> Result<Erased, StoreError> {
        let shard = Shard::of(Partition::of(shop, shopper));
        // Counted before: the script may be carried out twice, and the second time finds nothing.
        let conversations = self.all_of(shop, shopper).await?;
        let heads = self.heads(shard, conversations).await?;
        let known = self.token_hashes(shop, shopper).await?;
        let erased = Erased {
            conversations: heads.len() as u64,
            events: heads.iter().map(|head| head.seq).sum(),
            tokens: known.len() as u64,
        };
        // The tokens first: afterwards nobody knows which they were.
        self.delete_tokens(&known).await?;
        let build = |whole: bool| {
            let mut pipeline = ERASE.call(whole);
            pipeline.arg(1).arg(self.keys().open(shard));
            pipeline.arg(self.keys().base(shard)).arg(Keys::shopper(shop, shopper));
            pipeline
        };
        let late: Vec<String> = first(self.link().run(build).await?)?;
        self.delete_tokens(&late).await?;
        Ok(erased)
    }

    /// When the last event of all was stored, as the feed says.
    pub(super) async fn newest_event(&self) -> Result<Option<Millis>, StoreError> {
        let shards = Shard::all().map(|shard| async move {
            let mut pipeline = redis::pipe();
            pipeline.cmd("XREVRANGE").arg(self.keys().feed(shard)).arg("+").arg("-");
            pipeline.arg("COUNT").arg(1);
            let last: Vec<(String, Vec<String>)> = first(self.link().plain(&pipeline).await?)?;
            let at = last.iter().flat_map(|(_, fields)| {
                let at = fields.iter().step_by(2).position(|field| field == "a")?;
                fields.get(at * 2 + 1)?.parse::<u64>().ok()
            });
            Ok::<_, StoreError>(at.max())
        });
        let newest = try_join_all(shards).await?.into_iter().flatten().max();
        Ok(newest.map(Millis))
    }

    /// Each lies in a slot of its own.
    async fn delete_tokens(&self, hashes: &[String]) -> Result<(), StoreError> {
        for hash in hashes {
            let mut pipeline = redis::pipe();
            pipeline.cmd("DEL").arg(self.keys().token_of_text(hash));
            self.link().plain(&pipeline).await?;
        }
        Ok(())
    }

    /// Forgets these, if they are still closed and old and of this class.
    async fn forget_these(
        &self,
        these: BTreeMap<Shard, Vec<ConversationId>>,
        before: Millis,
        class: Option<TalkClass>,
    ) -> Result<usize, StoreError> {
        let mut forgotten = 0;
        for (shard, here) in these.into_iter().filter(|(_, here)| !here.is_empty()) {
            let build = |whole: bool| {
                let mut pipeline = SCRIPT.call(whole);
                pipeline.arg(1).arg(self.keys().closed(shard));
                pipeline.arg(self.keys().base(shard)).arg(before.0);
                // Lua's numbers are no whole ones beyond 2^53.
                let epochs = class.map_or(0..=Epoch::MAX, TalkClass::epochs);
                pipeline
                    .arg(*epochs.start())
                    .arg((*epochs.end()).min(u64::from(u32::MAX)));
                for conversation in &here {
                    pipeline.arg(conversation.as_str());
                }
                pipeline
            };
            let (some, tokens): (usize, Vec<String>) = first(self.link().run(build).await?)?;
            forgotten += some;
            self.delete_tokens(&tokens).await?;
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
