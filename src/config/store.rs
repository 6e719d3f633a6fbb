//! Section `[store]`.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where conversations are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StoreSettings {
    /// Which store: "embedded" keeps everything in the data folder.
    pub url: String,
    /// The data folder. One server at a time may use it.
    #[schemars(with = "String")]
    pub data: PathBuf,
    /// What an acknowledged message survives. "normal": a crash of the server; "full": also a power cut, at a few
    /// milliseconds a message.
    pub synchronous: Synchronous,
    /// How many days talks are kept after they have ended, with everything said in them; then they are forgotten and
    /// their room is given back. 0: for ever.
    #[schemars(range(max = 36_500))]
    pub retention_days: u64,
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
            data: PathBuf::from("data"),
            synchronous: Synchronous::Normal,
            retention_days: 0,
        }
    }
}
