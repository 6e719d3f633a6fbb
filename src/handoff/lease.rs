//! When an agent loses a chat: away from the desk too long, or silent too long while the shopper waits.

use crate::model::{Millis, ReleaseCause};

/// How long an agent keeps a chat without doing anything for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseTimeouts {
    /// Without a desk, milliseconds.
    pub lease_ms: u64,
    /// With a shopper who waits for an answer, milliseconds.
    pub agent_reply_timeout_ms: u64,
}

/// An agent's chat, as far as its lease depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssignedChat {
    /// Since when the shopper waits for the agent's word: the assignment, or the first message after the agent's
    /// last; `None` when answered.
    pub unanswered_since: Option<Millis>,
    /// Since when the agent has no desk open; `None` when present.
    pub gone_since: Option<Millis>,
}

/// When the chat goes back to the queue if nothing changes, and why. `None`: never.
pub fn expires_at(chat: AssignedChat, timeouts: LeaseTimeouts) -> Option<(Millis, ReleaseCause)> {
    let gone = chat
        .gone_since
        .map(|since| (since.plus(timeouts.lease_ms), ReleaseCause::Gone));
    let silent = chat
        .unanswered_since
        .map(|since| (since.plus(timeouts.agent_reply_timeout_ms), ReleaseCause::Silent));
    gone.into_iter().chain(silent).min_by_key(|(at, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMEOUTS: LeaseTimeouts = LeaseTimeouts {
        lease_ms: 45_000,
        agent_reply_timeout_ms: 180_000,
    };

    #[test]
    fn the_first_of_the_two_clocks_counts() {
        let expires = |unanswered: Option<u64>, gone: Option<u64>| {
            let chat = AssignedChat {
                unanswered_since: unanswered.map(Millis),
                gone_since: gone.map(Millis),
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
