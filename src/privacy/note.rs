//! What is kept of a note that a colleague writes.

use crate::model::visible::shows_something;

use super::mask_cards;

/// Longest note, characters.
const LONGEST: usize = 2_000;

/// Why a note is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteFault {
    /// It shows nothing.
    #[error("the note is empty")]
    Empty,
    /// It is too long.
    #[error("the note is too long")]
    Long,
}

/// The note without blanks around, and with `masks` without numbers of cards.
///
/// # Errors
/// It shows nothing or is too long.
pub fn kept_note(written: &str, masks: bool) -> Result<String, NoteFault> {
    let text = written.trim();
    if !shows_something(text) {
        return Err(NoteFault::Empty);
    }
    if text.chars().nth(LONGEST).is_some() {
        return Err(NoteFault::Long);
    }
    Ok(match masks {
        true => mask_cards(text, false).into_owned(),
        false => text.to_owned(),
    })
}
