//! Options of `say`.

use std::path::PathBuf;

use clap::Args as Options;

use super::sources_args::PackArgs;

/// Options of `say`.
#[derive(Debug, Options)]
pub struct SayArgs {
    /// 写到哪个文件 · The file to write
    #[arg(long, value_name = "FILE.xlsx|FILE.html")]
    pub out: PathBuf,
    /// 覆盖已有的文件 · Writes over what is there
    #[arg(long)]
    pub force: bool,
    /// Which files.
    #[command(flatten)]
    pub pack: PackArgs,
}
