//! The bot's turns in a line, when there are more than can be taken at once. Short messages go first, the newest before all: they
//! are plain questions and cost least, and of many who have just asked some are answered at once instead of all of them late.
//! Whoever has waited long, plain or not, goes in turn with them. Pure.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

/// From so many bytes on a message is no plain question: some thirty Chinese characters.
const PLAIN: usize = 90;
/// Whoever has waited so long goes in turn with plain questions.
pub(super) const LONG_WAIT: Duration = Duration::from_secs(2);

#[derive(Default)]
pub(super) struct Line {
    /// Turns that are being taken.
    pub(super) running: usize,
    /// Turns that were taken.
    pub(super) taken: u64,
    plain: VecDeque<Waiting>,
    others: VecDeque<Waiting>,
    /// Whether the last turn was the oldest's.
    oldest_was_last: bool,
}

struct Waiting {
    since: Instant,
    go: oneshot::Sender<()>,
}

impl Waiting {
    fn long(&self, now: Instant) -> bool {
        now.duration_since(self.since) >= LONG_WAIT
    }
}

impl Line {
    /// Puts a turn over so many bytes into the line; `go` tells it to begin.
    pub(super) fn join(&mut self, bytes: usize, now: Instant, go: oneshot::Sender<()>) {
        let waiting = Waiting { since: now, go };
        match bytes <= PLAIN {
            true => self.plain.push_back(waiting),
            false => self.others.push_back(waiting),
        }
    }

    /// Turns that wait.
    pub(super) fn waiting(&self) -> usize {
        self.plain.len() + self.others.len()
    }

    /// Who is next.
    pub(super) fn next(&mut self, now: Instant) -> Option<oneshot::Sender<()>> {
        let newest_is_fresh = self.plain.back().is_some_and(|waiting| !waiting.long(now));
        let oldest = match (self.plain.front(), self.others.front()) {
            (Some(plain), Some(other)) if other.since < plain.since => &mut self.others,
            (Some(_), _) => &mut self.plain,
            (None, _) => &mut self.others,
        };
        let waited_long = oldest.front().is_some_and(|waiting| waiting.long(now));
        self.oldest_was_last = !newest_is_fresh || waited_long && !self.oldest_was_last;
        let next = match self.oldest_was_last {
            true => oldest.pop_front(),
            false => self.plain.pop_back(),
        };
        next.map(|waiting| waiting.go)
    }

    /// How many turns are taken before one over so many bytes that joins now.
    pub(super) fn before(&self, bytes: usize, now: Instant) -> usize {
        if bytes > PLAIN {
            return self.waiting();
        }
        let fresh = self.plain.len() - self.plain.partition_point(|waiting| waiting.long(now));
        fresh + fresh.min(self.waiting() - fresh)
    }
}
