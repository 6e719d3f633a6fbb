//! Messages of shoppers that were not answered well, as the log of a talk tells it. Pure; what a person answers is not
//! looked at, and what the log cannot tell is left out: that a person was called for nothing, for example.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use crate::model::{
    ClientMessageId, Decision, DecisionKind, Event, EventKind, HandoffReason, Millis, Owner, PackId, Question, Turn,
};

/// Why a message was not answered well; of several the first one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The bot had asked for something, and did not understand what came.
    ReplyLost,
    /// The bot did not understand it.
    NotUnderstood,
    /// The bot asked back, and what it offered was not taken.
    Abandoned,
    /// It was answered, and the shopper was angry or complained with the next message.
    Angered,
    /// It was the last that was answered before one or two stars, and no person had the talk.
    LowStars,
    /// It was answered, and a person was asked for next.
    AskedPerson,
    /// It was answered, and the same was asked again, with nothing new in it.
    AskedAgain,
}

impl Why {
    /// All of them, in the order in which they count.
    pub const ALL: [Why; 7] = [
        Why::ReplyLost,
        Why::NotUnderstood,
        Why::Abandoned,
        Why::Angered,
        Why::LowStars,
        Why::AskedPerson,
        Why::AskedAgain,
    ];

    /// Whether the bot had something to say to it.
    pub fn was_answered(self) -> bool {
        self >= Why::Angered
    }
}

/// A message that was not answered well.
#[derive(Clone, Debug, PartialEq)]
pub struct Missed {
    /// As it was written.
    pub text: String,
    /// When it was stored.
    pub at: Millis,
    /// Why.
    pub why: Why,
    /// What was said in reply.
    pub said: String,
    /// The question that was answered or offered first, where there was one.
    pub question: Option<String>,
    /// The pack that it was decided with, where the log tells.
    pub pack: Option<PackId>,
}

/// Stars that say that the talk was bad, and fewer.
const FEW_STARS: u8 = 2;
/// So many of the shopper's next turns are looked at for the same question.
const AGAIN_WITHIN: usize = 2;
/// A shopper who has been silent for so long since the bot asked back will not choose any more, milliseconds.
const WAITED_MS: u64 = 10 * 60_000;
/// Signals that begin so say that the shopper is cross.
const CROSS: [&str; 3] = ["emotion.", "complaint.", "threat."];

/// What happened in a talk, in order.
enum Step<'a> {
    /// The bot took a turn.
    Bot(BotTurn<'a>),
    /// The shopper pressed the button for a person.
    Button,
    /// An agent has the talk.
    Agent,
    /// The talk ended.
    End,
    /// The shopper rated it.
    Stars(u8),
}

struct BotTurn<'a> {
    /// What was read, with its times.
    read: Vec<(&'a str, Millis)>,
    decision: &'a Decision,
    pack: Option<&'a PackId>,
    said: &'a str,
    /// Why it brought in a person, if it did.
    handoff: Option<HandoffReason>,
    /// The questions on the buttons.
    offered: Vec<&'a str>,
    at: Millis,
}

/// The messages of one talk that were stored within the span and not answered well. `events` are in order; they may
/// begin in the middle of the talk. `until` is the time up to which they are known.
pub fn missed(events: &[Arc<Event>], span: &Range<Millis>, until: Millis) -> Vec<Missed> {
    let steps = steps(events);
    let mut found = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let Step::Bot(turn) = step else { continue };
        let Some(why) = judge(turn, &steps[..at], &steps[at + 1..], until) else {
            continue;
        };
        let asked = turn.questions().next().map(|question| question.id.as_str());
        let question = asked.or(turn.offered.first().copied()).map(str::to_owned);
        found.extend(
            turn.read
                .iter()
                .filter(|(_, at)| span.contains(at))
                .map(|(text, at)| Missed {
                    text: (*text).to_owned(),
                    at: *at,
                    why,
                    said: turn.said.to_owned(),
                    question: question.clone(),
                    pack: turn.pack.cloned(),
                }),
        );
    }
    found
}

fn steps(events: &[Arc<Event>]) -> Vec<Step<'_>> {
    let mut received: HashMap<&ClientMessageId, (&str, Millis)> = HashMap::new();
    let mut steps = Vec::new();
    for event in events {
        let read = |turn: &Turn| -> Vec<(&str, Millis)> {
            turn.reply_to
                .iter()
                .filter_map(|id| received.get(id).copied())
                .collect()
        };
        match &event.kind {
            EventKind::Received { id, text, .. } => {
                received.insert(id, (text, event.at));
            }
            EventKind::Answered { turn, text, choices } => steps.push(Step::Bot(BotTurn {
                read: read(turn),
                decision: &turn.decision,
                pack: turn.pack.as_ref(),
                said: text,
                handoff: None,
                offered: choices.iter().map(|choice| choice.intent.as_str()).collect(),
                at: event.at,
            })),
            EventKind::HandedOff {
                turn: Some(turn),
                reason,
                text,
                ..
            } => steps.push(Step::Bot(BotTurn {
                read: read(turn),
                decision: &turn.decision,
                pack: turn.pack.as_ref(),
                said: text,
                handoff: Some(*reason),
                offered: Vec::new(),
                at: event.at,
            })),
            EventKind::HandedOff { turn: None, reason, .. } => match steps.last_mut() {
                // The turn that answered has also brought in a person.
                Some(Step::Bot(turn)) if turn.at == event.at => turn.handoff = Some(*reason),
                _ if *reason == HandoffReason::Asked => steps.push(Step::Button),
                _ => {}
            },
            EventKind::Assigned { .. } | EventKind::AgentSaid { .. } => steps.push(Step::Agent),
            EventKind::Closed { .. } => steps.push(Step::End),
            EventKind::Rated { stars } => steps.push(Step::Stars(*stars)),
            other => {
                if matches!(other.new_owner(), Some(Owner::Agent { .. })) {
                    steps.push(Step::Agent);
                }
            }
        }
    }
    steps
}

impl BotTurn<'_> {
    /// What it was about, small talk aside.
    fn questions(&self) -> impl Iterator<Item = &Question> {
        self.decision
            .intents
            .iter()
            .filter(|question| !question.kind().is_small_talk())
    }

    fn is_about(&self, other: &BotTurn<'_>) -> bool {
        self.questions()
            .any(|question| other.questions().any(|asked| asked.id == question.id))
    }

    /// The bot did not understand, and said so, or gave up.
    fn is_lost(&self) -> bool {
        self.decision.kind == DecisionKind::Unknown || self.handoff == Some(HandoffReason::Misses)
    }

    fn is_cross(&self) -> bool {
        let signals = &self.decision.signals;
        let cross = |id: &str| CROSS.iter().any(|kind| id.starts_with(kind));
        signals.iter().any(|signal| signal.takes_effect() && cross(&signal.id))
    }
}

/// Why what the bot said in this turn did not do, if it did not.
fn judge(turn: &BotTurn<'_>, before: &[Step<'_>], after: &[Step<'_>], until: Millis) -> Option<Why> {
    if turn.is_lost() {
        let asked = before.iter().rev().find_map(|step| match step {
            Step::Bot(earlier) => Some(earlier.decision.asked.is_some()),
            Step::Agent | Step::Button => Some(false),
            Step::End | Step::Stars(_) => None,
        });
        return Some(match asked {
            Some(true) => Why::ReplyLost,
            _ => Why::NotUnderstood,
        });
    }
    if turn.handoff.is_some() {
        return None;
    }
    let next = after.iter().find(|step| !matches!(step, Step::Stars(_) | Step::End));
    match turn.decision.kind {
        DecisionKind::Clarify => match next {
            Some(Step::Button) => Some(Why::AskedPerson),
            Some(Step::Bot(next)) if next.questions().any(|asked| turn.offered.contains(&asked.id.as_str())) => None,
            Some(Step::Bot(next)) if next.handoff == Some(HandoffReason::Asked) => Some(Why::AskedPerson),
            Some(Step::Agent) => None,
            Some(_) => Some(Why::Abandoned),
            None => (until.since(turn.at) >= WAITED_MS).then_some(Why::Abandoned),
        },
        DecisionKind::AskSlot => match next {
            Some(Step::Button) => Some(Why::AskedPerson),
            None if until.since(turn.at) >= WAITED_MS => Some(Why::Abandoned),
            _ => None,
        },
        DecisionKind::Answer => answered(turn, next, after),
        DecisionKind::Unknown | DecisionKind::Acknowledge | DecisionKind::Handoff => None,
    }
}

/// Why an answer did not do, as what came after it tells.
fn answered(turn: &BotTurn<'_>, next: Option<&Step<'_>>, after: &[Step<'_>]) -> Option<Why> {
    turn.questions().next()?;
    if let Some(Step::Bot(next)) = next
        && !turn.is_cross()
        && (next.is_cross() || matches!(next.handoff, Some(HandoffReason::Signal | HandoffReason::Ledger)))
    {
        return Some(Why::Angered);
    }
    let turns = || {
        after.iter().map_while(|step| match step {
            Step::Bot(turn) => Some(turn),
            _ => None,
        })
    };
    let is_last = !turns().any(|later| later.questions().next().is_some());
    let alone = || !after.iter().any(|step| matches!(step, Step::Agent | Step::Button));
    let few = after
        .iter()
        .any(|step| matches!(step, Step::Stars(stars) if *stars <= FEW_STARS));
    if few && is_last && alone() {
        return Some(Why::LowStars);
    }
    match next {
        Some(Step::Button) => return Some(Why::AskedPerson),
        Some(Step::Bot(next)) if next.handoff == Some(HandoffReason::Asked) => return Some(Why::AskedPerson),
        _ => {}
    }
    // Another province or another size is another question.
    let again = |later: &BotTurn<'_>| later.is_about(turn) && later.decision.slots == turn.decision.slots;
    turns().take(AGAIN_WITHIN).any(again).then_some(Why::AskedAgain)
}

#[cfg(test)]
mod tests;
