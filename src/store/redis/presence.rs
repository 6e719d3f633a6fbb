//! What servers tell one another of themselves: which agents are at a desk there, which packs answer. Each server says
//! so again and again; what it has not repeated in time no longer holds, so that a server that died takes its agents
//! with it.

use std::sync::{LazyLock, PoisonError};
use std::time::Duration;

use super::append::{Road, odd};
use super::reads::first;
use super::script::StoreScript;
use super::{Redis, bell};
use crate::model::{ConversationId, Desks, ElsewhereDesks, ServerInfo, Speaker};
use crate::store::news::NewsFeed;
use crate::store::{Presence, StoreError, StoreFuture};

/// How long what a server says holds.
const HOLDS: Duration = Duration::from_secs(4);

/// Says and asks in one step, by the clock of Redis.
/// KEYS: desks. ARGV: node, what it says, how long that holds in milliseconds. Answers node, said, node, said …
const EXCHANGE: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now + ARGV[3]) .. ' ' .. ARGV[2])
local others = {}
local all = redis.call('HGETALL', KEYS[1])
for at = 1, #all, 2 do
  local until_, said = string.match(all[at + 1], '^(%d+) (.*)$')
  if not until_ or tonumber(until_) <= now then
    redis.call('HDEL', KEYS[1], all[at])
  elseif all[at] ~= ARGV[1] then
    others[#others + 1] = all[at]
    others[#others + 1] = said
  end
end
return others
";
static SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(EXCHANGE));

/// Says what is so here under a key of its own kind, and hears what is so elsewhere: node and what it says.
async fn exchange(road: &Road, key: &str, said: &str) -> Result<Vec<(String, String)>, StoreError> {
    let build = |whole: bool| {
        let mut pipeline = SCRIPT.call(whole);
        pipeline
            .arg(1)
            .arg(key)
            .arg(&road.node)
            .arg(said)
            .arg(u64::try_from(HOLDS.as_millis()).unwrap_or(u64::MAX));
        pipeline
    };
    let others: Vec<String> = first(road.link.run(build).await?)?;
    let pairs = others.chunks_exact(2);
    Ok(pairs.map(|pair| (pair[0].clone(), pair[1].clone())).collect())
}

/// Says which desks are open here and hears which are open elsewhere.
async fn desks(road: &Road, here: Vec<Desks>) -> Result<Vec<ElsewhereDesks>, StoreError> {
    let said = serde_json::to_string(&here).map_err(odd)?;
    let others = exchange(road, &road.keys.desks(), &said).await?;
    let others = others.into_iter().map(|(node, said)| {
        let desks = serde_json::from_str(&said).map_err(odd)?;
        Ok(ElsewhereDesks { node, desks })
    });
    others.collect()
}

/// Says what runs here and hears what runs elsewhere. What a newer server says otherwise is passed over.
async fn servers(road: &Road, here: ServerInfo) -> Result<Vec<ServerInfo>, StoreError> {
    let node = road.node.clone();
    let said = serde_json::to_string(&ServerInfo { node, ..here }).map_err(odd)?;
    let others = exchange(road, &road.keys.servers(), &said).await?;
    let known = others
        .into_iter()
        .filter_map(|(_, said)| serde_json::from_str(&said).ok());
    Ok(known.collect())
}

/// Takes back what this server said.
pub(super) async fn leave(road: &Road) -> Result<(), StoreError> {
    let mut pipeline = redis::pipe();
    pipeline.cmd("HDEL").arg(road.keys.desks()).arg(&road.node);
    pipeline.cmd("HDEL").arg(road.keys.servers()).arg(&road.node);
    road.link.plain(&pipeline).await.map(|_| ())
}

impl Presence for Redis {
    fn news(&self) -> Option<NewsFeed> {
        self.feed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn tell_typing(&self, conversation: &ConversationId, speaker: Speaker) {
        bell::whisper(&self.road, bell::typing(speaker, conversation));
    }

    fn tell_desks(&self, here: Vec<Desks>, changed: bool) -> StoreFuture<'_, Vec<ElsewhereDesks>> {
        Box::pin(async move {
            let elsewhere = desks(&self.road, here).await?;
            if changed {
                bell::whisper(&self.road, "desks".to_owned());
            }
            Ok(elsewhere)
        })
    }

    fn tell_server(&self, here: ServerInfo) -> StoreFuture<'_, Vec<ServerInfo>> {
        Box::pin(servers(&self.road, here))
    }

    fn node(&self) -> &str {
        &self.road.node
    }
}
