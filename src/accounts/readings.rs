//! Which readings of talks stand in the record already: each reader and talk once an hour, so that a desk that opens
//! the same chat again and again writes nothing.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::{AgentId, ConversationId, Millis};

use super::HOUR_MS;

/// Readings remembered at most; beyond, all are forgotten, and the next ones are written down again.
const MOST_KEPT: usize = 50_000;

/// When who began to read what.
#[derive(Default)]
pub(super) struct Readings(Mutex<HashMap<(AgentId, ConversationId), Millis>>);

impl Readings {
    /// Whether this reading is to be written down.
    pub fn begin(&self, reader: &AgentId, conversation: &ConversationId, now: Millis) -> bool {
        let mut readings = self.lock();
        let key = (reader.clone(), conversation.clone());
        if readings.get(&key).is_some_and(|since| now.since(*since) < HOUR_MS) {
            return false;
        }
        if readings.len() >= MOST_KEPT {
            readings.retain(|_, since| now.since(*since) < HOUR_MS);
            if readings.len() >= MOST_KEPT {
                readings.clear();
            }
        }
        readings.insert(key, now);
        true
    }

    /// It could not be written down: the next one is to be.
    pub fn forget(&self, reader: &AgentId, conversation: &ConversationId) {
        self.lock().remove(&(reader.clone(), conversation.clone()));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(AgentId, ConversationId), Millis>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reader_and_talk_once_an_hour() {
        let (readings, mei) = (Readings::default(), AgentId::new("mei"));
        let (one, other) = (ConversationId::new("1"), ConversationId::new("2"));
        let begin = |reader: &AgentId, talk: &ConversationId, at: u64| readings.begin(reader, talk, Millis(at));
        assert!(begin(&mei, &one, 0));
        assert!(!begin(&mei, &one, HOUR_MS - 1));
        assert!(begin(&mei, &other, 1));
        assert!(begin(&AgentId::new("pi"), &one, 1));
        assert!(begin(&mei, &one, HOUR_MS));
        readings.forget(&mei, &one);
        assert!(begin(&mei, &one, HOUR_MS + 1));
    }
}
