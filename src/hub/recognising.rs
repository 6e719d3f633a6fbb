//! What colleagues keep of a customer counts when a chat goes to people: tags and VIP are read, the rules are asked, and both stand in
//! the log, so that every server and every start comes to the same order.

use std::sync::Arc;

use crate::dialogue::State;
use crate::handoff::steering::Steering;
use crate::model::{ConversationId, EventKind, Owner, Recognition, ShopId, ShopperId};
use crate::store::CustomerCards;

use super::HubError;
use super::floor::SharedFloor;

/// Reads cards and asks the rules.
pub(super) struct Recognising {
    cards: Arc<dyn CustomerCards>,
    steering: Steering,
    floor: Arc<SharedFloor>,
}

impl Recognising {
    /// By these rules.
    pub(super) fn new(cards: Arc<dyn CustomerCards>, steering: Steering, floor: Arc<SharedFloor>) -> Recognising {
        Recognising { cards, steering, floor }
    }

    /// What is to be stored with these events, where they bring in people. A card that cannot be read holds nobody up.
    pub(super) async fn beside(
        &self,
        conversation: &ConversationId,
        state: &State,
        kinds: &[EventKind],
    ) -> Option<EventKind> {
        let comes = kinds.iter().any(|kind| match kind {
            EventKind::HandedOff { .. } => true,
            // Taken over from the bot, or again after its end.
            EventKind::Assigned { .. } => matches!(state.owner, Owner::Bot | Owner::Closed),
            _ => false,
        });
        if !comes {
            return None;
        }
        match self.of(&state.shop, &state.shopper).await {
            Ok(recognition) => recognition.map(EventKind::Recognised),
            Err(error) => {
                tracing::warn!(%conversation, %error, "a customer's card cannot be read; the chat keeps its lane");
                None
            }
        }
    }

    /// What is kept of a customer now, and what the rules make of it.
    pub(super) async fn of(&self, shop: &ShopId, shopper: &ShopperId) -> Result<Option<Recognition>, HubError> {
        let kept = self.cards.customer_card(shop.clone(), shopper.clone()).await?;
        let mut recognition = self.steering.recognise(&kept.card);
        // A group without anybody would only hold the chat up.
        if let Some(steered) = recognition.as_mut().and_then(|known| known.steered.as_mut())
            && let Some(group) = &steered.group
            && !self.floor.group_exists(shop, group)
        {
            steered.group = None;
        }
        Ok(recognition)
    }
}
