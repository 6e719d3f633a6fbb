//! How sure the bot must be, from the settings.

use crate::config::UnderstandingSettings;

/// How sure the bot must be, in terms that operators understand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// The share of answers that may be wrong, 0 to 0.5.
    pub wrong_answers: f32,
    /// How eager the bot is to ask back: 0 never, 1 at every doubt.
    pub ask_back: f32,
    /// The share of plain messages that signals may hand off needlessly, 0 to 0.5.
    pub needless_handoffs: f32,
    /// Whether the program's table of word vectors helps.
    pub vectors: bool,
}

impl From<&UnderstandingSettings> for Tolerance {
    fn from(settings: &UnderstandingSettings) -> Self {
        Tolerance {
            wrong_answers: settings.wrong_answers_tolerated as f32,
            ask_back: settings.ask_back as f32,
            needless_handoffs: settings.needless_handoffs_per_1000 as f32 / 1000.0,
            vectors: settings.vectors,
        }
    }
}

impl Default for Tolerance {
    /// As the settings stand when nobody changes them.
    fn default() -> Self {
        Tolerance::from(&UnderstandingSettings::default())
    }
}
