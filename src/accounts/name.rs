//! Which names people may have. Shoppers see them, so none may look like the bot's, and colleagues see them, so none may
//! look like another's.

use unicode_security::confusable_detection::skeleton;

use super::AccountError;
use crate::model::visible::{is_unseen, shows_something};
use crate::model::{AgentId, StaffMember};

/// Longest name, characters.
pub const LONGEST: usize = 32;

/// Anywhere in a name these say that no person speaks.
const BOT_PARTS: [&str; 16] = [
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
    "系统管理员",
    "系統管理員",
    "系统消息",
    "administrator",
];

/// As whole words these do.
const BOT_WORDS: [&str; 14] = [
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
    "admin",
    "管理员",
    "管理員",
    "官方",
];

/// The name as it is kept: without space around it, inner space as one blank.
///
/// # Errors
/// [`AccountError::Name`] when it is empty, too long or holds characters that cannot be seen;
/// [`AccountError::BotName`] when it looks like the bot's.
pub(super) fn checked(name: &str) -> Result<String, AccountError> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if !shows_something(&name) || name.chars().count() > LONGEST || name.chars().any(is_unseen) {
        return Err(AccountError::Name);
    }
    // As it is written, and as it looks: a Cyrillic `ѕуѕtеm` is no other word to who reads it.
    let key = StaffMember::name_key(&name);
    for (key, of) in [(key.clone(), plain as fn(&str) -> String), (looks(&key), looks)] {
        let joined: String = key.chars().filter(|c| c.is_alphanumeric()).collect();
        let is_word = |word: &str| BOT_WORDS.iter().any(|known| of(known) == word);
        if BOT_PARTS.iter().any(|part| joined.contains(&of(part)))
            || key.split(|c: char| !c.is_alphanumeric()).any(is_word)
        {
            return Err(AccountError::BotName);
        }
    }
    Ok(name)
}

/// Refuses a name that looks like a colleague's. The store refuses one that is the same; this one compares what is seen:
/// letters of other scripts, digits in the place of letters, blanks.
///
/// # Errors
/// [`AccountError::NameTaken`] with the colleague's name.
pub(super) fn unlike_colleagues(name: &str, id: &AgentId, colleagues: &[StaffMember]) -> Result<(), AccountError> {
    // In lower case, and as it is written: a capital I is no l, and looks like one.
    let seen = |name: &str| -> [String; 2] {
        [StaffMember::name_key(name), name.to_owned()]
            .map(|name| looks(&name).chars().filter(|c| c.is_alphanumeric()).collect())
    };
    let mine = seen(name);
    let looks_the_same = |other: &&StaffMember| {
        other.id != *id
            && mine
                .iter()
                .zip(seen(&other.name))
                .any(|(mine, other)| !mine.is_empty() && *mine == other)
    };
    match colleagues.iter().find(looks_the_same) {
        Some(other) => Err(AccountError::NameTaken(other.name.clone())),
        None => Ok(()),
    }
}

fn plain(text: &str) -> String {
    text.to_owned()
}

/// What a text looks like: of characters that look the same one stands for all (Unicode TR 39).
fn looks(text: &str) -> String {
    skeleton(text).collect::<String>().to_lowercase()
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
            // F26
            "\u{2800}",
            "\u{301}",
            "\u{fffc}",
            "勺子\u{2067}gnp",
            "小\u{fe0f}美",
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
            // F26: as they look.
            "\u{455}\u{443}\u{455}t\u{435}m",
            "b\u{43e}t",
            "B0T",
            "机·器·人",
            "系统管理员",
            "管理员 小美",
            "Admin",
        ] {
            assert!(matches!(checked(bad), Err(AccountError::BotName)), "{bad:?}");
        }
    }

    // F26
    #[test]
    fn nobody_is_called_like_a_colleague() {
        let colleague = |id: &str, name: &str| StaffMember {
            id: AgentId::new(id),
            name: name.to_owned(),
            roles: [crate::model::Role::Agent].into(),
            shops: Vec::new(),
            groups: Vec::new(),
            languages: Vec::new(),
            capacity: 1,
            disabled: false,
            password: None,
        };
        let colleagues = [
            colleague("a1", "店长"),
            colleague("a2", "Alice"),
            colleague("a3", "小美01"),
        ];
        let looks_the_same = |name: &str| unlike_colleagues(name, &AgentId::new("new"), &colleagues).is_err();
        for bad in [
            "店 长",
            "店·长",
            "店长。",
            "\u{410}lice",
            "alic\u{435}",
            "AIice",
            "小美O1",
            "小美0l",
            "小美０１",
        ] {
            assert!(looks_the_same(bad), "{bad:?}");
        }
        for fine in ["店员", "Alicia", "小美02", "小芳", "店长助理"] {
            assert!(!looks_the_same(fine), "{fine:?}");
        }
        assert!(
            unlike_colleagues("店长", &AgentId::new("a1"), &colleagues).is_ok(),
            "it is one's own"
        );
    }
}
