//! The people around a turn, as far as the bot must know of them.

/// What the turn must know of the people around it: decides what the shopper is told with a handoff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staffing {
    /// Whether at least one available agent is at a desk now.
    pub staffed: bool,
    /// Whether the shop's service hours include this moment.
    pub open_now: bool,
    /// When the service hours begin next, as text for the shopper; `None` when open or when no hours are set.
    pub next_opening: Option<String>,
    /// How soon the shop's clock wants a person's answer, milliseconds; a ticket's deadline is this after the handoff.
    pub reply_ms: u64,
}

impl Default for Staffing {
    /// Nobody at the desk, service hours now, the shop's own clock unset.
    fn default() -> Self {
        Self {
            staffed: false,
            open_now: true,
            next_opening: None,
            reply_ms: crate::shop::clock::OWN_MS,
        }
    }
}
