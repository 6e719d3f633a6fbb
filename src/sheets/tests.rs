//! Files as shops save them, and files that are none.
#![allow(clippy::unwrap_used)]

use encoding_rs::{BIG5, GBK};
use proptest::prelude::*;

use super::*;

const TEXT: &str = "问题,答案\n包邮吗,\"满 99 包邮，\n港澳除外\"\n\n几天到货,两天\n";
const TRADITIONAL: &str = "問題,答案\n請問運費多少,滿 99 免運費\n幾天會到貨呢,兩天左右，請您放心\n";

fn texts(book: &Book) -> Vec<(usize, Vec<String>)> {
    let rows = book.sheets.iter().flat_map(|sheet| &sheet.rows);
    rows.map(|row| (row.number, row.cells.iter().map(|cell| cell.text.clone()).collect()))
        .collect()
}

fn form(book: &Book) -> (&'static str, char) {
    match book.form {
        Form::Text { encoding, delimiter } => (encoding, delimiter),
        Form::Workbook { .. } => ("xlsx", ' '),
    }
}

#[test]
fn every_encoding_that_spreadsheets_save_is_found() {
    let units = |mark: bool| {
        let mark = mark.then_some('\u{feff}').map(|mark| mark as u16);
        mark.into_iter().chain(TEXT.encode_utf16()).collect::<Vec<u16>>()
    };
    let little = |mark| units(mark).into_iter().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let big = |mark| units(mark).into_iter().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    for (bytes, encoding) in [
        (TEXT.as_bytes().to_vec(), "UTF-8"),
        (format!("\u{feff}{TEXT}").into_bytes(), "UTF-8"),
        (little(true), "UTF-16"),
        (big(true), "UTF-16"),
        (little(false), "UTF-16"),
        (big(false), "UTF-16"),
        (GBK.encode(TEXT).0.into_owned(), "GBK"),
    ] {
        let book = read(&bytes).unwrap();
        assert_eq!(form(&book), (encoding, ','));
        let rows = texts(&book);
        assert_eq!(
            rows[1],
            (2, vec!["包邮吗".to_owned(), "满 99 包邮，\n港澳除外".to_owned()])
        );
        assert_eq!(rows[2].0, 4, "a break in a cell begins no row, an empty line does");
    }
    let book = read(&BIG5.encode(TRADITIONAL).0).unwrap();
    assert_eq!(form(&book), ("Big5", ','));
    assert_eq!(texts(&book)[1].1, ["請問運費多少", "滿 99 免運費"]);
}

#[test]
fn what_divides_cells_is_found_and_open_quotes_are_seen() {
    for (text, delimiter) in [
        ("问题;答案\n包邮吗;满 99，包邮\n几天;2,5 天\n", ';'),
        ("问题\t答案\n包邮吗\t满 99, 包邮\n", '\t'),
        ("sep=;\n问题;答案\n包邮吗;是\n", ';'),
        ("问题\n包邮吗\n", ','),
    ] {
        assert_eq!(form(&read(text.as_bytes()).unwrap()).1, delimiter, "{text}");
    }
    let book = read("问题,答案\n包邮吗,\"是\n几天,两天\n能退吗,能\n".as_bytes()).unwrap();
    assert!(book.sheets[0].rows.iter().any(|row| row.open_quote), "{book:?}");
}

#[test]
fn files_that_are_none_are_refused_with_what_to_do() {
    let encrypted: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let compound = |rest: &[u8]| [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], rest].concat();
    for (bytes, said) in [
        (Vec::new(), "空的"),
        (compound(&encrypted), "密码"),
        (compound(b"Workbook"), "另存为"),
        (b"%PDF-1.7".to_vec(), "PDF"),
        (b"<html><table><tr><td>x".to_vec(), "网页"),
        (b"PK\x03\x04 no archive".to_vec(), "坏了"),
        (b"a\0b\0\0c".to_vec(), "编码"),
        (vec![0xFF; 40], "编码"),
        ("一,二\n".repeat(MOST_ROWS + 1).into_bytes(), "拆成几个文件"),
        (format!("{}\n", "a,".repeat(5_000)).into_bytes(), "200 列"),
    ] {
        let error = read(&bytes).unwrap_err().to_string();
        assert!(error.contains(said) && error.contains('\n'), "{error}");
    }
}

/// A workbook with parts that the writer has none of.
fn with_parts(sheet: &str, parts: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write as _;
    let mut plain = zip::ZipArchive::new(std::io::Cursor::new(workbook(&[WrittenSheet {
        name: "话术",
        widths: &[],
        rows: &[],
    }])))
    .unwrap();
    let mut made = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for at in 0..plain.len() {
        let name = plain.name_for_index(at).unwrap().unwrap().into_owned();
        made.start_file(&name, options).unwrap();
        if name.ends_with("sheet1.xml") {
            made.write_all(sheet.as_bytes()).unwrap();
        } else {
            std::io::copy(&mut plain.by_index(at).unwrap(), &mut made).unwrap();
        }
    }
    for (name, bytes) in parts {
        made.start_file(*name, options).unwrap();
        made.write_all(bytes).unwrap();
    }
    made.finish().unwrap().into_inner()
}

fn sheet_xml(rows: &str, behind: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData>{behind}</worksheet>"
    )
}

#[test]
fn merged_cells_dates_values_of_formulas_and_errors_are_read() {
    let rows = "<row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>物流</t></is></c><c r=\"B3\"><v>399</v></c><c r=\"C3\"><f>1/0</f><v>#DIV/0!</v></c></row>\
        <row r=\"4\"><c r=\"B4\" t=\"str\"><f>B3&amp;\"元\"</f><v>399元</v></c></row>\
        <row r=\"5\"><c r=\"B5\"><v>0.1</v></c><c r=\"C5\" t=\"e\"><v>#REF!</v></c></row>\
        <row r=\"6\"><c r=\"B6\" t=\"b\"><v>1</v></c></row>"
        .replace("<c r=\"C3\">", "<c r=\"C3\" t=\"e\">");
    let bytes = with_parts(
        &sheet_xml(&rows, "<mergeCells count=\"1\"><mergeCell ref=\"A3:A5\"/></mergeCells>"),
        &[("xl/vbaProject.bin", b"x"), ("xl/media/image1.png", b"x")],
    );
    let book = read(&bytes).unwrap();
    assert_eq!(book.form, Form::Workbook { macros: true });
    let rows = &book.sheets[0].rows;
    let numbers: Vec<usize> = rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, [3, 4, 5, 6]);
    assert_eq!((rows[0].text(0), rows[0].cell(0).kind), ("物流", CellKind::Own));
    assert_eq!((rows[2].text(0), rows[2].cell(0).kind), ("物流", CellKind::Merged));
    assert_eq!(rows[3].text(0), "", "below the merged cells it is blank");
    assert_eq!(
        (rows[0].text(1), rows[1].text(1), rows[2].text(1), rows[3].text(1)),
        ("399", "399元", "0.1", "TRUE")
    );
    assert_eq!((rows[0].text(2), rows[0].cell(2).kind), ("#DIV/0!", CellKind::Broken));
    assert_eq!(rows[2].cell(2).kind, CellKind::Broken);
}

#[test]
fn workbooks_that_are_too_large_are_refused() {
    let cell = |place: &str| format!("<c r=\"{place}\"><v>1</v></c>");
    let wide = sheet_xml(&format!("<row r=\"1\">{}{}</row>", cell("A1"), cell("XFD1")), "");
    assert!(matches!(read(&with_parts(&wide, &[])), Err(SheetError::Columns { .. })));
    let rows: String = (1..=MOST_ROWS + 1)
        .map(|row| format!("<row r=\"{row}\">{}</row>", cell(&format!("A{row}"))))
        .collect();
    let error = read(&with_parts(&sheet_xml(&rows, ""), &[])).unwrap_err();
    assert!(error.to_string().contains("“话术”"), "{error}");
    // A row far below is one row.
    let far = sheet_xml(&format!("<row r=\"1048576\">{}</row>", cell("A1048576")), "");
    assert_eq!(read(&with_parts(&far, &[])).unwrap().sheets[0].rows.len(), 1);
    let blanks = vec![b' '; 1024 * 1024];
    let bomb = with_parts(&sheet_xml("", ""), &[("xl/sharedStrings.xml", &blanks)]);
    assert!(bomb.len() < 100_000, "what is packed is small");
    assert_eq!(xlsx::unpacked(&bomb, 1024 * 1024), Err(SheetError::Unpacked));
    assert_eq!(xlsx::unpacked(&bomb, 2 * 1024 * 1024), Ok(false));
}

#[test]
fn columns_have_letters() {
    assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(cells in prop::collection::vec(prop::collection::vec("[\\PC\n_xé0-9=+@\"😀]{0,12}", 1..4), 1..6)) {
        let bytes = workbook(&[WrittenSheet { name: "a", widths: &[], rows: &cells }]);
        let book = read(&bytes).unwrap();
        for row in &book.sheets[0].rows {
            for (at, cell) in row.cells.iter().enumerate() {
                prop_assert_eq!(&cell.text, cells[row.number - 1][at].trim());
            }
        }
        let filled = cells.iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty())).count();
        prop_assert_eq!(book.sheets[0].rows.len(), filled);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "[\\PC,;\t\n\"]{0,200}") {
        let _ = read(&bytes);
        let _ = read(&[b"PK\x03\x04".as_slice(), &bytes].concat());
        prop_assert!(read(text.as_bytes()).is_ok() || text.is_empty() || text.trim_start().starts_with('<') || text.contains('\0'));
    }
}
