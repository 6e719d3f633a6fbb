//! What can be set about the hub. Units are in the names.

use crate::handoff::steering::Steering;

/// Settings of the hub; `config` fills them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubSettings {
    /// The longest quiet time the bot waits for the rest of a thought; 0 answers every message at once.
    pub burst_wait_ms: u64,
    /// From how long a wait for a thread on more is said than can be answered at once; 0 never.
    pub overload_ms: u64,
    /// How long an agent's desk may be gone before the agent's chats go back to the queue. After a start the
    /// agents have this long to come back.
    pub lease_ms: u64,
    /// How long a shopper's message may stay without an answer by the agent who has the chat.
    pub agent_reply_timeout_ms: u64,
    /// So long before a chat is taken back for silence its agent is warned.
    pub warn_before_ms: u64,
    /// So long after its end a chat may be taken up again.
    pub reopen_within_ms: u64,
    /// How tags and VIP of customers steer handoffs.
    pub steering: Steering,
    /// The reply clock of shops whose profile is `own`.
    pub own_clock_ms: u64,
    /// How long a conversation without listeners stays in memory after its last use.
    pub idle_ms: u64,
    /// After how long without an event a talk of the bot is closed; 0 never.
    pub close_after_ms: u64,
    /// After how long without an event a talk that waits for a person, and that nobody has open, is closed; 0 never.
    pub close_waiting_after_ms: u64,
    /// How long closed talks are kept.
    pub keep: Keep,
    /// Whether numbers of identity cards and bank cards are hidden before they are stored.
    pub mask_cards: bool,
    /// The least time between two boards sent to one desk, and between two rounds of queue notices.
    pub board_interval_ms: u64,
    /// Whether an agent who comes to the desk is given chats without saying so first.
    pub available_on_connect: bool,
}

impl Default for HubSettings {
    fn default() -> Self {
        Self {
            burst_wait_ms: 1_200,
            overload_ms: 0,
            lease_ms: 45_000,
            agent_reply_timeout_ms: 180_000,
            warn_before_ms: 60_000,
            reopen_within_ms: 24 * 3_600_000,
            steering: Steering::default(),
            own_clock_ms: 180_000,
            idle_ms: 60_000,
            close_after_ms: 72 * 3_600_000,
            close_waiting_after_ms: 7 * 24 * 3_600_000,
            keep: Keep::default(),
            mask_cards: true,
            board_interval_ms: 200,
            available_on_connect: true,
        }
    }
}

/// How long closed talks are kept, milliseconds; 0 for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// Talks that only the bot had.
    pub bot_ms: u64,
    /// Talks that were with people or waited for them.
    pub people_ms: u64,
}
