//! What a test cost the server, and what was done to it meanwhile.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::proc::Usage;
use crate::proxy::Counts;

/// What the server used.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ServerFigures {
    /// Looks at its process: before the first socket, with all sockets open, after the talk.
    pub looks: [Option<Usage>; 3],
    /// What was done to it and to connections.
    pub misfortunes: Misfortunes,
}

impl ServerFigures {
    /// Processor time while sockets were opened, microseconds.
    pub fn opening_cpu_us(&self) -> Option<u64> {
        self.cpu_us_between(0, 1)
    }

    /// Processor time while messages were sent and answered, microseconds.
    pub fn talk_cpu_us(&self) -> Option<u64> {
        self.cpu_us_between(1, 2)
    }

    /// Resident memory at each look, KiB.
    pub fn rss_kib(&self) -> Option<(u64, u64, u64)> {
        let [before, open, after] = self.looks;
        Some((before?.rss_kib, open?.rss_kib, after?.rss_kib))
    }

    fn cpu_us_between(&self, from: usize, to: usize) -> Option<u64> {
        Some(self.looks[to]?.cpu_us.saturating_sub(self.looks[from]?.cpu_us))
    }
}

/// What was done to server and connections, beside the disconnects that the plan forces.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Misfortunes {
    /// How often the server was killed, and the longest time until it served again, milliseconds.
    pub kills: (usize, u128),
    /// Connections that the proxy reset, let go half-open, and cut in the middle.
    pub proxy: (u64, u64, u64),
}

impl Misfortunes {
    /// From the times of the restarts and the proxy's counts.
    pub fn of(restarts: Vec<Duration>, proxy: Option<&Counts>) -> Misfortunes {
        let count = |count: &std::sync::atomic::AtomicU64| count.load(Ordering::Relaxed);
        Misfortunes {
            kills: (
                restarts.len(),
                restarts.into_iter().max().unwrap_or_default().as_millis(),
            ),
            proxy: proxy.map_or((0, 0, 0), |counts| {
                (count(&counts.resets), count(&counts.half_open), count(&counts.cuts))
            }),
        }
    }
}
