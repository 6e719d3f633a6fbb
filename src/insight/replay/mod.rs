//! Replaying recorded talks under two packs: what shoppers would be told otherwise. Talks go whole through the very turn
//! that shoppers get, with the simulator; nothing is stored and nobody is told.

mod compare;
mod fail_if;
mod html;
mod recorded;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::dialogue::{Generation, Simulator};
use crate::model::{Language, Millis};

pub use compare::{Change, Group, People, ReplayReport, Sample, Side};
pub use fail_if::FailIf;
pub use html::page;
pub use recorded::{RecordedTalk, Recorder, talk_of_line};

use compare::Tally;

/// Talks that one thread takes at once.
const AT_ONCE: usize = 16;

/// Replays talks under `before` and `after` on so many threads, and says what is different. `progress` is told how many
/// messages are done.
pub fn replay(
    before: &Arc<Generation>,
    after: &Arc<Generation>,
    talks: &[RecordedTalk],
    threads: usize,
    progress: &(dyn Fn(usize) + Sync),
) -> ReplayReport {
    let always = |messages| {
        progress(messages);
        true
    };
    replay_while(before, after, talks, threads, &always)
}

/// The same, while `more` says so: it is told how many messages are done. The report is of the talks that were replayed
/// until then.
pub fn replay_while(
    before: &Arc<Generation>,
    after: &Arc<Generation>,
    talks: &[RecordedTalk],
    threads: usize,
    more: &(dyn Fn(usize) -> bool + Sync),
) -> ReplayReport {
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        let mut tally = Tally::default();
        loop {
            let from = next.fetch_add(AT_ONCE, Ordering::Relaxed);
            let Some(lot) = talks
                .get(from..talks.len().min(from + AT_ONCE))
                .filter(|lot| !lot.is_empty())
            else {
                return tally;
            };
            for (at, talk) in lot.iter().enumerate() {
                one(before, after, talk, from + at, &mut tally);
                tally.talks += 1;
                let messages = done.fetch_add(talk.turns.len(), Ordering::Relaxed) + talk.turns.len();
                if !more(messages) {
                    return tally;
                }
            }
        }
    };
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.max(1)).map(|_| scope.spawn(work)).collect();
        let own = work();
        let joined = others.into_iter().filter_map(|thread| thread.join().ok());
        std::iter::once(own).chain(joined).collect()
    });
    let mut all = Tally::default();
    tallies.into_iter().for_each(|tally| all.join(tally));
    all.report([&before.pack, &after.pack])
}

/// One talk under both packs. Where a person is brought in the bot gets the talk back at once, so that every recorded
/// message counts.
fn one(before: &Arc<Generation>, after: &Arc<Generation>, talk: &RecordedTalk, place: usize, tally: &mut Tally) {
    let begin = |generation: &Arc<Generation>| Simulator::new(Arc::clone(generation), talk.language, Millis(0));
    let (mut was, mut will) = (begin(before), begin(after));
    let same_words = Arc::ptr_eq(&before.index, &after.index);
    for (at, turn) in talk.turns.iter().enumerate() {
        let texts: Vec<&str> = turn.iter().map(String::as_str).collect();
        was.hear(&texts);
        will.hear(&texts);
        let reading = was.read();
        // The same words read by the same index in the same place of a talk say the same.
        let same = same_words && was.state().memory.context() == will.state().memory.context();
        let other = if same { reading.clone() } else { will.read() };
        let outcomes = (was.answer(reading), will.answer(other));
        was.give_back();
        will.give_back();
        if let (Some(first), Some(second)) = outcomes {
            tally.add((place, at), talk, &first, &second);
        }
    }
}

/// The language of a talk's first words.
fn language_of(text: &str) -> Language {
    Language::of(text).unwrap_or_default()
}
