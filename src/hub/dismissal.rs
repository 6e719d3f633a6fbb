//! Taking somebody off the floor who may work no more.

use std::sync::Arc;

use futures_util::future::join_all;

use crate::model::{AgentId, ConversationId, EventKind, Owner, ReleaseCause};
use crate::store::{Expect, StoreError};

use super::{Hub, HubError};

impl Hub {
    /// Gives no new chats to the agent and puts those the agent has back to the front of the queue, at once and not
    /// when the lease is over. Returns how many went back.
    ///
    /// # Errors
    /// [`HubError::Store`] when the agent's chats cannot be listed; a chat that cannot be moved goes back by its lease.
    pub async fn dismiss(&self, agent: &AgentId) -> Result<usize, HubError> {
        let inner = &self.inner;
        let now = inner.clock.now();
        // Before the chats: one that is in the queue again is not given to the same agent.
        if inner.floor().set_available(agent, false, now) {
            inner.desks_changed();
        }
        let owner = Owner::Agent { agent: agent.clone() };
        let heads = inner.store.assigned().await?;
        let chats = heads.into_iter().filter(|head| head.owner == owner);
        let moved = join_all(chats.map(|head| self.give_back(head.conversation, agent.clone()))).await;
        Ok(moved.into_iter().filter(|moved| *moved).count())
    }

    async fn give_back(&self, conversation: ConversationId, agent: AgentId) -> bool {
        let (inner, chat) = (Arc::clone(&self.inner), self.inner.chat(&conversation));
        let work = async move {
            let mut locked = chat.lock_at_end(&inner).await?;
            if locked.state().owner != (Owner::Agent { agent: agent.clone() }) {
                return Ok(false);
            }
            let epoch = locked.state().epoch;
            let kind = EventKind::Released {
                agent,
                cause: ReleaseCause::Gone,
                note: String::new(),
            };
            locked.append(&inner, Expect::Epoch(epoch), vec![kind]).await?;
            Ok(true)
        };
        match self.inner.finish(work).await {
            Ok(moved) => moved,
            // Somebody else moved it.
            Err(HubError::Stale { .. } | HubError::Store(StoreError::Stale { .. })) => false,
            Err(error) => {
                tracing::warn!(%conversation, %error, "a chat could not be given back");
                false
            }
        }
    }
}
