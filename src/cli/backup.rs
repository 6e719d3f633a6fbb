//! `yingda backup` and `yingda restore`.

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use jiff::Zoned;

use crate::accounts::{AccountSettings, Accounts};
use crate::config::Settings;
use crate::hub::Clock;
use crate::store::StoreError;
use crate::store::embedded::{self, BackupError, Copied};

use super::args::{BackupArgs, RestoreArgs};
use super::{Exit, files, output, private, settings, store};

/// Copies the store.
pub fn back_up(args: &BackupArgs) -> Result<Exit> {
    private::files();
    let settings = embedded_only(settings::load_with(
        &args.file,
        &[("store.data", "--data", &args.data)],
    )?)?;
    let target = target(&args.to);
    let copied =
        embedded::back_up(&settings.store.data, &target, args.force).map_err(|error| explained(error, &settings))?;
    output::say(&format!(
        "已备份并核对 · backed up and checked: {}\n{}{}",
        target.display(),
        contents(&copied),
        beside(&settings)
    ));
    warn(&copied);
    Ok(Exit::Clean)
}

/// Puts a copy back.
pub fn restore(args: &RestoreArgs) -> Result<Exit> {
    private::files();
    let settings = embedded_only(settings::load_with(
        &args.file,
        &[("store.data", "--data", &args.data)],
    )?)?;
    let folder = &settings.store.data;
    let restored = embedded::restore(&args.from, folder, &stamp()).map_err(|error| explained(error, &settings))?;
    let mut text = format!(
        "已恢复到 {0}，启动服务即可 · restored to {0}, start the server\n{1}",
        folder.display(),
        contents(&restored.copied)
    );
    if let Some(aside) = &restored.aside {
        text.push_str(&format!(
            "\n  原来的数据留在 · what was there before is kept in: {}",
            aside.display()
        ));
    }
    text.push_str(
        "\n  同事的账号、密码和登录回到备份时的样子：之后停用过的人请再停用 · the people, their passwords and sign-ins are as \
         they were then: disable again whom you have disabled since",
    );
    text.push_str(&beside(&settings));
    output::say(&text);
    warn(&restored.copied);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(recorded(&settings, &args.from, restored.aside.as_deref()))?;
    Ok(Exit::Clean)
}

/// The audit record says that what follows is told on top of a backup.
async fn recorded(settings: &Settings, from: &Path, aside: Option<&Path>) -> Result<()> {
    let store = store::open(&settings.store).await?;
    let accounts = Accounts::new(std::sync::Arc::clone(&store) as _, AccountSettings::from(settings));
    let recorded = accounts.record_restore(from, aside, Clock::system().now()).await;
    store.close().await?;
    Ok(recorded?)
}

/// What lies beside the log and is not in the file.
fn beside(settings: &Settings) -> String {
    match files::folder(settings).filter(|folder| folder.is_dir()) {
        Some(folder) => format!(
            "\n  图片和文件不在里面：{0} 要另外复制；会话不在的，一天后删除 · pictures and files are not in it: copy {0} too; those of \
             talks that are not there are deleted after a day",
            folder.display()
        ),
        None => String::new(),
    }
}

fn embedded_only(settings: Settings) -> Result<Settings> {
    if settings.store.url == "embedded" {
        return Ok(settings);
    }
    bail!(
        "数据在 Redis 里，由 Redis 自己备份：\n\
         \x20 备份：redis-cli -h 主机 --rdb backup.rdb（也可以对着副本做），或复制 BGSAVE 之后的 dump.rdb；\n\
         \x20 恢复：停掉所有 yingda，把 rdb 放进一个空的 Redis 的数据目录，以 appendonly no 启动它，再 CONFIG SET appendonly yes，\n\
         \x20       最后启动 yingda，跑一次 yingda doctor 和 yingda audit verify；\n\
         \x20 集群：每个主节点各做一份。\n\
         The data is in Redis, and Redis itself backs it up:\n\
         \x20 back up: redis-cli -h HOST --rdb backup.rdb (of a replica as well), or copy dump.rdb after BGSAVE;\n\
         \x20 restore: stop every yingda, put the rdb into the data folder of an empty Redis, start it with appendonly no, then\n\
         \x20          CONFIG SET appendonly yes, start yingda, and run yingda doctor and yingda audit verify;\n\
         \x20 a cluster: one file of each master."
    )
}

/// The file to write: in a folder that is there, one that is named after the moment.
fn target(to: &Path) -> PathBuf {
    match to.is_dir() {
        true => to.join(format!("yingda-{}.db", stamp())),
        false => to.to_owned(),
    }
}

fn stamp() -> String {
    Zoned::now().strftime("%Y%m%d-%H%M%S").to_string()
}

fn contents(copied: &Copied) -> String {
    let Copied {
        conversations,
        events,
        members,
        audit,
        ..
    } = copied;
    #[allow(clippy::cast_precision_loss, reason = "a size to look at")]
    let size = copied.bytes as f64 / (1024.0 * 1024.0);
    format!(
        "  {conversations} 个会话、{events} 个事件、{members} 位同事、{audit} 条操作记录，{size:.1} MiB\n\
         \x20 {conversations} conversations, {events} events, {members} people, {audit} entries of the audit record, {size:.1} MiB"
    )
}

fn warn(copied: &Copied) {
    if let Some(fault) = copied.audit_fault {
        output::complain(&format!(
            "注意：操作记录在第 {0} 条断了，照原样复制；yingda audit verify 说明详情。\n\
             Note: the audit record is broken at entry {0} and was copied as it is; yingda audit verify tells more.",
            fault.number
        ));
    }
}

/// The error with what to do about it.
fn explained(error: BackupError, settings: &Settings) -> anyhow::Error {
    let data = settings.store.data.display();
    match error {
        BackupError::NoData(_) => anyhow!(
            "{data} 里没有数据：用 --data 指定数据目录。\nThere is no data in {data}; name the data folder with --data."
        ),
        BackupError::Exists(path) => anyhow!(
            "{0} 已经有了：换个名字，或用 --force 覆盖。\n{0} is there already: take another name, or --force to replace it.",
            path.display()
        ),
        BackupError::NoBackup(path) => anyhow!(
            "{0} 不是 yingda backup 写的文件。\n{0} is no file that yingda backup has written.",
            path.display()
        ),
        BackupError::Newer { found, known } => anyhow!(
            "这份数据是更新版本写的（格式 {found}，本程序到 {known}）：请用那个版本的 yingda。\n\
             This data was written by a newer yingda (format {found}, this one reads up to {known}): take that version."
        ),
        BackupError::Damaged { path, said } => anyhow!(
            "{0} 已损坏，没有采用：换一份备份；原来的数据没有动。\n\
             {0} is damaged and was not taken: try another backup; the data is as it was. ({said})",
            path.display()
        ),
        BackupError::Store(StoreError::InUse { folder }) => anyhow!(
            "数据目录 {0} 正被一个运行中的 yingda 使用：先停掉它再恢复。\n\
             The data folder {0} is in use by a running yingda: stop it before restoring.",
            folder.display()
        ),
        BackupError::File { path, cause } => anyhow!(
            "写不了或读不了 {0}：检查空间和权限。\n{0} cannot be read or written; check space and rights: {cause}",
            path.display()
        ),
        other => anyhow!(
            "备份或恢复没有完成，原来的数据没有动：检查空间和权限。\n\
             Not done, the data is as it was; check space and rights: {other}"
        ),
    }
}
