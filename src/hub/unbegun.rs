//! Conversations in which nothing has been said yet. Nothing of them is stored; all tabs of a shopper here share one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};

use crate::accounts::token;
use crate::model::{ConversationId, Millis, Owner, Partition, ShopId, ShopperId};
use crate::store::Log;

use super::HubError;
use super::conversations::Conversations;
use super::live::LiveConversation;
use super::visitors::Visitor;

/// For how long a visitor who was given a token has just come, milliseconds. Later the id of a conversation would tell a
/// time that is long past.
const JUST_COME_MS: u64 = 3_600_000;
/// For how long a page may wait before its shopper's first word and be told of the same conversation, milliseconds.
const YOUNG_MS: u64 = 24 * 3_600_000;
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
    /// The conversation that this shopper's first word in this shop will begin: the one that the page was told of before,
    /// `told`, which does not exist, if there is one.
    pub(super) fn chat(
        &self,
        conversations: &Conversations,
        shop: &ShopId,
        shopper: &ShopperId,
        told: Option<ConversationId>,
    ) -> Arc<LiveConversation> {
        let mut entries = self.0.lock().expect("no holder of this lock panics");
        let key = (shop.clone(), shopper.clone());
        if let Some(chat) = entries.chats.get(&key).and_then(Weak::upgrade)
            // One that has begun and ended is another's to show.
            && chat.end() == 0
        {
            return chat;
        }
        let partition = Partition::of(shop, shopper);
        let told = told.filter(|id| id.partition() == Some(partition) && is_uuid(id));
        let id = told.unwrap_or_else(|| ConversationId::begin(&uuid::Uuid::now_v7().to_string(), partition));
        let chat = conversations.get(&id);
        entries.chats.insert(key, Arc::downgrade(&chat));
        if entries.chats.len() > entries.tidy_at.max(TIDY_FROM) {
            entries.chats.retain(|_, chat| chat.strong_count() > 0);
            entries.tidy_at = 2 * entries.chats.len();
        }
        chat
    }
}

/// The conversation that a visitor who was given a token a moment ago begins, whichever server is asked: the standing one, where it was
/// begun after that had been looked for, or the one to be begun. Neither when it has ended.
pub(super) async fn first(
    log: &dyn Log,
    shop: &ShopId,
    visitor: &Visitor,
    now: Millis,
) -> Result<(Option<ConversationId>, Option<ConversationId>), HubError> {
    let Some((id, at)) = token::first_of_visitor(&visitor.token, shop.as_str()) else {
        return Ok((None, None));
    };
    if at > now || now.since(at) >= JUST_COME_MS {
        return Ok((None, None));
    }
    let partition = Partition::of(shop, &visitor.shopper);
    let first = ConversationId::begin(&uuid::Uuid::from_bytes(id).to_string(), partition);
    let head = match visitor.known {
        true => log.head(first.clone()).await?,
        false => None,
    };
    Ok(match head {
        None => (None, Some(first)),
        Some(head) if head.owner == Owner::Closed => (None, None),
        Some(_) => (Some(first), None),
    })
}

/// Whether a conversation that does not exist is one that the page was told of and that has not begun: it would be this
/// visitor's, and is too young to have been forgotten.
pub(super) fn may_be(id: &ConversationId, shop: &ShopId, visitor: &Visitor, now: Millis) -> bool {
    let own = id.partition() == Some(Partition::of(shop, &visitor.shopper)) && is_uuid(id);
    let made = uuid::Uuid::try_parse(id.as_str())
        .ok()
        .and_then(|id| id.get_timestamp());
    let made = made.map(|made| Millis(made.to_unix().0.saturating_mul(1000)));
    own && made.is_some_and(|made| now.since(made) < YOUNG_MS)
}

/// Whether an id has the form that servers give.
fn is_uuid(id: &ConversationId) -> bool {
    let text = id.as_str();
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}
