//! Days of the week as people write them: `monday`, `mon-fri`, `周一至周五`, `weekend`, several with commas.

use crate::model::DAYS_OF_WEEK;

use super::span::narrow;

/// All days at once in `service_hours`.
pub(crate) const EVERY_DAY: &str = "every_day";

/// What stands for several days at once, with the first and the last, Monday 0.
const GROUPS: [(&str, usize, usize); 13] = [
    (EVERY_DAY, 0, 6),
    ("daily", 0, 6),
    ("每天", 0, 6),
    ("每日", 0, 6),
    ("天天", 0, 6),
    ("weekday", 0, 4),
    ("weekdays", 0, 4),
    ("平日", 0, 4),
    ("工作日", 0, 4),
    ("weekend", 5, 6),
    ("weekends", 5, 6),
    ("周末", 5, 6),
    ("週末", 5, 6),
];
/// What stands before the number of a day in Chinese.
const PREFIXES: [&str; 5] = ["周", "週", "星期", "礼拜", "禮拜"];

/// The days that a key of `service_hours` names, Monday 0, each once and in order; `None` when it names none.
pub(crate) fn days_named(text: &str) -> Option<Vec<usize>> {
    let text: String = text.trim().to_lowercase().chars().map(narrow).collect();
    let text = text.replace(['和', '与', '及', '與', '&'], ",").replace(" and ", ",");
    let mut named = [false; 7];
    for part in text.split(',') {
        let part = part.trim();
        let (first, last) = group(part).or_else(|| range(part))?;
        // From Saturday to Monday leads over the end of the week.
        let length = (last + 7 - first) % 7;
        for step in 0..=length {
            named[(first + step) % 7] = true;
        }
    }
    Some((0..7).filter(|day| named[*day]).collect())
}

fn group(part: &str) -> Option<(usize, usize)> {
    let part = part.replace([' ', '-'], "_");
    let (_, first, last) = GROUPS.iter().find(|(word, _, _)| *word == part)?;
    Some((*first, *last))
}

fn range(part: &str) -> Option<(usize, usize)> {
    let part = part.replace("_to_", "-").replace(" to ", "-").replace('_', "-");
    let (first, last) = part.split_once('-').unwrap_or((&part, &part));
    let first = first.trim();
    let (first_day, is_chinese) = day(first)?;
    let last = last.trim();
    // 周一至五: the second needs no 周 of its own.
    let last_day = match day(last) {
        Some((day, _)) => day,
        None if is_chinese => number(last)?,
        None => return None,
    };
    Some((first_day, last_day))
}

/// A single day, and whether it is written in Chinese.
fn day(text: &str) -> Option<(usize, bool)> {
    if let Some(rest) = PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix)) {
        return Some((number(rest)?, true));
    }
    let text = text.trim_end_matches('.');
    let at = DAYS_OF_WEEK.iter().position(|name| {
        *name == text
            || text.strip_suffix('s') == Some(*name)
            || match text {
                "tues" => *name == "tuesday",
                "thur" | "thurs" => *name == "thursday",
                short => short.len() == 3 && name.starts_with(short),
            }
    });
    Some((at?, false))
}

/// The number of a day in Chinese, Monday 0.
fn number(text: &str) -> Option<usize> {
    let mut characters = text.chars();
    let (Some(digit), None) = (characters.next(), characters.next()) else {
        return None;
    };
    match digit {
        '日' | '天' => Some(6),
        _ => "一二三四五六"
            .chars()
            .position(|known| known == digit)
            .or_else(|| "123456".find(digit)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        let (all, work, end) = ([0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4], [5, 6]);
        for (text, days) in [
            ("every_day", &all[..]),
            ("每天", &all),
            ("周一至周日", &all),
            ("monday-friday", &work),
            ("mon-fri", &work),
            ("Mon – Fri", &work),
            ("monday to friday", &work),
            ("monday_to_friday", &work),
            ("周一至周五", &work),
            ("周一～五", &work),
            ("星期一到星期五", &work),
            ("週一至週五", &work),
            ("weekdays", &work),
            ("工作日", &work),
            ("weekend", &end),
            ("周末", &end),
            ("周六、周日", &end),
            ("周六和周日", &end),
            ("sat, sun", &end),
            ("sat-mon", &[0, 5, 6]),
            ("周日", &[6]),
            ("礼拜天", &[6]),
            ("Tues", &[1]),
            ("fridays", &[4]),
            ("monday", &[0]),
        ] {
            assert_eq!(days_named(text).as_deref(), Some(days), "{text}");
        }
        for text in [
            "",
            "everyday",
            "mo",
            "周八",
            "一至五",
            "monday-",
            "-friday",
            "monday-friday-sunday",
            "春节",
            "mon,",
        ] {
            assert_eq!(days_named(text), None, "{text}");
        }
    }
}
