//! Term repair: shoppers type by sound, so a word that no example knows, but that sounds like one which many know, is
//! read as that one: 包由 → 包邮, 发活 → 发货, 退宽 → 退款.
//!
//! It is only a proposal. The reader takes it where the repaired text explains more than the text as typed.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::io::{Result, Write};

use super::super::normalise::is_han;
use super::super::preserve::{Preserve, Source};
use super::corpus::KeyHasher;
use super::pinyin::syllable;

/// Words of two characters that shoppers use in this pack, by sound.
#[derive(Default)]
pub struct TermRepair {
    /// Sound → the commonest word with that sound.
    terms: HashMap<String, [char; 2]>,
    /// Keys of words as written, in more than one sentence.
    written: HashSet<u64, BuildHasherDefault<KeyHasher>>,
    /// Syllable → the commonest character with it.
    characters: HashMap<&'static str, char>,
}

/// A pair of characters is a term when so many sentences have it.
const COMMON: u32 = 6;
/// Shorter Latin texts are too often English: me, you, can.
const SHORTEST_PINYIN: usize = 6;
/// zhuang, chuang, shuang.
const LONGEST_SYLLABLE: usize = 6;

impl TermRepair {
    /// Learns the terms of the example sentences. What `others` write, who ask nothing, are words too and no slips, but
    /// nothing is read as one of them.
    pub fn learn<'a>(
        sentences: impl Iterator<Item = &'a [char]>,
        others: impl Iterator<Item = &'a [char]>,
    ) -> TermRepair {
        let mut written: HashMap<[char; 2], u32> = HashMap::new();
        let mut singles: HashMap<char, u32> = HashMap::new();
        for sentence in sentences {
            for character in sentence.iter().filter(|character| is_han(**character)) {
                *singles.entry(*character).or_default() += 1;
            }
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
        let mut singles: Vec<(char, u32)> = singles.into_iter().collect();
        singles.sort_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
        let characters = singles
            .iter()
            .filter_map(|(single, _)| Some((syllable(*single)?, *single)))
            .collect();
        for pair in others.flat_map(pairs) {
            *written.entry(pair).or_default() += 1;
        }
        let written = written.into_iter().filter(|(_, count)| *count > 1);
        TermRepair {
            terms,
            written: written.map(|(pair, _)| key(pair)).collect(),
            characters,
        }
    }

    /// The characters that somebody without a Chinese keyboard may have meant: baoyou ma → 包邮吗. `None` unless
    /// every word is made of syllables.
    pub fn from_pinyin(&self, chars: &[char]) -> Option<Vec<char>> {
        if chars.len() < SHORTEST_PINYIN
            || !chars
                .iter()
                .all(|letter| letter.is_ascii_lowercase() || !letter.is_alphanumeric())
        {
            return None;
        }
        let text: String = chars.iter().collect();
        let mut syllables: Vec<&str> = Vec::new();
        for word in text
            .split(|letter: char| !letter.is_ascii_lowercase())
            .filter(|word| !word.is_empty())
        {
            syllables.extend(self.syllables(word)?);
        }
        let mut read = Vec::with_capacity(syllables.len());
        let mut at = 0;
        while at < syllables.len() {
            let pair = syllables
                .get(at + 1)
                .and_then(|next| self.terms.get(&sound_of(&[syllables[at], next])));
            if let Some(term) = pair {
                read.extend(term);
                at += 2;
            } else {
                read.push(*self.characters.get(syllables[at])?);
                at += 1;
            }
        }
        Some(read)
    }

    /// A word cut into syllables, longest first, going back where that leads nowhere.
    fn syllables<'w>(&self, word: &'w str) -> Option<Vec<&'w str>> {
        // For each position the length of the syllable that ends there on the way with the fewest syllables.
        let mut best: Vec<Option<(usize, usize)>> = vec![None; word.len() + 1];
        best[0] = Some((0, 0));
        for end in 1..=word.len() {
            for length in 1..=LONGEST_SYLLABLE.min(end) {
                let Some((count, _)) = best[end - length] else { continue };
                if self.characters.contains_key(&word[end - length..end])
                    && best[end].is_none_or(|(known, _)| count + 1 < known)
                {
                    best[end] = Some((count + 1, length));
                }
            }
        }
        let mut cut = Vec::new();
        let mut end = word.len();
        while end > 0 {
            let (_, length) = best[end]?;
            cut.push(&word[end - length..end]);
            end -= length;
        }
        cut.reverse();
        Some(cut)
    }

    /// The text with words mended that nobody writes but that sound like a term; `None` when there is none.
    pub fn mend(&self, chars: &[char]) -> Option<Vec<char>> {
        let mut mended = Cow::Borrowed(chars);
        let mut at = 0;
        while at + 1 < mended.len() {
            let pair = [mended[at], mended[at + 1]];
            let unknown = is_han(pair[0]) && is_han(pair[1]) && !self.written.contains(&key(pair));
            let term = if unknown {
                sound(pair).and_then(|sound| self.terms.get(&sound))
            } else {
                None
            };
            if let Some(term) = term.filter(|term| **term != pair) {
                mended.to_mut()[at..at + 2].copy_from_slice(term);
            }
            at += 1;
        }
        match mended {
            Cow::Owned(mended) => Some(mended),
            Cow::Borrowed(_) => None,
        }
    }
}

impl Preserve for TermRepair {
    fn write(&self, to: &mut dyn Write) -> Result<()> {
        let TermRepair {
            terms,
            written,
            characters,
        } = self;
        terms.write(to)?;
        written.write(to)?;
        characters.values().copied().collect::<Vec<char>>().write(to)
    }
    fn read(from: &mut Source<'_>) -> Result<Self> {
        Ok(TermRepair {
            terms: Preserve::read(from)?,
            written: Preserve::read(from)?,
            // Each under its syllable, which the program knows.
            characters: <Vec<char>>::read(from)?
                .into_iter()
                .filter_map(|character| Some((syllable(character)?, character)))
                .collect(),
        })
    }
}

fn pairs(chars: &[char]) -> impl Iterator<Item = [char; 2]> + '_ {
    chars
        .windows(2)
        .map(|window| [window[0], window[1]])
        .filter(|pair| is_han(pair[0]) && is_han(pair[1]))
}

/// The key of a word; no other has it.
fn key(pair: [char; 2]) -> u64 {
    let spread = (u64::from(pair[0]) << 32 | u64::from(pair[1])).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    spread ^ spread >> 32
}

fn sound(pair: [char; 2]) -> Option<String> {
    Some(sound_of(&[syllable(pair[0])?, syllable(pair[1])?]))
}

/// The sound of a word, with the differences left out that many speakers do not make: zh/z, ch/c, sh/s, and a final
/// g after n.
fn sound_of(syllables: &[&str; 2]) -> String {
    let mut key = String::with_capacity(12);
    for plain in syllables {
        let retroflex = plain.len() > 2 && plain.as_bytes()[1] == b'h' && plain.starts_with(['z', 'c', 's']);
        let (initial, rest) = if retroflex {
            (&plain[..1], &plain[2..])
        } else {
            ("", *plain)
        };
        key.push_str(initial);
        key.push_str(if rest.ends_with("ng") {
            &rest[..rest.len() - 1]
        } else {
            rest
        });
        key.push(' ');
    }
    key
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
        let repair = TermRepair::learn(sentences.iter().map(Vec::as_slice), std::iter::empty());
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
        let pinyin = |text: &str| {
            repair
                .from_pinyin(&text.chars().collect::<Vec<_>>())
                .map(|chars| chars.into_iter().collect::<String>())
        };
        assert_eq!(pinyin("shenme shihou fahuo").as_deref(), Some("什么时候发货"));
        assert_eq!(pinyin("baoyou ma").as_deref(), Some("包邮吗"));
        assert_eq!(pinyin("when do you ship"), None);
    }

    #[test]
    fn what_others_write_is_no_slip() {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        let sentences = vec![chars("取消订单"); 6];
        let others = [chars("我去消协告你们"), chars("要去消保会了")];
        let mend = |others: &[Vec<char>]| {
            let (sentences, others) = (sentences.iter(), others.iter());
            let repair = TermRepair::learn(sentences.map(Vec::as_slice), others.map(Vec::as_slice));
            repair.mend(&chars("再不管就去消协"))
        };
        assert_eq!(mend(&[]), Some(chars("再不管就取消协")));
        assert_eq!(mend(&others), None);
    }
}
