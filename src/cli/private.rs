//! What this process creates is its owner's alone, whatever the shell's umask allows.

/// From here on. For commands that write people's data; files that operators share, such as intents, are not theirs.
pub fn files() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}
