//! Moves chats between the queue and the agents: assigns the instant a slot and a ticket meet, takes chats back when
//! a lease runs out, and tells shoppers where they stand.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use crate::model::{AgentId, ConversationId, EventKind, Owner, ReleaseCause};
use crate::store::{Expect, StoreError};

use super::{HubError, Inner};

/// How long a chat is left alone after the store refused to move it, milliseconds.
const BLOCKED_MS: u64 = 2_000;
/// How often places are told anew while nothing changes, milliseconds: the late rise, and waits shrink.
const REFRESH_MS: u64 = 10_000;

/// Runs until the hub drains.
pub(super) async fn run(inner: Arc<Inner>) {
    loop {
        let now = inner.clock.now();
        let (expired, given, next) = {
            let mut floor = inner.floor();
            let expired = floor.expired(inner.terms(), now);
            let given = floor.assign(now);
            (expired, given, floor.next_due(inner.terms(), now))
        };
        if expired.is_empty() && given.is_empty() {
            tokio::select! {
                () = inner.wake.notified() => {}
                () = async {
                    match next {
                        Some(at) => inner.clock.sleep_until(at).await,
                        None => std::future::pending().await,
                    }
                } => {}
                () = inner.stop.cancelled() => return,
            }
            continue;
        }
        let taken_back = join_all(expired.into_iter().map(|conversation| take_back(&inner, conversation)));
        let assigned = join_all(
            given
                .into_iter()
                .map(|(conversation, agent)| assign(&inner, conversation, agent)),
        );
        tokio::join!(taken_back, assigned);
        if inner.stop.is_cancelled() {
            return;
        }
    }
}

async fn assign(inner: &Arc<Inner>, conversation: ConversationId, agent: AgentId) {
    let outcome = async {
        let chat = inner.chat(&conversation);
        let mut locked = chat.lock(inner).await?;
        // It may have been taken by hand, or the agent may have left, while this waited for the lock.
        let name = inner.floor().ready_name(&agent);
        let (Owner::Queue, Some(name)) = (&locked.state().owner, name) else {
            inner.show_on_floor(&chat, locked.book());
            return Ok(());
        };
        let epoch = locked.state().epoch;
        let kind = EventKind::Assigned { agent, name };
        locked.append(inner, Expect::Epoch(epoch), vec![kind]).await?;
        Ok(())
    };
    settle(inner, &conversation, outcome.await);
}

async fn take_back(inner: &Arc<Inner>, conversation: ConversationId) {
    let outcome = async {
        let chat = inner.chat(&conversation);
        let mut locked = chat.lock(inner).await?;
        // The agent may have written or come back while this waited for the lock.
        let due = inner.floor().lease(&conversation, inner.terms());
        let Some((agent, at, cause)) = due else { return Ok(()) };
        if at > inner.clock.now() {
            return Ok(());
        }
        if locked.state().owner != (Owner::Agent { agent: agent.clone() }) {
            inner.show_on_floor(&chat, locked.book());
            return Ok(());
        }
        let epoch = locked.state().epoch;
        if cause == ReleaseCause::Silent {
            tracing::info!(%conversation, %agent, "the agent was silent, the chat goes back to the queue");
        }
        let kind = EventKind::Released {
            agent,
            cause,
            note: String::new(),
        };
        locked.append(inner, Expect::Epoch(epoch), vec![kind]).await?;
        Ok(())
    };
    settle(inner, &conversation, outcome.await);
}

/// A chat that could not be moved is left alone for a moment, so that the dispatcher does not spin on it.
fn settle(inner: &Inner, conversation: &ConversationId, outcome: Result<(), HubError>) {
    match outcome {
        // Somebody else moved it, which is as good.
        Ok(()) | Err(HubError::Stale { .. } | HubError::Store(StoreError::Stale { .. })) => {}
        Err(error) => {
            tracing::warn!(%conversation, %error, "a chat could not be moved");
            let until = inner.clock.now().plus(BLOCKED_MS);
            inner.floor().block(conversation.clone(), until);
        }
    }
}

/// Tells shoppers in the queue where they stand, whenever the floor changes, until the hub drains.
pub(super) async fn announce(inner: Arc<Inner>) {
    let mut changes = inner.changes.subscribe();
    let pause = Duration::from_millis(inner.settings.board_interval_ms);
    loop {
        let now = inner.clock.now();
        let places = {
            let mut floor = inner.floor();
            if floor.counts().0 == 0 {
                Vec::new()
            } else {
                floor.reorder();
                floor.places(now)
            }
        };
        for (conversation, place) in &places {
            if let Some(chat) = inner.live(conversation) {
                chat.place(*place);
            }
        }
        let refresh = Duration::from_millis(if places.is_empty() {
            u64::from(u32::MAX)
        } else {
            REFRESH_MS
        });
        tokio::select! {
            changed = async {
                tokio::time::sleep(pause).await;
                changes.changed().await
            } => if changed.is_err() { return },
            () = tokio::time::sleep(refresh) => {}
            () = inner.stop.cancelled() => return,
        }
    }
}
