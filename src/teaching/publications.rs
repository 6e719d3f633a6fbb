//! What has answered in a shop, one publication after the other: made at the desk, by hand in the files, or found changed at a
//! start. Folded from the audit record, so that all servers on one store list the same.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::{AgentId, Millis};
use crate::publishing::edit::FileChange;

use super::change::{Change, FileEdit};

/// The diffs of one publication that are kept, bytes; of what is larger only the counts are.
const MOST_BYTES: usize = 16 * 1024;
/// So many publications back a server may tell of one that is recorded already.
const LATELY: usize = 4;
/// And so long, milliseconds: who puts the same files back later has published them anew.
const LATE_MS: u64 = 60_000;
/// Files that are named.
const MOST_FILES: usize = 50;

/// A file that somebody has changed by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandEdit {
    /// Relative to the folder of intents.
    pub name: String,
    /// For people; empty where it was too large, or stands with another shop.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub diff: String,
    /// Lines that went.
    pub removed: usize,
    /// Lines that came.
    pub added: usize,
}

impl HandEdit {
    /// These changes, for the record; with diffs of those that `shown` names.
    pub fn all<'c>(changes: impl Iterator<Item = &'c FileChange>, shown: impl Fn(&str) -> bool) -> Vec<HandEdit> {
        let mut left = MOST_BYTES;
        let edits = changes.take(MOST_FILES).map(FileEdit::of);
        edits
            .map(|edit| {
                let fits = shown(&edit.name) && edit.diff.len() <= left;
                left -= if fits { edit.diff.len() } else { 0 };
                HandEdit {
                    removed: edit.removed.len(),
                    added: edit.added.len(),
                    diff: if fits { edit.diff } else { String::new() },
                    name: edit.name,
                }
            })
            .collect()
    }
}

/// A pack that answered from a moment on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Publication {
    /// The first entry of the audit record that tells of it: its id.
    pub first: u64,
    /// The last entry; what is recorded after it was done after it.
    pub number: u64,
    pub at: Millis,
    /// `None` for files that were changed by hand.
    pub by: Option<AgentId>,
    pub pack: String,
    /// What the page has changed for it, by id.
    pub changes: Vec<String>,
    pub files: Vec<HandEdit>,
    /// It was found at a start: it was changed while no server ran.
    pub at_start: bool,
}

/// All publications of a shop, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Publications(pub Vec<Publication>);

impl Publications {
    /// The publication of this pack, the last one or a new one. Several servers tell of the same.
    fn of(&mut self, number: u64, at: Millis, pack: &str) -> &mut Publication {
        if self.0.last().is_none_or(|last| last.pack != pack) {
            self.0.push(Publication {
                first: number,
                number,
                at,
                by: None,
                pack: pack.to_owned(),
                changes: Vec::new(),
                files: Vec::new(),
                at_start: false,
            });
        }
        let last = self.0.last_mut().expect("one was there or was pushed");
        last.number = number;
        last
    }

    /// A change that was made at the desk.
    pub fn take_change(&mut self, number: u64, at: Millis, change: &Change, by: &str) {
        if change.file.is_none() {
            return;
        }
        // Entries of older versions do not say which pack it was.
        let pack = match change.pack.is_empty() {
            true => format!("change {}", change.id),
            false => change.pack.clone(),
        };
        let publication = self.of(number, at, &pack);
        publication.by = Some(AgentId::new(by));
        publication.changes.push(change.id.clone());
    }

    /// Files that answer, as the server has told of them.
    pub fn take_files(&mut self, number: u64, at: Millis, detail: &Value) {
        let pack = detail["pack"].as_str().unwrap_or_default();
        let files: Vec<HandEdit> = serde_json::from_value(detail["files"].clone()).unwrap_or_default();
        // Another server tells of the same, or this one tells late: it writes that beside its work.
        let mut lately = self.0.iter().rev().skip(1).take(LATELY);
        let tells_of = |known: &Publication| {
            // What was made at the desk of another server this one finds as files that were changed.
            let same = files.is_empty() || known.files == files || known.by.is_some();
            known.pack == pack && same && at.since(known.at) < LATE_MS
        };
        if lately.any(tells_of) {
            return;
        }
        let publication = self.of(number, at, pack);
        if publication.files.is_empty() {
            publication.files = files;
        }
    }

    /// What answers when a server starts.
    pub fn take_start(&mut self, number: u64, at: Millis, pack: &str) {
        // A server that starts beside others, or again, tells nothing new.
        let is_new = self.0.last().is_none_or(|last| last.pack != pack);
        if is_new && !pack.is_empty() {
            self.of(number, at, pack).at_start = true;
        }
    }
}

/// The publications of a shop for a reader.
#[derive(Debug)]
pub struct Listing {
    /// Newest first.
    pub publications: Vec<Listed>,
    /// Whether the reader may go back.
    pub may_teach: bool,
}

/// A publication.
#[derive(Debug)]
pub struct Listed {
    /// Which.
    pub id: String,
    /// Since when it answered.
    pub at: Millis,
    /// Who made it; `None` for files that were changed by hand.
    pub by: Option<AgentId>,
    /// The pack.
    pub pack: String,
    /// What was changed at the desk.
    pub changes: Vec<Change>,
    /// What was changed by hand.
    pub files: Vec<HandEdit>,
    /// It was found changed at a start.
    pub at_start: bool,
    /// Changes at the desk after it.
    pub since: usize,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::change::Did;
    use super::*;

    fn change(id: &str, pack: &str) -> Change {
        let file = FileChange {
            name: "a.yaml".to_owned(),
            before: None,
            after: Some(b"a\n".to_vec()),
        };
        Change {
            id: id.to_owned(),
            did: Did::Edit,
            file: Some(FileEdit::of(&file)),
            pack: pack.to_owned(),
            ..Change::default()
        }
    }

    #[test]
    fn several_entries_of_one_publication_are_one_and_each_has_its_author() {
        let mut shop = Publications::default();
        shop.take_start(1, Millis(1), "p1");
        shop.take_start(2, Millis(2), "p1");
        // The server tells of the pack before or after the page does; a second server tells of it again.
        shop.take_files(3, Millis(3), &json!({"pack": "p2"}));
        shop.take_change(4, Millis(4), &change("c", "p2"), "me");
        shop.take_files(5, Millis(5), &json!({"pack": "p2"}));
        let files = json!([{"name": "a.yaml", "diff": "+b", "removed": 0, "added": 1}]);
        shop.take_files(6, Millis(6), &json!({"pack": "p1"}));
        assert_eq!(shop.0.len(), 2, "told late");
        shop.take_files(6, Millis(6), &json!({"pack": "p3", "files": files}));
        shop.take_start(7, Millis(7), "p4");
        let told: Vec<_> = shop
            .0
            .iter()
            .map(|one| {
                (
                    one.pack.as_str(),
                    one.by.as_ref().map(AgentId::as_str),
                    one.files.len(),
                    one.at_start,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("p1", None, 0, true),
                ("p2", Some("me"), 0, false),
                ("p3", None, 1, false),
                ("p4", None, 0, true)
            ]
        );
        assert_eq!((shop.0[1].first, shop.0[1].number), (3, 5));
    }

    #[test]
    fn files_that_are_put_back_are_published_anew_and_what_another_server_found_is_not() {
        let edit = |text: &str| json!([{"name": "a.yaml", "diff": text, "removed": 1, "added": 1}]);
        let mut shop = Publications::default();
        shop.take_start(1, Millis(1), "off");
        // A campaign is switched on, off and on again by hand.
        for (number, pack) in [(2, "on"), (3, "off"), (4, "on")] {
            let at = Millis(number * LATE_MS);
            shop.take_files(number, at, &json!({"pack": pack, "files": edit(pack)}));
        }
        let at = Millis(5 * LATE_MS);
        shop.take_change(5, at, &change("c", "p1"), "me");
        shop.take_change(6, at, &change("d", "p2"), "me");
        // Another server follows the files, one publication behind.
        shop.take_files(7, at, &json!({"pack": "p1", "files": edit("p1")}));
        let packs: Vec<_> = shop.0.iter().map(|one| one.pack.as_str()).collect();
        assert_eq!(packs, ["off", "on", "off", "on", "p1", "p2"]);
    }

    #[test]
    fn what_is_kept_of_large_edits_is_small() {
        let large = |name: &str| FileChange {
            name: name.to_owned(),
            before: None,
            after: Some("a line of a file\n".repeat(600).into_bytes()),
        };
        let changes = [large("a.yaml"), large("b.yaml"), large("shops/x/c.yaml")];
        let kept = HandEdit::all(changes.iter(), |name| name != "a.yaml");
        let shown: Vec<_> = kept.iter().map(|edit| (edit.diff.is_empty(), edit.added)).collect();
        assert_eq!(shown, [(true, 600), (false, 600), (true, 600)]);
    }
}
