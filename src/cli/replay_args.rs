//! Options of `replay`.

use std::path::PathBuf;

use clap::Args as Options;

use super::sources_args::PackArgs;

/// Options of `replay`.
#[derive(Debug, Options)]
pub struct ReplayArgs {
    /// 数据目录（重放店铺自己的会话），或每行一段对话的文件 · The data folder, for the shop's own talks, or a file with a talk a line
    #[arg(long, value_name = "DIR|FILE.jsonl")]
    pub data: PathBuf,
    /// 要和现在的话术比的目录 · The folder of intent files to compare with
    #[arg(long, value_name = "DIR")]
    pub against: PathBuf,
    /// 只看最近几天的会话 · Talks of the last days only
    #[arg(long, value_name = "N")]
    pub days: Option<u64>,
    /// 超出就以退出码 1 结束，可重复：no-longer>0 changed>5% · Ends with exit code 1 when met; may be repeated
    #[arg(long, value_name = "BOUND")]
    pub fail_if: Vec<String>,
    /// 输出 JSON · Prints JSON
    #[arg(long)]
    pub json: bool,
    /// 写一个网页 · Writes a page that opens from disk
    #[arg(long, value_name = "FILE.html")]
    pub html: Option<PathBuf>,
    /// Which files.
    #[command(flatten)]
    pub pack: PackArgs,
}
