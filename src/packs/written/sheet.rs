//! Goods as a sheet: `goods.csv`, saved from Excel or WPS as CSV UTF-8.

use super::goods::GoodsFile;
use super::shop::TextFile;
use crate::packs::finding::Finding;
use crate::packs::yaml::At;
use crate::shop::SAID;

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Column {
    Id,
    Name,
    NameEn,
    Aliases,
    Links,
    Price,
    Sizes,
    Colors,
    /// A text of its own, and whether it is the English one.
    Said(&'static str, bool),
    /// An attribute that is called as the column, and whether it is the English value.
    Attribute(String, bool),
    Nothing,
}

/// Headings in both languages; every other heading is the name of an attribute.
const HEADINGS: [(&str, Column); 30] = [
    ("id", Column::Id),
    ("编号", Column::Id),
    ("货号", Column::Id),
    ("商品id", Column::Id),
    ("name", Column::Name),
    ("名称", Column::Name),
    ("商品名称", Column::Name),
    ("商品", Column::Name),
    ("name_en", Column::NameEn),
    ("英文名", Column::NameEn),
    ("aliases", Column::Aliases),
    ("别名", Column::Aliases),
    ("昵称", Column::Aliases),
    ("links", Column::Links),
    ("链接", Column::Links),
    ("price", Column::Price),
    ("价格", Column::Price),
    ("售价", Column::Price),
    ("sizes", Column::Sizes),
    ("尺码", Column::Sizes),
    ("colors", Column::Colors),
    ("颜色", Column::Colors),
    ("库存", Column::Said("stock", false)),
    ("现货", Column::Said("stock", false)),
    ("包装清单", Column::Said("in_box", false)),
    ("盒内", Column::Said("in_box", false)),
    ("适合", Column::Said("suits", false)),
    ("适配", Column::Said("compatible", false)),
    ("材质", Column::Said("material", false)),
    ("尺码表", Column::Said("size_table", false)),
];

/// The goods of a sheet. Whatever the bytes are, what cannot be read is a finding at its row.
pub(super) fn read_sheet(file: &str, bytes: &[u8], findings: &mut Vec<Finding>) -> Vec<GoodsFile> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        findings.push(
            Finding::error(
                "I115",
                file,
                "表格不是 UTF-8 编码（多半存成了 GBK），读不了",
                "the sheet is not UTF-8 (most likely GBK) and cannot be read",
            )
            .hint(
                "在 Excel 或 WPS 里“另存为”，类型选“CSV UTF-8（逗号分隔）”",
                "in Excel or WPS choose Save as, type \"CSV UTF-8 (comma delimited)\"",
            ),
        );
        return Vec::new();
    };
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let heading = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let tabs = heading.contains('\t') && !heading.contains(',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(if tabs { b'\t' } else { b',' })
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
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
            columns = Some(read);
            continue;
        };
        let article = read_row(known, &record, line);
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

fn column(heading: &str) -> Column {
    let lower = heading.to_lowercase();
    if lower.is_empty() {
        return Column::Nothing;
    }
    if let Some((_, column)) = HEADINGS.iter().find(|(name, _)| *name == lower) {
        return column.clone();
    }
    let suffixes = ["_en", "英文", "（英文）", "(英文)"];
    let english = suffixes.iter().find_map(|suffix| lower.strip_suffix(suffix));
    let name = english.unwrap_or(&lower);
    let said = SAID.into_iter().find(|said| *said == name);
    let by_heading = || {
        let known = HEADINGS.iter().find(|(known, _)| *known == name);
        known.and_then(|(_, column)| match column {
            Column::Said(said, _) => Some(*said),
            _ => None,
        })
    };
    match said.or_else(by_heading) {
        Some(said) => Column::Said(said, english.is_some()),
        // As written, without its suffix: suffixes are as long in both cases.
        None => {
            let cut = heading.len().min(name.len());
            let name = heading.get(..cut).unwrap_or(heading);
            Column::Attribute(name.trim().to_owned(), english.is_some())
        }
    }
}

fn read_row(columns: &[Column], record: &csv::StringRecord, line: usize) -> GoodsFile {
    let mut goods = GoodsFile {
        name: At {
            line,
            column: 1,
            ..At::default()
        },
        ..GoodsFile::default()
    };
    let mut english: Vec<(&Column, At<String>)> = Vec::new();
    for (place, (column, cell)) in columns.iter().zip(record).enumerate() {
        if cell.is_empty() {
            continue;
        }
        let at = |value: &str| At {
            value: value.to_owned(),
            line,
            column: place + 1,
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
            Column::Aliases => goods.aliases = several(),
            Column::Links => goods.links = several(),
            Column::Price => goods.price = Some(whole),
            Column::Sizes => goods.sizes = several(),
            Column::Colors => goods.colors = several().into_iter().map(one_language).collect(),
            Column::Said(name, false) => goods.said.push((name, one_language(whole))),
            Column::Attribute(name, false) => goods.attributes.push((at(name), one_language(whole))),
            Column::Said(_, true) | Column::Attribute(_, true) => english.push((column, whole)),
            Column::Nothing => {}
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
