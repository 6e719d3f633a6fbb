//! What is wrong with a template, for the program and for the person who wrote it.

use crate::packs::Finding;
use crate::shop::LocalText;

/// Why a template cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{file}:{line}: {}", message.en)]
pub struct TemplateError {
    /// Rule id: I070 it does not compile, I071 a variable, I072 a fact of the shop that nobody defines.
    pub rule: &'static str,
    /// File.
    pub file: String,
    /// Line.
    pub line: usize,
    /// What is wrong.
    pub message: LocalText,
    /// How to mend it.
    pub hint: LocalText,
}

impl From<TemplateError> for Finding {
    fn from(error: TemplateError) -> Finding {
        Finding::error(error.rule, &error.file, error.message.zh, error.message.en)
            .at(error.line, 0)
            .hint(error.hint.zh, error.hint.en)
    }
}
