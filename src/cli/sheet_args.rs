//! Options of the commands that read and write spreadsheets.

use std::path::PathBuf;

use clap::{Args as Options, Subcommand};

use super::sources_args::PackArgs;

/// How a sheet is read.
#[derive(Clone, Debug, Default, Options)]
pub struct SheetArgs {
    /// 指明哪一列是什么，猜错时用：问题=B,答案=D（列字母或表头；-=E 是不读） · Which column holds what, where the guess is wrong:
    /// question=B,answer=D (a letter or a heading; -=E is not read)
    #[arg(long, value_name = "NAME=COLUMN,…", allow_hyphen_values = true)]
    pub columns: Option<String>,
    /// 只读这张表，可重复 · Only this sheet, may be repeated
    #[arg(long, value_name = "NAME")]
    pub sheet: Vec<String>,
    /// 每一行的结果写成表格 · Writes what became of each row
    #[arg(long, value_name = "FILE.csv")]
    pub report: Option<PathBuf>,
    /// 只看会怎样，不改店铺的文件 · Shows what would become of it and changes no file of the shop
    #[arg(long)]
    pub dry_run: bool,
}

/// Options of `shop new`.
#[derive(Debug, Options)]
pub struct ShopNewArgs {
    /// 店铺 id：小写字母、数字和 - · The shop's id: lower case letters, digits and -
    pub id: String,
    /// 从表格带进问题、商品和资料；列自己认，编码自己认 · Takes questions, goods and facts from a sheet; columns and encoding are found
    #[arg(long, value_name = "FILE.xlsx|FILE.csv")]
    pub from: Option<PathBuf>,
    /// How it is read.
    #[command(flatten)]
    pub sheet: SheetArgs,
    /// 不提问，都用默认值 · Asks nothing and takes what is usual
    #[arg(long)]
    pub yes: bool,
    /// Which files.
    #[command(flatten)]
    pub pack: PackArgs,
}

/// Options of `shop import`.
#[derive(Debug, Options)]
pub struct ShopImportArgs {
    /// 店铺 id · The shop's id
    pub id: String,
    /// 表格 · The sheet
    #[arg(long, value_name = "FILE.xlsx|FILE.csv")]
    pub from: PathBuf,
    /// How it is read.
    #[command(flatten)]
    pub sheet: SheetArgs,
    /// 不问就写 · Writes without asking
    #[arg(long)]
    pub yes: bool,
    /// Which files.
    #[command(flatten)]
    pub pack: PackArgs,
}

/// Options of `export`.
#[derive(Debug, Options)]
pub struct ExportArgs {
    /// As what.
    #[command(subcommand)]
    pub command: ExportCommand,
}

/// What a shop can be written as.
#[derive(Debug, Subcommand)]
pub enum ExportCommand {
    /// Excel 工作簿 · A workbook
    Xlsx(ExportXlsxArgs),
}

/// Options of `export xlsx`.
#[derive(Debug, Options)]
pub struct ExportXlsxArgs {
    /// 写到哪个文件 · The file to write
    #[arg(long, value_name = "FILE.xlsx")]
    pub out: PathBuf,
    /// 覆盖已有的文件 · Writes over what is there
    #[arg(long)]
    pub force: bool,
    /// Which files.
    #[command(flatten)]
    pub pack: PackArgs,
}
