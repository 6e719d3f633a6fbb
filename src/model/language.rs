//! The languages that yingda answers in, and what tags and texts say of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language of answers and pages. Both scripts of Chinese are folded into one before they are understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Language {
    /// Chinese in Simplified characters.
    #[default]
    #[serde(rename = "zh")]
    Chinese,
    /// Chinese in Traditional characters.
    #[serde(rename = "zh-Hant")]
    Traditional,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// The language that a BCP 47 tag such as `zh-TW` or `en` asks for; `None` when it asks for another one. Underscores
    /// are hyphens, and what follows a dot is left out, as in `zh_TW.UTF-8`. `src/web/shared/language.js` has the same rule.
    pub fn from_tag(tag: &str) -> Option<Language> {
        let tag = tag
            .split(['.', '@', ';'])
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        // One letter begins what is said beside language, script and region.
        let mut parts = tag.split(['-', '_']).take_while(|part| part.len() > 1);
        let first = parts.next()?;
        let rest: Vec<&str> = parts.collect();
        let has = |wanted: &[&str]| rest.iter().any(|part| wanted.contains(part));
        match first {
            "en" => Some(Language::English),
            "zh" | "cmn" | "yue" if has(&["hans"]) => Some(Language::Chinese),
            "yue" => Some(Language::Traditional),
            "zh" | "cmn" if has(&["hant", "tw", "hk", "mo", "yue"]) => Some(Language::Traditional),
            "zh" | "cmn" => Some(Language::Chinese),
            _ => None,
        }
    }

    /// The language a text is written in: Chinese as soon as it holds a Han character, English when it holds
    /// Latin letters only, `None` when it holds neither (digits, emoji).
    pub fn of(text: &str) -> Option<Language> {
        let mut latin = false;
        for character in text.chars() {
            match character {
                '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => {
                    return Some(Language::Chinese);
                }
                'a'..='z' | 'A'..='Z' => latin = true,
                _ => {}
            }
        }
        latin.then_some(Language::English)
    }

    /// `zh`, `zh-Hant` or `en`.
    pub fn tag(self) -> &'static str {
        match self {
            Language::Chinese => "zh",
            Language::Traditional => "zh-Hant",
            Language::English => "en",
        }
    }

    /// Whether it is Chinese, in either script.
    pub fn is_chinese(self) -> bool {
        self != Language::English
    }
}

/// A language in an event: the script in a field of its own, so that programs which know one Chinese read it as that.
pub(super) mod in_events {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Language;

    #[derive(Serialize, Deserialize)]
    struct Written {
        lang: Language,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        script: Option<String>,
    }

    pub fn serialize<S: Serializer>(language: &Language, serializer: S) -> Result<S::Ok, S::Error> {
        let (lang, script) = match language {
            Language::Traditional => (Language::Chinese, Some("hant".to_owned())),
            other => (*other, None),
        };
        Written { lang, script }.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Language, D::Error> {
        let Written { lang, script } = Written::deserialize(deserializer)?;
        let traditional = lang == Language::Chinese && script.as_deref() == Some("hant");
        Ok(if traditional { Language::Traditional } else { lang })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::{EventKind, ShopId, ShopperId};

    #[test]
    fn a_tag_asks_for_one_of_three_languages_or_for_none() {
        use Language::{Chinese, English, Traditional};
        for (tags, language) in [
            (
                "zh zh-CN zh_CN zh-Hans zh-Hans-SG zh-SG cmn zh-hans-tw zh_CN.UTF-8 ZH yue-Hans zh-CN-u-nu-hanidec zh- zh_",
                Some(Chinese),
            ),
            (
                "zh-TW zh_TW zh-Hant zh-Hant-HK zh-HK zh-MO zh_HK yue yue-HK zh-yue cmn-Hant zh_TW.UTF-8 zh-tw",
                Some(Traditional),
            ),
            ("en en-US en_US EN en-GB-u-hc-h12 en-", Some(English)),
            ("fr ja x C x-zh de-u-co-zh zhx enm - _ ko-Hant", None),
        ] {
            for tag in tags.split(' ') {
                assert_eq!(Language::from_tag(tag), language, "{tag}");
            }
        }
        assert_eq!(Language::from_tag(""), None);
    }

    /// The version before knows `zh` and `en`, and reads fields it does not know past.
    #[test]
    fn the_version_before_reads_an_event_of_a_traditional_talk_as_chinese() {
        let begun = |lang| EventKind::Started {
            shop: ShopId::new("demo"),
            shopper: ShopperId::new("anon:1"),
            lang,
        };
        for (language, lang, script) in [
            (Language::Chinese, "zh", None),
            (Language::Traditional, "zh", Some("hant")),
            (Language::English, "en", None),
        ] {
            let written = serde_json::to_value(begun(language)).unwrap();
            assert_eq!(
                (written["lang"].as_str(), written["script"].as_str()),
                (Some(lang), script)
            );
            assert_eq!(EventKind::from_json(&written.to_string()).unwrap(), begun(language));
        }
    }
}
