//! Which script a character belongs to.

/// Whether a character is Han; 〇 counts as one, because it is written among them.
pub fn is_han(character: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&character) || character == '〇'
}

/// Whether a character is a letter of a script that writes words with blanks between.
pub fn is_letter(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphabetic();
    }
    !is_han(character) && character.is_alphabetic()
}
