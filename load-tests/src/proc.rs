//! Processor time and memory of a process, from `/proc`. On systems without it there are no figures, and the report
//! says so.

use std::fs;
use std::process::Command;

/// What a process has used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Processor time in user and system mode, clock ticks.
    pub cpu_ticks: u64,
    /// Resident memory, KiB.
    pub rss_kib: u64,
}

impl Usage {
    /// Of this process; `None` when it is gone or the system has no `/proc`.
    pub fn of(pid: u32) -> Option<Usage> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        Some(Usage {
            cpu_ticks: cpu_ticks(&stat)?,
            rss_kib: rss_kib(&status)?,
        })
    }
}

/// Clock ticks a second, as the system says; 100, what Linux has nearly everywhere, when it does not.
pub fn ticks_per_second() -> u64 {
    Command::new("getconf")
        .arg("CLK_TCK")
        .output()
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .and_then(|text| text.trim().parse().ok())
        .filter(|ticks| *ticks > 0)
        .unwrap_or(100)
}

/// How many files, and so sockets, this process may open; `None` when unknown or unlimited.
pub fn open_file_limit() -> Option<u64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find(|line| line.starts_with("Max open files"))?;
    line.split_whitespace().nth(3)?.parse().ok()
}

/// Fields 14 and 15 of `stat`. The second field is the program's name in brackets and may hold anything.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let (_, behind_name) = stat.rsplit_once(')')?;
    let mut fields = behind_name.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

fn rss_kib(status: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_user_and_system_time_behind_any_name() {
        let stat = "4242 (a) b (c) S 1 4242 4242 0 -1 4194560 900 0 3 0 170 30 0 0 20 0 5 0 100 2000 300";
        assert_eq!(cpu_ticks(stat), Some(200));
        assert_eq!(cpu_ticks("nonsense"), None);
    }

    #[test]
    fn reads_resident_memory() {
        assert_eq!(rss_kib("Name:\tx\nVmHWM:\t  99 kB\nVmRSS:\t   41236 kB\n"), Some(41236));
        assert_eq!(rss_kib(""), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_used_something() {
        assert!(Usage::of(std::process::id()).is_some_and(|usage| usage.rss_kib > 0));
        assert!(ticks_per_second() > 0);
        assert_eq!(Usage::of(u32::MAX), None);
    }
}
