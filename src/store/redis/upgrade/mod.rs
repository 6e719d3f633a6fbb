//! Brings the data of version 0.1 to the current format, shard by shard, while its servers may still be running: it
//! fills the feed from the logs, and lists who waits, a shopper's conversations and a shopper's tokens. What such servers
//! write afterwards is taken over whenever a shard is used (`feed.lua`).
//!
//! Version 0.1 wrote no format. A shard's own format is written when the shard is done, that of all data last.

mod people;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use redis::{Pipeline, Value, from_redis_value};

use super::append::{ShardWriter, odd};
use super::keys::Shard;
use super::reads::first;
use super::script::StoreScript;
use crate::model::ConversationId;
use crate::store::StoreError;

/// The format that this program writes. Version 0.1 is 1.
pub(super) const FORMAT: u32 = 2;
/// How long a lease on a shard holds without a sign of life, milliseconds.
const LEASE_MS: u64 = 30_000;
/// How often somebody else's lease is looked at.
const PAUSE: Duration = Duration::from_millis(200);
/// Logs read, entries written, tokens read at once.
const AT_ONCE: usize = 256;

/// Takes the lease on a shard and empties its feed. KEYS: format, lease, feed. ARGV: who, for how long.
/// Answers `done`, `wait` or `go`.
const BEGIN: &str = r"
if redis.call('EXISTS', KEYS[1]) == 1 then return 'done' end
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[1] then return 'wait' end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
redis.call('DEL', KEYS[3])
return 'go'
";
static BEGIN_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(BEGIN));

/// Writes entries into the feed, those that are not there yet. KEYS: lease, feed. ARGV: who, for how long, then of each
/// entry: number, conversation, from, to, shop, at.
const FILL: &str = r"
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return redis.error_reply('LOST the lease on the shard') end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local top = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
local last = top and tonumber(string.match(top[1], '%d+$')) or 0
for at = 3, #ARGV, 6 do
  if tonumber(ARGV[at]) > last then
    redis.call('XADD', KEYS[2], '0-' .. ARGV[at], 'c', ARGV[at + 1], 'f', ARGV[at + 2], 's', ARGV[at + 3],
      'h', ARGV[at + 4], 'a', ARGV[at + 5])
  end
end
return 'ok'
";
static FILL_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(FILL));

/// Says of conversations how far and as which entries they are in the feed, and lists them where they belong.
/// KEYS: lease. ARGV: who, for how long, base of the shard's keys, then of each: conversation, last event, entries.
const SETTLE: &str = r"
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return redis.error_reply('LOST the lease on the shard') end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local base = ARGV[3]
for at = 4, #ARGV, 3 do
  local head = base .. 'head:' .. ARGV[at]
  local stands = redis.call('HMGET', head, 'shop', 'shopper', 'owner')
  if stands[1] then
    redis.call('HSET', head, 'fed', ARGV[at + 1], 'fed_as', ARGV[at + 2])
    redis.call('SADD', base .. 'of:' .. stands[1] .. '\0' .. stands[2], ARGV[at])
    redis.call(stands[3] == 'queue' and 'SADD' or 'SREM', base .. 'queued', ARGV[at])
  end
end
return 'ok'
";
static SETTLE_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(SETTLE));

/// Ends a shard's upgrade. KEYS: format, lease, upto, old tickets. ARGV: who, the number of the last append before the
/// logs were read, the format.
const END: &str = r"
if redis.call('EXISTS', KEYS[1]) == 1 then return 'ok' end
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return redis.error_reply('LOST the lease on the shard') end
redis.call('SET', KEYS[3], ARGV[2])
redis.call('SET', KEYS[1], ARGV[3])
redis.call('DEL', KEYS[2], KEYS[4])
return 'ok'
";
static END_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(END));

/// Refuses data of a newer program before anything is written, and upgrades older data.
///
/// # Errors
/// [`StoreError::Corrupt`] for a newer format, [`StoreError::Unavailable`].
pub(super) async fn to_current(writer: &ShardWriter) -> Result<(), StoreError> {
    if is_current(writer).await? {
        return Ok(());
    }
    for shard in Shard::all() {
        upgrade(writer, shard).await?;
    }
    people::staff(writer).await?;
    people::tokens(writer).await?;
    let mut pipeline = redis::pipe();
    pipeline.cmd("SET").arg(writer.keys.format()).arg(FORMAT);
    writer.link.plain(&pipeline).await.map(|_| ())
}

async fn is_current(writer: &ShardWriter) -> Result<bool, StoreError> {
    let mut pipeline = redis::pipe();
    pipeline.cmd("GET").arg(writer.keys.format());
    let format: Option<String> = first(writer.link.plain(&pipeline).await?)?;
    match format.as_deref().map(str::parse::<u32>) {
        None => Ok(false),
        Some(Ok(FORMAT)) => Ok(true),
        Some(_) => Err(StoreError::Corrupt(format!(
            "the data in Redis has format {}, written by a newer yingda; this one reads up to {FORMAT}",
            format.unwrap_or_default()
        ))),
    }
}

async fn upgrade(writer: &ShardWriter, shard: Shard) -> Result<(), StoreError> {
    let keys = &writer.keys;
    let begin = |whole: bool| {
        let mut pipeline = BEGIN_SCRIPT.call(whole);
        pipeline
            .arg(3)
            .arg(keys.shard_format(shard))
            .arg(keys.shard_lease(shard))
            .arg(keys.feed(shard))
            .arg(&writer.node)
            .arg(LEASE_MS);
        pipeline
    };
    loop {
        match first::<String>(writer.link.run(begin).await?)?.as_str() {
            "done" => return Ok(()),
            "go" => break,
            _ => tokio::time::sleep(PAUSE).await,
        }
    }
    let upto = {
        let mut pipeline = redis::pipe();
        pipeline.cmd("GET").arg(keys.change_count(shard));
        first::<Option<u64>>(writer.link.plain(&pipeline).await?)?.unwrap_or(0)
    };
    let conversations = conversations(writer, shard).await?;
    if !conversations.is_empty() {
        tracing::info!(
            shard = shard.0,
            conversations = conversations.len(),
            "bringing stored conversations up to date"
        );
        fill(writer, shard, &conversations).await?;
    }
    let end = |whole: bool| {
        let mut pipeline = END_SCRIPT.call(whole);
        pipeline
            .arg(4)
            .arg(keys.shard_format(shard))
            .arg(keys.shard_lease(shard))
            .arg(keys.fed(shard))
            .arg(keys.old_tickets(shard))
            .arg(&writer.node)
            .arg(upto)
            .arg(FORMAT);
        pipeline
    };
    writer.link.run(end).await.map(|_| ())
}

/// All conversations of a shard: the open ones by shopper, the closed ones by time.
async fn conversations(writer: &ShardWriter, shard: Shard) -> Result<Vec<ConversationId>, StoreError> {
    let mut pipeline = redis::pipe();
    pipeline
        .cmd("HVALS")
        .arg(writer.keys.open(shard))
        .cmd("ZRANGE")
        .arg(writer.keys.closed(shard))
        .arg(0)
        .arg(-1);
    let mut all = Vec::new();
    for answer in writer.link.plain(&pipeline).await? {
        let some: Vec<String> = from_redis_value(answer).map_err(odd)?;
        all.extend(some.into_iter().map(ConversationId::new));
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// Some events of one conversation that follow one another in the order of all.
struct Run {
    conversation: usize,
    from: u64,
    to: u64,
    at: u64,
}

async fn fill(writer: &ShardWriter, shard: Shard, conversations: &[ConversationId]) -> Result<(), StoreError> {
    // By time, and within a conversation by number whatever the clock did.
    let mut order: Vec<(u64, usize, u64)> = Vec::new();
    let mut shops = Vec::with_capacity(conversations.len());
    for (part, some) in conversations.chunks(AT_ONCE).enumerate() {
        let mut pipeline = redis::pipe();
        for conversation in some {
            pipeline
                .cmd("HGET")
                .arg(writer.keys.head(shard, conversation))
                .arg("shop")
                .cmd("XRANGE")
                .arg(writer.keys.log(shard, conversation))
                .arg("-")
                .arg("+");
        }
        let answers = writer.link.plain(&pipeline).await?;
        for (place, pair) in answers.chunks_exact(2).enumerate() {
            shops.push(from_redis_value::<Option<String>>(pair[0].clone()).map_err(odd)?);
            let mut reached = 0;
            for (seq, at) in times(&pair[1])? {
                reached = at.max(reached);
                order.push((reached, part * AT_ONCE + place, seq));
            }
        }
        renew(writer, shard).await?;
    }
    order.sort_unstable();
    let mut runs: Vec<Run> = Vec::new();
    for (at, conversation, seq) in order {
        match runs.last_mut() {
            Some(run) if run.conversation == conversation && run.to + 1 == seq => (run.to, run.at) = (seq, at),
            _ => runs.push(Run {
                conversation,
                from: seq,
                to: seq,
                at,
            }),
        }
    }
    let mut fed: BTreeMap<usize, (u64, String)> = BTreeMap::new();
    let numbered: Vec<(usize, &Run)> = (1..).zip(&runs).collect();
    for some in numbered.chunks(AT_ONCE) {
        scripted(
            writer,
            &FILL_SCRIPT,
            &[writer.keys.shard_lease(shard), writer.keys.feed(shard)],
            |pipeline| {
                for (number, run) in some {
                    pipeline
                        .arg(*number)
                        .arg(conversations[run.conversation].as_str())
                        .arg(run.from)
                        .arg(run.to)
                        .arg(shops[run.conversation].as_deref().unwrap_or_default())
                        .arg(run.at);
                }
            },
        )
        .await?;
        for (number, run) in some {
            let (to, entries) = fed.entry(run.conversation).or_default();
            *to = run.to;
            entries.push_str(&format!(" 0-{number}"));
        }
    }
    let fed: Vec<_> = fed.into_iter().collect();
    for some in fed.chunks(AT_ONCE) {
        scripted(writer, &SETTLE_SCRIPT, &[writer.keys.shard_lease(shard)], |pipeline| {
            pipeline.arg(writer.keys.base(shard));
            for (conversation, (to, entries)) in some {
                pipeline
                    .arg(conversations[*conversation].as_str())
                    .arg(*to)
                    .arg(entries);
            }
        })
        .await?;
    }
    Ok(())
}

/// The numbers and times of a log.
fn times(log: &Value) -> Result<Vec<(u64, u64)>, StoreError> {
    let entries: Vec<(String, Vec<String>)> = from_redis_value(log.clone()).map_err(odd)?;
    let read = entries.iter().map(|(id, fields)| {
        let seq = id.split('-').next()?.parse().ok()?;
        let at = fields.iter().step_by(2).position(|field| field == "a")?;
        Some((seq, fields.get(at * 2 + 1)?.parse().ok()?))
    });
    read.collect::<Option<_>>()
        .ok_or_else(|| StoreError::Corrupt("Redis holds a log that cannot be read".to_owned()))
}

/// Keeps the lease while nothing is written.
async fn renew(writer: &ShardWriter, shard: Shard) -> Result<(), StoreError> {
    scripted(writer, &SETTLE_SCRIPT, &[writer.keys.shard_lease(shard)], |pipeline| {
        pipeline.arg(writer.keys.base(shard));
    })
    .await
}

/// Runs a script that holds on to the lease.
async fn scripted(
    writer: &ShardWriter,
    script: &StoreScript,
    keys: &[String],
    arguments: impl Fn(&mut Pipeline),
) -> Result<(), StoreError> {
    let build = |whole: bool| {
        let mut pipeline = script.call(whole);
        pipeline.arg(keys.len()).arg(keys).arg(&writer.node).arg(LEASE_MS);
        arguments(&mut pipeline);
        pipeline
    };
    writer.link.run(build).await.map(|_| ())
}
