//! Who is here, with what.

use std::collections::HashMap;
use std::sync::Arc;

use super::presence::AgentPresence;
use crate::model::{Agent, AgentId, Millis, SetPresence};

/// A colleague as desks see them.
#[derive(Clone, Debug, PartialEq)]
pub struct Colleague {
    /// Who.
    pub agent: Arc<Agent>,
    /// What was said last of their presence.
    pub set: SetPresence,
    /// Whether a desk of theirs is open.
    pub here: bool,
    /// Chats they have.
    pub open: u32,
    /// Since when their shopper waits who waits longest.
    pub oldest_unanswered: Option<Millis>,
}

/// The agents with the chats that are theirs; each chat comes with its agent and since when its shopper waits.
pub(super) fn of<'a>(
    agents: impl Iterator<Item = &'a AgentPresence>,
    chats: impl Iterator<Item = (&'a AgentId, Option<Millis>)>,
) -> Vec<Colleague> {
    let mut has: HashMap<&AgentId, (u32, Option<Millis>)> = HashMap::new();
    for (agent, waiting_since) in chats {
        let (open, oldest) = has.entry(agent).or_default();
        *open += 1;
        *oldest = (*oldest).into_iter().chain(waiting_since).min();
    }
    let mut team: Vec<Colleague> = agents
        .map(|presence| {
            let (open, oldest_unanswered) = has.get(&presence.agent.id).copied().unwrap_or_default();
            Colleague {
                agent: Arc::clone(&presence.agent),
                set: presence.set.clone(),
                here: presence.here(),
                open,
                oldest_unanswered,
            }
        })
        .collect();
    team.sort_by(|one, other| one.agent.id.cmp(&other.agent.id));
    team
}
