//! What was learned from the files, kept in a folder: a start with the same files need not learn it again.
//!
//! Each thing is one file, named by what it is and by what it was learned from. It begins with a line that says its form
//! and with its key, and ends with a SHA-256 of all before. It is nobody's source: what is broken, foreign or of another
//! build is taken away and learned again, and what cannot be written is not kept.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::understanding::preserve::{Key, Shelf};

/// The first line of each file. Another form has another number.
const FORM: &[u8] = b"yingda learned 1\n";
const KEY_AT: usize = FORM.len();
const CONTENT_AT: usize = KEY_AT + size_of::<Key>();
/// Bytes of the checksum.
const CHECKSUM: usize = 32;
/// How the names of the files end, and of those that are being written.
const ENDING: &str = "learned";
const UNFINISHED: &str = "new";
/// So many of each name stay beside those that are in use: files that were edited are often put back.
const SPARE: usize = 1;
/// Bytes read or written at once.
const AT_ONCE: usize = 64 << 10;

/// A shelf in a folder.
pub struct FolderShelf {
    folder: PathBuf,
}

impl FolderShelf {
    /// In this folder, which is made when something is kept.
    pub fn new(folder: PathBuf) -> FolderShelf {
        FolderShelf { folder }
    }

    fn path(&self, name: &str, key: &Key) -> PathBuf {
        self.folder
            .join(format!("{name}-{}.{ENDING}", HEXLOWER.encode(&key[..16])))
    }

    /// Takes away what is not in use, all but the newest of each name, and what a server that was killed was writing.
    pub fn tidy(&self, in_use: &[(&'static str, Key)]) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        let in_use: Vec<PathBuf> = in_use.iter().map(|(name, key)| self.path(name, key)).collect();
        let mut others: BTreeMap<String, Vec<(SystemTime, PathBuf)>> = BTreeMap::new();
        for path in entries.flatten().map(|entry| entry.path()) {
            let ends_in = |wanted: &str| path.extension().is_some_and(|ending| ending == wanted);
            if ends_in(UNFINISHED) {
                remove(&path);
            }
            let name = path.file_stem().and_then(|stem| stem.to_str()?.rsplit_once('-'));
            if let (true, Some((name, _)), false) = (ends_in(ENDING), name, in_use.contains(&path)) {
                let changed = fs::metadata(&path).and_then(|metadata| metadata.modified());
                let changed = changed.unwrap_or(SystemTime::UNIX_EPOCH);
                others.entry(name.to_owned()).or_default().push((changed, path));
            }
        }
        for mut files in others.into_values() {
            files.sort_unstable_by(|a, b| b.cmp(a));
            files.iter().skip(SPARE).for_each(|(_, path)| remove(path));
        }
    }

    fn write(&self, path: &Path, key: &Key, write: &dyn Fn(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut folder = DirBuilder::new();
        folder.recursive(true);
        let mut file = OpenOptions::new();
        file.write(true).create_new(true);
        #[cfg(unix)]
        {
            std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
            std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
        }
        folder.create(&self.folder)?;
        let beside = path.with_extension(UNFINISHED);
        remove(&beside);
        let written = file.open(&beside).and_then(|file| {
            let mut to = Hashing {
                inner: BufWriter::with_capacity(AT_ONCE, file),
                hash: Sha256::new(),
            };
            to.write_all(FORM)?;
            to.write_all(key)?;
            write(&mut to)?;
            let Hashing { mut inner, hash } = to;
            inner.write_all(&hash.finalize())?;
            inner.flush()
        });
        let written = written.and_then(|()| fs::rename(&beside, path));
        if written.is_err() {
            remove(&beside);
        }
        written
    }
}

impl Shelf for FolderShelf {
    fn take(
        &self,
        name: &'static str,
        key: &Key,
        read: &mut dyn FnMut(&mut dyn Read, usize) -> io::Result<()>,
    ) -> bool {
        let path = self.path(name, key);
        match take(&path, key, read) {
            Ok(()) => true,
            Err(error) if error.kind() == ErrorKind::NotFound => false,
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "what was learned cannot be read, and is learned again");
                remove(&path);
                false
            }
        }
    }

    fn put(&self, name: &'static str, key: &Key, write: &dyn Fn(&mut dyn Write) -> io::Result<()>) {
        let path = self.path(name, key);
        if let Err(error) = self.write(&path, key, write) {
            tracing::warn!(
                path = %path.display(), %error,
                "what was learned cannot be kept: the next start takes as long as this one"
            );
        }
    }
}

/// Hands the content of a file to `read`, and says afterwards whether it was whole.
fn take(path: &Path, key: &Key, read: &mut dyn FnMut(&mut dyn Read, usize) -> io::Result<()>) -> io::Result<()> {
    let wrong = |what| Err(io::Error::new(ErrorKind::InvalidData, what));
    let mut file = File::open(path)?;
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    let Some(content) = length.checked_sub(CONTENT_AT + CHECKSUM) else {
        return wrong("cut short");
    };
    let mut head = [0; CONTENT_AT];
    file.read_exact(&mut head)?;
    if !head.starts_with(FORM) {
        return wrong("of another form");
    }
    if head[KEY_AT..] != key[..] {
        return wrong("learned from something else");
    }
    let mut from = Hashing {
        inner: (&file).take(content as u64),
        hash: Sha256::new_with_prefix(head),
    };
    read(&mut BufReader::with_capacity(AT_ONCE, &mut from), content)?;
    let mut checksum = [0; CHECKSUM];
    (&file).read_exact(&mut checksum)?;
    if from.hash.finalize()[..] != checksum {
        return wrong("not what was written");
    }
    // The newest stay longest.
    let _ = file.set_modified(SystemTime::now());
    Ok(())
}

/// Hashes what is written or read.
struct Hashing<T> {
    inner: T,
    hash: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(bytes)?;
        self.hash.update(&bytes[..length]);
        Ok(length)
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Takes a file away; one that stays is in nobody's way.
fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}
