//! Writing to the terminal. What shoppers, files and names hold may steer a terminal or turn its writing around: what is
//! for people is escaped here, and nowhere else. A reader that went away (`| head`) is no error.

use std::io::{self, Write};

use crate::model::visible::escaped;

/// Writes text for people to standard output.
pub fn say(text: &str) {
    data(&escaped(text));
}

/// Writes text for people to standard error.
pub fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", escaped(text));
}

/// Writes what programs read to standard output, or what has been escaped before it was coloured: as it is.
pub fn data(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
