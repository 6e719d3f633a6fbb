//! Findings: what `check` has to say, as values.

use crate::shop::LocalText;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The files cannot go live.
    Error,
    /// They can, and somebody should look.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
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
    /// Characters that it is about; 0 for the word that begins there.
    pub width: usize,
    /// What is wrong.
    pub message: LocalText,
    /// How to mend it.
    pub hint: LocalText,
}

impl Finding {
    /// A finding about a whole file; a place and a hint may be added.
    pub fn new(
        rule: &'static str,
        severity: Severity,
        file: &str,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            severity,
            file: file.to_owned(),
            line: 0,
            column: 0,
            width: 0,
            message: LocalText {
                zh: zh.into(),
                en: en.into(),
            },
            hint: LocalText::default(),
        }
    }

    /// Something that keeps the files from going live.
    pub fn error(rule: &'static str, file: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(rule, Severity::Error, file, zh, en)
    }

    /// Something that somebody should look at.
    pub fn warning(rule: &'static str, file: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(rule, Severity::Warning, file, zh, en)
    }

    /// With its place.
    pub fn at(mut self, line: usize, column: usize) -> Self {
        self.line = line;
        self.column = column;
        self
    }

    /// With so many characters that it is about.
    pub fn wide(mut self, width: usize) -> Self {
        self.width = width;
        self
    }

    /// With how to mend it.
    pub fn hint(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.hint = LocalText {
            zh: zh.into(),
            en: en.into(),
        };
        self
    }
}

/// Whether a finding keeps the files from going live.
pub fn refused(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// Puts findings in the order people read them: errors first, then by file and place.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        (a.severity, &a.file, a.line, a.column, a.rule)
            .cmp(&(b.severity, &b.file, b.line, b.column, b.rule))
            .then_with(|| a.message.zh.cmp(&b.message.zh))
    });
}
