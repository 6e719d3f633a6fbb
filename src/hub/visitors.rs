//! Who a shopper is: a visitor with a token, or a customer whom the shop has signed.

use std::sync::Arc;

use crate::accounts::token::{self, hash, new_token};
use crate::model::{Language, ShopId, ShopperId};
use crate::store::{StoreError, Visitors};

use super::HubError;
use super::journal::Journal;

/// How a shopper comes in.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The shop.
    pub shop: ShopId,
    /// The language of the page.
    pub lang: Language,
    /// The token of an earlier [`ShopperHandle::token`], whether it has been stored since or not. What is no token is
    /// treated as none, and so is the token of a customer whom the shop has not signed this time: whoever has the browser
    /// after the customer is somebody else.
    pub token: Option<String>,
    /// The shop's own customer id, its signature already verified by the caller. Wins over the token.
    pub customer: Option<String>,
}

/// Who comes in.
pub(super) struct Visitor {
    pub(super) shopper: ShopperId,
    /// What to come back with.
    pub(super) token: String,
    /// Whether this shopper may have been here before.
    pub(super) known: bool,
    /// Whether the store knows the token.
    pub(super) stored: bool,
}

/// Knows visitors by their tokens. The store has only hashes of them.
pub(super) struct VisitorBook {
    visitors: Arc<dyn Visitors>,
    journal: Arc<Journal>,
}

impl VisitorBook {
    /// The visitors that are stored here.
    pub(super) fn new(visitors: Arc<dyn Visitors>, journal: Arc<Journal>) -> VisitorBook {
        VisitorBook { visitors, journal }
    }

    /// Whom token or customer id stand for, when a token is shown that was given out in this shop.
    pub(super) async fn recognise(&self, opening: &Opening) -> Result<Option<Visitor>, HubError> {
        let Some(token) = &opening.token else { return Ok(None) };
        let stands_for = self.visitors.shopper_of_token(hash(token)).await?;
        let customer = opening.customer.as_deref().map(ShopperId::customer);
        Ok(stands_for
            .filter(|(shop, shopper)| {
                let same = match &customer {
                    Some(customer) => customer == shopper,
                    None => !shopper.is_customer(),
                };
                *shop == opening.shop && same
            })
            .map(|(_, shopper)| Visitor {
                shopper,
                token: token.clone(),
                known: true,
                stored: true,
            }))
    }

    /// Who comes in: somebody who was here before, or somebody new, who is given a token. Nothing is stored: whoever
    /// says nothing costs nothing. A visitor is known by the token itself, and so is the same one in every tab and at
    /// every server before anything is stored.
    pub(super) async fn identify(&self, opening: &Opening) -> Result<Visitor, HubError> {
        if let Some(visitor) = self.recognise(opening).await? {
            return Ok(visitor);
        }
        if let Some(customer) = &opening.customer {
            return Ok(Visitor {
                shopper: ShopperId::customer(customer),
                token: new_token().map_err(no_randomness)?,
                known: true,
                stored: false,
            });
        }
        let again = opening.token.clone().filter(|token| token::is_token(token));
        let token = match again {
            // It stands for somebody else, or for somebody of another shop.
            Some(token) if self.visitors.shopper_of_token(hash(&token)).await?.is_some() => None,
            again => again,
        };
        let token = match token {
            Some(token) => token,
            None => token::new_visitor(self.journal.now()).map_err(no_randomness)?,
        };
        Ok(Visitor {
            shopper: ShopperId::new(format!("anon:{}", token::visitor(&token))),
            token,
            known: false,
            stored: false,
        })
    }

    /// Remembers whom a token stands for, when its shopper first says something.
    pub(super) async fn remember(&self, visitor: &Visitor, shop: &ShopId) -> Result<(), HubError> {
        let (token, shopper) = (hash(&visitor.token), visitor.shopper.clone());
        let now = self.journal.now();
        Ok(self
            .visitors
            .put_shopper_token(token, shop.clone(), shopper, now)
            .await?)
    }
}

fn no_randomness(error: getrandom::Error) -> HubError {
    HubError::Store(StoreError::Unavailable(format!("no random bytes: {error}")))
}
