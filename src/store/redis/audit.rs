//! The audit record in the Redis store: a stream that is only added to, and a hash with the chain.
//!
//! Scripts cannot compute SHA-256, so whoever adds has read where the record stands, and the script refuses when it has
//! moved on. Entries without a hash, which the versions before this one write, get theirs before the next is added.

use std::sync::LazyLock;

use super::Redis;
use super::append::odd;
use super::reads::first;
use super::script::StoreScript;
use crate::store::{AuditEntry, AuditHash, AuditMark, AuditRecord, StoreError};

/// Sets `given` to the highest number given in the stream KEYS[1], also when its entry is gone.
macro_rules! highest_given {
    () => {
        r"
local given = 0
if redis.call('EXISTS', KEYS[1]) == 1 then
  local about = redis.call('XINFO', 'STREAM', KEYS[1])
  for at = 1, #about, 2 do
    if about[at] == 'last-generated-id' then given = tonumber(string.match(about[at + 1], '^%d+')) end
  end
end
"
    };
}

/// Where the record stands. KEYS: audit, chain. ARGV: how many entries without a hash to show.
/// Answers the highest number given, the last number with a hash, its hash, and the entries behind that.
const STANDS: &str = concat!(
    highest_given!(),
    r"
local last = redis.call('HGET', KEYS[2], 'last') or '0'
local hash = redis.call('HGET', KEYS[2], last) or ''
local behind = {}
if tonumber(last) < given then
  behind = redis.call('XRANGE', KEYS[1], (tonumber(last) + 1) .. '-0', '+', 'COUNT', ARGV[1])
end
return { given, tonumber(last), hash, behind }
"
);
static STANDS_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(STANDS));

/// Adds hashes, and an entry when there is one, unless the record has moved on; an entry once however often it is
/// called. KEYS: audit, chain. ARGV: the highest number given, the last number with a hash, name of the call or nothing,
/// entry, then number and hash of each that gets one; that of the entry last. Answers the entry's number, 0 without
/// an entry, -1 when the record has moved on.
const ADD: &str = concat!(
    highest_given!(),
    r"
if ARGV[3] ~= '' then
  for _, entry in ipairs(redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 64)) do
    if entry[2][2] == ARGV[3] then return tonumber(string.match(entry[1], '^%d+')) end
  end
end
if given ~= tonumber(ARGV[1]) then return -1 end
if (redis.call('HGET', KEYS[2], 'last') or '0') ~= ARGV[2] then return -1 end
for at = 5, #ARGV, 2 do
  redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1], 'last', ARGV[at])
end
if ARGV[3] == '' then return 0 end
redis.call('XADD', KEYS[1], (given + 1) .. '-0', 'o', ARGV[3], 'b', ARGV[4])
return given + 1
"
);
static ADD_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(ADD));

/// Entries without a hash that are read at once.
const AT_ONCE: usize = 256;
/// How often adding is tried when other servers add at the same moment.
const TRIES: usize = 200;

/// An entry of the stream: its id, and its fields with their values.
type Entry = (String, Vec<String>);

/// Where the record stands.
struct Standing {
    given: u64,
    last: u64,
    hash: AuditHash,
    behind: Vec<(u64, String)>,
}

impl Redis {
    /// Adds an entry behind the last one.
    pub(super) async fn add_to_audit(&self, entry: AuditEntry) -> Result<AuditMark, StoreError> {
        let body = serde_json::to_string(&entry).map_err(odd)?;
        let operation = uuid::Uuid::now_v7().simple().to_string();
        let _one_at_a_time = self.auditing.lock().await;
        for _ in 0..TRIES {
            let standing = self.audit_standing().await?;
            let mut hashes = standing.hashes();
            // More are without a hash than were read: these first.
            let whole = standing.behind.len() < AT_ONCE;
            let mut operation = operation.as_str();
            let before = hashes.last().map_or(standing.hash, |(_, hash)| *hash);
            let number = standing.given + 1;
            let hash = before.followed_by(number, &body);
            match whole {
                true => hashes.push((number, hash)),
                false => operation = "",
            }
            match self.change_audit(&standing, operation, &body, &hashes).await? {
                0 | -1 => {}
                // It was added at an earlier try whose answer was lost, perhaps under another hash than this try's.
                found => {
                    let number = u64::try_from(found).map_err(odd)?;
                    let hash = self.audit_hash(number).await?.unwrap_or(hash);
                    return Ok(AuditMark { number, hash });
                }
            }
        }
        Err(StoreError::Unavailable(
            "other servers add to the audit record all the time".to_owned(),
        ))
    }

    /// Gives entries their hashes that have none.
    pub(super) async fn chain_audit(&self) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let standing = self.audit_standing().await?;
            if standing.behind.is_empty() {
                return Ok(());
            }
            let hashes = standing.hashes();
            self.change_audit(&standing, "", "", &hashes).await?;
        }
        Ok(())
    }

    /// The highest number given.
    pub(super) async fn last_audit_number(&self) -> Result<u64, StoreError> {
        let standing = self.audit_standing().await?;
        Ok(standing.given.max(standing.last))
    }

    /// The record in the range, which is empty without bounds.
    pub(super) async fn audit_records(
        &self,
        command: &'static str,
        range: Option<(String, &'static str)>,
        limit: usize,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        let Some((from, to)) = range.filter(|_| limit > 0) else {
            return Ok(Vec::new());
        };
        let mut pipeline = redis::pipe();
        pipeline.cmd(command).arg(self.keys().audit()).arg(from).arg(to);
        pipeline.arg("COUNT").arg(limit.min(i64::MAX as usize));
        let entries: Vec<Entry> = first(self.link().plain(&pipeline).await?)?;
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let entries = entries.into_iter().map(numbered).collect::<Result<Vec<_>, _>>()?;
        let mut pipeline = redis::pipe();
        pipeline.cmd("HMGET").arg(self.keys().audit_chain());
        for (number, _) in &entries {
            pipeline.arg(*number);
        }
        let hashes: Vec<Option<String>> = first(self.link().plain(&pipeline).await?)?;
        let records = entries.into_iter().zip(hashes).map(|((number, body), hash)| {
            let hash = hash.as_deref().and_then(AuditHash::from_text);
            AuditRecord::stored(number, body, hash)
        });
        Ok(records.collect())
    }

    async fn audit_hash(&self, number: u64) -> Result<Option<AuditHash>, StoreError> {
        let mut pipeline = redis::pipe();
        pipeline.cmd("HGET").arg(self.keys().audit_chain()).arg(number);
        let hash: Option<String> = first(self.link().plain(&pipeline).await?)?;
        Ok(hash.as_deref().and_then(AuditHash::from_text))
    }

    async fn audit_standing(&self) -> Result<Standing, StoreError> {
        let build = |whole: bool| {
            let mut pipeline = STANDS_SCRIPT.call(whole);
            pipeline.arg(2).arg(self.keys().audit()).arg(self.keys().audit_chain());
            pipeline.arg(AT_ONCE);
            pipeline
        };
        let (given, last, hash, behind): (u64, u64, String, Vec<Entry>) = first(self.link().run(build).await?)?;
        Ok(Standing {
            given,
            last,
            hash: AuditHash::from_text(&hash).unwrap_or(AuditHash::BEGINNING),
            behind: behind.into_iter().map(numbered).collect::<Result<_, _>>()?,
        })
    }

    async fn change_audit(
        &self,
        standing: &Standing,
        operation: &str,
        body: &str,
        hashes: &[(u64, AuditHash)],
    ) -> Result<i64, StoreError> {
        let build = |whole: bool| {
            let mut pipeline = ADD_SCRIPT.call(whole);
            pipeline.arg(2).arg(self.keys().audit()).arg(self.keys().audit_chain());
            pipeline.arg(standing.given).arg(standing.last).arg(operation).arg(body);
            for (number, hash) in hashes {
                pipeline.arg(*number).arg(hash.to_string());
            }
            pipeline
        };
        first(self.link().run(build).await?)
    }
}

impl Standing {
    /// The hashes of the entries that have none.
    fn hashes(&self) -> Vec<(u64, AuditHash)> {
        let mut hash = self.hash;
        let hashes = self.behind.iter().map(|(number, body)| {
            hash = hash.followed_by(*number, body);
            (*number, hash)
        });
        hashes.collect()
    }
}

/// The number and the text of an entry.
fn numbered((id, fields): Entry) -> Result<(u64, String), StoreError> {
    let number = id.split('-').next().unwrap_or_default().parse().map_err(odd)?;
    Ok((number, fields.into_iter().nth(3).unwrap_or_default()))
}
