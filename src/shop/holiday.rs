//! Days on which a shop does not keep the hours of its week.

use jiff::civil::Date;

use super::span::{Span, narrow};

/// Why a holiday cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HolidayError {
    /// Neither a day nor a range of days.
    #[error("{0:?} is no day, write 2027-02-16 or 2027-02-16..2027-02-22")]
    Days(String),
    /// The hours of these days.
    #[error(transparent)]
    Span(#[from] super::SpanError),
}

/// A day, or days in a row, with hours of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// The first day.
    pub(super) from: Date,
    /// The last day.
    pub(super) to: Date,
    /// None: closed.
    pub(super) spans: Vec<Span>,
}

impl Holiday {
    /// Reads `2027-02-16` or `2027-02-16..2027-02-22`, and the hours of these days; without hours they are closed.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn read(days: &str, hours: &str) -> Result<Holiday, HolidayError> {
        let (from, to) = read_days(days).ok_or_else(|| HolidayError::Days(days.to_owned()))?;
        let spans = Span::read_all(hours)?;
        Ok(Holiday { from, to, spans })
    }

    /// The first day and the last.
    pub fn days(&self) -> (Date, Date) {
        (self.from, self.to)
    }

    /// Whether this day is one of them.
    pub(super) fn covers(&self, day: Date) -> bool {
        (self.from..=self.to).contains(&day)
    }
}

fn read_days(text: &str) -> Option<(Date, Date)> {
    // `-` parts the numbers of a date, so a range is marked by what is no dash on its own.
    let marks = ["..", "…", "~", "～", "至", "到"];
    let (from, to) = marks
        .iter()
        .find_map(|mark| text.split_once(mark))
        .unwrap_or((text, text));
    let (from, to) = (read_day(from)?, read_day(to)?);
    (from <= to).then_some((from, to))
}

fn read_day(text: &str) -> Option<Date> {
    let narrow: String = text.chars().map(narrow).collect();
    let mut numbers = narrow.trim().split(['-', '/']);
    let year = numbers.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let month = numbers.next()?.parse().ok()?;
    let day = numbers.next()?.parse().ok()?;
    if numbers.next().is_some() {
        return None;
    }
    Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_and_a_range_in_the_forms_that_people_write() {
        let week = (date(2027, 2, 16), date(2027, 2, 22));
        for text in [
            "2027-02-16..2027-02-22",
            "2027-2-16 ～ 2027-2-22",
            "2027/2/16至2027/2/22",
        ] {
            let read = Holiday::read(text, "休息").unwrap();
            assert_eq!((read.from, read.to), week, "{text}");
            assert!(read.spans.is_empty());
        }
        let eve = Holiday::read("２０２７-０２-１５", "9：00－12：00").unwrap();
        assert_eq!((eve.from, eve.to), (date(2027, 2, 15), date(2027, 2, 15)));
        assert!(eve.covers(date(2027, 2, 15)) && !eve.covers(date(2027, 2, 16)));
        assert_eq!(eve.spans.len(), 1);
    }

    #[test]
    fn what_is_no_day_is_named() {
        for bad in [
            "2027-13-01",
            "2027-02-22..2027-02-16",
            "春节",
            "02-16",
            "2027-02-16-17",
            "",
        ] {
            assert_eq!(Holiday::read(bad, ""), Err(HolidayError::Days(bad.to_owned())), "{bad}");
        }
        assert!(matches!(
            Holiday::read("2027-02-16", "上午"),
            Err(HolidayError::Span(_))
        ));
    }
}
