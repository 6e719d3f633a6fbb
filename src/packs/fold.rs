//! Makes sentences comparable that differ only in case, width, Traditional or Simplified characters, spaces and
//! punctuation. Only for finding doubles: the understanding room folds more, and keeps positions.

use std::collections::HashSet;
use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use unicode_normalization::UnicodeNormalization;

/// Traditional to Simplified, one character to one. Phrases are left to the synonym file.
static TO_SIMPLIFIED: LazyLock<Box<[char]>> = LazyLock::new(|| {
    let mut table: Vec<char> = (FIRST_HAN..=LAST_HAN).filter_map(char::from_u32).collect();
    if let Ok(converter) = OpenCC::from_config(BuiltinConfig::T2s) {
        // All at once, each in a line of its own, so that no two make a phrase.
        let lines: String = table.iter().flat_map(|character| [*character, '\n']).collect();
        for (character, line) in table.iter_mut().zip(converter.convert(&lines).lines()) {
            let mut converted = line.chars();
            if let (Some(simplified), None) = (converted.next(), converted.next()) {
                *character = simplified;
            }
        }
    }
    // Characters that the table leaves apart although shoppers use them for the same word.
    for (from, to) in [
        ('甚', '什'),
        ('麽', '么'),
        ('後', '后'),
        ('妳', '你'),
        ('裏', '里'),
        ('裡', '里'),
        ('係', '系'),
        ('佢', '他'),
        ('牠', '它'),
        ('著', '着'),
        ('瞭', '了'),
        ('鍊', '链'),
        ('藉', '借'),
        ('揹', '背'),
        ('暱', '昵'),
        ('粧', '妆'),
        ('廻', '回'),
        ('衹', '只'),
        ('馀', '余'),
        ('锺', '钟'),
    ] {
        if let Some(slot) = table.get_mut((from as u32 - FIRST_HAN) as usize) {
            *slot = to;
        }
    }
    table.into_boxed_slice()
});

const FIRST_HAN: u32 = 0x3400;
const LAST_HAN: u32 = 0x9fff;

/// The Simplified character for a Traditional one that stands behind a Simplified one; every other character as it is.
pub fn simplified(previous: Option<char>, character: char) -> char {
    match (previous, character) {
        (Some('锻'), '鍊') => return '炼',
        (Some('回' | '答'), '覆') => return '复',
        (Some('家'), '俱') => return '具',
        _ => {}
    }
    let place = (character as u32).wrapping_sub(FIRST_HAN) as usize;
    TO_SIMPLIFIED.get(place).copied().unwrap_or(character)
}

/// Characters that Traditional texts never have: of OpenCC's list (Apache-2.0) those that are no Traditional form of
/// themselves, as 后 and 只 are, and that Taiwan writes otherwise, as it does not 群 and 床.
static ONLY_SIMPLIFIED: LazyLock<HashSet<char>> = LazyLock::new(|| {
    let characters = include_str!("only_simplified.txt").chars();
    characters.filter(|character| !character.is_whitespace()).collect()
});

/// Traditional characters that Simplified texts have too: 著名, 乾隆.
const IN_SIMPLIFIED_TOO: [char; 7] = ['著', '瞭', '藉', '乾', '覆', '夥', '甚'];

/// Whether only Simplified texts have a character.
pub fn is_only_simplified(character: char) -> bool {
    ONLY_SIMPLIFIED.contains(&character)
}

/// Whether only Traditional texts have a character.
pub fn is_only_traditional(character: char) -> bool {
    simplified(None, character) != character && !IN_SIMPLIFIED_TOO.contains(&character)
}

/// The sentence as it is compared with others.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.chars().all(is_plain) {
        for character in text.chars() {
            if character.is_ascii() {
                push(&mut folded, character.to_ascii_lowercase());
            } else if !PLAIN_MARKS.contains(&character) {
                folded.push(simplified(folded.chars().next_back(), character));
            }
        }
    } else {
        let characters = text.nfkc().flat_map(char::to_lowercase);
        characters.for_each(|character| push(&mut folded, character));
    }
    folded.truncate(folded.trim_end().len());
    if folded.is_empty() {
        // Nothing but signs: two different ones are two different messages.
        return text.trim().to_owned();
    }
    folded
}

/// Whether a character is one of those that Chinese is written with.
pub fn is_han(character: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&character)
}

/// Marks of Chinese texts that fold to nothing.
const PLAIN_MARKS: [char; 5] = ['，', '。', '？', '！', '、'];

/// Whether Unicode's tables say nothing new of a character: nearly all sentences of the files are made of such characters
/// alone, and are folded several times while files load.
fn is_plain(character: char) -> bool {
    character.is_ascii() || is_han(character) || PLAIN_MARKS.contains(&character)
}

fn push(folded: &mut String, character: char) {
    if character.is_alphanumeric() {
        folded.push(simplified(folded.chars().next_back(), character));
    } else if character.is_whitespace() && !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_characters_are_folded_as_the_tables_say() {
        let by_the_tables = |character: char| {
            let mut folded = String::from("x");
            let characters = std::iter::once(character).nfkc().flat_map(char::to_lowercase);
            characters.for_each(|character| push(&mut folded, character));
            folded
        };
        let plain = ('\0'..=char::MAX).filter(|character| is_plain(*character) && !character.is_whitespace());
        for character in plain {
            assert_eq!(
                fold(&format!("x{character}")),
                by_the_tables(character),
                "{character:?}"
            );
        }
        assert_eq!(fold("\u{b} A\t 你，好\u{b}B。"), fold("A 你好 b\u{200b}"));
    }

    #[test]
    fn writings_of_one_sentence_are_equal() {
        assert_eq!(fold("什么时候发貨？"), fold("什麼时候发货"));
        assert_eq!(fold("Do you  ship ＸＬ? "), "do you ship xl");
        for (traditional, plain) in [
            ("拉鍊壞了", "拉链坏了"),
            ("一直沒回覆", "一直没回复"),
            ("想瞭解傢俱", "想了解家具"),
            ("鍛鍊時穿著", "锻炼时穿着"),
        ] {
            assert_eq!(fold(traditional), fold(plain));
        }
        assert_ne!(fold("什么时候发货"), fold("什么时候退货"));
        assert_ne!(fold("？？"), fold("😡"));
    }

    #[test]
    fn characters_tell_the_script_where_one_script_alone_has_them() {
        for (character, only_simplified, only_traditional) in [
            ('发', true, false),
            ('這', false, true),
            ('后', false, false),
            ('你', false, false),
            ('群', false, false),
            ('床', false, false),
            ('真', false, false),
            ('著', false, false),
            ('x', false, false),
        ] {
            assert_eq!(is_only_simplified(character), only_simplified, "{character}");
            assert_eq!(is_only_traditional(character), only_traditional, "{character}");
        }
    }

    #[test]
    fn what_taiwan_writes_too_is_not_in_the_list() {
        let converter = OpenCC::from_config(BuiltinConfig::S2tw).expect("is part of the crate");
        let lines: String = ONLY_SIMPLIFIED
            .iter()
            .flat_map(|character| [*character, '\n'])
            .collect();
        let written = converter.convert(&lines);
        let same = lines.lines().zip(written.lines()).filter(|(here, there)| here == there);
        let same: String = same.map(|(here, _)| here).collect();
        assert_eq!(same, "");
    }

    #[test]
    fn each_character_has_its_own_line_in_the_table() {
        let pairs = ['發', '貨', '運', '費', '㑯', '龘', '货', 'x', '😡'].map(|character| simplified(None, character));
        assert_eq!(pairs, ['发', '货', '运', '费', '㑔', '龘', '货', 'x', '😡']);
    }
}
