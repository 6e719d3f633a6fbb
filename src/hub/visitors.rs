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
    /// The token of an earlier [`ShopperHandle::token`]. An unknown one is treated as none, and so is one of a customer
    /// whom the shop has not signed this time: whoever has the browser after the customer is somebody else.
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
            }))
    }

    /// Who comes in: somebody who was here before, or somebody new, who is given a token.
    pub(super) async fn identify(&self, opening: &Opening) -> Result<Visitor, HubError> {
        if let Some(visitor) = self.recognise(opening).await? {
            return Ok(visitor);
        }
        let known = opening.customer.is_some();
        let shopper = match &opening.customer {
            Some(customer) => ShopperId::customer(customer),
            None => ShopperId::new(format!("anon:{}", token::random::<16>().map_err(no_randomness)?)),
        };
        let token = new_token().map_err(no_randomness)?;
        self.visitors
            .put_shopper_token(hash(&token), opening.shop.clone(), shopper.clone(), self.journal.now())
            .await?;
        Ok(Visitor { shopper, token, known })
    }
}

fn no_randomness(error: getrandom::Error) -> HubError {
    HubError::Store(StoreError::Unavailable(format!("no random bytes: {error}")))
}
