//! Figures of a pack on labelled talks: what becomes of every message of a shopper, in its place in the talk.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{DecisionKind, HandoffReason, IntentKind, Question};

/// A labelled talk, one JSON object a line of a file.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct LabelledTalk {
    /// Its name, for messages.
    pub id: String,
    /// What was said, in order.
    pub turns: Vec<LabelledTurn>,
}

/// What somebody said.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct LabelledTurn {
    /// Who.
    pub who: Who,
    /// What.
    pub text: String,
    /// What it is, for turns of the shopper.
    #[serde(flatten)]
    pub label: Label,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The shopper.
    Shopper,
    /// Whoever answered.
    Agent,
}

/// What a turn of the shopper is.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Label {
    /// What is asked, best first; small talk only where there is nothing else.
    pub questions: Vec<String>,
    /// What would serve the shopper as well.
    pub also: Vec<String>,
    /// Blame, anger, threat, danger.
    pub signals: Vec<String>,
    /// Signals that readers disagree about: neither missed nor needless.
    pub faint: Vec<String>,
    /// Whether a person must be called now.
    pub handoff: Need,
    /// Why, where it must: `asked`, `signal`, `stuck`, `lookup`.
    pub why: Option<String>,
    /// Types of data given: `address`, `order` …
    pub data: Vec<String>,
}

/// Whether a person is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Needless.
    No,
    /// Either is fine.
    #[default]
    May,
    /// Needed.
    Yes,
}

/// A shopper's turn with what became of it.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What it is.
    pub label: Label,
    /// What it says.
    pub text: String,
    /// What was decided.
    pub decision: DecisionKind,
    /// What is answered.
    pub intents: Vec<Question>,
    /// Why a person was called, if one was.
    pub handoff: Option<HandoffReason>,
}

impl Judged {
    fn accepts(&self, id: &str) -> bool {
        self.label
            .questions
            .iter()
            .chain(&self.label.also)
            .any(|known| known == id)
    }

    fn asks_about_the_shop(&self) -> bool {
        let mut questions = self.label.questions.iter();
        questions.any(|id| !IntentKind::by_id(id).is_small_talk())
    }

    /// Answered with something other than small talk.
    fn answered(&self) -> bool {
        let answers = matches!(self.decision, DecisionKind::Answer | DecisionKind::AskSlot);
        answers && self.intents.iter().any(|question| !question.kind().is_small_talk())
    }

    fn right(&self) -> bool {
        self.intents.iter().any(|question| self.accepts(&question.id))
    }

    /// A short sign where nothing is asked.
    fn acknowledged(&self) -> bool {
        let small_talk = self.intents.iter().all(|question| question.kind().is_small_talk());
        let sign = self.decision == DecisionKind::Acknowledge || self.decision == DecisionKind::Answer && small_talk;
        !self.asks_about_the_shop() && sign
    }

    fn handed_on_rightly(&self) -> bool {
        self.handoff.is_some() && (self.label.handoff != Need::No || self.right())
    }

    fn blames(&self) -> bool {
        self.label.signals.iter().any(|id| id != "emotion.anxiety")
    }
}

/// The figures. Shares are 0 to 1; absent where there is nothing to count.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TalksReport {
    /// Talks.
    pub talks: usize,
    /// The shoppers' turns.
    pub turns: usize,
    /// Turns that are answered with something other than small talk.
    pub answered: usize,
    /// Wrong ones among these.
    pub wrong_among_answered: Option<f64>,
    /// Wrong ones among answers that say they are 0.8 to 0.9 sure.
    pub wrong_where_fairly_sure: Option<f64>,
    /// Turns that are answered rightly, acknowledged where nothing is asked, or handed on where that may be or was asked for.
    pub handled: Option<f64>,
    /// Turns that ask about the shop.
    pub questions: usize,
    /// Of these, answered with what is asked.
    pub questions_answered: Option<f64>,
    /// Turns in which nothing is asked that the pack knows, answered all the same.
    pub others_answered: Option<f64>,
    /// Turns with blame, anger, threat or danger, handed off.
    pub blame_handed_off: Option<f64>,
    /// Handoffs by a signal where nobody hears one, in a thousand turns.
    pub needless_per_1000: Option<f64>,
    /// Turns with data given because it was asked for or needed, not answered as if they were something else.
    pub data_taken: Option<f64>,
    /// Talks that are stuck, in which a person was called by the turn after at the latest.
    pub stuck_reach_a_person: Option<f64>,
    /// By question: how often it was asked and how often answered rightly.
    pub by_question: BTreeMap<String, (usize, usize)>,
    /// The commonest wrong answers: what it should be, what was answered, how often, one of the texts.
    pub mistakes: Vec<(String, String, usize, String)>,
}

/// Sums up judged talks.
pub fn report(talks: &[Vec<Judged>]) -> TalksReport {
    let turns: Vec<&Judged> = talks.iter().flatten().collect();
    let share = |part: &dyn Fn(&Judged) -> bool, of: &dyn Fn(&Judged) -> bool| {
        let of: Vec<&&Judged> = turns.iter().filter(|turn| of(turn)).collect();
        let part = of.iter().filter(|turn| part(turn)).count();
        (!of.is_empty()).then(|| part as f64 / of.len() as f64)
    };
    let fairly_sure = |turn: &Judged| {
        let best = turn.intents.first().map_or(0.0, |question| question.confidence);
        turn.answered() && (0.8..0.9).contains(&best)
    };
    let needless = turns
        .iter()
        .filter(|turn| turn.handoff == Some(HandoffReason::Signal))
        .filter(|turn| turn.label.signals.is_empty() && turn.label.faint.is_empty());
    let mut by_question: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut mistakes: BTreeMap<(String, String), (usize, String)> = BTreeMap::new();
    for turn in &turns {
        let asked = turn.label.questions.first();
        if let Some(id) = asked {
            let count = by_question.entry(id.clone()).or_default();
            count.0 += 1;
            count.1 += usize::from(turn.right());
        }
        if turn.answered() && !turn.right() {
            let said = turn.intents.iter().find(|question| !question.kind().is_small_talk());
            let said = said.map_or_else(String::new, |question| question.id.clone());
            let label = asked.map_or("none", String::as_str).to_owned();
            let count = mistakes.entry((label, said)).or_insert((0, turn.text.clone()));
            count.0 += 1;
        }
    }
    let mut mistakes: Vec<_> = mistakes
        .into_iter()
        .map(|((label, said), (count, text))| (label, said, count, text))
        .collect();
    mistakes.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.cmp(b)));
    let all = |_: &Judged| true;
    TalksReport {
        talks: talks.len(),
        turns: turns.len(),
        answered: turns.iter().filter(|turn| turn.answered()).count(),
        wrong_among_answered: share(&|turn| !turn.right(), &Judged::answered),
        wrong_where_fairly_sure: share(&|turn| !turn.right(), &fairly_sure),
        handled: share(
            &|turn| (turn.answered() && turn.right()) || turn.acknowledged() || turn.handed_on_rightly(),
            &all,
        ),
        questions: turns.iter().filter(|turn| turn.asks_about_the_shop()).count(),
        questions_answered: share(&Judged::right, &Judged::asks_about_the_shop),
        others_answered: share(&|turn| turn.answered() && !turn.right(), &|turn| {
            !turn.asks_about_the_shop()
        }),
        blame_handed_off: share(&|turn| turn.handoff.is_some(), &Judged::blames),
        needless_per_1000: (!turns.is_empty()).then(|| needless.count() as f64 * 1_000.0 / turns.len() as f64),
        data_taken: share(&|turn| !turn.answered() || turn.right(), &|turn| {
            !turn.label.data.is_empty()
        }),
        stuck_reach_a_person: stuck(talks),
        by_question,
        mistakes,
    }
}

fn stuck(talks: &[Vec<Judged>]) -> Option<f64> {
    let is_stuck = |turn: &Judged| turn.label.why.as_deref() == Some("stuck");
    let reached: Vec<bool> = talks
        .iter()
        .filter_map(|talk| {
            let at = talk.iter().position(is_stuck)?;
            Some(talk.iter().take(at + 2).any(|turn| turn.handoff.is_some()))
        })
        .collect();
    let count = reached.iter().filter(|reached| **reached).count();
    (!reached.is_empty()).then(|| count as f64 / reached.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(asked: &[&str], said: &[&str], decision: DecisionKind) -> Judged {
        let said = said.iter().map(|id| Question::new(id, 0.85, IntentKind::by_id(id)));
        Judged {
            label: Label {
                questions: asked.iter().map(|id| (*id).to_owned()).collect(),
                ..Label::default()
            },
            text: String::new(),
            decision,
            intents: said.collect(),
            handoff: None,
        }
    }

    #[test]
    fn answers_are_held_against_what_was_asked_and_what_serves_as_well() {
        let right = turn(&["shipping.time"], &["shipping.time"], DecisionKind::Answer);
        let wrong = turn(&["shipping.time"], &["refund.time"], DecisionKind::Answer);
        let mut near = turn(&[], &["shipping.track"], DecisionKind::Answer);
        near.label.also.push("shipping.track".to_owned());
        let statement = turn(&[], &["refund.time"], DecisionKind::Answer);
        let silent = turn(&["shipping.time"], &[], DecisionKind::Unknown);
        let swallowed = turn(&["shipping.time"], &["chat.greeting"], DecisionKind::Answer);
        let noted = turn(&[], &["chat.acknowledge"], DecisionKind::Answer);
        let figures = report(&[vec![right, wrong, near, statement, silent, swallowed, noted]]);
        assert_eq!((figures.turns, figures.answered, figures.questions), (7, 4, 4));
        assert_eq!(figures.wrong_among_answered, Some(0.5));
        assert_eq!(figures.questions_answered, Some(0.25));
        assert_eq!(figures.others_answered, Some(1.0 / 3.0));
        assert_eq!(figures.handled, Some(3.0 / 7.0));
        assert_eq!(figures.by_question["shipping.time"], (4, 1));
    }

    #[test]
    fn a_person_in_time_is_one_by_the_turn_after_the_stuck_one() {
        let mut stuck = turn(&["shipping.track"], &[], DecisionKind::Unknown);
        stuck.label.why = Some("stuck".to_owned());
        let mut called = turn(&[], &[], DecisionKind::Handoff);
        called.handoff = Some(HandoffReason::Misses);
        let calm = turn(&[], &[], DecisionKind::Unknown);
        let in_time = vec![stuck.clone(), called.clone()];
        let late = vec![stuck, calm, called];
        assert_eq!(report(&[in_time, late]).stuck_reach_a_person, Some(0.5));
    }

    #[test]
    fn a_handoff_by_a_signal_that_nobody_hears_is_needless() {
        let mut needless = turn(&[], &[], DecisionKind::Handoff);
        needless.handoff = Some(HandoffReason::Signal);
        let mut faint = needless.clone();
        faint.label.faint.push("emotion.anger".to_owned());
        let mut meant = needless.clone();
        meant.label.signals.push("emotion.anger".to_owned());
        let figures = report(&[vec![needless, faint, meant]]);
        assert_eq!(figures.needless_per_1000, Some(1_000.0 / 3.0));
        assert_eq!(figures.blame_handed_off, Some(1.0));
        assert_eq!(report(&[]).handled, None);
    }
}
