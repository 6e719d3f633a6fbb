//! What a colleague wrote down, of a customer or of a talk.

use serde::{Deserialize, Serialize};

use super::{AgentId, Millis};

/// A note with who wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColleagueNote {
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
