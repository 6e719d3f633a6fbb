//! Which names people may have. Shoppers see them, so none may look like the bot's.

use super::AccountError;

/// Longest name, characters.
pub const LONGEST: usize = 32;

/// Anywhere in a name these say that no person speaks.
const BOT_PARTS: [&str; 12] = [
    "机器人",
    "機器人",
    "自动助手",
    "自動助手",
    "自动回复",
    "自動回覆",
    "自动客服",
    "自動客服",
    "智能客服",
    "智能助手",
    "智慧客服",
    "chatbot",
];

/// As whole words these do.
const BOT_WORDS: [&str; 10] = [
    "bot",
    "robot",
    "system",
    "assistant",
    "yingda",
    "应答",
    "應答",
    "系统",
    "系統",
    "ai",
];

/// The name as it is kept: without space around it, inner space as one blank.
///
/// # Errors
/// [`AccountError::Name`] when it is empty, too long or holds characters that cannot be seen;
/// [`AccountError::BotName`] when it looks like the bot's.
pub(super) fn checked(name: &str) -> Result<String, AccountError> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > LONGEST || name.chars().any(unseen) {
        return Err(AccountError::Name);
    }
    let key = crate::model::StaffMember::name_key(&name);
    let is_word = |word: &str| BOT_WORDS.contains(&word);
    let spaced: String = key.split_whitespace().collect();
    if BOT_PARTS.iter().any(|part| spaced.contains(part)) || key.split(|c: char| !c.is_alphanumeric()).any(is_word) {
        return Err(AccountError::BotName);
    }
    Ok(name)
}

/// Characters that take no room or turn the writing around: with them two names look the same and are not.
fn unseen(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn names_of_people_are_kept_tidy() {
        for (typed, kept) in [
            (" 小美 ", "小美"),
            ("客服\u{3000}小 美", "客服 小 美"),
            ("Abbott", "Abbott"),
            ("系舟", "系舟"),
            ("Mai", "Mai"),
        ] {
            assert_eq!(checked(typed).unwrap(), kept);
        }
        assert_eq!(checked(&"长".repeat(32)).unwrap().chars().count(), 32);
    }

    #[test]
    fn names_that_nobody_can_read_are_refused() {
        for bad in [
            "",
            "  ",
            "\u{3000}",
            "小\u{200b}美",
            "a\u{202e}b",
            "a\u{7}",
            "\u{3164}",
            &"长".repeat(33),
        ] {
            assert!(matches!(checked(bad), Err(AccountError::Name)), "{bad:?}");
        }
    }

    #[test]
    fn nobody_is_called_like_the_bot() {
        for bad in [
            "机器人",
            "智能客服小美",
            "小美机器 人",
            "System",
            "ＳＹＳＴＥＭ",
            "the-bot",
            "系统",
            "自動助手",
            "AI 小美",
        ] {
            assert!(matches!(checked(bad), Err(AccountError::BotName)), "{bad:?}");
        }
    }
}
