//! Lines of standard input. What is not UTF-8 is read with replacement characters: a message is never lost for a
//! broken byte.

use std::io::{self, BufRead};

/// A line with its number, from 1.
pub struct Line {
    /// Number.
    pub number: usize,
    /// Text without the line break.
    pub text: String,
}

/// All lines of a reader.
pub fn of(mut reader: impl BufRead) -> impl Iterator<Item = io::Result<Line>> {
    let mut number = 0;
    std::iter::from_fn(move || {
        let mut bytes = Vec::new();
        match reader.read_until(b'\n', &mut bytes) {
            Ok(0) => None,
            Ok(_) => {
                number += 1;
                let text = String::from_utf8_lossy(&bytes);
                Some(Ok(Line {
                    number,
                    text: text.trim_end_matches(['\n', '\r']).to_owned(),
                }))
            }
            Err(error) => Some(Err(error)),
        }
    })
}
