//! Columns of tables: misspelt ones, holes and overlaps of numbers, places that no message gives.

use crate::model::SlotName;
use crate::packs::cell::{is_number, read_cell};
use crate::packs::finding::Finding;
use crate::packs::pack::Cell;
use crate::packs::written::{Files, SlotFile, TableFile};
use crate::packs::yaml::{At, nearest};

use super::tables::looked_up;

/// The values that the slot `province` has.
const PROVINCES: [&str; 34] = [
    "北京",
    "天津",
    "河北",
    "山西",
    "内蒙古",
    "辽宁",
    "吉林",
    "黑龙江",
    "上海",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "重庆",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
    "香港",
    "澳门",
    "台湾",
];

/// Checks the tables of all intents.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    for (file, intent) in files.written() {
        let Some(table) = &intent.table else { continue };
        misspelt(file, table, &intent.slots, findings);
        let columns = looked_up(table, &intent.slots);
        places(file, table, &columns, findings);
        numbers(file, table, &columns, findings);
    }
}

/// A slot that no column is of, and a column that is nearly its name: it would be something to say, not to look up.
fn misspelt(file: &str, table: &TableFile, slots: &[SlotFile], findings: &mut Vec<Finding>) {
    let is_column = |name: &str| table.columns.iter().any(|column| column.value == name);
    let unused: Vec<&str> = slots
        .iter()
        .map(|slot| slot.name.value.as_str())
        .filter(|name| !is_column(name))
        .collect();
    // Where nothing is looked up at all, I060 says so.
    if unused.len() == slots.len() {
        return;
    }
    for column in &table.columns {
        if SlotName::from_name(&column.value).is_some() {
            continue;
        }
        let Some(near) = nearest(&column.value.to_lowercase(), unused.iter().copied()) else {
            continue;
        };
        findings.push(
            Finding::error(
                "I132",
                file,
                format!("列“{}”不是槽位，不会拿来查；slots 里的 {near} 又没有列", column.value),
                format!(
                    "the column `{}` is no slot and is not looked up, while {near} has no column",
                    column.value
                ),
            )
            .at(column.line, column.column)
            .hint(format!("是不是想写 {near}？"), format!("did you mean {near}?")),
        );
    }
}

/// Words of a province's column that no message gives.
fn places(file: &str, table: &TableFile, columns: &[Option<SlotName>], findings: &mut Vec<Finding>) {
    for row in table.rows.iter().filter(|row| row.value.len() == columns.len()) {
        for (slot, cell) in columns.iter().zip(&row.value) {
            let Some(slot @ (SlotName::Province | SlotName::City)) = slot else {
                continue;
            };
            let Ok(Cell::Words(words)) = read_cell(&cell.value, *slot) else {
                continue;
            };
            let wrong = words
                .iter()
                .find_map(|word| wrong_place(word, *slot).map(|mend| (word, mend)));
            let Some((word, mend)) = wrong else { continue };
            findings.push(
                Finding::error(
                    "I134",
                    file,
                    format!("“{word}”不是槽位里地名的写法，顾客说什么都对不上这一行"),
                    format!(
                        "`{word}` is not how slots name a place: whatever shoppers write, this row is not found by it"
                    ),
                )
                .at(cell.line, cell.column)
                .hint(format!("写成 {mend}"), format!("write {mend}")),
            );
        }
    }
}

/// What to write instead of a word that is no place; `None` when it may be one.
fn wrong_place(word: &str, slot: SlotName) -> Option<String> {
    let apart = apart(word);
    if apart != word {
        return Some(apart);
    }
    if slot == SlotName::City || PROVINCES.contains(&word) {
        return None;
    }
    let short = [
        "维吾尔自治区",
        "壮族自治区",
        "回族自治区",
        "特别行政区",
        "自治区",
        "省",
        "市",
    ];
    let short = short
        .iter()
        .find_map(|suffix| word.strip_suffix(suffix))
        .unwrap_or(word);
    if PROVINCES.contains(&short) {
        return Some(short.to_owned());
    }
    let likeness = |known: &&&str| known.chars().filter(|sign| word.contains(*sign)).count();
    let near = PROVINCES
        .iter()
        .filter(|known| likeness(known) > 0)
        .max_by_key(likeness);
    Some(near.map_or_else(|| "省级地名，例如 广东|福建".to_owned(), |near| (*near).to_owned()))
}

/// Several places of one cell as they should be written: 江苏、浙江, 江苏和浙江. 呼和浩特 and 和田 are one each.
fn apart(word: &str) -> String {
    let parts = word.split(['、', '，', ',', '/', '；', ';', ' ']).flat_map(|part| {
        let names: Vec<&str> = part.split('和').collect();
        let are_names = names.iter().all(|name| name.chars().count() > 1);
        if are_names { names } else { vec![part] }
    });
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("|")
}

/// A row as it is written.
type RowFile<'t> = &'t At<Vec<At<String>>>;

/// Holes and overlaps between the ranges of a column, among rows that are the same otherwise.
fn numbers(file: &str, table: &TableFile, columns: &[Option<SlotName>], findings: &mut Vec<Finding>) {
    let rows: Vec<(RowFile, Vec<Option<Cell>>)> = table
        .rows
        .iter()
        .filter(|row| row.value.len() == columns.len())
        .map(|row| {
            let read = columns.iter().zip(&row.value);
            let read = read.map(|(slot, cell)| slot.and_then(|slot| read_cell(&cell.value, slot).ok()));
            (row, read.collect())
        })
        .collect();
    for (at, slot) in columns.iter().enumerate() {
        let Some(slot) = slot.filter(|slot| is_number(*slot)) else {
            continue;
        };
        let mut done = vec![false; rows.len()];
        for first in 0..rows.len() {
            if done[first] {
                continue;
            }
            let same_case = |other: &[Option<Cell>]| {
                (0..columns.len()).all(|column| column == at || other[column] == rows[first].1[column])
            };
            let mut ranges = Vec::new();
            let mut rest = false;
            for (index, (row, cells)) in rows.iter().enumerate() {
                if same_case(cells) {
                    done[index] = true;
                    if let Some(Cell::Range(low, high)) = cells[at] {
                        ranges.push((low, high, *row));
                    }
                }
                // What is left over is taken by a row with * in this column.
                rest |= cells[at] == Some(Cell::Any)
                    && (0..columns.len()).all(|column| {
                        column == at
                            || cells[column] == rows[first].1[column]
                            || matches!(cells[column], Some(Cell::Any) | None)
                    });
            }
            ranges.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
            if let Some(finding) = gap(file, slot, at, &ranges, rest) {
                findings.push(finding);
            }
        }
    }
}

/// One range: low, high, and the row.
type Ranged<'t> = (f64, f64, RowFile<'t>);

fn gap(file: &str, slot: SlotName, column: usize, ranges: &[Ranged], rest: bool) -> Option<Finding> {
    ranges.windows(2).find_map(|pair| {
        let ((from, to, _), (low, high, row)) = (pair[0], pair[1]);
        let single = |low: f64, high: f64| high - low < 1e-6;
        let finding = if low > to && !rest && !single(from, to) && !single(low, high) {
            Finding::warning(
                "I133",
                file,
                format!("{} 在 {to} 到 {low} 之间没有一行，这样的顾客查不到", slot.name()),
                format!(
                    "no row has a {} between {to} and {low}: such shoppers find nothing",
                    slot.name()
                ),
            )
            .hint(
                "让上一行的尾和下一行的头一样，如 60-65、65-70",
                "let one row end where the next begins: 60-65, 65-70",
            )
        } else if low < to && high > to && low > from {
            Finding::warning(
                "I133",
                file,
                format!("{} 在 {low} 到 {to} 之间有两行，只用写在前面的那行", slot.name()),
                format!(
                    "two rows have a {} between {low} and {to}, of which only the first is used",
                    slot.name()
                ),
            )
            .hint(
                "让上一行的尾和下一行的头一样，如 60-65、65-70",
                "let one row end where the next begins: 60-65, 65-70",
            )
        } else {
            return None;
        };
        let cell = row.value.get(column)?;
        Some(finding.at(cell.line, cell.column))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_one_of_the_values_that_messages_give() {
        for (word, mend) in [
            ("北京、天津", "北京|天津"),
            ("新僵", "新疆"),
            ("江苏省", "江苏"),
            ("广西壮族自治区", "广西"),
        ] {
            assert_eq!(wrong_place(word, SlotName::Province).as_deref(), Some(mend), "{word}");
        }
        for word in PROVINCES {
            assert_eq!(wrong_place(word, SlotName::Province), None, "{word}");
        }
        for city in ["晋江", "呼和浩特", "和田"] {
            assert_eq!(wrong_place(city, SlotName::City), None, "{city}");
        }
        assert_eq!(wrong_place("晋江和石狮", SlotName::City).as_deref(), Some("晋江|石狮"));
        assert_eq!(wrong_place("晋江、石狮", SlotName::City).as_deref(), Some("晋江|石狮"));
    }
}
