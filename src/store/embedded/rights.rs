//! Who may read the data folder: its owner, and nobody else on the machine. SQLite gives the files beside the database
//! the database's rights.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::DATABASE;

/// The files of the folder that say something about people, and the lock.
const FILES: [&str; 4] = [DATABASE, "yingda.db-wal", "yingda.db-shm", "yingda.lock"];

/// Options that create a file for its owner only.
pub(super) fn private() -> OpenOptions {
    #[allow(unused_mut, reason = "elsewhere than on Unix rights come from the folder")]
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Creates the folder, for its owner only, when it is not there.
pub(super) fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Creates an empty file for its owner only when it is not there.
pub(super) fn create_file(path: &Path) -> io::Result<()> {
    private().create(true).append(true).open(path).map(|_| ())
}

/// What in the folder others on this machine may use, with its rights: the folder itself, and the store's files. A
/// folder with the sticky bit is meant for everybody and not named.
pub fn wider(folder: &Path) -> Vec<(PathBuf, u32)> {
    let files = FILES.iter().map(|name| folder.join(name));
    let all = std::iter::once(folder.to_owned()).chain(files);
    all.filter_map(|path| rights_of_others(&path).map(|mode| (path, mode)))
        .collect()
}

/// Takes from others what they may do with the folder and the store's files. What cannot be changed is no reason not to
/// serve, and is said.
pub(super) fn tighten(folder: &Path) {
    for (path, mode) in wider(folder) {
        let (was, shown) = (format!("{mode:03o}"), path.display());
        match make_private(&path, mode) {
            Ok(()) => tracing::warn!(path = %shown, was, "others on this machine could use it; now only its owner can"),
            Err(error) => tracing::warn!(
                path = %shown, was, %error,
                "others on this machine can use it, and its rights cannot be changed: take them away with chmod go-rwx"
            ),
        }
    }
}

#[cfg(unix)]
fn rights_of_others(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    const STICKY: u32 = 0o1000;
    // What is a link leads to where somebody else decides.
    let mode = fs::symlink_metadata(path).ok()?.permissions().mode();
    let wider = mode & 0o077 != 0 && mode & STICKY == 0 && mode & 0o170_000 != 0o120_000;
    wider.then_some(mode & 0o777)
}

#[cfg(unix)]
fn make_private(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o700))
}

#[cfg(not(unix))]
fn rights_of_others(_: &Path) -> Option<u32> {
    None
}

#[cfg(not(unix))]
fn make_private(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}
