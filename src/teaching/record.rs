//! What was taught in each shop: folded from the audit record, so that all servers on one store have the same.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::accounts::{AccountError, Accounts};
use crate::model::{AgentId, Millis, ShopId};

use super::change::{Change, Did};
use super::draft::Drafts;
use super::draft_steps::DraftEntry;
use super::publications::{Listed, Publication, Publications};

/// A change with who made it and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// What.
    pub change: Change,
    /// Its number in the audit record.
    pub number: u64,
    /// Who.
    pub by: AgentId,
    /// When.
    pub at: Millis,
}

/// All changes that were read so far.
#[derive(Default)]
pub(super) struct Record {
    /// The last entry of the audit record that was looked at.
    seen: u64,
    /// Shared with those who read: a record of years is not copied for each of them.
    shops: HashMap<ShopId, Arc<OfShop>>,
}

/// The changes of one shop.
#[derive(Clone, Debug, Default)]
pub(super) struct OfShop {
    /// Oldest first.
    pub changes: Vec<Recorded>,
    /// What has answered, oldest first.
    pub publications: Publications,
    /// What is kept for later.
    pub drafts: Drafts,
    undone: HashSet<String>,
}

impl Record {
    /// Reads what is new.
    pub async fn follow(&mut self, accounts: &Accounts) -> Result<(), AccountError> {
        let (entries, seen) = accounts.publications_after(self.seen).await?;
        for record in entries {
            let (number, at) = (record.number, record.entry.at);
            match record.entry.action.as_str() {
                "pack.publish" => {
                    let shop = self.shop(&record.entry.subject);
                    shop.publications.take_files(number, at, &record.entry.detail);
                    continue;
                }
                "pack.draft" => {
                    // An entry that cannot be read is a newer version's.
                    if let Ok(entry) = serde_json::from_value::<DraftEntry>(record.entry.detail) {
                        let by = AgentId::new(&record.entry.actor);
                        self.shop(&record.entry.subject).drafts.take(number, at, &by, entry);
                    }
                    continue;
                }
                "server.start" => {
                    let packs = record.entry.detail["packs"].as_object().into_iter().flatten();
                    for (shop, pack) in packs {
                        let pack = pack.as_str().unwrap_or_default();
                        self.shop(shop).publications.take_start(number, at, pack);
                    }
                    continue;
                }
                _ => {}
            }
            // An entry that cannot be read is a newer version's.
            let Ok(change) = serde_json::from_value::<Change>(record.entry.detail) else {
                continue;
            };
            let shop = self.shop(&record.entry.subject);
            shop.publications.take_change(number, at, &change, &record.entry.actor);
            shop.add(Recorded {
                change,
                number,
                by: AgentId::new(&record.entry.actor),
                at: record.entry.at,
            });
        }
        self.seen = seen;
        Ok(())
    }

    /// The changes of a shop.
    pub fn of(&self, shop: &ShopId) -> Arc<OfShop> {
        self.shops.get(shop).cloned().unwrap_or_default()
    }

    fn shop(&mut self, id: &str) -> &mut OfShop {
        Arc::make_mut(self.shops.entry(ShopId::new(id)).or_default())
    }
}

impl OfShop {
    pub fn add(&mut self, recorded: Recorded) {
        self.undone.extend(recorded.change.undoes.iter().cloned());
        self.changes.push(recorded);
    }

    /// The change with this id.
    pub fn change(&self, id: &str) -> Option<&Change> {
        let mut changes = self.changes.iter().map(|recorded| &recorded.change);
        changes.find(|change| change.id == id)
    }

    /// The changes that have written something, recorded after this entry of the audit record, oldest first.
    pub fn written_after(&self, number: u64) -> impl Iterator<Item = &Change> {
        let after = self.changes.iter().filter(move |recorded| recorded.number > number);
        after
            .map(|recorded| &recorded.change)
            .filter(|change| change.file.is_some())
    }

    /// A publication as it is shown.
    pub fn listed(&self, one: &Publication) -> Listed {
        let changes = one.changes.iter().filter_map(|id| self.change(id));
        let changes: Vec<Change> = changes.cloned().collect();
        let written: HashSet<&str> = changes
            .iter()
            .filter_map(|change| Some(change.file.as_ref()?.name.as_str()))
            .collect();
        // What was written here other servers have found as changed by hand.
        let by_hand = one.files.iter().filter(|file| !written.contains(file.name.as_str()));
        Listed {
            id: one.first.to_string(),
            at: one.at,
            by: one.by.clone(),
            pack: one.pack.clone(),
            files: by_hand.cloned().collect(),
            changes,
            at_start: one.at_start,
            since: self.written_after(one.number).count(),
        }
    }

    /// Whether a change is in force: one that decided something, and was not taken back.
    pub fn in_force(&self, change: &Change) -> bool {
        !matches!(change.did, Did::Undo | Did::Other) && !self.undone.contains(&change.id)
    }

    /// The sentences about which something is decided; whether their like is to be left out as well.
    pub fn decided(&self) -> impl Iterator<Item = (&str, bool)> {
        let changes = self.changes.iter().map(|recorded| &recorded.change);
        changes.filter(|change| self.in_force(change)).flat_map(|change| {
            let dismissed = matches!(change.did, Did::Ignore | Did::Nothing);
            change
                .sentences
                .iter()
                .map(move |sentence| (sentence.as_str(), dismissed))
        })
    }

    /// Whether a file has been changed by nothing but what is recorded since this change left it: from its hash then each
    /// change begins where the one before ended, and the last left it as it is `now`; `None` for a file that is not there.
    pub fn only_ours_since(&self, id: &str, name: &str, now: Option<&str>) -> bool {
        let mut edits = self.changes.iter().skip_while(|recorded| recorded.change.id != id);
        let edits = edits.by_ref().filter_map(|recorded| recorded.change.file.as_ref());
        let mut stands: Option<Option<&str>> = None;
        for edit in edits.filter(|edit| edit.name == name) {
            if stands.is_some_and(|stands| edit.before.as_deref() != stands) {
                return false;
            }
            stands = Some(edit.after.as_deref());
        }
        stands == Some(now)
    }
}

#[cfg(test)]
mod tests {
    use super::super::change::FileEdit;
    use super::*;

    fn change(id: &str, did: Did, before: &str, after: &str, undoes: Option<&str>) -> Recorded {
        Recorded {
            change: Change {
                id: id.to_owned(),
                did,
                sentences: vec![format!("sentence {id}")],
                undoes: undoes.map(str::to_owned),
                file: (!after.is_empty()).then(|| FileEdit {
                    name: "a.yaml".to_owned(),
                    before: Some(before.to_owned()),
                    after: Some(after.to_owned()),
                    line: 0,
                    removed: Vec::new(),
                    added: Vec::new(),
                    diff: String::new(),
                }),
                ..Change::default()
            },
            number: 0,
            by: AgentId::new("me"),
            at: Millis(0),
        }
    }

    #[test]
    fn what_was_taken_back_decides_nothing_and_only_what_was_dismissed_hides_its_like() {
        let mut shop = OfShop::default();
        shop.add(change("1", Did::Question, "a", "b", None));
        shop.add(change("2", Did::Ignore, "", "", None));
        shop.add(change("3", Did::Nothing, "b", "c", None));
        shop.add(change("4", Did::Undo, "c", "b", Some("3")));
        let decided: Vec<_> = shop.decided().collect();
        assert_eq!(decided, [("sentence 1", false), ("sentence 2", true)]);
    }

    #[test]
    fn a_file_is_ours_while_each_change_goes_on_from_the_one_before() {
        let mut shop = OfShop::default();
        shop.add(change("1", Did::Question, "a", "b", None));
        shop.add(change("2", Did::Question, "b", "c", None));
        assert!(shop.only_ours_since("1", "a.yaml", Some("c")));
        assert!(
            !shop.only_ours_since("1", "a.yaml", Some("b")),
            "somebody put the old file back"
        );
        assert!(!shop.only_ours_since("1", "a.yaml", Some("x")));
        assert!(!shop.only_ours_since("1", "b.yaml", Some("c")));
        shop.add(change("3", Did::Question, "x", "d", None));
        assert!(
            !shop.only_ours_since("1", "a.yaml", Some("d")),
            "by hand before the third"
        );
        assert!(shop.only_ours_since("3", "a.yaml", Some("d")));
    }
}
