//! Questions and answers from a table: `.csv` in UTF-8, or the first sheet of an `.xlsx`.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use calamine::{Reader, Xlsx, open_workbook};

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number as a spreadsheet shows it, from 1.
    pub number: usize,
    /// The first cell.
    pub question: String,
    /// The second cell.
    pub answer: String,
}

/// Reads the rows of a file; a heading (`问题` or `question`) and empty lines are left out.
pub fn read(file: &Path) -> Result<Vec<Row>> {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let rows = match ending.as_deref() {
        Some("csv") => {
            let bytes =
                std::fs::read(file).with_context(|| format!("打不开 {0} · {0} cannot be read", file.display()))?;
            csv_rows(&bytes).with_context(|| file.display().to_string())?
        }
        Some("xlsx") => xlsx_rows(file).with_context(|| file.display().to_string())?,
        _ => bail!(
            "{0}：只读 .csv 和 .xlsx；别的表格请另存为其中一种。\n{0}: only .csv and .xlsx are read; save it as one of them.",
            file.display()
        ),
    };
    let empty = |row: &Row| row.question.is_empty() && row.answer.is_empty();
    let mut rows: Vec<Row> = rows.into_iter().filter(|row| !empty(row)).collect();
    let is_heading = |row: &Row| ["问题", "question", "questions", "q"].contains(&row.question.to_lowercase().as_str());
    if rows.first().is_some_and(is_heading) {
        rows.remove(0);
    }
    if rows.is_empty() {
        bail!("里面没有问题和答案（第一列问题，第二列答案）· no questions and answers (first column, second column)");
    }
    Ok(rows)
}

fn csv_rows(bytes: &[u8]) -> Result<Vec<Row>> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        anyhow!(
            "不是 UTF-8（第 {0} 个字节起），请另存为“CSV UTF-8” · not UTF-8 from byte {0} on; save it as CSV UTF-8",
            error.valid_up_to()
        )
    })?;
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let (mut rows, mut number) = (Vec::new(), 0);
    for record in reader.records() {
        let record = record?;
        let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
        // Empty lines are rows of a spreadsheet too, and a line break within a cell begins none.
        let start = record.position().and_then(|place| usize::try_from(place.byte()).ok());
        let before = start.and_then(|start| text.get(start..)).unwrap_or_default();
        number += before.bytes().take_while(|byte| *byte == b'\n').count() + 1;
        rows.push(Row {
            number,
            question: cell(0),
            answer: cell(1),
        });
    }
    Ok(rows)
}

fn xlsx_rows(file: &Path) -> Result<Vec<Row>> {
    let mut book: Xlsx<_> = open_workbook(file)?;
    let sheet = book
        .worksheet_range_at(0)
        .ok_or_else(|| anyhow!("里面没有工作表 · it has no sheet"))??;
    let (first, column) = sheet.start().unwrap_or_default();
    let rows = sheet.rows().enumerate().map(|(index, cells)| {
        // The range begins at the first cell with something in it.
        let cell = |at: u32| {
            let cell = at.checked_sub(column).and_then(|at| cells.get(at as usize));
            cell.map(|cell| cell.to_string().trim().to_owned()).unwrap_or_default()
        };
        Row {
            number: first as usize + index + 1,
            question: cell(0),
            answer: cell(1),
        }
    });
    Ok(rows.collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn lines_of_csv_keep_their_numbers() {
        let text = "\u{feff}问题,答案\n\n\"几点, 发货\",\"第一行\n第二行\"\n 有货吗 \n,只有答案\n";
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.CSV");
        std::fs::write(&file, text).unwrap();
        let row = |number, question: &str, answer: &str| Row {
            number,
            question: question.to_owned(),
            answer: answer.to_owned(),
        };
        let expected = [
            row(3, "几点, 发货", "第一行\n第二行"),
            row(4, "有货吗", ""),
            row(5, "", "只有答案"),
        ];
        assert_eq!(read(&file).unwrap(), expected);
    }

    #[test]
    fn what_is_no_table_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |name: &str, bytes: &[u8]| {
            let file = folder.path().join(name);
            std::fs::write(&file, bytes).unwrap();
            format!("{:#}", read(&file).unwrap_err())
        };
        assert!(refused("a.csv", b"\xce\xca\xcc\xe2,1").contains("UTF-8"));
        assert!(refused("a.csv", b"\n").contains("没有问题"));
        assert!(refused("a.xls", b"").contains(".xlsx"));
        assert!(!refused("a.xlsx", b"no zip").is_empty());
    }
}
