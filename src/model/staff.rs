//! The people who work in the shops.

use serde::{Deserialize, Serialize};

use super::AgentId;

/// A member of staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Who.
    pub id: AgentId,
    /// The name shoppers see.
    pub name: String,
    /// May invite colleagues.
    pub supervisor: bool,
    /// Chats at once.
    pub slots: u32,
}
