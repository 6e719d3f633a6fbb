//! Ends many chats that wait, as after an attack: a supervisor ends those that nobody needs to take.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::{StreamExt, stream};

use crate::handoff::Card;
use crate::model::{ConversationId, EventKind, Lane, Millis, Owner};
use crate::store::{Expect, StoreError};

use super::HubError;
use super::desk::DeskHandle;

/// So many are being ended at a time: the queue may hold ten thousand, and whoever writes meanwhile is not to wait for them.
const AT_ONCE: usize = 16;

/// What became of chats that were to be ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClosedWaiting {
    /// Ended.
    pub closed: u32,
    /// Asked for and going on: taken or moved meanwhile, or not waiting at all.
    pub left: u32,
}

impl DeskHandle {
    /// Ends chats that wait in the shops of this supervisor: those `named`, or, when none is named, all but those in the lane
    /// `safety`, which somebody has to look at. With `before` only those that have waited since before then. Each ends
    /// under the epoch that the queue showed, so that one which somebody takes meanwhile goes on.
    ///
    /// # Errors
    /// [`HubError::NotSupervisor`]; [`HubError::Draining`] and [`HubError::Store`] with the rest not ended.
    pub async fn close_waiting(
        &self,
        named: Vec<ConversationId>,
        before: Option<Millis>,
    ) -> Result<ClosedWaiting, HubError> {
        if !self.agent().supervisor() {
            return Err(HubError::NotSupervisor);
        }
        let named: HashSet<ConversationId> = named.into_iter().collect();
        let long_enough =
            |card: &Card| before.is_none_or(|before| card.waiting_since.is_none_or(|since| since < before));
        let wanted = |card: &Card| match named.is_empty() {
            true => card.lane != Lane::Safety,
            false => named.contains(&card.conversation),
        };
        let mut cards = self.waiting();
        cards.retain(|card| wanted(card) && long_enough(card));
        let asked_for = match named.len() {
            0 => cards.len(),
            names => names,
        };
        let mut ending = stream::iter(cards)
            .map(|card| self.close_one(card))
            .buffer_unordered(AT_ONCE);
        let mut closed = 0;
        while let Some(ended) = ending.next().await {
            closed += usize::from(ended?);
        }
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(ClosedWaiting {
            closed: count(closed),
            left: count(asked_for - closed),
        })
    }

    /// Ends one that waits; whether it did.
    async fn close_one(&self, card: Arc<Card>) -> Result<bool, HubError> {
        let chat = self.conversation(&card.conversation);
        let agent = Some(self.agent().id.clone());
        let work = async move {
            let mut locked = chat.lock_at_end().await?;
            let state = locked.state();
            if state.owner != Owner::Queue || state.epoch != card.epoch {
                return Ok(false);
            }
            let closed = vec![EventKind::Closed { agent }];
            locked.append(Expect::Epoch(card.epoch), closed).await?;
            Ok(true)
        };
        match self.finish(work).await {
            // Somebody else moved it, or it was forgotten.
            Err(HubError::Stale { .. } | HubError::UnknownConversation | HubError::Store(StoreError::Stale { .. })) => {
                Ok(false)
            }
            outcome => outcome,
        }
    }
}
