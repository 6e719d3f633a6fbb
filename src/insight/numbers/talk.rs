//! Where a talk and a visit stand, as far as the numbers need it.

use crate::model::{AgentId, EventKind, Millis, Owner, ShopId, ShopperId};

use super::{Hour, QUESTIONS};

/// A talk in which something has happened lately.
#[derive(Debug)]
pub(super) struct Talk {
    /// `None` until the first event has been seen.
    pub(super) shop: Option<ShopId>,
    /// `None` until the first event has been seen.
    pub(super) shopper: Option<ShopperId>,
    owner: Owner,
    /// Who had it last.
    pub(super) agent: Option<AgentId>,
    /// The handoff that no agent has replied to yet.
    pub(super) handoff: Option<Handoff>,
    /// When something happened in it last.
    pub(super) last: Millis,
}

impl Default for Talk {
    fn default() -> Talk {
        Talk {
            shop: None,
            shopper: None,
            owner: Owner::Bot,
            agent: None,
            handoff: None,
            last: Millis(0),
        }
    }
}

impl Talk {
    pub(super) fn is_with_bot(&self) -> bool {
        self.owner == Owner::Bot
    }

    /// Whether this agent had it when it ended, or has it.
    pub(super) fn had_last(&self, agent: &AgentId) -> bool {
        match &self.owner {
            Owner::Closed => self.agent.as_ref() == Some(agent),
            owner => owner.agent() == Some(agent),
        }
    }

    pub(super) fn follow(&mut self, kind: &EventKind) {
        if let Some(owner) = kind.new_owner() {
            self.owner = owner;
        }
    }
}

/// A handoff.
#[derive(Clone, Copy, Debug)]
pub(super) struct Handoff {
    pub(super) at: Millis,
    pub(super) hour: Hour,
    pub(super) deadline: Millis,
    /// Outside service hours.
    pub(super) left: bool,
    /// Whether it is counted: not when it lies before what is counted.
    pub(super) counts: bool,
}

/// A visit that the shopper may still go on with, or come back from.
#[derive(Debug)]
pub(super) struct Visit {
    /// In which it began.
    pub(super) hour: Hour,
    /// The shopper's last word.
    pub(super) last: Millis,
    /// Whether it is counted: not when it lies before what is counted.
    pub(super) counts: bool,
    /// It was handed off, or an agent took it.
    pub(super) with_people: bool,
    /// The bot answered a question.
    pub(super) answered: bool,
    /// What was asked in it.
    pub(super) questions: Vec<String>,
}

impl Visit {
    /// Takes questions into account; gives back those that were not asked before.
    pub(super) fn asks(&mut self, asked: &[&str]) -> Vec<String> {
        let mut fresh = Vec::new();
        for question in asked {
            let known = self.questions.iter().any(|known| known == question);
            if !known && self.questions.len() < QUESTIONS {
                self.questions.push((*question).to_owned());
                fresh.push((*question).to_owned());
            }
        }
        fresh
    }
}
