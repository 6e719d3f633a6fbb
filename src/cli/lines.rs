//! Lines of standard input. What is not UTF-8 is read with replacement characters: a message is never lost for a
//! broken byte.

use std::io::{self, BufRead};

/// A line with its number, from 1.
pub struct Line {
    /// Number.
    pub number: usize,
    /// Text without the line break.
    pub text: String,
    /// It is not UTF-8, and stands in `text` with replacement characters.
    pub is_broken: bool,
}

/// What is said of a line that is not UTF-8: files of older Windows programs are GBK.
pub fn broken(number: usize) -> String {
    format!(
        "第 {number} 行不是 UTF-8（像是 GBK）：先转换，例如 iconv -f GBK -t UTF-8 · line {number} is not UTF-8, it looks like \
         GBK: convert it first, as iconv -f GBK -t UTF-8 does"
    )
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
                    is_broken: std::str::from_utf8(&bytes).is_err(),
                    text: text.trim_end_matches(['\n', '\r']).to_owned(),
                }))
            }
            Err(error) => Some(Err(error)),
        }
    })
}
