//! Wakes shoppers when their messages are due, to a tenth of a millisecond.
//!
//! The timers of the runtime go off at whole milliseconds, which adds about one to every latency: as much as a fast server
//! takes, so that all fast servers look alike. The times are known before the talk begins, and a thread that does nothing
//! else can keep them. Shoppers keep the runtime's timer as well, so that nothing is left unsaid when a call is missed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// How long the thread sleeps at most, so that it ends soon after it is told to.
const NAP: Duration = Duration::from_millis(50);

/// Calls shoppers until it is dropped.
pub struct Pace {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Pace {
    /// Rings each bell at its time, microseconds from `started`.
    pub fn start(started: Instant, mut calls: Vec<(u64, Arc<Notify>)>) -> Pace {
        calls.sort_by_key(|(due_us, _)| *due_us);
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            for (due_us, shopper) in calls {
                let due = started + Duration::from_micros(due_us);
                while let Some(left) = due
                    .checked_duration_since(Instant::now())
                    .filter(|left| !left.is_zero())
                {
                    if stopped.load(Ordering::Relaxed) {
                        return;
                    }
                    thread::sleep(left.min(NAP));
                }
                shopper.notify_one();
            }
        });
        Pace {
            stop,
            thread: Some(thread),
        }
    }
}

impl Drop for Pace {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It has nothing to tell, and a panic in it has been printed.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everybody_is_called_in_the_order_of_their_times() {
        let shoppers: Vec<Arc<Notify>> = (0..3).map(|_| Arc::new(Notify::new())).collect();
        let started = Instant::now();
        let calls = [(3_000, 2), (1_000, 0), (2_000, 1)];
        let calls = calls.map(|(due_us, shopper)| (due_us, Arc::clone(&shoppers[shopper])));
        let _pace = Pace::start(started, calls.into());
        for (index, shopper) in shoppers.iter().enumerate() {
            shopper.notified().await;
            assert!(started.elapsed() >= Duration::from_millis(index as u64 + 1));
        }
    }

    #[tokio::test]
    async fn dropped_it_does_not_wait_for_calls_that_are_far_away() {
        let began = Instant::now();
        drop(Pace::start(began, vec![(3_600_000_000, Arc::new(Notify::new()))]));
        assert!(began.elapsed() < Duration::from_secs(60));
    }
}
