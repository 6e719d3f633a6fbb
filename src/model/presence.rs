//! Which desks are open at which server.

use serde::{Deserialize, Serialize};

use super::{Agent, Millis};

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
