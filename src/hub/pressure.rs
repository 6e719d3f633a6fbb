//! More is said than can be answered at once: how that is noticed, and in which order the bot's turns are taken then.
//!
//! How long work waits for a thread of the runtime is told by a task that does nothing, put behind all others by a thread beside
//! it: a task of the runtime that slept would be woken before a crowd that waits. While it is too long, words are stored and
//! acknowledged at once and turns wait in a line of their own (`line_of_turns.rs`). What is said meanwhile in a talk is answered with
//! it. Newcomers are let in again as soon as a plain question is answered soon, while those who have said much are still being
//! answered.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::thread;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::line_of_turns::Line;

/// How often it is looked at.
const PROBE: Duration = Duration::from_millis(50);
/// So many looks in a row must find a long wait: a single one may be a pause of the machine, in which nobody looks.
const LONG_LOOKS: u32 = 3;
/// So many looks in a row must find no wait before all is well again: half a second.
const SHORT_LOOKS: u32 = 10;
/// Newcomers are let in when a plain question waits no longer than this, seconds.
const SOON_S: u32 = 1;
/// Over how much the number of turns in a second is measured.
const MEASURED: Duration = Duration::from_secs(1);
/// Turns that a thread takes in a second, as long as nothing was measured: fewer than any machine does.
const AT_FIRST: u64 = 200;

/// Owns the line of turns.
pub(super) struct Pressure {
    /// From which wait for a thread on the server is overloaded; zero: never.
    longest: Duration,
    /// Whether work waits longer than that, or did a moment ago.
    pressed: AtomicBool,
    /// Whether turns are taken in a line: since work waited too long, until the line is empty.
    overloaded: AtomicBool,
    /// Turns that are taken at a time while others wait.
    at_once: usize,
    line: Mutex<Line>,
    /// Turns taken in the last second.
    per_second: AtomicU64,
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
            if next.send(()).is_ok() {
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
            pressed: AtomicBool::new(false),
            overloaded: AtomicBool::new(false),
            at_once: threads,
            line: Mutex::default(),
            per_second: AtomicU64::new(AT_FIRST * threads as u64),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Line> {
        self.line.lock().expect("no holder of this lock panics")
    }

    /// Whether more is said than can be answered at once.
    pub(super) fn is_overloaded(&self) -> bool {
        self.overloaded.load(Ordering::Relaxed)
    }

    /// Whether newcomers should come back later.
    pub(super) fn is_full(&self) -> bool {
        self.pressed.load(Ordering::Relaxed) || self.wait_s(0).is_some_and(|seconds| seconds > SOON_S)
    }

    /// In about how many seconds a turn over so many bytes is taken that is put into the line now; `None` when there is none.
    pub(super) fn wait_s(&self, bytes: usize) -> Option<u32> {
        if !self.is_overloaded() {
            return None;
        }
        let before = self.lock().before(bytes, Instant::now()) as u64;
        let seconds = before.div_ceil(self.per_second.load(Ordering::Relaxed).max(1)).max(1);
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
                line.join(bytes, Instant::now(), go);
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
        self.pressed.store(true, Ordering::Relaxed);
        self.overloaded.store(true, Ordering::Relaxed);
        let places = (0..self.at_once).map(|_| self.turn(1));
        futures_util::future::join_all(places).await
    }

    /// Looks again and again at this runtime, from a thread of its own, as long as anybody has `pressure`.
    pub(super) fn watch(pressure: &Arc<Pressure>) {
        if pressure.longest.is_zero() {
            return;
        }
        let (watched, runtime) = (Arc::downgrade(pressure), Handle::current());
        let thread = thread::Builder::new().name("pressure".to_owned());
        if let Err(error) = thread.spawn(move || Watch::new(watched, runtime).run()) {
            tracing::warn!(%error, "no thread looks whether more is said than can be answered: it will not be noticed");
        }
    }
}

/// What looks, and what it has seen.
struct Watch {
    watched: Weak<Pressure>,
    runtime: Handle,
    /// Since when a task waits for a thread, and whether it has had it.
    behind: Option<(std::time::Instant, Arc<AtomicBool>)>,
    /// Looks in a row that found a long wait, and none.
    long: u32,
    short: u32,
    /// Since when turns are counted, and how many there had been.
    measured: (std::time::Instant, u64),
}

impl Watch {
    fn new(watched: Weak<Pressure>, runtime: Handle) -> Watch {
        Watch {
            watched,
            runtime,
            behind: None,
            long: 0,
            short: 0,
            measured: (std::time::Instant::now(), 0),
        }
    }

    fn run(mut self) {
        loop {
            thread::sleep(PROBE);
            let Some(pressure) = self.watched.upgrade() else { return };
            self.look(&pressure);
        }
    }

    /// How long the last task has waited so far; nothing when it has had its thread, and the next is put.
    fn waited(&mut self) -> Duration {
        if let Some((put, ran)) = &self.behind
            && !ran.load(Ordering::Relaxed)
        {
            return put.elapsed();
        }
        let ran = Arc::new(AtomicBool::new(false));
        self.behind = Some((std::time::Instant::now(), Arc::clone(&ran)));
        self.runtime.spawn(async move { ran.store(true, Ordering::Relaxed) });
        Duration::ZERO
    }

    fn look(&mut self, pressure: &Pressure) {
        let waited = self.waited();
        (self.long, self.short) = match (waited >= pressure.longest, waited < pressure.longest / 4) {
            (true, _) => (self.long + 1, 0),
            (false, true) => (0, self.short + 1),
            (false, false) => (0, 0),
        };
        let was = pressure.is_overloaded();
        let (since, before) = self.measured;
        if since.elapsed() >= MEASURED {
            let all = pressure.lock().taken;
            let in_a_second = (all - before) as f64 / since.elapsed().as_secs_f64();
            if was {
                pressure.per_second.store(in_a_second as u64, Ordering::Relaxed);
            }
            self.measured = (std::time::Instant::now(), all);
        }
        let pressed = match pressure.pressed.load(Ordering::Relaxed) {
            true => self.short < SHORT_LOOKS,
            false => self.long >= LONG_LOOKS,
        };
        pressure.pressed.store(pressed, Ordering::Relaxed);
        let is = pressed || was && pressure.lock().waiting() > 0;
        if is == was {
            return;
        }
        pressure.overloaded.store(is, Ordering::Relaxed);
        match is {
            true => tracing::warn!(
                waited_ms = waited.as_millis() as u64,
                "more is said than can be answered at once: words are stored first, answers wait"
            ),
            false => tracing::info!("every message is answered at once again"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::line_of_turns::LONG_WAIT;
    use futures_util::FutureExt;
    use tokio_util::sync::CancellationToken;

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
        assert_eq!((pressure.wait_s(500), pressure.wait_s(20)), (Some(2), Some(2)));
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
    async fn while_many_long_ones_wait_a_newcomer_is_let_in_and_answered_in_turn_with_them() {
        let pressure = overloaded();
        pressure.per_second.store(10, Ordering::Relaxed);
        let running = pressure.turn(10).await;
        // Half of them began with a few words and have said more since.
        let mut long: Vec<_> = (0..100).map(|n| Box::pin(pressure.turn(20 + n % 2 * 480))).collect();
        assert!(long.iter_mut().all(|turn| turn.as_mut().now_or_never().is_none()));
        tokio::time::advance(LONG_WAIT).await;
        assert_eq!((pressure.wait_s(500), pressure.wait_s(20)), (Some(10), Some(1)));
        assert!(!pressure.is_full());
        let mut plain = Box::pin(pressure.turn(20));
        assert!(plain.as_mut().now_or_never().is_none());
        drop(running);
        drop(long.remove(0).await);
        assert!(long.iter_mut().all(|turn| turn.as_mut().now_or_never().is_none()));
        drop(plain.await);
        assert!(long.iter_mut().any(|turn| turn.as_mut().now_or_never().is_some()));
        let mut crowd: Vec<_> = (0..20).map(|_| Box::pin(pressure.turn(20))).collect();
        assert!(crowd.iter_mut().all(|turn| turn.as_mut().now_or_never().is_none()));
        assert!(pressure.is_full());
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

    // Sockets with something to read are such a crowd: each wakes again as soon as it has run.
    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_crowd_that_never_rests_is_noticed_and_so_is_its_end() {
        let pressure = Arc::new(Pressure::new(40));
        let over = CancellationToken::new();
        for _ in 0..2_000 {
            let over = over.clone();
            tokio::spawn(async move {
                while !over.is_cancelled() {
                    let busy = std::time::Instant::now();
                    while busy.elapsed() < Duration::from_micros(100) {}
                    tokio::task::yield_now().await;
                }
            });
        }
        Pressure::watch(&pressure);
        while !pressure.is_overloaded() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        over.cancel();
        while pressure.is_overloaded() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
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
        assert_eq!(pressure.wait_s(10), None);
        assert!(!pressure.is_full());
        drop(places);
        assert_eq!(pressure.lock().running, 0);
    }
}
