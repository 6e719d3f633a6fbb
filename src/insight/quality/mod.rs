//! What rules find in the part of a talk that people had: a fold over its log. Each mark quotes a sentence and says when, so that
//! whoever reviews the talk sees at once what is meant and decides whether it is so. Pure.

mod facts;
mod known;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::dialogue::Generation;
use crate::model::{AgentId, Event, EventKind, Millis, ReleaseCause, Seq, SlotName};
use crate::packs::{CONDUCT, breaches};

pub use facts::TalkFacts;
use known::Known;

/// Who says that they will come back has so long, milliseconds of service hours, where the shop's sheet says nothing else.
pub const BACK_WITHIN_MS: u64 = 10 * 60_000;
/// So many apologies with nothing done between them are blind.
const APOLOGIES: usize = 3;
/// Stars up to this many are low.
const LOW_STARS: u8 = 2;
/// The standard that feelings are not labelled.
const FEELINGS: &str = "I082";
/// Longest quote, characters.
const LONGEST_QUOTE: usize = 80;

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The first reply of people came later than the shopper was promised.
    LongWait,
    /// The shopper waited in the middle of the talk longer than the shop's reply clock.
    Silence,
    /// The agent said that they would come back and did not in time.
    Promise,
    /// The agent asked for what the shopper had given already.
    Repeat,
    /// The agent labelled the shopper's feelings.
    Feelings,
    /// The agent apologised again and again with nothing done.
    Apology,
    /// The system took the chat back from an agent who was silent or gone.
    TakenBack,
    /// The shopper gave one or two stars.
    LowStars,
}

/// What a rule has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// Which rule.
    pub rule: Rule,
    /// The place in the log of what is quoted.
    pub seq: Seq,
    /// When that was.
    pub at: Millis,
    /// Who is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// The name, as the log has it.
    pub name: String,
    /// The sentence.
    pub quote: String,
    /// How long it lasted, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lasted_ms: Option<u64>,
    /// How long it might have lasted, milliseconds of service hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_ms: Option<u64>,
    /// What was asked for once more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<SlotName>,
    /// Stars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stars: Option<u8>,
}

/// Something that was said and that something has to follow.
struct Said {
    seq: Seq,
    at: Millis,
    quote: String,
    by: Option<Who>,
}

type Who = (AgentId, String);

/// What the rules find in a talk, in the order of its log. What an agent took back was not said.
pub fn marks(events: &[Arc<Event>], shop: &Generation) -> Vec<Mark> {
    let taken_back: BTreeSet<Seq> = events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::Withdrawn { of, .. } => Some(of),
            _ => None,
        })
        .collect();
    let mut fold = Fold {
        shop,
        known: Known::default(),
        agent: None,
        with_agent: false,
        handed_off: None,
        waits: None,
        promised: None,
        apologies: 0,
        last_heard: None,
        stars: None,
        marks: Vec::new(),
    };
    for event in events.iter().filter(|event| !taken_back.contains(&event.seq)) {
        fold.step(event);
    }
    fold.end();
    fold.marks.sort_by_key(|mark| (mark.seq, mark.rule));
    fold.marks
}

struct Fold<'a> {
    shop: &'a Generation,
    known: Known,
    /// Who has the chat, or had it last.
    agent: Option<Who>,
    with_agent: bool,
    /// When people were asked for, and until when they were promised.
    handed_off: Option<(Millis, Millis)>,
    /// What the shopper said that no agent has replied to.
    waits: Option<Said>,
    /// What an agent said that wants a reply of an agent.
    promised: Option<Said>,
    /// Apologies since something was done.
    apologies: usize,
    last_heard: Option<(Seq, Millis, String)>,
    stars: Option<(Seq, Millis, u8)>,
    marks: Vec<Mark>,
}

impl Fold<'_> {
    fn step(&mut self, event: &Event) {
        let (seq, at) = (event.seq, event.at);
        if let Some(turn) = event.kind.turn() {
            self.known.decided(&turn.decision.slots, seq);
        }
        match &event.kind {
            EventKind::Received { text, .. } => self.heard(seq, at, text),
            EventKind::HandedOff { deadline, .. } => {
                (self.handed_off, self.waits) = (Some((at, *deadline)), None);
            }
            EventKind::Assigned { agent, name, .. } => {
                (self.agent, self.with_agent) = (Some((agent.clone(), name.clone())), true);
            }
            EventKind::AgentSaid { agent, name, text, .. } => {
                let who = (agent.clone(), name.clone());
                self.agent = Some(who.clone());
                self.replied(at, &who);
                self.said(seq, at, text, &who);
            }
            EventKind::Released { agent, cause, .. } => {
                (self.waits, self.with_agent) = (None, false);
                if matches!(cause, ReleaseCause::Silent | ReleaseCause::Gone) {
                    let had = self.agent.clone().filter(|(had, _)| had == agent);
                    let by = had.or_else(|| Some((agent.clone(), String::new())));
                    let (seq, at, quote) = self.last_heard.clone().unwrap_or((seq, at, String::new()));
                    self.mark(Rule::TakenBack, &Said { seq, at, quote, by });
                }
            }
            EventKind::Returned { .. } => self.left(at, true),
            EventKind::Closed { agent } => self.left(at, agent.is_some()),
            EventKind::Rated { stars } => self.stars = Some((seq, at, *stars)),
            _ => {}
        }
    }

    fn heard(&mut self, seq: Seq, at: Millis, text: &str) {
        self.known.heard(text, seq);
        self.last_heard = Some((seq, at, clipped(text, 0)));
        let owed = self.with_agent && self.handed_off.is_none() && self.waits.is_none();
        if owed && !CONDUCT.closings.are_all_of(text) {
            let (quote, by) = (clipped(text, 0), self.agent.clone());
            self.waits = Some(Said { seq, at, quote, by });
        }
    }

    /// An agent wrote: what waited for that waits no longer.
    fn replied(&mut self, at: Millis, who: &Who) {
        if let Some((since, deadline)) = self.handed_off.take()
            && at > deadline
        {
            let (seq, said_at, quote) = self.last_heard.clone().unwrap_or((0, since, String::new()));
            let by = Some(who.clone());
            let said = Said {
                seq,
                at: said_at,
                quote,
                by,
            };
            self.mark(Rule::LongWait, &said);
            self.lasted(at.since(since), deadline.since(since));
        }
        if let Some(waited) = self.waits.take() {
            self.waited(&waited, at);
        }
        if let Some(promise) = self.promised.take()
            && at > self.back_due(promise.at)
        {
            self.mark(Rule::Promise, &promise);
            self.lasted(at.since(promise.at), self.back_within_ms());
        }
    }

    /// What an agent said.
    fn said(&mut self, seq: Seq, at: Millis, text: &str, who: &Who) {
        let here = |place: usize| Said {
            seq,
            at,
            quote: clipped(text, place),
            by: Some(who.clone()),
        };
        for breach in breaches(text, &self.shop.pack.standards) {
            if breach.standard.rule == FEELINGS {
                self.mark(Rule::Feelings, &here(breach.at));
            }
        }
        for (slot, asks) in &CONDUCT.asks {
            if let Some(place) = asks.place_in(text)
                && self.known.before(*slot, seq)
            {
                self.mark(Rule::Repeat, &here(place));
                if let Some(mark) = self.marks.last_mut() {
                    mark.slot = Some(*slot);
                }
            }
        }
        let did = CONDUCT.deeds.place_in(text).is_some();
        match CONDUCT.apologies.place_in(text) {
            _ if did => self.apologies = 0,
            Some(place) => {
                self.apologies += 1;
                if self.apologies == APOLOGIES {
                    self.mark(Rule::Apology, &here(place));
                    self.apologies = 0;
                }
            }
            None => {}
        }
        let promised = CONDUCT.promises.iter().find_map(|words| words.place_in(text));
        if let Some(place) = promised.filter(|_| !did) {
            self.promised = Some(here(place));
        }
    }

    /// The chat is with no agent any more; `by_agent` says whether one has ended it.
    fn left(&mut self, at: Millis, by_agent: bool) {
        self.with_agent = false;
        self.handed_off = None;
        if let Some(waited) = self.waits.take() {
            self.waited(&waited, at);
        }
        if let Some(promise) = self.promised.take()
            && (by_agent || at > self.back_due(promise.at))
        {
            self.mark(Rule::Promise, &promise);
            self.lasted(at.since(promise.at), self.back_within_ms());
        }
    }

    fn end(&mut self) {
        if let Some((seq, at, stars)) = self.stars.filter(|(_, _, stars)| *stars <= LOW_STARS) {
            let (quote, by) = (String::new(), self.agent.clone());
            self.mark(Rule::LowStars, &Said { seq, at, quote, by });
            if let Some(mark) = self.marks.last_mut() {
                mark.stars = Some(stars);
            }
        }
    }

    fn waited(&mut self, said: &Said, until: Millis) {
        if until > self.shop.answer_due(said.at) {
            self.mark(Rule::Silence, said);
            self.lasted(until.since(said.at), self.shop.reply_ms);
        }
    }

    fn back_due(&self, promised: Millis) -> Millis {
        self.shop.pack.shop.hours.after(promised, self.back_within_ms())
    }

    fn back_within_ms(&self) -> u64 {
        self.shop.pack.back_within_ms.unwrap_or(BACK_WITHIN_MS)
    }

    fn mark(&mut self, rule: Rule, said: &Said) {
        let (agent, name) = said
            .by
            .clone()
            .map_or((None, String::new()), |(id, name)| (Some(id), name));
        self.marks.push(Mark {
            rule,
            seq: said.seq,
            at: said.at,
            agent,
            name,
            quote: said.quote.clone(),
            lasted_ms: None,
            limit_ms: None,
            slot: None,
            stars: None,
        });
    }

    /// How long what was marked last has lasted.
    fn lasted(&mut self, lasted_ms: u64, limit_ms: u64) {
        if let Some(mark) = self.marks.last_mut() {
            (mark.lasted_ms, mark.limit_ms) = (Some(lasted_ms), Some(limit_ms));
        }
    }
}

/// The sentence in which this character stands, as long as a quote may be.
fn clipped(text: &str, place: usize) -> String {
    let signs: Vec<char> = text.chars().collect();
    let ends = |sign: &char| matches!(sign, '。' | '！' | '？' | '!' | '?' | '\n');
    let place = place.min(signs.len());
    let from = signs[..place].iter().rposition(ends).map_or(0, |mark| mark + 1);
    let until = signs[place..]
        .iter()
        .position(ends)
        .map_or(signs.len(), |mark| place + mark + 1);
    let sentence = &signs[from..until];
    // A long sentence begins where the word stands.
    let skipped = if sentence.len() > LONGEST_QUOTE {
        place - from
    } else {
        0
    };
    let quote: String = sentence[skipped..].iter().take(LONGEST_QUOTE).collect();
    quote.trim().to_owned()
}
