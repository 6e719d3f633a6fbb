//! What can be typed after the commands that look after an installation: audit, backup, restore, doctor.

use std::path::PathBuf;

use clap::{Args as Options, Subcommand};

use super::sources_args::{ConfigFile, ServeArgs};

/// Options of `audit`.
#[derive(Debug, Options)]
pub struct AuditArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: AuditCommand,
    /// 数据目录 · Data folder [default: data]
    #[arg(long, value_name = "DIR", global = true)]
    pub data: Option<String>,
    /// The settings file.
    #[command(flatten)]
    pub file: ConfigFile,
}

/// What `audit` does.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// 列出操作记录，旧的在前 · Lists the record, oldest first
    List(AuditListArgs),
    /// 核对记录是否完整：改过、删过都会发现 · Checks that nothing was changed or cut out
    Verify(AuditVerifyArgs),
}

/// Options of `audit list`.
#[derive(Debug, Options)]
pub struct AuditListArgs {
    /// 从这时起：2026-11-29、2026-11-29T18:30，或 7d、24h 以前 · Since a day, a moment, or 7d or 24h ago
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// 到这时为止（不含）· Until then, not included
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// 只看这个人做的：名字、id、console、server、files · Only by this one: name, id, console, server or files
    #[arg(long, value_name = "WHO")]
    pub actor: Option<String>,
    /// 只看这类操作，如 session 或 talk.read · Only of this kind, as session or talk.read
    #[arg(long, value_name = "ACTION")]
    pub action: Option<String>,
    /// 最多列最近的几条，0 是全部 · The latest so many; 0: all
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: usize,
    /// 每行一个 JSON · One JSON object a line
    #[arg(long)]
    pub json: bool,
}

/// Options of `audit verify`.
#[derive(Debug, Options)]
pub struct AuditVerifyArgs {
    /// 上次核对给出的最后一条：查末尾有没有被删 · The head that was printed before: finds a cut end
    #[arg(long, value_name = "NUMBER:HASH")]
    pub head: Option<String>,
    /// 输出 JSON · Prints JSON
    #[arg(long)]
    pub json: bool,
}

/// Options of `backup`.
#[derive(Debug, Options)]
pub struct BackupArgs {
    /// 写到哪个文件；写目录则按时间起名 · The file to write, or a folder, where it is named after the time
    #[arg(value_name = "FILE|DIR")]
    pub to: PathBuf,
    /// 覆盖已有的文件 · Replaces a file that is there
    #[arg(long)]
    pub force: bool,
    /// 数据目录 · Data folder [default: data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<String>,
    /// The settings file.
    #[command(flatten)]
    pub file: ConfigFile,
}

/// Options of `restore`.
#[derive(Debug, Options)]
pub struct RestoreArgs {
    /// 备份文件 · The backup
    #[arg(value_name = "FILE")]
    pub from: PathBuf,
    /// 恢复到哪个数据目录；服务要先停 · The data folder; its server has to be stopped [default: data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<String>,
    /// The settings file.
    #[command(flatten)]
    pub file: ConfigFile,
}

/// Options of `doctor`.
#[derive(Debug, Options)]
pub struct DoctorArgs {
    /// 每行一个 JSON · One JSON object a line
    #[arg(long)]
    pub json: bool,
    /// As the server would be started.
    #[command(flatten)]
    pub serve: ServeArgs,
}
