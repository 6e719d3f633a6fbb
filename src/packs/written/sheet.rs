//! Goods as a sheet: `goods.csv`, saved from Excel or WPS as CSV UTF-8.

use super::columns::{Column, column};
use super::goods::GoodsFile;
use super::text::TextFile;
use crate::packs::finding::Finding;
use crate::packs::other_forms::table_reader;
use crate::packs::yaml::At;

/// The goods of a sheet. Whatever the bytes are, what cannot be read is a finding at its row.
pub(super) fn read_sheet(file: &str, bytes: &[u8], findings: &mut Vec<Finding>) -> Vec<GoodsFile> {
    let workbook = bytes.starts_with(b"PK");
    let text = std::str::from_utf8(bytes).ok().filter(|_| !workbook);
    let Some(text) = text else {
        findings.push(
            Finding::error(
                "I115",
                file,
                if workbook {
                    "这是 xlsx 表格，只是改了名字，读不了"
                } else {
                    "表格不是 UTF-8 编码（多半存成了 GBK），读不了"
                },
                if workbook {
                    "this is an xlsx workbook under another name and cannot be read"
                } else {
                    "the sheet is not UTF-8 (most likely GBK) and cannot be read"
                },
            )
            .hint(
                "在 Excel 或 WPS 里“另存为”，类型选“CSV UTF-8（逗号分隔）”",
                "in Excel or WPS choose Save as, type \"CSV UTF-8 (comma delimited)\"",
            ),
        );
        return Vec::new();
    };
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    // Excel divides by semicolons where the comma is the decimal point, and what is copied from it by tabs.
    let mut reader = table_reader(&text, [b',', b'\t', b';']);
    let lines: Vec<&str> = text.lines().collect();
    let mut columns: Option<Vec<Column>> = None;
    let mut goods = Vec::new();
    let (mut line, mut counted) = (1, 0);
    // What is UTF-8 and may have rows of any length cannot fail.
    for record in reader.records().flatten() {
        // Empty lines are rows of a spreadsheet too, and a line break within a cell begins none.
        let start = record.position().and_then(|place| usize::try_from(place.byte()).ok());
        let start = start.unwrap_or(counted).max(counted);
        let before = text.get(counted..start).unwrap_or_default();
        let blank = text.get(start..).unwrap_or_default().bytes();
        let blank = blank.take_while(|byte| *byte == b'\n').count();
        line += before.bytes().filter(|byte| *byte == b'\n').count() + blank;
        counted = start + blank;
        if record.iter().all(str::is_empty) {
            continue;
        }
        let Some(known) = &columns else {
            let read: Vec<Column> = record.iter().map(column).collect();
            if !read.contains(&Column::Name) {
                findings.push(no_name_column(file, line));
                return Vec::new();
            }
            let twice = (1..read.len()).find(|at| read[*at] != Column::Nothing && read[..*at].contains(&read[*at]));
            if let Some(at) = twice {
                findings.push(two_columns(file, line, record.get(at).unwrap_or_default()));
            }
            columns = Some(read);
            continue;
        };
        if record.len() > known.len() {
            findings.push(too_many_cells(file, line));
            continue;
        }
        // A quote that nothing closes takes the cells behind it, or the rows, into its own.
        let swallowed = |cell: &str| cell.contains(['"', '\n']);
        if record.len() < known.len() && record.iter().any(swallowed) {
            findings.push(open_quote(file, line));
            continue;
        }
        let written = lines.get(line - 1).copied().unwrap_or_default();
        let article = read_row(known, &record, line, written);
        if article.name.value.is_empty() {
            findings.push(
                Finding::error("I115", file, "这一行没有商品名称", "this row has no name")
                    .at(line, 0)
                    .hint("补上名称，或删掉这一行", "fill in the name or delete the row"),
            );
        } else {
            goods.push(article);
        }
    }
    if columns.is_none() {
        findings.push(no_name_column(file, 1));
    }
    goods
}

fn no_name_column(file: &str, line: usize) -> Finding {
    Finding::error(
        "I115",
        file,
        "第一行没有“名称”这一列",
        "the first row has no column `name`",
    )
    .at(line, 0)
    .hint(
        "第一行写列名：编号、名称、别名、链接、价格、尺码、颜色、库存……其余的列名就是属性",
        "the first row has the headings: id, name, aliases, links, price, sizes, colors, stock …; any other is an attribute",
    )
}

fn two_columns(file: &str, line: usize, heading: &str) -> Finding {
    Finding::error(
        "I115",
        file,
        format!("“{heading}”这一列和前面的一列是同一项"),
        format!("the column `{heading}` holds the same as one before it"),
    )
    .at(line, 0)
    .hint("合成一列，或改掉其中一个列名", "keep one of them, or rename one")
}

fn too_many_cells(file: &str, line: usize) -> Finding {
    Finding::error(
        "I115",
        file,
        "这一行的格子比第一行多，后面的内容会错位，没有读",
        "this row has more cells than the first; its values would be shifted, so it is not read",
    )
    .at(line, 0)
    .hint(
        "内容里有逗号的格子要用英文双引号包起来；从 Excel 或 WPS 另存就会自动加",
        "a cell with a comma in it needs double quotes, as Excel and WPS write them",
    )
}

fn open_quote(file: &str, line: usize) -> Finding {
    Finding::error(
        "I115",
        file,
        "这一行的引号没有成对，后面的格子连在了一起，没有读",
        "a quote in this row is not closed and takes the cells behind it; the row is not read",
    )
    .at(line, 0)
    .hint(
        "格子两头各一个英文双引号，内容里的双引号写两个",
        "one double quote at either end of a cell, two for each that is in its text",
    )
}

/// Where a value stands in its line, in characters from 1; 0 when it does not stand there as it is.
fn place(written: &str, value: &str) -> usize {
    let before = written.find(value).and_then(|at| written.get(..at));
    before.map_or(0, |before| before.chars().count() + 1)
}

/// `written` is the line as it stands in the file.
fn read_row(columns: &[Column], record: &csv::StringRecord, line: usize, written: &str) -> GoodsFile {
    let mut goods = GoodsFile {
        name: At {
            line,
            column: 1,
            ..At::default()
        },
        ..GoodsFile::default()
    };
    let mut english: Vec<(&Column, At<String>)> = Vec::new();
    let mut colors_en = Vec::new();
    for (column, cell) in columns.iter().zip(record) {
        if cell.is_empty() {
            continue;
        }
        let at = |value: &str| At {
            value: value.to_owned(),
            line,
            column: place(written, value),
            ..At::default()
        };
        let whole = at(cell);
        let several = || {
            let parts = cell.split(['、', ';', '；', '\n']).map(str::trim);
            parts.filter(|part| !part.is_empty()).map(&at).collect::<Vec<_>>()
        };
        let one_language = |zh: At<String>| TextFile { zh, en: None };
        match column {
            Column::Id => goods.id = Some(whole),
            Column::Name => goods.name = whole,
            Column::NameEn => goods.name_en = Some(whole),
            Column::Aliases => goods.aliases.extend(several()),
            Column::Links => goods.links = several(),
            Column::Price => goods.price = Some(whole),
            Column::Sizes => goods.sizes = several(),
            Column::Colors => goods.colors = several().into_iter().map(one_language).collect(),
            Column::Said(name, false) => goods.said.push((name, one_language(whole))),
            Column::Attribute(name, false) => goods.attributes.push((at(name), one_language(whole))),
            Column::ColorsEn => colors_en = several(),
            Column::Said(_, true) | Column::Attribute(_, true) => english.push((column, whole)),
            Column::Nothing => {}
        }
    }
    // One for each, or none: which belongs to which could not be told.
    if colors_en.len() == goods.colors.len() {
        for (color, en) in goods.colors.iter_mut().zip(colors_en) {
            color.en = Some(en);
        }
    }
    for (column, text) in english {
        let of = match column {
            Column::Said(name, _) => {
                let mut said = goods.said.iter_mut();
                said.find(|(known, _)| known == name).map(|(_, said)| said)
            }
            Column::Attribute(name, _) => {
                let mut attributes = goods.attributes.iter_mut();
                attributes
                    .find(|(known, _)| known.value == *name)
                    .map(|(_, value)| value)
            }
            _ => None,
        };
        if let Some(of) = of {
            of.en = Some(text);
        }
    }
    goods
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> (Vec<GoodsFile>, Vec<Finding>) {
        let mut findings = Vec::new();
        let goods = read_sheet("goods.csv", bytes, &mut findings);
        (goods, findings)
    }

    #[test]
    fn a_sheet_of_excel_is_read_with_its_marks_quotes_and_empty_cells() {
        let sheet = "\u{feff}编号,名称,别名,价格,防水,防水英文,材质\r\n\
                     1001,疾风 3,疾风3、跑鞋;jf3,399,\"生活防水，不可浸泡\",splash-proof,\r\n\
                     ,,,,,,\r\n\
                     1002,\"云垫 \"\"2\"\"\",,\"1,299\",,,网布\r\n";
        let (goods, findings) = read(sheet.as_bytes());
        assert!(findings.is_empty(), "{findings:?}");
        let aliases: Vec<_> = goods[0].aliases.iter().map(|alias| alias.value.as_str()).collect();
        assert_eq!(aliases, ["疾风3", "跑鞋", "jf3"]);
        let (name, value) = &goods[0].attributes[0];
        assert_eq!(
            (name.value.as_str(), value.zh.value.as_str()),
            ("防水", "生活防水，不可浸泡")
        );
        assert_eq!(value.en.as_ref().map(|en| en.value.as_str()), Some("splash-proof"));
        assert_eq!((goods[1].name.value.as_str(), goods[1].name.line), ("云垫 \"2\"", 4));
        assert!(goods[1].attributes.is_empty() && goods[1].said[0].0 == "material");
    }

    #[test]
    fn english_headings_and_tabs_are_read_too() {
        let (goods, findings) = read(b"ID\tName\tPrice\tin_box\tin_box_en\n7001\tMug\t19\tone\ttwo\n");
        assert!(findings.is_empty(), "{findings:?}");
        assert_eq!(goods[0].said[0].1.en.as_ref().map(|en| en.value.as_str()), Some("two"));
    }

    #[test]
    fn what_cannot_be_read_is_said_at_its_row() {
        let (_, gbk) = read(b"\xc3\xfb\xb3\xc6,\xbc\xdb\xb8\xf1\n");
        assert!(gbk[0].hint.zh.contains("CSV UTF-8"));
        let (goods, nameless) = read("名称,价格\n,39\n袜子,9\n".as_bytes());
        assert_eq!((goods.len(), nameless[0].rule, nameless[0].line), (1, "I115", 2));
        assert_eq!(read("货品,价格\n袜子,9\n".as_bytes()).1[0].rule, "I115");
        let (goods, shifted) = read("名称,价格,颜色\n跑鞋,1,299,白\n袜子,9,白\n".as_bytes());
        assert_eq!((goods.len(), shifted[0].rule, shifted[0].line), (1, "I115", 2));
        let (_, twice) = read("名称,价格,售价\n袜子,9,8\n".as_bytes());
        assert_eq!((twice[0].rule, twice[0].line), ("I115", 1));
        // The price is shifted although the last cells are empty.
        let (_, empty) = read("名称,价格,颜色,材质\n跑鞋,1,299,,\n".as_bytes());
        assert_eq!((empty[0].rule, empty[0].line), ("I115", 2));
        let (goods, open) = read("名称,材质,价格\n跑鞋,\"网布,39\n袜子,棉,9\n".as_bytes());
        assert_eq!((goods.len(), open[0].rule, open[0].line), (0, "I115", 2));
        assert!(read(b"PK\x03\x04").1[0].message.zh.contains("xlsx"));
        assert_eq!(read(b"").1[0].rule, "I115");
        let (goods, _) = read("名称,价格\n跑鞋,三百\n".as_bytes());
        assert_eq!(goods[0].price.as_ref().map(|price| price.column), Some(4));
    }

    #[test]
    fn semicolons_divide_cells_as_well_and_headings_may_name_units() {
        let sheet = "名称;售价（元）;颜色;颜色英文\n疾风 3;399;黑色、白色;black、white\n";
        let (goods, findings) = read(sheet.as_bytes());
        assert!(findings.is_empty(), "{findings:?}");
        assert_eq!(goods[0].price.as_ref().map(|price| price.value.as_str()), Some("399"));
        let en = |at: usize| goods[0].colors[at].en.as_ref().map(|en| en.value.as_str());
        assert_eq!((en(0), en(1)), (Some("black"), Some("white")));
    }

    proptest! {
        #[test]
        fn no_sheet_makes_it_panic_and_findings_name_rows(rows in ".{0,300}", name in "(名称|name),") {
            let (_, findings) = read(format!("{name}{rows}\n{rows}").as_bytes());
            for finding in findings {
                prop_assert!(finding.line > 0);
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            read(&bytes);
        }
    }
}
