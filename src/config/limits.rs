//! Section `[limits]`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much one network address and one shopper may do. An address is an IPv4 address or the /64 of an IPv6 address; a
/// household, an office or a mobile operator has one for many shoppers. 0: no limit. Behind a proxy set
/// `gateway.trusted_proxies`, else all shoppers count as one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LimitSettings {
    /// Talks that an address may begin in a minute.
    #[schemars(range(max = 1_000_000))]
    pub address_talks_per_minute: u32,
    /// Talks that an address may begin in a day.
    #[schemars(range(max = 100_000_000))]
    pub address_talks_per_day: u32,
    /// How often an address may ask for a person with the button in a minute. Trouble that is heard in a message brings in
    /// a person whatever the limits.
    #[schemars(range(max = 1_000_000))]
    pub address_handoffs_per_minute: u32,
    /// The same in a day.
    #[schemars(range(max = 100_000_000))]
    pub address_handoffs_per_day: u32,
    /// Messages that an address may send in a minute. One of more than 200 characters counts once for each 200.
    #[schemars(range(max = 1_000_000))]
    pub address_messages_per_minute: u32,
    /// The same in a day.
    #[schemars(range(max = 100_000_000))]
    pub address_messages_per_day: u32,
    /// How often a shopper may ask for a person with the button in a day.
    #[schemars(range(max = 1_000_000))]
    pub shopper_handoffs_per_day: u32,
    /// Messages that a shopper may send in a minute, counted as those of an address.
    #[schemars(range(max = 1_000_000))]
    pub shopper_messages_per_minute: u32,
    /// The same in a day.
    #[schemars(range(max = 100_000_000))]
    pub shopper_messages_per_day: u32,
    /// Pictures and documents that a shopper may send in a minute.
    #[schemars(range(max = 1_000_000))]
    pub shopper_files_per_minute: u32,
    /// The same in a day.
    #[schemars(range(max = 1_000_000))]
    pub shopper_files_per_day: u32,
    /// Pictures and documents that the shoppers of an address may send in a minute.
    #[schemars(range(max = 1_000_000))]
    pub address_files_per_minute: u32,
    /// The same in a day.
    #[schemars(range(max = 100_000_000))]
    pub address_files_per_day: u32,
    /// How much of pictures and documents the shoppers of an address may be shown in a minute, KiB.
    #[schemars(range(max = 4_000_000))]
    pub address_files_kib_per_minute: u32,
    /// How much of the past of their talks the shoppers of an address may be shown again in a minute, KiB.
    #[schemars(range(max = 4_000_000))]
    pub address_replayed_kib_per_minute: u32,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            address_talks_per_minute: 30,
            address_talks_per_day: 3_000,
            address_handoffs_per_minute: 20,
            address_handoffs_per_day: 500,
            address_messages_per_minute: 600,
            address_messages_per_day: 50_000,
            shopper_handoffs_per_day: 30,
            shopper_messages_per_minute: 120,
            shopper_messages_per_day: 5_000,
            shopper_files_per_minute: 20,
            shopper_files_per_day: 200,
            address_files_per_minute: 60,
            address_files_per_day: 2_000,
            address_files_kib_per_minute: 64 * 1024,
            address_replayed_kib_per_minute: 16 * 1024,
        }
    }
}
