//! What a message asks beside the wishes that it denies: 不用转人工了，这个怎么洗 asks how to wash it, and 换货免了，我妹拿去穿
//! asks nothing.

use super::asking::asks_or_wishes;
use super::denied::Denial;
use super::normalise::{Normalised, is_mark};
use super::question_index::QuestionIndex;
use super::reading::MessageReading;

/// What takes back no wish says nothing in so few characters.
const TINY: usize = 2;
/// How sure small talk is that takes the message whole: 算了，不用.
const MANNERS: f32 = 0.6;
/// How sure a wish is that is wished for again right behind its denial, in other words.
const ANEW: f32 = 0.8;

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
    // The last word counts: 本来要退货 想想还是不退 asks nothing of returns, 先别退 算了还是退吧 does, and so does what wishes for it in
    // words of its own: 不要电子发票 帮我开纸质的.
    let taken_back = |class: usize| {
        let denials = denials.iter().filter(|denial| denial.classes.contains(&class));
        let end = denials.map(|denial| denial.range.end).max();
        end.is_some_and(|end| {
            let after = &canonical.chars()[end..];
            !questions.denied.wishes_for(after, class) && !wishes_anew(after, class, questions, normalise)
        })
    };
    let first = read.stretches.first();
    let plain = first.is_some_and(|whole| whole.reason.exact || whole.reason.pattern.is_some());
    let alone = |class: usize| !questions.is_small_talk(class) && (asks || plain || questions.is_for_a_person(class));
    let left = |class: usize| alone(class) && !taken_back(class);
    reading.questions = read.questions.into_iter().filter(|(class, _)| left(*class)).collect();
    reading.alternatives = if asks {
        // Which questions may have been meant is asked of what is left, not of the whole.
        let outside = read.stretches.first().is_none_or(|rest| rest.out_of_scope);
        if let Some(whole) = reading.stretches.first_mut() {
            whole.out_of_scope = outside;
        }
        read.alternatives
    } else {
        reading.questions.clone()
    };
}

/// Whether what stands behind a denial wishes for the same in other words.
fn wishes_anew(
    after: &[char],
    class: usize,
    questions: &QuestionIndex,
    normalise: &dyn Fn(&str) -> Normalised,
) -> bool {
    let after: Vec<char> = after
        .iter()
        .copied()
        .skip_while(|character| is_mark(*character))
        .collect();
    asks_or_wishes(&after) && {
        let read = questions.read(&normalise(&after.iter().collect::<String>()));
        read.questions
            .iter()
            .any(|(read, sure)| *read == class && *sure >= ANEW)
    }
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
