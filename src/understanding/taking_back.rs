//! What a message asks beside the wishes that it denies: 不用转人工了，这个怎么洗 asks how to wash it, and 换货免了，我妹拿去穿
//! asks nothing.

use super::asking::asks_or_wishes;
use super::denied::Denial;
use super::normalise::Normalised;
use super::question_index::QuestionIndex;
use super::reading::MessageReading;

/// What takes back no wish says nothing in so few characters.
const TINY: usize = 2;
/// How sure small talk is that takes the message whole: 算了，不用.
const MANNERS: f32 = 0.6;

/// Leaves of a reading what the message asks beside its denials. `normalise` puts a text into the forms that are read.
pub(super) fn beside_denials(
    reading: &mut MessageReading,
    normalised: &Normalised,
    denials: &[Denial],
    questions: &QuestionIndex,
    normalise: &dyn Fn(&str) -> Normalised,
) {
    let canonical = &normalised.canonical;
    let denied = |at: &usize| denials.iter().any(|denial| denial.range.contains(at));
    let mut rest = String::new();
    let mut asks = false;
    for clause in &normalised.clauses {
        let left: Vec<char> = clause
            .range
            .clone()
            .filter(|at| !denied(at))
            .map(|at| canonical.chars()[at])
            .collect();
        if left.len() < TINY {
            continue;
        }
        asks |= clause.asked || wishes(&left) || questions.denied.begins_wish(&left);
        rest.extend(&left);
        rest.push(if clause.asked { '?' } else { ',' });
    }
    let manners = reading
        .questions
        .first()
        .is_some_and(|(class, sure)| questions.is_small_talk(*class) && *sure >= MANNERS);
    // 不用了，谢谢 is answered as the small talk that it is.
    if !asks && manners && reading.questions.len() == 1 {
        return;
    }
    let read = if rest.is_empty() {
        MessageReading::default()
    } else {
        questions.read(&normalise(&rest))
    };
    // The last word counts: 本来要退货 想想还是不退 asks nothing of returns, 先别退 算了还是退吧 does.
    let taken_back = |class: usize| {
        let denials = denials.iter().filter(|denial| denial.classes.contains(&class));
        let end = denials.map(|denial| denial.range.end).max();
        end.is_some_and(|end| !questions.denied.wishes_for(&canonical.chars()[end..], class))
    };
    let first = read.stretches.first();
    let plain = first.is_some_and(|whole| whole.reason.exact || whole.reason.pattern.is_some());
    let alone = |class: usize| !questions.is_small_talk(class) && (asks || plain || questions.is_for_a_person(class));
    let left = |class: usize| alone(class) && !taken_back(class);
    reading.questions = read.questions.into_iter().filter(|(class, _)| left(*class)).collect();
    reading.alternatives = if asks {
        read.alternatives
    } else {
        reading.questions.clone()
    };
}

/// Whether a stretch wishes for something in words that would only tell in the middle of a story.
fn wishes(stretch: &[char]) -> bool {
    asks_or_wishes(stretch) || stretch.last() == Some(&'吧') || wants(stretch)
}

/// 我要退, 想看看, and not 不要了.
fn wants(stretch: &[char]) -> bool {
    let wish = |at: usize| matches!(stretch[at], '要' | '想');
    let denied = |at: usize| at > 0 && matches!(stretch[at - 1], '不' | '没' | '需' | '快');
    (0..stretch.len()).any(|at| wish(at) && !denied(at))
}
