//! What was taught, as it stands in the audit record for ever: fields may be added, never renamed. An edit holds the lines
//! that it put in and took away, so that it can be shown and taken back without a copy of the file.

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::publishing::edit::FileChange;
use crate::understanding::personal::hide_personal;

/// Longest reason, characters.
pub(super) const LONGEST_REASON: usize = 200;
/// Lines shown of the file around an edit.
const AROUND: usize = 2;

/// What was decided about a group of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Did {
    /// Its sentences ask a question of the pack.
    Question,
    /// A question was made for them.
    New,
    /// They ask nothing of the shop: small talk, a statement, off topic.
    Nothing,
    /// They are not to be shown any more.
    Ignore,
    /// The words of a question were changed by hand: its answers, sentences or titles.
    Edit,
    /// The shop's service hours, holidays or periods.
    Hours,
    /// The shop's name, time zone or reply clock.
    Profile,
    /// A fact of the shop.
    Fact,
    /// An article of the shop.
    Goods,
    /// An earlier change was taken back.
    Undo,
    /// What a newer version of the program recorded.
    #[default]
    #[serde(other)]
    Other,
}

/// One change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Which.
    pub id: String,
    /// What was decided.
    pub did: Did,
    /// The group of messages that was the reason; empty where there was none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// The sentences, with personal data hidden.
    #[serde(default)]
    pub sentences: Vec<String>,
    /// The id of the question that they ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// The fact, by name, or the article that was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Why, in the words of whoever did it; empty where they said nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The change that was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<String>,
    /// The draft that it was published with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<String>,
    /// What was written; `None` where nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileEdit>,
    /// The pack that answers with it; empty where nothing was written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pack: String,
}

/// What was written in a file: at one place some lines were taken away and some put in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileEdit {
    /// The file, relative to the folder of intents.
    pub name: String,
    /// SHA-256 of its content before, hex; `None` where it was not there.
    pub before: Option<String>,
    /// The same after; `None` where it was deleted.
    pub after: Option<String>,
    /// Lines before the place.
    pub line: usize,
    /// What was taken away, with line ends.
    pub removed: Vec<String>,
    /// What was put in, with line ends.
    pub added: Vec<String>,
    /// For people.
    pub diff: String,
}

/// What somebody writes beside a change: no longer than it may be, with personal data hidden.
pub(super) fn plain_words(given: &str, longest: usize) -> String {
    let words: String = given.trim().chars().take(longest).collect();
    hide_personal(&words).into_owned()
}

/// SHA-256 of a file's content, hex.
pub fn hash(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

fn lines(bytes: Option<&Vec<u8>>) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes.map_or(&[], Vec::as_slice));
    text.split_inclusive('\n').map(str::to_owned).collect()
}

impl FileEdit {
    /// What this change does to the file.
    pub fn of(change: &FileChange) -> FileEdit {
        let (old, new) = (lines(change.before.as_ref()), lines(change.after.as_ref()));
        let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
        let (rest_old, rest_new) = (&old[same..], &new[same..]);
        let tail = rest_old.iter().rev().zip(rest_new.iter().rev());
        let tail = tail.take_while(|(old, new)| old == new).count();
        let removed = rest_old[..rest_old.len() - tail].to_vec();
        let added = rest_new[..rest_new.len() - tail].to_vec();
        let diff = diff(change, &old, same, &removed, &added);
        FileEdit {
            name: change.name.clone(),
            before: change.before.as_deref().map(hash),
            after: change.after.as_deref().map(hash),
            line: same,
            removed,
            added,
            diff,
        }
    }

    /// The content of the file without this edit; `None` inside for a file that is to be deleted. `now` is what it
    /// holds, if it is there: as the edit left it, or, where others have come `since`, with their lines beside. `None` where
    /// the lines are not to be found, or are found in more than one place.
    pub fn taken_back(&self, now: Option<&[u8]>, since: bool) -> Option<Option<Vec<u8>>> {
        let Some(now) = now else {
            // It is not there any more: this edit has deleted it, or somebody else.
            let deleted = self.after.is_none() && self.before.is_some();
            return deleted.then(|| Some(self.removed.concat().into_bytes()));
        };
        // What this edit has deleted is there again.
        self.after.as_ref()?;
        let text = std::str::from_utf8(now).ok()?;
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        let at = match since {
            false => self.line,
            true => {
                let length = self.added.len();
                let found = |at: &usize| lines[*at..*at + length].iter().zip(&self.added).all(|(a, b)| *a == b);
                let mut places = (0..(lines.len() + 1).saturating_sub(length)).filter(found);
                let first = places.next().filter(|_| length > 0)?;
                if places.next().is_some() {
                    return None;
                }
                first
            }
        };
        let there = lines.get(at..at + self.added.len())?;
        if there.iter().zip(&self.added).any(|(there, added)| there != added) {
            return None;
        }
        lines.splice(at..at + self.added.len(), self.removed.iter().map(String::as_str));
        let left = lines.concat();
        match self.before {
            None if left.is_empty() => Some(None),
            // Lines of others stand in the file that this edit made.
            None => None,
            Some(_) => Some(Some(left.into_bytes())),
        }
    }
}

/// A diff as everybody writes it.
fn diff(change: &FileChange, old: &[String], line: usize, removed: &[String], added: &[String]) -> String {
    let from = line.saturating_sub(AROUND);
    let to = (line + removed.len() + AROUND).min(old.len());
    let before = &old[from..line];
    let after = &old[line + removed.len()..to];
    let nothing = "/dev/null";
    let (name, around) = (&change.name, before.len() + after.len());
    let (mut old_name, mut new_name) = (format!("a/{name}"), format!("b/{name}"));
    if change.before.is_none() {
        nothing.clone_into(&mut old_name);
    }
    if change.after.is_none() {
        nothing.clone_into(&mut new_name);
    }
    let place = |count: usize| if count == 0 { from } else { from + 1 };
    let (old_count, new_count) = (around + removed.len(), around + added.len());
    let mut text = format!(
        "--- {old_name}\n+++ {new_name}\n@@ -{},{old_count} +{},{new_count} @@\n",
        place(old_count),
        place(new_count)
    );
    let groups: [(char, &[String]); 4] = [(' ', before), ('-', removed), ('+', added), (' ', after)];
    for (sign, lines) in groups {
        for line in lines {
            text.push(sign);
            text.push_str(line);
            if !line.ends_with('\n') {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    fn change(before: Option<&str>, after: Option<&str>) -> FileChange {
        FileChange {
            name: "shops/tea/a/b.yaml".to_owned(),
            before: before.map(|text| text.as_bytes().to_vec()),
            after: after.map(|text| text.as_bytes().to_vec()),
        }
    }

    #[test]
    fn a_diff_reads_as_everybody_writes_it() {
        let edit = FileEdit::of(&change(Some("a\nb\nc\nd\n"), Some("a\nb\nc\nnew\nd\n")));
        assert_eq!(
            edit.diff,
            "--- a/shops/tea/a/b.yaml\n+++ b/shops/tea/a/b.yaml\n@@ -2,3 +2,4 @@\n b\n c\n+new\n d\n"
        );
        let made = FileEdit::of(&change(None, Some("a\n")));
        assert_eq!(
            made.diff,
            "--- /dev/null\n+++ b/shops/tea/a/b.yaml\n@@ -0,0 +1,1 @@\n+a\n"
        );
    }

    #[test]
    fn an_edit_is_taken_back_from_among_later_ones_and_not_from_what_it_is_not_in() {
        let first = FileEdit::of(&change(Some("e:\n- a\n"), Some("e:\n- a\n- b\n")));
        assert_eq!(
            first.taken_back(Some(b"e:\n- a\n- b\n- c\n"), true),
            Some(Some(b"e:\n- a\n- c\n".to_vec()))
        );
        assert_eq!(first.taken_back(Some(b"e:\n- a\n- c\n"), true), None);
        assert_eq!(
            first.taken_back(Some(b"- b\ne:\n- b\n"), true),
            None,
            "which of the two is it?"
        );
        let made = FileEdit::of(&change(None, Some("e:\n- a\n")));
        assert_eq!(made.taken_back(Some(b"e:\n- a\n"), false), Some(None));
        assert_eq!(made.taken_back(Some(b"e:\n- a\n- b\n"), true), None);
        let deleted = FileEdit::of(&change(Some("e:\n- a\n"), None));
        assert_eq!(deleted.taken_back(None, false), Some(Some(b"e:\n- a\n".to_vec())));
        assert_eq!(
            deleted.taken_back(Some(b"x\n"), true),
            None,
            "somebody has made it anew"
        );
        assert_eq!(made.taken_back(None, true), None);
    }

    #[test]
    fn what_a_newer_version_records_is_read() {
        let change: Change =
            serde_json::from_str(r#"{"id":"1","did":"signal","sentences":["x"],"severity":3}"#).unwrap();
        assert_eq!((change.did, change.file), (Did::Other, None));
    }

    proptest! {
        #[test]
        fn taken_back_a_file_is_as_it_was(old in prop::collection::vec("[a-c]?", 0..8), at in 0_usize..8, new in "[a-c]{1,3}") {
            let before: String = old.iter().map(|line| format!("{line}\n")).collect();
            let mut lines: Vec<String> = old.clone();
            lines.insert(at.min(old.len()), new);
            let after: String = lines.iter().map(|line| format!("{line}\n")).collect();
            let edit = FileEdit::of(&change(Some(&before), Some(&after)));
            prop_assert_eq!(edit.taken_back(Some(after.as_bytes()), false), Some(Some(before.into_bytes())));
        }
    }
}
