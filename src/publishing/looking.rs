//! Looks at a folder again and again. A file whose size and times are as they were is not read again, so that looking
//! costs its names; from time to time everything is, because some network folders tell no times. A file that cannot be
//! read any more is taken as it was.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::Reading;
use crate::packs::{Finding, ListedFile, Severity, SourceFile, Stamp, list_folder};

/// A file that was changed so lately may be changed again without its times telling.
const YOUNG: Duration = Duration::from_secs(3);
/// Every so many looks all files are read.
const THOROUGH: u32 = 30;

/// A folder and what was seen in it.
pub struct Looker {
    folder: PathBuf,
    looks: u32,
    seen: BTreeMap<String, Seen>,
    last: Option<Reading>,
}

struct Seen {
    /// `None` for a file that has to be read again.
    stamp: Option<Stamp>,
    bytes: Vec<u8>,
}

impl Looker {
    /// Of this folder; nothing of it is read yet.
    pub fn new(folder: PathBuf) -> Looker {
        Looker {
            folder,
            looks: 0,
            seen: BTreeMap::new(),
            last: None,
        }
    }

    /// What lies in the folder now; `None` when it is what was there at the last look. `changed` when the system says
    /// that something has happened.
    pub fn look(&mut self, changed: bool) -> Option<Reading> {
        let (listed, mut findings) = list_folder(&self.folder);
        let thorough = changed || self.looks.is_multiple_of(THOROUGH);
        self.looks = self.looks.wrapping_add(1);
        let mut before = std::mem::take(&mut self.seen);
        let mut files_changed = false;
        for file in listed {
            let known = before.remove(&file.name);
            let (seen, is_new) = seen(&file, known, thorough, &mut findings);
            files_changed |= is_new;
            if let Some(seen) = seen {
                self.seen.insert(file.name, seen);
            }
        }
        // What the walk could not look at is as it was; the rest is gone.
        for (name, seen) in before {
            let hidden = findings.iter().any(|finding| is_at_or_below(&name, &finding.file));
            if hidden {
                self.seen.insert(name, Seen { stamp: None, ..seen });
            } else {
                files_changed = true;
            }
        }
        for finding in &mut findings {
            // Something answers already: one file that nobody can read does not hold the others up.
            if finding.rule == "I014" && !self.seen.is_empty() {
                finding.severity = Severity::Warning;
            }
        }
        let same_findings = self.last.as_ref().is_some_and(|last| last.findings == findings);
        if !files_changed && same_findings {
            return None;
        }
        let files = self.seen.iter().map(|(name, seen)| SourceFile {
            name: name.clone(),
            bytes: seen.bytes.clone(),
        });
        let reading = Reading::from_files(files.collect(), findings);
        let same = self.last.as_ref().is_some_and(|last| last.id == reading.id);
        self.last = Some(Reading {
            files: Vec::new(),
            findings: reading.findings.clone(),
            id: reading.id,
        });
        (!same).then_some(reading)
    }
}

/// What is known of a file now, and whether that is new. What cannot be read becomes a finding.
fn seen(file: &ListedFile, known: Option<Seen>, thorough: bool, findings: &mut Vec<Finding>) -> (Option<Seen>, bool) {
    let young = |stamp: &Stamp| {
        let age = stamp
            .modified
            .map(|modified| SystemTime::now().duration_since(modified));
        // Times in the future tell nothing.
        !matches!(age, Some(Ok(age)) if age > YOUNG)
    };
    let is_new = known.is_none();
    let stands = known.as_ref().is_some_and(|known| known.stamp == file.stamp);
    if stands && !thorough && file.stamp.as_ref().is_none_or(|stamp| !young(stamp)) {
        return (known, false);
    }
    match file.read() {
        Ok(bytes) => {
            let changed = is_new || known.is_some_and(|known| known.bytes != bytes);
            let stamp = file.stamp;
            (Some(Seen { stamp, bytes }), changed)
        }
        Err(finding) => {
            findings.push(*finding);
            (known.map(|known| Seen { stamp: None, ..known }), false)
        }
    }
}

/// Whether a name is that of a file or folder, or lies in the folder.
fn is_at_or_below(name: &str, place: &str) -> bool {
    place == "."
        || name
            .strip_prefix(place)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    fn texts(reading: &Reading) -> Vec<(&str, &str)> {
        let files = reading.files.iter();
        files
            .map(|file| (file.name.as_str(), std::str::from_utf8(&file.bytes).unwrap()))
            .collect()
    }

    // F11
    #[test]
    fn a_file_that_cannot_be_read_any_more_is_as_it_was_and_edits_of_others_are_seen() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("a")).unwrap();
        fs::write(at("a/one.yaml"), "1").unwrap();
        fs::write(at("a/two.yaml"), "2").unwrap();
        let mut looker = Looker::new(folder.path().to_owned());
        let first = looker.look(false).unwrap();
        assert_eq!(texts(&first), [("a/one.yaml", "1"), ("a/two.yaml", "2")]);
        assert_eq!(first.id, Reading::of(folder.path()).id);
        assert!(looker.look(false).is_none());
        assert!(looker.look(true).is_none());
        // A link that leads nowhere takes its place.
        fs::remove_file(at("a/two.yaml")).unwrap();
        symlink("/no/such/file", at("a/two.yaml")).unwrap();
        fs::write(at("a/one.yaml"), "changed").unwrap();
        let second = looker.look(false).unwrap();
        assert_eq!(texts(&second), [("a/one.yaml", "changed"), ("a/two.yaml", "2")]);
        assert_eq!(second.findings.len(), 1);
        assert!(
            second
                .findings
                .iter()
                .all(|finding| finding.severity == Severity::Warning)
        );
        fs::write(at("a/one.yaml"), "again").unwrap();
        assert_eq!(texts(&looker.look(false).unwrap())[0], ("a/one.yaml", "again"));
        // Gone is gone.
        fs::remove_file(at("a/two.yaml")).unwrap();
        assert_eq!(texts(&looker.look(false).unwrap()), [("a/one.yaml", "again")]);
    }

    // F31
    #[test]
    fn a_file_that_is_as_it_was_is_not_read_again_and_a_large_one_never() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("a")).unwrap();
        let old = SystemTime::now() - Duration::from_secs(3_600);
        let write = |text: &str| {
            fs::write(at("a/one.yaml"), text).unwrap();
            let file = fs::File::options().write(true).open(at("a/one.yaml")).unwrap();
            file.set_modified(old).unwrap();
        };
        write("one");
        fs::File::create(at("promo.mp4")).unwrap().set_len(700 << 20).unwrap();
        let mut looker = Looker::new(folder.path().to_owned());
        assert_eq!(texts(&looker.look(false).unwrap()), [("a/one.yaml", "one")]);
        for _ in 1..THOROUGH {
            assert!(looker.look(false).is_none());
        }
        // The stamp alone decides between thorough looks; it knows the time of this change.
        write("two");
        assert_eq!(texts(&looker.look(false).unwrap()), [("a/one.yaml", "two")]);
    }
}
