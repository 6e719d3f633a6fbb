//! A change of files that is tried before it is written: the folder as it would be is checked, compiled and tested
//! like any other, and only then the files are put in place and their packs answer. What somebody else has written in the
//! meantime is never written over.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use tokio::sync::oneshot;

use super::{Build, Reading};
use crate::dialogue::Generation;
use crate::model::ShopId;
use crate::packs::{Finding, Severity, SourceFile};
use crate::shops::Generations;

/// One file as it was and as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// Its name, relative to the folder, with `/`.
    pub name: String,
    /// Its content before; `None` where it is not there.
    pub before: Option<Vec<u8>>,
    /// Its content after; `None` where it is deleted.
    pub after: Option<Vec<u8>>,
}

/// Why a change is not made. Nothing was written, and what answered answers on.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// With it the files would be refused: these findings, one of which forbids it.
    #[error("{} findings refuse the change", .0.len())]
    Refused(Vec<Finding>),
    /// Whoever proposed it does not want it, having seen the files or what would answer.
    #[error("the change was withdrawn")]
    Withdrawn,
    /// Somebody else has changed the file.
    #[error("{0} was changed meanwhile")]
    Changed(String),
    /// The file may not be written here.
    #[error("{} cannot be written: {error}", .change.name)]
    Unwritable {
        /// What was to be written.
        change: FileChange,
        /// Why not.
        error: io::Error,
    },
    /// The server is going away.
    #[error("the server stops")]
    Stopped,
}

/// A change that was made.
#[derive(Debug)]
pub struct Edited {
    /// What was written, in the order in which it was proposed.
    pub changes: Vec<FileChange>,
    /// What `check` has to say, warnings only.
    pub findings: Vec<Finding>,
}

/// What is to be changed, having seen the files, each file once; nothing for nothing after all.
pub type Propose = dyn FnOnce(&[SourceFile]) -> Vec<FileChange> + Send;
/// Whether it is still wanted, having seen what would answer and the warnings of `check`.
pub type Accept = dyn FnOnce(&Generations, &[Finding]) -> bool + Send;

/// What the thread that publishes is woken for.
pub(super) enum Wake {
    /// Something happened in the folder, perhaps.
    Changed,
    /// A change waits to be made.
    Edit(Box<Edit>),
    /// It is to end.
    Stop,
}

/// A change that waits to be made.
pub(super) struct Edit {
    takes_away: bool,
    propose: Box<Propose>,
    accept: Box<Accept>,
    told: oneshot::Sender<Result<Edited, EditError>>,
}

/// The way for changes to the thread that publishes: one after the other, and never beside a reload. Clones share it.
#[derive(Clone)]
pub struct Editor {
    wake: Sender<Wake>,
    folder: PathBuf,
}

/// What was tried and found good: what answers from now on, and the identity of the folder with it.
pub(super) struct Tried {
    pub generations: Vec<Arc<Generation>>,
    pub files: Vec<SourceFile>,
    pub id: [u8; 32],
    pub edited: Edited,
    pub told: oneshot::Sender<Result<Edited, EditError>>,
}

impl Editor {
    pub(super) fn new(wake: Sender<Wake>, folder: PathBuf) -> Editor {
        Editor { wake, folder }
    }

    /// The files as they lie there now. It reads the disk.
    pub fn files(&self) -> Vec<SourceFile> {
        Reading::of(&self.folder).files
    }

    /// Tries a change of files, and makes all of it or nothing. One that `takes_away` on purpose may make a small pack a
    /// fifth smaller.
    ///
    /// # Errors
    /// Why it is not made.
    pub async fn change(
        &self,
        takes_away: bool,
        propose: Box<Propose>,
        accept: Box<Accept>,
    ) -> Result<Edited, EditError> {
        let (told, answer) = oneshot::channel();
        let edit = Edit {
            takes_away,
            propose,
            accept,
            told,
        };
        self.wake
            .send(Wake::Edit(Box::new(edit)))
            .map_err(|_| EditError::Stopped)?;
        answer.await.map_err(|_| EditError::Stopped)?
    }

    /// Whether files of a shop can be written, as far as the system says without writing.
    pub fn may_write(&self, shop: &ShopId) -> bool {
        let own = self.folder.join("shops").join(shop.as_str());
        let there = own.ancestors().find(|folder| folder.is_dir()).unwrap_or(&self.folder);
        #[cfg(unix)]
        {
            use rustix::fs::{Access, access};
            access(there, Access::WRITE_OK).is_ok()
        }
        #[cfg(not(unix))]
        fs::metadata(there).is_ok_and(|data| !data.permissions().readonly())
    }
}

impl Edit {
    /// Tries the change beside what answers. `None` when it is not made; whoever waits was told.
    pub(super) fn run(self, folder: &Path, now: &Generations, build: &mut Build) -> Option<Tried> {
        let Edit {
            takes_away,
            propose,
            accept,
            told,
        } = self;
        match tried(folder, now, build, takes_away, propose, accept) {
            Ok((generations, reading, edited)) => Some(Tried {
                generations,
                files: reading.files,
                id: reading.id,
                edited,
                told,
            }),
            Err(error) => {
                // Whoever asked may be gone.
                let _ = told.send(Err(error));
                None
            }
        }
    }
}

type Good = (Vec<Arc<Generation>>, Reading, Edited);

fn tried(
    folder: &Path,
    now: &Generations,
    build: &mut Build,
    takes_away: bool,
    propose: Box<Propose>,
    accept: Box<Accept>,
) -> Result<Good, EditError> {
    let Reading {
        mut files, findings, ..
    } = Reading::of(folder);
    let changes = propose(&files);
    if changes.is_empty() {
        return Err(EditError::Withdrawn);
    }
    for change in &changes {
        change.lay_over(&mut files);
    }
    let reading = Reading::from_files(files, findings);
    let built = match build(&reading, now) {
        // What is taken back on purpose is not lost: held against nothing, the files must still be sound.
        Err(findings) if takes_away && only_smaller(&findings) => build(&reading, &Generations::new()),
        built => built,
    };
    let (generations, findings) = built.map_err(EditError::Refused)?;
    let shops = generations.iter();
    let by_shop = shops.map(|shop| (shop.pack.shop.id.clone(), Arc::clone(shop)));
    if !accept(&by_shop.collect(), &findings) {
        return Err(EditError::Withdrawn);
    }
    put_all(folder, &changes)?;
    Ok((generations, reading, Edited { changes, findings }))
}

impl FileChange {
    /// Makes the change in files that are in memory, sorted by name.
    pub fn lay_over(&self, files: &mut Vec<SourceFile>) {
        files.retain(|file| file.name != self.name);
        if let Some(bytes) = &self.after {
            let at = files.partition_point(|file| file.name < self.name);
            let (name, bytes) = (self.name.clone(), bytes.clone());
            files.insert(at, SourceFile { name, bytes });
        }
    }

    fn reversed(&self) -> FileChange {
        FileChange {
            name: self.name.clone(),
            before: self.after.clone(),
            after: self.before.clone(),
        }
    }
}

/// Puts files in place, untried; when one of them cannot be, those before it are as they were. A server that reads the folder
/// checks them like any other change.
///
/// # Errors
/// [`EditError::Changed`] and [`EditError::Unwritable`]: nothing is different.
pub fn put_all(folder: &Path, changes: &[FileChange]) -> Result<(), EditError> {
    for (at, change) in changes.iter().enumerate() {
        if let Err(error) = put(folder, change) {
            for done in changes[..at].iter().rev() {
                if let Err(error) = put(folder, &done.reversed()) {
                    tracing::error!(%error, file = done.name, "a file is not as it was before a change that failed");
                }
            }
            return Err(error);
        }
    }
    Ok(())
}

/// Whether nothing forbids the files but that a shop has less than what answers now.
fn only_smaller(findings: &[Finding]) -> bool {
    let mut errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.all(|finding| finding.rule == "G004")
}

/// Puts the file in place, all of it or nothing, unless it is another than it was.
fn put(folder: &Path, change: &FileChange) -> Result<(), EditError> {
    let unwritable = |error: io::Error| EditError::Unwritable {
        change: change.clone(),
        error,
    };
    let path = place(folder, &change.name).map_err(unwritable)?;
    let now = match fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(unwritable(error)),
    };
    if now != change.before {
        return Err(EditError::Changed(change.name.clone()));
    }
    let written = match &change.after {
        None => fs::remove_file(&path),
        Some(bytes) => write(&path, bytes),
    };
    written.map_err(unwritable)
}

/// Where the file lies, links followed; its folder is made where it is not there. A place outside of the folder is
/// somebody else's.
fn place(folder: &Path, name: &str) -> io::Result<PathBuf> {
    let root = fs::canonicalize(folder)?;
    let path = root.join(name);
    if let Ok(there) = fs::canonicalize(&path) {
        return inside(&root, there);
    }
    let (Some(parent), Some(file)) = (path.parent(), path.file_name()) else {
        return Err(io::Error::new(ErrorKind::InvalidInput, "no file"));
    };
    make_folder(&root, parent)?;
    let there = inside(&root, fs::canonicalize(parent)?)?;
    Ok(there.join(file))
}

fn inside(root: &Path, there: PathBuf) -> io::Result<PathBuf> {
    match there.starts_with(root) {
        true => Ok(there),
        false => Err(io::Error::new(
            ErrorKind::PermissionDenied,
            format!("a link leads out of the folder, to {}", there.display()),
        )),
    }
}

/// Makes the folders that are missing, open to whom the one above is open: the program itself keeps its files private.
fn make_folder(root: &Path, folder: &Path) -> io::Result<()> {
    if folder.is_dir() || folder == root {
        return Ok(());
    }
    let above = folder.parent().unwrap_or(root);
    make_folder(root, above)?;
    fs::create_dir(folder)?;
    fs::set_permissions(folder, fs::metadata(above)?.permissions())
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".new");
    // Hidden, and so no intent file while it is written.
    let beside = folder.join(name);
    let put = || {
        let mut file = fs::File::create(&beside)?;
        file.write_all(bytes)?;
        file.set_permissions(permissions(path, folder)?)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    put().inspect_err(|_| {
        let _ = fs::remove_file(&beside);
    })
}

/// As the file had them, or as its folder has them.
fn permissions(path: &Path, folder: &Path) -> io::Result<fs::Permissions> {
    if let Ok(data) = fs::metadata(path) {
        return Ok(data.permissions());
    }
    let permissions = fs::metadata(folder)?.permissions();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        Ok(fs::Permissions::from_mode(permissions.mode() & 0o666))
    }
    #[cfg(not(unix))]
    Ok(permissions)
}

#[cfg(test)]
mod tests;
