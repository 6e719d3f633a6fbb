//! What a Redis says of itself: its version, and settings that lose data.

use super::address::Address;
use super::keys::{Keys, Shard};
use super::link::Link;
use super::{RedisOptions, reads, upgrade};
use crate::store::StoreError;

/// What matters of a server. A text is empty, a number `None`, where it does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Its version.
    pub version: String,
    /// Whether it writes its append-only file.
    pub append_only: Option<bool>,
    /// When that file reaches the disk: `always`, `everysec`, `no`.
    pub synced: String,
    /// What it does when memory is short.
    pub eviction: String,
    /// Memory in use, bytes.
    pub used: Option<u64>,
    /// Memory it may use, bytes; 0: all there is.
    pub limit: Option<u64>,
    /// Replicas that follow it now.
    pub replicas: Option<u32>,
    /// The format of the data under the prefix; `None` when there is none or it is of version 0.1.
    pub format: Option<u32>,
}

impl About {
    /// Whether scripts of this store run there.
    pub fn is_new_enough(&self) -> bool {
        let major = self.version.split('.').next().unwrap_or_default();
        major.parse::<u32>().is_ok_and(|major| major >= 7)
    }

    /// Whether the data was written by a newer program.
    pub fn is_newer(&self) -> bool {
        self.format.is_some_and(|format| format > upgrade::FORMAT)
    }

    /// Whether messages are acknowledged before they are on the disk of anybody, with so many replicas asked for.
    pub fn loses_the_last_moments(&self, replicas: u32) -> bool {
        self.synced == "everysec" && replicas == 0
    }

    /// Whether it throws keys away when memory is short.
    pub fn throws_away(&self) -> bool {
        !matches!(self.eviction.as_str(), "noeviction" | "")
    }

    /// Warns of settings that lose data.
    pub(super) fn warn(&self, replicas: u32) {
        if self.append_only == Some(false) {
            tracing::warn!(
                "Redis does not write its append-only file: a crash of Redis loses acknowledged messages; set `appendonly yes`"
            );
        }
        if self.loses_the_last_moments(replicas) {
            tracing::warn!(
                "Redis answers before it writes when its disk is slow (`appendfsync everysec`): a crash of Redis may lose up to two \
                 seconds of acknowledged messages; set `appendfsync always`, or store.replicas"
            );
        }
        if self.throws_away() {
            tracing::warn!(
                policy = self.eviction,
                "Redis throws keys away when memory is short; set `maxmemory-policy noeviction`"
            );
        }
    }
}

/// Asks a server about itself and writes nothing. Must be called inside a tokio runtime.
///
/// # Errors
/// [`StoreError::Unavailable`] when the address cannot be read or nobody answers.
pub async fn examine(url: &str, options: &RedisOptions) -> Result<About, StoreError> {
    let address = Address::parse(url)?;
    let (link, _pushes) = Link::open(&address, &options.tls, options.patience).await?;
    about(&link, &Keys::new(&options.prefix)).await
}

/// What the server says of itself.
pub(super) async fn about(link: &Link, keys: &Keys) -> Result<About, StoreError> {
    let mut pipeline = redis::pipe();
    // The first command names a key, so that a cluster is asked where that key lies.
    pipeline
        .cmd("EXISTS")
        .arg(keys.open(Shard(0)))
        .cmd("INFO")
        .arg("server");
    pipeline.cmd("INFO").arg("persistence").cmd("INFO").arg("memory");
    pipeline.cmd("INFO").arg("replication");
    let answers = link.plain(&pipeline).await?;
    let said: String = answers
        .into_iter()
        .skip(1)
        .filter_map(|answer| redis::from_redis_value::<String>(answer).ok())
        .collect();
    let value = |name: &str| {
        said.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .map(str::trim)
            .unwrap_or_default()
    };
    let mut pipeline = redis::pipe();
    pipeline.cmd("CONFIG").arg("GET").arg("appendfsync");
    // Managed servers may refuse to say.
    let synced = link.plain(&pipeline).await.ok();
    let synced: Vec<String> = synced
        .and_then(|answers| reads::first(answers).ok())
        .unwrap_or_default();
    let mut pipeline = redis::pipe();
    pipeline.cmd("GET").arg(keys.format());
    let format: Option<String> = reads::first(link.plain(&pipeline).await?)?;
    Ok(About {
        version: value("redis_version").to_owned(),
        append_only: match value("aof_enabled") {
            "" => None,
            enabled => Some(enabled != "0"),
        },
        synced: synced.last().cloned().unwrap_or_default(),
        eviction: value("maxmemory_policy").to_owned(),
        used: value("used_memory").parse().ok(),
        limit: value("maxmemory").parse().ok(),
        replicas: value("connected_slaves").parse().ok(),
        format: format.and_then(|format| format.parse().ok()),
    })
}
