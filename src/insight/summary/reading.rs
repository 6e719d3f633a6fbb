//! Reads the events of some days, once and in order. Of talks that rest only what was not answered well is kept.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;

use crate::insight::missed::{Why, missed};
use crate::insight::morning::OfPerson;
use crate::insight::numbers::{Local, Numbers, Report, Span};
use crate::model::{ConversationId, DecisionKind, Event, EventKind, Millis, ShopId};
use crate::understanding::personal::hide_personal;

/// So long before the first day what was said is read for what came of it, milliseconds: longer than a shopper thinks about a reply.
const BEFORE_MS: u64 = 2 * 3_600_000;
/// A talk in which nothing is said for so long has told what became of its answers, milliseconds.
const RESTS_MS: u64 = 6 * 3_600_000;
/// By so much the clocks of servers may differ, milliseconds.
const CLOCKS_MS: u64 = 60_000;
/// So long after the last day it is still read what became of it, milliseconds: a weekend and a holiday.
const AT_MOST_MS: u64 = 7 * 24 * 3_600_000;
/// Whoever comes back within this time was not helped, milliseconds.
const COMES_BACK_MS: u64 = 24 * 3_600_000;
/// Answers that are told.
const MOST_ANSWERS: usize = 20;

/// The reading of some days of some shops.
#[derive(Debug)]
pub struct Reading {
    spans: BTreeMap<ShopId, Range<Millis>>,
    days: Span,
    numbers: Numbers,
    talks: HashMap<ConversationId, Talk>,
    /// Talks that have rested, with their shoppers: what was said before is not looked at again.
    rested: HashMap<ConversationId, Option<String>>,
    found: BTreeMap<ShopId, Vec<OfPerson>>,
    answers: BTreeMap<(ShopId, String, String), AnswerRow>,
    until: Millis,
}

/// What was read.
#[derive(Debug)]
pub struct Read {
    /// The numbers.
    pub report: Report,
    /// What was not answered well.
    pub found: BTreeMap<ShopId, Vec<OfPerson>>,
    /// Answers that did not do, those most asked again first.
    pub answers: Vec<AnswerRow>,
}

/// What became of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerRow {
    /// The shop.
    pub shop: ShopId,
    /// The question that it answers.
    pub question: String,
    /// What was said, with personal data hidden.
    pub said: String,
    /// How often it was said.
    pub times: u32,
    /// After which the same was asked again.
    pub again: u32,
    /// After which a person was asked for.
    pub person: u32,
    /// After which the shopper was angry, complained or gave few stars.
    pub cross: u32,
}

impl AnswerRow {
    fn trouble(&self) -> u32 {
        self.person + self.cross
    }
}

#[derive(Debug)]
struct Talk {
    shop: ShopId,
    shopper: Option<String>,
    /// What was not looked at yet.
    events: Vec<Arc<Event>>,
    last: Millis,
}

impl Reading {
    /// Of these days; each shop with from when to when they last in its zone.
    pub fn new(spans: BTreeMap<ShopId, Range<Millis>>, from: Date, until: Date) -> Reading {
        let days = Span {
            shops: spans.keys().cloned().collect::<BTreeSet<_>>(),
            from,
            until,
        };
        Reading {
            spans,
            days,
            numbers: Numbers::default(),
            talks: HashMap::new(),
            rested: HashMap::new(),
            found: BTreeMap::new(),
            answers: BTreeMap::new(),
            until: Millis(0),
        }
    }

    /// From when on events are to be read.
    pub fn begins(&self) -> Millis {
        Millis(self.start().0.saturating_sub(BEFORE_MS.max(CLOCKS_MS)))
    }

    /// Whether the earlier events of a talk are to be told first, by [`Reading::recall`].
    pub fn lacks(&self, shop: &ShopId, conversation: &ConversationId, event: &Event) -> bool {
        event.seq > 1 && self.spans.contains_key(shop) && !self.numbers.knows(conversation)
    }

    /// What went before in a talk, from its first event on.
    pub fn recall(&mut self, shop: &ShopId, conversation: &ConversationId, before: &[Arc<Event>], local: Local<'_>) {
        self.numbers.recall(shop, conversation, before, local);
        if !self.rested.contains_key(conversation) {
            for event in before {
                self.keep(shop, conversation, event);
            }
        }
    }

    /// The next event of a talk.
    pub fn take(&mut self, shop: &ShopId, conversation: &ConversationId, event: &Arc<Event>, local: Local<'_>) {
        let Some(span) = self.spans.get(shop) else { return };
        let (is_before, is_within) = (event.at < span.start, span.contains(&event.at));
        match is_before {
            true => self
                .numbers
                .recall(shop, conversation, std::slice::from_ref(event), local),
            false => self.numbers.take(shop, conversation, event, local),
        }
        if is_within {
            self.count_answer(shop, &event.kind);
        }
        self.keep(shop, conversation, event);
        self.until = self.until.max(event.at);
    }

    /// What was taken so far is all up to its last event: talks that rest are looked at.
    pub fn settle(&mut self) {
        let until = self.until;
        self.numbers.settle(until, self.days.from);
        let resting: Vec<ConversationId> = self
            .talks
            .iter()
            .filter(|(_, talk)| until.since(talk.last) >= RESTS_MS)
            .map(|(conversation, _)| conversation.clone())
            .collect();
        for conversation in resting {
            if let Some(talk) = self.talks.remove(&conversation) {
                self.judge(&conversation, &talk);
                self.rested.insert(conversation, talk.shopper);
            }
        }
    }

    /// Whether what comes later changes nothing that is told, or not enough to wait for it.
    pub fn is_over(&self) -> bool {
        let end = self.spans.values().map(|span| span.end).max().unwrap_or(Millis(0));
        let past = |ms: u64| self.until >= end.plus(ms + CLOCKS_MS);
        past(AT_MOST_MS) || (past(COMES_BACK_MS) && !self.numbers.is_open(&self.days))
    }

    /// What is told. `now` is the time up to which everything was taken, where that is not the last event's.
    pub fn end(mut self, now: Option<Millis>) -> Read {
        self.until = now.unwrap_or(self.until).max(self.until);
        self.settle();
        for (conversation, talk) in std::mem::take(&mut self.talks) {
            self.judge(&conversation, &talk);
        }
        let mut answers: Vec<AnswerRow> = self.answers.into_values().collect();
        answers.retain(|row| row.again + row.trouble() > 0);
        answers.sort_by_key(|row| std::cmp::Reverse((row.again, row.trouble(), row.times)));
        answers.truncate(MOST_ANSWERS);
        Read {
            report: self.numbers.report(&self.days, self.until),
            found: self.found,
            answers,
        }
    }

    fn start(&self) -> Millis {
        self.spans.values().map(|span| span.start).min().unwrap_or(Millis(0))
    }

    /// Keeps what [`missed`] wants to know.
    fn keep(&mut self, shop: &ShopId, conversation: &ConversationId, event: &Arc<Event>) {
        let Some(span) = self.spans.get(shop) else { return };
        let rested = &self.rested;
        let talk = self.talks.entry(conversation.clone()).or_insert_with(|| Talk {
            shop: shop.clone(),
            shopper: rested.get(conversation).cloned().flatten(),
            events: Vec::new(),
            last: event.at,
        });
        if let EventKind::Started { shopper, .. } = &event.kind {
            talk.shopper = Some(shopper.as_str().to_owned());
        }
        talk.last = event.at.max(talk.last);
        let wanted = Millis(span.start.0.saturating_sub(BEFORE_MS))..span.end.plus(RESTS_MS);
        if wanted.contains(&event.at) {
            talk.events.push(Arc::clone(event));
        }
    }

    fn count_answer(&mut self, shop: &ShopId, kind: &EventKind) {
        let EventKind::Answered { turn, text, .. } = kind else {
            return;
        };
        let mut questions = turn.decision.intents.iter();
        let question = questions.find(|question| !question.kind().is_small_talk());
        if let Some(question) = question.filter(|_| turn.decision.kind == DecisionKind::Answer) {
            self.answer(shop, &question.id, text).times += 1;
        }
    }

    fn answer(&mut self, shop: &ShopId, question: &str, said: &str) -> &mut AnswerRow {
        let said = hide_personal(said).into_owned();
        let key = (shop.clone(), question.to_owned(), said.clone());
        self.answers.entry(key).or_insert_with(|| AnswerRow {
            shop: shop.clone(),
            question: question.to_owned(),
            said,
            times: 0,
            again: 0,
            person: 0,
            cross: 0,
        })
    }

    fn judge(&mut self, conversation: &ConversationId, talk: &Talk) {
        let Some(span) = self.spans.get(&talk.shop) else { return };
        let until = self.until.min(span.end.plus(RESTS_MS));
        let all = missed(&talk.events, span, until);
        for one in &all {
            let Some(question) = one.question.as_deref().filter(|_| one.why.was_answered()) else {
                continue;
            };
            let row = self.answer(&talk.shop, question, &one.said);
            match one.why {
                Why::AskedAgain => row.again += 1,
                Why::AskedPerson => row.person += 1,
                _ => row.cross += 1,
            }
        }
        let person = talk.shopper.as_deref().unwrap_or(conversation.as_str());
        let found = self.found.entry(talk.shop.clone()).or_default();
        found.extend(all.into_iter().map(|missed| OfPerson {
            person: person.to_owned(),
            missed,
        }));
    }
}
