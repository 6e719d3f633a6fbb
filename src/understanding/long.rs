//! Messages that are longer than what is read at once. They are cut into stretches, so that what is pressing is heard
//! whatever stands before it, and time stays bounded: the last stretches are read for everything, those before for
//! signals, and of what is longer still it is known that it was not read whole.

use super::Understanding;
use super::normalise::{MAX_CHARS, is_invisible, is_mark};
use crate::model::SignalHit;

/// Stretches that are read at all.
const MOST: usize = 6;
/// The last of them, which are read for questions too.
const FOR_QUESTIONS: usize = 3;
/// How far back a cut is moved to the end of a sentence, characters.
const BACK: usize = 200;
/// How much is read twice where no sentence ends, so that a word over the cut is heard, characters.
const TWICE: usize = 60;

/// A text as it is read.
pub(super) struct Stretches<'t> {
    /// Read for signals alone.
    pub before: Vec<&'t str>,
    /// Read for everything; never empty.
    pub last: Vec<&'t str>,
    /// Something stands before all of these.
    pub unread: bool,
}

impl<'t> Stretches<'t> {
    /// Cuts a text.
    pub fn of(text: &'t str) -> Stretches<'t> {
        // No text has more characters than bytes.
        let mut all = if text.len() <= MAX_CHARS { vec![text] } else { cut(text) };
        let unread = all.len() > MOST;
        let mut last = all.split_off(all.len().saturating_sub(FOR_QUESTIONS));
        if last.is_empty() {
            last.push(text);
        }
        let before = all.split_off(all.len().saturating_sub(MOST - FOR_QUESTIONS));
        Stretches { before, last, unread }
    }

    /// All that are read, the first one first.
    pub fn all(&self) -> impl Iterator<Item = &'t str> {
        self.before.iter().chain(&self.last).copied()
    }
}

fn cut(text: &str) -> Vec<&str> {
    let mut stretches = Vec::new();
    let mut start = 0;
    loop {
        let rest = &text[start..];
        let seen = || rest.char_indices().filter(|(_, character)| !is_invisible(*character));
        let Some((end, _)) = seen().nth(MAX_CHARS) else {
            stretches.push(rest);
            return stretches;
        };
        // Behind the last mark near the end; where there is none, with some of it read again.
        let near = seen().skip(MAX_CHARS - BACK).take(BACK);
        let mark = near
            .filter(|(_, character)| {
                *character != ' ' && (is_mark(*character) || "\n，。！？；、".contains(*character))
            })
            .map(|(at, character)| at + character.len_utf8())
            .last();
        stretches.push(&rest[..mark.unwrap_or(end)]);
        let again = || seen().nth(MAX_CHARS - TWICE).map_or(end, |(at, _)| at);
        start += mark.unwrap_or_else(again);
    }
}

/// Puts together what stretches say, the first one first.
pub(super) fn together(parts: Vec<Understanding>) -> Understanding {
    let mut parts = parts.into_iter();
    let mut whole = parts.next().unwrap_or_default();
    for part in parts {
        for question in part.questions {
            match whole.questions.iter_mut().find(|known| known.id == question.id) {
                Some(known) if known.confidence < question.confidence => *known = question,
                Some(_) => {}
                None => whole.questions.push(question),
            }
        }
        for (name, value) in part.slots.0 {
            whole.slots.set(name, value);
        }
        for id in part.withdrawn {
            if !whole.withdrawn.contains(&id) {
                whole.withdrawn.push(id);
            }
        }
        join_signals(&mut whole.signals, part.signals);
        whole.explanation.extend(part.explanation);
        whole.clauses.extend(part.clauses);
        whole.attachment |= part.attachment;
        whole.face |= part.face;
        // What may have been meant is meant last.
        whole.alternatives = part.alternatives;
        whole.candidates = part.candidates;
        whole.from_the_talk = part.from_the_talk;
    }
    whole.fragment = false;
    whole.only_names_attribute = false;
    // What was taken back later is not asked, whatever was read before.
    let withdrawn = std::mem::take(&mut whole.withdrawn);
    whole.questions.retain(|question| !withdrawn.contains(&question.id));
    whole.withdrawn = withdrawn;
    whole
}

/// Adds signals; of one that was heard twice the stronger counts. They are put in order when all have been added.
pub(super) fn join_signals(signals: &mut Vec<SignalHit>, more: Vec<SignalHit>) {
    for hit in more {
        match signals.iter_mut().find(|known| known.id == hit.id) {
            Some(known) if known.score < hit.score => *known = hit,
            Some(_) => {}
            None => signals.push(hit),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_are_cut_behind_sentences_and_their_ends_are_read() {
        let short = Stretches::of("包邮吗");
        assert_eq!(
            (short.before.len(), short.last, short.unread),
            (0, vec!["包邮吗"], false)
        );
        let sentence = "今天天气真的很不错，";
        let long = sentence.repeat(200);
        let stretches = Stretches::of(&long);
        assert_eq!(stretches.last.concat(), long, "each once");
        assert!(stretches.last.iter().all(|stretch| stretch.ends_with('，')));
        let endless = "字".repeat(20_000) + "我要投诉";
        let stretches = Stretches::of(&endless);
        assert!(stretches.unread);
        assert_eq!(stretches.all().count(), MOST);
        assert!(stretches.last[FOR_QUESTIONS - 1].ends_with("我要投诉"));
        // What is not seen does not count.
        let hidden = "\u{1}".repeat(5_000) + "我要投诉";
        assert_eq!(Stretches::of(&hidden).last, vec![hidden.as_str()]);
    }

    proptest! {
        #[test]
        fn nothing_between_the_stretches_is_left_out(text in "(\\PC|[，。\u{200b}\n]){0,4000}") {
            let stretches = cut(&text);
            let mut reached = 0;
            for stretch in &stretches {
                let start = stretch.as_ptr() as usize - text.as_ptr() as usize;
                prop_assert!(start <= reached, "a gap");
                prop_assert!(start + stretch.len() >= reached);
                reached = start + stretch.len();
                prop_assert!(stretch.chars().filter(|each| !is_invisible(*each)).count() <= MAX_CHARS);
            }
            prop_assert_eq!(reached, text.len());
        }
    }
}
