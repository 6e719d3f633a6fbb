//! Options of `report`.

use std::path::PathBuf;

use clap::{ArgGroup, Args as Options};

use super::sources_args::ConfigFile;

/// Options of `report`.
#[derive(Debug, Options)]
#[command(group = ArgGroup::new("span").required(true).args(["day", "week"]))]
pub struct ReportArgs {
    /// 哪一天，如 2026-11-30；不写日期是昨天 · The day, as 2026-11-30; without a date yesterday
    #[arg(long, value_name = "DATE", num_args = 0..=1)]
    pub day: Option<Option<String>>,
    /// 这一天所在的周，周一到周日；不写日期是上周 · The week of that day, Monday to Sunday; without a date last week
    #[arg(long, value_name = "DATE", num_args = 0..=1)]
    pub week: Option<Option<String>>,
    /// 只看一家店；不写是全部 · One shop only; without it all
    #[arg(long, value_name = "SHOP")]
    pub shop: Option<String>,
    /// 写到哪个文件；不写就显示摘要 · The file to write; without it a summary is shown
    #[arg(long, value_name = "FILE.html|FILE.csv|FILE.xlsx")]
    pub out: Option<PathBuf>,
    /// 覆盖已有的文件 · Writes over what is there
    #[arg(long)]
    pub force: bool,
    /// 数据目录，服务运行时也能读 · Data folder, also beside a running server [default: data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<String>,
    /// 话术目录 · Folder of intent files [default: intents]
    #[arg(long, value_name = "DIR")]
    pub intents: Option<String>,
    /// The settings file.
    #[command(flatten)]
    pub file: ConfigFile,
}
