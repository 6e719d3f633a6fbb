//! Decisions put into the files: what is to be written is proposed to the thread that publishes, which tries it first, and
//! what it says to that is said to whoever decides.

use std::sync::{Arc, Mutex, PoisonError};

use crate::model::{Millis, ShopId};
use crate::packs::{Finding, Severity, SourceFile};
use crate::publishing::edit::{EditError, Editor, FileChange};
use crate::shops::Generations;

use super::change::{FileEdit, hash};
use super::error::TeachError;
use super::record::OfShop;
use super::trying;

/// What is to be written, having seen the files; nothing where they say so already.
pub(super) type Write = dyn FnOnce(&[SourceFile]) -> Result<Vec<FileChange>, TeachError> + Send;

/// What a change is proposed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To be made.
    Make,
    /// To see what it would do: nothing is written.
    Try,
}

/// What became of a change.
pub(super) struct Written {
    /// What was written, or would be.
    pub edits: Vec<FileEdit>,
    /// What `check` has to say about these files.
    pub warnings: Vec<Finding>,
    /// What answers with it, or would.
    pub generations: Generations,
}

/// How sentences are to be read when a change answers.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub shop: ShopId,
    /// `None`: they ask nothing.
    pub question: Option<String>,
    pub sentences: Vec<String>,
    pub now: Millis,
}

impl Wanted {
    fn holds(self, generations: &Generations) -> Result<(), TeachError> {
        let generation = generations.get(&self.shop).ok_or(TeachError::UnknownShop)?;
        for sentence in self.sentences {
            let answered = trying::say(generation, &sentence, self.now);
            let holds = match &self.question {
                Some(id) => answered.questions.contains(id),
                None => answered.questions.is_empty(),
            };
            if !holds {
                return Err(TeachError::ReadOtherwise {
                    sentence,
                    read: answered.titles,
                });
            }
        }
        Ok(())
    }
}

impl Written {
    /// The one file of a change of one shop, the pack that answers with it, and the warnings.
    pub fn of_one(written: Option<Written>, shop: &ShopId) -> (Option<FileEdit>, String, Vec<Finding>) {
        let Some(mut written) = written else {
            return (None, String::new(), Vec::new());
        };
        let pack = written.pack(shop);
        (written.edits.pop(), pack, written.warnings)
    }

    /// The pack of a shop with it.
    pub fn pack(&self, shop: &ShopId) -> String {
        let generation = self.generations.get(shop);
        generation.map_or_else(String::new, |generation| generation.pack.id.as_str().to_owned())
    }
}

/// What is said on the thread that publishes to whoever waits for it.
#[derive(Default)]
struct Told {
    /// Why it was withdrawn.
    why: Option<TeachError>,
    /// What would be written, and the warnings with it.
    tried: Option<(Vec<FileChange>, Vec<Finding>)>,
    generations: Generations,
}

/// Makes a change of the files, or tries it; `None` where they say so already. The sentences that are `wanted` must be read so.
/// One that `takes_away` on purpose may make a small pack a fifth smaller.
pub(super) async fn change(
    editor: &Editor,
    purpose: Purpose,
    takes_away: bool,
    write: Box<Write>,
    wanted: Vec<Wanted>,
) -> Result<Option<Written>, TeachError> {
    let told: Arc<Mutex<Told>> = Arc::default();
    let (proposing, accepting) = (Arc::clone(&told), Arc::clone(&told));
    let lock = |told: &Mutex<Told>, tell: &mut dyn FnMut(&mut Told)| {
        tell(&mut told.lock().unwrap_or_else(PoisonError::into_inner));
    };
    let propose = move |files: &[SourceFile]| match write(files) {
        Ok(changes) => {
            lock(&proposing, &mut |told| told.tried = Some((changes.clone(), Vec::new())));
            changes
        }
        Err(error) => {
            let mut error = Some(error);
            lock(&proposing, &mut |told| told.why = error.take());
            Vec::new()
        }
    };
    let accept = move |generations: &Generations, findings: &[Finding]| {
        let mut why = wanted.into_iter().find_map(|wanted| wanted.holds(generations).err());
        let accepted = why.is_none();
        lock(&accepting, &mut |told| {
            told.why = why.take();
            generations.clone_into(&mut told.generations);
            if let Some((_, warnings)) = &mut told.tried {
                findings.clone_into(warnings);
            }
        });
        accepted && purpose != Purpose::Try
    };
    let outcome = editor.change(takes_away, Box::new(propose), Box::new(accept)).await;
    let told = std::mem::take(&mut *told.lock().unwrap_or_else(PoisonError::into_inner));
    let made = |changes: Vec<FileChange>, findings: Vec<Finding>| {
        let edits: Vec<FileEdit> = changes.iter().map(FileEdit::of).collect();
        // What the shop's words do to common tests is said of the shop.
        let of_shop = |finding: &Finding, name: &str| {
            let folder = finding.file.strip_suffix("shop.yaml");
            finding.rule == "G007" && folder.is_some_and(|folder| name.starts_with(folder))
        };
        let about = |finding: &Finding| {
            let names = edits.iter().map(|edit| edit.name.as_str());
            names
                .into_iter()
                .any(|name| name == finding.file || of_shop(finding, name))
        };
        Written {
            warnings: findings.into_iter().filter(about).collect(),
            edits,
            generations: told.generations,
        }
    };
    match outcome {
        Ok(edited) => Ok(Some(made(edited.changes, edited.findings))),
        Err(EditError::Withdrawn) => match (told.why, told.tried) {
            (Some(why), _) => Err(why),
            (None, Some((changes, findings))) if !changes.is_empty() => Ok(Some(made(changes, findings))),
            (None, _) => Ok(None),
        },
        Err(EditError::Refused(findings)) => {
            let mut errors = findings
                .into_iter()
                .filter(|finding| finding.severity == Severity::Error);
            let first = errors.next().ok_or(TeachError::Stopped)?;
            Err(TeachError::Refused {
                first: Box::new(first),
                more: errors.count(),
            })
        }
        Err(EditError::Changed(name)) => Err(TeachError::FileChanged(name)),
        Err(EditError::Unwritable { change, error }) => Err(TeachError::ReadOnly {
            edit: Box::new(FileEdit::of(&change)),
            why: error.to_string(),
        }),
        Err(EditError::Stopped) => Err(TeachError::Stopped),
    }
}

/// The file without an edit, unless somebody else has changed it since.
pub(super) fn taken_back(
    edit: &FileEdit,
    id: &str,
    of_shop: &OfShop,
    files: &[SourceFile],
) -> Result<FileChange, TeachError> {
    let changed = || TeachError::FileChanged(edit.name.clone());
    let there = files.iter().find(|file| file.name == edit.name);
    let now = there.map(|file| hash(&file.bytes));
    let as_left = edit.after == now;
    if !as_left && !of_shop.only_ours_since(id, &edit.name, now.as_deref()) {
        return Err(changed());
    }
    let bytes = there.map(|file| file.bytes.as_slice());
    let after = edit.taken_back(bytes, !as_left).ok_or_else(changed)?;
    Ok(FileChange {
        name: edit.name.clone(),
        before: there.map(|file| file.bytes.clone()),
        after,
    })
}
