//! Tables: known columns, rows as wide as the columns, readable cells, no row that is never reached.

use crate::model::SlotName;
use crate::packs::cell::read_cell;
use crate::packs::finding::Finding;
use crate::packs::pack::Cell;
use crate::packs::written::{Files, SlotFile, TableFile};
use crate::packs::yaml::nearest;

/// Checks the tables of all intents.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    for (file, intent) in files.written() {
        if let Some(table) = &intent.table {
            check_table(file, table, &intent.slots, findings);
        }
    }
}

fn check_table(file: &str, table: &TableFile, slots: &[SlotFile], findings: &mut Vec<Finding>) {
    let columns = looked_up(table, slots);
    if !columns.is_empty() && columns.iter().all(Option::is_none) {
        let undeclared = table
            .columns
            .iter()
            .find(|column| SlotName::from_name(&column.value).is_some());
        let near = table
            .columns
            .iter()
            .find_map(|column| nearest(&column.value, SlotName::ALL.iter().map(|slot| slot.name())));
        let finding = Finding::error(
            "I060",
            file,
            "表里没有一列是 slots: 里的槽位，没法查",
            "no column of the table is a slot of this file, so nothing can be looked up",
        )
        .at(table.place.line, table.place.column);
        findings.push(match (undeclared, near) {
            (Some(column), _) => finding.hint(
                format!("在 slots: 里加上 - name: {}", column.value),
                format!("add `- name: {}` to `slots:`", column.value),
            ),
            (None, Some(near)) => finding.hint(format!("是不是想写 {near}？"), format!("did you mean {near}?")),
            (None, None) => {
                let list = SlotName::ALL.map(SlotName::name).join(", ");
                finding.hint(format!("槽位有：{list}"), format!("slots are {list}"))
            }
        });
    }
    if !columns.is_empty() && columns.iter().all(Option::is_some) {
        findings.push(
            Finding::error(
                "I060",
                file,
                "表里全是槽位，没有查出来的结果列",
                "all columns of the table are slots: there is nothing to look up",
            )
            .at(table.place.line, table.place.column)
            .hint(
                "加一列结果，例如 size 之外的 days",
                "add a column for the result, for example `days`",
            ),
        );
    }
    for (index, column) in table.columns.iter().enumerate() {
        if table.columns[..index].iter().any(|other| other.value == column.value) {
            findings.push(
                Finding::error(
                    "I060",
                    file,
                    format!("列 {} 写了两遍", column.value),
                    format!("the column {} stands twice", column.value),
                )
                .at(column.line, column.column)
                .hint("删掉一列", "delete one"),
            );
        }
    }
    check_rows(file, table, &columns, findings);
}

/// The slot that each column looks up; none where it holds what is found.
pub fn looked_up(table: &TableFile, slots: &[SlotFile]) -> Vec<Option<SlotName>> {
    let slot = |name: &str| {
        let declared = slots.iter().any(|slot| slot.name.value == name);
        SlotName::from_name(name).filter(|_| declared)
    };
    table.columns.iter().map(|column| slot(&column.value)).collect()
}

fn check_rows(file: &str, table: &TableFile, columns: &[Option<SlotName>], findings: &mut Vec<Finding>) {
    // A misspelt column makes rows look alike: one cause, one finding.
    let misspelt = findings
        .iter()
        .any(|finding| finding.rule == "I132" && finding.file == file);
    let mut reached: Vec<(usize, Vec<Cell>)> = Vec::new();
    for row in &table.rows {
        if row.value.len() != columns.len() {
            findings.push(
                Finding::error(
                    "I061",
                    file,
                    format!("这一行有 {} 格，表有 {} 列", row.value.len(), columns.len()),
                    format!(
                        "this row has {} cells, the table {} columns",
                        row.value.len(),
                        columns.len()
                    ),
                )
                .at(row.line, row.column)
                .hint(
                    "每行的格数要和 columns 一样",
                    "every row needs as many cells as there are columns",
                ),
            );
            continue;
        }
        let mut cells = Vec::new();
        let mut sound = true;
        for (slot, cell) in columns.iter().zip(&row.value) {
            let Some(slot) = slot else { continue };
            match read_cell(&cell.value, *slot) {
                Ok(read) => cells.push(read),
                Err((zh, en)) => {
                    sound = false;
                    findings.push(Finding::error("I062", file, zh, en).at(cell.line, cell.column).hint(
                        "写成 150-158（含 150，不含 158）、江苏|浙江，或 *",
                        "write 150-158 (150 included, 158 not), 江苏|浙江, or *",
                    ));
                }
            }
        }
        if !sound || cells.is_empty() {
            continue;
        }
        let earlier = reached
            .iter()
            .find(|(_, above)| above.iter().zip(&cells).all(|(above, cell)| covers(above, cell)));
        if let Some((line, _)) = earlier.filter(|_| !misspelt) {
            findings.push(
                Finding::warning(
                    "I063",
                    file,
                    format!("永远轮不到这一行：第 {line} 行已经包含了它"),
                    format!("this row is never reached: line {line} already covers it"),
                )
                .at(row.line, row.column)
                .hint("把更具体的行放在前面", "put the more specific row first"),
            );
        }
        reached.push((row.line, cells));
    }
}

fn covers(above: &Cell, cell: &Cell) -> bool {
    match (above, cell) {
        (Cell::Any, _) => true,
        (Cell::Range(low, high), Cell::Range(from, to)) => low <= from && to <= high,
        (Cell::Words(words), Cell::Words(fewer)) => fewer.iter().all(|word| words.contains(word)),
        _ => false,
    }
}
