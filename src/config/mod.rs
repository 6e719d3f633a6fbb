//! What can be set, where it is read from, and what is wrong with it.
//!
//! Order: file, then environment (`YINGDA_SECTION__KEY`), then flag; the later wins. The doc comments of the types
//! here are the comments of `config/default.toml`. Callers: `cli` loads, everybody else reads a [`Settings`].

mod catalogue;
mod conversation;
mod error;
mod files;
mod gateway;
mod limits;
mod load;
mod page_origin;
mod print;
mod privacy;
mod security;
mod store;
mod telemetry;
mod understanding;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use conversation::{ConversationSettings, HandoffSettings};
pub use error::{ConfigError, Place, Problem};
pub use files::FileSettings;
pub use gateway::GatewaySettings;
pub use limits::LimitSettings;
pub use load::{Loaded, Sources, load};
pub use page_origin::{PageOrigin, PageOriginError};
pub use print::{default_text, print, set};
pub use privacy::{DeskRole, PrivacySettings};
pub use security::{Secret, SecuritySettings, ShopSettings};
pub use store::{StoreSettings, Synchronous};
pub use telemetry::{LogFormat, TelemetrySettings};
pub use understanding::UnderstandingSettings;

/// Everything that can be set. What is not set has the default written here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The web server: where it listens and how much it takes.
    pub gateway: GatewaySettings,
    /// How much one network address and one shopper may do.
    pub limits: LimitSettings,
    /// Where conversations are kept.
    pub store: StoreSettings,
    /// Pictures and documents that are sent.
    pub files: FileSettings,
    /// How the bot talks.
    pub conversation: ConversationSettings,
    /// How chats are handed to people.
    pub handoff: HandoffSettings,
    /// Which intents answer, and how sure the bot must be.
    pub understanding: UnderstandingSettings,
    /// Logs and metrics.
    pub telemetry: TelemetrySettings,
    /// Sign-in of agents.
    pub security: SecuritySettings,
    /// What becomes of what shoppers say about themselves.
    pub privacy: PrivacySettings,
    /// What is particular to a shop, by its id: `[shops.demo]`.
    pub shops: BTreeMap<String, ShopSettings>,
}

impl Settings {
    /// What is set for a shop; the defaults when nothing is.
    pub fn shop(&self, shop: &str) -> ShopSettings {
        self.shops.get(shop).cloned().unwrap_or_default()
    }
}
