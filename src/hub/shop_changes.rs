//! What follows when a reload adds or removes shops: shoppers of a removed one are told, and what waited for a shop
//! that is served again is answered.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};

use crate::model::{EventKind, Owner, ShopId};
use crate::shops::Shops;
use crate::store::{Expect, Log, StoreError};

use super::HubError;
use super::conversations::Conversations;
use super::lifecycle::Lifecycle;
use super::live::LiveConversation;
use super::turns::Turns;

/// Conversations looked at at once.
const AT_ONCE: usize = 8;
/// When a talk of a removed shop could not be ended, it is tried again after so long.
const RETRY: Duration = Duration::from_secs(1);

/// Follows which shops are served.
pub(super) struct ShopChanges {
    shops: Arc<Shops>,
    log: Arc<dyn Log>,
    conversations: Arc<Conversations>,
    turns: Arc<Turns>,
    lifecycle: Arc<Lifecycle>,
}

impl ShopChanges {
    /// Follows these shops.
    pub(super) fn new(
        shops: Arc<Shops>,
        log: Arc<dyn Log>,
        conversations: Arc<Conversations>,
        turns: Arc<Turns>,
        lifecycle: Arc<Lifecycle>,
    ) -> ShopChanges {
        ShopChanges {
            shops,
            log,
            conversations,
            turns,
            lifecycle,
        }
    }

    fn served(&self) -> BTreeSet<ShopId> {
        self.shops.all().keys().cloned().collect()
    }

    /// Follows them until the hub drains.
    pub(super) fn run(self) -> impl Future<Output = ()> + Send {
        // Before the task begins: what is published from here on is a change.
        let mut changes = self.shops.changes();
        let mut before = self.served();
        async move {
            // Talks that are still to be looked at.
            let mut left = Vec::new();
            loop {
                tokio::select! {
                    changed = changes.changed() => if changed.is_err() { return },
                    () = tokio::time::sleep(RETRY), if !left.is_empty() => {}
                    () = self.lifecycle.stopping() => return,
                }
                let now = self.served();
                if before.iter().any(|shop| !now.contains(shop)) || now.iter().any(|shop| !before.contains(shop)) {
                    let removed: Vec<_> = before.difference(&now).map(ShopId::as_str).collect();
                    let added: Vec<_> = now.difference(&before).map(ShopId::as_str).collect();
                    tracing::info!(
                        removed = removed.join(" "),
                        added = added.join(" "),
                        "other shops are served now"
                    );
                    left = self.conversations.all();
                }
                left = self.look_at(left).await;
                if let Err(error) = self.answer_owed(|shop| !before.contains(shop)).await {
                    tracing::warn!(%error, "what was owed in added shops was not answered");
                }
                before = now;
            }
        }
    }

    /// Brings talks into line with which shops are served; those with which it failed are returned.
    async fn look_at(&self, chats: Vec<Arc<LiveConversation>>) -> Vec<Arc<LiveConversation>> {
        stream::iter(chats)
            .map(|chat| async {
                match self.end_if_removed(&chat).await {
                    Ok(()) | Err(HubError::UnknownConversation) => None,
                    Err(error) => {
                        tracing::warn!(conversation = %chat.id(), %error, "a talk of a removed shop was not ended");
                        Some(chat)
                    }
                }
            })
            .buffer_unordered(AT_ONCE)
            .filter_map(std::future::ready)
            .collect()
            .await
    }

    /// Ends a talk of the bot whose shop is served no more. People finish what they have.
    async fn end_if_removed(&self, chat: &LiveConversation) -> Result<(), HubError> {
        let mut locked = chat.lock().await?;
        let state = locked.state();
        if state.owner == Owner::Bot && !self.shops.serves(&state.shop) {
            let epoch = state.epoch;
            let closed = vec![EventKind::Closed { agent: None }];
            match locked.append(Expect::Epoch(epoch), closed).await {
                // Somebody has it now, or another server was faster.
                Ok(_) | Err(StoreError::Stale { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        locked.publish();
        Ok(())
    }

    /// Lets the bot answer what it owes in shops of which this holds.
    async fn answer_owed(&self, is_new: impl Fn(&ShopId) -> bool) -> Result<(), HubError> {
        if !self.shops.all().keys().any(&is_new) {
            return Ok(());
        }
        for head in self.log.unanswered().await? {
            if is_new(&head.shop) && self.shops.serves(&head.shop) {
                let chat = self.conversations.get(&head.conversation);
                let mut locked = chat.lock().await?;
                self.turns.schedule(&chat, &mut locked);
            }
        }
        Ok(())
    }
}
