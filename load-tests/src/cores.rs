//! Which core the server runs on and which the tester, so that neither takes time from the other.
//!
//! What a thread or process starts runs where it does itself. So the tester moves to its core before its runtime has
//! threads, and a server is started by a thread that has moved to the other.

use std::thread;

use anyhow::{Result, anyhow};

/// Two cores, one for each side.
#[derive(Clone, Copy, Debug)]
pub struct Cores {
    server: usize,
    tester: usize,
}

impl Cores {
    /// Takes the first core this process may use for servers and moves the calling thread, and all that it starts from
    /// now on, to the last. `None`: there is one core only, or the system cannot do it.
    pub fn claim() -> Option<Cores> {
        let allowed = allowed();
        let cores = Cores {
            server: *allowed.first()?,
            tester: *allowed.last()?,
        };
        (cores.server != cores.tester && move_to(cores.tester)).then_some(cores)
    }

    /// In words, for the report.
    pub fn describe(cores: Option<Cores>) -> String {
        match cores {
            Some(cores) => format!("server on core {}, tester on core {}", cores.server, cores.tester),
            None => "server and tester share all cores".to_owned(),
        }
    }
}

/// Runs `start` so that the process it starts stays on the core of servers.
///
/// # Errors
/// Those of `start`; the thread cannot be moved.
pub fn on_server_core<T: Send>(cores: Option<Cores>, start: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let Some(cores) = cores else { return start() };
    let started = thread::scope(|scope| {
        let thread = scope.spawn(move || {
            if move_to(cores.server) {
                start()
            } else {
                Err(anyhow!("core {} cannot be used any more", cores.server))
            }
        });
        thread.join()
    });
    started.unwrap_or_else(|_| Err(anyhow!("the thread that starts the server panicked")))
}

#[cfg(target_os = "linux")]
fn allowed() -> Vec<usize> {
    use nix::sched::{CpuSet, sched_getaffinity};
    let Ok(set) = sched_getaffinity(nix::unistd::Pid::from_raw(0)) else {
        return Vec::new();
    };
    (0..CpuSet::count())
        .filter(|core| set.is_set(*core).unwrap_or(false))
        .collect()
}

#[cfg(target_os = "linux")]
fn move_to(core: usize) -> bool {
    use nix::sched::{CpuSet, sched_setaffinity};
    let mut set = CpuSet::new();
    set.set(core).is_ok() && sched_setaffinity(nix::unistd::Pid::from_raw(0), &set).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn allowed() -> Vec<usize> {
    Vec::new()
}

#[cfg(not(target_os = "linux"))]
fn move_to(_core: usize) -> bool {
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_server_is_started_on_its_own_core_and_the_tester_stays_where_it_is() {
        // In a thread of its own, since the threads of other tests share this process.
        let seen = thread::spawn(|| {
            let cores = Cores::claim();
            (
                cores.is_some(),
                on_server_core(cores, || Ok(allowed())).unwrap(),
                allowed(),
            )
        });
        let (two_cores, server, tester) = seen.join().unwrap();
        if two_cores {
            assert_eq!((server.len(), tester.len()), (1, 1));
            assert_ne!(server, tester);
        }
    }
}
