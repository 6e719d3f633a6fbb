//! The languages that yingda answers in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language of answers and pages. Traditional input is Chinese: it is folded before it is understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Language {
    /// Chinese, Simplified or Traditional.
    #[default]
    #[serde(rename = "zh")]
    Chinese,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// The language that a BCP 47 tag such as `zh-TW` or `en` asks for; Chinese when it is neither.
    pub fn from_tag(tag: &str) -> Language {
        if tag.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("en")) {
            Language::English
        } else {
            Language::Chinese
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

    /// `zh` or `en`.
    pub fn tag(self) -> &'static str {
        match self {
            Language::Chinese => "zh",
            Language::English => "en",
        }
    }
}
