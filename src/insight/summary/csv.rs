//! The report as one text of cells: each table behind its title, with an empty line before the next.

use crate::sheets::csv_cell;

use super::Summary;

/// CSV with a mark, so that spreadsheets read it as UTF-8. What begins like a formula is a text.
pub fn csv(summary: &Summary, chinese: bool) -> String {
    let mut text = format!(
        "\u{feff}{},{}\r\n",
        csv_cell(&summary.names(chinese)),
        csv_cell(&summary.days())
    );
    for table in summary.tables(chinese) {
        text.push_str("\r\n");
        text.push_str(&csv_cell(&table.title));
        text.push_str("\r\n");
        for row in table.as_sheet(chinese) {
            let cells: Vec<String> = row.iter().map(|cell| csv_cell(cell)).collect();
            text.push_str(&cells.join(","));
            text.push_str("\r\n");
        }
    }
    text
}
