//! Picks up what a crash or a restart left behind: debts of the bot, the queue, chats with agents.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use futures_util::{StreamExt, stream};

use crate::model::{Agent, AgentId, ConversationId, Owner};
use crate::store::{Log, Staff};

use super::HubError;
use super::conversations::Conversations;
use super::floor::SharedFloor;
use super::turns::Turns;

/// Logs read at once.
const AT_ONCE: usize = 8;

/// Rebuilds the floor and lets the bot answer what it owes.
pub(super) async fn run(
    log: &dyn Log,
    staff: &dyn Staff,
    conversations: &Conversations,
    floor: &SharedFloor,
    turns: &Arc<Turns>,
) -> Result<(), HubError> {
    let waiting = log.waiting().await?;
    let assigned = log.assigned().await?;
    let unanswered = log.unanswered().await?;
    let mut expected = HashSet::new();
    for head in &assigned {
        if let Owner::Agent { agent: id } = &head.owner
            && expected.insert(id.clone())
        {
            let agent = staff.member(id.clone()).await?;
            let said = staff.presence(id.clone()).await?;
            floor.expected(agent.map_or_else(|| removed(id), |member| member.agent()), said);
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
        .for_each_concurrent(AT_ONCE, |conversation| pick_up(conversations, turns, conversation))
        .await;
    Ok(())
}

/// An agent who was removed meanwhile never comes back, and the lease ends the chats.
fn removed(id: &AgentId) -> Agent {
    Agent {
        id: id.clone(),
        name: id.to_string(),
        roles: BTreeSet::new(),
        shops: Vec::new(),
        groups: Vec::new(),
        languages: Vec::new(),
        capacity: 0,
    }
}

/// One unreadable conversation does not keep the shop closed.
async fn pick_up(conversations: &Conversations, turns: &Arc<Turns>, conversation: ConversationId) {
    let chat = conversations.get(&conversation);
    match chat.lock().await {
        Ok(mut locked) => {
            locked.show_on_floor();
            turns.schedule(&chat, &mut locked);
        }
        Err(error) => tracing::error!(%conversation, %error, "a conversation could not be picked up"),
    }
}
