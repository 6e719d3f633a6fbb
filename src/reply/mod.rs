//! Picks and renders what the bot says. Pure: the date comes in as an argument.

use crate::intents::Pack;
use crate::model::{Language, Slots};

/// All answers and phrases of a pack, compiled.
pub struct Templates {}

/// Why a template does not compile.
#[derive(Debug, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct TemplateError {
    /// File.
    pub file: String,
    /// Line.
    pub line: usize,
    /// What minijinja says.
    pub message: String,
}

impl Templates {
    /// Compiles all templates of a pack.
    pub fn compile(_pack: &Pack) -> Result<Templates, Vec<TemplateError>> {
        Ok(Templates {})
    }

    /// The answer of an intent, or `None` when no variant can be rendered with these slots.
    pub fn answer(
        &self,
        _pack: &Pack,
        _intent: &str,
        _language: Language,
        _slots: &Slots,
        _today: jiff::civil::Date,
        _rotation: usize,
    ) -> Option<String> {
        None
    }
}
