//! Shoppers' tokens, the staff and their credentials.

use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use super::Redis;
use super::append::odd;
use super::reads::first;
use super::script::StoreScript;
use crate::model::Agent;
use crate::model::{AgentId, Millis, ShopId, ShopperId};
use crate::store::{CredentialKind, StoreError};

/// Spends a sign-in link: of two who come with one, one gets in.
/// KEYS: credential. ARGV: the kind, now. Answers the agent or nothing.
const SPEND: &str = r"
local kept = redis.call('HMGET', KEYS[1], 'kind', 'expires', 'agent')
if kept[1] ~= ARGV[1] or tonumber(kept[2]) <= tonumber(ARGV[2]) then return false end
if kept[1] == 'sign_in' then redis.call('DEL', KEYS[1]) end
return kept[3]
";
static SPEND_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(SPEND));

/// How long an expired credential may lie before the server forgets it, milliseconds. It is refused from its
/// expiry on; this only keeps the server tidy.
const TIDY_MS: u64 = 24 * 3_600_000;

impl Redis {
    pub(super) async fn keep_token(&self, hash: [u8; 32], shop: ShopId, shopper: ShopperId) -> Result<(), StoreError> {
        let mut pipeline = redis::pipe();
        pipeline
            .cmd("SET")
            .arg(self.keys().token(hash))
            .arg(format!("{shop}\0{shopper}"));
        self.link().plain(&pipeline).await.map(|_| ())
    }

    pub(super) async fn token_owner(&self, hash: [u8; 32]) -> Result<Option<(ShopId, ShopperId)>, StoreError> {
        let mut pipeline = redis::pipe();
        pipeline.cmd("GET").arg(self.keys().token(hash));
        let kept: Option<String> = first(self.link().plain(&pipeline).await?)?;
        Ok(kept.and_then(|kept| {
            let (shop, shopper) = kept.split_once('\0')?;
            Some((ShopId::new(shop), ShopperId::new(shopper)))
        }))
    }

    pub(super) async fn keep_agent(&self, agent: Agent) -> Result<(), StoreError> {
        let kept = serde_json::to_string(&agent).map_err(odd)?;
        let mut pipeline = redis::pipe();
        pipeline
            .cmd("HSET")
            .arg(self.keys().agents())
            .arg(agent.id.as_str())
            .arg(kept);
        self.link().plain(&pipeline).await.map(|_| ())
    }

    pub(super) async fn one_agent(&self, id: AgentId) -> Result<Option<Agent>, StoreError> {
        let mut pipeline = redis::pipe();
        pipeline.cmd("HGET").arg(self.keys().agents()).arg(id.as_str());
        let kept: Option<String> = first(self.link().plain(&pipeline).await?)?;
        kept.map(|kept| agent(&kept)).transpose()
    }

    pub(super) async fn all_agents(&self) -> Result<Vec<Agent>, StoreError> {
        let mut pipeline = redis::pipe();
        pipeline.cmd("HVALS").arg(self.keys().agents());
        let kept: Vec<String> = first(self.link().plain(&pipeline).await?)?;
        let mut agents = kept.iter().map(|kept| agent(kept)).collect::<Result<Vec<_>, _>>()?;
        agents.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(agents)
    }

    pub(super) async fn keep_credential(
        &self,
        hash: [u8; 32],
        kind: CredentialKind,
        agent: AgentId,
        expires: Millis,
    ) -> Result<(), StoreError> {
        let key = self.keys().credential(hash);
        let wall = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_millis();
        let left = expires.0.saturating_sub(u64::try_from(wall).unwrap_or(u64::MAX));
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
            .cmd("PEXPIRE")
            .arg(&key)
            .arg(left.saturating_add(TIDY_MS).min(i64::MAX as u64 / 2));
        self.link().plain(&pipeline).await.map(|_| ())
    }

    pub(super) async fn credential_owner(
        &self,
        hash: [u8; 32],
        kind: CredentialKind,
        now: Millis,
    ) -> Result<Option<AgentId>, StoreError> {
        let build = |whole: bool| {
            let mut pipeline = SPEND_SCRIPT.call(whole);
            pipeline
                .arg(1)
                .arg(self.keys().credential(hash))
                .arg(kind.name())
                .arg(now.0);
            pipeline
        };
        let agent: Option<String> = first(self.link().run(build).await?)?;
        Ok(agent.map(AgentId::new))
    }

    pub(super) async fn forget_credential(&self, hash: [u8; 32]) -> Result<(), StoreError> {
        let mut pipeline = redis::pipe();
        pipeline.cmd("DEL").arg(self.keys().credential(hash));
        self.link().plain(&pipeline).await.map(|_| ())
    }
}

fn agent(kept: &str) -> Result<Agent, StoreError> {
    serde_json::from_str(kept).map_err(odd)
}
