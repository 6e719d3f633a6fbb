//! When an agent loses a chat: away from the desk too long, or silent too long while the shopper waits.

use crate::model::{Millis, ReleaseCause};

/// How long an agent keeps a chat without doing anything for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseTimeouts {
    /// Without a desk, milliseconds.
    pub lease_ms: u64,
    /// With a shopper who waits for an answer, milliseconds.
    pub agent_reply_timeout_ms: u64,
    /// So long before a chat is taken back for silence its agent is warned, milliseconds.
    pub warn_before_ms: u64,
}

/// Whoever types so shortly before a chat is taken back for silence keeps it, milliseconds …
pub const TYPING_COUNTS_MS: u64 = 20_000;
/// … for so much longer, once for each time that the shopper waits.
pub const EXTENDED_MS: u64 = 60_000;

/// An agent's chat, as far as its lease depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssignedChat {
    /// Since when the shopper waits for the agent's word: the assignment, or the first message after the agent's
    /// last; `None` when answered.
    pub unanswered_since: Option<Millis>,
    /// Since when the agent has no desk open; `None` when present.
    pub gone_since: Option<Millis>,
    /// The agent was typing when the time was nearly over.
    pub extended: bool,
}

/// Whether typing now is in the last moments before this chat is taken back for silence.
pub fn typing_counts(unanswered_since: Millis, timeouts: LeaseTimeouts, now: Millis) -> bool {
    let ends = unanswered_since.plus(timeouts.agent_reply_timeout_ms);
    now <= ends && ends.since(now) <= TYPING_COUNTS_MS
}

/// When the chat goes back to the queue if nothing changes, and why. `None`: never.
pub fn expires_at(chat: AssignedChat, timeouts: LeaseTimeouts) -> Option<(Millis, ReleaseCause)> {
    let gone = chat
        .gone_since
        .map(|since| (since.plus(timeouts.lease_ms), ReleaseCause::Gone));
    let allowed = timeouts.agent_reply_timeout_ms + if chat.extended { EXTENDED_MS } else { 0 };
    let silent = chat
        .unanswered_since
        .map(|since| (since.plus(allowed), ReleaseCause::Silent));
    gone.into_iter().chain(silent).min_by_key(|(at, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMEOUTS: LeaseTimeouts = LeaseTimeouts {
        lease_ms: 45_000,
        agent_reply_timeout_ms: 180_000,
        warn_before_ms: 60_000,
    };

    #[test]
    fn typing_at_the_end_gives_a_minute_more() {
        let since = Millis(1_000);
        let counts = |at: u64| typing_counts(since, TIMEOUTS, Millis(at));
        assert_eq!(
            [160_999, 161_000, 181_000, 181_001].map(counts),
            [false, true, true, false]
        );
        let chat = |extended| AssignedChat {
            unanswered_since: Some(since),
            gone_since: None,
            extended,
        };
        assert_eq!(
            expires_at(chat(false), TIMEOUTS),
            Some((Millis(181_000), ReleaseCause::Silent))
        );
        assert_eq!(
            expires_at(chat(true), TIMEOUTS),
            Some((Millis(241_000), ReleaseCause::Silent))
        );
    }

    #[test]
    fn the_first_of_the_two_clocks_counts() {
        let expires = |unanswered: Option<u64>, gone: Option<u64>| {
            let chat = AssignedChat {
                unanswered_since: unanswered.map(Millis),
                gone_since: gone.map(Millis),
                extended: false,
            };
            expires_at(chat, TIMEOUTS)
        };
        assert_eq!(expires(None, None), None);
        assert_eq!(expires(Some(5), None), Some((Millis(180_005), ReleaseCause::Silent)));
        assert_eq!(expires(None, Some(7)), Some((Millis(45_007), ReleaseCause::Gone)));
        assert_eq!(expires(Some(5), Some(7)), Some((Millis(45_007), ReleaseCause::Gone)));
        assert_eq!(
            expires(Some(5), Some(170_000)),
            Some((Millis(180_005), ReleaseCause::Silent))
        );
    }
}
