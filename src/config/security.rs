//! Sections `[security]` and `[shops.ID]`: who may connect, and as whom.

use std::fmt;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::PageOrigin;

/// Sign-in of agents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SecuritySettings {
    /// How long a sign-in link may be used, hours. It works once.
    #[schemars(range(min = 1, max = 8_760))]
    pub signin_hours: u64,
    /// How long an agent stays signed in without doing anything, hours; each use begins it anew.
    #[schemars(range(min = 1, max = 8_760))]
    pub session_hours: u64,
    /// After how many hours an agent has to sign in again, however busy.
    #[schemars(range(min = 1, max = 87_600))]
    pub session_max_hours: u64,
}

impl Default for SecuritySettings {
    fn default() -> Self {
        Self {
            signin_hours: 72,
            session_hours: 24 * 14,
            session_max_hours: 24 * 90,
        }
    }
}

/// What is particular to a shop.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ShopSettings {
    /// Origins of the pages that may open a chat: ["https://shop.example.com"]; "https://*.shop.example.com" is every
    /// name below a domain, "*" allows all. This server's own pages always may.
    #[schemars(with = "Vec<String>")]
    pub origins: Vec<PageOrigin>,
    /// The key with which the shop signs its customers' ids (HMAC-SHA-256), at least 32 characters. Empty, and no
    /// file either: every shopper is a visitor.
    #[schemars(with = "String")]
    pub identity_key: Secret,
    /// The key that was used before: its signatures still count, so that the shop may change keys without losing
    /// anybody. Empty: none. Take it out when the last page signed with it is gone.
    #[schemars(with = "String")]
    pub identity_key_before: Secret,
    /// A file that holds the key instead, and in a second line the one before it. It is read again when it changes,
    /// without a restart. Empty: none.
    #[schemars(with = "String")]
    pub identity_key_file: PathBuf,
    /// Whether a signature counts only when it says until when (the form `v1.EXPIRES.HEX`, see docs/protocol.md).
    pub signature_must_expire: bool,
    /// Whether only signed customers may chat: visitors are refused with `signed_only`. Needs a key.
    pub signed_only: bool,
    /// Whether no pictures and documents may be sent in this shop's chats.
    pub files_off: bool,
    /// Where the shop's server tells a signed customer's orders to the desk (`https://HOST/PATH`, see docs/embedding.md). Empty: nowhere.
    pub orders_url: String,
    /// The key with which those requests are signed (HMAC-SHA-256), at least 32 characters.
    #[schemars(with = "String")]
    pub orders_key: Secret,
    /// A file of certificates in PEM format that are trusted when `orders_url` is asked, beside those of the system: for a server
    /// with a certificate of the shop's own.
    #[schemars(with = "String")]
    pub orders_ca_file: PathBuf,
    /// Open chats of this shop at most, so that a rush in one shop leaves room for the others. 0: no limit of its own.
    pub max_connections: u32,
}

/// A text that is never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The shortest key that is taken, characters.
    pub const SHORTEST: usize = 32;

    /// A secret that was read from elsewhere; `None` when it is too short to be one.
    pub fn of(text: &str) -> Option<Secret> {
        (text.chars().count() >= Secret::SHORTEST).then(|| Secret(text.to_owned()))
    }

    /// The secret itself, for the one place that uses it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether none is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_empty() { "\"\"" } else { "***" })
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.0.is_empty() { "" } else { "***" })
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if !text.is_empty() && text.chars().count() < Secret::SHORTEST {
            // The text itself is left out of the message on purpose.
            return Err(serde::de::Error::custom(format!(
                "a key needs at least {} characters",
                Secret::SHORTEST
            )));
        }
        Ok(Secret(text))
    }
}
