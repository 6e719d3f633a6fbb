//! Why a chat waits, and why it is with whom it is with: typed, so that pages put words to it in each language. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::queue::{self, Candidate, Ticket};
use crate::model::{AgentId, AssignCause, Lane, Language, Millis, Steered, WaitsFor};

/// Why a chat waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WhyWaiting {
    /// Its place among all who wait for the shop; 1 is next.
    pub position: u32,
    /// So many wait for the shop.
    pub of: u32,
    /// How pressing it is.
    pub lane: Lane,
    /// The lane in whose midst it is served: above its own where it is late.
    pub served_as: Lane,
    /// How late it is, milliseconds; absent while the shop's clock holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_ms: Option<u64>,
    /// It came back from an agent, and stands before others of its lane.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub returned: bool,
    /// An answer is promised by then, since it was left outside service hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised_at: Option<Millis>,
    /// By what of the customer its lane is at least what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steered: Option<Steered>,
    /// What is in the way.
    pub because: WaitReason,
}

/// What keeps a chat from being with an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WaitReason {
    /// No agent of the shop has a desk open.
    NobodyHere,
    /// All agents of the shop who are here are on a break or offline.
    AllAway {
        /// So many are here.
        here: u32,
    },
    /// Nobody of those it waits for (a group, the supervisors) is online.
    NoneOfThem {
        /// Whom it waits for.
        waits_for: WaitsFor,
        /// From then on any agent of the shop gets it.
        until: Millis,
    },
    /// Those who answer in the shopper's language have as many chats as they may have; others have room.
    NoneOfLanguage {
        /// The language.
        language: Language,
        /// From then on any agent of the shop gets it.
        until: Millis,
    },
    /// All who are online have as many chats as they may have.
    AllFull {
        /// So many are online.
        agents: u32,
        /// So many chats they have together.
        chats: u32,
    },
    /// Only the agent who has just lost it or given it back has room.
    JustLost {
        /// Who.
        agent: AgentId,
        /// From then on it may go to that agent again.
        until: Millis,
    },
    /// There is room, and it is being given.
    Now,
}

/// Why a chat is with whom it is with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WhyAssigned {
    /// Who has it.
    pub agent: AgentId,
    /// The name.
    pub name: String,
    /// Why; absent in chats that a version before assigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<AssignCause>,
    /// Who gave it, where a colleague or a supervisor did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<AgentId>,
    /// Since when.
    pub since: Millis,
    /// When it is taken back unless the shopper is answered; absent while nothing is owed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take_back_at: Option<Millis>,
    /// By what of the customer its lane is at least what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steered: Option<Steered>,
}

/// What is in the way of this ticket. `here` are the agents of its shop who have a desk open.
pub(super) fn in_the_way(ticket: &Ticket, here: &[Candidate], now: Millis) -> WaitReason {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    if here.is_empty() {
        return WaitReason::NobodyHere;
    }
    let online: Vec<&Candidate> = here.iter().filter(|desk| desk.available).collect();
    if online.is_empty() {
        return WaitReason::AllAway {
            here: count(here.len()),
        };
    }
    let meant: Vec<&Candidate> = online.into_iter().filter(|desk| desk.serves(ticket, now)).collect();
    if meant.is_empty()
        && let Some((waits_for, since)) = &ticket.waits_for
    {
        return WaitReason::NoneOfThem {
            waits_for: waits_for.clone(),
            until: since.plus(queue::MEANT_FOR_MS),
        };
    }
    let free: Vec<&Candidate> = meant.iter().copied().filter(|desk| desk.has_room()).collect();
    if free.is_empty() {
        return WaitReason::AllFull {
            agents: count(meant.len()),
            chats: meant.iter().map(|desk| desk.busy).sum(),
        };
    }
    if let Some(until) = ticket.for_speakers_until(here.iter(), now)
        && free.iter().all(|desk| !desk.understands(ticket))
    {
        let (language, _) = ticket.language;
        return WaitReason::NoneOfLanguage { language, until };
    }
    match &ticket.lost {
        Some((agent, at)) if free.iter().all(|desk| !desk.cooled(ticket, now)) => WaitReason::JustLost {
            agent: agent.clone(),
            until: at.plus(queue::COOL_DOWN_MS),
        },
        _ => WaitReason::Now,
    }
}
