//! The one file of this room that reads the disk.

use std::fs;
use std::io;
use std::path::Path;

use super::Finding;

/// A file as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its name, relative to the folder, with `/`.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// How deep folders may be nested; also ends a loop of links.
const DEEPEST: usize = 6;
/// No intent file is larger; a video that landed in the folder is.
const LARGEST: u64 = 8 * 1024 * 1024;

/// Reads all files of a folder, sorted by name. What cannot be read becomes a finding.
pub fn read_folder(folder: &Path) -> (Vec<SourceFile>, Vec<Finding>) {
    let mut files = Vec::new();
    let mut findings = Vec::new();
    walk(folder, "", 0, &mut files, &mut findings);
    files.sort_by(|a: &SourceFile, b| a.name.cmp(&b.name));
    (files, findings)
}

fn walk(folder: &Path, prefix: &str, depth: usize, files: &mut Vec<SourceFile>, findings: &mut Vec<Finding>) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return findings.push(unreadable(prefix.trim_end_matches('/'), &error)),
    };
    for entry in entries.flatten() {
        let file_name = entry.file_name();
        let name = format!("{prefix}{}", file_name.to_string_lossy());
        // Hidden ones belong to editors, version control and mounted volumes.
        if file_name.to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        match fs::metadata(&path) {
            Ok(data) if data.is_dir() && depth < DEEPEST => {
                walk(&path, &format!("{name}/"), depth + 1, files, findings);
            }
            Ok(data) if data.is_file() && data.len() <= LARGEST => match fs::read(&path) {
                Ok(bytes) => files.push(SourceFile { name, bytes }),
                Err(error) => findings.push(unreadable(&name, &error)),
            },
            Ok(data) if data.is_file() => findings.push(Finding::warning(
                "I011",
                &name,
                "文件太大，不会被读取",
                "the file is too large and is not read",
            )),
            Ok(_) => {}
            Err(error) => findings.push(unreadable(&name, &error)),
        }
    }
}

fn unreadable(name: &str, error: &io::Error) -> Finding {
    let name = if name.is_empty() { "." } else { name };
    Finding::error(
        "I014",
        name,
        format!("读不了：{error}"),
        format!("cannot be read: {error}"),
    )
    .hint(
        "检查路径是否写对、有没有读取权限",
        "check the path and whether it may be read",
    )
}
