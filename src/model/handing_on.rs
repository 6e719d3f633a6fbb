//! How chats come to agents: whom a ticket is for, and why an agent has a chat.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whom a ticket waits for, where not for any agent of its shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WaitsFor {
    /// An agent of this group.
    Group {
        /// Which.
        group: String,
    },
    /// A supervisor.
    Supervisor,
    /// Any agent: what a newer version of the program recorded, and this one does not know.
    #[serde(other)]
    Anybody,
}

/// Why an agent has a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssignCause {
    /// The shopper had this agent before in this talk.
    Known,
    /// Of those who had room this agent had the fewest chats.
    FewestChats,
    /// Nobody else had room.
    OnlyRoom,
    /// The agent answers in the shopper's language, and colleagues who had room do not.
    Language,
    /// The agent took it from the queue.
    Taken,
    /// A colleague handed it on to this agent.
    HandedOn,
    /// A supervisor took it from the agent or the bot who had it.
    TakenOver,
    /// It had ended, and the agent took it up again.
    Reopened,
    /// A cause that a newer version of the program recorded.
    #[serde(other)]
    Other,
}
