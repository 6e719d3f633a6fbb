//! Takes changed intent files into use while the server runs: build beside the old generation, refuse what is
//! broken, swap what is sound. Messages in flight finish on the generation they began with.
//!
//! A watcher only wakes it: events are lost on network folders and when a whole folder is swapped. What counts is
//! the content, looked at again and again (`looking.rs`).

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::{RecursiveMode, Watcher};

use super::edit::{Editor, FileChange, Wake};
use super::looking::Looker;
use super::{Build, Reading, notice};
use crate::dialogue::Generation;
use crate::model::{PackId, ShopId};
use crate::packs::{Finding, SourceFile};
use crate::shops::{Generations, Notice, NoticeKind, Shops};

/// Editors write in several steps: it waits until nothing has happened for so long.
const QUIET: Duration = Duration::from_millis(200);
/// And no longer than this, since something may be written there all the time.
const LONGEST_UNREST: Duration = Duration::from_secs(2);

/// What became of changed files.
pub enum Reloaded {
    /// They answer now.
    Taken {
        /// The shops that say something new, with what answers now.
        changed: Vec<(ShopId, PackId)>,
        /// Shops that are served no more.
        gone: Vec<ShopId>,
        /// What `check` has to say about them.
        findings: Vec<Finding>,
        /// The files that were changed by hand; empty also where it is not known what they were before.
        by_hand: Vec<FileChange>,
    },
    /// They are broken; the old generations go on.
    Refused {
        /// What is wrong.
        findings: Vec<Finding>,
        /// The files that it is said of.
        files: Vec<SourceFile>,
    },
    /// The folder cannot be read; the old generations go on.
    Unreadable(io::Error),
}

/// The reloading thread. Dropping it stops the thread, after the build it may be in; nobody waits for that.
pub struct Reloader {
    wake: Sender<Wake>,
    folder: PathBuf,
    _watcher: Option<notify::RecommendedWatcher>,
}

impl Reloader {
    /// Looks at the folder every `every` and whenever the system says that something changed; with zero only when
    /// [`Reloader::look`] is called. `seen` is the id of what answers now. `tell` hears of every attempt.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(
        folder: PathBuf,
        seen: [u8; 32],
        every: Duration,
        shops: Arc<Shops>,
        mut build: Box<Build>,
        tell: impl Fn(&Reloaded) + Send + 'static,
    ) -> io::Result<Reloader> {
        let (wake, woken) = channel();
        let hint = wake.clone();
        let watcher = (!every.is_zero()).then(|| {
            let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                if event.is_ok_and(|event| !event.kind.is_access()) {
                    let _ = hint.send(Wake::Changed);
                }
            })?;
            watcher.watch(&folder, RecursiveMode::Recursive)?;
            Ok::<_, notify::Error>(watcher)
        });
        if let Some(Err(error)) = &watcher {
            tracing::info!(%error, "no watcher for the intent folder; it is read again from time to time");
        }
        let watched = folder.clone();
        let followed = Followed::of(&folder, seen);
        std::thread::Builder::new()
            .name("intents".to_owned())
            .spawn(move || watch(&watched, followed, every, &woken, &shops, &mut build, &tell))?;
        Ok(Reloader {
            wake,
            folder,
            _watcher: watcher.and_then(Result::ok),
        })
    }

    /// The way for changes that are made here.
    pub fn editor(&self) -> Editor {
        Editor::new(self.wake.clone(), self.folder.clone())
    }

    /// Looks at the folder now.
    pub fn look(&self) {
        let _ = self.wake.send(Wake::Changed);
    }
}

impl Drop for Reloader {
    fn drop(&mut self) {
        let _ = self.wake.send(Wake::Stop);
    }
}

/// A folder that is followed.
struct Followed {
    looker: Looker,
    /// The identity of what was read last.
    seen: [u8; 32],
    /// The files of what answers, to tell what is changed in them; `None` while they are not known.
    known: Option<Vec<SourceFile>>,
}

impl Followed {
    /// What answers has this identity.
    fn of(folder: &Path, seen: [u8; 32]) -> Followed {
        let mut looker = Looker::new(folder.to_owned());
        let now = looker.look(true).filter(|reading| reading.id == seen);
        if now.is_none() {
            // Somebody was faster; it is to be seen as new.
            looker = Looker::new(folder.to_owned());
        }
        Followed {
            looker,
            seen,
            known: now.map(|reading| reading.files),
        }
    }
}

fn watch(
    folder: &Path,
    followed: Followed,
    every: Duration,
    woken: &Receiver<Wake>,
    shops: &Shops,
    build: &mut Build,
    tell: &impl Fn(&Reloaded),
) {
    let mut readable = true;
    let Followed {
        mut looker,
        mut seen,
        mut known,
    } = followed;
    // Why the files as they were read last do not answer.
    let mut refused: Option<Notice> = None;
    let notices = shops.notices();
    loop {
        let mut wake = match every.is_zero() {
            true => woken.recv().map_err(RecvTimeoutError::from),
            false => woken.recv_timeout(every),
        };
        let mut told = matches!(wake, Ok(Wake::Changed));
        let begun = Instant::now();
        while let Ok(Wake::Changed) = wake {
            if begun.elapsed() >= LONGEST_UNREST {
                break;
            }
            wake = woken.recv_timeout(QUIET);
        }
        match wake {
            Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            Ok(Wake::Changed) | Err(RecvTimeoutError::Timeout) => {}
            Ok(Wake::Edit(edit)) => {
                let previous = shops.all();
                if let Some(tried) = edit.run(folder, &previous, build) {
                    seen = tried.id;
                    let findings = tried.edited.findings.clone();
                    // What somebody has changed by hand meanwhile is live with it.
                    let mut by_hand = changed_files(known.as_deref(), &tried.files);
                    by_hand.retain(|change| tried.edited.changes.iter().all(|made| made.name != change.name));
                    known = Some(tried.files);
                    let outcome = publish(tried.generations, findings, by_hand, &previous, shops);
                    // The files with the change are sound, whatever was said of them before.
                    refused = None;
                    notices.replace(NoticeKind::ReloadRefused, None);
                    tell(&outcome);
                    let _ = tried.told.send(Ok(tried.edited));
                }
                // What else has happened there is looked at as well.
                told = true;
            }
        }
        if let Err(error) = std::fs::read_dir(folder) {
            if readable {
                notices.replace(NoticeKind::ReloadRefused, [notice::unreadable(&error)]);
                tell(&Reloaded::Unreadable(error));
            }
            readable = false;
            continue;
        }
        readable = true;
        let Some(reading) = looker.look(told).filter(|reading| reading.id != seen) else {
            // A folder that could not be read for a while is as it was.
            notices.replace(NoticeKind::ReloadRefused, refused.clone());
            continue;
        };
        seen = reading.id;
        let outcome = take(reading, &mut known, shops, build);
        refused = match &outcome {
            Reloaded::Refused { findings, .. } => Some(notice::refused(findings)),
            Reloaded::Taken { .. } | Reloaded::Unreadable(_) => None,
        };
        notices.replace(NoticeKind::ReloadRefused, refused.clone());
        tell(&outcome);
    }
}

/// Publishes what was read, unless something forbids it.
fn take(reading: Reading, known: &mut Option<Vec<SourceFile>>, shops: &Shops, build: &mut Build) -> Reloaded {
    let previous = shops.all();
    let (generations, findings) = match build(&reading, &previous) {
        Ok(built) => built,
        Err(findings) => {
            let files = reading.files;
            return Reloaded::Refused { findings, files };
        }
    };
    let by_hand = changed_files(known.as_deref(), &reading.files);
    *known = Some(reading.files);
    publish(generations, findings, by_hand, &previous, shops)
}

/// What is different in files that are sorted by name.
fn changed_files(before: Option<&[SourceFile]>, after: &[SourceFile]) -> Vec<FileChange> {
    let Some(before) = before else {
        return Vec::new();
    };
    let of = |files: &[SourceFile], name: &str| {
        let at = files.binary_search_by(|file| file.name.as_str().cmp(name)).ok()?;
        Some(files[at].bytes.clone())
    };
    let names = before.iter().chain(after).map(|file| file.name.as_str());
    let names: std::collections::BTreeSet<&str> = names.collect();
    let changes = names.into_iter().map(|name| FileChange {
        name: name.to_owned(),
        before: of(before, name),
        after: of(after, name),
    });
    changes.filter(|change| change.before != change.after).collect()
}

/// Swaps what answers, and says what is new.
fn publish(
    generations: Vec<Arc<Generation>>,
    findings: Vec<Finding>,
    by_hand: Vec<FileChange>,
    previous: &Generations,
    shops: &Shops,
) -> Reloaded {
    let new = generations
        .iter()
        .map(|generation| (&generation.pack.shop.id, &generation.pack.id));
    let changed = new
        .filter(|(shop, id)| previous.get(*shop).is_none_or(|before| before.pack.id != **id))
        .map(|(shop, id)| (shop.clone(), id.clone()))
        .collect();
    let gone = previous
        .keys()
        .filter(|shop| generations.iter().all(|generation| generation.pack.shop.id != **shop))
        .cloned()
        .collect();
    shops.publish(generations);
    Reloaded::Taken {
        changed,
        gone,
        findings,
        by_hand,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::mpsc::channel;

    use super::super::Built;
    use super::*;
    use crate::packs::Pack;
    use crate::understanding::Tolerance;

    /// A generation that says nothing; a file with `broken` in it is refused.
    fn build(reading: &Reading, known: &Generations) -> Built {
        let text = String::from_utf8(reading.files[0].bytes.clone()).unwrap();
        if text.contains("broken") {
            return Err(Vec::new());
        }
        let pack = Pack {
            id: PackId::new(text),
            ..Pack::default()
        };
        let known: Vec<_> = known.values().cloned().collect();
        let generation = Generation::compile(pack, Tolerance::default(), crate::shop::clock::OWN_MS, &known)?;
        Ok((vec![Arc::new(generation)], Vec::new()))
    }

    /// A folder with one file in a folder of its own, as it was read, and the shops that answer by it.
    fn answering() -> (tempfile::TempDir, Reading, Arc<Shops>) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        std::fs::write(folder.path().join("a/b.yaml"), "one").unwrap();
        let reading = Reading::of(folder.path());
        let shops = Arc::new(Shops::new(build(&reading, &Generations::new()).unwrap().0));
        (folder, reading, shops)
    }

    #[test]
    fn sound_changes_are_taken_and_broken_ones_refused() {
        let (folder, reading, shops) = answering();
        let file = folder.path().join("a/b.yaml");
        let (told, tell) = channel();
        let every = Duration::from_millis(10);
        let reloader = Reloader::start(
            folder.path().to_owned(),
            reading.id,
            every,
            Arc::clone(&shops),
            Box::new(build),
            move |outcome| {
                let taken = match outcome {
                    Reloaded::Taken { changed, by_hand, .. } => {
                        let [FileChange { name, before, after }] = &by_hand[..] else {
                            unreachable!("{by_hand:?}")
                        };
                        assert_eq!(name, "a/b.yaml");
                        assert_eq!(
                            (before.as_deref(), after.as_deref()),
                            (Some(&b"one"[..]), Some(&b"two"[..]))
                        );
                        Some(changed.clone())
                    }
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
        let notices = || shops.notices().current();
        assert_eq!(notices().len(), 1);
        assert!(notices()[0].zh.contains("没有生效"), "{:?}", notices());
        std::fs::write(&file, "two").unwrap();
        let changed = vec![(ShopId::new("demo"), PackId::new("two"))];
        assert_eq!(tell.recv_timeout(patience).unwrap(), Some(changed));
        assert_eq!(shops.publications(), 2);
        assert!(notices().is_empty());
        drop(reloader);
        assert!(tell.try_recv().is_err(), "each change is told once");
    }

    // F11
    #[test]
    fn a_file_that_is_written_all_the_time_does_not_hold_edits_up() {
        let (folder, reading, shops) = answering();
        let file = folder.path().join("a/b.yaml");
        let (told, tell) = channel();
        // Only the system wakes it.
        let every = Duration::from_secs(3_600);
        let (root, answers) = (folder.path().to_owned(), Arc::clone(&shops));
        let _reloader = Reloader::start(root, reading.id, every, answers, Box::new(build), move |outcome| {
            let _ = told.send(matches!(outcome, Reloaded::Taken { .. }));
        })
        .unwrap();
        let (stop, stopped) = channel::<()>();
        let log = folder.path().join("server.log");
        let writer = std::thread::spawn(move || {
            while stopped.recv_timeout(Duration::from_millis(5)) == Err(RecvTimeoutError::Timeout) {
                std::fs::write(&log, "another line").unwrap();
            }
        });
        std::fs::write(&file, "two").unwrap();
        // The name of the log may be news of its own.
        while shops.all().values().all(|shop| shop.pack.id.as_str() != "two") {
            assert!(tell.recv_timeout(Duration::from_secs(20)).unwrap());
        }
        drop(stop);
        writer.join().unwrap();
    }
}
