//! Uses of phrases that are not written yet.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::{Millis, PhraseId, PhraseUses};

/// Phrases counted at most until they are written; what names more is nothing that a desk does.
const MOST: usize = 10_000;
/// Longest id, bytes; those that are given out have 36.
const LONGEST_ID: usize = 64;

/// What was counted and is not written.
#[derive(Default)]
pub(super) struct Uses(Mutex<HashMap<PhraseId, PhraseUses>>);

impl Uses {
    /// Counts one.
    pub fn add(&self, phrase: PhraseId, at: Millis) {
        if phrase.as_str().len() <= LONGEST_ID {
            merge(&mut self.lock(), phrase, PhraseUses { count: 1, last: at });
        }
    }

    /// What is not written of a phrase.
    pub fn of(&self, phrase: &PhraseId) -> PhraseUses {
        self.lock().get(phrase).copied().unwrap_or_default()
    }

    /// Takes everything out, to be written.
    pub fn take(&self) -> Vec<(PhraseId, PhraseUses)> {
        std::mem::take(&mut *self.lock()).into_iter().collect()
    }

    /// It could not be written.
    pub fn put_back(&self, uses: &[(PhraseId, PhraseUses)]) {
        let mut counted = self.lock();
        for (phrase, uses) in uses {
            merge(&mut counted, phrase.clone(), *uses);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PhraseId, PhraseUses>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn merge(counted: &mut HashMap<PhraseId, PhraseUses>, phrase: PhraseId, more: PhraseUses) {
    if counted.len() >= MOST && !counted.contains_key(&phrase) {
        return;
    }
    let uses = counted.entry(phrase).or_default();
    *uses = uses.and(more);
}
