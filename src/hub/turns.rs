//! Takes the bot's turns: waits for the rest of a thought, asks [`turn::take_turn`], appends under the epoch it was
//! computed under. At most one task for each conversation.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::model::{Language, Millis, Owner};
use crate::store::{Expect, StoreError};

use super::chat::{Chat, Locked};
use super::{HubError, Inner};
use crate::dialogue::turn;
use crate::dialogue::{Generation, KeptReading, Staffing};

/// Whoever keeps typing is answered after this many waits at the latest.
const LONGEST_WAITS: u64 = 3;
/// After a failure of the store the turn is tried again, later each time, milliseconds.
const RETRY_MS: std::ops::RangeInclusive<u64> = 250..=10_000;

/// Lets the bot take its turn, unless a task is at it already.
pub(super) fn schedule(inner: &Arc<Inner>, chat: &Arc<Chat>, locked: &mut Locked<'_>) {
    chat.arrived.notify_one();
    if locked.state().owner == Owner::Bot && !locked.state().pending.is_empty() && !locked.set_turn_running(true) {
        inner.tasks.spawn(run(Arc::clone(inner), Arc::clone(chat)));
    }
}

async fn run(inner: Arc<Inner>, chat: Arc<Chat>) {
    let mut retry_ms = *RETRY_MS.start();
    let mut reading = KeptReading::default();
    loop {
        match step(&inner, &chat, &mut reading).await {
            Ok(Step::Over) => return,
            Ok(Step::Again) => retry_ms = *RETRY_MS.start(),
            Ok(Step::WaitUntil(at)) => {
                tokio::select! {
                    () = inner.clock.sleep_until(at) => {}
                    () = chat.arrived.notified() => {}
                    () = inner.stop.cancelled() => {}
                }
            }
            Err(error) => {
                tracing::warn!(conversation = %chat.id, %error, "the bot's turn was not stored");
                let passing = matches!(error, HubError::Store(StoreError::Unavailable(_)));
                if !passing || inner.stop.is_cancelled() {
                    return chat.turn_over().await;
                }
                let at = inner.clock.now().plus(retry_ms);
                retry_ms = (retry_ms * 2).min(*RETRY_MS.end());
                tokio::select! {
                    () = inner.clock.sleep_until(at) => {}
                    () = inner.stop.cancelled() => {}
                }
            }
        }
    }
}

enum Step {
    Over,
    Again,
    WaitUntil(Millis),
}

async fn step(inner: &Arc<Inner>, chat: &Chat, reading: &mut KeptReading) -> Result<Step, HubError> {
    let mut locked = chat.lock(inner).await?;
    let state = locked.state();
    if state.owner != Owner::Bot || state.pending.is_empty() {
        locked.set_turn_running(false);
        return Ok(Step::Over);
    }
    let now = inner.clock.now();
    let Ok(generation) = inner.generation(&state.shop) else {
        // Nobody knows what this shop would say.
        locked.set_turn_running(false);
        return Ok(Step::Over);
    };
    let longest = inner.settings.burst_wait_ms;
    let understanding = guarded(chat, || reading.of(state, &generation));
    if longest > 0 && !inner.stop.is_cancelled() {
        let wait = understanding
            .as_ref()
            .map_or(0, |read| turn::wait_ms(read, longest).min(longest));
        let first = state.pending.first().map_or(now, |pending| pending.at);
        let last = state.pending.last().map_or(now, |pending| pending.at);
        let due = last.plus(wait).min(first.plus(longest * LONGEST_WAITS));
        if due > now {
            return Ok(Step::WaitUntil(due));
        }
    }
    let staffing = inner.staffing(&generation, state.lang, now);
    let (epoch, seq, owed) = (state.epoch, state.seq, state.pending.len());
    let outcome = understanding.and_then(|read| {
        guarded(chat, || {
            turn::take_turn(state, &generation, read.clone(), &staffing, now)
        })
    });
    let events = match outcome {
        Some(Some(outcome)) => outcome.events,
        Some(None) => Vec::new(),
        // Whoever wrote what the bot stumbles over is better off with a person than with silence.
        None => guarded(chat, || turn::asked_for_person(state, &generation, &staffing, now)).unwrap_or_default(),
    };
    if events.is_empty() {
        locked.set_turn_running(false);
        return Ok(Step::Over);
    }
    match locked.append(inner, Expect::Head { epoch, seq }, events).await {
        Ok(_) => {}
        // Somebody else speaks now, or the shopper has said more at another server: what the bot would have said is
        // dropped, and the turn looks again.
        Err(StoreError::Stale { .. }) => return Ok(Step::Again),
        Err(error) => return Err(error.into()),
    }
    let state = locked.state();
    if state.owner == Owner::Bot && state.epoch == epoch && state.pending.len() >= owed {
        // It left as much as it found: taking it again would never end.
        locked.set_turn_running(false);
        return Ok(Step::Over);
    }
    Ok(Step::Again)
}

/// Runs a part of the turn; `None` when it panics. A bug in reading one message must not take the chat with it.
fn guarded<T>(chat: &Chat, part: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(part))
        .inspect_err(|_| tracing::error!(conversation = %chat.id, "the bot's turn panicked"))
        .ok()
}

impl Inner {
    /// The people around a turn.
    pub(super) fn staffing(&self, generation: &Generation, language: Language, now: Millis) -> Staffing {
        Staffing::of(
            &generation.pack.shop,
            self.floor().staffed(),
            language,
            now,
            self.settings.own_clock_ms,
        )
    }
}
