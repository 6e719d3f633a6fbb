//! Phrases as a sheet: columns of groups, titles and texts, saved from Excel or WPS as CSV UTF-8, or copied with tabs.

use crate::packs::{decode_table, table_reader};

use super::{PhraseError, WrittenPhrase};

/// Rows of one sheet at most, without the heading.
const MOST_ROWS: usize = 2_000;

/// Headings in both languages and both scripts, in lower case.
const GROUP: [&str; 9] = [
    "group", "groups", "category", "folder", "分组", "分組", "分类", "分類", "类别",
];
const TITLE: [&str; 8] = ["title", "name", "shortcut", "标题", "標題", "名称", "名稱", "快捷词"];
const TEXT: [&str; 14] = [
    "text", "content", "phrase", "message", "reply", "内容", "內容", "话术", "話術", "短语", "短語", "回复", "回覆",
    "文本",
];

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Group,
    Title,
    Text,
    Nothing,
}

/// What a row of a sheet says, by its number in the sheet.
pub(super) type Read = (usize, Result<WrittenPhrase, PhraseError>);

/// The rows of a sheet that are not empty. Whatever the bytes are, what cannot be read is told.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Read>, PhraseError> {
    let text = decode_table("", bytes).map_err(|_| PhraseError::SheetUnreadable)?;
    let text = text
        .trim_start_matches('\u{feff}')
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    // Texts have commas of their own: a tab anywhere in the first row says that tabs divide.
    let mut reader = table_reader(&text, [b'\t', b',', b';']);
    let mut columns: Option<Vec<Column>> = None;
    let mut rows = Vec::new();
    let (mut number, mut beyond) = (0, 0);
    // What is UTF-8 and may have rows of any length cannot fail.
    for record in reader.records().flatten() {
        // Empty lines are rows of a spreadsheet too; a line break within a cell begins none.
        let start = record.position().and_then(|place| usize::try_from(place.byte()).ok());
        let before = start.and_then(|start| text.get(start..)).unwrap_or_default().bytes();
        number += 1 + before.take_while(|byte| *byte == b'\n').count();
        if record.iter().all(str::is_empty) {
            continue;
        }
        let known = match &columns {
            Some(known) => known,
            None => {
                let (known, heading) = columns_of(&record)?;
                let known = columns.insert(known);
                if heading {
                    continue;
                }
                known
            }
        };
        // What is too much is counted and not kept: a sheet of short lines has millions.
        match rows.len() < MOST_ROWS {
            true => rows.push((number, row(known, &record))),
            false => beyond += 1,
        }
    }
    match columns {
        None => Err(PhraseError::SheetColumns),
        Some(_) if beyond > 0 => Err(PhraseError::SheetLong {
            rows: Some(rows.len() + beyond),
        }),
        Some(_) => Ok(rows),
    }
}

/// What the columns hold, and whether the first row is a heading.
fn columns_of(first: &csv::StringRecord) -> Result<(Vec<Column>, bool), PhraseError> {
    let named: Vec<Column> = first.iter().map(column).collect();
    if named.contains(&Column::Text) {
        return Ok((named, true));
    }
    if named.iter().any(|column| *column != Column::Nothing) {
        return Err(PhraseError::SheetColumns);
    }
    let by_place = match first.len() {
        1 => vec![Column::Text],
        2 => vec![Column::Title, Column::Text],
        3 => vec![Column::Group, Column::Title, Column::Text],
        _ => return Err(PhraseError::SheetColumns),
    };
    Ok((by_place, false))
}

fn column(heading: &str) -> Column {
    let heading = heading.trim().to_lowercase();
    let is = |names: &[&str]| names.contains(&heading.as_str());
    match () {
        () if is(&GROUP) => Column::Group,
        () if is(&TITLE) => Column::Title,
        () if is(&TEXT) => Column::Text,
        () => Column::Nothing,
    }
}

fn row(columns: &[Column], record: &csv::StringRecord) -> Result<WrittenPhrase, PhraseError> {
    let mut written = WrittenPhrase::default();
    for (column, cell) in columns.iter().zip(record) {
        let part = match column {
            Column::Group => &mut written.group,
            Column::Title => &mut written.title,
            Column::Text => &mut written.text,
            Column::Nothing => continue,
        };
        if part.is_empty() {
            cell.clone_into(part);
        }
    }
    // A quote that nothing closes takes the cells behind it, or the rows, into its own.
    let no_text = written.text.is_empty();
    let swallowed = |cell: &str| cell.contains(['"', '\n']) || no_text && cell.contains([',', '\t', ';']);
    let open = record.len() < columns.len() && record.iter().any(swallowed);
    let more = record.iter().skip(columns.len()).any(|cell| !cell.is_empty());
    match open || more {
        true => Err(PhraseError::Shifted),
        false => Ok(written),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use proptest::prelude::*;

    fn texts(sheet: &str) -> Vec<(usize, String, String, String)> {
        let rows = read(sheet.as_bytes()).unwrap().into_iter();
        rows.map(|(number, written)| {
            let written = written.unwrap();
            (number, written.group, written.title, written.text)
        })
        .collect()
    }

    fn row(number: usize, group: &str, title: &str, text: &str) -> (usize, String, String, String) {
        (number, group.to_owned(), title.to_owned(), text.to_owned())
    }

    #[test]
    fn headings_of_both_languages_marks_quotes_and_empty_rows_are_read() {
        let sheet =
            "\u{feff}标题,编号,内容,分组\r\n发货,1,\"亲，今天发\r\n请放心\",物流\r\n\r\n,,,\r\n好评,2,谢谢亲,\r\n";
        let wanted = [
            row(2, "物流", "发货", "亲，今天发\n请放心"),
            row(5, "", "好评", "谢谢亲"),
        ];
        assert_eq!(texts(sheet), wanted);
        assert_eq!(texts("Group\tTitle\tText\nA\tB\tC, d\n"), [row(2, "A", "B", "C, d")]);
        assert_eq!(texts("group;text\n物流;今天发\n"), [row(2, "物流", "", "今天发")]);
    }

    #[test]
    fn without_a_heading_columns_are_taken_in_order() {
        assert_eq!(
            texts("今天发\n明天发\n"),
            [row(1, "", "", "今天发"), row(2, "", "", "明天发")]
        );
        assert_eq!(texts("发货,今天发\n"), [row(1, "", "发货", "今天发")]);
        assert_eq!(texts("物流\t发货\t今天发\n"), [row(1, "物流", "发货", "今天发")]);
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        for unreadable in [&b"\xc3\xfb\xb3\xc6,\xbc\xdb\xb8\xf1\n"[..], b"PK\x03\x04"] {
            assert!(matches!(read(unreadable), Err(PhraseError::SheetUnreadable)));
        }
        for columns in ["", "\n\n", "标题,分组\n发货,物流\n", "a,b,c,d\n"] {
            assert!(
                matches!(read(columns.as_bytes()), Err(PhraseError::SheetColumns)),
                "{columns}"
            );
        }
        let shifted = read("分组,标题,内容\n物流,发货,亲,今天发\n物流,\"发货,今天发\n".as_bytes()).unwrap();
        for (at, (number, row)) in shifted.iter().enumerate() {
            assert!(*number == at + 2 && matches!(row, Err(PhraseError::Shifted)), "{row:?}");
        }
        let many = "今天发\n".repeat(10_000);
        assert!(matches!(
            read(many.as_bytes()),
            Err(PhraseError::SheetLong { rows: Some(10_000) })
        ));
        assert_eq!(read("今天发\n".repeat(2_000).as_bytes()).unwrap().len(), 2_000);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_and_rows_are_numbered_upwards(bytes in prop::collection::vec(any::<u8>(), 0..200), text in ".{0,200}") {
            let _ = read(&bytes);
            let rows = read(format!("text,title\n{text}").as_bytes()).unwrap_or_default();
            prop_assert!(rows.windows(2).all(|two| two[0].0 < two[1].0));
        }
    }
}
