//! Reads a message: as a whole, clause by clause, and in halves where a clause without a mark asks two things.

use std::ops::Range;

use super::asking::may_begin_another;
use super::choosing::{Candidate, Chooser, SURE_HALF, Segment};
use super::normalise::{Clause, Normalised, is_mark};
use super::question_index::QuestionIndex;
use super::reading::{MessageReading, StretchReading, considered};

/// Clauses that are read singly; what comes after is read with the whole only.
const MOST_CLAUSES: usize = 8;

/// Cuts without a mark that are tried in a clause.
const MOST_CUTS: usize = 4;

impl QuestionIndex {
    /// Reads a message by itself.
    pub fn read(&self, normalised: &Normalised) -> MessageReading {
        let chars = normalised.canonical.chars();
        let whole = self.read_stretch(chars, 0..chars.len());
        let mut message = MessageReading::default();
        let clauses = &normalised.clauses[..normalised.clauses.len().min(MOST_CLAUSES)];
        let mut parts = self.segments(clauses, chars);
        if parts.is_empty() {
            parts = self.two_in_one(&whole, chars);
        }
        message.questions = if parts.is_empty() {
            whole
                .ranked
                .first()
                .copied()
                .filter(|_| !whole.out_of_scope)
                .into_iter()
                .collect()
        } else {
            self.chooser().choose(&whole, &parts, chars)
        };
        message.stretches.push(whole);
        message.stretches.extend(parts.into_iter().map(|part| part.reading));
        message.alternatives = considered(&message.questions, &message.stretches);
        message
    }

    /// What a message of several clauses may ask, with the evidence for each; empty where it has but one. What the
    /// coefficients are fitted to.
    pub fn candidates(&self, normalised: &Normalised) -> Vec<Candidate> {
        let chars = normalised.canonical.chars();
        let whole = self.read_stretch(chars, 0..chars.len());
        let clauses = &normalised.clauses[..normalised.clauses.len().min(MOST_CLAUSES)];
        let segments = self.segments(clauses, chars);
        self.chooser().candidates(&whole, &segments, chars)
    }

    fn chooser(&self) -> Chooser<impl Fn(usize) -> bool> {
        Chooser {
            is_small_talk: |class| self.is_small_talk(class),
        }
    }

    /// The clauses of a message, read singly; none when there is but one.
    fn segments(&self, clauses: &[Clause], chars: &[char]) -> Vec<Segment> {
        let mut segments = Vec::new();
        for clause in clauses.iter().filter(|_| clauses.len() > 1) {
            match self.halves(clause.range.clone(), clause.asked, chars) {
                Some(halves) => segments.extend(halves),
                None => segments.push(Segment {
                    reading: self.read_stretch(chars, clause.range.clone()),
                    asked: clause.asked,
                    unmarked: false,
                }),
            }
        }
        segments
    }

    /// The halves of a message of one clause, where they plainly ask two things.
    fn two_in_one(&self, whole: &StretchReading, chars: &[char]) -> Vec<Segment> {
        self.halves(0..chars.len(), false, chars)
            .filter(|halves| self.chooser().own_questions(whole, halves, chars).len() > 1)
            .map_or(Vec::new(), Vec::from)
    }

    /// The two questions of a clause that no mark parts, where both halves are sure of different ones.
    fn halves(&self, clause: Range<usize>, asked: bool, chars: &[char]) -> Option<[Segment; 2]> {
        let mut best: Option<(f32, [Segment; 2])> = None;
        for cut in may_begin_another(&chars[clause.clone()]).into_iter().take(MOST_CUTS) {
            let cut = clause.start + cut;
            let end = (clause.start..cut)
                .rfind(|at| !is_mark(chars[*at]))
                .map_or(cut, |last| last + 1);
            let surely = |reading: &StretchReading| {
                let best = reading.ranked.first().copied();
                best.filter(|(class, sure)| *sure > SURE_HALF && !self.is_small_talk(*class))
            };
            // Where one half says nothing the other need not be read.
            let left = self.read_stretch(chars, clause.start..end);
            let Some(first) = surely(&left) else { continue };
            let right = self.read_stretch(chars, cut..clause.end);
            let Some(second) = surely(&right) else { continue };
            let sure = first.1.min(second.1);
            if first.0 != second.0 && best.as_ref().is_none_or(|(known, _)| sure > *known) {
                let half = |reading: StretchReading, asked: bool| Segment {
                    reading,
                    asked,
                    unmarked: true,
                };
                best = Some((sure, [half(left, false), half(right, asked)]));
            }
        }
        best.map(|(_, halves)| halves)
    }
}
