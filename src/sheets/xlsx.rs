//! Workbooks (`.xlsx`, `.xlsm`): cells as they are shown, merged cells, values of formulas. Macros are never run.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, SheetVisible, Xlsx, XlsxError};

use super::{
    Book, Cell, CellKind, Form, MOST_COLUMNS, MOST_ROWS, MOST_SHEETS, MOST_UNPACKED, Row, Sheet, SheetError, tidy,
};

/// Merged ranges of one sheet that are looked at.
const MOST_MERGED: usize = 20_000;

/// What a compound file is: a workbook behind a password, or one of before 2007.
pub(super) fn compound_file(bytes: &[u8]) -> SheetError {
    // Its directory names the parts in UTF-16.
    let encrypted: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let has = bytes.windows(encrypted.len()).any(|window| window == encrypted);
    if has {
        SheetError::Password
    } else {
        SheetError::OldWorkbook
    }
}

/// Reads all sheets that are shown.
pub(super) fn read(bytes: &[u8]) -> Result<Book, SheetError> {
    let macros = unpacked(bytes, MOST_UNPACKED)?;
    let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(refused)?;
    let mut hidden = Vec::new();
    let mut names = Vec::new();
    for sheet in workbook.sheets_metadata() {
        match sheet.visible {
            SheetVisible::Visible => names.push(sheet.name.clone()),
            _ => hidden.push(sheet.name.clone()),
        }
    }
    if names.len() > MOST_SHEETS {
        return Err(SheetError::Sheets);
    }
    let mut sheets = Vec::new();
    for name in names {
        match sheet(&mut workbook, &name) {
            Ok(rows) => sheets.push(Sheet { name, rows }),
            // A sheet of one chart has no cells.
            Err(Trouble::Unread(XlsxError::NotAWorksheet(_))) => {}
            Err(Trouble::Unread(error)) => return Err(refused(error)),
            Err(Trouble::Refused(error)) => return Err(error),
        }
    }
    Ok(Book {
        form: Form::Workbook { macros },
        sheets,
        hidden,
    })
}

/// Whether the workbook has macros. Its parts are unpacked once and counted, `most` bytes together: what they claim of their
/// sizes may be untrue.
pub(super) fn unpacked(bytes: &[u8], most: u64) -> Result<bool, SheetError> {
    let broken = |error: zip::result::ZipError| SheetError::Broken {
        reason: error.to_string(),
    };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let (mut macros, mut workbook, mut left) = (false, false, most);
    for at in 0..archive.len() {
        let name = match archive.name_for_index(at) {
            Some(name) => name.map_err(broken)?.into_owned(),
            None => continue,
        };
        macros |= name.ends_with("vbaProject.bin");
        workbook |= name.to_ascii_lowercase().ends_with("workbook.xml");
        // Pictures are not looked at by anybody.
        if !(name.ends_with(".xml") || name.ends_with(".rels")) {
            continue;
        }
        let part = archive.by_index(at).map_err(broken)?;
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink());
        let size = read.map_err(|error| SheetError::Broken {
            reason: error.to_string(),
        })?;
        left = left.checked_sub(size).ok_or(SheetError::Unpacked)?;
    }
    match workbook {
        true => Ok(macros),
        false => Err(SheetError::Other {
            what: "压缩包或别的文档 (ZIP)",
        }),
    }
}

fn refused(error: XlsxError) -> SheetError {
    match error {
        XlsxError::Password => SheetError::Password,
        other => SheetError::Broken {
            reason: other.to_string(),
        },
    }
}

enum Trouble {
    Unread(XlsxError),
    Refused(SheetError),
}

impl From<XlsxError> for Trouble {
    fn from(error: XlsxError) -> Trouble {
        Trouble::Unread(error)
    }
}

fn sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<Row>, Trouble> {
    let label = || format!("“{name}”：");
    let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    let mut cells = workbook.worksheet_cells_reader(name)?;
    while let Some(cell) = cells.next_cell()? {
        let Some(read) = shown(cell.get_value()) else { continue };
        let (row, column) = cell.get_position();
        let column = column as usize;
        if column >= MOST_COLUMNS {
            return Err(Trouble::Refused(SheetError::Columns { sheet: label() }));
        }
        if rows.len() == MOST_ROWS && !rows.contains_key(&row) {
            return Err(Trouble::Refused(SheetError::Rows { sheet: label() }));
        }
        put(rows.entry(row).or_default(), column, read);
    }
    drop(cells);
    let merged = workbook.merge_cells_by_sheet_name(name)?;
    for range in merged.iter().take(MOST_MERGED) {
        let (first, column) = range.start;
        let Some(above) = rows.get(&first).and_then(|row| row.get(column as usize)).cloned() else {
            continue;
        };
        if above.text.is_empty() || range.end.0 <= first {
            continue;
        }
        for (_, row) in rows.range_mut(first + 1..=range.end.0) {
            let kind = match above.kind {
                CellKind::Broken => CellKind::Broken,
                _ => CellKind::Merged,
            };
            put(
                row,
                column as usize,
                Cell {
                    text: above.text.clone(),
                    kind,
                },
            );
        }
    }
    let rows = rows.into_iter().map(|(row, cells)| Row {
        number: row as usize + 1,
        cells,
        open_quote: false,
    });
    Ok(rows.collect())
}

fn put(row: &mut Vec<Cell>, column: usize, cell: Cell) {
    if row.len() <= column {
        row.resize_with(column + 1, Cell::default);
    }
    row[column] = cell;
}

/// What a cell shows; `None` for nothing.
fn shown(value: &DataRef) -> Option<Cell> {
    let text = match value {
        DataRef::Empty => return None,
        DataRef::String(text) => tidy(text),
        DataRef::SharedString(text) => tidy(text),
        DataRef::Int(number) => number.to_string(),
        // Item numbers are whole, and read like that.
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(moment) => {
            let (year, month, day, hour, minute, ..) = moment.to_ymd_hms_milli();
            let whole_day = moment.as_f64().fract() == 0.0;
            match () {
                () if moment.as_f64() < 1.0 || !moment.is_datetime() => format!("{hour:02}:{minute:02}"),
                () if whole_day => format!("{year:04}-{month:02}-{day:02}"),
                () => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}"),
            }
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => tidy(text.trim_end_matches("T00:00:00")),
        DataRef::Error(error) => {
            return Some(Cell {
                text: error.to_string(),
                kind: CellKind::Broken,
            });
        }
    };
    (!text.is_empty()).then_some(Cell {
        text,
        kind: CellKind::Own,
    })
}
