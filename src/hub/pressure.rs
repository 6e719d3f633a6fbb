//! More is said than can be answered at once: how that is noticed, and in which order the bot's turns are taken then.
//!
//! A task that only sleeps tells how long work waits for a thread. While it waits too long, words are stored and acknowledged
//! at once and turns wait in a line of their own: short messages first, because they are plain questions and cost least, and
//! whoever has waited long before all. What is said meanwhile in a talk is answered with it.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

/// How often it is looked at.
const PROBE: Duration = Duration::from_millis(50);
/// So many looks in a row must find a long wait: a single one may be a pause of the machine.
const LONG_LOOKS: u32 = 3;
/// So many looks in a row must find no wait before all is well again: a second.
const SHORT_LOOKS: u32 = 20;
/// From so many bytes on a message is no plain question: some thirty Chinese characters.
const PLAIN: usize = 90;
/// Whoever has waited so long goes before plain questions.
const LONG_WAIT: Duration = Duration::from_secs(2);
/// Over how much the number of turns in a second is measured.
const MEASURED: Duration = Duration::from_secs(1);
/// Turns that a thread takes in a second, as long as nothing was measured: fewer than any machine does.
const AT_FIRST: u64 = 200;

/// Owns the line of turns.
pub(super) struct Pressure {
    /// From which wait for a thread on the server is overloaded; zero: never.
    longest: Duration,
    overloaded: AtomicBool,
    /// Turns that are taken at a time while others wait.
    at_once: usize,
    line: Mutex<Line>,
    /// Turns taken in the last second.
    per_second: AtomicU64,
}

#[derive(Default)]
struct Line {
    running: usize,
    plain: VecDeque<Waiting>,
    others: VecDeque<Waiting>,
    taken: u64,
}

struct Waiting {
    since: Instant,
    go: oneshot::Sender<()>,
}

impl Line {
    fn waiting(&self) -> usize {
        self.plain.len() + self.others.len()
    }

    /// Who is next.
    fn next(&mut self, now: Instant) -> Option<Waiting> {
        let long = |waiting: &Waiting| now.duration_since(waiting.since) >= LONG_WAIT;
        match self.others.front().is_some_and(long) || self.plain.is_empty() {
            true => self.others.pop_front(),
            false => self.plain.pop_front(),
        }
    }
}

/// The place of a turn that is being taken; dropping it lets the next one go.
pub(super) struct Place<'a>(&'a Pressure);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut line = self.0.lock();
        line.running -= 1;
        line.taken += 1;
        // A turn that nobody waits for any more leaves its place to the next.
        while line.running < self.0.at_once
            && let Some(next) = line.next(Instant::now())
        {
            if next.go.send(()).is_ok() {
                line.running += 1;
            }
        }
    }
}

impl Pressure {
    /// None yet. Turns wait from when a thread is waited for this long, milliseconds; 0: never.
    pub(super) fn new(overload_ms: u64) -> Pressure {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Pressure {
            longest: Duration::from_millis(overload_ms),
            overloaded: AtomicBool::new(false),
            at_once: threads,
            line: Mutex::default(),
            per_second: AtomicU64::new(AT_FIRST * threads as u64),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Line> {
        self.line.lock().expect("no holder of this lock panics")
    }

    /// Whether more is said than can be answered at once.
    pub(super) fn is_overloaded(&self) -> bool {
        self.overloaded.load(Ordering::Relaxed)
    }

    /// In about how many seconds a turn is taken that is put into the line now; `None` when there is none.
    pub(super) fn wait_s(&self) -> Option<u32> {
        if !self.is_overloaded() {
            return None;
        }
        let waiting = self.lock().waiting() as u64;
        let seconds = waiting.div_ceil(self.per_second.load(Ordering::Relaxed).max(1)).max(1);
        Some(u32::try_from(seconds).unwrap_or(u32::MAX))
    }

    /// Waits until a turn over so many bytes may be taken: not at all, unless others wait too.
    pub(super) async fn turn(&self, bytes: usize) -> Place<'_> {
        let waits = {
            let mut line = self.lock();
            if line.running < self.at_once || !self.is_overloaded() && line.waiting() == 0 {
                line.running += 1;
                None
            } else {
                let (go, gone) = oneshot::channel();
                let waiting = Waiting {
                    since: Instant::now(),
                    go,
                };
                match bytes <= PLAIN {
                    true => line.plain.push_back(waiting),
                    false => line.others.push_back(waiting),
                }
                Some(gone)
            }
        };
        if let Some(gone) = waits {
            // The sender is dropped only with the line itself.
            let _ = gone.await;
        }
        Place(self)
    }

    /// Overloaded from now on, with all places taken.
    #[cfg(test)]
    pub(super) async fn overload_with_a_turn_running(&self) -> Vec<Place<'_>> {
        self.overloaded.store(true, Ordering::Relaxed);
        let places = (0..self.at_once).map(|_| self.turn(1));
        futures_util::future::join_all(places).await
    }

    /// Looks again and again, until dropped.
    pub(super) async fn watch(&self) {
        if self.longest.is_zero() {
            return;
        }
        let (mut long, mut short) = (0, 0);
        let (mut measured, mut taken) = (Instant::now(), 0);
        loop {
            let before = Instant::now();
            tokio::time::sleep(PROBE).await;
            let waited = before.elapsed().saturating_sub(PROBE);
            (long, short) = match (waited >= self.longest, waited < self.longest / 4) {
                (true, _) => (long + 1, 0),
                (false, true) => (0, short + 1),
                (false, false) => (0, 0),
            };
            if measured.elapsed() >= MEASURED {
                let all = self.lock().taken;
                let in_a_second = (all - taken) as f64 / measured.elapsed().as_secs_f64();
                if self.is_overloaded() {
                    self.per_second.store(in_a_second as u64, Ordering::Relaxed);
                }
                (measured, taken) = (Instant::now(), all);
            }
            let was = self.is_overloaded();
            let is = if was {
                short < SHORT_LOOKS || self.lock().waiting() > 0
            } else {
                long >= LONG_LOOKS
            };
            if is != was {
                self.overloaded.store(is, Ordering::Relaxed);
                match is {
                    true => tracing::warn!(
                        waited_ms = waited.as_millis() as u64,
                        "more is said than can be answered at once: words are stored first, answers wait"
                    ),
                    false => tracing::info!("every message is answered at once again"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn overloaded() -> Pressure {
        let pressure = Pressure {
            at_once: 1,
            ..Pressure::new(100)
        };
        pressure.overloaded.store(true, Ordering::Relaxed);
        pressure
    }

    #[tokio::test(start_paused = true)]
    async fn plain_questions_go_first_and_nobody_waits_for_ever() {
        let pressure = overloaded();
        let running = pressure.turn(10).await;
        let (mut long, mut plain) = (Box::pin(pressure.turn(500)), Box::pin(pressure.turn(20)));
        assert!(long.as_mut().now_or_never().is_none() && plain.as_mut().now_or_never().is_none());
        pressure.per_second.store(1, Ordering::Relaxed);
        assert_eq!(pressure.wait_s(), Some(2));
        drop(running);
        assert!(long.as_mut().now_or_never().is_none());
        let running = plain.await;
        tokio::time::advance(LONG_WAIT).await;
        let mut plain = Box::pin(pressure.turn(20));
        assert!(plain.as_mut().now_or_never().is_none());
        drop(running);
        assert!(plain.as_mut().now_or_never().is_none());
        drop(long.await);
        drop(plain.await);
        assert_eq!(pressure.lock().running, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_nobody_waits_for_leaves_its_place() {
        let pressure = overloaded();
        let running = pressure.turn(10).await;
        let mut given_up = Box::pin(pressure.turn(10));
        assert!(given_up.as_mut().now_or_never().is_none());
        drop(given_up);
        let mut next = Box::pin(pressure.turn(10));
        assert!(next.as_mut().now_or_never().is_none());
        drop(running);
        drop(next.await);
        let line = pressure.lock();
        assert_eq!((line.running, line.waiting()), (0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn without_pressure_nothing_waits() {
        let pressure = Pressure::new(100);
        let places = [
            pressure.turn(10).await,
            pressure.turn(500).await,
            pressure.turn(10).await,
            pressure.turn(10).await,
        ];
        assert_eq!(pressure.wait_s(), None);
        drop(places);
        assert_eq!(pressure.lock().running, 0);
    }
}
