//! A message that picks one of the buttons that were just shown by its place.

use super::normalise::{Text, is_mark};

/// What names the first, second and third button, wherever they stand.
const NTH: [&str; 3] = [
    "1|一|第一|第1|第一个|第1个|选一|选1|first|the first|first one|the first one|1st|number 1|no 1|a",
    "2|二|第二|第2|第二个|第2个|选二|选2|second|the second|second one|the second one|2nd|number 2|no 2|b",
    "3|三|第三|第3|第三个|第3个|选三|选3|third|the third|third one|the third one|3rd|number 3|no 3|c",
];
/// The first of what was asked back.
const FORMER: &str = "前面|前面那个|前面的|前一个|前者|上面|上面那个|上面的|former|the former";
/// The last of what was asked back.
const LATTER: &str = "后面|后面那个|后面的|后一个|后者|下面|下面那个|下面的|最后|最后一个|\
    last|the last|last one|the last one|latter|the latter";
/// Characters of a message that names a place, at most.
const MOST_CHARS: usize = 16;

/// The buttons under the bot's last words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Buttons {
    /// The intent of each, in order.
    pub intents: Vec<String>,
    /// They stand under a question back, the one for a person last, and not under an answer.
    pub asked_back: bool,
}

impl Buttons {
    /// The intent that a message picks by its place: 第二个, 2, the first one; under a question back 前面那个 and 后者 too,
    /// which elsewhere may speak of the goods.
    pub(super) fn picked(&self, text: &Text) -> Option<&str> {
        if text.len() > MOST_CHARS {
            return None;
        }
        let said: String = text
            .chars()
            .iter()
            .filter(|character| !is_mark(**character) || **character == ' ')
            .collect();
        let said = said.trim();
        let said = said.strip_prefix("我要").or(said.strip_prefix("是")).unwrap_or(said);
        let said = said.trim_end_matches(['吧', '呢', '啊', '哦', '呀']);
        let names = |words: &str| words.split('|').any(|word| word == said);
        let count = self.intents.len();
        let nth = NTH.iter().position(|words| names(words));
        let at = match self.asked_back {
            true if nth.is_none() && names(FORMER) => 0,
            // What offers a person stands last and is none of the readings.
            true if nth.is_none() && names(LATTER) => count.saturating_sub(2),
            // Whoever writes 1 under a single button may be counting something else.
            false if count < 2 => return None,
            _ => nth?,
        };
        Some(self.intents.get(at)?.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understanding::normalise::{MAX_CHARS, fold};

    fn buttons(intents: &[&str], asked_back: bool) -> Buttons {
        Buttons {
            intents: intents.iter().map(|id| (*id).to_owned()).collect(),
            asked_back,
        }
    }

    // F21
    #[test]
    fn buttons_are_picked_by_their_place() {
        let back = buttons(&["a", "b", "person"], true);
        let under_an_answer = buttons(&["a", "b", "c"], false);
        for (text, under_question, under_answer) in [
            ("第一个", Some("a"), Some("a")),
            ("2", Some("b"), Some("b")),
            ("２", Some("b"), Some("b")),
            ("②", Some("b"), Some("b")),
            ("选2吧", Some("b"), Some("b")),
            ("the second one", Some("b"), Some("b")),
            ("3", Some("person"), Some("c")),
            ("前面那個吧", Some("a"), None),
            ("后者", Some("b"), None),
            ("第一次买", None, None),
            ("2件", None, None),
            ("", None, None),
        ] {
            let text = &fold(text, MAX_CHARS).0;
            assert_eq!(back.picked(text), under_question, "{text}");
            assert_eq!(under_an_answer.picked(text), under_answer, "{text}");
        }
        let one = &fold("1", MAX_CHARS).0;
        assert_eq!(Buttons::default().picked(one), None);
        assert_eq!(buttons(&["a"], false).picked(one), None);
        assert_eq!(buttons(&["a"], true).picked(one), Some("a"));
    }
}
