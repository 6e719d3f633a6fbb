//! What the desk needs of a chat besides its state: why it came, what is open, who lost it. A fold over the log.

use crate::dialogue::Generation;
use crate::handoff::queue::Ticket;
use crate::model::{
    AgentId, Choice, ConversationId, Event, EventKind, HandoffReason, Heard, Lane, Millis, Owner, SignalHit,
};

use super::{State, Unanswered};
use crate::handoff::Card;

/// The desk's side of a conversation.
#[derive(Clone, Debug, Default)]
pub(crate) struct HandoffContext {
    ticket: Option<Handoff>,
    last_text: String,
    returned: bool,
    lost: Option<(AgentId, Millis)>,
    note: String,
    /// Since when the agent who has it owes a word.
    pub(crate) unanswered_since: Option<Millis>,
    /// When the agent who has it got it.
    pub(crate) assigned_at: Option<Millis>,
}

/// What the event `handed_off` says.
#[derive(Clone, Debug)]
struct Handoff {
    reason: HandoffReason,
    lane: Lane,
    deadline: Millis,
    since: Millis,
    signals: Vec<SignalHit>,
    open_questions: Vec<String>,
}

impl Handoff {
    /// Takes into account what was heard in a message since: the lane only rises, and of a signal heard twice the stronger
    /// counts.
    fn hear(&mut self, heard: &Heard) {
        self.lane = heard.lane.min(self.lane);
        for signal in &heard.signals {
            match self.signals.iter_mut().find(|known| known.id == signal.id) {
                Some(known) if known.score >= signal.score => {}
                Some(known) => *known = signal.clone(),
                None => self.signals.push(signal.clone()),
            }
        }
        self.signals.sort_by(|a, b| b.score.total_cmp(&a.score));
    }
}

impl HandoffContext {
    /// Takes one more event into account.
    pub(crate) fn apply(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Received { text, heard, .. } => {
                self.last_text.clone_from(text);
                if let (Some(heard), Some(ticket)) = (heard, &mut self.ticket) {
                    ticket.hear(heard);
                }
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
                *self = HandoffContext {
                    ticket: Some(Handoff {
                        reason: *reason,
                        lane: *lane,
                        deadline: *deadline,
                        since: event.at,
                        signals: signals.clone(),
                        open_questions: open_questions.clone(),
                    }),
                    last_text: std::mem::take(&mut self.last_text),
                    ..HandoffContext::default()
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
                *self = HandoffContext {
                    last_text: std::mem::take(&mut self.last_text),
                    ..HandoffContext::default()
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
        let handoff = self.ticket.as_ref()?;
        Some(Ticket {
            conversation: conversation.clone(),
            shop: state.shop.clone(),
            lane: handoff.lane,
            deadline: handoff.deadline,
            since: handoff.since,
            returned: self.returned,
            last_agent: state.last_agent.clone(),
            lost: self.lost.clone(),
        })
    }

    /// What nobody has answered yet; `None` when the chat was never handed off.
    pub(crate) fn unanswered(&self, state: &State) -> Option<Unanswered> {
        let handoff = self.ticket.as_ref()?;
        Some(Unanswered::of(handoff.open_questions.clone(), state))
    }

    /// The card for the desk, without suggestions; `None` when the chat was never handed off.
    pub(crate) fn card(
        &self,
        conversation: &ConversationId,
        state: &State,
        generation: Option<&Generation>,
    ) -> Option<Card> {
        let handoff = self.ticket.as_ref()?;
        let open = handoff.open_questions.iter().cloned();
        let choice = |intent: String| match generation {
            Some(generation) => generation.choice(intent),
            None => Choice {
                label: intent.clone(),
                intent,
            },
        };
        let agent = match &state.owner {
            Owner::Agent { agent } => Some(agent.clone()),
            _ => None,
        };
        Some(Card {
            conversation: conversation.clone(),
            shop: state.shop.clone(),
            shopper: state.shopper.clone(),
            lane: handoff.lane,
            reason: handoff.reason,
            signals: handoff.signals.clone(),
            open_questions: open.map(choice).collect(),
            last_text: self.last_text.clone(),
            slots: state.memory.slots.clone(),
            waiting_since: if agent.is_some() {
                self.unanswered_since
            } else {
                Some(handoff.since)
            },
            deadline: handoff.deadline,
            epoch: state.epoch,
            note: self.note.clone(),
            suggestions: Vec::new(),
            agent,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::tiny;
    use crate::model::{ClientMessageId, ReleaseCause};

    /// A talk and what the desk sees of it.
    #[derive(Default)]
    struct Talk {
        state: State,
        context: HandoffContext,
    }

    impl Talk {
        fn on(mut self, kind: EventKind) -> Self {
            let seq = self.state.seq + 1;
            let event = Event {
                seq,
                epoch: self.state.epoch,
                at: Millis(seq * 1_000),
                kind,
            };
            self.state.apply(&event);
            self.context.apply(&event);
            self
        }

        fn received(self, text: &str) -> Self {
            let id = ClientMessageId::new(format!("m{}", self.state.seq + 1));
            let text = text.to_owned();
            let heard = None;
            self.on(EventKind::Received { id, text, heard })
        }

        fn handed_off(self, open: &[&str]) -> Self {
            self.on(EventKind::HandedOff {
                reason: HandoffReason::Signal,
                lane: Lane::High,
                deadline: Millis(60_000),
                signals: Vec::new(),
                open_questions: open.iter().map(|id| (*id).to_owned()).collect(),
                text: String::new(),
                turn: None,
            })
        }

        fn assigned(self) -> Self {
            let (agent, name) = (AgentId::new("a1"), "勺子".to_owned());
            self.on(EventKind::Assigned { agent, name })
        }

        fn card(&self) -> Option<Card> {
            let id = ConversationId::new("c1");
            let generation = tiny::generation();
            self.context.card(&id, &self.state, Some(&generation))
        }

        fn ticket(&self) -> Option<Ticket> {
            self.context.ticket(&ConversationId::new("c1"), &self.state)
        }
    }

    fn open(card: &Card) -> Vec<&str> {
        card.open_questions
            .iter()
            .map(|choice| choice.intent.as_str())
            .collect()
    }

    #[test]
    fn a_talk_that_no_person_was_called_to_has_no_ticket() {
        let talk = Talk::default().received("在吗");
        assert!(talk.ticket().is_none() && talk.card().is_none());
    }

    #[test]
    fn the_card_says_what_was_left_open_until_the_agent_answers() {
        let talk = Talk::default().received("").handed_off(&["shipping.time", "size.fit"]);
        let card = talk.card().expect("was handed off");
        assert_eq!(open(&card), ["shipping.time", "size.fit"]);
        assert_eq!(card.waiting_since, Some(Millis(2_000)));
        let talk = talk.assigned();
        assert_eq!(talk.card().expect("still is").waiting_since, Some(Millis(3_000)));
        let (agent, name) = (AgentId::new("a1"), "勺子".to_owned());
        let talk = talk.on(EventKind::AgentSaid {
            id: ClientMessageId::new("a"),
            agent,
            name,
            text: "今天发".to_owned(),
        });
        let card = talk.card().expect("still is");
        assert!(open(&card).is_empty());
        assert_eq!(card.waiting_since, None);
        assert_eq!(talk.received("好").context.unanswered_since, Some(Millis(5_000)));
    }

    #[test]
    fn a_ticket_that_came_back_keeps_its_place_and_who_lost_it() {
        let talk = Talk::default().received("").handed_off(&[]).assigned();
        let talk = talk.on(EventKind::Released {
            agent: AgentId::new("a1"),
            cause: ReleaseCause::Gone,
            note: "等仓库".to_owned(),
        });
        let ticket = talk.ticket().expect("waits again");
        assert!(ticket.returned);
        assert_eq!(ticket.since, Millis(2_000));
        assert_eq!(ticket.lost, Some((AgentId::new("a1"), Millis(4_000))));
        assert_eq!(talk.card().expect("waits again").note, "等仓库");
        let talk = talk.on(EventKind::Returned {
            agent: AgentId::new("a1"),
        });
        assert!(talk.ticket().is_none());
    }
}
