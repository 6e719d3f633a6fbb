//! All open chats as supervisors see them: those that wait, those with agents, those that the bot talks in now.

use std::collections::HashMap;

use crate::handoff::Row;
use crate::model::{ConversationId, Epoch, Millis, Owner, Seq, ShopId, ShopperId};

use super::HubError;
use super::desk::DeskHandle;

/// An open talk in which nothing was said yet ends here.
const NOTHING_SAID: Seq = 1;

/// An open chat.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenChat {
    /// Which.
    pub conversation: ConversationId,
    /// The shop.
    pub shop: ShopId,
    /// The shopper.
    pub shopper: ShopperId,
    /// Who speaks.
    pub owner: Owner,
    /// Its card, where it waits or an agent has it.
    pub row: Option<Row>,
    /// The owner epoch.
    pub epoch: Epoch,
    /// When it was used last, or for those with people since when the shopper waits.
    pub at: Millis,
}

impl DeskHandle {
    /// The open chats of this supervisor's shops: those that wait in the order of service, those with agents, and those that the
    /// bot has and that are in use at this server, the latest first.
    ///
    /// # Errors
    /// [`HubError::NotSupervisor`].
    pub fn open_chats(&self) -> Result<Vec<OpenChat>, HubError> {
        if !self.agent().supervisor() {
            return Err(HubError::NotSupervisor);
        }
        let people = self.floor().rows(&self.agent().id);
        let mut chats: Vec<OpenChat> = people.into_iter().map(with_people).collect();
        let desks = self.desks();
        let mut seen: HashMap<ShopId, bool> = HashMap::new();
        let mut sees = |shop: &ShopId| match seen.get(shop) {
            Some(sees) => *sees,
            None => *seen
                .entry(shop.clone())
                .or_insert_with(|| self.floor().sees(&self.agent().id, shop)),
        };
        let mut bots: Vec<OpenChat> = desks
            .live()
            .into_iter()
            .filter_map(|chat| {
                chat.glance(|state| {
                    let shown = state.owner == Owner::Bot && state.seq > NOTHING_SAID && sees(&state.shop);
                    shown.then(|| OpenChat {
                        conversation: chat.id().clone(),
                        shop: state.shop.clone(),
                        shopper: state.shopper.clone(),
                        owner: Owner::Bot,
                        row: None,
                        epoch: state.epoch,
                        at: chat.used(),
                    })
                })
            })
            .collect();
        bots.sort_by(|one, other| (other.at, &one.conversation).cmp(&(one.at, &other.conversation)));
        chats.extend(bots);
        Ok(chats)
    }
}

fn with_people(row: Row) -> OpenChat {
    let card = &row.card;
    OpenChat {
        conversation: card.conversation.clone(),
        shop: card.shop.clone(),
        shopper: card.shopper.clone(),
        owner: match &card.agent {
            Some(agent) => Owner::Agent { agent: agent.clone() },
            None => Owner::Queue,
        },
        epoch: card.epoch,
        at: card.waiting_since.unwrap_or(card.deadline),
        row: Some(row),
    }
}
