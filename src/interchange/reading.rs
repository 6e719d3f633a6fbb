//! What a file of sheets is taken to say, shown to a person before anything is written.

use crate::packs::WrittenFact;
use crate::sheets::{Book, Form, Sheet, letters};

use super::columns::{About, Columns, ColumnsError, Known, Told, columns};
use super::heading::Role;
use super::report::{Became, Line, Place};
use super::rows::{Asked, Gathered};

/// Questions of one file at most.
const MOST_QUESTIONS: usize = 5_000;

/// What a file says.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// Questions.
    pub asked: Vec<Asked>,
    /// Tables of goods: their headings, and rows with their places.
    pub goods: Vec<GoodsRows>,
    /// Facts, with their places.
    pub facts: Vec<(Place, WrittenFact)>,
    /// What became of rows that are in none of these.
    pub lines: Vec<Line>,
    /// How the file was read, for a person: Chinese and English, a line each.
    pub understood: Vec<(String, String)>,
}

/// A table of goods.
#[derive(Clone, Debug, Default)]
pub struct GoodsRows {
    /// The headings, then the rows.
    pub table: Vec<Vec<String>>,
    /// Where each row stands.
    pub places: Vec<Place>,
}

/// Why nothing is taken of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// `--columns` does not fit.
    #[error(transparent)]
    Columns(#[from] ColumnsError),
    /// No such sheet.
    #[error("没有“{name}”这张表；有：{known}。\nThere is no sheet `{name}`; there are: {known}.")]
    NoSheet {
        /// The one that was named.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// Nothing in it is known.
    #[error(
        "没有认出问题和答案、商品或店铺资料的列。第一行写列名（问题、答案、分类…），或用 --columns 问题=B,答案=D 指明。\n\
         No columns of questions and answers, goods or facts were found. Name them in the first row, or say --columns 问题=B,答案=D (question=B,answer=D)."
    )]
    Nothing,
    /// Too many questions.
    #[error(
        "超过 {most} 个问题：拆成几个文件，一个一个导入。\nMore than {most} questions: make several files and import one after the other.",
        most = MOST_QUESTIONS
    )]
    Many,
}

/// Finds out what a file says. `only` names the sheets that are read; without one all are.
///
/// # Errors
/// Why nothing is taken.
pub fn take(book: &Book, told: &[Told], only: &[String]) -> Result<Taken, ReadError> {
    for name in only {
        if !book.sheets.iter().any(|sheet| sheet.name == *name) {
            let known: Vec<&str> = book.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
            return Err(ReadError::NoSheet {
                name: name.clone(),
                known: known.join("、"),
            });
        }
    }
    let mut taken = Taken::default();
    taken.understood.push(form(book.form));
    for name in &book.hidden {
        taken.understood.push((
            format!("表“{name}”是隐藏的，不读；要读就取消隐藏"),
            format!("sheet `{name}` is hidden and not read"),
        ));
    }
    let mut gathered = Gathered::default();
    let mut found = false;
    for sheet in &book.sheets {
        if !(only.is_empty() || only.contains(&sheet.name)) || sheet.rows.is_empty() {
            continue;
        }
        let columns = match columns(sheet, told) {
            Ok(columns) => columns,
            // Of several sheets one may not have what was told.
            Err(ColumnsError::Column(_)) if book.sheets.len() > 1 && only.is_empty() => continue,
            Err(error) => return Err(error.into()),
        };
        found |= columns.about != About::Nothing;
        taken.understood.push(understood(sheet, &columns));
        match columns.about {
            About::Questions => gathered.add(sheet, &columns),
            About::Goods => taken.goods.push(goods(sheet, &columns)),
            About::Facts => facts(sheet, &columns, &mut taken),
            About::Nothing => {}
        }
    }
    if !found {
        return Err(match told.first() {
            Some(told)
                if !book
                    .sheets
                    .iter()
                    .any(|sheet| columns(sheet, std::slice::from_ref(told)).is_ok()) =>
            {
                ColumnsError::Column(told.column.clone()).into()
            }
            _ => ReadError::Nothing,
        });
    }
    if gathered.asked.len() > MOST_QUESTIONS {
        return Err(ReadError::Many);
    }
    taken.asked = gathered.asked;
    taken.lines.extend(gathered.lines);
    Ok(taken)
}

fn form(form: Form) -> (String, String) {
    match form {
        Form::Text { encoding, delimiter } => {
            let (zh, en) = match delimiter {
                '\t' => ("制表符", "tabs"),
                ';' => ("分号", "semicolons"),
                _ => ("逗号", "commas"),
            };
            (
                format!("文本表格，编码 {encoding}，用{zh}分隔"),
                format!("text in {encoding}, cells divided by {en}"),
            )
        }
        Form::Workbook { macros: true } => (
            "Excel 工作簿，里面有宏：只读格子里的值，宏不会运行".to_owned(),
            "a workbook with macros: only the values of cells are read, macros are never run".to_owned(),
        ),
        Form::Workbook { macros: false } => ("Excel 工作簿".to_owned(), "a workbook".to_owned()),
    }
}

/// What a sheet is taken for, in a line.
fn understood(sheet: &Sheet, columns: &Columns) -> (String, String) {
    let name = match sheet.name.as_str() {
        "" => String::new(),
        name => format!("“{name}”"),
    };
    let rows = columns.body(sheet).len();
    let heading = columns.heading.map(|at| sheet.rows[at].number);
    let where_zh = heading.map_or("没有表头".to_owned(), |row| format!("表头在第 {row} 行"));
    let where_en = heading.map_or("no headings".to_owned(), |row| format!("headings in row {row}"));
    let roles = columns.roles.iter().map(|(column, role, known)| {
        let heading = columns
            .heading
            .map(|at| sheet.rows[at].text(*column).replace('\n', " "))
            .unwrap_or_default();
        let how = match known {
            Known::Heading | Known::Told => "",
            Known::Content => "?",
        };
        match heading.is_empty() || heading == role.zh() {
            true => format!("{}={}{how}", letters(*column), role.zh()),
            false => format!("{}={}（{heading}）{how}", letters(*column), role.zh()),
        }
    });
    let roles: Vec<String> = roles.collect();
    let guessed = columns.roles.iter().any(|(_, _, known)| *known == Known::Content);
    let (hint_zh, hint_en) = match guessed {
        true => (
            "；带 ? 的是看内容猜的，不对就用 --columns 指明",
            "; those with ? were guessed from what they hold: --columns overrides",
        ),
        false => ("", ""),
    };
    let (hint_zh, hint_en) = match columns.of(Role::Picture).next() {
        Some(_) => (
            format!("{hint_zh}；图片列不读：自动回复还不能带图"),
            format!("{hint_en}; pictures are not read: the bot sends none"),
        ),
        None => (hint_zh.to_owned(), hint_en.to_owned()),
    };
    let unread = match columns.unread.is_empty() {
        true => String::new(),
        false => format!("；不读 · not read：{}", columns.unread.join("、").replace('\n', " ")),
    };
    match columns.about {
        About::Questions => (
            format!(
                "表{name}：问答，{rows} 行，{where_zh}；{}{hint_zh}{unread}",
                roles.join("，")
            ),
            format!(
                "sheet{name}: questions, {rows} rows, {where_en}; {}{hint_en}",
                roles.join(", ")
            ),
        ),
        About::Goods => (
            format!("表{name}：商品，{rows} 行，{where_zh}"),
            format!("sheet{name}: goods, {rows} rows, {where_en}"),
        ),
        About::Facts => (
            format!("表{name}：店铺资料，{rows} 行，{where_zh}"),
            format!("sheet{name}: facts, {rows} rows, {where_en}"),
        ),
        About::Nothing => (
            format!("表{name}：没有认出问题和答案的列，不读"),
            format!("sheet{name}: no columns of questions and answers, not read"),
        ),
    }
}

fn goods(sheet: &Sheet, columns: &Columns) -> GoodsRows {
    let mut goods = GoodsRows::default();
    let from = columns.heading.unwrap_or(0);
    for (at, row) in sheet.rows.iter().enumerate().skip(from) {
        goods
            .table
            .push(row.cells.iter().map(|cell| cell.text.clone()).collect());
        if at > from {
            goods.places.push(Place {
                sheet: sheet.name.clone(),
                row: row.number,
            });
        }
    }
    goods
}

fn facts(sheet: &Sheet, columns: &Columns, taken: &mut Taken) {
    for row in columns.body(sheet) {
        let text = |role: Role| {
            columns
                .of(role)
                .map(|column| row.text(column))
                .find(|text| !text.is_empty())
        };
        let place = Place {
            sheet: sheet.name.clone(),
            row: row.number,
        };
        let name = text(Role::Fact).unwrap_or_default().to_owned();
        let legal = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '_';
        let Some(zh) = text(Role::FactZh) else { continue };
        if name.is_empty() || !name.chars().all(legal) {
            let line = Line::new(&place, &name, Became::LeftOut, "");
            taken.lines.push(line.because(
                "资料的名字只用小写字母、数字和下划线，例如 postage",
                "the name of a fact has lower case letters, digits and underscores: postage",
            ));
            continue;
        }
        taken.facts.push((
            place,
            WrittenFact {
                name,
                zh: zh.to_owned(),
                en: text(Role::FactEn).filter(|en| *en != zh).map(str::to_owned),
            },
        ));
    }
}
