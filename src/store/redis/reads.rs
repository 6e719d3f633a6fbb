//! Reading: logs, heads, and the projections of all shards.

use std::sync::Arc;

use futures_util::future::try_join_all;
use redis::{FromRedisValue, Pipeline, Value, from_redis_value};

use super::Redis;
use super::append::{odd, said_field};
use super::keys::{Keys, Shard};
use crate::model::{
    AgentId, ClientMessageId, ConversationId, Event, EventKind, Millis, Owner, Partition, Seq, ShopId, ShopperId,
    Speaker,
};
use crate::store::{Head, StoreError};

/// The fields of a head, in the order in which they are read.
const HEAD: [&str; 7] = ["shop", "shopper", "seq", "epoch", "owner", "agent", "at"];

/// The first answer, as what it should be.
pub(super) fn first<T: FromRedisValue>(answers: Vec<Value>) -> Result<T, StoreError> {
    let answer = answers.into_iter().next().unwrap_or(Value::Nil);
    from_redis_value(answer).map_err(odd)
}

impl Redis {
    pub(super) async fn events(
        &self,
        conversation: &ConversationId,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<Arc<Event>>, StoreError> {
        let Some(shard) = shard(conversation) else {
            return Ok(Vec::new());
        };
        if limit == 0 || after == Seq::MAX {
            return Ok(Vec::new());
        }
        let mut pipeline = redis::pipe();
        pipeline
            .cmd("XRANGE")
            .arg(self.keys().log(shard, conversation))
            .arg(format!("{}-0", after + 1))
            .arg("+")
            .arg("COUNT")
            .arg(limit.min(i64::MAX as usize));
        let entries: Vec<(String, Vec<String>)> = first(self.link().plain(&pipeline).await?)?;
        entries
            .into_iter()
            .map(|(id, fields)| event(&id, &fields).map(Arc::new))
            .collect::<Result<_, _>>()
            .map_err(|reason| StoreError::Corrupt(format!("the log of conversation {conversation}: {reason}")))
    }

    pub(super) async fn head_of(&self, conversation: &ConversationId) -> Result<Option<Head>, StoreError> {
        let Some(shard) = shard(conversation) else {
            return Ok(None);
        };
        let heads = self.heads(shard, vec![conversation.clone()]).await?;
        Ok(heads.into_iter().next())
    }

    pub(super) async fn place_of(
        &self,
        conversation: &ConversationId,
        id: &ClientMessageId,
        speaker: Speaker,
    ) -> Result<Option<Seq>, StoreError> {
        let Some(shard) = shard(conversation) else {
            return Ok(None);
        };
        let mut pipeline = redis::pipe();
        pipeline
            .cmd("HGET")
            .arg(self.keys().ids(shard, conversation))
            .arg(said_field(speaker, id.as_str()));
        first(self.link().plain(&pipeline).await?)
    }

    pub(super) async fn open_of(
        &self,
        shard: Shard,
        shop: &ShopId,
        shopper: &ShopperId,
    ) -> Result<Option<ConversationId>, StoreError> {
        let mut pipeline = redis::pipe();
        pipeline
            .cmd("HGET")
            .arg(self.keys().open(shard))
            .arg(Keys::shopper(shop, shopper));
        let open: Option<String> = first(self.link().plain(&pipeline).await?)?;
        Ok(open.map(ConversationId::new))
    }

    pub(super) async fn all_of(&self, shop: &ShopId, shopper: &ShopperId) -> Result<Vec<ConversationId>, StoreError> {
        let shard = Shard::of(Partition::of(shop, shopper));
        self.catch_up(shard).await?;
        let mut pipeline = redis::pipe();
        pipeline
            .cmd("SMEMBERS")
            .arg(self.keys().of_shopper(shard, shop, shopper));
        let mut all: Vec<String> = first(self.link().plain(&pipeline).await?)?;
        all.sort_unstable();
        Ok(all.into_iter().map(ConversationId::new).collect())
    }

    pub(super) async fn all_waiting(&self) -> Result<Vec<Head>, StoreError> {
        try_join_all(Shard::all().map(|shard| self.catch_up(shard))).await?;
        let mut heads = self
            .heads_listed(|keys, shard, pipeline| {
                pipeline.cmd("SMEMBERS").arg(keys.queued(shard));
            })
            .await?;
        heads.retain(|head| head.owner == Owner::Queue);
        heads.sort_by(|one, other| (one.at, &one.conversation).cmp(&(other.at, &other.conversation)));
        Ok(heads)
    }

    pub(super) async fn all_assigned(&self) -> Result<Vec<Head>, StoreError> {
        self.heads_listed(|keys, shard, pipeline| {
            pipeline.cmd("SMEMBERS").arg(keys.assigned(shard));
        })
        .await
    }

    pub(super) async fn all_unanswered(&self) -> Result<Vec<Head>, StoreError> {
        let mut heads = self
            .heads_listed(|keys, shard, pipeline| {
                pipeline.cmd("ZRANGE").arg(keys.owed(shard)).arg(0).arg(-1);
            })
            .await?;
        heads.sort_by_key(|head| head.at);
        Ok(heads)
    }

    /// The heads of the conversations that a command of each shard lists.
    async fn heads_listed(&self, list: impl Fn(&Keys, Shard, &mut Pipeline)) -> Result<Vec<Head>, StoreError> {
        let list = &list;
        let shards = Shard::all().map(|shard| async move {
            let mut pipeline = redis::pipe();
            list(self.keys(), shard, &mut pipeline);
            let listed: Vec<String> = first(self.link().plain(&pipeline).await?)?;
            let listed = listed.into_iter().map(ConversationId::new).collect();
            self.heads(shard, listed).await
        });
        Ok(try_join_all(shards).await?.into_iter().flatten().collect())
    }

    pub(super) async fn heads(
        &self,
        shard: Shard,
        conversations: Vec<ConversationId>,
    ) -> Result<Vec<Head>, StoreError> {
        if conversations.is_empty() {
            return Ok(Vec::new());
        }
        let mut pipeline = redis::pipe();
        for conversation in &conversations {
            pipeline
                .cmd("HMGET")
                .arg(self.keys().head(shard, conversation))
                .arg(&HEAD);
        }
        let answers = self.link().plain(&pipeline).await?;
        let mut heads = Vec::with_capacity(conversations.len());
        for (conversation, answer) in conversations.into_iter().zip(answers) {
            let fields: Vec<Option<String>> = from_redis_value(answer).map_err(odd)?;
            if fields.first().is_some_and(Option::is_some) {
                let head = head(&conversation, fields)
                    .ok_or_else(|| StoreError::Corrupt(format!("the head of conversation {conversation}")))?;
                heads.push(head);
            }
        }
        Ok(heads)
    }
}

/// Where a conversation lies; nowhere when no server made its id.
pub(super) fn shard(conversation: &ConversationId) -> Option<Shard> {
    conversation.partition().map(Shard::of)
}

/// The body of an event as stored.
pub(super) fn body(fields: &[String]) -> Option<&str> {
    let at = fields.iter().step_by(2).position(|field| field == "b")?;
    fields.get(at * 2 + 1).map(String::as_str)
}

pub(super) fn event(id: &str, fields: &[String]) -> Result<Event, String> {
    let field = |name: &str| {
        let at = fields.iter().step_by(2).position(|field| field == name);
        at.and_then(|at| fields.get(at * 2 + 1))
            .ok_or_else(|| format!("event {id} has no {name}"))
    };
    let number = |text: &str| text.parse::<u64>().map_err(|error| format!("event {id}: {error}"));
    Ok(Event {
        seq: number(id.split('-').next().unwrap_or_default())?,
        epoch: number(field("e")?)?,
        at: Millis(number(field("a")?)?),
        kind: EventKind::from_json(field("b")?).map_err(|error| format!("event {id}: {error}"))?,
    })
}

fn head(conversation: &ConversationId, fields: Vec<Option<String>>) -> Option<Head> {
    let [shop, shopper, seq, epoch, owner, agent, at] = <[Option<String>; 7]>::try_from(fields).ok()?;
    let owner = Owner::from_name(&owner?, agent.map(AgentId::new))?;
    Some(Head {
        conversation: conversation.clone(),
        shop: ShopId::new(shop?),
        shopper: ShopperId::new(shopper?),
        seq: seq?.parse().ok()?,
        epoch: epoch?.parse().ok()?,
        owner,
        at: Millis(at?.parse().ok()?),
    })
}
