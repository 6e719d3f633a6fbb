//! Section `[store]`.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where conversations are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StoreSettings {
    /// Which store: "embedded" keeps everything in the data folder; "redis://host:6379",
    /// "redis+cluster://host:6379,host:6379" or "redis+sentinel://host:26379,host:26379/mymaster" is shared by several
    /// servers. Before the first host `user:password@` may stand; with "rediss" for "redis" all is encrypted.
    pub url: String,
    /// A file whose first line is the address that `url` would hold, so that its password stands in no settings file and
    /// no environment. Then `url` is not set.
    #[schemars(with = "String")]
    pub url_file: PathBuf,
    /// Redis only: with what every key begins, so that several installations may share one Redis.
    pub prefix: String,
    /// Redis only: how many replicas must have a message before it is acknowledged. 0 waits for the master alone: a
    /// failover may then lose the last moments.
    #[schemars(range(max = 5))]
    pub replicas: u32,
    /// Redis only: how long an operation is tried again, through a restart or failover of Redis, before the shopper's
    /// page is told that the message could not be kept, milliseconds.
    #[schemars(range(min = 100, max = 60_000))]
    pub retry_timeout_ms: u64,
    /// With rediss: a file with the certificates of the authorities to trust (PEM), when they are not the system's.
    #[schemars(with = "String")]
    pub tls_ca_file: PathBuf,
    /// With rediss: the certificate that this server shows to Redis (PEM), when Redis asks for one.
    #[schemars(with = "String")]
    pub tls_cert_file: PathBuf,
    /// The private key of `tls_cert_file` (PEM).
    #[schemars(with = "String")]
    pub tls_key_file: PathBuf,
    /// The data folder. One server at a time may use it.
    #[schemars(with = "String")]
    pub data: PathBuf,
    /// What an acknowledged message survives. "normal": a crash of the server; "full": also a power cut, at a few
    /// milliseconds a message.
    pub synchronous: Synchronous,
    /// How many days all talks are kept after they have ended, with everything said in them; then they are forgotten
    /// and their room is given back. 0: for ever. Not set: by `privacy.bot_days` and `privacy.people_days`.
    #[schemars(range(max = 36_500))]
    pub retention_days: Option<u64>,
}

/// How firmly the embedded store writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Synchronous {
    /// Handed to the operating system.
    #[default]
    Normal,
    /// On the disk.
    Full,
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self {
            url: "embedded".to_owned(),
            url_file: PathBuf::new(),
            prefix: "yingda".to_owned(),
            replicas: 0,
            retry_timeout_ms: 5_000,
            tls_ca_file: PathBuf::new(),
            tls_cert_file: PathBuf::new(),
            tls_key_file: PathBuf::new(),
            data: PathBuf::from("data"),
            synchronous: Synchronous::Normal,
            retention_days: None,
        }
    }
}
