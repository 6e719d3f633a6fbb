//! Takes changed intent files into use while the server runs: build beside the old generation, refuse what is
//! broken, swap what is sound. Messages in flight finish on the generation they began with.
//!
//! A watcher only wakes it: events are lost on network folders and when a whole folder is swapped. What counts is
//! a hash of names and contents, taken again and again.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use notify::{RecursiveMode, Watcher};
use sha2::{Digest, Sha256};

use crate::model::PackId;
use crate::packs::Finding;
use crate::shops::Shops;

use crate::dialogue::Generation;

/// Editors write in several steps: it waits until nothing has happened for so long.
const QUIET: Duration = Duration::from_millis(200);

/// What became of changed files.
#[derive(Debug)]
pub enum Reloaded {
    /// They answer now.
    Taken {
        /// What answers now.
        pack: PackId,
        /// What `check` has to say about them.
        findings: Vec<Finding>,
    },
    /// They are broken; the old generation goes on.
    Refused {
        /// What is wrong.
        findings: Vec<Finding>,
    },
    /// The folder cannot be read; the old generation goes on.
    Unreadable(io::Error),
}

/// Builds a generation from this folder, after the one that answers now, if one does.
pub type Build = dyn Fn(&Path, Option<&Generation>) -> Result<(Arc<Generation>, Vec<Finding>), Vec<Finding>> + Send;

/// A hash of all names and contents below a folder.
///
/// # Errors
/// When a folder or file cannot be read.
pub fn fingerprint(folder: &Path) -> io::Result<[u8; 32]> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort_unstable();
    let mut hash = Sha256::new();
    for path in files {
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy();
        let content = std::fs::read(&path)?;
        // Lengths keep a name from running into a content.
        hash.update(name.len().to_le_bytes());
        hash.update(name.as_bytes());
        hash.update(content.len().to_le_bytes());
        hash.update(&content);
    }
    Ok(hash.finalize().into())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        // Editors keep their own files beside; a ConfigMap keeps the real folder behind a name with dots.
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        // Follows links, as the loader does.
        let kind = std::fs::metadata(&path)?;
        if kind.is_dir() {
            collect(&path, files)?;
        } else if kind.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

enum Wake {
    Changed,
    Stop,
}

/// The reloading thread. Dropping it stops the thread, after the build it may be in; nobody waits for that.
pub struct Reloader {
    wake: Sender<Wake>,
    _watcher: Option<notify::RecommendedWatcher>,
}

impl Reloader {
    /// Looks at the folder every `every` and whenever the system says that something changed. `seen` is the
    /// fingerprint of what `current` was built from. `tell` hears of every attempt.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(
        folder: PathBuf,
        seen: [u8; 32],
        every: Duration,
        shops: Arc<Shops>,
        build: Box<Build>,
        tell: impl Fn(&Reloaded) + Send + 'static,
    ) -> io::Result<Reloader> {
        let (wake, woken) = channel();
        let hint = wake.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| !event.kind.is_access()) {
                let _ = hint.send(Wake::Changed);
            }
        })
        .and_then(|mut watcher| {
            watcher.watch(&folder, RecursiveMode::Recursive)?;
            Ok(watcher)
        });
        if let Err(error) = &watcher {
            tracing::info!(%error, "no watcher for the intent folder; it is read again from time to time");
        }
        std::thread::Builder::new()
            .name("intents".to_owned())
            .spawn(move || watch(&folder, seen, every, &woken, &shops, &build, &tell))?;
        Ok(Reloader {
            wake,
            _watcher: watcher.ok(),
        })
    }
}

impl Drop for Reloader {
    fn drop(&mut self) {
        let _ = self.wake.send(Wake::Stop);
    }
}

fn watch(
    folder: &Path,
    mut seen: [u8; 32],
    every: Duration,
    woken: &Receiver<Wake>,
    shops: &Shops,
    build: &Build,
    tell: &impl Fn(&Reloaded),
) {
    let mut readable = true;
    loop {
        let mut wake = woken.recv_timeout(every);
        while let Ok(Wake::Changed) = wake {
            wake = woken.recv_timeout(QUIET);
        }
        match wake {
            Ok(_) | Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {}
        }
        let found = match fingerprint(folder) {
            Ok(found) => found,
            Err(error) => {
                if readable {
                    tell(&Reloaded::Unreadable(error));
                }
                readable = false;
                continue;
            }
        };
        readable = true;
        if found == seen {
            continue;
        }
        seen = found;
        let previous = shops.all().values().next().cloned();
        match build(folder, previous.as_deref()) {
            Ok((generation, findings)) => {
                let pack = generation.pack.id.clone();
                shops.publish([generation]);
                tell(&Reloaded::Taken { pack, findings });
            }
            Err(findings) => tell(&Reloaded::Refused { findings }),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::mpsc::channel;

    use super::*;
    use crate::packs::Pack;
    use crate::reply::Templates;
    use crate::understanding::{Index, Tolerance};

    /// A generation that says nothing; a file with `broken` in it is refused.
    fn build(folder: &Path, _: Option<&Generation>) -> Result<(Arc<Generation>, Vec<Finding>), Vec<Finding>> {
        let text = std::fs::read_to_string(folder.join("a.yaml")).map_err(|_| Vec::new())?;
        if text.contains("broken") {
            return Err(Vec::new());
        }
        let pack = Pack::default();
        let templates = Templates::compile(&pack).map_err(|_| Vec::new())?;
        let index = Index::build(&pack, Tolerance::default());
        let pack = Arc::new(pack);
        Ok((Arc::new(Generation { pack, index, templates }), Vec::new()))
    }

    #[test]
    fn sound_changes_are_taken_and_broken_ones_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.yaml");
        std::fs::write(&file, "one").unwrap();
        let seen = fingerprint(folder.path()).unwrap();
        let shops = Arc::new(Shops::new([build(folder.path(), None).unwrap().0]));
        let (told, tell) = channel();
        let every = Duration::from_millis(10);
        let reloader = Reloader::start(
            folder.path().to_owned(),
            seen,
            every,
            Arc::clone(&shops),
            Box::new(build),
            move |outcome| {
                let taken = match outcome {
                    Reloaded::Taken { .. } => Some(2),
                    Reloaded::Refused { .. } => None,
                    Reloaded::Unreadable(error) => unreachable!("{error}"),
                };
                told.send(taken).unwrap();
            },
        )
        .unwrap();
        let patience = Duration::from_secs(20);
        std::fs::write(&file, "broken").unwrap();
        assert_eq!(tell.recv_timeout(patience).unwrap(), None);
        assert_eq!(shops.publications(), 1);
        std::fs::write(&file, "two").unwrap();
        assert_eq!(tell.recv_timeout(patience).unwrap(), Some(2));
        assert_eq!(shops.publications(), 2);
        drop(reloader);
        assert!(tell.try_recv().is_err(), "each change is told once");
    }

    #[test]
    fn a_fingerprint_sees_names_and_contents() {
        let folder = tempfile::tempdir().unwrap();
        let print = || fingerprint(folder.path()).unwrap();
        let empty = print();
        std::fs::write(folder.path().join("a.yaml"), "1").unwrap();
        let one = print();
        assert_ne!(empty, one);
        assert_eq!(one, print());
        std::fs::rename(folder.path().join("a.yaml"), folder.path().join("b.yaml")).unwrap();
        assert_ne!(one, print());
        std::fs::write(folder.path().join(".b.yaml.swp"), "x").unwrap();
        let renamed = print();
        std::fs::remove_file(folder.path().join(".b.yaml.swp")).unwrap();
        assert_eq!(renamed, print());
        assert!(fingerprint(&folder.path().join("none")).is_err());
    }
}
