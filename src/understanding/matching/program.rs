//! What a pattern is compiled to, and where a match may begin or end.

/// One step of a compiled pattern.
pub(super) enum Step {
    /// These characters; a blank is a word border.
    Text(Vec<char>),
    /// One of several ways on, or none where it is optional.
    Branches { branches: Vec<Vec<Step>>, optional: bool },
    /// A few characters of whatever kind.
    Gap,
    /// A few Latin words of whatever kind.
    WordGap,
}

/// Whether a match may begin or end here: not inside a Latin word or a number.
pub(super) fn word_border(chars: &[char], at: usize) -> bool {
    let letter = |at: usize| chars.get(at).is_some_and(|character| character.is_ascii_alphanumeric());
    at == 0 || !(letter(at - 1) && letter(at))
}
