//! The people who work in the shops.

use serde::{Deserialize, Serialize};

use super::{AgentId, ShopId};

/// A member of staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Who.
    pub id: AgentId,
    /// The name shoppers see.
    pub name: String,
    /// May invite colleagues.
    pub supervisor: bool,
    /// The shops this person works for; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shops: Vec<ShopId>,
    /// Chats at once.
    pub slots: u32,
}

impl Agent {
    /// Whether this person works for the shop.
    pub fn works_for(&self, shop: &ShopId) -> bool {
        self.shops.is_empty() || self.shops.contains(shop)
    }
}
