//! Ids and file names that people can read, made of Chinese words by their sounds.

use crate::understanding::matching::pinyin::syllable;

/// Characters of a text that make a name.
const MOST: usize = 8;
/// Letters of one part of an id at most.
const LONGEST: usize = 40;
/// Polite words and marks of questions that say nothing.
const IDLE: [&str; 10] = ["请问", "你好", "您好", "亲", "你们", "我想问", "一下", "吗", "呢", "呀"];

/// A part of an id for a text: syllables and words with `_` between them. Empty where nothing in it has a sound.
pub fn readable(text: &str) -> String {
    let mut plain = text.to_lowercase();
    for word in IDLE {
        let shorter = plain.replace(word, "");
        if shorter.chars().filter(|sign| sign.is_alphanumeric()).count() >= 2 {
            plain = shorter;
        }
    }
    let mut parts: Vec<String> = Vec::new();
    let mut open = false;
    for sign in plain.chars() {
        match (sign.is_ascii_alphanumeric(), syllable(sign)) {
            (true, _) => {
                match parts.last_mut().filter(|_| open) {
                    Some(word) => word.push(sign),
                    None => parts.push(sign.to_string()),
                }
                open = true;
            }
            (false, Some(sound)) => {
                // ü is v where it is typed.
                let sound: String = sound
                    .replace('ü', "v")
                    .chars()
                    .filter(char::is_ascii_lowercase)
                    .collect();
                parts.extend((!sound.is_empty()).then_some(sound));
                open = false;
            }
            (false, None) => open = false,
        }
    }
    let mut name = String::new();
    for part in parts.into_iter().take(MOST) {
        if !name.is_empty() && name.len() + 1 + part.len() > LONGEST {
            break;
        }
        if !name.is_empty() {
            name.push('_');
        }
        name.push_str(&part[..part.len().min(LONGEST)]);
    }
    name
}

/// An id as a sheet gives it, if it can be one: `topic.question`.
pub fn whole(text: &str) -> Option<String> {
    let legal = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-'))
    };
    (text.contains('.') && text.split('.').all(legal)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_words_become_names_that_can_be_read() {
        for (text, name) in [
            ("请问敏感肌能用吗", "min_gan_ji_neng_yong"),
            ("物流", "wu_liu"),
            ("VIP 会员怎么入", "vip_hui_yuan_zen_me_ru"),
            ("绿色有货吗", "lv_se_you_huo"),
            ("😀？！", ""),
            ("Where is my ORDER #12?", "where_is_my_order_12"),
        ] {
            assert_eq!(readable(text), name, "{text}");
        }
        assert_eq!(whole("shipping.fee").as_deref(), Some("shipping.fee"));
        for no in ["12", "FAQ-1", "a.", "退货.一"] {
            assert_eq!(whole(no), None, "{no}");
        }
    }
}
