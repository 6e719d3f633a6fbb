//! Writing to the terminal. A reader that went away (`| head`) is no error.

use std::io::{self, Write};

/// Writes to standard output.
pub fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Writes to standard error.
pub fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
