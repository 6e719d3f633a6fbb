//! A catalogue as a sheet: its goods as rows of texts, and a `goods.csv` changed row by row. Rows that say nothing new keep
//! every byte.

use std::ops::Range;

use super::super::fold::fold;
use super::super::other_forms::table_reader;
use super::super::written::{Column, column};
use super::CannotEdit;
use super::scalars::line_end;
use crate::shop::{Goods, LocalText, SAID, read_price};

/// What a heading says of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoodsHeading {
    /// The name of goods, which every sheet of them has.
    Name,
    /// Something else that only goods have: price, sizes, colours …
    Known,
    /// An item number, which others have too.
    Number,
    /// Any other word: an attribute.
    Attribute,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangedGoods {
    /// New goods.
    New,
    /// Known goods of which these columns are different now.
    Changed(Vec<String>),
    /// Everything is there already.
    Same,
}

/// What a heading says; `None` for an empty one.
pub fn goods_heading(heading: &str) -> Option<GoodsHeading> {
    match column(heading) {
        Column::Nothing => None,
        Column::Name => Some(GoodsHeading::Name),
        Column::Id => Some(GoodsHeading::Number),
        Column::Attribute(..) => Some(GoodsHeading::Attribute),
        _ => Some(GoodsHeading::Known),
    }
}

/// The goods as a table with its headings; columns that nothing stands in are left out.
pub fn goods_table(goods: &[&Goods]) -> Vec<Vec<String>> {
    let mut headings: Vec<String> = [
        "编号",
        "名称",
        "英文名",
        "别名",
        "链接",
        "价格",
        "尺码",
        "颜色",
        "颜色英文",
    ]
    .map(str::to_owned)
    .to_vec();
    for name in SAID {
        headings.extend([said_heading(name).to_owned(), format!("{}英文", said_heading(name))]);
    }
    for (name, _) in goods.iter().flat_map(|goods| &goods.attributes) {
        if !headings.contains(name) {
            headings.extend([name.clone(), format!("{name}英文")]);
        }
    }
    let columns: Vec<Column> = headings.iter().map(|heading| column(heading)).collect();
    let row = |goods: &&Goods| columns.iter().map(|column| said_of(goods, column)).collect();
    let mut rows: Vec<Vec<String>> = goods.iter().map(row).collect();
    let used: Vec<bool> = (0..headings.len())
        .map(|at| at < 2 || rows.iter().any(|row| !row[at].is_empty()))
        .collect();
    rows.insert(0, headings);
    for row in &mut rows {
        let mut used = used.iter();
        row.retain(|_| *used.next().unwrap_or(&true));
    }
    rows
}

pub(super) fn said_heading(name: &str) -> &'static str {
    match name {
        "stock" => "库存",
        "in_box" => "包装清单",
        "suits" => "适合",
        "compatible" => "适配",
        "material" => "材质",
        _ => "尺码表",
    }
}

/// The catalogue of a shop with the rows of a sheet, whose headings stand first: known goods, by number or name, are changed,
/// others added; what is not in the sheet stays, and so does what an empty cell is about. What became of each row comes along.
///
/// `known` is what the shop lists now. Where that stands elsewhere than in a `goods.csv` (`bytes` is `None` and something is
/// listed) nothing can be changed: the content comes out `None`, and the rows tell what would.
///
/// # Errors
/// The `goods.csv` cannot be read.
pub fn with_goods(
    name: &str,
    bytes: Option<&[u8]>,
    known: &[&Goods],
    sheet: &[Vec<String>],
) -> Result<(Option<String>, Vec<ChangedGoods>), CannotEdit> {
    let unreadable = || CannotEdit::Unreadable(name.to_owned());
    let text = std::str::from_utf8(bytes.unwrap_or_default()).map_err(|_| unreadable())?;
    let headings: Vec<(&String, Column)> = match sheet.first() {
        Some(first) => first.iter().map(|heading| (heading, column(heading))).collect(),
        None => Vec::new(),
    };
    let mut file = CsvFile::read(text);
    if file.headings.is_empty() {
        let used = headings.iter().filter(|(_, column)| *column != Column::Nothing);
        file.set_headings(used.map(|(heading, _)| (*heading).clone()).collect());
    }
    let mut became = Vec::new();
    for row in sheet.iter().skip(1) {
        let cell_of = |wanted: &Column| {
            let at = headings.iter().position(|(_, column)| column == wanted)?;
            row.get(at).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
        };
        let (number, called) = (cell_of(&Column::Id), cell_of(&Column::Name).unwrap_or_default());
        let is_it = |goods: &&&Goods| match (number, goods.id.as_deref()) {
            (Some(number), Some(id)) => number.eq_ignore_ascii_case(id),
            _ => fold(&goods.name.zh) == fold(called),
        };
        let there = known.iter().find(is_it);
        let mut changed = Vec::new();
        let mut put = Vec::new();
        for ((heading, column), cell) in headings.iter().zip(row) {
            let cell = cell.trim();
            let same = there.is_some_and(|goods| is_same(goods, column, cell));
            if cell.is_empty() || *column == Column::Nothing || same {
                continue;
            }
            changed.push((*heading).clone());
            put.push(((*heading).clone(), column.clone(), cell.to_owned()));
        }
        became.push(match there {
            None => ChangedGoods::New,
            Some(_) if changed.is_empty() => ChangedGoods::Same,
            Some(_) => ChangedGoods::Changed(changed),
        });
        if put.is_empty() {
            continue;
        }
        let at = there.and_then(|goods| file.row_of(goods));
        file.put(at, put);
    }
    if became.iter().all(|row| *row == ChangedGoods::Same) || (bytes.is_none() && !known.is_empty()) {
        return Ok((None, became));
    }
    Ok((Some(file.text()), became))
}

/// What a column of a sheet holds of goods.
fn said_of(goods: &Goods, column: &Column) -> String {
    let english = |text: &LocalText| match text.en == text.zh {
        true => String::new(),
        false => text.en.clone(),
    };
    let in_language = |text: Option<&LocalText>, en: bool| match (text, en) {
        (None, _) => String::new(),
        (Some(text), false) => text.zh.clone(),
        (Some(text), true) => english(text),
    };
    match column {
        Column::Id => goods.id.clone().unwrap_or_default(),
        Column::Name => goods.name.zh.clone(),
        Column::NameEn => english(&goods.name),
        Column::Aliases => joined(&goods.aliases),
        Column::Links => joined(&goods.links),
        Column::Price => goods.price.map(|price| price.to_string()).unwrap_or_default(),
        Column::Sizes => joined(&goods.sizes),
        Column::Colors => joined(goods.colors.iter().map(|color| &color.zh)),
        Column::ColorsEn => match goods.colors.iter().all(|color| color.en == color.zh) {
            true => String::new(),
            false => joined(goods.colors.iter().map(|color| &color.en)),
        },
        Column::Said(name, en) => in_language(goods.said(name), *en),
        Column::Attribute(name, en) => in_language(goods.attribute(name), *en),
        Column::Nothing => String::new(),
    }
}

fn joined<'t>(texts: impl IntoIterator<Item = &'t String>) -> String {
    texts.into_iter().map(String::as_str).collect::<Vec<_>>().join("、")
}

/// Whether a cell says of goods what is known.
fn is_same(goods: &Goods, column: &Column, cell: &str) -> bool {
    let said = said_of(goods, column);
    let parts = |text: &str| -> Vec<String> {
        let parts = text.split(['、', ';', '；', '\n']).map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    match column {
        Column::Price => read_price(cell).is_some_and(|price| Some(price) == goods.price),
        Column::Aliases | Column::Links | Column::Sizes | Column::Colors | Column::ColorsEn => {
            parts(&said) == parts(cell)
        }
        // An English text that is the Chinese one is not written apart.
        Column::NameEn => said == cell || goods.name.en == cell,
        _ => said.trim().replace("\r\n", "\n") == cell,
    }
}

/// A `goods.csv` in pieces: rows that are not touched keep their bytes.
pub(super) struct CsvFile {
    mark: &'static str,
    end: &'static str,
    delimiter: u8,
    headings: Vec<String>,
    columns: Vec<Column>,
    rows: Vec<CsvRow>,
    /// Whether all rows have to be written anew.
    wider: bool,
}

struct CsvRow {
    cells: Vec<String>,
    /// The bytes that it stands in, blank lines before it included; empty once it is changed.
    raw: String,
}

impl CsvFile {
    pub(super) fn read(text: &str) -> CsvFile {
        let mark = if text.is_empty() || text.starts_with('\u{feff}') {
            "\u{feff}"
        } else {
            ""
        };
        let body = text.trim_start_matches('\u{feff}');
        let first = body.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let delimiters = [b',', b'\t', b';'];
        let delimiter = delimiters.into_iter().find(|sign| first.as_bytes().contains(sign));
        let mut reader = table_reader(body, delimiters);
        let mut found: Vec<(Vec<String>, Range<usize>)> = Vec::new();
        let mut from = 0;
        let mut record = csv::StringRecord::new();
        // What is UTF-8 and may have rows of any length cannot fail.
        while reader.read_record(&mut record).unwrap_or(false) {
            let place = usize::try_from(reader.position().byte()).unwrap_or(body.len());
            // A reader stops between the two signs of a line's end.
            let inside = body.get(..place).is_some_and(|read| read.ends_with('\r')) && body[place..].starts_with('\n');
            let until = (place + usize::from(inside)).min(body.len());
            found.push((record.iter().map(str::to_owned).collect(), from..until));
            from = until;
        }
        let rows = found.into_iter().map(|(cells, bytes)| CsvRow {
            cells,
            raw: body.get(bytes).unwrap_or_default().to_owned(),
        });
        let mut rows: Vec<CsvRow> = rows.collect();
        let head = rows
            .iter()
            .position(|row| row.cells.iter().any(|cell| !cell.is_empty()));
        let headings = head.map(|at| rows[at].cells.clone()).unwrap_or_default();
        // Empty rows above the headings go with them.
        if let Some(at) = head {
            let above: String = rows.drain(..at).map(|row| row.raw).collect();
            rows[0].raw.insert_str(0, &above);
        }
        CsvFile {
            mark,
            end: line_end(text),
            delimiter: delimiter.unwrap_or(b','),
            columns: headings.iter().map(|heading| column(heading)).collect(),
            headings,
            rows,
            wider: false,
        }
    }

    /// The headings of a file that has none yet.
    pub(super) fn set_headings(&mut self, headings: Vec<String>) {
        self.columns = headings.iter().map(|heading| column(heading)).collect();
        self.rows.insert(
            0,
            CsvRow {
                cells: headings.clone(),
                raw: String::new(),
            },
        );
        self.headings = headings;
    }

    /// The row of these goods, by number or name.
    fn row_of(&self, goods: &Goods) -> Option<usize> {
        let place = |wanted: &Column| self.columns.iter().position(|column| column == wanted);
        let cell =
            |row: &CsvRow, at: Option<usize>| at.and_then(|at| row.cells.get(at)).map(|cell| cell.trim().to_owned());
        let (number, name) = (place(&Column::Id), place(&Column::Name));
        let is_it = |row: &CsvRow| match &goods.id {
            Some(id) => cell(row, number).as_ref() == Some(id),
            None => cell(row, name).as_ref() == Some(&goods.name.zh),
        };
        self.rows.iter().skip(1).position(is_it).map(|at| at + 1)
    }

    /// The place of the row of the article with this number, from 0: rows without anything in them are none.
    pub(super) fn place_of(&self, article: usize) -> Option<usize> {
        let filled = |(_, row): &(usize, &CsvRow)| row.cells.iter().any(|cell| !cell.is_empty());
        let mut rows = self.rows.iter().enumerate().skip(1).filter(filled);
        rows.nth(article).map(|(at, _)| at)
    }

    /// Takes a row out.
    pub(super) fn remove(&mut self, at: usize) {
        self.rows.remove(at);
    }

    /// Whether a column is there.
    pub(super) fn has(&self, column: &Column) -> bool {
        self.columns.contains(column)
    }

    /// Puts cells into a row, or into a new one at the end.
    pub(super) fn put(&mut self, at: Option<usize>, cells: Vec<(String, Column, String)>) {
        let at = at.unwrap_or_else(|| {
            self.rows.push(CsvRow {
                cells: Vec::new(),
                raw: String::new(),
            });
            self.rows.len() - 1
        });
        for (heading, wanted, cell) in cells {
            let place = self.columns.iter().position(|column| *column == wanted);
            let place = place.unwrap_or_else(|| {
                self.columns.push(wanted);
                self.headings.push(heading);
                self.rows[0].cells.clone_from(&self.headings);
                self.wider = true;
                self.columns.len() - 1
            });
            let row = &mut self.rows[at];
            let width = self.columns.len().max(row.cells.len());
            row.cells.resize(width, String::new());
            row.cells[place] = cell;
            row.raw.clear();
        }
    }

    /// The file.
    pub(super) fn text(mut self) -> String {
        let width = self.columns.len();
        let mut text = self.mark.to_owned();
        for row in &mut self.rows {
            if !row.raw.is_empty() && !self.wider {
                text.push_str(&row.raw);
            } else {
                row.cells.resize(width.max(row.cells.len()), String::new());
                text.push_str(&csv_line(&row.cells, self.delimiter, self.end));
            }
            if !text.ends_with('\n') {
                text.push_str(self.end);
            }
        }
        text
    }
}

/// A row with quotes where a cell needs them.
fn csv_line(cells: &[String], delimiter: u8, end: &str) -> String {
    let sign = char::from(delimiter);
    let quoted = |cell: &String| {
        let odd = |c: char| c == sign || matches!(c, '"' | '\n' | '\r');
        match cell.contains(odd) || cell.starts_with([' ', '\u{feff}']) || cell.ends_with(' ') {
            true => format!("\"{}\"", cell.replace('"', "\"\"")),
            false => cell.clone(),
        }
    };
    let cells: Vec<String> = cells.iter().map(quoted).collect();
    format!("{}{end}", cells.join(&sign.to_string()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn rows(lines: &[&str]) -> Vec<Vec<String>> {
        lines
            .iter()
            .map(|line| line.split('|').map(str::to_owned).collect())
            .collect()
    }

    fn jacket() -> Goods {
        Goods {
            id: Some("1001".to_owned()),
            name: LocalText::same("冲锋衣"),
            price: Some(399.0),
            sizes: vec!["S-XL".to_owned()],
            colors: vec![LocalText::same("黑色"), LocalText::same("白色")],
            ..Goods::default()
        }
    }

    const CSV: &str = "编号,名称,价格,尺码,颜色\r\n1001,\"冲锋衣\",399,S-XL,黑色、白色\r\n\r\n1002,帽子,59,,\r\n";

    #[test]
    fn rows_are_changed_added_and_left_and_what_is_not_touched_keeps_its_bytes() {
        let jacket = jacket();
        let hat = Goods {
            id: Some("1002".to_owned()),
            name: LocalText::same("帽子"),
            price: Some(59.0),
            ..Goods::default()
        };
        let known = [&jacket, &hat];
        let sheet = rows(&[
            "编号|商品名称|售价|颜色",
            "1002|帽子|￥69.00元|",
            "1001|冲锋衣|399.0|黑色；白色",
            "|围巾|29|红,\"绿\"",
        ]);
        let (csv, became) = with_goods("goods.csv", Some(CSV.as_bytes()), &known, &sheet).unwrap();
        assert_eq!(
            became,
            [
                ChangedGoods::Changed(vec!["售价".to_owned()]),
                ChangedGoods::Same,
                ChangedGoods::New
            ]
        );
        let wanted = CSV.replace("\r\n1002,帽子,59,,", "1002,帽子,￥69.00元,,") + ",围巾,29,,\"红,\"\"绿\"\"\"\r\n";
        assert_eq!(csv.unwrap(), wanted);
        let same = rows(&["名称|价格", "冲锋衣|399"]);
        assert_eq!(
            with_goods("goods.csv", Some(CSV.as_bytes()), &known, &same).unwrap().0,
            None
        );
        let (elsewhere, became) = with_goods("goods.csv", None, &known, &sheet).unwrap();
        assert!(
            elsewhere.is_none() && became[2] == ChangedGoods::New,
            "nothing is made beside a goods.yaml"
        );
    }

    #[test]
    fn a_new_catalogue_and_new_columns_are_written() {
        let sheet = rows(&["名称|价格|防水", "冲锋衣|399|是"]);
        let (csv, _) = with_goods("goods.csv", None, &[], &sheet).unwrap();
        assert_eq!(csv.unwrap(), "\u{feff}名称,价格,防水\n冲锋衣,399,是\n");
        let jacket = jacket();
        let (csv, _) = with_goods("goods.csv", Some(CSV.as_bytes()), &[&jacket], &sheet).unwrap();
        let csv = csv.unwrap();
        assert!(
            csv.starts_with("编号,名称,价格,尺码,颜色,防水\r\n1001,冲锋衣,399,S-XL,黑色、白色,是\r\n"),
            "{csv}"
        );
    }

    #[test]
    fn a_table_of_goods_changes_nothing_when_it_comes_back() {
        let mut jacket = jacket();
        jacket.said.push((
            "stock",
            LocalText {
                zh: "有\n货".to_owned(),
                en: "yes".to_owned(),
            },
        ));
        jacket.attributes.push(("防水".to_owned(), LocalText::same("=1+1")));
        let table = goods_table(&[&jacket]);
        assert_eq!(
            table[0],
            ["编号", "名称", "价格", "尺码", "颜色", "库存", "库存英文", "防水"]
        );
        let (_, became) = with_goods("goods.csv", None, &[&jacket], &table).unwrap();
        assert_eq!(became, [ChangedGoods::Same]);
    }
}
