//! Sizes: S–6XL, 均码, 42码, 42.5, US9, 75B, 170/88A.

use crate::model::SlotName;
use crate::understanding::normalise::{Text, is_han};

use super::bare::stands_alone;
use super::reading::{Reading, plain};

/// Letters of the longest word for a size: medium.
const LONGEST_WORD: usize = 6;
/// Words that make a shoe size of a bare number behind them.
const VERBS: [&str; 30] = [
    "穿", "拍", "买", "换", "选", "要", "改成", "换成", "发", "收到", "拿", "是", "平时", "一只", "码数", "尺码",
    "size", "size ", "a ", "eu ", "拍的", "买的", "穿的", "换到", "还是", "或者", "或", "和", "take ", "wear ",
];

/// Reads sizes in numbers.
pub(super) fn numbers(reading: &mut Reading<'_>) {
    for index in 0..reading.numbers.len() {
        if reading.free_number(index) {
            number(reading, index);
        }
    }
    // 38还是39: the second makes the first one too.
    for index in 0..reading.numbers.len().saturating_sub(1) {
        let (left, right) = (reading.numbers[index].clone(), reading.numbers[index + 1].clone());
        let gap = reading.slice(left.range.end..right.range.start);
        let joined = [
            "还是", "和", "或", "或者", "换", "改", "换成", "改成", " or ", " vs ", "跟", "与", " to ",
        ]
        .contains(&gap.as_str());
        if joined && stands_alone(reading, index) && shoe(left.value) && shoe(right.value) {
            reading.add(SlotName::Size, plain(left.value, 1), left.range);
            if stands_alone(reading, index + 1) {
                reading.add(SlotName::Size, plain(right.value, 1), right.range);
            }
        }
    }
}

fn shoe(value: f64) -> bool {
    (34.0..=48.0).contains(&value) && (value * 2.0).fract() == 0.0
}

/// How often a folded letter was written: a third x is folded into the second.
fn written(text: &Text, range: std::ops::Range<usize>) -> usize {
    let first = text.span(range.start).len().max(1);
    range.map(|at| text.span(at).len().div_ceil(first)).sum()
}

/// Reads sizes in letters: xs … 6xl, and the words small, medium, large.
pub(super) fn letters(reading: &mut Reading<'_>, text: &Text) {
    let mut at = 0;
    while at < reading.chars.len() {
        let start = at;
        while reading.at(at).is_ascii_alphanumeric() && at < reading.chars.len() {
            at += 1;
        }
        if at == start {
            at += 1;
            continue;
        }
        if at - start > LONGEST_WORD || !reading.free(start..at) {
            continue;
        }
        let word = reading.slice(start..at);
        let size = match word.as_str() {
            "s" | "m" | "l" if alone(reading, start, at) => word.to_uppercase(),
            "xs" | "xl" => word.to_uppercase(),
            "xxs" => "2XS".to_owned(),
            "xxl" => match written(text, start..at - 1) {
                count @ 2..=8 => format!("{count}XL"),
                _ => continue,
            },
            "small" | "medium" | "large" if spelled(reading, start, at) => word[..1].to_uppercase(),
            _ => {
                let (count, rest) = word.split_at(1);
                match (count.parse::<u32>(), rest) {
                    (Ok(count @ 2..=8), "xl") => format!("{count}XL"),
                    (Ok(1), "xl") => "XL".to_owned(),
                    _ => continue,
                }
            }
        };
        let end = at + usize::from(matches!(reading.at(at), '码' | '号'));
        reading.add(SlotName::Size, size, start..end);
    }
}

/// Reads how many of a letter: 三个x, 2个加.
pub(super) fn counted(reading: &mut Reading<'_>) {
    for index in 0..reading.numbers.len() {
        let number = reading.numbers[index].clone();
        let end = number.range.end;
        if reading.at(end) == '个'
            && matches!(reading.at(end + 1), 'x' | '加')
            && !reading.at(end + 2).is_ascii_alphanumeric()
            && reading.free_number(index)
        {
            let value = match number.value as u32 {
                1 => "XL".to_owned(),
                count @ 2..=8 => format!("{count}XL"),
                _ => continue,
            };
            reading.add(SlotName::Size, value, number.range.start..end + 2);
        }
    }
}

/// Whether a single letter is a size: not the rest of i'm, not the unit behind 1.65.
fn alone(reading: &Reading<'_>, start: usize, end: usize) -> bool {
    let (before, after) = (reading.before(start), reading.at(end));
    if before == '\'' || before == '.' || matches!(after, '\'' | '&' | '.') && reading.at(end + 1).is_ascii_alphabetic()
    {
        return false;
    }
    if before == '&' || (before == ' ' && start >= 2 && reading.at(start - 2).is_ascii_digit()) {
        return false;
    }
    let list = matches!(before, '/' | ',') || matches!(after, '/' | ',');
    let whole = reading.chars.len() <= 2;
    let lead = reading.any_ends(
        start,
        &[
            "size ", "a ", "an ", "the ", "or ", "got ", "get ", "take ", "in ", "and ", "wear ",
        ],
    );
    let tail = reading.any_begins(end, &[" or ", " size", " and ", " please", " fit", " fits", "?", "+"]);
    is_han(before)
        || is_han(after)
        || whole
        || list
        || lead.is_some()
        || tail.is_some()
        || (reading.hints.han && before == ' ')
        || (reading.expects(SlotName::Size) && before == ' ' && after == ' ')
}

fn spelled(reading: &Reading<'_>, start: usize, end: usize) -> bool {
    // do they run small or large
    if reading.slice(0..start).contains("run") {
        return false;
    }
    let lead = reading.any_ends(start, &["size ", "in ", "is ", "or ", "take ", "wear "]);
    let article = reading.any_ends(start, &["a ", "an ", "the "]);
    let tail = end == reading.chars.len()
        || reading
            .any_begins(
                end,
                &[
                    " or ", " be ", " fit", " fits", " ok", " size", " please", " will", " would", "?", ",", "。",
                    " in ",
                ],
            )
            .is_some();
    lead.is_some_and(|_| tail) || article.is_some_and(|_| tail) || (start == 0 && end == reading.chars.len())
}

/// Reads 均码 and what else it is called.
pub(super) fn free_size(reading: &mut Reading<'_>) {
    for at in 0..reading.chars.len() {
        if let Some(end) = reading.any_begins(at, &["均码", "one size fits all", "one size", "free size", "onesize"])
            && !reading.before(at).is_ascii_alphabetic()
            && reading
                .any_begins(end, &[" bigger", " smaller", " larger", " up", " down", " too", " on"])
                .is_none()
        {
            reading.add(SlotName::Size, "均码", at..end);
        }
    }
}

/// 有42吗, 黑色43, 疾风 42: said of goods or of a colour.
fn asked_for(reading: &Reading<'_>, start: usize, end: usize) -> bool {
    let lead = reading.back_over(start, " ");
    let of = |slot: &super::FoundSlot| matches!(slot.name, SlotName::Color | SlotName::Goods) && slot.range.end == lead;
    let asks = reading.before(lead) == '有' && matches!(reading.at(end), '吗' | '么' | '没' | '嘛' | '不' | '?');
    asks || reading.found.iter().any(of)
}

/// 42码, 42.5码, 37码半, us9, 75b, 170/88a, 穿42.
fn number(reading: &mut Reading<'_>, index: usize) {
    let number = reading.numbers[index].clone();
    let (start, end) = (number.range.start, number.range.end);
    let value = number.value;
    if number.vague {
        return;
    }
    let before = reading.before(start);
    // us9, uk 8.5
    if !number.han && value < 60.0 {
        let (word_start, word) = reading.latin_before(start);
        if matches!(word.as_str(), "us" | "uk") && !reading.at(end).is_ascii_alphabetic() {
            let stop = end + usize::from(reading.at(end) == '码');
            reading.add(
                SlotName::Size,
                format!("{}{}", word.to_uppercase(), plain(value, 1)),
                word_start..stop,
            );
            return;
        }
        if matches!(word.as_str(), "eu" | "eur") || (word == "size" && !reading.at(end).is_ascii_alphabetic()) {
            let from = if word == "size" { start } else { word_start };
            let stop = end + usize::from(reading.at(end) == '码');
            reading.add(SlotName::Size, plain(value, 1), from..stop);
            return;
        }
    }
    if before.is_ascii_alphanumeric() || matches!(before, '¥' | '$' | '第' | '大' | '小') {
        return;
    }
    // 170/88a, 155/80
    if reading.at(end) == '/'
        && (80.0..=200.0).contains(&value)
        && !number.han
        && let Some(chest) = reading
            .numbers
            .get(index + 1)
            .filter(|next| next.range.start == end + 1)
            .cloned()
        && (40.0..=130.0).contains(&chest.value)
    {
        let letter = reading.at(chest.range.end);
        if matches!(letter, 'a' | 'b' | 'c' | 'y') && !reading.at(chest.range.end + 1).is_ascii_alphanumeric() {
            let range = start..chest.range.end + 1;
            reading.add(SlotName::Size, reading.slice(range.clone()).to_uppercase(), range);
            return;
        }
    }
    let cup = reading.at(end);
    if ('a'..='g').contains(&cup)
        && !reading.at(end + 1).is_ascii_alphanumeric()
        && !number.han
        && ((70.0..=100.0).contains(&value) && value % 5.0 == 0.0 || (32.0..=44.0).contains(&value))
    {
        let stop = end + 1;
        reading.add(
            SlotName::Size,
            format!("{}{}", plain(value, 0), cup.to_uppercase()),
            start..stop,
        );
        return;
    }
    let marked = match reading.at(end) {
        '码' => (15.0..=200.0).contains(&value) || (!number.han && (3.0..15.0).contains(&value)),
        '号' => {
            (shoe(value) || super::bare::size_number(value))
                && !"路街巷道弄".contains(before)
                && !"线仓楼院店门链".contains(reading.at(end + 1))
        }
        _ => false,
    };
    if marked {
        let half = reading.at(end + 1) == '半';
        let value = value + if half { 0.5 } else { 0.0 };
        reading.add(SlotName::Size, plain(value, 1), start..end + 1 + usize::from(half));
        return;
    }
    // 37半
    if reading.at(end) == '半' && shoe(value) && !"天年个小".contains(reading.at(end + 1)) {
        reading.add(SlotName::Size, plain(value + 0.5, 1), start..end + 1);
        return;
    }
    if shoe(value) && !number.han && stands_alone(reading, index) && !reading.in_span(index) {
        let lead = reading.back_over(start, " ");
        let told = reading.any_ends(start, &VERBS).is_some() || reading.any_ends(lead, &VERBS).is_some();
        let article =
            before == ' ' && reading.any_ends(start, &["a "]).is_some() && !reading.hints.size && !reading.hints.feet;
        if (told || asked_for(reading, start, end)) && !article {
            reading.add(SlotName::Size, plain(value, 1), start..end);
        }
    }
}
