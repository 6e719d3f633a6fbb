//! When a talk has become so long that it takes no more words.

use crate::dialogue::State;
use crate::model::Seq;

/// Events of a talk at most, and bytes of it that people have not answered: the rest has to go into another talk. Both are
/// far beyond what people write, and bound what one shopper can make the server hold.
const MOST_EVENTS: Seq = 5_000;
const MOST_UNANSWERED_BYTES: usize = 4 * 1024 * 1024;

/// Whether a talk takes no more words of its shopper.
pub(super) fn is_full(state: &State) -> bool {
    let unanswered = || state.pending.iter().map(|pending| pending.text.len()).sum::<usize>();
    state.seq >= MOST_EVENTS || state.pending.len() > 32 && unanswered() > MOST_UNANSWERED_BYTES
}
