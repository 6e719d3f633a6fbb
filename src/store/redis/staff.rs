//! Staff, credentials and the audit record in the Redis store.

use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::de::DeserializeOwned;

use super::Redis;
use super::append::odd;
use super::reads::first;
use super::script::StoreScript;
use crate::model::{AgentId, Millis, SetPresence, StaffMember};
use crate::store::{AuditEntry, AuditMark, AuditRecord, Credential, CredentialKind, Staff, StoreError, StoreFuture};

/// Keeps a member unless another has the name. KEYS: agents, names. ARGV: id, name key, member. Answers 1 or 0.
const PUT: &str = r"
local holder = redis.call('HGET', KEYS[2], 'n:' .. ARGV[2])
if holder and holder ~= ARGV[1] and redis.call('HEXISTS', KEYS[1], holder) == 1 then return 0 end
local before = redis.call('HGET', KEYS[2], 'i:' .. ARGV[1])
if before and before ~= ARGV[2] then redis.call('HDEL', KEYS[2], 'n:' .. before) end
redis.call('HSET', KEYS[2], 'n:' .. ARGV[2], ARGV[1], 'i:' .. ARGV[1], ARGV[2])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
";
static PUT_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(PUT));

/// Spends a sign-in link: of two who come with one, one gets in.
/// KEYS: credential. ARGV: the kind, now. Answers the agent, when it expires and in which format it is kept, or nothing.
const SPEND: &str = r"
local kept = redis.call('HMGET', KEYS[1], 'kind', 'expires', 'agent', 'format')
if kept[1] ~= ARGV[1] or tonumber(kept[2]) <= tonumber(ARGV[2]) then return false end
if kept[1] == 'sign_in' then redis.call('DEL', KEYS[1]) end
return { kept[3], kept[2], kept[4] or '' }
";
static SPEND_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(SPEND));

/// KEYS: credential. ARGV: expires, for how long the key is kept. Answers the agent, or nothing when it is no session.
const EXTEND: &str = r"
local kept = redis.call('HMGET', KEYS[1], 'kind', 'expires', 'agent')
if kept[1] ~= 'session' then return false end
if tonumber(kept[2]) < tonumber(ARGV[1]) then
  redis.call('HSET', KEYS[1], 'expires', ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return kept[3]
";
static EXTEND_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(EXTEND));

/// How long an expired credential may lie before the server forgets it, milliseconds. It is refused from its
/// expiry on; this only keeps the server tidy.
const TIDY_MS: u64 = 24 * 3_600_000;

/// Keeps what was said last of an agent's presence, unless something later is kept. KEYS: presence. ARGV: agent, when, what.
const SAY: &str = r"
local kept = redis.call('HGET', KEYS[1], ARGV[1])
if kept and tonumber(cjson.decode(kept).at) > tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
";
static SAY_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(SAY));

impl Staff for Redis {
    fn put_member(&self, member: StaffMember) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            let key = StaffMember::name_key(&member.name);
            // A server of version 0.1 that runs beside this one keeps members without saying who has which name.
            let all = self.all_members().await?;
            let taken = all
                .iter()
                .any(|other| other.id != member.id && StaffMember::name_key(&other.name) == key);
            let kept = serde_json::to_string(&member).map_err(odd)?;
            let build = |whole: bool| {
                let mut pipeline = PUT_SCRIPT.call(whole);
                pipeline.arg(2).arg(self.keys().agents()).arg(self.keys().names());
                pipeline.arg(member.id.as_str()).arg(&key).arg(&kept);
                pipeline
            };
            if taken || first::<u32>(self.link().run(build).await?)? == 0 {
                return Err(StoreError::NameTaken(member.name));
            }
            Ok(())
        })
    }

    fn member(&self, id: AgentId) -> StoreFuture<'_, Option<StaffMember>> {
        Box::pin(async move { self.kept(self.keys().agents(), id.as_str()).await })
    }

    fn members(&self) -> StoreFuture<'_, Vec<StaffMember>> {
        Box::pin(self.all_members())
    }

    fn put_presence(&self, agent: AgentId, said: SetPresence) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            let kept = serde_json::to_string(&said).map_err(odd)?;
            let build = |whole: bool| {
                let mut pipeline = SAY_SCRIPT.call(whole);
                pipeline.arg(1).arg(self.keys().presence());
                pipeline.arg(agent.as_str()).arg(said.at.0).arg(&kept);
                pipeline
            };
            first::<u32>(self.link().run(build).await?).map(|_| ())
        })
    }

    fn presence(&self, agent: AgentId) -> StoreFuture<'_, Option<SetPresence>> {
        Box::pin(async move { self.kept(self.keys().presence(), agent.as_str()).await })
    }

    fn put_credential(
        &self,
        hash: [u8; 32],
        kind: CredentialKind,
        agent: AgentId,
        expires: Millis,
    ) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            // First the list, so that whoever signs the agent out everywhere finds what is there.
            self.list_credential(hash, &agent, expires).await?;
            let key = self.keys().credential(hash);
            let mut pipeline = redis::pipe();
            pipeline
                .atomic()
                .cmd("HSET")
                .arg(&key)
                .arg("kind")
                .arg(kind.name())
                .arg("expires")
                .arg(expires.0)
                .arg("agent")
                .arg(agent.as_str())
                .arg("format")
                .arg(2)
                .cmd("PEXPIRE")
                .arg(&key)
                .arg(kept_for(expires));
            self.link().plain(&pipeline).await.map(|_| ())
        })
    }

    fn use_credential(&self, hash: [u8; 32], kind: CredentialKind, now: Millis) -> StoreFuture<'_, Option<Credential>> {
        Box::pin(async move {
            let build = |whole: bool| {
                let mut pipeline = SPEND_SCRIPT.call(whole);
                pipeline
                    .arg(1)
                    .arg(self.keys().credential(hash))
                    .arg(kind.name())
                    .arg(now.0);
                pipeline
            };
            let kept: Option<(String, u64, String)> = first(self.link().run(build).await?)?;
            let Some((agent, expires, format)) = kept else {
                return Ok(None);
            };
            // Version 0.1 kept no list of an agent's credentials.
            if format.is_empty() && self.is_signed_out(&agent).await? {
                return Ok(None);
            }
            Ok(Some(Credential {
                agent: AgentId::new(agent),
                expires: Millis(expires),
            }))
        })
    }

    fn extend_credential(&self, hash: [u8; 32], expires: Millis) -> StoreFuture<'_, bool> {
        Box::pin(async move {
            let build = |whole: bool| {
                let mut pipeline = EXTEND_SCRIPT.call(whole);
                pipeline
                    .arg(1)
                    .arg(self.keys().credential(hash))
                    .arg(expires.0)
                    .arg(kept_for(expires));
                pipeline
            };
            let agent: Option<String> = first(self.link().run(build).await?)?;
            match agent {
                Some(agent) => self
                    .list_credential(hash, &AgentId::new(agent), expires)
                    .await
                    .map(|()| true),
                None => Ok(false),
            }
        })
    }

    fn drop_credential(&self, hash: [u8; 32]) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            let mut pipeline = redis::pipe();
            pipeline.cmd("DEL").arg(self.keys().credential(hash));
            self.link().plain(&pipeline).await.map(|_| ())
        })
    }

    fn drop_credentials_of(&self, agent: AgentId, kind: Option<CredentialKind>) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            if kind.is_none() {
                let mut pipeline = redis::pipe();
                pipeline.cmd("SADD").arg(self.keys().signed_out()).arg(agent.as_str());
                self.link().plain(&pipeline).await?;
            }
            let mut pipeline = redis::pipe();
            pipeline
                .cmd("ZRANGE")
                .arg(self.keys().credentials_of(&agent))
                .arg(0)
                .arg(-1);
            let listed: Vec<String> = first(self.link().plain(&pipeline).await?)?;
            // What is listed stays listed until it would have expired: a sign-in may be between list and key.
            for hash in listed {
                let key = self.keys().credential_of_text(&hash);
                if let Some(kind) = kind {
                    let mut pipeline = redis::pipe();
                    pipeline.cmd("HGET").arg(&key).arg("kind");
                    let kept: Option<String> = first(self.link().plain(&pipeline).await?)?;
                    if kept.as_deref() != Some(kind.name()) {
                        continue;
                    }
                }
                let mut pipeline = redis::pipe();
                pipeline.cmd("DEL").arg(&key);
                self.link().plain(&pipeline).await?;
            }
            Ok(())
        })
    }

    fn audit(&self, entry: AuditEntry) -> StoreFuture<'_, AuditMark> {
        Box::pin(self.add_to_audit(entry))
    }

    fn audit_given(&self) -> StoreFuture<'_, u64> {
        Box::pin(self.last_audit_number())
    }

    fn audit_entries(&self, after: u64, limit: usize) -> StoreFuture<'_, Vec<AuditRecord>> {
        let from = after.checked_add(1);
        Box::pin(self.audit_records("XRANGE", from.map(|from| (format!("{from}-0"), "+")), limit))
    }

    fn audit_before(&self, before: u64, limit: usize) -> StoreFuture<'_, Vec<AuditRecord>> {
        let last = before.checked_sub(1);
        Box::pin(self.audit_records("XREVRANGE", last.map(|last| (format!("{last}-0"), "-")), limit))
    }
}

impl Redis {
    /// A field of a hash, read.
    async fn kept<T: DeserializeOwned>(&self, key: String, field: &str) -> Result<Option<T>, StoreError> {
        let mut pipeline = redis::pipe();
        pipeline.cmd("HGET").arg(key).arg(field);
        let kept: Option<String> = first(self.link().plain(&pipeline).await?)?;
        kept.map(|kept| serde_json::from_str(&kept).map_err(odd)).transpose()
    }

    async fn all_members(&self) -> Result<Vec<StaffMember>, StoreError> {
        let mut pipeline = redis::pipe();
        pipeline.cmd("HVALS").arg(self.keys().agents());
        let kept: Vec<String> = first(self.link().plain(&pipeline).await?)?;
        let members = kept.iter().map(|kept| serde_json::from_str(kept).map_err(odd));
        let mut members = members.collect::<Result<Vec<StaffMember>, _>>()?;
        members.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(members)
    }

    async fn list_credential(&self, hash: [u8; 32], agent: &AgentId, expires: Millis) -> Result<(), StoreError> {
        let list = self.keys().credentials_of(agent);
        let mut pipeline = redis::pipe();
        pipeline
            .cmd("ZADD")
            .arg(&list)
            .arg("GT")
            .arg(expires.0)
            .arg(data_encoding::HEXLOWER.encode(&hash))
            .cmd("ZREMRANGEBYSCORE")
            .arg(&list)
            .arg("-inf")
            .arg(wall_ms().saturating_sub(TIDY_MS));
        self.link().plain(&pipeline).await.map(|_| ())
    }

    async fn is_signed_out(&self, agent: &str) -> Result<bool, StoreError> {
        let mut pipeline = redis::pipe();
        pipeline.cmd("SISMEMBER").arg(self.keys().signed_out()).arg(agent);
        first(self.link().plain(&pipeline).await?)
    }
}

fn wall_ms() -> u64 {
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(wall.as_millis()).unwrap_or(u64::MAX)
}

/// How long the key of a credential lies, milliseconds.
fn kept_for(expires: Millis) -> u64 {
    let left = expires.0.saturating_sub(wall_ms());
    left.saturating_add(TIDY_MS).min(i64::MAX as u64 / 2)
}
