//! What a list of talks says of one.

use std::sync::Arc;

use crate::model::{AgentId, Event, EventKind, Millis, Owner, ShopId, ShopperId};

/// A talk at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TalkFacts {
    /// The shop.
    pub shop: ShopId,
    /// The customer.
    pub shopper: ShopperId,
    /// When it began.
    pub began: Millis,
    /// When it ended; `None` while it goes on.
    pub ended: Option<Millis>,
    /// The agents who had it, in that order, each once, with the name that the log tells last.
    pub agents: Vec<(AgentId, String)>,
    /// The last rating.
    pub stars: Option<u8>,
    /// Messages of shopper, bot and agents.
    pub messages: u32,
}

impl TalkFacts {
    /// Of this log; `None` where it does not begin as one.
    pub fn of(events: &[Arc<Event>]) -> Option<TalkFacts> {
        let first = events.first()?;
        let EventKind::Started { shop, shopper, .. } = &first.kind else {
            return None;
        };
        let mut facts = TalkFacts {
            shop: shop.clone(),
            shopper: shopper.clone(),
            began: first.at,
            ended: None,
            agents: Vec::new(),
            stars: None,
            messages: 0,
        };
        for event in events {
            facts.take(event);
        }
        Some(facts)
    }

    /// Whether this agent had it.
    pub fn had(&self, agent: &AgentId) -> bool {
        self.agents.iter().any(|(known, _)| known == agent)
    }

    fn take(&mut self, event: &Event) {
        if let Some(owner) = event.kind.new_owner() {
            self.ended = (owner == Owner::Closed).then_some(event.at);
        }
        match &event.kind {
            EventKind::Assigned { agent, name, .. } => self.had_by(agent, name),
            EventKind::AgentSaid { agent, name, .. } => {
                self.had_by(agent, name);
                self.messages += 1;
            }
            EventKind::Received { .. } | EventKind::Answered { .. } => self.messages += 1,
            EventKind::HandedOff { text, .. } => self.messages += u32::from(!text.is_empty()),
            EventKind::Withdrawn { .. } => self.messages = self.messages.saturating_sub(1),
            EventKind::Rated { stars } => self.stars = Some(*stars),
            _ => {}
        }
    }

    fn had_by(&mut self, agent: &AgentId, name: &str) {
        match self.agents.iter_mut().find(|(known, _)| known == agent) {
            Some((_, known)) => name.clone_into(known),
            None => self.agents.push((agent.clone(), name.to_owned())),
        }
    }
}
