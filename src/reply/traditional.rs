//! Chinese in Traditional characters, from what shops write in Simplified ones: by phrases, as characters have several
//! Traditional forms (发货 發貨, 头发 頭髮), and in the words that shoppers of Taiwan and Hong Kong use (质量 品質).

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

use crate::model::Language;

struct Converter {
    characters: OpenCC,
    words: AhoCorasick,
    there: Vec<&'static str>,
}

/// Phrases of the character tables come first, so the words are in Traditional characters already.
static CONVERTER: LazyLock<Option<Converter>> = LazyLock::new(|| {
    let lines = include_str!("lexicon/traditional.txt").lines();
    let words = lines
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='));
    let (here, there): (Vec<_>, Vec<_>) = words.unzip();
    let words = AhoCorasickBuilder::new()
        .match_kind(MatchKind::LeftmostLongest)
        .build(here);
    Some(Converter {
        characters: OpenCC::from_config(BuiltinConfig::S2tw).ok()?,
        words: words.ok()?,
        there,
    })
});

/// A text of a shop as it is said in a language: Chinese is written in Simplified characters, and converted where the
/// talk is in Traditional ones.
pub fn in_script(text: &str, language: Language) -> String {
    match language {
        Language::Traditional => traditional(text),
        Language::Chinese | Language::English => text.to_owned(),
    }
}

/// What was converted lately: shops say the same few hundred things again and again, and converting one costs as much as
/// understanding a message.
static CONVERTED: LazyLock<Mutex<HashMap<String, String>>> = LazyLock::new(Mutex::default);
/// Texts of which the converted form is kept, and the longest of them, bytes.
const KEPT: usize = 1_024;
const LONGEST_KEPT: usize = 1_024;

/// A text in Traditional characters; what is Traditional already, Latin letters and signs stay.
fn traditional(text: &str) -> String {
    if text.len() > LONGEST_KEPT {
        return convert(text);
    }
    // A map of texts is whole after any panic.
    let lock = || CONVERTED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(converted) = lock().get(text) {
        return converted.clone();
    }
    let converted = convert(text);
    let mut kept = lock();
    if kept.len() >= KEPT {
        kept.clear();
    }
    kept.insert(text.to_owned(), converted.clone());
    converted
}

fn convert(text: &str) -> String {
    let converter = CONVERTER.as_ref().filter(|_| !text.is_ascii());
    converter.map_or_else(
        || text.to_owned(),
        |converter| {
            let converted = converter.characters.convert(text);
            converter.words.replace_all(&converted, &converter.there)
        },
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::path::Path;

    use super::*;
    use crate::packs::{is_only_simplified, load, shipped_phrases};

    #[test]
    fn phrases_decide_the_character_and_words_are_those_used_there() {
        for (simplified, expected) in [
            ("亲，48 小时内发货～", "親，48 小時內發貨～"),
            ("头发后面干净", "頭髮後面乾淨"),
            ("这里只有一只，联系客服", "這裡只有一隻，聯絡客服"),
            ("包邮，质量有问题可退", "免運，品質有問題可退"),
            ("短信链接和视频", "簡訊連結和影片"),
            ("平台后台的信息", "平台後台的資訊"),
            ("支持七天无理由", "支持七天無理由"),
            ("顺丰直发，尺码表和面单在详情页", "順豐直發，尺碼表和面單在詳情頁"),
            ("速干T恤，偏干肌肤，回复您", "速乾T恤，偏乾肌膚，回覆您"),
            (
                "{{ name }} 来啦 https://shop.example/a?b=1",
                "{{ name }} 來啦 https://shop.example/a?b=1",
            ),
            ("OK, thanks", "OK, thanks"),
        ] {
            assert_eq!(traditional(simplified), expected);
        }
    }

    #[test]
    fn what_is_traditional_stays() {
        for text in ["請問什麼時候出貨", "聯絡客服，免運費", "後台顯示已寄出", "這裡沒有頭髮"]
        {
            assert_eq!(traditional(text), text);
        }
    }

    #[test]
    fn nothing_that_the_shipped_files_say_keeps_a_simplified_character() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/intents"));
        let pack = load(folder).0.unwrap();
        let mut said: Vec<String> = Vec::new();
        for intent in &pack.intents {
            said.push(intent.title.zh.clone());
            said.extend(
                intent
                    .answers
                    .iter()
                    .chain(&intent.agent)
                    .map(|answer| answer.text.clone()),
            );
            said.extend(
                intent
                    .slots
                    .iter()
                    .filter_map(|slot| Some(slot.ask.as_ref()?.zh.clone())),
            );
        }
        let phrases = pack.phrases.values().map(|answers| &***answers);
        let shipped = shipped_phrases().values().map(|answers| &answers[..]);
        said.extend(phrases.chain(shipped).flatten().map(|answer| answer.text.clone()));
        said.extend(pack.shop.facts.values().map(|fact| fact.zh.clone()));
        assert!(said.len() > 300);
        let wrong: Vec<String> = said
            .iter()
            .map(|text| traditional(text))
            .filter(|text| text.chars().any(is_only_simplified))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
