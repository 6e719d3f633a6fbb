//! The live conversations of this server.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::model::{ConversationId, Seq};

use super::Subscription;
use super::journal::Journal;
use super::lifecycle::Lifecycle;
use super::live::LiveConversation;

/// Owns them: at most one in memory for each log.
pub(super) struct Conversations {
    live: Mutex<HashMap<ConversationId, Arc<LiveConversation>>>,
    journal: Arc<Journal>,
    ended: CancellationToken,
}

impl Conversations {
    /// None are live yet. Subscriptions end with `ended`.
    pub(super) fn new(journal: Arc<Journal>, ended: CancellationToken) -> Conversations {
        Conversations {
            live: Mutex::default(),
            journal,
            ended,
        }
    }

    fn map(&self) -> MutexGuard<'_, HashMap<ConversationId, Arc<LiveConversation>>> {
        self.live.lock().expect("no holder of this lock panics")
    }

    /// The conversation, made live when it is not. It need not exist in the store: locking it tells.
    pub(super) fn get(&self, conversation: &ConversationId) -> Arc<LiveConversation> {
        let mut live = self.map();
        let chat = match live.get(conversation) {
            Some(chat) => Arc::clone(chat),
            None => {
                let chat = LiveConversation::unread(conversation.clone(), Arc::clone(&self.journal));
                let chat = Arc::new(chat);
                live.insert(conversation.clone(), Arc::clone(&chat));
                chat
            }
        };
        chat.touch();
        chat
    }

    /// The conversation, if it is live.
    pub(super) fn live(&self, conversation: &ConversationId) -> Option<Arc<LiveConversation>> {
        self.map().get(conversation).cloned()
    }

    /// Lets go of a conversation. Those who have it open keep what they have until they go.
    pub(super) fn evict(&self, conversation: &ConversationId) {
        self.map().remove(conversation);
    }

    /// All that are live.
    pub(super) fn all(&self) -> Vec<Arc<LiveConversation>> {
        self.map().values().cloned().collect()
    }

    /// How many are live.
    pub(super) fn count(&self) -> usize {
        self.map().len()
    }

    /// Listens to a conversation of which it is known how far it reaches, from `after` on; a place beyond the end is
    /// taken for the end. One that has not begun ends with the event that it will begin with.
    pub(super) fn subscribe(&self, chat: &Arc<LiveConversation>, after: Seq) -> Subscription {
        Subscription::new(Arc::clone(chat), after.min(chat.end().max(1)), self.ended.clone())
    }

    /// Evicts conversations that nobody listens to or has used for `idle_ms`, until the hub drains. Their logs are in
    /// the store.
    pub(super) async fn evict_idle(self: Arc<Self>, lifecycle: Arc<Lifecycle>, idle_ms: u64) {
        let pause = Duration::from_millis((idle_ms / 2).clamp(100, 60_000));
        loop {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = lifecycle.stopping() => return,
            }
            let now = self.journal.now();
            // Handles are given out under the same lock, so a count of one means that nobody else has it or can get it.
            self.map()
                .retain(|_, chat| Arc::strong_count(chat) > 1 || now.since(chat.used()) < idle_ms);
        }
    }
}
