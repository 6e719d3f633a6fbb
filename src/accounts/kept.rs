//! What is kept of one customer: how much there is, and all of it. Read from the store that a server has open, or from the
//! embedded one beside whoever has it open.

use std::sync::{Arc, Mutex, MutexGuard};

use serde::Serialize;

use crate::model::{ConversationId, CustomerCard, Event, Millis, Owner, ShopId, ShopperId};
use crate::store::embedded::Archive;
use crate::store::{Head, Log, Store, StoreError, Visitors};

/// Events read at once.
const PAGE: usize = 1_000;

/// A shopper's id as it is stored: visitors are written with what they begin with, everybody else is a customer.
pub fn shopper_named(id: &str) -> ShopperId {
    match id.starts_with("anon:") || id.starts_with("customer:") {
        true => ShopperId::new(id),
        false => ShopperId::customer(id),
    }
}

/// Where is read.
pub enum KeptSource {
    /// The embedded store, beside whoever has it open.
    Archive(Mutex<Archive>),
    /// A store that is open here.
    Open(Arc<dyn Store>),
}

/// Everything that is kept of a shopper.
#[derive(Serialize)]
pub struct Kept {
    /// The shop.
    pub shop: ShopId,
    /// Who.
    pub shopper: ShopperId,
    /// When it was read.
    pub at: Millis,
    /// How many browsers and devices are known; of each there is a hash that only its own token matches.
    pub tokens: u64,
    /// What colleagues keep: tags, VIP, notes; absent where there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<CustomerCard>,
    /// Every talk.
    pub conversations: Vec<KeptTalk>,
}

/// One talk of a shopper.
#[derive(Serialize)]
pub struct KeptTalk {
    /// Which.
    pub conversation: ConversationId,
    /// Who has it.
    pub owner: Owner,
    /// As stored, with what was read and decided.
    pub events: Vec<Arc<Event>>,
}

/// How much is kept of a shopper, without a word of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KeptAmount {
    /// The shop.
    pub shop: ShopId,
    /// Who, as it is stored.
    pub customer: ShopperId,
    /// Talks.
    pub conversations: u64,
    /// Those of them that have not ended.
    pub open: u64,
    /// Events in them.
    pub events: u64,
    /// Browsers and devices that are known.
    pub tokens: u64,
    /// When the first talk began; absent without talks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Millis>,
    /// When something happened last; absent without talks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Millis>,
}

impl Kept {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.conversations.is_empty() && self.tokens == 0
    }
}

impl KeptAmount {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.conversations == 0 && self.tokens == 0
    }
}

impl KeptSource {
    /// Reads everything of a shopper.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn everything(&self, shop: &ShopId, shopper: &ShopperId, now: Millis) -> Result<Kept, StoreError> {
        let mut talks = Vec::new();
        for conversation in self.conversations_of(shop, shopper).await? {
            // One that is forgotten at this moment is not kept any more.
            let Some(head) = self.head(&conversation).await? else {
                continue;
            };
            let mut events: Vec<Arc<Event>> = Vec::new();
            loop {
                let after = events.last().map_or(0, |event| event.seq);
                let page = self.read(&conversation, after, PAGE).await?;
                let whole = page.len() == PAGE;
                events.extend(page);
                if !whole {
                    break;
                }
            }
            talks.push(KeptTalk {
                conversation,
                owner: head.owner,
                events,
            });
        }
        Ok(Kept {
            shop: shop.clone(),
            shopper: shopper.clone(),
            at: now,
            tokens: self.tokens_of(shop, shopper).await?,
            card: self.card_of(shop, shopper).await?,
            conversations: talks,
        })
    }

    /// Counts what is kept of a shopper; heads say all of it but when the first talk began.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn amount(&self, shop: &ShopId, shopper: &ShopperId) -> Result<KeptAmount, StoreError> {
        let mut amount = KeptAmount {
            shop: shop.clone(),
            customer: shopper.clone(),
            conversations: 0,
            open: 0,
            events: 0,
            tokens: self.tokens_of(shop, shopper).await?,
            first: None,
            last: None,
        };
        for conversation in self.conversations_of(shop, shopper).await? {
            let Some(head) = self.head(&conversation).await? else {
                continue;
            };
            amount.conversations += 1;
            amount.open += u64::from(head.owner != Owner::Closed);
            amount.events += head.seq;
            amount.last = amount.last.max(Some(head.at));
            // Ids are in the order in which talks began.
            if amount.first.is_none() {
                let first = self.read(&conversation, 0, 1).await?;
                amount.first = first.first().map(|event| event.at);
            }
        }
        Ok(amount)
    }

    /// Lets go of what was opened.
    ///
    /// # Errors
    /// The store could not close cleanly.
    pub async fn close(self) -> Result<(), StoreError> {
        match self {
            KeptSource::Archive(_) => Ok(()),
            KeptSource::Open(store) => store.close().await,
        }
    }

    async fn conversations_of(&self, shop: &ShopId, shopper: &ShopperId) -> Result<Vec<ConversationId>, StoreError> {
        match self {
            KeptSource::Archive(archive) => reading(archive).conversations_of(shop, shopper),
            KeptSource::Open(store) => store.conversations_of(shop.clone(), shopper.clone()).await,
        }
    }

    async fn tokens_of(&self, shop: &ShopId, shopper: &ShopperId) -> Result<u64, StoreError> {
        match self {
            KeptSource::Archive(archive) => reading(archive).tokens_of(shop, shopper),
            KeptSource::Open(store) => Visitors::tokens_of(store.as_ref(), shop.clone(), shopper.clone()).await,
        }
    }

    async fn card_of(&self, shop: &ShopId, shopper: &ShopperId) -> Result<Option<CustomerCard>, StoreError> {
        let kept = match self {
            KeptSource::Archive(archive) => reading(archive).customer_card(shop, shopper),
            KeptSource::Open(store) => store.customer_card(shop.clone(), shopper.clone()).await,
        };
        let card = kept?.card;
        Ok((card != CustomerCard::default()).then_some(card))
    }

    async fn head(&self, conversation: &ConversationId) -> Result<Option<Head>, StoreError> {
        match self {
            KeptSource::Archive(archive) => reading(archive).head(conversation),
            KeptSource::Open(store) => Log::head(store.as_ref(), conversation.clone()).await,
        }
    }

    async fn read(
        &self,
        conversation: &ConversationId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Event>>, StoreError> {
        match self {
            KeptSource::Archive(archive) => reading(archive).read(conversation, after, limit),
            KeptSource::Open(store) => store.read(conversation.clone(), after, limit).await,
        }
    }
}

fn reading(archive: &Mutex<Archive>) -> MutexGuard<'_, Archive> {
    archive.lock().expect("no holder of this lock panics")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_meant_is_said_by_the_shops_own_id() {
        for (id, meant) in [
            ("u-1", "customer:u-1"),
            ("customer:u-1", "customer:u-1"),
            ("anon:x", "anon:x"),
        ] {
            assert_eq!(shopper_named(id).as_str(), meant);
        }
    }
}
