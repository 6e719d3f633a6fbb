//! Files that are not read, each with how to mend it, Chinese first.

use super::{MOST_BYTES, MOST_COLUMNS, MOST_ROWS, MOST_SHEETS};

/// Why a file is not read. Nothing of it is taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SheetError {
    /// Nothing in it.
    #[error("文件是空的。\nThe file is empty.")]
    Empty,
    /// Too many bytes.
    #[error(
        "文件有 {megabytes} MB，最多 {most} MB：多半是贴了图片，删掉图片或只留问答的表，再存一次。\n\
         The file has {megabytes} MB of at most {most} MB: most likely pictures; delete them, or keep only the sheets of questions.",
        most = MOST_BYTES / 1024 / 1024
    )]
    Large {
        /// So many.
        megabytes: usize,
    },
    /// A workbook that unpacks to too much.
    #[error(
        "表格解开后太大：全选空白的行和列删掉（不只是清空），或拆成几个文件，再存一次。\n\
         The workbook is too large when unpacked: delete the empty rows and columns (not only what is in them), or make several files of it."
    )]
    Unpacked,
    /// A workbook behind a password.
    #[error(
        "表格有打开密码，读不了：在 Excel 里“文件 → 信息 → 保护工作簿 → 用密码进行加密”，把密码删空再保存；WPS 在“文件 → 文档加密”。\n\
         The workbook has a password: in Excel empty it at File → Info → Protect Workbook → Encrypt with Password and save."
    )]
    Password,
    /// A workbook of before 2007.
    #[error(
        "这是旧版 .xls 表格：用 Excel 或 WPS 打开，“另存为”选“Excel 工作簿 (*.xlsx)”。\n\
         This is an old .xls workbook: open it in Excel or WPS and save it as Excel Workbook (*.xlsx)."
    )]
    OldWorkbook,
    /// Something else.
    #[error(
        "这是{what}，不是表格：请用 .xlsx 或 .csv。\n\
         This is {what} and no sheet: give an .xlsx or a .csv."
    )]
    Other {
        /// What it looks like.
        what: &'static str,
    },
    /// A workbook that does not hang together.
    #[error(
        "表格坏了或没有传完（{reason}）：用 Excel 或 WPS 打开，另存为 .xlsx 再试。\n\
         The workbook is broken or incomplete ({reason}): open it in Excel or WPS, save it as .xlsx and try again."
    )]
    Broken {
        /// What the reader of workbooks says.
        reason: String,
    },
    /// Text of which nobody knows the encoding.
    #[error(
        "文字的编码认不出来（UTF-8、UTF-16、GBK、Big5 都不对）：在 Excel 或 WPS 里另存为“CSV UTF-8（逗号分隔）”或 .xlsx。\n\
         The encoding is not known (neither UTF-8, UTF-16, GBK nor Big5): save it as CSV UTF-8 or .xlsx."
    )]
    Encoding,
    /// Too many rows.
    #[error(
        "{sheet}超过 {most} 行：只留要导入的行，或拆成几个文件，一个一个导入。\n\
         {sheet}More than {most} rows: keep those that are to be taken, or make several files and take one after the other.",
        most = MOST_ROWS
    )]
    Rows {
        /// Which, with a mark behind it; empty for a file of text.
        sheet: String,
    },
    /// Too many columns.
    #[error(
        "{sheet}超过 {most} 列：只留问题、答案、分类这些列；右边多出来的列整列删除。\n\
         {sheet}More than {most} columns: keep those of questions, answers and categories, and delete the columns to the right.",
        most = MOST_COLUMNS
    )]
    Columns {
        /// Which, with a mark behind it; empty for a file of text.
        sheet: String,
    },
    /// Too many sheets.
    #[error(
        "超过 {most} 张表：删掉不用的，或拆成几个文件。\n\
         More than {most} sheets: delete those that are not needed, or make several files.",
        most = MOST_SHEETS
    )]
    Sheets,
}
