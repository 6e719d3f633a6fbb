//! Words that are written around, read as what they say: 差ping, 投.诉, tousu, 1②315, 幺二三幺五.
//!
//! Which words and numbers these are stands in `lexicon/written_around.txt`. The forms of a word are made when it is first
//! read; numbers are read digit by digit. What is replaced keeps the way back to what was written.

use std::borrow::Cow;
use std::sync::LazyLock;

use pinyin::ToPinyin;

use super::super::lexicon::sections;
use super::{SynonymTable, Text};
use crate::packs::Synonym;

/// The list, compiled.
struct WrittenAround {
    words: SynonymTable,
    numbers: Vec<Vec<char>>,
}

static TABLE: LazyLock<WrittenAround> =
    LazyLock::new(|| WrittenAround::of(include_str!("../lexicon/written_around.txt")));

/// Marks that are put between the characters of a word.
const BETWEEN: [char; 9] = [' ', '.', '*', '-', '·', '/', '|', '_', '+'];

/// The text with the words of the list in plain writing. The text itself when nothing was written around.
pub fn written_plainly(text: &Text) -> Cow<'_, Text> {
    let numbers = TABLE.numbers_plain(text);
    match (TABLE.words.replaced(numbers.as_ref().unwrap_or(text)), numbers) {
        (Some(plain), None) if plain.chars() == text.chars() => Cow::Borrowed(text),
        (None, None) => Cow::Borrowed(text),
        (Some(plain), _) | (None, Some(plain)) => Cow::Owned(plain),
    }
}

impl WrittenAround {
    fn of(list: &'static str) -> WrittenAround {
        let mut words = Vec::new();
        let mut numbers = Vec::new();
        for (section, entries) in sections(list) {
            for entry in entries {
                match section {
                    "numbers" => numbers.push(entry.chars().collect()),
                    "forms" => {
                        if let Some((word, forms)) = entry.split_once('=') {
                            let same = forms.split('|').map(str::to_owned).collect();
                            let word = word.to_owned();
                            words.push(Synonym { word, same });
                        }
                    }
                    section => words.push(Synonym {
                        word: entry.to_owned(),
                        same: forms(entry, section == "words"),
                    }),
                }
            }
        }
        WrittenAround {
            words: SynonymTable::of_whole_words(&words),
            numbers,
        }
    }

    /// The text with its hotlines in plain digits; `None` where there is nothing to change.
    fn numbers_plain(&self, text: &Text) -> Option<Text> {
        let chars = text.chars();
        let mut found: Vec<(usize, usize, &[char])> = Vec::new();
        let mut at = 0;
        while at < chars.len() {
            let begins = digit(chars[at]).is_some() && (at == 0 || !is_part_of_number(chars[at - 1]));
            match begins.then(|| self.number_at(chars, at)).flatten() {
                Some((end, number)) => {
                    if chars[at..end] != *number {
                        found.push((at, end, number));
                    }
                    at = end;
                }
                None => at += 1,
            }
        }
        if found.is_empty() {
            return None;
        }
        let mut plain = Text::with_capacity(text.len());
        let mut at = 0;
        for (start, end, number) in found {
            for (position, character) in chars.iter().enumerate().take(start).skip(at) {
                plain.push(*character, text.span(position));
            }
            for digit in number {
                plain.push(*digit, text.span(start).start..text.span(end - 1).end);
            }
            at = end;
        }
        for (position, character) in chars.iter().enumerate().skip(at) {
            plain.push(*character, text.span(position));
        }
        Some(plain)
    }

    /// The number of the list that stands at `start`, and its end: digits of any script, one mark between two at most.
    fn number_at(&self, chars: &[char], start: usize) -> Option<(usize, &[char])> {
        self.numbers.iter().find_map(|number| {
            let mut at = start;
            for (place, wanted) in number.iter().enumerate() {
                if place > 0 && chars.get(at).is_some_and(|mark| BETWEEN.contains(mark)) {
                    at += 1;
                }
                if chars.get(at).copied().and_then(digit) != Some(*wanted) {
                    return None;
                }
                at += 1;
            }
            // 112315888 is no hotline, and 3.15 is a day: the number is whole, and short ones are written in one go.
            let whole = !chars.get(at).copied().is_some_and(is_part_of_number);
            let short = chars[start..at].iter().all(|it| *it == '·' || digit(*it).is_some());
            let in_one_go = number.len() > 3 || short;
            (whole && in_one_go).then_some((at, number.as_slice()))
        })
    }
}

fn is_part_of_number(character: char) -> bool {
    digit(character).is_some() || matches!(character, '十' | '百' | '千' | '万')
}

/// The digit that a character stands for.
fn digit(character: char) -> Option<char> {
    Some(match character {
        '0'..='9' => character,
        '零' | '〇' => '0',
        '一' | '幺' | '壹' => '1',
        '二' | '贰' => '2',
        '三' | '叁' => '3',
        '四' => '4',
        '五' | '伍' => '5',
        '六' => '6',
        '七' => '7',
        '八' => '8',
        '九' => '9',
        _ => return None,
    })
}

/// The ways in which a word is written around: each character as it is or by its sound, and with `initials` by its first
/// letter as long as another character is given in full; or with a mark between the characters.
fn forms(word: &str, initials: bool) -> Vec<String> {
    let mut ways: Vec<Vec<String>> = vec![Vec::new()];
    for character in word.chars() {
        let mut spelt = vec![character.to_string()];
        if let Some(sound) = character.to_pinyin() {
            let sound = sound.plain().replace('ü', "v");
            if initials {
                spelt.extend(sound.chars().next().map(String::from));
            }
            spelt.push(sound);
        }
        ways = ways
            .iter()
            .flat_map(|way| {
                spelt.iter().map(|part| {
                    let mut longer = way.clone();
                    longer.push(part.clone());
                    longer
                })
            })
            .collect();
    }
    let full = |part: &String| part.len() > 1;
    let length = word.chars().count();
    let mut all: Vec<String> = ways
        .into_iter()
        // First letters alone are other words; so is a syllable with first letters.
        .filter(|way| {
            let han = way.iter().filter(|part| !part.is_ascii()).count();
            way.iter().any(full) && (han > 0 || way.iter().all(full))
        })
        .flat_map(|way| {
            let apart = way.iter().all(|part| part.is_ascii()).then(|| way.join(" "));
            std::iter::once(way.concat()).chain(apart)
        })
        .filter(|form| form != word)
        .collect();
    if length <= 4 {
        let characters: Vec<String> = word.chars().map(String::from).collect();
        all.extend(BETWEEN.iter().map(|mark| characters.join(&mark.to_string())));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::{MAX_CHARS, fold};
    use super::*;

    fn plainly(text: &str) -> String {
        written_plainly(&fold(text, MAX_CHARS).0).to_string()
    }

    #[test]
    fn a_word_given_by_sound_letter_or_with_marks_between_is_the_word() {
        for (written, plain) in [
            ("再不退我就给差ping", "再不退我就给差评"),
            ("准备tousu你们", "准备投诉你们"),
            ("tou su 你们去", "投诉 你们去"),
            ("一群骗z", "一群骗子"),
            ("骗zi公司", "骗子公司"),
            ("投.诉 到底", "投诉 到底"),
            ("投 诉", "投诉"),
            ("已经找lvshi了", "已经找律师了"),
            ("退1赔3", "退一赔三"),
        ] {
            assert_eq!(plainly(written), plain, "{written}");
        }
    }

    #[test]
    fn hotlines_are_read_whatever_their_digits_and_only_when_whole() {
        for written in [
            "1②315",
            "一二三一五",
            "幺二三幺五",
            "12三15",
            "1 2 3 1 5",
            "12-315",
            "１２３１５",
        ] {
            assert_eq!(plainly(&format!("我打{written}了")), "我打12315了", "{written}");
        }
        for other in [
            "单号112315888",
            "12315678",
            "买了三 十五个",
            "十二三一五",
            "3 15 号到",
            "3.15号到",
        ] {
            assert_eq!(plainly(other), other);
        }
    }

    #[test]
    fn what_only_looks_like_a_word_stays() {
        for other in [
            "cp值高吗",
            "pizza",
            "ts码有吗",
            "lj 是什么",
            "L码和S码",
            "差价怎么退",
            "have a nice trip",
        ] {
            assert_eq!(plainly(other), other.to_lowercase());
        }
    }

    #[test]
    fn the_way_back_gives_what_was_written() {
        let text = "我要给差PING";
        let folded = fold(text, MAX_CHARS).0;
        let plain = written_plainly(&folded);
        let at = plain.find("差评").expect("it is read");
        assert_eq!(plain.original(text, at..at + 2), "差PING");
    }
}
