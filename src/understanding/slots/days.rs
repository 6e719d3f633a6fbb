//! Days: 前天, 上周五, 11.11, 5月20日, next monday.

use crate::model::{DAYS_OF_WEEK, SlotName};

use super::numerals::is_numeral;
use super::reading::Reading;
use crate::understanding::lexicon::entries;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Words with a day inside that are none.
pub(super) fn swallowing() -> impl Iterator<Item = &'static str> {
    entries(include_str!("../lexicon/no_days.txt"))
}

/// All words with their canonical days.
pub(super) fn words() -> Vec<(String, String)> {
    let mut words = Vec::with_capacity(700);
    let mut add = |word: &str, day: &str| words.push((word.to_owned(), day.to_owned()));
    for entry in entries(include_str!("../lexicon/days.txt")) {
        let (word, day) = entry.split_once('=').unwrap_or((entry, entry));
        add(word, day);
    }
    for (prefix, canonical) in [
        ("", ""),
        ("上", "上"),
        ("上个", "上"),
        ("上上", "上上"),
        ("这", "这"),
        ("这个", "这"),
        ("本", "这"),
        ("下", "下"),
        ("下个", "下"),
        ("下下", "下下"),
    ] {
        for week in ["周", "星期", "礼拜"] {
            for (written, day) in "一二三四五六日天".chars().zip("一二三四五六日日".chars()) {
                add(&format!("{prefix}{week}{written}"), &format!("{canonical}周{day}"));
            }
        }
    }
    for day in DAYS_OF_WEEK {
        for prefix in ["", "last ", "this ", "next "] {
            add(&format!("{prefix}{day}"), &format!("{prefix}{day}"));
        }
    }
    words
}

/// Whether the day word at `start..end` is meant as one: not 每周五, not 十五一件, not 618元.
pub(super) fn meant(chars: &[char], start: usize, end: usize) -> bool {
    let previous = start.checked_sub(1).map_or(' ', |at| chars[at]);
    let next = chars.get(end).copied().unwrap_or(' ');
    let last = chars[end - 1];
    // 3月底 is not the end of this month.
    if chars[start] == '月' && (previous.is_ascii_digit() || is_numeral(previous)) {
        return false;
    }
    // 赶得上周末
    if chars[start] == '上' && matches!(previous, '得' | '不') {
        return false;
    }
    if matches!(previous, '每' | '逢' | '几' | '半') || previous == '一' && chars[start] == '周' {
        return false;
    }
    if is_numeral(chars[start])
        && (is_numeral(previous) || previous == '第' || "件双个套条岁元块号码楼折百千".contains(next))
    {
        return false;
    }
    if last.is_ascii_digit() {
        return !"元块分号码米斤件双个套条岁折%cmk毛度层栋".contains(next)
            && !matches!(previous, '¥' | '$' | '-' | '/' | '减' | '满')
            && next != '-';
    }
    // 周六七点 names an hour behind the day, 五一二 is no day.
    !(is_numeral(chars[start]) && is_numeral(last) && is_numeral(next))
}

/// Reads days that are written with numbers.
pub(super) fn read(reading: &mut Reading<'_>) {
    for at in 0..reading.numbers.len() {
        if !reading.free_number(at) {
            continue;
        }
        if let Some((end, value)) = numeric(reading, at).or_else(|| ago(reading, at)) {
            let start = reading.numbers[at].range.start;
            reading.add(SlotName::Date, value, start..end);
        } else if let Some((range, value)) = english(reading, at) {
            reading.add(SlotName::Date, value, range);
        }
    }
}

fn integer(reading: &Reading<'_>, at: usize, from: u32, to: u32) -> Option<u32> {
    let number = reading.numbers.get(at)?;
    let value = number.value;
    (!number.fraction && !number.vague && value >= f64::from(from) && value <= f64::from(to)).then_some(value as u32)
}

/// The number that begins at a character.
fn number_at(reading: &Reading<'_>, after: usize, start: usize) -> Option<usize> {
    (after + 1..reading.numbers.len()).find(|&next| reading.numbers[next].range.start == start)
}

/// 2024年5月20日, 2024-05-20, 5月20号, 5.20号, 3号.
fn numeric(reading: &Reading<'_>, at: usize) -> Option<(usize, String)> {
    let number = &reading.numbers[at];
    let previous = reading.before(number.range.start);
    if matches!(previous, '第' | '-' | '.' | '¥' | '$' | '/') || previous.is_ascii_alphanumeric() {
        return None;
    }
    let end = number.range.end;
    if let Some(year) = integer(reading, at, 2000, 2099) {
        let separator = reading.at(end);
        if matches!(separator, '年' | '-' | '/') {
            let month_at = number_at(reading, at, end + 1)?;
            let month = integer(reading, month_at, 1, 12)?;
            let month_end = reading.numbers[month_at].range.end;
            if matches!(reading.at(month_end), '月' | '-' | '/') {
                let day_at = number_at(reading, month_at, month_end + 1)?;
                let day = integer(reading, day_at, 1, 31)?;
                let day_end = reading.numbers[day_at].range.end;
                let day_end = day_end + usize::from(matches!(reading.at(day_end), '日' | '号'));
                return Some((day_end, format!("{year}-{month:02}-{day:02}")));
            }
        }
        return None;
    }
    // 2024.11.11 is read as 2024.11 and 11.
    if number.fraction && (2000.0..2100.0).contains(&number.value) && reading.at(end) == '.' {
        let written = reading.slice(number.range.clone());
        let (year, month) = written.split_once('.')?;
        let month: u32 = month.parse().ok().filter(|month| (1..=12).contains(month))?;
        let day_at = number_at(reading, at, end + 1)?;
        let day = integer(reading, day_at, 1, 31)?;
        return Some((reading.numbers[day_at].range.end, format!("{year}-{month:02}-{day:02}")));
    }
    if let Some(month) = integer(reading, at, 1, 12).filter(|_| reading.at(end) == '月') {
        let day_at = number_at(reading, at, end + 1)?;
        let day = integer(reading, day_at, 1, 31)?;
        let day_end = reading.numbers[day_at].range.end;
        let marked = matches!(reading.at(day_end), '日' | '号');
        let goes_on = is_counter(reading.at(day_end));
        return (marked || !goes_on).then(|| (day_end + usize::from(marked), format!("{month}月{day}日")));
    }
    if number.fraction && !number.han && matches!(reading.at(end), '号' | '日') {
        let written = reading.slice(number.range.clone());
        let (month, day) = written.split_once('.')?;
        let month: u32 = month.parse().ok().filter(|month| (1..=12).contains(month))?;
        let day: u32 = day.parse().ok().filter(|day| (1..=31).contains(day))?;
        return Some((end + 1, format!("{month}月{day}日")));
    }
    let day = integer(reading, at, 1, 31)?;
    let next = reading.at(end + 1);
    let named = match reading.at(end) {
        '号' => {
            !"码仓楼院线店门链色球电机铁公钻字针馆胶库房".contains(next)
                && !"路街巷大小短长宽肥瘦调".contains(previous)
                && !reading.hints.numbered_goods
        }
        '日' => {
            // 三日 and 两日 are lengths of time.
            let span = reading.numbers[at].han && day < 10;
            !span && !"内后游达无用".contains(next)
        }
        _ => false,
    };
    named.then(|| (end + 1, format!("{day}号")))
}

/// 三天前, 2周前, 一个月前.
fn ago(reading: &Reading<'_>, at: usize) -> Option<(usize, String)> {
    let count = integer(reading, at, 1, 99)?;
    let end = reading.numbers[at].range.end;
    for (unit, canonical) in [
        ("个星期", "周"),
        ("个礼拜", "周"),
        ("个月", "个月"),
        ("天", "天"),
        ("周", "周"),
        ("星期", "周"),
        ("礼拜", "周"),
        ("年", "年"),
    ] {
        if reading.begins(end, unit) {
            let unit_end = end + unit.chars().count();
            let before = if reading.begins(unit_end, "以前") || reading.begins(unit_end, "之前") {
                2
            } else if reading.at(unit_end) == '前' {
                1
            } else {
                return None;
            };
            return Some((unit_end + before, format!("{count}{canonical}前")));
        }
    }
    let rest = reading.trimmed(end);
    for (unit, canonical) in [
        ("days ago", "天"),
        ("day ago", "天"),
        ("weeks ago", "周"),
        ("week ago", "周"),
    ] {
        if reading.begins(rest, unit) {
            return Some((rest + unit.len(), format!("{count}{canonical}前")));
        }
    }
    None
}

/// may 20, 20th of may, nov 11th.
fn english(reading: &Reading<'_>, at: usize) -> Option<(std::ops::Range<usize>, String)> {
    let day = integer(reading, at, 1, 31)?;
    let number = reading.numbers[at].range.clone();
    if reading.numbers[at].han {
        return None;
    }
    let mut end = number.end;
    for suffix in ["st", "nd", "rd", "th"] {
        if reading.begins(end, suffix) && !reading.at(end + 2).is_ascii_alphanumeric() {
            end += 2;
        }
    }
    if reading.at(end).is_ascii_alphanumeric() {
        return None;
    }
    let (word_start, word) = reading.latin_before(number.start);
    if let Some(month) = month(&word) {
        return Some((word_start..end, format!("{month}月{day}日")));
    }
    let mut rest = reading.trimmed(end);
    if reading.begins(rest, "of ") {
        rest += 3;
    }
    let (word_end, word) = reading.latin_after(rest);
    month(&word).map(|month| (number.start..word_end, format!("{month}月{day}日")))
}

fn month(word: &str) -> Option<usize> {
    let long = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    MONTHS
        .iter()
        .zip(long)
        .position(|(short, long)| word == *short || word == long || (word == "sept" && *short == "sep"))
        .map(|at| at + 1)
}

fn is_counter(character: char) -> bool {
    "件双个套条块元斤岁份盒箱瓶罐包袋年天折".contains(character)
}
