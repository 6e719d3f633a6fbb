//! Cells of a table: a range of numbers, words, or anything.

use crate::model::SlotName;

use super::pack::Cell;

/// Reads a cell of an input column. The error says what is wrong, Chinese and English.
pub fn read_cell(text: &str, slot: SlotName) -> Result<Cell, (String, String)> {
    let text = text.trim();
    if text == "*" {
        return Ok(Cell::Any);
    }
    if is_number(slot) {
        return read_range(text);
    }
    let words: Vec<String> = text.split(['|', '｜']).map(|word| word.trim().to_owned()).collect();
    if words.iter().any(String::is_empty) {
        return Err((
            format!("“{text}”里有一个空的词"),
            format!("`{text}` holds an empty word"),
        ));
    }
    Ok(Cell::Words(words))
}

/// Whether a slot holds a number, so that its cells are ranges.
pub fn is_number(slot: SlotName) -> bool {
    matches!(
        slot,
        SlotName::Height
            | SlotName::Weight
            | SlotName::FootLength
            | SlotName::Age
            | SlotName::Money
            | SlotName::Quantity
    )
}

fn read_range(text: &str) -> Result<Cell, (String, String)> {
    let wrong = || {
        (
            format!("“{text}”不是数字范围"),
            format!("`{text}` is not a range of numbers"),
        )
    };
    let number = |part: &str| part.trim().parse::<f64>().ok().filter(|value| value.is_finite());
    let plain = text.replace(['–', '—', '～', '~', '－'], "-");
    let (low, high) = match plain.split_once('-') {
        Some((low, high)) => (number(low).ok_or_else(wrong)?, number(high).ok_or_else(wrong)?),
        // One number is that number alone.
        None => {
            let value = number(&plain).ok_or_else(wrong)?;
            return Ok(Cell::Range(value, value.next_up()));
        }
    };
    if low >= high {
        return Err((
            format!("“{text}”是空的范围：低的数在前，且不含高的数"),
            format!("`{text}` is an empty range: the low number comes first, the high one is not included"),
        ));
    }
    Ok(Cell::Range(low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_ranges_words_or_anything() {
        assert_eq!(read_cell("150-158", SlotName::Height), Ok(Cell::Range(150.0, 158.0)));
        assert_eq!(read_cell(" 47.5 ~ 50 ", SlotName::Weight), Ok(Cell::Range(47.5, 50.0)));
        assert_eq!(read_cell("*", SlotName::Height), Ok(Cell::Any));
        assert_eq!(
            read_cell("江苏|浙江", SlotName::Province),
            Ok(Cell::Words(vec!["江苏".into(), "浙江".into()]))
        );
        assert_eq!(
            read_cell("3", SlotName::Quantity),
            Ok(Cell::Range(3.0, 3.0_f64.next_up()))
        );
        for wrong in ["158-150", "高", "150-", "-"] {
            assert!(read_cell(wrong, SlotName::Height).is_err(), "{wrong}");
        }
        assert!(read_cell("江苏||浙江", SlotName::Province).is_err());
    }
}
