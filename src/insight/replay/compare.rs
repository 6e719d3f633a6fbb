//! What becomes of a message under two packs, told apart and grouped.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::dialogue::turn::Outcome;
use crate::model::{DecisionKind, Question};
use crate::packs::Pack;
use crate::understanding::personal::hide_personal;

use super::RecordedTalk;

/// Samples that a group keeps.
const SAMPLES: usize = 3;
/// Other questions that are told beside a decision.
const CONSIDERED: usize = 3;
/// Less likely questions were hardly considered, 0 to 1.
const LEAST: f32 = 0.02;

/// How what is said differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was answered and is no longer.
    NoLongerAnswered,
    /// Another question is answered.
    OtherAnswer,
    /// It was not answered and is now.
    NowAnswered,
    /// Neither answers; what is asked or said instead is different.
    AsksOtherwise,
    /// The same question is answered in other words.
    Reworded,
    /// Nothing is different.
    Same,
}

impl Change {
    /// All of them, the gravest first.
    pub const ALL: [Change; 6] = [
        Change::NoLongerAnswered,
        Change::OtherAnswer,
        Change::NowAnswered,
        Change::AsksOtherwise,
        Change::Reworded,
        Change::Same,
    ];

    /// For people, in Chinese and in English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Change::NoLongerAnswered => ("不再能答", "no longer answered"),
            Change::OtherAnswer => ("换了答案", "another answer"),
            Change::NowAnswered => ("现在能答", "now answered"),
            Change::AsksOtherwise => (
                "都没答，反问或说法不同",
                "not answered either way, asked back otherwise",
            ),
            Change::Reworded => ("同一个问题，话不一样", "the same question in other words"),
            Change::Same => ("没有变化", "the same"),
        }
    }
}

/// Whether a person is brought in by one pack and not by the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum People {
    /// Only now.
    More,
    /// No longer.
    Fewer,
    /// Both or neither.
    Same,
}

/// What one pack makes of a message. Texts have personal data hidden.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Side {
    /// What is decided.
    pub decision: DecisionKind,
    /// What is answered.
    pub questions: Vec<Question>,
    /// What else was considered, best first.
    pub considered: Vec<Question>,
    /// Why a person is brought in, if one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handoff: Option<&'static str>,
    /// What the shopper is shown.
    pub says: Vec<String>,
    /// Why: stretches of the message with what they are most like.
    pub because: Vec<String>,
}

/// A message with what both packs make of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Sample {
    /// The talk.
    pub talk: String,
    /// Which message of it, from 1.
    pub turn: usize,
    /// What was said, with personal data hidden.
    pub text: String,
    /// Under the first pack.
    pub before: Side,
    /// Under the second.
    pub after: Side,
}

/// Messages that change in the same way.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Group {
    /// How.
    pub change: Change,
    /// Whether people get more or fewer chats by it.
    pub people: People,
    /// The questions that were answered, or what was decided where none was.
    pub before: String,
    /// The same under the second pack.
    pub after: String,
    /// Messages.
    pub count: usize,
    /// Talks with such a message.
    pub talks: usize,
    /// The first of them.
    pub samples: Vec<Sample>,
}

/// What is different under the second pack.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReplayReport {
    /// The packs that were compared.
    pub packs: [String; 2],
    /// Talks.
    pub talks: usize,
    /// Messages that the bot answered in them, bursts as one.
    pub messages: usize,
    /// Messages for which anything is different.
    pub changed: usize,
    /// By change: how many messages.
    pub by_change: BTreeMap<Change, usize>,
    /// Messages that go to people only now.
    pub more_people: usize,
    /// Messages that no longer go to people.
    pub fewer_people: usize,
    /// What changes, the gravest and then the commonest first.
    pub groups: Vec<Group>,
    /// The Chinese titles of questions in the groups, by id.
    pub titles: BTreeMap<String, String>,
}

/// Between the questions of one side of a group.
const JOINT: &str = " + ";

impl ReplayReport {
    /// One side of a group with the titles of its questions, for people.
    pub fn titled(&self, side: &str) -> String {
        let with_title = |id: &str| match self.titles.get(id) {
            Some(title) => format!("{title} {id}"),
            None => id.to_owned(),
        };
        side.split(JOINT).map(with_title).collect::<Vec<_>>().join(JOINT)
    }

    /// The titles of the questions of one side of a group; what has none, as a decision, by its name.
    pub fn titles_of(&self, side: &str) -> Vec<String> {
        let title = |id: &str| self.titles.get(id).cloned().unwrap_or_else(|| id.to_owned());
        side.split(JOINT).map(title).collect()
    }
}

type Key = (Change, People, String, String);

/// Counts and samples while talks are replayed.
#[derive(Default)]
pub(super) struct Tally {
    /// Talks that were replayed.
    pub(super) talks: usize,
    messages: usize,
    by_change: BTreeMap<Change, usize>,
    more: usize,
    fewer: usize,
    groups: BTreeMap<Key, Found>,
}

#[derive(Default)]
struct Found {
    count: usize,
    talks: BTreeSet<usize>,
    /// With their places, so that the first are kept whichever thread finds them.
    samples: BTreeMap<(usize, usize), Sample>,
}

impl Found {
    fn keep(&mut self, place: (usize, usize), sample: impl FnOnce() -> Sample) {
        let last = self.samples.keys().next_back().copied();
        if self.samples.len() < SAMPLES || last.is_some_and(|last| place < last) {
            self.samples.insert(place, sample());
            if self.samples.len() > SAMPLES {
                self.samples.pop_last();
            }
        }
    }
}

impl Tally {
    /// Takes what both packs make of one message. `place` is the talk's and the turn's.
    pub(super) fn add(&mut self, place: (usize, usize), talk: &RecordedTalk, was: &Outcome, will: &Outcome) {
        self.messages += 1;
        let change = change(was, will);
        let people = match (was.handoff.is_some(), will.handoff.is_some()) {
            (false, true) => People::More,
            (true, false) => People::Fewer,
            _ => People::Same,
        };
        self.more += usize::from(people == People::More);
        self.fewer += usize::from(people == People::Fewer);
        *self.by_change.entry(change).or_default() += 1;
        if change == Change::Same && people == People::Same {
            return;
        }
        let key = (change, people, named(was), named(will));
        let found = self.groups.entry(key).or_default();
        found.count += 1;
        found.talks.insert(place.0);
        found.keep(place, || Sample {
            talk: talk.id.clone(),
            turn: place.1 + 1,
            text: hide_personal(&talk.turns[place.1].join("\n")).into_owned(),
            before: side(was),
            after: side(will),
        });
    }

    pub(super) fn join(&mut self, other: Tally) {
        self.talks += other.talks;
        self.messages += other.messages;
        self.more += other.more;
        self.fewer += other.fewer;
        for (change, count) in other.by_change {
            *self.by_change.entry(change).or_default() += count;
        }
        for (key, found) in other.groups {
            let own = self.groups.entry(key).or_default();
            own.count += found.count;
            own.talks.extend(found.talks);
            for (place, sample) in found.samples {
                own.keep(place, || sample);
            }
        }
    }

    pub(super) fn report(self, packs: [&Pack; 2]) -> ReplayReport {
        let talks = self.talks;
        let mut groups: Vec<Group> = self
            .groups
            .into_iter()
            .map(|((change, people, before, after), found)| Group {
                change,
                people,
                before,
                after,
                count: found.count,
                talks: found.talks.len(),
                samples: found.samples.into_values().collect(),
            })
            .collect();
        groups.sort_by(|a, b| (a.change, b.count, &a.before, &a.after).cmp(&(b.change, a.count, &b.before, &b.after)));
        let asked: BTreeSet<&str> = groups
            .iter()
            .flat_map(|group| group.before.split(JOINT).chain(group.after.split(JOINT)))
            .collect();
        let known = packs.iter().flat_map(|pack| &pack.intents);
        let titles = known
            .filter(|intent| asked.contains(intent.id.as_str()) && !intent.title.zh.is_empty())
            .map(|intent| (intent.id.clone(), intent.title.zh.clone()))
            .collect();
        ReplayReport {
            titles,
            packs: packs.map(|pack| pack.id.as_str().to_owned()),
            talks,
            messages: self.messages,
            changed: groups.iter().map(|group| group.count).sum(),
            by_change: Change::ALL
                .into_iter()
                .map(|change| (change, self.by_change.get(&change).copied().unwrap_or(0)))
                .collect(),
            more_people: self.more,
            fewer_people: self.fewer,
            groups,
        }
    }
}

/// Whether a question is answered, or asked on for what its answer needs.
fn answers(outcome: &Outcome) -> bool {
    matches!(outcome.decision.kind, DecisionKind::Answer | DecisionKind::AskSlot)
}

fn change(was: &Outcome, will: &Outcome) -> Change {
    let ids = |outcome: &Outcome| -> Vec<String> {
        outcome
            .decision
            .intents
            .iter()
            .map(|question| question.id.clone())
            .collect()
    };
    match (answers(was), answers(will)) {
        (true, false) => Change::NoLongerAnswered,
        (false, true) => Change::NowAnswered,
        (true, true) if ids(was) != ids(will) => Change::OtherAnswer,
        _ if was.says() == will.says() && was.decision.kind == will.decision.kind => Change::Same,
        (true, true) => Change::Reworded,
        // The same is said in another order, or by another phrase.
        (false, false)
            if was.decision.kind == will.decision.kind && ids(was) == ids(will) && was.choices() == will.choices() =>
        {
            Change::Reworded
        }
        (false, false) => Change::AsksOtherwise,
    }
}

/// What is answered, or what is decided instead.
fn named(outcome: &Outcome) -> String {
    let ids: Vec<&str> = outcome
        .decision
        .intents
        .iter()
        .map(|question| question.id.as_str())
        .collect();
    match answers(outcome) && !ids.is_empty() {
        true => ids.join(JOINT),
        false => outcome.decision.kind.name().to_owned(),
    }
}

fn side(outcome: &Outcome) -> Side {
    let decision = &outcome.decision;
    let answered = |id: &str| decision.intents.iter().any(|question| question.id == id);
    let others = decision.alternatives.iter().chain(&outcome.understanding.candidates);
    let mut considered: Vec<Question> = Vec::new();
    for other in others.filter(|other| other.confidence >= LEAST && !answered(&other.id)) {
        if !considered.iter().any(|known| known.id == other.id) {
            considered.push(other.clone());
        }
    }
    considered.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    considered.truncate(CONSIDERED);
    Side {
        decision: decision.kind,
        questions: decision.intents.clone(),
        considered,
        handoff: outcome.handoff.map(|(reason, _)| reason.name()),
        says: outcome
            .says()
            .into_iter()
            .map(|said| hide_personal(said).into_owned())
            .collect(),
        because: because(outcome),
    }
}

/// Each stretch that was read with what speaks for its best question, in Chinese with the field's words.
fn because(outcome: &Outcome) -> Vec<String> {
    let mut because = Vec::new();
    for stretch in &outcome.understanding.explanation {
        let Some(best) = stretch.ranked.first() else { continue };
        let reason = &stretch.reason;
        let mut text = format!(
            "“{}” → {} {:.2}",
            hide_personal(&stretch.text),
            best.id,
            best.confidence
        );
        if reason.exact {
            text.push_str("，例句原文 exact");
        } else if let Some((example, near)) = &reason.nearest {
            text.push_str(&format!("，最像 nearest “{example}” {near:.2}"));
        }
        if let Some(pattern) = &reason.pattern {
            text.push_str(&format!("，句式 pattern {pattern}"));
        }
        because.push(text);
    }
    for signal in outcome.decision.signals.iter().filter(|signal| signal.takes_effect()) {
        because.push(format!(
            "信号 signal {} {:.2} “{}”",
            signal.id,
            signal.score,
            hide_personal(&signal.evidence)
        ));
    }
    because
}
