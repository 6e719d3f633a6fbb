//! The data folder of the embedded store: rights, room, and whether what lies there can be read.

use std::fs;
use std::path::Path;

use crate::config::Settings;
use crate::store::embedded::{Archive, wider};

use super::finding::Finding;

/// Less free space than this is wrong, bytes (200 MiB) …
const WRONG_BELOW: u64 = 200 * 1024 * 1024;
/// … and less than this is to be looked at (1 GiB), or less than the database is large.
const WARN_BELOW: u64 = 1024 * 1024 * 1024;

pub(super) fn look(settings: &Settings) -> Vec<Finding> {
    let folder = &settings.store.data;
    let mut found = vec![written(folder)];
    if folder.is_dir() {
        found.push(rights(folder));
        found.push(store(folder));
    }
    found.extend(room(folder));
    found
}

/// Whether this user may write there; a folder that is not there yet is created by the server.
fn written(folder: &Path) -> Finding {
    let shown = folder.display();
    if !folder.exists() {
        return Finding::ok(
            "data_folder",
            format!("{shown} 还没有，第一次启动时创建"),
            format!("{shown} is not there yet; the first start creates it"),
        );
    }
    match tempfile_in(folder) {
        Ok(()) => Finding::ok(
            "data_folder",
            format!("{shown} 可以写"),
            format!("{shown} can be written"),
        ),
        Err(error) => Finding::wrong(
            "data_folder",
            format!("{shown} 写不了：{error}"),
            format!("{shown} cannot be written: {error}"),
        )
        .advised(
            "用运行服务的那个用户检查；目录要归它所有",
            "run this as the user the server runs as; the folder has to be that user's",
        ),
    }
}

fn tempfile_in(folder: &Path) -> std::io::Result<()> {
    let path = folder.join(format!(".doctor-{}", std::process::id()));
    fs::write(&path, b"x")?;
    fs::remove_file(path)
}

fn rights(folder: &Path) -> Finding {
    let wider = wider(folder);
    if wider.is_empty() {
        return Finding::ok(
            "data_rights",
            "只有所有者能读数据".to_owned(),
            "only the owner can read the data".to_owned(),
        );
    }
    let named: Vec<String> = wider
        .iter()
        .map(|(path, mode)| format!("{} {mode:03o}", path.display()))
        .collect();
    Finding::warn(
        "data_rights",
        format!("这台机器上的别人能用：{}", named.join("，")),
        format!("others on this machine can use: {}", named.join(", ")),
    )
    .advised(
        format!("启动服务时会收紧；现在就收：chmod -R go-rwx {}", folder.display()),
        format!(
            "the server takes it away at its start; now: chmod -R go-rwx {}",
            folder.display()
        ),
    )
}

fn store(folder: &Path) -> Finding {
    if !folder.join("yingda.db").exists() {
        return Finding::ok("store", "还没有数据".to_owned(), "there is no data yet".to_owned());
    }
    match Archive::open(folder).and_then(|archive| Ok((archive.recent(1)?.len(), archive.audit_given()?))) {
        Ok((_, entries)) => Finding::ok(
            "store",
            format!("数据读得出来，{entries} 条操作记录"),
            format!("the data can be read, {entries} entries of the audit record"),
        ),
        Err(error) => Finding::wrong(
            "store",
            format!("数据读不出来：{error}"),
            format!("the data cannot be read: {error}"),
        )
        .advised(
            "旧格式启动一次服务就会更新；坏了就 yingda restore 最近的备份",
            "an older format is brought up to date by starting the server once; damaged data: yingda restore the latest backup",
        ),
    }
}

fn room(folder: &Path) -> Option<Finding> {
    // A folder that is not there yet lies where its nearest parent lies.
    let there = folder
        .ancestors()
        .find(|path| path.exists() || path.as_os_str().is_empty())?;
    let there = match there.as_os_str().is_empty() {
        true => Path::new("."),
        false => there,
    };
    let size = fs::metadata(folder.join("yingda.db")).map_or(0, |file| file.len());
    free(there).map(|free| space(free, size))
}

#[cfg(unix)]
fn free(path: &Path) -> Option<u64> {
    let about = rustix::fs::statvfs(path).ok()?;
    Some(about.f_bavail.saturating_mul(about.f_frsize))
}

#[cfg(not(unix))]
fn free(_: &Path) -> Option<u64> {
    None
}

fn space(free: u64, database: u64) -> Finding {
    let mib = |bytes: u64| bytes / (1024 * 1024);
    let zh = format!("数据 {} MiB，磁盘剩 {} MiB", mib(database), mib(free));
    let en = format!(
        "the data has {} MiB, {} MiB are free on its disk",
        mib(database),
        mib(free)
    );
    let finding = match free {
        free if free < WRONG_BELOW => Finding::wrong("disk", zh, en),
        free if free < WARN_BELOW || free < database => Finding::warn("disk", zh, en),
        _ => return Finding::ok("disk", zh, en),
    };
    finding.advised(
        "腾出空间或换大一点的盘；store.retention_days 让旧会话自动清掉",
        "make room or take a larger disk; store.retention_days forgets old talks",
    )
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn a_full_disk_is_wrong_and_a_small_one_is_to_be_looked_at() {
        const GIB: u64 = 1024 * 1024 * 1024;
        assert_eq!(space(10 * GIB, GIB).state, State::Ok);
        assert_eq!(space(10 * GIB, 11 * GIB).state, State::Warn);
        assert_eq!(space(GIB / 2, 0).state, State::Warn);
        assert_eq!(space(0, 0).state, State::Wrong);
    }
}
