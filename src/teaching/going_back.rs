//! Back to an earlier publication: all that was changed at the desk since is taken back, newest first, in one write. What stands in
//! files that somebody has edited by hand since stays, and it is said.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::accounts::{AccountError, Actor};
use crate::model::{Agent, Millis, ShopId};
use crate::packs::SourceFile;
use crate::publishing::edit::FileChange;
use crate::store::StoreError;

use super::change::{Change, Did, FileEdit, hash};
use super::error::TeachError;
use super::publications::Listing;
use super::record::OfShop;
use super::writing::{self, Purpose};
use super::{Teaching, whole};

/// Publications listed at most.
const MOST: usize = 100;

/// A change that is taken back, or made again because it was taken back since.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which.
    pub change: Change,
    /// It is made again.
    pub again: bool,
    /// What it does to its file.
    edit: FileEdit,
}

/// How far somebody goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Going {
    /// They want to know what it would come to.
    Say,
    /// Back, whatever it comes to.
    Back,
    /// Back, if it still comes to these changes, by id: they have looked at them.
    Seen(Vec<String>),
}

/// What going back comes to.
#[derive(Clone, Debug, Default)]
pub struct GoneBack {
    /// It was done.
    pub done: bool,
    /// What is taken back or made again, in this order.
    pub steps: Vec<Step>,
    /// What stays, because its file was edited by hand since.
    pub left: Vec<Change>,
}

impl Teaching {
    /// The publications of a shop, newest first.
    ///
    /// # Errors
    /// Whoever may not read them.
    pub async fn publications(&self, agent: &Agent, shop: &ShopId) -> Result<Listing, TeachError> {
        let actor = Actor::Member(agent.clone());
        if !actor.may_read_morning(shop) {
            return Err(AccountError::Forbidden.into());
        }
        let of_shop = self.of_shop(shop).await?;
        let publications = of_shop.publications.0.iter().rev().take(MOST);
        Ok(Listing {
            publications: publications.map(|one| of_shop.listed(one)).collect(),
            may_teach: actor.may_teach(shop),
        })
    }

    /// Goes back to a publication, or says what that would come to.
    ///
    /// # Errors
    /// Why it cannot be done; then nothing was.
    pub async fn go_back(
        &self,
        agent: &Agent,
        shop: &ShopId,
        id: &str,
        going: Going,
        now: Millis,
    ) -> Result<GoneBack, TeachError> {
        self.may_teach(agent, shop)?;
        self.generation(shop)?;
        let (teaching, agent, shop, id) = (self.clone(), agent.clone(), shop.clone(), id.to_owned());
        whole(async move { teaching.back(&agent, &shop, &id, going, now).await }).await
    }

    async fn back(
        &self,
        agent: &Agent,
        shop: &ShopId,
        id: &str,
        going: Going,
        now: Millis,
    ) -> Result<GoneBack, TeachError> {
        let _one = self.0.deciding.lock().await;
        let of_shop = self.of_shop(shop).await?;
        let mut publications = of_shop.publications.0.iter();
        let found = publications.find(|one| one.first.to_string() == id);
        let number = found.ok_or_else(|| TeachError::UnknownChange(id.to_owned()))?.number;
        if going == Going::Say {
            let editor = self.0.editor.clone();
            let planned = tokio::task::spawn_blocking(move || plan(&of_shop, number, editor.files()).0);
            return Ok(planned.await.map_err(StoreError::from)?);
        }
        let gone: Arc<Mutex<GoneBack>> = Arc::default();
        let told = Arc::clone(&gone);
        let write = move |files: &[SourceFile]| {
            let (gone, changes) = plan(&of_shop, number, files.to_vec());
            let as_seen = match &going {
                Going::Seen(ids) => gone.steps.iter().map(|step| &step.change.id).eq(ids),
                Going::Say | Going::Back => true,
            };
            *told.lock().unwrap_or_else(PoisonError::into_inner) = gone;
            // A colleague has changed something since: it is not taken back unseen.
            Ok(if as_seen { changes } else { Vec::new() })
        };
        let written = writing::change(&self.0.editor, Purpose::Make, true, Box::new(write), Vec::new()).await?;
        let mut gone = std::mem::take(&mut *gone.lock().unwrap_or_else(PoisonError::into_inner));
        let Some(written) = written else {
            return Ok(gone);
        };
        gone.done = true;
        let pack = written.pack(shop);
        for step in &gone.steps {
            let shown = step.change.clone();
            let change = Change {
                id: uuid::Uuid::now_v7().simple().to_string(),
                did: if step.again { shown.did } else { Did::Undo },
                reason: String::new(),
                undoes: (!step.again).then_some(shown.id),
                file: Some(step.edit.clone()),
                pack: pack.clone(),
                ..shown
            };
            self.keep(&agent.id, shop, &change, now).await?;
        }
        Ok(gone)
    }
}

/// What going back to what the record had with entry `number` comes to, in these files.
fn plan(of_shop: &OfShop, number: u64, mut files: Vec<SourceFile>) -> (GoneBack, Vec<FileChange>) {
    let before = files.clone();
    let since: Vec<&Change> = of_shop.written_after(number).collect();
    let after: HashSet<&str> = since.iter().map(|change| change.id.as_str()).collect();
    // What was made and taken back since is no difference.
    let undone = since.iter().filter_map(|change| change.undoes.as_deref());
    let undone: HashSet<&str> = undone.filter(|id| after.contains(id)).collect();
    let mut gone = GoneBack::default();
    for change in since.iter().rev() {
        let in_pair = match &change.undoes {
            Some(id) => undone.contains(id.as_str()),
            None => undone.contains(change.id.as_str()),
        };
        let (Some(edit), false) = (&change.file, in_pair) else {
            continue;
        };
        // What is taken back is the change; what is made again is the one that it took back.
        let target = change.undoes.as_deref().and_then(|id| of_shop.change(id));
        let shown = target.unwrap_or(change);
        let there = files.iter().find(|file| file.name == edit.name);
        let real = before.iter().find(|file| file.name == edit.name);
        let as_left = there.map(|file| hash(&file.bytes)) == edit.after;
        let ours =
            as_left || of_shop.only_ours_since(&change.id, &edit.name, real.map(|file| hash(&file.bytes)).as_deref());
        let back = ours
            .then(|| edit.taken_back(there.map(|file| file.bytes.as_slice()), !as_left))
            .flatten();
        let Some(after) = back else {
            gone.left.push(shown.clone());
            continue;
        };
        let made = FileChange {
            name: edit.name.clone(),
            before: there.map(|file| file.bytes.clone()),
            after,
        };
        made.lay_over(&mut files);
        gone.steps.push(Step {
            change: shown.clone(),
            again: change.undoes.is_some(),
            edit: FileEdit::of(&made),
        });
    }
    let names: std::collections::BTreeSet<&str> = gone.steps.iter().map(|step| step.edit.name.as_str()).collect();
    let of = |files: &[SourceFile], name: &str| {
        let file = files.iter().find(|file| file.name == name);
        file.map(|file| file.bytes.clone())
    };
    let changes = names.into_iter().map(|name| FileChange {
        name: name.to_owned(),
        before: of(&before, name),
        after: of(&files, name),
    });
    let changes: Vec<FileChange> = changes.filter(|change| change.before != change.after).collect();
    if changes.is_empty() {
        // What was taken back and made again since is as it was: nothing is to be done, or recorded.
        gone.steps.clear();
    }
    (gone, changes)
}

#[cfg(test)]
mod tests {
    use super::super::record::Recorded;
    use super::*;
    use crate::model::AgentId;

    #[test]
    fn what_was_taken_back_and_made_again_since_is_nothing_to_go_back_over() {
        let texts = [None, Some("- a\n")].map(|text| text.map(|text| text.as_bytes().to_vec()));
        let [without, with] = texts;
        let recorded = |number: u64, did: Did, undoes: Option<&str>, [before, after]: [&Option<Vec<u8>>; 2]| {
            let file = FileChange {
                name: "a.yaml".to_owned(),
                before: before.clone(),
                after: after.clone(),
            };
            Recorded {
                change: Change {
                    id: number.to_string(),
                    did,
                    undoes: undoes.map(str::to_owned),
                    file: Some(FileEdit::of(&file)),
                    ..Change::default()
                },
                number,
                by: AgentId::new("me"),
                at: Millis(number),
            }
        };
        let mut of_shop = OfShop::default();
        of_shop.changes.extend([
            recorded(1, Did::Edit, None, [&without, &with]),
            recorded(2, Did::Undo, Some("1"), [&with, &without]),
            recorded(3, Did::Edit, None, [&without, &with]),
        ]);
        let files = || {
            vec![SourceFile {
                name: "a.yaml".to_owned(),
                bytes: with.clone().unwrap_or_default(),
            }]
        };
        let (gone, changes) = plan(&of_shop, 1, files());
        assert!(gone.steps.is_empty() && gone.left.is_empty() && changes.is_empty());
        let (gone, changes) = plan(&of_shop, 2, files());
        assert_eq!((gone.steps.len(), changes.len()), (1, 1));
    }
}
