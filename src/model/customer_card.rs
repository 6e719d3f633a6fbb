//! What colleagues keep of a customer.

use serde::{Deserialize, Serialize};

use super::{AgentId, Millis};

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
    pub notes: Vec<CustomerNote>,
}

/// What a colleague wrote down of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerNote {
    /// Which; a UUIDv7 written as text.
    pub id: String,
    /// When.
    pub at: Millis,
    /// Who.
    pub agent: AgentId,
    /// The name, as it was then.
    pub name: String,
    /// As written.
    pub text: String,
}
