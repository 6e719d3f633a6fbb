//! The one file of this room that reads the disk: what lies in a folder of intents, and what of it is read.
//!
//! Anything may lie there: links that lead nowhere, round in circles or out of the folder, videos, pipes, what nobody
//! may read. None of it keeps sound files from being read, and looking at it costs no more than its names.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::Finding;
use super::layout::{SourceFile, within};
use super::written::{Role, role};

/// A file that lies in the folder, before it is read.
#[derive(Clone, Debug)]
pub struct ListedFile {
    /// Its name, relative to the folder, with `/`.
    pub name: String,
    path: PathBuf,
    /// What changes when the content does, as far as the system says; `None` for a file that is not read.
    pub stamp: Option<Stamp>,
    /// It lies outside of the folder, and a link leads to it.
    outside: bool,
}

/// Size and times of a file, and which one it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    size: u64,
    /// When its content was changed, as far as the system knows.
    pub modified: Option<SystemTime>,
    /// The file and the time of its last change of any kind.
    #[cfg(unix)]
    node: (u64, u64, i64, i64),
}

/// How deep folders may be nested.
const DEEPEST: usize = 6;
/// No intent file is larger; a video that landed in the folder is.
const LARGEST: u64 = 8 * 1024 * 1024;
/// Names that are looked at; whoever has more has put something else here.
const MOST_ENTRIES: usize = 20_000;

/// Reads all files of a folder, sorted by name. What cannot be read becomes a finding.
pub fn read_folder(folder: &Path) -> (Vec<SourceFile>, Vec<Finding>) {
    let (listed, mut findings) = list_folder(folder);
    let mut files = Vec::with_capacity(listed.len());
    for file in listed {
        match file.read() {
            Ok(bytes) => files.push(SourceFile { name: file.name, bytes }),
            Err(finding) => findings.push(*finding),
        }
    }
    (files, findings)
}

/// Lists all files of a folder, sorted by name, without reading them. What cannot be looked at becomes a finding.
pub fn list_folder(folder: &Path) -> (Vec<ListedFile>, Vec<Finding>) {
    let mut walk = Walk {
        root: fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned()),
        seen: 0,
        files: Vec::new(),
        findings: Vec::new(),
    };
    walk.folder(folder, "", 0);
    walk.files.sort_by(|one, other| one.name.cmp(&other.name));
    (walk.files, walk.findings)
}

impl ListedFile {
    /// The content; nothing of a file that is not read.
    ///
    /// # Errors
    /// The finding that it cannot be read, or is somebody else's.
    pub fn read(&self) -> Result<Vec<u8>, Box<Finding>> {
        if self.stamp.is_none() {
            return Ok(Vec::new());
        }
        let bytes = fs::read(&self.path).map_err(|error| Box::new(unreadable(&self.name, &error)))?;
        if self.outside && !is_ours(role(within(&self.name)), &bytes) {
            return Err(Box::new(leads_outside(&self.name)));
        }
        Ok(bytes)
    }
}

struct Walk {
    root: PathBuf,
    seen: usize,
    files: Vec<ListedFile>,
    findings: Vec<Finding>,
}

impl Walk {
    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.findings.push(unreadable(prefix.trim_end_matches('/'), &error)),
        };
        // Sorted, so that what is too much is always the same.
        let mut names: Vec<_> = entries
            .flatten()
            .map(|entry| entry.file_name())
            .take(MOST_ENTRIES)
            .collect();
        names.sort_unstable();
        for file_name in names {
            let shown = file_name.to_string_lossy();
            // Hidden ones belong to editors, version control and mounted volumes.
            if shown.starts_with('.') {
                continue;
            }
            self.seen += 1;
            if self.seen > MOST_ENTRIES {
                if self.seen == MOST_ENTRIES + 1 {
                    self.findings.push(too_many(prefix));
                }
                return;
            }
            self.entry(&folder.join(&file_name), &format!("{prefix}{shown}"), depth);
        }
    }

    fn entry(&mut self, path: &Path, name: &str, depth: usize) {
        let is_link = fs::symlink_metadata(path).is_ok_and(|data| data.is_symlink());
        let data = match fs::metadata(path) {
            Ok(data) => data,
            Err(error) if counts(name) => return self.findings.push(unreadable(name, &error)),
            // What would not be read anyway, as the link of an editor that leads nowhere.
            Err(_) => return,
        };
        if data.is_dir() {
            if is_link && self.leads_back(path) {
                self.findings.push(circle(name));
            } else if depth < DEEPEST {
                self.folder(path, &format!("{name}/"), depth + 1);
            }
            return;
        }
        if !data.is_file() {
            return;
        }
        if data.len() > LARGEST {
            return self.findings.push(Finding::warning(
                "I011",
                name,
                "文件太大，不会被读取",
                "the file is too large and is not read",
            ));
        }
        let outside = counts(name) && fs::canonicalize(path).is_ok_and(|real| !real.starts_with(&self.root));
        self.files.push(ListedFile {
            name: name.to_owned(),
            path: path.to_owned(),
            stamp: counts(name).then(|| Stamp::of(&data)),
            outside,
        });
    }

    /// Whether a link leads to a folder that it lies in.
    fn leads_back(&self, link: &Path) -> bool {
        let inside = link.parent().and_then(|parent| fs::canonicalize(parent).ok());
        match (fs::canonicalize(link), inside) {
            (Ok(target), Some(inside)) => inside.starts_with(target),
            _ => true,
        }
    }
}

impl Stamp {
    fn of(data: &fs::Metadata) -> Stamp {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt;
        Stamp {
            size: data.len(),
            modified: data.modified().ok(),
            #[cfg(unix)]
            node: (data.dev(), data.ino(), data.ctime(), data.ctime_nsec()),
        }
    }
}

/// Whether something of a pack has such a name.
fn counts(name: &str) -> bool {
    !matches!(role(within(name)), Role::Beside | Role::Unknown)
}

/// Whether a file says that it is one of a pack: of what lies elsewhere nothing else is read, and nothing is quoted.
fn is_ours(role: Role, bytes: &[u8]) -> bool {
    let begins = match role {
        Role::Shop => "shop:",
        Role::Intent => "intent:",
        Role::Signal => "signal:",
        Role::Synonyms => "synonyms:",
        Role::OutOfScope => "examples:",
        Role::Phrases => "phrases:",
        Role::Standards => "standards:",
        Role::Goods => "goods:",
        Role::Scope | Role::Sheet | Role::Beside | Role::Unknown => return false,
    };
    bytes
        .split(|byte| *byte == b'\n')
        .any(|line| line.starts_with(begins.as_bytes()))
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

fn leads_outside(name: &str) -> Finding {
    Finding::error(
        "I014",
        name,
        "这个链接指到话术目录外面，那里不是话术文件，没有读它",
        "this link leads out of the folder, to something that is no intent file; it is not read",
    )
    .hint("把文件本身放进目录", "put the file itself into the folder")
}

fn circle(name: &str) -> Finding {
    Finding::warning(
        "I014",
        name,
        "这个链接指回它所在的目录，没有再读一遍",
        "this link leads back to a folder that it lies in, which is not read again",
    )
    .hint("删掉这个链接", "delete the link")
}

fn too_many(prefix: &str) -> Finding {
    let place = if prefix.is_empty() {
        "."
    } else {
        prefix.trim_end_matches('/')
    };
    Finding::warning(
        "I011",
        place,
        format!("目录里超过 {MOST_ENTRIES} 个文件，从这里起不再看了"),
        format!("the folder holds more than {MOST_ENTRIES} files; from here on they are not looked at"),
    )
    .hint("把和话术无关的文件移走", "move what is not of the pack elsewhere")
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::os::unix::fs::symlink;

    use super::*;
    use crate::packs::Severity;

    const GOOD: &str = "intent: shipping.time\ntitle: 什么时候发货\n";

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("shipping")).unwrap();
        fs::write(folder.path().join("shipping/time.yaml"), GOOD).unwrap();
        folder
    }

    fn names(files: &[SourceFile]) -> Vec<&str> {
        files.iter().map(|file| file.name.as_str()).collect()
    }

    // F11
    #[test]
    fn links_in_circles_are_walked_once_and_links_to_nowhere_are_passed_over() {
        let folder = folder();
        for number in 0..3 {
            symlink(folder.path(), folder.path().join(format!("shipping/loop{number}"))).unwrap();
            symlink(".", folder.path().join(format!("shipping/self{number}"))).unwrap();
        }
        symlink("/no/such/file", folder.path().join("shipping/notes.txt")).unwrap();
        symlink("round.bin", folder.path().join("round.bin")).unwrap();
        let (files, findings) = read_folder(folder.path());
        assert_eq!(names(&files), ["shipping/time.yaml"]);
        assert_eq!(findings.len(), 6, "{findings:#?}");
        assert!(findings.iter().all(|finding| finding.severity == Severity::Warning));
        // One that would be a question is missed.
        symlink("/no/such/file", folder.path().join("shipping/fee.yaml")).unwrap();
        let missing = read_folder(folder.path()).1;
        assert!(
            missing
                .iter()
                .any(|finding| finding.file == "shipping/fee.yaml" && finding.severity == Severity::Error)
        );
    }

    // F11
    #[test]
    fn what_lies_outside_is_not_shown_and_files_of_a_pack_may_lie_there() {
        let (folder, elsewhere) = (folder(), tempfile::tempdir().unwrap());
        fs::write(elsewhere.path().join("passwd"), "root:x:0:0:root:/root:/bin/bash\n").unwrap();
        fs::write(elsewhere.path().join("fee.yaml"), "intent: shipping.fee\n").unwrap();
        symlink(elsewhere.path().join("passwd"), folder.path().join("shipping/a.yaml")).unwrap();
        symlink(
            elsewhere.path().join("fee.yaml"),
            folder.path().join("shipping/fee.yaml"),
        )
        .unwrap();
        // As a volume of Kubernetes is mounted.
        fs::create_dir(folder.path().join("..data")).unwrap();
        fs::write(folder.path().join("..data/gift.yaml"), "nothing yet\n").unwrap();
        symlink("../..data/gift.yaml", folder.path().join("shipping/gift.yaml")).unwrap();
        let (files, findings) = read_folder(folder.path());
        assert_eq!(
            names(&files),
            ["shipping/fee.yaml", "shipping/gift.yaml", "shipping/time.yaml"]
        );
        assert_eq!((findings.len(), findings[0].file.as_str()), (1, "shipping/a.yaml"));
        assert!(!format!("{findings:?}").contains("root"));
    }

    // F31
    #[test]
    fn what_is_large_or_nobody_s_is_not_read() {
        let folder = folder();
        for name in ["promo.mp4", "shipping/fee.yaml"] {
            fs::File::create(folder.path().join(name))
                .unwrap()
                .set_len(700 << 20)
                .unwrap();
        }
        fs::write(folder.path().join("shipping/photo.png"), vec![7; 1 << 20]).unwrap();
        let (files, findings) = read_folder(folder.path());
        assert_eq!(names(&files), ["shipping/photo.png", "shipping/time.yaml"]);
        assert!(files[0].bytes.is_empty());
        assert_eq!(findings.len(), 2, "{findings:#?}");
        assert!(findings.iter().all(|finding| finding.rule == "I011"));
    }
}
