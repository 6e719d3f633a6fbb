//! A customer's card is changed while people have the chat: it is shown and ordered by what the card says now.

use std::sync::Arc;

use crate::model::{ConversationId, EventKind, Owner, ShopId, ShopperId};
use crate::store::Expect;

use super::conversations::Conversations;
use super::recognising::Recognising;
use super::{Hub, HubError};

impl Hub {
    /// What colleagues keep of this customer is other than before: an open chat that people have is shown and ordered by it.
    ///
    /// # Errors
    /// [`HubError::Draining`], [`HubError::Store`], [`HubError::Stale`] when the chat changes hands at this moment.
    pub async fn customer_changed(&self, shop: &ShopId, shopper: &ShopperId) -> Result<(), HubError> {
        let Some(conversation) = self.log.open_conversation(shop.clone(), shopper.clone()).await? else {
            return Ok(());
        };
        let (recognising, conversations) = (Arc::clone(&self.recognising), Arc::clone(&self.conversations));
        self.lifecycle
            .finish(async move { tell(&recognising, &conversations, &conversation).await })
            .await
    }
}

/// Stores what is known of the customer now, where it is other than what the log says.
async fn tell(
    recognising: &Recognising,
    conversations: &Conversations,
    conversation: &ConversationId,
) -> Result<(), HubError> {
    let chat = conversations.get(conversation);
    let mut locked = chat.lock_at_end().await?;
    let state = locked.state();
    if !matches!(state.owner, Owner::Queue | Owner::Agent { .. }) {
        return Ok(());
    }
    let now = recognising.of(&state.shop, &state.shopper).await?.unwrap_or_default();
    if locked.recognition() == now {
        return Ok(());
    }
    let epoch = locked.state().epoch;
    locked
        .append(Expect::Epoch(epoch), vec![EventKind::Recognised(now)])
        .await?;
    Ok(())
}
