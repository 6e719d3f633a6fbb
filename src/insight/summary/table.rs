//! A table of the report, in one language: what each cell says to people and what it holds in a sheet.

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What it tells; the name of its sheet.
    pub title: String,
    /// How to read it; may be empty.
    pub note: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each with a cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// Rows that are not told.
    pub left_out: usize,
    /// What is drawn above it.
    pub plot: Option<Plot>,
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What stands in it.
    pub title: String,
    /// Its width in a sheet, characters.
    pub width: u32,
}

/// Bars beside each other, of several kinds for each label.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// Below the bars.
    pub labels: Vec<String>,
    /// What is counted, with a number for each label.
    pub series: Vec<(String, Vec<u32>)>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// How many.
    Count(u64),
    /// A part of all.
    Share {
        /// How many.
        part: u64,
        /// Of how many.
        all: u64,
    },
    /// A duration, milliseconds; `None` where there is none.
    Time(Option<u64>),
    /// An average.
    Mean {
        /// All together.
        sum: u64,
        /// Of how many.
        count: u64,
    },
}

impl Cell {
    /// A text.
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    /// A count.
    pub fn count(count: impl Into<u64>) -> Cell {
        Cell::Count(count.into())
    }

    /// Whether it is a number.
    pub fn is_number(&self) -> bool {
        !matches!(self, Cell::Text(_))
    }

    /// As people read it.
    pub fn shown(&self, chinese: bool) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Count(count) => count.to_string(),
            Cell::Share { all: 0, .. } | Cell::Mean { count: 0, .. } | Cell::Time(None) => "–".to_owned(),
            Cell::Share { .. } => format!("{} %", self.value()),
            Cell::Mean { .. } => self.value(),
            Cell::Time(Some(ms)) => lasting(*ms, chinese),
        }
    }

    /// As a sheet holds it: percent, seconds, the bare number; empty where there is none.
    pub fn value(&self) -> String {
        match *self {
            Cell::Text(ref text) => text.clone(),
            Cell::Count(count) => count.to_string(),
            Cell::Share { all: 0, .. } | Cell::Mean { count: 0, .. } | Cell::Time(None) => String::new(),
            Cell::Share { part, all } => format!("{:.1}", part as f64 * 100.0 / all as f64),
            Cell::Mean { sum, count } => format!("{:.2}", sum as f64 / count as f64),
            Cell::Time(Some(ms)) => format!("{:.1}", ms as f64 / 1000.0),
        }
    }

    /// What its value is told in, for the heading of a sheet.
    pub fn unit(&self, chinese: bool) -> &'static str {
        match (self, chinese) {
            (Cell::Share { .. }, _) => "%",
            (Cell::Time(_), true) => "秒",
            (Cell::Time(_), false) => "s",
            _ => "",
        }
    }
}

impl Table {
    /// The heading and all rows as a sheet holds them, with the units in the heading.
    pub fn as_sheet(&self, chinese: bool) -> Vec<Vec<String>> {
        // In a table of figures by name each row has its own unit, and stands there as people read it.
        let units: Vec<Option<&str>> = (0..self.columns.len()).map(|at| self.unit_of(at, chinese)).collect();
        let heading = self.columns.iter().zip(&units).map(|(column, unit)| match unit {
            None | Some("") => column.title.clone(),
            Some(unit) if chinese => format!("{}（{unit}）", column.title),
            Some(unit) => format!("{} ({unit})", column.title),
        });
        let rows = self.rows.iter().map(|row| {
            let cells = row.iter().zip(&units);
            let cells = cells.map(|(cell, unit)| match unit {
                Some(_) => cell.value(),
                None => cell.shown(chinese),
            });
            cells.collect()
        });
        std::iter::once(heading.collect()).chain(rows).collect()
    }

    /// Whether numbers stand in a column: its first cell that is not empty says so.
    pub fn is_of_numbers(&self, at: usize) -> bool {
        self.filled(at).next().is_some_and(Cell::is_number)
    }

    /// The cells of a column that are not empty texts.
    fn filled(&self, at: usize) -> impl Iterator<Item = &Cell> {
        let cells = self.rows.iter().filter_map(move |row| row.get(at));
        cells.filter(|cell| !matches!(cell, Cell::Text(text) if text.is_empty()))
    }

    /// The unit of a column; `None` where its cells have several.
    fn unit_of(&self, at: usize, chinese: bool) -> Option<&'static str> {
        let mut units = self.filled(at).map(|cell| cell.unit(chinese));
        let first = units.next().unwrap_or_default();
        units.all(|unit| unit == first).then_some(first)
    }
}

/// A duration for people.
fn lasting(ms: u64, chinese: bool) -> String {
    let all = (ms + 500) / 1000;
    let (hours, minutes, seconds) = (all / 3600, all / 60 % 60, all % 60);
    match (hours, minutes, chinese) {
        (0, 0, true) => format!("{seconds} 秒"),
        (0, 0, false) => format!("{seconds} s"),
        (0, _, true) => format!("{minutes} 分 {seconds} 秒"),
        (0, _, false) => format!("{minutes} min {seconds} s"),
        (_, _, true) => format!("{hours} 小时 {minutes} 分"),
        (_, _, false) => format!("{hours} h {minutes} min"),
    }
}
