//! Phrases of a sheet, taken row by row.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::json;

use crate::model::{Agent, Millis, Phrase, PhraseOwner};
use crate::packs::Standard;

use super::sheet;
use super::written::{Warning, WrittenPhrase, checked};
use super::{PhraseError, Phrases, may_change, most};

/// A row of a sheet, and what is to be said of it.
#[derive(Debug)]
pub struct Row<T> {
    /// Its number in the sheet; the first row is 1.
    pub number: usize,
    /// What.
    pub about: T,
}

/// What became of a sheet.
#[derive(Debug, Default)]
pub struct Imported {
    /// So many phrases are new.
    pub taken: usize,
    /// So many rows have a text that is there, or that stands in the sheet before.
    pub merged: usize,
    /// What the service standards say of those that were taken.
    pub warned: Vec<Row<Warning>>,
    /// What was left out, and why.
    pub refused: Vec<Row<PhraseError>>,
}

impl Phrases {
    /// Takes the phrases of a sheet. A text that is there already keeps its place and its count; group and title are the later
    /// ones, where they are not empty.
    ///
    /// # Errors
    /// The sheet as a whole is refused and nothing is taken: [`PhraseError::SheetLong`], [`PhraseError::SheetUnreadable`],
    /// [`PhraseError::SheetColumns`]; [`crate::accounts::AccountError::Forbidden`]; the store cannot keep them.
    pub async fn import(
        &self,
        agent: &Agent,
        owner: PhraseOwner,
        sheet: &[u8],
        now: Millis,
    ) -> Result<Imported, PhraseError> {
        may_change(agent, &owner)?;
        let rows = sheet::read(sheet)?;
        let _one = self.0.changing.lock().await;
        let known = self.0.store.phrases_of(owner.clone()).await?;
        let own = self.standards_of(&owner);
        let known = known.into_iter().map(|(phrase, _)| phrase);
        let (imported, phrases) = merged(known, rows, (&owner, &own), now);
        if phrases.is_empty() {
            return Ok(imported);
        }
        self.0.store.put_phrases(phrases).await?;
        let detail = json!({
            "did": "imported", "taken": imported.taken, "merged": imported.merged, "refused": imported.refused.len(),
        });
        self.record(agent, &owner, detail, now).await?;
        Ok(imported)
    }
}

/// What becomes of the rows beside what is there, and the phrases that are to be written.
fn merged(
    known: impl Iterator<Item = Phrase>,
    rows: Vec<sheet::Read>,
    (owner, own): (&PhraseOwner, &[Arc<Standard>]),
    now: Millis,
) -> (Imported, Vec<Phrase>) {
    let mut all: Vec<(Phrase, bool)> = known.map(|phrase| (phrase, false)).collect();
    let places = all.iter().enumerate();
    let mut by_text: HashMap<String, usize> = places.map(|(at, (phrase, _))| (phrase.text.clone(), at)).collect();
    let mut imported = Imported::default();
    for (number, row) in rows {
        let (written, warnings) = match row.and_then(|row| checked(row, own)) {
            Ok(checked) => checked,
            Err(about) => {
                imported.refused.push(Row { number, about });
                continue;
            }
        };
        match by_text.get(&written.text) {
            Some(at) => {
                imported.merged += 1;
                let (phrase, changed) = &mut all[*at];
                *changed |= rename(phrase, written, now);
            }
            None if all.len() >= most(owner) => {
                let about = PhraseError::Full { most: most(owner) };
                imported.refused.push(Row { number, about });
                continue;
            }
            None => {
                imported.taken += 1;
                by_text.insert(written.text.clone(), all.len());
                all.push((written.phrase(owner.clone(), None, now), true));
            }
        }
        let about = warnings.into_iter().map(|about| Row { number, about });
        imported.warned.extend(about);
    }
    let changed = all.into_iter().filter(|(_, changed)| *changed);
    (imported, changed.map(|(phrase, _)| phrase).collect())
}

/// Gives a phrase the group and title of a later one; says whether that made a difference.
fn rename(phrase: &mut Phrase, later: WrittenPhrase, now: Millis) -> bool {
    let mut changed = false;
    for (is, will) in [(&mut phrase.group, later.group), (&mut phrase.title, later.title)] {
        if !will.is_empty() && *is != will {
            *is = will;
            changed = true;
        }
    }
    if changed {
        phrase.at = now;
    }
    changed
}
