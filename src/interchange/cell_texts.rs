//! What one cell holds: several questions in a cell, key words, words that mean the same, days.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::packs::fold;

/// The questions of a cell, each once: divided by line breaks, `；`, `/`, `|` and numbering.
pub fn questions(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines() {
        for numbered in by_numbers(line) {
            for part in numbered.split(['；', ';', '|', '｜']) {
                found.extend(by_strokes(part).into_iter().flat_map(by_marks));
            }
        }
    }
    once(found)
}

/// One question a line, as an export has them.
pub fn lines(text: &str) -> Vec<String> {
    once(text.lines().map(str::to_owned).collect())
}

/// Texts without numbering and quotes, none empty, none twice.
fn once(texts: Vec<String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        let text = text.trim();
        if !fold(text).is_empty() && !found.iter().any(|known| fold(known) == fold(text)) {
            found.push(text.to_owned());
        }
    }
    found
}

/// A line divided where `1.`, `2、`, `3)` stand one after the other; a single number at its beginning goes.
fn by_numbers(line: &str) -> Vec<String> {
    let signs: Vec<(usize, char)> = line.char_indices().collect();
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < signs.len() {
        let before = at.checked_sub(1).map(|at| signs[at].1);
        if let Some((number, length)) = number_at(&signs[at..])
            && !before.is_some_and(|sign| sign.is_ascii_alphanumeric())
            && (cuts.len() + 1 == number || (cuts.is_empty() && line[..signs[at].0].trim().is_empty()))
            && (!cuts.is_empty() || line[..signs[at].0].trim().is_empty())
        {
            let end = signs.get(at + length).map_or(line.len(), |(byte, _)| *byte);
            cuts.push((signs[at].0, end));
            at += length;
        } else {
            at += 1;
        }
    }
    let Some((first, _)) = cuts.first() else {
        return vec![line.to_owned()];
    };
    let mut parts = vec![line[..*first].to_owned()];
    for (place, (_, from)) in cuts.iter().enumerate() {
        let until = cuts.get(place + 1).map_or(line.len(), |(next, _)| *next);
        parts.push(line[*from..until].to_owned());
    }
    parts
}

/// A number with its mark at the beginning, and their length in signs: `1.`, `2、`, `(3)`, `④`.
fn number_at(signs: &[(usize, char)]) -> Option<(usize, usize)> {
    let first = signs.first()?.1;
    if ('①'..='⑳').contains(&first) {
        return Some((first as usize - '①' as usize + 1, 1));
    }
    let bracket = usize::from(matches!(first, '(' | '（'));
    let digits = signs[bracket..]
        .iter()
        .take_while(|(_, sign)| sign.is_ascii_digit())
        .count();
    if digits == 0 || digits > 2 {
        return None;
    }
    let number: String = signs[bracket..bracket + digits].iter().map(|(_, sign)| sign).collect();
    let mark = signs.get(bracket + digits)?.1;
    let next = signs.get(bracket + digits + 1).map(|(_, sign)| *sign);
    let marks = match bracket {
        0 => {
            matches!(mark, '、' | ')' | '）' | '．')
                || (matches!(mark, '.' | ':' | '：') && !next.is_some_and(|sign| sign.is_ascii_digit()))
        }
        _ => matches!(mark, ')' | '）'),
    };
    marks.then(|| (number.parse().unwrap_or(0), bracket + digits + 1))
}

/// A text divided at strokes, where what stands between them are sentences: not `S/M/L`, `7/15`, `https://…`.
fn by_strokes(text: &str) -> Vec<String> {
    let parts: Vec<&str> = text.split(['/', '／']).map(str::trim).collect();
    let sentence =
        |part: &&str| part.chars().filter(|sign| !sign.is_ascii()).count() >= 2 || part.split_whitespace().count() >= 3;
    match parts.len() > 1 && parts.iter().all(sentence) && !text.contains("://") {
        true => parts.into_iter().map(str::to_owned).collect(),
        false => vec![text.to_owned()],
    }
}

/// A text divided behind its question marks, each of which stays.
fn by_marks(text: String) -> Vec<String> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, sign) in text.char_indices() {
        let end = at + sign.len_utf8();
        let more = text[end..]
            .chars()
            .next()
            .is_some_and(|next| !matches!(next, '?' | '？' | '!' | '！'));
        if matches!(sign, '?' | '？') && more && text[end..].chars().filter(|sign| sign.is_alphanumeric()).count() >= 3
        {
            parts.push(text[from..end].to_owned());
            from = end;
        }
    }
    parts.push(text[from..].to_owned());
    parts
}

/// The words of a cell.
pub fn words(text: &str) -> Vec<String> {
    let divides = |sign: char| matches!(sign, '、' | '，' | ',' | ';' | '；' | '/' | '|' | '\n' | '\t');
    let spaced = !text.contains(divides) && !text.is_ascii();
    let parts = text.split(|sign: char| divides(sign) || (spaced && sign.is_whitespace()));
    once(parts.map(str::to_owned).collect())
}

/// What a cell of synonyms says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Same {
    /// This word, and what is read as it: `邮费=运费、快递费`.
    Of(String, Vec<String>),
    /// Words that mean the same as something in the row.
    Words(Vec<String>),
}

/// Reads a cell of synonyms.
pub fn synonyms(text: &str) -> Vec<Same> {
    let entries = text
        .split(['\n', ';', '；'])
        .map(str::trim)
        .filter(|entry| !entry.is_empty());
    let read = entries.map(|entry| match entry.split_once(['=', '＝', ':', '：', '→']) {
        Some((word, same)) if !word.trim().is_empty() => {
            // 运费=邮费=快递费
            let same = same.replace(['=', '＝'], "、");
            Same::Of(word.trim().to_owned(), words(&same))
        }
        _ => Same::Words(words(entry)),
    });
    read.collect()
}

/// A day as sheets write it, `YYYY-MM-DD`: `2026/11/1`, `2026年11月1日`, a moment, or the number of the day that a cell
/// without a format shows.
pub fn day(text: &str) -> Option<String> {
    let text = text.trim();
    let plain = text.split([' ', 'T']).next()?;
    if let Ok(number) = plain.parse::<i64>() {
        // Days since 30 December 1899; between 1982 and 2064, so that no other number is one.
        let day: Date = (30_000..=60_000).contains(&number).then(|| date(1899, 12, 30))?;
        return day.checked_add(number.days()).ok().map(|day| day.to_string());
    }
    let parts: Vec<&str> = plain
        .split(['-', '/', '.', '年', '月', '日', '号'])
        .filter(|part| !part.is_empty())
        .collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    let year: i16 = year.parse().ok().filter(|year| (2000..2200).contains(year))?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?)
        .ok()
        .map(|day| day.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cell_of_several_questions_is_divided_and_one_is_not() {
        for (cell, wanted) in [
            ("包邮吗", &["包邮吗"][..]),
            ("包邮吗\n运费多少；要邮费不；", &["包邮吗", "运费多少", "要邮费不"]),
            (
                "1、敏感肌能用吗/敏感肌可以用不；皮肤敏感能用么",
                &["敏感肌能用吗", "敏感肌可以用不", "皮肤敏感能用么"],
            ),
            ("1.包邮吗2.几天到 3.能退吗", &["包邮吗", "几天到", "能退吗"]),
            ("(1)包邮吗(2)几天到", &["包邮吗", "几天到"]),
            ("①包邮吗②几天到", &["包邮吗", "几天到"]),
            ("能退吗？怎么退货？", &["能退吗？", "怎么退货？"]),
            ("真的吗？？", &["真的吗？？"]),
            ("S/M/L 码怎么选", &["S/M/L 码怎么选"]),
            ("2.5米的有吗", &["2.5米的有吗"]),
            ("7/15 能到吗", &["7/15 能到吗"]),
            ("北京、上海包邮吗", &["北京、上海包邮吗"]),
            ("https://a.cn/b 是你们吗", &["https://a.cn/b 是你们吗"]),
            ("包邮吗\n包邮吗？\n", &["包邮吗"]),
            ("13.3寸能放吗", &["13.3寸能放吗"]),
        ] {
            assert_eq!(questions(cell), wanted, "{cell}");
        }
    }

    #[test]
    fn words_synonyms_and_days_are_read() {
        assert_eq!(words("运费、邮费，快递费 / 包邮"), ["运费", "邮费", "快递费", "包邮"]);
        assert_eq!(words("运费 邮费"), ["运费", "邮费"]);
        assert_eq!(
            synonyms("邮费=运费=快递费；洗面奶：洁面、洁面乳\n控油"),
            [
                Same::Of("邮费".into(), vec!["运费".into(), "快递费".into()]),
                Same::Of("洗面奶".into(), vec!["洁面".into(), "洁面乳".into()]),
                Same::Words(vec!["控油".into()])
            ]
        );
        for (text, wanted) in [
            ("2026/11/1", Some("2026-11-01")),
            ("2026年11月1日", Some("2026-11-01")),
            ("2026-11-01 00:00", Some("2026-11-01")),
            ("46327", Some("2026-11-01")),
            ("11月1日", None),
            ("12", None),
            ("2026-13-01", None),
        ] {
            assert_eq!(day(text).as_deref(), wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_cell_holds_nothing_but_marks_and_numbers_is_lost(cell in "\\PC{0,40}") {
            let told: String = questions(&cell).concat();
            prop_assert!(told.chars().count() <= cell.chars().count());
            let _ = (words(&cell), synonyms(&cell), day(&cell));
        }
    }
}
