//! What a talk is about: how strongly each question was read in it so far.

use crate::model::Decision;

/// How much of a question's strength is left a turn later.
const FADING: f32 = 0.7;
/// What is weaker is forgotten.
const FAINT: f32 = 0.02;

/// The matters of a talk: questions with their strengths, 0 to 1. What was read and not sure enough to be answered counts,
/// too: two weak readings of one matter are a strong one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matters {
    /// In the order of their ids. A talk is about few, and a tree would hold room for eleven.
    strengths: Vec<(String, f32)>,
}

impl Matters {
    /// The bot took a turn and decided this.
    pub fn turn_taken(&mut self, decision: &Decision) {
        self.strengths.iter_mut().for_each(|(_, strength)| *strength *= FADING);
        let (considered, answered) = (decision.alternatives.iter(), decision.intents.iter());
        for question in considered.filter(|question| !question.kind().is_small_talk()) {
            let strength = self.strength_mut(&question.id);
            *strength = (*strength + question.confidence).min(1.0);
        }
        for question in answered.filter(|question| !question.kind().is_small_talk()) {
            let strength = self.strength_mut(&question.id);
            *strength = strength.max(question.confidence);
        }
        self.strengths.retain(|(_, strength)| *strength >= FAINT);
    }

    /// The strength of a question, 0 where it was not read yet.
    fn strength_mut(&mut self, id: &str) -> &mut f32 {
        let place = self.strengths.binary_search_by(|(known, _)| known.as_str().cmp(id));
        let at = place.unwrap_or_else(|at| {
            self.strengths.insert(at, (id.to_owned(), 0.0));
            at
        });
        &mut self.strengths[at].1
    }

    /// The talk is about these no longer.
    pub fn taken_back(&mut self, withdrawn: &[String]) {
        self.strengths.retain(|(id, _)| !withdrawn.contains(id));
    }

    /// The strength of each question that was read in the talk, in the order of their ids.
    pub fn strengths(&self) -> &[(String, f32)] {
        &self.strengths
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::tiny::{decision, question};
    use crate::model::DecisionKind;

    fn strength(matters: &Matters, id: &str) -> f32 {
        let found = matters.strengths().iter().find(|(known, _)| known == id);
        found.map_or(0.0, |(_, strength)| *strength)
    }

    #[test]
    fn what_was_said_last_counts_most_and_what_is_long_past_is_forgotten() {
        let mut matters = Matters::default();
        matters.turn_taken(&decision(DecisionKind::Answer, &["shipping.time"]));
        let at_first = strength(&matters, "shipping.time");
        matters.turn_taken(&decision(DecisionKind::Answer, &["size.fit", "chat.thanks"]));
        assert!(strength(&matters, "size.fit") > strength(&matters, "shipping.time"));
        assert_eq!(strength(&matters, "shipping.time"), at_first * FADING);
        assert_eq!(strength(&matters, "chat.thanks"), 0.0);
        for _ in 0..12 {
            matters.turn_taken(&decision(DecisionKind::Unknown, &[]));
        }
        assert_eq!(matters, Matters::default());
    }

    #[test]
    fn two_weak_readings_of_a_matter_are_a_strong_one() {
        let mut unsure = decision(DecisionKind::Unknown, &[]);
        unsure.alternatives.push(question("refund.time", 0.4));
        let mut matters = Matters::default();
        matters.turn_taken(&unsure);
        assert_eq!(strength(&matters, "refund.time"), 0.4);
        matters.turn_taken(&unsure);
        assert!(strength(&matters, "refund.time") > 0.6);
        for _ in 0..9 {
            matters.turn_taken(&unsure);
        }
        assert_eq!(strength(&matters, "refund.time"), 1.0);
    }
}
