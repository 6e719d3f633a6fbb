//! Spreadsheets as bytes: what a file holds cell by cell, however it was saved, and workbooks written. What the cells mean is
//! not known here. Everything is bounded: a file that is too large is refused with what to do about it.

mod delimited;
mod encoding;
mod error;
mod workbook;
mod xlsx;

pub use delimited::csv_cell;
pub use encoding::decode as text_of;
pub use error::SheetError;
pub use workbook::{WrittenSheet, workbook};

/// Bytes of a file at most.
pub const MOST_BYTES: usize = 50 * 1024 * 1024;
/// Bytes that a workbook's parts may have together, unpacked.
const MOST_UNPACKED: u64 = 200 * 1024 * 1024;
/// Rows with something in them, of one sheet.
pub const MOST_ROWS: usize = 20_000;
/// Columns of one sheet.
pub const MOST_COLUMNS: usize = 200;
/// Sheets of one file.
pub const MOST_SHEETS: usize = 50;

/// A file of sheets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    /// How it was saved.
    pub form: Form,
    /// Its sheets, in their order.
    pub sheets: Vec<Sheet>,
    /// Names of sheets that are hidden; they are not read.
    pub hidden: Vec<String>,
}

/// How a file was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As text with a sign between the cells.
    Text {
        /// The encoding, by the name that people know.
        encoding: &'static str,
        /// What stands between two cells.
        delimiter: char,
    },
    /// As a workbook.
    Workbook {
        /// Whether macros are in it; they are never run.
        macros: bool,
    },
}

/// One sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its name; empty for a file of text.
    pub name: String,
    /// The rows that hold something, in order.
    pub rows: Vec<Row>,
}

/// A row of a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its number as spreadsheets show it, from 1.
    pub number: usize,
    /// Its cells from column A on.
    pub cells: Vec<Cell>,
    /// A quote in it is not closed and has taken the cells behind it: nothing in it can be trusted.
    pub open_quote: bool,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it shows, without blanks around it; line breaks are `\n`.
    pub text: String,
    /// Where the text comes from.
    pub kind: CellKind,
}

/// Where the text of a cell comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CellKind {
    /// It stands in the cell itself.
    #[default]
    Own,
    /// The cell is merged with the one above, which holds it.
    Merged,
    /// A formula that has come to an error, or a picture in the cell: the text is what the spreadsheet shows (`#REF!`).
    Broken,
}

impl Cell {
    /// A cell with this text.
    pub fn new(text: &str) -> Cell {
        Cell {
            text: tidy(text),
            kind: CellKind::Own,
        }
    }
}

impl Row {
    /// The cell of a column, counted from 0; an empty one beyond the last.
    pub fn cell(&self, column: usize) -> &Cell {
        static EMPTY: Cell = Cell {
            text: String::new(),
            kind: CellKind::Own,
        };
        self.cells.get(column).unwrap_or(&EMPTY)
    }

    /// The text of a column.
    pub fn text(&self, column: usize) -> &str {
        &self.cell(column).text
    }
}

/// Reads a file, told by its content whatever it is called.
///
/// # Errors
/// It is no sheet that is read here, or is too large: each with what to do about it.
pub fn read(bytes: &[u8]) -> Result<Book, SheetError> {
    if bytes.len() > MOST_BYTES {
        return Err(SheetError::Large {
            megabytes: bytes.len() / 1024 / 1024,
        });
    }
    match bytes {
        [] => Err(SheetError::Empty),
        [b'P', b'K', 3 | 5, ..] => xlsx::read(bytes),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(xlsx::compound_file(bytes)),
        [b'%', b'P', b'D', b'F', ..] => Err(SheetError::Other { what: "PDF" }),
        _ => {
            let (text, encoding) = encoding::decode(bytes)?;
            delimited::read(&text, encoding)
        }
    }
}

/// The letters of a column, counted from 0: A … Z, AA …
pub fn letters(column: usize) -> String {
    let last = char::from(b'A' + u8::try_from(column % 26).unwrap_or(0));
    match column / 26 {
        0 => last.to_string(),
        more => format!("{}{last}", letters(more - 1)),
    }
}

/// A text with one kind of line break and no blanks around it.
fn tidy(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

#[cfg(test)]
mod tests;
