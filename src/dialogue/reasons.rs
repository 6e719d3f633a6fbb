//! When a turn must go to a person.

use crate::model::{Decision, DecisionKind, HandoffReason, IntentKind, Lane, Question, SignalHit};
use crate::packs::HandoffRule;

use super::ledger::{HAND_OFF_AT, Ledger};
use super::{Generation, State};

/// The turn that is not understood after so many like it goes to a person.
const MISSES: u32 = 2;

/// The most pressing lane of the signals that take effect.
pub(super) fn lane_of(generation: &Generation, signals: &[SignalHit]) -> Option<Lane> {
    let sources = &generation.pack.signals;
    signals
        .iter()
        .filter(|signal| signal.takes_effect())
        .filter_map(|signal| sources.iter().find(|source| source.id == signal.id)?.lane)
        .min()
}

/// Whether this turn must go to a person, why, and how pressing it is. Signals come before everything else; `collected` is
/// set when what a person needs for a question is there.
pub(super) fn reason_for_a_person(
    state: &State,
    generation: &Generation,
    decision: &Decision,
    ledger: &Ledger,
    collected: bool,
) -> Option<(HandoffReason, Lane)> {
    if let Some(lane) = lane_of(generation, &decision.signals) {
        return Some((HandoffReason::Signal, lane));
    }
    if decision
        .intents
        .iter()
        .any(|question| question.kind() == IntentKind::AskForPerson)
    {
        return Some((HandoffReason::Asked, Lane::Normal));
    }
    let missed = matches!(decision.kind, DecisionKind::Unknown | DecisionKind::Clarify);
    if missed && state.memory.misses_in_a_row >= MISSES {
        return Some((HandoffReason::Misses, Lane::Normal));
    }
    if ledger.level >= HAND_OFF_AT {
        return Some((HandoffReason::Ledger, Lane::High));
    }
    let always = |question: &Question| {
        generation
            .pack
            .intent(&question.id)
            .is_some_and(|it| it.handoff == HandoffRule::Always)
    };
    let wanted = collected || decision.intents.iter().any(always);
    wanted.then_some((HandoffReason::Intent, Lane::Normal))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::tiny;

    /// Everything that can bring in a person at once; each test takes away what comes first.
    struct Trouble {
        signal: Option<(&'static str, f32)>,
        questions: Vec<&'static str>,
        misses: u32,
        level: f32,
    }

    fn reason(trouble: &Trouble) -> Option<(HandoffReason, Lane)> {
        let mut state = State::default();
        state.memory_mut().misses_in_a_row = trouble.misses;
        let mut decision = tiny::decision(DecisionKind::Unknown, &trouble.questions);
        let signal = trouble.signal.map(|(id, score)| tiny::signal(id, score));
        decision.signals.extend(signal);
        let ledger = Ledger {
            level: trouble.level,
            ..Ledger::default()
        };
        reason_for_a_person(&state, &tiny::generation(), &decision, &ledger, false)
    }

    #[test]
    fn signals_come_first_then_the_wish_then_misses_then_the_ledger_then_the_file() {
        let mut trouble = Trouble {
            signal: Some(("emotion.anger", 0.5)),
            questions: vec!["service.human", "aftersale.refund"],
            misses: 2,
            level: 1.0,
        };
        assert_eq!(reason(&trouble), Some((HandoffReason::Signal, Lane::High)));
        trouble.signal = Some(("emotion.anger", 0.49));
        assert_eq!(reason(&trouble), Some((HandoffReason::Asked, Lane::Normal)));
        trouble.questions.remove(0);
        assert_eq!(reason(&trouble), Some((HandoffReason::Misses, Lane::Normal)));
        trouble.misses = 1;
        assert_eq!(reason(&trouble), Some((HandoffReason::Ledger, Lane::High)));
        trouble.level = 0.99;
        assert_eq!(reason(&trouble), Some((HandoffReason::Intent, Lane::Normal)));
        trouble.questions = vec!["shipping.time", "price.coupon"];
        assert_eq!(reason(&trouble), None);
    }

    #[test]
    fn a_signal_without_a_lane_brings_in_nobody_and_the_most_pressing_lane_wins() {
        let mut decision = tiny::decision(DecisionKind::Answer, &["shipping.time"]);
        decision.signals.push(tiny::signal("emotion.worry", 0.9));
        let (state, generation, calm) = (State::default(), tiny::generation(), Ledger::default());
        assert_eq!(reason_for_a_person(&state, &generation, &decision, &calm, false), None);
        decision.signals.push(tiny::signal("emotion.anger", 0.9));
        decision.signals.push(tiny::signal("safety.harm", 0.6));
        assert_eq!(
            reason_for_a_person(&state, &generation, &decision, &calm, false),
            Some((HandoffReason::Signal, Lane::Safety))
        );
    }
}
