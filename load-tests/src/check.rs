//! What one shopper saw, held against what the protocol promises. Pure: times come in, findings come out.
//!
//! The promises: every message is acknowledged, under one `seq` for ever; every message is covered by exactly one
//! reply of the bot, or people have the conversation; events come in order, once, without gaps (`started`, event 1,
//! has no frame, and a shopper's own message may be known from its `ack` alone); the history read at the end is what
//! was seen.

use std::collections::{BTreeMap, BTreeSet};

use crate::fault::{Fault, Violation};
use crate::frame::{Event, EventKind};

/// A message and what became of it. Times are microseconds from the start.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The text.
    pub text: String,
    /// When it should have been sent.
    pub due_us: u64,
    /// When it was sent first.
    pub sent_us: u64,
    /// How often it was sent.
    pub sends: u32,
    /// Its place in the log and when that was acknowledged.
    pub acked: Option<(u64, u64)>,
    /// How often it was acknowledged.
    pub acks: u32,
    /// When the bot had answered it.
    pub answered_us: Option<u64>,
    /// Whether people have it.
    pub with_people: bool,
    /// Whether the server refused it.
    pub refused: bool,
}

impl Sent {
    /// Whether nothing more has to come for it.
    pub fn settled(&self) -> bool {
        self.refused || (self.acked.is_some() && (self.answered_us.is_some() || self.with_people))
    }
}

/// One shopper's record of a conversation.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    sent: Vec<Sent>,
    events: BTreeMap<u64, u64>,
    conversation: Option<String>,
    base: u64,
    floor: u64,
    last: u64,
    people: bool,
    people_since: u64,
    handed_off: bool,
    listens: bool,
    acks_only: bool,
    due: usize,
    violations: Vec<Violation>,
}

impl Journal {
    /// Of a tab that only listens: it knows of no message before it comes.
    pub fn of_listener() -> Journal {
        Journal {
            listens: true,
            ..Journal::default()
        }
    }

    /// Of a talk with a server that has no bot: an acknowledgement counts as the answer.
    pub fn of_acks_only() -> Journal {
        Journal {
            acks_only: true,
            ..Journal::default()
        }
    }

    /// A `welcome` after `hello` with this `after`.
    pub fn welcomed(&mut self, conversation: &str, seq: u64, history_gone: bool, after: Option<u64>) {
        match &self.conversation {
            None => {
                self.conversation = Some(conversation.to_owned());
                self.base = seq;
                self.last = seq;
            }
            Some(known) if known != conversation => {
                let detail = format!("conversation {known} became {conversation} on reconnecting");
                self.fault(Fault::Foreign, detail);
            }
            Some(_) => {}
        }
        self.floor = after.unwrap_or(seq);
        if seq < self.last {
            self.fault(
                Fault::Lost,
                format!("event {} was seen, now the last is {seq}", self.last),
            );
        }
        if history_gone {
            self.fault(Fault::Lost, format!("conversation {conversation} is gone"));
        }
    }

    /// What `hello` should ask for when reconnecting; `None` before the first `welcome`.
    pub fn after(&self) -> Option<u64> {
        self.conversation.as_ref().map(|_| self.last)
    }

    /// A new message, about to be sent for the first time. Returns its id.
    pub fn says(&mut self, text: &str, due_us: u64, now_us: u64) -> String {
        self.sent.push(Sent {
            text: text.to_owned(),
            due_us,
            sent_us: now_us,
            sends: 1,
            acked: None,
            acks: 0,
            answered_us: None,
            with_people: false,
            refused: false,
        });
        id_of(self.sent.len() - 1)
    }

    /// What must be sent again after a reconnect: ids and texts, in order. Counts them as sent.
    pub fn resends(&mut self) -> Vec<(String, String)> {
        let mut again = Vec::new();
        for (index, sent) in self.sent.iter_mut().enumerate() {
            if sent.acked.is_none() && !sent.refused {
                sent.sends += 1;
                again.push((id_of(index), sent.text.clone()));
            }
        }
        again
    }

    /// An `ack`.
    pub fn acknowledged(&mut self, id: &str, seq: u64, now_us: u64) {
        let (people, acks_only) = (self.people, self.acks_only);
        let Some(sent) = find(&mut self.sent, id) else {
            return self.fault(Fault::Foreign, format!("ack of {id}, which was never sent"));
        };
        sent.acks += 1;
        let (acks, sends, first) = (sent.acks, sent.sends, sent.acked);
        if sent.acked.is_none() {
            sent.acked = Some((seq, now_us));
            sent.with_people |= people && sent.answered_us.is_none();
            sent.answered_us = sent.answered_us.or(acks_only.then_some(now_us));
        }
        if let Some((first, _)) = first
            && first != seq
        {
            self.fault(Fault::Changed, format!("{id} was acknowledged as {first} and as {seq}"));
        } else if acks > sends {
            self.fault(
                Fault::Doubled,
                format!("{id} was sent {sends} times and acknowledged {acks} times"),
            );
        }
    }

    /// An event on the live connection.
    pub fn saw(&mut self, event: &Event, now_us: u64) {
        if self.events.contains_key(&event.seq) {
            return self.fault(Fault::Doubled, format!("event {} came twice", event.seq));
        }
        if event.seq <= self.floor {
            let detail = format!("event {} came after event {}", event.seq, self.floor);
            self.fault(Fault::OutOfOrder, detail);
        }
        self.floor = self.floor.max(event.seq);
        self.last = self.last.max(event.seq);
        self.events.insert(event.seq, event.digest);
        match &event.kind {
            EventKind::Own { .. } if self.listens => {}
            EventKind::Own { id, text } => self.own_message(id, text, event.seq),
            EventKind::Bot { reply_to } => {
                if self.people && event.seq > self.people_since {
                    let detail = format!("event {} is the bot's, and people have the conversation", event.seq);
                    self.fault(Fault::SpokenOver, detail);
                }
                let reply_to = if self.listens { &[][..] } else { reply_to };
                for id in reply_to {
                    self.answered(id, event.seq, now_us);
                }
            }
            EventKind::Owner { who } => {
                self.people = who.is_people();
                self.people_since = event.seq;
                if self.people {
                    self.handed_off = true;
                    for sent in self.sent.iter_mut().filter(|sent| sent.answered_us.is_none()) {
                        sent.with_people = true;
                    }
                }
            }
            EventKind::Agent | EventKind::Other => {}
        }
    }

    fn own_message(&mut self, id: &str, text: &str, seq: u64) {
        let Some(sent) = find(&mut self.sent, id) else {
            return self.fault(
                Fault::Foreign,
                format!("event {seq} is message {id}, which was never sent"),
            );
        };
        let acked = sent.acked;
        if sent.text != text {
            let detail = format!("{id} was {:?} and is {text:?} in the log", sent.text);
            self.fault(Fault::Changed, detail);
        }
        if let Some((first, _)) = acked
            && first != seq
        {
            self.fault(
                Fault::Doubled,
                format!("{id} was acknowledged as {first} and is event {seq}"),
            );
        }
    }

    fn answered(&mut self, id: &str, seq: u64, now_us: u64) {
        let Some(sent) = find(&mut self.sent, id) else {
            return self.fault(
                Fault::Foreign,
                format!("event {seq} replies to {id}, which was never sent"),
            );
        };
        if sent.answered_us.is_some() {
            self.fault(Fault::Doubled, format!("{id} was answered twice, again by event {seq}"));
        } else {
            sent.answered_us = Some(now_us);
        }
    }

    /// An `error` frame about this message.
    pub fn refused(&mut self, id: &str, code: &str) {
        match find(&mut self.sent, id) {
            Some(sent) => sent.refused = true,
            None => return self.fault(Fault::Foreign, format!("refusal of {id}, which was never sent")),
        }
        self.fault(Fault::Refused, format!("{id} was refused: {code}"));
    }

    /// An `error` frame about this message where refusals are expected and counted elsewhere.
    pub fn not_taken(&mut self, id: &str) {
        match find(&mut self.sent, id) {
            Some(sent) => sent.refused = true,
            None => self.fault(Fault::Foreign, format!("refusal of {id}, which was never sent")),
        }
    }

    /// Anything else that should not be.
    pub fn fault(&mut self, fault: Fault, detail: String) {
        self.violations.push(Violation { fault, detail });
    }

    /// Whether every message so far is acknowledged and covered.
    pub fn settled(&self) -> bool {
        self.sent.iter().all(Sent::settled)
    }

    /// Looks for what never came. Call once, when nothing more is waited for.
    pub fn finish(&mut self) {
        let mut found = Vec::new();
        for (index, sent) in self.sent.iter().enumerate().filter(|(_, sent)| !sent.settled()) {
            let id = id_of(index);
            found.push(match sent.acked {
                None => format!("{id} was sent {} times and never acknowledged", sent.sends),
                Some((seq, _)) => format!("{id} (event {seq}) was never answered: {:?}", sent.text),
            });
        }
        let own: BTreeSet<u64> = self
            .sent
            .iter()
            .filter_map(|sent| sent.acked.map(|(seq, _)| seq))
            .collect();
        let known = |seq: &u64| self.events.contains_key(seq) || own.contains(seq);
        let end = self.last.max(own.last().copied().unwrap_or(0));
        let start = self.base.max(1) + 1;
        found.extend(
            (start..=end)
                .filter(|seq| !known(seq))
                .map(|seq| format!("event {seq} never came")),
        );
        for detail in found {
            self.fault(Fault::Lost, detail);
        }
    }

    /// Compares the history as read from the beginning with what was seen.
    pub fn compare(&mut self, history: &[Event]) {
        let mut found = Vec::new();
        let mut next = 1;
        let mut read: BTreeMap<u64, &Event> = BTreeMap::new();
        for event in history {
            if read.insert(event.seq, event).is_some() {
                found.push((Fault::Doubled, format!("history shows event {} twice", event.seq)));
            } else if event.seq < next {
                found.push((Fault::OutOfOrder, format!("history shows event {} late", event.seq)));
            } else if event.seq > next.max(2) {
                found.push((
                    Fault::Lost,
                    format!("history leaves out events {next} to {}", event.seq - 1),
                ));
            }
            next = next.max(event.seq + 1);
        }
        for (seq, digest) in &self.events {
            match read.get(seq) {
                None => found.push((Fault::Lost, format!("event {seq} was seen and is not in the history"))),
                Some(event) if event.digest != *digest => {
                    found.push((Fault::Changed, format!("event {seq} is another in the history")));
                }
                Some(_) => {}
            }
        }
        let mut places: BTreeMap<&str, u64> = BTreeMap::new();
        for event in history {
            let own = match &event.kind {
                EventKind::Own { id, text } if !self.listens => Some((id, text)),
                _ => None,
            };
            let Some((id, text)) = own else {
                if event.seq > self.base && !self.events.contains_key(&event.seq) {
                    found.push((
                        Fault::Lost,
                        format!("event {} is in the history and never came", event.seq),
                    ));
                }
                continue;
            };
            if let Some(first) = places.insert(id, event.seq)
                && first != event.seq
            {
                found.push((
                    Fault::Doubled,
                    format!("{id} is stored as {first} and as {}", event.seq),
                ));
            }
            match find(&mut self.sent, id) {
                None => found.push((Fault::Foreign, format!("history has {id}, which was never sent"))),
                Some(sent) if sent.text != *text => {
                    found.push((
                        Fault::Changed,
                        format!("{id} has another text in the history: {text:?}"),
                    ));
                }
                Some(_) => {}
            }
        }
        for (index, sent) in self.sent.iter().enumerate() {
            let id = id_of(index);
            if let Some((seq, _)) = sent.acked
                && places.get(id.as_str()) != Some(&seq)
            {
                found.push((Fault::Lost, format!("{id} was acknowledged as {seq} and is not there")));
            }
        }
        for (fault, detail) in found {
            self.fault(fault, detail);
        }
        self.due = history.iter().filter(|event| event.seq > self.base.max(1)).count();
    }

    /// Events that were to reach this client, as its history tells, and those of them that did.
    pub fn delivered(&self) -> (usize, usize) {
        let own = self.sent.iter().filter_map(|sent| sent.acked).map(|(seq, _)| seq);
        let told: BTreeSet<u64> = self.events.keys().copied().chain(own).collect();
        (self.due, told.range(self.base.max(1) + 1..).count().min(self.due))
    }

    /// The last event seen.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// The messages, in the order they were sent.
    pub fn sent(&self) -> &[Sent] {
        &self.sent
    }

    /// What was found.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Whether the conversation went to people at any time.
    pub fn handed_off(&self) -> bool {
        self.handed_off
    }
}

/// Ids count from `c1`.
fn id_of(index: usize) -> String {
    format!("c{}", index + 1)
}

fn find<'a>(sent: &'a mut [Sent], id: &str) -> Option<&'a mut Sent> {
    let number: usize = id.strip_prefix('c')?.parse().ok()?;
    sent.get_mut(number.checked_sub(1)?)
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
