//! Writes a workbook (XLSX): sheets of texts in rows, the first row a heading that stays in sight. Not compressed, so that
//! nothing but this is needed.

use std::fmt::Write as _;

use super::letters;

/// Characters that a cell of a spreadsheet holds at most.
const LONGEST: usize = 32_000;

/// One sheet as it is to be written.
#[derive(Clone, Copy, Debug)]
pub struct WrittenSheet<'a> {
    /// Its name; signs that spreadsheets do not take are left out.
    pub name: &'a str,
    /// The widths of its columns, in characters.
    pub widths: &'a [u32],
    /// Its rows, the heading first. Every cell is a text, never a formula; of one with more than 32,000 characters the rest is
    /// left out.
    pub rows: &'a [Vec<String>],
}

/// The bytes of a workbook with these sheets.
pub fn workbook(sheets: &[WrittenSheet]) -> Vec<u8> {
    let each = |line: &dyn Fn(usize, &WrittenSheet) -> String| -> String {
        let numbered = sheets.iter().enumerate();
        numbered.map(|(at, sheet)| line(at + 1, sheet)).collect()
    };
    let mut archive = Archive::default();
    archive.add(
        "[Content_Types].xml",
        &format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>{}<Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/></Types>",
            each(&|number, _| format!(
                "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
            ))
        ),
    );
    archive.add(
        "_rels/.rels",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
    );
    archive.add(
        "xl/workbook.xml",
        &format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>{}</sheets></workbook>",
            each(&|number, sheet| {
                let name = sheet.name.chars().filter(|sign| !"[]:*?/\\".contains(*sign));
                let name = escaped(&name.take(31).collect::<String>());
                format!("<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>")
            })
        ),
    );
    archive.add(
        "xl/_rels/workbook.xml.rels",
        &format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{}<Relationship Id=\"rId{}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/></Relationships>",
            each(&|number, _| format!(
                "<Relationship Id=\"rId{number}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
            )),
            sheets.len() + 1
        ),
    );
    archive.add(
        "xl/styles.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs count=\"2\"><xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyAlignment=\"1\"><alignment vertical=\"top\" wrapText=\"1\"/></xf><xf numFmtId=\"49\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\"/></cellXfs></styleSheet>",
    );
    for (at, written) in sheets.iter().enumerate() {
        archive.add(
            &format!("xl/worksheets/sheet{}.xml", at + 1),
            &sheet(written.widths, written.rows),
        );
    }
    archive.finish()
}

fn sheet(widths: &[u32], rows: &[Vec<String>]) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols>",
    );
    for (at, width) in widths.iter().enumerate() {
        let _ = write!(
            xml,
            "<col min=\"{0}\" max=\"{0}\" width=\"{width}\" customWidth=\"1\"/>",
            at + 1
        );
    }
    xml.push_str("</cols><sheetData>");
    for (at, row) in rows.iter().enumerate() {
        let _ = write!(xml, "<row r=\"{}\">", at + 1);
        for (column, text) in row.iter().enumerate() {
            let style = u8::from(at == 0);
            let _ = write!(
                xml,
                "<c r=\"{}{}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                letters(column),
                at + 1,
                escaped(text)
            );
        }
        xml.push_str("</row>");
    }
    xml.push_str("</sheetData></worksheet>");
    xml
}

/// Text as workbooks have it; what XML cannot hold is written by its number, `_x0007_`, and what looks so with its first sign.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (at, sign) in text.char_indices().take(LONGEST) {
        match sign {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\n' | '\t' => shown.push(sign),
            '_' if is_number(&text[at..]) => shown.push_str("_x005F_"),
            sign if sign.is_control() || matches!(sign, '\u{fffe}' | '\u{ffff}') => {
                let _ = write!(shown, "_x{:04X}_", u32::from(sign));
            }
            sign => shown.push(sign),
        }
    }
    shown
}

/// Whether a text begins like a sign that is written by its number.
fn is_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes, [b'_', b'x' | b'X', digits @ .., ] if digits.len() >= 5
        && digits[..4].iter().all(u8::is_ascii_hexdigit) && digits[4] == b'_')
}

/// A ZIP archive of files that are stored as they are.
#[derive(Default)]
struct Archive {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
}

impl Archive {
    fn add(&mut self, name: &str, content: &str) {
        let at = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        let size = u32::try_from(content.len()).unwrap_or(u32::MAX);
        let length = u16::try_from(name.len()).unwrap_or(u16::MAX);
        // Version 2.0, names in UTF-8, stored, midnight of 1 January 1980.
        let mut common = vec![20, 0, 0, 8, 0, 0, 0, 0, 33, 0];
        common.extend(crc32(content.as_bytes()).to_le_bytes());
        common.extend(size.to_le_bytes());
        common.extend(size.to_le_bytes());
        common.extend(length.to_le_bytes());
        common.extend([0, 0]);
        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(&common);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(content.as_bytes());
        self.directory.extend(b"PK\x01\x02\x14\x00");
        self.directory.extend(&common);
        self.directory.extend([0; 10]);
        self.directory.extend(at.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.count += 1;
    }

    fn finish(mut self) -> Vec<u8> {
        let at = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        let size = u32::try_from(self.directory.len()).unwrap_or(u32::MAX);
        self.bytes.append(&mut self.directory);
        self.bytes.extend(b"PK\x05\x06\x00\x00\x00\x00");
        self.bytes.extend(self.count.to_le_bytes());
        self.bytes.extend(self.count.to_le_bytes());
        self.bytes.extend(size.to_le_bytes());
        self.bytes.extend(at.to_le_bytes());
        self.bytes.extend([0, 0]);
        self.bytes
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| match crc & 1 {
            1 => (crc >> 1) ^ 0xedb8_8320,
            _ => crc >> 1,
        })
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::Cursor;

    use calamine::{Reader, Xlsx};

    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let rows = [
            vec!["问题".to_owned(), "答案 & <b>\"好\"</b>".to_owned()],
            vec!["=1+1".to_owned(), "一\n二\u{7}_x0041_".to_owned()],
        ];
        let sheet = |name| WrittenSheet {
            name,
            widths: &[10, 40],
            rows: &rows,
        };
        let bytes = workbook(&[sheet("店 [1]: 话术"), sheet("二")]);
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        assert_eq!(book.sheet_names(), ["店 1 话术", "二"]);
        let range = book.worksheet_range("店 1 话术").unwrap();
        let cell = |row, column| range.get_value((row, column)).unwrap().to_string();
        assert_eq!(cell(0, 1), "答案 & <b>\"好\"</b>");
        assert_eq!(cell(1, 0), "=1+1", "a text is no formula");
        assert_eq!(cell(1, 1), "一\n二\u{7}_x0041_");
    }

    #[test]
    fn columns_have_letters_and_sums_are_right() {
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}
