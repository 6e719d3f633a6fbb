//! When an agent loses a chat: gone from the desk too long, or silent too long while the shopper waits.

use crate::model::{Millis, ReleaseCause};

/// How long is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Desk gone, milliseconds.
    pub lease_ms: u64,
    /// Shopper unanswered, milliseconds.
    pub silent_ms: u64,
}

/// A chat with an agent, as far as the lease depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Since when the shopper waits for the agent's word: the assignment, or the first message after the agent's
    /// last; `None` when answered.
    pub unanswered_since: Option<Millis>,
    /// Since when the agent has no desk open; `None` when present.
    pub gone_since: Option<Millis>,
}

/// When the chat goes back to the queue if nothing changes, and why. `None`: never.
pub fn due(held: Held, terms: Terms) -> Option<(Millis, ReleaseCause)> {
    let gone = held
        .gone_since
        .map(|since| (since.plus(terms.lease_ms), ReleaseCause::Gone));
    let silent = held
        .unanswered_since
        .map(|since| (since.plus(terms.silent_ms), ReleaseCause::Silent));
    gone.into_iter().chain(silent).min_by_key(|(at, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMS: Terms = Terms {
        lease_ms: 45_000,
        silent_ms: 180_000,
    };

    #[test]
    fn the_first_of_the_two_clocks_counts() {
        let held = |unanswered: Option<u64>, gone: Option<u64>| Held {
            unanswered_since: unanswered.map(Millis),
            gone_since: gone.map(Millis),
        };
        assert_eq!(due(held(None, None), TERMS), None);
        assert_eq!(
            due(held(Some(5), None), TERMS),
            Some((Millis(180_005), ReleaseCause::Silent))
        );
        assert_eq!(
            due(held(None, Some(7)), TERMS),
            Some((Millis(45_007), ReleaseCause::Gone))
        );
        assert_eq!(
            due(held(Some(5), Some(7)), TERMS),
            Some((Millis(45_007), ReleaseCause::Gone))
        );
        assert_eq!(
            due(held(Some(5), Some(170_000)), TERMS),
            Some((Millis(180_005), ReleaseCause::Silent))
        );
    }
}
