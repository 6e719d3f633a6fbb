//! A bar for what takes longer than a second, on a terminal only.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The bar, characters.
const BAR: usize = 30;
/// What is done sooner shows none.
const AFTER: Duration = Duration::from_secs(1);

/// How far something is.
pub struct Progress {
    shows: bool,
    begun: Instant,
    /// The percentage that is shown.
    shown: AtomicUsize,
}

impl Progress {
    /// Nothing is done yet.
    pub fn new() -> Progress {
        Progress {
            shows: std::io::stderr().is_terminal(),
            begun: Instant::now(),
            shown: AtomicUsize::new(0),
        }
    }

    /// So many are done, of so many.
    pub fn tell(&self, done: usize, all: usize) {
        let percent = done * 100 / all.max(1);
        let later = self.shown.load(Ordering::Relaxed) < percent;
        if self.shows
            && later
            && self.begun.elapsed() >= AFTER
            && self.shown.fetch_max(percent, Ordering::Relaxed) < percent
        {
            let filled = BAR * percent / 100;
            let mut out = std::io::stderr().lock();
            let bar = format!("{}{}", "█".repeat(filled), "·".repeat(BAR - filled));
            let _ = write!(out, "\r{bar} {percent:>3}% {done}/{all}");
            let _ = out.flush();
        }
    }

    /// Clears the line.
    pub fn end(&self) {
        if self.shown.load(Ordering::Relaxed) > 0 {
            let _ = write!(std::io::stderr().lock(), "\r{}\r", " ".repeat(BAR + 24));
        }
    }
}
