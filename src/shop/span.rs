//! Spans of a day as people write them: `09:00-12:00, 13:30-23:00`, also with what a Chinese keyboard gives:
//! `９：００－１８：００`, `9:00~18:00`.

/// Minutes of a day.
pub(super) const MINUTES_A_DAY: u32 = 24 * 60;

/// A text that is no span of time: the part that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no span of time, write for example 09:00-23:00")]
pub struct SpanError(pub String);

/// From one minute of a day to another, the second not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Minute of the day, 0 to 1439.
    pub(super) from: u32,
    /// Minute of the day; beyond 1440 when it ends on the next day.
    pub(super) to: u32,
}

impl Span {
    /// Reads several with commas between, sorted. Nothing, `休息` and `closed` are no span.
    ///
    /// # Errors
    /// The part that is no span.
    pub fn read_all(text: &str) -> Result<Vec<Span>, SpanError> {
        let narrow: String = text.chars().map(narrow).collect();
        if ["休息", "closed"].contains(&narrow.trim()) {
            return Ok(Vec::new());
        }
        let parts = narrow.split(',').map(str::trim).filter(|part| !part.is_empty());
        let mut spans = parts
            .map(|part| Span::read(part).ok_or_else(|| SpanError(part.to_owned())))
            .collect::<Result<Vec<_>, _>>()?;
        spans.sort_unstable();
        Ok(spans)
    }

    /// The spans that a sentence for shoppers names: `每天早上 9 点到晚上 11 点` names one. A heuristic: what it does not
    /// recognise it leaves out.
    pub fn named_in(text: &str) -> Vec<Span> {
        let narrow: Vec<char> = text.to_lowercase().chars().map(narrow).collect();
        let mut spans = Vec::new();
        let mut open: Option<u32> = None;
        let mut at = 0;
        // What stands between two times says whether they are the ends of one span.
        let mut between = String::new();
        while at < narrow.len() {
            let Some((minute, length)) = time_at(&narrow[at..], &between) else {
                between.push(narrow[at]);
                at += 1;
                continue;
            };
            let joined = between.contains('-') || between.trim() == "to" || between.trim() == "until";
            match open.take() {
                Some(from) if joined && from != minute && from < MINUTES_A_DAY => {
                    spans.extend(Span::of(from, minute));
                }
                _ => open = Some(minute),
            }
            between.clear();
            at += length;
        }
        spans.sort_unstable();
        spans.dedup();
        spans
    }

    /// `20:00-02:00` ends on the next day.
    fn of(from: u32, to: u32) -> Option<Span> {
        if from >= MINUTES_A_DAY || from == to {
            return None;
        }
        let to = if to < from { to + MINUTES_A_DAY } else { to };
        Some(Span { from, to })
    }

    fn read(text: &str) -> Option<Span> {
        let (from, to) = text.split_once('-')?;
        Span::of(minute(from)?, minute(to)?)
    }

    /// As it is said: `9:00-23:00`.
    pub(super) fn said(self) -> String {
        let end = match self.to {
            to if to > MINUTES_A_DAY => to - MINUTES_A_DAY,
            to => to,
        };
        format!("{}-{}", time_said(self.from), time_said(end))
    }
}

/// A minute of the day as it is said: `9:05`.
pub(super) fn time_said(minute: u32) -> String {
    format!("{}:{:02}", minute / 60, minute % 60)
}

/// Full-width forms, dashes and commas as the one that the rest reads.
pub(super) fn narrow(character: char) -> char {
    match character {
        '！'..='～' if !matches!(character, '～') => {
            char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character)
        }
        '–' | '—' | '−' | '‐' | '~' | '～' | '〜' | '至' | '到' => '-',
        '、' | ';' => ',',
        '\u{3000}' => ' ',
        other => other,
    }
}

fn minute(text: &str) -> Option<u32> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits = |text: &str| !text.is_empty() && text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    clock_time(hour.parse().ok()?, minute.parse().ok()?)
}

fn clock_time(hour: u32, minute: u32) -> Option<u32> {
    (minute < 60 && hour * 60 + minute <= MINUTES_A_DAY).then_some(hour * 60 + minute)
}

/// A time at the beginning of this text, `9:30`, `9 点半`, `9am`, with its length; `before` is what stood before it.
fn time_at(text: &[char], before: &str) -> Option<(u32, usize)> {
    let number = |from: usize| -> Option<(u32, usize)> {
        let digits: String = text.get(from..)?.iter().take_while(|c| c.is_ascii_digit()).collect();
        Some((digits.parse().ok()?, from + digits.len()))
    };
    let skip = |from: usize| from + text[from..].iter().take_while(|c| **c == ' ').count();
    if before.ends_with(|character: char| character.is_ascii_digit()) {
        return None;
    }
    let (hour, after_hour) = number(0).filter(|(_, length)| *length <= 2)?;
    let mut end = after_hour;
    let mut minutes = 0;
    let mut is_time = false;
    let next = text.get(skip(end)).copied();
    match next {
        Some(':') => {
            (minutes, end) = number(skip(end) + 1)?;
            is_time = true;
        }
        Some('点' | '时' | '點') => {
            end = skip(end) + 1;
            is_time = true;
            if text.get(end) == Some(&'半') {
                (minutes, end) = (30, end + 1);
            } else if let Some((count, after)) = number(skip(end)) {
                (minutes, end) = (count, after);
            }
        }
        _ => {}
    }
    let rest: String = text[skip(end)..].iter().take(4).filter(|c| **c != '.').collect();
    let half = if rest.starts_with("pm") {
        Some(12)
    } else if rest.starts_with("am") {
        Some(0)
    } else {
        None
    };
    let late = ["下午", "晚上", "晚", "傍晚"]
        .iter()
        .any(|word| before.trim_end().ends_with(word));
    let hour = match half {
        Some(more) if hour <= 12 => {
            end = skip(end) + if text[skip(end)..].get(1) == Some(&'.') { 4 } else { 2 };
            is_time = true;
            hour % 12 + more
        }
        _ if late && hour < 12 => hour + 12,
        _ => hour,
    };
    let minute = clock_time(hour, minutes)?;
    is_time.then_some((minute, end.min(text.len())))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn span(from: u32, to: u32) -> Span {
        Span { from, to }
    }

    #[test]
    fn one_span_in_all_the_forms_that_keyboards_give() {
        for text in [
            "09:00-18:00",
            "9:00-18:00",
            "９：００－１８：００",
            "9：00～18：00",
            "9:00~18:00",
            " 9:00 — 18:00 ",
            "9:00至18:00",
        ] {
            assert_eq!(Span::read_all(text), Ok(vec![span(540, 1080)]), "{text}");
        }
        let two = vec![span(540, 720), span(810, 1380)];
        assert_eq!(Span::read_all("13:30-23:00，09:00-12:00"), Ok(two.clone()));
        assert_eq!(Span::read_all("9:00-12:00、13:30-23:00"), Ok(two));
        assert_eq!(Span::read_all("20:00-02:00"), Ok(vec![span(1200, 1560)]));
        for closed in ["", " ", "休息", "closed"] {
            assert_eq!(Span::read_all(closed), Ok(Vec::new()), "{closed}");
        }
    }

    #[test]
    fn what_is_no_span_is_named() {
        for bad in [
            "9-12",
            "09:00",
            "09:60-12:00",
            "25:00-26:00",
            "09:00-09:00",
            "24:00-08:00",
            "99999999:00-1:00",
            "+9:00-12:00",
            "9点-23点",
        ] {
            assert_eq!(Span::read_all(bad), Err(SpanError(bad.to_owned())), "{bad}");
        }
        let partly = Span::read_all("09:00-12:00, 1-2").unwrap_err();
        assert_eq!(partly, SpanError("1-2".to_owned()));
    }

    #[test]
    fn sentences_name_spans() {
        for (text, named) in [
            ("每天 9：00 至 23：00", vec![span(540, 1380)]),
            ("9:00 to 23:00 (Beijing time), every day", vec![span(540, 1380)]),
            ("早上9点到晚上11点半", vec![span(540, 1410)]),
            ("9am – 11 p.m., every day", vec![span(540, 1380)]),
            (
                "周一至周五 9:00-18:00，周六 10:00-12:00、14:00-16:00",
                vec![span(540, 1080), span(600, 720), span(840, 960)],
            ),
            ("全天", vec![]),
            ("24 小时，3 到 5 天", vec![]),
        ] {
            assert_eq!(Span::named_in(text), named, "{text}");
        }
    }
}
