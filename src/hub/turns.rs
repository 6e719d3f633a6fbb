//! Takes the bot's turns: waits for the rest of a thought, asks [`turn::take_turn`], appends under the epoch it was
//! computed under. At most one task for each conversation.

use std::sync::Arc;

use crate::dialogue::{Generation, KeptReading, Staffing, State, turn};
use crate::model::{EventKind, Language, Millis, Owner, ShopId};
use crate::shops::Shops;
use crate::store::{Expect, StoreError};

use super::HubError;
use super::clock::Clock;
use super::floor::SharedFloor;
use super::guarded::{aside, guarded};
use super::lifecycle::Lifecycle;
use super::live::{LiveConversation, Locked};

/// Whoever keeps typing is answered after this many waits at the latest.
const LONGEST_WAITS: u64 = 3;
/// After a failure of the store the turn is tried again, later each time, milliseconds.
const RETRY_MS: std::ops::RangeInclusive<u64> = 250..=10_000;

/// Owns the bot's part in the live conversations.
pub(super) struct Turns {
    shops: Arc<Shops>,
    floor: Arc<SharedFloor>,
    clock: Clock,
    lifecycle: Arc<Lifecycle>,
    /// The longest quiet time that the bot waits for the rest of a thought.
    burst_wait_ms: u64,
    /// The reply clock of shops whose profile is `own`.
    own_clock_ms: u64,
}

/// What a step of a turn came to.
enum Step {
    Over,
    Again,
    WaitUntil(Millis),
}

impl Turns {
    /// Turns of the bots of these shops.
    pub(super) fn new(
        shops: Arc<Shops>,
        floor: Arc<SharedFloor>,
        clock: Clock,
        lifecycle: Arc<Lifecycle>,
        burst_wait_ms: u64,
        own_clock_ms: u64,
    ) -> Turns {
        Turns {
            shops,
            floor,
            clock,
            lifecycle,
            burst_wait_ms,
            own_clock_ms,
        }
    }

    /// Lets the bot take its turn, unless a task is at it already. Where nobody knows what the shop would say, the
    /// turn waits until the shop is served.
    pub(super) fn schedule(self: &Arc<Self>, chat: &Arc<LiveConversation>, locked: &mut Locked<'_>) {
        chat.message_arrived();
        let state = locked.state();
        let owed = state.owner == Owner::Bot && !state.pending.is_empty() && self.shops.serves(&state.shop);
        if owed && !locked.set_turn_running(true) {
            let (turns, chat) = (Arc::clone(self), Arc::clone(chat));
            self.lifecycle.spawn(async move { turns.run(&chat).await });
        }
    }

    /// What follows when the shopper asks for a person.
    ///
    /// # Errors
    /// [`HubError::UnknownShop`].
    pub(super) fn hand_off_on_request(&self, state: &State) -> Result<Vec<EventKind>, HubError> {
        let now = self.clock.now();
        let shop = &state.shop;
        let generation = self.shops.get(shop);
        let generation = generation.ok_or_else(|| HubError::UnknownShop(shop.clone()))?;
        let staffing = self.staffing(shop, &generation, state.language(), now);
        Ok(turn::asked_for_person(state, &generation, &staffing, now))
    }

    async fn run(&self, chat: &LiveConversation) {
        let mut retry_ms = *RETRY_MS.start();
        let mut reading = KeptReading::default();
        loop {
            match self.step(chat, &mut reading).await {
                Ok(Step::Over) => return,
                Ok(Step::Again) => retry_ms = *RETRY_MS.start(),
                Ok(Step::WaitUntil(at)) => {
                    tokio::select! {
                        () = self.clock.sleep_until(at) => {}
                        () = chat.next_message() => {}
                        () = self.lifecycle.stopping() => {}
                    }
                }
                Err(error) => {
                    tracing::warn!(conversation = %chat.id(), %error, "the bot's turn was not stored");
                    let passing = matches!(error, HubError::Store(StoreError::Unavailable(_)));
                    if !passing || self.lifecycle.is_stopping() {
                        return chat.turn_over().await;
                    }
                    let at = self.clock.now().plus(retry_ms);
                    retry_ms = (retry_ms * 2).min(*RETRY_MS.end());
                    tokio::select! {
                        () = self.clock.sleep_until(at) => {}
                        () = self.lifecycle.stopping() => {}
                    }
                }
            }
        }
    }

    async fn step(&self, chat: &LiveConversation, reading: &mut KeptReading) -> Result<Step, HubError> {
        let mut locked = chat.lock().await?;
        let state = locked.state();
        if state.owner != Owner::Bot || state.pending.is_empty() {
            locked.set_turn_running(false);
            return Ok(Step::Over);
        }
        let now = self.clock.now();
        let Some(generation) = self.shops.get(&state.shop) else {
            // The shop was served when the turn was scheduled, and is no more.
            locked.set_turn_running(false);
            return Ok(Step::Over);
        };
        let longest = self.burst_wait_ms;
        let bytes = state.pending.iter().map(|pending| pending.text.len()).sum();
        let understanding = aside(bytes, || {
            guarded(chat.id(), "reading", || reading.of(state, &generation))
        });
        if longest > 0 && !self.lifecycle.is_stopping() {
            let wait = understanding
                .as_ref()
                .map_or(0, |read| turn::wait_ms(read, longest).min(longest));
            let first = state.pending.first().map_or(now, |pending| pending.at);
            let last = state.pending.last().map_or(now, |pending| pending.at);
            let due = last.plus(wait).min(first.plus(longest * LONGEST_WAITS));
            // Messages from the future were stored before the clock was set back: they have waited.
            let set_back = first.0.max(last.0) > now.plus(longest * LONGEST_WAITS).0;
            if due > now && !set_back {
                return Ok(Step::WaitUntil(due));
            }
        }
        let staffing = self.staffing(&state.shop, &generation, state.language(), now);
        let (epoch, seq, owed) = (state.epoch, state.seq, state.pending.len());
        let outcome = understanding.and_then(|read| {
            guarded(chat.id(), "turn", || {
                turn::take_turn(state, &generation, read.clone(), &staffing, now)
            })
        });
        let events = match outcome {
            Some(Some(outcome)) => outcome.events,
            Some(None) => Vec::new(),
            // Whoever wrote what the bot stumbles over is better off with a person than with silence.
            None => guarded(chat.id(), "handoff", || {
                turn::asked_for_person(state, &generation, &staffing, now)
            })
            .unwrap_or_default(),
        };
        if events.is_empty() {
            locked.set_turn_running(false);
            return Ok(Step::Over);
        }
        match locked.append(Expect::Head { epoch, seq }, events).await {
            Ok(_) => {}
            // Somebody else speaks now, or the shopper has said more at another server: what the bot would have said
            // is dropped, and the turn looks again.
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

    /// The people around a turn.
    pub(super) fn staffing(&self, shop: &ShopId, generation: &Generation, language: Language, now: Millis) -> Staffing {
        let staffed = self.floor.staffed(shop);
        Staffing::of(&generation.pack.shop, staffed, language, now, self.own_clock_ms)
    }
}
