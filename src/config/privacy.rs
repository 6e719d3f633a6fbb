//! Section `[privacy]`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What becomes of what shoppers say about themselves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PrivacySettings {
    /// Whether numbers of identity cards and bank cards are hidden but for their last four signs before anything is
    /// stored, whoever writes them. What was hidden cannot be shown again.
    pub mask_cards: bool,
    /// Whether phones, addresses and names of receivers are hidden in what `yingda log` prints, as text and as JSON.
    pub mask_logs: bool,
    /// Roles that see phones, addresses and names of receivers whole at the desk: "agent", "operator", "supervisor",
    /// "owner". Whoever has none of these sees them hidden.
    pub whole_for: Vec<DeskRole>,
    /// How many days talks that only the bot had are kept after they have ended; then they are forgotten with all that
    /// follows from them. 0: for ever. The default is half a year: personal data are kept for the shortest time that
    /// their purpose needs (Personal Information Protection Law, article 19), and quarrels about what was said come soon.
    #[schemars(range(max = 36_500))]
    pub bot_days: u64,
    /// The same for talks that were with people or waited for them. 0: for ever. The default is three years, for how
    /// long the E-Commerce Law (article 31) wants information about goods and transactions kept, which such talks hold.
    #[schemars(range(max = 36_500))]
    pub people_days: u64,
}

/// A role as the settings name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeskRole {
    /// Answers chats.
    Agent,
    /// Writes what the bot says.
    Operator,
    /// Looks after agents.
    Supervisor,
    /// Decides who has which role.
    Owner,
}

impl DeskRole {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            DeskRole::Agent => "agent",
            DeskRole::Operator => "operator",
            DeskRole::Supervisor => "supervisor",
            DeskRole::Owner => "owner",
        }
    }
}

impl Default for PrivacySettings {
    fn default() -> Self {
        Self {
            mask_cards: true,
            mask_logs: true,
            whole_for: vec![DeskRole::Agent, DeskRole::Supervisor, DeskRole::Owner],
            bot_days: 180,
            people_days: 1_095,
        }
    }
}
