//! What desks must be told at once, and whom it concerns.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Card;
use crate::model::{Agent, AgentId, ConversationId, Lane, Millis, ShopId, SignalHit};

/// What an `alert` is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// Somebody may be hurt, or speaks of law or regulators, in a chat that waits or is with people: to its agent, to all of
    /// the shop who are online, and to supervisors. When it is heard first, and when it gets worse.
    Danger,
    /// An own chat is taken back at `until` unless the shopper is answered; typing in its last 20 seconds gives 60 more, once.
    TakeBackSoon,
    /// A chat was taken back, since its shopper waited too long: to the agent who had it.
    TakenBack,
    /// An agent has not answered for too long and nobody else is free, so that the chat stays: to supervisors and the agent.
    NobodyElse,
    /// Chats were taken back from an agent twice in a row: the agent is on a break now. To the agent and to supervisors.
    SetToBreak,
    /// A colleague handed you this chat, `name` says who.
    HandedToYou,
    /// A supervisor took this chat over from you, `name` says who.
    TakenOver,
    /// A supervisor has set your presence, `name` says who.
    PresenceSet,
    /// The shopper wants another person, and nobody else is here: to supervisors.
    WantsAnother,
}

/// Whom it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlertTo {
    /// This agent.
    Agent(AgentId),
    /// The supervisors of the shop, and this agent.
    Supervisors {
        /// Who else.
        agent: Option<AgentId>,
    },
    /// The supervisors of whom this agent shares a shop with, and the agent.
    SupervisorsOf(Arc<Agent>),
    /// The supervisors of the shop, its agents who are online, and this agent.
    OnDuty {
        /// Who else.
        agent: Option<AgentId>,
    },
}

/// Something that must be seen now.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// What.
    pub kind: AlertKind,
    /// Whom it concerns.
    pub to: AlertTo,
    /// Which chat.
    pub conversation: Option<ConversationId>,
    /// Its shop.
    pub shop: Option<ShopId>,
    /// How pressing the chat is.
    pub lane: Option<Lane>,
    /// What was heard.
    pub evidence: Option<SignalHit>,
    /// Whom it is about.
    pub agent: Option<AgentId>,
    /// That person's name.
    pub name: Option<String>,
    /// When it comes to pass.
    pub until: Option<Millis>,
}

impl Alert {
    /// About a chat.
    pub fn of(kind: AlertKind, to: AlertTo, card: &Card) -> Alert {
        Alert {
            conversation: Some(card.conversation.clone()),
            shop: Some(card.shop.clone()),
            ..Alert::about(kind, to)
        }
    }

    /// About no chat.
    pub fn about(kind: AlertKind, to: AlertTo) -> Alert {
        Alert {
            kind,
            to,
            conversation: None,
            shop: None,
            lane: None,
            evidence: None,
            agent: None,
            name: None,
            until: None,
        }
    }

    /// Whether this agent is to be told; `online` says whether the agent takes chats now.
    pub fn concerns(&self, agent: &Agent, online: bool) -> bool {
        let of_shop = self.shop.as_ref().is_none_or(|shop| agent.works_for(shop));
        match &self.to {
            AlertTo::Agent(only) => *only == agent.id,
            AlertTo::Supervisors { agent: other } => other.as_ref() == Some(&agent.id) || of_shop && agent.supervisor(),
            AlertTo::SupervisorsOf(about) => about.id == agent.id || agent.supervisor() && agent.shares_a_shop(about),
            AlertTo::OnDuty { agent: other } => {
                other.as_ref() == Some(&agent.id) || of_shop && (online || agent.supervisor())
            }
        }
    }
}
