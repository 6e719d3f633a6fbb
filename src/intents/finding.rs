//! Findings: what `check` has to say, as values.

use crate::intents::LocalText;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The files cannot go live.
    Error,
    /// They can, and somebody should look.
    Warning,
}

/// One thing that is wrong, where, and how to mend it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Stable rule id, for example `I004`.
    pub rule: &'static str,
    /// How bad.
    pub severity: Severity,
    /// File, relative to the folder.
    pub file: String,
    /// Line from 1; 0 for the whole file.
    pub line: usize,
    /// Column from 1, in characters; 0 for the whole line.
    pub column: usize,
    /// What is wrong.
    pub message: LocalText,
    /// How to mend it.
    pub hint: LocalText,
}
