//! Processor time and memory of a process, from its clock and from `/proc`. On systems without them there are no figures,
//! and the report says so.

use std::fs;

/// What a process has used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Processor time in user and system mode of all its threads, also of those that have ended, microseconds.
    pub cpu_us: u64,
    /// Resident memory, KiB.
    pub rss_kib: u64,
    /// The most that was ever resident, KiB.
    pub peak_kib: u64,
}

impl Usage {
    /// Of this process; `None` when it is gone or the system does not tell.
    pub fn of(pid: u32) -> Option<Usage> {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        Some(Usage {
            cpu_us: cpu_us(pid)?,
            rss_kib: kib_of(&status, "VmRSS:")?,
            peak_kib: kib_of(&status, "VmHWM:")?,
        })
    }
}

/// The clock of the process. `/proc/PID/stat` counts hundredths of a second, which is a tenth of what a small server
/// needs for ten thousand messages; the `schedstat` of threads forgets those that have ended.
#[cfg(target_os = "linux")]
fn cpu_us(pid: u32) -> Option<u64> {
    use nix::sys::time::TimeValLike;
    let pid = nix::unistd::Pid::from_raw(i32::try_from(pid).ok()?);
    let time = nix::time::clock_getcpuclockid(pid).ok()?.now().ok()?;
    u64::try_from(time.num_microseconds()).ok()
}

#[cfg(not(target_os = "linux"))]
fn cpu_us(_pid: u32) -> Option<u64> {
    None
}

/// How many files, and so sockets, this process may open; `None` when unknown or unlimited. First raises it as far as
/// the system lets it, also for the servers that this process starts.
#[cfg(target_os = "linux")]
pub fn open_file_limit() -> Option<u64> {
    use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit, setrlimit};
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
    let limit = match setrlimit(Resource::RLIMIT_NOFILE, hard, hard) {
        Ok(()) => hard,
        Err(_) => soft,
    };
    (limit != RLIM_INFINITY).then_some(limit)
}

/// Unknown.
#[cfg(not(target_os = "linux"))]
pub fn open_file_limit() -> Option<u64> {
    None
}

/// How many programs wanted to run in the last minute on average; `None` when the system does not tell.
pub fn load_average() -> Option<f64> {
    let load = fs::read_to_string("/proc/loadavg").ok()?;
    load.split_whitespace().next()?.parse().ok()
}

fn kib_of(status: &str, field: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.starts_with(field))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_resident_memory() {
        let status = "Name:\tx\nVmHWM:\t  99 kB\nVmRSS:\t   41236 kB\n";
        assert_eq!(kib_of(status, "VmRSS:"), Some(41236));
        assert_eq!(kib_of(status, "VmHWM:"), Some(99));
        assert_eq!(kib_of("", "VmRSS:"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_used_something() {
        let usage = Usage::of(std::process::id()).unwrap_or_default();
        assert!(usage.cpu_us > 0 && usage.rss_kib > 0 && usage.peak_kib >= usage.rss_kib);
        assert!(open_file_limit().is_none_or(|limit| limit > 3));
        assert!(load_average().is_some_and(|load| load >= 0.0));
        assert_eq!(Usage::of(u32::MAX), None);
    }
}
