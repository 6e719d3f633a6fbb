//! Looks up a table from the slots that are known.

use crate::model::Slots;
use crate::packs::{Cell, Row, Table};

/// The first row that fits.
pub fn look_up<'t>(table: &'t Table, slots: &Slots) -> Option<&'t Row> {
    table.rows.iter().find(|row| {
        table
            .inputs
            .iter()
            .zip(&row.cells)
            .all(|(slot, cell)| fits(cell, slots.get(*slot)))
    })
}

/// A slot that is unknown fits `*` only.
fn fits(cell: &Cell, value: Option<&str>) -> bool {
    match (cell, value) {
        (Cell::Any, _) => true,
        (_, None) => false,
        (Cell::Range(low, high), Some(value)) => value
            .trim()
            .parse::<f64>()
            .is_ok_and(|value| *low <= value && value < *high),
        (Cell::Words(words), Some(value)) => words.iter().any(|word| word == value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SlotName;

    fn slots(known: &[(SlotName, &str)]) -> Slots {
        let mut slots = Slots::default();
        for (name, value) in known {
            slots.set(*name, *value);
        }
        slots
    }

    #[test]
    fn the_first_row_that_fits_is_taken() {
        let row = |cells: Vec<Cell>, value: &str| Row {
            cells,
            values: vec![value.to_owned()],
        };
        let table = Table {
            inputs: vec![SlotName::Height, SlotName::Weight],
            outputs: vec!["size".to_owned()],
            rows: vec![
                row(vec![Cell::Range(150.0, 158.0), Cell::Range(40.0, 47.0)], "S"),
                row(vec![Cell::Any, Cell::Range(40.0, 56.0)], "M"),
                row(vec![Cell::Range(190.0, 200.0), Cell::Any], "XL"),
            ],
        };
        let size = |known: &[(SlotName, &str)]| look_up(&table, &slots(known)).map(|row| row.values[0].as_str());
        use SlotName::{Height, Weight};
        assert_eq!(size(&[(Height, "150"), (Weight, "46.9")]), Some("S"));
        assert_eq!(size(&[(Height, "158"), (Weight, "46.9")]), Some("M"));
        assert_eq!(size(&[(Weight, "47")]), Some("M"));
        assert_eq!(size(&[(Height, "191")]), Some("XL"));
        assert_eq!(size(&[(Height, "150")]), None);
        assert_eq!(size(&[(Weight, "高")]), None);
    }
}
