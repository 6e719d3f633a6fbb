//! What kind of thing each clause of a message is. Only questions and requests are answered as questions.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use super::asking::{asks, plainly_asks};
use super::lexicon::entries;
use super::normalise::{Normalised, is_mark};
use super::reading::{MessageReading, StretchReading};
use super::slots::FoundSlot;
use crate::model::{Question, SignalHit, SlotName};

/// The kind of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClauseKind {
    /// Asks something.
    Question,
    /// Wants something done, or reports what somebody must do something about.
    Request,
    /// Gives data: an address, an order number, a link.
    Information,
    /// Tells what is, was or will be.
    Statement,
    /// Gives what the bot has asked for.
    Reply,
    /// Small talk.
    Social,
    /// Carries a signal that takes effect.
    Trouble,
}

impl ClauseKind {
    /// For operators.
    pub fn zh(self) -> &'static str {
        match self {
            ClauseKind::Question => "提问",
            ClauseKind::Request => "要求",
            ClauseKind::Information => "资料",
            ClauseKind::Statement => "陈述",
            ClauseKind::Reply => "回答",
            ClauseKind::Social => "寒暄",
            ClauseKind::Trouble => "情绪",
        }
    }
}

/// A clause with its kind.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ClauseReading {
    /// The clause, as the shopper wrote it.
    pub text: String,
    /// What it is.
    pub kind: ClauseKind,
    /// How sure that is, 0 to 1.
    pub confidence: f32,
    /// What it asks, as far as it does.
    pub intents: Vec<Question>,
}

impl ClauseReading {
    /// Whether it asks something that was not understood.
    pub fn is_unread(&self) -> bool {
        self.kind == ClauseKind::Question && self.intents.is_empty()
    }
}

/// Words beside a value that say what it is, or nothing.
static LABELS: LazyLock<Vec<&str>> = LazyLock::new(|| entries(include_str!("lexicon/data_labels.txt")).collect());

/// A run of digits from this length on is a number of something, whatever it is of.
const LONG_NUMBER: usize = 5;
/// What gives data may hold so many characters beside it.
const BESIDE_DATA: usize = 4;
/// Small talk this sure is social.
const SURE_SMALL_TALK: f32 = 0.6;
/// How sure the rules are where they speak.
const RULED: f32 = 0.95;

/// What is known of a message when its clauses are told apart.
pub(super) struct Clauses<'a, Named: Fn(usize, f32) -> Question> {
    /// As written.
    pub original: &'a str,
    pub normalised: &'a Normalised,
    pub reading: &'a MessageReading,
    pub found: &'a [FoundSlot],
    pub signals: &'a [SignalHit],
    /// The slot that was asked for.
    pub asked: Option<SlotName>,
    /// The confidence from which on a question is answered.
    pub answer_from: f32,
    /// Names a class.
    pub named: Named,
}

impl<Named: Fn(usize, f32) -> Question> Clauses<'_, Named> {
    /// Every clause with its kind.
    pub fn read(&self) -> Vec<ClauseReading> {
        let clauses = self.normalised.clauses.iter();
        clauses
            .map(|clause| self.read_clause(&clause.range, clause.asked))
            .collect()
    }

    fn read_clause(&self, range: &Range<usize>, marked: bool) -> ClauseReading {
        let canonical = &self.normalised.canonical;
        let chars = &canonical.chars()[range.clone()];
        let text = canonical.original(self.original, range.clone());
        let best = self.stretch(range);
        let top = best
            .and_then(|stretch| stretch.ranked.first().copied())
            .filter(|_| best.is_some_and(|best| !best.out_of_scope));
        let top = top.map(|(class, sure)| (self.named)(class, sure));
        let social = top
            .as_ref()
            .filter(|question| question.kind().is_small_talk() && question.confidence >= SURE_SMALL_TALK);
        let question = top
            .as_ref()
            .filter(|question| !question.kind().is_small_talk() && question.confidence >= self.answer_from);
        let trouble = self
            .signals
            .iter()
            .find(|signal| signal.takes_effect() && !signal.evidence.is_empty() && text.contains(&signal.evidence));
        let asking = marked || plainly_asks(&self.beside_links(range));
        let data = self.data(range);
        let (kind, confidence) = match (trouble, data) {
            (Some(signal), _) => (ClauseKind::Trouble, signal.score),
            (None, Some(data)) if !asking && data.beside <= BESIDE_DATA => {
                let kind = if data.asked {
                    ClauseKind::Reply
                } else {
                    ClauseKind::Information
                };
                (kind, RULED)
            }
            _ => match (social, question) {
                (Some(social), _) => (ClauseKind::Social, social.confidence),
                (None, Some(question)) if asking => (ClauseKind::Question, question.confidence),
                (None, Some(question)) => (ClauseKind::Request, question.confidence),
                (None, None) if asking => (ClauseKind::Question, RULED),
                (None, None) if asks(chars) => (
                    ClauseKind::Request,
                    1.0 - top.as_ref().map_or(0.5, |top| top.confidence / 2.0),
                ),
                (None, None) => (
                    ClauseKind::Statement,
                    1.0 - top.as_ref().map_or(0.0, |top| top.confidence),
                ),
            },
        };
        let intents = match kind {
            ClauseKind::Question | ClauseKind::Request | ClauseKind::Trouble => question.cloned().into_iter().collect(),
            ClauseKind::Social => social.cloned().into_iter().collect(),
            _ => Vec::new(),
        };
        ClauseReading {
            text: text.to_owned(),
            kind,
            confidence,
            intents,
        }
    }

    /// The characters of a clause without links, whose marks ask nothing.
    fn beside_links(&self, range: &Range<usize>) -> Cow<'_, [char]> {
        let (canonical, folded) = (&self.normalised.canonical, &self.normalised.folded);
        if self.found.iter().all(|slot| slot.name != SlotName::Link) {
            return Cow::Borrowed(&canonical.chars()[range.clone()]);
        }
        let links = self.found.iter().filter(|slot| slot.name == SlotName::Link);
        let links = links.map(|link| folded.span(link.range.start).start..folded.span(link.range.end - 1).end);
        let links: Vec<Range<usize>> = links.collect();
        let inside = |at: &usize| links.iter().any(|link| link.contains(&canonical.span(*at).start));
        let beside = range.clone().filter(|at| !inside(at));
        Cow::Owned(beside.map(|at| canonical.chars()[at]).collect())
    }

    /// The reading of a clause: its own, or that of the whole.
    fn stretch(&self, range: &Range<usize>) -> Option<&StretchReading> {
        let stretches = &self.reading.stretches;
        let own = stretches
            .iter()
            .skip(1)
            .find(|stretch| stretch.range.start >= range.start && stretch.range.end <= range.end);
        own.or(stretches.first())
    }

    /// The data of a clause, if it gives any.
    fn data(&self, range: &Range<usize>) -> Option<Data> {
        let canonical = &self.normalised.canonical;
        let folded = &self.normalised.folded;
        let bytes = canonical.span(range.start).start..canonical.span(range.end - 1).end;
        let inside = |at: usize| bytes.contains(&folded.span(at).start);
        let covered = |at: usize| self.found.iter().any(|slot| slot.range.contains(&at));
        let given = self.found.iter().filter(|slot| inside(slot.range.start));
        let mut data = given.clone().any(|slot| slot.name.is_data());
        let asked = given.clone().any(|slot| Some(slot.name) == self.asked);
        let (mut rest, mut digits, mut letters) = (String::new(), 0, 0);
        for at in (0..folded.len()).filter(|at| inside(*at)) {
            let character = folded.chars()[at];
            digits = if character.is_ascii_digit() { digits + 1 } else { 0 };
            data |= digits >= LONG_NUMBER;
            letters += usize::from(!is_mark(character) && !character.is_ascii_digit());
            let beside = !covered(at) && !is_mark(character) && !character.is_ascii_digit();
            rest.push(if beside { character } else { ' ' });
        }
        // Digits and nothing else are a number of something.
        if !(data || asked || letters == 0) {
            return None;
        }
        for label in LABELS.iter() {
            if rest.contains(label) {
                rest = rest.replace(label, " ");
            }
        }
        Some(Data {
            asked,
            beside: rest.chars().filter(|character| *character != ' ').count(),
        })
    }
}

/// Data in a clause.
struct Data {
    /// What was asked for is among it.
    asked: bool,
    /// How many characters stand beside it that say something else.
    beside: usize,
}
