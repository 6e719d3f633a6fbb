//! What servers that share a store tell one another: which desks are open, which packs answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Agent, Millis, PackId, ShopId};

/// An agent's desks at one server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desks {
    /// Who.
    pub agent: Agent,
    /// How many are open.
    pub open: u32,
    /// Whether new chats are assigned to the agent.
    pub available: bool,
    /// When that was set last.
    pub available_set: Millis,
}

/// What another server says of the agents it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElsewhereDesks {
    /// The server.
    pub node: String,
    /// Its agents.
    pub desks: Vec<Desks>,
}

/// What a server says of itself to the others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerInfo {
    /// The server, as [`ElsewhereDesks::node`] names it.
    pub node: String,
    /// The version of its program.
    pub version: String,
    /// The pack that answers for each shop there.
    pub packs: BTreeMap<ShopId, PackId>,
}
