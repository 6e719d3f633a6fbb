//! What all live conversations of this server work with: the log, the time, the floor they are shown on.

use std::sync::Arc;
use std::time::Instant;

use crate::dialogue::State;
use crate::model::{ConversationId, Event, EventKind, Millis, NewEvent, Seq, ShopId};
use crate::shops::Shops;
use crate::store::{Expect, Log, Receipt, StoreError};

use super::clock::Clock;
use super::counting::AppendCounter;
use super::floor::SharedFloor;
use super::projections::Projections;
use super::recognising::Recognising;

/// The one way to the log.
pub(super) struct Journal {
    log: Arc<dyn Log>,
    shops: Arc<Shops>,
    floor: Arc<SharedFloor>,
    counter: AppendCounter,
    recognising: Arc<Recognising>,
    clock: Clock,
    /// Whether other servers share the log.
    shared: bool,
    /// Whether numbers of cards are hidden before they are stored.
    mask_cards: bool,
}

impl Journal {
    /// A journal of this log.
    #[expect(clippy::too_many_arguments, reason = "each is an owner of its own")]
    pub(super) fn new(
        log: Arc<dyn Log>,
        shops: Arc<Shops>,
        floor: Arc<SharedFloor>,
        counter: AppendCounter,
        recognising: Arc<Recognising>,
        clock: Clock,
        shared: bool,
        mask_cards: bool,
    ) -> Journal {
        Journal {
            log,
            shops,
            floor,
            counter,
            recognising,
            clock,
            shared,
            mask_cards,
        }
    }

    /// Whether other servers may add to the log.
    pub(super) fn shared(&self) -> bool {
        self.shared
    }

    /// Whether numbers of cards are hidden before they are stored.
    pub(super) fn masks_cards(&self) -> bool {
        self.mask_cards
    }

    /// Now.
    pub(super) fn now(&self) -> Millis {
        self.clock.now()
    }

    /// Whether the shop is served here.
    pub(super) fn serves(&self, shop: &ShopId) -> bool {
        self.shops.serves(shop)
    }

    /// Events after `after`, in order, at most `limit`.
    pub(super) async fn read(
        &self,
        conversation: &ConversationId,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<Arc<Event>>, StoreError> {
        self.log.read(conversation.clone(), after, limit).await
    }

    /// Stores events of a conversation of this shop as of now, and counts them.
    pub(super) async fn append(
        &self,
        conversation: &ConversationId,
        shop: &ShopId,
        expect: Expect,
        kinds: Vec<EventKind>,
    ) -> Result<Receipt, StoreError> {
        let at = self.now();
        let new_events = kinds.into_iter().map(|kind| NewEvent { at, kind }).collect();
        let began = Instant::now();
        let receipt = self.log.append(conversation.clone(), expect, new_events).await?;
        self.counter
            .appended(conversation, shop, &receipt.events, began.elapsed());
        Ok(receipt)
    }

    /// The events, and with those that bring in people what is kept of the customer.
    pub(super) async fn recognised(
        &self,
        conversation: &ConversationId,
        state: &State,
        mut kinds: Vec<EventKind>,
    ) -> Vec<EventKind> {
        let known = self.recognising.beside(conversation, state, &kinds).await;
        kinds.extend(known);
        kinds
    }

    /// Puts a chat on the floor where its log says it stands.
    pub(super) fn show_on_floor(&self, conversation: &ConversationId, projections: &Projections) {
        self.floor.show(conversation, projections);
    }
}
