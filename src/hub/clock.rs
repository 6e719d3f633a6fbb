//! The hub's clock: wall time by default, any function of the caller's in tests.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use crate::model::Millis;

/// By so much a timer and the clock may differ, milliseconds.
const EARLY_MS: u64 = 1_000;

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

    /// Waits for as long as it is until the clock shows `at`; returns at once when it does already. A clock that is set
    /// back meanwhile makes nobody wait longer: who waited looks at the time again.
    pub async fn sleep_until(&self, at: Millis) {
        let mut left = at.since(self.now());
        while left > 0 {
            tokio::time::sleep(Duration::from_millis(left)).await;
            // A timer may be early by a little; more than that is a clock that was set back.
            left = Some(at.since(self.now())).filter(|left| *left <= EARLY_MS).unwrap_or(0);
        }
    }
}

/// What a clock that goes evenly shows `at`, after it showed something then.
pub(super) fn expected((shown, then): (Millis, Instant), at: Instant) -> Millis {
    let passed = at.duration_since(then).as_millis();
    shown.plus(u64::try_from(passed).unwrap_or(u64::MAX))
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Clock({})", self.now().0)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    // The clock back by three hours while a fragment is pending.
    #[tokio::test(start_paused = true)]
    async fn a_clock_that_is_set_back_makes_nobody_wait_longer() {
        let set_back = Arc::new(AtomicU64::new(0));
        let (told, plain) = (Arc::clone(&set_back), Clock::from_tokio(Millis(20_000_000)));
        let clock = Clock::from_fn(move || Millis(plain.now().0 - told.load(Ordering::SeqCst)));
        let begun = tokio::time::Instant::now();
        let waits = clock.sleep_until(clock.now().plus(1_200));
        tokio::pin!(waits);
        assert!(futures_util::FutureExt::now_or_never(waits.as_mut()).is_none());
        set_back.store(10_800_000, Ordering::SeqCst);
        waits.await;
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    }
}
