//! Which agents are at a desk at which server. Each server says so again and again; what it has not repeated in time
//! no longer holds, so that a server that died takes its agents with it.

use std::sync::LazyLock;
use std::time::Duration;

use super::append::{Road, odd};
use super::reads::first;
use super::script::StoreScript;
use crate::model::{Desks, ElsewhereDesks};
use crate::store::StoreError;

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

/// Says which desks are open here and hears which are open elsewhere.
pub(super) async fn exchange(road: &Road, here: Vec<Desks>) -> Result<Vec<ElsewhereDesks>, StoreError> {
    let said = serde_json::to_string(&here).map_err(odd)?;
    let build = |whole: bool| {
        let mut pipeline = SCRIPT.call(whole);
        pipeline
            .arg(1)
            .arg(road.keys.desks())
            .arg(&road.node)
            .arg(&said)
            .arg(u64::try_from(HOLDS.as_millis()).unwrap_or(u64::MAX));
        pipeline
    };
    let others: Vec<String> = first(road.link.run(build).await?)?;
    others
        .chunks_exact(2)
        .map(|pair| {
            Ok(ElsewhereDesks {
                node: pair[0].clone(),
                desks: serde_json::from_str(&pair[1]).map_err(odd)?,
            })
        })
        .collect()
}

/// Takes back what this server said.
pub(super) async fn leave(road: &Road) -> Result<(), StoreError> {
    let mut pipeline = redis::pipe();
    pipeline.cmd("HDEL").arg(road.keys.desks()).arg(&road.node);
    road.link.plain(&pipeline).await.map(|_| ())
}
