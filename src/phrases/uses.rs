//! Uses of phrases that are not written yet.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::{Millis, PhraseAnswer, PhraseId, PhraseUses, ShopId};

/// Phrases counted at most until they are written; what names more is nothing that a desk does.
const MOST: usize = 10_000;
/// Longest id, bytes; those that are given out have 36.
const LONGEST_ID: usize = 64;

/// What was counted and is not written.
#[derive(Default)]
pub(super) struct Uses {
    uses: Mutex<HashMap<PhraseId, PhraseUses>>,
    /// By shop, question and phrase.
    answers: Mutex<HashMap<(ShopId, String, PhraseId), u64>>,
}

impl Uses {
    /// Counts one.
    pub fn add(&self, phrase: PhraseId, at: Millis) {
        if phrase.as_str().len() <= LONGEST_ID {
            merge(&mut self.lock(), phrase, PhraseUses { count: 1, last: at });
        }
    }

    /// Counts one that was sent where this question alone was open.
    pub fn answered(&self, shop: ShopId, question: String, phrase: PhraseId, count: u64) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (shop, question, phrase);
        if key.2.as_str().len() <= LONGEST_ID && (answers.len() < MOST || answers.contains_key(&key)) {
            *answers.entry(key).or_default() += count;
        }
    }

    /// Takes the answers out, to be written.
    pub fn take_answers(&self) -> Vec<PhraseAnswer> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = std::mem::take(&mut *answers).into_iter();
        taken
            .map(|((shop, question, phrase), count)| PhraseAnswer {
                shop,
                question,
                phrase,
                count,
            })
            .collect()
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
        self.uses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn merge(counted: &mut HashMap<PhraseId, PhraseUses>, phrase: PhraseId, more: PhraseUses) {
    if counted.len() >= MOST && !counted.contains_key(&phrase) {
        return;
    }
    let uses = counted.entry(phrase).or_default();
    *uses = uses.and(more);
}
