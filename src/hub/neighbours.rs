//! Follows other servers that share the store: what they append, which desks they have, what they left undone.
//! News is a hint to look at the log; what was missed is found by looking over everything every few seconds.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::{StreamExt, stream};

use super::{HubError, Inner, turns};
use crate::model::{ConversationId, Epoch, Seq};
use crate::store::news::{News, NewsFeed};

/// How often other servers are told of the desks here while nothing changes. What is told holds a few times longer.
const TELL_DESKS: Duration = Duration::from_secs(1);
/// How often the floor is compared with the store, and debts are sought.
const LOOK_OVER: Duration = Duration::from_secs(5);
/// A debt of the bot this old was not taken by the server that the shopper wrote to, milliseconds.
const DEBT_MS: u64 = 4_000;
/// A debt older than this is not sought again and again: nothing can be said to it.
const OLD_DEBT_MS: u64 = 600_000;
/// Conversations looked at at once.
const AT_ONCE: usize = 8;
/// Pieces of news taken together.
const TOGETHER: usize = 256;

/// Takes in news until the hub drains.
pub(super) async fn follow(inner: Arc<Inner>, mut feed: NewsFeed) {
    loop {
        let first = tokio::select! {
            news = feed.next() => news,
            () = inner.stop.cancelled() => return,
        };
        let Some(first) = first else { return };
        // Together, so that a chat in which much happens is looked at once.
        let mut stale: HashMap<ConversationId, Seq> = HashMap::new();
        let mut missed = take(&inner, first, &mut stale);
        for _ in 0..TOGETHER {
            match futures_util::FutureExt::now_or_never(feed.next()) {
                Some(Some(news)) => missed |= take(&inner, news, &mut stale),
                Some(None) | None => break,
            }
        }
        refresh(&inner, stale).await;
        if missed && let Err(error) = look_at_everything(&inner).await {
            tracing::warn!(%error, "what other servers did could not be read");
        }
    }
}

/// Takes in one piece of news; says whether everything must be looked at.
fn take(inner: &Inner, news: News, stale: &mut HashMap<ConversationId, Seq>) -> bool {
    match news {
        News::Appended {
            conversation,
            seq,
            with_people,
        } => {
            if let Some(chat) = inner.live(&conversation) {
                chat.reaches(seq);
            }
            if with_people || inner.floor().epoch(&conversation).is_some() {
                stale.insert(conversation, seq);
            }
            false
        }
        News::Typing { conversation, speaker } => {
            if let Some(chat) = inner.live(&conversation) {
                chat.typing(speaker);
            }
            false
        }
        News::Desks => {
            inner.desks.notify_one();
            false
        }
        News::Missed => true,
    }
}

/// Reads what was added to these conversations and puts them on the floor where they stand.
async fn refresh(inner: &Arc<Inner>, stale: HashMap<ConversationId, Seq>) {
    stream::iter(stale)
        .for_each_concurrent(AT_ONCE, async |(conversation, seq)| {
            let chat = inner.chat(&conversation);
            chat.reaches(seq);
            match chat.lock(inner).await {
                Ok(locked) => inner.show_on_floor(&chat, locked.book()),
                Err(error) => tracing::debug!(%conversation, %error, "a conversation could not be read"),
            }
        })
        .await;
}

/// Looks at every conversation that is live here and at the whole floor.
async fn look_at_everything(inner: &Arc<Inner>) -> Result<(), HubError> {
    let live: Vec<_> = inner.chats().values().cloned().collect();
    stream::iter(live)
        .for_each_concurrent(AT_ONCE, async |chat| match inner.store.head(chat.id.clone()).await {
            Ok(Some(head)) => chat.reaches(head.seq),
            Ok(None) => {}
            Err(error) => tracing::debug!(conversation = %chat.id, %error, "a conversation could not be read"),
        })
        .await;
    compare_floor(inner).await
}

/// Refreshes what stands elsewhere in the store than on the floor.
async fn compare_floor(inner: &Arc<Inner>) -> Result<(), HubError> {
    let waiting = inner.store.waiting().await?;
    let assigned = inner.store.assigned().await?;
    let stored: HashMap<ConversationId, Epoch> = waiting
        .into_iter()
        .map(|ticket| (ticket.conversation, ticket.epoch))
        .chain(assigned.into_iter().map(|head| (head.conversation, head.epoch)))
        .collect();
    let differing: Vec<ConversationId> = {
        let floor = inner.floor();
        let unknown = stored
            .iter()
            .filter(|(conversation, epoch)| floor.epoch(conversation) != Some(**epoch));
        let gone = floor
            .conversations()
            .into_iter()
            .filter(|conversation| !stored.contains_key(conversation));
        unknown
            .map(|(conversation, _)| conversation.clone())
            .chain(gone)
            .collect()
    };
    let mut stale = HashMap::new();
    for conversation in differing {
        if let Some(head) = inner.store.head(conversation.clone()).await? {
            stale.insert(conversation, head.seq);
        }
    }
    refresh(inner, stale).await;
    Ok(())
}

/// Looks over floor and debts every few seconds until the hub drains: lost news is only late, and what a server
/// that died left undone is done.
pub(super) async fn look_over(inner: Arc<Inner>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_OVER) => {}
            () = inner.stop.cancelled() => return,
        }
        let looked = async {
            compare_floor(&inner).await?;
            take_debts(&inner).await
        };
        if let Err(error) = looked.await {
            tracing::warn!(%error, "the store cannot be read");
        }
    }
}

/// Lets the bot answer what no server has answered. Two servers that try are told apart by the end of the log.
async fn take_debts(inner: &Arc<Inner>) -> Result<(), HubError> {
    let now = inner.clock.now();
    let patience = DEBT_MS + inner.settings.burst_wait_ms;
    for head in inner.store.unanswered().await? {
        let age = now.since(head.at);
        if !(patience..OLD_DEBT_MS).contains(&age) {
            continue;
        }
        let chat = inner.chat(&head.conversation);
        chat.reaches(head.seq);
        match chat.lock(inner).await {
            Ok(mut locked) => turns::schedule(inner, &chat, &mut locked),
            // One that cannot be read must not keep the others waiting.
            Err(error) => tracing::warn!(conversation = %chat.id, %error, "a debt of the bot could not be taken"),
        }
    }
    Ok(())
}

/// Tells other servers of the desks here, and hears of theirs, until the hub drains.
pub(super) async fn tell_desks(inner: Arc<Inner>) {
    loop {
        if let Err(error) = exchange_desks(&inner).await {
            tracing::warn!(%error, "other servers' desks are not known");
        }
        tokio::select! {
            () = inner.desks.notified() => {}
            () = tokio::time::sleep(TELL_DESKS) => {}
            () = inner.stop.cancelled() => return,
        }
    }
}

/// Tells and hears once.
pub(super) async fn exchange_desks(inner: &Inner) -> Result<(), HubError> {
    let changed = inner.desks_untold.swap(false, Ordering::AcqRel);
    let here = inner.floor().desks();
    let heard = inner.store.tell_desks(here, changed).await;
    let servers = heard.inspect_err(|_| {
        if changed {
            inner.desks_untold.store(true, Ordering::Release);
        }
    })?;
    let now = inner.clock.now();
    let news = inner.floor().hear(inner.store.node(), &servers, now);
    if news {
        inner.floor_changed();
    }
    Ok(())
}
