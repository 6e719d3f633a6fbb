//! Where the talks that were written lately stand. One process has the folder, so what it wrote last is how a talk stands: an
//! append to it reads nothing.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use rusqlite::Connection;

use super::queries;
use crate::model::{ClientMessageId, ConversationId, Speaker};
use crate::store::StoreError;
use crate::store::rules::Standing;

/// Talks that are kept of those used lately, and as many again of those used before: some 400 bytes each.
const KEPT: usize = 8_192;

/// Where a talk stands.
pub(super) struct Talk {
    /// Its number in the database.
    pub(super) number: i64,
    /// Its head.
    pub(super) standing: Standing,
    /// Under which client ids something was said, hashed. What is not among them was not said; what is may have been.
    said: Vec<u64>,
}

impl Talk {
    /// A talk that is being begun.
    pub(super) fn begun(number: i64, standing: Standing) -> Talk {
        let said = Vec::new();
        Talk { number, standing, said }
    }

    /// Reads where a talk stands.
    pub(super) fn read(connection: &Connection, conversation: &ConversationId) -> Result<Option<Talk>, StoreError> {
        let Some((number, standing)) = queries::standing(connection, conversation)? else {
            return Ok(None);
        };
        let said = queries::said(connection, number)?;
        let said = said.iter().map(|(speaker, id)| hashed(*speaker, id)).collect();
        Ok(Some(Talk { number, standing, said }))
    }

    /// Whether something may have been said under this client id.
    pub(super) fn may_have(&self, speaker: Speaker, id: &ClientMessageId) -> bool {
        self.said.contains(&hashed(speaker, id))
    }

    /// Something was said under this client id.
    pub(super) fn says(&mut self, speaker: Speaker, id: &ClientMessageId) {
        self.said.push(hashed(speaker, id));
    }
}

fn hashed(speaker: Speaker, id: &ClientMessageId) -> u64 {
    let mut hasher = DefaultHasher::new();
    (speaker.name(), id).hash(&mut hasher);
    hasher.finish()
}

/// The talks that were written lately. Whoever changes a talk takes it out first: what went wrong halfway is read again.
#[derive(Default)]
pub(super) struct Talks {
    /// Boxed: a table is half empty at times.
    lately: HashMap<ConversationId, Box<Talk>>,
    before: HashMap<ConversationId, Box<Talk>>,
}

impl Talks {
    /// Takes out what is known of a talk.
    pub(super) fn take(&mut self, conversation: &ConversationId) -> Option<Box<Talk>> {
        self.lately
            .remove(conversation)
            .or_else(|| self.before.remove(conversation))
    }

    /// A talk stands so now.
    pub(super) fn put(&mut self, conversation: ConversationId, talk: Box<Talk>) {
        if self.lately.len() >= KEPT {
            self.before = std::mem::take(&mut self.lately);
        }
        self.lately.insert(conversation, talk);
    }

    /// Nothing is known any more.
    pub(super) fn clear(&mut self) {
        self.lately.clear();
        self.before.clear();
    }
}
