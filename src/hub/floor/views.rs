//! What desks, shoppers and metrics see of the floor.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::watch;

use super::SharedFloor;
use crate::handoff::alert::Alert;
use crate::handoff::floor::ShopCounts;
use crate::handoff::team::Colleague;
use crate::handoff::why::{WhyAssigned, WhyWaiting};
use crate::handoff::{Board, Card, QueuePlace, Row};
use crate::model::{AgentId, ConversationId, PresenceState, ShopId};
use crate::shops::Notice;

impl SharedFloor {
    /// A chat that waits or is with an agent.
    pub(in crate::hub) fn card(&self, conversation: &ConversationId) -> Option<Arc<Card>> {
        self.lock().card(conversation).cloned()
    }

    /// The card with what its agent is offered.
    pub(in crate::hub) fn offered(&self, card: &Arc<Card>) -> Arc<Card> {
        self.suggestions.complete(card)
    }

    /// The colleagues who share a shop with this agent, and the agent.
    pub(in crate::hub) fn team(&self, agent: &AgentId) -> Vec<Colleague> {
        self.lock().team(agent)
    }

    /// Why a chat waits, or is with whom it is with.
    pub(in crate::hub) fn why(&self, conversation: &ConversationId) -> (Option<WhyWaiting>, Option<WhyAssigned>) {
        let now = self.now();
        let mut floor = self.lock();
        let assigned = floor.why_assigned(conversation, self.timeouts);
        (floor.why_waiting(conversation, now), assigned)
    }

    /// One agent's board as it is now; a `whole` one holds what the agent is offered.
    pub(in crate::hub) fn board(&self, agent: &AgentId, whole: bool) -> Board {
        let now = self.now();
        let mut board = {
            let mut floor = self.lock();
            let known = floor.agent(agent).cloned();
            let sees = |shop: &ShopId| known.as_ref().is_some_and(|known| self.may_see(known, shop));
            floor.board(agent, sees, whole, now)
        };
        if whole {
            for row in &mut board.mine {
                row.card = self.suggestions.complete(&row.card);
            }
        }
        board
    }

    /// Every ticket that this agent sees, in the order they will be served.
    pub(in crate::hub) fn waiting(&self, agent: &AgentId) -> Vec<Arc<Card>> {
        let now = self.now();
        let mut floor = self.lock();
        let known = floor.agent(agent).cloned();
        let sees = |shop: &ShopId| known.as_ref().is_some_and(|known| self.may_see(known, shop));
        floor.waiting(sees, now)
    }

    /// Every chat that waits in the order of service, then every chat with an agent, of the shops that this agent sees.
    pub(in crate::hub) fn rows(&self, agent: &AgentId) -> Vec<Row> {
        let now = self.now();
        let mut floor = self.lock();
        let known = floor.agent(agent).cloned();
        let sees = |shop: &ShopId| known.as_ref().is_some_and(|known| self.may_see(known, shop));
        floor.rows(sees, now)
    }

    /// Whether an alert is to be told to this agent.
    pub(in crate::hub) fn concerns(&self, alert: &Alert, agent: &AgentId) -> bool {
        let floor = self.lock();
        let known = floor.presence(agent).zip(floor.agent(agent));
        known.is_some_and(|(said, known)| alert.concerns(known, said.state == PresenceState::Online))
    }

    /// The notices that concern this agent.
    pub(in crate::hub) fn notices(&self, agent: &AgentId) -> Vec<Notice> {
        let floor = self.lock();
        let known = floor.agent(agent);
        let concerns = |shop: &ShopId| known.is_some_and(|known| known.works_for(shop));
        let all = self.shops.notices().current();
        all.iter()
            .filter(|notice| notice.shop.as_ref().is_none_or(concerns))
            .cloned()
            .collect()
    }

    /// Wakes when the notices change.
    pub(in crate::hub) fn notice_changes(&self) -> watch::Receiver<Arc<[Notice]>> {
        self.shops.notices().changes()
    }

    /// Tickets in the queue, chats with agents, and agents at a desk.
    pub(in crate::hub) fn counts(&self) -> (usize, usize, usize) {
        let floor = self.lock();
        let (waiting, assigned) = floor.counts();
        (waiting, assigned, floor.online())
    }

    /// The same for each shop.
    pub(in crate::hub) fn counts_by_shop(&self) -> BTreeMap<ShopId, ShopCounts> {
        let served = self.shops.all();
        self.lock().counts_by_shop(served.keys().cloned())
    }

    /// Every place in the queue as it is now.
    pub(in crate::hub) fn places(&self) -> Vec<(ConversationId, QueuePlace)> {
        let now = self.now();
        let mut floor = self.lock();
        if floor.counts().0 == 0 {
            return Vec::new();
        }
        floor.places(now)
    }
}
