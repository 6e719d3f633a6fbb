//! What colleagues keep of a customer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ColleagueNote, Lane};

/// Tags, whether it is a VIP, notes. Of one customer of one shop.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerCard {
    /// Words of the shop's own, in order, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Whether the shop takes particular care of this customer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vip: bool,
    /// What colleagues wrote down, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<ColleagueNote>,
}

/// What is kept of a customer whose chat goes to people, and what the rules make of it. Stored in the log; a version that does not know it
/// leaves the lane as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recognition {
    /// Whether the shop takes particular care of this customer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vip: bool,
    /// Words of the shop's own, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// What a rule makes of it, where one holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steered: Option<Steered>,
}

/// What a rule makes of a handoff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Steered {
    /// By what.
    pub by: SteeredBy,
    /// At least as pressing as this.
    pub lane: Lane,
    /// The group that gets it first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

/// What a rule looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SteeredBy {
    /// That it is a VIP.
    Vip,
    /// A tag.
    Tag {
        /// Which.
        tag: String,
    },
    /// Something that a newer version of the program looks at.
    #[serde(other)]
    Other,
}
