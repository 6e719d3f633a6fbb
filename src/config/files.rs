//! Section `[files]`.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Pictures and PDF documents that shoppers and agents send each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FileSettings {
    /// Whether they are taken. A shop switches them off for itself with `files_off = true` in `[shops.SHOP]`. What was sent before
    /// is shown all the same.
    pub enabled: bool,
    /// The folder in which they lie. Not set: the folder "files" in the data folder. With Redis it has to be set, to a folder that
    /// all servers share and no other installation uses; without it nothing can be sent.
    #[schemars(with = "String")]
    pub folder: PathBuf,
    /// Largest file, MiB.
    #[schemars(range(min = 1, max = 64))]
    pub max_mib: u32,
    /// Largest picture, millions of pixels. The widget and the desk make pictures smaller before they send them; this is for
    /// other programs.
    #[schemars(range(min = 1, max = 200))]
    pub max_megapixels: u32,
    /// So much of the disk is left for what is said: with less nothing is taken, MiB.
    #[schemars(range(max = 1_000_000))]
    pub keep_free_mib: u32,
}

impl Default for FileSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            folder: PathBuf::new(),
            max_mib: 8,
            max_megapixels: 25,
            keep_free_mib: 512,
        }
    }
}
