//! Staff and tokens of version 0.1, brought to the current format.

use std::sync::LazyLock;

use super::super::append::{ShardWriter, odd};
use super::super::keys::Shard;
use super::super::reads::first;
use super::super::script::StoreScript;
use super::super::visitors;
use super::AT_ONCE;
use crate::model::{Millis, Partition, StaffMember};
use crate::store::{StoreError, rules};

/// Names of keys on the server that a key lies on. KEYS: any key there. ARGV: cursor, pattern, how many.
const SCAN: &str = "#!lua flags=allow-cross-slot-keys,no-writes
return redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3])
";
static SCAN_SCRIPT: LazyLock<StoreScript> = LazyLock::new(|| StoreScript::new(SCAN));

/// Gives members of version 0.1 their roles, and takes down who has which name. In one step, so that whoever does it
/// again finds it done.
pub(super) async fn staff(writer: &ShardWriter) -> Result<(), StoreError> {
    let mut pipeline = redis::pipe();
    pipeline.cmd("HVALS").arg(writer.keys.agents());
    let kept: Vec<String> = first(writer.link.plain(&pipeline).await?)?;
    let is_old = |text: &String| serde_json::from_str::<WrittenRoles>(text).is_ok_and(|member| member.roles.is_none());
    if kept.is_empty() || !kept.iter().all(is_old) {
        return Ok(());
    }
    let members = kept.iter().map(|text| serde_json::from_str(text).map_err(odd));
    let mut members = members.collect::<Result<Vec<StaffMember>, _>>()?;
    members.sort_by(|one, other| one.id.cmp(&other.id));
    let mut pipeline = redis::pipe();
    pipeline.atomic();
    for member in rules::staff_of_version_0_1(members) {
        let key = StaffMember::name_key(&member.name);
        pipeline
            .cmd("HSET")
            .arg(writer.keys.agents())
            .arg(member.id.as_str())
            .arg(serde_json::to_string(&member).map_err(odd)?)
            .cmd("HSET")
            .arg(writer.keys.names())
            .arg(format!("n:{key}"))
            .arg(member.id.as_str())
            .arg(format!("i:{}", member.id))
            .arg(key);
    }
    writer.link.plain(&pipeline).await.map(|_| ())
}

/// What tells a member of version 0.1.
#[derive(serde::Deserialize)]
struct WrittenRoles {
    roles: Option<serde_json::Value>,
}

/// Lists the tokens of version 0.1 by shopper, as given out now: when they were is not known.
pub(super) async fn tokens(writer: &ShardWriter) -> Result<(), StoreError> {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    let now = Millis(u64::try_from(now.as_millis()).unwrap_or(u64::MAX));
    // The shards lie on all servers of a cluster, unless it has very many.
    let servers = if writer.link.cluster() { Shard::all().count() } else { 1 };
    for shard in Shard::all().take(servers) {
        let mut cursor = "0".to_owned();
        loop {
            let scan = |whole: bool| {
                let mut pipeline = SCAN_SCRIPT.call(whole);
                pipeline.arg(1).arg(writer.keys.open(shard));
                pipeline.arg(&cursor).arg(writer.keys.every_token()).arg(AT_ONCE);
                pipeline
            };
            let (next, names): (String, Vec<String>) = first(writer.link.run(scan).await?)?;
            for name in names {
                token(writer, &name, now).await?;
            }
            if next == "0" {
                break;
            }
            cursor = next;
        }
    }
    Ok(())
}

async fn token(writer: &ShardWriter, name: &str, now: Millis) -> Result<(), StoreError> {
    let mut pipeline = redis::pipe();
    pipeline.cmd("GET").arg(name);
    let kept: Option<String> = first(writer.link.plain(&pipeline).await?)?;
    let Some((shop, shopper)) = kept.as_deref().and_then(visitors::shopper) else {
        return Ok(());
    };
    let hash = name.rsplit(':').next().unwrap_or_default();
    let mut pipeline = redis::pipe();
    pipeline
        .cmd("HSETNX")
        .arg(
            writer
                .keys
                .tokens_of(Shard::of(Partition::of(&shop, &shopper)), &shop, &shopper),
        )
        .arg(hash)
        .arg(now.0);
    writer.link.plain(&pipeline).await.map(|_| ())
}
