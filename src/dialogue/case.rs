//! What the desk needs of a chat beside its state: why it came, what is open, who lost it. A fold over the log.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::dialogue::Generation;
use crate::handoff::queue::Ticket;
use crate::model::{
    AgentId, Choice, ConversationId, Event, EventKind, HandoffReason, IntentKind, Lane, Language, Millis, Owner,
    SignalHit,
};

use super::State;
use crate::handoff::Card;

/// Suggestions on a card at most.
const SUGGESTIONS: usize = 3;
/// The shopper's last unanswered messages that are read for suggestions.
const READ_FOR_SUGGESTIONS: usize = 3;

/// The desk's side of a conversation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Case {
    ticket: Option<Brought>,
    last_text: String,
    returned: bool,
    lost: Option<(AgentId, Millis)>,
    note: String,
    /// Since when the agent who has it owes a word.
    pub(crate) unanswered_since: Option<Millis>,
    /// When the agent who has it got it.
    pub(crate) assigned_at: Option<Millis>,
}

/// What the handoff brought.
#[derive(Clone, Debug)]
struct Brought {
    reason: HandoffReason,
    lane: Lane,
    deadline: Millis,
    since: Millis,
    signals: Vec<SignalHit>,
    open_questions: Vec<String>,
}

impl Case {
    /// Takes one more event into account.
    pub(crate) fn apply(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Received { text, .. } => {
                self.last_text.clone_from(text);
                if self.assigned_at.is_some() {
                    self.unanswered_since.get_or_insert(event.at);
                }
            }
            EventKind::HandedOff {
                reason,
                lane,
                deadline,
                signals,
                open_questions,
                ..
            } => {
                *self = Case {
                    ticket: Some(Brought {
                        reason: *reason,
                        lane: *lane,
                        deadline: *deadline,
                        since: event.at,
                        signals: signals.clone(),
                        open_questions: open_questions.clone(),
                    }),
                    last_text: std::mem::take(&mut self.last_text),
                    ..Case::default()
                };
            }
            EventKind::Assigned { .. } => {
                self.assigned_at = Some(event.at);
                // The shopper waits for a first word from the moment somebody has the chat.
                self.unanswered_since = Some(event.at);
                self.lost = None;
            }
            EventKind::AgentSaid { .. } => {
                self.unanswered_since = None;
                if let Some(ticket) = &mut self.ticket {
                    ticket.open_questions.clear();
                }
            }
            EventKind::Released { agent, note, .. } => {
                self.returned = true;
                self.lost = Some((agent.clone(), event.at));
                self.note.clone_from(note);
                self.assigned_at = None;
                self.unanswered_since = None;
            }
            EventKind::Returned { .. } | EventKind::Closed { .. } => {
                *self = Case {
                    last_text: std::mem::take(&mut self.last_text),
                    ..Case::default()
                };
            }
            EventKind::Started { .. }
            | EventKind::Answered { .. }
            | EventKind::Rated { .. }
            | EventKind::Unknown { .. } => {}
        }
    }

    /// The ticket as the queue orders it; `None` when the chat was never handed off.
    pub(crate) fn ticket(&self, conversation: &ConversationId, state: &State) -> Option<Ticket> {
        let brought = self.ticket.as_ref()?;
        Some(Ticket {
            conversation: conversation.clone(),
            lane: brought.lane,
            deadline: brought.deadline,
            since: brought.since,
            returned: self.returned,
            last_agent: state.last_agent.clone(),
            lost: self.lost.clone(),
        })
    }

    /// The card for the desk; `None` when the chat was never handed off.
    pub(crate) fn card(
        &self,
        conversation: &ConversationId,
        state: &State,
        generation: Option<&Generation>,
        now: Millis,
    ) -> Option<Card> {
        let brought = self.ticket.as_ref()?;
        let open = open_questions(&brought.open_questions, state, generation);
        let suggestions = generation.map_or_else(Vec::new, |generation| {
            let today = generation.pack.shop.date_at(now);
            let answer = |intent: &String| {
                let slots = &state.memory.slots;
                generation
                    .templates
                    .answer(&generation.pack, intent, state.lang, slots, today, 0)
            };
            open.iter().filter_map(answer).take(SUGGESTIONS).collect()
        });
        let agent = match &state.owner {
            Owner::Agent { agent } => Some(agent.clone()),
            _ => None,
        };
        Some(Card {
            conversation: conversation.clone(),
            shop: state.shop.clone(),
            shopper: state.shopper.clone(),
            lane: brought.lane,
            reason: brought.reason,
            signals: brought.signals.clone(),
            open_questions: open.into_iter().map(|intent| choice(intent, generation)).collect(),
            last_text: self.last_text.clone(),
            waiting_since: if agent.is_some() {
                self.unanswered_since
            } else {
                Some(brought.since)
            },
            deadline: brought.deadline,
            epoch: state.epoch,
            note: self.note.clone(),
            suggestions,
            agent,
        })
    }
}

/// What the handoff left open, and what the shopper has asked since.
fn open_questions(left_open: &[String], state: &State, generation: Option<&Generation>) -> Vec<String> {
    let mut open = left_open.to_vec();
    let Some(generation) = generation else { return open };
    let context = state.memory.context();
    // What the turn that brought in a person has read is among them already.
    let unread = state.pending.iter().filter(|pending| !pending.read);
    let latest: Vec<_> = unread.rev().take(READ_FOR_SUGGESTIONS).collect();
    for pending in latest.into_iter().rev() {
        // The desk shows the chat also when a bug keeps its last message from being read.
        let read = AssertUnwindSafe(|| generation.index.understand(&pending.text, &context).questions);
        for question in catch_unwind(read).unwrap_or_default() {
            // Small talk leaves nothing open.
            if question.kind() != IntentKind::SmallTalk && !open.contains(&question.id) {
                open.push(question.id);
            }
        }
    }
    open
}

fn choice(intent: String, generation: Option<&Generation>) -> Choice {
    let title = generation
        .and_then(|generation| generation.pack.intent(&intent))
        .map(|known| known.title.get(Language::Chinese))
        .filter(|title| !title.is_empty());
    Choice {
        label: title.unwrap_or(&intent).to_owned(),
        intent,
    }
}
