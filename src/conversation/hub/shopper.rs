//! The shopper's side of the hub.

use crate::model::{ClientMessageId, ConversationId, Language, Seq, ShopId, ShopperId};

use super::{Acknowledgement, Hub, HubError, Subscription};

/// How a shopper comes in.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The shop.
    pub shop: ShopId,
    /// The language of the page.
    pub lang: Language,
    /// The token of an earlier [`ShopperHandle::token`]. An unknown one is treated as none.
    pub token: Option<String>,
    /// The shop's own customer id, its signature already verified by the caller. Wins over the token.
    pub customer: Option<String>,
}

impl Hub {
    /// Continues the shopper's open conversation with the shop, or begins a new one.
    ///
    /// # Errors
    /// [`HubError::UnknownShop`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn open(&self, opening: Opening) -> Result<ShopperHandle, HubError> {
        let _ = opening;
        todo!()
    }
}

/// A shopper at the counter: the right to speak in one conversation as its shopper. Clones share it.
#[derive(Clone)]
pub struct ShopperHandle {}

impl ShopperHandle {
    /// The conversation.
    pub fn conversation(&self) -> &ConversationId {
        todo!()
    }

    /// Who the shopper is.
    pub fn shopper(&self) -> &ShopperId {
        todo!()
    }

    /// To be kept by the client and sent in its next `hello`: 32 random bytes as base64url. The store knows only
    /// its SHA-256.
    pub fn token(&self) -> &str {
        todo!()
    }

    /// The conversation's last event when it was opened.
    pub fn seq(&self) -> Seq {
        todo!()
    }

    /// Stores what the shopper says, then lets the bot take its turn when the bot owns the chat (the reply comes
    /// through the subscriptions). Said twice under one id it is stored once and acknowledged with the same place.
    /// The caller limits length and rate.
    ///
    /// # Errors
    /// [`HubError::Closed`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn says(&self, id: ClientMessageId, text: String) -> Result<Acknowledgement, HubError> {
        let _ = (id, text);
        todo!()
    }

    /// The button: hands the chat to people. Does nothing when people have it already.
    ///
    /// # Errors
    /// [`HubError::Closed`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn asks_for_person(&self) -> Result<(), HubError> {
        todo!()
    }

    /// Tells the agent that the shopper is typing. Not stored.
    pub fn typing(&self) {
        todo!()
    }

    /// Stores a rating, also after the end.
    ///
    /// # Errors
    /// [`HubError::BadRating`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn rates(&self, stars: u8) -> Result<(), HubError> {
        let _ = stars;
        todo!()
    }

    /// Ends the conversation. Does nothing when it has ended.
    ///
    /// # Errors
    /// [`HubError::Draining`], [`HubError::Store`].
    pub async fn closes(&self) -> Result<(), HubError> {
        todo!()
    }

    /// Listens from `after` on (0: everything; [`ShopperHandle::seq`]: only what is new).
    pub fn subscribe(&self, after: Seq) -> Subscription {
        let _ = after;
        todo!()
    }
}
