//! What is said in both languages.

use crate::model::Language;

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalText {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl LocalText {
    /// One text for both languages.
    pub fn same(text: &str) -> Self {
        Self {
            zh: text.to_owned(),
            en: text.to_owned(),
        }
    }

    /// The text in this language; for Traditional Chinese as it is written, in Simplified.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Chinese | Language::Traditional => &self.zh,
            Language::English => &self.en,
        }
    }
}
