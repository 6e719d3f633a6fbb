//! The Redis that the settings name: whether it answers, and whether it may lose data.

use std::time::Duration;

use anyhow::Result;

use crate::config::Settings;
use crate::store::redis::{About, examine};

use super::super::store::redis_options;
use super::finding::Finding;

/// The longest that is waited for it.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) fn look(settings: &Settings) -> Result<Vec<Finding>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut options = redis_options(&settings.store);
    options.patience = options.patience.min(PATIENCE);
    let about =
        runtime.block_on(async { tokio::time::timeout(2 * PATIENCE, examine(&settings.store.url, &options)).await });
    let unreachable = |said: String| {
        let finding = Finding::wrong(
            "redis",
            format!("连不上 store.url 的 Redis：{said}"),
            format!("the Redis of store.url cannot be reached: {said}"),
        );
        vec![finding.advised(
            "检查地址、端口、密码、证书和防火墙，以及 Redis 是否在运行",
            "check address, port, password, certificates and firewall, and that Redis runs",
        )]
    };
    Ok(match about {
        Ok(Ok(about)) => judged(&about, settings.store.replicas),
        Ok(Err(error)) => unreachable(error.to_string()),
        Err(_) => unreachable("没有回答 · no answer".to_owned()),
    })
}

fn judged(about: &About, replicas: u32) -> Vec<Finding> {
    vec![
        version(about),
        persistence(about, replicas),
        memory(about),
        following(about, replicas),
    ]
}

fn version(about: &About) -> Finding {
    let version = &about.version;
    if !about.is_new_enough() {
        return Finding::wrong(
            "redis",
            format!("Redis {version} 太旧，要 7.0 以上"),
            format!("Redis {version} is too old, 7.0 is needed"),
        )
        .advised("升级 Redis 或 Valkey", "upgrade Redis or Valkey");
    }
    if about.is_newer() {
        return Finding::wrong(
            "redis",
            "里面的数据是更新版本的应答写的".to_owned(),
            "its data was written by a newer yingda".to_owned(),
        )
        .advised(
            "用那个版本的 yingda，或换一个 store.prefix",
            "take that version, or another store.prefix",
        );
    }
    Finding::ok(
        "redis",
        format!("Redis {version} 应答正常"),
        format!("Redis {version} answers"),
    )
}

fn persistence(about: &About, replicas: u32) -> Finding {
    if about.append_only == Some(false) {
        return Finding::wrong(
            "persistence",
            "Redis 没有开 appendonly：它一崩溃，已确认的消息就没了".to_owned(),
            "Redis writes no append-only file: when it crashes, acknowledged messages are lost".to_owned(),
        )
        .advised(
            "redis.conf 里 appendonly yes，appendfsync always",
            "set appendonly yes and appendfsync always in redis.conf",
        );
    }
    if about.loses_the_last_moments(replicas) {
        return Finding::warn(
            "persistence",
            "appendfsync everysec：Redis 崩溃可能丢最后一两秒已确认的消息".to_owned(),
            "appendfsync everysec: a crash of Redis may lose the last one or two seconds of acknowledged messages"
                .to_owned(),
        )
        .advised(
            "appendfsync always，或设 store.replicas 等副本也写下",
            "set appendfsync always, or store.replicas to wait for replicas too",
        );
    }
    match about.append_only {
        Some(_) => Finding::ok(
            "persistence",
            format!("appendonly 已开，appendfsync {}", about.synced),
            format!("the append-only file is written, appendfsync {}", about.synced),
        ),
        None => Finding::warn(
            "persistence",
            "Redis 不说它怎样落盘".to_owned(),
            "Redis does not say how it writes to disk".to_owned(),
        )
        .advised(
            "问托管方：要 appendonly 和 noeviction",
            "ask its host: appendonly and noeviction are needed",
        ),
    }
}

fn memory(about: &About) -> Finding {
    if about.throws_away() {
        let policy = &about.eviction;
        return Finding::wrong(
            "eviction",
            format!("maxmemory-policy {policy}：内存不够时 Redis 会扔掉会话"),
            format!("maxmemory-policy {policy}: Redis throws talks away when memory is short"),
        )
        .advised("maxmemory-policy noeviction", "set maxmemory-policy noeviction");
    }
    let (used, limit) = (about.used.unwrap_or(0), about.limit.unwrap_or(0));
    let mib = |bytes: u64| bytes / (1024 * 1024);
    if limit > 0 && used > limit / 10 * 8 {
        return Finding::warn(
            "eviction",
            format!("Redis 内存用了 {} / {} MiB，满了就不再收消息", mib(used), mib(limit)),
            format!(
                "Redis uses {} of {} MiB; full, it takes no message",
                mib(used),
                mib(limit)
            ),
        )
        .advised(
            "调大 maxmemory，或设 store.retention_days",
            "raise maxmemory, or set store.retention_days",
        );
    }
    Finding::ok(
        "eviction",
        format!("不扔数据，用了 {} MiB 内存", mib(used)),
        format!("nothing is thrown away, {} MiB of memory in use", mib(used)),
    )
}

fn following(about: &About, replicas: u32) -> Finding {
    let there = about.replicas.unwrap_or(0);
    match there < replicas {
        true => Finding::wrong(
            "replicas",
            format!("store.replicas = {replicas}，现在只有 {there} 个副本：消息不会被确认"),
            format!("store.replicas = {replicas} and {there} replicas follow: no message is acknowledged"),
        )
        .advised(
            "启动副本，或调低 store.replicas",
            "start the replicas, or lower store.replicas",
        ),
        false => Finding::ok(
            "replicas",
            format!("{there} 个副本，要求 {replicas} 个"),
            format!("{there} replicas follow, {replicas} are asked for"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    fn good() -> About {
        About {
            version: "7.0.15".to_owned(),
            append_only: Some(true),
            synced: "always".to_owned(),
            eviction: "noeviction".to_owned(),
            used: Some(1),
            limit: Some(0),
            replicas: Some(1),
            format: Some(2),
        }
    }

    #[test]
    fn what_loses_messages_is_found() {
        let states = |about: About, replicas| {
            judged(&about, replicas)
                .iter()
                .map(|finding| finding.state)
                .collect::<Vec<_>>()
        };
        let [ok, warn, wrong] = [State::Ok, State::Warn, State::Wrong];
        assert_eq!(states(good(), 1), [ok, ok, ok, ok]);
        assert_eq!(states(good(), 2), [ok, ok, ok, wrong]);
        let with = |change: &dyn Fn(&mut About)| {
            let mut about = good();
            change(&mut about);
            states(about, 0)
        };
        assert_eq!(with(&|about| about.version = "6.2.1".to_owned()), [wrong, ok, ok, ok]);
        assert_eq!(with(&|about| about.format = Some(999)), [wrong, ok, ok, ok]);
        assert_eq!(with(&|about| about.append_only = Some(false)), [ok, wrong, ok, ok]);
        assert_eq!(with(&|about| about.append_only = None), [ok, warn, ok, ok]);
        assert_eq!(with(&|about| about.synced = "everysec".to_owned()), [ok, warn, ok, ok]);
        assert_eq!(
            with(&|about| about.eviction = "allkeys-lru".to_owned()),
            [ok, ok, wrong, ok]
        );
        assert_eq!(
            with(&|about| (about.used, about.limit) = (Some(90), Some(100))),
            [ok, ok, warn, ok]
        );
    }
}
