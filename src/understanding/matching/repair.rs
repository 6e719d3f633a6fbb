//! Term repair: shoppers type by sound, so a word that no example knows, but that sounds like one which many know, is
//! read as that one: 包由 → 包邮, 发活 → 发货, 退宽 → 退款.
//!
//! It is only a proposal. The reader takes it where the repaired text explains more than the text as typed.

use std::collections::HashMap;

use super::pinyin::syllable;

/// Words of two characters that shoppers use in this pack, by sound.
#[derive(Default)]
pub struct TermRepair {
    /// Sound → the commonest word with that sound.
    terms: HashMap<String, [char; 2]>,
    /// Words as written, with the number of sentences that have them.
    written: HashMap<[char; 2], u32>,
}

/// A pair of characters is a term when so many sentences have it.
const COMMON: u32 = 6;

impl TermRepair {
    /// Learns the terms of the example sentences.
    pub fn learn<'a>(sentences: impl Iterator<Item = &'a [char]>) -> TermRepair {
        let mut written: HashMap<[char; 2], u32> = HashMap::new();
        for sentence in sentences {
            for pair in pairs(sentence) {
                *written.entry(pair).or_default() += 1;
            }
        }
        let mut common: Vec<([char; 2], u32)> = written
            .iter()
            .filter(|(_, count)| **count >= COMMON)
            .map(|(pair, count)| (*pair, *count))
            .collect();
        // Rarest first, so that the commonest word keeps a sound that two words share; ties by spelling.
        common.sort_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
        let mut terms = HashMap::new();
        for (pair, _) in common {
            if let Some(sound) = sound(pair) {
                terms.insert(sound, pair);
            }
        }
        TermRepair { terms, written }
    }

    /// The text with words mended that nobody writes but that sound like a term; `None` when there is none.
    pub fn mend(&self, chars: &[char]) -> Option<Vec<char>> {
        let mut mended = chars.to_vec();
        let mut changed = false;
        let mut at = 0;
        while at + 1 < mended.len() {
            let pair = [mended[at], mended[at + 1]];
            let unknown = is_han(pair[0]) && is_han(pair[1]) && self.written.get(&pair).copied().unwrap_or(0) <= 1;
            let term = sound(pair).filter(|_| unknown).and_then(|sound| self.terms.get(&sound));
            if let Some(term) = term.filter(|term| **term != pair) {
                mended[at..at + 2].copy_from_slice(term);
                changed = true;
            }
            at += 1;
        }
        changed.then_some(mended)
    }
}

fn is_han(character: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&character)
}

fn pairs(chars: &[char]) -> impl Iterator<Item = [char; 2]> + '_ {
    chars
        .windows(2)
        .map(|window| [window[0], window[1]])
        .filter(|pair| is_han(pair[0]) && is_han(pair[1]))
}

/// The sound of a word, with the differences left out that many speakers do not make: zh/z, ch/c, sh/s, and a final
/// g after n.
fn sound(pair: [char; 2]) -> Option<String> {
    let mut key = String::with_capacity(12);
    for character in pair {
        let plain = syllable(character)?;
        let start = plain.strip_prefix("zh").map(|rest| ("z", rest));
        let start = start.or_else(|| plain.strip_prefix("ch").map(|rest| ("c", rest)));
        let start = start.or_else(|| plain.strip_prefix("sh").map(|rest| ("s", rest)));
        let (initial, rest) = start.unwrap_or(("", plain));
        key.push_str(initial);
        key.push_str(if rest.ends_with("ng") {
            &rest[..rest.len() - 1]
        } else {
            rest
        });
        key.push(' ');
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_by_sound_become_the_term_and_known_words_stay() {
        let sentences: Vec<Vec<char>> = ["什么时候发货", "怎么退款", "这个包邮吗", "能不能发货", "退款多久"]
            .iter()
            .flat_map(|text| std::iter::repeat_n(text.chars().collect(), 6))
            .collect();
        let repair = TermRepair::learn(sentences.iter().map(Vec::as_slice));
        let mend = |text: &str| {
            repair
                .mend(&text.chars().collect::<Vec<_>>())
                .map(|chars| chars.into_iter().collect::<String>())
        };
        assert_eq!(mend("今天能发活吗").as_deref(), Some("今天能发货吗"));
        assert_eq!(mend("包由么").as_deref(), Some("包邮么"));
        assert_eq!(mend("怎么推宽").as_deref(), Some("怎么退款"));
        assert_eq!(mend("怎么睡觉"), None);
        assert_eq!(mend("什么时候发货"), None);
    }
}
