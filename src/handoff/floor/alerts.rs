//! What desks must be told at once when a chat is shown in another place.

use super::Floor;
use crate::handoff::alert::{Alert, AlertKind, AlertTo};
use crate::handoff::board::Card;
use crate::model::{AgentId, AssignCause, Lane, Millis, ReleaseCause};

/// From an agent who has not said a word between, so many chats are taken back until the agent is on a break.
const TAKEN_BACK_AT_MOST: u32 = 2;
/// What happened longer ago is no news, milliseconds: a server that has just started does not ring for it.
pub(super) const NEWS_MS: u64 = 30_000;

impl Floor {
    /// Rings when a chat has just become dangerous, or more so.
    pub(super) fn danger(&mut self, card: &Card, agent: Option<&AgentId>, before: Option<Lane>, now: Millis) {
        let rose = before.is_none_or(|before| card.lane < before);
        if rose && card.lane <= Lane::Top && now.since(card.raised_at) < NEWS_MS {
            self.alerts.push(Alert {
                lane: Some(card.lane),
                evidence: card.signals.first().cloned(),
                agent: agent.cloned(),
                ..Alert::of(AlertKind::Danger, AlertTo::OnDuty { agent: agent.cloned() }, card)
            });
        }
    }

    /// An agent has lost a chat to the queue: tells whose doing it was, where it was not the agent's own.
    pub(super) fn lost(&mut self, agent: &AgentId, card: &Card) {
        let Some((cause, by)) = &card.released else { return };
        let told = AlertTo::Agent(agent.clone());
        if *cause == ReleaseCause::Silent {
            self.alerts.push(Alert::of(AlertKind::TakenBack, told, card));
            let on_duty = self
                .roster
                .get(agent)
                .is_some_and(|presence| presence.ours && presence.ready());
            if self.roster.taken_back(agent) >= TAKEN_BACK_AT_MOST && on_duty && !self.to_break.contains(agent) {
                self.to_break.push(agent.clone());
            }
        } else if by.as_ref().is_some_and(|by| by != agent) {
            self.alerts.push(Alert {
                name: self.name_of(by.as_ref()),
                ..Alert::of(AlertKind::TakenOver, told, card)
            });
        }
    }

    /// An agent has got a chat by somebody's hand: tells the agent, and the one who had it.
    pub(super) fn handed_on(&mut self, before: Option<&AgentId>, agent: &AgentId, card: &Card) {
        let (cause, by) = &card.assigned_by;
        let mover = by.as_ref().unwrap_or(agent);
        if *cause == Some(AssignCause::HandedOn) && mover != agent {
            self.alerts.push(Alert {
                lane: Some(card.lane),
                name: self.name_of(Some(mover)),
                ..Alert::of(AlertKind::HandedToYou, AlertTo::Agent(agent.clone()), card)
            });
        }
        let Some(before) = before.filter(|before| *before != mover) else {
            return;
        };
        // Where the way over the queue was read in one go, whoever lost the chat lost it to the queue.
        if !matches!(cause, Some(AssignCause::HandedOn | AssignCause::TakenOver)) {
            self.lost(before, card);
        } else {
            self.alerts.push(Alert {
                name: self.name_of(Some(mover)),
                ..Alert::of(AlertKind::TakenOver, AlertTo::Agent(before.clone()), card)
            });
        }
    }

    fn name_of(&self, agent: Option<&AgentId>) -> Option<String> {
        Some(self.agent(agent?)?.name.clone())
    }

    /// The agents of this server from whom chats were taken back so often that they are to be on a break; each is given out once.
    pub(crate) fn take_to_break(&mut self) -> Vec<AgentId> {
        std::mem::take(&mut self.to_break)
    }

    /// What desks must be told now; each is given out once.
    pub(crate) fn take_alerts(&mut self) -> Vec<Alert> {
        std::mem::take(&mut self.alerts)
    }
}
