//! The hub's clock: wall time by default, any function of the caller's in tests.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::model::Millis;

/// Tells the time. Cheap to clone. Sleeping goes through tokio's timer, so that a clock made of
/// `tokio::time::Instant` can be paused and advanced together with it.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Millis + Send + Sync>);

impl Clock {
    /// The machine's wall clock.
    pub fn system() -> Clock {
        Clock::from_fn(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
            Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
        })
    }

    /// `start` and what tokio's clock has counted since this call: stands still while tokio's time is paused.
    pub fn from_tokio(start: Millis) -> Clock {
        let origin = tokio::time::Instant::now();
        Clock::from_fn(move || {
            start.plus(u64::try_from((tokio::time::Instant::now() - origin).as_millis()).unwrap_or(u64::MAX))
        })
    }

    /// Any source of time.
    pub fn from_fn(now: impl Fn() -> Millis + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now))
    }

    /// Now.
    pub fn now(&self) -> Millis {
        (self.0)()
    }

    /// Waits until the clock shows `at`; returns at once when it does already.
    pub async fn sleep_until(&self, at: Millis) {
        loop {
            let left = at.since(self.now());
            if left == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(left)).await;
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Clock({})", self.now().0)
    }
}
