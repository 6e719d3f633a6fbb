//! What a stretch of text and a message were read as, and small operations on rankings.

use std::ops::Range;

/// What one stretch of text was read as.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StretchReading {
    /// Characters of the canonical text.
    pub range: Range<usize>,
    /// Classes with confidence, best first; empty when it is none of them.
    pub ranked: Vec<(usize, f32)>,
    /// Whether the best guess was "none of these".
    pub out_of_scope: bool,
    /// Why.
    pub reason: Reason,
}

/// What decided a reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reason {
    /// The text is an example word for word.
    pub exact: bool,
    /// The pattern that matched, as written.
    pub pattern: Option<String>,
    /// The nearest example of the best class, and how near (cosine).
    pub nearest: Option<(String, f32)>,
    /// Share of the text's n-grams that any example has.
    pub coverage: f32,
    /// What the words' meaning, apart from their letters, adds to the log odds of the best reading against the second.
    pub meaning: f32,
    /// The turn before lent the topic.
    pub from_context: bool,
    /// The reading after a slip of the keyboard was mended.
    pub repaired: Option<String>,
}

/// Questions found in a message.
#[derive(Clone, Debug, Default)]
pub struct MessageReading {
    /// In the order asked, each class once, with confidence.
    pub questions: Vec<(usize, f32)>,
    /// Everything considered, best first.
    pub alternatives: Vec<(usize, f32)>,
    /// The stretches that were read, with reasons: the whole first, then the clauses.
    pub stretches: Vec<StretchReading>,
}

/// How sure a ranking is of a class.
pub(super) fn confidence(ranked: &[(usize, f32)], class: usize) -> f32 {
    ranked
        .iter()
        .find(|(known, _)| *known == class)
        .map_or(0.0, |(_, confidence)| *confidence)
}

/// Raises a class to at least this confidence and puts it first.
pub(super) fn promote(ranked: &mut Vec<(usize, f32)>, class: usize, confidence: f32) {
    ranked.retain(|(known, _)| *known != class);
    ranked.insert(0, (class, confidence));
}

/// Everything considered: what was chosen, then what the whole message may mean, then what its clauses may.
pub(super) fn considered(chosen: &[(usize, f32)], stretches: &[StretchReading]) -> Vec<(usize, f32)> {
    let mut all = chosen.to_vec();
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    let whole = stretches.first().map_or(&[][..], |whole| &whole.ranked);
    let clauses = stretches.iter().skip(1).flat_map(|stretch| &stretch.ranked);
    let mut clauses: Vec<(usize, f32)> = clauses.copied().collect();
    clauses.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    for (class, confidence) in whole.iter().chain(&clauses) {
        if all.iter().all(|(known, _)| known != class) {
            all.push((*class, *confidence));
        }
    }
    all.truncate(5);
    all
}
