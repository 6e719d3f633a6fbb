//! What the desk needs of a chat besides its state: why it came, what is open, who lost it. A fold over the log.

use crate::dialogue::Generation;
use crate::handoff::queue::Ticket;
use crate::model::{
    AgentId, AssignCause, Choice, ConversationId, Event, EventKind, HandoffReason, Heard, Lane, Millis, Owner,
    Recognition, ReleaseCause, Seq, SignalHit, WaitsFor,
};

use super::{State, Unanswered};
use crate::handoff::Card;

/// The desk's side of a conversation.
#[derive(Clone, Debug, Default)]
pub(crate) struct HandoffContext {
    /// Boxed, because most talks never need a person.
    ticket: Option<Box<Handoff>>,
    /// The ticket of the talk that has ended, for whoever takes it up again.
    ended: Option<Box<Handoff>>,
    last_text: String,
    /// When the shopper wrote last.
    last_said: Option<Millis>,
    returned: bool,
    lost: Option<(AgentId, Millis)>,
    note: String,
    /// Whom it waits for, where not for any agent, and since when.
    waits_for: Option<(WaitsFor, Millis)>,
    /// An agent has said a word since the handoff.
    answered: bool,
    /// Since when the shopper waits for a word of people, once they have said one.
    owed_since: Option<Millis>,
    snoozed_until: Option<Millis>,
    /// What colleagues keep of the customer, and what the rules make of it.
    pub(crate) recognition: Recognition,
    /// The last words of people.
    last_reply: Option<Seq>,
    /// Since when the agent who has it owes a word.
    pub(crate) unanswered_since: Option<Millis>,
    /// When the agent who has it got it.
    pub(crate) assigned_at: Option<Millis>,
    /// How the agent who has it came to it, and who gave it.
    pub(crate) assigned_by: (Option<AssignCause>, Option<AgentId>),
    /// Why it went back to the queue last, and which colleague did it.
    released: Option<(ReleaseCause, Option<AgentId>)>,
}

/// What the event `handed_off` says.
#[derive(Clone, Debug)]
struct Handoff {
    reason: HandoffReason,
    lane: Lane,
    /// What the shopper was promised; nothing where nobody was called.
    deadline: Option<Millis>,
    since: Millis,
    signals: Vec<SignalHit>,
    open_questions: Vec<String>,
    /// It was left outside service hours.
    left: bool,
    /// When the lane rose last.
    raised_at: Millis,
}

impl Handoff {
    /// A chat that somebody took without a handoff: over from the bot, or again after its end.
    fn taken(at: Millis) -> Handoff {
        Handoff {
            reason: HandoffReason::Other,
            lane: Lane::Normal,
            deadline: None,
            since: at,
            signals: Vec::new(),
            open_questions: Vec::new(),
            left: false,
            raised_at: at,
        }
    }

    /// Takes into account what was heard in a message since: the lane only rises, and of a signal heard twice the stronger
    /// counts. What made it rise stands first.
    fn hear(&mut self, heard: &Heard, at: Millis) {
        let raised = heard.lane < self.lane;
        if raised {
            self.lane = heard.lane;
            self.raised_at = at;
        }
        // What is dangerous is no message that may lie until somebody comes.
        self.left &= self.lane > Lane::Top;
        for signal in &heard.signals {
            match self.signals.iter_mut().find(|known| known.id == signal.id) {
                Some(known) if known.score >= signal.score => {}
                Some(known) => *known = signal.clone(),
                None => self.signals.push(signal.clone()),
            }
        }
        if raised {
            let heard_at = |known: &SignalHit| heard.signals.iter().position(|signal| signal.id == known.id);
            self.signals.sort_by_key(|known| heard_at(known).unwrap_or(usize::MAX));
        }
    }
}

impl HandoffContext {
    /// Takes one more event into account.
    pub(crate) fn apply(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Received { text, heard, .. } => {
                self.last_text.clone_from(text);
                self.last_said = Some(event.at);
                self.snoozed_until = None;
                if let (Some(heard), Some(ticket)) = (heard, &mut self.ticket) {
                    ticket.hear(heard, event.at);
                }
                if self.answered {
                    self.owed_since.get_or_insert(event.at);
                }
                if self.assigned_at.is_some() {
                    let since = self.unanswered_since.unwrap_or(event.at);
                    self.unanswered_since = Some(since.min(event.at));
                }
            }
            EventKind::HandedOff {
                reason,
                lane,
                deadline,
                signals,
                open_questions,
                left,
                ..
            } => {
                *self = HandoffContext {
                    ticket: Some(Box::new(Handoff {
                        reason: *reason,
                        lane: *lane,
                        deadline: Some(*deadline),
                        since: event.at,
                        signals: signals.clone(),
                        open_questions: open_questions.clone(),
                        left: *left,
                        raised_at: event.at,
                    })),
                    last_text: std::mem::take(&mut self.last_text),
                    ..HandoffContext::default()
                };
            }
            EventKind::Assigned { cause, by, note, .. } => self.assigned(event.at, *cause, by.as_ref(), note),
            EventKind::AgentSaid { .. } => {
                self.last_reply = Some(event.seq);
                self.unanswered_since = None;
                self.owed_since = None;
                self.answered = true;
                if let Some(ticket) = &mut self.ticket {
                    ticket.open_questions.clear();
                }
            }
            EventKind::Released {
                agent,
                cause,
                note,
                by,
                waits_for,
            } => {
                self.released = Some((*cause, by.clone()));
                self.returned = true;
                self.lost = Some((agent.clone(), event.at));
                self.note.clone_from(note);
                self.waits_for = waits_for.clone().map(|waits_for| (waits_for, event.at));
                self.snoozed_until = None;
                self.assigned_at = None;
                self.unanswered_since = None;
            }
            EventKind::Snoozed { until, .. } => self.snoozed_until = *until,
            // Without the last words of people the shopper waits for some again.
            EventKind::Withdrawn { of, .. } => {
                if self.last_reply == Some(*of) {
                    self.owed_since.get_or_insert(event.at);
                    if self.assigned_at.is_some() {
                        self.unanswered_since.get_or_insert(event.at);
                    }
                }
            }
            EventKind::Recognised(known) => self.recognise(known, event.at),
            EventKind::Returned { .. } | EventKind::Closed { .. } => {
                let ended = matches!(event.kind, EventKind::Closed { .. });
                *self = HandoffContext {
                    last_text: std::mem::take(&mut self.last_text),
                    ended: self.ticket.take().filter(|_| ended),
                    ..HandoffContext::default()
                };
            }
            EventKind::Started { .. }
            | EventKind::Answered { .. }
            | EventKind::Rated { .. }
            | EventKind::Noted { .. }
            | EventKind::Unknown { .. } => {}
        }
    }

    /// What is kept of the customer is known: whoever waits for nobody in particular waits for the group that the rule names.
    fn recognise(&mut self, known: &Recognition, at: Millis) {
        let before = self.group().map(str::to_owned);
        self.recognition = known.clone();
        let group = self.group().map(str::to_owned);
        let waits = self.assigned_at.is_none() && self.released.is_none();
        if waits && before != group {
            self.waits_for = group.map(|group| (WaitsFor::Group { group }, at));
        }
    }

    /// The group that the rule names.
    fn group(&self) -> Option<&str> {
        self.recognition.steered.as_ref()?.group.as_deref()
    }

    /// How pressing it is: by what was said, or by who says it where that is more.
    fn lane(&self, handoff: &Handoff) -> Lane {
        let steered = self.recognition.steered.as_ref();
        steered.map_or(handoff.lane, |steered| handoff.lane.min(steered.lane))
    }

    /// An agent has it from now on.
    fn assigned(&mut self, at: Millis, cause: Option<AssignCause>, by: Option<&AgentId>, note: &str) {
        let reopened = cause == Some(AssignCause::Reopened);
        if self.ticket.is_none() {
            self.ticket = Some(self.ended.take().unwrap_or_else(|| Box::new(Handoff::taken(at))));
            self.answered = reopened;
        }
        // A message left is nobody's who waits at this moment: its agent has the time that was promised.
        let promised = self
            .ticket
            .as_ref()
            .filter(|ticket| ticket.left)
            .and_then(|ticket| ticket.deadline);
        if let Some(ticket) = &mut self.ticket {
            ticket.left = false;
        }
        // The shopper waits for a first word from the moment somebody has the chat; who gets an answered chat from a colleague
        // or takes up an ended one owes none.
        let owes = match cause {
            Some(AssignCause::HandedOn | AssignCause::Reopened) => !self.answered || self.owed_since.is_some(),
            _ => true,
        };
        self.unanswered_since = owes.then_some(at.max(promised.unwrap_or(at)));
        self.assigned_at = Some(at);
        self.assigned_by = (cause, by.cloned());
        if !note.is_empty() {
            note.clone_into(&mut self.note);
        }
        self.snoozed_until = None;
        self.waits_for = None;
        self.lost = None;
    }

    /// Since when the shopper waits for a word of people; `None` while the ball is with the shopper.
    fn waiting_since(&self, handoff: &Handoff) -> Option<Millis> {
        let with_agent = self.assigned_at.is_some();
        if with_agent && self.unanswered_since.is_none() {
            return None;
        }
        if !self.answered {
            return Some(handoff.since);
        }
        let lost = self.lost.as_ref().map(|(_, at)| *at);
        self.owed_since.or(self.unanswered_since).or(lost)
    }

    /// When the shop's clock wants the next word: that of the handoff until people have said one.
    fn deadline(&self, handoff: &Handoff, generation: Option<&Generation>) -> Millis {
        let due = |since: Millis| generation.map(|generation| generation.answer_due(since));
        let first = handoff.deadline.or_else(|| due(handoff.since)).unwrap_or(handoff.since);
        if self.answered {
            let since = self.waiting_since(handoff);
            return since.and_then(due).unwrap_or(first);
        }
        match self.said_in_hours(handoff, generation) {
            Some(at) => due(at).map_or(first, |due| due.min(first)),
            None => first,
        }
    }

    /// The shopper who had left a message has written again while people are there: from then on it is a chat that waits.
    fn said_in_hours(&self, handoff: &Handoff, generation: Option<&Generation>) -> Option<Millis> {
        let hours = &generation?.pack.shop.hours;
        self.last_said.filter(|at| handoff.left && hours.open_at(*at))
    }

    /// The ticket as the queue orders it; `None` when the chat was never handed off.
    pub(crate) fn ticket(
        &self,
        conversation: &ConversationId,
        state: &State,
        generation: Option<&Generation>,
    ) -> Option<Ticket> {
        let handoff = self.ticket.as_ref()?;
        Some(Ticket {
            conversation: conversation.clone(),
            shop: state.shop.clone(),
            lane: self.lane(handoff),
            deadline: self.deadline(handoff, generation),
            since: handoff.since,
            returned: self.returned,
            last_agent: state.last_agent.clone(),
            lost: self.lost.clone(),
            waits_for: self.waits_for.clone(),
            language: (state.language(), self.queued_since(handoff)),
        })
    }

    /// Since when it is in the queue, this time.
    fn queued_since(&self, handoff: &Handoff) -> Millis {
        let back = self.lost.as_ref().map(|(_, at)| *at);
        back.map_or(handoff.since, |back| back.max(handoff.since))
    }

    /// What nobody has answered yet; `None` when the chat was never handed off.
    pub(crate) fn unanswered(&self, state: &State) -> Option<Unanswered> {
        let handoff = self.ticket.as_ref()?;
        let unanswered = Unanswered::of(handoff.open_questions.clone(), state);
        // Who may be hurt, speaks of law or is furious gets words of somebody who has read theirs.
        let grave = self.lane(handoff) <= Lane::Urgent;
        Some(if grave {
            unanswered.without_replies()
        } else {
            unanswered
        })
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
            lane: self.lane(handoff),
            reason: handoff.reason,
            signals: handoff.signals.clone(),
            open_questions: open.map(choice).collect(),
            last_text: self.last_text.clone(),
            slots: state.memory.slots.clone(),
            waiting_since: self.waiting_since(handoff),
            deadline: self.deadline(handoff, generation),
            epoch: state.epoch,
            note: self.note.clone(),
            suggestions: Vec::new(),
            agent,
            returned: self.returned,
            left: handoff.left && self.said_in_hours(handoff, generation).is_none(),
            snoozed_until: self.snoozed_until,
            waits_for: self.waits_for.as_ref().map(|(waits_for, _)| waits_for.clone()),
            recognition: self.recognition.clone(),
            raised_at: handoff.raised_at,
            assigned_by: self.assigned_by.clone(),
            released: self.released.clone(),
        })
    }
}

#[cfg(test)]
#[path = "handoff_context_tests.rs"]
mod tests;
