//! Conversations in which nothing has been said yet. Nothing of them is stored; all tabs of a shopper here share one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};

use crate::model::{ConversationId, Partition, ShopId, ShopperId};

use super::conversations::Conversations;
use super::live::LiveConversation;

/// From how many entries on those that nobody holds any more are looked for.
const TIDY_FROM: usize = 64;

/// Owns which conversation a shopper's first word will begin.
#[derive(Default)]
pub(super) struct Unbegun(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    chats: HashMap<(ShopId, ShopperId), Weak<LiveConversation>>,
    tidy_at: usize,
}

impl Unbegun {
    /// The conversation that this shopper's first word in this shop will begin.
    pub(super) fn chat(
        &self,
        conversations: &Conversations,
        shop: &ShopId,
        shopper: &ShopperId,
    ) -> Arc<LiveConversation> {
        let mut entries = self.0.lock().expect("no holder of this lock panics");
        let key = (shop.clone(), shopper.clone());
        if let Some(chat) = entries.chats.get(&key).and_then(Weak::upgrade)
            // One that has begun and ended is another's to show.
            && chat.end() == 0
        {
            return chat;
        }
        let id = ConversationId::begin(&uuid::Uuid::now_v7().to_string(), Partition::of(shop, shopper));
        let chat = conversations.get(&id);
        entries.chats.insert(key, Arc::downgrade(&chat));
        if entries.chats.len() > entries.tidy_at.max(TIDY_FROM) {
            entries.chats.retain(|_, chat| chat.strong_count() > 0);
            entries.tidy_at = 2 * entries.chats.len();
        }
        chat
    }
}
