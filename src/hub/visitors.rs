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
        let stands_for = self.stands_for(opening).await?;
        Ok(recognised(opening, stands_for.as_ref()))
    }

    /// Whom the store knows the token of, if one is shown.
    async fn stands_for(&self, opening: &Opening) -> Result<Option<(ShopId, ShopperId)>, HubError> {
        match &opening.token {
            Some(token) => Ok(self.visitors.shopper_of_token(hash(token)).await?),
            None => Ok(None),
        }
    }

    /// Who comes in: somebody who was here before, or somebody new, who is given a token. Nothing is stored: whoever
    /// says nothing costs nothing. A visitor is known by the token itself, and so is the same one in every tab and at
    /// every server before anything is stored.
    pub(super) async fn identify(&self, opening: &Opening) -> Result<Visitor, HubError> {
        // Looked up once: between two looks another tab may store the token.
        let stands_for = self.stands_for(opening).await?;
        if let Some(visitor) = recognised(opening, stands_for.as_ref()) {
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
        // A token that the store knows stands for somebody else, or for somebody of another shop.
        let again = opening.token.clone();
        let again = again.filter(|token| stands_for.is_none() && token::is_token(token));
        let token = match again {
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

/// The visitor whose token this is, if it was given out in this shop, and to the customer whom the shop has signed or to
/// nobody it knows.
fn recognised(opening: &Opening, stands_for: Option<&(ShopId, ShopperId)>) -> Option<Visitor> {
    let (shop, shopper) = stands_for?;
    let same = match &opening.customer {
        Some(customer) => ShopperId::customer(customer) == *shopper,
        None => !shopper.is_customer(),
    };
    (*shop == opening.shop && same).then(|| Visitor {
        shopper: shopper.clone(),
        token: opening.token.clone().unwrap_or_default(),
        known: true,
        stored: true,
    })
}

fn no_randomness(error: getrandom::Error) -> HubError {
    HubError::Store(StoreError::Unavailable(format!("no random bytes: {error}")))
}
