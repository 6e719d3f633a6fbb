//! Opens the store that the settings name, and says in plain words why it cannot.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};

use crate::config::{StoreSettings, Synchronous};
use crate::model::ShopId;
use crate::store::embedded::{Archive, Embedded, EmbeddedOptions};
use crate::store::redis::{Redis, RedisOptions, TlsFiles};
use crate::store::{Store, StoreError, listed};

/// Opens it.
pub async fn open(settings: &StoreSettings) -> Result<Arc<dyn Store>> {
    if settings.url == "embedded" {
        embedded(settings).await
    } else {
        redis(settings).await
    }
}

/// The embedded store's folder, to be read only, also beside a server.
pub fn archive(settings: &StoreSettings) -> Result<Archive> {
    Archive::open(&settings.data).with_context(|| {
        format!(
            "数据目录 {0} 里没有能读的数据：用 --data 指定目录。\n\
             There is nothing to be read in {0}; name the data folder with --data",
            settings.data.display()
        )
    })
}

async fn embedded(settings: &StoreSettings) -> Result<Arc<dyn Store>> {
    let folder = settings.data.clone();
    let options = EmbeddedOptions {
        power_safe: settings.synchronous == Synchronous::Full,
        ..EmbeddedOptions::default()
    };
    match tokio::task::spawn_blocking(move || Embedded::open(&folder, options)).await? {
        Ok(store) => Ok(Arc::new(store)),
        Err(StoreError::InUse { folder }) => bail!(
            "数据目录 {0} 正被另一个 yingda 使用：停掉它，或用 --data 换一个目录。\n\
             The data folder {0} is in use by another yingda: stop that one, or take another folder with --data.",
            folder.display(),
        ),
        Err(error) => Err(anyhow!(
            "打不开数据目录 {0}：请检查磁盘空间和权限，或用 --data 换一个目录。\n\
             The data folder {0} cannot be opened; check space and permissions, or take another with --data: {error}",
            settings.data.display(),
        )),
    }
}

async fn redis(settings: &StoreSettings) -> Result<Arc<dyn Store>> {
    match Redis::open(&settings.url, redis_options(settings)).await {
        Ok(store) => Ok(Arc::new(store)),
        Err(error) => Err(anyhow!(
            "store.url 指定的 Redis 用不了：检查地址、密码、证书，以及 Redis 是否在运行。\n\
             The Redis of store.url cannot be used; check address, password, certificates and that it runs: {error}"
        )),
    }
}

/// How the settings want Redis to be used.
pub fn redis_options(settings: &StoreSettings) -> RedisOptions {
    RedisOptions {
        prefix: settings.prefix.clone(),
        replicas: settings.replicas,
        patience: Duration::from_millis(settings.retry_timeout_ms),
        tls: TlsFiles {
            ca: settings.tls_ca_file.clone(),
            certificate: settings.tls_cert_file.clone(),
            key: settings.tls_key_file.clone(),
        },
    }
}

/// Says which shops this server serves, and stops where the store is another installation's.
///
/// # Errors
/// The store holds other shops only, or cannot be reached.
pub async fn join(store: &dyn Store, shops: Vec<ShopId>) -> Result<()> {
    match store.join(shops).await {
        Err(StoreError::OtherShops { prefix, there, here }) => {
            let (there, here) = (listed(&there), listed(&here));
            bail!(
                "Redis 里 store.prefix = \"{prefix}\" 已经是另一套安装的数据，它的店铺是 {there}，这里的是 {here}。\
                 请给这一套另取一个 store.prefix；如果是店铺改名，先让新旧两个店铺同时在话术目录里启动一次。\n\
                 store.prefix \"{prefix}\" in this Redis belongs to another installation, which serves {there}; this one \
                 serves {here}. Give this one a store.prefix of its own; if a shop got another id, start once with the old \
                 and the new shop in the folder of intents."
            )
        }
        other => other.context("连不上存储 · the store cannot be reached"),
    }
}
