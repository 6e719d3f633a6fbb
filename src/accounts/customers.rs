//! Erasing a customer: who asks the shop to forget them is forgotten whole, and the record says that it was done.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::files::{FileOwner, Files};
use crate::model::{AgentId, EventKind, Millis, NewEvent, Owner, ShopId, ShopperId};
use crate::store::{Erased, Expect, Log, StoreError};

use super::audit::Action;
use super::rights::Actor;
use super::{AccountError, Accounts};

/// How long servers that share the store are given to tell pages that a talk has ended, before it is deleted.
pub const HEARD: Duration = Duration::from_secs(1);

/// What is asked about a customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum CustomerCommand {
    /// Delete everything.
    Erase {
        /// The shop.
        shop: ShopId,
        /// Who.
        shopper: ShopperId,
    },
    /// Write down that everything was read out.
    Exported {
        /// The shop.
        shop: ShopId,
        /// Who.
        shopper: ShopperId,
        /// How many conversations.
        conversations: u64,
    },
}

/// Proof of an erasure, for the customer and for whoever asks later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// The shop.
    pub shop: ShopId,
    /// Names the customer without telling who it is: `sha256:` and hex SHA-256 of shop, line feed and shopper. The audit
    /// record has the same.
    pub subject: String,
    /// When it was done.
    pub at: Millis,
    /// Conversations that were open and were ended first.
    pub ended: u64,
    /// Pictures and documents that were deleted.
    #[serde(default)]
    pub files: u64,
    /// What was deleted: logs with all that was read and decided, heads, places in the feed, client ids, tokens.
    #[serde(flatten)]
    pub erased: Erased,
}

impl Accounts {
    /// Deletes everything of a customer and records who did it. Conversations that are still open are ended, so that servers
    /// which share the store hear of it; `ended` are those that the caller has ended already.
    ///
    /// # Errors
    /// [`AccountError::Forbidden`], [`AccountError::Files`], [`AccountError::Store`].
    pub async fn erase(
        &self,
        log: &dyn Log,
        files: Option<&Files>,
        actor: &Actor,
        (shop, shopper): (ShopId, ShopperId),
        ended: u64,
        now: Millis,
    ) -> Result<Receipt, AccountError> {
        if !actor.may_handle_customers(&shop) {
            return Err(AccountError::Forbidden);
        }
        let ended = ended + end_open(log, &shop, &shopper, now).await?;
        // Before the store forgets which talks they are: who asks again after a failure finds what is left.
        let files = match files {
            Some(files) => erase_files(log, files, &shop, &shopper).await?,
            None => 0,
        };
        let erased = log.erase(shop.clone(), shopper.clone()).await?;
        let receipt = Receipt {
            subject: subject(&shop, &shopper),
            shop,
            at: now,
            ended,
            files,
            erased,
        };
        let Erased {
            conversations,
            events,
            tokens,
        } = erased;
        let detail = json!({"shop": receipt.shop, "ended": ended, "conversations": conversations, "events": events,
                            "tokens": tokens, "files": files});
        self.record(actor.name(), Action::EraseCustomer, &receipt.subject, detail, now)
            .await?;
        Ok(receipt)
    }

    /// Ends the conversations of a customer that are open in the store; how many.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub async fn end_talks(
        &self,
        log: &dyn Log,
        shop: &ShopId,
        shopper: &ShopperId,
        now: Millis,
    ) -> Result<u64, AccountError> {
        Ok(end_open(log, shop, shopper, now).await?)
    }

    /// Writes down what somebody changed on a customer's card. Who the customer is stands there as the hash by which
    /// erasures are known too.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub async fn record_card(
        &self,
        by: &AgentId,
        (shop, shopper): (&ShopId, &ShopperId),
        mut detail: serde_json::Value,
        now: Millis,
    ) -> Result<(), AccountError> {
        detail["shop"] = json!(shop);
        let subject = subject(shop, shopper);
        self.record(by.as_str(), Action::Card, &subject, detail, now).await
    }

    /// Records that a customer's data were read out, and by whom.
    ///
    /// # Errors
    /// [`AccountError::Forbidden`], [`AccountError::Store`].
    pub async fn exported(
        &self,
        actor: &Actor,
        (shop, shopper): (ShopId, ShopperId),
        conversations: u64,
        now: Millis,
    ) -> Result<(), AccountError> {
        if !actor.may_handle_customers(&shop) {
            return Err(AccountError::Forbidden);
        }
        let detail = json!({"shop": shop, "conversations": conversations});
        let subject = subject(&shop, &shopper);
        self.record(actor.name(), Action::ExportCustomer, &subject, detail, now)
            .await
    }
}

/// Deletes all pictures and documents of the customer's talks, those of agents too, and what the customer has uploaded; how many.
async fn erase_files(log: &dyn Log, files: &Files, shop: &ShopId, shopper: &ShopperId) -> Result<u64, AccountError> {
    let mut erased = files.forget_uploads(&FileOwner::shopper(shop, shopper)).await?;
    for conversation in log.conversations_of(shop.clone(), shopper.clone()).await? {
        erased += files.forget(&conversation).await?;
    }
    Ok(erased)
}

/// Ends what is open.
async fn end_open(log: &dyn Log, shop: &ShopId, shopper: &ShopperId, now: Millis) -> Result<u64, StoreError> {
    let mut ended = 0;
    // Whoever moves a talk meanwhile raises its epoch: it is looked at again.
    while let Some(conversation) = log.open_conversation(shop.clone(), shopper.clone()).await? {
        let Some(head) = log.head(conversation.clone()).await? else {
            break;
        };
        if head.owner == Owner::Closed {
            break;
        }
        let closed = NewEvent {
            at: now,
            kind: EventKind::Closed { agent: None },
        };
        match log.append(conversation, Expect::Epoch(head.epoch), vec![closed]).await {
            Ok(_) => ended += 1,
            Err(StoreError::Stale { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(ended)
}

/// The name that tells nobody who it is.
fn subject(shop: &ShopId, shopper: &ShopperId) -> String {
    let digest = Sha256::digest(format!("{shop}\n{shopper}"));
    format!("sha256:{}", data_encoding::HEXLOWER.encode(&digest))
}
