//! What agents are offered in the chats they have. What a shopper wrote is read when a desk here first shows it, once
//! for all desks, and under no lock that the conversation or the floor needs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use crate::dialogue::{Suggested, Unanswered};
use crate::handoff::Card;
use crate::model::ConversationId;
use crate::shops::Shops;

use super::clock::Clock;
use super::guarded::guarded;

/// Owns the suggestions for the chats that agents have.
pub(super) struct Suggestions {
    shops: Arc<Shops>,
    clock: Clock,
    chats: Mutex<HashMap<ConversationId, Arc<Entry>>>,
}

struct Entry {
    unanswered: Unanswered,
    /// Made when it is first asked for.
    suggested: OnceLock<Suggested>,
}

impl Suggestions {
    /// None yet.
    pub(super) fn new(shops: Arc<Shops>, clock: Clock) -> Suggestions {
        Suggestions {
            shops,
            clock,
            chats: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ConversationId, Arc<Entry>>> {
        self.chats.lock().expect("no holder of this lock panics")
    }

    /// What is unanswered in this chat now; `None` when no agent has it.
    pub(super) fn set(&self, conversation: &ConversationId, unanswered: Option<Unanswered>) {
        let Some(unanswered) = unanswered else {
            self.lock().remove(conversation);
            return;
        };
        let suggested = OnceLock::new();
        let entry = Arc::new(Entry { unanswered, suggested });
        self.lock().insert(conversation.clone(), entry);
    }

    /// The card with what its agent is offered.
    pub(super) fn complete(&self, card: &Arc<Card>) -> Arc<Card> {
        let entry = self.lock().get(&card.conversation).cloned();
        let Some(entry) = entry else { return Arc::clone(card) };
        let suggested = entry.suggested.get_or_init(|| self.suggest(card, &entry.unanswered));
        let Suggested {
            open_questions,
            replies,
        } = suggested.clone();
        Arc::new(Card {
            open_questions,
            suggestions: replies,
            ..Card::clone(card)
        })
    }

    fn suggest(&self, card: &Card, unanswered: &Unanswered) -> Suggested {
        // The chat is shown also where the shop is served no more, and when a bug keeps its messages from being read.
        let suggested = self.shops.get(&card.shop).and_then(|generation| {
            let now = self.clock.now();
            guarded(&card.conversation, "suggestions", || {
                unanswered.suggest(&generation, now)
            })
        });
        suggested.unwrap_or_else(|| Suggested {
            open_questions: card.open_questions.clone(),
            replies: Vec::new(),
        })
    }
}
