//! Sheets as text: cells with a comma, a semicolon or a tab between them, in quotes where they hold one or a line break.

use super::{Book, Cell, Form, MOST_COLUMNS, MOST_ROWS, Row, Sheet, SheetError};

/// What may stand between two cells; of equals the first is meant.
const DELIMITERS: [u8; 3] = [b'\t', b',', b';'];
/// Rows that are looked at to find it.
const LOOKED_AT: usize = 50;

/// A cell as it is written between commas; what begins like a formula is shown as the text that it is.
pub fn csv_cell(text: &str) -> String {
    let safe = match text.starts_with(['=', '+', '-', '@', '\t']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    match safe.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", safe.replace('"', "\"\"")),
        false => safe,
    }
}

/// Reads the one sheet of a text.
pub(super) fn read(text: &str, encoding: &'static str) -> Result<Book, SheetError> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let start = text.trim_start().to_ascii_lowercase();
    if ["<html", "<!doctype", "<?xml", "<table", "<meta"]
        .into_iter()
        .any(|mark| start.starts_with(mark))
    {
        return Err(SheetError::Other {
            what: "网页 (HTML/XML)",
        });
    }
    // What Excel puts into the first line of a file of its own: the sign, told to itself.
    let named = text.lines().next().and_then(|line| line.strip_prefix("sep="));
    let named = named.and_then(|rest| rest.bytes().next());
    let (skipped, body) = match named {
        Some(_) => (1, text.split_once('\n').map_or("", |(_, rest)| rest)),
        None => (0, text.as_str()),
    };
    let (delimiter, usual) = match named {
        Some(sign) => (sign, usual_cells(body, sign).1),
        None => found(body),
    };
    let mut rows: Vec<Row> = Vec::new();
    let mut number = skipped;
    let mut reader = reader(body, delimiter);
    let mut record = csv::StringRecord::new();
    // What is UTF-8 and may have rows of any length cannot fail.
    while reader.read_record(&mut record).unwrap_or(false) {
        // Empty lines are rows of a spreadsheet too; a line break within a cell begins none.
        let start = record.position().and_then(|place| usize::try_from(place.byte()).ok());
        let written = start.and_then(|start| body.get(start..)).unwrap_or_default();
        number += 1 + written.bytes().take_while(|byte| *byte == b'\n').count();
        let end = usize::try_from(reader.position().byte()).unwrap_or(body.len());
        let written = written
            .get(..end.saturating_sub(start.unwrap_or(end)))
            .unwrap_or_default();
        let mut cells: Vec<Cell> = record.iter().map(Cell::new).collect();
        while cells.last().is_some_and(|cell| cell.text.is_empty()) {
            cells.pop();
        }
        if cells.is_empty() {
            continue;
        }
        if cells.len() > MOST_COLUMNS {
            return Err(SheetError::Columns { sheet: String::new() });
        }
        if rows.len() == MOST_ROWS {
            return Err(SheetError::Rows { sheet: String::new() });
        }
        // A quote that nothing closes takes the cells behind it, or the rows, into its own.
        let swallowed = |cell: &Cell| cell.text.contains('\n') && cell.text.contains(char::from(delimiter));
        let broken = cells.iter().any(|cell| cell.text.contains('\n')) && written.matches('"').count() % 2 == 1;
        let open_quote = broken || (record.len() < usual && cells.iter().any(swallowed));
        rows.push(Row {
            number,
            cells,
            open_quote,
        });
    }
    let sheet = Sheet {
        name: String::new(),
        rows,
    };
    Ok(Book {
        form: Form::Text {
            encoding,
            delimiter: char::from(delimiter),
        },
        sheets: vec![sheet],
        hidden: Vec::new(),
    })
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes())
}

/// The delimiter that makes most rows equally long, and how many cells they have.
fn found(text: &str) -> (u8, usize) {
    let mut best = (0, b',', 1);
    for delimiter in DELIMITERS {
        let (rows, cells) = usual_cells(text, delimiter);
        if cells > 1 && rows > best.0 {
            best = (rows, delimiter, cells);
        }
    }
    (best.1, best.2)
}

/// The number of cells that most rows have, and how many have it.
fn usual_cells(text: &str, delimiter: u8) -> (usize, usize) {
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    for record in reader(text, delimiter).records().flatten().take(LOOKED_AT) {
        *counts.entry(record.len()).or_default() += 1;
    }
    let most = counts
        .into_iter()
        .filter(|(cells, _)| *cells > 1)
        .max_by_key(|(_, rows)| *rows);
    most.map_or((0, 1), |(cells, rows)| (rows, cells))
}
