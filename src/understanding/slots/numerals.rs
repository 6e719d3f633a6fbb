//! Numbers as they are written: 165, 1.65, 一百零五, 一百四 (140), 3百, 廿五.

use std::ops::Range;

/// A number in a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Number {
    /// Characters of the text.
    pub range: Range<usize>,
    /// What it is worth.
    pub value: f64,
    /// Written in Chinese.
    pub han: bool,
    /// Has a fraction.
    pub fraction: bool,
    /// Names more than one number: 七八, 三四十. Only as the tail of a height (一米七八) it is exact.
    pub vague: bool,
    /// Cut out of what looked like one number: 165.95斤 is 165 and 95斤.
    pub cut: bool,
    /// How many characters before any 百, 千, 万 that multiply digits.
    pub digits: usize,
}

/// All numbers of a text, in order.
pub(super) fn numbers(chars: &[char]) -> Vec<Number> {
    let mut numbers = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if chars[at].is_ascii_digit() {
            let number = arabic(chars, at);
            at = number.range.end;
            numbers.push(number);
        } else if is_numeral(chars[at]) {
            let end = (at..chars.len())
                .find(|position| !is_numeral(chars[*position]))
                .unwrap_or(chars.len());
            if let Some(number) = han(chars, at..end) {
                at = number.range.end;
                numbers.push(number);
            } else {
                at = end;
            }
        } else {
            at += 1;
        }
    }
    numbers
}

fn arabic(chars: &[char], start: usize) -> Number {
    let run = |from: usize| {
        (from..chars.len())
            .find(|at| !chars[*at].is_ascii_digit())
            .unwrap_or(chars.len())
    };
    let mut end = run(start);
    let fraction = chars.get(end) == Some(&'.') && chars.get(end + 1).is_some_and(char::is_ascii_digit);
    if fraction {
        end = run(end + 1);
    }
    let written: String = chars[start..end].iter().collect();
    let mut value: f64 = written.parse().unwrap_or(f64::NAN);
    let digits = end - start;
    // 3百, 1.5万; 5千克 is a weight, 5千米 a way.
    let factor = match chars.get(end) {
        Some('百') => 100.0,
        Some('千') if !matches!(chars.get(end + 1), Some('克' | '米' | '瓦' | '卡')) => 1_000.0,
        Some('万') => 10_000.0,
        _ => 1.0,
    };
    if factor > 1.0 && digits <= 6 && !chars.get(end + 1).copied().is_some_and(is_numeral) {
        value *= factor;
        end += 1;
    }
    Number {
        range: start..end,
        value,
        han: false,
        fraction,
        vague: false,
        cut: false,
        digits,
    }
}

/// The two halves of a number with a fraction, as numbers of their own.
pub(super) fn halves(chars: &[char], number: &Number) -> Option<(Number, Number)> {
    let dot = number.range.clone().find(|&at| chars[at] == '.')?;
    let half = |range: Range<usize>| {
        let written: String = chars[range.clone()].iter().collect();
        Some(Number {
            value: written.parse().ok()?,
            digits: range.len(),
            fraction: false,
            cut: true,
            range,
            ..number.clone()
        })
    };
    Some((half(number.range.start..dot)?, half(dot + 1..number.range.end)?))
}

fn digit(character: char) -> Option<u32> {
    Some(match character {
        '零' | '〇' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// Characters that Chinese numbers are written with.
pub(super) fn is_numeral(character: char) -> bool {
    digit(character).is_some() || matches!(character, '十' | '百' | '千' | '万' | '廿' | '卅' | '俩' | '仨')
}

fn han(chars: &[char], run: Range<usize>) -> Option<Number> {
    let (value, vague) = whole(&chars[run.clone()])?;
    let mut number = Number {
        digits: run.len(),
        range: run.clone(),
        value,
        han: true,
        fraction: false,
        vague,
        cut: false,
    };
    // 一点五, 二十四点五
    if chars.get(run.end) == Some(&'点') {
        let tail: Vec<u32> = chars[run.end + 1..]
            .iter()
            .map_while(|&character| digit(character))
            .collect();
        let after = chars.get(run.end + 1 + tail.len()).copied();
        if (1..=2).contains(&tail.len()) && !after.is_some_and(is_numeral) {
            let scale = 10f64.powi(tail.len() as i32);
            let part = tail.iter().fold(0, |sum, next| sum * 10 + next);
            number.value += f64::from(part) / scale;
            number.fraction = true;
            number.range.end += 1 + tail.len();
        }
    }
    Some(number)
}

/// A whole number and whether it is vague.
fn whole(run: &[char]) -> Option<(f64, bool)> {
    match run {
        ['俩'] => return Some((2.0, false)),
        ['仨'] => return Some((3.0, false)),
        _ if run.contains(&'俩') || run.contains(&'仨') => return None,
        _ => {}
    }
    let mut values: Vec<u32> = Vec::with_capacity(run.len());
    if run.iter().all(|&character| digit(character).is_some()) {
        values.extend(run.iter().filter_map(|&character| digit(character)));
        if values.len() > 12 {
            return None;
        }
        let value = values.iter().fold(0.0, |sum, next| sum * 10.0 + f64::from(*next));
        let vague = values.len() == 2 && values[1] == values[0] + 1;
        return Some((value, vague));
    }
    let (mut total, mut section, mut pending) = (0.0, 0.0, None::<u32>);
    let (mut last_unit, mut after_zero, mut vague) = (1.0, false, false);
    for (at, &character) in run.iter().enumerate() {
        if let Some(value) = digit(character) {
            if value == 0 {
                // A zero inside: 一百零五. Two zeros, or one before a unit, are no number.
                if at == 0 || pending.is_some() {
                    return None;
                }
                after_zero = true;
                continue;
            }
            match pending {
                None => pending = Some(value),
                // 三四十, 一百二三: either of two.
                Some(before) if value == before + 1 && !vague => {
                    vague = true;
                    pending = Some(before);
                }
                Some(_) => return None,
            }
            continue;
        }
        let unit = match character {
            '十' => 10.0,
            '百' => 100.0,
            '千' => 1_000.0,
            '万' => 10_000.0,
            '廿' | '卅' => {
                if pending.is_some() || at > 0 && last_unit <= 10.0 && section > 0.0 {
                    return None;
                }
                section += if character == '廿' { 20.0 } else { 30.0 };
                last_unit = 10.0;
                after_zero = false;
                continue;
            }
            _ => return None,
        };
        if unit >= 10_000.0 {
            let part = section + pending.take().map_or(0.0, f64::from);
            if part == 0.0 || total > 0.0 {
                return None;
            }
            total = part * unit;
            section = 0.0;
        } else {
            let count = match pending.take() {
                Some(count) => count,
                None if unit == 10.0 && (at == 0 || after_zero) => 1,
                None => return None,
            };
            if section > 0.0 && unit >= last_unit {
                return None;
            }
            section += f64::from(count) * unit;
        }
        last_unit = unit;
        after_zero = false;
    }
    if let Some(rest) = pending {
        // 一百四 is 140, 一百零四 104, 十四 14.
        let unit = if last_unit >= 100.0 && !after_zero {
            last_unit / 10.0
        } else {
            1.0
        };
        section += f64::from(rest) * unit;
    }
    Some((total + section, vague))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(f64, bool)> {
        let chars: Vec<char> = text.chars().collect();
        numbers(&chars)
            .iter()
            .map(|number| (number.value, number.vague))
            .collect()
    }

    #[test]
    fn chinese_numbers() {
        for (text, value) in [
            ("一百零五", 105.0),
            ("一百四", 140.0),
            ("一百四十", 140.0),
            ("一百一十五", 115.0),
            ("两百", 200.0),
            ("二百五", 250.0),
            ("十五", 15.0),
            ("三十", 30.0),
            ("廿五", 25.0),
            ("一千二", 1_200.0),
            ("两千零五十", 2_050.0),
            ("一万五", 15_000.0),
            ("一六五", 165.0),
            ("二零二四", 2_024.0),
            ("四十二点五", 42.5),
            ("俩", 2.0),
            ("3百", 300.0),
            ("1.5万", 15_000.0),
            ("42.5", 42.5),
        ] {
            assert_eq!(read(text), [(value, false)], "{text}");
        }
    }

    #[test]
    fn two_neighbouring_digits_are_vague() {
        assert_eq!(read("两三件"), [(23.0, true)]);
        assert_eq!(read("三四十"), [(30.0, true)]);
        assert_eq!(read("一百二三"), [(120.0, true)]);
        assert_eq!(read("十百千"), []);
    }

    #[test]
    fn runs_are_kept_apart() {
        assert_eq!(read("一米六五 一百四"), [(1.0, false), (65.0, false), (140.0, false)]);
        assert_eq!(read("5千克"), [(5.0, false)]);
    }
}
