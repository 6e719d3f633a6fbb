//! Picks up what a crash or a restart left behind: debts of the bot, the queue, chats with agents.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::{StreamExt, stream};

use crate::model::Agent;
use crate::model::{ConversationId, Owner};

use super::{HubError, Inner, turns};

/// Logs read at once.
const AT_ONCE: usize = 8;

/// Rebuilds the floor and lets the bot answer what it owes.
pub(super) async fn run(inner: &Arc<Inner>) -> Result<(), HubError> {
    let waiting = inner.store.waiting().await?;
    let assigned = inner.store.assigned().await?;
    let unanswered = inner.store.unanswered().await?;
    let mut expected = HashSet::new();
    for head in &assigned {
        if let Owner::Agent { agent: id } = &head.owner
            && expected.insert(id.clone())
        {
            // An agent who was removed meanwhile never comes back, and the lease ends the chats.
            let known = inner.store.member(id.clone()).await?;
            let agent = known.map(|member| member.agent()).unwrap_or_else(|| Agent {
                id: id.clone(),
                name: id.to_string(),
                roles: Default::default(),
                shops: Vec::new(),
                capacity: 0,
            });
            let now = inner.clock.now();
            inner.floor().expected(agent, inner.settings.available_on_connect, now);
        }
    }
    if !(waiting.is_empty() && assigned.is_empty() && unanswered.is_empty()) {
        tracing::info!(
            waiting = waiting.len(),
            assigned = assigned.len(),
            unanswered = unanswered.len(),
            "picking up where the last run ended"
        );
    }
    let all = waiting
        .into_iter()
        .map(|head| head.conversation)
        .chain(assigned.into_iter().map(|head| head.conversation))
        .chain(unanswered.into_iter().map(|head| head.conversation));
    stream::iter(all)
        .for_each_concurrent(AT_ONCE, |conversation| pick_up(inner, conversation))
        .await;
    Ok(())
}

/// One unreadable conversation does not keep the shop closed.
async fn pick_up(inner: &Arc<Inner>, conversation: ConversationId) {
    let chat = inner.chat(&conversation);
    match chat.lock(inner).await {
        Ok(mut locked) => {
            inner.show_on_floor(&chat, locked.book());
            turns::schedule(inner, &chat, &mut locked);
        }
        Err(error) => tracing::error!(%conversation, %error, "a conversation could not be picked up"),
    }
}
