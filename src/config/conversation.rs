//! Sections `[conversation]` and `[handoff]`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the bot talks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ConversationSettings {
    /// How long the bot waits at most for the rest of a message typed in pieces, milliseconds. What is understood
    /// at once is answered at once.
    #[schemars(range(max = 30_000))]
    pub burst_wait_ms: u64,
    /// The server is overloaded when its work waits this long for a processor, again and again, milliseconds. Then words are
    /// kept and acknowledged first and shoppers are told how long the answer takes, what is said meanwhile is answered in one,
    /// short questions go first, and no new chat is let in until one is answered soon again. 0: never.
    #[schemars(range(max = 60_000))]
    pub overload_ms: u64,
    /// How long a talk that nobody has open stays in memory, seconds. It is read from the store again when needed.
    #[schemars(range(min = 1, max = 86_400))]
    pub idle_s: u64,
    /// After how many hours without a word a talk with the bot is closed, when nobody has it open; the shopper's next
    /// message begins a new one. Talks with people are not closed by time. 0: never.
    #[schemars(range(max = 87_600))]
    pub close_after_h: u64,
}

impl Default for ConversationSettings {
    fn default() -> Self {
        Self {
            burst_wait_ms: 1_200,
            overload_ms: 500,
            idle_s: 60,
            close_after_h: 72,
        }
    }
}

/// How chats are handed to people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HandoffSettings {
    /// How long the chats of an agent whose desk is gone are kept for them, seconds. Then they go back to the front
    /// of the queue.
    #[schemars(range(min = 1, max = 86_400))]
    pub lease_s: u64,
    /// How long an agent may leave a shopper's message unanswered, seconds. Then the chat goes back to the front of
    /// the queue.
    #[schemars(range(min = 1, max = 86_400))]
    pub agent_reply_timeout_s: u64,
    /// So many seconds before a chat is taken back for silence its agent is warned. Whoever types within the last 20 seconds keeps it
    /// for 60 more, once.
    #[schemars(range(min = 1, max = 86_400))]
    pub warn_before_s: u64,
    /// The reasons for a break that agents choose from; `meal`, `training` and `other` are shown in the agent's language.
    pub break_reasons: Vec<String>,
    /// Within how many hours after its end an agent may take up a chat again, unless the shopper has begun another. 0: never.
    #[schemars(range(max = 8_760))]
    pub reopen_within_h: u64,
    /// How tags and VIP on customers' cards steer their chats when people are brought in: at least this lane (`urgent`, `high`
    /// or `normal`), and behind `@` the group that gets them first, for example `"#批发: urgent @大客户"`. Of several that hold the most
    /// pressing counts. Danger and law stay before all of them.
    pub customer_lanes: Vec<String>,
    /// Within how many seconds shops whose clock profile is `own` promise an answer by a person, unless their fact
    /// `reply_minutes` says it. Shoppers are told this time, and the deadlines of the queue count it.
    #[schemars(range(min = 1, max = 86_400))]
    pub own_clock_s: u64,
    /// After how many hours without a word a chat that waits for a person is closed when the shopper has left the page. One
    /// that waits without a word of the shopper is closed after an hour. 0: never.
    #[schemars(range(max = 87_600))]
    pub close_waiting_after_h: u64,
    /// Whether an agent who opens the desk is given chats at once, without pressing a button first.
    pub available_on_connect: bool,
    /// Chats at once for a new agent, unless the invitation says otherwise.
    #[schemars(range(min = 1, max = 100))]
    pub slots: u32,
}

impl HandoffSettings {
    /// The reply clock of shops that promise nothing themselves, milliseconds.
    pub fn own_clock_ms(&self) -> u64 {
        self.own_clock_s * 1000
    }
}

impl Default for HandoffSettings {
    fn default() -> Self {
        Self {
            lease_s: 45,
            agent_reply_timeout_s: 180,
            warn_before_s: 60,
            break_reasons: ["meal", "training", "other"].map(str::to_owned).into(),
            reopen_within_h: 24,
            customer_lanes: vec!["vip: high".to_owned()],
            own_clock_s: 180,
            close_waiting_after_h: 168,
            available_on_connect: true,
            slots: 5,
        }
    }
}
