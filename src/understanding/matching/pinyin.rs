//! Sounds of Han characters: shoppers type by sound, so their slips keep the sound.

use pinyin::ToPinyin;

/// The toneless syllable of a Han character.
pub fn syllable(character: char) -> Option<&'static str> {
    character.to_pinyin().map(|sound| sound.plain())
}

/// What a text is searched by: the first letter of the sound of each Han character, letters and digits as they are in lower
/// case; all else is left out.
pub fn initials(text: &str) -> String {
    let initial = |character: char| match syllable(character) {
        Some(sound) => sound.chars().next().filter(char::is_ascii_lowercase),
        None => Some(character.to_ascii_lowercase()).filter(char::is_ascii_alphanumeric),
    };
    text.chars().filter_map(initial).collect()
}

/// The characters whose sounds are kept; those outside are written once in a lifetime.
const KEPT: std::ops::RangeInclusive<u32> = 0x4e00..=0x9fff;

/// A number for the sound of each character, made once: reading a message asks for each of its sounds, and the letters of
/// a syllable lie far from one another in memory.
pub struct SoundTable {
    /// For each character of `KEPT` the place of its syllable, or `NONE`.
    places: Vec<u16>,
    /// What was made of each syllable.
    sounds: Vec<u64>,
    make: fn(&str) -> u64,
}

/// The place of what has no sound.
const NONE: u16 = u16::MAX;

impl SoundTable {
    /// Makes a number of each syllable.
    pub fn new(make: fn(&str) -> u64) -> SoundTable {
        let mut syllables: Vec<&str> = Vec::new();
        let places = KEPT.map(|code| {
            let Some(sound) = char::from_u32(code).and_then(syllable) else {
                return NONE;
            };
            let known = syllables.iter().position(|known| *known == sound);
            let place = known.unwrap_or_else(|| {
                syllables.push(sound);
                syllables.len() - 1
            });
            place as u16
        });
        SoundTable {
            places: places.collect(),
            sounds: syllables.iter().map(|sound| make(sound)).collect(),
            make,
        }
    }

    /// The number of a character's sound; `None` where it has none.
    pub fn of(&self, character: char) -> Option<u64> {
        let code = u32::from(character);
        match code
            .checked_sub(*KEPT.start())
            .and_then(|at| self.places.get(at as usize))
        {
            Some(place) => self.sounds.get(usize::from(*place)).copied(),
            None => syllable(character).map(self.make),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_the_first_letters_of_sounds_and_what_is_typed_as_it_is() {
        for (text, wanted) in [
            ("发货时间", "fhsj"),
            ("满 99 元，包邮 OK～", "m99ybyok"),
            ("绿色", "ls"),
            ("〔…〕😀", ""),
        ] {
            assert_eq!(initials(text), wanted, "{text}");
        }
    }

    #[test]
    fn the_table_says_what_the_syllables_say() {
        let make = |sound: &str| sound.bytes().fold(7, |sum: u64, byte| sum * 31 + u64::from(byte));
        let table = SoundTable::new(make);
        for code in (0..0xa100).chain(0x2_0000..0x2_0100) {
            let character = char::from_u32(code).unwrap_or(' ');
            assert_eq!(table.of(character), syllable(character).map(make), "{character}");
        }
    }
}
