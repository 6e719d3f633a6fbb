//! The numbers of the day: a fold over the events of all talks, in the order of the change feed, which can be asked for a report at any
//! time and goes on where it stood.
//!
//! A *visit* is what a shopper comes for: it begins with the first word of a talk (or the button for a person), or with a word after two hours without
//! one while the bot has the talk. What is counted belongs to the hour in which its visit or its handoff began, so that the parts of a row
//! add up. No words of anybody are kept, and nothing here names a clock or the disk.

mod durations;
mod report;
mod talk;
mod tally;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use crate::model::{
    AgentId, AssignCause, ConversationId, DecisionKind, Event, EventKind, IntentKind, Millis, ReleaseCause, ShopId,
    ShopperId,
};

use talk::{Handoff, Talk, Visit};
use tally::{OfAgent, OfQuestion, Tally};

pub use report::{AgentRow, Figures, HourRow, QuestionRow, Rating, Report, ShopRow, Span};

/// After so much silence a word to the bot begins another visit, milliseconds.
pub const SILENCE_MS: u64 = 2 * 3_600_000;
/// Whoever comes back within this time was not helped, milliseconds.
pub const RETURN_MS: u64 = 24 * 3_600_000;
/// A talk that nothing happened in for so long is forgotten here; when it goes on it is read from the store, milliseconds.
const IDLE_MS: u64 = 26 * 3_600_000;
/// Questions of a visit that are kept.
const QUESTIONS: usize = 8;

/// A day and an hour of it, in the zone of the shop.
pub type Hour = (Date, u8);

/// Tells the day and the hour of a moment in the zone of a shop; `None` for a shop that is not served here.
pub type Local<'a> = &'a dyn Fn(&ShopId, Millis) -> Option<Hour>;

/// The fold.
#[derive(Debug, Default)]
pub struct Numbers {
    talks: HashMap<ConversationId, Talk>,
    visits: HashMap<(ShopId, ShopperId), Visit>,
    hours: BTreeMap<(ShopId, Date, u8), Tally>,
    agents: BTreeMap<(ShopId, Date, AgentId), OfAgent>,
    questions: BTreeMap<(ShopId, Date, String), OfQuestion>,
    /// As they were called last.
    names: BTreeMap<AgentId, String>,
}

impl Numbers {
    /// Whether what went before in this talk is known, so that its next event can be taken.
    pub fn knows(&self, conversation: &ConversationId) -> bool {
        self.talks.contains_key(conversation)
    }

    /// What went before in a talk, from its first event on: it stands where it stood, and nothing of it is counted.
    pub fn recall(&mut self, shop: &ShopId, conversation: &ConversationId, before: &[Arc<Event>], local: Local<'_>) {
        for event in before {
            self.step(shop, conversation, event, local, false);
        }
    }

    /// The next event of a talk.
    pub fn take(&mut self, shop: &ShopId, conversation: &ConversationId, event: &Event, local: Local<'_>) {
        self.step(shop, conversation, event, local, true);
    }

    /// Everything up to this moment has been taken: whoever can come back no more has not, and what nothing happens in any more
    /// is let go. Days before `oldest` are forgotten.
    pub fn settle(&mut self, until: Millis, oldest: Date) {
        let over: Vec<_> = self
            .visits
            .iter()
            .filter(|(_, visit)| until.since(visit.last) >= RETURN_MS)
            .map(|(whose, _)| whose.clone())
            .collect();
        for whose in over {
            if let Some(visit) = self.visits.remove(&whose) {
                self.settle_visit(&whose.0, &visit, false);
            }
        }
        self.talks
            .retain(|_, talk| talk.handoff.is_some() || until.since(talk.last) < IDLE_MS);
        self.hours.retain(|(_, day, _), _| *day >= oldest);
        self.agents.retain(|(_, day, _), _| *day >= oldest);
        self.questions.retain(|(_, day, _), _| *day >= oldest);
    }

    fn step(&mut self, shop: &ShopId, conversation: &ConversationId, event: &Event, local: Local<'_>, counts: bool) {
        let Some(now) = local(shop, event.at) else { return };
        let mut talk = self.talks.remove(conversation).unwrap_or_default();
        talk.last = event.at;
        match &event.kind {
            EventKind::Started { shop, shopper, .. } => {
                talk.shop = Some(shop.clone());
                talk.shopper = Some(shopper.clone());
            }
            EventKind::Received { .. } => {
                self.heard(shop, &talk, event.at, now, counts);
                if counts {
                    self.hour(shop, now).messages += 1;
                }
            }
            EventKind::Answered { turn, .. } => {
                let answered = turn.decision.kind == DecisionKind::Answer;
                let questions = turn.decision.intents.iter().filter(|_| answered);
                let asked: Vec<&str> = questions
                    .filter(|question| question.kind() == IntentKind::Question)
                    .map(|question| question.id.as_str())
                    .collect();
                self.answered(shop, &talk, &asked);
                for question in asked.into_iter().filter(|_| counts) {
                    self.question(shop, now.0, question.to_owned()).messages += 1;
                }
            }
            EventKind::HandedOff {
                reason,
                deadline,
                left,
                open_questions,
                ..
            } => {
                talk.handoff = Some(Handoff {
                    at: event.at,
                    hour: now,
                    deadline: *deadline,
                    left: *left,
                    counts,
                });
                // Whoever presses the button without a word has come too.
                self.heard(shop, &talk, event.at, now, counts);
                self.came_to_people(shop, &talk);
                if counts {
                    let tally = self.hour(shop, now);
                    *tally.reasons.entry(reason.name()).or_default() += 1;
                    tally.left += u32::from(*left);
                    self.left_open(shop, &talk, now.0, open_questions);
                }
            }
            EventKind::Assigned {
                agent, name, by, cause, ..
            } => {
                self.names.insert(agent.clone(), name.clone());
                if talk.is_with_bot() && talk.handoff.is_none() {
                    self.came_to_people(shop, &talk);
                }
                let taken_up_again = talk.had_last(agent);
                if counts {
                    self.agent(shop, now.0, agent).chats += u32::from(!taken_up_again);
                    if let Some(by) = by.as_ref().filter(|_| *cause == Some(AssignCause::HandedOn)) {
                        self.agent(shop, now.0, by).handed_on += 1;
                    }
                }
                talk.agent = Some(agent.clone());
            }
            EventKind::AgentSaid { agent, name, .. } => {
                self.names.insert(agent.clone(), name.clone());
                if counts {
                    self.agent(shop, now.0, agent).messages += 1;
                }
                if let Some(handoff) = talk.handoff.take() {
                    self.replied(shop, &handoff, event.at, agent);
                }
            }
            EventKind::Released { agent, cause, by, .. } if counts => match cause {
                ReleaseCause::Silent | ReleaseCause::Gone => {
                    self.agent(shop, now.0, agent).taken_back += 1;
                    self.hour(shop, now).taken_back += 1;
                }
                ReleaseCause::HandedOn => {
                    self.agent(shop, now.0, by.as_ref().unwrap_or(agent)).handed_on += 1;
                }
                ReleaseCause::AnotherAsked | ReleaseCause::GivenBack => {}
            },
            EventKind::Returned { .. } | EventKind::Closed { .. } => {
                if let Some(handoff) = talk.handoff.take().filter(|handoff| handoff.counts) {
                    let tally = self.hour(shop, handoff.hour);
                    match event.at <= handoff.deadline {
                        true => tally.ended_before += 1,
                        false => tally.broken += 1,
                    }
                }
            }
            EventKind::Rated { stars } if counts => {
                self.hour(shop, now).rated.add(*stars);
                self.rated(shop, &talk, *stars);
                if let Some(agent) = talk.agent.clone() {
                    self.agent(shop, now.0, &agent).rated.add(*stars);
                }
            }
            _ => {}
        }
        talk.follow(&event.kind);
        self.talks.insert(conversation.clone(), talk);
    }

    /// The shopper wrote: the visit goes on, or another one begins.
    fn heard(&mut self, shop: &ShopId, talk: &Talk, at: Millis, hour: Hour, counts: bool) {
        let Some(shopper) = &talk.shopper else { return };
        let whose = (shop.clone(), shopper.clone());
        if let Some(visit) = self.visits.get_mut(&whose) {
            let silent = at.since(visit.last) >= SILENCE_MS;
            if !talk.is_with_bot() || !silent {
                visit.last = at.max(visit.last);
                return;
            }
        }
        if let Some(visit) = self.visits.remove(&whose) {
            let came_back = at.since(visit.last) < RETURN_MS;
            self.settle_visit(shop, &visit, came_back);
        }
        if counts {
            self.hour(shop, hour).chats += 1;
        }
        let visit = Visit {
            hour,
            last: at,
            counts,
            with_people: false,
            answered: false,
            questions: Vec::new(),
        };
        self.visits.insert(whose, visit);
    }

    fn visit(&mut self, shop: &ShopId, talk: &Talk) -> Option<&mut Visit> {
        let shopper = talk.shopper.clone()?;
        self.visits.get_mut(&(shop.clone(), shopper))
    }

    fn answered(&mut self, shop: &ShopId, talk: &Talk, asked: &[&str]) {
        let Some(visit) = self.visit(shop, talk) else { return };
        visit.answered |= !asked.is_empty();
        let fresh = visit.asks(asked);
        let (day, counts) = (visit.hour.0, visit.counts);
        for question in fresh.into_iter().filter(|_| counts) {
            self.question(shop, day, question).asked += 1;
        }
    }

    /// What the bot left unanswered when it brought in people.
    fn left_open(&mut self, shop: &ShopId, talk: &Talk, day: Date, open: &[String]) {
        let open: Vec<&str> = open
            .iter()
            .map(String::as_str)
            .filter(|id| IntentKind::by_id(id) == IntentKind::Question)
            .collect();
        for question in &open {
            self.question(shop, day, (*question).to_owned()).handed_off += 1;
        }
        let Some(visit) = self.visit(shop, talk) else { return };
        let (day, fresh) = (visit.hour.0, visit.asks(&open));
        for question in fresh {
            self.question(shop, day, question).asked += 1;
        }
    }

    /// The stars count for what was asked in the visit, on the day on which it began.
    fn rated(&mut self, shop: &ShopId, talk: &Talk, stars: u8) {
        let Some(visit) = self.visit(shop, talk).filter(|visit| visit.counts) else {
            return;
        };
        let (day, questions) = (visit.hour.0, visit.questions.clone());
        for question in questions {
            self.question(shop, day, question).rated.add(stars);
        }
    }

    fn came_to_people(&mut self, shop: &ShopId, talk: &Talk) {
        let Some(visit) = self.visit(shop, talk) else { return };
        let first = !std::mem::replace(&mut visit.with_people, true);
        let hour = visit.hour;
        if first && visit.counts {
            self.hour(shop, hour).with_people += 1;
        }
    }

    fn replied(&mut self, shop: &ShopId, handoff: &Handoff, at: Millis, agent: &AgentId) {
        if !handoff.counts {
            return;
        }
        let (waited, promised) = (at.since(handoff.at), handoff.deadline.since(handoff.at));
        let in_time = at <= handoff.deadline;
        let tally = self.hour(shop, handoff.hour);
        tally.kept += u32::from(in_time);
        tally.broken += u32::from(!in_time);
        if !handoff.left {
            tally.first_reply.add(waited);
            tally.promised.add(promised);
        }
        let own = self.agent(shop, handoff.hour.0, agent);
        own.kept += u32::from(in_time);
        own.broken += u32::from(!in_time);
        if !handoff.left {
            own.first_reply.add(waited);
        }
    }

    fn settle_visit(&mut self, shop: &ShopId, visit: &Visit, came_back: bool) {
        if visit.with_people || !visit.counts {
            return;
        }
        let tally = self.hour(shop, visit.hour);
        match (visit.answered, came_back) {
            (false, _) => tally.unhelped += 1,
            (true, true) => tally.returned += 1,
            (true, false) => tally.solved += 1,
        }
        for question in &visit.questions {
            let row = self.question(shop, visit.hour.0, question.clone());
            match came_back {
                true => row.returned += 1,
                false => row.solved += 1,
            }
        }
    }

    fn hour(&mut self, shop: &ShopId, (day, hour): Hour) -> &mut Tally {
        self.hours.entry((shop.clone(), day, hour)).or_default()
    }

    fn agent(&mut self, shop: &ShopId, day: Date, agent: &AgentId) -> &mut OfAgent {
        self.agents.entry((shop.clone(), day, agent.clone())).or_default()
    }

    fn question(&mut self, shop: &ShopId, day: Date, question: String) -> &mut OfQuestion {
        self.questions.entry((shop.clone(), day, question)).or_default()
    }
}
