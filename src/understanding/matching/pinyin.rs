//! Sounds of Han characters: shoppers type by sound, so their slips keep the sound.

use pinyin::ToPinyin;

/// The toneless syllable of a Han character.
pub fn syllable(character: char) -> Option<&'static str> {
    character.to_pinyin().map(|sound| sound.plain())
}
