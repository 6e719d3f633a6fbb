//! What servers that share a store tell one another: which desks are open, which packs answer.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Agent, Millis, PackId, ShopId};

/// What an agent does now, as the agent or a supervisor says it. Whether a desk is open is another matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PresenceState {
    /// Takes chats.
    Online,
    /// Keeps the chats there are and gets no new ones.
    Break,
    /// Has gone home: neither has chats nor gets any. A state that a newer version of the program recorded is read so.
    #[default]
    #[serde(other)]
    Offline,
}

/// What was said last of an agent's presence. Kept over restarts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetPresence {
    /// What.
    pub state: PresenceState,
    /// Why; empty without a reason.
    #[serde(default)]
    pub reason: String,
    /// When it was said.
    pub at: Millis,
}

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
    /// What was said last of the agent's presence; servers of versions before tell the two fields above alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence: Option<SetPresence>,
}

impl Desks {
    /// What was said last of the agent's presence.
    pub fn said(&self) -> SetPresence {
        self.presence.clone().unwrap_or_else(|| SetPresence {
            state: if self.available {
                PresenceState::Online
            } else {
                PresenceState::Break
            },
            reason: String::new(),
            at: self.available_set,
        })
    }
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
