//! What servers tell one another of themselves: which agents are at a desk there, which packs answer. Each server says
//! so again and again; what it has not repeated in time no longer holds, so that a server that died takes its agents
//! with it.

use std::sync::{LazyLock, PoisonError};
use std::time::Duration;

use super::append::{ShardWriter, odd};
use super::reads::first;
use super::script::StoreScript;
use super::{Redis, notify};
use crate::model::{ConversationId, Desks, ElsewhereDesks, Seq, ServerInfo, ShopId, Speaker};
use crate::store::peer_changes::PeerChanges;
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
async fn exchange(writer: &ShardWriter, key: &str, said: &str) -> Result<Vec<(String, String)>, StoreError> {
    let build = |whole: bool| {
        let mut pipeline = SCRIPT.call(whole);
        pipeline
            .arg(1)
            .arg(key)
            .arg(&writer.node)
            .arg(said)
            .arg(u64::try_from(HOLDS.as_millis()).unwrap_or(u64::MAX));
        pipeline
    };
    let others: Vec<String> = first(writer.link.run(build).await?)?;
    let pairs = others.chunks_exact(2);
    Ok(pairs.map(|pair| (pair[0].clone(), pair[1].clone())).collect())
}

/// Says which desks are open here and hears which are open elsewhere.
async fn desks(writer: &ShardWriter, here: Vec<Desks>) -> Result<Vec<ElsewhereDesks>, StoreError> {
    let said = serde_json::to_string(&here).map_err(odd)?;
    let others = exchange(writer, &writer.keys.desks(), &said).await?;
    let others = others.into_iter().map(|(node, said)| {
        let desks = serde_json::from_str(&said).map_err(odd)?;
        Ok(ElsewhereDesks { node, desks })
    });
    others.collect()
}

/// Says what runs here and hears what runs elsewhere. What a newer server says otherwise is passed over.
async fn servers(writer: &ShardWriter, here: ServerInfo) -> Result<Vec<ServerInfo>, StoreError> {
    let node = writer.node.clone();
    let said = serde_json::to_string(&ServerInfo { node, ..here }).map_err(odd)?;
    let others = exchange(writer, &writer.keys.servers(), &said).await?;
    let known = others
        .into_iter()
        .filter_map(|(_, said)| serde_json::from_str(&said).ok());
    Ok(known.collect())
}

/// Takes back what this server said.
pub(super) async fn leave(writer: &ShardWriter) -> Result<(), StoreError> {
    let mut pipeline = redis::pipe();
    pipeline.cmd("HDEL").arg(writer.keys.desks()).arg(&writer.node);
    pipeline.cmd("HDEL").arg(writer.keys.servers()).arg(&writer.node);
    writer.link.plain(&pipeline).await.map(|_| ())
}

impl Presence for Redis {
    fn peer_changes(&self) -> Option<PeerChanges> {
        self.peer_changes.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn tell_typing(&self, conversation: &ConversationId, speaker: Speaker) {
        notify::send_ephemeral(&self.writer, notify::typing(speaker, conversation));
    }

    fn tell_seen(&self, conversation: &ConversationId, seq: Seq) {
        notify::send_ephemeral(&self.writer, notify::seen(seq, conversation));
    }

    fn tell_desks(&self, here: Vec<Desks>, changed: bool) -> StoreFuture<'_, Vec<ElsewhereDesks>> {
        Box::pin(async move {
            let elsewhere = desks(&self.writer, here).await?;
            if changed {
                notify::send_ephemeral(&self.writer, "desks".to_owned());
            }
            Ok(elsewhere)
        })
    }

    fn join(&self, shops: Vec<ShopId>) -> StoreFuture<'_, ()> {
        Box::pin(self.join_as(shops))
    }

    fn tell_server(&self, here: ServerInfo) -> StoreFuture<'_, Vec<ServerInfo>> {
        Box::pin(servers(&self.writer, here))
    }

    fn node(&self) -> &str {
        &self.writer.node
    }
}
